//! The conversations as a table: two lines each, the client's above the server's, with what is worth knowing beside
//! them where there is room, else below.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::Page;
use super::head::ORDINARY;
use crate::concepts::Severity;
use crate::concepts::text::{bytes, duration};
use crate::report::Report;
use crate::report::model::{ConversationReport, EndReport, Side};
use crate::report::style::{Style, clean, columns, counted, cut, thousands};

/// Conversations on one page.
pub(super) const ROWS: usize = 20;
/// Of a page's rows that say the same of different hosts, so many are shown.
const ALIKE: usize = 3;
/// Notes named of one conversation.
const NOTES: usize = 3;
/// Characters of a long address kept at its end, less one.
const TAIL: usize = 5;
/// Columns that notes need to stand beside the table.
const BESIDE: usize = 34;
/// Before the server, below the client.
const ARROW: &str = "→ ";
/// Columns of an endpoint at least, whatever the width.
const ENDPOINT: usize = 16;
/// Of so many conversations on, what too many have says nothing of any: a note that one in so many has, a warning that
/// half of them have.
const COMMON: u64 = 5;

pub(super) fn write(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    if report.conversations.is_empty() {
        return Ok(());
    }
    let (rows, left) = choose(report, page);
    let title = match left {
        0 => String::new(),
        n => format!(": the {} most telling, worst first; {} more", rows.len(), thousands(n)),
    };
    writeln!(out, "{}{title}", style.heading("Conversations"))?;
    let table = fitted(&rows, style);
    let mut lines = table.lines().map(|l| l.trim_end().to_owned());
    writeln!(out, "{}", style.dim(&lines.next().unwrap_or_default()))?;
    let width = table.lines().next().map_or(0, |l| columns(&l));
    let notes = Notes::of(report);
    let mut alike: HashMap<String, usize> = HashMap::new();
    let mut hidden = 0;
    for c in rows {
        let pair = [lines.next().unwrap_or_default(), lines.next().unwrap_or_default()];
        let words = notes.words(c);
        let seen = alike.entry(format!("{} {} {words:?}", app(c), states(c))).or_default();
        *seen += 1;
        if left > 0 && *seen > ALIKE {
            hidden += 1;
        } else {
            row(pair, &words, width, style, out)?;
        }
    }
    if hidden > 0 {
        writeln!(out, "      {}", style.dim(&format!("and {} like those above", counted(hidden, "more row"))))?;
    }
    Ok(())
}

/// The conversations to show, and how many are not. All come in order; those of a page, worst first.
fn choose(report: &Report, page: Page) -> (Vec<&ConversationReport>, u64) {
    let mut rows: Vec<&ConversationReport> = report.conversations.iter().collect();
    if report.wanted_conversations > page.conversations() as u64 {
        rows.sort_by_key(|c| Reverse(c.interest));
        rows.truncate(page.conversations());
    }
    let left = report.wanted_conversations.saturating_sub(rows.len() as u64);
    (rows, left)
}

/// The two lines of a conversation with its notes.
fn row(
    pair: [String; 2],
    words: &[(Severity, String)],
    width: usize,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let room = style.width.saturating_sub(width + 1);
    if room < BESIDE {
        for line in pair.iter().filter(|l| !l.is_empty()) {
            writeln!(out, "{line}")?;
        }
        for line in lines_of(words, style.width.saturating_sub(6), style) {
            writeln!(out, "      {line}")?;
        }
        return Ok(());
    }
    let notes = lines_of(words, room, style);
    let blank = String::new();
    for i in 0..notes.len().max(pair.len()) {
        let (left, right) = (pair.get(i).unwrap_or(&blank), notes.get(i).unwrap_or(&blank));
        let pad = width.saturating_sub(columns(left)) + 1;
        writeln!(out, "{}", format!("{left}{:pad$}{right}", "").trim_end())?;
    }
    Ok(())
}

/// Words put into lines of so many columns, each in the colour of its severity.
fn lines_of(words: &[(Severity, String)], room: usize, style: &Style) -> Vec<String> {
    let mut lines: Vec<(String, usize)> = Vec::new();
    for (severity, word) in words {
        let wide = columns(word);
        let painted = if *severity >= Severity::Warn { style.severity(*severity, word) } else { word.clone() };
        match lines.last_mut() {
            Some((line, used)) if *used + 1 + wide <= room => {
                line.push(' ');
                line.push_str(&painted);
                *used += 1 + wide;
            }
            _ => lines.push((painted, wide)),
        }
    }
    lines.into_iter().map(|(line, _)| line).collect()
}

/// The table, with long addresses shortened where it would be too wide.
fn fitted(rows: &[&ConversationReport], style: &Style) -> Table {
    let whole = table(rows, usize::MAX);
    let width = whole.lines().next().map_or(0, |l| columns(&l));
    match width.saturating_sub(style.width) {
        0 => whole,
        excess => {
            let ends = rows.iter().flat_map(|c| [c.client.to_string(), format!("{ARROW}{}", c.server)]);
            let longest = ends.map(|end| columns(&end)).max().unwrap_or(0);
            table(rows, longest.saturating_sub(excess).max(ENDPOINT))
        }
    }
}

fn table(rows: &[&ConversationReport], endpoint: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["#", "client → server", "app", "state", "RTT", "again", "bytes", "time"]);
    for column in [0, 4, 5, 6, 7] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for c in rows {
        let server = short(&c.server, endpoint.saturating_sub(columns(ARROW)));
        table.add_row([
            c.id.to_string(),
            format!("{}\n{ARROW}{server}", short(&c.client, endpoint)),
            app(c).to_owned(),
            states(c),
            rtt(c),
            again(c),
            bytes(c.payload_bytes.client + c.payload_bytes.server).replace(" bytes", " B").replace(" byte", " B"),
            duration(crate::track::ms(c.last_ns.saturating_sub(c.first_ns))),
        ]);
    }
    table
}

/// An endpoint in so many columns: a long address loses its middle, not its port.
fn short(end: &Side, room: usize) -> String {
    let whole = end.to_string();
    if columns(&whole) <= room {
        return whole;
    }
    let (address, rest) = whole.split_at(whole.len().min(end.ip.len() + 1));
    let tail = address.char_indices().rev().nth(TAIL).map_or("", |(i, _)| address.get(i..).unwrap_or(""));
    let head = room.saturating_sub(columns(rest) + columns(tail));
    format!("{}{tail}{rest}", cut(address, head))
}

fn app(c: &ConversationReport) -> &str {
    c.app.unwrap_or(c.protocol.as_str())
}

/// The client's state above the server's.
fn states(c: &ConversationReport) -> String {
    let Some(tcp) = &c.tcp else { return String::new() };
    let state = |end: &EndReport| end.final_state.unwrap_or("?");
    format!("{}\n{}", state(&tcp.client), state(&tcp.server))
}

fn rtt(c: &ConversationReport) -> String {
    let Some(tcp) = &c.tcp else { return String::new() };
    let shake = tcp.handshake.rtt_ms;
    let measured = [&tcp.client.rtt_ms, &tcp.server.rtt_ms].into_iter().flatten().map(|r| r.min).reduce(f64::max);
    shake.or(measured).map(duration).unwrap_or_default()
}

/// Segments sent again, each side beside its state.
fn again(c: &ConversationReport) -> String {
    let Some(tcp) = &c.tcp else { return String::new() };
    let of = |end: &EndReport| match end.retransmits.total {
        0 => String::new(),
        n => thousands(u64::from(n)),
    };
    format!("{}\n{}", of(&tcp.client), of(&tcp.server))
}

/// Notes of the whole path, which the findings tell once, and what the column of states says already.
const TOLD_ELSEWHERE: [&str; 3] = ["capture.vantage", "mtu.mss", "tcp.time-wait"];

/// What was found, by conversation, and in how many conversations.
struct Notes<'a> {
    of: HashMap<u32, Vec<(Severity, &'a str)>>,
    shared_by: HashMap<&'a str, u64>,
    conversations: u64,
}

impl<'a> Notes<'a> {
    fn of(report: &'a Report) -> Notes<'a> {
        let conversations = report.wanted_conversations;
        let mut notes = Notes { of: HashMap::new(), shared_by: HashMap::new(), conversations };
        for f in report.findings.iter().filter(|f| f.level >= Severity::Note) {
            if let Some(id) = f.conversation() {
                notes.of.entry(id).or_default().push((f.level, f.concept));
            }
            *notes.shared_by.entry(f.concept).or_default() += f.subjects();
        }
        notes
    }

    /// The server's name, then concepts: the severest first, of these the rarest. What many conversations have is left out
    /// unless it is bad.
    fn words(&self, c: &ConversationReport) -> Vec<(Severity, String)> {
        let rarity = |id: &str| self.shared_by.get(id).copied().unwrap_or_default();
        let common = |level: Severity, id: &str| {
            let times = if level == Severity::Warn && !ORDINARY.contains(&id) { 2 } else { COMMON };
            level < Severity::Bad && self.conversations >= COMMON && rarity(id) * times > self.conversations
        };
        let mut of: Vec<(Severity, &str)> = self.of.get(&c.id).cloned().unwrap_or_default();
        of.retain(|(level, id)| !common(*level, id) && !TOLD_ELSEWHERE.contains(id));
        of.sort_by_key(|(level, id)| (Reverse(*level), rarity(id)));
        let left = of.len().saturating_sub(NOTES);
        of.truncate(NOTES);
        let last = of.len().saturating_sub(1);
        let comma = |i: usize| if i < last { "," } else { "" };
        let mut words: Vec<(Severity, String)> =
            of.iter().enumerate().map(|(i, (level, id))| (*level, format!("{id}{}", comma(i)))).collect();
        if left > 0 {
            words.push((Severity::Info, format!("+{left}")));
        }
        if let Some(name) = c.server_name() {
            let colon = if words.is_empty() { "" } else { ":" };
            words.insert(0, (Severity::Info, format!("{}{colon}", clean(name))));
        }
        words
    }
}
