//! Imports point one way: source → decode → track → detect → report → cli.

use std::fs;
use std::path::{Path, PathBuf};

/// Who may name whom.
const ALLOWED: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("guide", &[]),
    ("decode", &["source"]),
    ("track", &["decode", "source"]),
    ("concepts", &["track", "decode", "guide"]),
    ("detect", &["concepts", "track"]),
    ("report", &["concepts", "track", "guide"]),
];

const MODULES: &[&str] = &["source", "guide", "decode", "track", "concepts", "detect", "report", "cli"];

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), into);
        } else if entry.path().extension().is_some_and(|e| e == "rs") {
            into.push(entry.path());
        }
    }
}

#[test]
fn no_module_imports_what_comes_after_it() {
    let src = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (module, allowed) in ALLOWED {
        let mut found = Vec::new();
        files(&src.join(module), &mut found);
        for file in found {
            let text = fs::read_to_string(&file).expect("a readable file");
            for other in MODULES.iter().filter(|m| *m != module && !allowed.contains(m)) {
                if text.contains(&format!("crate::{other}::")) {
                    wrong.push(format!("{} names {other}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
