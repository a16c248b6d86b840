//! The catalogue against the fixtures: what fires where, what must never fire, and that the generated tables are current.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use wiregloss::concepts::{self, Severity};
use wiregloss::source::Capture;
use wiregloss::{Settings, analyze};

/// Set it to write the matrix instead of comparing with it.
const UPDATE: &str = "WIREGLOSS_UPDATE";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every capture below `fixtures/`, with its origin file.
fn fixtures() -> Vec<(String, PathBuf, String)> {
    let mut found = Vec::new();
    let areas = fs::read_dir(root().join("fixtures")).expect("the fixtures are part of the project");
    for area in areas.flatten().filter(|a| a.path().is_dir() && a.file_name() != "lab") {
        for file in fs::read_dir(area.path()).expect("a readable folder").flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let Some(stem) = [".pcap", ".pcapng", ".pcap.gz"].iter().find_map(|s| name.strip_suffix(s)) else {
                continue;
            };
            let origin = fs::read_to_string(area.path().join(format!("{stem}.txt"))).expect("an origin file");
            found.push((format!("{}/{stem}", area.file_name().to_string_lossy()), file.path(), origin));
        }
    }
    found.sort();
    found
}

/// The ids in the line of an origin file that begins with `key:`.
fn ids(origin: &str, key: &str) -> BTreeSet<String> {
    let line = origin.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix(':'));
    line.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

fn findings(path: &Path) -> BTreeMap<&'static str, (u64, Severity)> {
    let mut capture = Capture::open(&[path]).expect("a readable fixture");
    let report = analyze(&mut capture, &Settings::default(), &mut |_| {}).expect("a readable fixture");
    let mut counts = BTreeMap::new();
    for f in &report.findings {
        let entry = counts.entry(f.concept).or_insert((0, f.level));
        *entry = (entry.0 + f.count, entry.1.max(f.level));
    }
    counts
}

#[test]
fn the_matrix_says_what_fires_in_every_fixture_and_nothing_false_does() {
    let (mut matrix, mut wrong) = (String::new(), String::new());
    for (name, path, origin) in fixtures() {
        let found = findings(&path);
        let _infallible = write!(matrix, "{name}:");
        for (id, (count, _)) in &found {
            let _infallible = write!(matrix, " {id}={count}");
        }
        matrix.push('\n');
        for id in ids(&origin, "never").iter().filter(|id| found.contains_key(id.as_str())) {
            let _infallible = writeln!(wrong, "{name}: {id} is false there");
        }
        let worst = match ids(&origin, "worst").first().map(String::as_str) {
            Some("info") => Severity::Info,
            Some("note") => Severity::Note,
            _ => Severity::Bad,
        };
        for (id, (_, severity)) in found.iter().filter(|(_, (_, severity))| *severity > worst) {
            let _infallible = writeln!(wrong, "{name}: {id} is {} where nothing is wrong", severity.name());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let file = root().join("fixtures/matrix.txt");
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&file, &matrix).expect("a writable folder");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    for (old, new) in kept.lines().zip(matrix.lines()) {
        assert_eq!(old, new, "fixtures/matrix.txt differs; set {UPDATE}=1 to write it anew, and read the diff");
    }
    assert_eq!(kept.lines().count(), matrix.lines().count(), "fixtures were added or removed");
}

#[test]
fn every_concept_fires_in_a_fixture() {
    let matrix = fs::read_to_string(root().join("fixtures/matrix.txt")).expect("the matrix");
    let silent: Vec<_> = concepts::all().map(|c| c.id).filter(|id| !matrix.contains(&format!(" {id}="))).collect();
    assert!(silent.is_empty(), "{silent:?} fire nowhere");
}

#[test]
fn ids_are_unique_and_say_where_their_files_are() {
    let mut seen = BTreeSet::new();
    for c in concepts::all() {
        assert!(seen.insert(c.id), "{} is there twice", c.id);
        let (area, name) = c.id.split_once('.').expect("area.name");
        let area = if area == "udp" { "transport" } else { area };
        let file = root().join(format!("src/concepts/{area}/{}.rs", name.replace('-', "_")));
        assert!(file.exists(), "{} should be in {}", c.id, file.display());
        assert!(!c.lesson.trim().is_empty() && !c.question.is_empty(), "{} lacks its lesson or question", c.id);
    }
}

#[test]
fn the_readme_has_the_generated_table() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let table = wiregloss::report::catalogue::markdown();
    assert!(readme.contains(&table), "put the output of `wiregloss concepts --markdown` between the concepts markers");
}
