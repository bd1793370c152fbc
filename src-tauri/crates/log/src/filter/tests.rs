use proptest::prelude::*;
use sqlx::{QueryBuilder, Sqlite};

use super::complete::MOST as MOST_CHOICES;
use super::reader::MOST;
use super::term::Term::{
    self, Application, Body, Colour, Coloured, File, From as Since, Imported, Last, Longer, Method,
    Note, Noted, Operation, Outcome, Path, Pinned, Shorter, Sql, Status, Text, Until,
    User as Person,
};
use super::*;

/// 2026-11-22 09:30:00 UTC.
const AT: i64 = 1_795_339_800_000;

fn parse(text: &str) -> Filter {
    Filter::parse(text, &Now::new(AT, "UTC"))
}

fn read(text: &str) -> Vec<Node> {
    parse(text)
        .parts
        .into_iter()
        .filter_map(|part| part.node)
        .collect()
}

fn is(term: Term) -> Node {
    Node::Term(term)
}

fn not(term: Term) -> Node {
    Node::Not(Box::new(is(term)))
}

fn text(text: &str) -> Term {
    Text(text.to_owned())
}

#[test]
fn words_phrases_and_negations_are_read() {
    let cases: Vec<(&str, Vec<Node>)> = vec![
        ("", vec![]),
        ("  Anna  PUT ", vec![is(text("anna")), is(text("put"))]),
        ("Anna and PUT", vec![is(text("anna")), is(text("put"))]),
        ("\"Create User\"", vec![is(text("create user"))]),
        ("-ok", vec![not(text("ok"))]),
        ("not ok", vec![not(text("ok"))]),
        ("not -ok", vec![is(text("ok"))]),
        ("\"not\" ok", vec![is(text("not")), is(text("ok"))]),
        ("-\"a b\"", vec![not(text("a b"))]),
        ("\"-a\"", vec![is(text("-a"))]),
        ("one-two", vec![is(text("one-two"))]),
        ("app:HR", vec![is(Application("hr".into()))]),
        ("APP:\"my hr\"", vec![is(Application("my hr".into()))]),
        ("\"app:hr\"", vec![is(text("app:hr"))]),
        ("op:create_user", vec![is(Operation("create_user".into()))]),
        ("user:Jörg", vec![is(Person("jörg".into()))]),
        ("-status:4xx", vec![not(Status(400, 499))]),
        ("status:4", vec![is(Status(400, 499))]),
        ("status:40", vec![is(Status(400, 409))]),
        ("status:404", vec![is(Status(404, 404))]),
        ("status:Failed", vec![is(Outcome("failed"))]),
        ("ms>100", vec![is(Longer(100_000))]),
        ("ms<2.5", vec![is(Shorter(2_500))]),
        ("took>1.5s", vec![is(Longer(1_500_000))]),
        ("took<250us", vec![is(Shorter(250))]),
        ("body:\"Anna B\"", vec![is(Body("Anna B".into()))]),
        ("sql:count(*)", vec![is(Sql("count(*)".into()))]),
        (
            "is:pinned is:noted is:coloured is:imported",
            vec![is(Pinned), is(Noted), is(Coloured), is(Imported)],
        ),
        (
            "colour:red color:blue",
            vec![is(Colour("red")), is(Colour("blue"))],
        ),
        ("note:Ticket", vec![is(Note("ticket".into()))]),
        ("method:put", vec![is(Method("PUT".into()))]),
        ("path:/Users", vec![is(Path("/users".into()))]),
        ("file:Old.har", vec![is(File("old.har".into()))]),
        ("last:1h", vec![is(Last(AT - 3_600_000, "1h".into()))]),
        (
            "after:2026-11-22",
            vec![is(Since(AT - 34_200_000, "2026-11-22 00:00".into()))],
        ),
        (
            "before:09:30",
            vec![is(Until(AT, "2026-11-22 09:30".into()))],
        ),
        ("100%_", vec![is(text("100%_"))]),
        ("urn:ietf:params", vec![is(text("urn:ietf:params"))]),
        ("\"open end", vec![is(text("open end"))]),
    ];
    for (filter, expected) in cases {
        let parsed = parse(filter);
        assert_eq!(parsed.problems, [], "{filter}");
        assert_eq!(read(filter), expected, "{filter}");
    }
}

#[test]
fn or_joins_its_neighbours_and_brackets_group() {
    let (a, b, c) = (|| is(text("a")), || is(text("b")), || is(text("c")));
    let cases: Vec<(&str, Vec<Node>)> = vec![
        ("a or b", vec![Node::Any(vec![a(), b()])]),
        ("c a or b", vec![c(), Node::Any(vec![a(), b()])]),
        ("a or b or c", vec![Node::Any(vec![a(), b(), c()])]),
        (
            "(a b) or c",
            vec![Node::Any(vec![Node::All(vec![a(), b()]), c()])],
        ),
        (
            "-(a or b)",
            vec![Node::Not(Box::new(Node::Any(vec![a(), b()])))],
        ),
        ("a or -b", vec![Node::Any(vec![a(), not(text("b"))])]),
        ("(a)", vec![a()]),
        ("((a) (b))", vec![Node::All(vec![a(), b()])]),
        ("()", vec![]),
        ("(a b", vec![Node::All(vec![a(), b()])]),
        ("a or", vec![a()]),
    ];
    for (filter, expected) in cases {
        assert_eq!(read(filter), expected, "{filter}");
    }
}

#[test]
fn what_is_half_typed_excludes_nothing_and_is_no_problem() {
    for filter in [
        "app:",
        "status:",
        "ms>",
        "took<",
        "-app:",
        "not",
        "-",
        "a or",
        "a or app:",
        "(",
        "user:\"",
    ] {
        let parsed = parse(filter);
        assert_eq!(parsed.problems, [], "{filter}");
        let without_a: Vec<Node> = read(filter)
            .into_iter()
            .filter(|node| *node != is(text("a")))
            .collect();
        assert_eq!(without_a, [], "{filter}");
    }
}

#[test]
fn what_cannot_be_read_is_said_with_its_place_and_the_rest_holds() {
    for (filter, bad, word) in [
        ("status:odd anna", "status:odd", "odd"),
        ("anna status:4444", "status:4444", "4444"),
        ("anna ms>x", "ms>x", "duration"),
        ("anna -took>5h", "took>5h", "duration"),
        ("anna foo:bar", "foo:bar", "foo:"),
        ("anna is:lost", "is:lost", "lost"),
        ("anna colour:pink", "colour:pink", "pink"),
        ("anna after:noon", "after:noon", "noon"),
        ("anna last:year", "last:year", "length"),
        ("anna method:G3T", "method:G3T", "method"),
        ("anna )", ")", "bracket"),
        ("or anna", "or", "before"),
        ("anna -or bert", "-", "after"),
        // Umlauts are two bytes and one unit; the face is four bytes and two.
        ("ü 😀 status:odd anna", "status:odd", "odd"),
    ] {
        let parsed = parse(filter);
        assert_eq!(parsed.problems.len(), 1, "{filter}: {:?}", parsed.problems);
        let problem = &parsed.problems[0];
        let units: Vec<u16> = filter.encode_utf16().collect();
        let place = String::from_utf16(&units[problem.from..problem.to]).unwrap();
        assert_eq!(place, bad, "{filter}");
        assert!(
            problem.message.contains(word),
            "{filter}: {}",
            problem.message
        );
        assert!(!problem.hint.is_empty());
        assert!(read(filter).contains(&is(text("anna"))), "{filter}");
    }
}

#[test]
fn a_condition_is_told_in_words_and_can_be_taken_out_or_turned_round() {
    let parts = parse("app:hr -status:4xx took>1.5s or user:anna").parts();
    let told: Vec<(&str, bool, &str, &str)> = parts
        .iter()
        .map(|part| {
            (
                part.says.as_str(),
                part.negated,
                part.without.as_str(),
                part.toggled.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "Application hr",
                false,
                "-status:4xx took>1.5s or user:anna",
                "-app:hr -status:4xx took>1.5s or user:anna"
            ),
            (
                "Status 4xx",
                true,
                "app:hr took>1.5s or user:anna",
                "app:hr status:4xx took>1.5s or user:anna"
            ),
            (
                "Slower than 1.5 s or User anna",
                false,
                "app:hr -status:4xx",
                "app:hr -status:4xx -(took>1.5s or user:anna)"
            ),
        ]
    );
    let turned = &parse("a -(b or c)").parts()[1];
    assert_eq!(
        (turned.toggled.as_str(), turned.says.as_str()),
        ("a (b or c)", "“b” or “c”")
    );
    assert!(turned.negated);
}

#[test]
fn a_filter_without_end_is_bounded() {
    let deep = format!("{}a{} anna", "(".repeat(500), ")".repeat(500));
    let parsed = parse(&deep);
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(read(&deep), [is(text("anna"))]);
    let long = "x ".repeat(5_000);
    let parsed = parse(&long);
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(read(&long).len(), MOST);
    let parsed = parse(&format!("body:{}", "x".repeat(501)));
    assert_eq!((parsed.problems.len(), parsed.is_empty()), (1, true));
}

#[test]
fn no_value_stands_in_the_statement() {
    let mut sql = QueryBuilder::<Sqlite>::new("");
    parse("zz; app:zz; op:zz; user:zz; -status:999 ms>987 ms<987 body:zz sql:zz note:zz path:zz file:zz method:zz last:987d")
        .push(&mut sql);
    assert!(!sql.sql().as_str().contains("zz"));
    assert!(!sql.sql().as_str().contains('9'));
}

fn offered(text: &str) -> Vec<String> {
    let place = Place::at(text, text.encode_utf16().count());
    let known: Vec<_> = place
        .asks()
        .iter()
        .map(|ask| {
            let value = match ask {
                Ask::Applications => "graph",
                Ask::Users => "grace hopper",
                Ask::Files => "old.har",
            };
            (*ask, vec![(value.to_owned(), 3)])
        })
        .collect();
    place
        .choices(&known)
        .into_iter()
        .map(|choice| choice.text)
        .collect()
}

#[test]
fn at_an_empty_place_every_word_is_offered() {
    for text in ["", "app:hr ", "-", "("] {
        let words = offered(text);
        for word in [
            "app:", "op:", "user:", "status:", "took>", "body:", "sql:", "is:", "colour:", "note:",
            "last:",
        ] {
            assert!(words.contains(&word.to_owned()), "{text}: {word}");
        }
    }
}

#[test]
fn a_word_is_completed_with_its_values() {
    assert_eq!(offered("app:"), ["graph"]);
    assert_eq!(offered("user:gr"), ["\"grace hopper\""]);
    assert_eq!(offered("file:"), ["old.har"]);
    assert_eq!(offered("-is:pi"), ["pinned"]);
    assert_eq!(
        offered("colour:"),
        ["red", "orange", "green", "blue", "violet"]
    );
    assert!(offered("op:crea").contains(&"create_user".to_owned()));
    assert!(offered("status:").contains(&"failed".to_owned()));
}

#[test]
fn a_plain_text_is_completed_to_what_it_may_mean() {
    let gr = offered("gr");
    assert!(gr.contains(&"user:\"grace hopper\"".to_owned()), "{gr:?}");
    assert!(gr.contains(&"app:graph".to_owned()));
    assert!(gr.contains(&"colour:green".to_owned()));
    assert!(offered("fail").contains(&"status:failed".to_owned()));
    assert!(offered("not").contains(&"note:".to_owned()));
    assert!(offered("x").len() <= MOST_CHOICES);
}

#[test]
fn a_choice_replaces_the_word_under_the_caret_and_nothing_else() {
    let text = "ü app:h user:x";
    let place = Place::at(text, 7);
    let completion = parse(text).completion(&place, vec![]);
    assert_eq!((completion.from, completion.to), (6, 7));
    let place = Place::at(text, 8);
    let completion = parse(text).completion(&place, vec![]);
    assert_eq!(
        (completion.from, completion.to),
        (8, 8),
        "between two words"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_has_a_reading_and_every_place_lies_in_it(text in "[-a-z:<>() \"0-9ü😀]{0,60}", caret in 0_usize..70) {
        let parsed = parse(&text);
        let length = text.encode_utf16().count();
        for piece in parsed.pieces() {
            prop_assert!(piece.from < piece.to && piece.to <= length);
        }
        for problem in parsed.problems() {
            prop_assert!(problem.from < problem.to && problem.to <= length);
        }
        for part in parsed.parts() {
            prop_assert!(part.from < part.to && part.to <= length);
        }
        let completion = parsed.completion(&Place::at(&text, caret), vec![]);
        prop_assert!(completion.from <= completion.to);
    }

    #[test]
    fn turning_a_condition_round_twice_means_the_same(text in "(-?(app:[ab]|is:pinned|[cd]|status:4xx)( or )?){1,4}") {
        for (index, part) in parse(&text).parts().iter().enumerate() {
            let once = parse(&part.toggled);
            let twice = once.parts()[index].toggled.clone();
            let (before, after) = (read(&text), read(&twice));
            prop_assert_eq!(before, after);
        }
    }
}
