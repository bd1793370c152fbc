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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Workspace;
    use crate::mapping::Kind;

    /// The code of the failure where so many rows were changed; `None` where the contract holds.
    fn held(operation: Operation, rows: &str, affected: Option<u64>) -> Option<String> {
        let text = format!(
            "[applications.a]\nprofile = \"columns\"\n[applications.a.operations.{}]\nkind = \"sql\"\nstatement = \"UPDATE T SET A = 1\"\n{rows}",
            operation.key()
        );
        let workspace = Workspace::parse(&text).unwrap();
        let statement = Statement {
            operation: Some(operation),
            kind: Kind::Sql,
            text: "UPDATE T SET A = 1".into(),
            parameters: Vec::new(),
        };
        let result = hold(&workspace.applications["a"], &statement, affected, "luke");
        result.err().map(|failure| failure.diagnosis.code)
    }

    #[test]
    fn a_user_is_one_row_and_an_entitlement_any_where_nothing_is_said() {
        let user = |affected| held(Operation::UpdateUser, "", affected);
        assert_eq!(user(Some(1)), None);
        assert_eq!(user(Some(0)).as_deref(), Some("user.missing"));
        assert_eq!(user(Some(2)).as_deref(), Some("contract.several_rows"));
        assert_eq!(user(None), None);
        for affected in [0, 1, 2] {
            assert_eq!(held(Operation::AddEntitlement, "", Some(affected)), None);
        }
    }

    #[test]
    fn a_mapping_may_ask_for_more_or_for_less() {
        let user = |rows, affected| held(Operation::UpdateUser, rows, Some(affected));
        assert_eq!(user("rows = \"one_or_none\"", 0), None);
        let several = user("rows = \"one_or_none\"", 2);
        assert_eq!(several.as_deref(), Some("contract.several_rows"));
        assert_eq!(user("rows = \"any\"", 7), None);
        let nothing = held(Operation::RemoveEntitlement, "rows = \"one\"", Some(0));
        assert_eq!(nothing.as_deref(), Some("contract.nothing_changed"));
    }

    #[test]
    fn rows_are_refused_where_nothing_is_counted() {
        let parse = |kind: &str, operation: &str| {
            let text = format!(
                "[applications.a]\nprofile = \"columns\"\n[applications.a.operations.{operation}]\nkind = \"{kind}\"\nstatement = \"CALL P()\"\nrows = \"one\"\n"
            );
            Workspace::parse(&text).map(drop).map_err(|e| e.to_string())
        };
        let procedure = parse("procedure", "update_user").unwrap_err();
        assert!(procedure.starts_with("line 6: "), "{procedure}");
        assert!(
            parse("sql", "get_users")
                .unwrap_err()
                .contains("it only reads")
        );
        assert_eq!(parse("sql", "update_user"), Ok(()));
    }
}
