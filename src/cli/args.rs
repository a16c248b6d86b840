//! Arguments.

use std::ffi::OsString;
use std::net::IpAddr;
use std::num::NonZero;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::concepts::Severity;
use crate::report::{Filter, Which};

/// Writes the margin notes to network traffic: what each conversation in a capture did, and what it teaches.
#[derive(Debug, Parser)]
#[command(name = "wiregloss", version, subcommand_negates_reqs = true, arg_required_else_help = true)]
#[command(override_usage = "wiregloss [OPTIONS] <FILE>...\n       wiregloss [OPTIONS] <COMMAND>")]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub global: GlobalArgs,
}

impl Args {
    /// Parses the program's arguments. Before a subcommand only options that hold for all of them may stand; clap's own
    /// check (`args_conflicts_with_subcommands`) would refuse those too.
    ///
    /// # Errors
    /// What clap says of them, which may be the help.
    pub fn parse_all(args: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
        let mut command = Args::command();
        let matches = command.try_get_matches_from_mut(args)?;
        if let Some(name) = matches.subcommand_name() {
            let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
            let is_misplaced = |a: &&Arg| !a.is_global_set() && given(a.get_id().as_str());
            let misplaced = command.get_arguments().find(is_misplaced).map(ToString::to_string);
            if let Some(arg) = misplaced {
                let what = format!("{arg} belongs behind `{name}`, as `wiregloss {name} {arg}`");
                return Err(command.error(ErrorKind::ArgumentConflict, what));
            }
        }
        Args::from_arg_matches(&matches)
    }
}

/// Options of every subcommand, before or behind its name.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArgs {
    /// No progress bar
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// When to use colour and hyperlinks
    #[arg(long, value_enum, default_value_t = When::Auto, global = true, value_name = "WHEN")]
    pub color: When,
    /// Width of the output in columns (default: the terminal's, else 100)
    #[arg(long, value_name = "COLUMNS", global = true)]
    pub width: Option<usize>,
    /// Link to a published copy of the guide
    #[arg(long, value_name = "BASE", global = true)]
    pub guide_url: Option<String>,
    /// Maximum segment lifetime in seconds; TIME_WAIT lasts twice as long
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, global = true)]
    pub msl: f64,
    /// Change a bound (`--limit help` lists them)
    #[arg(long, value_name = "NAME=VALUE", global = true)]
    pub limit: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report on captures (the default: `wiregloss FILE…`)
    Report(ReportArgs),
    /// Show the report of a capture that is being taken, drawn again every few seconds
    Watch(WatchArgs),
    /// Tell one conversation step by step, with the states of both ends and the notes where they belong
    Explain(ExplainArgs),
    /// List the sockets of every host at one instant, as `ss` would have shown them there
    Ss(SsArgs),
    /// Print events as JSON lines, in frame order and constant memory
    Events(EventsArgs),
    /// List the concepts, or show one
    Concepts(ConceptsArgs),
    /// Print the guide, or one section of it
    Guide(GuideArgs),
    /// Print the JSON Schema of the report
    Schema,
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff), of the program or of one subcommand
    Man {
        /// The subcommand
        command: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,
    /// Write to this file, which appears when the report is whole (default: standard output)
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Add time series to the JSON report
    #[arg(long)]
    pub series: bool,
    /// Show every finding and up to N conversations instead of one page
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "1000")]
    pub all: Option<usize>,
    /// Exit with 1 when there is a finding of at least this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<Level>,
}

#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// The capture: `-` for the standard input, or a file, which is read on as it grows until Ctrl-C
    #[arg(default_value = "-", value_name = "FILE")]
    pub file: PathBuf,
    /// Time between two screens
    #[arg(long, value_name = "DURATION", default_value = "5s")]
    pub every: String,
    #[command(flatten)]
    pub filter: FilterArgs,
}

#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// The conversation of this number (as the report shows it)
    #[arg(long, value_name = "N", group = "which")]
    pub conversation: Option<u32>,
    /// The most telling conversation of this host
    #[arg(long, value_name = "ADDRESS", group = "which")]
    pub host: Option<IpAddr>,
    /// The conversation of this frame
    #[arg(long, value_name = "N", group = "which")]
    pub frame: Option<u32>,
    /// Show every packet: nothing is summed up where there is nothing to say
    #[arg(long)]
    pub every: bool,
    /// Steps shown at most
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub steps: usize,
}

#[derive(Debug, clap::Args)]
pub struct SsArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// The instant: seconds after the first packet (12.5), a time of day (2026-01-31T12:00:00.5Z), or frame:N for just
    /// after that frame
    #[arg(long, value_name = "TIME", required_unless_present = "count_by")]
    pub at: Option<String>,
    /// State, queues, addresses and timers (the default)
    #[arg(long, conflicts_with = "tin")]
    pub tan: bool,
    /// TCP's inside view as well: round-trip times, RTO, MSS, window scale, retransmissions …
    #[arg(long)]
    pub tin: bool,
    /// Count the sockets over time instead of listing them
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with_all = ["at", "tin"])]
    pub count_by: Option<CountBy>,
    /// Seconds between two counts (default: about twenty counts)
    #[arg(long, value_name = "SECONDS", requires = "count_by")]
    pub step: Option<f64>,
    /// Only the sockets of this host
    #[arg(long, value_name = "ADDRESS")]
    pub host: Option<IpAddr>,
    /// Only sockets with this port at either end
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Only sockets in these states, named as `ss` names them (time-wait, established …)
    #[arg(long, value_name = "STATE,…", value_delimiter = ',')]
    pub state: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,
}

/// What sockets are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CountBy {
    /// Their state
    State,
}

#[derive(Debug, clap::Args)]
pub struct EventsArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub which: WhichArgs,
    /// Only these kinds
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub event: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct ConceptsArgs {
    /// Show this one
    pub id: Option<String>,
    /// Print the list as a Markdown table
    #[arg(long)]
    pub markdown: bool,
}

#[derive(Debug, clap::Args)]
pub struct GuideArgs {
    /// A section, 1 to 13 (0: the capture itself)
    pub section: Option<u8>,
}

#[derive(Debug, clap::Args)]
pub struct InputArgs {
    /// Capture files, read as one capture in time order; `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// With 2, another thread reads one plain file ahead of the analysis; the output is the same (default: 2 for a large
    /// file of large packets where there is a second core, else 1)
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZero<usize>>,
}

#[derive(Debug, clap::Args)]
pub struct WhichArgs {
    /// Only this conversation
    #[arg(long, value_name = "N")]
    pub conversation: Option<u32>,
    /// Only conversations with this address
    #[arg(long, value_name = "ADDRESS")]
    pub host: Option<IpAddr>,
    /// Only conversations with this port
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
}

impl From<&WhichArgs> for Which {
    fn from(args: &WhichArgs) -> Which {
        Which { conversation: args.conversation, host: args.host, port: args.port }
    }
}

#[derive(Debug, clap::Args)]
pub struct FilterArgs {
    #[command(flatten)]
    pub which: WhichArgs,
    /// Only findings of this section of the guide
    #[arg(long, value_name = "N")]
    pub section: Option<u8>,
    /// Only findings of at least this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub severity: Option<Level>,
    /// Only findings of this concept (or area, as `tcp`)
    #[arg(long, value_name = "ID")]
    pub concept: Option<String>,
}

impl From<&FilterArgs> for Filter {
    fn from(args: &FilterArgs) -> Filter {
        Filter {
            which: (&args.which).into(),
            section: args.section,
            severity: args.severity.map(Severity::from),
            concept: args.concept.clone(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Terminal,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Even into a file or a pipe
    Always,
    /// Plain text
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// The protocol working as designed
    Info,
    /// A fact that changes how to read the capture
    Note,
    /// It costs time, privacy or capacity
    Warn,
    /// Something failed
    Bad,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Note => Self::Note,
            Level::Warn => Self::Warn,
            Level::Bad => Self::Bad,
        }
    }
}
