//! Reading a statement's text: its placeholders, its verb, the procedure it calls.
//!
//! The dialect's own tokeniser (sqlparser) decides what is a string, a quoted name or a comment, so
//! a `?` inside one of them is never a placeholder. The original text is kept and cut at the
//! placeholders; it is never printed anew from tokens, and no value ever enters it.

use sqlparser::dialect::{
    AnsiDialect, Dialect as Rules, MsSqlDialect, MySqlDialect, OracleDialect, PostgreSqlDialect,
    SQLiteDialect,
};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use crate::config::Dialect;

mod targets;

pub use self::targets::{Target, targets};

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

/// Where the placeholders of a text stand, as byte offsets; none where it cannot be tokenised.
pub fn marks(dialect: Dialect, text: &str) -> Vec<usize> {
    let offsets = Offsets::new(text);
    let tokens = tokens(dialect, text).unwrap_or_default();
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        if is_mark(token) {
            let doubled = dialect == Dialect::Postgresql
                && tokens.get(index + 1).is_some_and(|next| {
                    is_mark(next) && offsets.byte(next.span.start) == offsets.byte(token.span.end)
                });
            if doubled {
                index += 1;
            } else {
                found.push(offsets.byte(token.span.start));
            }
        }
        index += 1;
    }
    found
}

/// Where in a text the tokeniser gave up, as a byte offset; `None` where it did not.
pub fn unreadable_at(dialect: Dialect, text: &str) -> Option<usize> {
    let error = Tokenizer::new(&*rules(dialect), text)
        .with_unescape(false)
        .tokenize_with_location()
        .err()?;
    Some(Offsets::new(text).byte(error.location))
}

/// Where the word of a name stands in a text, outside of strings and comments, as byte offsets from and
/// to; its last part where the name has several.
pub fn word_at(dialect: Dialect, text: &str, name: &str) -> Option<(usize, usize)> {
    let offsets = Offsets::new(text);
    let tokens = tokens(dialect, text).ok()?;
    tokens.iter().find_map(|token| match &token.token {
        Token::Word(word) if word.value.eq_ignore_ascii_case(name) => {
            Some((offsets.byte(token.span.start), offsets.byte(token.span.end)))
        }
        _ => None,
    })
}

/// The statements of a text, with how many placeholders each has. Empty ones are left out.
///
/// # Errors
/// [`SqlError`] where the text is empty or cannot be tokenised.
pub fn statements(dialect: Dialect, text: &str) -> Result<Vec<(String, usize)>, SqlError> {
    let offsets = Offsets::new(text);
    let (mut found, mut from) = (Vec::new(), 0);
    let mut take = |piece: &str| match Template::parse(dialect, piece) {
        Ok(template) => {
            found.push((piece.trim().to_owned(), template.placeholders()));
            Ok(())
        }
        Err(SqlError::Empty) => Ok(()),
        Err(error) => Err(error),
    };
    for token in tokens(dialect, text)? {
        if token.token == Token::SemiColon {
            take(&text[from..offsets.byte(token.span.start)])?;
            from = offsets.byte(token.span.end);
        }
    }
    take(&text[from..])?;
    if found.is_empty() {
        return Err(SqlError::Empty);
    }
    Ok(found)
}

/// A call of a stored procedure, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureCall {
    /// The name as written, with its schema and quotes.
    pub name: String,
    pub arguments: Vec<CallArgument>,
    /// Whether it is `{? = call NAME(…)}`, whose first `?` takes what the routine returns.
    pub returns: bool,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallArgument {
    /// The parameter's name, without `@`, where the argument is named: `p_id => ?`, `p_id := ?`,
    /// `@p_id = ?`.
    pub name: Option<String>,
    /// The argument as written, mostly a single `?`. `OUTPUT` behind it is left out.
    pub text: String,
    /// How many `?` it holds.
    pub marks: usize,
}

impl ProcedureCall {
    /// Reads `CALL NAME(?, ?)`, `EXEC NAME ?, ?`, `{call NAME(?, ?)}`, `{? = call NAME(?)}`,
    /// `EXEC ? = NAME ?`, `NAME(?, ?)` or `NAME` alone, which takes as many arguments as there are
    /// `parameters`.
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
        let mut returns = false;
        if template.verb == "{?" {
            body = after_result(body).ok_or_else(not_a_call)?;
            returns = true;
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
        if bare_list && body.starts_with('?') {
            body = after_result(body).ok_or_else(not_a_call)?;
            returns = true;
        }
        let (name, rest) = split_name(body).ok_or_else(not_a_call)?;
        let rest = rest.trim();
        let list = match rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
            Some(list) if !bare_list || !has_outer_comma(dialect, rest)? => Some(list),
            _ if rest.is_empty() => None,
            _ if bare_list => Some(rest),
            _ => return Err(not_a_call()),
        };
        let arguments = match list {
            None => {
                let mark = CallArgument {
                    name: None,
                    text: "?".to_owned(),
                    marks: 1,
                };
                vec![mark; parameters.saturating_sub(usize::from(returns))]
            }
            Some(list) => split_arguments(dialect, list)?
                .into_iter()
                .map(|text| argument(dialect, &text))
                .collect::<Result<Vec<_>, _>>()?,
        };
        Ok(Self {
            name: name.to_owned(),
            arguments,
            returns,
        })
    }

    /// The name without schema and quotes, as a catalogue would be asked for it.
    pub fn bare_name(&self) -> String {
        let last = name_parts(&self.name).pop();
        last.map_or_else(|| self.name.clone(), |part| part.text)
    }

    /// The arguments as a list of `?` and what else stands in them, without names.
    pub fn list(&self) -> String {
        let texts: Vec<&str> = self.arguments.iter().map(|a| a.text.as_str()).collect();
        texts.join(", ")
    }
}

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePart {
    /// Without its quotes.
    pub text: String,
    /// Whether it was quoted, so that its letter case counts.
    pub quoted: bool,
}

/// The parts of a name between its dots; a dot inside quotes separates nothing.
pub fn name_parts(name: &str) -> Vec<NamePart> {
    let (mut parts, mut rest) = (Vec::new(), name);
    while let Some((part, behind)) = first_part(rest) {
        parts.push(part);
        match behind.strip_prefix('.') {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    parts
}

/// The first part of a name and what stands behind it.
fn first_part(text: &str) -> Option<(NamePart, &str)> {
    let close = match text.chars().next()? {
        '"' => '"',
        '`' => '`',
        '[' => ']',
        _ => {
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '@' | '-');
            let end = text.find(|c| !plain(c)).unwrap_or(text.len());
            let part = NamePart {
                text: text[..end].to_owned(),
                quoted: false,
            };
            return (end > 0).then_some((part, &text[end..]));
        }
    };
    let (mut inner, mut rest) = (String::new(), &text[1..]);
    loop {
        let (before, behind) = rest.split_once(close)?;
        inner.push_str(before);
        let Some(doubled) = behind.strip_prefix(close) else {
            let part = NamePart {
                text: inner,
                quoted: true,
            };
            return (!part.text.is_empty()).then_some((part, behind));
        };
        // A doubled quote stands for itself.
        inner.push(close);
        rest = doubled;
    }
}

/// A name at the beginning of a text, as written, and what stands behind it.
fn split_name(text: &str) -> Option<(&str, &str)> {
    let mut rest = text;
    loop {
        let (_, behind) = first_part(rest)?;
        match behind.strip_prefix('.') {
            Some(behind) => rest = behind,
            None => return Some(text.split_at(text.len() - behind.len())),
        }
    }
}

/// What stands behind the `? =` of a call that returns something.
fn after_result(body: &str) -> Option<&str> {
    let rest = body.strip_prefix('?')?.trim_start();
    rest.strip_prefix('=').map(str::trim_start)
}

/// Whether `EXEC p (1), (2)` has more than the one pair of brackets around everything.
fn has_outer_comma(dialect: Dialect, list: &str) -> Result<bool, SqlError> {
    Ok(split_arguments(dialect, list)?.len() > 1)
}

/// One argument: its name, its text, its placeholders.
fn argument(dialect: Dialect, text: &str) -> Result<CallArgument, SqlError> {
    let offsets = Offsets::new(text);
    let tokens = tokens(dialect, text)?;
    let meaningful: Vec<&TokenWithSpan> = tokens
        .iter()
        .filter(|t| !matches!(t.token, Token::Whitespace(_) | Token::EOF))
        .collect();
    let marks = meaningful.iter().filter(|t| is_mark(t)).count();
    let mut name = None;
    let mut from = 0;
    let word_of = |t: &TokenWithSpan| match &t.token {
        Token::Word(word) => Some(word.value.clone()),
        Token::Placeholder(mark) => mark.strip_prefix('@').map(str::to_owned),
        _ => None,
    };
    if let [first, second, ..] = meaningful.as_slice()
        && let Some(word) = word_of(first)
    {
        let is_at = word_starts_at(text, offsets.byte(first.span.start));
        let assigns = match second.token {
            Token::RArrow | Token::Assignment => true,
            Token::Eq => is_at && dialect == Dialect::SqlServer,
            _ => false,
        };
        if assigns {
            name = Some(word.trim_start_matches('@').to_owned());
            from = offsets.byte(second.span.end);
        }
    }
    let mut value = text[from..].trim();
    if let Some((before, last)) = value.rsplit_once(char::is_whitespace)
        && (last.eq_ignore_ascii_case("OUTPUT") || last.eq_ignore_ascii_case("OUT"))
    {
        value = before.trim_end();
    }
    Ok(CallArgument {
        name,
        text: value.to_owned(),
        marks,
    })
}

fn word_starts_at(text: &str, offset: usize) -> bool {
    text[offset..].starts_with('@')
}

fn is_mark(token: &TokenWithSpan) -> bool {
    match &token.token {
        Token::Question => true,
        Token::Placeholder(mark) => mark == "?",
        _ => false,
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

/// sqlparser's rules for a dialect.
pub(crate) fn rules(dialect: Dialect) -> Box<dyn Rules> {
    match dialect {
        Dialect::Sqlite => Box::new(SQLiteDialect {}),
        Dialect::Mysql => Box::new(MySqlDialect {}),
        Dialect::Postgresql => Box::new(PostgreSqlDialect {}),
        Dialect::SqlServer => Box::new(MsSqlDialect {}),
        Dialect::Oracle => Box::new(OracleDialect {}),
        // What the driver's database adds to the standard is not known here.
        Dialect::Odbc => Box::new(AnsiDialect {}),
    }
}

fn tokens(dialect: Dialect, text: &str) -> Result<Vec<TokenWithSpan>, SqlError> {
    Tokenizer::new(&*rules(dialect), text)
        .with_unescape(false)
        .tokenize_with_location()
        .map_err(|error| SqlError::Unreadable(error.to_string()))
}

/// The tokens of a text without its whitespace and comments.
pub(crate) fn words(dialect: Dialect, text: &str) -> Result<Vec<Token>, SqlError> {
    let tokens = tokens(dialect, text)?.into_iter().map(|t| t.token);
    Ok(tokens
        .filter(|token| !matches!(token, Token::Whitespace(_) | Token::EOF))
        .collect())
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

    const ALL: [Dialect; 6] = Dialect::ALL;

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
    fn several_statements_are_cut_at_their_semicolons_and_nowhere_else() {
        let parts = statements(
            Dialect::Mysql,
            "UPDATE t SET a = ?, b = ';' WHERE c = ?; -- next\n;INSERT INTO s VALUES (?);\n",
        );
        assert_eq!(
            parts.unwrap(),
            [
                ("UPDATE t SET a = ?, b = ';' WHERE c = ?".to_owned(), 2),
                ("INSERT INTO s VALUES (?)".to_owned(), 1)
            ]
        );
        assert_eq!(statements(Dialect::Oracle, " ; "), Err(SqlError::Empty));
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
        assert_eq!(call.list(), "?, 'a,b', now()");
        assert_eq!(
            ProcedureCall::parse(Dialect::Mysql, "CALL P()", 0)
                .unwrap()
                .arguments,
            []
        );
    }

    #[test]
    fn names_keep_dots_brackets_and_spaces_inside_their_quotes() {
        let parts = |name: &str| {
            let parts = name_parts(name).into_iter();
            parts.map(|p| (p.text, p.quoted)).collect::<Vec<_>>()
        };
        assert_eq!(
            parts("[a.b]]c].\"d e\".F"),
            [
                ("a.b]c".to_owned(), true),
                ("d e".to_owned(), true),
                ("F".to_owned(), false)
            ]
        );
        let call = ProcedureCall::parse(
            Dialect::SqlServer,
            "EXEC [Add (User)] @p_id = ?, @x=? OUTPUT",
            2,
        )
        .unwrap();
        assert_eq!(call.bare_name(), "Add (User)");
        let names: Vec<_> = call.arguments.iter().map(|a| a.name.as_deref()).collect();
        assert_eq!(names, [Some("p_id"), Some("x")]);
        assert_eq!(call.list(), "?, ?");
    }

    #[test]
    fn a_call_may_take_what_the_routine_returns() {
        for (dialect, text) in [
            (Dialect::Oracle, "{? = call hr.f(?, p_x => ?)}"),
            (Dialect::SqlServer, "EXEC ? = hr.f ?, @p_x = ?"),
        ] {
            let call = ProcedureCall::parse(dialect, text, 3).unwrap();
            assert!(call.returns, "{text}");
            assert_eq!((call.name.as_str(), call.arguments.len()), ("hr.f", 2));
            assert_eq!(call.arguments[1].name.as_deref(), Some("p_x"));
        }
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
