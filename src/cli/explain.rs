//! `wiregloss explain`: two passes, one to choose the conversation and to know its findings, one to tell it.

use std::io::Write;

use anyhow::{Context, Result};

use super::again::Again;
use super::args::{ExplainArgs, GlobalArgs};
use super::input;
use super::output::{self, Outcome};
use crate::Settings;
use crate::report::model::FindingReport;
use crate::report::{FrameFinder, Steps, Story, Which, write_story};
use crate::track::ConvId;

/// Runs it.
pub fn run(args: &ExplainArgs, global: &GlobalArgs) -> Result<Outcome> {
    let mut settings = input::settings(global)?;
    let again = Again::new(&args.input)?;
    let conversation = match args.frame {
        Some(frame) => Some(of_frame(frame, &settings, &again)?),
        None => args.conversation,
    };
    settings.filter.which = Which { conversation, host: args.host, port: None };
    settings.page = Some(1);
    let report = crate::analyze(&mut again.open()?, &settings, &mut input::progress(global))?;
    let chosen = report.conversations.first().context(match conversation.is_some() || args.host.is_some() {
        true => "no such conversation in this capture",
        false => "no conversation in this capture",
    })?;
    let findings = findings(chosen.id, report.findings, &settings, &again, global)?;
    settings.track.trace = Some(ConvId(chosen.id));
    let mut steps = Steps::new(chosen, args.steps, &findings).every(args.every).asked(args.frame);
    let mut progress = input::progress(global);
    crate::track_capture(&mut again.open()?, &settings.track, &mut steps, &mut progress, |_| true)?;
    drop(progress);
    let story = Story { conversation: chosen, told: steps.finish(), findings };
    let mut out = output::stdout();
    write_story(&story, &output::style(global), &mut out)?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// What is known of a conversation, worst first: if the findings of many did not have room beside each other, its own
/// are looked for by themselves.
fn findings(
    id: u32,
    mut all: Vec<FindingReport>,
    settings: &Settings,
    again: &Again<'_>,
    global: &GlobalArgs,
) -> Result<Vec<FindingReport>> {
    if all.iter().any(|f| f.folded_subjects > 0) {
        let mut settings = settings.clone();
        settings.filter.which = Which { conversation: Some(id), ..Which::default() };
        all = crate::analyze(&mut again.open()?, &settings, &mut input::progress(global))?.findings;
    }
    all.retain(|f| f.conversation() == Some(id));
    all.sort_by_key(|f| (std::cmp::Reverse(f.level), f.section));
    Ok(all)
}

/// The conversation that a frame belongs to.
fn of_frame(frame: u32, settings: &Settings, again: &Again<'_>) -> Result<u32> {
    let mut options = settings.track.clone();
    options.trace_frame = Some(frame);
    let mut finder = FrameFinder::new(frame);
    crate::track_capture(&mut again.open()?, &options, &mut finder, &mut |_| {}, |f| f.found().is_none())?;
    finder.found().map(|id| id.0).with_context(|| format!("frame {frame} belongs to no conversation"))
}
