//! A connection to the port of a protocol that may turn to TLS; the first byte chooses it.
#![no_main]

use wiregloss::Settings;

const PORTS: [u16; 12] = [21, 25, 80, 110, 143, 389, 1433, 3128, 3306, 3389, 5222, 5432];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let port = PORTS[usize::from(*first) % PORTS.len()];
    wiregloss_fuzz::whole(&wiregloss_fuzz::connection(port, rest), &Settings::default());
});
