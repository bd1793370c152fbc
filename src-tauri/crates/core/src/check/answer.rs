//! What reading operations give back: the columns that a user or an entitlement is made of, and
//! the order of an import.

use crate::catalogue::RelationKind;
use crate::config::{Profile, nearest};
use crate::mapping::{Kind, Mapping};
use crate::operation::Operation;
use crate::ports::{ResultColumn, Severity};

use super::table::is_unique;
use super::{Answer, Finding, Subject};

impl Subject<'_> {
    pub(super) fn answer(&self, mapping: &Mapping, found: &mut Vec<Finding>) {
        if self.operation.writes() {
            return;
        }
        let columns = match self.live.answers.get(&self.operation) {
            None => return,
            Some(Answer::Failed(diagnosis)) => {
                found.push(Finding::new(
                    Severity::Error,
                    "does_not_run",
                    format!(
                        "\"{}\" was tried and failed: {}",
                        self.operation, diagnosis.cause
                    ),
                    diagnosis.remedy.clone(),
                ));
                return;
            }
            Some(Answer::Nothing) => {
                found.push(Finding::new(
                    Severity::Error,
                    "no_rows",
                    format!("\"{}\" runs and gives no result set.", self.operation),
                    "Make it return its rows: a SELECT in it, or a cursor mapped as an out value.",
                ));
                return;
            }
            Some(Answer::Columns(columns)) => columns,
        };
        match self.operation {
            Operation::GetUsers | Operation::GetUserById | Operation::IncrementalImport => {
                self.user_columns(columns, found);
            }
            _ => self.entitlement_columns(columns, found),
        }
        if self.operation == Operation::GetUsers {
            self.order_of_import(mapping, found);
        }
        if self.operation == Operation::GetUserById {
            self.both_alike(columns, found);
            self.fields(columns, found);
        }
    }

    fn user_columns(&self, columns: &[ResultColumn], found: &mut Vec<Finding>) {
        let application = self.application;
        self.needs(
            columns,
            &application.user_id_column,
            Severity::Error,
            "the user id",
            found,
        );
        if let Some(status) = &application.status_column {
            self.needs(columns, status, Severity::Warning, "the status", found);
        }
        if let Some(changed) = &application.changed_column {
            let what = "the time of the last change";
            self.needs(columns, changed, Severity::Warning, what, found);
        }
        if application.profile == Profile::Core {
            for (path, column) in &application.paths {
                if !has(columns, column) {
                    found.push(self.lacks(
                        columns,
                        column,
                        Severity::Warning,
                        &format!("the attribute {path}"),
                    ));
                }
            }
        }
        for column in columns {
            if application.is_secret(&column.name) {
                found.push(
                    Finding::new(
                        Severity::Note,
                        "secret_returned",
                        format!(
                            "\"{}\" returns the secret column {}; Sluice hides it.",
                            self.operation, column.name
                        ),
                        "Leave it out of the statement: what is not read cannot leak.",
                    )
                    .at(format!("column {}", column.name)),
                );
            }
        }
    }

    /// A rule for a column that is not there has no effect, most likely because its name is misspelt.
    fn fields(&self, columns: &[ResultColumn], found: &mut Vec<Finding>) {
        let application = self.application;
        for column in application.fields.keys() {
            if !application.is_secret(column) {
                let what = "a field with rules of its own";
                self.needs(columns, column, Severity::Warning, what, found);
            }
        }
    }

    fn entitlement_columns(&self, columns: &[ResultColumn], found: &mut Vec<Finding>) {
        let application = self.application;
        self.needs(
            columns,
            &application.entitlement_id_column,
            Severity::Error,
            "the entitlement id",
            found,
        );
        self.needs(
            columns,
            &application.entitlement_display_column,
            Severity::Warning,
            "the display name",
            found,
        );
    }

    fn needs(
        &self,
        columns: &[ResultColumn],
        column: &str,
        severity: Severity,
        what: &str,
        found: &mut Vec<Finding>,
    ) {
        if !has(columns, column) {
            found.push(self.lacks(columns, column, severity, what));
        }
    }

    fn lacks(
        &self,
        columns: &[ResultColumn],
        column: &str,
        severity: Severity,
        what: &str,
    ) -> Finding {
        let near = nearest(column, columns.iter().map(|c| c.name.as_str()));
        let remedy = match near {
            Some(near) => format!("Return it, or name the column that is meant; {near} is there."),
            None => "Return it, or name the column that is meant.".to_owned(),
        };
        Finding::new(
            severity,
            "column_missing",
            format!(
                "\"{}\" returns no column {column}, which holds {what}.",
                self.operation
            ),
            remedy,
        )
        .at(format!("column {column}"))
    }

    /// A list without a stable order gives other pages each time it is run.
    fn order_of_import(&self, mapping: &Mapping, found: &mut Vec<Finding>) {
        let Some(effects) = self.effects(mapping) else {
            return;
        };
        let severity = match mapping.kind {
            Kind::Sql => Severity::Warning,
            Kind::Procedure => Severity::Note,
        };
        if effects.order_by.is_empty() {
            found.push(Finding::new(
                severity,
                "order",
                "The list of users has no ORDER BY. The pages of one import do not overlap all the same, but a second import may come in another order.",
                format!("End it with ORDER BY {}.", self.application.user_id_column),
            ));
            return;
        }
        let tables: Vec<_> = effects
            .reads
            .iter()
            .filter_map(|name| self.live.relation(name))
            .filter(|relation| relation.kind == RelationKind::Table)
            .collect();
        let stable = tables.is_empty()
            || effects.order_by.iter().any(|column| {
                column.eq_ignore_ascii_case(&self.application.user_id_column)
                    || tables.iter().any(|relation| is_unique(relation, column))
            });
        if !stable {
            found.push(Finding::new(
                severity,
                "order",
                format!("The list of users is ordered by {}, which is not unique: users with the same value may change places.", effects.order_by.join(", ")),
                format!("Add {} as the last column of the ORDER BY.", self.application.user_id_column),
            ));
        }
    }

    /// Get users and Get user by ID should show the same user.
    fn both_alike(&self, columns: &[ResultColumn], found: &mut Vec<Finding>) {
        let Some(Answer::Columns(list)) = self.live.answers.get(&Operation::GetUsers) else {
            return;
        };
        let only = |these: &[ResultColumn], those: &[ResultColumn]| -> Vec<String> {
            these
                .iter()
                .filter(|column| !has(those, &column.name))
                .map(|column| column.name.clone())
                .collect()
        };
        let (more, less) = (only(columns, list), only(list, columns));
        if more.is_empty() && less.is_empty() {
            return;
        }
        let mut parts = Vec::new();
        if !less.is_empty() {
            parts.push(format!(
                "{} only in \"{}\"",
                less.join(", "),
                Operation::GetUsers
            ));
        }
        if !more.is_empty() {
            parts.push(format!(
                "{} only in \"{}\"",
                more.join(", "),
                self.operation
            ));
        }
        found.push(Finding::new(
            Severity::Warning,
            "columns_differ",
            format!("The two ways to read a user differ: {}.", parts.join("; ")),
            "Let both return the same columns, else an import and a look-up disagree.",
        ));
    }
}

fn has(columns: &[ResultColumn], name: &str) -> bool {
    columns
        .iter()
        .any(|column| column.name.eq_ignore_ascii_case(name))
}
