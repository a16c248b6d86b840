//! Packets by their stack of layers.

use rustc_hash::FxHashMap;

use super::Volume;
use crate::decode::Layers;

/// How many packets had which stack. A capture has a handful of stacks, so the latest are looked at before the table is.
#[derive(Debug, Clone, Default)]
pub struct Stacks {
    volumes: Vec<(Layers, Volume)>,
    /// The same order: the deepest that the innermost IP header lay, in bytes.
    depths: Vec<u32>,
    places: FxHashMap<Layers, u32>,
    latest: [u32; LATEST],
}

/// Stacks found without the table, by their length and last layer.
const LATEST: usize = 32;

impl Stacks {
    /// Counts a packet whose innermost IP header lies `depth` bytes deep; a stack that is new when there are `limit`
    /// already is left out.
    pub fn count(&mut self, stack: &Layers, bytes: u32, depth: u32, limit: usize) {
        let last = stack.last().map_or(0, |layer| *layer as usize);
        let slot = (last * 5 + stack.len()) % LATEST;
        let latest = self.latest[slot] as usize;
        if self.volumes.get(latest).is_some_and(|(kept, _)| kept == stack) {
            return self.add(latest, bytes, depth);
        }
        let place = match self.places.get(stack) {
            Some(place) => *place,
            None if self.volumes.len() < limit => {
                let place = self.volumes.len() as u32;
                self.volumes.push((*stack, Volume::default()));
                self.depths.push(0);
                self.places.insert(*stack, place);
                place
            }
            None => return,
        };
        self.latest[slot] = place;
        self.add(place as usize, bytes, depth);
    }

    fn add(&mut self, place: usize, bytes: u32, depth: u32) {
        self.volumes[place].1.add(bytes);
        self.depths[place] = self.depths[place].max(depth);
    }

    /// The stacks and how deep the innermost IP header lay at most: what everything before it costs, in bytes; 0 without
    /// IP.
    pub fn depths(&self) -> impl Iterator<Item = (&Layers, u32)> {
        self.keys().zip(self.depths.iter().copied())
    }

    /// All, in order of appearance.
    pub fn iter(&self) -> impl Iterator<Item = (&Layers, &Volume)> {
        self.volumes.iter().map(|(stack, volume)| (stack, volume))
    }

    /// The stacks.
    pub fn keys(&self) -> impl Iterator<Item = &Layers> {
        self.volumes.iter().map(|(stack, _)| stack)
    }
}
