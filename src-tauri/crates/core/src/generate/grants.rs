//! Needs as a script of grants, in each dialect, with what takes them back again.
//!
//! **Invariant:** a script gives what [`Needs`] say and nothing that reaches further, except where a
//! dialect cannot say it closer: that stands in its remarks. The account is one quoted name.
//!
//! To add a dialect: its arm in [`Form`].

use super::Remark;
use super::needs::{Need, Needs, Privilege};
use super::quote::{self, QuoteError, Quoted};
use crate::catalogue::{ObjectName, RoutineKind};
use crate::config::Dialect;

/// Grants, and the way back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    pub grants: Vec<String>,
    pub revokes: Vec<String>,
    pub remarks: Vec<Remark>,
}

impl Script {
    /// The grants to run, and the revokes as comments behind them.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for remark in &self.remarks {
            let sign = if remark.warning { "-- Note: " } else { "-- " };
            for line in remark.text.lines() {
                text.push_str(sign);
                text.push_str(line);
                text.push('\n');
            }
        }
        for grant in &self.grants {
            text.push_str(grant);
            text.push_str(";\n");
        }
        if !self.revokes.is_empty() {
            text.push_str("\n-- To take them back:\n");
            for revoke in &self.revokes {
                text.push_str("--   ");
                text.push_str(&revoke.replace('\n', "\n--   "));
                text.push_str(";\n");
            }
        }
        text
    }
}

/// Why no script can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    #[error("\"{0}\" is not an account: what is granted to it is granted to everybody.")]
    Everybody(String),
    #[error(transparent)]
    Quote(#[from] QuoteError),
}

/// The script that gives an account what is needed.
///
/// # Errors
/// [`GrantError`] where the account or a name cannot be written.
pub fn grants(dialect: Dialect, needs: &Needs, account: &str) -> Result<Script, GrantError> {
    let mut script = Script {
        remarks: needs.remarks.clone(),
        ..Script::default()
    };
    if dialect == Dialect::Sqlite {
        return Ok(script);
    }
    if account.trim().eq_ignore_ascii_case("public") {
        return Err(GrantError::Everybody(account.to_owned()));
    }
    let account = account_name(dialect, account)?;
    let mut give = |privileges: &str, taken: &str, object: &str| {
        script
            .grants
            .push(format!("GRANT {privileges} ON {object} TO {account}"));
        script
            .revokes
            .push(format!("REVOKE {taken} ON {object} FROM {account}"));
    };
    if dialect == Dialect::Postgresql {
        let mut schemas: Vec<&str> = needs
            .needs
            .iter()
            .filter_map(|need| need.object.schema.as_deref())
            .collect();
        schemas.sort_unstable();
        schemas.dedup();
        for schema in schemas {
            let quoted = quote::identifier(dialect, schema)?;
            give("USAGE", "USAGE", &format!("SCHEMA {quoted}"));
        }
    }
    let mut rest = needs.needs.as_slice();
    while let Some(first) = rest.first() {
        let same = rest
            .iter()
            .take_while(|need| {
                need.object == first.object
                    && need.routine == first.routine
                    && is_table(need) == is_table(first)
            })
            .count();
        let (group, behind) = rest.split_at(same);
        rest = behind;
        let object = object(dialect, first)?;
        if dialect == Dialect::SqlServer {
            // Columns stand behind the object there, so each privilege has a statement of its own.
            for need in group {
                let columns = columns(dialect, need)?;
                let word = need.privilege.word();
                give(word, word, &format!("{object}{columns}"));
            }
            continue;
        }
        let (mut privileges, mut taken) = (Vec::new(), Vec::new());
        for need in group {
            let word = word(dialect, need.privilege);
            let by_column = format!("{word}{}", columns(dialect, need)?);
            // Oracle gives by column and takes back by table.
            taken.push(match dialect {
                Dialect::Oracle => word.to_owned(),
                _ => by_column.clone(),
            });
            privileges.push(by_column);
        }
        give(&privileges.join(", "), &taken.join(", "), &object);
    }
    script.remarks.extend(notes(dialect, needs));
    Ok(script)
}

fn is_table(need: &Need) -> bool {
    !matches!(need.privilege, Privilege::Execute | Privilege::Usage)
}

fn word(dialect: Dialect, privilege: Privilege) -> &'static str {
    match (dialect, privilege) {
        // READ does not let the account lock rows, as SELECT would.
        (Dialect::Oracle, Privilege::Select) => "READ",
        _ => privilege.word(),
    }
}

/// The columns of a privilege, where the dialect can grant columns.
fn columns(dialect: Dialect, need: &Need) -> Result<String, QuoteError> {
    let Some(columns) = need
        .columns
        .as_ref()
        .filter(|_| by_column(dialect, need.privilege))
    else {
        return Ok(String::new());
    };
    let mut quoted = Vec::with_capacity(columns.len());
    for column in columns {
        quoted.push(quote::identifier(dialect, column)?.to_string());
    }
    Ok(format!(" ({})", quoted.join(", ")))
}

fn by_column(dialect: Dialect, privilege: Privilege) -> bool {
    match dialect {
        Dialect::Mysql | Dialect::Postgresql => matches!(
            privilege,
            Privilege::Select | Privilege::Insert | Privilege::Update
        ),
        Dialect::SqlServer => matches!(privilege, Privilege::Select | Privilege::Update),
        Dialect::Oracle => matches!(privilege, Privilege::Insert | Privilege::Update),
        Dialect::Sqlite | Dialect::Odbc => false,
    }
}

fn object(dialect: Dialect, need: &Need) -> Result<String, QuoteError> {
    let name = quote::name(dialect, &need.object)?;
    Ok(match (dialect, need.privilege) {
        (Dialect::Mysql, Privilege::Execute) => match need.routine {
            Some(RoutineKind::Function) => format!("FUNCTION {name}"),
            _ => format!("PROCEDURE {name}"),
        },
        // Without its parameters, which is enough where one routine has the name.
        (Dialect::Postgresql, Privilege::Execute) => format!("ROUTINE {name}"),
        (Dialect::Postgresql, Privilege::Usage) => format!("SEQUENCE {name}"),
        (Dialect::SqlServer, _) => format!("OBJECT::{name}"),
        _ => name.to_string(),
    })
}

/// The account as the dialect writes it: `user@host` on MySQL, a role, a database user.
pub(super) fn account_name(dialect: Dialect, account: &str) -> Result<String, QuoteError> {
    let quoted = |part: &str| quote::identifier(dialect, part).map(|q: Quoted| q.to_string());
    match dialect {
        Dialect::Mysql => match account.rsplit_once('@') {
            Some((user, host)) => {
                let plain = |part: &str| part.trim_matches(['\'', '`']).to_owned();
                Ok(format!(
                    "{}@{}",
                    quoted(&plain(user))?,
                    quoted(&plain(host))?
                ))
            }
            None => quoted(account),
        },
        Dialect::Oracle => {
            let is_plain = account
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '#'));
            quoted(&if is_plain {
                account.to_uppercase()
            } else {
                account.to_owned()
            })
        }
        _ => quoted(account),
    }
}

/// What a reader of the script should know about the dialect.
fn notes(dialect: Dialect, needs: &Needs) -> Vec<Remark> {
    let has = |privilege| needs.needs.iter().any(|need| need.privilege == privilege);
    let mut notes = Vec::new();
    match dialect {
        Dialect::Postgresql => notes.push(Remark::note(
            "The role must exist and may connect to the database: GRANT CONNECT ON DATABASE where PUBLIC has lost it.",
        )),
        Dialect::Mysql => notes.push(Remark::note("The account must exist: CREATE USER makes one without rights.")),
        Dialect::SqlServer => notes.push(Remark::note(
            "The account is a user of this database: CREATE USER … FOR LOGIN … makes one. INSERT and DELETE cannot be granted by column.",
        )),
        Dialect::Oracle => {
            notes.push(Remark::note("The account needs CREATE SESSION, too."));
            if has(Privilege::Select) {
                notes.push(Remark::note(
                    "READ cannot be granted by column: a view without the other columns would be closer.",
                ));
            }
        }
        Dialect::Odbc => notes.push(Remark::note(
            "The database behind ODBC is not known: these are the grants of the SQL standard, for whole tables.",
        )),
        Dialect::Sqlite => {}
    }
    let tables: Vec<&ObjectName> = needs
        .needs
        .iter()
        .filter(|need| need.privilege == Privilege::Select && need.columns.is_none())
        .map(|need| &need.object)
        .collect();
    if !tables.is_empty() && by_column(dialect, Privilege::Select) {
        let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
        notes.push(Remark::note(format!(
            "Read as a whole, because a statement says * or names no column: {}.",
            names.join(", ")
        )));
    }
    notes
}
