//! Which parameters of a procedure have defaults.
//!
//! `sys.parameters` tells that of CLR routines only; for Transact-SQL its documentation says to read the
//! definition. So the head of the definition is read here: the words between `@name` and the next comma.

/// A default as it is written, for each parameter that has one: names without `@`.
pub(super) fn of(definition: &str) -> Vec<(String, String)> {
    let (mut found, mut open) = (Vec::new(), None::<Parameter>);
    let mut depth = 0_i32;
    for token in tokens(definition) {
        let word = token.to_ascii_uppercase();
        match word.as_str() {
            // The body begins, or what stands between it and the parameters. `@a AS int` is a type.
            "AS" if open.as_ref().is_none_or(|parameter| parameter.typed) && depth <= 0 => break,
            "BEGIN" | "RETURNS" | "FOR" if depth <= 0 => break,
            "(" => depth += 1,
            ")" => {
                depth -= 1;
                if depth < open.as_ref().map_or(0, |parameter| parameter.depth) {
                    finish(&mut found, open.take());
                }
            }
            "," if open
                .as_ref()
                .is_some_and(|parameter| parameter.depth == depth) =>
            {
                finish(&mut found, open.take());
                continue;
            }
            "WITH" if depth <= 0 => finish(&mut found, open.take()),
            _ => {}
        }
        match &mut open {
            None if token.starts_with('@') => {
                open = Some(Parameter {
                    name: token[1..].to_owned(),
                    depth,
                    typed: false,
                    default: None,
                });
            }
            None => {}
            Some(parameter) => parameter.take(token, &word, depth),
        }
    }
    finish(&mut found, open);
    found
}

/// A parameter that is being read.
struct Parameter {
    name: String,
    /// How many brackets are open around the list.
    depth: i32,
    typed: bool,
    default: Option<String>,
}

impl Parameter {
    fn take(&mut self, token: &str, word: &str, depth: i32) {
        match &mut self.default {
            None if word == "=" && depth == self.depth => self.default = Some(String::new()),
            None => self.typed |= word != "AS",
            Some(_) if matches!(word, "OUTPUT" | "OUT" | "READONLY") => {}
            Some(default) => default.push_str(token),
        }
    }
}

fn finish(found: &mut Vec<(String, String)>, parameter: Option<Parameter>) {
    if let Some(Parameter {
        name,
        default: Some(default),
        ..
    }) = parameter
    {
        found.push((name, default));
    }
}

/// Words, strings, quoted names and single signs, without comments and white space.
fn tokens(text: &str) -> Vec<&str> {
    let (mut tokens, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let end = if rest.starts_with("--") {
            let end = rest.find('\n').unwrap_or(rest.len());
            rest = rest[end..].trim_start();
            continue;
        } else if rest.starts_with("/*") {
            rest = rest[comment(rest)..].trim_start();
            continue;
        } else if matches!(first, '\'' | '"' | '[') {
            quoted(rest, if first == '[' { ']' } else { first })
        } else if rest.starts_with("N'") || rest.starts_with("n'") {
            1 + quoted(&rest[1..], '\'')
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@' | '#' | '$')
}

/// Where a quoted piece ends; a doubled quote stands for itself.
fn quoted(text: &str, close: char) -> usize {
    let mut from = 1;
    while let Some(at) = text[from..].find(close) {
        let end = from + at + close.len_utf8();
        if !text[end..].starts_with(close) {
            return end;
        }
        from = end + close.len_utf8();
    }
    text.len()
}

/// Where a comment ends; comments nest.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_u32, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(definition: &str) -> Vec<(String, String)> {
        of(definition)
    }

    fn pair(name: &str, default: &str) -> (String, String) {
        (name.to_owned(), default.to_owned())
    }

    #[test]
    fn defaults_are_read_from_the_head_of_a_procedure() {
        let definition = "/* @x int = 1 /* nested */ */ CREATE OR ALTER PROCEDURE [dbo].[p = @y]
            @id INT, -- @z = 3
            @name NVARCHAR(10) = N'it''s, so' OUTPUT,
            @amount AS decimal(10, 2) = -1.50,
            @kind varchar(5) = NULL OUT
            WITH EXECUTE AS OWNER AS
            BEGIN DECLARE @inner int = 7, @other int = 8; SELECT @id = 2 END";
        assert_eq!(
            read(definition),
            [
                pair("name", "N'it''s, so'"),
                pair("amount", "-1.50"),
                pair("kind", "NULL")
            ]
        );
    }

    #[test]
    fn a_list_in_brackets_and_a_function_are_read_too() {
        assert_eq!(
            read("create proc p (@a int = 5, @b dbo.T readonly, @c bit = 0) as select @a = 1"),
            [pair("a", "5"), pair("c", "0")]
        );
        assert_eq!(
            read(
                "CREATE FUNCTION f(@a INT = 1) RETURNS @t TABLE (x int DEFAULT 3) AS BEGIN RETURN END"
            ),
            [pair("a", "1")]
        );
        assert_eq!(read("CREATE PROCEDURE p AS SELECT @@VERSION"), []);
        assert_eq!(read("CREATE PROCEDURE p @a INT AS DECLARE @b INT = 1"), []);
    }
}
