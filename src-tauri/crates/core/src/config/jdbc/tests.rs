use super::*;

fn read(url: &str) -> Connection {
    let address = parse("hr", url).unwrap_or_else(|error| panic!("{url}: {error}"));
    assert!(address.password.is_none(), "{url}");
    assert_eq!(address.connection.name, "hr");
    address.connection
}

fn refused(url: &str) -> String {
    match parse("hr", url) {
        Ok(address) => panic!("{url} is taken for {:?}", address.connection),
        Err(error) => error.to_string(),
    }
}

/// Host, port, database, user.
fn of(url: &str) -> (String, u16, String, Option<String>) {
    let connection = read(url);
    (
        connection.host.clone().unwrap(),
        connection.port(),
        connection.database.clone().unwrap(),
        connection.user,
    )
}

fn at(
    host: &str,
    port: u16,
    database: &str,
    user: Option<&str>,
) -> (String, u16, String, Option<String>) {
    (host.into(), port, database.into(), user.map(str::to_owned))
}

#[test]
fn the_forms_of_connector_j_and_of_mariadb_are_read() {
    for (url, expected) in [
        ("jdbc:mysql://db/hr", at("db", 3306, "hr", None)),
        ("JDBC:MySQL://db:3307/hr", at("db", 3307, "hr", None)),
        (
            "jdbc:mariadb://db:3307/hr?user=scim",
            at("db", 3307, "hr", Some("scim")),
        ),
        ("jdbc:mysql:///hr", at("localhost", 3306, "hr", None)),
        (
            "jdbc:mysql://[2001:db8::1]:3307/hr",
            at("2001:db8::1", 3307, "hr", None),
        ),
        ("jdbc:mysql://[::1]/hr", at("::1", 3306, "hr", None)),
        (
            "jdbc:mysql://sc%40im@db/h%C3%A9r",
            at("db", 3306, "hér", Some("sc@im")),
        ),
        ("jdbc:mysql://db", at("db", 3306, "", None)),
    ] {
        assert_eq!(of(url), expected, "{url}");
    }
    let properties = read("jdbc:mysql://db/hr?useUnicode=true&x=a%26b+c&flag").properties;
    assert_eq!(properties["x"], "a&b+c");
    assert_eq!(properties["flag"], "");
}

#[test]
fn the_forms_of_pgjdbc_are_read() {
    for (url, expected) in [
        ("jdbc:postgresql://db:5433/hr", at("db", 5433, "hr", None)),
        (
            "jdbc:postgresql://db/hr?user=scim",
            at("db", 5432, "hr", Some("scim")),
        ),
        ("jdbc:postgresql:hr", at("localhost", 5432, "hr", None)),
        ("jdbc:postgresql:/hr", at("localhost", 5432, "hr", None)),
        ("jdbc:postgresql:///hr", at("localhost", 5432, "hr", None)),
        // Without a database it is the one of the user's name.
        (
            "jdbc:postgresql://db/?user=scim",
            at("db", 5432, "scim", Some("scim")),
        ),
        (
            "jdbc:postgresql:?user=scim",
            at("localhost", 5432, "scim", Some("scim")),
        ),
        (
            "jdbc:postgresql://[::1]:5433/a%20b",
            at("::1", 5433, "a b", None),
        ),
        (
            "jdbc:postgresql:///?PGHOST=db&PGPORT=5433&PGDBNAME=hr",
            at("db", 5433, "hr", None),
        ),
    ] {
        assert_eq!(of(url), expected, "{url}");
    }
    let connection = read("jdbc:postgresql://db/hr?currentSchema=hr,public&sslmode=verify-full");
    assert_eq!(connection.properties["currentSchema"], "hr,public");
    assert_eq!(
        connection.protection().unwrap().mode,
        crate::config::TlsMode::VerifyFull
    );
}

#[test]
fn the_forms_of_microsofts_driver_are_read() {
    for (url, expected) in [
        (
            "jdbc:sqlserver://db:1434;databaseName=hr;encrypt=true;user=scim",
            at("db", 1434, "hr", Some("scim")),
        ),
        (
            "jdbc:sqlserver://db;DATABASE=hr;",
            at("db", 1433, "hr", None),
        ),
        (
            "jdbc:sqlserver://;serverName=db;portNumber=1434;database=hr",
            at("db", 1434, "hr", None),
        ),
        (
            "jdbc:sqlserver://;serverName=::1;database=hr",
            at("::1", 1433, "hr", None),
        ),
        ("jdbc:sqlserver://db", at("db", 1433, "master", None)),
        (
            "jdbc:sqlserver://;database={a;b}}c}",
            at("localhost", 1433, "a;b}c", None),
        ),
        (
            "jdbc:sqlserver://db; user = {x y} ; database=hr",
            at("db", 1433, "hr", Some("x y")),
        ),
    ] {
        assert_eq!(of(url), expected, "{url}");
    }
    let connection = read(r"jdbc:sqlserver://db\SQL2019:1500;database=hr;applicationName=x");
    assert_eq!(
        (connection.host.as_deref(), connection.port),
        (Some("db"), Some(1500))
    );
    assert_eq!(connection.properties["instanceName"], "SQL2019");
    let connection = read("jdbc:sqlserver://db;instanceName=SQL2019");
    assert_eq!(connection.properties["instanceName"], "SQL2019");
}

#[test]
fn the_forms_of_oracles_driver_are_read() {
    for (url, expected) in [
        (
            "jdbc:oracle:thin:@//db:1522/hr.example.com",
            at("db", 1522, "hr.example.com", None),
        ),
        ("jdbc:oracle:thin:@db:1522/hr", at("db", 1522, "hr", None)),
        ("jdbc:oracle:thin:@//db/hr", at("db", 1521, "hr", None)),
        (
            "jdbc:oracle:thin:scim@//db/hr",
            at("db", 1521, "hr", Some("scim")),
        ),
        (
            "jdbc:oracle:thin:@tcp://db:1522/hr",
            at("db", 1522, "hr", None),
        ),
        (
            "jdbc:oracle:thin:@//[::1]:1522/hr",
            at("::1", 1522, "hr", None),
        ),
        ("jdbc:oracle:oci:@db:1521:XE", at("db", 1521, "XE", None)),
    ] {
        assert_eq!(of(url), expected, "{url}");
    }
    assert_eq!(
        read("jdbc:oracle:thin:@db:1521:XE").properties["oracle.sid"],
        "XE"
    );
    let connection = read("jdbc:oracle:thin:@tcps://db:2484/hr:dedicated/one?wallet_location=/w");
    assert_eq!(connection.properties["oracle.server"], "dedicated");
    assert_eq!(connection.properties["oracle.instance"], "one");
    assert_eq!(connection.properties["wallet_location"], "/w");
    assert_eq!(
        connection.protection().unwrap().mode,
        crate::config::TlsMode::VerifyFull
    );
    let text = "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCPS)(HOST = db1)(PORT=2484))(ADDRESS=(PROTOCOL=TCPS)\
                (HOST=db2)(PORT=1))(CONNECT_DATA=(SERVICE_NAME=hr)))";
    let connection = read(&format!("jdbc:oracle:thin:scim@{text}"));
    assert_eq!(connection.address(), "db1:2484/hr");
    assert_eq!(connection.user.as_deref(), Some("scim"));
    assert_eq!(connection.properties["oracle.descriptor"], text);
    assert_eq!(
        connection.protection().unwrap().mode,
        crate::config::TlsMode::VerifyFull
    );
}

#[test]
fn files_and_data_sources_are_read() {
    assert_eq!(
        read("jdbc:sqlite:/data/hr.db").path.as_deref(),
        Some("/data/hr.db")
    );
    assert_eq!(
        read(r"jdbc:sqlite:C:\data\hr.db").path.as_deref(),
        Some(r"C:\data\hr.db")
    );
    let connection = read("jdbc:sqlite:file:hr%20x.db?journal_mode=WAL");
    assert_eq!(connection.path.as_deref(), Some("hr x.db"));
    assert_eq!(read("jdbc:odbc:hr").odbc.as_deref(), Some("DSN=hr"));
    let connection = read("jdbc:odbc:hr;UID=scim;Description={a;b}");
    assert_eq!(connection.odbc.as_deref(), Some("DSN=hr;Description={a;b}"));
    assert_eq!(connection.user.as_deref(), Some("scim"));
    assert_eq!(
        read("jdbc:odbc:Driver={IBM DB2 ODBC DRIVER};Hostname=db;Port=50000")
            .odbc
            .as_deref(),
        Some("Driver={IBM DB2 ODBC DRIVER};Hostname=db;Port=50000")
    );
}

#[test]
fn a_password_leaves_the_address_as_a_secret() {
    for url in [
        "jdbc:mysql://scim:hunter2@db/hr",
        "jdbc:mysql://db/hr?user=scim&password=hunter2",
        "jdbc:postgresql://db/hr?user=scim&password=hunter2",
        "jdbc:sqlserver://db;user=scim;password={hunter2}",
        "jdbc:oracle:thin:scim/hunter2@//db/hr",
        "jdbc:oracle:thin:scim/\"hunter2\"@db:1521:XE",
        "jdbc:odbc:hr;UID=scim;PWD=hunter2",
        "jdbc:odbc:Driver={x};UID=scim;PWD=hunter2",
    ] {
        let address = parse("hr", url).unwrap();
        assert_eq!(address.password.unwrap().expose(), "hunter2", "{url}");
        assert_eq!(address.connection.user.as_deref(), Some("scim"), "{url}");
        let shown = format!("{:?}", address.connection);
        assert!(!shown.contains("hunter2"), "{url}: {shown}");
    }
    // Braces let a password hold what ends a property, quotes what ends a login.
    let address = parse("hr", "jdbc:sqlserver://db;password={a;b}}c}").unwrap();
    assert_eq!(address.password.unwrap().expose(), "a;b}c");
    let address = parse("hr", "jdbc:oracle:thin:scim/\"a@b\"@//db/hr").unwrap();
    assert_eq!(address.password.unwrap().expose(), "a@b");
}

#[test]
fn what_a_driver_would_do_and_sluice_does_not_is_refused_by_name_and_quotes_nothing() {
    for (url, word) in [
        ("jdbc:mysql://secret1,secret2/hr", "several hosts"),
        (
            "jdbc:mysql:loadbalance://secret1,secret2/hr",
            "several hosts",
        ),
        ("jdbc:mariadb:replication://secret1/hr", "several hosts"),
        (
            "jdbc:mysql://address=(host=secret)(port=1)/hr",
            "parentheses",
        ),
        ("jdbc:mysql+srv://secret/hr", "is not one of"),
        ("jdbc:postgresql://secret1:1,secret2:2/hr", "several hosts"),
        (
            "jdbc:sqlserver://secret;failoverPartner=secret2",
            "fail-over",
        ),
        ("jdbc:sqlserver://secret;password={secret", "closing brace"),
        ("jdbc:sqlserver://secret;user", "without a value"),
        ("jdbc:sqlserver:secret", "no //"),
        ("jdbc:oracle:thin:@ldap://secret/hr", "LDAP"),
        ("jdbc:oracle:thin:@SECRET", "tnsnames.ora"),
        (
            "jdbc:oracle:thin:@//secret:1521",
            "neither a service nor a SID",
        ),
        ("jdbc:oracle:thin:secret", "no @"),
        ("jdbc:oracle:kprb:@secret", "is not one of"),
        ("jdbc:mysql://secret:70000/hr", "port"),
        ("jdbc:mysql://secret:0/hr", "port"),
        ("jdbc:mysql://[secret/hr", "does not end"),
        ("jdbc:mysql://db/hr?sslMode=SOMETIMES", "sslMode"),
        ("jdbc:sqlite:", "no file"),
        ("jdbc:sqlite::memory:", "no file"),
        ("jdbc:odbc:", "no data source"),
        ("jdbc:db2://secret/hr", "is not one of"),
        ("postgresql://secret/hr", "is not one of"),
        ("", "is not one of"),
    ] {
        let said = refused(url);
        assert!(said.contains(word), "{url}: {said}");
        assert!(!said.to_lowercase().contains("secret"), "{url}: {said}");
    }
}

#[test]
fn unknown_properties_are_named() {
    let url = "jdbc:mysql://db/hr?allowMultiQueries=true&somethingNew=1&connectTimeout=5";
    assert_eq!(parse("hr", url).unwrap().unknown, ["somethingNew"]);
}

#[test]
fn what_is_no_encoding_stays_as_it_is() {
    assert_eq!(percent("100%"), "100%");
    assert_eq!(percent("%zz%4"), "%zz%4");
    assert_eq!(percent("%E2%82%AC%+1"), "€%+1");
    assert_eq!(form("a+b%2B"), "a b+");
}
