//! Any sequence of TCP segments: sixteen bytes are one segment of a connection on one of two ports.
#![no_main]

use wiregloss::Settings;
use wiregloss_fuzz::{Pcap, whole};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let mut file = Pcap::default();
    let mut base = [0_u32; 2];
    for s in input.chunks_exact(16) {
        let back = s[0] & 1 != 0;
        let (own, other) = (usize::from(back), usize::from(!back));
        let number = |bytes: &[u8]| i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        // Small steps around what was sent last, or anything.
        let far = |n: i32, wide: bool| if wide { n as u32 } else { (n >> 16) as u32 };
        let seq = base[own].wrapping_add(far(number(&s[2..]), s[0] & 2 != 0));
        let ack = base[other].wrapping_add(far(number(&s[6..]), s[0] & 4 != 0));
        let payload = vec![0x17; usize::from(s[10]) * if s[0] & 8 != 0 { 200 } else { 1 }];
        if s[0] & 16 != 0 {
            base[own] = seq.wrapping_add(payload.len() as u32);
        }
        file.wait(u64::from(u32::from_be_bytes([s[11], s[12], s[13], s[14]])) << (s[15] & 31));
        options(&mut file, back, seq, ack, s, &payload);
    }
    whole(&file.bytes, &Settings::default());
});

/// A segment with the options that move a connection's state: the rest of the sixteen bytes says which.
fn options(file: &mut Pcap, back: bool, seq: u32, ack: u32, s: &[u8], payload: &[u8]) {
    let port = if s[0] & 32 != 0 { 443 } else { 4_000 };
    let (from, to) = if back { (port, 40_000_u16) } else { (40_000, port) };
    let mut list = Vec::new();
    if s[0] & 64 != 0 {
        list.extend([1, 1, 8, 10, 0, 0, s[12], s[13], 0, 0, s[13], s[12]]);
    }
    if s[0] & 128 != 0 {
        let left = ack.wrapping_add(u32::from(s[2]) * 100);
        list.extend([1, 1, 5, 10]);
        list.extend(left.to_be_bytes().iter().chain(&left.wrapping_add(u32::from(s[3]) * 100).to_be_bytes()));
    }
    if s[1] & 2 != 0 {
        list.extend([2, 4, 5, 0xb4, 1, 3, 3, s[15] >> 4, 1, 1, 4, 2]);
    }
    let mut segment = Vec::with_capacity(60 + payload.len());
    segment.extend(from.to_be_bytes().iter().chain(&to.to_be_bytes()));
    segment.extend(seq.to_be_bytes().iter().chain(&ack.to_be_bytes()));
    segment.extend([(20 + list.len() as u8) << 2, s[1], s[14], s[15], 0, 0, 0, 0]);
    segment.extend(list);
    segment.extend(payload);
    file.packet(6, back, &segment);
}
