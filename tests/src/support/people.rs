//! Many users, made by the database itself: a statement for each would take longer than what they are
//! wanted for.

use super::site::{On, Reader};

/// What each of [`many`] holds: the entitlements 1, 2 and one from 3 to 10.
pub const HELD: usize = 3;

/// Makes all who are there inactive, and puts `users` active ones in:
/// `user0000001@example.org` and so on.
///
/// # Errors
/// Where the database refuses.
pub async fn many(reader: &mut Reader, on: On, users: usize) -> anyhow::Result<()> {
    let source = match on {
        On::Sqlite => format!(
            "(WITH RECURSIVE S(N) AS (SELECT 1 UNION ALL SELECT N + 1 FROM S WHERE N < {users}) \
             SELECT N, printf('user%07d@example.org', N) AS ID FROM S) AS P"
        ),
        On::MariaDb | On::OdbcMariaDb => format!(
            "(SELECT seq AS N, CONCAT('user', LPAD(seq, 7, '0'), '@example.org') AS ID \
             FROM seq_1_to_{users}) AS P"
        ),
        On::PostgreSql | On::OdbcPostgreSql => format!(
            "(SELECT N, 'user' || lpad(N::text, 7, '0') || '@example.org' AS ID \
             FROM generate_series(1, {users}) AS N) AS P"
        ),
    };
    reader.run("UPDATE USERS SET IS_ACTIVE = '0'").await?;
    reader
        .run(&format!(
            "INSERT INTO USERS (USER_ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, DISPLAYNAME, \
             MOBILEPHONE, STREETADDRESS, CITY, STATE, ZIPCODE, COUNTRYCODE, TIMEZONE, ORGANIZATION, \
             DEPARTMENT, MANAGERID, MANAGER, TITLE, EMPLOYEENUMBER, HIREDATE) \
             SELECT ID, ID, 'First', 'Last', ID, 'First Last', '+1 555 0100', '1 Palace Square', \
             'Theed', 'NB', '12345', 'US', 'America/New_York', 'Senate', 'Field Operations', \
             'yoda@galaxy.local', 'Yoda', 'Analyst', ID, '2024-02-29' FROM {source}"
        ))
        .await?;
    for entitlement in ["1", "2", "3 + N % 8"] {
        reader
            .run(&format!(
                "INSERT INTO USERENTITLEMENTS (USER_ID, ENT_ID) SELECT ID, {entitlement} FROM {source}"
            ))
            .await?;
    }
    // What the server would otherwise do some time later, in the middle of a measurement.
    match on {
        On::Sqlite => reader.run("ANALYZE").await,
        On::MariaDb | On::OdbcMariaDb => reader.run("ANALYZE TABLE USERS, USERENTITLEMENTS").await,
        On::PostgreSql | On::OdbcPostgreSql => reader.run("VACUUM ANALYZE").await,
    }
}
