//! Handshake messages by name, and the lists inside those that carry certificates.

use super::Name;
use super::extension::{Extensions, ext};
use super::reader::{Reader, vectors};

/// A handshake message's type by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandshakeType(pub u8);

impl HandshakeType {
    /// The registered name, or `handshake_N`.
    #[must_use]
    pub fn name(self) -> Name {
        let name = match self.0 {
            0 => "hello_request",
            1 => "client_hello",
            2 => "server_hello",
            3 => "hello_verify_request",
            4 => "new_session_ticket",
            5 => "end_of_early_data",
            6 => "hello_retry_request",
            8 => "encrypted_extensions",
            9 => "request_connection_id",
            10 => "new_connection_id",
            11 => "certificate",
            12 => "server_key_exchange",
            13 => "certificate_request",
            14 => "server_hello_done",
            15 => "certificate_verify",
            16 => "client_key_exchange",
            20 => "finished",
            21 => "certificate_url",
            22 => "certificate_status",
            23 => "supplemental_data",
            24 => "key_update",
            25 => "compressed_certificate",
            67 => "next_protocol",
            other => return format!("handshake_{other}").into(),
        };
        name.into()
    }

    /// A registered type.
    #[must_use]
    pub fn is_known(self) -> bool {
        matches!(self.0, 0..=6 | 8..=16 | 20..=25 | 67)
    }
}

/// The certificates of a Certificate message of TLS ≤ 1.2 (RFC 5246 §7.4.2).
pub fn certificate_list(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    vectors(Reader(body).vector(3).unwrap_or_default(), 3)
}

/// The certificates of a Certificate message of TLS 1.3 with their extensions (RFC 8446 §4.4.2).
pub fn certificate_list_13(body: &[u8]) -> impl Iterator<Item = (&[u8], Extensions<'_>)> {
    let mut rest = Reader(body);
    let mut list = Reader(rest.vector(1).and(rest.vector(3)).unwrap_or_default());
    std::iter::from_fn(move || Some((list.vector(3)?, Extensions(list.vector(2)?))))
}

/// The OCSP response of a CertificateStatus message or of a certificate's status_request extension (RFC 6066 §8).
#[must_use]
pub fn staple(body: &[u8]) -> Option<&[u8]> {
    let mut rest = Reader(body);
    (rest.u8()? == 1).then(|| rest.vector(3))?
}

impl<'a> Extensions<'a> {
    /// The OCSP response stapled to a certificate of TLS 1.3.
    #[must_use]
    pub fn staple(self) -> Option<&'a [u8]> {
        self.get(ext::STATUS_REQUEST).and_then(staple)
    }
}
