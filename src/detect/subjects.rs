//! The subjects of one concept: the worst are kept, the others are counted together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::rank::{Place, Rank};
use super::seen::Seen;
use crate::concepts::{Concept, Evidence, Finding, Subject, Tells};
use crate::track::Endpoint;

/// What is known of a concept. Of most subjects there is nothing to say but that there is one more: what decides that
/// comes first.
#[derive(Debug, Clone, Default)]
#[repr(C)]
pub struct Subjects {
    /// A new subject of no higher rank is only counted.
    low: Option<Rank>,
    /// Those for whom there was no room, and their evidence.
    left_out_subjects: u64,
    left_out_count: u64,
    left_out: Option<LeftOut>,
    /// The rank that a new subject has to exceed to be kept, once there is no more room; the least of those kept is no
    /// lower.
    bar: Option<Rank>,
    /// The worst of those kept.
    best: Option<Place>,
    /// As many as there is room for.
    kept: Vec<Kept>,
    /// The kept ones' ranks and where they are, the least on top; one that has grown since is found out when it comes up.
    ranks: BinaryHeap<Reverse<(Rank, Subject, u32)>>,
    /// Where those are of which more may be found. There are no more than are kept, so that nobody who chooses addresses
    /// can make looking them up slow.
    places: FxHashMap<Subject, u32>,
    /// All of them.
    seen: Seen,
}

/// A piece of evidence, and whom it is about.
pub struct One<'a> {
    /// What it shows.
    pub concept: &'static Concept,
    /// Whom.
    pub subject: Subject,
    /// The ends of the conversation that it is.
    pub ends: Option<[Endpoint; 2]>,
    /// Taken where it is kept.
    pub evidence: &'a mut Evidence,
    /// That of the evidence.
    pub rank: Rank,
    /// All that is kept may be told in words, not just the worst.
    pub all_words: bool,
    /// Nothing else will be found about the subject.
    pub once: bool,
}

/// What is kept of a subject; what else a [`Finding`] has follows from it.
#[derive(Debug, Clone)]
struct Kept {
    concept: &'static Concept,
    subject: Subject,
    ends: Option<[Endpoint; 2]>,
    count: u64,
    first: Rc<Evidence>,
    worst: Rc<Evidence>,
    /// That of the worst.
    rank: Rank,
}

/// What stands for the subjects that are counted together: their first evidence and their worst.
#[derive(Debug, Clone)]
struct LeftOut {
    /// That of the worst evidence.
    rank: Rank,
    finding: Box<Finding>,
}

impl Subjects {
    /// Whether nothing was found about this subject before.
    #[inline(never)]
    pub fn is_new(&mut self, subject: Subject) -> bool {
        self.seen.insert(subject)
    }

    /// Counts evidence about a new subject with that of others, where there is no more to do for it.
    #[inline]
    pub fn leaves_out(&mut self, rank: Rank, evidence: &Evidence) -> bool {
        let low = self.low.is_some_and(|low| rank.is_at_most(low));
        if low {
            self.left_out_subjects += 1;
            self.left_out_count = self.left_out_count.saturating_add(evidence.count);
        }
        low
    }

    /// Keeps evidence as far as there is `room`; what of it is kept, `keep` completes, with the values for words if told
    /// so.
    #[inline(never)]
    pub fn add(
        &mut self,
        one: &mut One<'_>,
        new: bool,
        room: usize,
        keep: impl Fn(&Concept, Evidence, bool) -> Evidence,
    ) {
        if new {
            self.add_new(one, room, keep);
        } else {
            self.add_more(one, keep);
        }
        self.low = self.bar.zip(self.left_out.as_ref()).map(|(bar, left_out)| bar.min(left_out.rank));
    }

    fn add_new(&mut self, one: &mut One<'_>, room: usize, keep: impl Fn(&Concept, Evidence, bool) -> Evidence) {
        let full = self.kept.len() >= room;
        if full && self.least() >= Some(one.rank) {
            return self.leave_out(one, 1, keep);
        }
        let leads = leads(&mut self.best, Place::of(one.rank, one.evidence.at.frame, one.subject));
        let in_words = one.all_words || leads || one.concept.tells == Tells::First;
        let kept = one.kept(|concept, evidence| keep(concept, evidence, in_words));
        let place = if full { self.put_for_least(kept) } else { self.put(kept) };
        if !one.once {
            self.places.insert(one.subject, place);
        }
        if self.kept.len() >= room {
            self.bar = self.ranks.peek().map(|Reverse((rank, ..))| *rank);
        }
    }

    /// Takes in more evidence about a subject.
    fn add_more(&mut self, one: &mut One<'_>, keep: impl Fn(&Concept, Evidence, bool) -> Evidence) {
        let place = self.places.get(&one.subject).copied();
        let Some(kept) = place.and_then(|place| self.kept.get_mut(place as usize)) else {
            return self.leave_out(one, 0, keep);
        };
        kept.count = kept.count.saturating_add(one.evidence.count);
        if one.rank > kept.rank {
            kept.rank = one.rank;
            let leads = leads(&mut self.best, Place::of(one.rank, kept.first.at.frame, one.subject));
            kept.worst = Rc::new(keep(one.concept, one.evidence.take(), one.all_words || leads));
        }
    }

    /// The least rank of those kept, brought to the top.
    fn least(&mut self) -> Option<Rank> {
        while let Some(mut top) = self.ranks.peek_mut() {
            let Reverse((rank, subject, place)) = *top;
            let now = self.kept.get(place as usize)?.rank;
            if now == rank {
                self.bar = Some(now);
                return Some(now);
            }
            *top = Reverse((now, subject, place));
        }
        None
    }

    /// Keeps one more, and gives its place.
    fn put(&mut self, kept: Kept) -> u32 {
        let place = self.kept.len() as u32;
        self.ranks.push(Reverse((kept.rank, kept.subject, place)));
        self.kept.push(kept);
        place
    }

    /// Keeps one in the place of that of least rank, which is on top and is counted with those left out.
    fn put_for_least(&mut self, mut kept: Kept) -> u32 {
        let Some(mut top) = self.ranks.peek_mut() else { return self.put(kept) };
        let Reverse((_, subject, place)) = *top;
        *top = Reverse((kept.rank, kept.subject, place));
        drop(top);
        if let Some(least) = self.kept.get_mut(place as usize) {
            std::mem::swap(least, &mut kept);
        }
        self.places.remove(&subject);
        self.left_out_subjects += 1;
        self.left_out_count = self.left_out_count.saturating_add(kept.count);
        match &mut self.left_out {
            Some(left_out) => left_out.join(kept),
            None => self.left_out = Some(LeftOut::begin(kept)),
        }
        place
    }

    /// Counts evidence with that of others; `subjects` is 1 unless its subject is among them. It is put in words where it
    /// is worse than all that is kept.
    fn leave_out(&mut self, one: &mut One<'_>, subjects: u64, keep: impl Fn(&Concept, Evidence, bool) -> Evidence) {
        let in_words = one.all_words || self.best.is_none_or(|best| one.rank > best.0);
        self.left_out_subjects += subjects;
        self.left_out_count = self.left_out_count.saturating_add(one.evidence.count);
        match &mut self.left_out {
            Some(left_out) if one.rank > left_out.rank => {
                left_out.grow(
                    (one.subject, one.ends),
                    one.rank,
                    Rc::new(keep(one.concept, one.evidence.take(), in_words)),
                );
            }
            Some(_) => {}
            None => {
                let kept = one.kept(|concept, evidence| keep(concept, evidence, in_words));
                self.left_out = Some(LeftOut::begin(kept));
            }
        }
    }

    /// The worst first; in the end those left out.
    pub fn into_sorted(self) -> Vec<Finding> {
        let mut kept = self.kept;
        kept.sort_by_cached_key(|kept| Reverse(Place::of(kept.rank, kept.first.at.frame, kept.subject)));
        let mut all = Vec::with_capacity(kept.len() + 1);
        all.extend(kept.into_iter().map(Kept::into_finding));
        let (folded_subjects, count) = (self.left_out_subjects, self.left_out_count);
        let together =
            |LeftOut { finding, .. }| Finding { subject: Subject::Capture, folded_subjects, count, ..*finding };
        all.extend(self.left_out.map(together));
        all
    }
}

/// Whether a subject that is kept comes before the best of them so far, and then is the best.
fn leads(best: &mut Option<Place>, place: Place) -> bool {
    let leads = best.is_none_or(|best| place > best);
    if leads {
        *best = Some(place);
    }
    leads
}

impl LeftOut {
    fn begin(kept: Kept) -> LeftOut {
        LeftOut { rank: kept.rank, finding: Box::new(kept.into_finding()) }
    }

    /// The worst is this from now on.
    fn grow(&mut self, about: (Subject, Option<[Endpoint; 2]>), rank: Rank, worst: Rc<Evidence>) {
        self.rank = rank;
        (self.finding.about, self.finding.ends) = about;
        (self.finding.severity, self.finding.worst) = (rank.0, worst);
    }

    /// Takes in what was kept of another subject.
    fn join(&mut self, other: Kept) {
        if other.first.at.frame < self.finding.first.at.frame {
            self.finding.first = other.first;
        }
        if other.rank > self.rank {
            self.grow((other.subject, other.ends), other.rank, other.worst);
        }
    }
}

impl One<'_> {
    fn kept(&mut self, keep: impl Fn(&Concept, Evidence) -> Evidence) -> Kept {
        let first = Rc::new(keep(self.concept, self.evidence.take()));
        let One { concept, subject, ends, rank, .. } = *self;
        Kept { concept, subject, ends, count: first.count, worst: Rc::clone(&first), first, rank }
    }
}

impl Kept {
    fn into_finding(self) -> Finding {
        let Kept { concept, subject, ends, count, first, worst, rank } = self;
        Finding {
            concept,
            subject,
            about: subject,
            ends,
            client: String::new(),
            server: String::new(),
            count,
            severity: rank.0,
            first,
            worst,
            folded_subjects: 0,
        }
    }
}
