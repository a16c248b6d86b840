//! `wiregloss ss`: the sockets of every host at an instant, or counted over time.

use std::io::Write;

use anyhow::{Context, Result, bail};

use super::again::Again;
use super::args::{CountBy, Format, GlobalArgs, SsArgs};
use super::input;
use super::output::{self, Outcome};
use crate::report::ss::{self, Counts, Dump, Lookout, Select};
use crate::source::{NS_PER_S, Timestamp};
use crate::track::Options;
use crate::track::tcp::{SOCKET_STATES, State};
use crate::{Instant, snapshots};

/// Runs it.
pub fn run(args: &SsArgs, global: &GlobalArgs) -> Result<Outcome> {
    let mut options = input::settings(global)?.track;
    options.limits.lingering = options.limits.lingering.max(LINGERING);
    let states = args.state.iter().map(|name| state(name)).collect::<Result<_>>()?;
    let select = Select { host: args.host, port: args.port, states };
    match (args.count_by, &args.at) {
        (Some(CountBy::State), _) => count(args, global, &options, &select),
        (None, at) => list(args, global, instant(at.as_deref().unwrap_or_default())?, &options, &select),
    }
}

/// Connections kept after their end, so that TIME_WAIT is known; those beyond are told of in the output.
const LINGERING: usize = 262_144;

fn list(args: &SsArgs, global: &GlobalArgs, at: Instant, options: &Options, select: &Select) -> Result<Outcome> {
    let (mut lookout, mut dump) = (Lookout::default(), None);
    let mut progress = input::progress(global);
    let mut capture = input::open(&args.input)?;
    snapshots(&mut capture, options, &[at], &mut lookout, &mut progress, &mut |tracker, lookout, moment| {
        dump = Some(Dump::take(tracker, lookout, moment, select));
    })?;
    let mut dump: Dump = dump.context("--at: the capture has no such frame")?;
    dump.complete(&lookout, select);
    let mut out = output::stdout();
    match args.format {
        Format::Json => dump.write_json(&mut out)?,
        _ => ss::write(&dump, args.tin, &output::style(global), &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn count(args: &SsArgs, global: &GlobalArgs, options: &Options, select: &Select) -> Result<Outcome> {
    let again = Again::new(&args.input)?;
    let instants = steps(span_ns(&again)?, args.step)?;
    let (mut lookout, mut counts) = (Lookout::default(), Counts::default());
    let mut progress = input::progress(global);
    snapshots(&mut again.open()?, options, &instants, &mut lookout, &mut progress, &mut |tracker, lookout, moment| {
        counts.take(tracker, lookout, moment, select);
    })?;
    counts.complete(&lookout, select);
    let mut out = output::stdout();
    match args.format {
        Format::Json => counts.write_json(&mut out)?,
        _ => ss::write_counts(&counts, &output::style(global), &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// Nanoseconds from the first packet to the latest.
fn span_ns(again: &Again<'_>) -> Result<i64> {
    let mut capture = again.open()?;
    let (mut first, mut span) = (None, 0);
    while let Some(batch) = capture.next_batch()? {
        for record in batch.iter() {
            let first = *first.get_or_insert(record.at.ts);
            span = span.max(record.at.ts.since(first));
        }
    }
    Ok(span)
}

/// The instants to count at: from the first packet to the last one, or just after it.
fn steps(span_ns: i64, step: Option<f64>) -> Result<Vec<Instant>> {
    let step_ns = match step {
        Some(seconds) if seconds.is_finite() && seconds > 0.0 => ((seconds * NS_PER_S as f64) as i64).max(1),
        Some(seconds) => bail!("--step {seconds}: a positive number of seconds"),
        None => round_step(span_ns / COUNTS),
    };
    let steps = span_ns / step_ns + i64::from(span_ns % step_ns > 0);
    if steps > MAX_COUNTS {
        bail!("--step: {steps} counts are more than {MAX_COUNTS}");
    }
    Ok((0..=steps).map(|i| Instant::Since(i.saturating_mul(step_ns))).collect())
}

/// Counts when no step is asked for, about.
const COUNTS: i64 = 20;
/// Counts at most: more rows than anyone reads, and each looks at every connection.
const MAX_COUNTS: i64 = 100_000;

/// The next of 1, 2 and 5 times a power of ten.
fn round_step(ns: i64) -> i64 {
    let mut unit = 1_000_000;
    loop {
        for step in [unit, 2 * unit, 5 * unit] {
            if step >= ns || unit > i64::MAX / 100 {
                return step;
            }
        }
        unit *= 10;
    }
}

/// `12.5`, `frame:7` or an RFC 3339 time.
fn instant(text: &str) -> Result<Instant> {
    if let Some(frame) = text.strip_prefix("frame:") {
        return match frame.parse() {
            Ok(frame) if frame > 0 => Ok(Instant::Frame(frame)),
            _ => bail!("--at {text}: frame: and a number from 1"),
        };
    }
    if let Ok(seconds) = text.parse::<f64>() {
        let ns = seconds * NS_PER_S as f64;
        if !(0.0..i64::MAX as f64).contains(&ns) {
            bail!("--at {text}: seconds after the first packet, from 0");
        }
        return Ok(Instant::Since(ns.round() as i64));
    }
    let time = text.parse::<jiff::Timestamp>().ok().and_then(|t| i64::try_from(t.as_nanosecond()).ok());
    let time = time.with_context(|| {
        format!("--at {text}: seconds after the first packet, a time of day such as 2026-01-31T12:00:00.5Z, or frame:N")
    })?;
    Ok(Instant::Time(Timestamp(time)))
}

/// A state by the name that `ss` gives it, in any case, in its long or its short form.
fn state(name: &str) -> Result<State> {
    let wanted = name.to_ascii_uppercase().replace('_', "-");
    let long = |state: State| state.name().replace('_', "-");
    SOCKET_STATES.into_iter().find(|s| ss::name(*s) == wanted || long(*s) == wanted).with_context(|| {
        let names: Vec<_> = SOCKET_STATES.iter().map(|s| ss::name(*s).to_ascii_lowercase()).collect();
        format!("--state {name}: one of {}", names.join(", "))
    })
}
