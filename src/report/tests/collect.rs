//! What the report lists where there is not room for all.

use crate::concepts::Severity;
use crate::report::{Collector, Interest, Listing, Report};
use crate::track::tcp::Cause;
use crate::track::testing::{connection, conversation};
use crate::track::{CaptureInfo, Census, Conversation, Overview, Records, Timestamp};

fn collect(listing: Listing, conversations: &[(Conversation, Option<(Severity, u32)>)]) -> Report {
    let mut collector = Collector::new(listing, false);
    for (c, found) in conversations {
        collector.conversation(c, Interest::of(c, *found));
    }
    let (census, info) = (Census::default(), CaptureInfo::default());
    let end = Timestamp(0);
    let conversations = &Records::default();
    collector.finish(&Overview { census: &census, info: &info, conversations, two_msl_ns: 0, end }, Vec::new())
}

fn page(conversations: usize) -> Listing {
    Listing::Page { conversations, told: 1 }
}

fn ids(report: &Report) -> Vec<u32> {
    report.conversations.iter().map(|c| c.id).collect()
}

#[test]
fn conversations_come_in_order_of_their_numbers_whatever_ended_first() {
    let report = collect(page(9), &[3, 0, 2].map(|id| (conversation(id), None)));
    assert_eq!(ids(&report), [0, 2, 3]);
}

#[test]
fn the_most_telling_stay_by_severity_then_retransmissions_then_bytes_then_age() {
    let big = |id| Conversation { payload: [1 << 40, 0], ..conversation(id) };
    let lossy = |id| connection(id, |tcp| tcp.ends[1].retransmits.by_cause[Cause::Fast as usize] = 3);
    let all = [
        (conversation(0), None),
        (conversation(1), None),
        (big(2), None),
        (lossy(3), None),
        (conversation(4), Some((Severity::Info, 1))),
        (conversation(5), Some((Severity::Warn, 1))),
        (conversation(6), Some((Severity::Warn, 2))),
        (conversation(7), Some((Severity::Bad, 1))),
    ];
    let kept = |n| ids(&collect(page(n), &all));
    assert_eq!(kept(1), [7]);
    assert_eq!(kept(2), [6, 7]);
    assert_eq!(kept(3), [5, 6, 7]);
    assert_eq!(kept(4), [4, 5, 6, 7]);
    assert_eq!(kept(5), [3, 4, 5, 6, 7]);
    assert_eq!(kept(6), [2, 3, 4, 5, 6, 7]);
    assert_eq!(kept(7), [0, 2, 3, 4, 5, 6, 7]);
    assert_eq!(collect(page(0), &all).wanted_conversations, 8);
}

#[test]
fn a_bound_that_cut_is_named_and_a_page_is_no_bound() {
    let all = [0, 1, 2].map(|id| (conversation(id), None));
    let cut = collect(Listing::All { conversations: 1, dns: 1, bytes: usize::MAX }, &all).capture.limits_hit;
    assert_eq!(cut.into_iter().collect::<Vec<_>>(), [("report_conversations".to_owned(), 2)]);
    assert!(collect(page(1), &all).capture.limits_hit.is_empty());
}
