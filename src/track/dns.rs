//! DNS messages, of datagrams and of streams, on their way to the table of exchanges.

use super::app::App;
use super::app::dns::{Incoming, Protocol, StreamMessage, protocol_of_udp};
use super::event::{Event, Sink, What};
use super::tracker::{Side, Tracker};
use super::{At, Dir, Endpoint};
use crate::decode::UdpView;

impl Tracker {
    /// A datagram that may be DNS, mDNS or LLMNR; whether its conversation is.
    pub(super) fn dns_datagram(
        &mut self,
        (index, from): (u32, Dir),
        udp: &UdpView<'_>,
        (src, dst): &(Side, Side),
        at: At,
        sink: &mut impl Sink,
    ) -> bool {
        let Some(record) = self.table.get_mut(index) else { return false };
        let is_dns = matches!(record.app, App::Dns | App::Mdns | App::Llmnr);
        if !is_dns && record.app != App::Unknown {
            return false;
        }
        let Some(protocol) = protocol_of_udp(src.1, dst.1, dst.0, udp.payload) else { return is_dns };
        let [src, dst] = [src, dst].map(|(addr, port)| Endpoint { addr: *addr, port: *port });
        let cut = (udp.payload.len() as u64) < u64::from(udp.len);
        let incoming = Incoming { conversation: index, protocol, from, src, dst, bytes: udp.payload, cut, at };
        let read = self.dns.message(&incoming, &mut self.exchanges);
        if read {
            record.app = protocol.app();
        }
        self.emit_dns(sink);
        is_dns || read
    }

    /// Messages that a TCP segment completed.
    pub(super) fn dns_over_tcp(&mut self, index: u32, messages: &[StreamMessage], sink: &mut impl Sink) {
        if messages.is_empty() {
            return;
        }
        let Some(record) = self.table.get(index) else { return };
        for StreamMessage { dir, bytes, at, cut } in messages {
            let (from, src, dst) = (*dir, record.end(*dir), record.end(dir.flip()));
            let (protocol, cut, at) = (Protocol::Tcp, *cut, *at);
            let incoming = Incoming { conversation: index, protocol, from, src, dst, bytes, cut, at };
            self.dns.message(&incoming, &mut self.exchanges);
        }
        self.emit_dns(sink);
    }

    /// Tells the exchanges that are over; most messages end none.
    #[inline]
    fn emit_dns(&mut self, sink: &mut impl Sink) {
        if !self.exchanges.is_empty() {
            self.tell_dns(sink);
        }
    }

    #[inline(never)]
    fn tell_dns(&mut self, sink: &mut impl Sink) {
        for exchange in self.exchanges.drain(..) {
            let forgotten;
            let record = match self.table.get(exchange.conversation) {
                Some(record) => record,
                None => {
                    forgotten = exchange.forgotten_conversation();
                    &forgotten
                }
            };
            let what = What::Dns(&exchange);
            sink.event(&Event { at: self.now, conversation: record.id, from: Dir::Client, what }, record);
            self.dns.take_back(exchange);
        }
    }

    /// The capture is over: what waits for an answer gets none.
    pub(super) fn finish_dns(&mut self, sink: &mut impl Sink) {
        self.dns.heard_until(self.now);
        self.dns.finish(&mut self.exchanges);
        self.emit_dns(sink);
    }
}
