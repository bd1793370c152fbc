//! PATCH (RFC 7644 §3.5.2): read, and applied to a resource.
//!
//! **Invariant:** [`Patch::apply`] gives a new resource or an error; the one it was given is never
//! touched. What is written carries the schema's spelling and types, and no readOnly attribute
//! changes.
//!
//! `parse` here, paths in [`path`], one value's change in [`change`], the types in [`value`]. To admit
//! another client's habit: one case where its value is read, and a case in tests/patch.

mod change;
mod path;
mod resource;
mod value;

use std::fmt;

use serde_json::Value;

pub use path::PatchPath;

use crate::attribute::member;
use crate::query::names_schema;
use crate::schema::ResourceSchema;
use crate::{Resource, ScimError, ScimType, uri};

/// The operations of one PATCH, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    operations: Vec<Operation>,
}

#[derive(Clone, Debug, PartialEq)]
struct Operation {
    /// From 1.
    number: usize,
    verb: Verb,
    path: Option<PatchPath>,
    value: Option<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Add,
    Remove,
    Replace,
}

/// Why an operation cannot be done; [`Operation::error`] says which.
#[derive(Debug)]
struct Fault {
    keyword: ScimType,
    /// Sentences with cause and remedy.
    detail: String,
}

impl Fault {
    fn new(keyword: ScimType, detail: impl Into<String>) -> Self {
        Self {
            keyword,
            detail: detail.into(),
        }
    }
}

impl Patch {
    /// Reads the body of a PATCH. The names of members and the words of `op` are taken in any letter
    /// case.
    ///
    /// # Errors
    /// 400: `invalidSyntax` where the body is no PATCH, `invalidPath` where a path cannot be read,
    /// `noTarget` for a removal without a path, `invalidValue` where a value is missing.
    pub fn parse(body: &Resource) -> Result<Self, ScimError> {
        let syntax =
            |detail: String| ScimError::new(400, detail).with_type(ScimType::InvalidSyntax);
        if !names_schema(body, uri::PATCH_OP) {
            return Err(syntax(format!(
                "The body is no PATCH: its schemas do not name {}. Add it.",
                uri::PATCH_OP
            )));
        }
        let operations = match member(body, "Operations") {
            Some(Value::Array(operations)) if !operations.is_empty() => operations,
            _ => {
                return Err(syntax(
                    "The PATCH has no Operations. Send a list of at least one operation.".into(),
                ));
            }
        };
        operations
            .iter()
            .enumerate()
            .map(|(position, operation)| {
                let number = position + 1;
                let Value::Object(operation) = operation else {
                    return Err(syntax(format!(
                        "Operation {number} is no object. Send an object with op, path and value."
                    )));
                };
                Operation::parse(number, operation)
            })
            .collect::<Result<_, _>>()
            .map(|operations| Self { operations })
    }

    /// The resource as it is after all operations.
    ///
    /// # Errors
    /// 400 for the first operation that cannot be done, with its number: `invalidPath`, `noTarget`,
    /// `mutability`, `invalidValue`, `invalidFilter`.
    pub fn apply(
        &self,
        resource: &Resource,
        schema: &ResourceSchema,
    ) -> Result<Resource, ScimError> {
        let mut changed = resource.clone();
        for operation in &self.operations {
            resource::apply(operation, &mut changed, schema)
                .map_err(|fault| operation.error(&fault))?;
        }
        Ok(changed)
    }
}

impl Operation {
    fn parse(number: usize, operation: &Resource) -> Result<Self, ScimError> {
        let wrong = |keyword: ScimType, detail: String| {
            ScimError::new(400, format!("Operation {number}: {detail}")).with_type(keyword)
        };
        let verb = match member(operation, "op").and_then(Value::as_str) {
            Some(word) if word.eq_ignore_ascii_case("add") => Verb::Add,
            Some(word) if word.eq_ignore_ascii_case("remove") => Verb::Remove,
            Some(word) if word.eq_ignore_ascii_case("replace") => Verb::Replace,
            Some(word) => {
                return Err(wrong(
                    ScimType::InvalidSyntax,
                    format!("op is \"{word}\". Send add, remove or replace."),
                ));
            }
            None => {
                return Err(wrong(
                    ScimType::InvalidSyntax,
                    "it has no op. Send add, remove or replace.".into(),
                ));
            }
        };
        let path = match member(operation, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if text.trim().is_empty() => None,
            Some(Value::String(text)) => Some(
                PatchPath::read(text)
                    .map_err(|why| wrong(ScimType::InvalidPath, format!("the path {why}")))?,
            ),
            Some(other) => {
                return Err(wrong(
                    ScimType::InvalidPath,
                    format!("path is {}. Send a text.", value::shown(other)),
                ));
            }
        };
        let value = member(operation, "value").cloned();
        match (verb, &path, &value) {
            (Verb::Remove, None, _) => Err(wrong(
                ScimType::NoTarget,
                "a remove without a path names nothing. Send the path of what is to be removed."
                    .into(),
            )),
            (Verb::Add | Verb::Replace, _, None) => Err(wrong(
                ScimType::InvalidValue,
                format!("it has no value. Send what to {verb}."),
            )),
            _ => Ok(Self {
                number,
                verb,
                path,
                value,
            }),
        }
    }

    fn error(&self, fault: &Fault) -> ScimError {
        let path = self
            .path
            .as_ref()
            .map_or_else(String::new, |path| format!(" {path}"));
        ScimError::new(
            400,
            format!(
                "Operation {} ({}{path}): {}",
                self.number, self.verb, fault.detail
            ),
        )
        .with_type(fault.keyword)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
        })
    }
}
