//! Decoding: records to packets.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use wiregloss::decode::decode_into;
use wiregloss::decode::{Packet, decode};

use crate::captures::Traffic;

#[divan::bench(args = Traffic::ALL)]
fn frames(bencher: Bencher<'_, '_>, traffic: Traffic) {
    let packets = traffic.packets();
    bencher.counter(ItemsCount::new(packets.len())).bench_local(|| {
        let mut into: Option<Packet<'_>> = None;
        for record in packets.records() {
            match &mut into {
                Some(packet) => decode_into(&record, packet),
                None => into = Some(decode(&record)),
            }
            black_box(&into);
        }
    });
}
