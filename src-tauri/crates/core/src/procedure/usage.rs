//! Which mappings of an application call a routine.

use crate::catalogue::{ObjectName, Routine};
use crate::config::{Application, Dialect};
use crate::mapping::{Kind, Mapping};
use crate::operation::Operation;
use crate::sql::{ProcedureCall, name_parts};

/// The operations that are mapped to a call of this routine, in the order of the provider's console.
pub fn used_by(application: &Application, dialect: Dialect, routine: &Routine) -> Vec<Operation> {
    let operations = application.operations.iter();
    operations
        .filter(|(_, mapping)| call_of(dialect, mapping, &routine.name).is_some())
        .map(|(operation, _)| *operation)
        .collect()
}

/// The call that a mapping makes, where it is one of a routine with this name. Letter case does not
/// matter, and a schema only where both sides name one.
pub(super) fn call_of(
    dialect: Dialect,
    mapping: &Mapping,
    name: &ObjectName,
) -> Option<ProcedureCall> {
    if mapping.kind != Kind::Procedure {
        return None;
    }
    let given = mapping.parameters.len();
    let call = ProcedureCall::parse(dialect, &mapping.statement, given).ok()?;
    let mut parts: Vec<String> = name_parts(&call.name).into_iter().map(|p| p.text).collect();
    let last = parts.pop()?;
    let before = parts.pop();
    let called = ObjectName::new(before.as_deref(), &last);
    // Oracle's catalogue names a routine of a package PACKAGE.ROUTINE.
    let in_package = before
        .as_ref()
        .is_some_and(|package| name.name.eq_ignore_ascii_case(&format!("{package}.{last}")));
    (in_package || called.means(name)).then_some(call)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Checked;

    fn mapping(statement: &str) -> Mapping {
        Mapping {
            enabled: true,
            kind: Kind::Procedure,
            statement: statement.to_owned(),
            parameters: Vec::new(),
            rows: None,
            import: None,
            checked: Checked::default(),
        }
    }

    #[test]
    fn a_mapping_calls_a_routine_by_its_name_whatever_schema_or_letter_case_it_leaves_out() {
        let name = ObjectName::new(Some("hr"), "CREATE_USER");
        for (text, calls) in [
            ("CALL create_user()", true),
            ("{call HR.CREATE_USER()}", true),
            ("CALL other.CREATE_USER()", false),
            ("CALL CREATE_USERS()", false),
        ] {
            let found = call_of(Dialect::Mysql, &mapping(text), &name);
            assert_eq!(found.is_some(), calls, "{text}");
        }
        let packaged = ObjectName::new(Some("HR"), "IDM.CREATE_USER");
        let text = mapping("CALL idm.create_user()");
        assert!(call_of(Dialect::Oracle, &text, &packaged).is_some());
    }
}
