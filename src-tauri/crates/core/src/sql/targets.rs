//! Which column each placeholder of a statement is written to or compared with, so that a value can
//! be held against the column's type before it is sent.
//!
//! **Invariant:** a placeholder has a target only where the text leaves no doubt: it stands alone,
//! and its column belongs to one table by name. A text that the parser does not understand has
//! placeholders without targets; it is never refused here.
//!
//! To read one more form: a branch in [`Reader`] that ends in `meet`, and a line in the tests for
//! every dialect that has the form.

use sqlparser::ast::{
    Assignment, AssignmentTarget, BinaryOperator, Delete, Expr, FromTable, Ident, Insert, Join,
    JoinConstraint, JoinOperator, Merge, MergeAction, MergeInsertKind, MergeUpdateKind,
    ObjectName as WrittenName, ObjectNamePart, OnConflictAction, OnInsert, Query, Select,
    SelectItem, SetExpr, Statement, TableFactor, TableObject, TableWithJoins, Update,
    UpdateTableFromKind, Value, Values,
};
use sqlparser::parser::Parser;

use super::{Template, rules};
use crate::catalogue::{DataType, ObjectName, TypeKind};
use crate::config::Dialect;
use crate::failure::{DatabaseError, DatabaseErrorKind};
use crate::plan::BoundParameter;
use crate::signature::check_value;

/// The column that a placeholder meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The table or view as the catalogue would know it: without quotes, and in the letter case
    /// that the dialect gives to unquoted names.
    pub table: ObjectName,
    /// The column, likewise.
    pub column: String,
    /// Whether the value becomes the column's (`SET a = ?`), or is only compared with it
    /// (`WHERE a = ?`).
    pub written: bool,
}

impl Target {
    /// Refuses a value that cannot meet this column, before anything is sent. A value that is only
    /// compared may be too long or out of range: it is simply not found.
    ///
    /// # Errors
    /// `InvalidValue` or `TooLong`, naming the column, the value (where it is no secret) and what is
    /// expected.
    pub fn check(
        &self,
        parameter: &BoundParameter,
        data_type: &DataType,
    ) -> Result<(), DatabaseError> {
        let Err(refused) = check_value(parameter, &self.column, data_type) else {
            return Ok(());
        };
        let number = matches!(
            data_type.kind,
            TypeKind::Integer { .. } | TypeKind::Unsigned { .. } | TypeKind::Decimal
        );
        let text = parameter.value.to_text().unwrap_or_default();
        let out_of_range = number && text.trim().parse::<f64>().is_ok();
        if !self.written && (refused.kind == DatabaseErrorKind::TooLong || out_of_range) {
            return Ok(());
        }
        Err(refused)
    }
}

/// The targets of a statement's placeholders, in their order: one entry for each, `None` where it
/// has none that is plain. Empty where the text cannot be read at all.
pub fn targets(dialect: Dialect, text: &str) -> Vec<Option<Target>> {
    let Ok(template) = Template::parse(dialect, text) else {
        return Vec::new();
    };
    let mut reader = Reader {
        dialect,
        found: vec![None; template.placeholders()],
    };
    if reader.found.is_empty() {
        return reader.found;
    }
    // The parser keeps no count of placeholders, but it keeps their names.
    let numbered = template.render(|number| format!(" :{number} "));
    let rules = rules(dialect);
    let parsed = Parser::new(&*rules)
        .try_with_sql(&numbered)
        .and_then(|mut parser| parser.parse_statement());
    if let Ok(statement) = parsed {
        reader.statement(&statement, &Scope::default());
    }
    reader.found
}

/// What the names of a statement's part may mean.
#[derive(Clone, Default)]
struct Scope {
    /// The tables of the nearest FROM: by which name they are spoken of, and which they are. `None`
    /// for what is no table of the catalogue (a subquery, a function).
    relations: Vec<(String, Option<ObjectName>)>,
    /// Names that WITH gives to queries.
    queries: Vec<String>,
}

struct Reader {
    dialect: Dialect,
    found: Vec<Option<Target>>,
}

impl Reader {
    fn statement(&mut self, statement: &Statement, around: &Scope) {
        match statement {
            Statement::Insert(insert) => self.insert(insert, around),
            Statement::Update(update) => self.update(update, around),
            Statement::Delete(delete) => self.delete(delete, around),
            Statement::Merge(merge) => self.merge(merge, around),
            Statement::Query(query) => self.query(query, around),
            _ => {}
        }
    }

    fn insert(&mut self, insert: &Insert, around: &Scope) {
        let mut scope = around.nested();
        let TableObject::TableName(name) = &insert.table else {
            return;
        };
        let table = self.table(name, &scope);
        let alias = insert.table_alias.as_ref().map(|alias| &alias.alias);
        scope
            .relations
            .push((self.spoken(name, alias), table.clone()));
        if let Some(source) = &insert.source {
            match &*source.body {
                SetExpr::Values(values) => {
                    self.values(&insert.columns, values, table.as_ref(), &scope);
                }
                SetExpr::Select(select) => {
                    for (column, item) in insert.columns.iter().zip(&select.projection) {
                        if let SelectItem::UnnamedExpr(value)
                        | SelectItem::ExprWithAlias { expr: value, .. } = item
                        {
                            self.give(table.as_ref(), column, value);
                        }
                    }
                    self.query(source, around);
                }
                _ => self.query(source, around),
            }
        }
        self.assignments(&insert.assignments, &scope);
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => {
                self.assignments(assignments, &scope);
            }
            Some(OnInsert::OnConflict(conflict)) => {
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    self.assignments(&update.assignments, &scope);
                    self.optional(update.selection.as_ref(), &scope);
                }
            }
            _ => {}
        }
    }

    fn update(&mut self, update: &Update, around: &Scope) {
        let mut scope = around.nested();
        self.from(std::slice::from_ref(&update.table), &mut scope);
        // An unqualified column of SET is the updated table's whatever else FROM names.
        let mut set = scope.clone();
        if let Some(
            UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables),
        ) = &update.from
        {
            let mut others = scope.nested();
            self.from(tables, &mut others);
            let updated = scope.relations.first().map(|(name, _)| name.clone());
            let named = |(name, _): &&(String, Option<ObjectName>)| updated.as_ref() == Some(name);
            if let Some(meant) = others.relations.iter().find(named) {
                // SQL Server's UPDATE u … FROM users u: what is updated is an alias.
                set.relations = vec![meant.clone()];
                scope.relations = others.relations;
            } else {
                scope.relations.extend(others.relations);
            }
        }
        self.assignments(&update.assignments, &set);
        self.optional(update.selection.as_ref(), &scope);
    }

    fn delete(&mut self, delete: &Delete, around: &Scope) {
        let mut scope = around.nested();
        let (FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables)) = &delete.from;
        self.from(tables, &mut scope);
        self.from(delete.using.as_deref().unwrap_or_default(), &mut scope);
        self.optional(delete.selection.as_ref(), &scope);
    }

    fn merge(&mut self, merge: &Merge, around: &Scope) {
        let mut scope = around.nested();
        self.factor(&merge.table, &mut scope);
        let into = scope.clone();
        self.factor(&merge.source, &mut scope);
        self.expression(&merge.on, &scope);
        let table = into.relations.first().and_then(|(_, table)| table.clone());
        for clause in &merge.clauses {
            self.optional(clause.predicate.as_ref(), &scope);
            match &clause.action {
                MergeAction::Insert(insert) => {
                    if let MergeInsertKind::Values(values) = &insert.kind {
                        self.values(&insert.columns, values, table.as_ref(), &scope);
                    }
                    self.optional(insert.insert_predicate.as_ref(), &scope);
                }
                MergeAction::Update(update) => {
                    if let MergeUpdateKind::Set(assignments) = &update.kind {
                        self.assignments(assignments, &into);
                    }
                    self.optional(update.update_predicate.as_ref(), &scope);
                    self.optional(update.delete_predicate.as_ref(), &scope);
                }
                _ => {}
            }
        }
    }

    fn query(&mut self, query: &Query, around: &Scope) {
        let mut scope = around.nested();
        if let Some(with) = &query.with {
            let names = with.cte_tables.iter().map(|cte| self.name(&cte.alias.name));
            let names: Vec<String> = names.collect();
            scope.queries.extend(names);
            for cte in &with.cte_tables {
                self.query(&cte.query, &scope);
            }
        }
        self.body(&query.body, &scope);
    }

    fn body(&mut self, body: &SetExpr, around: &Scope) {
        match body {
            SetExpr::Select(select) => self.select(select, around),
            SetExpr::Query(query) => self.query(query, around),
            SetExpr::SetOperation { left, right, .. } => {
                self.body(left, around);
                self.body(right, around);
            }
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement)
            | SetExpr::Merge(statement) => self.statement(statement, around),
            SetExpr::Values(_) | SetExpr::Table(_) => {}
        }
    }

    fn select(&mut self, select: &Select, around: &Scope) {
        let mut scope = around.nested();
        self.from(&select.from, &mut scope);
        for item in &select.projection {
            if let SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. } =
                item
            {
                self.expression(value, &scope);
            }
        }
        self.optional(select.selection.as_ref(), &scope);
    }

    /// Takes the tables of a FROM into the scope, then reads what they are joined by.
    fn from(&mut self, tables: &[TableWithJoins], scope: &mut Scope) {
        for table in tables {
            self.factor(&table.relation, scope);
            for join in &table.joins {
                self.factor(&join.relation, scope);
            }
        }
        for join in tables.iter().flat_map(|table| &table.joins) {
            if let Some(condition) = condition(join) {
                self.expression(condition, scope);
            }
        }
    }

    fn factor(&mut self, factor: &TableFactor, scope: &mut Scope) {
        match factor {
            TableFactor::Table {
                name, alias, args, ..
            } => {
                let table = match args {
                    None => self.table(name, scope),
                    Some(_) => None,
                };
                let table = table.filter(|_| {
                    // Column aliases hide what the columns are called.
                    alias.as_ref().is_none_or(|alias| alias.columns.is_empty())
                });
                let alias = alias.as_ref().map(|alias| &alias.name);
                scope.relations.push((self.spoken(name, alias), table));
            }
            TableFactor::Derived {
                subquery, alias, ..
            } => {
                self.query(subquery, &scope.nested());
                let alias = alias.as_ref().map(|alias| self.name(&alias.name));
                scope.relations.push((alias.unwrap_or_default(), None));
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => self.from(std::slice::from_ref(table_with_joins), scope),
            _ => scope.relations.push((String::new(), None)),
        }
    }

    fn values(
        &mut self,
        columns: &[WrittenName],
        values: &Values,
        table: Option<&ObjectName>,
        scope: &Scope,
    ) {
        for row in &values.rows {
            for (index, value) in row.content.iter().enumerate() {
                if let Some(column) = columns.get(index) {
                    self.give(table, column, value);
                }
                self.expression(value, scope);
            }
        }
    }

    fn assignments(&mut self, assignments: &[Assignment], scope: &Scope) {
        for assignment in assignments {
            match &assignment.target {
                AssignmentTarget::ColumnName(column) => {
                    let parts: Option<Vec<&Ident>> =
                        column.0.iter().map(ObjectNamePart::as_ident).collect();
                    if let Some(target) = parts.and_then(|parts| self.column(&parts, scope)) {
                        self.meet(&target, &assignment.value, true);
                    }
                }
                AssignmentTarget::Tuple(columns) => {
                    if let Expr::Tuple(values) = &assignment.value {
                        for (column, value) in columns.iter().zip(values) {
                            let parts: Option<Vec<&Ident>> =
                                column.0.iter().map(ObjectNamePart::as_ident).collect();
                            let target = parts.and_then(|parts| self.column(&parts, scope));
                            if let Some(target) = target {
                                self.meet(&target, value, true);
                            }
                        }
                    }
                }
            }
            self.expression(&assignment.value, scope);
        }
    }

    fn optional(&mut self, expression: Option<&Expr>, scope: &Scope) {
        if let Some(expression) = expression {
            self.expression(expression, scope);
        }
    }

    fn expression(&mut self, expression: &Expr, scope: &Scope) {
        match expression {
            Expr::BinaryOp { left, op, right } => {
                if compares(op) {
                    self.compare(left, right, scope);
                    self.compare(right, left, scope);
                }
                self.expression(left, scope);
                self.expression(right, scope);
            }
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
                self.compare(left, right, scope);
                self.compare(right, left, scope);
            }
            Expr::InList { expr, list, .. } => {
                for value in list {
                    self.compare(expr, value, scope);
                    self.expression(value, scope);
                }
            }
            Expr::Between {
                expr, low, high, ..
            } => {
                self.compare(expr, low, scope);
                self.compare(expr, high, scope);
            }
            Expr::InSubquery { subquery, .. }
            | Expr::Exists { subquery, .. }
            | Expr::Subquery(subquery) => self.query(subquery, scope),
            Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } => {
                self.expression(inner, scope);
            }
            _ => {}
        }
    }

    fn compare(&mut self, column: &Expr, value: &Expr, scope: &Scope) {
        let target = match bare(column) {
            Expr::Identifier(name) => self.column(&[name], scope),
            Expr::CompoundIdentifier(names) => {
                let parts: Vec<&Ident> = names.iter().collect();
                self.column(&parts, scope)
            }
            _ => None,
        };
        if let Some(target) = target {
            self.meet(&target, value, false);
        }
    }

    /// A value of an INSERT's list meets the column at its place.
    fn give(&mut self, table: Option<&ObjectName>, column: &WrittenName, value: &Expr) {
        let name = column.0.last().and_then(ObjectNamePart::as_ident);
        if let (Some(table), Some(name)) = (table, name) {
            let target = (table.clone(), self.name(name));
            self.meet(&target, value, true);
        }
    }

    /// Notes the target where the value is a placeholder and nothing else.
    fn meet(&mut self, target: &(ObjectName, String), value: &Expr, written: bool) {
        let Expr::Value(value) = bare(value) else {
            return;
        };
        let Value::Placeholder(mark) = &value.value else {
            return;
        };
        let number = mark.strip_prefix(':').and_then(|n| n.parse::<usize>().ok());
        let Some(place) = number.and_then(|number| self.found.get_mut(number.wrapping_sub(1)))
        else {
            return;
        };
        *place = Some(Target {
            table: target.0.clone(),
            column: target.1.clone(),
            written,
        });
    }

    /// The table and the name of a column, where the scope leaves no doubt.
    fn column(&self, parts: &[&Ident], scope: &Scope) -> Option<(ObjectName, String)> {
        let (column, qualifier) = parts.split_last()?;
        let column = self.name(column);
        if let Some(qualifier) = qualifier.last() {
            let qualifier = self.name(qualifier);
            let (_, table) = scope
                .relations
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(&qualifier))?;
            return table.clone().map(|table| (table, column));
        }
        match scope.relations.as_slice() {
            [(_, Some(table))] => Some((table.clone(), column)),
            _ => None,
        }
    }

    /// The table that a name means; `None` for a query of WITH and for another database's.
    fn table(&self, name: &WrittenName, scope: &Scope) -> Option<ObjectName> {
        let parts: Option<Vec<&Ident>> = name.0.iter().map(ObjectNamePart::as_ident).collect();
        match parts?.as_slice() {
            [name] => {
                let name = self.name(name);
                let query = scope
                    .queries
                    .iter()
                    .any(|query| query.eq_ignore_ascii_case(&name));
                (!query).then(|| ObjectName::new(None, &name))
            }
            [schema, name] => Some(ObjectName::new(Some(&self.name(schema)), &self.name(name))),
            _ => None,
        }
    }

    /// By which name the rest of the statement speaks of a table.
    fn spoken(&self, name: &WrittenName, alias: Option<&Ident>) -> String {
        let own = name.0.last().and_then(ObjectNamePart::as_ident);
        alias
            .or(own)
            .map(|name| self.name(name))
            .unwrap_or_default()
    }

    /// A name in the letter case that the dialect gives to it.
    fn name(&self, ident: &Ident) -> String {
        match (ident.quote_style, self.dialect) {
            (None, Dialect::Postgresql) => ident.value.to_lowercase(),
            (None, Dialect::Oracle) => ident.value.to_uppercase(),
            _ => ident.value.clone(),
        }
    }
}

impl Scope {
    /// For a part with tables of its own. What surrounds it is not looked at: an unqualified column
    /// that the inner table does not have is found in no catalogue, and nothing is refused.
    fn nested(&self) -> Self {
        Self {
            relations: Vec::new(),
            queries: self.queries.clone(),
        }
    }
}

fn compares(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq
            | BinaryOperator::Spaceship
    )
}

/// Without the brackets around it.
fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

fn condition(join: &Join) -> Option<&Expr> {
    let (JoinOperator::Join(constraint)
    | JoinOperator::Inner(constraint)
    | JoinOperator::Left(constraint)
    | JoinOperator::LeftOuter(constraint)
    | JoinOperator::Right(constraint)
    | JoinOperator::RightOuter(constraint)
    | JoinOperator::FullOuter(constraint)
    | JoinOperator::StraightJoin(constraint)) = &join.join_operator
    else {
        return None;
    };
    match constraint {
        JoinConstraint::On(condition) => Some(condition),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Direction;

    const ALL: [Dialect; 6] = [
        Dialect::Sqlite,
        Dialect::Mysql,
        Dialect::Postgresql,
        Dialect::SqlServer,
        Dialect::Oracle,
        Dialect::Odbc,
    ];

    /// `users.name!` is written, `users.name` compared, `-` has no target.
    fn read(dialect: Dialect, text: &str) -> String {
        let shown = targets(dialect, text).into_iter().map(|target| {
            target.map_or("-".to_owned(), |target| {
                let mark = if target.written { "!" } else { "" };
                format!("{}.{}{mark}", target.table, target.column).to_ascii_lowercase()
            })
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    fn everywhere(text: &str, expected: &str) {
        for dialect in ALL {
            assert_eq!(read(dialect, text), expected, "{dialect}: {text}");
        }
    }

    #[test]
    fn an_insert_writes_the_columns_it_names() {
        everywhere(
            "INSERT INTO users (id, name, age) VALUES (?, UPPER(?), ?)",
            "users.id! - users.age!",
        );
        everywhere(
            "INSERT INTO hr.users (id, age) VALUES (?, 7);",
            "hr.users.id!",
        );
        everywhere("INSERT INTO users VALUES (?, ?)", "- -");
        everywhere(
            "INSERT INTO users (id, name) SELECT ?, name FROM people WHERE id = ?",
            "users.id! people.id",
        );
    }

    #[test]
    fn an_update_writes_in_set_and_compares_in_where() {
        everywhere(
            "UPDATE users SET name = ?, age = age + ?, note = '?' WHERE id = ? AND (age > ? OR ? = name)",
            "users.name! - users.id users.age users.name",
        );
        everywhere(
            "UPDATE users SET age = COALESCE(?, age) WHERE LOWER(name) = ? AND name LIKE ?",
            "- - -",
        );
    }

    #[test]
    fn a_delete_and_a_select_compare() {
        everywhere("DELETE FROM users WHERE id = ?", "users.id");
        everywhere(
            "SELECT * FROM users u WHERE u.id = ? AND NOT u.age IN (?, ?) AND u.age BETWEEN ? AND ?",
            "users.id users.age users.age users.age users.age",
        );
        everywhere(
            "SELECT u.name FROM users u JOIN grants g ON g.user_id = u.id AND g.kind = ? WHERE u.id = ? AND kind = ?",
            "grants.kind users.id -",
        );
        everywhere(
            "SELECT name FROM users WHERE id IN (SELECT user_id FROM grants WHERE kind = ?) AND age = ?",
            "grants.kind users.age",
        );
        everywhere(
            "SELECT name FROM users WHERE id = ? UNION SELECT name FROM people WHERE id = ?",
            "users.id people.id",
        );
    }

    #[test]
    fn what_is_no_table_of_the_catalogue_has_no_columns() {
        everywhere(
            "SELECT * FROM (SELECT name AS n FROM users WHERE id = ?) d WHERE d.n = ?",
            "users.id -",
        );
        everywhere(
            "WITH d AS (SELECT name AS n FROM users WHERE id = ?) SELECT * FROM d WHERE n = ?",
            "users.id -",
        );
        everywhere("SELECT * FROM x.y.users WHERE id = ?", "-");
        everywhere("SELECT ?, f(?)", "- -");
    }

    #[test]
    fn a_text_that_is_not_understood_has_no_targets() {
        everywhere("FROBNICATE users WITH ?", "-");
        everywhere("SELECT 'open", "");
        everywhere("", "");
    }

    #[test]
    fn names_are_read_as_the_dialect_reads_them() {
        for (dialect, text, table, column) in [
            (
                Dialect::Postgresql,
                r#"SELECT 1 FROM "Hr".USERS WHERE "Id" = ?"#,
                "Hr.users",
                "Id",
            ),
            (
                Dialect::Oracle,
                r#"SELECT 1 FROM hr."users" WHERE id = ?"#,
                "HR.users",
                "ID",
            ),
            (
                Dialect::Mysql,
                "SELECT 1 FROM `h.r`.`Users` WHERE `a``b` = ?",
                "h.r.Users",
                "a`b",
            ),
            (
                Dialect::SqlServer,
                "SELECT 1 FROM [dbo].[Users] WHERE [Id] = ?",
                "dbo.Users",
                "Id",
            ),
        ] {
            let target = targets(dialect, text).remove(0).unwrap();
            assert_eq!(
                (target.table.to_string().as_str(), target.column.as_str()),
                (table, column)
            );
        }
    }

    #[test]
    fn forms_of_single_dialects_are_read() {
        for (dialect, text, expected) in [
            (
                Dialect::Mysql,
                "INSERT INTO t SET a = ?, b = ? ON DUPLICATE KEY UPDATE b = ?",
                "t.a! t.b! t.b!",
            ),
            (
                Dialect::Mysql,
                "REPLACE INTO t (a) VALUES (?), (?)",
                "t.a! t.a!",
            ),
            (
                Dialect::Mysql,
                "UPDATE t JOIN u ON t.id = u.id SET t.a = ?, u.b = ? WHERE t.c <=> ? LIMIT ?",
                "t.a! u.b! t.c -",
            ),
            (
                Dialect::Mysql,
                "DELETE t FROM t JOIN u ON t.id = u.id WHERE u.a = ?",
                "u.a",
            ),
            (
                Dialect::Postgresql,
                "INSERT INTO t AS x (a) VALUES (?) ON CONFLICT (a) DO UPDATE SET b = ? WHERE x.c = ? RETURNING a",
                "t.a! t.b! t.c",
            ),
            (
                Dialect::Postgresql,
                "UPDATE t SET a = ?, (b, c) = (?, ?) FROM u WHERE t.id = u.id AND u.d = ?::int AND u.e = ?",
                "t.a! t.b! t.c! - u.e",
            ),
            (
                Dialect::Postgresql,
                "WITH w AS (UPDATE t SET a = ? RETURNING id) SELECT * FROM u WHERE b = ?",
                "t.a! u.b",
            ),
            (
                Dialect::Sqlite,
                "INSERT OR REPLACE INTO t (a, b) VALUES (?, ?)",
                "t.a! t.b!",
            ),
            (
                Dialect::SqlServer,
                "MERGE INTO t USING (SELECT ? AS id) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET a = ? WHEN NOT MATCHED THEN INSERT (id, a) VALUES (?, ?);",
                "- t.a! t.id! t.a!",
            ),
            (
                Dialect::Oracle,
                "MERGE INTO t USING dual ON (t.id = ?) WHEN MATCHED THEN UPDATE SET t.a = ? WHEN NOT MATCHED THEN INSERT (id, a) VALUES (?, ?)",
                "t.id t.a! t.id! t.a!",
            ),
            (
                Dialect::SqlServer,
                "UPDATE u SET a = ?, u.b = ? FROM t u JOIN v ON v.id = u.id WHERE u.c = ?",
                "t.a! t.b! t.c",
            ),
            (
                Dialect::SqlServer,
                "SELECT TOP (?) * FROM t WITH (NOLOCK) WHERE a = ?",
                "- t.a",
            ),
        ] {
            assert_eq!(read(dialect, text), expected, "{dialect}: {text}");
        }
    }

    #[test]
    fn a_value_that_is_only_compared_may_be_too_large() {
        let target = |written| Target {
            table: ObjectName::new(None, "users"),
            column: "age".into(),
            written,
        };
        let bound = |value: &str| BoundParameter {
            name: "AGE".into(),
            value: value.into(),
            direction: Direction::In,
            secret: false,
        };
        let byte = DataType::new(TypeKind::Integer { bits: 8 }, "tinyint");
        assert!(target(true).check(&bound("300"), &byte).is_err());
        assert!(target(false).check(&bound("300"), &byte).is_ok());
        assert!(target(false).check(&bound("old"), &byte).is_err());
        let mut short = DataType::new(TypeKind::Text, "varchar(2)");
        short.length = Some(2);
        assert!(target(true).check(&bound("long"), &short).is_err());
        assert!(target(false).check(&bound("long"), &short).is_ok());
    }
}
