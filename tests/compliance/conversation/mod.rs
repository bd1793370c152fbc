//! What the agent and the server say to each other, as texts that a person can read: a file for each
//! conversation below `conversations/`, and the same file for every database.
//!
//! **Invariant:** only what differs from run to run is put in other words (the host; versions, which get
//! a number each), and two things in which databases differ: PostgreSQL keeps names of columns in lower
//! case, and SQLite has no type for a time, so it shows the text that was stored.
//!
//! To add a conversation: a function that asks, a line in [`record`], and `UPDATE=1`; then read what was
//! written.

mod agent;
mod incremental;
mod others;
mod scribe;
mod v1;

use sluice_tests::support::server::Client;
use sluice_tests::support::site::{On, Site};

use incremental::an_incremental_import;
use scribe::Scribe;

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ID: &str = "testuser@example.com";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A profile with a form of errors, and the application of the demo that has them.
#[derive(Clone, Copy)]
struct Variant {
    /// The folder's name.
    name: &'static str,
    application: &'static str,
    /// Profile `columns`, else `core`.
    columns: bool,
    /// Whether the demo's two applications change their forms of errors.
    crossed: bool,
    /// SCIM 1.1, else 2.0.
    old: bool,
}

const COLUMNS_ORIGINAL: Variant = Variant {
    name: "columns-original",
    application: "jdbc_on_prem",
    columns: true,
    crossed: false,
    old: false,
};
const CORE_RFC: Variant = Variant {
    name: "core-rfc",
    application: "core",
    columns: false,
    crossed: false,
    old: false,
};
const COLUMNS_RFC: Variant = Variant {
    name: "columns-rfc",
    crossed: true,
    ..COLUMNS_ORIGINAL
};
const CORE_ORIGINAL: Variant = Variant {
    name: "core-original",
    crossed: true,
    ..CORE_RFC
};

const COLUMNS_1_1: Variant = Variant {
    name: "scim-1.1-columns",
    old: true,
    ..COLUMNS_ORIGINAL
};
const CORE_1_1: Variant = Variant {
    name: "scim-1.1-core",
    old: true,
    ..CORE_RFC
};

impl Variant {
    /// The path of the base URL.
    fn root(self) -> String {
        let version = if self.old { "v1" } else { "v2" };
        format!("/ws/rest/{}/scim/{version}/", self.application)
    }
}

/// Four people and four entitlements, so that a person can read all of them: one who is inactive, one
/// who holds nothing, one whose entitlement has no description.
async fn few(site: &mut Site) -> anyhow::Result<()> {
    let people = "('yoda@galaxy.local', 'luke.skywalker@galaxy.local', 'c3-po@galaxy.local', \
                  'darth.vader@galaxy.local')";
    for sql in [
        format!(
            "DELETE FROM USERENTITLEMENTS WHERE USER_ID NOT IN {people} OR ENT_ID NOT IN (1, 2, 3, 10)"
        ),
        format!("DELETE FROM USERS WHERE USER_ID NOT IN {people}"),
        "DELETE FROM ENTITLEMENTS WHERE ENT_ID NOT IN (1, 2, 3, 10)".to_owned(),
    ] {
        site.reader.run(&sql).await?;
    }
    Ok(())
}

/// The demo's configuration with the two forms of errors exchanged.
fn crossed(text: &str) -> String {
    text.replace("compatibility = \"original\"", "compatibility = \"-\"")
        .replace("compatibility = \"rfc\"", "compatibility = \"original\"")
        .replace("compatibility = \"-\"", "compatibility = \"rfc\"")
}

fn client(site: &Site, variant: Variant) -> anyhow::Result<Client> {
    let host = site
        .server
        .base_url
        .split("/ws/")
        .next()
        .unwrap_or_default();
    Ok(site
        .server
        .client()?
        .at(&format!("{host}{}", variant.root())))
}

async fn record(on: On, variant: Variant) -> anyhow::Result<()> {
    let mut site = Site::with(on, |text| {
        if variant.crossed {
            crossed(&text)
        } else {
            text
        }
    })
    .await?;
    few(&mut site).await?;
    let client = client(&site, variant)?;
    let mut scribe = Scribe::new(&client, on, variant);
    // Where the forms are crossed, only what they decide is worth a file.
    if !variant.crossed {
        agent::set_up(&mut scribe).await?;
        agent::import(&mut scribe).await?;
    }
    others::mistakes(&mut scribe).await?;
    agent::life(&mut scribe, &mut site.reader).await?;
    others::changes(&mut scribe).await
}

async fn in_scim_1_1_with_columns(on: On) -> anyhow::Result<()> {
    v1::talk(on, COLUMNS_1_1).await
}

async fn in_scim_1_1_with_core_attributes(on: On) -> anyhow::Result<()> {
    v1::talk(on, CORE_1_1).await
}

async fn as_the_original_with_columns(on: On) -> anyhow::Result<()> {
    record(on, COLUMNS_ORIGINAL).await
}

async fn as_the_rfc_with_core_attributes(on: On) -> anyhow::Result<()> {
    record(on, CORE_RFC).await
}

async fn as_the_rfc_with_columns(on: On) -> anyhow::Result<()> {
    record(on, COLUMNS_RFC).await
}

async fn as_the_original_with_core_attributes(on: On) -> anyhow::Result<()> {
    record(on, CORE_ORIGINAL).await
}

crate::on_every_dialect!(
    as_the_original_with_columns,
    as_the_rfc_with_core_attributes,
    as_the_rfc_with_columns,
    as_the_original_with_core_attributes,
    an_incremental_import,
    in_scim_1_1_with_columns,
    in_scim_1_1_with_core_attributes,
);

// The forms of errors are not the driver's, so the crossed ones are not asked for once more.
crate::on_every_dialect! { @module mariadb_by_odbc OdbcMariaDb as_the_original_with_columns as_the_rfc_with_core_attributes }
crate::on_every_dialect! { @module postgresql_by_odbc OdbcPostgreSql as_the_original_with_columns as_the_rfc_with_core_attributes }
