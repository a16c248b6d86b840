//! TLS and DTLS as bytes: record headers, handshake messages and the IANA registries behind their numbers.
//!
//! Everything here is a borrowed view or a number with a name; joining records and segments, and all state, is
//! `track::app::tls`. Extension lists are walked by type and length, so that one odd extension costs only itself.

mod alert;
mod cipher;
mod dtls;
mod extension;
mod group;
mod hello;
mod message;
mod reader;
mod record;
mod scheme;
mod sslv2;
mod version;

pub use alert::{Alert, AlertLevel, alert_name};
pub use cipher::{CipherSuite, EMPTY_RENEGOTIATION_INFO_SCSV, FALLBACK_SCSV};
pub use dtls::{DtlsFragment, DtlsHeader, DtlsRecord, dtls_records};
pub use extension::{Extension, Extensions, ext, extension_name};
pub use group::{NamedGroup, server_key_exchange_group};
pub use hello::{ClientHello, Ech, HELLO_RETRY_RANDOM, Sentinel, ServerHello};
pub use message::{HandshakeType, certificate_list, certificate_list_13, staple};
pub use reader::Reader;
pub use record::{ContentType, MAX_RECORD, RecordHeader};
pub use scheme::SignatureScheme;
pub use sslv2::{Sslv2Hello, sslv2_client_hello};
pub use version::Version;

/// A registry's name for a number, or the number itself.
pub type Name = std::borrow::Cow<'static, str>;

/// GREASE (RFC 8701 §2): reserved 16-bit values 0x0a0a, 0x1a1a … 0xfafa that a client sends to keep servers tolerant.
#[must_use]
pub fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}
