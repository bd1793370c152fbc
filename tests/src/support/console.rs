//! A browser's way in: the console that `sluice-server` serves on loopback.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::server::{Client, Server};

/// The console of a server that was started with one.
pub struct Console {
    pub http: reqwest::Client,
    pub base: String,
    pub key: String,
}

impl Console {
    /// Reads its address from the server's log.
    ///
    /// # Errors
    /// Where the server has none.
    pub async fn of(server: &Server) -> anyhow::Result<Self> {
        let log = server.log().await;
        let url = log
            .split_whitespace()
            .find(|word| word.starts_with("http://127.0.0.1"))
            .with_context(|| format!("no console in: {log}"))?;
        let (base, key) = url.split_once("#key=").context("no key")?;
        Ok(Self {
            http: reqwest::Client::new(),
            base: base.to_owned(),
            key: key.to_owned(),
        })
    }

    /// Runs a command.
    ///
    /// # Errors
    /// Where its answer is not 200.
    pub async fn call(&self, command: &str, input: &Value) -> anyhow::Result<Value> {
        let request = self
            .http
            .post(format!("{}rpc/{command}", self.base))
            .header("x-sluice-key", &self.key)
            .body(input.to_string());
        let answer = Client::send(request).await?;
        ensure!(
            answer.status == 200,
            "{command}: {} {}",
            answer.status,
            answer.text
        );
        Ok(answer.json)
    }

    /// Begins a work; its answer comes as lines of JSON.
    ///
    /// # Errors
    /// Where it is not begun.
    pub async fn begin(&self, work: &str, input: &Value) -> anyhow::Result<reqwest::Response> {
        let request = self
            .http
            .post(format!("{}work/{work}", self.base))
            .header("x-sluice-key", &self.key)
            .body(input.to_string());
        let response = request.send().await?;
        let status = response.status();
        ensure!(status == 200, "{work}: {status} {}", response.text().await?);
        Ok(response)
    }

    /// Runs a work to its end: what it gives, or the problem that it ended with.
    ///
    /// # Errors
    /// Where it is not begun, or breaks off.
    pub async fn work(&self, work: &str, input: &Value) -> anyhow::Result<Result<Value, Value>> {
        let text = self.begin(work, input).await?.text().await?;
        let last = text.lines().rfind(|line| !line.trim().is_empty());
        let mut last: Value = serde_json::from_str(last.context("the work told nothing")?)?;
        if last.get("failed").is_some() {
            return Ok(Err(last["failed"].take()));
        }
        ensure!(last.get("done").is_some(), "{work} broke off: {last}");
        Ok(Ok(last["done"].take()))
    }

    /// Runs a work to its end, with all that it told on the way.
    ///
    /// # Errors
    /// Where it is not begun, or breaks off.
    pub async fn work_through(&self, work: &str, input: &Value) -> anyhow::Result<Worked> {
        let text = self.begin(work, input).await?.text().await?;
        let mut told = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let mut line: Value = serde_json::from_str(line)?;
            if let Some(progress) = line.get_mut("progress") {
                told.push(progress.take());
                continue;
            }
            let end = match line.get_mut("done") {
                Some(done) => Ok(done.take()),
                None => Err(line["failed"].take()),
            };
            return Ok(Worked { told, end });
        }
        anyhow::bail!("{work} broke off after: {text}")
    }
}

/// What a work came to.
pub struct Worked {
    /// Its progress, in order.
    pub told: Vec<Value>,
    /// Its output, or the problem it ended with.
    pub end: Result<Value, Value>,
}
