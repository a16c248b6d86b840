//! Alerts (RFC 8446 §6) by their registered names.

use super::Name;

/// How grave an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertLevel {
    /// The connection may go on (in TLS 1.3 only for `close_notify` and `user_canceled`).
    Warning,
    /// The connection is over.
    Fatal,
}

/// A readable alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// How grave.
    pub level: AlertLevel,
    /// Which, by number.
    pub description: u8,
}

impl Alert {
    /// The alert in a record's body; `None` where it is encrypted, so longer than two bytes.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Alert> {
        match *body {
            [1, description] => Some(Alert { level: AlertLevel::Warning, description }),
            [2, description] => Some(Alert { level: AlertLevel::Fatal, description }),
            _ => None,
        }
    }
}

/// The registered name of an alert description, or `alert_N`.
#[must_use]
pub fn alert_name(description: u8) -> Name {
    let name = match description {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        21 => "decryption_failed",
        22 => "record_overflow",
        30 => "decompression_failure",
        40 => "handshake_failure",
        41 => "no_certificate",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        52 => "too_many_cids_requested",
        60 => "export_restriction",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        100 => "no_renegotiation",
        109 => "missing_extension",
        110 => "unsupported_extension",
        111 => "certificate_unobtainable",
        112 => "unrecognized_name",
        113 => "bad_certificate_status_response",
        114 => "bad_certificate_hash_value",
        115 => "unknown_psk_identity",
        116 => "certificate_required",
        117 => "general_error",
        120 => "no_application_protocol",
        121 => "ech_required",
        other => return format!("alert_{other}").into(),
    };
    name.into()
}
