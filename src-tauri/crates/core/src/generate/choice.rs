//! What an administrator decides before anything is generated, with a proposal for every part of it
//! made from the tables themselves.
//!
//! **Invariant:** a proposal is a guess and is shown as one; [`check`] holds the choice, proposed or
//! not, against the tables before anything is written.
//!
//! To add a decision: a field of [`Choice`], its proposal, its line in [`check`].

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{GenerateError, Remark};
use crate::catalogue::{Column, KeyKind, ObjectName, Relation, TypeKind};
use crate::config::Dialect;
use crate::mapping::Kind;

/// The three tables, as the catalogue describes them.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    pub users: &'a Relation,
    pub entitlements: &'a Relation,
    /// Who holds what.
    pub link: &'a Relation,
}

/// What to generate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    pub dialect: Dialect,
    /// SQL statements, or stored procedures that hold them.
    pub kind: Kind,
    /// The application's name in the configuration.
    pub application: String,
    /// The connection's.
    pub connection: String,
    /// The column of the user table that the provider knows a user by. New users bring it along.
    pub user_id: String,
    /// The column of the user table that the link table refers to; often the same.
    pub user_key: String,
    pub status: Option<Status>,
    /// Whether Get users leaves out deactivated users, as the guide's procedure does.
    pub only_active: bool,
    pub entitlement_id: String,
    pub entitlement_display: String,
    pub entitlement_description: Option<String>,
    /// The link table's column with the user.
    pub link_user: String,
    /// The link table's column with the entitlement.
    pub link_entitlement: String,
    /// The columns of the user table that Create user and Update user write, in this order, with the
    /// id and without the status.
    pub written: Vec<String>,
    /// Columns that are never shown or recorded; Get users leaves them out.
    pub secret: Vec<String>,
    /// Where the procedures go.
    pub schema: Option<String>,
    /// What they are called: `{operation}` stands for `get_users`, `{OPERATION}` for `GET_USERS`.
    pub procedure_names: String,
}

/// How a user's row says whether the user is active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Status {
    pub column: String,
    /// As text; `1` and `0` for a Boolean.
    pub active: String,
    pub inactive: String,
}

impl Choice {
    /// What Update user sets: everything that is written but the id.
    pub(super) fn updated(&self) -> Vec<&str> {
        self.written
            .iter()
            .map(String::as_str)
            .filter(|column| !column.eq_ignore_ascii_case(&self.user_id))
            .collect()
    }

    pub(super) fn is_secret(&self, column: &str) -> bool {
        self.secret
            .iter()
            .any(|secret| secret.eq_ignore_ascii_case(column))
    }

    /// The name of a procedure.
    pub(super) fn procedure(&self, operation: &str) -> Result<ObjectName, GenerateError> {
        let name = self
            .procedure_names
            .replace("{operation}", operation)
            .replace("{OPERATION}", &operation.to_ascii_uppercase());
        if name == self.procedure_names {
            return Err(GenerateError::Pattern(self.procedure_names.clone()));
        }
        Ok(ObjectName::new(self.schema.as_deref(), &name))
    }

    /// What the entitlement's id is called in results and mappings. The user's id and it must have
    /// different names, because both stand in one row and one request.
    pub fn entitlement_id_field(&self) -> &str {
        let taken = self.entitlement_id.eq_ignore_ascii_case(&self.user_id);
        if taken {
            "entitlement_id"
        } else {
            &self.entitlement_id
        }
    }

    /// What the entitlement's name is called in results.
    pub fn entitlement_display_field(&self) -> &str {
        let display = &self.entitlement_display;
        let taken = display.eq_ignore_ascii_case(&self.user_id)
            || display.eq_ignore_ascii_case(self.entitlement_id_field());
        if taken && !display.eq_ignore_ascii_case(&self.entitlement_id) {
            "entitlement_name"
        } else if taken {
            self.entitlement_id_field()
        } else {
            display
        }
    }
}

/// The table among these that has foreign keys to both.
pub fn find_link<'a>(
    relations: &'a [Relation],
    users: &Relation,
    entitlements: &Relation,
) -> Option<&'a Relation> {
    relations.iter().find(|relation| {
        reference(relation, users).is_some() && reference(relation, entitlements).is_some()
    })
}

/// The column of `from` that refers to `to`, and the column there.
fn reference<'a>(from: &'a Relation, to: &Relation) -> Option<(&'a str, &'a str)> {
    from.foreign_keys
        .iter()
        .filter(|key| key.target.means(&to.name))
        .find_map(
            |key| match (key.columns.as_slice(), key.target_columns.as_slice()) {
                ([column], [target]) => Some((column.as_str(), target.as_str())),
                _ => None,
            },
        )
}

/// A choice made from the tables alone, with what was guessed.
///
/// # Errors
/// [`GenerateError`] where no column can identify a user or an entitlement, or the link table does
/// not refer to both.
pub fn propose(
    dialect: Dialect,
    kind: Kind,
    tables: &Tables<'_>,
) -> Result<(Choice, Vec<Remark>), GenerateError> {
    let Tables {
        users,
        entitlements,
        link,
    } = tables;
    for relation in [users, entitlements, link] {
        if relation.columns.is_empty() {
            return Err(GenerateError::NoColumns {
                relation: relation.name.to_string(),
            });
        }
    }
    let mut remarks = Vec::new();
    let user_id =
        propose_user_id(users).ok_or_else(|| GenerateError::NoUserId(users.name.to_string()))?;
    let (link_user, user_key) = match reference(link, users) {
        Some((column, target)) => (column.to_owned(), target.to_owned()),
        None => meant(
            link,
            users,
            &user_id,
            &["user", "person", "account", "member"],
        )?,
    };
    let (link_entitlement, entitlement_id) = propose_entitlement_id(entitlements, link)?;
    let status = propose_status(users, &mut remarks);
    let is_status = |column: &Column| {
        let status = status.as_ref();
        status.is_some_and(|status| status.column.eq_ignore_ascii_case(&column.name))
    };
    let mut written = vec![user_id.clone()];
    written.extend(
        users
            .columns
            .iter()
            .filter(|column| {
                !column.name.eq_ignore_ascii_case(&user_id)
                    && !is_generated(column)
                    && !is_status(column)
                    && !keeps_time(column)
                    && !matches!(column.data_type.kind, TypeKind::Bytes | TypeKind::Cursor)
            })
            .map(|column| column.name.clone()),
    );
    let secret: Vec<String> = users
        .columns
        .iter()
        .filter(|column| !column.name.eq_ignore_ascii_case(&user_id) && sounds_secret(&column.name))
        .map(|column| column.name.clone())
        .collect();
    let (display, description) = propose_words(entitlements, &entitlement_id);
    let choice = Choice {
        dialect,
        kind,
        application: "generated".to_owned(),
        connection: String::new(),
        user_id,
        user_key,
        only_active: status.is_some(),
        status,
        entitlement_description: description,
        entitlement_display: display,
        entitlement_id,
        link_user,
        link_entitlement,
        written,
        secret,
        schema: users.name.schema.clone(),
        procedure_names: match dialect {
            Dialect::Postgresql => "scim_{operation}".to_owned(),
            _ => "SCIM_{OPERATION}".to_owned(),
        },
    };
    Ok((choice, remarks))
}

/// The link table's column with the entitlement, and the one it refers to.
fn propose_entitlement_id(
    entitlements: &Relation,
    link: &Relation,
) -> Result<(String, String), GenerateError> {
    if let Some((column, target)) = reference(link, entitlements) {
        return Ok((column.to_owned(), target.to_owned()));
    }
    let id = single_key(entitlements, KeyKind::Primary)
        .or_else(|| single_key(entitlements, KeyKind::Unique))
        .ok_or_else(|| GenerateError::NoEntitlementId(entitlements.name.to_string()))?;
    let words = ["entitlement", "ent", "role", "group", "permission", "right"];
    meant(link, entitlements, &id, &words)
}

/// The columns that name and describe an entitlement.
fn propose_words(entitlements: &Relation, id: &str) -> (String, Option<String>) {
    let text_named = |wanted: &[&str]| {
        entitlements.columns.iter().find(|column| {
            column.data_type.kind == TypeKind::Text
                && !column.name.eq_ignore_ascii_case(id)
                && words(&column.name)
                    .iter()
                    .any(|word| wanted.contains(&word.as_str()))
        })
    };
    let description = text_named(&["description", "descr", "desc", "comment", "notes"]);
    let display = text_named(&["name", "title", "label", "display", "displayname"])
        .or_else(|| {
            entitlements.columns.iter().find(|column| {
                column.data_type.kind == TypeKind::Text
                    && !column.name.eq_ignore_ascii_case(id)
                    && description.is_none_or(|other| other.name != column.name)
            })
        })
        .map_or_else(|| id.to_owned(), |column| column.name.clone());
    (display, description.map(|column| column.name.clone()))
}

/// Whether the database fills a column; PostgreSQL's `serial` is a default from a sequence.
pub(super) fn is_generated(column: &Column) -> bool {
    column.generated
        || column
            .default
            .as_deref()
            .is_some_and(|default| default.to_ascii_lowercase().contains("nextval"))
}

/// A creation or change time that the database fills.
fn keeps_time(column: &Column) -> bool {
    let temporal = matches!(
        column.data_type.kind,
        TypeKind::Date | TypeKind::Time | TypeKind::Timestamp | TypeKind::TimestampTz
    );
    let said = words(&column.name);
    temporal
        && column.default.is_some()
        && said.iter().any(|word| {
            matches!(
                word.as_str(),
                "created" | "inserted" | "added" | "updated" | "modified" | "changed" | "timestamp"
            )
        })
}

fn propose_user_id(users: &Relation) -> Option<String> {
    let mut best: Option<(u8, &Column)> = None;
    for key in users.keys.iter().filter(|key| key.columns.len() == 1) {
        let Some(column) = key.columns.first().and_then(|name| users.column(name)) else {
            continue;
        };
        if is_generated(column) || key.kind == KeyKind::Index || sounds_secret(&column.name) {
            continue;
        }
        let text = column.data_type.kind == TypeKind::Text;
        let said = words(&column.name);
        let says = |wanted: &[&str]| said.iter().any(|word| wanted.contains(&word.as_str()));
        let score = if key.kind == KeyKind::Primary && text {
            100
        } else if says(&["login", "username", "logon", "upn", "account", "userid"]) {
            90
        } else if says(&["email", "mail"]) {
            80
        } else if key.kind == KeyKind::Primary {
            70
        } else if text {
            60
        } else {
            50
        };
        let score = if column.nullable { score - 40 } else { score };
        if best.is_none_or(|(known, _)| score > known) {
            best = Some((score, column));
        }
    }
    best.map(|(_, column)| column.name.clone())
}

fn single_key(relation: &Relation, kind: KeyKind) -> Option<String> {
    relation
        .keys
        .iter()
        .filter(|key| key.kind == kind)
        .find_map(|key| match key.columns.as_slice() {
            [column] => Some(column.clone()),
            _ => None,
        })
}

/// The link table's column without a foreign key: one with the name of the column it would refer
/// to, or the only one whose name has one of the words in it.
fn meant(
    link: &Relation,
    target: &Relation,
    id: &str,
    means: &[&str],
) -> Result<(String, String), GenerateError> {
    if let Some(column) = link
        .column(id)
        .filter(|column| column.name.len() > 2 && !is_generated(column))
    {
        return Ok((column.name.clone(), id.to_owned()));
    }
    let mut found = link.columns.iter().filter(|column| {
        !is_generated(column)
            && words(&column.name)
                .iter()
                .any(|word| means.contains(&word.as_str()))
    });
    match (found.next(), found.next()) {
        (Some(column), None) => Ok((column.name.clone(), id.to_owned())),
        _ => Err(GenerateError::NoLink {
            link: link.name.to_string(),
            target: target.name.to_string(),
        }),
    }
}

fn propose_status(users: &Relation, remarks: &mut Vec<Remark>) -> Option<Status> {
    // STATE alone is left out: in an address it is a place.
    const NAMES: [(&[&str], bool); 5] = [
        (&["active"], true),
        (&["enabled"], true),
        (&["status"], true),
        (&["disabled", "inactive"], false),
        (&["locked", "suspended", "blocked"], false),
    ];
    let (column, active) = NAMES.iter().find_map(|(wanted, active)| {
        let column = users.columns.iter().find(|column| {
            !is_generated(column)
                && status_kind(column.data_type.kind)
                && words(&column.name)
                    .iter()
                    .any(|word| wanted.contains(&word.as_str()))
        });
        column.map(|column| (column, *active))
    })?;
    let (yes, no) = status_values(column, active).unwrap_or_else(|| {
        remarks.push(Remark::warning(format!(
            "What {} says for an active and for an inactive user is a guess: \"active\" and \"inactive\". Look into the table.",
            column.name
        )));
        ("active".to_owned(), "inactive".to_owned())
    });
    Some(Status {
        column: column.name.clone(),
        active: yes,
        inactive: no,
    })
}

/// Whether a column of this kind can say active or inactive: a time cannot.
fn status_kind(kind: TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::Boolean
            | TypeKind::Integer { .. }
            | TypeKind::Unsigned { .. }
            | TypeKind::Decimal
            | TypeKind::Text
            | TypeKind::Enum
            | TypeKind::Other
    )
}

/// The two values, where the type, its labels or its default tell them.
fn status_values(column: &Column, active: bool) -> Option<(String, String)> {
    const PAIRS: [(&str, &str); 6] = [
        ("active", "inactive"),
        ("enabled", "disabled"),
        ("active", "disabled"),
        ("A", "I"),
        ("Y", "N"),
        ("active", "suspended"),
    ];
    let pair = |yes: &str, no: &str| {
        if active {
            (yes.to_owned(), no.to_owned())
        } else {
            (no.to_owned(), yes.to_owned())
        }
    };
    match column.data_type.kind {
        TypeKind::Boolean
        | TypeKind::Integer { .. }
        | TypeKind::Unsigned { .. }
        | TypeKind::Decimal => Some(pair("1", "0")),
        TypeKind::Enum => PAIRS.iter().find_map(|(yes, no)| {
            let label = |wanted: &str| {
                let mut labels = column.data_type.labels.iter();
                labels.find(|label| label.eq_ignore_ascii_case(wanted))
            };
            Some((label(yes)?.clone(), label(no)?.clone()))
        }),
        _ => {
            let default = column.default.as_deref()?;
            let value = default.split('\'').nth(1).unwrap_or(default);
            let (_, no) = PAIRS
                .iter()
                .find(|(yes, _)| yes.eq_ignore_ascii_case(value))?;
            let like = |word: &str| {
                if value.chars().all(char::is_uppercase) {
                    word.to_ascii_uppercase()
                } else {
                    word.to_owned()
                }
            };
            Some((value.to_owned(), like(no)))
        }
    }
}

/// Whether a name says that its values should be seen by nobody.
fn sounds_secret(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "passhash",
        "secret",
        "token",
        "salt",
        "otp",
        "totp",
        "mfa",
        "apikey",
        "credential",
        "credentials",
    ];
    let said = words(name);
    let pairs = [
        ["api", "key"],
        ["private", "key"],
        ["pass", "hash"],
        ["pw", "hash"],
    ];
    said.iter().any(|word| WORDS.contains(&word.as_str()))
        || name.to_ascii_lowercase().contains("password")
        || pairs
            .iter()
            .any(|pair| said.windows(2).any(|two| two == pair))
}

/// The words of a name: `isActive`, `IS_ACTIVE` and `is-active` are `is` and `active`.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut word, mut lower) = (Vec::new(), String::new(), false);
    for character in name.chars() {
        let begins = character.is_uppercase() && lower;
        if (begins || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        lower = character.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Holds a choice against the tables.
///
/// # Errors
/// [`GenerateError`] where a column is not there, or cannot serve as what it was chosen for.
pub(super) fn check(tables: &Tables<'_>, choice: &Choice) -> Result<Vec<Remark>, GenerateError> {
    let Tables {
        users,
        entitlements,
        link,
    } = tables;
    for relation in [users, entitlements, link] {
        unambiguous(relation)?;
    }
    let id = column(users, &choice.user_id)?;
    if is_generated(id) {
        return Err(GenerateError::GeneratedUserId(id.name.clone()));
    }
    for name in choice.written.iter().chain(&choice.secret) {
        column(users, name)?;
    }
    let key = column(users, &choice.user_key)?;
    column(entitlements, &choice.entitlement_id)?;
    column(entitlements, &choice.entitlement_display)?;
    if let Some(description) = &choice.entitlement_description {
        column(entitlements, description)?;
    }
    let mut remarks = Vec::new();
    for (relation, name, what) in [
        (users, &id.name, "one user"),
        (users, &key.name, "one user"),
        (entitlements, &choice.entitlement_id, "one entitlement"),
    ] {
        let remark = Remark::warning(format!(
            "{name} of {} has no unique key, so nothing makes sure that it means {what}.",
            relation.name
        ));
        if !is_unique(relation, &[name]) && !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    let held = [choice.link_user.as_str(), choice.link_entitlement.as_str()];
    for name in held {
        column(link, name)?;
    }
    if !is_unique(link, &held) {
        remarks.push(Remark::warning(format!(
            "{} has no unique key over {} and {}: two requests at the same time may give a user the same entitlement twice.",
            link.name, choice.link_user, choice.link_entitlement
        )));
    }
    for left_out in link.columns.iter().filter(|column| {
        needs_value(column)
            && !held
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&column.name))
    }) {
        remarks.push(Remark::warning(format!(
            "{} of {} needs a value and has no default: Add entitlement to user does not give it one.",
            left_out.name, link.name
        )));
    }
    let status = choice.status.as_ref();
    match status {
        None => remarks.push(Remark::warning(format!(
            "{} has no status column, so there is no way to activate or deactivate a user.",
            users.name
        ))),
        Some(status) => {
            column(users, &status.column)?;
        }
    }
    for left_out in users.columns.iter().filter(|column| {
        needs_value(column)
            && !choice
                .written
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&column.name))
            && status.is_none_or(|status| !status.column.eq_ignore_ascii_case(&column.name))
    }) {
        remarks.push(Remark::warning(format!(
            "{} of {} needs a value and has no default: Create user does not give it one.",
            left_out.name, users.name
        )));
    }
    remarks.extend(super::statements::check(tables, choice)?);
    if choice.updated().is_empty() {
        remarks.push(Remark::note(
            "Nothing but the id is written, so there is no Update user.",
        ));
    }
    if !users.triggers.is_empty() || !link.triggers.is_empty() {
        remarks.push(Remark::note(format!(
            "Triggers run with what is written: {}.",
            [users.triggers.as_slice(), link.triggers.as_slice()]
                .concat()
                .join(", ")
        )));
    }
    Ok(remarks)
}

/// Whether an insert that leaves the column out is refused.
fn needs_value(column: &Column) -> bool {
    !column.nullable && column.default.is_none() && !is_generated(column)
}

pub(super) fn column<'a>(relation: &'a Relation, name: &str) -> Result<&'a Column, GenerateError> {
    relation
        .column(name)
        .ok_or_else(|| GenerateError::NoSuchColumn {
            relation: relation.name.to_string(),
            column: name.to_owned(),
        })
}

/// Whether a key makes sure that these columns together stand once.
pub(super) fn is_unique(relation: &Relation, columns: &[&str]) -> bool {
    relation.keys.iter().any(|key| {
        key.kind != KeyKind::Index
            && !key.columns.is_empty()
            && key.columns.iter().all(|part| {
                columns
                    .iter()
                    .any(|column| column.eq_ignore_ascii_case(part))
            })
    })
}

/// Fields are found without regard to letter case, so two names that differ in nothing else cannot
/// be told apart.
fn unambiguous(relation: &Relation) -> Result<(), GenerateError> {
    for (index, column) in relation.columns.iter().enumerate() {
        let again = relation.columns[..index]
            .iter()
            .any(|other| other.name.eq_ignore_ascii_case(&column.name));
        if again {
            return Err(GenerateError::Ambiguous {
                relation: relation.name.to_string(),
                column: column.name.clone(),
            });
        }
    }
    Ok(())
}
