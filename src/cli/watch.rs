//! `wiregloss watch`: the first screen of a capture that is being taken, drawn again and again.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use jiff::SignedDuration;

use super::args::{GlobalArgs, WatchArgs};
use super::output::{self, Outcome};
use super::screen::Screen;
use super::{input, report, signals};
use crate::Live;
use crate::report::{Page, Report, Style, write_screen, write_terminal};
use crate::source::Capture;

/// A screen takes at most one part in so many of the time, however much there is to be looked at.
const SHARE: u32 = 10;
/// The shortest time between two screens.
const AT_LEAST: Duration = Duration::from_millis(100);

/// Runs it.
pub fn run(args: &WatchArgs, global: &GlobalArgs) -> Result<Outcome> {
    let every = interval(&args.every)?;
    let page = report::page(&args.filter, None);
    let mut settings = input::settings(global)?;
    settings.filter = input::filter(&args.filter)?;
    report::fit_to_page(&mut settings, page);
    if args.file.as_os_str() == "-" && io::stdin().is_terminal() {
        bail!("no capture on the standard input: name a file, or `tcpdump -U -w - | wiregloss watch`");
    }
    let mut capture = Capture::follow(&args.file, &signals::stop()?)?;
    let mut live = Live::new(&settings);
    let mut watch = Watch { screen: Screen::new(io::stdout().is_terminal()), page, global, begun: Instant::now() };
    let (mut due, mut shown) = (Instant::now() + every, 0);
    loop {
        capture.wait_at_most(Some(due.saturating_duration_since(Instant::now())));
        let came = capture.next_batch()?.map(|batch| live.take(&batch)).is_some();
        if !came && !capture.is_idle() {
            break;
        }
        let now = Instant::now();
        if now >= due {
            if capture.info().packets > shown {
                shown = capture.info().packets;
                watch.show(&live.now(capture.info()))?;
            }
            due = Instant::now() + every.max(now.elapsed() * (SHARE - 1));
        }
    }
    watch.end(&live.end(capture.info()))?;
    Ok(Outcome::Done)
}

/// What is watched, and how it is shown.
struct Watch<'a> {
    screen: Screen,
    page: Page,
    global: &'a GlobalArgs,
    begun: Instant,
}

impl Watch<'_> {
    fn show(&mut self, report: &Report) -> Result<()> {
        let since = self.begun.elapsed().as_secs_f64();
        let title = format!("after {since:.1} s · Ctrl-C ends with the report");
        let text = self.page(|style, page, out| write_screen(report, style, page, out))?;
        self.screen.show(&title, &text)?;
        Ok(())
    }

    fn end(&mut self, report: &Report) -> Result<()> {
        let text = self.page(|style, page, out| write_terminal(report, style, page, out))?;
        self.screen.end("the end", &text)?;
        Ok(())
    }

    /// A page, as wide as the terminal is now.
    fn page(&self, write: impl FnOnce(&Style, Page, &mut Vec<u8>) -> io::Result<()>) -> io::Result<String> {
        let mut text = Vec::new();
        write(&output::style(self.global), self.page, &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// `5s`, `500ms`, `1m 30s`, or seconds.
fn interval(text: &str) -> Result<Duration> {
    let seconds = text.parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok());
    let spelled = || text.parse::<SignedDuration>().ok().and_then(|d| Duration::try_from(d).ok());
    match seconds.or_else(spelled) {
        Some(every) if every >= AT_LEAST => Ok(every),
        _ => bail!("--every {text}: a duration of at least 100ms, as 5s, 500ms or 2m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_durations_or_seconds() {
        let read = |text| interval(text).map(|d| d.as_millis()).ok();
        assert_eq!(["5s", "500ms", "1m 30s", "2", "0.25"].map(read), [5_000, 500, 90_000, 2_000, 250].map(Some));
        assert_eq!(["", "5 parsecs", "-5s", "0", "10ms", "inf", "NaN"].map(read), [None; 7]);
    }
}
