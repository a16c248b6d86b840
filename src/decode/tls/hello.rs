//! ClientHello and ServerHello (RFC 8446 §4.1, RFC 5246 §7.4.1, RFC 6347 §4.2.1): checked once, read by accessors.

use super::extension::{Extensions, ext};
use super::reader::{Reader, numbers, vectors};
use super::{CipherSuite, NamedGroup, SignatureScheme, Version};

/// The random that makes a ServerHello a HelloRetryRequest (RFC 8446 §4.1.3: the SHA-256 of that name).
pub const HELLO_RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
    0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// A client's offer.
#[derive(Debug, Clone)]
pub struct ClientHello<'a> {
    /// The legacy version field.
    pub version: Version,
    /// 32 random bytes, which name the secrets in a key log.
    pub random: &'a [u8],
    /// The session to resume in TLS ≤ 1.2; noise for middleboxes in 1.3.
    pub session_id: &'a [u8],
    /// The cookie of DTLS ≤ 1.2; empty in TLS.
    pub cookie: &'a [u8],
    ciphers: Vec<CipherSuite>,
    /// Its extensions.
    pub extensions: Extensions<'a>,
}

/// The outer Encrypted ClientHello (RFC 9849 §5). Whether it is real or GREASE the wire does not tell.
#[derive(Debug, Clone, Copy)]
pub struct Ech<'a> {
    /// HPKE key derivation function.
    pub kdf: u16,
    /// HPKE AEAD.
    pub aead: u16,
    /// The server's key, by number.
    pub config_id: u8,
    /// The encrypted inner hello.
    pub payload: &'a [u8],
}

impl<'a> ClientHello<'a> {
    /// Reads the body of a ClientHello, behind the message header; `dtls` for the one with a cookie.
    #[must_use]
    pub fn parse(body: &'a [u8], dtls: bool) -> Option<ClientHello<'a>> {
        let strict = if dtls { None } else { Self::strict(body) };
        strict.or_else(|| Self::lax(body, dtls))
    }

    fn strict(body: &'a [u8]) -> Option<ClientHello<'a>> {
        // The crate leaves extensions aside whose length is beyond the end of the message.
        let (_, hello) = tls_parser::parse_tls_handshake_client_hello(body).ok().filter(|(rest, _)| rest.is_empty())?;
        Some(ClientHello {
            version: Version(hello.version.0),
            random: hello.random,
            session_id: hello.session_id.unwrap_or_default(),
            cookie: &[],
            ciphers: hello.ciphers.iter().map(|c| CipherSuite(c.0)).collect(),
            extensions: Extensions(hello.ext.unwrap_or_default()),
        })
    }

    /// What the crate rejects (DTLS behind reassembly, session ids above 32 bytes, odd cipher lists) is read all the same.
    fn lax(body: &'a [u8], dtls: bool) -> Option<ClientHello<'a>> {
        let mut rest = Reader(body);
        let version = Version(rest.u16()?);
        let random = rest.take(32)?;
        let session_id = rest.vector(1)?;
        let cookie = if dtls { rest.vector(1)? } else { &[] };
        let ciphers = numbers(rest.vector(2)?).map(CipherSuite).collect();
        rest.vector(1)?;
        // RFC 8446 §4.2: a length beyond the end is no sign that there are none; what is there is not whole then.
        let behind = rest.0;
        let extensions = Extensions(rest.vector(2).unwrap_or(behind));
        Some(ClientHello { version, random, session_id, cookie, ciphers, extensions })
    }

    /// Cipher suites in order, signals and GREASE included.
    pub fn ciphers(&self) -> impl Iterator<Item = CipherSuite> + Clone + '_ {
        self.ciphers.iter().copied()
    }

    /// The host name (RFC 6066 §3).
    #[must_use]
    pub fn server_name(&self) -> Option<&'a [u8]> {
        let mut list = Reader(Reader(self.extensions.get(ext::SERVER_NAME)?).vector(2)?);
        while let Some(kind) = list.u8() {
            let name = list.vector(2)?;
            if kind == 0 {
                return Some(name);
            }
        }
        None
    }

    /// Application protocols in order of preference (RFC 7301).
    pub fn alpn(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        alpn(self.extensions)
    }

    /// The versions of `supported_versions` in order, GREASE included; empty where there is no such extension.
    pub fn supported_versions(&self) -> impl Iterator<Item = Version> + Clone + use<'a> {
        numbers(self.list(ext::SUPPORTED_VERSIONS, 1)).map(Version)
    }

    /// Groups in order of preference, GREASE included.
    pub fn groups(&self) -> impl Iterator<Item = NamedGroup> + Clone + use<'a> {
        numbers(self.list(ext::SUPPORTED_GROUPS, 2)).map(NamedGroup)
    }

    /// EC point formats (RFC 8422 §5.1.2).
    #[must_use]
    pub fn point_formats(&self) -> &'a [u8] {
        self.list(ext::EC_POINT_FORMATS, 1)
    }

    /// Signature schemes in order of preference.
    pub fn signature_schemes(&self) -> impl Iterator<Item = SignatureScheme> + Clone + use<'a> {
        numbers(self.list(ext::SIGNATURE_ALGORITHMS, 2)).map(SignatureScheme)
    }

    /// Key shares: each group and the bytes of its key (RFC 8446 §4.2.8).
    pub fn key_shares(&self) -> impl Iterator<Item = (NamedGroup, usize)> + Clone + use<'a> {
        let mut rest = Reader(key_share(self.extensions).and_then(|body| Reader(body).vector(2)).unwrap_or_default());
        std::iter::from_fn(move || Some((NamedGroup(rest.u16()?), rest.vector(2)?.len())))
    }

    /// How many pre-shared keys are offered (RFC 8446 §4.2.11).
    #[must_use]
    pub fn psk_identities(&self) -> usize {
        let mut rest = Reader(self.list(ext::PRE_SHARED_KEY, 2));
        std::iter::from_fn(|| rest.vector(2).and(rest.take(4))).count()
    }

    /// The Encrypted ClientHello of an outer hello.
    #[must_use]
    pub fn ech(&self) -> Option<Ech<'a>> {
        let mut rest = Reader(self.extensions.get(ext::ENCRYPTED_CLIENT_HELLO)?);
        if rest.u8()? != 0 {
            return None;
        }
        let (kdf, aead, config_id) = (rest.u16()?, rest.u16()?, rest.u8()?);
        rest.vector(2)?;
        Some(Ech { kdf, aead, config_id, payload: rest.vector(2)? })
    }

    /// The list inside an extension, whose length takes `prefix` bytes.
    fn list(&self, kind: u16, prefix: usize) -> &'a [u8] {
        self.extensions.get(kind).and_then(|body| Reader(body).vector(prefix)).unwrap_or_default()
    }
}

/// What a server of a newer version writes into its random when it settles for an older one (RFC 8446 §4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sentinel {
    /// `DOWNGRD` 01: it speaks 1.3 and chose 1.2.
    Tls12,
    /// `DOWNGRD` 00: it speaks 1.2 or newer and chose 1.1 or older.
    Tls11,
}

/// A server's choice, or its request to try again.
#[derive(Debug, Clone, Copy)]
pub struct ServerHello<'a> {
    /// The legacy version field.
    pub legacy_version: Version,
    /// 32 random bytes.
    pub random: &'a [u8],
    /// The session, or what the client sent in 1.3.
    pub session_id: &'a [u8],
    /// The suite chosen.
    pub cipher: CipherSuite,
    /// Its extensions.
    pub extensions: Extensions<'a>,
}

impl<'a> ServerHello<'a> {
    /// Reads the body of a ServerHello, behind the message header. Drafts of 1.3 before 22 had no session id.
    #[must_use]
    pub fn parse(body: &'a [u8]) -> Option<ServerHello<'a>> {
        Self::strict(body).or_else(|| Self::lax(body))
    }

    fn strict(body: &'a [u8]) -> Option<ServerHello<'a>> {
        let (_, hello) = tls_parser::parse_tls_handshake_server_hello(body).ok()?;
        Some(ServerHello {
            legacy_version: Version(hello.version.0),
            random: hello.random,
            session_id: hello.session_id.unwrap_or_default(),
            cipher: CipherSuite(hello.cipher.0),
            extensions: Extensions(hello.ext.unwrap_or_default()),
        })
    }

    /// What the crate does not know: DTLS, drafts of 1.3, and SSL 3.0 with extensions.
    fn lax(body: &'a [u8]) -> Option<ServerHello<'a>> {
        let mut rest = Reader(body);
        let legacy_version = Version(rest.u16()?);
        let random = rest.take(32)?;
        let draft = legacy_version.is_13();
        let session_id = if draft { &[] } else { rest.vector(1)? };
        let cipher = CipherSuite(rest.u16()?);
        if !draft {
            rest.u8()?;
        }
        let extensions = Extensions(rest.vector(2).unwrap_or_default());
        Some(ServerHello { legacy_version, random, session_id, cipher, extensions })
    }

    /// It asks for another ClientHello.
    #[must_use]
    pub fn is_retry(&self) -> bool {
        self.random == HELLO_RETRY_RANDOM
    }

    /// The version chosen: the extension's, else the legacy field's (RFC 8446 §4.2.1).
    #[must_use]
    pub fn version(&self) -> Version {
        let chosen = self.extensions.get(ext::SUPPORTED_VERSIONS).and_then(|body| Reader(body).u16());
        chosen.map_or(self.legacy_version, Version)
    }

    /// The group of the key share, or the one that a retry asks for.
    #[must_use]
    pub fn group(&self) -> Option<NamedGroup> {
        key_share(self.extensions).and_then(|body| Reader(body).u16()).map(NamedGroup)
    }

    /// The application protocol chosen, where it is in clear (TLS ≤ 1.2).
    #[must_use]
    pub fn alpn(&self) -> Option<&'a [u8]> {
        alpn(self.extensions).next()
    }

    /// The downgrade sentinel in its random.
    #[must_use]
    pub fn sentinel(&self) -> Option<Sentinel> {
        match self.random.strip_prefix(self.random.first_chunk::<24>()?)? {
            b"DOWNGRD\x01" => Some(Sentinel::Tls12),
            b"DOWNGRD\x00" => Some(Sentinel::Tls11),
            _ => None,
        }
    }
}

/// The key share; drafts of 1.3 before 23 had it under another number.
fn key_share(extensions: Extensions<'_>) -> Option<&[u8]> {
    extensions.get(ext::KEY_SHARE).or_else(|| extensions.get(ext::KEY_SHARE_DRAFT))
}

fn alpn(extensions: Extensions<'_>) -> impl Iterator<Item = &[u8]> + Clone {
    let body = extensions.get(ext::APPLICATION_LAYER_PROTOCOL_NEGOTIATION);
    vectors(body.and_then(|body| Reader(body).vector(2)).unwrap_or_default(), 1)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// A hello with one suite, whose extensions are said to have `len` bytes.
    fn hello(len: u16) -> Vec<u8> {
        let mut body = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0xc0, 0x2f, 1, 0]].concat();
        body.extend(len.to_be_bytes());
        body.extend([0, 0x17, 0, 0]);
        body
    }

    #[test]
    fn the_key_share_of_an_old_draft_names_its_group() {
        let body = [&[0x7f, 20][..], &[7; 32], &[0x13, 3, 0, 8, 0, 40, 0, 4, 0, 29, 0, 0]].concat();
        assert_eq!(ServerHello::parse(&body).unwrap().group(), Some(NamedGroup(29)));
    }

    #[test]
    fn extensions_whose_length_is_beyond_the_end_are_not_taken_for_none() {
        let (sound, beyond) = (hello(4), hello(65_472));
        let sound = ClientHello::parse(&sound, false).unwrap();
        assert!(sound.extensions.is_whole() && sound.extensions.has(0x17));
        let beyond = ClientHello::parse(&beyond, false).unwrap();
        assert_eq!(beyond.ciphers().count(), 1, "what is before them is read");
        assert!(!beyond.extensions.is_whole());
    }
}
