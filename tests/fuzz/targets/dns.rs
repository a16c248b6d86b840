//! DNS, mDNS and LLMNR over UDP, DNS over TCP; the first byte chooses.
#![no_main]

use wiregloss::Settings;
use wiregloss_fuzz::{connection, datagrams, whole};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let capture = match first % 4 {
        0 => datagrams(53, rest),
        1 => connection(53, rest),
        2 => datagrams(5353, rest),
        _ => datagrams(5355, rest),
    };
    whole(&capture, &Settings::default());
});
