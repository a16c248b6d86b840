//! The model, the JSON document and the event stream on hand-made conversations.

mod collect;
mod events;
mod json;
mod terminal;
