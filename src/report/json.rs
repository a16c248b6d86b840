//! The JSON report and its schema.

use std::io::{self, Write};

use schemars::generate::SchemaSettings;

use super::Report;

/// Writes the report as one JSON document and a newline.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, report).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// The JSON Schema of the report as it is written, generated from its types: what is always there is required.
#[must_use]
pub fn schema() -> String {
    let schema = SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<Report>();
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
