//! What is given to somebody who helps: collected, looked at, and only then written.
//!
//! **Invariant:** what is written is, byte for byte, what was shown. A part that was left out is not in
//! it, people's data are not in any part, and a file that holds a known secret is refused.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sluice_core::anonymous::{anonymous, covered};
use sluice_core::config::portable::masked;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::overview::store_problem;
use super::portable::pack;
use crate::app::App;
use crate::archive::Packed;
use crate::check;
use crate::configuration::ChangeError;
use crate::exports::ExportFile;
use crate::problem::Problem;

/// How many exchanges that failed are told.
const FAILURES: usize = 20;
/// A file's text is shown up to this many characters; it is written whole.
const SHOWN: usize = 100_000;

/// What was collected last, until it is written or collected anew.
#[derive(Debug, Default)]
pub(crate) struct Collected(Mutex<(u32, Parts)>);

/// The files of each part.
type Parts = Vec<(SupportPart, Vec<Packed>)>;

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SupportPart {
    /// Versions and the machine.
    About,
    /// The configuration, with addresses and users covered.
    Configuration,
    /// What a check finds of each application.
    Checks,
    /// The last exchanges that failed, without values.
    Failures,
    /// What the endpoint and the record are doing.
    State,
    /// The last lines of the program's own log, with what stands in quotes covered.
    Log,
}

impl SupportPart {
    const ALL: [Self; 6] = [
        Self::About,
        Self::Configuration,
        Self::Checks,
        Self::Failures,
        Self::State,
        Self::Log,
    ];
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct SupportProgress {
    /// What is being collected.
    pub part: SupportPart,
    /// Parts that are there.
    pub done: usize,
    pub total: usize,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct SupportPreview {
    /// Names this collection.
    pub id: u32,
    pub parts: Vec<PreviewedPart>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct PreviewedPart {
    pub part: SupportPart,
    pub files: Vec<PreviewedFile>,
    /// Why nothing of it is there.
    pub problem: Option<Problem>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct PreviewedFile {
    pub name: String,
    pub bytes: usize,
    pub text: String,
    /// Whether more is written than is shown.
    pub cut: bool,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveSupport {
    /// `id` of the preview.
    pub id: u32,
    /// The parts that are written.
    pub parts: Vec<SupportPart>,
}

/// Collects all parts. The databases are asked for the checks; nothing is written.
pub async fn collect(
    app: Arc<App>,
    _: super::Nothing,
    progress: mpsc::Sender<SupportProgress>,
) -> Result<SupportPreview, Problem> {
    let mut kept = Vec::new();
    let mut parts = Vec::new();
    for (done, part) in SupportPart::ALL.into_iter().enumerate() {
        let total = SupportPart::ALL.len();
        let _ = progress.send(SupportProgress { part, done, total }).await;
        let (files, problem) = match files_of(&app, part).await {
            Ok(files) => (files, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        parts.push(PreviewedPart {
            part,
            files: files.iter().map(shown).collect(),
            problem,
        });
        kept.push((part, files));
    }
    let mut collected = app.support.0.lock().unwrap_or_else(PoisonError::into_inner);
    collected.0 = collected.0.wrapping_add(1);
    collected.1 = kept;
    Ok(SupportPreview {
        id: collected.0,
        parts,
    })
}

fn shown(file: &Packed) -> PreviewedFile {
    let text = String::from_utf8_lossy(&file.bytes);
    let cut = text.chars().count() > SHOWN;
    PreviewedFile {
        name: file.name.clone(),
        bytes: file.bytes.len(),
        text: text.chars().take(SHOWN).collect(),
        cut,
    }
}

/// Writes the parts that are wanted of what was shown into the folder of exports.
pub async fn save(app: Arc<App>, input: SaveSupport) -> Result<ExportFile, Problem> {
    let files: Vec<Packed> = {
        let collected = app.support.0.lock().unwrap_or_else(PoisonError::into_inner);
        if collected.0 != input.id || collected.1.is_empty() {
            return Err(Problem::new(
                "support.gone",
                "What was collected is not there any more: it was collected anew, or Sluice was started anew.",
                "Collect it once more and look at it.",
            ));
        }
        let wanted = collected
            .1
            .iter()
            .filter(|(part, _)| input.parts.contains(part));
        wanted.flat_map(|(_, files)| files.clone()).collect()
    };
    if files.is_empty() {
        return Err(Problem::new(
            "support.empty",
            "There is nothing to write: every part is left out.",
            "Leave one in.",
        ));
    }
    let day = app.clock.wall_us() / 1_000_000;
    pack(&app, &format!("sluice-support-{day}.zip"), &files).await
}

async fn files_of(app: &App, part: SupportPart) -> Result<Vec<Packed>, Problem> {
    let json = |name: &str, value: &Json| {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        vec![Packed::new(name, format!("{text}\n"))]
    };
    Ok(match part {
        SupportPart::About => json("about.json", &about(app)),
        SupportPart::Configuration => {
            let text = masked(&app.configured().text).map_err(ChangeError::Wrong)?;
            vec![Packed::new("configuration.toml", text)]
        }
        SupportPart::Checks => json("checks.json", &checks(app).await),
        SupportPart::Failures => json("failures.json", &failures(app).await?),
        SupportPart::State => json("state.json", &state(app).await),
        SupportPart::Log => vec![Packed::new("log.txt", log())],
    })
}

fn about(app: &App) -> Json {
    let workspace = app.workspace();
    let memory = std::fs::read_to_string("/proc/meminfo").ok();
    let memory = memory.and_then(|text| text.lines().next().map(str::to_owned));
    let system = std::fs::read_to_string("/etc/os-release").ok();
    let system = system.and_then(|text| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(line.trim_matches('"').to_owned())
    });
    json!({
        "sluice": env!("CARGO_PKG_VERSION"),
        "madeAt": app.clock.wall_us() / 1000,
        "system": system.unwrap_or_else(|| std::env::consts::OS.to_owned()),
        "processor": std::env::consts::ARCH,
        "processors": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": memory,
        "applications": workspace.applications.len(),
        "connections": workspace.connections.values().map(|connection| json!({"name": connection.name, "dialect": connection.dialect.to_string(), "environment": connection.environment})).collect::<Vec<_>>(),
        "certificateDaysLeft": app.identity().days_left(),
    })
}

async fn checks(app: &App) -> Json {
    let configured = app.configured();
    let mut all = Vec::new();
    for name in configured.workspace.applications.keys() {
        let found = check::check(
            &configured.databases,
            &configured.workspace,
            &app.clock,
            name,
        )
        .await;
        // Of what a database said only the code: it may name a host and a user.
        all.push(json!({
            "application": found.application,
            "findings": found.findings,
            "problem": found.problem.map(|problem| problem.code),
        }));
    }
    Json::Array(all)
}

async fn failures(app: &App) -> Result<Json, Problem> {
    let query = sluice_log::Query {
        filter: "status:failed".to_owned(),
        limit: FAILURES,
        ..sluice_log::Query::default()
    };
    let (page, _) = app.store.whole(&query).await.map_err(store_problem)?;
    Ok(page
        .iter()
        .map(|(exchange, _)| anonymous(exchange))
        .collect())
}

async fn state(app: &App) -> Json {
    let endpoint = app.endpoint().await;
    json!({
        "endpoint": {"state": endpoint.state, "since": endpoint.since, "problem": endpoint.problem.map(|problem| problem.code)},
        "recording": app.recorded(),
    })
}

fn log() -> String {
    let mut text = String::new();
    for line in crate::logging::after(0) {
        let _ = writeln!(
            text,
            "{} {:?} {:?} {}",
            line.at,
            line.level,
            line.area,
            covered(&line.text)
        );
    }
    text
}
