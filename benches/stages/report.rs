//! The report: closing what is open and collecting it, then writing it.

use divan::{Bencher, black_box};
use wiregloss::report::{Page, Report, Style, write_json, write_terminal};
use wiregloss::source::CaptureInfo;
use wiregloss::{Live, Settings};

use crate::captures::{Traffic, open};

/// Everything taken and nothing finished.
fn taken(traffic: Traffic, settings: &Settings) -> (Live<'_>, CaptureInfo) {
    let (mut capture, mut live) = (open(traffic.file()), Live::new(settings));
    while let Some(batch) = capture.next_batch().expect("memory is readable") {
        live.take(&batch);
    }
    (live, capture.into_info())
}

fn report(traffic: Traffic) -> Report {
    let settings = Settings::default();
    let (live, info) = taken(traffic, &settings);
    live.end(&info)
}

#[divan::bench(args = Traffic::ALL)]
fn finish(bencher: Bencher<'_, '_>, traffic: Traffic) {
    let settings = Settings::default();
    let (live, info) = taken(traffic, &settings);
    bencher.with_inputs(|| live.clone()).bench_local_values(|live| live.end(&info));
}

#[divan::bench(args = Traffic::ALL)]
fn look_at_a_live_capture(bencher: Bencher<'_, '_>, traffic: Traffic) {
    let settings = Settings { page: Some(8), ..Settings::default() };
    let (live, info) = taken(traffic, &settings);
    bencher.bench_local(|| live.now(&info));
}

#[divan::bench(args = Traffic::ALL)]
fn terminal(bencher: Bencher<'_, '_>, traffic: Traffic) {
    let report = report(traffic);
    let style = Style { color: true, links: false, width: 100, guide_url: None };
    bencher.bench_local(|| {
        let mut text = Vec::new();
        write_terminal(&report, &style, Page::default(), &mut text).expect("memory is writable");
        black_box(text)
    });
}

#[divan::bench(args = Traffic::ALL)]
fn json(bencher: Bencher<'_, '_>, traffic: Traffic) {
    let report = report(traffic);
    bencher.bench_local(|| {
        let mut text = Vec::new();
        write_json(&report, &mut text).expect("memory is writable");
        black_box(text)
    });
}
