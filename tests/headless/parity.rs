//! Every command, stream and work of the registry answers over HTTP, and what goes wrong is told in a
//! form that a screen can show. `tests/desktop` asks the window the same.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sluice_tests::support::console::Console;
use sluice_tests::support::sentinels::{Answer, Sentinel, Way, registered, sentinels};
use sluice_tests::support::server::Server;

/// The list of codes that an administrator finds a word on.
const CODES: &str = include_str!("../../docs/errors.md");

#[test]
fn every_name_of_the_registry_has_a_call_that_tries_it() {
    let tried: BTreeSet<&str> = sentinels().iter().map(|call| call.name).collect();
    let missing: Vec<&str> = registered()
        .into_iter()
        .filter(|(way, name)| {
            !sentinels()
                .iter()
                .any(|call| call.way == *way && call.name == *name)
        })
        .map(|(_, name)| name)
        .collect();
    assert!(
        missing.is_empty(),
        "give these an input in tests/src/support/sentinels.rs: {missing:?}"
    );
    let mut listed: Vec<(Way, &str)> = registered();
    listed.sort_unstable();
    let before = listed.len();
    listed.dedup();
    assert_eq!(listed.len(), before, "a name stands in the registry twice");
    let names: BTreeSet<&str> = registered().into_iter().map(|(_, name)| name).collect();
    let gone: Vec<&&str> = tried.difference(&names).collect();
    assert!(gone.is_empty(), "the registry has no {gone:?} any more");
}

#[tokio::test]
async fn every_command_stream_and_work_answers_in_a_browser_and_tells_what_went_wrong()
-> anyhow::Result<()> {
    let server = Server::demo().await?;
    let console = Console::of(&server).await?;
    let mut wrong = Vec::new();
    for call in sentinels() {
        let answer = answered(&console, &call).await?;
        let found = match (&answer, call.answer) {
            (Ok(_), Answer::Output) => Ok(()),
            (Err(problem), Answer::Problem) => told(problem),
            (Ok(output), Answer::Problem) => Err(format!("answers {output}")),
            (Err(problem), Answer::Output) => Err(format!("fails with {problem}")),
        };
        if let Err(found) = found {
            wrong.push(format!("{}: {found}", call.name));
        }
    }
    ensure!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
    Ok(())
}

#[tokio::test]
async fn an_input_of_another_version_is_refused_by_each_and_told_as_such() -> anyhow::Result<()> {
    let server = Server::demo().await?;
    let console = Console::of(&server).await?;
    // What takes nothing takes anything for it, and would be done.
    let takes_nothing: Vec<&str> = sentinels()
        .iter()
        .filter(|call| call.input == serde_json::json!({}))
        .map(|call| call.name)
        .collect();
    for (way, name) in registered() {
        if takes_nothing.contains(&name) {
            continue;
        }
        let call = Sentinel {
            way,
            name,
            // No input is a list.
            input: Value::Array(Vec::new()),
            answer: Answer::Problem,
        };
        match answered(&console, &call).await? {
            Err(problem) => {
                ensure!(problem["code"] == "command.input", "{name}: {problem}");
                told(&problem).map_err(|wrong| anyhow::anyhow!("{name}: {wrong}"))?;
            }
            Ok(output) => anyhow::bail!("{name} takes a list for its input, and answers {output}"),
        }
    }
    for path in ["rpc/nothing", "stream/nothing", "work/nothing"] {
        let request = console.request(path, "{}".to_owned());
        let answer = sluice_tests::support::server::Client::send(request).await?;
        let code = answer.json["code"].as_str().unwrap_or_default();
        ensure!(
            answer.status == 422 && code.ends_with(".unknown"),
            "{path}: {}",
            answer.text
        );
    }
    Ok(())
}

/// What comes back: an output, or the problem.
async fn answered(console: &Console, call: &Sentinel) -> anyhow::Result<Result<Value, Value>> {
    match call.way {
        Way::Command => {
            let answer = console.ask(call.name, &call.input).await?;
            match answer.status {
                200 => Ok(Ok(answer.json)),
                422 => Ok(Err(answer.json)),
                status => anyhow::bail!("{}: {status} {}", call.name, answer.text),
            }
        }
        Way::Stream => {
            let path = format!("stream/{}", call.name);
            let mut response = console
                .request(&path, call.input.to_string())
                .send()
                .await?;
            if response.status() == 422 {
                return Ok(Err(response.json().await?));
            }
            ensure!(response.status() == 200, "{path}: {}", response.status());
            let line = response.chunk().await?.context("the stream is silent")?;
            let line = String::from_utf8_lossy(&line).into_owned();
            let first = line.lines().next().context("an empty line")?;
            Ok(Ok(serde_json::from_str(first)?))
        }
        Way::Work => {
            let path = format!("work/{}", call.name);
            let response = console
                .request(&path, call.input.to_string())
                .send()
                .await?;
            if response.status() == 422 {
                return Ok(Err(response.json().await?));
            }
            ensure!(response.status() == 200, "{path}: {}", response.status());
            let text = response.text().await?;
            let last = text.lines().last().context("the work told nothing")?;
            let mut last: Value = serde_json::from_str(last)?;
            Ok(match last.get_mut("failed") {
                Some(problem) => Err(problem.take()),
                None => Ok(last["done"].take()),
            })
        }
    }
}

/// Whether a problem has what a screen shows: a code with its line in the documentation, what
/// failed and why, and what to do.
fn told(problem: &Value) -> Result<(), String> {
    let text = |field: &str| problem[field].as_str().unwrap_or_default();
    if !CODES.contains(&format!("`{}`", text("code"))) {
        return Err(format!(
            "docs/errors.md does not know the code in {problem}"
        ));
    }
    if ["command.unknown", "command.broken", "command.output"].contains(&text("code")) {
        return Err(format!("the command itself did not fail: {problem}"));
    }
    for field in ["message", "hint"] {
        if text(field).len() < 10 {
            return Err(format!("no {field} in {problem}"));
        }
    }
    Ok(())
}
