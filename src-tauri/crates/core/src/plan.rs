//! What a mapping becomes for one request: statements with bound values, before anything runs.

use crate::mapping::Kind;
use crate::operation::Operation;
use crate::value::Value;

/// One statement, ready to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Which operation it serves; `None` for a statement of the console's own.
    pub operation: Option<Operation>,
    pub kind: Kind,
    /// The text as the administrator wrote it, one `?` for each parameter, without a trailing
    /// semicolon. Drivers rewrite the `?`; no value is ever put into it.
    pub text: String,
    pub parameters: Vec<BoundParameter>,
}

/// A `?` with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundParameter {
    /// The database field it is mapped to, or `constant`.
    pub name: String,
    pub value: Value,
    /// Whether the value must not be shown or recorded.
    pub secret: bool,
}
