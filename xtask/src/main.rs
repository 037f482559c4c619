//! What a maintainer of Bailiwick runs.

fn main() {}
