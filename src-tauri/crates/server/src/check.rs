//! `sluice-server check`: the findings as text for people, or as JSON for scripts.

use std::io::Write;
use std::path::Path;

use sluice_app::Checked;
use sluice_core::check::{Finding, Fix};
use sluice_core::ports::Severity;

/// Checks and prints; `true` where no request would fail because of what was found.
///
/// # Errors
/// Where the configuration cannot be read, or standard output cannot be written.
pub async fn check(
    configuration: &Path,
    data_dir: &Path,
    application: Option<&str>,
    json: bool,
) -> anyhow::Result<bool> {
    let checked = sluice_app::check_file(configuration, data_dir, application).await?;
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &checked)?;
        writeln!(out)?;
    } else {
        for application in &checked {
            print(&mut out, application)?;
        }
    }
    Ok(!checked.iter().any(Checked::has_errors))
}

fn print(out: &mut impl Write, checked: &Checked) -> std::io::Result<()> {
    if let Some(problem) = &checked.problem {
        writeln!(
            out,
            "{}: could not be checked. {}",
            checked.application, problem.message
        )?;
        if let Some(hint) = &problem.hint {
            writeln!(out, "    {hint}")?;
        }
        return Ok(());
    }
    let count = |severity| {
        let of = |finding: &&Finding| finding.severity == severity;
        checked.findings.iter().filter(of).count()
    };
    writeln!(
        out,
        "{}: {} errors, {} warnings, {} notes",
        checked.application,
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    )?;
    for finding in &checked.findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let operation = finding.operation.map(|operation| operation.to_string());
        let place = match (&operation, &finding.place) {
            (Some(operation), Some(place)) => format!("{operation}, {place}"),
            (Some(operation), None) => operation.clone(),
            (None, place) => place.clone().unwrap_or_default(),
        };
        writeln!(out, "\n  {severity:<8} {place}  [{}]", finding.code)?;
        writeln!(out, "           {}", finding.cause)?;
        writeln!(out, "           {}", finding.remedy)?;
        match &finding.fix {
            Some(Fix::Parameters { parameters }) => {
                writeln!(out, "           parameters = [{}]", parameters.join(", "))?;
            }
            Some(Fix::Sql { text } | Fix::Setting { text }) => {
                writeln!(out, "           {text}")?;
            }
            None => {}
        }
    }
    Ok(())
}
