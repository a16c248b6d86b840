//! Capture files made to cost more than they are worth: interfaces, blocks, compression and times without end. Each must be
//! read to its end within bounds of time and memory, and what a bound cut must be told.

use std::io;

use crate::bounded::{Bounds, USUAL, report};
use crate::build::*;

#[test]
fn ten_thousand_interfaces_are_told_apart_or_counted() {
    let told = report(USUAL, |out| {
        let mut file = PcapNg::new(out)?;
        let name = "e".repeat(60_000);
        for n in 0..10_000_u32 {
            let link = (n as u16).to_le_bytes();
            file.block(1, &[link[0], link[1], 0, 0, 0, 0, 0, 0])?;
            if n % 100 == 0 {
                file.interface(&[(2, name.as_bytes()), (3, name.as_bytes()), (1, name.as_bytes())])?;
            }
        }
        for n in 0..10_000 {
            file.packet(n, u64::from(n), &v4(17, n, &udp((40_000, 9), b"x")), &[])?;
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], 10_000);
    assert!(told["capture"]["limits_hit"]["capture_interfaces"].as_u64() > Some(0), "{}", told["capture"]);
}

#[test]
fn blocks_that_only_fill_memory_are_cut_and_counted() {
    let told = report(Bounds { megabytes: 384, ..USUAL }, |out| {
        let mut file = PcapNg::new(out)?;
        file.interface(&[])?;
        let comment = "c".repeat(60_000);
        for n in 0..300_000_u32 {
            // A secret of one byte, then a name.
            file.block(10, &[0x4b, 0x53, 0x4c, 0x54, 1, 0, 0, 0, 7])?;
            file.block(4, &[1, 0, 8, 0, 10, 0, 0, 1, b'a', (n % 25) as u8 + b'a', b'z', 0])?;
            if n % 100 == 0 {
                let comments = [(1, comment.as_bytes()); 20];
                file.packet(0, 1, &v4(17, n, &udp((40_000, 9), b"x")), &comments)?;
            }
        }
        // As many options as a block of 16 MB holds.
        file.block(1, &[&[101, 0, 0, 0, 0, 0, 0, 0][..], &[9, 0x80, 0, 0].repeat(4 << 20)].concat())
    });
    let cut = &told["capture"]["limits_hit"];
    assert!(cut["capture_names"].as_u64() > Some(0) && cut["capture_comments"].as_u64() > Some(0), "{cut}");
}

#[test]
fn a_block_as_long_as_any_may_be_fits_into_memory() {
    let told = report(USUAL, |out| {
        let mut file = PcapNg::new(out)?;
        file.interface(&[])?;
        file.block(0x0bad, &vec![0; 64 << 20])?;
        file.block(0x0bad, &vec![0; (64 << 20) - 12])?;
        file.packet(0, 1, &v4(17, 1, &udp((40_000, 9), b"x")), &[])
    });
    assert_eq!(told["capture"]["packets"], 1);
}

#[test]
fn a_gzip_bomb_is_read_as_it_unfolds() {
    let told = report(Bounds { seconds: 60, ..USUAL }, |out| {
        let mut packed = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
        let mut file = Pcap::new(&mut packed)?;
        let zeros = vec![0; 200_000];
        for _ in 0..2_000 {
            file.packet(&zeros)?;
        }
        packed.finish().map(drop)
    });
    assert_eq!(told["capture"]["packets"], 2_000);
}

#[test]
fn both_ends_of_time_in_one_capture() {
    let told = report(USUAL, |out| -> io::Result<()> {
        let mut file = PcapNg::new(out)?;
        // Nanoseconds, with the largest and the smallest offset in seconds, and without.
        for offset in [i64::MAX, i64::MIN, 0] {
            file.interface(&[(9, &[9]), (14, &offset.to_le_bytes())])?;
        }
        for (n, (interface, units)) in
            [(0, u64::MAX), (1, 0), (2, 1 << 63), (2, (1 << 63) - 1), (2, 0)].iter().cycle().take(5_000).enumerate()
        {
            let seq = (n as u32 / 2) * 10;
            let segment = v4(6, 1, &tcp((40_000, 80), (seq, seq), ACK | PSH, &[], b"0123456789"));
            let segment =
                if n % 2 == 0 { segment } else { answer(v4(6, 1, &tcp((80, 40_000), (seq, seq), ACK, &[], &[]))) };
            file.packet(*interface, *units, &segment, &[])?;
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], 5_000);
    assert!(told["capture"]["file_problems"].as_object().is_some_and(|p| !p.is_empty()));
}
