//! What the connected account may do, beside what the applications of the connection need.
//!
//! A right that is not listed may still come from somewhere the account cannot see, so a missing one is
//! a warning and never a failure.

use crate::catalogue::{ObjectName, Relation, Rights, Routine};
use crate::check::covers;
use crate::config::{Application, Dialect};
use crate::generate::{Known, Privilege, needs};

/// How many rights a sentence names.
const NAMED: usize = 6;

/// What the database says of what the applications name.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    pub relations: Vec<Relation>,
    pub routines: Vec<Routine>,
    /// What they name and the account does not see.
    pub unseen: Vec<ObjectName>,
    /// Where names without a schema are looked up.
    pub schema: Option<String>,
}

/// What the mappings of applications name, each once, and whether it is a routine.
pub fn objects_of<'a>(
    applications: impl IntoIterator<Item = &'a Application>,
    dialect: Dialect,
    schema: Option<&str>,
) -> Vec<(bool, ObjectName)> {
    let mut objects: Vec<(bool, ObjectName)> = Vec::new();
    let known = Known {
        schema,
        ..Known::default()
    };
    for application in applications {
        for need in needs(application, dialect, known).needs {
            let object = (need.privilege == Privilege::Execute, need.object);
            if !objects.contains(&object) {
                objects.push(object);
            }
        }
    }
    objects
}

/// What is told of an account that serves no application yet: words, and a remedy where there is
/// something to do.
pub fn account_told(
    rights: Option<&Rights>,
    tables: usize,
    routines: usize,
) -> (String, Option<String>) {
    let account = account(rights);
    let sees = format!(
        "{account} sees {} and {}",
        counted(tables, "table or view", "tables and views"),
        counted(routines, "routine", "routines")
    );
    if rights.is_some_and(|rights| rights.unlimited) {
        return (
            format!("{sees}, and may do everything."),
            Some(own_account()),
        );
    }
    let remedy = (tables == 0 && routines == 0).then(|| {
        "Let the account be given the right to read the tables, or to call the procedures; or check \
         which database and schema it looks into."
            .to_owned()
    });
    (format!("{sees}."), remedy)
}

/// What is told of an account that serves applications.
pub fn rights_told(
    dialect: Dialect,
    rights: Option<&Rights>,
    applications: &[&Application],
    looked: &Looked,
) -> (String, Option<String>) {
    let account = account(rights);
    let unlimited = rights.is_some_and(|rights| rights.unlimited);
    // Lists of rights were seen to be whole here only.
    let listed = matches!(dialect, Dialect::Mysql | Dialect::Postgresql);
    let mut missing: Vec<String> = Vec::new();
    for object in &looked.unseen {
        add(&mut missing, format!("to see {object}"));
    }
    if let Some(rights) = rights.filter(|rights| listed && !rights.unlimited) {
        let known = Known {
            relations: &looked.relations,
            routines: &looked.routines,
            schema: looked.schema.as_deref(),
        };
        for application in applications {
            for need in needs(application, dialect, known).needs {
                let unseen = looked
                    .unseen
                    .iter()
                    .any(|object| object.means(&need.object));
                if !unseen && !rights.grants.iter().any(|grant| covers(grant, &need)) {
                    add(
                        &mut missing,
                        format!("to {} on {}", need.privilege.word(), need.object),
                    );
                }
            }
        }
    }
    let whose = applications
        .iter()
        .map(|application| application.name.as_str())
        .collect::<Vec<_>>()
        .join(" and ");
    if !missing.is_empty() {
        let more = missing.len().saturating_sub(NAMED);
        let mut words = missing
            .into_iter()
            .take(NAMED)
            .collect::<Vec<_>>()
            .join(", ");
        if more > 0 {
            words = format!("{words} and {more} more");
        }
        return (
            format!("{account} has no right {words}, which {whose} needs."),
            Some(
                "Let the database's administrator run what `sluice-server grants` prints for the \
                 application, where the account does not get the rights in another way."
                    .to_owned(),
            ),
        );
    }
    if unlimited {
        return (
            format!("{account} may do what {whose} needs, and everything else."),
            Some(own_account()),
        );
    }
    (format!("{account} may do what {whose} needs."), None)
}

fn own_account() -> String {
    "Give Sluice an account of its own with the rights that `sluice-server grants` prints."
        .to_owned()
}

fn account(rights: Option<&Rights>) -> String {
    match rights.map(|rights| rights.account.as_str()) {
        None | Some("") => "The account".to_owned(),
        Some(account) => account.to_owned(),
    }
}

fn add(all: &mut Vec<String>, one: String) {
    if !all.contains(&one) {
        all.push(one);
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}
