//! The names of a database's objects, for who writes a statement: tables and views with their columns,
//! routines with their parameters.

use serde::Serialize;
use ts_rs::TS;

use crate::catalogue::{ObjectName, Question, Relation, RelationKind, Routine, RoutineKind};
use crate::check::named;
use crate::failure::Failure;
use crate::ports::{Access, Session};

use super::Context;

/// Of how many tables and views the columns are read. Those that the mappings name come first.
const MOST: usize = 150;

/// What there is to be named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct ObjectNames {
    /// The schema that unqualified names are looked up in.
    pub schema: Option<String>,
    pub relations: Vec<RelationNames>,
    pub routines: Vec<RoutineNames>,
    /// How many tables and views are there without their columns, because there are so many.
    #[ts(type = "number")]
    pub without_columns: usize,
}

/// A table or view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RelationNames {
    pub schema: Option<String>,
    pub name: String,
    /// "table", "view".
    pub kind: String,
    pub columns: Vec<ColumnNames>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ColumnNames {
    pub name: String,
    /// In the database's words.
    #[serde(rename = "type")]
    pub data_type: String,
}

/// A procedure or function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RoutineNames {
    pub schema: Option<String>,
    pub name: String,
    /// "procedure", "function".
    pub kind: String,
    /// "p_id varchar(100), p_rows out refcursor"; empty where it takes none.
    pub signature: String,
    /// How many parameters a call has to give.
    #[ts(type = "number")]
    pub parameters: usize,
}

/// Reads the names that statements of an application may use.
///
/// # Errors
/// A database that cannot be reached, or whose catalogue cannot be read.
pub async fn object_names(context: &mut Context) -> Result<ObjectNames, Failure> {
    let mut session = context.begin(Access::Read).await?;
    let names = read(context, session.as_mut()).await;
    context.end(session, Access::Read, names).await
}

async fn read(context: &Context, session: &mut dyn Session) -> Result<ObjectNames, Failure> {
    let failed = |error| Failure::from_database(error, None);
    let ask = Question::Schemas;
    let schemas = session.catalogue(&ask).await.map_err(failed)?.schemas;
    let ask = Question::Relations { schema: None };
    let mut relations = session.catalogue(&ask).await.map_err(failed)?.relations;
    let ask = Question::Routines { schema: None };
    let routines = session.catalogue(&ask).await.map_err(failed)?.routines;
    let (_, used) = named(&context.application, context.database.grammar());
    let used: Vec<ObjectName> = used.into_values().flatten().collect();
    let is_used = |relation: &Relation| used.iter().any(|name| name.means(&relation.name));
    // A stable sort: within both groups the catalogue's own order stays.
    relations.sort_by_key(|relation| !is_used(relation));
    let mut names = ObjectNames {
        schema: schemas.into_iter().find(|s| s.current).map(|s| s.name),
        relations: Vec::with_capacity(relations.len()),
        routines: routines.into_iter().map(routine).collect(),
        without_columns: relations.len().saturating_sub(MOST),
    };
    for (index, relation) in relations.into_iter().enumerate() {
        let whole = if index < MOST {
            let ask = Question::Relation(relation.name.clone());
            let mut found = session.catalogue(&ask).await.map_err(failed)?.relations;
            (!found.is_empty()).then(|| found.swap_remove(0))
        } else {
            None
        };
        names
            .relations
            .push(named_relation(whole.unwrap_or(relation)));
    }
    Ok(names)
}

fn named_relation(relation: Relation) -> RelationNames {
    RelationNames {
        schema: relation.name.schema,
        name: relation.name.name,
        kind: match relation.kind {
            RelationKind::Table => "table",
            RelationKind::View => "view",
            RelationKind::MaterializedView => "materialized view",
            RelationKind::Other => "object",
        }
        .to_owned(),
        columns: relation
            .columns
            .into_iter()
            .map(|column| ColumnNames {
                name: column.name,
                data_type: column.data_type.text,
            })
            .collect(),
    }
}

fn routine(routine: Routine) -> RoutineNames {
    use crate::plan::Direction;
    let given = |direction: Direction| {
        routine.kind == RoutineKind::Procedure || direction != Direction::Out
    };
    let parameters: Vec<String> = routine
        .parameters
        .iter()
        .filter(|parameter| given(parameter.direction))
        .map(|parameter| {
            let way = match parameter.direction {
                Direction::In => "",
                Direction::Out => "out ",
                Direction::InOut => "inout ",
            };
            let name = parameter.name.as_deref().unwrap_or_default();
            format!("{name} {way}{}", parameter.data_type.text)
                .trim()
                .to_owned()
        })
        .collect();
    RoutineNames {
        schema: routine.name.schema,
        name: routine.name.name,
        kind: match routine.kind {
            RoutineKind::Procedure => "procedure",
            RoutineKind::Function => "function",
        }
        .to_owned(),
        parameters: parameters.len(),
        signature: parameters.join(", "),
    }
}
