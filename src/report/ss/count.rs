//! Sockets counted by state over time: `ss -tan state time-wait | wc -l` in a loop.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::dump::Select;
use super::lookout::Lookout;
use super::name;
use crate::report::style::{Style, thousands};
use crate::track::tcp::{SOCKET_STATES, State};
use crate::track::{Moment, Tracker};

/// Counts at several instants.
#[derive(Debug, Default, Serialize)]
pub struct Counts {
    /// In order of time.
    pub rows: Vec<Row>,
}

/// Counts at one instant.
#[derive(Debug, Serialize)]
pub struct Row {
    /// The instant.
    pub at_ns: i64,
    /// The same in milliseconds after the first packet.
    pub t_ms: f64,
    /// The last frame before it.
    pub frame: u32,
    /// Sockets by RFC 9293's name of their state, words joined by `_`; states without any are left out.
    pub states: BTreeMap<&'static str, u64>,
    #[serde(skip)]
    moment: Moment,
}

impl Counts {
    /// Counts the sockets that packets up to the instant show.
    pub fn take(&mut self, tracker: &Tracker, lookout: &Lookout, moment: Moment, select: &Select) {
        let mut states = BTreeMap::new();
        let mut count = |state: State| *states.entry(state.name()).or_default() += 1;
        lookout
            .listening()
            .filter(|local| select.wants(*local, None, State::Listen))
            .for_each(|_| count(State::Listen));
        tracker.sockets(moment.now, &mut |conversation, dir, socket| {
            if select.wants(conversation.end(dir), Some(conversation.end(dir.flip())), socket.state) {
                count(socket.state);
            }
        });
        let t_ms = moment.now.ms_since(moment.first.ts);
        self.rows.push(Row { at_ns: moment.now.0, t_ms, frame: moment.last.frame, states, moment });
    }

    /// Adds the connections that only later packets show, once the whole capture is known.
    pub fn complete(&mut self, lookout: &Lookout, select: &Select) {
        for row in &mut self.rows {
            for silent in lookout.silent_at(row.moment.now) {
                for (local, peer) in [(silent.ends[0], silent.ends[1]), (silent.ends[1], silent.ends[0])] {
                    if select.wants(local, Some(peer), State::Established) {
                        *row.states.entry(State::Established.name()).or_default() += 1;
                    }
                }
            }
        }
    }

    /// Writes it as one JSON document and a newline.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self).map_err(io::Error::from)?;
        out.write_all(b"\n")
    }
}

/// Writes the table: a row for each instant, a column for each state that occurs.
///
/// # Errors
/// Those of `out`.
pub fn write(counts: &Counts, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let of = |row: &Row, state: State| row.states.get(state.name()).copied().unwrap_or(0);
    let columns: Vec<State> =
        SOCKET_STATES.into_iter().filter(|s| counts.rows.iter().any(|row| of(row, *s) > 0)).collect();
    let width = |state: State| name(state).len().max(6);
    let titles: String = columns.iter().map(|s| format!(" {:>1$}", name(*s), width(*s))).collect();
    writeln!(out, "{}", style.heading(&format!("{:>10} {:>8}{titles} {:>7}", "Time", "Frame", "Total")))?;
    for row in &counts.rows {
        let cells: String = columns.iter().map(|s| format!(" {:>1$}", thousands(of(row, *s)), width(*s))).collect();
        let total = thousands(row.states.values().sum());
        writeln!(out, "{:>10.3} {:>8}{cells} {total:>7}", row.t_ms / 1000.0, row.frame)?;
    }
    Ok(())
}
