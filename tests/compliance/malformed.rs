//! Requests that are wrong, from the table `malformed.txt`: each gets a SCIM error of the right form
//! in a short time, and nothing is written, as a second connection sees. curl sends them as they
//! stand there, because a careful client would mend them on the way.
//!
//! To add one: a record in the table.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::process::Stdio;

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use sluice_tests::support::server::Server;
use sluice_tests::support::site::{On, Reader, Site};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

const TABLE: &str = include_str!("malformed.txt");

/// What no client may read: words of drivers, of the language, of the database's own errors.
const INTERNAL: [&str; 12] = [
    "SQLSTATE",
    "sqlx",
    "mysql",
    "postgres",
    "error returned",
    "Server error",
    "constraint failed",
    "panicked",
    "Duplicate entry",
    "violates",
    "serde",
    "PRIMARY",
];

/// A line of the table.
struct Record {
    title: String,
    method: String,
    path: Vec<u8>,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
    status: u16,
    scim_type: Option<String>,
    word: String,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        let found = all.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Puts bytes and repetitions in place of `⟨…⟩`.
fn spelled_out(text: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟨') {
        let (inside, after) = after.split_once('⟩').context("a ⟨ without its ⟩")?;
        bytes.extend(before.as_bytes());
        let (times, what) = inside.split_once(" × ").unwrap_or(("1", inside));
        let what = match what.strip_prefix("hex ") {
            Some(digits) => (0..digits.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&digits[at..at + 2], 16))
                .collect::<Result<Vec<u8>, _>>()?,
            None => what.as_bytes().to_vec(),
        };
        bytes.extend(what.repeat(times.parse()?));
        rest = after;
    }
    bytes.extend(rest.as_bytes());
    Ok(bytes)
}

fn record(block: &str) -> anyhow::Result<Record> {
    let mut lines: Vec<&str> = block.lines().collect();
    let title = lines.remove(0).trim_matches(['[', ']']).to_owned();
    ensure!(lines.len() >= 2, "it is not complete");
    let (method, path) = lines.remove(0).split_once(' ').context("no path")?;
    let expected = lines.pop().and_then(|line| line.strip_prefix("= "));
    let mut expected = expected.context("no expectation")?.splitn(3, ' ');
    let status = expected.next().context("no status")?.parse()?;
    let scim_type = expected.next().context("no scimType, and no -")?;
    let word = expected.next().context("no word of the detail")?.to_owned();
    let header = |line: &str| -> Option<(String, String)> {
        let (name, value) = line.split_once(':')?;
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (is_name && !name.is_empty()).then(|| (name.to_owned(), value.trim().to_owned()))
    };
    let mut headers = Vec::new();
    while let Some((name, value)) = lines.first().and_then(|line| header(line)) {
        headers.push((name, spelled_out(&value)?));
        lines.remove(0);
    }
    let writes = matches!(method, "POST" | "PUT" | "PATCH");
    let body = (writes || !lines.is_empty()).then(|| spelled_out(&lines.join("\n")));
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/ws/rest/core/scim/v2/{path}")
    };
    Ok(Record {
        title,
        method: method.to_owned(),
        path: spelled_out(&path)?,
        headers,
        body: body.transpose()?,
        status,
        scim_type: (scim_type != "-").then(|| scim_type.to_owned()),
        word,
    })
}

fn records() -> anyhow::Result<Vec<Record>> {
    TABLE
        .split("\n\n")
        .map(|block| {
            let lines: Vec<&str> = block
                .lines()
                .filter(|line| !line.starts_with("# "))
                .collect();
            lines.join("\n").trim().to_owned()
        })
        .filter(|block| !block.is_empty() && block.lines().any(|line| line != "#"))
        .map(|block| record(&block).with_context(|| block.lines().next().unwrap_or("").to_owned()))
        .collect()
}

async fn send(server: &Server, record: &Record) -> anyhow::Result<Answer> {
    let root = server
        .base_url
        .split_once("/ws/")
        .context("the base URL has no /ws/")?
        .0;
    let mut command = Command::new("curl");
    command
        .args(["--silent", "--show-error", "--include", "--max-time", "20"])
        .args(["--noproxy", "*", "--cacert"])
        .arg(&server.certificate)
        .args(["--request", &record.method, "--request-target"])
        .arg(OsString::from_vec(record.path.clone()));
    let has = |name: &str| {
        let mut all = record.headers.iter();
        all.any(|(own, _)| own.eq_ignore_ascii_case(name))
    };
    if !has("Authorization") {
        command.args([
            "--header",
            &format!("Authorization: Bearer {}", server.token),
        ]);
    }
    if record.body.is_some() && !has("Content-Type") {
        command.args(["--header", "Content-Type: application/scim+json"]);
    }
    // curl would wait for a word before it sends a large body.
    command.args(["--header", "Expect:"]);
    for (name, value) in &record.headers {
        let line = [name.as_bytes(), b": ", value].concat();
        command.arg("--header").arg(OsString::from_vec(line));
    }
    if record.body.is_some() {
        command.args(["--data-binary", "@-"]);
    }
    let mut child = command
        .arg(format!("{root}/"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("curl is not installed")?;
    let mut input = child.stdin.take().context("no pipe")?;
    // A refusal may come before all is sent.
    let _ = input
        .write_all(record.body.as_deref().unwrap_or_default())
        .await;
    drop(input);
    let output = child.wait_with_output().await?;
    ensure!(
        output.status.success(),
        "no answer: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let text = String::from_utf8(output.stdout).context("the answer is not UTF-8")?;
    let (head, body) = text.split_once("\r\n\r\n").context("no head")?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    Ok(Answer {
        status: status.context("no status")?.parse()?,
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: body.to_owned(),
    })
}

/// Everything that is in the three tables.
async fn content(reader: &mut Reader) -> anyhow::Result<Vec<Vec<Vec<Option<String>>>>> {
    Ok(vec![
        reader.rows("SELECT * FROM USERS ORDER BY USER_ID").await?,
        reader
            .rows("SELECT * FROM ENTITLEMENTS ORDER BY ENT_ID")
            .await?,
        reader
            .rows("SELECT USER_ID, ENT_ID FROM USERENTITLEMENTS ORDER BY USER_ID, ENT_ID")
            .await?,
    ])
}

/// RFC 7644 §3.12; its detail. `status` may be a number only in the form of the original.
fn in_2_0<'b>(record: &Record, body: &'b Value) -> anyhow::Result<&'b str> {
    let members = body.as_object().context("no object")?;
    let known = ["schemas", "scimType", "detail", "status"];
    let unknown = members.keys().find(|name| !known.contains(&name.as_str()));
    ensure!(unknown.is_none(), "{unknown:?} is no member of an error");
    ensure!(
        body["schemas"] == json!(["urn:ietf:params:scim:api:messages:2.0:Error"]),
        "other schemas"
    );
    let by_rfc = record.path.starts_with(b"/ws/rest/core/scim/v2/");
    let status = if !by_rfc && body["status"].is_number() {
        json!(record.status)
    } else {
        json!(record.status.to_string())
    };
    ensure!(body["status"] == status, "another status in the body");
    ensure!(
        body.get("scimType").and_then(Value::as_str) == record.scim_type.as_deref(),
        "another scimType"
    );
    body["detail"].as_str().context("no detail")
}

/// The form that the provider documents for SCIM 1.1; its description.
fn in_1_1<'b>(record: &Record, body: &'b Value) -> anyhow::Result<&'b str> {
    let errors = body["Errors"].as_array().context("no Errors")?;
    ensure!(errors.len() == 1, "{} errors", errors.len());
    ensure!(errors[0]["code"] == record.status, "another code");
    errors[0]["description"].as_str().context("no description")
}

/// The form of an error, and what RFCs ask of single statuses.
fn check(record: &Record, answer: &Answer) -> anyhow::Result<()> {
    let told = || format!("{} {}", answer.status, answer.body);
    ensure!(answer.status == record.status, "{}", told());
    let kind = answer.header("content-type").unwrap_or_default();
    let body: Value = serde_json::from_str(&answer.body).with_context(told)?;
    let path = String::from_utf8_lossy(&record.path);
    let detail = if kind.starts_with("application/json") && !path.contains("/scim/v2/") {
        in_1_1(record, &body).with_context(told)?
    } else {
        ensure!(
            kind.starts_with("application/scim+json"),
            "content type {kind}"
        );
        in_2_0(record, &body).with_context(told)?
    };
    ensure!(
        detail.contains(&record.word),
        "\"{}\" is not in: {detail}",
        record.word
    );
    if let Some(word) = INTERNAL.iter().find(|word| detail.contains(*word)) {
        bail!("\"{word}\" in: {detail}");
    }
    ensure!(
        answer.header("x-injected").is_none(),
        "a header was injected"
    );
    match record.status {
        401 => ensure!(
            answer.header("www-authenticate").is_some(),
            "no WWW-Authenticate (RFC 9110 §11.6.1)"
        ),
        405 => {
            let allow = answer
                .header("allow")
                .context("no Allow (RFC 9110 §15.5.6)")?;
            ensure!(
                !allow.split(", ").any(|method| method == record.method),
                "it allows {allow}"
            );
        }
        _ => {}
    }
    Ok(())
}

async fn every_malformed_request_gets_its_error_and_writes_nothing(on: On) -> anyhow::Result<()> {
    let mut site = Site::start(on).await?;
    let before = content(&mut site.reader).await?;
    ensure!(before[0].len() == 15, "{} users", before[0].len());
    let mut wrong = Vec::new();
    let records = records()?;
    ensure!(records.len() > 60, "{} records were read", records.len());
    for record in &records {
        let checked = match send(&site.server, record).await {
            Ok(answer) => check(record, &answer),
            Err(error) => Err(error),
        };
        if let Err(error) = checked {
            let expected = record.scim_type.as_deref().unwrap_or("-");
            wrong.push(format!(
                "[{}] expected {} {expected}: {error:#}",
                record.title, record.status
            ));
        }
        let after = content(&mut site.reader).await?;
        if after != before {
            wrong.push(format!("[{}] wrote something", record.title));
            site = Site::start(on).await?;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}\n",
        wrong.len(),
        records.len(),
        wrong.join("\n")
    );
    let well = site.server.client()?.get("Users?count=1").await?;
    assert_eq!(well.status, 200, "it still answers: {}", well.text);
    Ok(())
}

crate::on_every_dialect!(every_malformed_request_gets_its_error_and_writes_nothing);
