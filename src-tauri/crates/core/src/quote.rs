//! Names written so that a database reads them as names, whatever stands in them.
//!
//! **Invariant:** only identifiers pass through here, never values.
//!
//! To add a dialect: its quotes in [`identifier`].

use crate::catalogue::ObjectName;
use crate::config::Dialect;

/// A name in the dialect's quotes; a quote inside is doubled.
pub fn identifier(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::Mysql => format!("`{}`", name.replace('`', "``")),
        Dialect::SqlServer => format!("[{}]", name.replace(']', "]]")),
        Dialect::Sqlite | Dialect::Postgresql | Dialect::Oracle | Dialect::Odbc => {
            format!("\"{}\"", name.replace('"', "\"\""))
        }
    }
}

/// A name with its schema, each in quotes.
pub fn object(dialect: Dialect, name: &ObjectName) -> String {
    let plain = identifier(dialect, &name.name);
    match &name.schema {
        Some(schema) => format!("{}.{plain}", identifier(dialect, schema)),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_inside_a_name_cannot_end_it() {
        for (dialect, quoted) in [
            (Dialect::Mysql, "`a``\"]b`"),
            (Dialect::SqlServer, "[a`\"]]b]"),
            (Dialect::Postgresql, "\"a`\"\"]b\""),
            (Dialect::Oracle, "\"a`\"\"]b\""),
        ] {
            assert_eq!(identifier(dialect, "a`\"]b"), quoted);
        }
        let name = ObjectName::new(Some("hr"), "Add User");
        assert_eq!(object(Dialect::SqlServer, &name), "[hr].[Add User]");
    }
}
