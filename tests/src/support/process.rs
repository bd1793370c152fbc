//! One private server process in a directory of its own.
//!
//! A test process may end in any way, also killed, and destructors of statics never run. So the
//! server is not our child: a small shell stands between, holding a pipe from us. When the pipe
//! closes, for whatever reason, the shell ends the server it started, and removes the directory.

use std::{
    ffi::OsStr,
    io,
    net::TcpListener,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

/// Arguments: the directory, the signal that ends the server, the server and its arguments.
const WATCHDOG: &str = r#"
dir=$1 signal=$2
shift 2
(
    "$@" &
    echo $! > "$dir/server.pid"
    wait $!
    echo $? > "$dir/server.exit"
) > "$dir/server.log" 2>&1 &
holder=$!
read -r _ # returns when the test process is gone
tries=0
until [ -s "$dir/server.pid" ] || [ $tries -gt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
[ -e "$dir/server.exit" ] || kill "-$signal" "$(cat "$dir/server.pid")"
tries=0
until [ -e "$dir/server.exit" ] || [ $tries -gt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
[ -e "$dir/server.exit" ] || kill -KILL "$(cat "$dir/server.pid")"
wait "$holder"
cd /
rm -rf "$dir"
"#;

/// How long a server may take to answer, and to end. Generous: the machine may be busy compiling.
const PATIENCE: Duration = Duration::from_mins(1);

/// The account a server runs as, where it must not be ours.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    uid: u32,
    gid: u32,
}

/// Whether we are root: what we made belongs to us.
pub fn root_made(dir: &Path) -> Result<bool> {
    let made = std::fs::metadata(dir).with_context(|| format!("looking at {}", dir.display()))?;
    Ok(made.uid() == 0)
}

impl Account {
    /// `nobody` when we are root, else none.
    pub fn unprivileged(dir: &Path) -> Result<Option<Self>> {
        if !root_made(dir)? {
            return Ok(None);
        }
        let passwd = std::fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        let ids = passwd.lines().find_map(|line| {
            let mut fields = line.strip_prefix("nobody:")?.split(':').skip(1);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        });
        let (uid, gid) = ids.context("there is no account `nobody` to run the server as")?;
        Ok(Some(Self { uid, gid }))
    }

    /// Hands a file or directory over to the account.
    pub fn own(self, path: &Path) -> Result<()> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("giving {} to another account", path.display()))
    }
}

/// A server that runs, and the directory it lives in.
#[derive(Debug)]
pub struct Server {
    watchdog: Child,
    dir: TempDir,
}

impl Server {
    /// Starts `command`, which must stay in the foreground.
    pub fn spawn(
        dir: TempDir,
        stop_signal: &str,
        account: Option<Account>,
        program: &Path,
        arguments: &[String],
    ) -> Result<Self> {
        let mut command = command("sh", dir.path(), account);
        command
            .args(["-c", WATCHDOG, "sluice-test-watchdog"])
            .arg(dir.path())
            .arg(stop_signal)
            .arg(program)
            .args(arguments)
            // Its own group, so that an interrupt at the terminal reaches the tests only and the
            // server still ends in order.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let watchdog = command
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        Ok(Self { watchdog, dir })
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The server's process id, once the watchdog has written it down.
    pub fn pid(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.dir().join("server.pid")).ok()?;
        text.trim().parse().ok()
    }

    /// Asks `attempt` until it succeeds, the server ends, or patience does.
    pub async fn ready<T>(&self, attempt: impl AsyncFn() -> Result<T>) -> Result<T> {
        let begun = Instant::now();
        loop {
            let error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if self.dir().join("server.exit").exists() {
                bail!("the server ended while starting:\n{}", self.log());
            }
            if begun.elapsed() > PATIENCE {
                return Err(error.context(format!("the server does not answer:\n{}", self.log())));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The last lines the server wrote.
    fn log(&self) -> String {
        let text = std::fs::read(self.dir().join("server.log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.watchdog.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
                Ok(Some(_)) | Err(_) => return,
            }
        }
    }
}

/// A command in `dir`, as `account`, that no setting of the person's own clients reaches.
fn command(program: impl AsRef<OsStr>, dir: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("PG") || text.starts_with("MYSQL") || text.starts_with("MARIADB") {
            command.env_remove(&name);
        }
    }
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid).env("HOME", dir);
    }
    command
}

/// Runs a program to its end, as part of preparing a server.
pub async fn run(
    program: PathBuf,
    arguments: Vec<String>,
    dir: PathBuf,
    account: Option<Account>,
) -> Result<()> {
    let name = program.display().to_string();
    let output = tokio::task::spawn_blocking(move || {
        command(program, &dir, account)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
    })
    .await?
    .with_context(|| format!("running {name}"))?;
    ensure!(
        output.status.success(),
        "{name} failed ({}):\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Finds the first of several names for a program: in `folders`, then in `PATH`.
pub fn find(names: &[&str], folders: &[PathBuf]) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path))
        .collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
        .with_context(|| format!("{} is not installed: run `make setup`", names[0]))
}

/// A port of the loopback interface that nothing listens on.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A directory for a server, short enough for a socket's path.
pub fn directory(prefix: &str) -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix(prefix)
        .tempdir()
        .context("making a directory for the server")
}

/// A password nobody has seen before: the random part of the directory's name.
pub fn password(dir: &TempDir) -> String {
    let name = dir.path().file_name().unwrap_or_default().to_string_lossy();
    format!("secret-{name}")
}
