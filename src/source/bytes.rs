//! Fields of a header in the byte order that the file declares; a field outside the bytes is `None`.

use pcap_file::Endianness;

/// A byte order to read fields with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order(pub Endianness);

impl Order {
    pub const BIG: Order = Order(Endianness::Big);
    pub const LITTLE: Order = Order(Endianness::Little);

    /// The 16-bit field at `at`.
    pub fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let raw = *bytes.get(at..)?.first_chunk()?;
        Some(if self == Order::BIG { u16::from_be_bytes(raw) } else { u16::from_le_bytes(raw) })
    }

    /// The 32-bit field at `at`.
    pub fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        Some(self.number(*bytes.get(at..)?.first_chunk()?))
    }

    /// A 32-bit number.
    #[inline]
    pub fn number(self, raw: [u8; 4]) -> u32 {
        if self == Order::BIG { u32::from_be_bytes(raw) } else { u32::from_le_bytes(raw) }
    }

    /// The 64-bit field at `at`.
    pub fn u64(self, bytes: &[u8], at: usize) -> Option<u64> {
        let raw = *bytes.get(at..)?.first_chunk()?;
        Some(if self == Order::BIG { u64::from_be_bytes(raw) } else { u64::from_le_bytes(raw) })
    }

    /// The 64-bit number that pcapng writes as a high and a low 32-bit field, whatever the byte order.
    pub fn high_low(self, bytes: &[u8], at: usize) -> Option<u64> {
        Some(u64::from(self.u32(bytes, at)?) << 32 | u64::from(self.u32(bytes, at + 4)?))
    }
}
