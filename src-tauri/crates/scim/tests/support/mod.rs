//! A resource type with one attribute of every kind, and readers of the files of cases.
#![allow(dead_code)] // each test takes what it needs
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;

use serde_json::Value;
use sluice_scim::schema::{Attribute, AttributeType, Mutability, ResourceSchema, Returned, Schema};
use sluice_scim::{Resource, uri, user};

/// The second extension of the test's users.
pub const COLUMNS: &str = "urn:example:columns:1.0:User";

/// The User of RFC 7643 with the enterprise extension, and an extension with a column of each type.
pub fn schema() -> ResourceSchema {
    let text = |name: &str| Attribute::text(name, name);
    let exact = |name: &str| Attribute {
        case_exact: true,
        ..text(name)
    };
    let mut core = user::user();
    for attribute in &mut core.attributes {
        if attribute.name == "entitlements" {
            for sub in &mut attribute.sub_attributes {
                if ["display", "type"].contains(&sub.name.as_str()) {
                    sub.mutability = Mutability::ReadOnly;
                }
                sub.case_exact |= sub.name == "value";
            }
        }
    }
    core.attributes.push(
        Attribute::complex(
            "groups",
            "groups",
            true,
            vec![
                exact("value"),
                text("display"),
                text("$ref").of(AttributeType::Reference),
            ],
        )
        .with(Mutability::ReadOnly),
    );
    let mut enterprise = user::enterprise();
    enterprise.attributes.push(text("ext_CITY"));
    enterprise.attributes.push(text("ext_SALARY$"));
    enterprise.attributes.push(text("ext_FIRST NAME"));
    let columns = Schema {
        id: COLUMNS.to_owned(),
        attributes: vec![
            text("level").of(AttributeType::Integer),
            text("rate").of(AttributeType::Decimal),
            text("hired").of(AttributeType::DateTime),
            text("remote").of(AttributeType::Boolean),
            text("key").of(AttributeType::Binary),
            exact("code"),
            text("badge").with(Mutability::Immutable),
            text("row").with(Mutability::ReadOnly),
            text("pin").with(Mutability::WriteOnly),
            Attribute {
                returned: Returned::Never,
                ..text("hidden")
            },
            Attribute {
                returned: Returned::Request,
                ..text("photo")
            },
            Attribute {
                required: true,
                ..text("office")
            },
            Attribute {
                multi_valued: true,
                ..text("tags")
            },
            Attribute {
                multi_valued: true,
                ..text("scores").of(AttributeType::Integer)
            },
            Attribute::complex(
                "lockers",
                "lockers",
                true,
                vec![
                    Attribute {
                        mutability: Mutability::Immutable,
                        ..text("number").of(AttributeType::Integer)
                    },
                    Attribute {
                        required: true,
                        ..text("floor")
                    },
                    text("primary").of(AttributeType::Boolean),
                ],
            ),
        ],
        ..Schema::default()
    };
    let mut schema = ResourceSchema::new(core, vec![enterprise, columns]);
    schema.optional_prefix = Some("ext_".to_owned());
    assert_eq!(schema.core.id, uri::USER);
    schema
}

/// A file of the tests' folder.
pub fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The object that a JSON value is.
pub fn object(value: Value) -> Resource {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}

/// The users of `users.json`.
pub fn users() -> Vec<Resource> {
    let users: Vec<Value> = serde_json::from_str(&read("users.json")).unwrap();
    users.into_iter().map(object).collect()
}
