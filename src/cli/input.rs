//! Opening captures, and the progress bar while they are read.

use std::fs;
use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{FilterArgs, GlobalArgs, InputArgs};
use super::signals;
use crate::Settings;
use crate::concepts;
use crate::report::Filter;
use crate::source::{Capture, CaptureInfo, NS_PER_S, Threads};

/// Opens the captures. A single stream, which may be a capture that is being taken, ends with Ctrl-C.
pub fn open(args: &InputArgs) -> Result<Capture> {
    match args.files.as_slice() {
        [path] if is_stream(path) => Ok(Capture::open_until(&[path], &signals::stop()?)?),
        files => Ok(Capture::open(files)?.read_with(Threads::of(args.threads))),
    }
}

/// Whether the end of an input comes when its writer ends: the standard input, a named pipe, a device.
fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-" || fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}

/// The settings that the arguments ask for.
pub fn settings(args: &GlobalArgs) -> Result<Settings> {
    let mut settings = Settings::default();
    if !(args.msl.is_finite() && (0.0..=86_400.0).contains(&args.msl)) {
        bail!("--msl {}: from 0 to 86400 seconds", args.msl);
    }
    settings.track.two_msl_ns = (2.0 * args.msl * NS_PER_S as f64) as i64;
    for limit in &args.limit {
        let parsed = limit.split_once('=').and_then(|(name, value)| Some((name, value.parse().ok()?)));
        if !parsed.is_some_and(|(name, value)| settings.track.limits.set(name, value)) {
            let names: Vec<_> = settings.track.limits.list().iter().map(|l| format!("{}={}", l.0, l.1)).collect();
            bail!("--limit {limit}: NAME=VALUE, with one of {}", names.join(", "));
        }
    }
    Ok(settings)
}

/// What is wanted of a capture.
pub fn filter(args: &FilterArgs) -> Result<Filter> {
    if let Some(id) = args.concept.as_deref().filter(|id| !concepts::all().any(|c| c.is_named(id))) {
        bail!("--concept {id}: no such concept or area; `wiregloss concepts` lists them");
    }
    Ok(args.into())
}

/// A progress bar for what takes long, on a terminal, as something to call after every batch. It is gone when dropped.
pub fn progress(args: &GlobalArgs) -> impl FnMut(&CaptureInfo) + use<> {
    let wanted = !args.quiet && std::io::stderr().is_terminal();
    let began = Instant::now();
    let mut bar: Option<ProgressBar> = None;
    let mut calls = 0u32;
    move |info| {
        calls = calls.wrapping_add(1);
        if !wanted || !calls.is_multiple_of(CALLS_PER_LOOK) || began.elapsed() < UNTIL_SHOWN {
            return;
        }
        let bar = bar.get_or_insert_with(|| new_bar(info.bytes_total()));
        bar.set_position(info.bytes_read());
    }
}

/// Batches between two looks at the clock: about a megabyte of packets.
const CALLS_PER_LOOK: u32 = 1_024;
/// What takes less shows no bar.
const UNTIL_SHOWN: Duration = Duration::from_millis(300);

fn new_bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(n) => (ProgressBar::new(n), "{spinner} {decimal_bytes} of {decimal_total_bytes} {wide_bar} {eta}"),
        None => (ProgressBar::no_length(), "{spinner} {decimal_bytes} in {elapsed}"),
    };
    let style = ProgressStyle::with_template(template);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
