//! An X.509 certificate (RFC 5280) as the report tells it. Signatures are not checked: there is no list of roots here.

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{ASN1Time, FromDer, X509Certificate, X509Name};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::fingerprint::hex;
use crate::decode::tls::Name;
use crate::track::NS_PER_S;

/// Alternative names kept per certificate; later ones are not listed.
const MAX_NAMES: usize = 512;

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[cfg_attr(test, derive(Default))]
pub struct Certificate {
    /// Subject, as `CN=…, O=…`.
    pub subject: String,
    /// Subject alternative names: hosts, addresses, mail addresses, URIs.
    pub names: Vec<String>,
    /// Issuer, as `CN=…, O=…`.
    pub issuer: String,
    /// Valid from.
    pub not_before_ns: i64,
    /// Valid until.
    pub not_after_ns: i64,
    /// The key: `RSA 2048`, `EC P-256`, `Ed25519`.
    pub key: Name,
    /// The signature algorithm's name, or its object identifier.
    pub signature: Name,
    /// Serial number in hex.
    pub serial: String,
    /// It may sign other certificates.
    pub ca: bool,
    /// Subject and issuer are the same.
    pub self_signed: bool,
    /// SHA-256 of its DER encoding.
    pub sha256: String,
    /// Bytes of its DER encoding.
    pub der_bytes: u32,
    /// It carries certificate timestamps (RFC 6962 §3.3).
    #[serde(skip)]
    pub timestamps: bool,
    /// The subject's common name.
    #[serde(skip)]
    pub common_name: Option<String>,
    /// It has more alternative names than are listed.
    #[serde(skip)]
    pub more_names: bool,
}

impl Certificate {
    /// Reads a DER certificate; `None` where it is none.
    #[must_use]
    pub fn parse(der: &[u8]) -> Option<Certificate> {
        let (_, cert) = X509Certificate::from_der(der).ok()?;
        let common_name = cert.subject().iter_common_name().find_map(|a| a.as_str().ok()).map(str::to_owned);
        Some(Certificate {
            subject: distinguished(cert.subject()),
            names: all_names(&cert).take(MAX_NAMES).collect(),
            issuer: distinguished(cert.issuer()),
            not_before_ns: ns(cert.validity().not_before),
            not_after_ns: ns(cert.validity().not_after),
            key: key(cert.public_key()),
            signature: signature(&cert.signature_algorithm.algorithm.to_id_string()),
            serial: hex(cert.raw_serial()).trim_start_matches('0').to_owned(),
            ca: cert.is_ca(),
            self_signed: cert.subject().as_raw() == cert.issuer().as_raw(),
            sha256: hex(&Sha256::digest(der)),
            der_bytes: der.len() as u32,
            timestamps: cert.extensions().iter().any(|e| matches!(e.parsed_extension(), ParsedExtension::SCT(_))),
            common_name,
            more_names: all_names(&cert).nth(MAX_NAMES).is_some(),
        })
    }

    /// The date lies before `not_before` or after `not_after`.
    #[must_use]
    pub fn valid_at(&self, at: crate::track::Timestamp) -> bool {
        (self.not_before_ns..=self.not_after_ns).contains(&{ at.0 })
    }

    /// Whether it is for this host (RFC 9525 §6.3): a name, a wildcard as the whole leftmost label, or an address. Names
    /// beyond those listed may be any.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.more_names
            || self.names.iter().any(|name| match name.strip_prefix("*.") {
                Some(parent) => host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
                None => name.trim_end_matches('.').eq_ignore_ascii_case(host),
            })
    }
}

/// RFC 4514 §2.1: the most specific part comes first.
fn distinguished(name: &X509Name<'_>) -> String {
    let mut parts: Vec<_> = name.iter_rdn().cloned().collect();
    parts.reverse();
    X509Name::new(parts, name.as_raw()).to_string()
}

fn ns(time: ASN1Time) -> i64 {
    time.timestamp().saturating_mul(NS_PER_S)
}

fn all_names<'a>(cert: &'a X509Certificate<'_>) -> impl Iterator<Item = String> + 'a {
    let lists = cert.extensions().iter().filter_map(|e| match e.parsed_extension() {
        ParsedExtension::SubjectAlternativeName(san) => Some(&san.general_names),
        _ => None,
    });
    lists.flatten().filter_map(general_name)
}

fn general_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => Some((*text).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|b| std::net::Ipv4Addr::from(b).to_string()),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|b| std::net::Ipv6Addr::from(b).to_string()),
            _ => None,
        },
        GeneralName::DirectoryName(name) => Some(distinguished(name)),
        _ => None,
    }
}

fn key(spki: &SubjectPublicKeyInfo<'_>) -> Name {
    match spki.parsed() {
        Ok(PublicKey::RSA(rsa)) => format!("RSA {}", rsa.key_size()).into(),
        Ok(PublicKey::EC(_)) => {
            let curve = spki.algorithm.parameters.as_ref().and_then(|p| p.as_oid().ok()).map(|oid| oid.to_id_string());
            curve.map_or("EC".into(), |oid| curve_name(&oid))
        }
        Ok(PublicKey::DSA(y)) => format!("DSA {}", y.len() * 8).into(),
        _ => signature(&spki.algorithm.algorithm.to_id_string()),
    }
}

fn curve_name(oid: &str) -> Name {
    match oid {
        "1.2.840.10045.3.1.1" => "EC P-192".into(),
        "1.3.132.0.33" => "EC P-224".into(),
        "1.2.840.10045.3.1.7" => "EC P-256".into(),
        "1.3.132.0.34" => "EC P-384".into(),
        "1.3.132.0.35" => "EC P-521".into(),
        "1.3.132.0.10" => "EC secp256k1".into(),
        other => format!("EC {other}").into(),
    }
}

/// Algorithms of signatures, and of keys named like their signature.
fn signature(oid: &str) -> Name {
    let name = match oid {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.113549.1.1.14" => "sha224WithRSAEncryption",
        "1.3.14.3.2.29" => "sha1WithRSA",
        "1.2.840.10040.4.3" => "dsa-with-SHA1",
        "2.16.840.1.101.3.4.3.2" => "dsa-with-SHA256",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.1" => "ecdsa-with-SHA224",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.110" => "X25519",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        other => return other.to_owned().into(),
    };
    name.into()
}
