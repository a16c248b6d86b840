//! A connection to port 443 that carries any bytes, piece by piece.
#![no_main]

use wiregloss::Settings;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    wiregloss_fuzz::whole(&wiregloss_fuzz::connection(443, input), &Settings::default());
});
