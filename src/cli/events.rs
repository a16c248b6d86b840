//! `wiregloss events`.

use anyhow::{Result, bail};

use super::args::{EventsArgs, GlobalArgs};
use super::input;
use super::output::{self, Outcome};
use crate::report::{EventWriter, FINDING};
use crate::track::{KINDS, Kind};

/// Runs it.
pub fn run(args: &EventsArgs, global: &GlobalArgs) -> Result<Outcome> {
    let mut settings = input::settings(global)?;
    settings.filter.which = (&args.which).into();
    let mut kinds = Vec::new();
    for name in args.event.iter().filter(|n| *n != FINDING) {
        kinds.push(kind(name)?);
    }
    let findings = args.event.is_empty() || args.event.iter().any(|n| n == FINDING);
    let wanted = (!args.event.is_empty()).then_some(kinds);
    let mut capture = input::open(&args.input)?;
    let mut writer = EventWriter::new(output::stdout(), wanted, findings);
    crate::events(&mut capture, &settings, &mut writer, &mut input::progress(global))?;
    writer.finish()?;
    Ok(Outcome::Done)
}

fn kind(name: &str) -> Result<Kind> {
    match KINDS.iter().find(|k| k.name() == name) {
        Some(kind) => Ok(*kind),
        None => {
            let names: Vec<_> = KINDS.iter().map(|k| k.name()).chain([FINDING]).collect();
            bail!("--event {name}: one of {}", names.join(", "))
        }
    }
}
