//! Datagrams to and from port 443: QUIC, DTLS, and whatever else is recognised.
#![no_main]

use wiregloss::Settings;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    wiregloss_fuzz::whole(&wiregloss_fuzz::datagrams(443, input), &Settings::default());
});
