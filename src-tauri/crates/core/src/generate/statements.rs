//! The text of each operation, once for all dialects: with `?` for a mapping, with the names of
//! parameters for the body of a procedure.
//!
//! **Invariant:** what goes into a text is quoted names, the status column's literals, defaults that
//! a parser has read, and marks of parameters; the marks are noted in the order in which they stand.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use sqlparser::ast::{Expr, visit_expressions};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::choice::{self, Choice, Tables, column, is_unique};
use super::quote::{self, Quoted};
use super::{GenerateError, Remark};
use crate::catalogue::{Column, ObjectName, Relation, TypeKind};
use crate::config::Dialect;
use crate::fit::fits;
use crate::mapping::Parameter;
use crate::operation::Operation;
use crate::sql::rules;
use crate::value::Value;

/// How a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// `?`
    Positional,
    /// By its name, with what the dialect puts in front: nothing, `@`, `:`.
    Named(&'static str),
}

/// A value that an operation takes.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    /// What a mapping calls it.
    pub mapped: String,
    /// What a procedure calls it: plain letters, no reserved word, no column's name.
    pub name: String,
    pub relation: &'a Relation,
    pub column: &'a Column,
}

/// Writes the texts of one operation.
pub(super) struct Writer<'a> {
    pub tables: Tables<'a>,
    pub choice: &'a Choice,
    mark: Mark,
    fields: Vec<Parameter>,
}

impl<'a> Writer<'a> {
    /// For a mapping: every value is a `?`.
    pub fn positional(tables: &Tables<'a>, choice: &'a Choice) -> Self {
        Self {
            tables: *tables,
            choice,
            mark: Mark::Positional,
            fields: Vec::new(),
        }
    }

    /// For the body of a procedure: every value is a parameter's name.
    pub fn named(tables: &Tables<'a>, choice: &'a Choice) -> Self {
        let sign = match choice.dialect {
            Dialect::SqlServer => "@",
            Dialect::Sqlite => ":",
            _ => "",
        };
        Self {
            mark: Mark::Named(sign),
            ..Self::positional(tables, choice)
        }
    }

    /// The fields of the marks, in the order in which they were written.
    pub fn fields(self) -> Vec<Parameter> {
        self.fields
    }

    /// What an operation takes, in the order in which a procedure declares it.
    pub fn parameters(&self, operation: Operation) -> Result<Vec<Field<'a>>, GenerateError> {
        let choice = self.choice;
        let (users, id) = (self.tables.users, choice.user_id.as_str());
        let wanted: Vec<(&'a Relation, &str, &str)> = match operation {
            Operation::GetUsers | Operation::GetAllEntitlements | Operation::IncrementalImport => {
                Vec::new()
            }
            Operation::GetUserById
            | Operation::GetUserEntitlements
            | Operation::ActivateUser
            | Operation::DeactivateUser => vec![(users, id, id)],
            Operation::CreateUser => self.created(id),
            Operation::UpdateUser => {
                let mut all = vec![(users, id, id)];
                all.extend(choice.updated().into_iter().map(|name| (users, name, name)));
                all
            }
            Operation::AddEntitlement | Operation::RemoveEntitlement => {
                let entitlement = choice.entitlement_id.as_str();
                vec![
                    (users, id, id),
                    (
                        self.tables.entitlements,
                        entitlement,
                        choice.entitlement_id_field(),
                    ),
                ]
            }
        };
        let mut fields: Vec<Field<'a>> = Vec::with_capacity(wanted.len());
        for (relation, name, field) in wanted {
            let column = column(relation, name)?;
            let name = self.parameter_name(field, &fields);
            fields.push(Field {
                mapped: field.to_owned(),
                name,
                relation,
                column,
            });
        }
        Ok(fields)
    }

    /// The columns that Create user takes a value for: what is written, and the id before it where
    /// it is not among them.
    fn created<'b>(&'b self, id: &'b str) -> Vec<(&'a Relation, &'b str, &'b str)> {
        let users = self.tables.users;
        let mut all = Vec::new();
        if !self
            .choice
            .written
            .iter()
            .any(|name| name.eq_ignore_ascii_case(id))
        {
            all.push((users, id, id));
        }
        for name in &self.choice.written {
            let value = users
                .column(name)
                .and_then(|column| default(self.choice.dialect, column));
            if value != Some(Fallback::Unreadable) {
                all.push((users, name.as_str(), name.as_str()));
            }
        }
        all
    }

    /// `p_` and the field in plain letters. A parameter of a column's name would be taken for the
    /// column, or the column for it, as the dialect likes.
    fn parameter_name(&self, field: &str, known: &[Field<'_>]) -> String {
        let plain = field.chars().map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        });
        let base: String = "p_".chars().chain(plain).take(50).collect();
        let Tables {
            users,
            entitlements,
            link,
        } = self.tables;
        let taken = |name: &str| {
            known.iter().any(|field| field.name == name)
                || [users, entitlements, link]
                    .iter()
                    .any(|relation| relation.column(name).is_some())
        };
        let mut name = base.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    }

    fn value(&mut self, of: &Field<'_>) -> String {
        match self.mark {
            Mark::Positional => {
                self.fields.push(Parameter::Field(of.mapped.clone()));
                "?".to_owned()
            }
            Mark::Named(sign) => format!("{sign}{}", of.name),
        }
    }

    fn quoted(&self, name: &str) -> Result<Quoted, GenerateError> {
        Ok(quote::identifier(self.choice.dialect, name)?)
    }

    pub fn table(&self, relation: &Relation) -> Result<Quoted, GenerateError> {
        Ok(quote::name(self.choice.dialect, &relation.name)?)
    }

    /// A column as the catalogue spells it.
    fn column(&self, relation: &Relation, name: &str) -> Result<Quoted, GenerateError> {
        self.quoted(&column(relation, name)?.name)
    }

    /// A column in a result, under another name where it needs one.
    fn shown(
        &self,
        alias: char,
        relation: &Relation,
        name: &str,
        field: &str,
    ) -> Result<String, GenerateError> {
        let column = column(relation, name)?;
        let quoted = self.quoted(&column.name)?;
        Ok(if column.name.eq_ignore_ascii_case(field) {
            format!("{alias}.{quoted}")
        } else {
            format!("{alias}.{quoted} AS {}", self.quoted(field)?)
        })
    }

    /// The columns of a user's row. Get users leaves out what nobody may see.
    pub fn user_columns(&self, all: bool) -> impl Iterator<Item = &'a Column> {
        let choice = self.choice;
        self.tables
            .users
            .columns
            .iter()
            .filter(move |column| all || !choice.is_secret(&column.name))
    }

    /// The columns of an entitlement: name in the table, name in the result.
    pub fn entitlement_columns(&self, all: bool) -> Vec<(&'a str, &'a str)> {
        let choice = self.choice;
        let mut columns = vec![(
            choice.entitlement_id.as_str(),
            choice.entitlement_id_field(),
        )];
        if choice.entitlement_display != choice.entitlement_id {
            columns.push((
                choice.entitlement_display.as_str(),
                choice.entitlement_display_field(),
            ));
        }
        if let Some(description) = choice.entitlement_description.as_deref().filter(|_| all)
            && !columns.iter().any(|(name, _)| *name == description)
        {
            columns.push((description, description));
        }
        columns
    }

    /// The text of an operation.
    pub fn body(&mut self, operation: Operation) -> Result<String, GenerateError> {
        let parameters = self.parameters(operation)?;
        match (operation, parameters.as_slice()) {
            (Operation::CreateUser, fields) => self.create(fields),
            (Operation::UpdateUser, [id, fields @ ..]) => self.update(id, fields),
            (Operation::GetUserById, [id]) => self.user(id),
            (Operation::GetUserEntitlements, [id]) => self.held(id),
            (Operation::ActivateUser, [id]) => self.switch(id, true),
            (Operation::DeactivateUser, [id]) => self.switch(id, false),
            (Operation::AddEntitlement, [id, entitlement]) => self.add(id, entitlement),
            (Operation::RemoveEntitlement, [id, entitlement]) => self.remove(id, entitlement),
            (Operation::GetAllEntitlements, _) => self.entitlements(),
            _ => self.users(),
        }
    }

    fn select_user(&self, all: bool) -> Result<String, GenerateError> {
        let mut columns = Vec::new();
        for column in self.user_columns(all) {
            columns.push(format!("u.{}", self.quoted(&column.name)?));
        }
        let (columns, table) = (list(&columns, 7), self.table(self.tables.users)?);
        Ok(format!("SELECT {columns}\n  FROM {table} u")) // identifiers only
    }

    fn users(&mut self) -> Result<String, GenerateError> {
        let mut text = self.select_user(false)?;
        if self.choice.only_active
            && let Some((column, literal)) = self.status(true)?
        {
            let _ = write!(text, "\n WHERE u.{column} = {literal}");
        }
        let id = self.column(self.tables.users, &self.choice.user_id)?;
        let _ = write!(text, "\n ORDER BY u.{id}");
        Ok(text)
    }

    fn user(&mut self, id: &Field<'_>) -> Result<String, GenerateError> {
        let (text, column) = (self.select_user(true)?, self.quoted(&id.column.name)?);
        Ok(format!("{text}\n WHERE u.{column} = {}", self.value(id)))
    }

    fn entitlements(&mut self) -> Result<String, GenerateError> {
        let relation = self.tables.entitlements;
        let mut columns = Vec::new();
        for (name, field) in self.entitlement_columns(true) {
            columns.push(self.shown('e', relation, name, field)?);
        }
        let (columns, table) = (list(&columns, 7), self.table(relation)?);
        let id = self.column(relation, &self.choice.entitlement_id)?;
        Ok(format!(
            "SELECT {columns}\n  FROM {table} e\n ORDER BY e.{id}"
        )) // identifiers only
    }

    /// `SELECT DISTINCT` where nothing keeps a user from holding something twice.
    fn select(&self) -> &'static str {
        let held = [
            self.choice.link_user.as_str(),
            self.choice.link_entitlement.as_str(),
        ];
        if is_unique(self.tables.link, &held) {
            "SELECT"
        } else {
            "SELECT DISTINCT"
        }
    }

    /// The join of the link table with the entitlements, and with the users where a user's id does
    /// not stand in the link table itself.
    fn joined(&self, with_users: bool) -> Result<String, GenerateError> {
        let Tables {
            users,
            entitlements,
            link,
        } = self.tables;
        let choice = self.choice;
        let (link_table, entitlement_table) = (self.table(link)?, self.table(entitlements)?);
        let held = self.column(link, &choice.link_entitlement)?;
        let id = self.column(entitlements, &choice.entitlement_id)?;
        let mut text =
            format!("\n  FROM {link_table} l\n  JOIN {entitlement_table} e ON e.{id} = l.{held}");
        if with_users {
            let table = self.table(users)?;
            let (key, holder) = (
                self.column(users, &choice.user_key)?,
                self.column(link, &choice.link_user)?,
            );
            let _ = write!(text, "\n  JOIN {table} u ON u.{key} = l.{holder}");
        }
        Ok(text)
    }

    /// Whether the link table refers to another column than the one the provider knows.
    fn has_other_key(&self) -> bool {
        !self
            .choice
            .user_key
            .eq_ignore_ascii_case(&self.choice.user_id)
    }

    fn held(&mut self, id: &Field<'_>) -> Result<String, GenerateError> {
        let Tables {
            entitlements, link, ..
        } = self.tables;
        let mut columns = Vec::new();
        for (name, field) in self.entitlement_columns(false) {
            columns.push(self.shown('e', entitlements, name, field)?);
        }
        let other = self.has_other_key();
        let (select, columns, joined) = (self.select(), list(&columns, 7), self.joined(other)?);
        let entitlement = self.column(entitlements, &self.choice.entitlement_id)?;
        let holder = if other {
            format!("u.{}", self.quoted(&id.column.name)?)
        } else {
            format!("l.{}", self.column(link, &self.choice.link_user)?)
        };
        let value = self.value(id);
        Ok(format!(
            "{select} {columns}{joined}\n WHERE {holder} = {value}\n ORDER BY e.{entitlement}"
        ))
    }

    /// What [`Self::import`] gives: the columns with their names in the result.
    pub fn import_columns(&self) -> Vec<(&'a Relation, &'a str, &'a str)> {
        let choice = self.choice;
        let id = choice.user_id.as_str();
        let mut columns = vec![(self.tables.users, id, id)];
        columns.extend(
            self.entitlement_columns(false)
                .into_iter()
                .map(|(name, field)| (self.tables.entitlements, name, field)),
        );
        columns
    }

    /// The entitlements of all users, without their order.
    pub fn import_unordered(&mut self) -> Result<String, GenerateError> {
        let Tables { users, link, .. } = self.tables;
        let other = self.has_other_key();
        let mut columns = Vec::new();
        for (relation, name, field) in self.import_columns() {
            columns.push(if !std::ptr::eq(relation, users) {
                self.shown('e', relation, name, field)?
            } else if other {
                self.shown('u', users, name, field)?
            } else {
                self.shown(
                    'l',
                    link,
                    &self.choice.link_user,
                    &column(users, name)?.name,
                )?
            });
        }
        let (select, columns, joined) = (self.select(), list(&columns, 7), self.joined(other)?);
        Ok(format!("{select} {columns}{joined}"))
    }

    /// The entitlements of all users at once.
    pub fn import(&mut self) -> Result<String, GenerateError> {
        let text = self.import_unordered()?;
        let Tables {
            users,
            entitlements,
            link,
        } = self.tables;
        let holder = if self.has_other_key() {
            format!("u.{}", self.column(users, &self.choice.user_id)?)
        } else {
            format!("l.{}", self.column(link, &self.choice.link_user)?)
        };
        let entitlement = self.column(entitlements, &self.choice.entitlement_id)?;
        Ok(format!("{text}\n ORDER BY {holder}, e.{entitlement}"))
    }

    /// The same from a view that holds [`Self::import_unordered`].
    pub fn import_from(&mut self, view: &ObjectName) -> Result<String, GenerateError> {
        let mut columns = Vec::new();
        for (_, _, field) in self.import_columns() {
            columns.push(self.quoted(field)?.to_string());
        }
        let (name, order) = (
            quote::name(self.choice.dialect, view)?,
            columns
                .iter()
                .take(2)
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
        );
        let columns = list(&columns, 7);
        Ok(format!(
            "SELECT {columns}\n  FROM {name}\n ORDER BY {order}"
        )) // identifiers only
    }

    fn create(&mut self, fields: &[Field<'_>]) -> Result<String, GenerateError> {
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for field in fields {
            let quoted = self.quoted(&field.column.name)?;
            let value = self.value(field);
            values.push(match default(self.choice.dialect, field.column) {
                Some(Fallback::Own) => format!("COALESCE({value}, DEFAULT({quoted}))"),
                Some(Fallback::Text(text)) => format!("COALESCE({value}, {text})"),
                Some(Fallback::Unreadable) | None => value,
            });
            columns.push(quoted.to_string());
        }
        if let Some((column, literal)) = self.status(true)? {
            columns.push(column.to_string());
            values.push(literal);
        }
        let table = self.table(self.tables.users)?;
        let (columns, values) = (list(&columns, 2), list(&values, 2));
        Ok(format!(
            "INSERT INTO {table} (\n  {columns}\n) VALUES (\n  {values}\n)"
        )) // identifiers only
    }

    fn update(&mut self, id: &Field<'_>, fields: &[Field<'_>]) -> Result<String, GenerateError> {
        let mut set = Vec::new();
        for field in fields {
            let quoted = self.quoted(&field.column.name)?;
            set.push(format!("{quoted} = {}", self.value(field)));
        }
        let (table, set) = (self.table(self.tables.users)?, set.join(",\n       "));
        let key = self.quoted(&id.column.name)?;
        let value = self.value(id);
        Ok(format!(
            "UPDATE {table}\n   SET {set}\n WHERE {key} = {value}"
        )) // identifiers only
    }

    fn switch(&mut self, id: &Field<'_>, active: bool) -> Result<String, GenerateError> {
        let table = self.table(self.tables.users)?;
        let key = self.quoted(&id.column.name)?;
        let Some((column, literal)) = self.status(active)? else {
            return Ok(String::new());
        };
        let value = self.value(id);
        Ok(format!(
            "UPDATE {table}\n   SET {column} = {literal}\n WHERE {key} = {value}"
        )) // identifiers only
    }

    /// Gives an entitlement to a user who does not hold it. Where the user or the entitlement is
    /// unknown there is no row to insert.
    fn add(&mut self, id: &Field<'_>, entitlement: &Field<'_>) -> Result<String, GenerateError> {
        let Tables {
            users,
            entitlements,
            link,
        } = self.tables;
        let choice = self.choice;
        let (link_table, users_table, entitlements_table) = (
            self.table(link)?,
            self.table(users)?,
            self.table(entitlements)?,
        );
        let (holder, held) = (
            self.column(link, &choice.link_user)?,
            self.column(link, &choice.link_entitlement)?,
        );
        let (key, user, what) = (
            self.column(users, &choice.user_key)?,
            self.quoted(&id.column.name)?,
            self.quoted(&entitlement.column.name)?,
        );
        let (one, other) = (self.value(id), self.value(entitlement));
        // SQL Server alone needs to be told to keep others out between the look and the insert.
        let hint = match choice.dialect {
            Dialect::SqlServer => " WITH (UPDLOCK, SERIALIZABLE)",
            _ => "",
        };
        let is_unique = is_unique(link, &[choice.link_user.as_str(), &choice.link_entitlement]);
        let conflict = match choice.dialect {
            Dialect::Postgresql | Dialect::Sqlite if is_unique => "\nON CONFLICT DO NOTHING",
            _ => "",
        };
        Ok(format!(
            "INSERT INTO {link_table} ({holder}, {held})\n\
             SELECT u.{key}, e.{what}\n  \
               FROM {users_table} u\n \
              CROSS JOIN {entitlements_table} e\n \
              WHERE u.{user} = {one}\n   \
                AND e.{what} = {other}\n   \
                AND NOT EXISTS (SELECT 1\n                     \
                                  FROM {link_table} l{hint}\n                    \
                                 WHERE l.{holder} = u.{key}\n                      \
                                   AND l.{held} = e.{what}){conflict}"
        )) // identifiers only
    }

    fn remove(&mut self, id: &Field<'_>, entitlement: &Field<'_>) -> Result<String, GenerateError> {
        let Tables { users, link, .. } = self.tables;
        let choice = self.choice;
        let (table, users_table) = (self.table(link)?, self.table(users)?);
        let (holder, held) = (
            self.column(link, &choice.link_user)?,
            self.column(link, &choice.link_entitlement)?,
        );
        let (key, user) = (
            self.column(users, &choice.user_key)?,
            self.quoted(&id.column.name)?,
        );
        let mut who = self.value(id);
        if self.has_other_key() {
            who = format!("(SELECT u.{key} FROM {users_table} u WHERE u.{user} = {who})"); // identifiers only
        }
        let what = self.value(entitlement);
        Ok(format!(
            "DELETE FROM {table}\n WHERE {holder} = {who}\n   AND {held} = {what}"
        )) // identifiers only
    }

    /// A text moved to the right, unless a name or a value has a line break of its own in it.
    pub fn indented(&self, text: &str, indent: usize) -> String {
        let Tables {
            users,
            entitlements,
            link,
        } = self.tables;
        let status = self.choice.status.iter();
        let mut own = [users, entitlements, link]
            .into_iter()
            .flat_map(|relation| {
                let names = relation.columns.iter().map(|column| column.name.as_str());
                names
                    .chain([relation.name.name.as_str()])
                    .chain(relation.name.schema.as_deref())
                    .chain(relation.columns.iter().filter_map(|c| c.default.as_deref()))
            })
            .chain(status.flat_map(|status| [status.active.as_str(), &status.inactive]));
        if own.any(|text| text.contains('\n')) {
            return text.to_owned();
        }
        text.replace('\n', &format!("\n{}", " ".repeat(indent)))
    }

    /// A query that finds the user, or the entitlement, of a parameter.
    pub fn look_up(&mut self, field: &Field<'_>) -> Result<String, GenerateError> {
        let (table, column) = (
            self.table(field.relation)?,
            self.quoted(&field.column.name)?,
        );
        let value = self.value(field);
        Ok(format!(
            "SELECT 1 FROM {table} x WHERE x.{column} = {value}"
        )) // identifiers only
    }

    /// The status column and the literal for active or inactive.
    fn status(&self, active: bool) -> Result<Option<(Quoted, String)>, GenerateError> {
        let Some(status) = &self.choice.status else {
            return Ok(None);
        };
        let column = column(self.tables.users, &status.column)?;
        let value = if active {
            &status.active
        } else {
            &status.inactive
        };
        let literal = literal(self.choice.dialect, column, value)?;
        Ok(Some((self.quoted(&column.name)?, literal)))
    }
}

/// A status value as the column's type writes it.
fn literal(dialect: Dialect, column: &Column, value: &str) -> Result<String, GenerateError> {
    let misfit = || GenerateError::Status {
        column: column.name.clone(),
        data_type: column.data_type.text.clone(),
        value: value.to_owned(),
    };
    fits(&Value::Text(value.to_owned()), &column.data_type).map_err(|_| misfit())?;
    let truth = match value.to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" => Some(true),
        "0" | "false" | "f" | "no" | "n" => Some(false),
        _ => None,
    };
    Ok(match column.data_type.kind {
        TypeKind::Boolean => {
            let words = matches!(dialect, Dialect::Postgresql | Dialect::Oracle);
            match truth.ok_or_else(misfit)? {
                true if words => "TRUE",
                false if words => "FALSE",
                true => "1",
                false => "0",
            }
            .to_owned()
        }
        TypeKind::Integer { .. }
        | TypeKind::Unsigned { .. }
        | TypeKind::Decimal
        | TypeKind::Float => {
            let digits = value.strip_prefix('-').unwrap_or(value);
            let plain = digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
            if digits.is_empty() || !plain || digits.parse::<f64>().is_err() {
                return Err(misfit());
            }
            value.to_owned()
        }
        TypeKind::Text | TypeKind::Enum | TypeKind::Other => {
            quote::text(dialect, value)?.to_string()
        }
        _ => return Err(misfit()),
    })
}

/// What a new row gets where a request says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fallback {
    /// MySQL's `DEFAULT(column)`.
    Own,
    /// The default as the database writes it.
    Text(String),
    /// It cannot be said again: the column is left out, so that the database fills it.
    Unreadable,
}

fn default(dialect: Dialect, column: &Column) -> Option<Fallback> {
    let text = column.default.as_deref()?.trim();
    if text.is_empty() && dialect != Dialect::Mysql {
        return None;
    }
    if text.trim_matches(['(', ')']).eq_ignore_ascii_case("null") {
        return None;
    }
    if dialect != Dialect::Mysql {
        return Some(if is_expression(dialect, text) {
            Fallback::Text(text.to_owned())
        } else {
            Fallback::Unreadable
        });
    }
    // MySQL writes a literal without its quotes, MariaDB with them.
    let temporal = matches!(
        column.data_type.kind,
        TypeKind::Date | TypeKind::Timestamp | TypeKind::TimestampTz | TypeKind::Time
    );
    let lower = text.to_ascii_lowercase();
    let now = lower.starts_with("current_timestamp") || lower.starts_with("now(");
    Some(if temporal && now {
        Fallback::Text("CURRENT_TIMESTAMP".to_owned())
    } else if text.contains('(') && !text.starts_with('\'') {
        // DEFAULT() of an expression is refused by MySQL 8.
        Fallback::Unreadable
    } else {
        Fallback::Own
    })
}

/// Whether a text is one expression that stands for itself: no column, no parameter, no query.
fn is_expression(dialect: Dialect, text: &str) -> bool {
    let rules = rules(dialect);
    let Ok(mut parser) = Parser::new(&*rules).try_with_sql(text) else {
        return false;
    };
    let Ok(expression) = parser.parse_expr() else {
        return false;
    };
    if parser.peek_token().token != Token::EOF {
        return false;
    }
    let own_words = ["SYSDATE", "SYSTIMESTAMP", "USER", "UID"];
    let strange = visit_expressions(&expression, |part: &Expr| match part {
        Expr::Identifier(name)
            if dialect == Dialect::Oracle
                && name.quote_style.is_none()
                && own_words.contains(&name.value.to_ascii_uppercase().as_str()) =>
        {
            ControlFlow::Continue(())
        }
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Subquery(_)
        | Expr::Exists { .. }
        | Expr::InSubquery { .. } => ControlFlow::Break(()),
        Expr::Value(value) => match &value.value {
            sqlparser::ast::Value::Placeholder(_) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    });
    strange.is_continue()
}

/// The columns whose default cannot be said again.
pub(super) fn unreadable_defaults(tables: &Tables<'_>, choice: &Choice) -> Vec<Remark> {
    let written = choice
        .written
        .iter()
        .filter_map(|name| tables.users.column(name));
    written
        .filter(|column| default(choice.dialect, column) == Some(Fallback::Unreadable))
        .map(|column| {
            Remark::warning(format!(
                "The default of {} cannot be repeated here, so Create user leaves the column to the database and only Update user writes it.",
                column.name
            ))
        })
        .collect()
}

/// A type as the dialect writes it, where a parser reads it as one type and nothing more; else a
/// type that takes any text.
pub(super) fn data_type(dialect: Dialect, column: &Column) -> String {
    let text = column.data_type.text.trim();
    let rules = rules(dialect);
    let is_type = Parser::new(&*rules)
        .try_with_sql(text)
        .is_ok_and(|mut parser| {
            parser.parse_data_type().is_ok() && parser.peek_token().token == Token::EOF
        });
    if is_type {
        return text.to_owned();
    }
    match dialect {
        Dialect::Mysql => "LONGTEXT",
        Dialect::SqlServer => "nvarchar(max)",
        Dialect::Oracle => "VARCHAR2",
        _ => "TEXT",
    }
    .to_owned()
}

/// A list in lines of readable length; the lines after the first are indented by `indent` spaces.
pub(super) fn list(items: &[String], indent: usize) -> String {
    let (mut text, mut width) = (String::new(), indent);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
            if width + item.chars().count() > 98 {
                text.push('\n');
                text.push_str(&" ".repeat(indent));
                width = indent;
            } else {
                text.push(' ');
                width += 2;
            }
        }
        text.push_str(item);
        width += item.chars().count();
    }
    text
}

/// Whether the tables' names say where they are, so that a search path cannot mislead.
pub(super) fn all_qualified(tables: &Tables<'_>) -> bool {
    [tables.users, tables.entitlements, tables.link]
        .iter()
        .all(|relation| relation.name.schema.is_some())
}

/// Holds what the statements would say against the columns, before any is written.
pub(super) fn check(tables: &Tables<'_>, choice: &Choice) -> Result<Vec<Remark>, GenerateError> {
    let writer = Writer::positional(tables, choice);
    writer.status(true)?;
    writer.status(false)?;
    let id = choice::column(tables.users, &choice.user_id)?;
    let mut remarks = unreadable_defaults(tables, choice);
    if default(choice.dialect, id).is_some() {
        remarks.push(Remark::note(format!(
            "{} has a default of its own; a new user's id comes from the request all the same.",
            id.name
        )));
    }
    Ok(remarks)
}
