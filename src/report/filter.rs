//! Filters: what of a capture is wanted.

use std::net::IpAddr;

use crate::concepts::{Finding, Severity, Subject};
use crate::track::{Addr, ConvId, Conversation, Endpoint, Event, Kind, Overview, Sink};

/// Which conversations are wanted; `None` means all.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// This conversation.
    pub conversation: Option<u32>,
    /// Conversations with this address.
    pub host: Option<IpAddr>,
    /// Conversations with this port.
    pub port: Option<u16>,
}

impl Which {
    /// Whether everything is wanted.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.conversation.is_none() && self.host.is_none() && self.port.is_none()
    }

    /// Whether a conversation is wanted.
    #[must_use]
    pub fn wants(&self, c: &Conversation) -> bool {
        self.wants_ends(c.id(), [c.client(), c.server()])
    }

    fn wants_ends(&self, of: ConvId, ends: [Endpoint; 2]) -> bool {
        self.conversation.is_none_or(|id| of == ConvId(id))
            && self.host.is_none_or(|host| ends.iter().any(|e| e.addr == Addr::from(host)))
            && self.port.is_none_or(|port| ends.iter().any(|e| e.port == port))
    }

    /// Whether what is said of a subject is wanted; `ends` are those of the conversation that it is.
    #[must_use]
    pub fn wants_subject(&self, subject: Subject, ends: Option<[Endpoint; 2]>) -> bool {
        self.is_all()
            || match subject {
                Subject::Conversation(id) => ends.is_some_and(|ends| self.wants_ends(id, ends)),
                Subject::Host(host) => self.host.is_some_and(|h| Addr::from(h) == host),
                Subject::Capture => false,
            }
    }
}

/// Which findings are wanted, of the conversations that are; `None` means all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Conversations.
    pub which: Which,
    /// Findings of this section.
    pub section: Option<u8>,
    /// Findings of at least this severity.
    pub severity: Option<Severity>,
    /// Findings of this concept, or of an area.
    pub concept: Option<String>,
}

impl Filter {
    /// Whether a finding is wanted.
    #[must_use]
    pub fn wants(&self, f: &Finding, overview: &Overview<'_>) -> bool {
        // Those counted together have gone through the narrowing one by one.
        (f.folded_subjects > 0 || self.which.wants_subject(f.subject, f.ends(overview.conversations)))
            && self.section.is_none_or(|s| f.concept.section.0 == s)
            && self.severity.is_none_or(|s| f.severity >= s)
            && self.concept.as_deref().is_none_or(|name| f.concept.is_named(name))
    }
}

/// Lets through what concerns wanted conversations only, so that bounds are not used up by others.
#[derive(Debug, Clone)]
pub struct Narrowed<'a, S> {
    /// Who listens.
    pub sink: S,
    which: &'a Which,
    all: bool,
}

impl<'a, S: Sink> Narrowed<'a, S> {
    /// Only these conversations for that sink.
    pub fn new(which: &'a Which, sink: S) -> Narrowed<'a, S> {
        Narrowed { sink, which, all: which.is_all() }
    }
}

impl<S: Sink> Sink for Narrowed<'_, S> {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        if self.all || self.which.wants(conversation) {
            self.sink.event(event, conversation);
        }
    }

    fn needs_all(&self, attempt: &Conversation) -> bool {
        (self.all || self.which.wants(attempt)) && self.sink.needs_all(attempt)
    }

    #[inline]
    fn wants(&self, kind: Kind) -> bool {
        self.sink.wants(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::testing::conversation;

    fn which(conversation: Option<u32>, host: Option<&str>, port: Option<u16>) -> Which {
        Which { conversation, host: host.map(|h| h.parse().expect("an address")), port }
    }

    #[test]
    fn a_conversation_is_wanted_when_all_that_is_asked_holds() {
        let c = conversation(4);
        assert!(which(None, None, None).wants(&c));
        assert!(which(Some(4), Some("198.51.100.7"), Some(50_000)).wants(&c));
        assert!(!which(Some(5), Some("198.51.100.7"), None).wants(&c));
        assert!(!which(None, Some("198.51.100.8"), None).wants(&c));
        assert!(!which(None, Some("::ffff:192.0.2.1"), None).wants(&c), "mapped addresses are others");
        assert!(!which(None, None, Some(80)).wants(&c));
    }

    #[test]
    fn only_wanted_conversations_get_through() {
        struct Count(u32);
        impl Sink for Count {
            fn event(&mut self, _: &Event<'_>, _: &Conversation) {
                self.0 += 1;
            }
        }
        let which = which(Some(2), None, None);
        let mut narrowed = Narrowed::new(&which, Count(0));
        for id in 0..4 {
            let c = conversation(id);
            let what = crate::track::What::Closed;
            let event = Event { at: c.last(), conversation: c.id(), from: crate::track::Dir::Client, what };
            narrowed.event(&event, &c);
        }
        assert_eq!(narrowed.sink.0, 1);
    }
}
