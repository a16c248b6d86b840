//! The list as `ss -tan` or `ss -tin` print it, one table a host; what is inferred is marked `~`.

use std::io::{self, Write};

use super::dump::{Dump, SocketReport, TimerReport};
use super::info::SocketInfo;
use super::name;
use crate::concepts::text::{duration, plural};
use crate::report::model::Side;
use crate::report::style::{Style, thousands};

/// Writes the list; `inside` adds a line of TCP's own view to each socket, as `ss -i` does.
///
/// # Errors
/// Those of `out`.
pub fn write(dump: &Dump, inside: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    heading(dump, style, out)?;
    for of_host in dump.sockets.chunk_by(|a, b| a.local.ip == b.local.ip) {
        let host = of_host.first().map_or("", |s| s.local.ip.as_str());
        let many = plural(of_host.len() as u64, "socket");
        writeln!(out, "\n{}", style.heading(&format!("{host} · {many}")))?;
        table(of_host, inside, style, out)?;
    }
    let notes = "~ inferred. LISTEN: the port answered a SYN. Send-Q: sent and not acknowledged; what an application had \
                 not written or not read yet is not on the wire.";
    if !dump.sockets.is_empty() {
        writeln!(out)?;
        out.write_all(style.dim(&style.wrap("", 0, 0, notes)).as_bytes())?;
    }
    Ok(())
}

fn heading(dump: &Dump, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let time = jiff::Timestamp::from_nanosecond(dump.at_ns.into()).map(|t| format!("{t:.6}")).unwrap_or_default();
    let where_ =
        if dump.frame == 0 { "before the first frame".to_owned() } else { format!("after frame {}", dump.frame) };
    let sockets = plural(dump.sockets.len() as u64, "socket");
    writeln!(out, "{} · {where_} · {time} · {sockets}", style.heading(&format!("{:.6} s", dump.t_ms / 1000.0)))?;
    let mut warn = |text: &str| out.write_all(style.wrap("! ", 2, 2, text).as_bytes());
    if dump.after_end_ms > 0.0 {
        let late = duration(dump.after_end_ms);
        warn(&format!("The capture ends {late} earlier: only timers have gone on since."))?;
    }
    if dump.forgotten_time_waits > 0 {
        let n = thousands(dump.forgotten_time_waits as u64);
        warn(&format!("Up to {n} sockets in TIME-WAIT are missing: --limit lingering=N."))?;
    }
    Ok(())
}

/// Columns before the addresses, as `ss` sets them.
const STATE: usize = 10;

fn table(sockets: &[SocketReport], inside: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let locals: Vec<_> = sockets.iter().map(|s| halves(Some(&s.local))).collect();
    let peers: Vec<_> = sockets.iter().map(|s| halves(s.peer.as_ref())).collect();
    let (local_width, peer_width) = (Width::of(&locals, "Local Address"), Width::of(&peers, "Peer Address"));
    let (a, b) = (local_width.pad("Local Address", "Port"), peer_width.pad("Peer Address", "Port"));
    writeln!(out, "{:<STATE$} {:<6} {:<6} {a} {}", "State", "Recv-Q", "Send-Q", b.trim_end())?;
    for (socket, (local, peer)) in sockets.iter().zip(locals.iter().zip(&peers)) {
        let state = format!("{}{}", if socket.is_inferred() { "~" } else { "" }, name(socket.shown));
        let queue = socket.send_queue.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let (local, peer) = (local_width.pad(&local.0, &local.1), peer_width.pad(&peer.0, &peer.1));
        let row = format!("{state:<STATE$} {:<6} {queue:<6} {local} {peer}", "-");
        let timer = socket.timer.map(timer).unwrap_or_default();
        let line = format!("{row} {timer}");
        if timer.is_empty() || line.chars().count() <= style.width {
            writeln!(out, "{}", line.trim_end())?;
        } else {
            writeln!(out, "{}\n{:INDENT$}{timer}", row.trim_end(), "")?;
        }
        if let Some(info) = socket.info.as_ref().filter(|_| inside) {
            out.write_all(style.wrap(&" ".repeat(INDENT), INDENT, INDENT, &words(info).join(" ")).as_bytes())?;
        }
    }
    Ok(())
}

/// Indent of what belongs to the socket above.
const INDENT: usize = 8;

/// Address and port of a side; `*` for any.
fn halves(side: Option<&Side>) -> (String, String) {
    let any = || "*".to_owned();
    let Some(side) = side else { return (any(), any()) };
    let ip = if side.ip.contains(':') { format!("[{}]", side.ip) } else { side.ip.clone() };
    (ip, side.port.map_or_else(any, |port| port.to_string()))
}

/// Width of a column of addresses: of what stands before the colon, and after it.
struct Width(usize, usize);

impl Width {
    fn of(halves: &[(String, String)], title: &str) -> Width {
        let widest = |f: &dyn Fn(&(String, String)) -> usize, least| halves.iter().map(f).max().unwrap_or(0).max(least);
        Width(widest(&|h| h.0.len(), title.len()), widest(&|h| h.1.len(), 4))
    }

    /// Aligned at the colon, as `ss` does.
    fn pad(&self, address: &str, port: &str) -> String {
        let Width(before, after) = *self;
        format!("{address:>before$}:{port:<after$}")
    }
}

/// `timer:(on,~204ms,0)`, the length written as `ss -o` writes it.
fn timer(timer: TimerReport) -> String {
    let left = timer.left_ms.map_or_else(|| "?".to_owned(), |ms| format!("~{}", left(ms.round() as u64)));
    format!("timer:({},{left},{})", timer.kind, timer.tries)
}

fn left(ms: u64) -> String {
    match (ms / 60_000, ms / 1_000 % 60, ms % 1_000) {
        (0, 0, ms) => format!("{ms}ms"),
        (0, s, ms) if s < 10 && ms > 0 => format!("{s}.{ms:03}sec"),
        (0, s, _) => format!("{s}sec"),
        (min, s, _) if min < 10 && s > 0 => format!("{min}min{s}sec"),
        (min, _, _) => format!("{min}min"),
    }
}

/// A congestion control less likely than this is not named.
const SURE: f32 = 0.6;

/// The words of `ss -i`, in its order; counts of zero are left out, as there.
fn words(info: &SocketInfo) -> Vec<String> {
    let mut words = Vec::new();
    for (name, agreed) in [("ts", info.timestamps), ("sack", info.sack), ("ecn", info.ecn)] {
        words.extend(agreed.filter(|a| *a).map(|_| name.to_owned()));
    }
    let sure = info.algorithm_confidence.is_some_and(|confidence| confidence >= SURE);
    words.extend(info.algorithm.filter(|_| sure).map(|name| format!("~{name}")));
    words.extend(info.window_scale.map(|[snd, rcv]| format!("wscale:{snd},{rcv}")));
    words.extend(info.rto_ms.map(|ms| format!("rto:~{ms:.0}")));
    words.extend(some("backoff", info.backoff.into()));
    if let (Some(rtt), Some(var)) = (info.rtt_ms, info.rttvar_ms) {
        words.push(format!("rtt:{rtt:.3}/{var:.3}"));
    }
    words.extend(info.mss.map(|mss| format!("mss:{mss}")));
    words.extend(info.advmss.map(|mss| format!("advmss:{mss}")));
    words.extend(info.cwnd.map(|cwnd| format!("cwnd:~{cwnd}")));
    let counts = [
        ("bytes_sent", info.bytes_sent),
        ("bytes_retrans", info.bytes_retrans),
        ("bytes_acked", info.bytes_acked),
        ("bytes_received", info.bytes_received),
        ("segs_out", info.segs_out.into()),
        ("segs_in", info.segs_in.into()),
        ("data_segs_out", info.data_segs_out.into()),
        ("data_segs_in", info.data_segs_in.into()),
    ];
    words.extend(counts.into_iter().filter_map(|(name, n)| some(name, n)));
    for (name, ago) in
        [("lastsnd", info.last_sent_ms), ("lastrcv", info.last_received_ms), ("lastack", info.last_ack_ms)]
    {
        words.extend(ago.map(|ms| format!("{name}:{ms:.0}")));
    }
    words.extend(some("unacked", info.unacked.into()));
    if info.retrans > 0 {
        words.push(format!("retrans:{}/{}", info.retrans_out, info.retrans));
    }
    words.extend(some("dsack_dups", info.dsack_dups.into()));
    words.extend(some("sacked", info.sacked.into()));
    words.extend(info.min_rtt_ms.map(|ms| format!("minrtt:{ms:.3}")));
    words.extend(info.snd_wnd.map(|n| format!("snd_wnd:{n}")));
    words.extend(info.rcv_wnd.map(|n| format!("rcv_wnd:{n}")));
    words
}

fn some(name: &str, n: u64) -> Option<String> {
    (n > 0).then(|| format!("{name}:{n}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_are_written_as_ss_writes_them() {
        let written = [0, 204, 1_204, 47_300, 105_000, 7_140_000].map(left);
        assert_eq!(written, ["0ms", "204ms", "1.204sec", "47sec", "1min45sec", "119min"]);
    }
}
