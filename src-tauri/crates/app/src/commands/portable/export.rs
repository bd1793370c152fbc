//! The configuration out of Sluice.

use std::io::Write as _;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sluice_core::config::portable::{header_json, script, vendor};
use sluice_core::config::{Application, Connection, Workspace};
use ts_rs::TS;

use super::{NeededSecret, needed};
use crate::app::App;
use crate::archive::{self, Packed};
use crate::exports::{ExportFile, trouble};
use crate::leaks::Known;
use crate::problem::Problem;

/// The configuration's name in a bundle.
pub(super) const CONFIGURATION: &str = "sluice.toml";
/// What a bundle says of itself.
const MANIFEST: &str = "manifest.json";
/// The form of bundles, so that a later Sluice can read an older one.
const BUNDLE_FORM: u32 = 1;

/// A form of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TextForm {
    /// As it is in use.
    Toml,
    /// The vendor server's `config-<customer>.properties`.
    Properties,
    /// The connector header's JSON.
    Header,
    /// A script that asks for every operation.
    Curl,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct TextInput {
    pub form: TextForm,
    /// For the header and the script; the pool of its connection stands in the properties.
    pub application: String,
    /// For the properties: the customer in the file's name.
    #[serde(default)]
    #[ts(optional)]
    pub customer: Option<String>,
}

/// A text as it would be saved.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ExportedText {
    /// The file's name.
    pub name: String,
    pub mime: String,
    pub text: String,
    /// The header as the agent sends it; `null` for other forms.
    pub header: Option<String>,
    /// What it does not hold, in sentences.
    pub notes: Vec<String>,
    /// What must be set where it is used.
    pub secrets: Vec<NeededSecret>,
}

#[derive(Clone, Copy, Debug, Deserialize, TS)]
pub struct BundleInput {
    /// Whether earlier versions of the configuration come along.
    pub history: bool,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct Bundled {
    pub file: ExportFile,
    /// What is in it, with sizes in bytes.
    pub holds: Vec<(String, usize)>,
}

/// The configuration in use as a text of a form. Nothing is written.
pub async fn export(app: Arc<App>, input: TextInput) -> Result<ExportedText, Problem> {
    let configured = app.configured();
    let workspace = &configured.workspace;
    let application = workspace.applications.get(&input.application);
    let connection = connection_of(workspace, application);
    let needed = needed(&app, workspace).await?;
    let exported = match input.form {
        TextForm::Toml => ExportedText {
            name: CONFIGURATION.to_owned(),
            mime: "application/toml".to_owned(),
            text: configured.text.clone(),
            header: None,
            notes: vec![
                "Relative paths in it count from the folder that the file stands in.".to_owned(),
            ],
            secrets: needed,
        },
        TextForm::Properties => {
            let customer = customer(input.customer.as_deref())?;
            ExportedText {
                name: vendor::file_name(&customer),
                mime: "text/plain".to_owned(),
                text: vendor::write(workspace, connection, &customer),
                header: None,
                notes: vendor::not_held(workspace, connection),
                secrets: Vec::new(),
            }
        }
        TextForm::Header => {
            let written = header_json::write(wanted(application, &input.application)?, connection);
            ExportedText {
                name: format!("header-{}.json", plain(&input.application)),
                mime: "application/json".to_owned(),
                text: written.json,
                header: Some(written.header),
                notes: written.notes,
                secrets: Vec::new(),
            }
        }
        TextForm::Curl => {
            let base = match app.base_url(&input.application).await {
                Some(base) => base,
                None => app.configured_base_url(&input.application),
            };
            let target = script::Target {
                base: &base,
                certificate: "sluice.crt",
            };
            ExportedText {
                name: format!("sluice-{}.sh", plain(&input.application)),
                mime: "application/x-sh".to_owned(),
                text: script::write(wanted(application, &input.application)?, target),
                header: None,
                notes: vec![
                    format!(
                        "The secret is read from {} and is in no list of processes.",
                        script::VARIABLE
                    ),
                    "Without a command it only tells what there is. It needs bash and cURL."
                        .to_owned(),
                ],
                secrets: Vec::new(),
            }
        }
    };
    Known::of(&app)
        .await?
        .look(&exported.name, exported.text.as_bytes())?;
    Ok(exported)
}

fn wanted<'a>(
    application: Option<&'a Application>,
    name: &str,
) -> Result<&'a Application, Problem> {
    application.ok_or_else(|| {
        Problem::new(
            "application.unknown",
            format!("There is no application \"{name}\"."),
            "Choose one from the list.",
        )
    })
}

fn connection_of<'a>(
    workspace: &'a Workspace,
    application: Option<&Application>,
) -> Option<&'a Connection> {
    workspace
        .connections
        .get(application?.connection.as_deref()?)
}

/// The customer in a file's name: letters, digits, dash and underscore.
fn customer(name: Option<&str>) -> Result<String, Problem> {
    let name = name.unwrap_or("sluice").trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.len() <= 64 && name.chars().all(fits) {
        return Ok(name.to_owned());
    }
    Err(Problem::new(
        "export.customer",
        "A customer's name has 1 to 64 letters, digits, dashes and underscores.",
        "Write it as it stands in the vendor's customer-id.conf.",
    ))
}

fn plain(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name.chars()
        .map(|c| if fits(c) { c } else { '_' })
        .collect()
}

/// Writes configuration, certificate and, where it is asked for, the history into one archive of the
/// folder of exports.
pub async fn bundle(app: Arc<App>, input: BundleInput) -> Result<Bundled, Problem> {
    let configured = app.configured();
    let needed = needed(&app, &configured.workspace).await?;
    let mut files = vec![Packed::new(CONFIGURATION, configured.text.clone())];
    let certificate = tokio::fs::read(app.certificate_path()).await;
    let certificate = certificate.map_err(|error| trouble("the certificate", &error))?;
    files.push(Packed::new("sluice.crt", certificate));
    if input.history {
        let _one = app.changing.lock().await;
        let mut lines = Vec::new();
        for entry in app
            .history()
            .map_err(crate::configuration::ChangeError::from)?
        {
            let line = serde_json::to_writer(&mut lines, &entry);
            line.map_err(|error| trouble("the history", &error.into()))?;
            lines.push(b'\n');
        }
        files.push(Packed::new("history.jsonl", lines));
    }
    let at = app.clock.wall_us() / 1000;
    let holds: Vec<(String, usize)> = files
        .iter()
        .map(|file| (file.name.clone(), file.bytes.len()))
        .collect();
    let told = |(name, bytes): &(String, usize)| json!({"name": name, "bytes": bytes});
    let manifest = json!({
        "form": BUNDLE_FORM,
        "sluice": env!("CARGO_PKG_VERSION"),
        "workspace": configured.workspace.workspace.name,
        "madeAt": at,
        "files": holds.iter().map(told).collect::<Vec<_>>(),
        "secretsToSet": needed.iter().map(|secret| json!({"name": secret.name, "what": secret.what, "how": secret.how})).collect::<Vec<_>>(),
    });
    let manifest =
        serde_json::to_vec_pretty(&manifest).map_err(|error| trouble(MANIFEST, &error.into()))?;
    files.insert(0, Packed::new(MANIFEST, manifest));
    let name = format!("sluice-{}.zip", plain(&configured.workspace.workspace.name));
    let file = pack(&app, &name, &files).await?;
    Ok(Bundled {
        file,
        holds: files
            .iter()
            .map(|file| (file.name.clone(), file.bytes.len()))
            .collect(),
    })
}

/// Writes an archive into the folder of exports, unless a secret stands in one of its files.
pub(crate) async fn pack(
    app: &Arc<App>,
    name: &str,
    files: &[Packed],
) -> Result<ExportFile, Problem> {
    let known = Known::of(app).await?;
    for file in files {
        known.look(&file.name, &file.bytes)?;
    }
    let failed = |error: std::io::Error| trouble(name, &error);
    let mut file = app.exports.begin().map_err(failed)?;
    crate::spool::without_blocking(|| {
        archive::write(&mut file, files)?;
        file.flush()
    })
    .map_err(failed)?;
    crate::spool::without_blocking(|| app.exports.finish(file, name)).map_err(failed)
}
