//! A private MariaDB.

use std::path::PathBuf;

use anyhow::{Context, Result};
use mysql_async::{Conn, OptsBuilder, prelude::Queryable};
use tokio::sync::OnceCell;

use super::{
    certificates::ServerTls,
    demo,
    process::{self, Server},
    unique_name,
};

/// A MariaDB server of our own. It ends with this value, or with the test process.
#[derive(Debug)]
pub struct MariaDb {
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: String,
    server: Server,
    program: PathBuf,
    arguments: Vec<String>,
    /// What runs in place of a server that was killed; its data stand in the first one's directory.
    again: Option<Server>,
}

/// The server that all tests of this process share; each takes a [`MariaDb::fresh_database`].
pub async fn shared() -> Result<&'static MariaDb> {
    static SHARED: OnceCell<MariaDb> = OnceCell::const_new();
    SHARED.get_or_try_init(MariaDb::start).await
}

impl MariaDb {
    pub async fn start() -> Result<Self> {
        Self::start_as(None, false).await
    }

    /// A server that forgets nothing it has confirmed, even when it is killed.
    pub async fn durable() -> Result<Self> {
        Self::start_as(None, true).await
    }

    /// A server that offers TLS. Beside root it has two accounts with root's password: `secured` logs
    /// in over TLS only, `certified` with a client's certificate only.
    pub async fn start_with(tls: Option<&ServerTls>) -> Result<Self> {
        Self::start_as(tls, false).await
    }

    async fn start_as(tls: Option<&ServerTls>, durable: bool) -> Result<Self> {
        // Debian keeps servers in /usr/sbin, which is not in everybody's PATH.
        let sbin = [PathBuf::from("/usr/sbin")];
        let mariadbd = process::find(&["mariadbd", "mysqld"], &sbin)?;
        let install = process::find(&["mariadb-install-db", "mysql_install_db"], &sbin)?;

        let dir = process::directory("sluice-mariadb-")?;
        let password = process::password(&dir);
        let at = |name: &str| dir.path().join(name).display().to_string();
        let account = "root";

        // It runs as root only when told to, and tries to change owners when told needlessly.
        let run_as = process::root_made(dir.path())?.then(|| "--user=root".to_owned());
        let mut arguments = vec!["--no-defaults".to_owned()];
        arguments.extend(run_as.clone());
        arguments.extend([
            format!("--datadir={}", at("data")),
            // A server that starts removes what it takes for left-overs of another one.
            format!("--tmpdir={}", dir.path().display()),
            "--auth-root-authentication-method=normal".into(),
            "--skip-test-db".into(),
            "--skip-name-resolve".into(),
        ]);
        process::run(install, arguments, dir.path().to_owned(), None).await?;

        // The server runs this before it accepts anyone, so root is never without a password. Root
        // also exists at 127.0.0.1, because the server does not look up names.
        std::fs::write(
            dir.path().join("init.sql"),
            format!(
                "ALTER USER '{account}'@'localhost' IDENTIFIED BY '{password}';\n\
                 ALTER USER '{account}'@'127.0.0.1' IDENTIFIED BY '{password}';\n\
                 CREATE USER 'secured'@'127.0.0.1' IDENTIFIED BY '{password}' REQUIRE SSL;\n\
                 CREATE USER 'certified'@'127.0.0.1' IDENTIFIED BY '{password}' REQUIRE X509;\n"
            ),
        )
        .context("writing the server's first statements")?;

        let port = process::free_port().context("looking for a free port")?;
        let mut arguments = vec!["--no-defaults".to_owned()];
        arguments.extend(run_as);
        arguments.extend([
            format!("--datadir={}", at("data")),
            format!("--tmpdir={}", dir.path().display()),
            format!("--socket={}", at("socket")),
            format!("--port={port}"),
            "--bind-address=127.0.0.1".into(),
            format!("--init-file={}", at("init.sql")),
            "--skip-name-resolve".into(),
            "--skip-log-bin".into(),
            "--character-set-server=utf8mb4".into(),
            // Mostly nothing here is worth keeping after a crash.
            format!("--innodb-flush-log-at-trx-commit={}", u8::from(durable)),
            "--innodb-buffer-pool-size=32M".into(),
        ]);
        if let Some(tls) = tls {
            for (option, text) in [
                ("ssl-cert", &tls.identity.certificate),
                ("ssl-key", &tls.identity.key),
                ("ssl-ca", &tls.clients),
            ] {
                std::fs::write(at(option), text).context("writing the server's certificate")?;
                arguments.push(format!("--{option}={}", at(option)));
            }
        }
        let server = Server::spawn(dir, "TERM", None, &mariadbd, &arguments)?;
        let started = Self {
            host: "127.0.0.1".to_owned(),
            port,
            user: account.to_owned(),
            password,
            server,
            program: mariadbd,
            arguments,
            again: None,
        };
        started
            .server
            .ready(async || Ok(started.connect("").await?.disconnect().await?))
            .await
            .context("starting MariaDB")?;
        Ok(started)
    }

    /// Ends the server and removes its directory. Dropping it does the same, but blocks the thread.
    pub async fn stop(self) -> Result<()> {
        Ok(tokio::task::spawn_blocking(move || drop(self)).await?)
    }

    /// The process id of the server itself.
    pub fn pid(&self) -> Option<u32> {
        self.again.as_ref().unwrap_or(&self.server).pid()
    }

    /// Ends the server without a warning, as a power failure would.
    pub async fn kill(&self) -> Result<()> {
        let pid = self.pid().context("the server's process id")?;
        let killed = tokio::process::Command::new("kill")
            .args(["-9", &pid.to_string()])
            .status()
            .await?;
        anyhow::ensure!(killed.success(), "the server could not be killed");
        Ok(())
    }

    /// Starts a killed server again, at the same port and with the same data.
    pub async fn restart(&mut self) -> Result<()> {
        // The accounts are there already.
        let arguments: Vec<String> = self
            .arguments
            .iter()
            .filter(|argument| !argument.starts_with("--init-file="))
            .cloned()
            .collect();
        let dir = process::directory("sluice-mariadb-")?;
        let server = Server::spawn(dir, "TERM", None, &self.program, &arguments)?;
        server
            .ready(async || Ok(self.connect("").await?.disconnect().await?))
            .await
            .context("starting MariaDB again")?;
        self.again = Some(server);
        Ok(())
    }

    /// A connection as root; an empty name stands for no database.
    pub async fn connect(&self, database: &str) -> Result<Conn> {
        let options = OptsBuilder::default()
            .ip_or_hostname(&self.host)
            .tcp_port(self.port)
            .prefer_socket(false)
            .user(Some(&self.user))
            .pass(Some(&self.password))
            .db_name(Some(database).filter(|name| !name.is_empty()));
        Conn::new(options).await.context("connecting to MariaDB")
    }

    /// A new database with nothing in it.
    pub async fn empty_database(&self) -> Result<String> {
        let name = unique_name("demo");
        let mut conn = self.connect("").await?;
        conn.query_drop(format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"))
            .await
            .with_context(|| format!("creating the database {name}"))?;
        conn.disconnect().await?;
        Ok(name)
    }

    /// A new database that holds the demo.
    pub async fn fresh_database(&self) -> Result<String> {
        let name = self.empty_database().await?;
        let mut conn = self.connect(&name).await?;
        demo::load_mysql(&mut conn).await?;
        conn.disconnect().await?;
        Ok(name)
    }
}
