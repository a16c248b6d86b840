//! The guide that the program carries, in its own words: one Markdown text a section, embedded in the binary.
//!
//! The texts know nothing of the catalogue of concepts; what shows a section in a trace is handed to [`render_section`]
//! by the caller, because concepts point at sections and not the other way round.

mod inline;
mod render;

pub use render::{Look, Styles, render_markdown, render_section};

/// A section of the guide, 1 to 13; 0 is the capture itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Section(pub u8);

impl Section {
    /// Every section in order, beginning with the capture itself.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).zip(&CHAPTERS).map(|(number, _)| Self(number))
    }

    /// The section of that number, if there is one.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        (usize::from(number) < CHAPTERS.len()).then_some(Self(number))
    }

    /// The heading without its number.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.chapter().title
    }

    /// The fragment that a Markdown renderer makes of the numbered heading: `3-the-tcp-three-way-handshake-and-teardown`.
    #[must_use]
    pub fn anchor(self) -> &'static str {
        self.chapter().anchor
    }

    /// The section's text as Markdown, numbered heading included.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.chapter().text
    }

    /// The row of the table; a number outside it, which no concept has, reads as the capture itself.
    fn chapter(self) -> &'static Chapter {
        CHAPTERS.get(usize::from(self.0)).unwrap_or(&CHAPTERS[0])
    }
}

/// The address of a section in a published copy of the guide, `BASE#anchor`; none without a base.
#[must_use]
pub fn link(base: Option<&str>, section: Section) -> Option<String> {
    base.map(|base| format!("{}#{}", base.trim_end_matches('#'), section.anchor()))
}

/// One row of the table of contents.
struct Chapter {
    title: &'static str,
    anchor: &'static str,
    text: &'static str,
}

/// The table of contents, indexed by section number.
const CHAPTERS: [Chapter; 14] = [
    Chapter { title: "The capture itself", anchor: "0-the-capture-itself", text: include_str!("text/00-capture.md") },
    Chapter {
        title: "OSI and TCP/IP layering",
        anchor: "1-osi-and-tcpip-layering",
        text: include_str!("text/01-layering.md"),
    },
    Chapter {
        title: "TCP vs UDP and when to choose which",
        anchor: "2-tcp-vs-udp-and-when-to-choose-which",
        text: include_str!("text/02-tcp-udp.md"),
    },
    Chapter {
        title: "The TCP three-way handshake and teardown",
        anchor: "3-the-tcp-three-way-handshake-and-teardown",
        text: include_str!("text/03-handshake.md"),
    },
    Chapter {
        title: "Congestion control: Reno, CUBIC, BBR",
        anchor: "4-congestion-control-reno-cubic-bbr",
        text: include_str!("text/04-congestion.md"),
    },
    Chapter {
        title: "TLS 1.3 handshake and PKI",
        anchor: "5-tls-13-handshake-and-pki",
        text: include_str!("text/05-tls.md"),
    },
    Chapter {
        title: "HTTP/1.1 vs HTTP/2 vs HTTP/3 (QUIC)",
        anchor: "6-http11-vs-http2-vs-http3-quic",
        text: include_str!("text/06-http.md"),
    },
    Chapter {
        title: "DNS resolution and caching",
        anchor: "7-dns-resolution-and-caching",
        text: include_str!("text/07-dns.md"),
    },
    Chapter {
        title: "CDN design and anycast",
        anchor: "8-cdn-design-and-anycast",
        text: include_str!("text/08-cdn.md"),
    },
    Chapter {
        title: "BGP and internet routing",
        anchor: "9-bgp-and-internet-routing",
        text: include_str!("text/09-bgp.md"),
    },
    Chapter {
        title: "Load balancing: L4 vs L7, consistent hashing",
        anchor: "10-load-balancing-l4-vs-l7-consistent-hashing",
        text: include_str!("text/10-load-balancing.md"),
    },
    Chapter {
        title: "NAT, port exhaustion, and connection reuse",
        anchor: "11-nat-port-exhaustion-and-connection-reuse",
        text: include_str!("text/11-nat.md"),
    },
    Chapter {
        title: "Sockets and the bytes you actually send",
        anchor: "12-sockets-and-the-bytes-you-actually-send",
        text: include_str!("text/12-sockets.md"),
    },
    Chapter {
        title: "Common mistakes candidates make",
        anchor: "13-common-mistakes-candidates-make",
        text: include_str!("text/13-mistakes.md"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What Markdown renderers do to a heading: lower case, punctuation dropped, spaces to hyphens.
    fn slug(heading: &str) -> String {
        heading
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    }

    #[test]
    fn every_text_opens_with_its_numbered_title_and_the_anchor_follows_from_it() {
        assert_eq!(Section::all().count(), 14);
        for section in Section::all() {
            let heading = format!("{}. {}", section.0, section.title());
            assert_eq!(section.text().lines().next(), Some(format!("# {heading}").as_str()));
            assert_eq!(section.anchor(), slug(&heading));
        }
    }

    #[test]
    fn every_text_is_about_a_page_and_says_what_a_trace_shows_and_what_is_asked() {
        for section in Section::all() {
            let words = section.text().split_whitespace().count();
            assert!((450..=900).contains(&words), "section {} has {words} words", section.0);
            for heading in ["## What to look for in a trace", "## Commonly misread", "## What an interviewer asks"] {
                let times = section.text().lines().filter(|line| *line == heading).count();
                assert_eq!(times, 1, "section {}: {heading}", section.0);
            }
        }
    }

    #[test]
    fn only_numbers_of_the_table_are_sections() {
        assert_eq!(Section::from_number(13), Some(Section(13)));
        assert_eq!(Section::from_number(14), None);
        assert_eq!(Section(200).title(), Section(0).title());
    }

    #[test]
    fn a_link_needs_a_base_and_has_one_hash() {
        let expected = Some("https://example.org/guide#5-tls-13-handshake-and-pki".to_owned());
        assert_eq!(link(None, Section(5)), None);
        assert_eq!(link(Some("https://example.org/guide"), Section(5)), expected);
        assert_eq!(link(Some("https://example.org/guide#"), Section(5)), expected);
    }
}
