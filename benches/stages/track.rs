//! Tracking: packets to conversations and events, and with the rules of all concepts on top.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use wiregloss::decode::{Packet, decode};
use wiregloss::detect::{Engine, Rules};
use wiregloss::source::BATCH;
use wiregloss::track::{Conversation, Event, Kind, Limits, Options, Sink, Tracker};

use crate::captures::Traffic;

/// Asks for no events.
struct Deaf;

impl Sink for Deaf {
    fn event(&mut self, event: &Event<'_>, _: &Conversation) {
        black_box(event.at);
    }
}

/// Runs the rules of all concepts.
struct Ruled(Engine);

impl Sink for Ruled {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        black_box(self.0.event(event, conversation));
    }

    fn wants(&self, kind: Kind) -> bool {
        self.0.wants(kind)
    }
}

#[divan::bench(args = Traffic::ALL)]
fn conversations(bencher: Bencher<'_, '_>, traffic: Traffic) {
    run(bencher, traffic, || Deaf);
}

#[divan::bench(args = Traffic::ALL)]
fn conversations_and_rules(bencher: Bencher<'_, '_>, traffic: Traffic) {
    run(bencher, traffic, || Ruled(Engine::new(Rules::all(), Limits::default().findings_per_concept)));
}

fn run<S: Sink>(bencher: Bencher<'_, '_>, traffic: Traffic, sink: impl Fn() -> S) {
    let held = traffic.packets();
    let packets: Vec<Packet<'_>> = held.records().map(|record| decode(&record)).collect();
    bencher.counter(ItemsCount::new(packets.len())).bench_local(|| {
        let (mut tracker, mut sink) = (Tracker::new(Options::default()), sink());
        for batch in packets.chunks(BATCH) {
            tracker.batch(batch, &mut sink);
        }
        tracker.finish(&mut sink);
        tracker
    });
}
