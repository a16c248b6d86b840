//! A query and its response, with what earlier messages say about them.

use std::rc::Rc;

use super::answer::Answer;
use super::attempts::Lookup;
use super::companions::Companions;
use super::facts::{AnswerFacts, EdnsFacts};
use super::history::Recall;
use super::search::Tried;
use crate::decode::dns::{Class, Data, Fault, Header, HeaderFlags, Message, Opcode, OwnedName, Rcode, Rtype};
use crate::source::At;
use crate::track::app::App;
use crate::track::{ConvId, Conversation, Endpoint, Proto};

/// Which of the protocols that use DNS messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protocol {
    /// DNS over UDP (RFC 1035 §4.2.1).
    #[default]
    Udp,
    /// DNS over TCP (RFC 7766).
    Tcp,
    /// Multicast DNS (RFC 6762).
    Mdns,
    /// Link-local multicast name resolution (RFC 4795).
    Llmnr,
}

impl Protocol {
    /// The application's name.
    #[must_use]
    pub fn app(self) -> App {
        match self {
            Protocol::Udp | Protocol::Tcp => App::Dns,
            Protocol::Mdns => App::Mdns,
            Protocol::Llmnr => App::Llmnr,
        }
    }

    /// Whether questions go to a group, so that none, one or several answer.
    #[must_use]
    pub fn is_multicast(self) -> bool {
        matches!(self, Protocol::Mdns | Protocol::Llmnr)
    }
}

/// How a response and a query belong together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Matching {
    /// A query, with its response where there is one.
    #[default]
    Asked,
    /// A response to a query that the capture does not show; normal in multicast DNS.
    Unasked,
    /// One more response to an answered query, saying the same, or one for each time it was asked.
    Repeated {
        /// The response that came first.
        first: At,
    },
    /// A response to a question that this client asked in this conversation, under an id that it did not use.
    Stray {
        /// The client's query.
        asked: At,
        /// Its id.
        id: u16,
    },
    /// A response under the id of a query that waits in this conversation, to another question than that.
    Other {
        /// The client's query.
        asked: At,
        /// What it asks.
        wanted: Box<Asked>,
    },
    /// A response from another server than the one that was asked, which has not answered.
    Elsewhere {
        /// The client's query, with the same question, id and port.
        asked: At,
        /// Who was asked.
        server: Endpoint,
    },
    /// One more response to a query asked once, saying something else: somebody else answered too.
    Rival {
        /// The response that came first.
        first: Rc<Answer>,
    },
}

/// A query and its response.
#[derive(Debug, Clone, Default)]
pub struct DnsExchange {
    /// Its conversation.
    pub conversation: u32,
    /// Which protocol.
    pub protocol: Protocol,
    /// Who asks; for an announcement of multicast DNS, whom it is for.
    pub client: Endpoint,
    /// Who is asked.
    pub server: Endpoint,
    /// Id that ties both together.
    pub id: u16,
    /// What kind of request.
    pub opcode: Opcode,
    /// The first question; `None` where there is none or it cannot be read.
    pub question: Option<Asked>,
    /// The query; `None` where it was not captured.
    pub query: Option<Query>,
    /// Times that the same query was sent again on the same ports with the same id.
    pub retries: u32,
    /// The response; `None` where none was captured.
    pub response: Option<Box<Response>>,
    /// How the two belong together.
    pub matching: Matching,
    /// The client's whole effort to look this name and type up.
    pub lookup: Option<Lookup>,
    /// Queries of the same client for the same name and the address types, this one included, as far as they were sent
    /// before.
    pub companions: Companions,
    /// What the same question gave earlier.
    pub recall: Option<Box<Recall>>,
    /// Suffixes that the client tried before this name, in order; each gave NXDOMAIN.
    pub suffixes: Vec<Tried>,
    /// Latest packet when this was told: for a query without a response, how long the capture watched.
    pub until: At,
}

/// Exchanges on their way out. The boxes go back to the table that gave them, to be used again.
pub type Exchanges = Vec<Box<DnsExchange>>;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The name, in the case sent.
    pub name: OwnedName,
    /// The type.
    pub rtype: Rtype,
    /// The class.
    pub class: Class,
}

/// What is kept of a query.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// When it was sent first.
    pub at: At,
    /// When it was sent last.
    pub last: At,
    /// EDNS.
    pub edns: Option<EdnsFacts>,
}

/// What is kept of a response.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// When it was captured.
    pub at: At,
    /// Its header.
    pub header: Header,
    /// Response code with its extension.
    pub rcode: Rcode,
    /// EDNS.
    pub edns: Option<EdnsFacts>,
    /// What its records say.
    pub answers: AnswerFacts,
    /// What is wrong with it, unless the capture cut it.
    pub fault: Option<Fault>,
    /// The capture holds only its beginning.
    pub cut: bool,
    /// Messages it came in: more than one for a zone transfer.
    pub messages: u32,
    /// Records in the answer sections of all of them.
    pub records: u64,
    /// The first message as captured; empty where the bound on stored messages was reached.
    pub message: Vec<u8>,
}

impl Response {
    /// Reads the message in full.
    #[must_use]
    pub fn read(&self) -> Option<Message> {
        Message::read(&self.message)
    }
}

impl DnsExchange {
    /// The query, or the response where no query was captured.
    #[must_use]
    pub fn first(&self) -> At {
        self.query.map(|q| q.at).or(self.response.as_ref().map(|r| r.at)).unwrap_or(self.until)
    }

    /// Frame of the query, or of the response where no query was captured.
    #[must_use]
    pub fn first_frame(&self) -> u32 {
        self.first().frame
    }

    /// What is known of its conversation once that is forgotten.
    pub(in crate::track) fn forgotten_conversation(&self) -> Conversation {
        let proto = if self.protocol == Protocol::Tcp { Proto::Tcp } else { Proto::Udp };
        let begun = Conversation::begun(ConvId(self.conversation), proto, [self.client, self.server], 0, self.first());
        Conversation { closed: true, app: self.protocol.app(), ..begun }
    }

    /// The name asked for, in the case sent; empty where there is none.
    #[must_use]
    pub fn name(&self) -> String {
        self.question.as_ref().map_or_else(String::new, |q| q.name.to_string())
    }

    /// The type asked for.
    #[must_use]
    pub fn rtype(&self) -> Option<Rtype> {
        self.question.as_ref().map(|q| q.rtype)
    }

    /// Nanoseconds from the first query to the response.
    #[must_use]
    pub fn latency_ns(&self) -> Option<i64> {
        Some(self.response.as_ref()?.at.ts.since(self.query?.at.ts))
    }

    /// Whether this is an announcement of multicast DNS (RFC 6762 §8.3): a response that repeats no question.
    #[must_use]
    pub fn is_announcement(&self) -> bool {
        self.protocol.is_multicast() && self.query.is_none() && self.question.is_none()
    }

    /// Whether it was answered as most are: the first answer to its query, with records or none, nothing special about
    /// them and nothing that earlier messages say.
    #[must_use]
    pub fn is_ordinary(&self) -> bool {
        let Some(response) = &self.response else { return false };
        let (answers, flags) = (&response.answers, response.header.flags.0 & (HeaderFlags::TC | HeaderFlags::AD));
        let plain = response.rcode == Rcode::NOERROR && flags == 0 && answers.cnames == 0 && !answers.dnssec;
        let subnet = self.query.and_then(|query| query.edns?.subnet);
        let alone = self.matching == Matching::Asked && self.recall.is_none() && self.suffixes.is_empty();
        let whole = self.lookup.is_none_or(|lookup| lookup.truncated.is_none());
        plain && alone && whole && subnet.is_none() && !self.protocol.is_multicast()
    }

    /// Whether this was asked of one server and no response was captured.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.query.is_some() && self.response.is_none() && !self.protocol.is_multicast()
    }

    /// One line about it: "A example.com: NOERROR, 93.184.215.14 in 12.3 ms".
    #[must_use]
    pub fn brief(&self) -> String {
        let message = self.response.as_deref().and_then(Response::read);
        let answers = message.as_ref().map(|m| m.answers()).unwrap_or_default();
        let what = match (&self.question, answers.first()) {
            (Some(asked), _) => format!("{} {}", asked.rtype, asked.name),
            (None, Some(record)) => return format!("{} {}: {}", record.rtype, record.name, short(&record.data)),
            (None, None) => format!("{} ?", self.opcode),
        };
        let said = match &self.response {
            Some(response) => response.rcode.to_string(),
            None if self.protocol.is_multicast() => return format!("{what}? to the group"),
            None => "no response".to_owned(),
        };
        let mut line = format!("{what}: {said}");
        if let Some(last) = answers.last() {
            line.push_str(&format!(", {}", short(&last.data)));
        }
        if let Some(ns) = self.latency_ns() {
            line.push_str(&format!(" in {:.1} ms", crate::source::ms(ns)));
        }
        line
    }
}

/// The beginning of what a record says.
fn short(data: &Data) -> String {
    let text = data.to_string();
    match text.char_indices().nth(MAX_BRIEF) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Characters of a record's data in one line about an exchange.
const MAX_BRIEF: usize = 48;
