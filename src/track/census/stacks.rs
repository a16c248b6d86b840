//! Packets by their stack of layers.

use rustc_hash::FxHashMap;

use super::Volume;
use crate::decode::Layers;

/// How many packets had which stack. A capture has a handful of stacks, so the latest are looked at before the table is.
#[derive(Debug, Clone, Default)]
pub struct Stacks {
    all: Vec<Stack>,
    places: FxHashMap<Layers, u32>,
    latest: [u32; LATEST],
}

/// One of them.
#[derive(Debug, Clone)]
struct Stack {
    layers: Layers,
    volume: Volume,
    /// The deepest that the innermost IP header lay, in bytes.
    depth: u32,
}

/// Stacks found without the table, by their outermost layers.
const LATEST: usize = 1 << LATEST_BITS;
/// The logarithm of [`LATEST`].
const LATEST_BITS: u32 = 5;

impl Stacks {
    /// Counts a packet whose innermost IP header lies `depth` bytes deep; a stack that is new when there are `limit`
    /// already is left out.
    #[inline]
    pub fn count(&mut self, layers: &Layers, bytes: u32, depth: u32, limit: usize) {
        let slot = layers.mix(LATEST_BITS) % LATEST;
        match self.all.get_mut(self.latest[slot] as usize) {
            Some(stack) if stack.layers == *layers => stack.add(bytes, depth),
            _ => self.search(layers, slot, bytes, depth, limit),
        }
    }

    #[inline(never)]
    fn search(&mut self, layers: &Layers, slot: usize, bytes: u32, depth: u32, limit: usize) {
        let place = match self.places.get(layers) {
            Some(place) => *place,
            None if self.all.len() < limit => {
                let place = self.all.len() as u32;
                self.all.push(Stack { layers: *layers, volume: Volume::default(), depth: 0 });
                self.places.insert(*layers, place);
                place
            }
            None => return,
        };
        self.latest[slot] = place;
        if let Some(stack) = self.all.get_mut(place as usize) {
            stack.add(bytes, depth);
        }
    }

    /// The stacks and how deep the innermost IP header lay at most: what everything before it costs, in bytes; 0 without
    /// IP.
    pub fn depths(&self) -> impl Iterator<Item = (&Layers, u32)> {
        self.all.iter().map(|stack| (&stack.layers, stack.depth))
    }

    /// All, in order of appearance.
    pub fn iter(&self) -> impl Iterator<Item = (&Layers, &Volume)> {
        self.all.iter().map(|stack| (&stack.layers, &stack.volume))
    }

    /// The stacks.
    pub fn keys(&self) -> impl Iterator<Item = &Layers> {
        self.all.iter().map(|stack| &stack.layers)
    }
}

impl Stack {
    #[inline]
    fn add(&mut self, bytes: u32, depth: u32) {
        self.volume.add(bytes);
        self.depth = self.depth.max(depth);
    }
}
