//! The program under hard bounds of processor time and memory, fed through its standard input.

use std::io::{self, BufWriter};
use std::process::{ChildStdin, Command, Stdio};

/// What a run may take; beyond it the system ends the program.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// Processor time in seconds.
    pub seconds: u32,
    /// Address space in megabytes, which is more than what is resident.
    pub megabytes: u32,
}

/// What no attack of some hundred megabytes may exceed, in a build without optimisation.
pub const USUAL: Bounds = Bounds { seconds: 30, megabytes: 256 };

type Feed<'a> = BufWriter<&'a mut ChildStdin>;

/// Runs `wiregloss report --format json -` on what `feed` writes, and gives the report, which lists few conversations.
pub fn report(bounds: Bounds, feed: impl FnOnce(Feed<'_>) -> io::Result<()> + Send) -> serde_json::Value {
    // Many conversations are many lines, and what they cost here is the reader's.
    let out = run(
        &["report", "--format", "json", "--limit", "report_conversations=10", "--limit", "report_dns=99", "-"],
        bounds,
        feed,
    );
    serde_json::from_slice(&out).expect("valid JSON")
}

/// Runs the program on what `feed` writes, and gives its output; it must succeed within the bounds.
pub fn run(args: &[&str], bounds: Bounds, feed: impl FnOnce(Feed<'_>) -> io::Result<()> + Send) -> Vec<u8> {
    // `ulimit` is the shell's own; `exec` keeps the limits for the program.
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -t $1 && ulimit -v $2 && shift 2 && exec \"$@\"", "sh"])
        .args([bounds.seconds.to_string(), (u64::from(bounds.megabytes) * 1024).to_string()])
        .arg(env!("CARGO_BIN_EXE_wiregloss"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut stdin = child.stdin.take().expect("a pipe");
    let (fed, out) = std::thread::scope(|scope| {
        let feeding = scope.spawn(move || {
            let fed = feed(BufWriter::with_capacity(1 << 16, &mut stdin));
            drop(stdin);
            fed
        });
        let out = child.wait_with_output().expect("the program ends");
        (feeding.join().expect("the feeder ends"), out)
    });
    let error = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{}: {error}", out.status);
    fed.expect("the program reads its input to the end");
    out.stdout
}
