//! A configuration, or a part of one, into Sluice: first as a preview, then taken over.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sluice_core::config::comparison::{ChangedPart, compare};
use sluice_core::config::portable::{FileRemark, header_json, vendor};
use ts_rs::TS;

use super::export::CONFIGURATION;
use super::{NeededSecret, moved_on, needed, to_be_typed, typed};
use crate::app::App;
use crate::archive;
use crate::commands::configuration::InUse;
use crate::configuration::{self, Act, Change, ChangeError, Configured};
use crate::problem::Problem;

/// The largest file, in bytes: a configuration is a text that somebody reads.
const LARGEST: usize = 1024 * 1024;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileForm {
    Toml,
    Properties,
    Header,
    Bundle,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct ImportInput {
    /// The file's name; empty for what was pasted.
    pub name: String,
    /// Its bytes as Base64, at most 1 MB of them.
    pub content: String,
    /// For a header: the application it is for, made where it is not there.
    #[serde(default)]
    #[ts(optional)]
    pub application: Option<String>,
}

/// What a file would make of the configuration.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ImportPreview {
    pub form: FileForm,
    /// What becomes of what the file says, where it is another form than the configuration's own.
    pub remarks: Vec<FileRemark>,
    pub changes: Vec<ChangedPart>,
    /// The text in use.
    pub before: String,
    /// The text that would be in use.
    pub after: String,
    /// Why it cannot be taken over.
    pub problem: Option<Problem>,
    pub secrets: Vec<NeededSecret>,
    /// What is to be typed first; `null` where nothing is.
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, Deserialize, TS)]
pub struct TakeFile {
    pub file: ImportInput,
    /// `before` of the preview.
    pub before: String,
    #[serde(default)]
    #[ts(optional)]
    pub typed: Option<String>,
}

/// What a file says, and what it would change. Nothing is changed.
pub async fn preview(app: Arc<App>, input: ImportInput) -> Result<ImportPreview, Problem> {
    let now = app.configured();
    let read = read(&input, &now)?;
    let changes = compare(&now.text, &read.after);
    let parsed = configuration::parse(&read.after, &app.configuration).map_err(ChangeError::of);
    let (secrets, confirm, problem) = match (&changes, parsed) {
        (Ok(changes), Ok(after)) => (
            needed(&app, &after).await?,
            to_be_typed(&now.workspace, &after, changes),
            None,
        ),
        (_, Err(error)) => (Vec::new(), None, Some(placed(error))),
        (Err(error), Ok(_)) => (
            Vec::new(),
            None,
            Some(placed(ChangeError::Wrong(error.clone()))),
        ),
    };
    Ok(ImportPreview {
        form: read.form,
        remarks: read.remarks,
        changes: changes.unwrap_or_default(),
        before: now.text.clone(),
        after: read.after,
        problem,
        secrets,
        confirm,
    })
}

/// Takes over what a preview showed.
pub async fn take(app: Arc<App>, input: TakeFile) -> Result<InUse, Problem> {
    let path = app.configuration.clone();
    let change = move |now: &Configured| {
        if now.text != input.before {
            return Err(moved_on());
        }
        let read = read(&input.file, now)?;
        let after = configuration::parse(&read.after, &path).map_err(ChangeError::of)?;
        let changes = compare(&now.text, &read.after).map_err(ChangeError::Wrong)?;
        let wanted = to_be_typed(&now.workspace, &after, &changes);
        typed(wanted.as_deref(), input.typed.as_deref())?;
        Ok(Change::To {
            text: read.after,
            act: Act::Imported,
        })
    };
    Ok(app.change(change).await?.into())
}

/// A mistake with the line it is on.
fn placed(error: ChangeError) -> Problem {
    let line = match &error {
        ChangeError::Wrong(error) => error.line,
        _ => None,
    };
    let mut problem = Problem::from(error);
    if let Some(line) = line {
        problem.message = format!("Line {line}: {}", problem.message);
    }
    problem
}

pub(super) struct ReadFile {
    form: FileForm,
    remarks: Vec<FileRemark>,
    pub after: String,
}

/// What a file makes of the configuration in use.
pub(super) fn read(input: &ImportInput, now: &Configured) -> Result<ReadFile, Problem> {
    let bytes = STANDARD.decode(&input.content).map_err(|_| {
        Problem::new(
            "import.encoding",
            "The file did not arrive as it was sent.",
            "Choose it once more.",
        )
    })?;
    if bytes.len() > LARGEST {
        return Err(Problem::new(
            "import.large",
            "The file is larger than 1 MB, and no configuration is.",
            "Choose the configuration itself, or a bundle without its history.",
        ));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let content = archive::read(&bytes, CONFIGURATION)?.ok_or_else(|| {
            Problem::new(
                "import.bundle",
                format!("The archive holds no {CONFIGURATION}, so it is no bundle of Sluice."),
                "Choose a bundle that was exported here.",
            )
        })?;
        return Ok(ReadFile {
            form: FileForm::Bundle,
            remarks: Vec::new(),
            after: text_of(content)?,
        });
    }
    let text = text_of(bytes)?;
    let wrong = |error| Problem::from(ChangeError::Wrong(error));
    let form = form_of(&input.name, &text);
    let laid = match form {
        FileForm::Toml | FileForm::Bundle => {
            return Ok(ReadFile {
                form,
                remarks: Vec::new(),
                after: text,
            });
        }
        FileForm::Properties => vendor::lay_over(&text, &now.text, &now.workspace),
        FileForm::Header => {
            let name = input
                .application
                .as_deref()
                .map(str::trim)
                .filter(|name| !name.is_empty());
            let first = now
                .workspace
                .applications
                .first()
                .map(|(name, _)| name.as_str());
            let name = name.or(first).unwrap_or("jdbc_on_prem");
            header_json::lay_over(&text, &now.text, &now.workspace, name)
        }
    };
    let laid = laid.map_err(wrong)?;
    Ok(ReadFile {
        form,
        remarks: laid.remarks,
        after: laid.text,
    })
}

fn text_of(bytes: Vec<u8>) -> Result<String, Problem> {
    let text = String::from_utf8(bytes).map_err(|_| {
        Problem::new(
            "import.text",
            "The file is not UTF-8 text.",
            "Choose a TOML file, a properties file, a header's JSON or a bundle.",
        )
    })?;
    if text.trim().is_empty() {
        return Err(Problem::new(
            "import.empty",
            "The file is empty.",
            "Choose another one.",
        ));
    }
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// By the name where it says so, else by what stands in it.
fn form_of(name: &str, text: &str) -> FileForm {
    let name = name.to_ascii_lowercase();
    let ends = |ending: &str| name.ends_with(ending);
    let prefixes = ["server.", "app.datasource.", "scim.security.", "logging."];
    let vendor = |line: &str| {
        prefixes
            .iter()
            .any(|prefix| line.trim_start().starts_with(prefix))
    };
    let one_word = !text.trim().contains(['=', '[', '{'])
        || text.trim().lines().count() == 1 && !text.contains(" = ");
    if ends(".toml") {
        FileForm::Toml
    } else if ends(".properties") || text.lines().any(vendor) {
        FileForm::Properties
    } else if ends(".json") || text.trim_start().starts_with('{') || one_word {
        FileForm::Header
    } else {
        FileForm::Toml
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pasted_is_known_by_what_stands_in_it() {
        for (text, form) in [
            ("[endpoint]\nlisten = \"127.0.0.1:1443\"\n", FileForm::Toml),
            ("# a note\nserver.port=1443\n", FileForm::Properties),
            ("logging.level.root=INFO", FileForm::Properties),
            (" {\"jdbcUrl\": \"x\"}", FileForm::Header),
            ("eyJqZGJjVXJsIjoieCJ9Cg==", FileForm::Header),
            ("listen = 1", FileForm::Toml),
        ] {
            assert_eq!(form_of("", text), form, "{text}");
        }
        assert_eq!(form_of("server.TOML", "server.port=1"), FileForm::Toml);
        assert_eq!(form_of("config-x.properties", ""), FileForm::Properties);
    }
}
