//! Reading: bytes to records, from memory.

use std::io::Write;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use flate2::Compression;
use flate2::write::GzEncoder;
use wiregloss::source::Capture;

use crate::captures::{Traffic, open};

/// The bytes on the wire of all records.
fn drain(mut capture: Capture) -> u64 {
    let mut bytes = 0;
    while let Some(batch) = capture.next_batch().expect("memory is readable") {
        bytes += batch.iter().map(|record| u64::from(record.wire_len)).sum::<u64>();
    }
    bytes
}

#[divan::bench(args = Traffic::ALL)]
fn pcap(bencher: Bencher<'_, '_>, traffic: Traffic) {
    let (file, packets) = (traffic.file(), traffic.packets().len());
    bencher
        .counter(ItemsCount::new(packets))
        .counter(BytesCount::of_slice(&file))
        .with_inputs(|| open(file.clone()))
        .bench_values(|capture| black_box(drain(capture)));
}

#[divan::bench(args = Traffic::ALL)]
fn pcap_gz(bencher: Bencher<'_, '_>, traffic: Traffic) {
    let file = traffic.file();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&file).expect("memory is writable");
    let packed = encoder.finish().expect("memory is writable");
    bencher
        .counter(BytesCount::of_slice(&file))
        .with_inputs(|| open(packed.clone()))
        .bench_values(|capture| black_box(drain(capture)));
}
