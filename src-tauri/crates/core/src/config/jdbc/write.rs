//! A connection as a JDBC address: what [`super::parse`] reads back as the same connection.

use std::fmt::Write as _;

use crate::config::{Connection, Dialect};

/// The address of a connection, with its properties, without user and password.
pub fn write(connection: &Connection) -> String {
    let host = connection.host.as_deref().unwrap_or("localhost");
    let host = if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let database = connection.database.as_deref().unwrap_or_default();
    let port = connection.port();
    match connection.dialect {
        Dialect::Mysql => format!(
            "jdbc:mysql://{host}:{port}/{}{}",
            encoded(database),
            query(connection, &[])
        ),
        Dialect::Postgresql => format!(
            "jdbc:postgresql://{host}:{port}/{}{}",
            encoded(database),
            query(connection, &[])
        ),
        Dialect::SqlServer => {
            let mut url = format!(
                "jdbc:sqlserver://{host}:{port};databaseName={}",
                braced(database)
            );
            for (key, value) in &connection.properties {
                let _ = write!(url, ";{key}={}", braced(value));
            }
            url
        }
        Dialect::Oracle => {
            let of = |key: &str| connection.properties.get(key).map(String::as_str);
            let hidden = [
                "oracle.sid",
                "oracle.protocol",
                "oracle.server",
                "oracle.instance",
                "oracle.descriptor",
            ];
            if let Some(descriptor) = of("oracle.descriptor") {
                return format!("jdbc:oracle:thin:@{descriptor}");
            }
            if let Some(sid) = of("oracle.sid") {
                return format!(
                    "jdbc:oracle:thin:@{host}:{port}:{sid}{}",
                    query(connection, &hidden)
                );
            }
            let protocol =
                of("oracle.protocol").map_or("//".to_owned(), |protocol| format!("{protocol}://"));
            let server = of("oracle.server").map_or(String::new(), |server| format!(":{server}"));
            let instance =
                of("oracle.instance").map_or(String::new(), |instance| format!("/{instance}"));
            format!(
                "jdbc:oracle:thin:@{protocol}{host}:{port}/{database}{server}{instance}{}",
                query(connection, &hidden)
            )
        }
        Dialect::Sqlite => format!(
            "jdbc:sqlite:{}{}",
            connection.path.as_deref().unwrap_or_default(),
            query(connection, &[])
        ),
        Dialect::Odbc => format!(
            "jdbc:odbc:{}",
            connection.odbc.as_deref().unwrap_or_default()
        ),
    }
}

fn query(connection: &Connection, hidden: &[&str]) -> String {
    let mut text = String::new();
    for (key, value) in &connection.properties {
        if hidden.contains(&key.as_str()) {
            continue;
        }
        text.push(if text.is_empty() { '?' } else { '&' });
        let _ = write!(text, "{}={}", encoded(key), encoded(value));
    }
    text
}

/// Percent-encoding of everything but what every driver takes as it is.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~$,:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A value with marks stands in braces; a closing one in it is doubled.
fn braced(text: &str) -> String {
    if text.contains([';', '{', '}', '=', ' ']) {
        format!("{{{}}}", text.replace('}', "}}"))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::jdbc::parse;

    #[test]
    fn an_address_that_was_read_is_written_and_read_again_as_the_same_connection() {
        for url in [
            "jdbc:mysql://db.example.com:3307/hr?allowMultiQueries=true&sslMode=VERIFY_IDENTITY",
            "jdbc:mariadb://[2001:db8::1]/hr%20test",
            "jdbc:postgresql://db/hr?currentSchema=a%2Cb&ApplicationName=x%26y",
            "jdbc:sqlserver://db:1434;databaseName={a;b};encrypt=true;applicationName={x y}",
            "jdbc:oracle:thin:@//db:1522/service",
            "jdbc:oracle:thin:@tcps://db:2484/service:dedicated/one",
            "jdbc:oracle:thin:@db:1521:ORCL",
            "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=s)))",
            "jdbc:sqlite:/var/lib/hr.db",
            "jdbc:odbc:Driver={Db2};Server=db",
        ] {
            let mut one = parse("x", url).unwrap().connection;
            let written = write(&one);
            let other = parse("x", &written).unwrap().connection;
            // The port that is meant where none is written.
            one.port = one.port.or(other.port);
            assert_eq!(one, other, "{url} became {written}");
        }
    }
}
