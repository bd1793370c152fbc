//! Rows to SCIM users.

use std::borrow::Cow;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use sluice_scim::{AttributePath, Resource, uri};

use super::changed::last_modified;
use super::form::{Form, Wire, kind, standard};
use super::{COLUMN_PREFIX, ENTITLEMENT_TYPE, Entitlement, is_active, path_segment};
use crate::config::{Application, Profile};
use crate::failure::Failure;
use crate::ports::ResultColumn;
use crate::value::{Cell, Value};

/// A row's values as cells.
pub fn cells(row: &[Value]) -> Vec<Cell<'_>> {
    row.iter().map(Cell::from).collect()
}

/// What a user holds.
#[derive(Clone, Copy, Debug)]
pub enum Held<'a> {
    /// As it was read for this user.
    List(&'a [Entitlement]),
    /// By position in a list of all there are.
    Of(&'a [Entitlement], &'a [u32]),
}

impl<'a> Held<'a> {
    /// The entitlements in their order.
    pub fn iter(self) -> impl Iterator<Item = &'a Entitlement> {
        let (list, all, positions) = match self {
            Self::List(list) => (list, &[][..], &[][..]),
            Self::Of(all, positions) => (&[][..], all, positions),
        };
        let positions = positions
            .iter()
            .filter_map(|position| all.get(*position as usize));
        list.iter().chain(positions)
    }
}

impl Serialize for Held<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// The positions that every row of a result needs, looked up once.
pub struct UserShape<'a> {
    application: &'a Application,
    id: usize,
    status: Option<usize>,
    changed: Option<usize>,
    /// Profile `columns`: by position, attribute name and form; `None` where it is never shown.
    names: Vec<Option<(String, Form<'a>)>>,
    /// Profile `core`: what stands where, and the position it comes from.
    places: Vec<(&'a AttributePath, usize, Form<'a>)>,
    schemas: Vec<&'a str>,
    base: &'a str,
}

impl<'a> UserShape<'a> {
    /// Reads the columns of a result.
    ///
    /// # Errors
    /// 500 where the user id column, or the status column, is not among them.
    pub fn new(
        application: &'a Application,
        columns: &'a [ResultColumn],
        base: &'a str,
    ) -> Result<Self, Failure> {
        let find = |name: &str| {
            columns
                .iter()
                .position(|column| column.name.eq_ignore_ascii_case(name))
        };
        let missing = |name: &str, key: &str| {
            Failure::new(
                500,
                "mapping.column_missing",
                format!("The rows have no column {name}."),
                format!("Return it from the statement, or correct {key} of the application."),
            )
        };
        let id = find(&application.user_id_column)
            .ok_or_else(|| missing(&application.user_id_column, "user_id_column"))?;
        // A list of active users only may leave the status out: all of them are active then.
        let status = application.status_column.as_deref().and_then(find);
        let changed = application
            .changed_column
            .as_deref()
            .filter(|column| !application.is_secret(column))
            .and_then(find);
        let shown = |column: &str| !application.is_secret(column);
        let (mut names, mut places) = (Vec::new(), Vec::new());
        match application.profile {
            Profile::Columns => {
                let name = |column: &ResultColumn| {
                    let form = Form::of(application, &column.name, kind(application, column));
                    shown(&column.name).then(|| (format!("{COLUMN_PREFIX}{}", column.name), form))
                };
                names = columns.iter().map(name).collect();
            }
            Profile::Core => {
                for (path, name) in &application.paths {
                    if let Some(at) = find(name).filter(|_| shown(name))
                        && let Some(column) = columns.get(at)
                    {
                        let kind = standard(path).unwrap_or_else(|| kind(application, column));
                        places.push((path, at, Form::of(application, name, kind)));
                    }
                }
            }
        }
        Ok(Self {
            application,
            id,
            status,
            changed,
            names,
            places,
            schemas: [uri::USER]
                .into_iter()
                .chain(application.extensions())
                .collect(),
            base,
        })
    }

    /// The user's id.
    ///
    /// # Errors
    /// 500 where the id is NULL.
    pub fn id<'r>(&self, row: &[Cell<'r>]) -> Result<Cow<'r, str>, Failure> {
        row.get(self.id).and_then(Cell::to_text).ok_or_else(|| {
            Failure::new(
                500,
                "mapping.null_id",
                format!(
                    "A row has NULL in the user id column {}.",
                    self.application.user_id_column
                ),
                "Exclude such rows in the statement, or choose another id column.",
            )
        })
    }

    /// Whether the user is active; `None` where no column says it.
    pub fn active(&self, row: &[Cell<'_>]) -> Option<bool> {
        self.status
            .and_then(|index| row.get(index))
            .map(|value| is_active(self.application, value))
    }

    /// When the user was changed (RFC 3339, UTC); `None` where no column says it.
    fn last_modified(&self, row: &[Cell<'_>]) -> Option<String> {
        let text = self.changed.and_then(|index| row.get(index))?.to_text()?;
        let column = self.application.changed_column.as_deref()?;
        let rule = self.application.moment(column);
        match rule.filter(|rule| rule.is_date_time()) {
            Some(rule) => last_modified(&rule.to_wire(&text)?),
            None => last_modified(&text),
        }
    }

    /// The SCIM user of a row.
    ///
    /// # Errors
    /// As [`UserShape::id`].
    pub fn user<'r>(
        &'r self,
        row: Vec<Cell<'r>>,
        entitlements: Option<Held<'r>>,
    ) -> Result<User<'r>, Failure> {
        Ok(User {
            shape: self,
            id: self.id(&row)?,
            row,
            entitlements,
        })
    }
}

/// A row on its way to be a SCIM user. It is written straight from the row: an import writes a
/// hundred of them at a time, and a tree of JSON values in between costs more than the database.
pub struct User<'a> {
    shape: &'a UserShape<'a>,
    id: Cow<'a, str>,
    row: Vec<Cell<'a>>,
    entitlements: Option<Held<'a>>,
}

impl User<'_> {
    /// The user as a tree of JSON values.
    ///
    /// # Errors
    /// 500 where it cannot be written as JSON.
    pub fn resource(&self) -> Result<Resource, Failure> {
        match serde_json::to_value(self) {
            Ok(Json::Object(resource)) => Ok(resource),
            Ok(_) => Ok(Resource::new()),
            Err(error) => Err(Failure::unwritable(&error)),
        }
    }

    /// The attributes that columns are mapped to (profile `core`).
    fn mapped(&self) -> Resource {
        let mut attributes = Resource::new();
        for (path, at, form) in &self.shape.places {
            let wire = self.row.get(*at).map(|cell| form.wire(cell));
            if let Some(value) = wire.and_then(Wire::into_json) {
                path.set(&mut attributes, value);
            }
        }
        attributes
    }
}

impl Serialize for User<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let application = self.shape.application;
        let mut user = serializer.serialize_map(None)?;
        user.serialize_entry("schemas", &self.shape.schemas)?;
        user.serialize_entry("id", &self.id)?;
        if application.profile == Profile::Columns {
            user.serialize_entry("externalId", &self.id)?;
            user.serialize_entry("userName", &self.id)?;
        }
        user.serialize_entry("active", &self.shape.active(&self.row).unwrap_or(true))?;
        match application.profile {
            Profile::Columns => {
                let columns = Columns(&self.shape.names, &self.row);
                user.serialize_entry(uri::ENTERPRISE_USER, &columns)?;
            }
            Profile::Core => {
                for (name, value) in &self.mapped() {
                    user.serialize_entry(name, value)?;
                }
            }
        }
        if let Some(held) = &self.entitlements {
            user.serialize_entry("entitlements", held)?;
        }
        let location = format!("{}/Users/{}", self.shape.base, path_segment(&self.id));
        user.serialize_entry(
            "meta",
            &Meta {
                resource_type: "User",
                last_modified: self.shape.last_modified(&self.row),
                location: &location,
            },
        )?;
        user.end()
    }
}

/// The columns of a row under their attribute names, NULL left out.
struct Columns<'a>(&'a [Option<(String, Form<'a>)>], &'a [Cell<'a>]);

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut columns = serializer.serialize_map(None)?;
        for (column, cell) in self.0.iter().zip(self.1) {
            match (column, cell) {
                (None, _) | (_, Cell::Null) => {}
                (Some((name, Form::Text)), Cell::Text(text)) => {
                    columns.serialize_entry(name, text)?;
                }
                (Some((name, form)), cell) => columns.serialize_entry(name, &form.wire(cell))?,
            }
        }
        columns.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    resource_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
    location: &'a str,
}

impl Serialize for Entitlement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut held = serializer.serialize_map(None)?;
        held.serialize_entry("value", &self.value)?;
        if let Some(display) = &self.display {
            held.serialize_entry("display", display)?;
        }
        held.serialize_entry("type", ENTITLEMENT_TYPE)?;
        held.end()
    }
}
