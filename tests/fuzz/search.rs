//! A small search by chance that runs on the stable toolchain.
//!
//! It starts from the corpus, changes texts, and keeps those on which the target did something that
//! was not seen before, as far as the target tells. It knows nothing of the code that ran, so it is
//! less than a fuzzer that is guided by coverage. A panic is found; a text that takes for ever would
//! hang the test, one that overflows the stack would end it.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use fastrand::Rng;

/// How many texts are tried where no time is given.
const TEXTS: usize = 3_000;
/// How many texts are kept to start from.
const KEPT: usize = 20_000;
/// A text does not grow beyond this many characters.
const LONGEST: usize = 600;

/// Words of all three languages, and what is often forgotten.
const WORDS: &[&str] = &[
    "userName",
    "id",
    "name",
    "familyName",
    "emails",
    "value",
    "type",
    "primary",
    "active",
    "title",
    "meta",
    "lastModified",
    "password",
    "manager",
    "department",
    "ext_LEVEL",
    "LEVEL",
    "$ref",
    "schemas",
    "displayName",
    "urn:ietf:params:scim:schemas:core:2.0:User:",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "urn:",
    ":",
    ".",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "\\",
    "\\\"",
    "\\u0041",
    "\\ud800",
    " ",
    "  ",
    "\t",
    "\n",
    " eq ",
    " ne ",
    " co ",
    " sw ",
    " ew ",
    " gt ",
    " ge ",
    " lt ",
    " le ",
    " pr",
    " and ",
    " or ",
    "not ",
    "not (",
    "not(",
    "true",
    "false",
    "null",
    "0",
    "-1",
    "1.5",
    "1e400",
    "-0",
    "99999999999999999999",
    "\"Ada\"",
    "\"work\"",
    "\"2011-05-13T04:42:34Z\"",
    "\"\"",
    "[type eq \"work\"]",
    "ß",
    "É",
    "e\u{301}",
    "ς",
    "İ",
    "\u{202e}",
    "\0",
    "😀",
    "'",
    "--",
    "x--dollar--x",
    "{",
    "}",
    ",",
    "{\"jdbcUrl\":",
    "\"jdbc:mysql://h:3306/db\"",
    "\"jdbc:oracle:thin:@//h:1521/s\"",
    "\"jdbc:sqlserver://h;databaseName=d\"",
    "\"jdbc:postgresql://h/db?ssl=true\"",
    "\"username\":",
    "\"password\":",
    "\"driverClassName\":",
    "\"procedures\":",
    "\"listUsers\":",
    "\"getUser\":",
    "\"createUser\":",
    "\"updateUser\":",
    "\"{call GET_USER(?)}\"",
    "=",
    "==",
    "_",
    "/",
    "+",
];

/// Runs a target on its corpus and on what chance makes of it.
pub fn run(name: &str, target: fn(&str) -> String) {
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "the corpus of {name} is empty");
    let seed: u64 = std::env::var("SLUICE_FUZZ_SEED")
        .ok()
        .map_or_else(|| fastrand::u64(..), |seed| seed.parse().unwrap());
    let time = std::env::var("SLUICE_FUZZ_SECONDS")
        .ok()
        .map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let mut random = Rng::with_seed(seed);
    let mut outcomes = HashSet::new();
    let mut kept = Vec::new();
    for text in &corpus {
        outcomes.insert(observe(name, seed, text, target));
        kept.push(text.clone());
    }
    let begin = Instant::now();
    let mut count = 0;
    while time.map_or(count < TEXTS, |time| begin.elapsed() < time) {
        let text = changed(&kept, &mut random);
        if outcomes.insert(observe(name, seed, &text, target)) && kept.len() < KEPT {
            kept.push(text);
        }
        count += 1;
    }
    println!(
        "{name}: {} texts of the corpus and {count} by chance in {:.0?}, {} kinds of outcome, seed {seed}",
        corpus.len(),
        begin.elapsed(),
        outcomes.len()
    );
}

fn observe(name: &str, seed: u64, text: &str, target: fn(&str) -> String) -> String {
    catch_unwind(AssertUnwindSafe(|| target(text))).unwrap_or_else(|_| {
        panic!(
            "the target {name} broke on this text (seed {seed}); add it to tests/fuzz/corpus/{name}.txt:\njson:{}",
            serde_json::to_string(text).unwrap()
        )
    })
}

/// The lines of a corpus; a line that begins with `json:` is a JSON string, for what a line cannot
/// hold.
fn corpus(name: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz/corpus/{name}.txt"));
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| match line.strip_prefix("json:") {
            Some(json) => serde_json::from_str(json).unwrap(),
            None => line.to_owned(),
        })
        .collect()
}

/// One of the kept texts after one to four changes.
fn changed(kept: &[String], random: &mut Rng) -> String {
    let pick = |random: &mut Rng| kept[random.usize(..kept.len())].chars().collect::<Vec<_>>();
    let mut text = if random.u8(..20) == 0 {
        Vec::new()
    } else {
        pick(random)
    };
    for _ in 0..random.usize(1..=4) {
        let at = random.usize(..=text.len());
        let end = random.usize(at..=text.len());
        match random.u8(..9) {
            0..=2 => drop(text.splice(at..at, WORDS[random.usize(..WORDS.len())].chars())),
            3 => drop(text.splice(
                at..end.min(at + 8),
                WORDS[random.usize(..WORDS.len())].chars(),
            )),
            4 => drop(text.drain(at..end)),
            5 => drop(text.splice(at..end.min(at + 1), [random.char(..)])),
            6 => {
                let part: Vec<char> = text[at..end].to_vec();
                text.splice(at..at, part);
            }
            7 => {
                let other = pick(random);
                let from = random.usize(..=other.len());
                text.truncate(at);
                text.extend(&other[from..]);
            }
            _ => {
                let wrapped = ["(", "not (", "[", "{"][random.usize(..4)];
                let closed = if wrapped.ends_with('(') { ")" } else { "]" };
                let part: Vec<char> = text[at..end].to_vec();
                text.splice(at..end, wrapped.chars().chain(part).chain(closed.chars()));
            }
        }
    }
    text.truncate(LONGEST);
    text.into_iter().collect()
}
