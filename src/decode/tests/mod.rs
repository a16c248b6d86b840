//! Packets built byte by byte, and what decoding makes of them.

mod build;
mod ip;
mod link;
mod properties;
mod transport;
mod tunnels;
