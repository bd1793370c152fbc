//! A browser's way in: the console that `sluice-server` serves.

use anyhow::{Context as _, ensure};
use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};

use super::server::{Answered, Client, Server, command};

/// A browser that is logged in to the console of a server.
pub struct Console {
    pub http: reqwest::Client,
    /// Ends in `/`.
    pub base: String,
    /// `name=value`, as a browser sends it back.
    pub cookie: String,
    pub key: String,
}

/// A new login link, as an administrator gets one beside a running server.
///
/// # Errors
/// Where the server has no console.
pub async fn login_link(server: &Server) -> anyhow::Result<String> {
    let output = command(&server.data_dir)
        .await?
        .args(["console", "--data-dir"])
        .arg(&server.data_dir)
        .output()
        .await?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

impl Console {
    /// Opens a login link.
    ///
    /// # Errors
    /// Where the server has no console, or does not let in.
    pub async fn of(server: &Server) -> anyhow::Result<Self> {
        Self::open(reqwest::Client::new(), &login_link(server).await?).await
    }

    /// The same with a client of its own, for a console over TLS.
    ///
    /// # Errors
    /// Where it does not let in.
    pub async fn open(http: reqwest::Client, link: &str) -> anyhow::Result<Self> {
        let (base, code) = link.split_once("#login=").context("no login link")?;
        let request = http
            .post(format!("{base}session"))
            .header(ORIGIN, base.trim_end_matches('/'))
            .header(CONTENT_TYPE, "application/json")
            .body(json!({"code": code}).to_string());
        let answer = Client::send(request).await?;
        ensure!(answer.status == 200, "{}: {}", answer.status, answer.text);
        let cookie = answer.headers[SET_COOKIE].to_str()?;
        Ok(Self {
            cookie: cookie
                .split(';')
                .next()
                .context("an empty cookie")?
                .to_owned(),
            key: answer.json["key"].as_str().context("no key")?.to_owned(),
            base: base.to_owned(),
            http,
        })
    }

    /// A call as the page makes it: `rpc/overview.get`. A test may change it before it is sent.
    pub fn request(&self, path: &str, body: String) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}{path}", self.base))
            .header(ORIGIN, self.base.trim_end_matches('/'))
            .header(CONTENT_TYPE, "application/json")
            .header(COOKIE, &self.cookie)
            .header("x-sluice-key", &self.key)
            .body(body)
    }

    /// Runs a command, whatever it answers.
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn ask(&self, command: &str, input: &Value) -> anyhow::Result<Answered> {
        Client::send(self.request(&format!("rpc/{command}"), input.to_string())).await
    }

    /// Runs a command.
    ///
    /// # Errors
    /// Where its answer is not 200.
    pub async fn call(&self, command: &str, input: &Value) -> anyhow::Result<Value> {
        let answer = self.ask(command, input).await?;
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
        let request = self.request(&format!("work/{work}"), input.to_string());
        let response = request.send().await?;
        let status = response.status();
        ensure!(status == 200, "{work}: {status} {}", response.text().await?);
        Ok(response)
    }

    /// Runs a work to its end: what it told on the way, and what it came to or why it failed.
    ///
    /// # Errors
    /// Where it could not begin, or broke off.
    pub async fn worked(&self, name: &str, input: &Value) -> anyhow::Result<Worked> {
        let text = self.begin(name, input).await?.text().await?;
        let mut told = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let mut line: Value = serde_json::from_str(line)?;
            if let Some(progress) = line.get_mut("progress") {
                told.push(progress.take());
            } else if let Some(done) = line.get_mut("done") {
                let end = Ok(done.take());
                return Ok(Worked { told, end });
            } else if let Some(failed) = line.get_mut("failed") {
                let end = Err(failed.take());
                return Ok(Worked { told, end });
            }
        }
        anyhow::bail!("{name} broke off after: {text}")
    }

    /// Runs a work to its end: what it gives, or the problem that it ended with.
    ///
    /// # Errors
    /// Where it is not begun, or breaks off.
    pub async fn work(&self, name: &str, input: &Value) -> anyhow::Result<Result<Value, Value>> {
        Ok(self.worked(name, input).await?.end)
    }
}

/// What a work came to.
pub struct Worked {
    /// Its progress, in order.
    pub told: Vec<Value>,
    /// Its output, or the problem it ended with.
    pub end: Result<Value, Value>,
}
