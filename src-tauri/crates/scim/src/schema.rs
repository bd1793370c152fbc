//! What the attributes of a resource are: type, cardinality, mutability (RFC 7643 §2 and §7).
//!
//! A schema is made while the program runs, because the columns of a customer's table are not known
//! before. Filters, PATCH, sorting and projection ask it how values compare and what may change;
//! `/Schemas` shows it.
//!
//! **Invariant:** names and URNs compare without regard to letter case (RFC 7643 §2.1).

use serde_json::{Value, json};

use crate::uri;

/// What a value is (RFC 7643 §2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttributeType {
    #[default]
    String,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Binary,
    Reference,
    Complex,
}

impl AttributeType {
    /// The word of RFC 7643 §7.
    pub fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::DateTime => "dateTime",
            Self::Binary => "binary",
            Self::Reference => "reference",
            Self::Complex => "complex",
        }
    }
}

/// Who may set a value, and when (RFC 7643 §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mutability {
    #[default]
    ReadWrite,
    ReadOnly,
    /// Set when the resource is created, and never changed.
    Immutable,
    /// Set, and never read.
    WriteOnly,
}

impl Mutability {
    /// The word of RFC 7643 §7.
    pub fn word(self) -> &'static str {
        match self {
            Self::ReadWrite => "readWrite",
            Self::ReadOnly => "readOnly",
            Self::Immutable => "immutable",
            Self::WriteOnly => "writeOnly",
        }
    }
}

/// When a value is in an answer (RFC 7643 §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Returned {
    #[default]
    Default,
    Always,
    Never,
    /// Only where `attributes` names it.
    Request,
}

impl Returned {
    /// The word of RFC 7643 §7.
    pub fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Always => "always",
            Self::Never => "never",
            Self::Request => "request",
        }
    }
}

/// One attribute or sub-attribute (RFC 7643 §7).
#[allow(clippy::struct_excessive_bools)] // the characteristics of RFC 7643 §7, by their names
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribute {
    /// As it is written on the wire.
    pub name: String,
    pub description: String,
    pub kind: AttributeType,
    pub multi_valued: bool,
    pub required: bool,
    /// Whether letter case matters where texts are compared.
    pub case_exact: bool,
    pub mutability: Mutability,
    pub returned: Returned,
    /// Whether no two resources have the same value: `uniqueness` is `server` then, else `none`.
    pub unique: bool,
    /// The values that make sense; empty where any does.
    pub canonical_values: Vec<String>,
    /// For [`AttributeType::Complex`].
    pub sub_attributes: Vec<Attribute>,
}

impl Attribute {
    /// A single optional text that may be read and written, compared without regard to letter case.
    pub fn text(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            ..Self::default()
        }
    }

    /// A complex attribute with parts.
    pub fn complex(
        name: impl Into<String>,
        description: impl Into<String>,
        multi_valued: bool,
        sub_attributes: Vec<Self>,
    ) -> Self {
        Self {
            kind: AttributeType::Complex,
            multi_valued,
            sub_attributes,
            ..Self::text(name, description)
        }
    }

    /// The same attribute of another type.
    #[must_use]
    pub fn of(mut self, kind: AttributeType) -> Self {
        self.kind = kind;
        self
    }

    /// The same attribute with another mutability.
    #[must_use]
    pub fn with(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    /// The sub-attribute with this name.
    pub fn sub(&self, name: &str) -> Option<&Self> {
        find(&self.sub_attributes, name)
    }

    /// As it stands in a schema document.
    pub fn to_json(&self) -> Value {
        let mut attribute = json!({
            "name": self.name, "type": self.kind.word(), "multiValued": self.multi_valued,
            "description": self.description, "required": self.required,
            "caseExact": self.case_exact, "mutability": self.mutability.word(),
            "returned": self.returned.word(),
            "uniqueness": if self.unique { "server" } else { "none" }
        });
        if !self.canonical_values.is_empty() {
            attribute["canonicalValues"] = json!(self.canonical_values);
        }
        if self.kind == AttributeType::Reference {
            attribute["referenceTypes"] = json!(["external"]);
        }
        if !self.sub_attributes.is_empty() {
            attribute["subAttributes"] = self.sub_attributes.iter().map(Self::to_json).collect();
        }
        attribute
    }
}

/// A schema: a URN and its attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Its URN.
    pub id: String,
    pub name: String,
    pub description: String,
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The attribute with this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }

    /// The schema's document. `base` ends in `/scim/v2`.
    pub fn to_json(&self, base: &str) -> Value {
        json!({
            "schemas": [uri::SCHEMA], "id": self.id, "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(Attribute::to_json).collect::<Vec<_>>(),
            "meta": {"resourceType": "Schema", "location": format!("{base}/Schemas/{}", self.id)}
        })
    }
}

/// Everything a resource of one type may have: the common attributes (RFC 7643 §3.1), its own
/// schema, its extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceSchema {
    pub core: Schema,
    pub extensions: Vec<Schema>,
    /// `schemas`, `id`, `externalId`, `meta`; set by [`ResourceSchema::new`].
    pub common: Vec<Attribute>,
    /// What may stand before the name of an extension's attribute or be left out (`ext_`).
    pub optional_prefix: Option<String>,
}

impl ResourceSchema {
    /// A resource type with these schemas.
    pub fn new(core: Schema, extensions: Vec<Schema>) -> Self {
        Self {
            core,
            extensions,
            common: common(),
            optional_prefix: None,
        }
    }

    /// The extension with this URN.
    pub fn extension(&self, urn: &str) -> Option<&Schema> {
        self.extensions
            .iter()
            .find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// An attribute by name: of the extension with this URN, or where `urn` is none or the core
    /// schema's own, of the core schema and the common attributes. The attribute's own `name` is how
    /// it is written in the resource.
    pub fn attribute(&self, urn: Option<&str>, name: &str) -> Option<&Attribute> {
        match urn.filter(|urn| !urn.eq_ignore_ascii_case(&self.core.id)) {
            None => self
                .core
                .attribute(name)
                .or_else(|| find(&self.common, name)),
            Some(urn) => {
                let extension = self.extension(urn)?;
                extension.attribute(name).or_else(|| {
                    let prefix = self.optional_prefix.as_ref()?;
                    extension.attribute(&format!("{prefix}{name}"))
                })
            }
        }
    }
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// The attributes every resource has (RFC 7643 §3.1). `schemas` is always returned (§7).
fn common() -> Vec<Attribute> {
    let exact = |name: &str, description: &str| Attribute {
        case_exact: true,
        ..Attribute::text(name, description)
    };
    let read = |attribute: Attribute| attribute.with(Mutability::ReadOnly);
    vec![
        Attribute {
            multi_valued: true,
            returned: Returned::Always,
            ..read(exact("schemas", "The schemas of the resource").of(AttributeType::Reference))
        },
        Attribute {
            returned: Returned::Always,
            unique: true,
            ..read(exact("id", "Identifier of the resource"))
        },
        exact("externalId", "Identifier that the client gave"),
        read(Attribute::complex(
            "meta",
            "What the server says of the resource",
            false,
            vec![
                read(exact("resourceType", "Name of the resource type")),
                read(Attribute::text("created", "When it was created").of(AttributeType::DateTime)),
                read(
                    Attribute::text("lastModified", "When it was last changed")
                        .of(AttributeType::DateTime),
                ),
                read(exact("location", "Its address").of(AttributeType::Reference)),
                read(exact("version", "Its version")),
            ],
        )),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> ResourceSchema {
        let mut schema = ResourceSchema::new(
            Schema {
                id: uri::USER.into(),
                attributes: vec![Attribute::text("userName", "Name")],
                ..Schema::default()
            },
            vec![Schema {
                id: uri::ENTERPRISE_USER.into(),
                attributes: vec![Attribute::text("ext_CITY", "CITY")],
                ..Schema::default()
            }],
        );
        schema.optional_prefix = Some("ext_".into());
        schema
    }

    #[test]
    fn an_attribute_is_found_in_any_letter_case_with_or_without_its_urn() {
        let user = user();
        for (urn, name) in [
            (None, "USERNAME"),
            (Some(uri::USER), "username"),
            (None, "ID"),
        ] {
            assert!(user.attribute(urn, name).is_some(), "{urn:?} {name}");
        }
        assert!(user.attribute(None, "ext_CITY").is_none());
    }

    #[test]
    fn the_prefix_of_a_column_may_be_left_out() {
        let user = user();
        let urn = uri::ENTERPRISE_USER.to_uppercase();
        for name in ["ext_CITY", "EXT_city", "city"] {
            let found = user.attribute(Some(&urn), name);
            assert_eq!(found.map(|a| a.name.as_str()), Some("ext_CITY"), "{name}");
        }
        assert!(user.attribute(Some(&urn), "ext_ext_CITY").is_none());
    }

    #[test]
    fn a_document_has_every_characteristic_of_an_attribute() {
        let document = Attribute::text("userName", "Name").to_json();
        assert_eq!(
            document,
            json!({"name": "userName", "type": "string", "multiValued": false, "description": "Name",
                   "required": false, "caseExact": false, "mutability": "readWrite",
                   "returned": "default", "uniqueness": "none"})
        );
    }
}
