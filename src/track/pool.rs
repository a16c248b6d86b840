//! Connections that are over, kept for the next ones: a connection is several kilobytes, and most are short.

use super::limits::TcpLimits;
use super::tcp::TcpConn;

/// Spare connections. There are never more than were open at once, and no more than [`MAX_SPARE`].
#[derive(Debug, Clone, Default)]
pub struct Pool {
    #[expect(clippy::vec_box, reason = "they come and go as boxes")]
    spare: Vec<Box<TcpConn>>,
}

/// Spare connections kept; more are freed.
const MAX_SPARE: usize = 256;

impl Pool {
    /// A connection of which nothing is known.
    pub fn take(&mut self, limits: TcpLimits) -> Box<TcpConn> {
        self.spare.pop().unwrap_or_else(|| Box::new(TcpConn::new(limits)))
    }

    /// Gives a connection back.
    pub fn give(&mut self, mut conn: Box<TcpConn>, limits: TcpLimits) {
        if self.spare.len() < MAX_SPARE {
            conn.reset(limits);
            self.spare.push(conn);
        }
    }
}
