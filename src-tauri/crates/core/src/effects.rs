//! What a statement or the source of a routine would touch, found by its words: the tables it
//! writes and reads, the routines it calls, and whatever a rollback cannot take back.
//!
//! **Invariant:** nothing is executed and nothing is promised. A word is found or it is not; text
//! that is put together while it runs cannot be looked into, and [`Effects::dynamic`] says so.
//!
//! To find more: a pattern in [`Reader::word`], with a line in the tests for the dialects that
//! have it.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, Word};

use crate::catalogue::ObjectName;
use crate::config::Dialect;
use crate::sql;

/// What a text would touch. Each name stands once, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// INSERT, UPDATE, DELETE, MERGE, REPLACE, TRUNCATE.
    pub writes: Vec<ObjectName>,
    /// FROM, JOIN, USING.
    pub reads: Vec<ObjectName>,
    /// CALL, EXEC, PERFORM.
    pub calls: Vec<ObjectName>,
    /// What ends the transaction it runs in, as it is written: `COMMIT`, `CREATE TABLE`.
    pub ends_transaction: Vec<String>,
    /// PRAGMA AUTONOMOUS_TRANSACTION: it writes in a transaction of its own.
    pub autonomous: bool,
    /// It takes numbers from a sequence, which does not take them back.
    pub sequences: bool,
    /// It runs text that it puts together, which cannot be looked into.
    pub dynamic: bool,
    /// The words behind ORDER BY, as far as they are plain names; empty where there is none.
    pub order_by: Vec<String>,
}

/// Reads a statement, or the source of a routine. What cannot be tokenised has no effects that can
/// be found, and counts as dynamic.
pub fn effects(dialect: Dialect, text: &str) -> Effects {
    let mut reader = Reader {
        dialect,
        tokens: Vec::new(),
        at: 0,
        found: Effects::default(),
    };
    reader.text(text, 0);
    reader.found
}

struct Reader {
    dialect: Dialect,
    tokens: Vec<Token>,
    at: usize,
    found: Effects,
}

impl Reader {
    /// Reads a text, and the text inside its dollar quotes (the body of a PostgreSQL routine).
    fn text(&mut self, text: &str, depth: usize) {
        let Ok(tokens) = sql::words(self.dialect, text) else {
            self.found.dynamic = true;
            return;
        };
        (self.tokens, self.at) = (tokens, 0);
        let mut bodies = Vec::new();
        while let Some(token) = self.tokens.get(self.at).cloned() {
            match token {
                Token::Word(word) if word.quote_style.is_none() => self.word(&word),
                Token::DollarQuotedString(body) if depth == 0 => bodies.push(body.value),
                _ => {}
            }
            self.at += 1;
        }
        for body in bodies {
            self.text(&body, depth + 1);
        }
    }

    fn word(&mut self, word: &Word) {
        let before = self.before(1);
        let own = word.value.to_ascii_uppercase();
        match own.as_str() {
            "INTO" if self.insert_before() => self.name(1, |found| &mut found.writes),
            // T-SQL writes INSERT without INTO.
            "INSERT" | "MERGE" if self.dialect == Dialect::SqlServer => {
                self.name(1, |found| &mut found.writes);
            }
            "UPDATE"
                if !matches!(
                    before.as_str(),
                    "FOR" | "ON" | "KEY" | "DO" | "BEFORE" | "AFTER" | "OR"
                ) =>
            {
                self.name(1, |found| &mut found.writes);
            }
            "DELETE"
                if self.after(1) != "FROM"
                    && !matches!(before.as_str(), "ON" | "BEFORE" | "AFTER" | "OR") =>
            {
                self.name(1, |found| &mut found.writes);
            }
            "FROM" if before == "DELETE" => self.name(1, |found| &mut found.writes),
            "TRUNCATE" => {
                let skip = usize::from(self.after(1) == "TABLE");
                self.name(1 + skip, |found| &mut found.writes);
                self.implicit("TRUNCATE TABLE");
            }
            "FROM" => self.list(),
            "JOIN" | "USING" => self.name(1, |found| &mut found.reads),
            "CALL" | "PERFORM" => self.name(1, |found| &mut found.calls),
            "EXEC" | "EXECUTE" => self.execute(),
            "PREPARE" | "SP_EXECUTESQL" | "OPEN_FOR" => self.found.dynamic = true,
            "COMMIT" if before != "ON" => self.ends("COMMIT"),
            "ROLLBACK" if self.after(1) != "TO" && before != "ON" => {
                // A transaction that is rolled back inside leaves nothing, and what comes after it
                // is outside of ours.
                self.ends("ROLLBACK");
            }
            "START" if self.after(1) == "TRANSACTION" => self.implicit("START TRANSACTION"),
            "LOCK" | "UNLOCK"
                if self.after(1).starts_with("TABLE") && self.dialect == Dialect::Mysql =>
            {
                self.implicit("LOCK TABLES");
            }
            "AUTOCOMMIT" => self.implicit("SET autocommit"),
            "CREATE" | "ALTER" | "DROP" | "GRANT" | "REVOKE" | "RENAME" => self.definition(&own),
            "AUTONOMOUS_TRANSACTION" => self.found.autonomous = true,
            "NEXTVAL" | "SETVAL" => self.found.sequences = true,
            "NEXT" if self.after(1) == "VALUE" => self.found.sequences = true,
            "ORDER" if self.after(1) == "BY" => self.order(),
            _ => {}
        }
    }

    /// The plain names of an ORDER BY, without their table.
    fn order(&mut self) {
        let mut ahead = 2;
        while let Some((name, width)) = self.name_at(self.at + ahead) {
            self.found.order_by.push(name.name);
            ahead += width;
            while matches!(
                self.after(ahead).as_str(),
                "ASC" | "DESC" | "NULLS" | "FIRST" | "LAST"
            ) {
                ahead += 1;
            }
            if self.tokens.get(self.at + ahead) != Some(&Token::Comma) {
                return;
            }
            ahead += 1;
        }
    }

    /// EXEC name, EXECUTE IMMEDIATE, EXECUTE 'text', EXEC sp_executesql.
    fn execute(&mut self) {
        let after = self.after(1);
        let dynamic = after == "IMMEDIATE"
            || after == "SP_EXECUTESQL"
            || matches!(
                self.tokens.get(self.at + 1),
                Some(
                    Token::LParen
                        | Token::SingleQuotedString(_)
                        | Token::NationalStringLiteral(_)
                        | Token::DollarQuotedString(_)
                )
            );
        // PL/pgSQL's EXECUTE takes text; MySQL's a prepared statement.
        let text = matches!(self.dialect, Dialect::Postgresql | Dialect::Mysql)
            && after != "FUNCTION"
            && after != "PROCEDURE";
        if dynamic || text {
            self.found.dynamic = true;
        } else {
            self.name(1, |found| &mut found.calls);
        }
    }

    /// DDL commits by itself on MySQL and Oracle, temporary tables aside.
    fn definition(&mut self, verb: &str) {
        // A routine's own head, a trigger's "BEFORE DROP" and Oracle's "GRANT OPTION" are no DDL
        // that runs.
        let what = self.after(1);
        let runs = match what.as_str() {
            "TABLE" | "INDEX" | "VIEW" | "DATABASE" | "SCHEMA" | "USER" | "SEQUENCE" => true,
            "TEMPORARY" | "TEMP" | "GLOBAL" | "PRIVATE" => false,
            _ => matches!(verb, "GRANT" | "REVOKE"),
        };
        if runs {
            self.implicit(&format!("{verb} {what}"));
        }
    }

    /// Something that commits by itself where the dialect does so.
    fn implicit(&mut self, words: &str) {
        if matches!(self.dialect, Dialect::Mysql | Dialect::Oracle) {
            self.ends(words);
        }
    }

    fn ends(&mut self, words: &str) {
        if !self
            .found
            .ends_transaction
            .iter()
            .any(|known| known == words)
        {
            self.found.ends_transaction.push(words.to_owned());
        }
    }

    /// Whether an INTO belongs to INSERT, REPLACE or MERGE and not to SELECT … INTO a variable.
    fn insert_before(&self) -> bool {
        (1..=4).any(|back| {
            matches!(self.before(back).as_str(), "INSERT" | "REPLACE" | "MERGE")
                && (1..back).all(|between| {
                    matches!(
                        self.before(between).as_str(),
                        "IGNORE"
                            | "OR"
                            | "REPLACE"
                            | "LOW_PRIORITY"
                            | "DELAYED"
                            | "HIGH_PRIORITY"
                            | "ABORT"
                            | "FAIL"
                            | "ROLLBACK"
                    )
                })
        })
    }

    /// `FROM a, b x, c`.
    fn list(&mut self) {
        let mut ahead = 1;
        loop {
            let Some((name, width)) = self.name_at(self.at + ahead) else {
                return;
            };
            keep(&mut self.found.reads, name);
            ahead += width;
            // An alias.
            if self.after(ahead) == "AS" {
                ahead += 1;
            }
            if let Some(Token::Word(word)) = self.tokens.get(self.at + ahead)
                && (word.keyword == Keyword::NoKeyword || word.quote_style.is_some())
            {
                ahead += 1;
            }
            if self.tokens.get(self.at + ahead) != Some(&Token::Comma) {
                return;
            }
            ahead += 1;
        }
    }

    fn name(&mut self, ahead: usize, list: impl Fn(&mut Effects) -> &mut Vec<ObjectName>) {
        let mut ahead = ahead;
        while matches!(
            self.after(ahead).as_str(),
            "INTO" | "ONLY" | "TOP" | "IGNORE" | "LOW_PRIORITY"
        ) {
            ahead += 1;
        }
        if let Some((name, _)) = self.name_at(self.at + ahead) {
            keep(list(&mut self.found), name);
        }
    }

    /// A name and how many tokens it has.
    fn name_at(&self, from: usize) -> Option<(ObjectName, usize)> {
        let mut parts = Vec::new();
        let mut at = from;
        while let Some(Token::Word(word)) = self.tokens.get(at) {
            parts.push(word.value.clone());
            at += 1;
            if self.tokens.get(at) != Some(&Token::Period) {
                break;
            }
            at += 1;
        }
        let name = parts.pop()?;
        // DUAL, a subquery's keyword, a variable.
        if parts.is_empty()
            && matches!(
                name.to_ascii_uppercase().as_str(),
                "DUAL" | "SELECT" | "SET" | "LATERAL" | "UNNEST" | "OF"
            )
        {
            return None;
        }
        let name = ObjectName::new(parts.pop().as_deref(), &name);
        Some((name, at - from))
    }

    fn before(&self, back: usize) -> String {
        let at = self.at.checked_sub(back);
        upper(at.and_then(|at| self.tokens.get(at)))
    }

    fn after(&self, ahead: usize) -> String {
        upper(self.tokens.get(self.at + ahead))
    }
}

fn upper(token: Option<&Token>) -> String {
    match token {
        Some(Token::Word(word)) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        _ => String::new(),
    }
}

fn keep(list: &mut Vec<ObjectName>, name: ObjectName) {
    if !list.contains(&name) {
        list.push(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[ObjectName]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_tables_of_a_statement_are_found() {
        for (dialect, text, writes, reads) in [
            (
                Dialect::Mysql,
                "INSERT IGNORE INTO `hr`.USERS (A) VALUES (?)",
                vec!["hr.USERS"],
                vec![],
            ),
            (
                Dialect::Mysql,
                "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1",
                vec!["t"],
                vec![],
            ),
            (
                Dialect::Mysql,
                "SELECT u.A INTO v FROM USERS u JOIN e ON e.X = u.A FOR UPDATE",
                vec![],
                vec!["USERS", "e"],
            ),
            (
                Dialect::Sqlite,
                "INSERT OR IGNORE INTO t SELECT a FROM s, r AS x, q",
                vec!["t"],
                vec!["s", "r", "q"],
            ),
            (
                Dialect::Postgresql,
                "DELETE FROM only_this USING other WHERE a = ?",
                vec!["only_this"],
                vec!["other"],
            ),
            (
                Dialect::Postgresql,
                "INSERT INTO t VALUES (?) ON CONFLICT (a) DO UPDATE SET b = 1",
                vec!["t"],
                vec![],
            ),
            (
                Dialect::SqlServer,
                "INSERT [hr].[Users] ([A]) VALUES (?)",
                vec!["hr.Users"],
                vec![],
            ),
            (
                Dialect::Oracle,
                "MERGE INTO USERS u USING DUAL ON (u.A = ?) WHEN MATCHED THEN UPDATE SET B = ?",
                vec!["USERS"],
                vec![],
            ),
        ] {
            let found = effects(dialect, text);
            assert_eq!(names(&found.writes), writes, "{text}");
            assert_eq!(names(&found.reads), reads, "{text}");
            assert!(found.ends_transaction.is_empty(), "{text}");
        }
    }

    #[test]
    fn the_names_of_an_order_are_found() {
        let text = "SELECT * FROM t u ORDER BY u.LASTNAME DESC, \"Id\" NULLS LAST LIMIT 5";
        assert_eq!(
            effects(Dialect::Postgresql, text).order_by,
            ["LASTNAME", "Id"]
        );
        assert!(effects(Dialect::Mysql, "SELECT 1").order_by.is_empty());
    }

    #[test]
    fn the_body_of_a_routine_is_read_wherever_it_stands() {
        let found = effects(
            Dialect::Postgresql,
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $b$ BEGIN
               UPDATE users SET a = nextval('s'); PERFORM hr.other(1); EXECUTE 'DROP TABLE x'; END $b$",
        );
        assert_eq!(names(&found.writes), ["users"]);
        assert_eq!(names(&found.calls), ["hr.other"]);
        assert!(found.sequences && found.dynamic);
    }

    #[test]
    fn what_a_rollback_cannot_take_back_is_found() {
        let mysql = |text| effects(Dialect::Mysql, text).ends_transaction;
        assert_eq!(mysql("BEGIN UPDATE t SET a = 1; COMMIT; END"), ["COMMIT"]);
        assert_eq!(mysql("BEGIN CREATE TABLE x (a INT); END"), ["CREATE TABLE"]);
        assert!(mysql("BEGIN CREATE TEMPORARY TABLE x (a INT); SELECT 'COMMIT'; END").is_empty());
        assert!(mysql("-- COMMIT\nSELECT `commit` FROM t").is_empty());
        let postgres = effects(Dialect::Postgresql, "CREATE TABLE x (a int)");
        assert!(postgres.ends_transaction.is_empty());
        assert!(
            effects(
                Dialect::Oracle,
                "PROCEDURE p IS PRAGMA AUTONOMOUS_TRANSACTION; BEGIN NULL; END;"
            )
            .autonomous
        );
        assert!(effects(Dialect::Oracle, "BEGIN EXECUTE IMMEDIATE 'x'; END;").dynamic);
        assert!(effects(Dialect::SqlServer, "EXEC sp_executesql @sql").dynamic);
        assert_eq!(
            names(&effects(Dialect::SqlServer, "EXEC dbo.p @a = 1").calls),
            ["dbo.p"]
        );
    }
}
