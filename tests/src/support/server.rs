//! A `sluice-server` of the test's own: the real binary, real TLS, a data folder that goes with it.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, OnceCell};

/// How long a start may take on a busy machine.
const START: Duration = Duration::from_mins(1);

/// A running server.
pub struct Server {
    child: Child,
    /// Ends in `/scim/v2/`, of the application `jdbc_on_prem`.
    pub base_url: String,
    pub token: String,
    pub certificate: PathBuf,
    pub data_dir: PathBuf,
    stderr: Arc<Mutex<String>>,
    /// Removed with the server.
    #[allow(dead_code)]
    folder: Option<TempDir>,
}

/// The binary, built once for this test run.
///
/// # Errors
/// Where it does not compile.
pub async fn binary() -> anyhow::Result<&'static Path> {
    static BINARY: OnceCell<PathBuf> = OnceCell::const_new();
    let path = BINARY
        .get_or_try_init(|| async {
            // What is measured is the binary as it is shipped.
            let profile = if cfg!(debug_assertions) {
                "dev"
            } else {
                "release"
            };
            let output = Command::new(env!("CARGO"))
                .args([
                    "build",
                    "--package",
                    "sluice-server",
                    "--profile",
                    profile,
                    "--message-format",
                    "json",
                ])
                .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
                .stderr(Stdio::inherit())
                .output()
                .await?;
            ensure!(output.status.success(), "sluice-server does not compile");
            String::from_utf8_lossy(&output.stdout)
                .lines()
                .filter_map(|line| serde_json::from_str::<Value>(line).ok())
                .find_map(|message| message["executable"].as_str().map(PathBuf::from))
                .context("cargo names no binary of sluice-server")
        })
        .await?;
    Ok(path)
}

/// A certificate made once for this test run: an RSA key of 4096 bits takes seconds.
async fn certificate() -> anyhow::Result<&'static Path> {
    static FOLDER: OnceCell<TempDir> = OnceCell::const_new();
    let folder = FOLDER
        .get_or_try_init(|| async {
            let folder = tempfile::tempdir()?;
            let output = command(folder.path())
                .await?
                .args(["credentials", "--json", "--data-dir"])
                .arg(folder.path())
                .output()
                .await?;
            ensure!(
                output.status.success(),
                "no certificate was made: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            anyhow::Ok(folder)
        })
        .await?;
    Ok(folder.path())
}

/// The server's binary with an environment of its own: no keyring, no variables of the developer's.
///
/// # Errors
/// As [`binary`].
pub async fn command(home: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(binary().await?);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("SLUICE_KEYRING", "off")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    Ok(command)
}

impl Server {
    /// The embedded demo on a free port.
    ///
    /// # Errors
    /// Where it does not become ready.
    pub async fn demo() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut server = Self::start(folder.path(), &["--demo"], &[]).await?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// A workspace's configuration on a free port; passwords by connection.
    ///
    /// # Errors
    /// Where it does not become ready.
    pub async fn with_config(text: &str, passwords: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::with_options(text, passwords, &[]).await
    }

    /// The same with more on the command line.
    ///
    /// # Errors
    /// Where it does not become ready.
    pub async fn with_options(
        text: &str,
        passwords: &[(&str, &str)],
        options: &[&str],
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let config = folder.path().join("sluice.toml");
        std::fs::write(&config, text)?;
        let variables: Vec<(String, &str)> = passwords
            .iter()
            .map(|(name, password)| {
                (
                    format!("SLUICE_CONNECTION_{}", name.to_uppercase()),
                    *password,
                )
            })
            .collect();
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, password)| (name.as_str(), *password))
            .collect();
        let path = config.to_str().context("a path that is no text")?;
        let mut arguments = vec!["--config", path];
        arguments.extend(options);
        let mut server = Self::start(folder.path(), &arguments, &variables).await?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// A server on a data folder that outlives it.
    ///
    /// # Errors
    /// Where it does not become ready; what it wrote to standard error is in the error.
    pub async fn start(
        data_dir: &Path,
        source: &[&str],
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let source = [source, &["--listen", "127.0.0.1:0"]].concat();
        Self::start_as_configured(data_dir, &source, variables).await
    }

    /// The same where the configuration says; it names a port that is free, or 0.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_as_configured(
        data_dir: &Path,
        source: &[&str],
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let kept = data_dir.join("certificate");
        if !kept.exists() {
            std::fs::create_dir_all(&kept)?;
            for file in std::fs::read_dir(certificate().await?.join("certificate"))? {
                let file = file?;
                std::fs::copy(file.path(), kept.join(file.file_name()))?;
            }
        }
        let mut child = command(data_dir)
            .await?
            .arg("serve")
            .args(source)
            .arg("--data-dir")
            .arg(data_dir)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = Arc::new(Mutex::new(String::new()));
        let (mut pipe, log) = (
            child.stderr.take().context("no standard error")?,
            Arc::clone(&stderr),
        );
        tokio::spawn(async move {
            let mut buffer = [0_u8; 4096];
            while let Ok(n @ 1..) = pipe.read(&mut buffer).await {
                log.lock()
                    .await
                    .push_str(&String::from_utf8_lossy(&buffer[..n]));
            }
        });
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let line = match tokio::time::timeout(START, lines.next_line()).await {
            Ok(Ok(Some(line))) => line,
            other => {
                let _ = child.kill().await;
                tokio::time::sleep(Duration::from_millis(100)).await;
                bail!(
                    "sluice-server did not become ready ({other:?}):\n{}",
                    stderr.lock().await
                );
            }
        };
        let ready: Value =
            serde_json::from_str(&line).with_context(|| format!("not a JSON line: {line}"))?;
        ensure!(ready["ready"] == true, "not ready: {line}");
        let text = |name: &str| {
            ready[name]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("no {name} in {line}"))
        };
        let (base_url, certificate) = (text("base_url")?, PathBuf::from(text("certificate")?));
        let output = command(data_dir)
            .await?
            .args(["credentials", "--json", "--data-dir"])
            .arg(data_dir)
            .envs(variables.iter().copied())
            .output()
            .await?;
        let credentials: Value =
            serde_json::from_slice(&output.stdout).context("credentials printed no JSON")?;
        let token = credentials["token"]
            .as_str()
            .context("no token")?
            .to_owned();
        Ok(Self {
            child,
            base_url,
            token,
            certificate,
            data_dir: data_dir.to_owned(),
            stderr,
            folder: None,
        })
    }

    /// The base URL of another application.
    pub fn base_of(&self, application: &str) -> String {
        self.base_url
            .replace("/jdbc_on_prem/", &format!("/{application}/"))
    }

    /// A client that trusts the server's certificate and sends the token.
    ///
    /// # Errors
    /// Where the certificate cannot be read.
    pub fn client(&self) -> anyhow::Result<Client> {
        let pem = std::fs::read(&self.certificate)?;
        let http = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(&pem)?])
            .timeout(Duration::from_mins(1))
            .build()?;
        Ok(Client {
            http,
            base: self.base_url.clone(),
            token: self.token.clone(),
        })
    }

    /// What the server wrote to standard error so far.
    pub async fn log(&self) -> String {
        self.stderr.lock().await.clone()
    }

    /// The process id.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Sends SIGTERM and waits for the end.
    ///
    /// # Errors
    /// Where it does not end within half a minute.
    pub async fn stop(mut self) -> anyhow::Result<ExitStatus> {
        let pid = self.child.id().context("it has ended already")?.to_string();
        Command::new("kill").args(["-TERM", &pid]).status().await?;
        Ok(
            tokio::time::timeout(Duration::from_secs(30), self.child.wait())
                .await
                .context("it does not end")??,
        )
    }

    /// Kills the process without warning, as a power cut would.
    ///
    /// # Errors
    /// Where it cannot be killed.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// A SCIM client, as the provider's agent is one.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub base: String,
    pub token: String,
}

/// An answer, read.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    /// `Null` where the body is not JSON.
    pub json: Value,
}

impl Client {
    /// The same client for another base URL.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self {
            base: base.to_owned(),
            ..self.clone()
        }
    }

    /// A request below the base URL, with the token.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap_or(reqwest::Method::GET);
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
    }

    /// Sends and reads.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn send(request: reqwest::RequestBuilder) -> anyhow::Result<Answered> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answered {
            status,
            headers,
            text,
            json,
        })
    }

    /// GET.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answered> {
        Self::send(self.request("GET", path)).await
    }

    /// POST of a SCIM body.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answered> {
        Self::send(
            self.request("POST", path)
                .header("content-type", "application/scim+json")
                .body(body.to_string()),
        )
        .await
    }

    /// PUT of a SCIM body.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Answered> {
        Self::send(
            self.request("PUT", path)
                .header("content-type", "application/scim+json")
                .body(body.to_string()),
        )
        .await
    }
}
