//! Filters: what of a report is wanted.

use serde_json::Value;

use super::model::{ConversationReport, FindingReport, Report};
use crate::concepts::Severity;

/// What is wanted; `None` means everything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// This conversation.
    pub conversation: Option<u32>,
    /// Conversations with this address.
    pub host: Option<String>,
    /// Conversations with this port.
    pub port: Option<u16>,
    /// Findings of this section.
    pub section: Option<u8>,
    /// Findings of at least this severity.
    pub severity: Option<Severity>,
    /// Findings of this concept, or of an area.
    pub concept: Option<String>,
}

impl Filter {
    /// Leaves only what is wanted.
    pub fn apply(&self, report: &mut Report) {
        let narrowed = self.conversation.is_some() || self.host.is_some() || self.port.is_some();
        if narrowed {
            report.conversations.retain(|c| self.wants(c));
            let kept: std::collections::HashSet<u32> = report.conversations.iter().map(|c| c.id).collect();
            report.dns.retain(|d| kept.contains(&d.conversation));
            report.findings.retain(|f| self.is_about(f, &kept));
        }
        report.findings.retain(|f| self.wants_finding(f));
    }

    fn wants(&self, c: &ConversationReport) -> bool {
        self.conversation.is_none_or(|id| c.id == id)
            && self.host.as_ref().is_none_or(|h| c.client.ip == *h || c.server.ip == *h)
            && self.port.is_none_or(|p| c.client.port == Some(p) || c.server.port == Some(p))
    }

    fn is_about(&self, f: &FindingReport, kept: &std::collections::HashSet<u32>) -> bool {
        let id = f.subject.get("conversation").and_then(Value::as_u64);
        let host = f.subject.get("host").and_then(Value::as_str);
        match (id, host) {
            (Some(id), _) => u32::try_from(id).is_ok_and(|id| kept.contains(&id)),
            (None, Some(host)) => self.host.as_deref() == Some(host),
            (None, None) => false,
        }
    }

    fn wants_finding(&self, f: &FindingReport) -> bool {
        let area = |c: &str| f.concept == c || f.concept.strip_prefix(c).is_some_and(|rest| rest.starts_with('.'));
        self.section.is_none_or(|s| f.section == s)
            && self.severity.is_none_or(|s| f.level >= s)
            && self.concept.as_deref().is_none_or(area)
    }
}
