//! Initial keys, and opening an Initial with them (RFC 9001 §5). They protect against blind tampering, not against
//! reading: everybody who sees the client's first Initial can derive them.

use aes::Aes128;
use aes::cipher::{BlockEncrypt, KeyInit};
use aes_gcm::{AeadInPlace, Aes128Gcm};
use hkdf::Hkdf;
use sha2::Sha256;

use super::{LongPacket, Version};

/// Bytes of an AEAD tag.
const TAG: usize = 16;

/// What the keys of both directions follow from: the version and the first destination connection id.
#[derive(Debug, Clone)]
pub struct InitialKeys {
    secret: [u8; 32],
    v2_labels: bool,
}

/// Key, nonce base and header-protection key of one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    key: [u8; 16],
    iv: [u8; 12],
    hp: [u8; 16],
}

impl InitialKeys {
    /// Derives the secret of both (RFC 9001 §5.2); `None` for a version whose salt is not known.
    #[must_use]
    pub fn derive(version: Version, dcid: &[u8]) -> Option<InitialKeys> {
        let derivation = version.derivation()?;
        let (secret, _) = Hkdf::<Sha256>::extract(Some(&derivation.salt), dcid);
        Some(InitialKeys { secret: secret.into(), v2_labels: derivation.v2_labels })
    }

    /// Protects what the client sends.
    #[must_use]
    pub fn client(&self) -> Option<Secrets> {
        self.side("client in")
    }

    /// Protects what the server sends.
    #[must_use]
    pub fn server(&self) -> Option<Secrets> {
        self.side("server in")
    }

    fn side(&self, label: &str) -> Option<Secrets> {
        let initial = Hkdf::<Sha256>::from_prk(&self.secret).ok()?;
        Secrets::derive(&expand::<32>(&initial, label)?, self.v2_labels)
    }
}

impl Secrets {
    /// RFC 9001 §5.1, with the labels of RFC 9369 §3.3.2 for version 2.
    fn derive(secret: &[u8; 32], v2: bool) -> Option<Secrets> {
        let [key, iv, hp] =
            if v2 { ["quicv2 key", "quicv2 iv", "quicv2 hp"] } else { ["quic key", "quic iv", "quic hp"] };
        let secret = Hkdf::<Sha256>::from_prk(secret).ok()?;
        Some(Secrets { key: expand(&secret, key)?, iv: expand(&secret, iv)?, hp: expand(&secret, hp)? })
    }

    /// Opens `packet`; `largest` is the largest packet number opened before in this direction. `payload` is overwritten
    /// and then holds the frames. Gives the whole packet number, or `None` when the packet was not sealed with these keys,
    /// is damaged or was cut.
    #[must_use]
    pub fn open(&self, packet: &LongPacket<'_>, largest: Option<u64>, payload: &mut Vec<u8>) -> Option<u64> {
        if packet.cut {
            return None;
        }
        let (first, number, number_len) = self.unmask(packet)?;
        let sealed = packet.bytes.get(packet.number_at + number_len..)?;
        let (sealed, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG)?)?;
        let mut header = Vec::with_capacity(packet.number_at + number_len);
        header.push(first);
        header.extend_from_slice(packet.bytes.get(1..packet.number_at)?);
        header.extend_from_slice(number.to_be_bytes().get(4 - number_len..)?);
        payload.clear();
        payload.extend_from_slice(sealed);
        let number = whole_number(largest, number, number_len);
        Aes128Gcm::new(&self.key.into())
            .decrypt_in_place_detached(&self.nonce(number).into(), &header, payload, tag.into())
            .ok()?;
        Some(number)
    }

    /// Removes header protection (RFC 9001 §5.4): the first byte, the truncated packet number and its length.
    fn unmask(&self, packet: &LongPacket<'_>) -> Option<(u8, u32, usize)> {
        // The sample begins where the payload would if the packet number had four bytes (§5.4.2).
        let &sample: &[u8; 16] = packet.bytes.get(packet.number_at + 4..)?.first_chunk()?;
        let mut mask = sample.into();
        Aes128::new(&self.hp.into()).encrypt_block(&mut mask);
        let mask: [u8; 16] = mask.into();
        let first = packet.bytes.first()? ^ (mask[0] & 0x0f);
        let len = usize::from(first & 3) + 1;
        let sent = packet.bytes.get(packet.number_at..packet.number_at + len)?;
        let number = sent.iter().zip(&mask[1..]).fold(0, |n, (&b, m)| n << 8 | u32::from(b ^ m));
        Some((first, number, len))
    }

    /// RFC 9001 §5.3.
    fn nonce(&self, number: u64) -> [u8; 12] {
        let mut nonce = self.iv;
        nonce.iter_mut().skip(4).zip(number.to_be_bytes()).for_each(|(n, b)| *n ^= b);
        nonce
    }
}

/// Sealing, so that tests can make packets that open.
#[cfg(test)]
impl Secrets {
    /// Protects `payload` as a packet with this header, which ends before the packet number; its Length field must count a
    /// packet number of one byte, the payload and the tag.
    pub(crate) fn seal(&self, header: &[u8], number: u8, payload: &[u8]) -> Vec<u8> {
        let mut packet = header.to_vec();
        packet.push(number);
        let mut sealed = payload.to_vec();
        let tag = Aes128Gcm::new(&self.key.into())
            .encrypt_in_place_detached(&self.nonce(number.into()).into(), &packet, &mut sealed)
            .expect("short enough");
        packet.extend(sealed);
        packet.extend(tag);
        let sample: [u8; 16] = *packet[header.len() + 4..].first_chunk().expect("long enough");
        let mut mask = sample.into();
        Aes128::new(&self.hp.into()).encrypt_block(&mut mask);
        packet[0] ^= mask[0] & 0x0f;
        packet[header.len()] ^= mask[1];
        packet
    }
}

/// The whole packet number (RFC 9000 §A.3): the one nearest to the next expected.
fn whole_number(largest: Option<u64>, truncated: u32, len: usize) -> u64 {
    let expected = largest.map_or(0, |l| l.saturating_add(1));
    let window = 1u64 << (8 * len);
    let candidate = (expected & !(window - 1)) | u64::from(truncated);
    if candidate.saturating_add(window / 2) <= expected {
        candidate.saturating_add(window)
    } else if candidate > expected.saturating_add(window / 2) && candidate >= window {
        candidate - window
    } else {
        candidate
    }
}

/// HKDF-Expand-Label of TLS 1.3 with an empty context (RFC 8446 §7.1).
fn expand<const N: usize>(secret: &Hkdf<Sha256>, label: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    let label_len = (6 + label.len()) as u8;
    let info = [&[0, N as u8, label_len][..], b"tls13 ", label.as_bytes(), &[0]];
    secret.expand_multi_info(&info, &mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{self, hex};
    use super::super::{Packet, packets};
    use super::*;

    fn only(datagram: &[u8]) -> LongPacket<'_> {
        match packets(datagram).next() {
            Some(Packet::Long(long)) => long,
            other => panic!("{other:?}"),
        }
    }

    fn sides(keys: &InitialKeys) -> (Secrets, Secrets) {
        (keys.client().expect("keys"), keys.server().expect("keys"))
    }

    #[test]
    fn keys_of_version_1_are_those_of_rfc_9001_a1() {
        let keys = InitialKeys::derive(Version::V1, &hex("8394c8f03e515708")).expect("known salt");
        let (client, server) = sides(&keys);
        assert_eq!(client.key[..], hex("1f369613dd76d5467730efcbe3b1a22d"));
        assert_eq!(client.iv[..], hex("fa044b2f42a3fd3b46fb255c"));
        assert_eq!(client.hp[..], hex("9f50449e04a0e810283a1e9933adedd2"));
        assert_eq!(server.key[..], hex("cf3a5331653c364c88f0f379b6067e37"));
        assert_eq!(server.iv[..], hex("0ac1493ca1905853b0bba03e"));
        assert_eq!(server.hp[..], hex("c206b8d9b9f0f37644430b490eeaa314"));
    }

    #[test]
    fn keys_of_version_2_are_those_of_rfc_9369_a1() {
        let keys = InitialKeys::derive(Version::V2, &hex("8394c8f03e515708")).expect("known salt");
        let (client, server) = sides(&keys);
        assert_eq!(client.key[..], hex("8b1a0bc121284290a29e0971b5cd045d"));
        assert_eq!(client.iv[..], hex("91f73e2351d8fa91660e909f"));
        assert_eq!(client.hp[..], hex("45b95e15235d6f45a6b19cbcb0294ba9"));
        assert_eq!(server.key[..], hex("82db637861d55e1d011f19ea71d5d2a7"));
        assert_eq!(server.iv[..], hex("dd13c276499c0249d3310652"));
        assert_eq!(server.hp[..], hex("edf6d05c83121201b436e16877593c3a"));
    }

    #[test]
    fn the_sample_initials_of_both_rfcs_open() {
        let cases = [
            (Version::V1, vectors::client_initial_v1(), vectors::server_initial_v1()),
            (Version::V2, vectors::client_initial_v2(), vectors::server_initial_v2()),
        ];
        for (version, client, server) in cases {
            let keys = InitialKeys::derive(version, &hex("8394c8f03e515708")).expect("known salt");
            let (client_keys, server_keys) = sides(&keys);
            let mut buffer = Vec::new();
            let number = client_keys.open(&only(&client), None, &mut buffer);
            assert_eq!((number, buffer.len()), (Some(2), 1162));
            assert_eq!(buffer[..6], hex("060040f10100"));
            assert_eq!(server_keys.open(&only(&server), None, &mut buffer), Some(1));
            assert_eq!(buffer[..7], hex("02000000000600"));
        }
    }

    #[test]
    fn other_keys_damage_and_cuts_do_not_open() {
        let mut datagram = vectors::client_initial_v1();
        let keys = InitialKeys::derive(Version::V1, &hex("8394c8f03e515708")).expect("known salt");
        let (client, server) = sides(&keys);
        let mut buffer = Vec::new();
        assert!(server.open(&only(&datagram), None, &mut buffer).is_none());
        assert!(client.open(&only(&datagram[..1000]), None, &mut buffer).is_none());
        datagram[600] ^= 1;
        assert!(client.open(&only(&datagram), None, &mut buffer).is_none());
    }

    #[test]
    fn packet_numbers_are_completed_as_in_rfc_9000_a3() {
        assert_eq!(whole_number(Some(0xa82f_30ea), 0x9b32, 2), 0xa82f_9b32);
        assert_eq!(whole_number(None, 2, 4), 2);
        assert_eq!(whole_number(Some(255), 1, 1), 257);
        assert_eq!(whole_number(Some(256), 0xff, 1), 255);
        assert_eq!(whole_number(Some(u64::MAX), 3, 1), u64::MAX);
    }
}
