//! Starting `sluice-odbc`, and talking with it.
//!
//! **Invariant:** a process that was asked something and whose answer was not read to its end is
//! never asked again; dropping its handle ends it. Only processes that were started here are ended.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use sluice_core::config::{Connection, Tls, TlsMode};
use sluice_core::ports::{Collected, ResultColumn, RowSink};
use sluice_core::{DatabaseError, DatabaseErrorKind as Kind, Secret};
use sluice_odbc::{Column, Connect, Connected, Done, Password, Reply, Request};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::product::Product;
use super::{error, value};
use crate::properties;

/// The program's name, and the variable that says where else it is.
const PROGRAM: &str = if cfg!(windows) {
    "sluice-odbc.exe"
} else {
    "sluice-odbc"
};
const VARIABLE: &str = "SLUICE_ODBC_BRIDGE";
/// How long the goodbye of a connection may take.
const GOODBYE: Duration = Duration::from_secs(3);
/// How long to wait for the last words of a process that ended.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// So much of its standard error is kept, in bytes.
const WORDS: u64 = 4 * 1024;
/// What to do where there is no driver manager.
const NO_MANAGER: &str = "The ODBC driver manager is not installed on this machine. On Debian and Ubuntu \
     install unixodbc and the driver of the database; on macOS \"brew install unixodbc\" and the driver; \
     Windows has a manager and needs the driver only.";

/// What a connection is made with.
pub(crate) struct Settings {
    program: PathBuf,
    connection_string: String,
    user: Option<String>,
    password: Option<Secret>,
    /// Milliseconds.
    connection_timeout: u64,
    statement_timeout: u64,
}

impl Settings {
    pub(super) fn of(
        connection: &Connection,
        password: Option<&Secret>,
    ) -> Result<Self, DatabaseError> {
        let connection_string = connection.odbc.clone().unwrap_or_default();
        let protection = connection
            .protection()
            .map_err(|error| DatabaseError::new(Kind::Unsupported, error.to_string()))?;
        if protection != Tls::default() && protection.mode != TlsMode::Disable {
            return Err(DatabaseError::new(
                Kind::Unsupported,
                "How an ODBC connection is encrypted is said in its connection string, in the words of its \
                 driver (Encrypt=yes, SSLMODE=verify-full); the settings under tls have no effect on it. \
                 Take them out.",
            ));
        }
        properties::tell(connection);
        if let Some(key) = secret_key(&connection_string) {
            return Err(DatabaseError::new(
                Kind::Unsupported,
                format!(
                    "The connection string holds {key}. Take it out, and give the password as that of the \
                     connection, which is kept where secrets are."
                ),
            ));
        }
        Ok(Self {
            program: program(std::env::var_os(VARIABLE).as_deref()),
            connection_string,
            user: connection.user.clone(),
            password: password.cloned(),
            connection_timeout: connection.pool.connection_timeout,
            statement_timeout: connection.statement_timeout_ms,
        })
    }

    /// Seconds after which the driver shall stop a statement by itself; 0 where the database is told
    /// to by other means. A second more than the deadline, which is Sluice's to keep.
    pub(super) fn query_timeout(&self, product: Product) -> u32 {
        if product.session_sql().is_some() || self.statement_timeout == 0 {
            return 0;
        }
        u32::try_from(self.statement_timeout.div_ceil(1000) + 1).unwrap_or(0)
    }
}

/// The key of a connection string that holds a password.
fn secret_key(connection_string: &str) -> Option<&str> {
    connection_string
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, _)| key.trim())
        .find(|key| key.eq_ignore_ascii_case("pwd") || key.eq_ignore_ascii_case("password"))
}

/// Where the program is: as the variable says, or beside this one. Cargo keeps test programs in a
/// folder of their own below the others.
fn program(named: Option<&OsStr>) -> PathBuf {
    if let Some(path) = named.filter(|path| !path.is_empty()) {
        return PathBuf::from(path);
    }
    let own = std::env::current_exe().unwrap_or_default();
    let beside = own.with_file_name(PROGRAM);
    match own.parent() {
        Some(folder) if folder.file_name() == Some(OsStr::new("deps")) && !beside.is_file() => {
            folder.with_file_name(PROGRAM)
        }
        _ => beside,
    }
}

/// A connection: a process and the pipes to it.
pub(crate) struct Handle {
    /// `None` once it was ended.
    child: Option<Child>,
    requests: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
    /// Gathers what the process says on its standard error.
    words: Option<JoinHandle<String>>,
    /// What it had said when it ended.
    said: String,
    /// Something was asked, and its answer was not read to the end.
    busy: bool,
    pub(super) connected: Connected,
    /// What the database calls this session, where it can be ended by that name.
    pub(super) session: Option<String>,
    /// A routine ran outside a transaction of the session's, and may have begun one.
    pub(super) may_be_open: bool,
}

impl Handle {
    /// Starts a process and opens the connection in it.
    ///
    /// # Errors
    /// `Unsupported` where the program or the driver manager is missing; else what the driver says.
    pub(super) async fn open(settings: &Settings) -> Result<Self, DatabaseError> {
        let mut handle = Self::start(&settings.program)?;
        let request = Request::Connect(Connect {
            connection_string: settings.connection_string.clone(),
            user: settings.user.clone(),
            password: settings
                .password
                .as_ref()
                .map(|password| Password(password.expose().to_owned())),
            login_timeout: u32::try_from(settings.connection_timeout.div_ceil(1000)).unwrap_or(0),
        });
        let _ = handle.send(&request).await;
        match handle.reply().await {
            Ok(Reply::Connected(connected)) => {
                handle.busy = false;
                handle.connected = connected;
                Ok(handle)
            }
            Ok(Reply::Failed(failed)) => Err(error::at_connect(failed)),
            Ok(_) => Err(odd()),
            Err(_) => Err(handle.did_not_start(&settings.program).await),
        }
    }

    fn start(program: &Path) -> Result<Self, DatabaseError> {
        let mut command = Command::new(program);
        // Passwords of other connections may stand in the environment.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SLUICE_") {
                command.env_remove(name);
            }
        }
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = child.map_err(|error| not_started(program, &error))?;
        let (Some(requests), Some(replies), Some(words)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(odd());
        };
        Ok(Self {
            child: Some(child),
            requests: Some(requests),
            replies: BufReader::with_capacity(64 * 1024, replies),
            words: Some(tokio::spawn(listen(words))),
            said: String::new(),
            busy: false,
            connected: Connected::default(),
            session: None,
            may_be_open: false,
        })
    }

    pub(super) fn product(&self) -> Product {
        Product::of(&self.connected.dbms)
    }

    /// Whether nothing can be asked any more.
    pub(super) fn is_closed(&self) -> bool {
        self.busy || self.requests.is_none()
    }

    /// Ends the process.
    pub(super) fn close(&mut self) {
        self.requests = None;
        // Dropped, it is killed.
        self.child = None;
    }

    /// Asks for something that gives no rows.
    pub(super) async fn plain(&mut self, request: Request) -> Result<(), DatabaseError> {
        self.ask(request, &mut Collected::default()).await.map(drop)
    }

    /// Asks, gives the rows to `rows`, and returns what stands behind them.
    ///
    /// # Errors
    /// What the driver says; `ConnectionLost` where the process ended.
    pub(super) async fn ask(
        &mut self,
        request: Request,
        rows: &mut dyn RowSink,
    ) -> Result<Done, DatabaseError> {
        if self.is_closed() {
            return Err(DatabaseError::new(
                Kind::ConnectionLost,
                "The connection is closed.",
            ));
        }
        self.send(&request).await?;
        let mut columns: Vec<Column> = Vec::new();
        loop {
            match self.reply().await? {
                Reply::Columns(new) => {
                    columns = new;
                    let described: Arc<[ResultColumn]> =
                        columns.iter().map(value::column).collect();
                    rows.columns(described);
                }
                Reply::Rows(read) => {
                    for row in read {
                        let values = row.into_iter().zip(&columns);
                        rows.row(
                            values
                                .map(|(cell, column)| value::cell(cell, column))
                                .collect(),
                        )?;
                    }
                }
                Reply::Done(done) => {
                    self.busy = false;
                    return Ok(done);
                }
                Reply::Failed(failed) => {
                    self.busy = false;
                    return Err(error::translate(failed, self.product()));
                }
                Reply::Connected(_) => return Err(odd()),
            }
        }
    }

    async fn send(&mut self, request: &Request) -> Result<(), DatabaseError> {
        let mut line = serde_json::to_vec(request).map_err(|_| odd())?;
        line.push(b'\n');
        self.busy = true;
        let Some(requests) = self.requests.as_mut() else {
            return Err(odd());
        };
        let sent = async {
            requests.write_all(&line).await?;
            requests.flush().await
        };
        match sent.await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.lost().await),
        }
    }

    async fn reply(&mut self) -> Result<Reply, DatabaseError> {
        let mut line = Vec::new();
        let read = self.replies.read_until(b'\n', &mut line).await;
        if !matches!(read, Ok(bytes) if bytes > 0) {
            return Err(self.lost().await);
        }
        serde_json::from_slice(&line).map_err(|_| odd())
    }

    /// How the process ended: its status and its last words.
    async fn end(&mut self) -> (Option<std::process::ExitStatus>, String) {
        self.requests = None;
        let status = match self.child.as_mut() {
            Some(child) => timeout(LAST_WORDS, child.wait())
                .await
                .ok()
                .and_then(Result::ok),
            None => None,
        };
        if let Some(words) = self.words.take() {
            let words = timeout(LAST_WORDS, words).await.ok().and_then(Result::ok);
            words.unwrap_or_default().trim().clone_into(&mut self.said);
        }
        (status, self.said.clone())
    }

    async fn lost(&mut self) -> DatabaseError {
        let (status, words) = self.end().await;
        let status = status.map_or_else(String::new, |status| format!(" ({status})"));
        let words = if words.is_empty() {
            String::new()
        } else {
            format!(" It said: {words}")
        };
        DatabaseError::new(
            Kind::ConnectionLost,
            format!("The process that held the ODBC connection ended{status}.{words}"),
        )
    }

    /// Why there was no answer to a login.
    async fn did_not_start(&mut self, program: &Path) -> DatabaseError {
        let (status, words) = self.end().await;
        let by_loader = words.contains("libodbc") || words.contains("Library not loaded");
        if by_loader || status.is_some_and(|status| status.code() == Some(127)) {
            return DatabaseError::new(
                Kind::Unsupported,
                format!("{NO_MANAGER} ({}: {words})", program.display()),
            );
        }
        let status = status.map_or_else(String::new, |status| format!(" ({status})"));
        DatabaseError::new(
            Kind::Unreachable,
            format!(
                "The process that opens the ODBC connection ended while the driver logged in{status}. {words}"
            ),
        )
    }
}

impl Drop for Handle {
    /// A connection that is idle says goodbye; one whose driver is busy is cut.
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        let idle = !self.busy;
        self.requests = None;
        if idle && let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // What does not end in time is killed when it is dropped.
                let _ = timeout(GOODBYE, child.wait()).await;
            });
        }
    }
}

/// Ends a session at the server, through a connection of its own.
pub(crate) struct Stop {
    pub(super) settings: Arc<Settings>,
    pub(super) session: String,
}

impl Stop {
    pub(super) async fn now(self) {
        let stopped = async {
            let mut handle = Handle::open(&self.settings).await?;
            let Some(request) = handle.product().stop(&self.session) else {
                return Ok(());
            };
            handle.plain(Request::Run(request)).await
        };
        if let Err(error) = stopped.await {
            tracing::debug!(%error, "a statement that ran too long could not be stopped at the server");
        }
    }
}

async fn listen(words: ChildStderr) -> String {
    let mut text = Vec::new();
    let mut words = words;
    // What is beyond is read as well, so that the process never waits for a reader.
    let _ = (&mut words).take(WORDS).read_to_end(&mut text).await;
    let _ = tokio::io::copy(&mut words, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&text).into_owned()
}

fn not_started(program: &Path, error: &io::Error) -> DatabaseError {
    DatabaseError::new(
        Kind::Unsupported,
        format!(
            "ODBC connections need the program {PROGRAM}, and {} cannot be started: {error}. It belongs beside \
             Sluice's own program; the variable {VARIABLE} names another place.",
            program.display()
        ),
    )
}

fn odd() -> DatabaseError {
    DatabaseError::new(
        Kind::ConnectionLost,
        "The process that holds the ODBC connection answered something that cannot be read; the driver may \
         have written to its standard output.",
    )
}

#[cfg(test)]
mod tests {
    use sluice_core::config::Dialect;

    use super::*;

    fn settings(program: &Path) -> Settings {
        let mut connection = Connection::new("hr", Dialect::Odbc);
        connection.odbc = Some("DSN=hr".to_owned());
        Settings {
            program: program.to_owned(),
            ..Settings::of(&connection, None).unwrap()
        }
    }

    #[tokio::test]
    async fn a_missing_program_is_told_with_the_place_where_it_was_looked_for() {
        let place = Path::new("/nowhere/sluice-odbc");
        let error = Handle::open(&settings(place)).await.err().unwrap();
        assert_eq!(error.kind, Kind::Unsupported);
        for word in ["/nowhere/sluice-odbc", VARIABLE] {
            assert!(error.message.contains(word), "{}", error.message);
        }
    }

    #[cfg(unix)]
    fn script(folder: &tempfile::TempDir, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.path().join("sluice-odbc");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// The words and the status are those of Debian's dynamic loader.
    #[cfg(unix)]
    #[tokio::test]
    async fn a_missing_driver_manager_is_told_with_what_to_install() {
        let folder = tempfile::tempdir().unwrap();
        let path = script(
            &folder,
            "#!/bin/sh\necho 'error while loading shared libraries: libodbc.so.2: cannot open shared object \
             file' >&2\nexit 127\n",
        );
        let error = Handle::open(&settings(&path)).await.err().unwrap();
        assert_eq!(error.kind, Kind::Unsupported);
        for word in ["unixodbc", "brew", "libodbc.so.2"] {
            assert!(error.message.contains(word), "{}", error.message);
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_driver_that_crashes_while_it_logs_in_is_unreachable() {
        let folder = tempfile::tempdir().unwrap();
        let path = script(&folder, "#!/bin/sh\nread line\nkill -SEGV $$\n");
        let error = Handle::open(&settings(&path)).await.err().unwrap();
        assert_eq!(error.kind, Kind::Unreachable, "{error:?}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_a_driver_writes_to_standard_output_is_never_taken_for_an_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = script(
            &folder,
            "#!/bin/sh\nread line\necho '{\"Connected\":{\"dbms\":\"X\",\"quote\":null,\"catalog\":\"\"}}'\n\
             read line\necho 'trace: {\"Done\":{}}'\nread line\n",
        );
        let mut handle = Handle::open(&settings(&path)).await.unwrap();
        let error = handle.plain(Request::Begin).await.unwrap_err();
        assert_eq!(error.kind, Kind::ConnectionLost);
        assert!(handle.is_closed());
    }

    #[test]
    fn a_password_or_tls_settings_beside_the_connection_string_are_refused() {
        let mut connection = Connection::new("hr", Dialect::Odbc);
        connection.odbc = Some("Driver={X}; Pwd=hunter2".to_owned());
        let error = Settings::of(&connection, None).err().unwrap();
        assert!(!error.message.contains("hunter2"), "{}", error.message);
        connection.odbc = Some("Driver={X}".to_owned());
        assert!(Settings::of(&connection, None).is_ok());
        connection.tls.mode = TlsMode::VerifyFull;
        assert!(Settings::of(&connection, None).is_err());
    }

    #[test]
    fn the_program_is_beside_this_one_unless_the_variable_names_it() {
        assert_eq!(program(Some(OsStr::new("/opt/x"))), Path::new("/opt/x"));
        assert!(program(None).ends_with(PROGRAM));
        assert!(!program(None).ends_with(Path::new("deps").join(PROGRAM)));
    }
}
