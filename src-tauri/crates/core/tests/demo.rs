//! The demo of the two dialects that no test has a server for, held against a parser, against its own
//! mappings, and against the demo of MariaDB, which runs in other tests.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use sluice_core::config::{Dialect, Workspace};
use sluice_core::mapping::Parameter;
use sluice_core::sql::ProcedureCall;
use sqlparser::ast::{Expr, Query, SelectItem, SetExpr, Statement, Value};
use sqlparser::dialect::{Dialect as Rules, MsSqlDialect, MySqlDialect, OracleDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

struct Demo {
    dialect: Dialect,
    schema: &'static str,
    views: &'static str,
    procedures: &'static str,
    people: &'static str,
    configuration: &'static str,
}

macro_rules! demo {
    ($dialect:expr, $folder:literal) => {
        Demo {
            dialect: $dialect,
            schema: include_str!(concat!("../../../../sql/demo/", $folder, "/schema.sql")),
            views: include_str!(concat!("../../../../sql/demo/", $folder, "/views.sql")),
            procedures: include_str!(concat!("../../../../sql/demo/", $folder, "/procedures.sql")),
            people: include_str!(concat!("../../../../sql/demo/", $folder, "/people.sql")),
            configuration: include_str!(concat!("../../../../sql/demo/", $folder, "/sluice.toml")),
        }
    };
}

const MARIADB: Demo = demo!(Dialect::Mysql, "mysql");
const UNTRIED: [Demo; 2] = [
    demo!(Dialect::SqlServer, "sqlserver"),
    demo!(Dialect::Oracle, "oracle"),
];

fn rules(dialect: Dialect) -> Box<dyn Rules> {
    match dialect {
        Dialect::SqlServer => Box::new(MsSqlDialect {}),
        Dialect::Oracle => Box::new(OracleDialect {}),
        _ => Box::new(MySqlDialect {}),
    }
}

fn blocks(file: &str) -> Vec<&str> {
    file.split("\n-- @\n")
        .filter(|block| !block.trim().is_empty())
        .collect()
}

fn parsed(dialect: Dialect, block: &str) -> Statement {
    let mut statements = Parser::parse_sql(&*rules(dialect), block)
        .unwrap_or_else(|error| panic!("{dialect}: {error}\n{block}"));
    assert_eq!(statements.len(), 1, "{block}");
    statements.remove(0)
}

/// Words, signs and names of a text, without spaces and comments.
fn tokens(dialect: Dialect, text: &str) -> Vec<String> {
    let tokens = Tokenizer::new(&*rules(dialect), text).tokenize().unwrap();
    let told = tokens
        .into_iter()
        .filter(|token| !matches!(token, Token::Whitespace(_) | Token::EOF));
    told.map(|token| token.to_string()).collect()
}

#[test]
fn every_block_is_read_by_the_dialects_own_parser() {
    for demo in &UNTRIED {
        for file in [demo.schema, demo.views, demo.people] {
            for block in blocks(file) {
                parsed(demo.dialect, block);
            }
        }
        for block in blocks(demo.procedures) {
            // Their bodies are beyond the parser in part; the tokeniser reads all of them.
            let tokens = tokens(demo.dialect, block);
            assert_eq!(tokens[..2], ["CREATE", "PROCEDURE"], "{block}");
            let count = |wanted: &str| tokens.iter().filter(|t| *t == wanted).count();
            assert_eq!(count("("), count(")"), "{block}");
            assert_eq!(tokens.last().map(String::as_str), Some(";"), "{block}");
        }
    }
}

/// The statements inside the procedures that a parser can read by themselves.
#[test]
fn the_queries_inside_the_procedures_are_read_by_the_dialects_own_parser() {
    for demo in &UNTRIED {
        let mut read = 0;
        for block in blocks(demo.procedures) {
            let body = block.split_once("BEGIN\n").unwrap().1;
            for statement in body.split(';') {
                let statement = statement.trim();
                let statement = statement
                    .strip_prefix("OPEN p_rows FOR")
                    .unwrap_or(statement);
                let verb = statement.split_whitespace().next().unwrap_or_default();
                if matches!(verb, "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "MERGE")
                    && !statement.contains(" INTO v_found ")
                {
                    parsed(demo.dialect, statement);
                    read += 1;
                }
            }
        }
        assert_eq!(read, 10, "{}", demo.dialect);
    }
}

/// Tables with their columns, views by name.
fn objects(demo: &Demo) -> BTreeMap<String, Vec<String>> {
    let mut objects = BTreeMap::new();
    for block in blocks(demo.schema).into_iter().chain(blocks(demo.views)) {
        match parsed(demo.dialect, block) {
            Statement::CreateTable(table) => {
                let columns = table.columns.iter().map(|column| column.name.to_string());
                objects.insert(table.name.to_string(), columns.collect());
            }
            Statement::CreateView(view) => {
                objects.insert(view.name.to_string(), Vec::new());
            }
            other => panic!("{other}"),
        }
    }
    objects
}

#[test]
fn tables_columns_and_views_are_those_of_mariadb() {
    let wanted = objects(&MARIADB);
    assert_eq!(wanted.len(), 9);
    assert_eq!(wanted["USERS"].len(), 25);
    for demo in &UNTRIED {
        assert_eq!(objects(demo), wanted, "{}", demo.dialect);
    }
}

/// A literal as text; Booleans as 1 and 0, which is what the other dialects write.
fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::Null => None,
            Value::Boolean(truth) => Some(u8::from(*truth).to_string()),
            Value::Number(number, _) => Some(number.clone()),
            Value::SingleQuotedString(text) | Value::NationalStringLiteral(text) => {
                Some(text.clone())
            }
            other => panic!("{other}"),
        },
        Expr::TypedString(typed) => literal(&Expr::Value(typed.value.clone())),
        Expr::Cast { expr, .. } => literal(expr),
        other => panic!("{other}"),
    }
}

fn rows(query: &SetExpr) -> Vec<Vec<Option<String>>> {
    match query {
        SetExpr::Values(values) => {
            let rows = values.rows.iter();
            rows.map(|row| row.iter().map(literal).collect()).collect()
        }
        SetExpr::SetOperation { left, right, .. } => {
            let mut all = rows(left);
            all.extend(rows(right));
            all
        }
        SetExpr::Select(select) => {
            let items = select.projection.iter().map(|item| match item {
                SelectItem::UnnamedExpr(expression) => literal(expression),
                other => panic!("{other}"),
            });
            vec![items.collect()]
        }
        other => panic!("{other}"),
    }
}

type Rows = Vec<Vec<Option<String>>>;

/// What is inserted: table, columns, rows.
fn people(demo: &Demo) -> Vec<(String, Vec<String>, Rows)> {
    let blocks = blocks(demo.people).into_iter();
    blocks
        .map(|block| match parsed(demo.dialect, block) {
            Statement::Insert(insert) => {
                let Query { body, .. } = *insert.source.unwrap();
                (
                    insert.table.to_string(),
                    insert.columns.iter().map(ToString::to_string).collect(),
                    rows(&body),
                )
            }
            other => panic!("{other}"),
        })
        .collect()
}

#[test]
fn the_people_and_what_they_hold_are_those_of_mariadb() {
    let wanted = people(&MARIADB);
    let counts: Vec<usize> = wanted.iter().map(|(_, _, rows)| rows.len()).collect();
    assert_eq!(counts, [15, 10, 34]);
    for demo in &UNTRIED {
        assert_eq!(people(demo), wanted, "{}", demo.dialect);
    }
}

/// The procedures with the parameters they declare, upper case and without signs.
fn declared(demo: &Demo) -> BTreeMap<String, Vec<String>> {
    let mut declared = BTreeMap::new();
    for block in blocks(demo.procedures) {
        let mut words = tokens(demo.dialect, block);
        words.retain(|word| word != "(");
        let Some(position) = words.iter().position(|word| word == "PROCEDURE") else {
            continue;
        };
        let head: Vec<String> = words[position + 1..]
            .iter()
            .map(|word| word.to_uppercase())
            .take_while(|word| !matches!(word.as_str(), "AS" | "READS" | "MODIFIES"))
            .collect();
        let parameters = head[1..]
            .iter()
            .map(|word| word.trim_start_matches('@').to_owned())
            .filter(|word| word.starts_with("P_"));
        declared.insert(head[0].clone(), parameters.collect());
    }
    declared
}

#[test]
fn the_procedures_are_those_of_mariadb_with_the_same_parameters() {
    let wanted = declared(&MARIADB);
    assert_eq!(wanted.len(), 10);
    assert_eq!(wanted["CREATE_USER"].len(), 24);
    for demo in &UNTRIED {
        let mut found = declared(demo);
        if demo.dialect == Dialect::Oracle {
            // What reads gives its rows back as a cursor.
            for (name, parameters) in &mut found {
                let reads = name.starts_with("GET_");
                assert_eq!(parameters.last().is_some_and(|p| p == "P_ROWS"), reads);
                parameters.retain(|parameter| parameter != "P_ROWS");
            }
        }
        assert_eq!(found, wanted, "{}", demo.dialect);
    }
}

#[test]
fn every_mapping_calls_a_procedure_with_the_parameters_it_declares() {
    for demo in UNTRIED.iter().chain([&MARIADB]) {
        let workspace = Workspace::parse(demo.configuration).unwrap();
        assert_eq!(workspace.connections["demo"].dialect, demo.dialect);
        let declared = declared(demo);
        for application in workspace.applications.values() {
            let mut called = BTreeSet::new();
            for (operation, mapping) in &application.operations {
                let call = ProcedureCall::parse(
                    demo.dialect,
                    &mapping.statement,
                    mapping.parameters.len(),
                )
                .unwrap();
                let parameters = &declared[&call.name];
                assert_eq!(call.arguments.len(), parameters.len(), "{operation}");
                // Mapped by their columns' names, in the order in which they are declared.
                let mapped = mapping.parameters.iter().map(|parameter| match parameter {
                    Parameter::Out(out) => out.out.clone(),
                    other => format!("P_{}", other.name()),
                });
                assert_eq!(&mapped.collect::<Vec<_>>(), parameters, "{operation}");
                called.insert(call.name);
            }
            assert_eq!(called.len(), 10, "{}: {}", demo.dialect, application.name);
        }
    }
}
