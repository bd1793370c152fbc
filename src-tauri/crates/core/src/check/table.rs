//! Tables and columns: those a statement names, those a create must fill, those a look-up goes by.

use crate::catalogue::{Column, KeyKind, Relation, RelationKind};
use crate::config::nearest;
use crate::mapping::{Kind, Mapping, Parameter};
use crate::operation::Operation;
use crate::ports::Severity;
use crate::quote;

use super::{Finding, Fix, Subject};

impl Subject<'_> {
    /// Tables and views that an SQL statement names.
    pub(super) fn statement(&self, _mapping: &Mapping, found: &mut Vec<Finding>) {
        for name in self.live.missing.get(&self.operation).into_iter().flatten() {
            let near = nearest(
                &name.name,
                self.live.relation_names.iter().map(String::as_str),
            );
            let remedy = match near {
                Some(near) => format!(
                    "Did you mean {near}? Else create it, or grant this account the right to read it."
                ),
                None => "Create it, or grant this account the right to use it.".to_owned(),
            };
            found.push(Finding::new(
                Severity::Error,
                "object_missing",
                format!("The statement names {name}, which does not exist or cannot be seen by this account."),
                remedy,
            ).at(format!("object {name}")));
        }
    }

    /// Columns that a create leaves without a value.
    pub(super) fn written(&self, mapping: &Mapping, found: &mut Vec<Finding>) {
        if self.operation != Operation::CreateUser {
            return;
        }
        let Some(relation) = self.user_table() else {
            return;
        };
        let filled = |column: &Column| {
            mapping.parameters.iter().any(|parameter| {
                matches!(parameter, Parameter::Field(field) if field.eq_ignore_ascii_case(&column.name))
            })
        };
        for column in &relation.columns {
            let needs = !column.nullable && column.default.is_none() && !column.generated;
            if !needs || filled(column) {
                continue;
            }
            // What a routine or the statement's own text puts there cannot be told from here.
            let text_names_it = match mapping.kind {
                Kind::Sql => mentions(&mapping.statement, &column.name),
                Kind::Procedure => self
                    .routine(mapping)
                    .and_then(|routine| routine.source.as_deref())
                    .is_none_or(|source| mentions(source, &column.name)),
            };
            if text_names_it {
                continue;
            }
            found.push(
                Finding::new(
                    Severity::Error,
                    "not_null",
                    format!("{}.{} needs a value and has no default, and \"{}\" does not fill it: every create will be refused.", relation.name.name, column.name, self.operation),
                    "Map a parameter to it, or give the column a default.",
                )
                .at(format!("column {}", column.name)),
            );
        }
    }

    /// The column that a user is looked up by.
    pub(super) fn looked_up(&self, mapping: &Mapping, found: &mut Vec<Finding>) {
        let column = match self.operation {
            Operation::GetUserById
            | Operation::UpdateUser
            | Operation::DeactivateUser
            | Operation::ActivateUser
            | Operation::GetUserEntitlements => &self.application.user_id_column,
            _ => return,
        };
        let Some(effects) = self.effects(mapping) else {
            return;
        };
        let tables = effects
            .reads
            .iter()
            .chain(&effects.writes)
            .filter_map(|name| self.live.relation(name))
            .filter(|relation| relation.kind == RelationKind::Table);
        for relation in tables {
            let Some(stored) = relation.column(column) else {
                continue;
            };
            if !relation.is_indexed(&stored.name) {
                let table = quote::object(self.dialect, &relation.name);
                let index = quote::identifier(
                    self.dialect,
                    &format!("{}_{}", relation.name.name, stored.name),
                );
                let name = quote::identifier(self.dialect, &stored.name);
                found.push(
                    Finding::new(
                        Severity::Warning,
                        "index",
                        format!(
                            "{}.{} has no index: each look-up of a user reads the whole table.",
                            relation.name.name, stored.name
                        ),
                        "Create an index on it.",
                    )
                    .at(format!("column {}", stored.name))
                    .fixed_by(Fix::Sql {
                        text: format!("CREATE INDEX {index} ON {table} ({name})"),
                    }),
                );
            } else if self.operation == Operation::GetUserById
                && Some(relation) == self.user_table()
                && !is_unique(relation, &stored.name)
            {
                found.push(
                    Finding::new(
                        Severity::Warning,
                        "not_unique",
                        format!("{}.{} is not unique: two rows with one id make every change of that user fail.", relation.name.name, stored.name),
                        "Give it a primary or unique key.",
                    )
                    .at(format!("column {}", stored.name)),
                );
            }
        }
    }

    /// The table that users are written to: the one with the user id that Create user, else Update
    /// user, writes.
    pub(super) fn user_table(&self) -> Option<&Relation> {
        [Operation::CreateUser, Operation::UpdateUser]
            .into_iter()
            .find_map(|operation| {
                let subject = Subject { operation, ..*self };
                let effects = subject.effects(self.application.mapping(operation)?)?;
                effects
                    .writes
                    .iter()
                    .filter_map(|name| self.live.relation(name))
                    .find(|relation| relation.column(&self.application.user_id_column).is_some())
                    .map(|relation| &relation.name)
            })
            .and_then(|name| self.live.relation(name))
    }

    /// The column of the user table, or of another one that was looked at, with this name.
    pub(super) fn column_of(&self, field: &str) -> Option<(&Relation, &Column)> {
        let users = self.user_table();
        users
            .into_iter()
            .chain(self.live.relations.iter())
            .filter(|relation| relation.kind == RelationKind::Table)
            .find_map(|relation| Some((relation, relation.column(field)?)))
    }
}

/// Whether a key makes the column unique by itself.
pub(super) fn is_unique(relation: &Relation, column: &str) -> bool {
    relation.keys.iter().any(|key| {
        key.kind != KeyKind::Index
            && key.columns.len() == 1
            && key.columns.iter().any(|c| c.eq_ignore_ascii_case(column))
    })
}

/// Whether a name stands in a text as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(&name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
