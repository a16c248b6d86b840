//! What the timestamps of a handshake give away about what the capture does not show.

use super::connection::TcpConn;
use crate::source::{NS_PER_MS, NS_PER_S};
use crate::track::Dir;

/// Looks at the handshake once the connection is over and its round-trip times and clocks are known.
pub fn judge(conn: &mut TcpConn) {
    let lost = lost_syn_ack(conn).unwrap_or(false);
    let lag = cookie_lag(conn);
    let shake = &mut conn.facts.handshake;
    (shake.lost_syn_ack, shake.cookie_lag_ms) = (lost, lag);
}

/// RFC 7323 §3.2: TSecr tells which SYN the server answers. It answers the first, and yet its answer comes just when one
/// to the latest was due: the first SYN had arrived, and the answer to it did not.
fn lost_syn_ack(conn: &TcpConn) -> Option<bool> {
    let (shake, client) = (&conn.facts.handshake, conn.facts.end(Dir::Client));
    let (first, echo) = (client.syn?.timestamps?, Some(shake.echo).filter(|echo| *echo != 0)?);
    let after_latest = shake.syn_ack?.ts.since(shake.syn_answered?.ts);
    let waited = shake.syn_answered?.ts.since(shake.syn?.ts);
    let rtt = client.rtt.min()?;
    Some(client.syns.count > 1 && echo == first && waited > NS_PER_S / 2 && after_latest < rtt.saturating_add(rtt / 4))
}

/// Linux keeps the options of a SYN that it answers with a cookie in the low six bits of TSval, so that the timestamp
/// lags behind the clock by up to 63 ms (`cookie_init_timestamp`).
fn cookie_lag(conn: &TcpConn) -> Option<u8> {
    let (shake, server) = (&conn.facts.handshake, conn.facts.end(Dir::Server));
    let (syn_ack, sent) = (shake.syn_ack?, server.syn?.timestamps?);
    if server.syns.count != 1 || shake.simultaneous {
        return None;
    }
    // A SYN-ACK that waited in a queue is older than its arrival as well: this one took no longer than any round trip.
    let took = syn_ack.ts.since(shake.syn_answered?.ts);
    if took > conn.facts.end(Dir::Client).rtt.min()?.saturating_add(NS_PER_MS) {
        return None;
    }
    let (later, then) = conn.send[Dir::Server.index()].clock?;
    let elapsed = then.since(syn_ack.ts);
    if elapsed > CLOCKS_AGREE_NS {
        return None;
    }
    let elapsed_ms = elapsed / NS_PER_MS;
    let lag = i64::from(later.wrapping_sub(sent) as i32) - elapsed_ms;
    u8::try_from(lag).ok().filter(|lag| (COOKIE_LAG_MIN_MS..64).contains(lag))
}

/// Over a longer time two clocks drift apart, or are slewed, by as much as a cookie's lag.
const CLOCKS_AGREE_NS: i64 = 3 * NS_PER_S;
/// Less may be the clock's grain and the packets' own delays.
const COOKIE_LAG_MIN_MS: u8 = 4;
