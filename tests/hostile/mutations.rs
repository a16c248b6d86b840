//! Every fixture cut, flipped, spliced and with its lengths at extremes. A run takes what a test may take: few damages of
//! large fixtures, many of small ones. `WIREGLOSS_MUTATIONS=N` does N times as many.

use crate::build::PcapNg;
use crate::fixtures::{self, FILE_HEADER, Fixture, RECORD_HEADER};
use crate::mutants::{Dice, check};

/// How many times as thorough as usual.
fn times() -> usize {
    std::env::var("WIREGLOSS_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}

/// Damaged copies of a fixture: so many that large ones take no longer than small ones.
fn copies(fixture: &Fixture, most: usize) -> usize {
    const BYTES: usize = 400_000;
    (BYTES / fixture.bytes.len().max(1)).clamp(1, most) * times()
}

#[test]
fn a_capture_cut_anywhere_says_so_and_keeps_what_came_before() {
    for fixture in fixtures::all() {
        // Every seventh byte where that is few enough; elsewhere the same remainders, further apart.
        let stride = (fixture.bytes.len() / copies(&fixture, 48)).next_multiple_of(7).max(7);
        for (n, end) in (0..fixture.bytes.len()).step_by(stride).enumerate() {
            check(&format!("{} cut at {end}", fixture.name), &fixture.bytes[..end], n % 8 == 0);
        }
    }
}

#[test]
fn packets_cut_at_any_length_are_read_as_far_as_they_go() {
    for fixture in fixtures::all() {
        let Some(walk) = fixture.walk() else { continue };
        let longest = walk.records.iter().map(|(_, len)| len - RECORD_HEADER).max().unwrap_or(0);
        let stride = if copies(&fixture, 48) < 24 { 91 } else { 14 };
        for (n, snaplen) in (0..longest.min(210)).step_by(stride).chain((210..longest).step_by(203)).enumerate() {
            let mut cut = fixture.bytes[..FILE_HEADER].to_vec();
            for &(at, len) in &walk.records {
                let kept = snaplen.min(len - RECORD_HEADER);
                cut.extend_from_slice(&fixture.bytes[at..at + 8]);
                cut.extend_from_slice(&in_order(&fixture.bytes, kept as u32));
                cut.extend_from_slice(&fixture.bytes[at + 12..at + RECORD_HEADER + kept]);
            }
            check(&format!("{} with packets of {snaplen}", fixture.name), &cut, n % 8 == 0);
        }
    }
}

/// A number in the byte order of a pcap file.
fn in_order(file: &[u8], n: u32) -> [u8; 4] {
    if file.first() == Some(&0xa1) { n.to_be_bytes() } else { n.to_le_bytes() }
}

#[test]
fn flipped_bits_change_what_is_told_and_nothing_else() {
    let mut dice = Dice(1);
    for fixture in fixtures::all() {
        for n in 0..copies(&fixture, 24) {
            let mut bytes = fixture.bytes.clone();
            // Half of them leave the file header alone, so that the rest is looked at.
            let from = if n % 2 == 0 { FILE_HEADER.min(bytes.len() - 1) } else { 0 };
            for _ in 0..1 << (n % 7) {
                let at = from + dice.below(bytes.len() - from);
                bytes[at] ^= 1 << dice.below(8);
            }
            check(&format!("{} flipped, copy {n}", fixture.name), &bytes, n % 8 == 0);
        }
    }
}

#[test]
fn lengths_and_numbers_at_extremes_are_survived() {
    const EXTREMES: [u32; 8] = [0, 1, 4, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, u32::MAX, 0x0001_0000];
    let mut dice = Dice(2);
    for fixture in fixtures::all() {
        let walk = fixture.walk();
        for n in 0..copies(&fixture, 32) {
            let mut bytes = fixture.bytes.clone();
            for _ in 0..1 + n % 4 {
                let extreme = EXTREMES[dice.below(EXTREMES.len())].to_be_bytes();
                let width = [1, 2, 4][dice.below(3)];
                let at = match walk.as_ref().filter(|w| n % 2 == 0 && !w.records.is_empty()) {
                    // Times, lengths and the first headers of one record.
                    Some(walk) => walk.records[dice.below(walk.records.len())].0 + dice.below(90),
                    None => dice.below(bytes.len()),
                };
                for (to, from) in bytes.iter_mut().skip(at).zip(&extreme[4 - width..]) {
                    *to = *from;
                }
            }
            check(&format!("{} with extremes, copy {n}", fixture.name), &bytes, n % 8 == 0);
        }
    }
}

#[test]
fn records_in_any_order_and_number_are_counted() {
    let mut dice = Dice(3);
    for fixture in fixtures::all() {
        let Some(walk) = fixture.walk().filter(|w| !w.records.is_empty()) else { continue };
        for n in 0..copies(&fixture, 12) {
            let mut bytes = fixture.bytes[..FILE_HEADER].to_vec();
            for _ in 0..walk.records.len().min(400) {
                let (at, len) = walk.records[dice.below(walk.records.len())];
                bytes.extend_from_slice(&fixture.bytes[at..at + len]);
            }
            check(&format!("{} shuffled, copy {n}", fixture.name), &bytes, n % 8 == 0);
        }
    }
}

#[test]
fn records_of_two_captures_spliced_are_one_capture() {
    let mut dice = Dice(4);
    let all = fixtures::all();
    for _ in 0..500 * times() {
        let (a, b) = (&all[dice.below(all.len())], &all[dice.below(all.len())]);
        let (from, to) = (dice.below(a.bytes.len()), dice.below(b.bytes.len()));
        let (head, tail) = (&a.bytes[..from.min(20_000)], &b.bytes[to..]);
        let bytes = [head, &tail[..tail.len().min(20_000)]].concat();
        check(&format!("{} until {from}, then {} from {to}", a.name, b.name), &bytes, false);
    }
}

#[test]
fn clocks_that_jump_to_both_ends_of_time_are_data() {
    // Units of a clock of nanoseconds; those above `i64::MAX` are negative times.
    const TIMES: [i64; 9] = [i64::MIN, i64::MIN / 2, i64::MIN / 8, -1, 0, 1, i64::MAX / 8, i64::MAX / 2, i64::MAX];
    let mut dice = Dice(5);
    for fixture in fixtures::all() {
        let Some(walk) = fixture.walk() else { continue };
        for n in 0..copies(&fixture, 4) {
            let mut file = PcapNg::new(Vec::new()).expect("memory can be written");
            let link = if fixture.bytes[0] == 0xa1 { fixture.bytes[23] } else { fixture.bytes[20] };
            file.block(1, &[link, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0]).expect("memory can be written");
            let mut now = dice.roll();
            for &(at, len) in &walk.records {
                now = match dice.below(1 << (n % 5)) {
                    0 => TIMES[dice.below(TIMES.len())] as u64,
                    1 => dice.roll(),
                    _ => now.wrapping_add(1_000_000),
                };
                let data = &fixture.bytes[at + RECORD_HEADER..at + len];
                file.packet(0, now, data, &[]).expect("memory can be written");
            }
            check(&format!("{} with wild times, copy {n}", fixture.name), &file.0, n % 4 == 0);
        }
    }
}
