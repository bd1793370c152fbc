//! A run as a document that stands by itself: HTML for people, JSON for programs.
//!
//! **Invariant:** it is made of runs, which hold no secret. Every value is escaped; the page loads nothing.

use std::fmt::Write as _;

use serde::Serialize;

use crate::call::{Call, Severity};
use crate::import::Import;
use crate::side_by_side::PairedCall;
use crate::spool::{Difference, DifferenceKind, Resources};
use crate::task::Performed;

/// An import with all that a reader needs of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport<'a> {
    pub target: &'a str,
    pub url: &'a str,
    pub environment: &'a str,
    /// When it began, in milliseconds since 1970.
    pub at: i64,
    /// What it was compared with, in words.
    pub compared_with: &'a str,
    pub import: &'a Import,
    /// The lists, as far as the report goes.
    pub lists: Vec<(Resources, DifferenceKind, Vec<Difference>)>,
}

/// A task with all that a reader needs of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskReport<'a> {
    pub target: &'a str,
    pub url: &'a str,
    pub environment: &'a str,
    pub beside: Option<&'a str>,
    /// When it began, in milliseconds since 1970.
    pub at: i64,
    pub title: &'a str,
    /// Whether its writes were only shown.
    pub preview: bool,
    pub performed: &'a Performed,
    pub beside_performed: Option<&'a Performed>,
    pub pairs: &'a [PairedCall],
}

/// The look of both, in both themes.
const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:CanvasText;background:Canvas;color-scheme:light dark}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid GrayText}\
td.n{text-align:right;font-variant-numeric:tabular-nums}pre{overflow:auto;border:1px solid GrayText;padding:.6rem;max-height:24rem;font-size:12px}code{font-size:12px;overflow-wrap:anywhere}";

/// An import as a page.
pub fn import_html(report: &ImportReport<'_>) -> String {
    let import = report.import;
    let mut page = Paper::begin(&format!("Simulated import of {}", report.target));
    page.facts(&[
        ("Server", report.url),
        ("Environment", report.environment),
        ("Begun", &moment(report.at)),
        ("Took", &seconds(import.duration_us)),
        ("Compared with", report.compared_with),
    ]);
    if let Some(failure) = &import.failure {
        page.put(&format!(
            "<p><strong>It ended before its end.</strong> {} {}</p>",
            escaped(&failure.cause),
            escaped(&failure.remedy)
        ));
    }
    page.put("<h2>What the provider did</h2><table><tr><th>Step<th>Found<th>Time</tr>");
    for step in &import.steps {
        page.put(&format!(
            "<tr><td>{:?}<td>{}{}<td class=n>{}</tr>",
            step.name,
            if step.passed { "" } else { "Failed: " },
            escaped(&step.detail),
            seconds(step.duration_us)
        ));
    }
    page.put("</table><h2>What it would change</h2><table><tr><th>Users<th>How many<th>What the provider would do</tr>");
    let users = &import.users;
    for (word, count, effect) in [
        (
            "New",
            users.new,
            "created there, and waiting for confirmation",
        ),
        ("Changed", users.changed, "the profile is updated"),
        ("Gone inactive", users.inactive, "deactivated"),
        ("Active again", users.active, "reactivated"),
        ("Missing", users.missing, "unassigned from the application"),
        ("Same", users.same, "nothing"),
    ] {
        page.put(&format!(
            "<tr><td>{word}<td class=n>{count}<td>{effect}</tr>"
        ));
    }
    page.put(&format!(
        "</table><p>Entitlements: {} new, {} changed, {} missing, {} the same.</p>",
        import.entitlements.new,
        import.entitlements.changed,
        import.entitlements.missing,
        import.entitlements.same
    ));
    page.put("<h2>Paging check</h2><table>");
    for finding in &import.paging {
        page.put(&format!(
            "<tr><td>{}<td>{}</tr>",
            word(finding.severity),
            escaped(&finding.text)
        ));
    }
    page.put(&format!(
        "</table><p>{} pages of {}: half took at most {}, 99 of 100 at most {}, the slowest {}.</p>",
        import.times.pages,
        import.times.size,
        seconds(import.times.p50_us),
        seconds(import.times.p99_us),
        seconds(import.times.slowest_us)
    ));
    for (resources, kind, items) in &report.lists {
        page.list(*resources, *kind, items);
    }
    page.put("<h2>Calls</h2>");
    for call in &import.calls {
        page.call(call);
    }
    page.end()
}

/// A task as a page.
pub fn task_html(report: &TaskReport<'_>) -> String {
    let mut page = Paper::begin(&format!("{}: {}", report.title, report.target));
    page.facts(&[
        ("Server", report.url),
        ("Environment", report.environment),
        ("Begun", &moment(report.at)),
        (
            "User",
            report.performed.user.as_deref().unwrap_or("not known"),
        ),
    ]);
    page.put(&format!(
        "<h2>Calls to {}: {}</h2>",
        escaped(report.target),
        if report.performed.passed {
            "the provider would call it a success"
        } else {
            "the provider would report a failure"
        }
    ));
    for call in &report.performed.calls {
        page.call(call);
    }
    if let (Some(name), Some(performed)) = (report.beside, report.beside_performed) {
        page.put("<h2>Side by side</h2><table><tr><th>Call<th>Different values<th>Where</tr>");
        for pair in report.pairs {
            let lines = [
                &pair.answer.head,
                &pair.answer.headers,
                &pair.answer.body.lines,
            ];
            let mut different = String::new();
            for line in lines.into_iter().flatten() {
                if line.likeness.differs() {
                    let _ = write!(
                        different,
                        "{}: <code>{}</code> and <code>{}</code><br>",
                        escaped(&line.path),
                        value(line.left.as_ref()),
                        value(line.right.as_ref())
                    );
                }
            }
            page.put(&format!(
                "<tr><td>{}<td class=n>{}<td>{different}</tr>",
                escaped(&pair.title),
                pair.differences
            ));
        }
        page.put(&format!("</table><h2>Calls to {}</h2>", escaped(name)));
        for call in &performed.calls {
            page.call(call);
        }
    }
    page.end()
}

struct Paper(String);

impl Paper {
    fn begin(title: &str) -> Self {
        let title = escaped(title);
        Self(format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
        ))
    }

    fn put(&mut self, html: &str) {
        self.0.push_str(html);
        self.0.push('\n');
    }

    fn facts(&mut self, facts: &[(&str, &str)]) {
        self.put("<table>");
        for (name, value) in facts {
            self.put(&format!("<tr><th>{name}<td>{}</tr>", escaped(value)));
        }
        self.put("</table>");
    }

    fn list(&mut self, resources: Resources, kind: DifferenceKind, items: &[Difference]) {
        if items.is_empty() {
            return;
        }
        self.put(&format!(
            "<h2>{resources:?}: {kind:?}, the first {}</h2><table><tr><th>Id<th>Name<th>Changes</tr>",
            items.len()
        ));
        for item in items {
            let mut changes = String::new();
            for change in &item.changes {
                let _ = write!(
                    changes,
                    "{}: <code>{}</code> to <code>{}</code><br>",
                    escaped(&change.path),
                    value(change.before.as_ref()),
                    value(change.after.as_ref())
                );
            }
            self.put(&format!(
                "<tr><td><code>{}</code><td>{}<td>{changes}</tr>",
                escaped(&item.id),
                escaped(&item.name)
            ));
        }
        self.put("</table>");
    }

    fn call(&mut self, call: &Call) {
        let status = match (call.sent, call.status) {
            (false, _) => "not sent".to_owned(),
            (true, Some(status)) => status.to_string(),
            (true, None) => "no answer".to_owned(),
        };
        self.put(&format!(
            "<h3>{}</h3><p><code>{} {}</code>: {status}, {}</p>",
            escaped(&call.title),
            call.method,
            escaped(&call.path),
            seconds(call.duration_us)
        ));
        if let Some(problem) = &call.problem {
            self.put(&format!(
                "<p>{} {}</p>",
                escaped(&problem.cause),
                escaped(&problem.remedy)
            ));
        }
        for finding in &call.findings {
            self.put(&format!(
                "<p>{}: {}</p>",
                word(finding.severity),
                escaped(&finding.text)
            ));
        }
        for (name, message) in [("Request", &call.request), ("Answer", &call.answer)] {
            let Some(body) = &message.body else { continue };
            let cut = if body.truncated {
                ", only its beginning"
            } else {
                ""
            };
            self.put(&format!(
                "<details><summary>{name}, {} bytes{cut}</summary><pre>{}</pre></details>",
                body.bytes,
                escaped(&body.text)
            ));
        }
    }

    fn end(mut self) -> String {
        self.0.push_str("</html>\n");
        self.0
    }
}

/// A value as it is written in a page.
fn value(value: Option<&serde_json::Value>) -> String {
    value.map_or_else(
        || "not there".to_owned(),
        |value| escaped(&value.to_string()),
    )
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Good => "Good",
        Severity::Warning => "Warning",
        Severity::Bad => "Wrong",
    }
}

#[allow(clippy::cast_precision_loss)] // a duration that is read by a person
fn seconds(us: i64) -> String {
    if us < 1_000_000 {
        format!("{:.1} ms", us as f64 / 1_000.0)
    } else {
        format!("{:.1} s", us as f64 / 1_000_000.0)
    }
}

/// A moment in UTC, as RFC 3339 has it.
fn moment(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |at| at.to_string())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_text_in_a_report_and_never_a_page() {
        let performed = Performed {
            calls: vec![Call {
                title: "Read the user".to_owned(),
                method: "GET".to_owned(),
                path: "Users/<script>".to_owned(),
                sent: true,
                request: sluice_core::exchange::Message::default(),
                status: Some(200),
                answer: sluice_core::exchange::Message {
                    headers: Vec::new(),
                    body: crate::call::body(
                        "{\"a\":\"<script>alert(1)</script>\",\"password\":\"hunter2\"}",
                    ),
                },
                duration_us: 1,
                exchange: None,
                problem: None,
                findings: Vec::new(),
            }],
            user: None,
            passed: true,
        };
        let page = task_html(&TaskReport {
            target: "vendor & co",
            url: "https://a/v2/",
            environment: "test",
            beside: None,
            at: 0,
            title: "Look",
            preview: true,
            performed: &performed,
            beside_performed: None,
            pairs: &[],
        });
        assert!(!page.contains("<script"), "{page}");
        assert!(!page.contains("hunter2"), "{page}");
        assert!(page.contains("vendor &amp; co"));
        assert!(page.contains("1970-01-01T00:00:00Z"));
    }
}
