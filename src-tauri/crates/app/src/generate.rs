//! Generate and grants, for the console and for the command line: the tables, routines and rights
//! are asked of the database here, and everything else is decided in `sluice_core::generate`.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sluice_core::catalogue::{ObjectName, Question, Relation, Rights, Routine};
use sluice_core::check::Finding;
use sluice_core::config::{Connection, Dialect, Workspace};
use sluice_core::generate::{
    self, Choice, GenerateError, GrantError, Known, Privilege, Remark, Tables,
};
use sluice_core::mapping::{Kind, Mapping};
use sluice_core::operation::Operation;
use sluice_core::ports::{Access, Directory as _, Session};
use sluice_core::sql::name_parts;
use ts_rs::TS;

use crate::app::AppError;
use crate::configuration;
use crate::databases::Databases;
use crate::problem::Problem;
use crate::secrets::SecretStore;

/// How many tables are looked at for the one that links two others.
const MOST_RELATIONS: usize = 500;

/// What to generate from.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct GenerateInput {
    pub connection: String,
    /// The user table's name, with its schema where it needs one.
    pub users: String,
    pub entitlements: String,
    /// The table of who holds what; left out, the one with foreign keys to both.
    #[serde(default)]
    #[ts(optional)]
    pub link: Option<String>,
    pub kind: Kind,
    /// The new application's name.
    #[serde(default)]
    #[ts(optional)]
    pub application: Option<String>,
    /// What was decided; left out, what the tables themselves propose.
    #[serde(default)]
    #[ts(optional)]
    pub choice: Option<Choice>,
}

/// What was generated. Nothing was run and nothing was written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Generated {
    /// To be shown, changed and sent again.
    pub choice: Choice,
    pub operations: Vec<GeneratedOperation>,
    /// What the mappings call the entitlement's id, and what it is shown as.
    pub entitlement_id_column: String,
    pub entitlement_display_column: String,
    /// The statements that make the procedures, for an administrator to run; lines that hold `-- @`
    /// stand between them. Empty for SQL statements.
    pub script: String,
    /// What takes them away again.
    pub undo: String,
    /// `[applications.…]` for the configuration.
    pub toml: String,
    pub remarks: Vec<Remark>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct GeneratedOperation {
    pub operation: Operation,
    pub statement: String,
    pub parameters: Vec<String>,
    /// Get user entitlements: the statement for everybody's at once.
    pub import: Option<String>,
    /// All of it, to be compared and taken.
    pub mapping: Mapping,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct GrantsInput {
    pub application: String,
    /// The account that shall get the rights; left out, the connected one.
    #[serde(default)]
    #[ts(optional)]
    pub account: Option<String>,
}

/// The rights an application needs.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Granted {
    /// Whose rights they are; empty where the database has no accounts.
    pub account: String,
    /// For an administrator to run; the statements that take the rights back stand in it as
    /// comments.
    pub script: String,
    pub remarks: Vec<Remark>,
    /// What the connected account may do that nothing needs.
    pub excess: Vec<Finding>,
}

/// Generates from a configuration's connection, without a running endpoint.
///
/// # Errors
/// Where the configuration cannot be read; as [`generate`].
pub async fn generate_file(
    path: &Path,
    data_dir: &Path,
    input: GenerateInput,
) -> Result<Generated, Problem> {
    let workspace = configuration::read(path)?.workspace;
    let databases = Databases::new(&workspace, SecretStore::new(data_dir));
    generate(&databases, &workspace, input).await
}

/// The grants of an application of a configuration, without a running endpoint.
///
/// # Errors
/// Where the configuration cannot be read; as [`grants`].
pub async fn grants_file(
    path: &Path,
    data_dir: &Path,
    input: GrantsInput,
) -> Result<Granted, Problem> {
    let workspace = configuration::read(path)?.workspace;
    if !workspace.applications.contains_key(&input.application) {
        let error = AppError::NoApplication {
            name: input.application,
            path: path.to_owned(),
        };
        return Err(error.into());
    }
    let databases = Databases::new(&workspace, SecretStore::new(data_dir));
    grants(&databases, &workspace, input).await
}

/// Generates statements or procedures and their mappings.
///
/// # Errors
/// Where the database does not answer, a table is not there, or the choice does not fit it.
pub(crate) async fn generate(
    databases: &Databases,
    workspace: &Workspace,
    input: GenerateInput,
) -> Result<Generated, Problem> {
    let connection = connection(workspace, &input.connection)?;
    let database = databases.database(&input.connection).await?;
    let mut session = database.begin(Access::Read).await?;
    let found = tables(session.as_mut(), connection, &input).await;
    // Nothing was written; what matters is that the connection goes back.
    let _ = session.rollback().await;
    let [users, entitlements, link] = found?;
    let tables = Tables {
        users: &users,
        entitlements: &entitlements,
        link: &link,
    };
    let (choice, mut remarks) = match input.choice {
        Some(choice) => (choice, Vec::new()),
        None => generate::propose(database.dialect(), input.kind, &tables)
            .map_err(|error| refused(&error))?,
    };
    let choice = Choice {
        dialect: database.dialect(),
        kind: input.kind,
        connection: input.connection,
        application: input.application.unwrap_or(choice.application),
        ..choice
    };
    let generated = generate::generate(&tables, &choice).map_err(|error| refused(&error))?;
    remarks.extend(generated.remarks.clone());
    let (script, undo) = (generated.script_text(), generated.undo_text());
    Ok(Generated {
        entitlement_id_column: choice.entitlement_id_field().to_owned(),
        entitlement_display_column: choice.entitlement_display_field().to_owned(),
        choice,
        operations: generated
            .mappings
            .into_iter()
            .map(|(operation, mapping)| GeneratedOperation {
                operation,
                parameters: mapping
                    .parameters
                    .iter()
                    .map(|parameter| parameter.name().to_owned())
                    .collect(),
                statement: mapping.statement.clone(),
                import: mapping.import.clone(),
                mapping,
            })
            .collect(),
        script,
        undo,
        toml: generated.toml,
        remarks,
    })
}

/// Makes the script of grants of an application, and says what the connected account may do beyond
/// it.
///
/// # Errors
/// Where the database does not answer, or the account cannot be written as one name.
pub(crate) async fn grants(
    databases: &Databases,
    workspace: &Workspace,
    input: GrantsInput,
) -> Result<Granted, Problem> {
    let application = databases.application(&input.application).ok_or_else(|| {
        Problem::new(
            "application.unknown",
            format!("There is no application \"{}\".", input.application),
            "Choose one of the workspace's applications.",
        )
    })?;
    let name = application.connection.clone().ok_or_else(|| {
        Problem::new(
            "application.without_connection",
            format!(
                "The application \"{}\" has no connection of its own.",
                input.application
            ),
            "Give it a connection.",
        )
    })?;
    let connection = connection(workspace, &name)?;
    let database = databases.database(&name).await?;
    let dialect = database.dialect();
    let schema = own_schema(connection);
    let plain = Known {
        schema,
        ..Known::default()
    };
    let named = generate::needs(&application, dialect, plain);
    let objects: Vec<(bool, ObjectName)> = named
        .needs
        .iter()
        .map(|need| (need.privilege == Privilege::Execute, need.object.clone()))
        .collect();
    let mut session = database.begin(Access::Read).await?;
    let looked = look(session.as_mut(), &objects).await;
    let _ = session.rollback().await;
    let (relations, routines, rights) = looked?;
    let known = Known {
        relations: &relations,
        routines: &routines,
        schema,
    };
    let needs = generate::needs(&application, dialect, known);
    let mut remarks = Vec::new();
    let account = match (input.account, &rights) {
        // A file has no accounts, and what may be done with it is the system's to say.
        _ if dialect == Dialect::Sqlite => String::new(),
        (Some(account), _) => account,
        (None, Some(rights)) if !rights.unlimited && !rights.account.is_empty() => {
            rights.account.clone()
        }
        (None, _) => {
            remarks.push(Remark {
                warning: false,
                text: "The connected account is not limited, so the script names an account to be made: sluice."
                    .to_owned(),
            });
            "sluice".to_owned()
        }
    };
    let script = generate::grants(dialect, &needs, &account).map_err(|error| match error {
        GrantError::Everybody(_) => Problem::new(
            "grants.account",
            error.to_string(),
            "Name an account of Sluice's own.",
        ),
        GrantError::Quote(_) => Problem::new(
            "grants.account",
            error.to_string(),
            "Use another account's name.",
        ),
    })?;
    remarks.extend(script.remarks.clone());
    Ok(Granted {
        account,
        script: script.text(),
        remarks,
        excess: rights
            .filter(|_| dialect != Dialect::Sqlite)
            .map(|rights| generate::excess(dialect, &rights, &needs))
            .unwrap_or_default(),
    })
}

fn connection<'a>(workspace: &'a Workspace, name: &str) -> Result<&'a Connection, Problem> {
    workspace.connections.get(name).ok_or_else(|| {
        Problem::new(
            "connection.unknown",
            format!("There is no connection \"{name}\"."),
            "Choose one of the workspace's connections.",
        )
    })
}

fn refused(error: &GenerateError) -> Problem {
    Problem::new(
        "generate.refused",
        error.to_string(),
        "Choose another table or column.",
    )
}

/// The schema of the connection itself, where the dialect calls databases schemas.
fn own_schema(connection: &Connection) -> Option<&str> {
    match connection.dialect {
        Dialect::Mysql => connection.database.as_deref(),
        _ => None,
    }
}

/// The three tables with their columns.
async fn tables(
    session: &mut dyn Session,
    connection: &Connection,
    input: &GenerateInput,
) -> Result<[Relation; 3], Problem> {
    let users = relation(session, connection.dialect, &input.users).await?;
    let entitlements = relation(session, connection.dialect, &input.entitlements).await?;
    let link = match &input.link {
        Some(link) => relation(session, connection.dialect, link).await?,
        None => linking(session, &users, &entitlements).await?,
    };
    let mut relations = [users, entitlements, link];
    for relation in &mut relations {
        local(connection, &mut relation.name);
        for key in &mut relation.foreign_keys {
            local(connection, &mut key.target);
        }
    }
    Ok(relations)
}

/// What the connection reaches by itself needs no schema in front of it, and moves with the
/// configuration to a database of another name.
fn local(connection: &Connection, name: &mut ObjectName) {
    let own = match connection.dialect {
        Dialect::Mysql => connection.database.as_deref(),
        Dialect::Sqlite => Some("main"),
        _ => None,
    };
    if own.is_some() && name.schema.as_deref() == own {
        name.schema = None;
    }
}

async fn relation(
    session: &mut dyn Session,
    dialect: Dialect,
    written: &str,
) -> Result<Relation, Problem> {
    let parts = name_parts(written);
    let mut names: Vec<String> = parts.into_iter().map(|part| part.text).collect();
    let name = names.pop().unwrap_or_else(|| written.to_owned());
    let name = ObjectName::new(names.last().map(String::as_str), &name);
    let found = session.catalogue(&Question::Relation(name.clone())).await?;
    found.relations.into_iter().next().ok_or_else(|| {
        Problem::new(
            "generate.table",
            format!("There is no table or view {name} on this {dialect} database, or the account may not see it."),
            "Check the name, with its schema, and letter case.",
        )
    })
}

/// The table with foreign keys to both.
async fn linking(
    session: &mut dyn Session,
    users: &Relation,
    entitlements: &Relation,
) -> Result<Relation, Problem> {
    let question = Question::Relations {
        schema: users.name.schema.clone(),
    };
    let names = session.catalogue(&question).await?.relations;
    for named in names.into_iter().take(MOST_RELATIONS) {
        let question = Question::Relation(named.name);
        let relations = session.catalogue(&question).await?.relations;
        if generate::find_link(&relations, users, entitlements).is_some()
            && let Some(link) = relations.into_iter().next()
        {
            return Ok(link);
        }
    }
    Err(Problem::new(
        "generate.link",
        format!(
            "No table has foreign keys to both {} and {}.",
            users.name, entitlements.name
        ),
        "Name the table of who holds what.",
    ))
}

/// What the database says of the objects that are needed, and of the account's rights.
async fn look(
    session: &mut dyn Session,
    objects: &[(bool, ObjectName)],
) -> Result<(Vec<Relation>, Vec<Routine>, Option<Rights>), Problem> {
    let (mut relations, mut routines) = (Vec::new(), Vec::new());
    let mut asked: Vec<&ObjectName> = Vec::new();
    for (is_routine, name) in objects {
        if asked.contains(&name) {
            continue;
        }
        asked.push(name);
        if *is_routine {
            let found = session.catalogue(&Question::Routine(name.clone())).await?;
            routines.extend(found.routines);
        } else {
            let found = session.catalogue(&Question::Relation(name.clone())).await?;
            relations.extend(found.relations);
        }
    }
    let rights = session.catalogue(&Question::Rights).await?.rights;
    Ok((relations, routines, rights))
}
