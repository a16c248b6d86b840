//! Hello extensions: type and length, nothing assumed of the rest.

use super::{Name, Reader, is_grease};

/// An extension's type and body.
#[derive(Debug, Clone, Copy)]
pub struct Extension<'a> {
    /// Its registered type.
    pub kind: u16,
    /// Its body.
    pub body: &'a [u8],
}

/// The extensions of a hello, in order, up to the first that does not fit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extensions<'a>(pub &'a [u8]);

impl<'a> Extensions<'a> {
    /// All, in order.
    pub fn iter(self) -> impl Iterator<Item = Extension<'a>> + Clone {
        let mut rest = Reader(self.0);
        std::iter::from_fn(move || Some(Extension { kind: rest.u16()?, body: rest.vector(2)? }))
    }

    /// Whether the lengths add up: nothing is left behind the last extension that fits.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.iter().map(|e| 4 + e.body.len()).sum::<usize>() == self.0.len()
    }

    /// The body of the first extension of a type.
    #[must_use]
    pub fn get(self, kind: u16) -> Option<&'a [u8]> {
        self.iter().find(|e| e.kind == kind).map(|e| e.body)
    }

    /// Whether there is one of this type.
    #[must_use]
    pub fn has(self, kind: u16) -> bool {
        self.get(kind).is_some()
    }
}

macro_rules! extensions {
    ($($id:ident = $number:literal,)+) => {
        /// Types of extensions by their registered names.
        #[expect(missing_docs, reason = "the names are the registry's")]
        pub mod ext {
            $(pub const $id: u16 = $number;)+
        }

        /// The registered name of an extension, or its number.
        #[must_use]
        pub fn extension_name(kind: u16) -> Name {
            match kind {
                $($number => stringify!($id).to_ascii_lowercase().into(),)+
                other if is_grease(other) => format!("GREASE 0x{other:04x}").into(),
                other => format!("{other}").into(),
            }
        }
    };
}

extensions! {
    SERVER_NAME = 0,
    MAX_FRAGMENT_LENGTH = 1,
    TRUSTED_CA_KEYS = 3,
    STATUS_REQUEST = 5,
    SUPPORTED_GROUPS = 10,
    EC_POINT_FORMATS = 11,
    SRP = 12,
    SIGNATURE_ALGORITHMS = 13,
    USE_SRTP = 14,
    HEARTBEAT = 15,
    APPLICATION_LAYER_PROTOCOL_NEGOTIATION = 16,
    STATUS_REQUEST_V2 = 17,
    SIGNED_CERTIFICATE_TIMESTAMP = 18,
    CLIENT_CERTIFICATE_TYPE = 19,
    SERVER_CERTIFICATE_TYPE = 20,
    PADDING = 21,
    ENCRYPT_THEN_MAC = 22,
    EXTENDED_MASTER_SECRET = 23,
    TOKEN_BINDING = 24,
    COMPRESS_CERTIFICATE = 27,
    RECORD_SIZE_LIMIT = 28,
    DELEGATED_CREDENTIAL = 34,
    SESSION_TICKET = 35,
    KEY_SHARE_DRAFT = 40,
    PRE_SHARED_KEY = 41,
    EARLY_DATA = 42,
    SUPPORTED_VERSIONS = 43,
    COOKIE = 44,
    PSK_KEY_EXCHANGE_MODES = 45,
    CERTIFICATE_AUTHORITIES = 47,
    OID_FILTERS = 48,
    POST_HANDSHAKE_AUTH = 49,
    SIGNATURE_ALGORITHMS_CERT = 50,
    KEY_SHARE = 51,
    CONNECTION_ID = 54,
    QUIC_TRANSPORT_PARAMETERS = 57,
    NEXT_PROTOCOL_NEGOTIATION = 13172,
    APPLICATION_SETTINGS_OLD = 17513,
    APPLICATION_SETTINGS = 17613,
    ENCRYPTED_CLIENT_HELLO = 0xfe0d,
    ECH_OUTER_EXTENSIONS = 0xfd00,
    QUIC_TRANSPORT_PARAMETERS_DRAFT = 0xffa5,
    ENCRYPTED_SERVER_NAME = 0xffce,
    RENEGOTIATION_INFO = 0xff01,
}
