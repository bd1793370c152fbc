//! The incremental import: the users that were changed after a time, on every dialect.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sluice_tests::support::console::Console;
use sluice_tests::support::server::{Answered, Client, Server};
use sluice_tests::support::site::{On, Place, Site};

crate::on_every_dialect!(
    only_who_was_changed_after_the_time_is_listed_and_says_when,
    a_time_of_change_in_a_zone_is_asked_for_and_shown_in_utc,
    a_procedure_gives_the_changed_users_as_well,
    pages_of_one_time_neither_overlap_nor_skip_and_leave_a_full_import_alone,
    a_changed_user_holds_what_the_database_says,
    without_its_mapping_the_filter_is_refused_and_never_means_all_users,
);

const STATEMENT: &str = "SELECT * FROM USERS WHERE CHANGED_AT > ? ORDER BY USER_ID";

/// Who was changed when; everybody else was changed in 2019.
const CHANGED: [(&str, &str); 3] = [
    ("han.solo@galaxy.local", "2020-04-07 14:19:35"),
    ("luke.skywalker@galaxy.local", "2020-04-07 14:19:34"),
    ("yoda@galaxy.local", "2021-01-02 03:04:05"),
];

/// The configuration with the first of these lines replaced.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the demo has another form");
    text.replacen(from, to, 1)
}

/// The demo's configuration with a time of change and this mapping of the incremental import.
fn configured(text: &str, kind: &str, statement: &str) -> String {
    let text = text.replacen(
        "[applications.jdbc_on_prem]\n",
        "[applications.jdbc_on_prem]\nchanged_column = \"CHANGED_AT\"\n",
        1,
    );
    // The demo's procedures do not know the new column.
    let text = replaced(
        &text,
        "get_users]\nkind = \"procedure\"\nstatement = \"CALL GET_ACTIVEUSERS()\"",
        "get_users]\nkind = \"sql\"\nstatement = \"SELECT * FROM USERS ORDER BY USER_ID\"",
    );
    let text = replaced(
        &text,
        "get_user_by_id]\nkind = \"procedure\"\nstatement = \"CALL GET_USER_BY_ID(?)\"",
        "get_user_by_id]\nkind = \"sql\"\nstatement = \"SELECT * FROM USERS WHERE USER_ID = ?\"",
    );
    format!(
        "{text}\n[applications.jdbc_on_prem.operations.incremental_import]\nkind = \"{kind}\"\n\
         statement = \"{statement}\"\nparameters = [\"CHANGED_AT\"]\n"
    )
}

/// A site whose users have a time of change, with this mapping of the incremental import.
async fn site(on: On, kind: &str, statement: &str) -> anyhow::Result<Site> {
    site_with(on, |text| configured(&text, kind, statement)).await
}

async fn site_with(on: On, change: impl FnOnce(String) -> String) -> anyhow::Result<Site> {
    let mut site = Site::with(on, change).await?;
    let column = match on {
        On::MariaDb | On::OdbcMariaDb => "DATETIME",
        On::PostgreSql | On::OdbcPostgreSql => "TIMESTAMP",
        // SQLite has no type for it; a text is compared as one.
        On::Sqlite => "TEXT",
    };
    let reader = &mut site.reader;
    reader
        .run(&format!("ALTER TABLE USERS ADD COLUMN CHANGED_AT {column}"))
        .await?;
    reader
        .run("UPDATE USERS SET CHANGED_AT = '2019-01-01 00:00:00'")
        .await?;
    for (id, at) in CHANGED {
        reader
            .run(&format!(
                "UPDATE USERS SET CHANGED_AT = '{at}' WHERE USER_ID = '{id}'"
            ))
            .await?;
    }
    Ok(site)
}

/// The provider's request, as it sends it.
async fn changed(
    client: &Client,
    since: &str,
    start: usize,
    count: usize,
) -> anyhow::Result<Answered> {
    let since = since.replace('+', "%2B");
    client
        .get(&format!(
            "Users?filter=meta.lastModified%20gt%20%22{since}%22&startIndex={start}&count={count}"
        ))
        .await
}

fn ids(answer: &Answered) -> Vec<&str> {
    let users = answer.json["Resources"].as_array();
    users
        .into_iter()
        .flatten()
        .filter_map(|user| user["id"].as_str())
        .collect()
}

/// The exchange recorded last.
async fn last(site: &Site) -> anyhow::Result<Value> {
    let console = Console::of(&site.server).await?;
    let listed = console
        .call(
            "traffic.list",
            &json!({"filter": "", "before": null, "limit": 1}),
        )
        .await?;
    let id = &listed["exchanges"][0]["id"];
    console.call("traffic.get", &json!({"id": id})).await
}

/// Berlin is two hours ahead of UTC in April, and one in January.
async fn a_time_of_change_in_a_zone_is_asked_for_and_shown_in_utc(on: On) -> anyhow::Result<()> {
    let mut fields = "[applications.jdbc_on_prem.fields.CHANGED_AT]\ntype = \"datetime\"\nzone = \"Europe/Berlin\"\n".to_owned();
    if on == On::Sqlite {
        // A text is compared as one, so it must be bound as the column writes it.
        fields.push_str("column_format = \"%Y-%m-%d %H:%M:%S\"\n");
    }
    let change = |text: String| format!("{}\n{fields}", configured(&text, "sql", STATEMENT));
    let site = site_with(on, change).await?;
    let client = site.server.client()?;
    let answer = changed(&client, "2020-04-07T12:19:34Z", 1, 100).await?;
    ensure!(answer.status == 200, "{}", answer.text);
    assert_eq!(ids(&answer), ["han.solo@galaxy.local", "yoda@galaxy.local"]);
    let times: Vec<&Value> = answer.json["Resources"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|user| &user["meta"]["lastModified"])
        .collect();
    assert_eq!(times, ["2020-04-07T12:19:35Z", "2021-01-02T02:04:05Z"]);
    Ok(())
}

async fn only_who_was_changed_after_the_time_is_listed_and_says_when(on: On) -> anyhow::Result<()> {
    let site = site(on, "sql", STATEMENT).await?;
    let client = site.server.client()?;
    let answer = changed(&client, "2020-04-07T14:19:34Z", 1, 100).await?;
    ensure!(answer.status == 200, "{}", answer.text);
    assert_eq!(ids(&answer), ["han.solo@galaxy.local", "yoda@galaxy.local"]);
    assert_eq!(
        (
            &answer.json["totalResults"],
            &answer.json["startIndex"],
            &answer.json["itemsPerPage"]
        ),
        (&json!(2), &json!(1), &json!(2))
    );
    assert_eq!(
        answer.json["Resources"][0]["meta"]["lastModified"],
        "2020-04-07T14:19:35Z"
    );

    let exchange = last(&site).await?;
    let bound = exchange["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|step| &step["statement"])
        .find(|statement| statement["operation"] == "incremental_import")
        .context("the statement is not recorded")?;
    assert_eq!(
        bound["parameters"],
        json!([{"position": 1, "name": "CHANGED_AT", "value": "2020-04-07 14:19:34", "secret": false}])
    );

    // The same moment, elsewhere; and one second earlier, to the other side.
    let elsewhere = changed(&client, "2020-04-07T16:19:34+02:00", 1, 100).await?;
    assert_eq!(ids(&elsewhere), ids(&answer));
    let earlier = changed(&client, "2020-04-07T14:19:33.5Z", 1, 100).await?;
    assert_eq!(ids(&earlier).len(), 3, "{}", earlier.text);
    let nobody = changed(&client, "2022-01-01T00:00:00Z", 1, 100).await?;
    assert_eq!(
        (
            nobody.status,
            &nobody.json["totalResults"],
            &nobody.json["Resources"]
        ),
        (200, &json!(0), &json!([]))
    );

    let console = Console::of(&site.server).await?;
    let input = json!({"application": "jdbc_on_prem"});
    let checked = console.call("operations.check", &input).await?;
    let found = checked["findings"].as_array().context("no findings")?;
    let about: Vec<&Value> = found
        .iter()
        // The whole row is returned here, and so the password's hash: that is a note.
        .filter(|finding| {
            finding["operation"] == "incremental_import" && finding["severity"] != "note"
        })
        .collect();
    assert!(about.is_empty(), "{about:?}");

    let one = client.get("Users/yoda@galaxy.local").await?;
    assert_eq!(one.json["meta"]["lastModified"], "2021-01-02T03:04:05Z");
    let config = client.get("ServiceProviderConfig").await?;
    assert!(
        config.text.contains("\"OPP_SCIM_INCREMENTAL_IMPORTS\""),
        "{}",
        config.text
    );
    Ok(())
}

async fn a_procedure_gives_the_changed_users_as_well(on: On) -> anyhow::Result<()> {
    let mut site = site(on, "procedure", "CALL GET_CHANGED_USERS(?)").await?;
    let made = match on {
        On::MariaDb | On::OdbcMariaDb => {
            "CREATE PROCEDURE GET_CHANGED_USERS(IN p_since DATETIME) \
             SELECT * FROM USERS WHERE CHANGED_AT > p_since ORDER BY USER_ID"
        }
        On::PostgreSql | On::OdbcPostgreSql => {
            "CREATE FUNCTION GET_CHANGED_USERS(p_since TIMESTAMP) RETURNS SETOF USERS LANGUAGE sql AS \
             $$ SELECT * FROM USERS WHERE CHANGED_AT > p_since ORDER BY USER_ID $$"
        }
        On::Sqlite => {
            "INSERT INTO SLUICE_PROCEDURES (NAME, PARAMETERS, BODY) VALUES ('GET_CHANGED_USERS', \
             '[{\"name\":\"p_since\",\"type\":\"TEXT\"}]', \
             'SELECT * FROM USERS WHERE CHANGED_AT > :p_since ORDER BY USER_ID')"
        }
    };
    site.reader.run(made).await?;
    let client = site.server.client()?;
    let answer = changed(&client, "2020-04-07T14:19:34Z", 1, 100).await?;
    ensure!(answer.status == 200, "{}", answer.text);
    assert_eq!(ids(&answer), ["han.solo@galaxy.local", "yoda@galaxy.local"]);
    Ok(())
}

async fn pages_of_one_time_neither_overlap_nor_skip_and_leave_a_full_import_alone(
    on: On,
) -> anyhow::Result<()> {
    let mut site = site(on, "sql", STATEMENT).await?;
    let client = site.server.client()?;
    let since = "2020-01-01T00:00:00Z";
    let full = client.get("Users?startIndex=1&count=2").await?;
    let everybody = full.json["totalResults"].as_u64().context("no total")?;
    assert_eq!(
        full.json["Resources"][0]["meta"]["lastModified"],
        "2019-01-01T00:00:00Z"
    );
    let first = changed(&client, since, 1, 1).await?;
    assert_eq!(ids(&first), ["han.solo@galaxy.local"]);
    // It sorts before everybody, is active, and was changed: a list that is read anew would move by one.
    site.reader
        .run("INSERT INTO USERS (USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, CHANGED_AT) VALUES ('aa@x', 'aa@x', 'A', 'A', 'aa@x', '2023-01-01 00:00:00')")
        .await?;
    // Another time is another import.
    let other = changed(&client, "2022-01-01T00:00:00Z", 1, 1).await?;
    assert_eq!(ids(&other), ["aa@x"]);
    let (second, third) = (
        changed(&client, since, 2, 1).await?,
        changed(&client, since, 3, 1).await?,
    );
    assert_eq!(
        (ids(&second), ids(&third)),
        (
            vec!["luke.skywalker@galaxy.local"],
            vec!["yoda@galaxy.local"]
        )
    );
    assert_eq!(third.json["totalResults"], 3);
    let further = client.get("Users?startIndex=3&count=2").await?;
    assert_eq!(
        further.json["totalResults"], everybody,
        "the full import goes on"
    );
    assert!(!ids(&full).contains(&ids(&further)[0]));

    let console = Console::of(&site.server).await?;
    let imports = console.call("imports.list", &json!({})).await?;
    let mut told: Vec<_> = imports["imports"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            (
                one["application"].as_str(),
                one["since"].as_str(),
                one["pages"].as_u64(),
            )
        })
        .collect();
    told.sort_unstable();
    let application = Some("jdbc_on_prem");
    assert_eq!(
        told,
        [
            (application, None, Some(2)),
            (application, Some("2020-01-01 00:00:00"), Some(3)),
            (application, Some("2022-01-01 00:00:00"), Some(1)),
        ]
    );

    let anew = changed(&client, since, 1, 100).await?;
    assert_eq!(ids(&anew)[0], "aa@x", "a first page begins anew");
    Ok(())
}

async fn a_changed_user_holds_what_the_database_says(on: On) -> anyhow::Result<()> {
    let mut site = site(on, "sql", STATEMENT).await?;
    let held = site
        .reader
        .rows("SELECT ENT_ID FROM USERENTITLEMENTS WHERE USER_ID = 'yoda@galaxy.local' ORDER BY ENT_ID")
        .await?;
    let held: Vec<String> = held.into_iter().flatten().flatten().collect();
    assert!(!held.is_empty(), "the demo has changed");
    let client = site.server.client()?;
    let answer = changed(&client, "2020-12-31T00:00:00Z", 1, 100).await?;
    assert_eq!(ids(&answer), ["yoda@galaxy.local"]);
    let mut told: Vec<&str> = answer.json["Resources"][0]["entitlements"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|held| held["value"].as_str())
        .collect();
    told.sort_by_key(|id| id.parse::<u32>().unwrap_or(0));
    assert_eq!(told, held);
    Ok(())
}

async fn without_its_mapping_the_filter_is_refused_and_never_means_all_users(
    on: On,
) -> anyhow::Result<()> {
    let unmapped = Site::start(on).await?;
    let client = unmapped.server.client()?;
    let answer = changed(&client, "2020-04-07T14:19:34Z", 1, 100).await?;
    assert_eq!(
        (answer.status, &answer.json["scimType"]),
        (400, &json!("INVALID_FILTER"))
    );
    let detail = answer.json["detail"].as_str().unwrap_or_default();
    assert!(
        detail.contains("\"Incremental import\" is not mapped"),
        "{detail}"
    );
    assert!(answer.json.get("Resources").is_none());
    let config = client.get("ServiceProviderConfig").await?;
    assert!(!config.text.contains("INCREMENTAL"), "{}", config.text);

    let mapped = site(on, "sql", STATEMENT).await?;
    let client = mapped.server.client()?;
    for since in ["yesterday", "", "2020-04-07", "2020-02-30T00:00:00Z"] {
        let answer = changed(&client, since, 1, 100).await?;
        assert_eq!(
            (answer.status, &answer.json["scimType"]),
            (400, &json!("INVALID_FILTER")),
            "{since}: {}",
            answer.text
        );
    }
    Ok(())
}

/// A column with a zone is compared in the zone of the session, which the configuration sets.
#[tokio::test]
async fn a_column_with_a_zone_is_compared_in_utc_where_the_session_is() -> anyhow::Result<()> {
    for (zone, expected) in [
        ("UTC", &["han.solo@galaxy.local", "yoda@galaxy.local"][..]),
        // The same text, nine hours earlier: why the session must be in UTC.
        (
            "Asia/Tokyo",
            &[
                "han.solo@galaxy.local",
                "luke.skywalker@galaxy.local",
                "yoda@galaxy.local",
            ][..],
        ),
    ] {
        let mut place = Place::new(On::PostgreSql).await?;
        place
            .reader
            .run("ALTER TABLE USERS ADD COLUMN CHANGED_AT TIMESTAMPTZ DEFAULT '2019-01-01 00:00:00+00'")
            .await?;
        for (id, at) in CHANGED {
            place
                .reader
                .run(&format!(
                    "UPDATE USERS SET CHANGED_AT = '{at}+00' WHERE USER_ID = '{id}'"
                ))
                .await?;
        }
        let pool = "[connections.demo.pool]\n";
        let text = replaced(
            &configured(&place.configuration, "sql", STATEMENT),
            pool,
            &format!("{pool}connectionInitSql = \"SET TIME ZONE '{zone}'\"\n"),
        );
        let server = Server::with_config(&text, &[("demo", &place.password)]).await?;
        let client = server.client()?;
        let answer = changed(&client, "2020-04-07T14:19:34Z", 1, 100).await?;
        assert_eq!(ids(&answer), expected, "{zone}: {}", answer.text);
        assert_eq!(
            answer.json["Resources"][0]["meta"]["lastModified"], "2020-04-07T14:19:35Z",
            "what is shown is right in any zone"
        );
    }
    Ok(())
}
