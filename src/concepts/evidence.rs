//! What a rule returns when it fires: the frames, the time, and the values the statement was derived from.

use arrayvec::ArrayVec;

use super::Severity;
use crate::decode::Addr;
use crate::track::{At, Basis, ConvId, Endpoint, Records};

/// One value of the evidence, as the JSON report shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A count, a size in bytes, a frame number, nanoseconds.
    Int(i64),
    /// Milliseconds, a share, a rate.
    Num(f64),
    /// A name, an address, a state.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// Several texts.
    List(Vec<String>),
}

macro_rules! from {
    ($($t:ty => $v:ident as $x:ident $e:expr,)+) => {
        $(impl From<$t> for Value { fn from($x: $t) -> Value { Value::$v($e) } })+
    };
}
from! {
    u8 => Int as x i64::from(x),
    u16 => Int as x i64::from(x),
    u32 => Int as x i64::from(x),
    i32 => Int as x i64::from(x),
    i64 => Int as x x,
    u64 => Int as x i64::try_from(x).unwrap_or(i64::MAX),
    usize => Int as x i64::try_from(x).unwrap_or(i64::MAX),
    f64 => Num as x x,
    f32 => Num as x f64::from(x),
    bool => Bool as x x,
    &str => Text as x x.to_owned(),
    String => Text as x x,
    Vec<String> => List as x x,
}

/// Frames named by one piece of evidence.
pub const MAX_FRAMES: usize = 8;

/// Values by name. Most evidence is counted and gone before it has any, so they are not part of it, and it is small.
#[derive(Debug, Clone, Default)]
struct Values {
    usual: ArrayVec<(&'static str, Value), USUAL_VALUES>,
    more: Vec<(&'static str, Value)>,
}

/// Values that most evidence has no more of; room for them is made at once.
const USUAL_VALUES: usize = 8;

impl Values {
    fn add(&mut self, name: &'static str, value: Value) {
        if let Err(full) = self.usual.try_push((name, value)) {
            self.more.push(full.element());
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// One conversation.
    Conversation(ConvId),
    /// One host.
    Host(Addr),
    /// The capture as a whole.
    Capture,
}

impl Subject {
    /// The ends of the conversation that it is, among all that are remembered.
    #[must_use]
    pub fn ends(self, all: &Records) -> Option<[Endpoint; 2]> {
        let Subject::Conversation(ConvId(id)) = self else { return None };
        all.get(id as usize).map(|c| [c.client(), c.server()])
    }
}

/// One instance of a concept in this capture. No larger than what is copied without a call.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What it is about; `None` for the conversation at hand (or the capture, for capture-wide rules).
    pub subject: Option<Subject>,
    /// The frames that show it, most telling first.
    pub frames: ArrayVec<u32, MAX_FRAMES>,
    /// When.
    pub at: At,
    /// The values it was derived from, by name (snake case, units as suffix: `_ms`, `_bytes`, `_ns`).
    values: Option<Box<Values>>,
    /// Seen or derived.
    pub basis: Basis,
    /// How bad this instance is, to choose the worst; any scale, the same within a concept.
    pub weight: f64,
    /// Severity of this instance where it differs from the concept's.
    pub severity: Option<Severity>,
    /// How many instances this stands for; 1 unless the rule looked at a total.
    pub count: u64,
}

const _: () = assert!(size_of::<Option<Evidence>>() <= 128);

impl Evidence {
    /// Observed evidence at a packet.
    #[must_use]
    #[inline]
    pub fn at(at: At) -> Evidence {
        let mut frames = ArrayVec::new();
        if at.frame != 0 {
            frames.push(at.frame);
        }
        let (subject, severity, values) = (None, None, None);
        Evidence { subject, frames, at, values, basis: Basis::Observed, weight: 0.0, severity, count: 1 }
    }

    /// All of it, for who keeps it; what is left says nothing.
    #[must_use]
    pub fn take(&mut self) -> Evidence {
        std::mem::replace(self, Evidence::at(self.at))
    }

    /// Names a further frame; 0, repeats and those beyond [`MAX_FRAMES`] are left out.
    #[must_use]
    #[inline(always)]
    pub fn frame(mut self, frame: u32) -> Evidence {
        if frame != 0 && !self.frames.contains(&frame) {
            let _full = self.frames.try_push(frame);
        }
        self
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Evidence {
        self.values.get_or_insert_default().add(name, value.into());
        self
    }

    /// Adds a value that may be unknown: then it is left out.
    #[must_use]
    pub fn maybe(self, name: &'static str, value: Option<impl Into<Value>>) -> Evidence {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// How bad this instance is.
    #[must_use]
    #[inline]
    pub fn weight(mut self, weight: f64) -> Evidence {
        self.weight = weight;
        self
    }

    /// This was derived, not seen.
    #[must_use]
    #[inline]
    pub fn inferred(mut self, confidence: f32, because: &'static str) -> Evidence {
        self.basis = Basis::Inferred { confidence, because };
        self
    }

    /// A severity other than the concept's.
    #[must_use]
    #[inline]
    pub fn severity(mut self, severity: Severity) -> Evidence {
        self.severity = Some(severity);
        self
    }

    /// What it is about, where that is not the conversation at hand.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Evidence {
        self.subject = Some(subject);
        self
    }

    /// How many instances this stands for.
    #[must_use]
    #[inline]
    pub fn times(mut self, count: impl Into<u64>) -> Evidence {
        self.count = count.into();
        self
    }

    /// The values, in the order in which they were added.
    pub fn values(&self) -> impl Iterator<Item = &(&'static str, Value)> {
        self.values.iter().flat_map(|values| values.usual.iter().chain(&values.more))
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// Whether a value of that name is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A number by name; 0 when absent.
    #[must_use]
    pub fn num(&self, name: &str) -> f64 {
        match self.get(name) {
            Some(Value::Num(n)) => *n,
            Some(Value::Int(n)) => *n as f64,
            _ => 0.0,
        }
    }

    /// An integer by name; 0 when absent.
    #[must_use]
    pub fn int(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(Value::Int(n)) => *n,
            Some(Value::Num(n)) => *n as i64,
            _ => 0,
        }
    }

    /// A text by name; empty when absent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(t)) => t,
            _ => "",
        }
    }

    /// A list by name, joined by commas; empty when absent.
    #[must_use]
    pub fn list(&self, name: &str) -> String {
        match self.get(name) {
            Some(Value::List(l)) => l.join(", "),
            _ => String::new(),
        }
    }

    /// A flag by name; false when absent.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }
}
