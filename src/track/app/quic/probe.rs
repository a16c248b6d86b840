//! Is this datagram QUIC? Strict, for UDP carries everything: a known version in its place and lengths that add up.

use crate::decode::quic::{LongKind, MAX_CID, Packet, Version, gquic, packets};
use crate::track::app::Probe;

/// Bytes of a client's first datagram at least (RFC 9000 §14.1).
const MIN_FIRST: usize = 1200;

/// Bytes of the shortest protected packet after its header: a packet number of up to four and the sample (RFC 9001 §5.4.2).
const MIN_PROTECTED: usize = 20;

/// Whether `datagram` is QUIC. A short header alone never is: nothing in it can be recognised.
#[must_use]
pub fn probe(datagram: &[u8]) -> Probe {
    if gquic::header(datagram).is_some() {
        return Probe::Certain;
    }
    let fixed_bit = datagram.first().is_some_and(|b| b & 0x40 != 0);
    let sure = match packets(datagram).next() {
        Some(Packet::VersionNegotiation(vn)) => {
            vn.dcid.len() <= MAX_CID && vn.scid.len() <= MAX_CID && vn.versions().any(is_known)
        }
        Some(_) if !fixed_bit => false,
        Some(Packet::Long(long)) => {
            let room = long.cut || long.bytes.len() - long.number_at >= MIN_PROTECTED;
            let first = long.kind == LongKind::Initial && datagram.len() >= MIN_FIRST;
            room && (first || !long.version.is_reserved())
        }
        Some(Packet::Retry(retry)) => !retry.version.is_reserved(),
        Some(Packet::Foreign { dcid, scid, .. }) => return foreign(datagram, dcid, scid),
        Some(Packet::Short(_)) | None => false,
    };
    if sure { Probe::Certain } else { Probe::NotForUs }
}

/// A version of this or another family that exists.
fn is_known(version: Version) -> bool {
    version.has_ietf_layout() || version.is_gquic()
}

/// An unknown version may be QUIC if it could be a client's first; the answer will tell.
fn foreign(datagram: &[u8], dcid: &[u8], scid: &[u8]) -> Probe {
    let plausible = datagram.len() >= MIN_FIRST && (8..=MAX_CID).contains(&dcid.len()) && scid.len() <= MAX_CID;
    if plausible { Probe::Unsure } else { Probe::NotForUs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::quic::vectors::{self, hex};

    #[test]
    fn initials_retries_and_version_negotiation_are_quic() {
        assert_eq!(probe(&vectors::client_initial_v1()), Probe::Certain);
        assert_eq!(probe(&vectors::server_initial_v2()), Probe::Certain);
        let retry = hex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba");
        assert_eq!(probe(&retry), Probe::Certain);
        let vn = hex("80 00000000 08 0102030405060708 04 0a0b0c0d 00000001 6b3343cf");
        assert_eq!(probe(&vn), Probe::Certain);
    }

    #[test]
    fn a_cut_initial_is_still_quic() {
        assert_eq!(probe(&vectors::client_initial_v1()[..60]), Probe::Certain);
    }

    #[test]
    fn near_misses_are_not_quic() {
        let mut no_fixed_bit = vectors::client_initial_v1();
        no_fixed_bit[0] &= !0x40;
        assert_eq!(probe(&no_fixed_bit), Probe::NotForUs);
        let mut long_cid = vectors::client_initial_v1();
        long_cid[5] = 200;
        assert_eq!(probe(&long_cid), Probe::NotForUs);
        // A Version Negotiation packet that offers nothing known, and RTP, DNS, STUN and a short header.
        for other in [
            "80 00000000 00 00 12345678",
            "80 00 1234 00000001 00000002 aabbccdd",
            "c0de 8180 0001 0001 0000 0000 00",
            "0101 0000 2112a442 000102030405060708090a0b",
            "40 0102030405060708 aabbccddeeff00112233445566778899",
            "",
        ] {
            assert_eq!(probe(&hex(other)), Probe::NotForUs, "{other}");
        }
    }

    #[test]
    fn an_unknown_version_is_unsure_in_a_full_datagram_only() {
        let mut datagram = hex("c0 deadbeef 08 0102030405060708 00");
        assert_eq!(probe(&datagram), Probe::NotForUs);
        datagram.resize(1200, 0);
        assert_eq!(probe(&datagram), Probe::Unsure);
    }
}
