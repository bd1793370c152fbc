//! A private PostgreSQL.

use std::{os::unix::fs::OpenOptionsExt, path::PathBuf};

use anyhow::{Context, Result};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, Config, NoTls};

use super::{
    certificates::ServerTls,
    demo,
    process::{self, Account, Server},
    unique_name,
};

/// A PostgreSQL server of our own. It ends with this value, or with the test process.
#[derive(Debug)]
pub struct Postgres {
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: String,
    server: Server,
}

/// Who may log in how, on a server with TLS.
const HBA: &str = "\
hostssl all secured   127.0.0.1/32 scram-sha-256
hostssl all certified 127.0.0.1/32 scram-sha-256 clientcert=verify-full
host    all postgres  127.0.0.1/32 scram-sha-256
";

/// The server that all tests of this process share; each takes a [`Postgres::fresh_database`].
pub async fn shared() -> Result<&'static Postgres> {
    static SHARED: OnceCell<Postgres> = OnceCell::const_new();
    SHARED.get_or_try_init(Postgres::start).await
}

impl Postgres {
    pub async fn start() -> Result<Self> {
        Self::start_with(None).await
    }

    /// A server that offers TLS. The superuser logs in as everywhere; two more accounts with the same
    /// password can be made: `secured` logs in over TLS only, `certified` with a client's certificate
    /// of its name only.
    pub async fn start_with(tls: Option<&ServerTls>) -> Result<Self> {
        let folders = version_folders();
        let initdb = process::find(&["initdb"], &folders)?;
        // From the same folder: a server refuses the data of another version.
        let postgres = initdb.canonicalize()?.with_file_name("postgres");

        let dir = process::directory("sluice-postgres-")?;
        let password = process::password(&dir);
        let user = "postgres";
        let at = |name: &str| dir.path().join(name).display().to_string();

        // PostgreSQL refuses to run as root.
        let account = Account::unprivileged(dir.path())?;
        let password_file = dir.path().join("password");
        write_private(&password_file, &password)?;
        if let Some(account) = account {
            account.own(&password_file)?;
            account.own(dir.path())?;
        }

        process::run(
            initdb,
            vec![
                "--pgdata".into(),
                at("data"),
                "--username".into(),
                user.into(),
                "--auth=scram-sha-256".into(),
                "--pwfile".into(),
                at("password"),
                "--no-sync".into(),
                "--encoding=UTF8".into(),
                "--locale=C.UTF-8".into(),
            ],
            dir.path().to_owned(),
            account,
        )
        .await?;

        let port = process::free_port().context("looking for a free port")?;
        let socket = dir.path().display().to_string();
        let mut arguments = vec!["-D".to_owned(), at("data"), "-p".into(), port.to_string()];
        for setting in [
            "listen_addresses=127.0.0.1",
            &format!("unix_socket_directories={socket}"),
            // Nothing here is worth keeping after a crash.
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            arguments.extend(["-c".to_owned(), setting.to_owned()]);
        }
        if let Some(tls) = tls {
            for (setting, text) in [
                ("ssl_cert_file", &tls.identity.certificate),
                ("ssl_key_file", &tls.identity.key),
                ("ssl_ca_file", &tls.clients),
                ("hba_file", &HBA.to_owned()),
            ] {
                let file = dir.path().join(setting);
                write_private(&file, text)?;
                if let Some(account) = account {
                    account.own(&file)?;
                }
                arguments.extend(["-c".to_owned(), format!("{setting}={}", at(setting))]);
            }
            arguments.extend(["-c".to_owned(), "ssl=on".to_owned()]);
        }
        // INT ends sessions; TERM would wait for them.
        let server = Server::spawn(dir, "INT", account, &postgres, &arguments)?;
        let started = Self {
            host: "127.0.0.1".to_owned(),
            port,
            user: user.to_owned(),
            password,
            server,
        };
        started
            .server
            .ready(async || started.connect("postgres").await.map(drop))
            .await
            .context("starting PostgreSQL")?;
        Ok(started)
    }

    /// Ends the server and removes its directory. Dropping it does the same, but blocks the thread.
    pub async fn stop(self) -> Result<()> {
        Ok(tokio::task::spawn_blocking(move || drop(self)).await?)
    }

    /// The process id of the server itself.
    pub fn pid(&self) -> Option<u32> {
        self.server.pid()
    }

    /// A connection as the superuser, served by a task that ends with the client.
    pub async fn connect(&self, database: &str) -> Result<Client> {
        let (client, connection) = Config::new()
            .host(&self.host)
            .port(self.port)
            .user(&self.user)
            .password(&self.password)
            .dbname(database)
            .connect(NoTls)
            .await
            .context("connecting to PostgreSQL")?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// A new database with nothing in it.
    pub async fn empty_database(&self) -> Result<String> {
        let name = unique_name("demo");
        self.connect("postgres")
            .await?
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .await
            .with_context(|| format!("creating the database {name}"))?;
        Ok(name)
    }

    /// A new database that holds the demo.
    pub async fn fresh_database(&self) -> Result<String> {
        let name = self.empty_database().await?;
        demo::load_postgres(&self.connect(&name).await?).await?;
        Ok(name)
    }
}

/// Debian keeps each version in a folder of its own; the newest comes first.
fn version_folders() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            Some((version, path.join("bin")))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, path)| path).collect()
}

/// Writes a file that only its owner reads.
fn write_private(path: &std::path::Path, text: &str) -> Result<()> {
    use std::io::Write;
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("writing {}", path.display()))
}
