//! Any bytes as a capture file.
#![no_main]

use wiregloss::Settings;

libfuzzer_sys::fuzz_target!(|input: &[u8]| wiregloss_fuzz::whole(input, &Settings::default()));
