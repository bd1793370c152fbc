//! The mappings of an application held against the live database: what would fail, or go wrong
//! without a word, is found before a request finds it.
//!
//! **Invariant:** pure. What was read of the database is [`Live`]; the use case `check_mappings`
//! reads it.
//!
//! To add a check: a function in the file of what it looks at (`call`: a routine's signature,
//! `table`: tables and columns, `rights`:
//! what the account may do, `answer`: what reading operations give back), a stable `code`, and
//! a test that breaks exactly this.

mod answer;
mod call;
mod places;
mod rights;
mod table;

use std::collections::BTreeMap;

pub use places::{Place, Span, places, span};
pub(crate) use rights::covers;

use serde::Serialize;
use ts_rs::TS;

use crate::catalogue::{ObjectName, Relation, Rights, Routine};
use crate::config::{Application, Dialect};
use crate::effects::{Effects, effects};
use crate::exchange::Diagnosis;
use crate::mapping::{Kind, Mapping, Parameter};
use crate::operation::Operation;
use crate::plan;
use crate::ports::{ResultColumn, Severity};
use crate::profile::Fields;
use crate::sql::{ProcedureCall, name_parts};
use crate::value::Value;

/// Something about a mapping that an administrator should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Finding {
    /// `error`: requests will fail. `warning`: they may fail, or do something else than meant.
    /// `note`: worth knowing.
    pub severity: Severity,
    /// A stable machine word: `check.parameter_count`.
    pub code: String,
    pub operation: Option<Operation>,
    /// Where in the mapping: "parameter 3", "column STATUS".
    pub place: Option<String>,
    pub cause: String,
    pub remedy: String,
    pub fix: Option<Fix>,
}

/// What would mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Fix {
    /// The operation's parameters, as they would stand in the configuration file.
    Parameters { parameters: Vec<String> },
    /// A statement for the database's administrator to run.
    Sql { text: String },
    /// A line of the configuration file.
    Setting { text: String },
}

impl Finding {
    fn new(
        severity: Severity,
        code: &str,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            code: format!("check.{code}"),
            operation: None,
            place: None,
            cause: cause.into(),
            remedy: remedy.into(),
            fix: None,
        }
    }

    fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    fn fixed_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// What was read of the database for a check.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// The routines of each name that a mapping calls, with their source.
    pub routines: BTreeMap<Operation, Vec<Routine>>,
    /// All routines that can be seen, for a suggestion where one is missing.
    pub routine_names: Vec<String>,
    /// Tables and views that the statements, or the routines' sources, name.
    pub relations: Vec<Relation>,
    /// Those that a statement names and the catalogue does not have.
    pub missing: BTreeMap<Operation, Vec<ObjectName>>,
    /// All tables and views that can be seen.
    pub relation_names: Vec<String>,
    /// What the connected account may do, and the schema unqualified names are looked up in.
    pub rights: Option<Rights>,
    pub schema: Option<String>,
    /// What each reading operation gave when it was run: the columns of its first result set.
    pub answers: BTreeMap<Operation, Answer>,
}

/// What a reading operation gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Columns(Vec<ResultColumn>),
    /// It ran and gave no result set.
    Nothing,
    Failed(Diagnosis),
}

impl Live {
    /// The relation of this name.
    pub fn relation(&self, name: &ObjectName) -> Option<&Relation> {
        self.relations
            .iter()
            .find(|relation| relation.name.means(name))
    }
}

/// Holds every mapping against the database. Errors first, then in the order of the operations.
pub fn check(application: &Application, dialect: Dialect, live: &Live) -> Vec<Finding> {
    let mut findings = Vec::new();
    for operation in Operation::ALL {
        let subject = Subject {
            application,
            dialect,
            operation,
            live,
        };
        let mut found = Vec::new();
        subject.check(&mut found);
        findings.extend(found.into_iter().map(|finding| Finding {
            operation: Some(operation),
            ..finding
        }));
    }
    findings.extend(rights::missing(application, dialect, live));
    findings.sort_by_key(|finding| match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    });
    findings
}

/// One mapping and what it is held against.
struct Subject<'a> {
    application: &'a Application,
    dialect: Dialect,
    operation: Operation,
    live: &'a Live,
}

impl Subject<'_> {
    fn check(&self, found: &mut Vec<Finding>) {
        let Some(mapping) = self.application.mapping(self.operation) else {
            if !self.operation.is_optional() {
                found.push(self.not_mapped());
            }
            return;
        };
        if let Err(failure) = self.static_faults(mapping) {
            let diagnosis = failure.diagnosis;
            // The number of parameters is told better beside the routine's own.
            let counted = diagnosis.code == "mapping.parameter_count"
                && self.live.routines.contains_key(&self.operation);
            if !counted {
                found.push(Finding::new(
                    Severity::Error,
                    "mapping",
                    diagnosis.cause,
                    diagnosis.remedy,
                ));
            }
        }
        match mapping.kind {
            Kind::Procedure => self.call(mapping, found),
            Kind::Sql => self.statement(mapping, found),
        }
        self.written(mapping, found);
        self.looked_up(mapping, found);
        self.answer(mapping, found);
    }

    fn not_mapped(&self) -> Finding {
        let (severity, what) = match self.operation {
            Operation::GetUsers => (Severity::Error, "the provider cannot import users"),
            Operation::GetUserById => (
                Severity::Error,
                "a user cannot be read, and nothing that is written can be read back",
            ),
            Operation::CreateUser => (Severity::Warning, "users cannot be created"),
            Operation::UpdateUser => (Severity::Warning, "profile changes are refused"),
            Operation::DeactivateUser => {
                (Severity::Warning, "a user who leaves cannot be deactivated")
            }
            Operation::ActivateUser => (Severity::Note, "a user cannot be activated again"),
            _ => (Severity::Note, "entitlements are not served in full"),
        };
        Finding::new(
            severity,
            "not_mapped",
            format!("\"{}\" is not mapped: {what}.", self.operation),
            "Enable it and give it a statement, or leave it out on purpose.",
        )
    }

    /// What can be said without a database.
    fn static_faults(&self, mapping: &Mapping) -> Result<(), crate::Failure> {
        let mut fields = Fields::default();
        for parameter in &mapping.parameters {
            if let Parameter::Field(field) = parameter
                && (matches!(
                    self.operation,
                    Operation::CreateUser | Operation::UpdateUser | Operation::IncrementalImport
                ) || field.eq_ignore_ascii_case(&self.application.user_id_column)
                    || field.eq_ignore_ascii_case(&self.application.entitlement_id_column))
            {
                fields.set(field, Value::Null);
            }
        }
        plan::statement(self.application, self.dialect, self.operation, &fields).map(drop)
    }

    /// The routine that the mapping calls, where there is exactly one of its name or one that fits.
    fn routine(&self, mapping: &Mapping) -> Option<&Routine> {
        let routines = self.live.routines.get(&self.operation)?;
        let call = self.parsed_call(mapping)?;
        match crate::signature::choose(routines, &call) {
            Ok((routine, _)) => Some(routine),
            Err(_) => routines.first(),
        }
    }

    fn parsed_call(&self, mapping: &Mapping) -> Option<ProcedureCall> {
        let given = mapping.parameters.len();
        ProcedureCall::parse(self.dialect, &mapping.statement, given).ok()
    }

    /// What the mapping's own text touches, or the source of the routine it calls.
    fn effects(&self, mapping: &Mapping) -> Option<Effects> {
        match mapping.kind {
            Kind::Sql => Some(effects(self.dialect, &mapping.statement)),
            Kind::Procedure => {
                let source = self.routine(mapping)?.source.as_deref()?;
                Some(effects(self.dialect, source))
            }
        }
    }
}

/// The objects that the mappings name: routines by operation, tables by operation.
pub fn named(
    application: &Application,
    dialect: Dialect,
) -> (
    BTreeMap<Operation, ObjectName>,
    BTreeMap<Operation, Vec<ObjectName>>,
) {
    let (mut routines, mut tables) = (BTreeMap::new(), BTreeMap::new());
    for operation in Operation::ALL {
        let Some(mapping) = application.mapping(operation) else {
            continue;
        };
        match mapping.kind {
            Kind::Procedure => {
                let given = mapping.parameters.len();
                if let Ok(call) = ProcedureCall::parse(dialect, &mapping.statement, given) {
                    let mut parts = name_parts(&call.name).into_iter().rev().map(|p| p.text);
                    let name = parts.next().unwrap_or_default();
                    routines.insert(operation, ObjectName::new(parts.next().as_deref(), &name));
                }
            }
            Kind::Sql => {
                let found = effects(dialect, &mapping.statement);
                let mut names = found.writes;
                names.extend(found.reads);
                tables.insert(operation, names);
            }
        }
    }
    (routines, tables)
}

#[cfg(test)]
mod tests;
