//! Names of response codes and record types (IANA's "DNS Parameters").

use domain::base::iana::Rtype;

/// The name of a response code: "NXDOMAIN", or "RCODE12".
#[must_use]
pub fn rcode_name(rcode: u16) -> String {
    let name = match rcode {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        6 => "YXDOMAIN",
        7 => "YXRRSET",
        8 => "NXRRSET",
        9 => "NOTAUTH",
        10 => "NOTZONE",
        11 => "DSOTYPENI",
        16 => "BADVERS",
        17 => "BADKEY",
        18 => "BADTIME",
        19 => "BADMODE",
        20 => "BADNAME",
        21 => "BADALG",
        22 => "BADTRUNC",
        23 => "BADCOOKIE",
        other => return format!("RCODE{other}"),
    };
    name.to_owned()
}

/// The name of a record type: "AAAA", or "TYPE65280" (RFC 3597 §5).
pub(super) fn type_name(kind: u16) -> String {
    Rtype::from_int(kind).to_string()
}

/// A name as printed by a parser, without the last dot; the root is ".".
pub(super) fn presentation(name: &impl ToString) -> String {
    let mut name = name.to_string();
    if name.ends_with('.') && !name.ends_with("\\.") {
        name.pop();
    }
    if name.is_empty() { ".".to_owned() } else { name }
}

/// A character string of a TXT record, quoted (RFC 1035 §5.1).
pub(super) fn quoted(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            0x20..=0x7e => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03}")),
        }
    }
    out.push('"');
    out
}
