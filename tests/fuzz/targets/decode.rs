//! Any bytes as a packet of any link type: two bytes of link type, one for what was cut off, then the packet.
#![no_main]

use wiregloss::decode::decode;
use wiregloss::source::{At, LinkType, Record};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((&[high, low, cut], data)) = input.split_first_chunk::<3>() else { return };
    let link = LinkType(u16::from_be_bytes([high, low]));
    let wire_len = data.len() as u32 + u32::from(cut);
    let packet = decode(&Record { at: At::default(), wire_len, link, interface: 0, data });
    assert!(packet.cap_len <= packet.wire_len);
});
