//! What each stage costs, on captures that are made in memory from the project's own small ones: `cargo bench`, or
//! `cargo bench -- track` for one stage. Each stage gets the input that the stages before it would hand it.

mod apps;
mod captures;
mod decode;
mod report;
mod source;
mod track;

fn main() {
    divan::main();
}
