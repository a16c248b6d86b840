//! Which rule looks when: event rules by kind, connection rules at the end of a conversation, capture rules at the end.

use rustc_hash::FxHashMap;

use crate::concepts::{self, Concept, Evidence, Need, Needs, Rule};
use crate::track::{Conversation, Event, KINDS, Kind, Overview, What};

type EventRule = fn(&Event<'_>, &Conversation) -> Option<Evidence>;
type ConversationRule = fn(&Conversation) -> Option<Evidence>;
type CaptureRule = fn(&Overview<'_>) -> Vec<Evidence>;

/// A concept, and its place among those whose rules run.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The concept.
    pub concept: &'static Concept,
    /// From 0.
    pub place: usize,
    /// Its rule speaks of a conversation only when that is over, so once at most.
    pub once: bool,
}

/// The catalogue's rules by the moment at which they look, so that an event costs only the rules that want it.
#[derive(Debug, Clone)]
pub struct Rules {
    by_kind: [Vec<(Entry, EventRule)>; KINDS.len()],
    /// Those about DNS exchanges that ordinary ones concern, too.
    ordinary_dns: Vec<(Entry, EventRule)>,
    /// Those that look once a conversation is over.
    last: Vec<Last>,
    /// Those of them that can fire at all, by what the conversation shows. There are as many as combinations of needs are
    /// met with, a few dozen.
    plans: FxHashMap<Needs, Box<[Last]>>,
    capture: Vec<(Entry, CaptureRule)>,
}

impl Rules {
    /// Those of the whole catalogue.
    #[must_use]
    pub fn all() -> Rules {
        Rules::of(concepts::all())
    }

    /// Those of some concepts.
    pub fn of(concepts: impl IntoIterator<Item = &'static Concept>) -> Rules {
        let by_kind = std::array::from_fn(|_| Vec::new());
        let (ordinary_dns, last, capture) = (Vec::new(), Vec::new(), Vec::new());
        let mut rules = Rules { by_kind, ordinary_dns, last, plans: FxHashMap::default(), capture };
        for (place, concept) in concepts.into_iter().enumerate() {
            let once = matches!(concept.rule, Rule::Connection(_) | Rule::Attempt(_) | Rule::Any(_));
            rules.add(Entry { concept, place, once });
        }
        rules.last.sort_by_key(|last| matches!(last.look, Look::Conversation(_)));
        rules
    }

    fn add(&mut self, entry: Entry) {
        match entry.concept.rule {
            Rule::Event(kinds, rule) => {
                if kinds.contains(&Kind::Dns) && !entry.concept.needs.has(Need::OddDns) {
                    self.ordinary_dns.push((entry, rule));
                }
                for kind in kinds {
                    match kind {
                        Kind::Closed => self.last.push(Last { entry, of: None, look: Look::Event(rule) }),
                        _ => self.by_kind[*kind as usize].push((entry, rule)),
                    }
                }
            }
            Rule::Connection(rule) => self.at_last(entry, Some(Need::Talk), rule),
            Rule::Attempt(rule) => self.at_last(entry, Some(Need::Attempt), rule),
            Rule::Any(rule) => self.at_last(entry, None, rule),
            Rule::Capture(rule) => self.capture.push((entry, rule)),
            Rule::Both(one, all) => {
                self.at_last(entry, Some(Need::Talk), one);
                self.capture.push((entry, all));
            }
        }
    }

    fn at_last(&mut self, entry: Entry, of: Option<Need>, rule: ConversationRule) {
        self.last.push(Last { entry, of, look: Look::Conversation(rule) });
    }

    /// Whether any rule looks at events of this kind.
    #[must_use]
    pub fn want(&self, kind: Kind) -> bool {
        kind == Kind::Closed || !self.by_kind[kind as usize].is_empty()
    }

    /// Runs the rules that an event concerns; each that fires is told to `found`, which may take the evidence.
    pub fn event(
        &mut self,
        event: &Event<'_>,
        conversation: &Conversation,
        mut found: impl FnMut(Entry, &mut Evidence),
    ) {
        let kind = event.what.kind();
        if kind == Kind::Closed {
            return self.last(event, conversation, found);
        }
        let all = &self.by_kind[kind as usize];
        let ordinary = matches!(event.what, What::Dns(exchange) if exchange.is_ordinary());
        for (entry, rule) in if ordinary { &self.ordinary_dns } else { all } {
            if let Some(evidence) = &mut rule(event, conversation) {
                found(*entry, evidence);
            }
        }
        let missed = |(entry, rule): &(Entry, EventRule)| {
            entry.concept.needs.has(Need::OddDns) && rule(event, conversation).is_some()
        };
        debug_assert!(!ordinary || !all.iter().any(missed), "a rule has something to say of an ordinary exchange");
    }

    /// The conversation is over.
    fn last(&mut self, event: &Event<'_>, conversation: &Conversation, mut found: impl FnMut(Entry, &mut Evidence)) {
        let Rules { last, plans, .. } = self;
        let met = Needs::met(conversation);
        let plan = plans
            .entry(met)
            .or_insert_with(|| last.iter().filter(|last| last.needs().are_met_by(met)).copied().collect());
        for Last { entry, look, .. } in plan.iter() {
            if let Some(evidence) = &mut look.at(event, conversation) {
                found(*entry, evidence);
            }
        }
        debug_assert!(!last.iter().any(|last| last.is_missed(met, event, conversation)), "needs that a rule has not");
    }

    /// Runs the rules that look at the capture as a whole.
    pub fn capture(&self, overview: &Overview<'_>, mut found: impl FnMut(Entry, &mut Evidence)) {
        for (entry, rule) in &self.capture {
            for mut evidence in rule(overview) {
                found(*entry, &mut evidence);
            }
        }
    }
}

/// A rule that looks at conversations that are over.
#[derive(Debug, Clone, Copy)]
struct Last {
    entry: Entry,
    /// Attempts, or all but attempts.
    of: Option<Need>,
    look: Look,
}

impl Last {
    fn needs(&self) -> Needs {
        self.of.map_or(self.entry.concept.needs, |of| self.entry.concept.needs.and(of))
    }

    /// Whether it would have fired without what its concept needs, which then is too much.
    fn is_missed(&self, met: Needs, event: &Event<'_>, conversation: &Conversation) -> bool {
        self.of.is_none_or(|of| Needs::of(&[of]).are_met_by(met))
            && !self.entry.concept.needs.are_met_by(met)
            && self.look.at(event, conversation).is_some()
    }
}

/// What it looks at.
#[derive(Debug, Clone, Copy)]
enum Look {
    Event(EventRule),
    Conversation(ConversationRule),
}

impl Look {
    fn at(self, event: &Event<'_>, conversation: &Conversation) -> Option<Evidence> {
        match self {
            Look::Event(rule) => rule(event, conversation),
            Look::Conversation(rule) => rule(conversation),
        }
    }
}
