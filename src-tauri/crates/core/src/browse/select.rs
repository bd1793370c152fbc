//! The statements of a [`RowQuery`]: its rows, how many there are.
//!
//! sea-query writes them for MySQL, PostgreSQL and SQLite. It has no words for the others; they differ
//! in how names are quoted and in how a part of the rows is asked for, which is all that stands here
//! ([`Standard`]).

use sea_query::{
    Alias, Asterisk, Expr, ExprTrait as _, Func, IntoIden as _, IntoTableRef as _,
    MysqlQueryBuilder, Order, PostgresQueryBuilder, Query, QueryBuilder, SelectStatement,
    SqlWriterValues, SqliteQueryBuilder,
};

use super::condition::{expression, from_sea};
use super::{Operator, Refusal, RowQuery, Window, form};
use crate::catalogue::{Column, KeyKind, ObjectName, Relation};
use crate::config::Dialect;
use crate::mapping::Kind;
use crate::plan::{BoundParameter, Direction, Statement};
use crate::value::Value;

/// A relation as it may be looked at on a connection.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub dialect: Dialect,
    pub relation: &'a Relation,
    /// Columns whose values stay in the database, without regard to letter case.
    pub secrets: &'a [String],
}

impl<'a> Subject<'a> {
    /// Whether a column's values are never read.
    pub fn is_secret(&self, column: &str) -> bool {
        self.secrets
            .iter()
            .any(|secret| secret.eq_ignore_ascii_case(column))
    }

    /// A column that conditions and orders may name: by its exact name, else without regard to case.
    fn open_column(&self, name: &str) -> Result<&'a Column, Refusal> {
        let columns = &self.relation.columns;
        let exact = columns.iter().find(|column| column.name == name);
        let column = exact
            .or_else(|| self.relation.column(name))
            .ok_or_else(|| Refusal::NoColumn {
                column: name.to_owned(),
                relation: self.relation.name.to_string(),
            })?;
        if self.is_secret(&column.name) {
            return Err(Refusal::Secret {
                column: column.name.clone(),
            });
        }
        Ok(column)
    }

    /// The key that tells rows apart: the primary key, else the shortest unique one without NULL.
    pub fn key(&self) -> Option<Vec<&'a str>> {
        let relation = self.relation;
        let column = |name: &str| relation.columns.iter().find(|column| column.name == name);
        let usable = |columns: &[String]| {
            !columns.is_empty()
                && columns
                    .iter()
                    .all(|name| column(name).is_some() && !self.is_secret(name))
        };
        let solid = |columns: &[String]| {
            columns
                .iter()
                .all(|name| column(name).is_some_and(|column| !column.nullable))
        };
        let primary = relation.primary_key();
        let columns = if usable(primary) {
            primary
        } else {
            let unique = relation.keys.iter().filter(|key| {
                key.kind == KeyKind::Unique && usable(&key.columns) && solid(&key.columns)
            });
            &unique.min_by_key(|key| key.columns.len())?.columns
        };
        Some(columns.iter().map(String::as_str).collect())
    }

    /// The columns that can be ordered by.
    pub fn sortable(&self) -> impl Iterator<Item = &'a str> {
        let (dialect, secrets) = (self.dialect, self.secrets);
        self.relation
            .columns
            .iter()
            .filter(move |column| {
                let secret = secrets
                    .iter()
                    .any(|secret| secret.eq_ignore_ascii_case(&column.name));
                !secret && form::sorts(dialect, column)
            })
            .map(|column| column.name.as_str())
    }

    /// The columns that settle the order of rows that are alike in it: a key, else everything that can
    /// be ordered by. Rows that are alike in all of that cannot be told from each other.
    fn settled_by(&self) -> Vec<&'a str> {
        self.key().unwrap_or_else(|| self.sortable().collect())
    }
}

/// What of each row is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// All columns; in the place of a secret one, 1 where it has a value and 0 where it is NULL.
    Everything,
    /// The columns that are not secret: what may leave.
    Open,
}

/// The statement that gives rows; all of them without a window.
///
/// # Errors
/// [`Refusal`] where a condition or the order does not fit the relation.
pub fn rows(
    subject: &Subject<'_>,
    query: &RowQuery,
    reading: Reading,
    window: Option<Window>,
) -> Result<Statement, Refusal> {
    let mut select = Query::select();
    from(&mut select, &subject.relation.name);
    let mut read = 0;
    for column in &subject.relation.columns {
        let name = Alias::new(column.name.clone());
        if !subject.is_secret(&column.name) {
            select.column(name.into_iden());
        } else if reading == Reading::Everything {
            let there = Expr::case(Expr::col(name.clone()).is_null(), Expr::cust("0"))
                .finally(Expr::cust("1"));
            select.expr_as(there, name);
        } else {
            continue;
        }
        read += 1;
    }
    if read == 0 {
        return Err(Refusal::NothingToRead {
            relation: subject.relation.name.to_string(),
        });
    }
    conditions(subject, &mut select, query)?;
    let mut ordered: Vec<&str> = Vec::new();
    for sort in &query.sort {
        let column = subject.open_column(&sort.column)?;
        if !form::sorts(subject.dialect, column) {
            return Err(Refusal::Unsortable {
                column: column.name.clone(),
                data_type: column.data_type.text.clone(),
            });
        }
        if ordered.contains(&column.name.as_str()) {
            continue;
        }
        ordered.push(&column.name);
        let order = if sort.descending {
            Order::Desc
        } else {
            Order::Asc
        };
        select.order_by(Alias::new(column.name.clone()), order);
    }
    for name in subject.settled_by() {
        if !ordered.contains(&name) {
            ordered.push(name);
            select.order_by(Alias::new(name.to_owned()), Order::Asc);
        }
    }
    Ok(write(subject.dialect, &mut select, window, query))
}

/// The statement that counts the rows under the conditions.
///
/// # Errors
/// As [`rows`].
pub fn count(subject: &Subject<'_>, query: &RowQuery) -> Result<Statement, Refusal> {
    let mut select = Query::select();
    from(&mut select, &subject.relation.name);
    select.expr(Func::count(Expr::col(Asterisk)));
    conditions(subject, &mut select, query)?;
    Ok(write(subject.dialect, &mut select, None, query))
}

fn from(select: &mut SelectStatement, name: &ObjectName) {
    let table = Alias::new(name.name.clone());
    match &name.schema {
        Some(schema) => select.from((Alias::new(schema.clone()), table).into_table_ref()),
        None => select.from(table),
    };
}

fn conditions(
    subject: &Subject<'_>,
    select: &mut SelectStatement,
    query: &RowQuery,
) -> Result<(), Refusal> {
    for condition in &query.conditions {
        let column = subject.open_column(&condition.column)?;
        select.cond_where(expression(subject.dialect, column, condition)?);
    }
    Ok(())
}

/// The text with `?` and the values in their order, each under the name of its column.
fn write(
    dialect: Dialect,
    select: &mut SelectStatement,
    window: Option<Window>,
    query: &RowQuery,
) -> Statement {
    let limited = matches!(
        dialect,
        Dialect::Mysql | Dialect::Postgresql | Dialect::Sqlite
    );
    if let Some(window) = window.filter(|_| limited) {
        select.limit(window.count).offset(window.first);
    }
    // Not the builder's own placeholders: every driver of ours takes `?`.
    let mut writer = SqlWriterValues::new("?", false);
    match dialect {
        Dialect::Mysql => MysqlQueryBuilder.prepare_select_statement(select, &mut writer),
        Dialect::Postgresql => PostgresQueryBuilder.prepare_select_statement(select, &mut writer),
        Dialect::Sqlite => SqliteQueryBuilder.prepare_select_statement(select, &mut writer),
        Dialect::SqlServer | Dialect::Oracle | Dialect::Odbc => {
            Standard(dialect).prepare_select_statement(select, &mut writer);
        }
    }
    let (mut text, values) = writer.into_parts();
    let mut values: Vec<Value> = values.0.into_iter().map(from_sea).collect();
    let mut names: Vec<&str> = query
        .conditions
        .iter()
        .flat_map(|condition| {
            let marks = match condition.operator {
                Operator::IsNull | Operator::IsNotNull => 0,
                _ => condition.values.len(),
            };
            std::iter::repeat_n(condition.column.as_str(), marks)
        })
        .collect();
    names.extend(["rows at most", "rows left out"]);
    if let Some(window) = window.filter(|_| !limited) {
        // SQL Server has no part without an order. Every relation has one but where nothing of it
        // can be ordered by.
        if dialect == Dialect::SqlServer && !text.contains(" ORDER BY ") {
            text.push_str(" ORDER BY (SELECT NULL)");
        }
        text.push_str(" OFFSET ? ROWS FETCH NEXT ? ROWS ONLY");
        let counted = |rows: u64| i64::try_from(rows).map_or(Value::Unsigned(rows), Value::Integer);
        values.extend([counted(window.first), counted(window.count)]);
        let last = names.len();
        names.swap(last - 1, last - 2);
    }
    Statement {
        operation: None,
        kind: Kind::Sql,
        text,
        parameters: names
            .into_iter()
            .zip(values)
            .map(|(name, value)| BoundParameter {
                name: name.to_owned(),
                value,
                direction: Direction::In,
                secret: false,
            })
            .collect(),
    }
}

/// The words of the dialects that sea-query does not know.
struct Standard(Dialect);

impl sea_query::QuotedBuilder for Standard {
    fn quote(&self) -> sea_query::Quote {
        match self.0 {
            Dialect::SqlServer => (b'[', b']').into(),
            _ => b'"'.into(),
        }
    }
}

impl sea_query::EscapeBuilder for Standard {}
impl sea_query::TableRefBuilder for Standard {}

impl sea_query::OperLeftAssocDecider for Standard {
    fn well_known_left_associative(&self, op: &sea_query::BinOper) -> bool {
        SqliteQueryBuilder.well_known_left_associative(op)
    }
}

impl sea_query::PrecedenceDecider for Standard {
    fn inner_expr_well_known_greater_precedence(
        &self,
        inner: &Expr,
        outer: &sea_query::Oper,
    ) -> bool {
        SqliteQueryBuilder.inner_expr_well_known_greater_precedence(inner, outer)
    }
}

impl QueryBuilder for Standard {
    fn prepare_query_statement(
        &self,
        query: &sea_query::SubQueryStatement,
        sql: &mut impl sea_query::SqlWriter,
    ) {
        if let sea_query::SubQueryStatement::SelectStatement(select) = query {
            self.prepare_select_statement(select, sql);
        }
    }

    fn prepare_select_into(&self, _: &sea_query::SelectInto, _: &mut impl sea_query::SqlWriter) {}

    fn prepare_explain_statement(
        &self,
        _: &sea_query::ExplainStatement,
        _: &mut impl sea_query::SqlWriter,
    ) {
    }

    fn prepare_value(&self, value: sea_query::Value, sql: &mut impl sea_query::SqlWriter) {
        sql.push_param(value, self);
    }
}
