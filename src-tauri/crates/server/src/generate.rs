//! `sluice-server generate` and `sluice-server grants`: SQL and configuration on standard output,
//! ready to be read and then run; what to know about them on standard error.

use std::io::Write as _;
use std::path::Path;

use sluice_app::{GenerateInput, GrantsInput, Problem};

use crate::arguments::Part;

/// Generates and prints.
///
/// # Errors
/// What the database or the choice refuses, with what to do.
pub async fn generate(
    configuration: &Path,
    data_dir: &Path,
    input: GenerateInput,
    part: Option<Part>,
) -> anyhow::Result<()> {
    let generated = sluice_app::generate_file(configuration, data_dir, input)
        .await
        .map_err(said)?;
    for remark in &generated.remarks {
        let sign = if remark.warning { "warning" } else { "note" };
        eprintln!("{sign}: {}", remark.text);
    }
    let mut out = std::io::stdout().lock();
    match part {
        Some(Part::Script) => write!(out, "{}", generated.script)?,
        Some(Part::Undo) => write!(out, "{}", generated.undo)?,
        Some(Part::Toml) => write!(out, "{}", generated.toml)?,
        None if generated.script.is_empty() => write!(out, "{}", generated.toml)?,
        None => write!(out, "{}\n{}", generated.script, generated.toml)?,
    }
    Ok(())
}

/// Prints the grants of an application.
///
/// # Errors
/// What the database refuses, with what to do.
pub async fn grants(
    configuration: &Path,
    data_dir: &Path,
    input: GrantsInput,
) -> anyhow::Result<()> {
    let granted = sluice_app::grants_file(configuration, data_dir, input)
        .await
        .map_err(said)?;
    if !granted.account.is_empty() {
        eprintln!("note: the rights are for the account {}", granted.account);
    }
    for finding in &granted.excess {
        eprintln!("warning: {} {}", finding.cause, finding.remedy);
    }
    write!(std::io::stdout().lock(), "{}", granted.script)?;
    Ok(())
}

fn said(problem: Problem) -> anyhow::Error {
    let hint = problem.hint.unwrap_or_default();
    anyhow::anyhow!("{} {hint}", problem.message)
}
