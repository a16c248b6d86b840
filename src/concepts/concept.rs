//! What a concept is: one thing that a section of the guide teaches and packets can show.

use super::{Evidence, Finding, Needs, Severity};
use crate::guide::Section;
use crate::track::{Conversation, Event, Kind, Overview};

/// One entry of the catalogue. Concepts are pure: they never count, dedupe, hold state or parse bytes.
#[derive(Debug)]
pub struct Concept {
    /// Id, `area.name`, stable across versions.
    pub id: &'static str,
    /// A title of a few words.
    pub title: &'static str,
    /// The section of the guide that teaches it.
    pub section: Section,
    /// How much it matters, unless the evidence says otherwise.
    pub severity: Severity,
    /// What it teaches: the doc comment of its declaration.
    pub lesson: &'static str,
    /// Where it is specified.
    pub rfcs: &'static [&'static str],
    /// The Wireshark display filter that comes closest; empty where there is none.
    pub filter: &'static str,
    /// What an interviewer would ask.
    pub question: &'static str,
    /// What counts as evidence.
    pub rule: Rule,
    /// What a conversation that is over must show for the rule to be able to fire.
    pub needs: Needs,
    /// Completes the evidence of an event or connection rule. What a report shows of a million lookups is a few of them,
    /// so a rule that fires often gives frames, weight and severity, and leaves the values to this.
    pub detail: Option<Detail>,
    /// The same for evidence of a capture rule, which may be of many hosts.
    pub overall: Option<Overall>,
    /// Of several pieces of evidence about one subject, that whose values `explain` and `answer` need.
    pub tells: Tells,
    /// What this capture shows, in its own numbers.
    pub explain: fn(&Finding) -> String,
    /// The reply an interviewer wants, in this capture's numbers.
    pub answer: fn(&Finding) -> String,
}

impl Concept {
    /// Evidence with all its values.
    #[must_use]
    pub fn complete(&self, event: &Event<'_>, conversation: &Conversation, evidence: Evidence) -> Evidence {
        match self.detail {
            Some(detail) => detail(event, conversation, evidence),
            None => evidence,
        }
    }

    /// Evidence of a capture rule with all its values.
    #[must_use]
    pub fn complete_overall(&self, overview: &Overview<'_>, evidence: Evidence) -> Evidence {
        match self.overall {
            Some(overall) => overall(overview, evidence),
            None => evidence,
        }
    }

    /// Whether `name` is its id or its area, as `tcp` is of `tcp.reset`.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// How much one piece of evidence matters.
    #[must_use]
    pub fn severity_of(&self, evidence: &Evidence) -> Severity {
        evidence.severity.unwrap_or(self.severity)
    }
}

/// Adds values to the evidence that a rule gave of this event and conversation.
pub type Detail = fn(&Event<'_>, &Conversation, Evidence) -> Evidence;

/// Adds values to the evidence that a rule gave of this capture.
pub type Overall = fn(&Overview<'_>, Evidence) -> Evidence;

/// Which of a subject's evidence is put in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// The worst; or there is but one, or a rule that leaves nothing to [`Concept::detail`].
    Worst,
    /// The first.
    First,
}

/// When a rule looks, and at what.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// At each event of these kinds.
    Event(&'static [Kind], fn(&Event<'_>, &Conversation) -> Option<Evidence>),
    /// Once a conversation is over (closed, evicted, or the capture's end), TCP attempts without an answer excepted.
    Connection(fn(&Conversation) -> Option<Evidence>),
    /// Once a TCP connection attempt is over that got no SYN-ACK (in sight): silence, a refusal, an ICMP error. Scans
    /// make millions of these, so only the rules that speak of them run.
    Attempt(fn(&Conversation) -> Option<Evidence>),
    /// Once a conversation is over, attempts included.
    Any(fn(&Conversation) -> Option<Evidence>),
    /// Once, at the capture's end.
    Capture(fn(&Overview<'_>) -> Vec<Evidence>),
    /// As `Connection`, and at the capture's end for what only many connections together show.
    Both(fn(&Conversation) -> Option<Evidence>, fn(&Overview<'_>) -> Vec<Evidence>),
}

/// Declares a concept: its doc comment is the lesson; `explain` and `answer` are functions of the same file.
macro_rules! concept {
    (@detail) => { None };
    (@detail $detail:expr) => { Some($detail) };
    (@tells) => { $crate::concepts::Tells::Worst };
    (@tells $tells:ident) => { $crate::concepts::Tells::$tells };
    (
        $(#[doc = $doc:expr])+
        $name:ident {
            id: $id:literal,
            title: $title:literal,
            section: $section:literal,
            severity: $severity:ident,
            rfcs: [$($rfc:literal),* $(,)?],
            filter: $filter:literal,
            question: $question:literal,
            rule: $rule:expr
            $(, needs: [$($need:ident),+])?
            $(, detail: $detail:expr)?
            $(, overall: $overall:expr)?
            $(, tells: $tells:ident)? $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        pub static $name: $crate::concepts::Concept = $crate::concepts::Concept {
            id: $id,
            title: $title,
            section: $crate::guide::Section($section),
            severity: $crate::concepts::Severity::$severity,
            lesson: concat!($($doc, "\n"),+),
            rfcs: &[$($rfc),*],
            filter: $filter,
            question: $question,
            rule: $rule,
            needs: $crate::concepts::Needs::of(&[$($($crate::concepts::Need::$need),+)?]),
            detail: $crate::concepts::concept!(@detail $($detail)?),
            overall: $crate::concepts::concept!(@detail $($overall)?),
            tells: $crate::concepts::concept!(@tells $($tells)?),
            explain,
            answer,
        };
    };
}
pub(crate) use concept;
