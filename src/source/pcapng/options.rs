//! The option list at the end of most blocks.

use crate::source::bytes::Order;

/// The option that ends a list.
const END: u16 = 0;
/// A comment, in any block.
pub(super) const COMMENT: u16 = 1;

/// Shows every option's code and value to `each`; false if the list runs beyond its bytes.
pub(super) fn walk(order: Order, mut bytes: &[u8], mut each: impl FnMut(u16, &[u8])) -> bool {
    while let (Some(code), Some(len)) = (order.u16(bytes, 0), order.u16(bytes, 2)) {
        if code == END {
            return true;
        }
        let len = usize::from(len);
        let Some(value) = bytes.get(4..4 + len) else { return false };
        each(code, value);
        bytes = bytes.get(4 + len.next_multiple_of(4)..).unwrap_or_default();
    }
    bytes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(bytes: &[u8]) -> (Vec<(u16, Vec<u8>)>, bool) {
        let mut list = Vec::new();
        let whole = walk(Order::BIG, bytes, |code, value| list.push((code, value.to_vec())));
        (list, whole)
    }

    #[test]
    fn values_are_padded_and_the_end_mark_ends_the_list() {
        let (list, whole) = seen(b"\0\x01\0\x03abc\0\0\x02\0\0\0\0\0\0\0\x09\0\x01x");
        assert_eq!(list, [(1, b"abc".to_vec()), (2, vec![])]);
        assert!(whole);
    }

    #[test]
    fn an_option_beyond_the_block_is_reported_and_those_before_it_are_kept() {
        let (list, whole) = seen(b"\0\x01\0\x01a\0\0\0\0\x02\0\x09b");
        assert_eq!(list, [(1, b"a".to_vec())]);
        assert!(!whole);
    }
}
