//! Which protocol a connection speaks, by the first bytes of both sides.

use crate::track::app::{App, tcp_app};

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guess {
    /// It is this one.
    Is(App),
    /// More bytes, or the other side's, are needed.
    Maybe,
    /// None of those that can upgrade.
    No,
}

/// The protocol of a connection whose sides begin so; a side that has not spoken is empty.
pub(super) fn guess(client: &[u8], server: &[u8]) -> Guess {
    let of_server = (!server.is_empty()).then(|| server_says(server, client));
    let of_client = (!client.is_empty()).then(|| client_says(client, server));
    match (of_server, of_client) {
        (Some(Guess::Is(app)), _) | (_, Some(Guess::Is(app))) => Guess::Is(app),
        (None, None) | (Some(Guess::Maybe), _) | (_, Some(Guess::Maybe)) => Guess::Maybe,
        _ => Guess::No,
    }
}

fn client_says(first: &[u8], server: &[u8]) -> Guess {
    let is = |list: &[&str]| list.iter().any(|word| starts(first, word));
    match first {
        _ if is(SMTP) => Guess::Is(App::Smtp),
        _ if is(FTP) => Guess::Is(App::Ftp),
        _ if is(POP3) => Guess::Is(App::Pop3),
        // Both mail and file transfer log in so; the greeting tells.
        _ if starts(first, "USER ") => match server {
            [] | [b'+', ..] | [b'2', ..] => Guess::Maybe,
            _ => Guess::No,
        },
        _ if is(XMPP) => xmpp(first),
        _ if starts(first, CONNECT) => connect(first),
        // The protocol's 4-byte length, then a request code or version 3.0.
        [0, 0, _, _, 0x04, 0xd2, 0x16, 0x2e..=0x30, ..] | [0, 0, _, _, 0, 3, 0, 0, ..] => Guess::Is(App::Postgres),
        [3, 0, ..] => rdp(first),
        _ if ldap(first) => Guess::Is(App::Ldap),
        _ if first.len() < 8 && client_may_grow(first) => Guess::Maybe,
        _ => Guess::No,
    }
}

fn server_says(first: &[u8], client: &[u8]) -> Guess {
    match first {
        [b'2', b'2', b'0', b' ' | b'-', text @ ..] => greeting(text, client),
        [b'*', b' ', b'O', b'K', ..] | [b'*', b' ', b'P', b'R', b'E', b'A', ..] => Guess::Is(App::Imap),
        [b'+', b'O', b'K', text @ ..] => pop3(text, client),
        // Packet 0 with protocol version 10 and a version text.
        [_, _, 0, 0, 10, digit, ..] if digit.is_ascii_digit() => Guess::Is(App::Mysql),
        _ if first.len() < 8 && server_may_grow(first) => Guess::Maybe,
        _ => Guess::No,
    }
}

/// SMTP and FTP greet with the same code; the rest of the line mostly tells, else the client's first command does.
fn greeting(text: &[u8], client: &[u8]) -> Guess {
    let line = String::from_utf8_lossy(text).to_ascii_lowercase();
    match (line.contains("ftp"), line.contains("smtp") || line.contains("mail")) {
        (true, false) => Guess::Is(App::Ftp),
        (false, true) => Guess::Is(App::Smtp),
        _ if starts(client, "USER ") => Guess::Is(App::Ftp),
        _ => Guess::Maybe,
    }
}

/// A POP3 server speaks first. Redis says `+OK` too, in answer to a command, so what the greeting does not tell the
/// client's command must. APOP's challenge looks like a message id (RFC 1939 §7).
fn pop3(text: &[u8], client: &[u8]) -> Guess {
    let line = String::from_utf8_lossy(text.split(|b| *b == b'\n').next().unwrap_or_default()).to_ascii_lowercase();
    let challenge = line.contains('<') && line.contains('@') && line.contains('>');
    let command = ["USER ", "AUTH", "QUIT"].iter().chain(POP3).any(|word| starts(client, word));
    match client {
        [] if line.contains("pop") || challenge => Guess::Is(App::Pop3),
        [] => Guess::Maybe,
        _ if command => Guess::Is(App::Pop3),
        _ => Guess::No,
    }
}

fn xmpp(first: &[u8]) -> Guess {
    let text = String::from_utf8_lossy(first);
    match text.contains("<stream:stream") {
        true => Guess::Is(App::Xmpp),
        false if first.len() < 256 => Guess::Maybe,
        false => Guess::No,
    }
}

fn connect(first: &[u8]) -> Guess {
    match tcp_app(first, &[]) {
        crate::track::app::Guess::Is(App::Http1) => Guess::Is(App::Http1),
        crate::track::app::Guess::Maybe => Guess::Maybe,
        _ => Guess::No,
    }
}

/// TPKT (RFC 1006 §6) with an X.224 connection request, which other protocols begin with too; RDP's holds a cookie, a
/// routing token or a request to negotiate ([MS-RDPBCGR] §2.2.1.1).
fn rdp(first: &[u8]) -> Guess {
    let len = first.get(2..4).and_then(|len| Some(u16::from_be_bytes(*len.first_chunk()?)));
    let whole = len.is_some_and(|len| first.len() >= usize::from(len));
    if first.iter().skip(5).zip([0xe0, 0, 0]).any(|(byte, of_request)| *byte != of_request) {
        return Guess::No;
    }
    match first.get(11..) {
        Some([1, _, 8, 0, ..]) => Guess::Is(App::Rdp),
        Some(rest) if rest.starts_with(b"Cookie: ") => Guess::Is(App::Rdp),
        Some(rest) if whole || rest.len() >= 8 => Guess::No,
        _ => Guess::Maybe,
    }
}

/// An LDAPMessage (RFC 4511 §4.1.1): a sequence of a message id and a request.
fn ldap(first: &[u8]) -> bool {
    let Some((0x30, rest)) = first.split_first().map(|(tag, rest)| (*tag, rest)) else { return false };
    let header = match rest.first() {
        Some(long @ 0x81..=0x84) => 1 + usize::from(long & 0x0f),
        _ => 1,
    };
    let Some([2, len @ 1..=4, rest @ ..]) = rest.get(header..) else { return false };
    let request = rest.get(usize::from(*len));
    request.is_some_and(|tag| matches!(tag, 0x42 | 0x4a | 0x60 | 0x63 | 0x66 | 0x68 | 0x6c | 0x6e | 0x77))
}

fn client_may_grow(first: &[u8]) -> bool {
    let words = [SMTP, FTP, POP3, XMPP, &["USER ", CONNECT]];
    words.iter().any(|words| words.iter().any(|word| begins(first, word))) || matches!(first, [0 | 3 | 0x30, ..])
}

/// A MySQL packet's length and number come before its protocol version.
fn server_may_grow(first: &[u8]) -> bool {
    ["220 ", "* OK", "* PREA", "+OK"].iter().any(|word| begins(first, word))
        || first.len() < 6 && matches!(first.get(2), None | Some(0))
}

/// `bytes` are a beginning of `word`.
fn begins(bytes: &[u8], word: &str) -> bool {
    word.as_bytes().get(..bytes.len()).is_some_and(|head| head.eq_ignore_ascii_case(bytes))
}

fn starts(bytes: &[u8], word: &str) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

/// First commands of SMTP and LMTP clients.
const SMTP: &[&str] = &["EHLO ", "HELO ", "LHLO "];
/// First commands of FTP clients that no other protocol here begins with.
const FTP: &[&str] = &["AUTH TLS", "AUTH SSL", "FEAT\r", "SYST\r"];
/// First commands of POP3 clients that no other protocol here begins with.
const POP3: &[&str] = &["CAPA\r", "STLS\r", "APOP "];
/// How an XMPP stream begins (RFC 6120 §4.2).
const XMPP: &[&str] = &["<?xml", "<stream:stream"];
/// How a client asks a proxy for a tunnel.
const CONNECT: &str = "CONNECT ";
