//! `wiregloss explain`: two passes, one to choose the conversation and to know its findings, one to tell it.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::args::ExplainArgs;
use super::input;
use super::output::{self, Outcome};
use crate::report::{Report, Steps, Story, write_story};
use crate::source::Capture;
use crate::track::ConvId;

/// Bytes of standard input held for the second pass; a longer stream must be saved to a file first.
const STDIN_MAX: u64 = 512 * 1024 * 1024;

/// Runs it.
pub fn run(args: &ExplainArgs) -> Result<Outcome> {
    let mut settings = input::settings(&args.input)?;
    let stdin = if args.input.files.iter().any(|f| f.as_os_str() == "-") { Some(read_stdin()?) } else { None };
    let mut first = open(args, stdin.as_deref())?;
    let analysis = crate::analyze(&mut first, &settings, &mut input::progress(&args.input))?;
    let report = analysis.report;
    let id = choose(args, &report)?;
    settings.track.trace = Some(ConvId(id));
    let mut steps = Steps::new(ConvId(id), args.steps);
    let mut second = open(args, stdin.as_deref())?;
    crate::track_capture(&mut second, &settings, &mut steps, &mut |_| {}, |_| true)?;
    let chosen = report
        .conversations
        .iter()
        .find(|c| c.id == id)
        .context("the conversation is beyond the bound on conversations")?;
    let text = |side: &crate::report::model::Side| match side.port {
        Some(port) => format!("{}:{port}", side.ip),
        None => side.ip.clone(),
    };
    let mut findings: Vec<_> = report.findings.iter().filter(|f| about(f, id)).cloned().collect();
    findings.sort_by_key(|f| (std::cmp::Reverse(f.level), f.section));
    let (client, server) = (text(&chosen.client), text(&chosen.server));
    let story = Story { client, server, steps: steps.steps, left_out: steps.left_out, findings };
    let mut out = output::stdout();
    write_story(&story, &output::style(&args.output), &mut out)?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn read_stdin() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(STDIN_MAX + 1).read_to_end(&mut bytes).context("standard input")?;
    if bytes.len() as u64 > STDIN_MAX {
        bail!("standard input: more than {STDIN_MAX} bytes cannot be read twice; save it to a file first");
    }
    Ok(bytes)
}

fn open(args: &ExplainArgs, stdin: Option<&[u8]>) -> Result<Capture> {
    match stdin {
        Some(bytes) if args.input.files.len() == 1 => {
            Ok(Capture::from_reader(Path::new("-"), Cursor::new(bytes.to_vec()))?)
        }
        Some(_) => bail!("explain reads standard input only by itself, not together with files"),
        None => input::open(&args.input),
    }
}

fn about(f: &crate::report::model::FindingReport, id: u32) -> bool {
    f.subject.get("conversation").and_then(Value::as_u64) == Some(u64::from(id))
}

/// The conversation asked for, or the most telling one.
fn choose(args: &ExplainArgs, report: &Report) -> Result<u32> {
    let told = |id: u32| {
        let of = report.findings.iter().filter(|f| about(f, id));
        let (worst, n) = of.fold((None, 0), |(worst, n), f| (worst.max(Some(f.level)), n + 1));
        (worst, n)
    };
    if let Some(id) = args.conversation {
        return Ok(id);
    }
    let mut candidates: Vec<_> = report.conversations.iter().collect();
    if let Some(host) = &args.host {
        candidates.retain(|c| c.client.ip == *host || c.server.ip == *host);
    }
    if let Some(frame) = args.frame {
        candidates.retain(|c| c.first_frame <= frame && frame <= c.last_frame);
        if candidates.len() > 1 {
            return with_frame(args, frame);
        }
    }
    let best = candidates.into_iter().max_by_key(|c| (told(c.id), std::cmp::Reverse(c.id)));
    best.map(|c| c.id).context("no such conversation in this capture")
}

/// The conversation that a frame belongs to, where times alone do not tell.
fn with_frame(args: &ExplainArgs, frame: u32) -> Result<u32> {
    let mut settings = input::settings(&args.input)?;
    settings.track.trace_frame = Some(frame);
    let mut finder = crate::report::FrameFinder::new(frame);
    let mut capture = input::open(&args.input)?;
    crate::track_capture(&mut capture, &settings, &mut finder, &mut |_| {}, |f| f.found().is_none())?;
    finder.found().map(|id| id.0).with_context(|| format!("frame {frame} belongs to no conversation"))
}
