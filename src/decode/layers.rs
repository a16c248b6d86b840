//! The layers of one packet, as a list that is compared at once: every packet's is, to be counted.

use std::hash::{Hash, Hasher};
use std::ops::Deref;

use super::layer::Layer;

/// Layers outermost first; at most this many are remembered.
pub const MAX_LAYERS: usize = 20;

/// Layers of a packet, outermost first; further ones than [`MAX_LAYERS`] are left out.
#[derive(Debug, Clone, Copy)]
pub struct Layers {
    /// What lies behind `len` is always the same.
    all: [Layer; MAX_LAYERS],
    len: u8,
}

impl Default for Layers {
    fn default() -> Self {
        Layers { all: [Layer::Ethernet; MAX_LAYERS], len: 0 }
    }
}

impl Layers {
    /// These layers, and no more than there is room for.
    pub(super) const fn of<const N: usize>(layers: [Layer; N]) -> Layers {
        const { assert!(N <= MAX_LAYERS) };
        let mut all = [Layer::Ethernet; MAX_LAYERS];
        let mut i = 0;
        while i < N {
            all[i] = layers[i];
            i += 1;
        }
        Layers { all, len: N as u8 }
    }

    /// Adds an inner one; false when there is no room for it.
    #[inline]
    pub fn push(&mut self, layer: Layer) -> bool {
        let Some(place) = self.all.get_mut(usize::from(self.len)) else { return false };
        *place = layer;
        self.len += 1;
        true
    }

    /// Whether there is no room for another one.
    #[must_use]
    pub fn is_full(&self) -> bool {
        usize::from(self.len) == MAX_LAYERS
    }

    /// A number that is mostly another one for other layers, below 2 to the power of `bits`.
    #[must_use]
    #[inline]
    pub fn mix(&self, bits: u32) -> usize {
        let [a, b, c, d, e, f, g, h, ..] = self.all.map(|layer| layer as u8);
        // By the golden ratio, whose upper bits each bit of the factor changes.
        (u64::from_le_bytes([a, b, c, d, e, f, g, h]).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize
    }
}

impl PartialEq for Layers {
    /// All bytes at once, which takes less than to go from layer to layer.
    #[inline]
    fn eq(&self, other: &Layers) -> bool {
        let bytes = |layers: &Layers| layers.all.map(|layer| layer as u8);
        self.len == other.len && bytes(self) == bytes(other)
    }
}

impl Eq for Layers {}

impl Hash for Layers {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl Deref for Layers {
    type Target = [Layer];

    #[inline]
    fn deref(&self) -> &[Layer] {
        self.all.get(..usize::from(self.len)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(layers: &[Layer]) -> Layers {
        let mut list = Layers::default();
        assert!(layers.iter().all(|layer| list.push(*layer)));
        list
    }

    #[test]
    fn lists_are_equal_that_hold_the_same() {
        let tcp = of(&[Layer::Ethernet, Layer::Ipv4, Layer::Tcp]);
        assert_eq!(tcp, of(&[Layer::Ethernet, Layer::Ipv4, Layer::Tcp]));
        assert_ne!(tcp, of(&[Layer::Ethernet, Layer::Ipv4, Layer::Udp]));
        assert_ne!(of(&[]), of(&[Layer::Ethernet]), "what stands behind the end is no layer");
        assert_eq!(*tcp, [Layer::Ethernet, Layer::Ipv4, Layer::Tcp]);
    }

    #[test]
    fn beyond_the_last_place_nothing_is_added() {
        let mut full = of(&[Layer::Vlan; MAX_LAYERS]);
        assert!(full.is_full() && !full.push(Layer::Tcp));
        assert_eq!(*full, [Layer::Vlan; MAX_LAYERS]);
    }
}
