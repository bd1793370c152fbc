//! The lines of a Java properties file, as `java.util.Properties.load` reads them: `#` and `!` begin a
//! comment, `=`, `:` or a space ends a key, a backslash escapes and goes on to the next line.

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Where it begins, from 1.
    pub line: usize,
    pub key: String,
    /// Why it cannot be read, where it cannot.
    pub value: Result<String, &'static str>,
}

pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let begin = line.trim_start();
        if begin.is_empty() || begin.starts_with(['#', '!']) {
            continue;
        }
        let mut whole = begin.to_owned();
        while goes_on(&whole) {
            whole.pop();
            match lines.next() {
                Some((_, next)) => whole.push_str(next.trim_start()),
                None => break,
            }
        }
        let (key, value) = split(&whole);
        let key = unescape(key).unwrap_or_else(|_| key.to_owned());
        found.push(Entry {
            line: number + 1,
            key,
            value: unescape(value),
        });
    }
    found
}

/// Whether a line ends with an odd number of backslashes.
fn goes_on(line: &str) -> bool {
    let slashes = line.chars().rev().take_while(|c| *c == '\\').count();
    slashes % 2 == 1
}

fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.char_indices().find(|(_, c)| {
        let ends = !escaped && (matches!(c, '=' | ':') || c.is_whitespace());
        escaped = !escaped && *c == '\\';
        ends
    });
    let Some((end, _)) = end else {
        return (line, "");
    };
    let rest = line[end..].trim_start();
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (&line[..end], rest.trim_start())
}

fn unescape(text: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = (digits.len() == 4)
                    .then(|| u32::from_str_radix(&digits, 16).ok())
                    .flatten();
                let letter = code.and_then(char::from_u32);
                out.push(letter.ok_or("a \\u without four hex digits of a letter")?);
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_values_comments_and_lines_are_those_of_java() {
        // The examples of the documentation of java.util.Properties.load.
        let text = "Truth = Beauty\n Truth:Beauty\nTruth                    :Beauty\n\n# a comment\n  ! another\n\
                    fruits                           apple, banana, pear, \\\n                                 cantaloupe, watermelon\n\
                    cheeses\nk\\:ey\\ one=a\\tb \\u00e4\nslash=a\\\\\nlast=\\u12";
        let all: Vec<_> = entries(text)
            .into_iter()
            .map(|entry| (entry.line, entry.key, entry.value))
            .collect();
        let ok = |line: usize, key: &str, value: &str| (line, key.to_owned(), Ok(value.to_owned()));
        assert_eq!(
            all,
            [
                ok(1, "Truth", "Beauty"),
                ok(2, "Truth", "Beauty"),
                ok(3, "Truth", "Beauty"),
                ok(7, "fruits", "apple, banana, pear, cantaloupe, watermelon"),
                ok(9, "cheeses", ""),
                ok(10, "k:ey one", "a\tb ä"),
                ok(11, "slash", "a\\"),
                (
                    12,
                    "last".to_owned(),
                    Err("a \\u without four hex digits of a letter")
                ),
            ]
        );
    }
}
