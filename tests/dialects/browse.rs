//! A look at a table's rows on real servers: conditions, order, pages, references, documents. What is
//! expected is written by hand or read by a connection that shares nothing with the code.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use sluice_core::Secret;
use sluice_core::browse::document::{Document, Format, Heading};
use sluice_core::browse::select::{self, Reading, Subject};
use sluice_core::browse::{Condition, Operator, RowQuery, Sort, Window};
use sluice_core::catalogue::{ObjectName, Question, Relation, RelationKind};
use sluice_core::config::Workspace;
use sluice_core::ports::{Access, Collected, Database};
use sluice_core::value::Value;
use sluice_tests::support::site::{On, Place};

/// The same tests on every dialect that has a server here, and through ODBC.
macro_rules! on_every_dialect {
    ($($name:ident),* $(,)?) => {
        on_every_dialect! { @module sqlite Sqlite $($name)* }
        on_every_dialect! { @module mariadb MariaDb $($name)* }
        on_every_dialect! { @module postgresql PostgreSql $($name)* }
        on_every_dialect! { @module mariadb_by_odbc OdbcMariaDb $($name)* }
        on_every_dialect! { @module postgresql_by_odbc OdbcPostgreSql $($name)* }
    };
    (@module $module:ident $on:ident $($name:ident)*) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $name() -> anyhow::Result<()> {
                    super::$name(sluice_tests::support::site::On::$on).await
                }
            )*
        }
    };
}

on_every_dialect!(
    every_condition_finds_the_rows_it_names,
    pages_of_rows_that_are_alike_neither_overlap_nor_skip,
    the_order_counts_by_its_first_column_and_is_settled_by_the_key,
    a_secret_column_leaves_the_database_as_there_or_not_there,
    a_foreign_key_is_followed_both_ways,
    inserts_of_a_table_make_the_same_table_again,
);

/// A table whose names and values are as nasty as its database takes them.
struct Stage {
    place: Place,
    database: Arc<dyn Database>,
    relation: Relation,
    secrets: Vec<String>,
}

const TABLE: &str = "Odd \"Table\" `select`";

/// Its columns: a key, a reserved word, quotes inside, and the types that conditions differ by.
const COLUMNS: [&str; 8] = [
    "ID",
    "select",
    "na\"me `x`",
    "born",
    "seen at",
    "amount",
    "flag",
    "PASSWORD_HASH",
];

fn quoted(on: On, name: &str) -> String {
    match on {
        On::MariaDb | On::OdbcMariaDb => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

fn create(on: On, table: &str) -> String {
    let types = match on {
        On::Sqlite => [
            "INTEGER PRIMARY KEY",
            "VARCHAR(200)",
            "TEXT",
            "DATE",
            "DATETIME",
            "DECIMAL(12,4)",
            "BOOLEAN",
            "VARCHAR(50)",
        ],
        On::MariaDb | On::OdbcMariaDb => [
            "INT PRIMARY KEY",
            "VARCHAR(200)",
            "TEXT",
            "DATE",
            "DATETIME",
            "DECIMAL(12,4)",
            "BOOLEAN",
            "VARCHAR(50)",
        ],
        On::PostgreSql | On::OdbcPostgreSql => [
            "int PRIMARY KEY",
            "varchar(200)",
            "text",
            "date",
            "timestamp",
            "numeric(12,4)",
            "boolean",
            "varchar(50)",
        ],
    };
    let columns: Vec<String> = COLUMNS
        .iter()
        .zip(types)
        .map(|(name, kind)| format!("{} {kind}", quoted(on, name)))
        .collect();
    let end = if matches!(on, On::MariaDb | On::OdbcMariaDb) {
        " CHARACTER SET utf8mb4"
    } else {
        ""
    };
    format!(
        "CREATE TABLE {} ({}){end}",
        quoted(on, table),
        columns.join(", ")
    )
}

/// The rows as literals that all three dialects read alike; the backslash is told apart below.
const ROWS: &[&str] = &[
    "1, 'O''Brien', 'plain', '1815-12-10', '2024-02-29 12:30:00', 1.5, TRUE, 'a secret'",
    "2, '50%_off!', 'Ärger', NULL, NULL, -3.25, FALSE, NULL",
    "3, '50 and off', 'ärgerlich', '1906-12-09', '2024-03-01 00:00:00', 0, NULL, 'another'",
    "4, '', 'says \"hi\"; DROP TABLE x', '2024-02-29', '2024-02-29 23:59:59', 99999999.9999, TRUE, ''",
    "5, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
    "6, '[a-z] ? `x`', '日本語 🚀', '1999-12-31', '1999-12-31 00:00:00', 42, FALSE, NULL",
];

impl Stage {
    async fn set(on: On) -> anyhow::Result<Self> {
        let mut place = Place::new(on).await?;
        place.reader.run(&create(on, TABLE)).await?;
        for row in ROWS {
            let table = quoted(on, TABLE);
            place
                .reader
                .run(&format!("INSERT INTO {table} VALUES ({row})"))
                .await?;
        }
        let database = open(&place)?;
        let relation = relation(&*database, &ObjectName::new(None, TABLE)).await?;
        Ok(Self {
            place,
            database,
            relation,
            secrets: vec!["password_hash".to_owned()],
        })
    }

    async fn read(
        &self,
        query: &RowQuery,
        reading: Reading,
        window: Option<Window>,
    ) -> anyhow::Result<Vec<Vec<Value>>> {
        rows_of(
            &*self.database,
            &self.relation,
            &self.secrets,
            query,
            reading,
            window,
        )
        .await
    }

    /// The keys of the rows that a condition finds, in their order.
    async fn found(
        &self,
        column: &str,
        operator: Operator,
        values: &[&str],
    ) -> anyhow::Result<Vec<i64>> {
        let query = RowQuery {
            relation: self.relation.name.clone(),
            conditions: vec![Condition {
                column: column.to_owned(),
                operator,
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }],
            sort: Vec::new(),
        };
        let rows = self.read(&query, Reading::Open, None).await?;
        let mut session = self.database.begin(Access::Read).await?;
        let subject = Subject {
            dialect: self.database.grammar(),
            relation: &self.relation,
            secrets: &self.secrets,
        };
        let counted = session.execute(&select::count(&subject, &query)?).await?;
        let counted = counted.into_rows().rows[0][0].to_text();
        ensure!(
            counted == Some(rows.len().to_string()),
            "counted {counted:?}, gave {}",
            rows.len()
        );
        rows.iter().map(|row| number(&row[0])).collect()
    }
}

fn number(value: &Value) -> anyhow::Result<i64> {
    Ok(value.to_text().context("NULL")?.parse()?)
}

fn open(place: &Place) -> anyhow::Result<Arc<dyn Database>> {
    let workspace = Workspace::parse(&place.configuration)?;
    let connection = workspace
        .connections
        .values()
        .next()
        .context("no connection")?;
    let password = (!place.password.is_empty()).then(|| Secret::new(place.password.clone()));
    Ok(sluice_db::open(connection, password.as_ref())?)
}

async fn relation(database: &dyn Database, name: &ObjectName) -> anyhow::Result<Relation> {
    let mut session = database.begin(Access::Read).await?;
    let found = session.catalogue(&Question::Relation(name.clone())).await?;
    found.relations.into_iter().next().context("no such table")
}

async fn rows_of(
    database: &dyn Database,
    relation: &Relation,
    secrets: &[String],
    query: &RowQuery,
    reading: Reading,
    window: Option<Window>,
) -> anyhow::Result<Vec<Vec<Value>>> {
    let mut session = database.begin(Access::Read).await?;
    let subject = Subject {
        dialect: database.grammar(),
        relation,
        secrets,
    };
    let statement = select::rows(&subject, query, reading, window)?;
    let mut rows = Collected::default();
    session
        .stream(&statement, &mut rows)
        .await
        .with_context(|| statement.text.clone())?;
    Ok(rows.into_rows())
}

async fn every_condition_finds_the_rows_it_names(on: On) -> anyhow::Result<()> {
    use Operator::{
        AtLeast, AtMost, Between, Contains, EndsWith, Equals, Greater, IsNotNull, IsNull, Less,
        NoneOf, NotContains, NotEquals, OneOf, StartsWith,
    };
    let stage = Stage::set(on).await?;
    let name = COLUMNS[2];
    let asked: &[(&str, Operator, &[&str], &[i64])] = &[
        // Wildcards, quotes and marks mean themselves.
        ("select", Contains, &["%_"], &[2]),
        ("select", Contains, &["50"], &[2, 3]),
        ("select", Contains, &["!"], &[2]),
        ("select", Contains, &["'b"], &[1]),
        ("select", Contains, &["?"], &[6]),
        ("select", Contains, &["[a-z]"], &[6]),
        ("select", NotContains, &["50"], &[1, 4, 5, 6]),
        ("select", StartsWith, &["50%"], &[2]),
        ("select", EndsWith, &["OFF"], &[3]),
        ("select", Equals, &["O'Brien"], &[1]),
        ("select", Equals, &[""], &[4]),
        ("select", NotEquals, &[""], &[1, 2, 3, 5, 6]),
        ("select", OneOf, &["O'Brien", "50%_off!", "nobody"], &[1, 2]),
        ("select", NoneOf, &["O'Brien", "50%_off!"], &[3, 4, 5, 6]),
        ("select", IsNull, &[], &[5]),
        ("select", IsNotNull, &[], &[1, 2, 3, 4, 6]),
        (name, Contains, &["日本"], &[6]),
        (name, Contains, &["🚀"], &[6]),
        (name, Contains, &["\"; DROP TABLE x"], &[4]),
        (name, Contains, &["gerlich"], &[3]),
        ("born", Equals, &["2024-02-29"], &[4]),
        ("born", Less, &["1906-12-09"], &[1]),
        ("born", AtMost, &["1906-12-09"], &[1, 3]),
        ("born", Between, &["1906-12-09", "1999-12-31"], &[3, 6]),
        ("born", IsNull, &[], &[2, 5]),
        ("seen at", Greater, &["2024-02-29 12:30:00"], &[3, 4]),
        ("seen at", AtLeast, &["2024-02-29 12:30:00"], &[1, 3, 4]),
        (
            "seen at",
            Between,
            &["2024-02-29 00:00:00", "2024-02-29 23:59:59"],
            &[1, 4],
        ),
        ("amount", Equals, &["1.5"], &[1]),
        ("amount", Equals, &["99999999.9999"], &[4]),
        ("amount", Less, &["0"], &[2]),
        ("amount", Between, &["-3.25", "1.5"], &[1, 2, 3]),
        ("amount", OneOf, &["42", "0"], &[3, 6]),
        ("flag", Equals, &["1"], &[1, 4]),
        ("flag", Equals, &["0"], &[2, 6]),
        ("flag", IsNull, &[], &[3, 5]),
        ("ID", OneOf, &["6", "1"], &[1, 6]),
        ("ID", NotEquals, &["3"], &[1, 2, 4, 5, 6]),
    ];
    let mut wrong = Vec::new();
    for (column, operator, values, expected) in asked {
        match stage.found(column, *operator, values).await {
            Ok(found) if found == *expected => {}
            other => wrong.push(format!(
                "{column} {operator:?} {values:?}: {other:?}, not {expected:?}"
            )),
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// A view has no key, and half of its rows are alike in what they are ordered by.
async fn pages_of_rows_that_are_alike_neither_overlap_nor_skip(on: On) -> anyhow::Result<()> {
    let mut place = Place::new(on).await?;
    place
        .reader
        .run("CREATE TABLE B_T (ID INT PRIMARY KEY, KIND VARCHAR(10))")
        .await?;
    let rows: Vec<String> = (0..500).map(|n| format!("({n}, 'k{}')", n % 3)).collect();
    place
        .reader
        .run(&format!("INSERT INTO B_T VALUES {}", rows.join(", ")))
        .await?;
    place
        .reader
        .run("CREATE VIEW B_V AS SELECT KIND, ID FROM B_T")
        .await?;
    let database = open(&place)?;
    for name in ["B_T", "B_V"] {
        let relation = relation(&*database, &ObjectName::new(None, name)).await?;
        let at = relation
            .columns
            .iter()
            .position(|column| column.name.eq_ignore_ascii_case("ID"))
            .context("no ID")?;
        let query = RowQuery {
            relation: relation.name.clone(),
            conditions: Vec::new(),
            sort: vec![Sort {
                column: "KIND".to_owned(),
                descending: true,
            }],
        };
        let mut ids = Vec::new();
        for first in (0..500).step_by(37) {
            let window = Window { first, count: 37 };
            let page = rows_of(
                &*database,
                &relation,
                &[],
                &query,
                Reading::Everything,
                Some(window),
            );
            for row in page.await? {
                ids.push(number(&row[at])?);
            }
        }
        let expected: Vec<i64> = [2, 1, 0]
            .into_iter()
            .flat_map(|kind| (0..500).filter(move |n| n % 3 == kind))
            .collect();
        ensure!(ids == expected, "{name}: {ids:?}");
    }
    Ok(())
}

async fn the_order_counts_by_its_first_column_and_is_settled_by_the_key(
    on: On,
) -> anyhow::Result<()> {
    let stage = Stage::set(on).await?;
    let by = |column: &str, descending| Sort {
        column: column.to_owned(),
        descending,
    };
    let query = RowQuery {
        relation: stage.relation.name.clone(),
        conditions: vec![Condition {
            column: "flag".to_owned(),
            operator: Operator::IsNotNull,
            values: Vec::new(),
        }],
        sort: vec![by("flag", true), by("amount", true)],
    };
    let rows = stage.read(&query, Reading::Open, None).await?;
    let ids: Vec<i64> = rows
        .iter()
        .map(|row| number(&row[0]))
        .collect::<Result<_, _>>()?;
    ensure!(ids == [4, 1, 6, 2], "{ids:?}");
    Ok(())
}

async fn a_secret_column_leaves_the_database_as_there_or_not_there(on: On) -> anyhow::Result<()> {
    let stage = Stage::set(on).await?;
    let query = RowQuery::default();
    let rows = stage.read(&query, Reading::Everything, None).await?;
    let told: Vec<Option<String>> = rows.iter().map(|row| row[7].to_text()).collect();
    let expected = ["1", "0", "1", "1", "0", "0"].map(|text| Some(text.to_owned()));
    ensure!(told == expected, "{told:?}");
    let leaving = stage.read(&query, Reading::Open, None).await?;
    ensure!(leaving.iter().all(|row| row.len() == 7));
    ensure!(!format!("{rows:?}{leaving:?}").contains("secret"));
    Ok(())
}

async fn a_foreign_key_is_followed_both_ways(on: On) -> anyhow::Result<()> {
    let place = Place::new(on).await?;
    let database = open(&place)?;
    let held = relation(&*database, &ObjectName::new(None, "USERENTITLEMENTS")).await?;
    let mut session = database.begin(Access::Read).await?;
    let mut back = Vec::new();
    for key in &held.foreign_keys {
        let question = Question::ReferencedBy(key.target.clone());
        let found = session.catalogue(&question).await?.references;
        ensure!(
            found.iter().any(|reference| reference.from == held.name
                && reference.key.columns == key.columns
                && reference.key.target_columns == key.target_columns),
            "{key:?} is not among {found:?}"
        );
        back.extend(found);
    }
    // sql/demo: USERS and ENTITLEMENTS are each referred to once.
    ensure!(back.len() == 2, "{back:?}");
    let nobody = Question::ReferencedBy(held.name.clone());
    ensure!(session.catalogue(&nobody).await?.references.is_empty());
    Ok(())
}

/// Written as statements, run by another connection, read by it: the copy holds what the table holds.
async fn inserts_of_a_table_make_the_same_table_again(on: On) -> anyhow::Result<()> {
    let mut stage = Stage::set(on).await?;
    stage.secrets.clear();
    let copy = "Copy";
    stage.place.reader.run(&create(on, copy)).await?;
    let table = quoted(on, TABLE);
    // A backslash is an ordinary character in the row that holds it.
    let backslash = match on {
        On::MariaDb | On::OdbcMariaDb => "'C:\\\\temp\\\\'''",
        _ => "'C:\\temp\\'''",
    };
    let (id, text) = (quoted(on, "ID"), quoted(on, "select"));
    let row = format!("INSERT INTO {table} ({id}, {text}) VALUES (7, {backslash})");
    stage.place.reader.run(&row).await?;
    let headings = stage.relation.columns.iter().map(|column| Heading {
        name: column.name.clone(),
        kind: column.data_type.kind,
    });
    let target = ObjectName::new(None, copy);
    let mut document = Document::new(
        Format::Insert,
        stage.database.grammar(),
        &target,
        headings.collect(),
    );
    for row in stage
        .read(&RowQuery::default(), Reading::Open, None)
        .await?
    {
        let mut statement = Vec::new();
        document.row(&row, &mut statement);
        let text = String::from_utf8(statement)?;
        stage
            .place
            .reader
            .run(&text)
            .await
            .with_context(|| text.clone())?;
    }
    let read = format!("SELECT * FROM {} ORDER BY 1", quoted(on, TABLE));
    let before = stage.place.reader.rows(&read).await?;
    let read = format!("SELECT * FROM {} ORDER BY 1", quoted(on, copy));
    let after = stage.place.reader.rows(&read).await?;
    ensure!(
        before.len() == 7 && before == after,
        "{before:?}\n{after:?}"
    );
    ensure!(
        before[6][1].as_deref() == Some("C:\\temp\\'"),
        "{:?}",
        before[6]
    );
    Ok(())
}

/// MySQL keeps no comments on views, and PostgreSQL's own is told through its driver only.
#[tokio::test]
async fn the_views_of_the_demo_say_what_they_show() -> anyhow::Result<()> {
    for on in [On::Sqlite, On::PostgreSql] {
        let place = Place::new(on).await?;
        let database = open(&place)?;
        let mut session = database.begin(Access::Read).await?;
        let asked = Question::Relations { schema: None };
        let found = session.catalogue(&asked).await?.relations;
        let views: Vec<&Relation> = found
            .iter()
            .filter(|relation| relation.kind == RelationKind::View)
            .collect();
        ensure!(views.len() == 6, "{views:?}");
        for view in views {
            let name = view.name.name.to_uppercase();
            let comment = view.comment.clone().unwrap_or_default();
            ensure!(comment.ends_with('.'), "{name}: {comment:?}");
            if name == "V_ENTITLEMENT_USAGE" {
                // sql/demo
                let words = "How many hold each entitlement; one that nobody holds counts 0.";
                ensure!(comment == words, "{comment}");
            }
        }
    }
    Ok(())
}
