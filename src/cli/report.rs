//! `wiregloss report`.

use std::io::Write;

use anyhow::{Result, bail};

use super::args::{Format, GlobalArgs, ReportArgs};
use super::input;
use super::output::{self, Outcome};
use crate::Settings;
use crate::concepts::{self, Severity};
use crate::report::{Page, write_json, write_terminal};

/// Subjects of a concept that a page is chosen from; the totals are exact whatever it is.
const PAGE_FINDINGS: usize = 200;

/// Runs it.
pub fn run(args: &ReportArgs, global: &GlobalArgs) -> Result<Outcome> {
    let filter = &args.filter;
    let in_full = filter.section.is_some()
        || filter.severity.is_some()
        || filter.concept.is_some()
        || filter.which.conversation.is_some();
    let page = Page { rows: args.all, in_full };
    let mut settings = input::settings(global)?;
    if let Some(id) = filter.concept.as_deref().filter(|id| !concepts::all().any(|c| c.is_named(id))) {
        bail!("--concept {id}: no such concept or area; `wiregloss concepts` lists them");
    }
    settings.filter = (&args.filter).into();
    settings.series = args.series;
    if args.format == Format::Terminal {
        fit_to_page(&mut settings, page);
    }
    let mut capture = input::open(&args.input)?;
    let report = crate::analyze(&mut capture, &settings, &mut input::progress(global))?;
    let mut out = output::stdout();
    match args.format {
        Format::Json => write_json(&report, &mut out)?,
        Format::Terminal => write_terminal(&report, &output::style(global), page, &mut out)?,
    }
    out.flush()?;
    let failed = args.fail_on.map(Severity::from).is_some_and(|level| report.findings.iter().any(|f| f.level >= level));
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// Keeps no more than a page can show.
pub fn fit_to_page(settings: &mut Settings, page: Page) {
    settings.page = Some(page.conversations());
    if page.rows.is_none() {
        let kept = &mut settings.track.limits.findings_per_concept;
        *kept = PAGE_FINDINGS.min(*kept);
    }
}
