//! From three tables that are there to an application that works: the ten statements or the ten
//! stored procedures, their mappings, and the rights an account needs for them.
//!
//! **Invariant:** generated SQL is made of quoted names ([`quote`]), of literals the
//! administrator chose for the status column, of column types and defaults as the database itself
//! writes them (read by a parser first, so that each is one type or one expression), and of
//! placeholders. Nothing a request says is ever part of it. Nothing that is there is replaced: every
//! `CREATE` fails where its name is taken.
//!
//! To add a dialect: its arm in `statements`, a file beside `mysql` and its arm in [`generate`], and
//! its form of a grant in `grants`.

mod choice;
mod excess;
mod grants;
mod mysql;
mod needs;
mod oracle;
mod postgres;
mod quote;
mod sqlite;
mod sqlserver;
mod statements;
mod toml;

pub use choice::{Choice, Tables, find_link, propose};
pub use excess::excess;
pub use grants::{GrantError, Script, grants};
pub use needs::{Known, Need, Needs, Privilege, needs};
pub use quote::QuoteError;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::catalogue::{Column, Relation, TypeKind};
use crate::config::Dialect;
use crate::mapping::{Checked, Kind, Mapping, Out, Parameter};
use crate::operation::Operation;
use statements::Writer;

/// Something to know about what was generated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Remark {
    /// Whether it may not work as it stands.
    pub warning: bool,
    pub text: String,
}

impl Remark {
    fn warning(text: impl Into<String>) -> Self {
        Self {
            warning: true,
            text: text.into(),
        }
    }

    fn note(text: impl Into<String>) -> Self {
        Self {
            warning: false,
            text: text.into(),
        }
    }
}

/// Why nothing can be generated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    #[error("{relation} has no column {column}.")]
    NoSuchColumn { relation: String, column: String },
    #[error("{relation} has no columns that this account can read.")]
    NoColumns { relation: String },
    #[error(
        "{0} has no column that can identify a user: one that is unique, and that a new user can bring along."
    )]
    NoUserId(String),
    #[error(
        "{0} is filled by the database, and a new user brings its id along. Choose a unique login or e-mail column."
    )]
    GeneratedUserId(String),
    #[error("{0} has no column that identifies an entitlement.")]
    NoEntitlementId(String),
    #[error("{link} has no foreign key to {target}, and no column that plainly means it.")]
    NoLink { link: String, target: String },
    #[error("{relation} has two columns named {column} that differ in letter case only.")]
    Ambiguous { relation: String, column: String },
    #[error("{column} of the type {data_type} cannot hold \"{value}\".")]
    Status {
        column: String,
        data_type: String,
        value: String,
    },
    #[error(
        "The pattern of procedure names, {0:?}, has no {{operation}} or {{OPERATION}} in it, so that all would have one name."
    )]
    Pattern(String),
    #[error("{0} has no stored procedures that Sluice could write; generate SQL statements.")]
    NoProcedures(Dialect),
    #[error(transparent)]
    Quote(#[from] QuoteError),
}

/// What was generated.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// In the order of [`Operation::ALL`], without the optional one; Activate and Deactivate user are missing where there is
    /// no status column, Update user where nothing but the id is written.
    pub mappings: Vec<(Operation, Mapping)>,
    /// The statements that make the procedures, in their order; empty for SQL statements.
    pub script: Vec<String>,
    /// The statements that take the procedures away again.
    pub undo: Vec<String>,
    /// `[applications.…]` for the configuration, with everything.
    pub toml: String,
    pub remarks: Vec<Remark>,
}

impl Generated {
    /// [`Self::script`] as one text, its statements separated by lines that hold `-- @`.
    pub fn script_text(&self) -> String {
        joined(&self.script)
    }

    /// [`Self::undo`] likewise.
    pub fn undo_text(&self) -> String {
        joined(&self.undo)
    }
}

/// Statements as one text, separated by lines that hold `-- @`.
pub(crate) fn joined(statements: &[String]) -> String {
    let mut text = statements.join("\n-- @\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Makes everything that a choice describes.
///
/// # Errors
/// [`GenerateError`] where the choice does not fit the tables.
pub fn generate(tables: &Tables<'_>, choice: &Choice) -> Result<Generated, GenerateError> {
    if choice.kind == Kind::Procedure && choice.dialect == Dialect::Odbc {
        return Err(GenerateError::NoProcedures(choice.dialect));
    }
    let mut remarks = choice::check(tables, choice)?;
    if let Some(column) = time_of_change(tables.users) {
        remarks.push(Remark::note(format!(
            "{}.{} may say when a user was changed. With changed_column = \"{}\" and a mapping of incremental_import the provider can import changes only; that is optional, and not generated.",
            tables.users.name, column.name, column.name
        )));
    }
    let mut generated = Generated {
        mappings: Vec::new(),
        script: Vec::new(),
        undo: Vec::new(),
        toml: String::new(),
        remarks,
    };
    match choice.kind {
        Kind::Sql => as_statements(tables, choice, &mut generated)?,
        Kind::Procedure => as_procedures(tables, choice, &mut generated)?,
    }
    // Drivers take the semicolon or leave it, except Oracle's; clients want it.
    if choice.dialect != Dialect::Oracle {
        for text in generated.script.iter_mut().chain(&mut generated.undo) {
            text.push(';');
        }
    }
    generated.toml = toml::application(tables, choice, &generated.mappings);
    Ok(generated)
}

/// The column that by its type and name may say when a row was changed.
fn time_of_change(users: &Relation) -> Option<&Column> {
    users.columns.iter().find(|column| {
        let name = column.name.to_ascii_lowercase();
        matches!(
            column.data_type.kind,
            TypeKind::Timestamp | TypeKind::TimestampTz
        ) && ["chang", "modif", "updat"]
            .iter()
            .any(|word| name.contains(word))
    })
}

/// The operations that a choice allows.
fn operations(choice: &Choice) -> impl Iterator<Item = Operation> {
    let (switch, update) = (choice.status.is_some(), !choice.updated().is_empty());
    Operation::ALL
        .into_iter()
        .filter(move |operation| match operation {
            Operation::ActivateUser | Operation::DeactivateUser => switch,
            Operation::UpdateUser => update,
            // Which column says when a row was changed cannot be told from the tables.
            Operation::IncrementalImport => false,
            _ => true,
        })
}

fn as_statements(
    tables: &Tables<'_>,
    choice: &Choice,
    generated: &mut Generated,
) -> Result<(), GenerateError> {
    for operation in operations(choice) {
        let mut writer = Writer::positional(tables, choice);
        let statement = writer.body(operation)?;
        let mut mapping = mapping(Kind::Sql, statement, writer.fields());
        if operation == Operation::GetUserEntitlements {
            mapping.import = Some(Writer::positional(tables, choice).import()?);
        }
        generated.mappings.push((operation, mapping));
    }
    Ok(())
}

fn as_procedures(
    tables: &Tables<'_>,
    choice: &Choice,
    generated: &mut Generated,
) -> Result<(), GenerateError> {
    let dialect = choice.dialect;
    generated.script.extend(match dialect {
        Dialect::Mysql => mysql::before(),
        Dialect::Sqlite => sqlite::before(),
        _ => Vec::new(),
    });
    for operation in operations(choice) {
        let writer = Writer::named(tables, choice);
        let routine = Routine {
            name: choice.procedure(operation.key())?,
            operation: Some(operation),
            parameters: writer.parameters(operation)?,
        };
        let mut fields: Vec<Parameter> = routine
            .parameters
            .iter()
            .map(|parameter| Parameter::Field(parameter.mapped.clone()))
            .collect();
        if dialect == Dialect::Oracle && !operation.writes() {
            fields.push(Parameter::Out(Out {
                out: oracle::ROWS.to_owned(),
            }));
        }
        let mut mapping = mapping(
            Kind::Procedure,
            call(choice, &routine.name, fields.len())?,
            fields,
        );
        generated.make(writer, &routine)?;
        if operation == Operation::GetUserEntitlements {
            mapping.import = Some(import(tables, choice, generated)?);
        }
        generated.mappings.push((operation, mapping));
    }
    Ok(())
}

/// The entitlements of all users: a procedure like the others, and a view where a call without
/// parameters gives no rows.
fn import(
    tables: &Tables<'_>,
    choice: &Choice,
    generated: &mut Generated,
) -> Result<String, GenerateError> {
    let routine = Routine {
        name: choice.procedure("import_entitlements")?,
        operation: None,
        parameters: Vec::new(),
    };
    let writer = Writer::named(tables, choice);
    if choice.dialect == Dialect::Oracle {
        generated.script.push(oracle::view(writer, &routine.name)?);
        let name = quote::name(choice.dialect, &routine.name)?;
        generated.undo.push(format!("DROP VIEW {name}"));
        return Writer::positional(tables, choice).import_from(&routine.name);
    }
    generated.make(writer, &routine)?;
    call(choice, &routine.name, 0)
}

impl Generated {
    fn make(&mut self, writer: Writer<'_>, routine: &Routine<'_>) -> Result<(), GenerateError> {
        let (made, unmade) = match writer.choice.dialect {
            Dialect::Mysql => mysql::procedure(writer, routine)?,
            Dialect::Postgresql => postgres::routine(writer, routine)?,
            Dialect::SqlServer => sqlserver::procedure(writer, routine)?,
            Dialect::Oracle => oracle::procedure(writer, routine)?,
            Dialect::Sqlite => sqlite::script(writer, routine)?,
            Dialect::Odbc => return Err(GenerateError::NoProcedures(Dialect::Odbc)),
        };
        self.script.extend(made);
        self.undo.push(unmade);
        Ok(())
    }
}

/// A routine to be made.
struct Routine<'a> {
    name: crate::catalogue::ObjectName,
    /// `None`: it gives the entitlements of all users.
    operation: Option<Operation>,
    parameters: Vec<statements::Field<'a>>,
}

impl Routine<'_> {
    fn writes(&self) -> bool {
        self.operation.is_some_and(Operation::writes)
    }

    /// What its text does, by the words of its operation.
    fn body(&self, writer: &mut Writer<'_>) -> Result<String, GenerateError> {
        match self.operation {
            Some(operation) => writer.body(operation),
            None => writer.import(),
        }
    }
}

/// A routine's call with one `?` for each parameter.
fn call(
    choice: &Choice,
    name: &crate::catalogue::ObjectName,
    parameters: usize,
) -> Result<String, GenerateError> {
    let name = quote::name(choice.dialect, name)?;
    let marks = vec!["?"; parameters].join(", ");
    Ok(match choice.dialect {
        Dialect::SqlServer if parameters == 0 => format!("EXEC {name}"),
        Dialect::SqlServer => format!("EXEC {name} {marks}"),
        _ => format!("CALL {name}({marks})"),
    })
}

fn mapping(kind: Kind, statement: String, parameters: Vec<Parameter>) -> Mapping {
    Mapping {
        enabled: true,
        kind,
        statement,
        parameters,
        import: None,
        rows: None,
        checked: Checked::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::time_of_change;
    use crate::catalogue::{Column, DataType, Relation, TypeKind};

    #[test]
    fn the_time_of_a_change_is_known_by_its_type_and_its_name() {
        let found = |columns: &[(&str, TypeKind)]| {
            let users = Relation {
                columns: columns
                    .iter()
                    .map(|(name, kind)| Column {
                        name: (*name).to_owned(),
                        data_type: DataType::new(*kind, ""),
                        ..Column::default()
                    })
                    .collect(),
                ..Relation::default()
            };
            time_of_change(&users).map(|column| column.name.clone())
        };
        let created = ("CREATED_AT", TypeKind::Timestamp);
        let by = ("UPDATED_BY", TypeKind::Text);
        for name in ["LAST_MODIFIED", "changed_at", "UpdatedOn"] {
            let columns = [created, by, (name, TypeKind::TimestampTz)];
            assert_eq!(found(&columns).as_deref(), Some(name));
        }
        assert_eq!(found(&[created, by]), None);
    }
}
