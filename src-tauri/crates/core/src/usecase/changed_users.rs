//! Changed users: the provider's incremental import, page by page.
//!
//! **Invariant:** never more than what the mapping gives for the time that was asked for. Where it is
//! not mapped, the filter is refused; all users are never the answer.

use sluice_scim::{Query, ScimType};

use super::import::{Source, import_of};
use super::list_users::page_of;
use super::{Answer, Context};
use crate::failure::Failure;
use crate::mapping::Parameter;
use crate::operation::Operation;
use crate::profile::{Fields, bound_time};
use crate::snapshot::SINCE;
use crate::value::Value;

/// One page of the users changed after `since`, an xsd:dateTime (RFC 7643 §2.3.5). The pages of one
/// time are cut from one snapshot, which no other import touches.
///
/// # Errors
/// 400 `invalidFilter` where Incremental import is not mapped or `since` is no time; whatever
/// planning and running it gives.
pub(super) async fn changed_users(
    context: &mut Context,
    since: &str,
    query: &Query,
) -> Result<Answer, Failure> {
    let operation = Operation::IncrementalImport;
    let Some(mapping) = context.application.mapping(operation) else {
        return Err(Failure::new(
            400,
            "filter.not_mapped",
            format!("The filter asks for the users changed after a time, and \"{operation}\" is not mapped."),
            "Map incremental_import for this application, or let the provider run full imports only.",
        )
        .with_type(ScimType::InvalidFilter)
        .at(operation.to_string()));
    };
    let Some(time) = bound_time(since) else {
        return Err(Failure::new(
            400,
            "filter.time",
            format!("The filter compares meta.lastModified with \"{since}\", which is not a time."),
            "Send a time such as 2020-04-07T14:19:34Z.",
        )
        .with_type(ScimType::InvalidFilter));
    };
    // As the column writes it, where that is configured.
    let rule = context
        .application
        .changed_column
        .as_deref()
        .and_then(|column| context.application.moment(column))
        .filter(|rule| rule.is_date_time());
    let bound = rule
        .and_then(|rule| rule.to_column(since))
        .unwrap_or_else(|| time.clone());
    // The time is the only value there is, so every field of the mapping means it.
    let fields = mapping
        .parameters
        .iter()
        .filter_map(|parameter| match parameter {
            Parameter::Field(field) => Some(field),
            Parameter::Constant(_) | Parameter::Out(_) | Parameter::Cursor(_) => None,
        })
        .fold(Fields::default(), |fields, field| {
            fields.with(field, Value::Text(bound.clone()))
        });
    let source = Source {
        operation,
        key: format!("{}{SINCE}{time}", context.snapshot_key),
        fields,
    };
    let snapshot = import_of(context, source, query.page.start_index == 1).await?;
    let mut answer = page_of(context, &snapshot, query).await?;
    let changed = format!("changed after {time}");
    answer.subject = Some(match answer.subject {
        Some(page) => format!("{changed}, {page}"),
        None => changed,
    });
    Ok(answer)
}
