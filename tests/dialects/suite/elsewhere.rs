//! The suite's stage on servers that this machine has not: SQL Server and Oracle. It has been run on
//! neither yet.

use sluice_tests::support::site::On;

use super::At;

/// What an earlier run left, in an order that keys allow.
pub(super) const DROPS: &[&str] = &[
    "DROP VIEW S_V",
    "DROP TABLE S_C",
    "DROP TABLE S_T",
    "DROP TABLE S_TEN",
    "DROP PROCEDURE S_MANY",
    "DROP PROCEDURE S_OUT",
    "DROP PROCEDURE S_TWO",
    "DROP PROCEDURE S_SAYS",
    "DROP PROCEDURE S_ADD",
    "DROP FUNCTION S_MANY",
    "DROP FUNCTION S_TWICE",
];

/// What sets the stage, as on the other dialects.
pub(super) fn objects(at: At) -> Vec<String> {
    let many: Vec<String> = (1..=29).map(|n| format!("p{n}")).collect();
    let view = "CREATE VIEW S_V AS SELECT ID, NAME FROM S_T WHERE NAME <> ''".to_owned();
    let mut sql = match at {
        At::Here(_) => Vec::new(),
        At::SqlServer => vec![
            "CREATE TABLE S_T (ID int PRIMARY KEY, NAME nvarchar(20) NOT NULL, BORN date, ACTIVE bit, SALARY decimal(12,4), BIG bigint, NOTE nvarchar(max))".to_owned(),
            "CREATE TABLE S_C (ID int PRIMARY KEY, T_ID int NOT NULL CONSTRAINT S_C_T REFERENCES S_T (ID))".to_owned(),
            format!(
                "CREATE PROCEDURE S_MANY {} AS SELECT CONCAT({}) AS ALL_OF_THEM",
                many.iter().map(|p| format!("@{p} nvarchar(10)")).collect::<Vec<_>>().join(", "),
                many.iter().map(|p| format!("@{p}")).collect::<Vec<_>>().join(", ")
            ),
            "CREATE PROCEDURE S_OUT @p_a int, @p_b int OUTPUT, @p_c nvarchar(20) OUTPUT AS SELECT @p_b = @p_a + 1, @p_c = @p_c + '!'".to_owned(),
            "CREATE FUNCTION S_TWICE (@p_n int) RETURNS int AS BEGIN RETURN @p_n * 2 END".to_owned(),
            "CREATE PROCEDURE S_TWO AS BEGIN SELECT 1 AS A SELECT 'x' AS B, 2 AS C END".to_owned(),
            "CREATE PROCEDURE S_SAYS AS PRINT 'careful'".to_owned(),
            "CREATE PROCEDURE S_ADD @p_id int, @p_name nvarchar(20) AS INSERT INTO S_T (ID, NAME) VALUES (@p_id, @p_name)".to_owned(),
            "CREATE TABLE S_TEN (ENT_ID int PRIMARY KEY)".to_owned(),
        ],
        At::Oracle => vec![
            "CREATE TABLE S_T (ID NUMBER(10) PRIMARY KEY, NAME VARCHAR2(20 CHAR) NOT NULL, BORN DATE, ACTIVE NUMBER(1), SALARY NUMBER(12,4), BIG NUMBER(19), NOTE CLOB)".to_owned(),
            "CREATE TABLE S_C (ID NUMBER(10) PRIMARY KEY, T_ID NUMBER(10) NOT NULL CONSTRAINT S_C_T REFERENCES S_T (ID))".to_owned(),
            format!(
                "CREATE FUNCTION S_MANY({}) RETURN VARCHAR2 IS BEGIN RETURN {}; END;",
                many.iter().map(|p| format!("{p} VARCHAR2")).collect::<Vec<_>>().join(", "),
                many.join(" || ")
            ),
            "CREATE PROCEDURE S_OUT(p_a NUMBER, p_b OUT NUMBER, p_c IN OUT VARCHAR2) IS BEGIN p_b := p_a + 1; p_c := p_c || '!'; END;".to_owned(),
            "CREATE FUNCTION S_TWICE(p_n NUMBER) RETURN NUMBER IS BEGIN RETURN p_n * 2; END;".to_owned(),
            "CREATE PROCEDURE S_TWO IS a SYS_REFCURSOR; b SYS_REFCURSOR; BEGIN OPEN a FOR SELECT 1 AS A FROM DUAL; DBMS_SQL.RETURN_RESULT(a); OPEN b FOR SELECT 'x' AS B, 2 AS C FROM DUAL; DBMS_SQL.RETURN_RESULT(b); END;".to_owned(),
            "CREATE PROCEDURE S_SAYS IS BEGIN DBMS_OUTPUT.PUT_LINE('careful'); END;".to_owned(),
            "CREATE PROCEDURE S_ADD(p_id NUMBER, p_name VARCHAR2) IS BEGIN INSERT INTO S_T (ID, NAME) VALUES (p_id, p_name); END;".to_owned(),
            "CREATE TABLE S_TEN (ENT_ID NUMBER(10) PRIMARY KEY)".to_owned(),
        ],
    };
    sql.push(view);
    sql.extend((1..=10).map(|n| format!("INSERT INTO S_TEN (ENT_ID) VALUES ({n})")));
    sql
}

/// A table of ten rows with a column ENT_ID.
pub(super) fn ten(at: At) -> &'static str {
    match at {
        At::Here(_) => "ENTITLEMENTS",
        At::SqlServer | At::Oracle => "S_TEN",
    }
}

/// A query whose one cell is 7.
pub(super) fn seven(at: At) -> &'static str {
    match at {
        At::Here(_) | At::SqlServer => "SELECT 7 AS N",
        At::Oracle => "SELECT 7 AS N FROM DUAL",
    }
}

/// 29 February 2024, as a literal of the dialect.
pub(super) fn day(at: At) -> &'static str {
    match at {
        At::Here(On::Sqlite) | At::SqlServer => "'2024-02-29'",
        At::Here(_) | At::Oracle => "DATE '2024-02-29'",
    }
}
