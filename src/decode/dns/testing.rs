//! Messages for tests, built a record at a time.

use super::header::HeaderFlags;

/// A message under construction.
#[derive(Debug, Clone)]
pub struct Build {
    head: [u16; 2],
    counts: [u16; 4],
    body: Vec<u8>,
}

impl Build {
    /// A query with recursion desired.
    pub fn query(id: u16) -> Build {
        Build { head: [id, HeaderFlags::RD], counts: [0; 4], body: Vec::new() }
    }

    /// A response of a recursive resolver.
    pub fn response(id: u16) -> Build {
        Build::query(id).flags(HeaderFlags::QR | HeaderFlags::RD | HeaderFlags::RA)
    }

    /// Replaces the second word of the header.
    pub fn flags(mut self, flags: u16) -> Build {
        self.head[1] = flags;
        self
    }

    /// Sets the response code.
    pub fn rcode(mut self, rcode: u16) -> Build {
        self.head[1] |= rcode;
        self
    }

    /// A question.
    pub fn ask(mut self, name: &str, rtype: u16) -> Build {
        self.counts[0] += 1;
        self.body.extend(wire(name));
        self.body.extend([rtype.to_be_bytes(), [0, 1]].concat());
        self
    }

    /// A record in the answer section.
    pub fn answer(self, record: Vec<u8>) -> Build {
        self.record(1, record)
    }

    /// A record in the authority section.
    pub fn authority(self, record: Vec<u8>) -> Build {
        self.record(2, record)
    }

    /// A record in the additional section.
    pub fn additional(self, record: Vec<u8>) -> Build {
        self.record(3, record)
    }

    fn record(mut self, section: usize, record: Vec<u8>) -> Build {
        self.counts[section] += 1;
        self.body.extend(record);
        self
    }

    /// The message.
    pub fn bytes(&self) -> Vec<u8> {
        let words = self.head.iter().chain(&self.counts);
        words.flat_map(|w| w.to_be_bytes()).chain(self.body.iter().copied()).collect()
    }
}

/// A name on the wire, without compression.
pub fn wire(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.').filter(|l| !l.is_empty()) {
        out.push(label.len() as u8);
        out.extend(label.bytes());
    }
    out.push(0);
    out
}

/// A record of class IN.
pub fn record(name: &str, rtype: u16, ttl: u32, data: &[u8]) -> Vec<u8> {
    let mut out = wire(name);
    out.extend(rtype.to_be_bytes());
    out.extend([0, 1]);
    out.extend(ttl.to_be_bytes());
    out.extend((data.len() as u16).to_be_bytes());
    out.extend(data);
    out
}

/// An A record for 192.0.2.`host`.
pub fn a(name: &str, ttl: u32, host: u8) -> Vec<u8> {
    record(name, 1, ttl, &[192, 0, 2, host])
}

/// A CNAME record.
pub fn cname(name: &str, ttl: u32, target: &str) -> Vec<u8> {
    record(name, 5, ttl, &wire(target))
}

/// An SOA record of `zone` with that minimum.
pub fn soa(zone: &str, ttl: u32, minimum: u32) -> Vec<u8> {
    let mut data = [wire(&format!("ns.{zone}")), wire(&format!("admin.{zone}"))].concat();
    data.extend([2026, 7200, 900, 604_800, minimum].iter().flat_map(|n: &u32| n.to_be_bytes()));
    record(zone, 6, ttl, &data)
}

/// An OPT record with that TTL field and options.
pub fn opt(size: u16, ttl: u32, options: &[(u16, &[u8])]) -> Vec<u8> {
    let mut out = vec![0, 0, 41];
    out.extend(size.to_be_bytes());
    out.extend(ttl.to_be_bytes());
    let data: Vec<u8> = options
        .iter()
        .flat_map(|(code, data)| [&code.to_be_bytes()[..], &(data.len() as u16).to_be_bytes(), data].concat())
        .collect();
    out.extend((data.len() as u16).to_be_bytes());
    out.extend(data);
    out
}

/// Bytes from hexadecimal digits; spaces are ignored.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
