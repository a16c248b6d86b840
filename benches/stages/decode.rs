//! Decoding: records to packets.

use arrayvec::ArrayVec;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use wiregloss::decode::{Packet, decode_onto};
use wiregloss::source::BATCH;

use crate::captures::Traffic;

#[divan::bench(args = Traffic::ALL)]
fn frames(bencher: Bencher<'_, '_>, traffic: Traffic) {
    let packets = traffic.packets();
    bencher.counter(ItemsCount::new(packets.len())).bench_local(|| {
        let mut batch = ArrayVec::<Packet<'_>, BATCH>::new();
        for record in packets.records() {
            if batch.is_full() {
                black_box(&batch);
                batch.clear();
            }
            decode_onto(&record, &mut batch);
        }
        black_box(&batch);
    });
}
