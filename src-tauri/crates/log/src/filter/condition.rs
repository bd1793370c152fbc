//! A filter as SQL: every value of it is bound.

use sqlx::{QueryBuilder, Sqlite};

use super::term::Term;
use super::{Filter, Node};

impl Filter {
    /// Appends ` AND …` for every condition, to a statement that reads `exchanges`. What reads an exchange
    /// whole comes last, so that it is asked only of what all others let through.
    pub(crate) fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        if !self.names_imports() {
            sql.push(" AND exchanges.import_id IS NULL");
        }
        let nodes = || self.parts.iter().filter_map(|part| part.node.as_ref());
        let deep = |node: &&Node| node.any(&Term::is_deep);
        for node in nodes()
            .filter(|node| !deep(node))
            .chain(nodes().filter(deep))
        {
            sql.push(" AND ");
            node.push(sql);
        }
    }
}

impl Node {
    fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        match self {
            Self::Term(term) => {
                sql.push("(");
                term.push(sql);
                sql.push(")");
            }
            Self::Not(node) => {
                sql.push("NOT ");
                node.push(sql);
            }
            Self::Any(nodes) => all(nodes, " OR ", sql),
            Self::All(nodes) => all(nodes, " AND ", sql),
        }
    }
}

fn all(nodes: &[Node], with: &'static str, sql: &mut QueryBuilder<Sqlite>) {
    sql.push("(");
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            sql.push(with);
        }
        node.push(sql);
    }
    sql.push(")");
}

/// The text of details is JSON, so first it is looked for as JSON writes it, in all of them; only where that
/// finds something, the fields themselves are read.
const DETAILS: &str =
    "EXISTS (SELECT 1 FROM details WHERE details.seq = exchanges.seq AND details.body REGEXP ";
const BODIES: &str = " AND (json_extract(details.body, '$.request.body.text') REGEXP ";
const BODIES_OR: &str = " OR json_extract(details.body, '$.answer.body.text') REGEXP ";
const STATEMENTS: &str = " AND EXISTS (SELECT 1 FROM json_each(details.body, '$.steps') AS step \
     WHERE json_extract(step.value, '$.statement.text') REGEXP ";
const STATEMENTS_OR: &str = " OR EXISTS (SELECT 1 FROM json_each(step.value, '$.statement.parameters') AS parameter \
     WHERE CAST(json_extract(parameter.value, '$.value') AS TEXT) REGEXP ";

impl Term {
    /// `instr` instead of LIKE: what the administrator types has no wildcards to escape. None of them is
    /// ever NULL, so that its negation is its opposite.
    fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        match self {
            Self::Text(text) => contains(sql, "exchanges.search", text),
            Self::Application(text) => contains(sql, "lower(exchanges.application)", text),
            Self::Operation(text) => {
                contains(sql, "exchanges.action", text);
                sql.push(" OR ");
                contains(sql, "lower(exchanges.title)", text);
            }
            // An exchange about nobody has no subject.
            Self::User(text) => contains(sql, "coalesce(exchanges.subject_search, '')", text),
            Self::Path(text) => contains(sql, "lower(exchanges.path)", text),
            Self::Method(method) => {
                sql.push("exchanges.method = ").push_bind(method.clone());
            }
            Self::Status(from, to) => {
                sql.push("exchanges.status BETWEEN ")
                    .push_bind(*from)
                    .push(" AND ")
                    .push_bind(*to);
            }
            Self::Outcome(outcome) => {
                sql.push("exchanges.outcome = ").push_bind(*outcome);
            }
            Self::Longer(us) => {
                sql.push("exchanges.duration_us > ").push_bind(*us);
            }
            Self::Shorter(us) => {
                sql.push("exchanges.duration_us < ").push_bind(*us);
            }
            Self::From(at, _) | Self::Last(at, _) => {
                sql.push("exchanges.at >= ").push_bind(*at);
            }
            Self::Until(at, _) => {
                sql.push("exchanges.at < ").push_bind(*at);
            }
            Self::Body(text) => {
                sql.push(DETAILS).push_bind(pattern(&as_json(text)));
                sql.push(BODIES).push_bind(pattern(text));
                sql.push(BODIES_OR).push_bind(pattern(text));
                sql.push("))");
            }
            Self::Sql(text) => {
                sql.push(DETAILS).push_bind(pattern(&as_json(text)));
                sql.push(STATEMENTS).push_bind(pattern(text));
                sql.push(STATEMENTS_OR).push_bind(pattern(text));
                sql.push(")))");
            }
            Self::Pinned => marked(sql, "pinned = 1"),
            Self::Noted => marked(sql, "note IS NOT NULL"),
            Self::Coloured => marked(sql, "colour IS NOT NULL"),
            Self::Colour(colour) => {
                sql.push(MARKED).push("colour = ").push_bind(*colour);
                sql.push(")");
            }
            Self::Note(text) => {
                sql.push(MARKED);
                contains(sql, "coalesce(note_search, '')", text);
                sql.push(")");
            }
            Self::Imported => {
                sql.push("exchanges.import_id IS NOT NULL");
            }
            Self::File(text) => {
                sql.push("EXISTS (SELECT 1 FROM imports WHERE imports.import_id = exchanges.import_id AND ");
                contains(sql, "file_search", text);
                sql.push(")");
            }
        }
    }
}

const MARKED: &str = "EXISTS (SELECT 1 FROM marks WHERE marks.seq = exchanges.seq AND ";

fn marked(sql: &mut QueryBuilder<Sqlite>, what: &'static str) {
    sql.push(MARKED).push(what).push(")");
}

fn contains(sql: &mut QueryBuilder<Sqlite>, where_: &'static str, text: &str) {
    sql.push("instr(")
        .push(where_)
        .push(", ")
        .push_bind(text.to_owned())
        .push(") > 0");
}

/// The text itself, in any letter case.
fn pattern(text: &str) -> String {
    format!("(?i){}", regex::escape(text))
}

/// The text as it stands inside a string of JSON.
fn as_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
