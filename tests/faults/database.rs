//! What is wrong with the mapping, the data or the database.

use serde_json::{Value, json};
use sluice_tests::support::site::{On, Site};

use crate::assert_error;

crate::on_every_dialect!(
    data_that_does_not_fit_is_refused_and_nothing_is_kept,
    a_mapping_that_does_not_fit_the_database_says_so,
    a_call_in_an_sql_operation_is_refused_before_anything_runs,
    sql_statements_do_what_the_procedures_do,
    a_statement_that_hits_several_rows_is_rolled_back,
);

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn user(id: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut user = json!({
        "userName": id, "active": true,
        EXTENSION: {"ext_USERNAME": id, "ext_FIRSTNAME": "A", "ext_LASTNAME": "B", "ext_EMAIL": id}
    });
    change(&mut user);
    user
}

async fn data_that_does_not_fit_is_refused_and_nothing_is_kept(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let client = site.server.client()?;
    let luke = "luke.skywalker@galaxy.local";

    let duplicate = client.post("Users", &user(luke, |_| {})).await?;
    assert_error(&duplicate, 409, &[luke]);
    assert_eq!(duplicate.json["scimType"], "UNIQUENESS");
    // Another id with a USERNAME that is taken: only the database knows.
    let taken = client
        .post(
            "Users",
            &user("new@x", |u| u[EXTENSION]["ext_USERNAME"] = json!(luke)),
        )
        .await?;
    assert_error(&taken, 409, &["exists already"]);
    let without = client
        .post(
            "Users",
            &user("new@x", |u| u[EXTENSION]["ext_EMAIL"] = Value::Null),
        )
        .await?;
    assert_error(&without, 400, &["needs a value"]);
    assert!(
        without.json["detail"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase()
            .contains("email"),
        "the column is named: {}",
        without.text
    );
    let long = client
        .post(
            "Users",
            &user("new@x", |u| {
                u[EXTENSION]["ext_LASTNAME"] = json!("x".repeat(101));
            }),
        )
        .await?;
    assert_error(&long, 400, &["too long"]);
    // The second write fails, so the first is not kept either.
    let unknown = client
        .post(
            "Users",
            &user("new@x", |u| {
                u["entitlements"] = json!([{"value": "1"}, {"value": "99"}]);
            }),
        )
        .await?;
    assert_error(&unknown, 400, &["refused"]);
    assert_eq!(
        site.reader
            .one("SELECT COUNT(*) FROM USERS")
            .await?
            .as_deref(),
        Some("15")
    );

    let change = client
        .put(
            &format!("Users/{luke}"),
            &user(luke, |u| {
                u[EXTENSION]["ext_TITLE"] = json!("Master");
                u["entitlements"] = json!([{"value": "99"}]);
            }),
        )
        .await?;
    assert_error(&change, 400, &["refused"]);
    let title = site
        .reader
        .one(&format!("SELECT TITLE FROM USERS WHERE USER_ID = '{luke}'"))
        .await?;
    assert_eq!(
        title.as_deref(),
        Some("Jedi Knight"),
        "the update before it is not kept"
    );
    let held = site
        .reader
        .one(&format!(
            "SELECT COUNT(*) FROM USERENTITLEMENTS WHERE USER_ID = '{luke}'"
        ))
        .await?;
    assert_eq!(held.as_deref(), Some("3"));
    Ok(())
}

async fn a_mapping_that_does_not_fit_the_database_says_so(on: On) -> anyhow::Result<()> {
    let site = Site::with(on, |text| {
        text.replace(
            "CALL GET_ALL_ENTITLEMENTS()",
            "CALL GET_EVERY_ENTITLEMENT()",
        )
        .replace(
            "CALL GET_USER_ENTITLEMENT(?)\"\nparameters = [\"USER_ID\"]",
            "CALL GET_USER_ENTITLEMENT(?, ?)\"\nparameters = [\"USER_ID\", \"USER_ID\"]",
        )
        .replace(
            "CALL ACTIVATE_USER(?)\"\nparameters = [\"USER_ID\"]",
            "CALL ACTIVATE_USER(?, ?)\"\nparameters = [\"USER_ID\"]",
        )
    })
    .await?;
    let client = site.server.client()?;
    let missing = client.get("Entitlements").await?;
    assert_error(&missing, 500, &["Get all entitlements", "does not exist"]);
    assert!(
        missing
            .text
            .to_uppercase()
            .contains("GET_EVERY_ENTITLEMENT"),
        "{}",
        missing.text
    );
    let count = client.get("Users/yoda@galaxy.local").await?;
    assert_error(&count, 500, &["Get user entitlements", "it takes 1"]);
    Ok(())
}

async fn a_call_in_an_sql_operation_is_refused_before_anything_runs(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| {
        text.replace(
            "kind = \"procedure\"\nstatement = \"CALL DEACTIVATE_USER(?)\"",
            "kind = \"sql\"\nstatement = \"CALL DEACTIVATE_USER(?)\"",
        )
    })
    .await?;
    let client = site.server.client()?;
    let answer = client
        .put(
            "Users/yoda@galaxy.local",
            &json!({"userName": "yoda@galaxy.local", "active": false}),
        )
        .await?;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.text,
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"scimType":"INVALID_SYNTAX","detail":"statement=CALL DEACTIVATE_USER(?), errors=[ValidationException: executeCall not allowed., ValidationException: execute not allowed.]","status":400}"#
    );
    assert_eq!(
        site.reader
            .one("SELECT IS_ACTIVE FROM USERS WHERE USER_ID = 'yoda@galaxy.local'")
            .await?
            .as_deref(),
        Some("1")
    );
    Ok(())
}

fn sql(text: String) -> String {
    let fields = "USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, TITLE";
    let swap = |text: String, call: &str, statement: &str| {
        text.replace(
            &format!("kind = \"procedure\"\nstatement = \"{call}\""),
            &format!("kind = \"sql\"\nstatement = \"\"\"{statement}\"\"\""),
        )
    };
    let marks = ["?"; 24].join(", ");
    let text = swap(
        text,
        "CALL GET_ACTIVEUSERS()",
        &format!(
            "SELECT {fields}, IS_ACTIVE\n  FROM USERS -- everybody?\n WHERE IS_ACTIVE = '1' ORDER BY USER_ID;"
        ),
    );
    let text = swap(
        text,
        "CALL GET_USER_BY_ID(?)",
        &format!("SELECT {fields}, IS_ACTIVE FROM USERS WHERE USER_ID = ?"),
    );
    let text = swap(
        text,
        "CALL GET_ALL_ENTITLEMENTS()",
        "SELECT ENT_ID, ENT_NAME FROM ENTITLEMENTS",
    );
    let text = swap(
        text,
        "CALL GET_USER_ENTITLEMENT(?)",
        "SELECT E.ENT_ID, E.ENT_NAME FROM USERENTITLEMENTS U JOIN ENTITLEMENTS E ON E.ENT_ID = U.ENT_ID WHERE U.USER_ID = ?",
    );
    let text = swap(
        text,
        "CALL ACTIVATE_USER(?)",
        "UPDATE USERS SET IS_ACTIVE = '1' WHERE USER_ID = ?",
    );
    let text = swap(
        text,
        "CALL DEACTIVATE_USER(?)",
        "UPDATE USERS SET IS_ACTIVE = '0' WHERE USER_ID = ?",
    );
    let text = swap(
        text,
        "CALL ADD_ENTITLEMENT_TO_USER(?, ?)",
        "INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID) VALUES (?, ?)",
    );
    let text = swap(
        text,
        "CALL REMOVE_ENTITLEMENT_FROM_USER(?, ?)",
        "DELETE FROM USERENTITLEMENTS WHERE USER_ID = ? AND ENT_ID = ?",
    );
    let columns = "USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, MIDDLENAME, DISPLAYNAME, NICKNAME, MOBILEPHONE, STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, DEPARTMENT, MANAGERID, MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE, TERMINATIONDATE, PASSWORD_HASH";
    let text = swap(
        text,
        &format!("CALL CREATE_USER({marks})"),
        &format!("INSERT INTO USERS ({columns}) VALUES ({marks})"),
    );
    let update =
        format!("kind = \"procedure\"\nstatement = \"CALL UPDATE_USER({marks})\"\nparameters = [");
    text.replace(&update, "kind = \"sql\"\nstatement = \"UPDATE USERS SET TITLE = ? WHERE USER_ID = ?\"\nparameters = [\"TITLE\", \"USER_ID\"]\n# [")
        .lines()
        .scan(false, |inside, line| {
            // The long parameter list of the procedure is left out.
            if line == "# [" {
                *inside = true;
            }
            let keep = !*inside;
            if *inside && line == "]" {
                *inside = false;
            }
            Some(if keep { format!("{line}\n") } else { String::new() })
        })
        .collect()
}

async fn sql_statements_do_what_the_procedures_do(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, sql).await?;
    let client = site.server.client()?;
    let listed = client.get("Users?startIndex=1&count=100").await?;
    assert_eq!(
        (listed.status, &listed.json["totalResults"]),
        (200, &json!(14)),
        "{}",
        listed.text
    );
    let created = client
        .post(
            "Users",
            &user("new@x", |u| {
                u["entitlements"] = json!(["1", "3"]);
                u[EXTENSION]["ext_HIREDATE"] = json!("2024-02-29");
            }),
        )
        .await?;
    assert_eq!(created.status, 201, "{}", created.text);
    let changed = client
        .put(
            "Users/new@x",
            &user("new@x", |u| {
                u["active"] = json!(false);
                u["entitlements"] = json!(["3", "4"]);
                u[EXTENSION]["ext_TITLE"] = json!("x");
            }),
        )
        .await?;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let row = site
        .reader
        .rows("SELECT TITLE, HIREDATE, IS_ACTIVE FROM USERS WHERE USER_ID = 'new@x'")
        .await?;
    assert_eq!(
        row,
        [[
            Some("x".into()),
            Some("2024-02-29".into()),
            Some("0".into())
        ]]
    );
    let held = site
        .reader
        .rows("SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = 'new@x' ORDER BY ENT_ID")
        .await?;
    assert_eq!(held, [[Some("3".to_owned())], [Some("4".to_owned())]]);
    Ok(())
}

async fn a_statement_that_hits_several_rows_is_rolled_back(on: On) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| {
        sql(text).replace(
            "UPDATE USERS SET TITLE = ? WHERE USER_ID = ?",
            "UPDATE USERS SET TITLE = ? WHERE USER_ID <> ?",
        )
    })
    .await?;
    let answer = site
        .server
        .client()?
        .put(
            "Users/yoda@galaxy.local",
            &user("yoda@galaxy.local", |u| {
                u[EXTENSION]["ext_TITLE"] = json!("x");
            }),
        )
        .await?;
    assert_error(
        &answer,
        500,
        &["Update user", "14 rows", "nothing was kept"],
    );
    assert_eq!(
        site.reader
            .one("SELECT COUNT(*) FROM USERS WHERE TITLE = 'x'")
            .await?
            .as_deref(),
        Some("0")
    );
    Ok(())
}

#[tokio::test]
async fn a_database_that_is_down_is_503_and_the_endpoint_lives_on() -> anyhow::Result<()> {
    for (on, port) in [(On::MariaDb, "127.0.0.1"), (On::PostgreSql, "127.0.0.1")] {
        let free = std::net::TcpListener::bind((port, 0))?.local_addr()?.port();
        let site = Site::with(on, |text| {
            text.lines()
                .map(|line| {
                    if line.starts_with("port = ") {
                        format!("port = {free}\n")
                    } else {
                        format!("{line}\n")
                    }
                })
                .collect()
        })
        .await?;
        let client = site.server.client()?;
        let answer = client.get("Users/yoda@galaxy.local").await?;
        assert_error(&answer, 503, &["does not answer"]);
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!(client.get("Status").await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_or_database_is_a_500_that_names_the_connection() -> anyhow::Result<()> {
    for on in [On::MariaDb, On::PostgreSql] {
        let site = Site::with(on, |text| {
            text.replace("[connections.demo]", "[connections.other]")
                .replace("[connections.demo.pool]", "[connections.other.pool]")
                .replace("connection = \"demo\"", "connection = \"other\"")
        })
        .await?;
        assert_error(
            &site.server.client()?.get("Users/a").await?,
            500,
            &["refuses the user or the password"],
        );
        let site = Site::with(on, |text| {
            text.lines()
                .map(|line| {
                    if line.starts_with("database = ") {
                        "database = \"nowhere\"\n".to_owned()
                    } else {
                        format!("{line}\n")
                    }
                })
                .collect()
        })
        .await?;
        assert_error(
            &site.server.client()?.get("Users/a").await?,
            500,
            &["does not exist"],
        );
    }
    let site = Site::with(On::Sqlite, |text| {
        text.replace("path = \"", "path = \"/nowhere")
    })
    .await?;
    assert_error(
        &site.server.client()?.get("Users/a").await?,
        500,
        &["does not exist"],
    );
    Ok(())
}
