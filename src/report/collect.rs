//! Collecting: conversations and DNS exchanges into the model while the tracker lets go of them.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

use super::model::{CaptureReport, ConversationReport, EndReport, FindingReport, Report, SCHEMA, Share, Undecoded};
use crate::concepts::{Finding, Severity};
use crate::track::app::dns::DnsExchange;
use crate::track::app::tls::Certificate;
use crate::track::app::{App, TlsFacts};
use crate::track::census::Few;
use crate::track::{Conversation, Dir, Overview, Proto, Records};

/// How much the report lists. What is beyond is in the totals only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// What fits a page, which has no DNS exchanges.
    Page {
        /// Conversations, the most telling ones.
        conversations: usize,
        /// Findings of each concept that are told in words, the worst; the others only count.
        told: usize,
    },
    /// All, up to bounds; the most telling conversations and the first exchanges stay.
    All {
        /// Conversations.
        conversations: usize,
        /// DNS exchanges.
        dns: usize,
        /// Bytes that either may take, roughly.
        bytes: usize,
    },
}

impl Listing {
    /// Conversations, DNS exchanges, and bytes of either.
    fn room(self) -> (usize, usize, usize) {
        match self {
            Listing::Page { conversations, .. } => (conversations, 0, usize::MAX),
            Listing::All { conversations, dns, bytes } => (conversations, dns, bytes),
        }
    }
}

/// How telling a conversation is: what was found in it, then what had to be sent again, then what it carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interest {
    worst: Option<Severity>,
    times: u32,
    again: u32,
    bytes: u64,
    earlier: Reverse<u32>,
}

impl Interest {
    /// That of a conversation in which rules fired so often, and their worst severity.
    #[must_use]
    pub fn of(c: &Conversation, found: Option<(Severity, u32)>) -> Interest {
        let again = |dir| c.tcp().and_then(|tcp| tcp.end(dir).trouble()).map_or(0, |t| t.retransmits.total());
        Interest {
            worst: found.map(|f| f.0),
            times: found.map_or(0, |f| f.1),
            again: again(Dir::Client).saturating_add(again(Dir::Server)),
            bytes: c.payload(Dir::Client).saturating_add(c.payload(Dir::Server)),
            earlier: Reverse(c.id().0),
        }
    }
}

/// Keeps what the report lists.
#[derive(Debug, Clone)]
pub struct Collector {
    listing: Listing,
    series: bool,
    conversations: BinaryHeap<Reverse<Kept>>,
    conversation_bytes: usize,
    dns: Vec<DnsExchange>,
    dns_bytes: usize,
    seen_conversations: u64,
    seen_dns: u64,
    /// Conversations and payload bytes; as many as there are protocols.
    mix: Few<(App, Proto), (u64, u64)>,
}

impl Collector {
    /// An empty one; `series` keeps time series.
    #[must_use]
    pub fn new(listing: Listing, series: bool) -> Collector {
        Collector {
            listing,
            series,
            conversations: BinaryHeap::new(),
            conversation_bytes: 0,
            dns: Vec::new(),
            dns_bytes: 0,
            seen_conversations: 0,
            seen_dns: 0,
            mix: Few::default(),
        }
    }

    /// A conversation is over.
    pub fn conversation(&mut self, c: &Conversation, interest: Interest) {
        self.seen_conversations += 1;
        let share = self.mix.of((c.app(), c.proto()));
        *share = (share.0 + 1, share.1.saturating_add(interest.bytes));
        if !self.would_list(interest) {
            return;
        }
        if self.conversations.len() >= self.listing.room().0 {
            self.drop_least();
        }
        let report = ConversationReport::of(c, interest, self.series);
        self.conversation_bytes += weight(&report);
        self.conversations.push(Reverse(Kept { interest, report }));
        while self.conversation_bytes > self.listing.room().2 {
            self.drop_least();
        }
    }

    /// Whether it would list a conversation of which no more than this can be told.
    #[must_use]
    pub fn would_list(&self, most: Interest) -> bool {
        self.conversations.len() < self.listing.room().0
            || self.conversations.peek().is_some_and(|Reverse(least)| least.interest < most)
    }

    fn drop_least(&mut self) {
        let weight = self.conversations.pop().map_or(0, |Reverse(kept)| weight(&kept.report));
        self.conversation_bytes = self.conversation_bytes.saturating_sub(weight);
    }

    /// A DNS exchange is complete; announcements (RFC 6762 §8.3) are none.
    pub fn dns(&mut self, exchange: &DnsExchange) {
        if exchange.is_announcement() {
            return;
        }
        self.seen_dns += 1;
        let bytes = size_of::<DnsExchange>() + exchange.response.as_ref().map_or(0, |r| r.message.len());
        let (_, most, room) = self.listing.room();
        if self.dns.len() < most && self.dns_bytes + bytes <= room {
            self.dns_bytes += bytes;
            self.dns.push(exchange.clone());
        }
    }

    /// The whole report; of each concept the worst finding comes first.
    #[must_use]
    pub fn finish(self, overview: &Overview<'_>, findings: Vec<Finding>) -> Report {
        let mut conversations: Vec<_> = self.conversations.into_iter().map(|Reverse(kept)| kept.report).collect();
        conversations.sort_by_key(|c| c.id);
        let mut dns = self.dns;
        dns.sort_by_key(DnsExchange::first_frame);
        let mut capture = capture(overview);
        capture.dns_exchanges = self.seen_dns;
        if matches!(self.listing, Listing::All { .. }) {
            let left_out = |seen: u64, listed: usize| seen.saturating_sub(listed as u64);
            let conversations = left_out(self.seen_conversations, conversations.len());
            capture.limits_hit.insert("report_conversations".to_owned(), conversations);
            capture.limits_hit.insert("report_dns".to_owned(), left_out(self.seen_dns, dns.len()));
        }
        capture.limits_hit.retain(|_, n| *n > 0);
        Report {
            schema: SCHEMA,
            generator: concat!("wiregloss ", env!("CARGO_PKG_VERSION")).to_owned(),
            capture,
            conversations,
            dns,
            findings: tell(findings, self.listing, overview.conversations),
            wanted_conversations: self.seen_conversations,
            mix: mix(&self.mix),
        }
    }
}

/// Findings in words, as far as they are listed; so are those for whom there was no room, where one of them turned out
/// worse than all that were kept.
fn tell(findings: Vec<Finding>, listing: Listing, conversations: &Records) -> Vec<FindingReport> {
    let most = if let Listing::Page { told, .. } = listing { told } else { usize::MAX };
    let (mut concept, mut nth, mut worst) = ("", 0, Severity::Info);
    let tell = |f: Finding| {
        (nth, worst) = if concept == f.concept.id { (nth + 1, worst) } else { (0, f.severity) };
        concept = f.concept.id;
        if nth < most || f.severity > worst {
            FindingReport::of(f, conversations)
        } else {
            FindingReport::counted(&f, conversations)
        }
    };
    findings.into_iter().map(tell).collect()
}

/// About how many bytes a conversation takes: what every one has, what bulk senders add, and its certificates, which can
/// be of any size.
fn weight(report: &ConversationReport) -> usize {
    /// With two ends and their states.
    const TCP: usize = 1_024;
    /// An empty text and what the allocator adds.
    const NAME: usize = 56;
    let certificate = |c: &std::rc::Rc<Certificate>| c.der_bytes as usize + c.names.len() * NAME;
    let certificates = |tls: &TlsFacts| tls.certificates.iter().chain(&tls.client_certificates).map(certificate).sum();
    let ends = report.tcp.iter().flat_map(|tcp| [&tcp.client, &tcp.server]);
    let bulk: usize = ends.map(EndReport::bulk_bytes).sum();
    size_of::<Kept>() + TCP + bulk + report.tls.as_deref().map_or(0, certificates)
}

/// A conversation in the heap, ordered by its interest alone, which no two share.
#[derive(Debug, Clone)]
struct Kept {
    interest: Interest,
    report: ConversationReport,
}

impl PartialEq for Kept {
    fn eq(&self, other: &Kept) -> bool {
        self.interest == other.interest
    }
}

impl Eq for Kept {}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Kept) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kept {
    fn cmp(&self, other: &Kept) -> Ordering {
        self.interest.cmp(&other.interest)
    }
}

fn mix(seen: &Few<(App, Proto), (u64, u64)>) -> Vec<Share> {
    let mut shares: Vec<Share> = Vec::new();
    for ((app, proto), (conversations, payload)) in seen.iter().copied().collect::<BTreeMap<_, _>>() {
        let name = app.name().map_or_else(|| proto.name(), str::to_owned);
        match shares.iter_mut().find(|s| s.name == name) {
            Some(share) => {
                share.conversations += conversations;
                share.payload = share.payload.saturating_add(payload);
            }
            None => shares.push(Share { name, conversations, payload }),
        }
    }
    shares.sort_by_key(|s| (Reverse(s.payload), Reverse(s.conversations)));
    shares
}

fn capture(overview: &Overview<'_>) -> CaptureReport {
    let (census, info) = (overview.census, overview.info);
    let any = census.total.packets > 0;
    let mut limits_hit: BTreeMap<String, u64> = BTreeMap::new();
    for (name, n) in census.limits_hit.iter().chain(&info.limits_hit) {
        *limits_hit.entry((*name).to_owned()).or_default() += n;
    }
    let reasons = census.faults.iter().map(|(f, n)| (format!("{}: {}", f.layer, f.reason), u64::from(n.count)));
    CaptureReport {
        files: info.files.iter().map(|f| f.name.raw().to_owned()).collect(),
        link_types: info.link_types().into_iter().map(|link| link.name()).collect(),
        snaplen: info.snaplen(),
        packets: census.total.packets,
        bytes: census.total.bytes,
        first_ns: any.then_some(census.first.ts.0),
        last_ns: any.then_some(census.last.ts.0),
        conversations: census.conversations,
        dns_exchanges: 0,
        undecoded: Undecoded {
            count: census.faults.values().map(|n| u64::from(n.count)).sum(),
            reasons: reasons.collect(),
        },
        file_problems: info.problems.iter().map(|p| (p.kind.to_string(), p.count)).collect(),
        limits_hit,
    }
}
