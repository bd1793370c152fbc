//! The row-count contract: a write is not a success because a statement ran.

use crate::config::Application;
use crate::failure::Failure;
use crate::mapping::RowContract;
use crate::operation::Operation;
use crate::plan::Statement;

/// Holds the rows that a statement changed against its contract. Where the database does not say how
/// many they were, or they are not counted, there is nothing to hold.
///
/// # Errors
/// What a client is told where they are too few or too many; nothing may be kept then.
pub(super) fn hold(
    application: &Application,
    statement: &Statement,
    affected: Option<u64>,
    id: &str,
) -> Result<(), Failure> {
    let (Some(operation), Some(affected)) = (statement.operation, affected) else {
        return Ok(());
    };
    let mapping = application.mapping(operation);
    let Some(contract) = mapping.and_then(|mapping| mapping.contract(operation)) else {
        return Ok(());
    };
    let entitlement = matches!(
        operation,
        Operation::AddEntitlement | Operation::RemoveEntitlement
    );
    match (contract, affected) {
        (RowContract::Any, _) | (_, 1) | (RowContract::OneOrNone, 0) => Ok(()),
        (RowContract::One, 0) if operation == Operation::CreateUser => Err(Failure::new(
            500,
            "contract.nothing_created",
            "\"Create user\" ran and created no row.",
            "Check the statement, and triggers or views it writes through.",
        )),
        (RowContract::One, 0) if entitlement => Err(Failure::new(
            500,
            "contract.nothing_changed",
            format!("\"{operation}\" ran and changed no row, and its mapping asks for exactly one."),
            "Check that the entitlement is there and is held as expected, or set rows = \"any\" for this operation.",
        )
        .at(operation.to_string())),
        (RowContract::One, 0) => Err(Failure::no_such_user(id)),
        (RowContract::One | RowContract::OneOrNone, several) => Err(Failure::new(
            500,
            "contract.several_rows",
            format!("\"{operation}\" would have changed {several} rows for one user; nothing was kept."),
            "Make its WHERE clause name exactly one user.",
        )
        .at(operation.to_string())),
    }
}
