//! Which rights an application's mappings need, whoever wrote them: the procedures they call, and of
//! SQL statements the tables and columns that stand in them.
//!
//! **Invariant:** what cannot be told apart is asked for as a whole table and said to be so; what
//! cannot be read is left out and said to be so. Nothing is guessed silently.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use sqlparser::ast::{
    AssignmentTarget, Expr, FromTable, Ident, Insert, ObjectName as SqlName, OnConflictAction,
    OnInsert, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Statement,
    TableFactor, TableObject, TableWithJoins, UpdateTableFromKind, Visit as _, Visitor,
};
use sqlparser::parser::Parser;
use ts_rs::TS;

use super::Remark;
use crate::catalogue::{ObjectName, Relation, Routine, RoutineKind};
use crate::config::{Application, Dialect};
use crate::mapping::Kind;
use crate::operation::Operation;
use crate::plan;
use crate::sql::{NamePart, ProcedureCall, Template, name_parts, rules};

/// What is known of the database; all of it may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    pub relations: &'a [Relation],
    pub routines: &'a [Routine],
    /// Where unqualified names are looked up.
    pub schema: Option<&'a str>,
}

/// What an account may be allowed to do with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Privilege {
    Select,
    Insert,
    Update,
    Delete,
    Execute,
    /// Of a sequence that fills a column.
    Usage,
}

impl Privilege {
    /// As SQL writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Execute => "EXECUTE",
            Self::Usage => "USAGE",
        }
    }
}

/// One right on one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub privilege: Privilege,
    pub object: ObjectName,
    /// The columns it is needed for; `None`: the whole table, or no table.
    pub columns: Option<Vec<String>>,
    /// What kind of routine is executed.
    pub routine: Option<RoutineKind>,
    /// Who needs it.
    pub operations: Vec<Operation>,
}

/// All rights that an application needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// By object, each privilege once.
    pub needs: Vec<Need>,
    pub remarks: Vec<Remark>,
}

impl Needs {
    fn add(
        &mut self,
        operation: Operation,
        privilege: Privilege,
        object: &ObjectName,
        columns: Option<BTreeSet<String>>,
        routine: Option<RoutineKind>,
    ) {
        let columns = columns
            .filter(|columns| !columns.is_empty())
            .map(|columns| columns.into_iter().collect::<Vec<_>>());
        let known = self
            .needs
            .iter_mut()
            .find(|need| need.privilege == privilege && need.object == *object);
        let Some(need) = known else {
            self.needs.push(Need {
                privilege,
                object: object.clone(),
                columns,
                routine,
                operations: vec![operation],
            });
            return;
        };
        need.columns = match (need.columns.take(), columns) {
            (Some(mut known), Some(more)) => {
                known.extend(more);
                known.sort_unstable();
                known.dedup();
                Some(known)
            }
            _ => None,
        };
        if !need.operations.contains(&operation) {
            need.operations.push(operation);
        }
    }

    fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

/// The rights that the mappings of an application need.
pub fn needs(application: &Application, dialect: Dialect, known: Known<'_>) -> Needs {
    let mut needs = Needs::default();
    if dialect == Dialect::Sqlite {
        needs.remark(Remark::note(
            "SQLite has no accounts: who may read and write the file may do everything in it. Give the file to Sluice's own account alone.",
        ));
        return needs;
    }
    for operation in Operation::ALL {
        let Some(mapping) = application.mapping(operation) else {
            continue;
        };
        of_text(
            &mut needs,
            operation,
            dialect,
            known,
            mapping.kind,
            &mapping.statement,
            mapping.parameters.len(),
        );
    }
    if let Ok(Some(statement)) = plan::import_statement(application, dialect) {
        of_text(
            &mut needs,
            Operation::GetUserEntitlements,
            dialect,
            known,
            statement.kind,
            &statement.text,
            0,
        );
    }
    needs
        .needs
        .sort_by(|one, other| (&one.object, one.privilege).cmp(&(&other.object, other.privilege)));
    needs
}

fn of_text(
    needs: &mut Needs,
    operation: Operation,
    dialect: Dialect,
    known: Known<'_>,
    kind: Kind,
    text: &str,
    parameters: usize,
) {
    let unreadable = |needs: &mut Needs, why: &str| {
        needs.remark(Remark::warning(format!(
            "The statement of \"{operation}\" cannot be read ({why}): what it needs is not in this list."
        )));
    };
    if kind == Kind::Procedure {
        match ProcedureCall::parse(dialect, text, parameters) {
            Ok(call) => of_call(needs, operation, dialect, known, &call),
            Err(error) => unreadable(needs, &error.to_string()),
        }
        return;
    }
    let template = match Template::parse(dialect, text) {
        Ok(template) => template,
        Err(error) => return unreadable(needs, &error.to_string()),
    };
    let text = template.render(|number| match dialect {
        Dialect::Postgresql => format!("${number}"),
        Dialect::SqlServer => format!("@P{number}"),
        Dialect::Oracle => format!(":P{number}"),
        Dialect::Mysql | Dialect::Sqlite | Dialect::Odbc => "?".to_owned(),
    });
    match Parser::parse_sql(&*rules(dialect), &text).as_deref() {
        Ok([statement]) => {
            let mut reader = Reader {
                dialect,
                known,
                operation,
                needs,
                scopes: Vec::new(),
                uses: Vec::new(),
            };
            reader.read(statement);
        }
        Ok(_) => unreadable(needs, "it is not one statement"),
        Err(error) => unreadable(needs, &error.to_string()),
    }
}

fn of_call(
    needs: &mut Needs,
    operation: Operation,
    dialect: Dialect,
    known: Known<'_>,
    call: &ProcedureCall,
) {
    let parts: Vec<String> = name_parts(&call.name)
        .iter()
        .map(|part| folded(dialect, part))
        .collect();
    let Some((name, schemas)) = parts.split_last() else {
        return;
    };
    let written = ObjectName::new(schemas.last().map(String::as_str), name);
    let found: Vec<&Routine> = known
        .routines
        .iter()
        .filter(|routine| routine.name.means(&written))
        .collect();
    let object = match found.first() {
        Some(routine) => routine.name.clone(),
        None => ObjectName::new(schemas.last().map(String::as_str).or(known.schema), name),
    };
    if dialect != Dialect::SqlServer
        && found.iter().any(|routine| {
            let security = routine.security.as_deref();
            security.is_some_and(|who| who.eq_ignore_ascii_case("invoker"))
        })
    {
        let remedy = match dialect {
            Dialect::Postgresql | Dialect::Mysql => {
                "SECURITY DEFINER (and a fixed search_path on PostgreSQL)"
            }
            _ => "AUTHID DEFINER",
        };
        needs.remark(Remark::warning(format!(
            "{object} runs with the rights of its caller, so the account needs rights on whatever it touches, too; they are not in this list. Make it {remedy}, or add them."
        )));
    }
    needs.add(
        operation,
        Privilege::Execute,
        &object,
        None,
        Some(found.first().map_or(RoutineKind::Procedure, |r| r.kind)),
    );
}

/// A name's part as the catalogue spells it.
fn folded(dialect: Dialect, part: &NamePart) -> String {
    match dialect {
        _ if part.quoted => part.text.clone(),
        Dialect::Postgresql => part.text.to_lowercase(),
        Dialect::Oracle => part.text.to_uppercase(),
        _ => part.text.clone(),
    }
}

/// A table as a statement uses it.
struct Use<'a> {
    object: ObjectName,
    relation: Option<&'a Relation>,
    /// Columns read, and whether the whole row is.
    read: BTreeSet<String>,
    all: bool,
    /// Whether the table is read from at all, though no column of it is named.
    from: bool,
}

/// What a name in front of a dot can mean.
struct Named {
    alias: String,
    /// The position in [`Reader::uses`]; `None` for a subquery or a common table expression.
    table: Option<usize>,
}

#[derive(Default)]
struct Scope {
    tables: Vec<Named>,
    /// Common table expressions.
    queries: Vec<String>,
    /// Names that the select list gives.
    aliases: Vec<String>,
}

/// Walks a statement, with what its names mean where it is.
struct Reader<'a, 'n> {
    dialect: Dialect,
    known: Known<'a>,
    operation: Operation,
    needs: &'n mut Needs,
    scopes: Vec<Scope>,
    uses: Vec<Use<'a>>,
}

impl Reader<'_, '_> {
    fn read(&mut self, statement: &Statement) {
        match statement {
            Statement::Query(_) => {
                let _ = statement.visit(self);
            }
            Statement::Insert(insert) => self.insert(insert, statement),
            Statement::Update(update) => {
                let mut from = vec![&update.table];
                if let Some(
                    UpdateTableFromKind::BeforeSet(more) | UpdateTableFromKind::AfterSet(more),
                ) = &update.from
                {
                    from.extend(more);
                }
                let mut scope = self.scope(&from, false);
                let target = Self::target(&update.table, &mut scope);
                self.scopes.push(scope);
                if let Some(target) = target {
                    let targets = update.assignments.iter().map(|set| &set.target);
                    self.assigned(target, targets);
                }
                let _ = statement.visit(self);
                self.scopes.pop();
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                let mut all: Vec<&TableWithJoins> = from.iter().collect();
                all.extend(delete.using.iter().flatten());
                let mut scope = self.scope(&all, false);
                let targets: Vec<usize> = if delete.tables.is_empty() {
                    let first = from.first();
                    first.and_then(|t| Self::target(t, &mut scope)).into_iter().collect()
                } else {
                    let named = delete.tables.iter().filter_map(|name| {
                        let alias = last(name)?.value.clone();
                        scope.tables.iter().find(|t| t.alias.eq_ignore_ascii_case(&alias))?.table
                    });
                    named.collect()
                };
                self.scopes.push(scope);
                for target in targets {
                    self.need(Privilege::Delete, target, None);
                }
                let _ = statement.visit(self);
                self.scopes.pop();
            }
            Statement::Merge(merge) => {
                // Its clauses may insert, update and delete; each is asked for on the whole table.
                if let Some(target) = self.table(&merge.table) {
                    for privilege in [Privilege::Insert, Privilege::Update, Privilege::Delete] {
                        self.need(privilege, target, None);
                    }
                    self.uses[target].all = true;
                }
                if let Some(source) = self.table(&merge.source) {
                    self.uses[source].all = true;
                }
                self.needs.remark(Remark::note(format!(
                    "\"{}\" is a MERGE: its rights are asked for on the whole table.",
                    self.operation
                )));
            }
            _ => self.needs.remark(Remark::warning(format!(
                "The statement of \"{}\" is of a kind that is not understood: what it needs is not in this list.",
                self.operation
            ))),
        }
        self.finish();
    }

    fn insert(&mut self, insert: &Insert, statement: &Statement) {
        let TableObject::TableName(name) = &insert.table else {
            self.needs.remark(Remark::warning(format!(
                "\"{}\" inserts into no table by name: what it needs is not in this list.",
                self.operation
            )));
            return;
        };
        let target = self.used(name);
        let columns: BTreeSet<String> = insert
            .columns
            .iter()
            .filter_map(last)
            .map(|ident| self.column_name(target, ident))
            .collect();
        self.need(Privilege::Insert, target, Some(columns));
        if insert.replace_into {
            self.need(Privilege::Delete, target, None);
        }
        let mut scope = Scope::default();
        scope.tables.push(Named {
            alias: last(name).map_or_else(String::new, |ident| ident.value.clone()),
            table: Some(target),
        });
        scope.tables.push(Named {
            alias: "excluded".to_owned(),
            table: None,
        });
        if let Some(alias) = &insert.table_alias {
            scope.tables.push(Named {
                alias: alias.alias.value.clone(),
                table: Some(target),
            });
        }
        self.scopes.push(scope);
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(sets)) => {
                self.assigned(target, sets.iter().map(|set| &set.target));
            }
            Some(OnInsert::OnConflict(conflict)) => {
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    self.assigned(target, update.assignments.iter().map(|set| &set.target));
                }
                if let Some(sqlparser::ast::ConflictTarget::Columns(columns)) =
                    &conflict.conflict_target
                {
                    for ident in columns {
                        let name = self.column_name(target, ident);
                        self.uses[target].read.insert(name);
                    }
                }
            }
            _ => {}
        }
        self.returned(insert.returning.as_deref(), target);
        let _ = statement.visit(self);
        self.scopes.pop();
    }

    fn returned(&mut self, items: Option<&[SelectItem]>, target: usize) {
        let all = items.unwrap_or_default().iter().any(|item| {
            matches!(
                item,
                SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)
            )
        });
        self.uses[target].all |= all;
    }

    fn assigned<'s>(&mut self, target: usize, sets: impl Iterator<Item = &'s AssignmentTarget>) {
        let mut columns = BTreeSet::new();
        for set in sets {
            let names = match set {
                AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
                AssignmentTarget::Tuple(names) => names,
            };
            for ident in names.iter().filter_map(last) {
                columns.insert(self.column_name(target, ident));
            }
        }
        self.need(Privilege::Update, target, Some(columns));
    }

    fn need(&mut self, privilege: Privilege, table: usize, columns: Option<BTreeSet<String>>) {
        let object = self.uses[table].object.clone();
        self.needs
            .add(self.operation, privilege, &object, columns, None);
        if privilege == Privilege::Insert && self.dialect == Dialect::Postgresql {
            for sequence in self.sequences(table) {
                self.needs
                    .add(self.operation, Privilege::Usage, &sequence, None, None);
            }
        }
    }

    /// The sequences that fill columns of a table by a default; those of identity columns need no
    /// right of their own.
    fn sequences(&self, table: usize) -> Vec<ObjectName> {
        let used = &self.uses[table];
        let columns = used.relation.map_or(&[][..], |relation| &relation.columns);
        let defaults = columns
            .iter()
            .filter_map(|column| column.default.as_deref());
        defaults
            .filter(|default| default.contains("nextval("))
            .filter_map(|default| {
                let written = default.split('\'').nth(1)?;
                let parts: Vec<String> = name_parts(written)
                    .iter()
                    .map(|part| folded(self.dialect, part))
                    .collect();
                let (name, schemas) = parts.split_last()?;
                let own = used.object.schema.as_deref();
                Some(ObjectName::new(
                    schemas.last().map(String::as_str).or(own),
                    name,
                ))
            })
            .collect()
    }

    /// What is read becomes needs.
    fn finish(&mut self) {
        for used in std::mem::take(&mut self.uses) {
            if !used.from && !used.all && used.read.is_empty() {
                continue;
            }
            let columns = (!used.all).then_some(used.read);
            self.needs.add(
                self.operation,
                Privilege::Select,
                &used.object,
                columns,
                None,
            );
        }
    }

    /// The tables of a FROM clause.
    fn scope(&mut self, from: &[&TableWithJoins], reads: bool) -> Scope {
        let mut scope = Scope::default();
        for tables in from {
            self.factor(&tables.relation, reads, &mut scope);
            for join in &tables.joins {
                self.factor(&join.relation, true, &mut scope);
            }
        }
        scope
    }

    fn factor(&mut self, factor: &TableFactor, reads: bool, scope: &mut Scope) {
        match factor {
            TableFactor::Table {
                name, alias, args, ..
            } => {
                let alias = alias.as_ref().map(|alias| alias.name.value.clone());
                let own = last(name)
                    .map(|ident| ident.value.clone())
                    .unwrap_or_default();
                let table = if args.is_some() {
                    self.routine(name, RoutineKind::Function);
                    None
                } else if self.is_query(name) {
                    None
                } else {
                    self.table(factor)
                };
                if let Some(table) = table {
                    self.uses[table].from |= reads;
                }
                scope.tables.push(Named {
                    alias: alias.unwrap_or(own),
                    table,
                });
            }
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => {
                let nested = self.scope(&[table_with_joins], reads);
                scope.tables.extend(nested.tables);
            }
            TableFactor::Function { name, alias, .. } => {
                self.routine(name, RoutineKind::Function);
                scope.tables.extend(alias.as_ref().map(|alias| Named {
                    alias: alias.name.value.clone(),
                    table: None,
                }));
            }
            TableFactor::Derived { alias, .. } => {
                scope.tables.extend(alias.as_ref().map(|alias| Named {
                    alias: alias.name.value.clone(),
                    table: None,
                }));
            }
            _ => {}
        }
    }

    fn table(&mut self, factor: &TableFactor) -> Option<usize> {
        let TableFactor::Table { name, .. } = factor else {
            return None;
        };
        let system = name.0.len() > 1
            && last_but_one(name).is_some_and(|ident| {
                let schema = ident.value.to_ascii_lowercase();
                matches!(schema.as_str(), "pg_catalog" | "information_schema" | "sys")
            });
        let dual = last(name).is_some_and(|ident| ident.value.eq_ignore_ascii_case("dual"));
        (!(system || dual && name.0.len() == 1)).then(|| self.used(name))
    }

    /// Whether a name is that of a common table expression around.
    fn is_query(&self, name: &SqlName) -> bool {
        name.0.len() == 1
            && last(name).is_some_and(|ident| {
                self.scopes.iter().any(|scope| {
                    let mut queries = scope.queries.iter();
                    queries.any(|query| query.eq_ignore_ascii_case(&ident.value))
                })
            })
    }

    /// The written table that an update or a delete changes; SQL Server names it by its alias.
    fn target(written: &TableWithJoins, scope: &mut Scope) -> Option<usize> {
        let TableFactor::Table { name, .. } = &written.relation else {
            return None;
        };
        let own = last(name)?.value.clone();
        let by_alias = scope.tables.iter().skip(1).find(|named| {
            name.0.len() == 1 && named.alias.eq_ignore_ascii_case(&own) && named.table.is_some()
        });
        let Some(table) = by_alias.and_then(|named| named.table) else {
            return scope.tables.first().and_then(|named| named.table);
        };
        // What was taken for a table is the alias of another one.
        if let Some(first) = scope.tables.first_mut() {
            first.table = Some(table);
        }
        Some(table)
    }

    /// The table of this name, noted as used.
    fn used(&mut self, name: &SqlName) -> usize {
        let parts: Vec<String> = name
            .0
            .iter()
            .filter_map(|p| p.as_ident())
            .map(|i| self.fold(i))
            .collect();
        let (table, schema) = match parts.as_slice() {
            [.., schema, table] => (table.as_str(), Some(schema.as_str())),
            [table] => (table.as_str(), None),
            [] => ("", None),
        };
        let written = ObjectName::new(schema, table);
        let relation = self
            .known
            .relations
            .iter()
            .find(|relation| relation.name == written)
            .or_else(|| {
                let mut relations = self.known.relations.iter();
                relations.find(|relation| relation.name.means(&written))
            });
        let object = match relation {
            Some(relation) if relation.name.schema.is_some() => relation.name.clone(),
            Some(relation) => ObjectName::new(schema.or(self.known.schema), &relation.name.name),
            None => ObjectName::new(schema.or(self.known.schema), table),
        };
        if let Some(known) = self.uses.iter().position(|used| used.object == object) {
            return known;
        }
        self.uses.push(Use {
            object,
            relation,
            read: BTreeSet::new(),
            all: false,
            from: false,
        });
        self.uses.len() - 1
    }

    fn fold(&self, ident: &Ident) -> String {
        folded(
            self.dialect,
            &NamePart {
                text: ident.value.clone(),
                quoted: ident.quote_style.is_some(),
            },
        )
    }

    fn column_name(&self, table: usize, ident: &Ident) -> String {
        let folded = self.fold(ident);
        let relation = self.uses.get(table).and_then(|used| used.relation);
        relation
            .and_then(|relation| relation.column(&folded))
            .map_or(folded, |column| column.name.clone())
    }

    fn routine(&mut self, name: &SqlName, kind: RoutineKind) {
        let parts: Vec<String> = name
            .0
            .iter()
            .filter_map(|p| p.as_ident())
            .map(|i| self.fold(i))
            .collect();
        let Some((own, schemas)) = parts.split_last() else {
            return;
        };
        let written = ObjectName::new(schemas.last().map(String::as_str), own);
        let mut routines = self.known.routines.iter();
        let known = routines.find(|routine| routine.name.means(&written));
        // An unqualified name that nobody knows is one of the database's own functions.
        if known.is_none() && written.schema.is_none() {
            return;
        }
        if written
            .schema
            .as_deref()
            .is_some_and(|schema| schema == "pg_catalog")
        {
            return;
        }
        let object = known.map_or(written, |routine| routine.name.clone());
        let kind = known.map_or(kind, |routine| routine.kind);
        self.needs.add(
            self.operation,
            Privilege::Execute,
            &object,
            None,
            Some(kind),
        );
    }

    /// A column without a table in front of it: of the innermost scope that has it.
    fn unqualified(&mut self, ident: &Ident) {
        const WORDS: [&str; 8] = [
            "SYSDATE",
            "SYSTIMESTAMP",
            "ROWNUM",
            "ROWID",
            "LEVEL",
            "USER",
            "UID",
            "CTID",
        ];
        if ident.value.starts_with(['@', ':'])
            || (ident.quote_style.is_none()
                && WORDS.contains(&ident.value.to_ascii_uppercase().as_str()))
        {
            return;
        }
        for index in (0..self.scopes.len()).rev() {
            let scope = &self.scopes[index];
            let last_scope = index + 1 == self.scopes.len();
            let mut aliases = scope.aliases.iter();
            if last_scope && aliases.any(|alias| alias.eq_ignore_ascii_case(&ident.value)) {
                return;
            }
            let tables: Vec<usize> = scope
                .tables
                .iter()
                .filter_map(|named| named.table)
                .collect();
            let has_query = scope.tables.iter().any(|named| named.table.is_none());
            let holder = tables.iter().find(|table| {
                let relation = self.uses[**table].relation;
                relation.is_some_and(|relation| relation.column(&ident.value).is_some())
            });
            if let Some(table) = holder {
                let name = self.column_name(*table, ident);
                self.uses[*table].read.insert(name);
                return;
            }
            let unknown: Vec<usize> = tables
                .into_iter()
                .filter(|table| {
                    let relation = self.uses[*table].relation;
                    relation.is_none_or(|relation| relation.columns.is_empty())
                })
                .collect();
            match unknown.as_slice() {
                [] => {}
                [one] if !has_query => {
                    let name = self.column_name(*one, ident);
                    self.uses[*one].read.insert(name);
                    return;
                }
                several => {
                    for table in several {
                        self.uses[*table].all = true;
                    }
                    self.needs.remark(Remark::note(format!(
                        "\"{}\" does not say of which table {} is: the whole tables are asked for.",
                        self.operation, ident.value
                    )));
                    return;
                }
            }
        }
    }

    fn qualified(&mut self, qualifier: &Ident, ident: &Ident) {
        let found = self.scopes.iter().rev().find_map(|scope| {
            let mut tables = scope.tables.iter();
            tables.find(|named| named.alias.eq_ignore_ascii_case(&qualifier.value))
        });
        if let Some(table) = found.and_then(|named| named.table) {
            let name = self.column_name(table, ident);
            self.uses[table].read.insert(name);
        }
    }
}

impl Visitor for Reader<'_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let mut scope = Scope {
            queries: query
                .with
                .iter()
                .flat_map(|with| &with.cte_tables)
                .map(|cte| cte.alias.name.value.clone())
                .collect(),
            ..Scope::default()
        };
        self.scopes.push(Scope {
            queries: scope.queries.clone(),
            ..Scope::default()
        });
        // ORDER BY stands outside the select and means its tables and its aliases.
        if let SetExpr::Select(select) = &*query.body {
            let from: Vec<&TableWithJoins> = select.from.iter().collect();
            scope.tables = self.scope(&from, true).tables;
            scope.aliases = select
                .projection
                .iter()
                .filter_map(|item| match item {
                    SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
                    _ => None,
                })
                .collect();
            if !query.locks.is_empty() {
                let tables: Vec<usize> = scope.tables.iter().filter_map(|n| n.table).collect();
                for table in tables {
                    self.need(Privilege::Update, table, None);
                }
                self.needs.remark(Remark::note(format!(
                    "\"{}\" locks the rows it reads, for which the right to update is needed.",
                    self.operation
                )));
            }
        }
        self.scopes.pop();
        self.scopes.push(scope);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let from: Vec<&TableWithJoins> = select.from.iter().collect();
        let scope = self.scope(&from, true);
        for item in &select.projection {
            let wanted = match item {
                SelectItem::Wildcard(_) => None,
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    _,
                ) => last(name).map(|ident| ident.value.clone()),
                _ => continue,
            };
            for named in &scope.tables {
                if wanted
                    .as_ref()
                    .is_none_or(|wanted| wanted.eq_ignore_ascii_case(&named.alias))
                    && let Some(table) = named.table
                {
                    self.uses[table].all = true;
                }
            }
        }
        self.scopes.push(scope);
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Identifier(ident) => self.unqualified(ident),
            Expr::CompoundIdentifier(parts) => {
                if let [.., qualifier, column] = parts.as_slice() {
                    self.qualified(qualifier, column);
                }
            }
            Expr::Function(function) => self.routine(&function.name, RoutineKind::Function),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn last(name: &SqlName) -> Option<&Ident> {
    name.0.last().and_then(|part| part.as_ident())
}

fn last_but_one(name: &SqlName) -> Option<&Ident> {
    let index = name.0.len().checked_sub(2)?;
    name.0.get(index).and_then(|part| part.as_ident())
}
