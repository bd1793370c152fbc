//! What a user of an application looks like: its profile and its mappings as a SCIM schema.
//!
//! **Invariant:** it tells the truth. What no operation writes is `readOnly`, what only Create user
//! writes is `immutable`, what is never shown is `writeOnly` or not there.

use sluice_scim::schema::{Attribute, AttributeType, Mutability, ResourceSchema, Schema};
use sluice_scim::{AttributePath, uri, user};

use super::COLUMN_PREFIX;
use super::form::kind;
use crate::config::{Application, Profile};
use crate::mapping::Parameter;
use crate::operation::Operation;
use crate::ports::ResultColumn;

/// The schema of the users of an application whose rows have these columns.
pub fn user_schema(application: &Application, columns: &[ResultColumn]) -> ResourceSchema {
    let standard = user::user();
    let mut core = Schema {
        attributes: Vec::new(),
        ..standard.clone()
    };
    let mut attributes = vec![user_name(application, &standard)];
    attributes.extend(active(application, &standard));
    attributes.extend(entitlements(application));
    let extensions = match application.profile {
        Profile::Columns => vec![of_columns(application, columns)],
        Profile::Core => {
            let own = mapped(application, columns, None, &standard);
            let is_new = |own: &Attribute| !attributes.iter().any(|a| a.name == own.name);
            let own: Vec<Attribute> = own.into_iter().filter(is_new).collect();
            attributes.extend(own);
            let extension = |urn: &str| of_extension(application, columns, urn);
            application
                .extensions()
                .into_iter()
                .map(extension)
                .collect()
        }
    };
    core.attributes = attributes;
    let mut schema = ResourceSchema::new(core, extensions);
    let external = match application.profile {
        Profile::Columns => Mutability::ReadOnly,
        Profile::Core => column_of(application, "externalId")
            .map_or(Mutability::ReadOnly, |column| {
                mutability(application, column)
            }),
    };
    if let Some(attribute) = schema.common.iter_mut().find(|a| a.name == "externalId") {
        attribute.mutability = external;
    }
    if application.profile == Profile::Columns {
        schema.optional_prefix = Some(COLUMN_PREFIX.to_owned());
    }
    schema
}

/// Who may set a column, as the mapped operations say.
pub(super) fn mutability(application: &Application, column: &str) -> Mutability {
    let sets = |operation| {
        application.mapping(operation).is_some_and(|mapping| {
            mapping.parameters.iter().any(|parameter| {
                matches!(parameter, Parameter::Field(field) if field.eq_ignore_ascii_case(column))
            })
        })
    };
    // The id finds the row that is updated; it is not what the update sets.
    if sets(Operation::UpdateUser) && !application.user_id_column.eq_ignore_ascii_case(column) {
        Mutability::ReadWrite
    } else if sets(Operation::CreateUser) {
        Mutability::Immutable
    } else {
        Mutability::ReadOnly
    }
}

fn user_name(application: &Application, standard: &Schema) -> Attribute {
    let mutability = match application.profile {
        Profile::Columns => Mutability::Immutable,
        Profile::Core => column_of(application, "userName")
            .map_or(Mutability::ReadOnly, |column| {
                mutability(application, column)
            }),
    };
    Attribute {
        mutability,
        ..standard.attribute("userName").cloned().unwrap_or_default()
    }
}

fn active(application: &Application, standard: &Schema) -> Option<Attribute> {
    let has = |operation| application.mapping(operation).is_some();
    let switched = has(Operation::ActivateUser) || has(Operation::DeactivateUser);
    let by_column = application
        .status_column
        .as_deref()
        .is_some_and(|column| mutability(application, column) == Mutability::ReadWrite);
    let mutability = if switched || by_column {
        Mutability::ReadWrite
    } else {
        Mutability::ReadOnly
    };
    Some(standard.attribute("active")?.clone().with(mutability))
}

fn entitlements(application: &Application) -> Option<Attribute> {
    let has = |operation| application.mapping(operation).is_some();
    if !has(Operation::GetUserEntitlements) {
        return None;
    }
    let mutability = if has(Operation::AddEntitlement) || has(Operation::RemoveEntitlement) {
        Mutability::ReadWrite
    } else {
        Mutability::ReadOnly
    };
    let value = Attribute {
        case_exact: true,
        required: true,
        ..Attribute::text("value", "Identifier of the entitlement")
    };
    let told = |name: &str, description: &str| {
        Attribute::text(name, description).with(Mutability::ReadOnly)
    };
    let parts = vec![
        value.with(mutability),
        told("display", "Name of the entitlement"),
        told("type", "Name of the resource type"),
    ];
    Some(
        Attribute::complex("entitlements", "Entitlements of the user", true, parts)
            .with(mutability),
    )
}

/// Profile `columns`: every column that is not secret, in the enterprise extension.
fn of_columns(application: &Application, columns: &[ResultColumn]) -> Schema {
    let is = |name: Option<&str>, column: &ResultColumn| {
        name.is_some_and(|name| name.eq_ignore_ascii_case(&column.name))
    };
    let attributes = columns
        .iter()
        .filter(|column| !application.is_secret(&column.name))
        .map(|column| {
            let told = is(Some(&application.user_id_column), column)
                || is(application.status_column.as_deref(), column);
            let mutability = if told {
                Mutability::ReadOnly
            } else {
                mutability(application, &column.name)
            };
            typed(
                application,
                format!("{COLUMN_PREFIX}{}", column.name),
                column,
            )
            .with(mutability)
        })
        .collect();
    Schema {
        id: uri::ENTERPRISE_USER.to_owned(),
        name: "EnterpriseUser".to_owned(),
        description: "Columns of the user".to_owned(),
        attributes,
    }
}

/// An attribute of a column's type, described by the column's name.
fn typed(application: &Application, name: String, column: &ResultColumn) -> Attribute {
    let kind = kind(application, column);
    Attribute {
        // Base64 has both cases (RFC 7643 §2.3.6).
        case_exact: kind == AttributeType::Binary,
        ..Attribute::text(name, column.name.clone()).of(kind)
    }
}

fn of_extension(application: &Application, columns: &[ResultColumn], urn: &str) -> Schema {
    let enterprise = user::enterprise();
    let standard = if urn.eq_ignore_ascii_case(&enterprise.id) {
        enterprise
    } else {
        Schema {
            id: urn.to_owned(),
            name: "Extension".to_owned(),
            description: "Columns of the user".to_owned(),
            attributes: Vec::new(),
        }
    };
    Schema {
        attributes: mapped(application, columns, Some(urn), &standard),
        ..standard
    }
}

/// The attributes that columns are mapped to, sub-attributes gathered under their attribute. What the
/// RFC knows has its type; what it does not know has its column's, and is a text where that is not
/// among the columns.
fn mapped(
    application: &Application,
    columns: &[ResultColumn],
    extension: Option<&str>,
    standard: &Schema,
) -> Vec<Attribute> {
    let mut attributes: Vec<Attribute> = Vec::new();
    let common = |path: &AttributePath| {
        let is = |name: &str| path.name.eq_ignore_ascii_case(name);
        extension.is_none() && (is("externalId") || is("id"))
    };
    for (path, column) in &application.paths {
        if !same_urn(path.extension.as_deref(), extension) || common(path) {
            continue;
        }
        let known = standard.attribute(&path.name);
        let is_password = known.is_some_and(|a| a.mutability == Mutability::WriteOnly);
        let writes = mutability(application, column);
        if application.is_secret(column) && !(is_password && writes != Mutability::ReadOnly) {
            continue;
        }
        let settle = |attribute: Attribute| {
            let write_only =
                attribute.mutability == Mutability::WriteOnly && writes != Mutability::ReadOnly;
            if write_only {
                attribute
            } else {
                attribute.with(writes)
            }
        };
        let of_column = |name: &str| match columns
            .iter()
            .find(|known| known.name.eq_ignore_ascii_case(column))
        {
            Some(known) => typed(application, name.to_owned(), known),
            None => Attribute::text(name, column.clone()),
        };
        let Some(sub) = &path.sub else {
            let attribute = known.cloned();
            attributes.push(settle(attribute.unwrap_or_else(|| of_column(&path.name))));
            continue;
        };
        let part = known.and_then(|attribute| attribute.sub(sub)).cloned();
        let part = settle(part.unwrap_or_else(|| of_column(sub)));
        let position = attributes
            .iter()
            .position(|attribute| attribute.name.eq_ignore_ascii_case(&path.name));
        let at = position.unwrap_or_else(|| {
            let (name, description) = known.map_or((&path.name, &path.name), |attribute| {
                (&attribute.name, &attribute.description)
            });
            let several = path.element.is_some();
            let whole = Attribute::complex(name, description, several, Vec::new());
            attributes.push(whole.with(Mutability::ReadOnly));
            attributes.len() - 1
        });
        let Some(whole) = attributes.get_mut(at) else {
            continue;
        };
        // The whole may be set as far as one of its parts may.
        whole.mutability = match (whole.mutability, part.mutability) {
            (Mutability::ReadWrite, _) | (_, Mutability::ReadWrite | Mutability::WriteOnly) => {
                Mutability::ReadWrite
            }
            (Mutability::ReadOnly, other) => other,
            (whole, _) => whole,
        };
        if whole.sub(&part.name).is_none() {
            whole.sub_attributes.push(part);
        }
        if let Some((key, value)) = &path.element {
            selector(whole, key, value);
        }
    }
    attributes
}

/// The sub-attributes that tell the elements of a multi-valued attribute apart. The mapping sets
/// them, so a client only reads them.
fn selector(whole: &mut Attribute, key: &str, value: &str) {
    let position = whole
        .sub_attributes
        .iter()
        .position(|part| part.name.eq_ignore_ascii_case(key));
    let at = position.unwrap_or_else(|| {
        let told = |name: &str, description: &str| {
            Attribute::text(name, description).with(Mutability::ReadOnly)
        };
        whole
            .sub_attributes
            .push(told("primary", "Whether it is the preferred one").of(AttributeType::Boolean));
        whole
            .sub_attributes
            .push(told(key, "Which of the values this is"));
        whole.sub_attributes.len() - 1
    });
    if let Some(part) = whole.sub_attributes.get_mut(at)
        && !part.canonical_values.iter().any(|known| known == value)
    {
        part.canonical_values.push(value.to_owned());
    }
}

/// The column behind a simple core attribute, as the last line for it says.
pub fn column_of<'a>(application: &'a Application, name: &str) -> Option<&'a str> {
    let simple = |path: &AttributePath| {
        path.extension.is_none() && path.sub.is_none() && path.name.eq_ignore_ascii_case(name)
    };
    let (_, column) = application.paths.iter().rfind(|(path, _)| simple(path))?;
    Some(column)
}

fn same_urn(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (None, None) => true,
        _ => false,
    }
}
