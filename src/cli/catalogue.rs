//! `wiregloss concepts` and `wiregloss guide`.

use anyhow::{Result, bail};

use super::args::{ConceptsArgs, GlobalArgs, GuideArgs};
use super::output::{self, Outcome};
use crate::concepts;
use crate::guide::Section;
use crate::report::catalogue;

/// The list of concepts, or one.
pub fn concepts(args: &ConceptsArgs, global: &GlobalArgs) -> Result<Outcome> {
    let style = output::style(global);
    match &args.id {
        Some(id) => match concepts::by_id(id) {
            Some(concept) => output::print(&catalogue::concept(concept, &style)),
            None => bail!("no concept {id}; `wiregloss concepts` lists them"),
        },
        None if args.markdown => output::print(&catalogue::markdown()),
        None => output::print(&catalogue::list(&style)),
    }
}

/// The guide, or one section.
pub fn guide(args: &GuideArgs, global: &GlobalArgs) -> Result<Outcome> {
    let style = output::style(global);
    match args.section {
        Some(n) => match Section::from_number(n) {
            Some(section) => output::print(&catalogue::section(section, &style)),
            None => bail!("the guide has sections 0 to 13"),
        },
        None => output::print(&catalogue::contents(&style)),
    }
}
