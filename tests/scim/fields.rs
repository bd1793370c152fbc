//! Single fields on the wire: states with several spellings, null, empty and absent, dates in a
//! format and a zone, and columns with types; on a table of the tests' own.

use anyhow::ensure;
use serde_json::{Map, Value, json};
use sluice_tests::support::server::{Answered, Client};
use sluice_tests::support::site::{On, Site};

crate::on_every_dialect!(
    a_state_goes_through_its_map_of_values_in_both_directions,
    null_empty_and_absent_do_what_each_field_says,
    dates_go_through_format_and_zone_in_both_directions,
    a_date_that_does_not_read_is_refused_in_a_request_and_shown_in_a_row,
    a_column_has_the_type_of_its_database_type_in_the_rfcs_form_only,
    what_is_read_of_a_typed_user_may_be_sent_back,
);

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const OPERATIONS: &str = r#"
connection = "demo"
user_id_column = "LOGIN"
status_column = "STATUS"
active_value = ["ACTIVE", "PROBATION"]
inactive_value = ["TERMINATED", "LEAVE"]
[applications.people.operations.get_users]
kind = "sql"
statement = "SELECT * FROM PEOPLE ORDER BY LOGIN"
[applications.people.operations.get_user_by_id]
kind = "sql"
statement = "SELECT * FROM PEOPLE WHERE LOGIN = ?"
parameters = ["LOGIN"]
[applications.people.operations.create_user]
kind = "sql"
statement = "INSERT INTO PEOPLE (LOGIN, STATUS, CITY, NICK, TITLE, HIRED, SEEN, BADGE, SALARY) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
parameters = ["LOGIN", "STATUS", "CITY", "NICK", "TITLE", "HIRED", "SEEN", "BADGE", "SALARY"]
[applications.people.operations.update_user]
kind = "sql"
statement = "UPDATE PEOPLE SET CHANGES = CHANGES + 1, STATUS = ?, CITY = ?, NICK = ?, TITLE = ?, HIRED = ?, SEEN = ?, BADGE = ?, SALARY = ? WHERE LOGIN = ?"
parameters = ["STATUS", "CITY", "NICK", "TITLE", "HIRED", "SEEN", "BADGE", "SALARY", "LOGIN"]
"#;

const FIELDS: &str = r#"
[applications.people.fields.NICK]
absent = "null"
null = "keep"
empty = "null"
[applications.people.fields.Title]
empty = "keep"
[applications.people.fields.HIRED]
type = "date"
column_format = "%d.%m.%Y"
[applications.people.fields.SEEN]
type = "datetime"
zone = "Europe/Berlin"
"#;

/// A site with the application `people` in this profile's keys, and a table with one user.
async fn site(on: On, compatibility: &str, fields: &str) -> anyhow::Result<Site> {
    let keys = format!("profile = \"columns\"\ncompatibility = \"{compatibility}\"");
    let text = format!("\n[applications.people]\n{keys}{OPERATIONS}{fields}");
    let mut site = Site::with(on, |demo| demo + &text).await?;
    let (time, exact) = match on {
        On::PostgreSql | On::OdbcPostgreSql => ("TIMESTAMP", "NUMERIC(12, 2)"),
        // Its driver does not name the types NUMERIC and DECIMAL.
        On::Sqlite => ("DATETIME", "REAL"),
        On::MariaDb | On::OdbcMariaDb => ("DATETIME", "DECIMAL(12, 2)"),
    };
    site.reader
        .run(&format!(
            "CREATE TABLE PEOPLE (LOGIN VARCHAR(50) PRIMARY KEY, STATUS VARCHAR(20), CITY VARCHAR(50), \
             NICK VARCHAR(50), TITLE VARCHAR(50), HIRED VARCHAR(20), SEEN {time}, BADGE INTEGER, \
             SALARY {exact}, FLAG BOOLEAN, CHANGES INTEGER NOT NULL DEFAULT 0)"
        ))
        .await?;
    insert(&mut site, "ada", "ACTIVE").await?;
    Ok(site)
}

async fn insert(site: &mut Site, login: &str, status: &str) -> anyhow::Result<()> {
    let sql = format!(
        "INSERT INTO PEOPLE (LOGIN, STATUS, CITY, NICK, TITLE, HIRED, SEEN, BADGE, SALARY, FLAG) \
         VALUES ('{login}', '{status}', 'London', 'Countess', 'Analyst', '31.01.2024', \
         '2024-07-31 10:20:30', 42, 1234.50, TRUE)"
    );
    site.reader.run(&sql).await
}

fn client(site: &Site) -> anyhow::Result<Client> {
    Ok(site.server.client()?.at(&site.server.base_of("people")))
}

/// One column of a user, read by the test's own connection.
async fn column(site: &mut Site, login: &str, name: &str) -> anyhow::Result<Option<String>> {
    let sql = format!("SELECT {name} FROM PEOPLE WHERE LOGIN = '{login}'");
    site.reader.one(&sql).await
}

/// The columns of a resource under their names in capitals, whatever case the database gives.
fn columns(resource: &Value) -> Map<String, Value> {
    let columns = resource[EXTENSION].as_object().cloned().unwrap_or_default();
    columns
        .into_iter()
        .map(|(name, value)| (name.to_uppercase().replacen("EXT_", "", 1), value))
        .collect()
}

async fn put(site: &Site, login: &str, body: Value) -> anyhow::Result<Answered> {
    let answer = client(site)?.put(&format!("Users/{login}"), &body).await?;
    ensure!(answer.status == 200, "{}", answer.text);
    Ok(answer)
}

async fn a_state_goes_through_its_map_of_values_in_both_directions(on: On) -> anyhow::Result<()> {
    let mut site = site(on, "original", "").await?;
    for (login, status) in [
        ("bob", "leave"),
        ("cleo", "PROBATION"),
        ("dora", "SABBATICAL"),
    ] {
        insert(&mut site, login, status).await?;
    }
    let listed = client(&site)?.get("Users").await?;
    let states: Vec<&Value> = listed.json["Resources"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|user| &user["active"])
        .collect();
    assert_eq!(states, [true, false, true, false], "{}", listed.text);

    put(&site, "ada", json!({"active": "False"})).await?;
    assert_eq!(
        column(&mut site, "ada", "STATUS").await?.as_deref(),
        Some("TERMINATED")
    );
    let answer = put(&site, "ada", json!({"active": true})).await?;
    assert_eq!(answer.json["active"], true);
    assert_eq!(
        column(&mut site, "ada", "STATUS").await?.as_deref(),
        Some("ACTIVE")
    );
    // A state that stays keeps its spelling, also one that nobody configured.
    for (login, active, status) in [
        ("bob", false, "leave"),
        ("cleo", true, "PROBATION"),
        ("dora", false, "SABBATICAL"),
    ] {
        let body = json!({"active": active, EXTENSION: {"ext_CITY": "Paris"}});
        put(&site, login, body).await?;
        let row = (
            column(&mut site, login, "STATUS").await?,
            column(&mut site, login, "CITY").await?,
        );
        assert_eq!(row, (Some(status.into()), Some("Paris".into())));
    }
    let created = client(&site)?
        .post("Users", &json!({"userName": "eve", "active": 0}))
        .await?;
    ensure!(created.status == 201, "{}", created.text);
    assert_eq!(
        column(&mut site, "eve", "STATUS").await?.as_deref(),
        Some("TERMINATED")
    );
    Ok(())
}

async fn null_empty_and_absent_do_what_each_field_says(on: On) -> anyhow::Result<()> {
    let mut site = site(on, "original", FIELDS).await?;
    // CITY has no policy of its own; NICK: absent null, null keep, empty null; TITLE: empty keep.
    for (login, sent, city, nick, title) in [
        (
            "absent",
            json!({"ext_BADGE": "1"}),
            Some("London"),
            None,
            Some("Analyst"),
        ),
        (
            "nulls",
            json!({"ext_CITY": null, "ext_NICK": null, "ext_TITLE": null}),
            None,
            Some("Countess"),
            None,
        ),
        (
            "empty",
            json!({"ext_CITY": "", "ext_NICK": "", "ext_TITLE": ""}),
            Some(""),
            None,
            Some("Analyst"),
        ),
    ] {
        insert(&mut site, login, "ACTIVE").await?;
        put(&site, login, json!({EXTENSION: sent})).await?;
        let mut row = Vec::new();
        for name in ["CITY", "NICK", "TITLE"] {
            row.push(column(&mut site, login, name).await?);
        }
        assert_eq!(
            row,
            [city, nick, title].map(|text| text.map(str::to_owned)),
            "{login}"
        );
    }
    // What is NULL already and is to become NULL is no change.
    let before = column(&mut site, "empty", "CHANGES").await?;
    put(
        &site,
        "empty",
        json!({EXTENSION: {"ext_CITY": "", "ext_NICK": "", "ext_TITLE": ""}}),
    )
    .await?;
    assert_eq!(column(&mut site, "empty", "CHANGES").await?, before);
    assert_eq!(before.as_deref(), Some("1"));

    let body = json!({"userName": "new", EXTENSION: {"CITY": "", "NICK": "", "TITLE": ""}});
    let created = client(&site)?.post("Users", &body).await?;
    ensure!(created.status == 201, "{}", created.text);
    let row = site
        .reader
        .rows("SELECT CITY, NICK, TITLE FROM PEOPLE WHERE LOGIN = 'new'")
        .await?;
    assert_eq!(row, [[Some(String::new()), None, None]]);
    Ok(())
}

async fn dates_go_through_format_and_zone_in_both_directions(on: On) -> anyhow::Result<()> {
    let mut site = site(on, "original", FIELDS).await?;
    let read = client(&site)?.get("Users/ada").await?;
    let shown = columns(&read.json);
    assert_eq!(shown["HIRED"], "2024-01-31", "{}", read.text);
    // Central European Summer Time is two hours ahead of UTC.
    assert_eq!(shown["SEEN"], "2024-07-31T08:20:30Z");
    let listed = client(&site)?.get("Users").await?;
    assert_eq!(columns(&listed.json["Resources"][0]), shown);

    put(&site, "ada", read.json.clone()).await?;
    assert_eq!(
        column(&mut site, "ada", "CHANGES").await?.as_deref(),
        Some("0"),
        "what was read and is sent back changes nothing"
    );

    let body = json!({EXTENSION: {
        "ext_HIRED": "2024-02-29", "ext_SEEN": "2024-01-15T23:30:00-05:00", "ext_NICK": "Ada"
    }});
    let answer = put(&site, "ada", body).await?;
    assert_eq!(columns(&answer.json)["SEEN"], "2024-01-16T04:30:00Z");
    assert_eq!(
        column(&mut site, "ada", "HIRED").await?.as_deref(),
        Some("29.02.2024")
    );
    let seen = column(&mut site, "ada", "SEEN").await?.unwrap_or_default();
    assert_eq!(seen.replace('T', " "), "2024-01-16 05:30:00");

    let body = json!({"userName": "bea", EXTENSION: {"HIRED": "2023-12-24", "SEEN": null}});
    let created = client(&site)?.post("Users", &body).await?;
    ensure!(created.status == 201, "{}", created.text);
    assert_eq!(columns(&created.json)["HIRED"], "2023-12-24");
    assert_eq!(
        column(&mut site, "bea", "HIRED").await?.as_deref(),
        Some("24.12.2023")
    );
    assert_eq!(column(&mut site, "bea", "SEEN").await?, None);
    Ok(())
}

#[tokio::test]
async fn a_column_with_an_offset_is_written_as_the_same_instant() -> anyhow::Result<()> {
    let field = "[applications.people.fields.SEEN]\ntype = \"datetime\"\nzone = \"column\"\n";
    let mut site = site(On::PostgreSql, "rfc", field).await?;
    site.reader
        .run("ALTER TABLE PEOPLE ALTER COLUMN SEEN TYPE TIMESTAMPTZ USING '2024-07-31 10:20:30+02'::TIMESTAMPTZ")
        .await?;
    let read = client(&site)?.get("Users/ada").await?;
    assert_eq!(columns(&read.json)["SEEN"], "2024-07-31T08:20:30Z");
    let body = json!({EXTENSION: {"ext_SEEN": "2024-01-15T23:30:00-05:00"}});
    put(&site, "ada", body).await?;
    let instant = "TO_CHAR(SEEN AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')";
    assert_eq!(
        column(&mut site, "ada", instant).await?.as_deref(),
        Some("2024-01-16 04:30")
    );
    Ok(())
}

#[tokio::test]
async fn a_format_of_the_column_is_what_is_written() -> anyhow::Result<()> {
    let field = "[applications.people.fields.SEEN]\ntype = \"datetime\"\nzone = \"America/New_York\"\n\
                 column_format = \"%Y-%m-%d %H:%M:%S\"\nwire_zone = \"Europe/Berlin\"\n";
    let mut site = site(On::Sqlite, "rfc", field).await?;
    let read = client(&site)?.get("Users/ada").await?;
    // 10:20 in New York is 16:20 in Berlin, summer time in both.
    assert_eq!(columns(&read.json)["SEEN"], "2024-07-31T16:20:30+02:00");
    assert_eq!(types(&site).await?["SEEN"], "dateTime");
    let body = json!({EXTENSION: {"SEEN": "2024-01-16T06:00:00"}});
    put(&site, "ada", body).await?;
    assert_eq!(
        column(&mut site, "ada", "SEEN").await?.as_deref(),
        Some("2024-01-16 00:00:00")
    );
    Ok(())
}

async fn a_date_that_does_not_read_is_refused_in_a_request_and_shown_in_a_row(
    on: On,
) -> anyhow::Result<()> {
    let mut site = site(on, "original", FIELDS).await?;
    let body = json!({EXTENSION: {"ext_HIRED": "02/29/2024"}});
    let refused = client(&site)?.put("Users/ada", &body).await?;
    assert_eq!(
        (refused.status, &refused.json["scimType"]),
        (400, &json!("INVALID_VALUE")),
        "{}",
        refused.text
    );
    let detail = refused.json["detail"].as_str().unwrap_or_default();
    for word in ["ext_HIRED", "02/29/2024", "2024-01-31"] {
        assert!(detail.contains(word), "{word}: {detail}");
    }
    assert_eq!(
        column(&mut site, "ada", "CHANGES").await?.as_deref(),
        Some("0")
    );

    site.reader
        .run("UPDATE PEOPLE SET HIRED = 'some day'")
        .await?;
    let listed = client(&site)?.get("Users").await?;
    assert_eq!(listed.status, 200, "{}", listed.text);
    let shown = columns(&listed.json["Resources"][0]);
    assert_eq!(shown["HIRED"], "some day");
    assert_eq!(shown["SEEN"], "2024-07-31T08:20:30Z");
    Ok(())
}

/// The types of the extension's attributes, as /Schemas says them.
async fn types(site: &Site) -> anyhow::Result<Map<String, Value>> {
    let schemas = client(site)?.get("Schemas").await?;
    let attributes = schemas.json["Resources"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|schema| schema["id"] == EXTENSION)
        .and_then(|schema| schema["attributes"].as_array())
        .cloned()
        .unwrap_or_default();
    Ok(attributes
        .iter()
        .map(|attribute| {
            let name = attribute["description"].as_str().unwrap_or_default();
            assert_eq!(attribute["name"], format!("ext_{name}"));
            (name.to_uppercase(), attribute["type"].clone())
        })
        .collect())
}

async fn a_column_has_the_type_of_its_database_type_in_the_rfcs_form_only(
    on: On,
) -> anyhow::Result<()> {
    let original = site(on, "original", "").await?;
    let all = types(&original).await?;
    assert_eq!(all.len(), 11, "every column: {all:?}");
    assert!(all.values().all(|kind| kind == "string"), "{all:?}");
    let shown = columns(&client(&original)?.get("Users/ada").await?.json);
    assert!(shown.values().all(Value::is_string), "{shown:?}");

    let rfc = site(on, "rfc", "").await?;
    let all = types(&rfc).await?;
    let read = client(&rfc)?.get("Users/ada").await?;
    let shown = columns(&read.json);
    for (name, kind, value) in [
        ("LOGIN", "string", json!("ada")),
        ("BADGE", "integer", json!(42)),
        ("SALARY", "decimal", json!(1234.5)),
        ("SEEN", "dateTime", json!("2024-07-31T10:20:30")),
        ("FLAG", "boolean", json!(true)),
    ] {
        // What an ODBC driver says of a Boolean is its own affair.
        if name == "FLAG" && matches!(on, On::OdbcMariaDb | On::OdbcPostgreSql) {
            continue;
        }
        assert_eq!(
            (&all[name], &shown[name]),
            (&json!(kind), &value),
            "{name}: {}",
            read.text
        );
    }
    let listed = client(&rfc)?.get("Users").await?;
    assert_eq!(columns(&listed.json["Resources"][0]), shown);
    Ok(())
}

async fn what_is_read_of_a_typed_user_may_be_sent_back(on: On) -> anyhow::Result<()> {
    let mut site = site(on, "rfc", "").await?;
    let read = client(&site)?.get("Users/ada").await?;
    put(&site, "ada", read.json.clone()).await?;
    assert_eq!(
        column(&mut site, "ada", "CHANGES").await?.as_deref(),
        Some("0")
    );
    for (badge, salary) in [(json!(43), json!(99.25)), (json!("44"), json!("100.75"))] {
        let body = json!({EXTENSION: {"ext_BADGE": badge, "SALARY": salary}});
        put(&site, "ada", body).await?;
        let text = |value: &Value| value.to_string().trim_matches('"').to_owned();
        assert_eq!(column(&mut site, "ada", "BADGE").await?, Some(text(&badge)));
        assert_eq!(
            column(&mut site, "ada", "SALARY").await?,
            Some(text(&salary))
        );
    }
    Ok(())
}
