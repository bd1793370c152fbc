//! The decisions of Sluice, without I/O: configuration, mappings, plans, profiles, use cases, ports.
//!
//! **Invariant:** no runtime, no socket, no file, no clock, no driver. What must touch the world is
//! a trait in [`ports`], implemented at the edges; what SQL should run is data ([`plan::Plan`])
//! that a test can print. Statement text meets values only as bound parameters.
//!
//! To add an operation: a variant of [`operation::Operation`], its place in a use case under
//! [`usecase`], and a snapshot test of its plan.

pub mod anonymous;
pub mod browse;
pub mod catalogue;
pub mod check;
pub mod compare;
pub mod config;
pub mod dry_run;
pub mod effects;
pub mod exchange;
pub mod failure;
pub mod fit;
pub mod generate;
pub mod header;
pub mod mapping;
pub mod moment;
pub mod operation;
pub mod plan;
pub mod ports;
pub mod probe;
pub mod procedure;
pub mod profile;
pub mod quote;
pub mod rehearsal;
pub mod replay;
pub mod secret;
pub mod sift;
pub mod signature;
pub mod snapshot;
pub mod sql;
pub mod trace;
pub mod usecase;
pub mod user_change;
pub mod value;

pub use failure::{DatabaseError, DatabaseErrorKind, Failure};
pub use operation::Operation;
pub use secret::Secret;
pub use value::Value;
