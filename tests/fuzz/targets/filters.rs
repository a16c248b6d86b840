//! Any capture under any filter and any small bounds: eight bytes of those, then the capture file.
#![no_main]

use wiregloss::Settings;
use wiregloss::concepts::Severity;
use wiregloss::report::{Filter, Which};
use wiregloss_fuzz::whole;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((&[has, conversation, host, port, section, severity, page, bound], capture)) =
        input.split_first_chunk::<8>()
    else {
        return;
    };
    let asked = |bit: u8| has & (1 << bit) != 0;
    let severities = [Severity::Info, Severity::Note, Severity::Warn, Severity::Bad];
    let mut settings = Settings {
        filter: Filter {
            which: Which {
                conversation: asked(0).then_some(u32::from(conversation)),
                host: asked(1).then(|| [10, 77, 1, host].into()),
                port: asked(2).then_some(u16::from(port) * 53),
            },
            section: asked(3).then_some(section % 16),
            severity: asked(4).then(|| severities[usize::from(severity) % 4]),
            concept: asked(5).then(|| ["tcp", "tls.handshake", "", "no.such"][usize::from(severity) % 4].to_owned()),
        },
        page: asked(6).then_some(usize::from(page)),
        ..Settings::default()
    };
    if asked(7) {
        let names: Vec<_> = settings.track.limits.list().iter().map(|limit| limit.0).collect();
        for name in names {
            settings.track.limits.set(name, usize::from(bound));
        }
    }
    whole(capture, &settings);
});
