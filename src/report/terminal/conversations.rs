//! The conversations as a table: the most telling on one page.

use std::collections::HashMap;
use std::io::{self, Write};

use comfy_table::{Cell, ContentArrangement, Table, presets};

use super::Page;
use crate::concepts::Severity;
use crate::concepts::text::{bytes, duration};
use crate::report::Report;
use crate::report::model::ConversationReport;
use crate::report::style::{Style, clean, thousands};

/// Conversations on one page.
pub(super) const ROWS: usize = 20;
/// Below this width, packets and the server's name are left out.
const WIDE: usize = 120;

pub(super) fn write(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    if report.conversations.is_empty() {
        return Ok(());
    }
    let notes = notes(report);
    let mut rows: Vec<&ConversationReport> = report.conversations.iter().collect();
    let limit = page.conversations();
    if rows.len() > limit {
        rows.sort_by_key(|c| std::cmp::Reverse(c.interest));
        rows.truncate(limit);
        rows.sort_by_key(|c| c.id);
    }
    writeln!(out, "{}", style.heading("Conversations"))?;
    writeln!(out, "{}", table(&rows, &notes, style))?;
    let left = report.wanted_conversations.saturating_sub(rows.len() as u64);
    if left > 0 {
        let line = format!("{} more: --all N, --host, --port, --conversation, or --format json", thousands(left));
        writeln!(out, "{}", style.dim(&line))?;
    }
    if let Some(best) = rows.iter().max_by_key(|c| c.interest) {
        writeln!(out, "{}", style.dim(&format!("Step by step: wiregloss explain FILE --conversation {}", best.id)))?;
    }
    Ok(())
}

/// What was found, by conversation.
type Notes<'a> = HashMap<u64, Vec<(Severity, &'a str)>>;

fn notes(report: &Report) -> Notes<'_> {
    let mut notes = Notes::new();
    for f in &report.findings {
        if let Some(id) = f.subject.get("conversation").and_then(serde_json::Value::as_u64) {
            notes.entry(id).or_default().push((f.level, f.concept));
        }
    }
    for list in notes.values_mut() {
        list.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    }
    notes
}

fn table(rows: &[&ConversationReport], notes: &Notes<'_>, style: &Style) -> Table {
    let wide = style.width >= WIDE;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(style.width).unwrap_or(u16::MAX));
    let mut header = vec!["#", "client → server", "app", "state", "RTT", "again", "bytes"];
    if wide {
        header.extend(["time", "name", "notes"]);
    } else {
        header.push("notes");
    }
    table.set_header(header);
    for c in rows {
        let mut row = vec![
            c.id.to_string(),
            format!("{} → {}", c.client, c.server),
            c.app.unwrap_or(c.protocol.as_str()).to_owned(),
            state(c),
            rtt(c),
            again(c),
            bytes(c.payload_bytes.client + c.payload_bytes.server).replace(" bytes", " B").replace(" byte", " B"),
        ];
        if wide {
            row.push(duration(crate::track::ms(c.last_ns.saturating_sub(c.first_ns))));
            row.push(name(c));
        }
        row.push(telling(c, notes));
        table.add_row(row.into_iter().map(|text| Cell::new(clean(&text))));
    }
    table
}

fn state(c: &ConversationReport) -> String {
    match &c.tcp {
        Some(tcp) => match [&tcp.client, &tcp.server].map(|end| end.final_state.unwrap_or("unknown")) {
            [client, server] if client == server => client.to_owned(),
            [client, server] => format!("{client} / {server}"),
        },
        None => String::new(),
    }
}

fn rtt(c: &ConversationReport) -> String {
    let Some(tcp) = &c.tcp else { return String::new() };
    let shake = tcp.handshake.rtt_ms;
    let measured = [&tcp.client.rtt_ms, &tcp.server.rtt_ms].into_iter().flatten().map(|r| r.min).reduce(f64::max);
    shake.or(measured).map(duration).unwrap_or_default()
}

fn again(c: &ConversationReport) -> String {
    let total = |end: &crate::report::model::EndReport| u64::from(end.retransmits.total);
    match c.tcp.as_ref().map_or(0, |t| total(&t.client) + total(&t.server)) {
        0 => String::new(),
        n => thousands(n),
    }
}

fn name(c: &ConversationReport) -> String {
    c.server_name().unwrap_or_default().to_owned()
}

/// What to know about it: notes and worse, at most three.
fn telling(c: &ConversationReport, notes: &Notes<'_>) -> String {
    let of = notes.get(&u64::from(c.id)).map(Vec::as_slice).unwrap_or_default();
    let loud: Vec<&str> = of.iter().filter(|(level, _)| *level >= Severity::Note).map(|(_, id)| *id).collect();
    let mut shown = loud.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    if loud.len() > 3 {
        shown.push_str(&format!(" +{}", loud.len() - 3));
    }
    shown
}
