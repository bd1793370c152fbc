//! A filter's text as words, brackets and joins, each with its place.

use super::Span;

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub what: What,
    pub span: Span,
    /// The text of the token as typed, for places inside it.
    raw: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Word(Word),
    Not,
    Or,
    /// Says what the blank says.
    And,
    Open,
    Close,
}

/// A word as typed, without its quotes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub text: String,
    /// Where in the text the first quote opened.
    pub quoted: Option<usize>,
}

impl Word {
    /// What stands before the first quote. What a quote encloses is meant literally.
    pub fn open(&self) -> &str {
        &self.text[..self.quoted.unwrap_or(self.text.len())]
    }
}

impl Token {
    /// The span of its first `key` bytes, which are plain ASCII, and the span of the rest.
    pub fn split(&self, key: usize) -> (Span, Span) {
        let Span { from, to, bytes } = self.span;
        let key = key.min(self.raw.len());
        let head = Span {
            from,
            to: from + key,
            bytes: (bytes.0, bytes.0 + key),
        };
        let tail = Span {
            from: from + key,
            to,
            bytes: (bytes.0 + key, bytes.1),
        };
        (head, tail)
    }
}

/// Reads the text; every text has a reading.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader {
        text,
        chars: text.char_indices().collect(),
        at: 0,
        utf16: 0,
        open: 0,
    };
    let mut tokens = Vec::new();
    while let Some(token) = reader.token() {
        tokens.push(token);
    }
    tokens
}

struct Reader<'a> {
    text: &'a str,
    chars: Vec<(usize, char)>,
    at: usize,
    utf16: usize,
    /// Brackets that wait to be closed.
    open: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).map(|(_, c)| *c)
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        self.utf16 += c.len_utf16();
        Some(c)
    }

    fn byte(&self) -> usize {
        self.chars
            .get(self.at)
            .map_or(self.text.len(), |(byte, _)| *byte)
    }

    fn token(&mut self) -> Option<Token> {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.bump();
        }
        let first = self.peek(0)?;
        let (from, start) = (self.utf16, self.byte());
        let what = match first {
            '(' => {
                self.bump();
                self.open += 1;
                What::Open
            }
            ')' if self.open > 0 => {
                self.bump();
                self.open -= 1;
                What::Close
            }
            ')' if self.peek(1).is_none_or(char::is_whitespace) => {
                self.bump();
                What::Close
            }
            '-' => {
                self.bump();
                What::Not
            }
            _ => self.word(),
        };
        let end = self.byte();
        Some(Token {
            what,
            span: Span {
                from,
                to: self.utf16,
                bytes: (start, end),
            },
            raw: self.text[start..end].to_owned(),
        })
    }

    fn word(&mut self) -> What {
        let mut word = Word {
            text: String::new(),
            quoted: None,
        };
        let mut inside = false;
        // Brackets opened in the word itself, as in count(*), belong to it.
        let mut own = 0_usize;
        while let Some(c) = self.peek(0) {
            if !inside {
                match c {
                    _ if c.is_whitespace() => break,
                    ')' if own == 0 && self.open > 0 => break,
                    '(' => own += 1,
                    ')' => own = own.saturating_sub(1),
                    _ => {}
                }
            }
            self.bump();
            if c == '"' {
                inside = !inside;
                word.quoted.get_or_insert(word.text.len());
            } else if !c.is_control() {
                // A control character never stands in what is searched, except between its fields.
                word.text.push(c);
            }
        }
        if word.quoted.is_none() {
            if word.text.eq_ignore_ascii_case("not") {
                return What::Not;
            }
            if word.text.eq_ignore_ascii_case("or") {
                return What::Or;
            }
            if word.text.eq_ignore_ascii_case("and") {
                return What::And;
            }
        }
        What::Word(word)
    }
}
