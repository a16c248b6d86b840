//! Which rule looks when: event rules by kind, connection rules at the end of a conversation, capture rules at the end.

use crate::concepts::{self, Concept, Evidence, Need, Needs, Rule};
use crate::track::census::Few;
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
    by_kind: [Vec<Run>; KINDS.len()],
    /// Those about DNS exchanges that ordinary ones concern, too.
    ordinary_dns: Vec<Run>,
    /// Those that look once a conversation is over.
    last: Vec<Last>,
    /// Those of them that can fire at all, by what the conversation shows. There are as many as combinations of needs are
    /// met with, a few dozen.
    plans: Few<Needs, Option<Box<[Run]>>>,
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
        let mut rules = Rules { by_kind, ordinary_dns, last, plans: Few::default(), capture };
        for (place, concept) in concepts.into_iter().enumerate() {
            let once = matches!(concept.rule, Rule::Connection(_) | Rule::Attempt(_) | Rule::Any(_));
            rules.add(Entry { concept, place, once });
        }
        rules.last.sort_by_key(|last| matches!(last.run.look, Look::Conversation(_)));
        rules
    }

    fn add(&mut self, entry: Entry) {
        match entry.concept.rule {
            Rule::Event(kinds, rule) => {
                let run = Run { entry, look: Look::Event(rule) };
                if kinds.contains(&Kind::Dns) && !entry.concept.needs.has(Need::OddDns) {
                    self.ordinary_dns.push(run);
                }
                for kind in kinds {
                    match kind {
                        Kind::Closed => self.last.push(Last { run, of: None }),
                        _ => self.by_kind[*kind as usize].push(run),
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
        self.last.push(Last { run: Run { entry, look: Look::Conversation(rule) }, of });
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
        for Run { entry, look } in self.concerned(event, conversation) {
            if let Some(evidence) = &mut look.at(event, conversation) {
                found(*entry, evidence);
            }
        }
        debug_assert!(!self.misses(event, conversation), "a rule that was not run has something to say");
    }

    /// The rules that can fire.
    #[inline]
    fn concerned(&mut self, event: &Event<'_>, conversation: &Conversation) -> &[Run] {
        match &event.what {
            What::Closed => {
                let Rules { last, plans, .. } = self;
                let met = Needs::met(conversation);
                let can_fire =
                    || last.iter().filter(|last| last.needs().are_met_by(met)).map(|last| last.run).collect();
                plans.of(met).get_or_insert_with(can_fire)
            }
            What::Dns(exchange) if exchange.is_ordinary() => &self.ordinary_dns,
            what => &self.by_kind[what.kind() as usize],
        }
    }

    /// Whether one of the other rules would have fired, so that its concept needs less than it says.
    fn misses(&self, event: &Event<'_>, conversation: &Conversation) -> bool {
        let missed =
            |run: &Run| run.entry.concept.needs.has(Need::OddDns) && run.look.at(event, conversation).is_some();
        match &event.what {
            What::Closed => self.last.iter().any(|last| last.is_missed(event, conversation)),
            What::Dns(exchange) => exchange.is_ordinary() && self.by_kind[Kind::Dns as usize].iter().any(missed),
            _ => false,
        }
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

/// A rule about events or conversations.
#[derive(Debug, Clone, Copy)]
struct Run {
    entry: Entry,
    look: Look,
}

/// One that looks at conversations that are over.
#[derive(Debug, Clone, Copy)]
struct Last {
    run: Run,
    /// Attempts, or all but attempts.
    of: Option<Need>,
}

impl Last {
    fn needs(&self) -> Needs {
        let needs = self.run.entry.concept.needs;
        self.of.map_or(needs, |of| needs.and(of))
    }

    /// Whether it would have fired without what its concept needs, which then is too much.
    fn is_missed(&self, event: &Event<'_>, conversation: &Conversation) -> bool {
        let met = Needs::met(conversation);
        self.of.is_none_or(|of| Needs::of(&[of]).are_met_by(met))
            && !self.run.entry.concept.needs.are_met_by(met)
            && self.run.look.at(event, conversation).is_some()
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
