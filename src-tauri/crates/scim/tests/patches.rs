//! Every PATCH of `patch/*.json`: a resource, operations, and what comes out.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use sluice_scim::{Compatibility, Patch, Resource, ScimError, uri};
use support::object;

/// The files of cases, one for each kind.
const FILES: [&str; 8] = [
    "patch/add.json",
    "patch/remove.json",
    "patch/replace.json",
    "patch/without_path.json",
    "patch/extensions.json",
    "patch/primary.json",
    "patch/clients.json",
    "patch/refused.json",
];

fn run(case: &Value) -> (Resource, Result<Resource, ScimError>) {
    let before = object(case["before"].clone());
    let body = match case.get("body") {
        Some(body) => body.clone(),
        None => json!({"schemas": [uri::PATCH_OP], "Operations": case["operations"]}),
    };
    let result =
        Patch::parse(&object(body)).and_then(|patch| patch.apply(&before, &support::schema()));
    (before, result)
}

/// What came out where it is not what the case says.
fn difference(case: &Value) -> Option<String> {
    let (before, result) = run(case);
    let (expected, seen) = match (&result, case.get("after")) {
        (Ok(after), Some(expected)) => (expected.clone(), Value::Object(after.clone())),
        (Ok(after), None) => (case["error"].clone(), Value::Object(after.clone())),
        (Err(error), Some(expected)) => (expected.clone(), error.to_json(Compatibility::Rfc)),
        (Err(error), None) => {
            let says = case["says"].as_array().cloned().unwrap_or_default();
            let seen = error.to_json(Compatibility::Rfc);
            let missing: Vec<_> = says
                .iter()
                .filter(|part| !error.detail.contains(part.as_str().unwrap()))
                .collect();
            if !missing.is_empty() {
                return Some(format!(
                    "    the detail lacks {missing:?}: {}",
                    error.detail
                ));
            }
            (case["error"].clone(), seen["scimType"].clone())
        }
    };
    assert_eq!(before, object(case["before"].clone()));
    (expected != seen).then(|| format!("    expected {expected}\n    seen     {seen}"))
}

#[test]
fn every_patch_gives_what_the_rfc_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in FILES {
        let cases: Vec<Value> = serde_json::from_str(&support::read(file))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        count += cases.len();
        for case in &cases {
            if let Some(difference) = difference(case) {
                let name = case["name"].as_str().unwrap();
                wrong.push(format!("{file}: {name}\n{difference}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} patches are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 100, "only {count} patches");
}
