//! Collecting: conversations and DNS exchanges into the model while the tracker lets go of them.

use super::model::{CaptureReport, ConversationReport, FindingReport, Report, SCHEMA, Undecoded};
use crate::concepts::Finding;
use crate::track::app::dns::DnsExchange;
use crate::track::{Conversation, Event, Overview, Sink, What};

/// Keeps what the report lists; everything else is in the totals.
#[derive(Debug)]
pub struct Collector {
    conversations: Vec<ConversationReport>,
    dns: Vec<DnsExchange>,
    max_conversations: usize,
    max_dns: usize,
    seen_conversations: u64,
    seen_dns: u64,
    series: bool,
}

impl Collector {
    /// Lists at most so many conversations and DNS exchanges, the first ones; `series` keeps time series.
    #[must_use]
    pub fn new(max_conversations: usize, max_dns: usize, series: bool) -> Collector {
        let (conversations, dns) = (Vec::new(), Vec::new());
        Collector { conversations, dns, max_conversations, max_dns, seen_conversations: 0, seen_dns: 0, series }
    }

    /// The whole report.
    #[must_use]
    pub fn finish(mut self, overview: &Overview<'_>, findings: &[Finding]) -> Report {
        self.conversations.sort_by_key(|c| c.id);
        self.dns.sort_by_key(DnsExchange::first_frame);
        let mut capture = capture(overview);
        capture.conversations = self.seen_conversations;
        capture.dns_exchanges = self.seen_dns;
        let cut = self.seen_conversations - self.conversations.len() as u64;
        if cut > 0 {
            capture.limits_hit.insert("report_conversations".to_owned(), cut);
        }
        let cut = self.seen_dns - self.dns.len() as u64;
        if cut > 0 {
            capture.limits_hit.insert("report_dns".to_owned(), cut);
        }
        Report {
            schema: SCHEMA,
            generator: concat!("wiregloss ", env!("CARGO_PKG_VERSION")).to_owned(),
            capture,
            conversations: self.conversations,
            dns: self.dns,
            findings: findings.iter().map(FindingReport::from).collect(),
        }
    }
}

impl Sink for Collector {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        match event.what {
            What::Closed => {
                self.seen_conversations += 1;
                if self.conversations.len() < self.max_conversations {
                    self.conversations.push(ConversationReport::of(conversation, self.series));
                }
            }
            What::Dns(exchange) if !exchange.is_announcement() => {
                self.seen_dns += 1;
                if self.dns.len() < self.max_dns {
                    self.dns.push(exchange.clone());
                }
            }
            _ => {}
        }
    }
}

fn capture(overview: &Overview<'_>) -> CaptureReport {
    let (census, info) = (overview.census, overview.info);
    let any = census.total.packets > 0;
    let mut limits_hit: std::collections::BTreeMap<String, u64> =
        census.limits_hit.iter().chain(&info.limits_hit).map(|(k, v)| ((*k).to_owned(), *v)).collect();
    limits_hit.retain(|_, n| *n > 0);
    let reasons = census.faults.iter().map(|(f, n)| (format!("{}: {}", f.layer, f.reason), u64::from(n.count)));
    CaptureReport {
        files: info.files.iter().map(|f| f.name.raw().to_owned()).collect(),
        link_types: info.link_types().into_iter().map(|link| link.name()).collect(),
        snaplen: info.snaplen(),
        packets: census.total.packets,
        bytes: census.total.bytes,
        first_ns: any.then_some(census.first.ts.0),
        last_ns: any.then_some(census.last.ts.0),
        conversations: 0,
        dns_exchanges: 0,
        undecoded: Undecoded {
            count: census.faults.values().map(|n| u64::from(n.count)).sum(),
            reasons: reasons.collect(),
        },
        file_problems: info.problems.iter().map(|p| (p.kind.to_string(), p.count)).collect(),
        limits_hit,
    }
}
