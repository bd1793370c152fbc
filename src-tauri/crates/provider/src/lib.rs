//! The provider's side: the calls that its agent makes of a SCIM server, in its order, and what it would
//! make of the answers.
//!
//! It is a client like any other: it speaks HTTP with whatever stands at a URL, so that an endpoint of
//! Sluice and a server of somebody else are held to the same. Which calls the agent makes is known from
//! the vendor's documentation and from public records of it; each sequence says where it is a guess.
//!
//! **Invariants:** a certificate is accepted because an authority that is trusted signed it, or because it
//! is exactly the one that was confirmed; nothing else is ever accepted. What is kept of a call has no
//! secret in it.
//!
//! `client` sends, `trust` decides whom; `discovery`, `import` and `task` are the sequences; `paging`,
//! `resource`, `form` and `findings` decide without any I/O; `spool` keeps users on the disk. To add a
//! sequence: a function beside the others in `task`, and its word in [`Task`].

mod call;
mod client;
mod discovery;
mod findings;
mod form;
mod import;
mod paging;
mod report;
mod resource;
mod side_by_side;
mod spool;
mod target;
mod task;
mod trust;

pub use call::{Call, CallFinding, Severity};
pub use client::{Client, ClientError};
pub use discovery::{Discovered, EntitlementType, FormRead, read_form};
pub use form::{FormField, GivenValue, ValueKind, fields, values_of};
pub use import::{
    Import, ImportError, ImportOptions, ImportProgress, PageTimes, Step, StepName, import,
};
pub use paging::{PagingFinding, PagingRule};
pub use report::{ImportReport, TaskReport, import_html, task_html};
pub use resource::AttributeChange;
pub use side_by_side::{PairedCall, side_by_side};
pub use spool::{
    Counts, Difference, DifferenceKind, DifferencePage, ImportFolder, Resources, SpoolError,
};
pub use target::Target;
pub use task::{GivenEntitlement, Performed, Task, perform};
pub use trust::{ShownCertificate, Trust, TrustError, fingerprint_of, look};
