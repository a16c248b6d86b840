//! Which protocol a TCP connection is, by its first bytes in either direction. Conservative: what begins like two
//! protocols, or like one by chance, is none.
//!
//! TLS, DNS and the protocols that can upgrade to TLS are recognised by their own parsers.

mod binary;
mod http;
mod text;

pub use http::http_version;

use super::App;
use crate::track::Dir;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// It is this protocol.
    Is(App),
    /// More bytes, or the other side's, are needed.
    Maybe,
    /// None of those known here.
    No,
}

/// The protocol of a connection whose sides begin so; a side that has not spoken yet is empty.
#[must_use]
pub fn tcp_app(client: &[u8], server: &[u8]) -> Guess {
    let sides = [(Dir::Client, client), (Dir::Server, server)];
    let mut best = if client.is_empty() && server.is_empty() { Guess::Maybe } else { Guess::No };
    for (dir, bytes) in sides.into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
        for rule in RULES {
            best = best.or(rule(dir, bytes));
            // The first that is sure counts.
            if matches!(best, Guess::Is(_)) {
                return best;
            }
        }
    }
    best.or(binary::socks5(client, server))
}

/// A rule looks at the first bytes of one side.
type Rule = fn(Dir, &[u8]) -> Guess;

const RULES: &[Rule] = &[
    http::http2,
    http::http1,
    text::ssh,
    text::sip,
    text::rtsp,
    text::redis,
    text::irc,
    binary::bgp,
    binary::mqtt,
    binary::amqp,
    binary::smb,
    binary::telnet,
    binary::socks4,
    binary::rpki_rtr,
];

impl Guess {
    /// The surer of two; the first when both are sure.
    fn or(self, other: Guess) -> Guess {
        match (self, other) {
            (Guess::Is(_), _) | (_, Guess::No) => self,
            (_, Guess::Is(_)) | (Guess::No, Guess::Maybe) => other,
            (Guess::Maybe, Guess::Maybe) => Guess::Maybe,
        }
    }

    /// `app` when `bytes` begin with `word`, maybe when they are a beginning of it.
    fn begins(bytes: &[u8], word: &[u8], app: App) -> Guess {
        match bytes.len() < word.len() {
            true if word.starts_with(bytes) => Guess::Maybe,
            false if bytes.starts_with(word) => Guess::Is(app),
            _ => Guess::No,
        }
    }

    /// The surest guess over several beginnings.
    fn begins_with_any(bytes: &[u8], words: &[&[u8]], app: App) -> Guess {
        words.iter().map(|word| Guess::begins(bytes, word, app)).fold(Guess::No, Guess::or)
    }
}

#[cfg(test)]
mod tests;
