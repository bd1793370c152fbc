//! What holds for every text, every PATCH and every projection.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use proptest::prelude::*;
use serde_json::{Value, json};
use sluice_scim::schema::{Mutability, ResourceSchema};
use sluice_scim::{
    Filter, Patch, PatchPath, Preconditions, Projection, Query, Resource, Sort, uri, version,
};
use support::{COLUMNS, object, schema, users};

/// Names that some attribute has, some in another letter case, some that none has.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "userName",
            "USERNAME",
            "id",
            "externalId",
            "name",
            "name.familyName",
            "active",
            "emails",
            "emails.value",
            "emails.primary",
            "title",
            "meta",
            "meta.lastModified",
            "schemas",
            "password",
            "groups",
            "entitlements",
            "entitlements.display",
            "addresses.locality",
            "colour",
            "x509Certificates",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            "level",
            "rate",
            "hired",
            "remote",
            "key",
            "code",
            "badge",
            "row",
            "pin",
            "office",
            "tags",
            "scores",
            "lockers",
            "lockers.number",
            "lockers.floor",
        ])
        .prop_map(|name| format!("{COLUMNS}:{name}")),
        prop::sample::select(vec![
            "department",
            "city",
            "ext_SALARY$",
            "manager",
            "manager.$ref",
            "manager.value"
        ])
        .prop_map(|name| format!("{}:{name}", uri::ENTERPRISE_USER)),
    ]
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_map(|text| json!(text).to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        (-1.0e6..1.0e6f64).prop_map(|number| json!(number).to_string()),
        prop::sample::select(vec![
            "true",
            "false",
            "null",
            "\"work\"",
            "\"2011-05-13T04:42:34Z\""
        ])
        .prop_map(str::to_owned),
    ]
}

fn comparison(name: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let operator = prop::sample::select(vec![
        "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ", "Sw",
    ]);
    (name, operator, literal()).prop_flat_map(|(name, operator, literal)| {
        prop_oneof![
            Just(format!("{name} {operator} {literal}")),
            Just(format!("{name} pr")),
        ]
    })
}

fn combined(leaf: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join(" and ")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join(" or ")),
            inner.clone().prop_map(|part| format!("not ({part})")),
            inner.prop_map(|part| format!("({part})")),
        ]
    })
}

fn brackets() -> impl Strategy<Value = String> {
    combined(comparison(
        prop::sample::select(vec![
            "type", "value", "primary", "display", "number", "floor",
        ])
        .prop_map(str::to_owned),
    ))
}

fn filter() -> impl Strategy<Value = String> {
    combined(prop_oneof![
        comparison(name()),
        (name(), brackets()).prop_map(|(name, inner)| format!("{name}[{inner}]")),
    ])
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => name(),
        2 => (name(), brackets()).prop_map(|(name, inner)| format!("{name}[{inner}]")),
        2 => (name(), brackets(), prop::sample::select(vec!["value", "type", "primary", "locality", "floor"]))
            .prop_map(|(name, inner, sub)| format!("{name}[{inner}].{sub}")),
        1 => Just(uri::ENTERPRISE_USER.to_owned()),
        1 => Just(COLUMNS.to_owned()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|number| json!(number)),
        prop::sample::select(vec![
            "x",
            "work",
            "True",
            "false",
            "7",
            "2011-05-13T04:42:34Z",
            ""
        ])
        .prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec(
                (
                    prop_oneof![
                        name(),
                        prop::sample::select(vec![
                            "value",
                            "type",
                            "primary",
                            "familyName",
                            "number",
                            "floor",
                            "level"
                        ])
                        .prop_map(str::to_owned),
                        Just(COLUMNS.to_owned()),
                    ],
                    inner
                ),
                0..4
            )
            .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Paths with values that fit, so that many of the operations succeed.
fn fitting() -> impl Strategy<Value = (String, Value)> {
    let core = vec![
        ("title", json!("x")),
        ("title", json!(null)),
        ("userName", json!("other")),
        ("active", json!("False")),
        ("name", json!({"familyName": "y"})),
        ("name.givenName", json!("z")),
        ("name", json!(null)),
        (
            "emails",
            json!([{"value": "n@x", "type": "work", "primary": true}]),
        ),
        ("emails", json!(["a", "b"])),
        ("emails", json!([])),
        ("emails.display", json!("mail")),
        (
            "emails[type eq \"work\"]",
            json!({"value": "w@x", "type": "other"}),
        ),
        ("emails[type eq \"home\"].value", json!("h@x")),
        (
            "emails[not (type pr) or value co \"@\"].primary",
            json!(true),
        ),
        ("emails[primary eq true]", json!(null)),
        (
            "entitlements",
            json!([{"value": "3", "display": "Other"}, {"value": "9"}]),
        ),
        (
            "addresses[type eq \"work\" and primary eq true].locality",
            json!("Theed"),
        ),
        ("password", json!("new")),
    ];
    let columns = vec![
        ("level", json!("7")),
        ("rate", json!(0.5)),
        ("hired", json!("2026-01-01T00:00:00Z")),
        ("tags", json!(["red", "RED", "new"])),
        ("tags[value eq \"red\"]", json!("pink")),
        ("lockers", json!([{"number": 1, "floor": "2"}])),
        ("lockers[number eq 1].floor", json!("3")),
        ("office", json!("West")),
        ("badge", json!("B")),
        ("pin", json!("0")),
    ];
    let enterprise = vec![
        ("city", json!("Paris")),
        ("manager", json!("grace")),
        ("manager.displayName", json!("Grace")),
        ("department", json!(null)),
    ];
    let under = |urn: &str, all: Vec<(&str, Value)>| -> Vec<(String, Value)> {
        all.into_iter()
            .map(|(path, value)| (format!("{urn}:{path}"), value))
            .collect()
    };
    let mut all = under(uri::USER, core.clone());
    all.extend(
        core.into_iter()
            .map(|(path, value)| (path.to_owned(), value)),
    );
    all.extend(under(COLUMNS, columns));
    all.extend(under(uri::ENTERPRISE_USER, enterprise));
    all.push((COLUMNS.to_owned(), json!({"level": 1, "tags": ["x"]})));
    all.push((uri::ENTERPRISE_USER.to_owned(), json!({"CITY": "Rome"})));
    prop::sample::select(all)
}

fn operation() -> impl Strategy<Value = Value> {
    let op = || prop::sample::select(vec!["add", "replace", "remove", "Add"]);
    prop_oneof![
        4 => (op(), fitting(), any::<bool>()).prop_map(|(op, (path, value), with_path)| {
            if with_path || op == "remove" {
                json!({"op": op, "path": path, "value": value})
            } else {
                json!({"op": op, "value": {path: value}})
            }
        }),
        1 => (op(), prop::option::weighted(0.8, path()), value())
            .prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value})),
    ]
}

fn patch() -> impl Strategy<Value = Resource> {
    prop::collection::vec(operation(), 1..4).prop_map(|operations| {
        object(json!({"schemas": [uri::PATCH_OP], "Operations": operations}))
    })
}

fn user() -> impl Strategy<Value = Resource> {
    prop::sample::select(users())
}

/// The readOnly attributes of the core schema and of extensions, with what they are; `schemas`
/// follows the extensions (RFC 7644 §3.5.2).
fn read_only(resource: &Resource, schema: &ResourceSchema) -> Vec<(String, Option<Value>)> {
    let fixed = |attributes: &[sluice_scim::schema::Attribute], root: Option<&Resource>| {
        attributes
            .iter()
            .filter(|a| a.mutability == Mutability::ReadOnly && a.name != "schemas")
            .map(|a| {
                (
                    a.name.clone(),
                    root.and_then(|root| root.get(&a.name)).cloned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let mut all = fixed(&schema.common, Some(resource));
    all.extend(fixed(&schema.core.attributes, Some(resource)));
    for extension in &schema.extensions {
        let root = resource.get(&extension.id).and_then(Value::as_object);
        all.extend(fixed(&extension.attributes, root));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_parsing_panic(text in ".*") {
        let _ = Filter::parse(&text);
        let _ = PatchPath::parse(&text);
        let _ = Sort::parse(Some(&text), None);
        let _ = Projection::parse(Some(&text), None);
        let _ = Preconditions::parse(Some(&text), Some(&text)).failed("W/\"1\"");
        let _ = Query::from_parameters(|_| Some(text.clone()));
    }

    #[test]
    fn a_filter_that_was_printed_is_read_as_the_same(text in filter()) {
        let parsed = Filter::parse(&text).unwrap();
        let printed = parsed.to_string();
        prop_assert_eq!(Filter::parse(&printed).unwrap(), parsed);
    }

    #[test]
    fn a_path_that_was_printed_is_read_as_the_same(text in path()) {
        if let Ok(parsed) = PatchPath::parse(&text) {
            prop_assert_eq!(PatchPath::parse(&parsed.to_string()).unwrap(), parsed);
        }
    }

    #[test]
    fn a_filter_or_its_negation_matches(text in filter(), user in user()) {
        let matches = |text: &str| Filter::parse(text).unwrap().matches(&user, &schema());
        prop_assert_ne!(matches(&text), matches(&format!("not ({text})")));
    }

    #[test]
    fn a_patch_that_succeeds_changes_no_read_only_attribute(patch in patch(), user in user()) {
        let schema = schema();
        let before = user.clone();
        let result = Patch::parse(&patch).and_then(|patch| patch.apply(&user, &schema));
        prop_assert_eq!(&before, &user);
        if let Ok(after) = result {
            prop_assert_eq!(read_only(&after, &schema), read_only(&before, &schema));
            prop_assert_eq!(after.get("userName").is_some(), true);
        }
    }

    #[test]
    fn a_patch_that_fails_says_which_operation_and_why(patch in patch(), user in user()) {
        if let Err(error) = Patch::parse(&patch).and_then(|patch| patch.apply(&user, &schema())) {
            prop_assert_eq!(error.status, 400);
            prop_assert!(error.scim_type.is_some());
            prop_assert!(error.detail.starts_with("Operation "), "{}", error.detail);
        }
    }

    #[test]
    fn a_replacement_done_again_changes_nothing(
        (path, value) in prop_oneof![fitting(), (path(), value())],
        user in user(),
    ) {
        let schema = schema();
        let body = object(json!({"schemas": [uri::PATCH_OP], "Operations": [{"op": "replace", "path": path, "value": value}]}));
        let patch = Patch::parse(&body);
        if let Ok(patch) = patch && let Ok(once) = patch.apply(&user, &schema)
            && let Ok(twice) = patch.apply(&once, &schema)
        {
            prop_assert_eq!(twice, once);
        }
    }

    #[test]
    fn a_patch_leaves_no_empty_list_or_object(patch in patch(), user in user()) {
        fn empty(value: &Value) -> bool {
            match value {
                Value::Array(elements) => elements.is_empty() || elements.iter().any(empty),
                Value::Object(members) => members.is_empty() || members.values().any(empty),
                _ => false,
            }
        }
        let mut user = user;
        user.retain(|_, value| !empty(value));
        if let Ok(after) = Patch::parse(&patch).and_then(|patch| patch.apply(&user, &schema())) {
            prop_assert!(!empty(&Value::Object(after.clone())), "{:?}", after);
        }
    }

    #[test]
    fn a_projection_keeps_id_and_schemas_and_shows_no_password(
        names in prop::collection::vec(prop_oneof![name(), any::<String>()], 0..4),
        exclude in any::<bool>(),
        user in user(),
    ) {
        let names = names.join(",");
        let projection = if exclude {
            Projection::parse(None, Some(&names))
        } else {
            Projection::parse(Some(&names), None)
        };
        let mut shown = user.clone();
        projection.unwrap().apply(&mut shown, &schema());
        prop_assert_eq!(shown.get("id"), user.get("id"));
        prop_assert_eq!(shown.get("schemas"), user.get("schemas"));
        prop_assert!(!Value::Object(shown).to_string().contains("secret"));
    }

    #[test]
    fn a_version_does_not_depend_on_the_order_of_members(user in user(), seed in any::<u64>()) {
        fn turned(value: &Value, seed: u64) -> Value {
            match value {
                Value::Object(members) => {
                    let mut all: Vec<_> = members.iter().collect();
                    let count = all.len().max(1) as u64;
                    all.rotate_left(usize::try_from(seed % count).unwrap());
                    Value::Object(all.into_iter().map(|(k, v)| (k.clone(), turned(v, seed / 3))).collect())
                }
                Value::Array(elements) => elements.iter().map(|e| turned(e, seed)).collect(),
                other => other.clone(),
            }
        }
        let other = object(turned(&Value::Object(user.clone()), seed));
        prop_assert_eq!(version(&other), version(&user));
    }

    #[test]
    fn sort_keys_are_an_order(by in name(), descending in any::<bool>()) {
        let order = if descending { "descending" } else { "ascending" };
        let sort = Sort::parse(Some(&by), Some(order)).unwrap().unwrap();
        let keys: Vec<_> = users().iter().map(|user| sort.key(user, &schema())).collect();
        for a in &keys {
            for b in &keys {
                prop_assert_eq!(a.cmp(b), b.cmp(a).reverse());
                for c in &keys {
                    prop_assert!(!(a <= b && b <= c) || a <= c);
                }
            }
        }
    }
}
