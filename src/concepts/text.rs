//! Numbers as explanations print them.

/// Milliseconds with as many digits as matter: `4.2 µs`, `0.31 ms`, `12.6 ms`, `1.24 s`, `3 min 5 s`, `4.5 years`.
#[must_use]
pub fn duration(ms: f64) -> String {
    match ms {
        m if m < 0.0 => format!("-{}", duration(-m)),
        0.0 => "0 ms".to_owned(),
        m if m < 0.001 => format!("{:.0} ns", m * 1e6),
        m if m < 0.01 => format!("{:.1} µs", m * 1e3),
        m if m < 1.0 => format!("{m:.2} ms"),
        m if m < 100.0 => format!("{m:.1} ms"),
        m if m < 1000.0 => format!("{m:.0} ms"),
        m if m < 60_000.0 => format!("{:.2} s", m / 1000.0),
        m => {
            let s = (m / 1000.0).round() as u64;
            match (s / 3600, s / 60 % 60, s % 60) {
                (0, min, s) => format!("{min} min {s} s"),
                (h @ ..48, min, _) => format!("{h} h {min} min"),
                (h @ ..8_766, ..) => format!("{} days {} h", h / 24, h % 24),
                // A year of 365¼ days.
                (h, ..) => format!("{:.1} years", h as f64 / 8_766.0),
            }
        }
    }
}

/// Bytes: `1448 bytes`, `63.5 kB`, `12.1 MB` (powers of ten).
#[must_use]
pub fn bytes(n: u64) -> String {
    let x = n as f64;
    match n {
        1 => "1 byte".to_owned(),
        0..10_000 => format!("{n} bytes"),
        10_000..1_000_000 => format!("{:.1} kB", x / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", x / 1e6),
        _ => format!("{:.2} GB", x / 1e9),
    }
}

/// `1 segment`, `2 segments`.
#[must_use]
pub fn plural(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// A share from 0 to 1 as `3.1 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    let p = share * 100.0;
    if p >= 10.0 || p == 0.0 { format!("{p:.0} %") } else { format!("{p:.1} %") }
}

/// A protocol's name as people write it, from its name in the JSON report.
#[must_use]
pub fn protocol(name: &str) -> String {
    match name {
        "http1" => "HTTP/1".to_owned(),
        "http2" => "HTTP/2".to_owned(),
        "http3" => "HTTP/3".to_owned(),
        "postgresql" => "PostgreSQL".to_owned(),
        "mysql" => "MySQL".to_owned(),
        "wireguard" => "WireGuard".to_owned(),
        "openvpn" => "OpenVPN".to_owned(),
        "bittorrent" => "BitTorrent".to_owned(),
        "redis" | "telnet" | "syslog" | "proxy-protocol" => name.to_owned(),
        "utp" => "uTP".to_owned(),
        "mdns" => "mDNS".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}
