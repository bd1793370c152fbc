//! What a rollback would not take back, found before anything runs.

use serde::Serialize;
use ts_rs::TS;

use crate::catalogue::{Relation, Routine};
use crate::config::Dialect;
use crate::effects::Effects;

/// Something a reader must know of the rollback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Caution {
    pub kind: CautionKind,
    pub text: String,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CautionKind {
    /// The rollback cannot hold: nothing is run unless it is asked for in spite of this.
    CannotHold,
    /// Something small stays, such as a number taken from a sequence.
    Leaves,
    /// It cannot be known.
    Unknown,
}

/// What was found of a statement and of the routines it calls.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// Text by text: what it is, and what stands in it.
    pub texts: Vec<(String, Effects)>,
    /// Routines whose source cannot be read.
    pub unreadable: Vec<Routine>,
    /// Routines that were not found in the catalogue.
    pub missing: Vec<String>,
    /// The tables that are written.
    pub relations: Vec<Relation>,
}

/// What must be said before a dry run.
pub fn cautions(dialect: Dialect, touched: &Touched) -> Vec<Caution> {
    let mut list = Vec::new();
    let mut say = |kind, text: String| list.push(Caution { kind, text });
    for (place, effects) in &touched.texts {
        for words in &effects.ends_transaction {
            if dialect == Dialect::Postgresql && matches!(words.as_str(), "COMMIT" | "ROLLBACK") {
                say(
                    CautionKind::CannotHold,
                    format!(
                        "{place} holds {words}, which PostgreSQL refuses inside a transaction: it cannot be run dry."
                    ),
                );
                continue;
            }
            say(
                CautionKind::CannotHold,
                format!(
                    "{place} holds {words}, which ends the transaction: what was written before it stays."
                ),
            );
        }
        if effects.autonomous {
            say(
                CautionKind::CannotHold,
                format!(
                    "{place} works in an autonomous transaction of its own, which no rollback reaches."
                ),
            );
        }
        if effects.sequences {
            say(
                CautionKind::Leaves,
                format!("{place} takes numbers from a sequence; they stay taken."),
            );
        }
        if effects.dynamic {
            say(
                CautionKind::Unknown,
                format!(
                    "{place} runs text that it puts together, which cannot be looked into beforehand."
                ),
            );
        }
    }
    for routine in &touched.unreadable {
        say(
            CautionKind::Unknown,
            format!(
                "The source of {} cannot be read by this account, so what it touches is not known.",
                routine.name
            ),
        );
    }
    for name in &touched.missing {
        say(
            CautionKind::Unknown,
            format!("{name} is called, and the catalogue does not show it."),
        );
    }
    for relation in &touched.relations {
        let name = &relation.name;
        if relation.transactional == Some(false) {
            say(
                CautionKind::CannotHold,
                format!(
                    "The table {name} has an engine without transactions: what is written to it stays."
                ),
            );
        }
        if relation.columns.iter().any(|column| column.generated) {
            say(
                CautionKind::Leaves,
                format!(
                    "{name} numbers its rows by itself; a number given to a row that is rolled back stays taken."
                ),
            );
        }
        if !relation.triggers.is_empty() {
            say(
                CautionKind::Unknown,
                format!(
                    "{name} has triggers ({}); what they do to other tables is rolled back too, and is not shown.",
                    relation.triggers.join(", ")
                ),
            );
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ObjectName;
    use crate::effects::effects;

    fn kinds(dialect: Dialect, text: &str, relation: Relation) -> Vec<CautionKind> {
        let touched = Touched {
            texts: vec![("The statement".into(), effects(dialect, text))],
            relations: vec![relation],
            ..Touched::default()
        };
        cautions(dialect, &touched).iter().map(|c| c.kind).collect()
    }

    #[test]
    fn whatever_breaks_a_rollback_is_said_beforehand() {
        use CautionKind::{CannotHold, Unknown};
        let plain = Relation {
            name: ObjectName::new(None, "t"),
            transactional: Some(true),
            ..Relation::default()
        };
        let update = "UPDATE t SET a = 1";
        assert!(kinds(Dialect::Mysql, update, plain.clone()).is_empty());
        let my_isam = Relation {
            transactional: Some(false),
            ..plain.clone()
        };
        assert_eq!(kinds(Dialect::Mysql, update, my_isam), [CannotHold]);
        let triggered = Relation {
            triggers: vec!["t_ai".into()],
            ..plain.clone()
        };
        assert_eq!(kinds(Dialect::Sqlite, update, triggered), [Unknown]);
        for (dialect, text) in [
            (Dialect::Mysql, "BEGIN UPDATE t SET a = 1; COMMIT; END"),
            (Dialect::Mysql, "ALTER TABLE t ADD b INT"),
            (
                Dialect::Postgresql,
                "CREATE PROCEDURE p() AS $$ BEGIN COMMIT; END $$",
            ),
            (
                Dialect::Oracle,
                "PROCEDURE p IS PRAGMA AUTONOMOUS_TRANSACTION; BEGIN NULL; END;",
            ),
        ] {
            assert_eq!(kinds(dialect, text, plain.clone()), [CannotHold], "{text}");
        }
    }
}
