//! Names and literals for SQL that is printed, to be read and run by an administrator. What a request
//! says never comes here; it is bound.
//!
//! **Invariant:** whatever the name or the text holds, [`identifier`] is one quoted identifier and
//! [`text`] one string literal, under every setting of the server that changes how strings are read;
//! what cannot be written so is refused.
//!
//! To add a dialect: its arm in [`text`], and a line in the tests of hostile names.

use std::fmt::{self, Write as _};

use crate::catalogue::ObjectName;
use crate::config::Dialect;

/// A piece of SQL that is one quoted name or one literal and nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted(String);

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why something cannot be quoted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    #[error("A name is empty.")]
    Empty,
    #[error("{0:?} holds a NUL character, which no database takes.")]
    Nul(String),
    #[error("The name {0:?} holds a double quote, which Oracle cannot quote.")]
    DoubleQuote(String),
    #[error("The name {0:?} has a line that reads \"-- @\", where scripts are cut.")]
    Cut(String),
}

/// One part of a name, with its letter case kept.
///
/// # Errors
/// [`QuoteError`] where the dialect has no way to write it.
pub fn identifier(dialect: Dialect, name: &str) -> Result<Quoted, QuoteError> {
    if name.is_empty() {
        return Err(QuoteError::Empty);
    }
    check(name)?;
    if dialect == Dialect::Oracle && name.contains('"') {
        return Err(QuoteError::DoubleQuote(name.to_owned()));
    }
    Ok(Quoted(crate::quote::identifier(dialect, name)))
}

/// A name with its schema, where it has one.
///
/// # Errors
/// As [`identifier`].
pub fn name(dialect: Dialect, name: &ObjectName) -> Result<Quoted, QuoteError> {
    let object = identifier(dialect, &name.name)?;
    Ok(match &name.schema {
        Some(schema) => Quoted(format!("{}.{object}", identifier(dialect, schema)?)),
        None => object,
    })
}

/// A string literal.
///
/// # Errors
/// [`QuoteError::Nul`] and [`QuoteError::Cut`].
pub fn text(dialect: Dialect, text: &str) -> Result<Quoted, QuoteError> {
    check(text)?;
    let doubled = text.replace('\'', "''");
    let escaped = text.contains('\\');
    Ok(Quoted(match dialect {
        // A backslash escapes or not, as sql_mode says; digits mean the same in both.
        Dialect::Mysql if escaped => {
            let mut digits = String::new();
            for byte in text.bytes() {
                let _ = write!(digits, "{byte:02X}");
            }
            format!("_utf8mb4 X'{digits}'")
        }
        // Likewise with standard_conforming_strings; E'' is read alike in both.
        Dialect::Postgresql if escaped => format!("E'{}'", doubled.replace('\\', "\\\\")),
        Dialect::SqlServer => format!("N'{doubled}'"),
        _ => format!("'{doubled}'"),
    }))
}

fn check(text: &str) -> Result<(), QuoteError> {
    if text.contains('\0') {
        return Err(QuoteError::Nul(text.to_owned()));
    }
    if text.lines().any(|line| line.trim() == "-- @") {
        return Err(QuoteError::Cut(text.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlparser::dialect::{
        Dialect as Rules, MsSqlDialect, MySqlDialect, OracleDialect, PostgreSqlDialect,
        SQLiteDialect,
    };
    use sqlparser::tokenizer::{Token, Tokenizer};

    const HOSTILE: [&str; 8] = [
        "a`b",
        "a\"]b",
        "O'Brien",
        "x; DROP TABLE people; --",
        "two\nlines",
        "back\\slash",
        "ends with \\",
        "Grüße 😀 ? :name $$ $1",
    ];

    fn rules(dialect: Dialect) -> Box<dyn Rules> {
        match dialect {
            Dialect::Sqlite | Dialect::Odbc => Box::new(SQLiteDialect {}),
            Dialect::Mysql => Box::new(MySqlDialect {}),
            Dialect::Postgresql => Box::new(PostgreSqlDialect {}),
            Dialect::SqlServer => Box::new(MsSqlDialect {}),
            Dialect::Oracle => Box::new(OracleDialect {}),
        }
    }

    fn tokens(dialect: Dialect, sql: &str) -> Vec<Token> {
        Tokenizer::new(&*rules(dialect), sql).tokenize().unwrap()
    }

    #[test]
    fn a_hostile_name_is_one_identifier_in_every_dialect() {
        for dialect in Dialect::ALL {
            for name in HOSTILE {
                let quoted = match identifier(dialect, name) {
                    Err(QuoteError::DoubleQuote(_)) if dialect == Dialect::Oracle => continue,
                    quoted => quoted.unwrap().to_string(),
                };
                match tokens(dialect, &quoted).as_slice() {
                    [Token::Word(word)] => assert_eq!(word.value, name, "{dialect}: {quoted}"),
                    // sqlparser knows no `]]`, SQL Server's own rule: both halves are brackets.
                    _ if dialect == Dialect::SqlServer && name.contains(']') => {
                        assert_eq!(quoted, "[a\"]]b]");
                    }
                    other => panic!("{dialect}: {quoted}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn a_hostile_text_is_one_literal_in_every_dialect() {
        for dialect in Dialect::ALL {
            for hostile in HOSTILE {
                let quoted = text(dialect, hostile).unwrap().to_string();
                let read: Vec<String> = tokens(dialect, &quoted)
                    .into_iter()
                    .filter_map(|token| match token {
                        Token::SingleQuotedString(text)
                        | Token::NationalStringLiteral(text)
                        | Token::EscapedStringLiteral(text) => Some(text),
                        Token::HexStringLiteral(digits) => {
                            let bytes = digits.as_bytes().chunks(2).map(|pair| {
                                u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()
                            });
                            Some(String::from_utf8(bytes.collect()).unwrap())
                        }
                        Token::Whitespace(_) => None,
                        Token::Word(word) if word.value == "_utf8mb4" => None,
                        other => panic!("{dialect}: {quoted}: {other:?}"),
                    })
                    .collect();
                assert_eq!(read, [hostile], "{dialect}: {quoted}");
            }
        }
    }

    #[test]
    fn what_no_quote_can_hold_is_refused() {
        for dialect in Dialect::ALL {
            assert_eq!(identifier(dialect, ""), Err(QuoteError::Empty));
            assert!(matches!(
                identifier(dialect, "a\0b"),
                Err(QuoteError::Nul(_))
            ));
            assert!(matches!(
                identifier(dialect, "a\n-- @\nb"),
                Err(QuoteError::Cut(_))
            ));
            assert!(matches!(text(dialect, "a\0b"), Err(QuoteError::Nul(_))));
        }
    }
}
