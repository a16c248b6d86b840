//! Retry packets and their integrity tag (RFC 9000 §17.2.5, RFC 9001 §5.8).

use aes_gcm::aead::KeyInit;
use aes_gcm::{AeadInPlace, Aes128Gcm};

use super::Version;
use super::packet::MAX_CID;

/// A Retry packet.
#[derive(Debug, Clone, Copy)]
pub struct RetryPacket<'a> {
    /// Version.
    pub version: Version,
    /// Destination connection id: the client's source connection id.
    pub dcid: &'a [u8],
    /// Source connection id: the client must use it as destination, and both derive new Initial keys from it.
    pub scid: &'a [u8],
    /// What the client must bring back.
    pub token: &'a [u8],
    tag: &'a [u8; 16],
    /// Everything before the tag.
    covered: &'a [u8],
}

impl<'a> RetryPacket<'a> {
    /// Reads what follows the connection ids; `whole` is the packet from its first byte.
    pub(super) fn read(
        version: Version,
        dcid: &'a [u8],
        scid: &'a [u8],
        whole: &'a [u8],
        rest: &'a [u8],
    ) -> Option<RetryPacket<'a>> {
        let (token, tag) = rest.split_last_chunk()?;
        let covered = whole.get(..whole.len() - tag.len())?;
        // A server must send a token (RFC 9000 §17.2.5.2).
        (!token.is_empty()).then_some(RetryPacket { version, dcid, scid, token, tag, covered })
    }
}

/// Whether the tag proves that the sender of `retry` saw the client's first Initial with `original_dcid`; `None` where
/// the version has no tag, or its key is not known.
#[must_use]
pub fn retry_is_genuine(retry: &RetryPacket<'_>, original_dcid: &[u8]) -> Option<bool> {
    let (key, nonce) = key_and_nonce(retry.version)?;
    if original_dcid.len() > MAX_CID {
        return Some(false);
    }
    // The Retry Pseudo-Packet: the original id with its length, then the packet without its tag.
    let mut pseudo = Vec::with_capacity(1 + original_dcid.len() + retry.covered.len());
    pseudo.push(original_dcid.len() as u8);
    pseudo.extend_from_slice(original_dcid);
    pseudo.extend_from_slice(retry.covered);
    let cipher = Aes128Gcm::new(&key.into());
    Some(cipher.decrypt_in_place_detached(&nonce.into(), &pseudo, &mut [], retry.tag.into()).is_ok())
}

/// RFC 9001 §5.8, RFC 9369 §3.3.3, draft-ietf-quic-tls-29 and -25 §5.8.
fn key_and_nonce(version: Version) -> Option<([u8; 16], [u8; 12])> {
    let (key, nonce): (u128, u128) = match (version, version.draft()) {
        (Version::V1, _) | (_, Some(33 | 34)) => {
            (0xbe0c_690b_9f66_575a_1d76_6b54_e368_c84e, 0x4615_99d3_5d63_2bf2_2398_25bb)
        }
        (Version::V2, _) => (0x8fb4_b01b_56ac_48e2_60fb_cbce_ad7c_cc92, 0xd869_69bc_2d7c_6d99_90ef_b04a),
        (_, Some(29..=32)) => (0xccce_187e_d09a_09d0_5728_155a_6cb9_6be1, 0xe549_30f9_7f21_36f0_530a_8c1c),
        (_, Some(25..=28)) => (0x4d32_ecdb_2a21_33c8_41e4_043d_f27d_4430, 0x4d16_11d0_5513_a552_c587_d575),
        _ => return None,
    };
    let &nonce = nonce.to_be_bytes().last_chunk()?;
    Some((key.to_be_bytes(), nonce))
}

#[cfg(test)]
mod tests {
    use super::super::vectors::hex;
    use super::super::{Packet, packets};
    use super::*;

    fn retry(datagram: &[u8]) -> RetryPacket<'_> {
        match packets(datagram).next() {
            Some(Packet::Retry(retry)) => retry,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_sample_retries_of_both_rfcs_are_genuine_for_their_connection_only() {
        let samples = [
            "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba",
            "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6",
        ];
        for sample in samples {
            let datagram = hex(sample);
            let retry = retry(&datagram);
            assert_eq!(retry.token, b"token");
            assert_eq!(retry.scid, hex("f067a5502a4262b5"));
            assert_eq!(retry_is_genuine(&retry, &hex("8394c8f03e515708")), Some(true));
            assert_eq!(retry_is_genuine(&retry, &hex("8394c8f03e515709")), Some(false));
        }
    }

    #[test]
    fn a_retry_without_token_is_none() {
        let datagram = hex("ff000000010008f067a5502a4262b504a265ba2eff4d829058fb3f0f2496ba");
        assert!(packets(&datagram).next().is_none());
    }
}
