//! Reading a statement's text: its placeholders, its verb, the procedure it calls.
//!
//! The dialect's own tokeniser (sqlparser) decides what is a string, a quoted name or a comment, so
//! a `?` inside one of them is never a placeholder. The original text is kept and cut at the
//! placeholders; it is never printed anew from tokens, and no value ever enters it.

use sqlparser::dialect::{Dialect as Rules, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use crate::config::Dialect;

/// Why a statement's text cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    #[error("The statement is empty.")]
    Empty,
    #[error("The statement cannot be read: {0}")]
    Unreadable(String),
    #[error("The text holds {0} statements, and one is allowed.")]
    SeveralStatements(usize),
    #[error(
        "\"{0}\" is not a procedure call; write CALL NAME(?, ?), {{call NAME(?, ?)}} or the procedure's name alone."
    )]
    NotACall(String),
}

/// A statement's text, cut at its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The text before, between and after the placeholders: one more than there are of them.
    pieces: Vec<String>,
    /// The first word, upper case: `SELECT`, `CALL`; `{CALL` for the escape form.
    pub verb: String,
}

impl Template {
    /// Reads one statement. A trailing semicolon, comments and line breaks are harmless.
    ///
    /// # Errors
    /// [`SqlError`] where it is empty, cannot be tokenised or holds more than one statement.
    pub fn parse(dialect: Dialect, text: &str) -> Result<Self, SqlError> {
        let text = without_final_semicolon(dialect, text)?;
        let tokens = tokens(dialect, &text)?;
        let several = tokens
            .iter()
            .filter(|t| t.token == Token::SemiColon)
            .count();
        if several > 0 {
            return Err(SqlError::SeveralStatements(several + 1));
        }
        let mut meaningful = tokens
            .iter()
            .filter(|t| !matches!(t.token, Token::Whitespace(_)));
        let verb = match meaningful.next().map(|t| &t.token) {
            None | Some(Token::EOF) => return Err(SqlError::Empty),
            Some(Token::LBrace) => match meaningful.next().map(|t| &t.token) {
                Some(Token::Question | Token::Placeholder(_)) => "{?".to_owned(),
                Some(Token::Word(word)) => format!("{{{}", word.value.to_ascii_uppercase()),
                _ => "{".to_owned(),
            },
            Some(Token::Word(word)) => word.value.to_ascii_uppercase(),
            Some(other) => other.to_string(),
        };
        Ok(Self {
            pieces: cut(dialect, &text, &tokens),
            verb,
        })
    }

    /// How many placeholders there are.
    pub fn placeholders(&self) -> usize {
        self.pieces.len() - 1
    }

    /// The text with each placeholder written as `placeholder` says, counted from 1.
    pub fn render(&self, mut placeholder: impl FnMut(usize) -> String) -> String {
        let mut text = String::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            if index > 0 {
                text.push_str(&placeholder(index));
            }
            text.push_str(piece);
        }
        text
    }
}

/// A call of a stored procedure, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureCall {
    /// The name as written, with its schema and quotes.
    pub name: String,
    /// The arguments as written; each holds any number of `?`, mostly it is one.
    pub arguments: Vec<String>,
}

impl ProcedureCall {
    /// Reads `CALL NAME(?, ?)`, `EXEC NAME ?, ?`, `{call NAME(?, ?)}`, `NAME(?, ?)` or `NAME`
    /// alone, which takes as many arguments as there are `parameters`.
    ///
    /// # Errors
    /// [`SqlError::NotACall`] for anything else.
    pub fn parse(dialect: Dialect, text: &str, parameters: usize) -> Result<Self, SqlError> {
        let template = Template::parse(dialect, text)?;
        let not_a_call = || SqlError::NotACall(text.trim().to_owned());
        let plain = without_final_semicolon(dialect, text)?;
        let mut body = plain.trim();
        if template.verb.starts_with('{') {
            body = body
                .strip_prefix('{')
                .and_then(|b| b.strip_suffix('}'))
                .ok_or_else(not_a_call)?
                .trim();
        }
        let mut bare_list = false;
        for word in ["CALL", "EXECUTE", "EXEC"] {
            if let Some(rest) = body
                .get(..word.len())
                .filter(|w| w.eq_ignore_ascii_case(word))
                .map(|_| &body[word.len()..])
                && rest.starts_with(char::is_whitespace)
            {
                body = rest.trim();
                bare_list = word != "CALL";
                break;
            }
        }
        let (name, arguments) = match body.split_once('(') {
            Some((name, rest)) => (
                name.trim(),
                Some(rest.trim_end().strip_suffix(')').ok_or_else(not_a_call)?),
            ),
            None => match body.split_once(char::is_whitespace) {
                Some((name, rest)) if bare_list => (name.trim(), Some(rest)),
                Some(_) => return Err(not_a_call()),
                None => (body, None),
            },
        };
        if !is_name(name) {
            return Err(not_a_call());
        }
        let arguments = match arguments {
            None => vec!["?".to_owned(); parameters],
            Some(list) => split_arguments(dialect, list)?,
        };
        Ok(Self {
            name: name.to_owned(),
            arguments,
        })
    }

    /// The name without schema and quotes, as a catalogue would be asked for it.
    pub fn bare_name(&self) -> &str {
        let last = self.name.rsplit('.').next().unwrap_or(&self.name);
        last.trim_matches(['"', '`', '[', ']'])
    }
}

/// Replaces every named parameter (`:name`) outside strings, quoted names and comments, and cuts a
/// script into its statements. For scripts that Sluice keeps for databases without procedures.
///
/// # Errors
/// [`SqlError::Unreadable`], or what `rename` returns for a name it does not know.
pub fn script(
    dialect: Dialect,
    text: &str,
    mut rename: impl FnMut(&str) -> Result<String, SqlError>,
) -> Result<Vec<String>, SqlError> {
    let offsets = Offsets::new(text);
    let (mut statements, mut statement, mut from) = (Vec::new(), String::new(), 0);
    let mut finish = |statement: &mut String| {
        if !statement.trim().is_empty() {
            statements.push(std::mem::take(statement).trim().to_owned());
        }
    };
    let tokens = tokens(dialect, text)?;
    for (index, token) in tokens.iter().enumerate() {
        let (start, end) = (offsets.byte(token.span.start), offsets.byte(token.span.end));
        match &token.token {
            Token::Colon => {
                // `:name` is one parameter only where nothing stands between the two.
                if let Some(TokenWithSpan {
                    token: Token::Word(word),
                    span,
                }) = tokens.get(index + 1)
                    && offsets.byte(span.start) == end
                {
                    statement.push_str(&text[from..start]);
                    statement.push_str(&rename(&word.value)?);
                    from = offsets.byte(span.end);
                }
            }
            Token::SemiColon => {
                statement.push_str(&text[from..start]);
                finish(&mut statement);
                from = end;
            }
            _ => {}
        }
    }
    statement.push_str(&text[from..]);
    finish(&mut statement);
    Ok(statements)
}

fn is_name(name: &str) -> bool {
    let quoted = |part: &str| {
        part.len() > 2
            && [('"', '"'), ('`', '`'), ('[', ']')]
                .iter()
                .any(|(open, close)| part.starts_with(*open) && part.ends_with(*close))
    };
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '@' | '-'))
    };
    !name.is_empty() && name.split('.').all(|part| plain(part) || quoted(part))
}

fn split_arguments(dialect: Dialect, list: &str) -> Result<Vec<String>, SqlError> {
    if list.trim().is_empty() {
        return Ok(Vec::new());
    }
    let offsets = Offsets::new(list);
    let (mut arguments, mut depth, mut from) = (Vec::new(), 0_i32, 0);
    for token in tokens(dialect, list)? {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            Token::Comma if depth == 0 => {
                arguments.push(list[from..offsets.byte(token.span.start)].trim().to_owned());
                from = offsets.byte(token.span.end);
            }
            _ => {}
        }
    }
    arguments.push(list[from..].trim().to_owned());
    Ok(arguments)
}

fn rules(dialect: Dialect) -> Box<dyn Rules> {
    match dialect {
        Dialect::Sqlite => Box::new(SQLiteDialect {}),
        Dialect::Mysql => Box::new(MySqlDialect {}),
        Dialect::Postgresql => Box::new(PostgreSqlDialect {}),
    }
}

fn tokens(dialect: Dialect, text: &str) -> Result<Vec<TokenWithSpan>, SqlError> {
    Tokenizer::new(&*rules(dialect), text)
        .with_unescape(false)
        .tokenize_with_location()
        .map_err(|error| SqlError::Unreadable(error.to_string()))
}

fn without_final_semicolon(dialect: Dialect, text: &str) -> Result<String, SqlError> {
    let offsets = Offsets::new(text);
    let tokens = tokens(dialect, text)?;
    let last = tokens
        .iter()
        .rev()
        .find(|t| !matches!(t.token, Token::Whitespace(_) | Token::EOF));
    Ok(match last {
        Some(t) if t.token == Token::SemiColon => {
            let (start, end) = (offsets.byte(t.span.start), offsets.byte(t.span.end));
            let shorter = format!("{}{}", &text[..start], &text[end..]);
            return without_final_semicolon(dialect, &shorter);
        }
        _ => text.trim().to_owned(),
    })
}

/// Cuts the text at its placeholders. On PostgreSQL `??` stands for the operator `?` itself, the
/// rule JDBC users know.
fn cut(dialect: Dialect, text: &str, tokens: &[TokenWithSpan]) -> Vec<String> {
    let offsets = Offsets::new(text);
    let is_mark = |token: &TokenWithSpan| match &token.token {
        Token::Question => true,
        Token::Placeholder(mark) => mark == "?",
        _ => false,
    };
    let (mut pieces, mut piece, mut from, mut index) = (Vec::new(), String::new(), 0, 0);
    while index < tokens.len() {
        let token = &tokens[index];
        if is_mark(token) {
            let (start, end) = (offsets.byte(token.span.start), offsets.byte(token.span.end));
            let doubled = dialect == Dialect::Postgresql
                && tokens
                    .get(index + 1)
                    .is_some_and(|next| is_mark(next) && offsets.byte(next.span.start) == end);
            piece.push_str(&text[from..start]);
            if doubled {
                piece.push('?');
                index += 1;
                from = offsets.byte(tokens[index].span.end);
            } else {
                pieces.push(std::mem::take(&mut piece));
                from = end;
            }
        }
        index += 1;
    }
    piece.push_str(&text[from..]);
    pieces.push(piece);
    pieces
}

/// Turns the tokeniser's lines and columns (both from 1, columns in characters) into byte offsets.
struct Offsets {
    lines: Vec<Vec<usize>>,
    len: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let mut lines = vec![Vec::new()];
        for (offset, character) in text.char_indices() {
            if let Some(line) = lines.last_mut() {
                line.push(offset);
            }
            if character == '\n' {
                lines.push(Vec::new());
            }
        }
        Self {
            lines,
            len: text.len(),
        }
    }

    fn byte(&self, location: Location) -> usize {
        let at = |number: u64| usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let line = at(location.line);
        match self
            .lines
            .get(line)
            .and_then(|offsets| offsets.get(at(location.column)))
        {
            Some(offset) => *offset,
            // Past the end of a line: where the next one starts, or the end of the text.
            None => self
                .lines
                .get(line + 1)
                .and_then(|next| next.first())
                .copied()
                .unwrap_or(self.len),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Dialect; 3] = [Dialect::Sqlite, Dialect::Mysql, Dialect::Postgresql];

    fn dollars(dialect: Dialect, text: &str) -> String {
        Template::parse(dialect, text)
            .unwrap()
            .render(|n| format!("${n}"))
    }

    #[test]
    fn a_question_mark_in_a_string_a_name_or_a_comment_is_no_placeholder() {
        for dialect in ALL {
            assert_eq!(
                dollars(
                    dialect,
                    "SELECT '?', 'it''s ?' /* ? */ FROM t -- ?\nWHERE a = ? AND b = ?"
                ),
                "SELECT '?', 'it''s ?' /* ? */ FROM t -- ?\nWHERE a = $1 AND b = $2",
                "{dialect}"
            );
        }
        assert_eq!(
            dollars(Dialect::Mysql, "SELECT `?` FROM t # ?\nWHERE a = ?"),
            "SELECT `?` FROM t # ?\nWHERE a = $1"
        );
        assert_eq!(
            dollars(
                Dialect::Postgresql,
                "SELECT \"?\", $$ ? $$, $a$ ? $a$, E'\\'?' WHERE a=?"
            ),
            "SELECT \"?\", $$ ? $$, $a$ ? $a$, E'\\'?' WHERE a=$1"
        );
    }

    #[test]
    fn text_around_the_placeholders_is_kept_to_the_letter() {
        for dialect in ALL {
            assert_eq!(
                dollars(dialect, "  SELECT 'Padmé 😀',\n\t? , ?;;  "),
                "SELECT 'Padmé 😀',\n\t$1 , $2",
                "{dialect}"
            );
        }
    }

    #[test]
    fn a_doubled_mark_is_the_json_operator_on_postgresql() {
        assert_eq!(
            dollars(Dialect::Postgresql, "SELECT data ?? ? FROM t"),
            "SELECT data ? $1 FROM t"
        );
    }

    #[test]
    fn the_verb_is_the_first_word_after_comments() {
        let verb = |text| Template::parse(Dialect::Mysql, text).unwrap().verb;
        assert_eq!(verb("/* x */ call A(?)"), "CALL");
        assert_eq!(verb("{call A(?)}"), "{CALL");
        assert_eq!(verb("\n-- why\nselect 1"), "SELECT");
    }

    #[test]
    fn two_statements_are_refused_and_a_trailing_semicolon_is_not() {
        assert_eq!(
            Template::parse(Dialect::Mysql, "SELECT 1; DELETE FROM t"),
            Err(SqlError::SeveralStatements(2))
        );
        assert!(Template::parse(Dialect::Mysql, "SELECT 1 ;\n").is_ok());
        assert_eq!(
            Template::parse(Dialect::Mysql, " -- nothing\n"),
            Err(SqlError::Empty)
        );
    }

    #[test]
    fn an_unterminated_string_is_an_error_and_never_a_guess() {
        assert!(matches!(
            Template::parse(Dialect::Postgresql, "SELECT 'a"),
            Err(SqlError::Unreadable(_))
        ));
    }

    #[test]
    fn every_form_of_a_call_gives_name_and_arguments() {
        for text in [
            "CALL P(?, ?)",
            "call P ( ?,? ) ;",
            "{call P(?, ?)}",
            "{ CALL P(?,?) }",
            "EXEC P ?, ?",
            "P(?, ?)",
            "P",
        ] {
            let call = ProcedureCall::parse(Dialect::Mysql, text, 2).unwrap();
            assert_eq!(
                (call.name.as_str(), call.arguments.len()),
                ("P", 2),
                "{text}"
            );
        }
        let call = ProcedureCall::parse(Dialect::Mysql, "CALL `hr`.`Add User`(?, 'a,b', now())", 1)
            .unwrap();
        assert_eq!(call.bare_name(), "Add User");
        assert_eq!(call.arguments, ["?", "'a,b'", "now()"]);
        assert_eq!(
            ProcedureCall::parse(Dialect::Mysql, "CALL P()", 0)
                .unwrap()
                .arguments,
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_is_no_call_is_refused() {
        for text in [
            "SELECT * FROM t",
            "CALL P(?",
            "CALL P(?); DROP TABLE t",
            "UPDATE t SET a = 1",
        ] {
            assert!(
                ProcedureCall::parse(Dialect::Mysql, text, 1).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_script_is_cut_into_statements_and_its_names_are_replaced() {
        let statements = script(
            Dialect::Sqlite,
            "UPDATE t SET a = :p_a WHERE b = ':p_a; x';\n-- done;\nSELECT :p_b;",
            |name| {
                Ok(if name == "p_a" {
                    "?1".into()
                } else {
                    "?2".into()
                })
            },
        )
        .unwrap();
        assert_eq!(
            statements,
            [
                "UPDATE t SET a = ?1 WHERE b = ':p_a; x'",
                "-- done;\nSELECT ?2"
            ]
        );
    }
}
