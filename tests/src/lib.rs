//! What the suites share: throw-away databases.

pub mod support;
