//! What a form, a JDBC address or a connector header says of a connection, before anything is saved.
//!
//! **Invariant:** a password that stands in an address or a header is left out and said to be left out; it is
//! typed by who saves the connection.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::config::{ConnectionSettings, Dialect, Environment, TlsMode, jdbc, properties};
use sluice_core::header;
use ts_rs::TS;

use crate::app::App;
use crate::problem::Problem;

/// What stands in the form.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExplainInput {
    pub settings: ConnectionSettings,
}

/// What it would mean.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Explained {
    /// What keeps it from being used, by its field.
    pub faults: BTreeMap<String, String>,
    /// Without user or password.
    pub address: String,
    /// What would protect it, the properties counted in.
    pub protection: TlsMode,
    /// In the order of their names.
    pub properties: Vec<PropertyTold>,
    /// The dialect's own port; 0 where it has none.
    pub usual_port: u16,
}

/// What a property means here.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PropertyTold {
    pub name: String,
    pub sort: PropertySort,
    /// The setting of Sluice that does what it did.
    pub setting: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PropertySort {
    /// It has its effect.
    Used,
    /// A setting does what it did.
    Replaced,
    /// It tunes a JDBC driver and means nothing here.
    Harmless,
    Unknown,
    /// It holds a secret and is refused.
    Secret,
}

#[derive(Clone, Deserialize, TS)]
pub struct UrlInput {
    pub url: String,
}

/// Where a header is to be found.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum HeaderInput {
    /// The exchange that it came with, of this run of Sluice.
    Exchange(String),
    /// The header itself, in Base64.
    Header(String),
}

/// A connection as an address or a header has it.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    pub settings: ConnectionSettings,
    /// Whether there was a password, which is not taken over.
    pub had_password: bool,
    /// Keys that mean nothing to Sluice.
    pub unknown: Vec<String>,
}

/// Says what settings would mean. Nothing is opened.
pub async fn explain(_: Arc<App>, input: ExplainInput) -> Result<Explained, Problem> {
    let settings = &input.settings;
    let connection = settings.connection("");
    let read = properties::read(settings.dialect, &connection.properties).unwrap_or_default();
    let told = |name: &String| {
        let replaced = read.replaced.iter().find(|(one, _)| one == name);
        let sort = if properties::is_secret(name) {
            PropertySort::Secret
        } else if replaced.is_some() {
            PropertySort::Replaced
        } else if read.harmless.contains(name) {
            PropertySort::Harmless
        } else if read.unknown.contains(name) {
            PropertySort::Unknown
        } else {
            PropertySort::Used
        };
        PropertyTold {
            name: name.clone(),
            sort,
            setting: replaced.map(|(_, setting)| (*setting).to_owned()),
        }
    };
    Ok(Explained {
        faults: settings.faults(),
        address: connection.address(),
        protection: connection.protection().unwrap_or_default().mode,
        properties: connection.properties.keys().map(told).collect(),
        usual_port: sluice_core::config::Connection::new("", settings.dialect).port(),
    })
}

/// Takes a JDBC address apart.
pub async fn read_url(_: Arc<App>, input: UrlInput) -> Result<Described, Problem> {
    let address = jdbc::parse("", &input.url).map_err(|error| {
        Problem::new(
            "connections.url",
            format!("The address {error}."),
            "Write it as the driver's documentation has it, or fill in the form.",
        )
    })?;
    Ok(described(
        address.connection,
        address.password.is_some(),
        address.unknown,
    ))
}

/// Takes the connection out of a connector header.
pub async fn read_header(app: Arc<App>, input: HeaderInput) -> Result<Described, Problem> {
    let id = match input {
        HeaderInput::Header(text) => {
            let data = header::decode(text.trim())?;
            let connection = data.connection.ok_or_else(no_connection)?;
            return Ok(described(connection, data.password.is_some(), data.unknown));
        }
        HeaderInput::Exchange(id) => id,
    };
    let connection = app.header_connection(&id).await.ok_or_else(|| {
        Problem::new(
            "connections.header",
            "The connection of this header is no longer known: the record keeps none of its values, and \
             Sluice remembers them of the latest 200 requests with a header since its endpoint started.",
            "Let the provider send a request, and open that one; or paste the header.",
        )
    })?;
    Ok(described(connection, true, Vec::new()))
}

fn no_connection() -> Problem {
    Problem::new(
        "connections.header",
        "The header names no connection: it has no jdbcUrl.",
        "Fill in the form.",
    )
}

fn described(
    mut connection: sluice_core::config::Connection,
    had_password: bool,
    mut unknown: Vec<String>,
) -> Described {
    connection
        .properties
        .retain(|key, _| !properties::is_secret(key));
    if connection.dialect == Dialect::Sqlite {
        connection.user = None;
    }
    // What was a test yesterday is not told by an address.
    connection.environment = Environment::Development;
    unknown.sort();
    unknown.dedup();
    Described {
        settings: ConnectionSettings::of(&connection),
        had_password,
        unknown,
    }
}
