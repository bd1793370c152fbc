//! One running Sluice: workspace, secrets, certificate, store, endpoint.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use sluice_core::DatabaseError;
use sluice_core::Secret;
use sluice_core::config::{Audit, ConfigError, Connection, Workspace};
use sluice_core::ports::Clock;
use sluice_core::snapshot::Snapshots;
use sluice_core::usecase::Context;
use sluice_gateway::auth::Guards;
use sluice_gateway::tls::{Asked, HostNames, Identity, Stage};
use sluice_gateway::{BASE_PATH, Gateway, Health, Serving, Shapes, serve};
use sluice_log::Store;
use tokio::sync::Mutex;

use crate::browse::Relations;
use crate::clock::SystemClock;
use crate::commands::support::Collected;
use crate::configuration::{self, Configured, History};
use crate::coverage::Knowledge;
use crate::databases::Databases;
use crate::exports::Exports;
use crate::kept::Shelf;
use crate::problem::Problem;
use crate::secrets::{SecretStore, SecretsError, Stored};
use crate::tokens::TokenBook;
use crate::workstation::Workstation;
use crate::{commands::overview, demo, folder, logging, private, retention, spool};

/// Where the configuration comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The embedded demo, made where it is missing.
    Demo,
    /// A workspace's file.
    File(PathBuf),
}

/// How to start.
#[derive(Clone, Debug)]
pub struct Options {
    pub source: Source,
    /// The folder for certificate, store and secrets file.
    pub data_dir: PathBuf,
    /// In place of the configuration's `endpoint.listen`.
    pub listen: Option<String>,
}

/// Why Sluice cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(
        "The folder or file {path} cannot be used: {source}. Check that it exists and that Sluice may write there."
    )]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("The configuration {path} cannot be read: {source}. Check the path.")]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("The configuration {path} is wrong. {source}")]
    Configuration { path: PathBuf, source: ConfigError },
    #[error("The demo database cannot be made: {0}")]
    Demo(DatabaseError),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(
        "The token in the {stored} cannot be used. {source} Remove it there, and a new one is made at the next start."
    )]
    Token {
        stored: Stored,
        source: sluice_gateway::auth::TokenError,
    },
    #[error(
        "The secret of the application \"{application}\" in the {stored} cannot be used. {source}"
    )]
    ApplicationSecret {
        application: String,
        stored: Stored,
        source: sluice_gateway::auth::SecretError,
    },
    #[error(transparent)]
    Tls(#[from] sluice_gateway::tls::TlsError),
    #[error(transparent)]
    Store(#[from] sluice_log::StoreError),
    #[error(transparent)]
    Listen(#[from] serve::ServeError),
    #[error(
        "Another Sluice{process} works with the data folder {path}, and a folder belongs to one. Stop \
         that one first, or name another folder with --data-dir."
    )]
    InUse { path: PathBuf, process: Process },
    #[error(
        "The configuration {path} has no application \"{name}\". Name one that stands under [applications]."
    )]
    NoApplication { name: String, path: PathBuf },
    #[error("A task of Sluice ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// The number of another process, where it is known; written as part of a sentence.
#[derive(Clone, Copy, Debug)]
pub struct Process(pub Option<u32>);

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(number) => write!(f, " (process {number})"),
            None => Ok(()),
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let code = match &error {
            AppError::Listen(_) => "endpoint.listen",
            AppError::Configuration { .. }
            | AppError::Unreadable { .. }
            | AppError::NoApplication { .. } => "configuration",
            AppError::Secrets(_) | AppError::Token { .. } | AppError::ApplicationSecret { .. } => {
                "secrets"
            }
            AppError::Tls(_) => "certificate",
            AppError::Store(_) => "store",
            AppError::InUse { .. } => "start.in_use",
            AppError::Folder { .. } | AppError::Demo(_) | AppError::Task(_) => "start",
        };
        let mut problem = Self::new(code, error.to_string(), "");
        problem.hint = None;
        problem
    }
}

/// A running Sluice.
pub struct App {
    /// What is in use now; it is replaced whole.
    configured: RwLock<Arc<Configured>>,
    /// Held while the configuration is changed, so that changes come one after the other.
    pub(crate) changing: Mutex<()>,
    pub(crate) history: History,
    pub(crate) knowledge: Knowledge,
    pub(crate) configuration: PathBuf,
    pub(crate) is_demo: bool,
    /// The certificate in use; it is replaced whole.
    identity: RwLock<Arc<Identity>>,
    /// What stands beside it: the one to come, and those that were.
    pub(crate) stage: Stage,
    pub(crate) asked: Arc<Asked>,
    pub(crate) tokens: TokenBook,
    pub(crate) secrets: SecretStore,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) snapshots: Arc<Snapshots>,
    pub(crate) kept: Shelf,
    pub(crate) exports: Exports,
    pub(crate) support: Collected,
    pub(crate) relations: Relations,
    /// The window, where there is one.
    pub(crate) workstation: OnceLock<Arc<dyn Workstation>>,
    data_dir: PathBuf,
    /// The data folder is nobody else's until this process ends.
    _held: folder::Held,
    /// In place of the configuration's, as the command line says.
    pub(crate) listen_given: Option<String>,
    endpoint: Mutex<Endpoint>,
}

/// The endpoint's state.
#[derive(Default)]
struct Endpoint {
    running: Option<serve::Running>,
    /// What the running listener serves by.
    serving: Option<Arc<Serving>>,
    since: Option<i64>,
    problem: Option<Problem>,
}

impl App {
    /// Reads the configuration, makes what a first start makes (token, certificate, store, demo),
    /// and does not listen yet. `progress` is told what takes its time.
    ///
    /// # Errors
    /// [`AppError`] with cause and remedy.
    pub async fn open(
        options: Options,
        progress: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<Arc<Self>, AppError> {
        make_private(&options.data_dir)?;
        let held = folder::hold(&options.data_dir).map_err(|cause| match cause {
            folder::NotHeld::InUse(process) => AppError::InUse {
                path: options.data_dir.clone(),
                process: Process(process),
            },
            folder::NotHeld::Unusable(source) => AppError::Folder {
                path: options.data_dir.clone(),
                source,
            },
        })?;
        let (configuration, is_demo) = match options.source {
            Source::Demo => (demo::ensure(&options.data_dir).await?, true),
            Source::File(path) => (path, false),
        };
        let secrets = SecretStore::new(&options.data_dir);
        let read = configuration::read(&configuration)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let tokens = {
            let (secrets, data_dir) = (secrets.clone(), options.data_dir.clone());
            let now = clock.wall_us() / 1000;
            tokio::task::spawn_blocking(move || TokenBook::open(&data_dir, secrets, now)).await??
        };
        sluice_gateway::auth::check_token(&tokens.current()).map_err(|source| AppError::Token {
            stored: tokens.stored(),
            source,
        })?;
        let configured = Configured::new(read, None, &secrets).await?;
        let workspace = Arc::clone(&configured.workspace);
        let names = HostNames::of_this_machine(&workspace.endpoint.host_names);
        let identity =
            sluice_gateway::tls::ensure(&options.data_dir.join("certificate"), &names, &progress)
                .await?;
        for warning in identity.warnings(&workspace.endpoint.host_names) {
            tracing::warn!("{warning}");
        }
        let store = Store::open(
            &options.data_dir.join("exchanges.db"),
            sluice_log::Options {
                strict: workspace.log.audit == Audit::Strict,
                ..sluice_log::Options::default()
            },
        )
        .await?;
        logging::apply(&workspace.log.levels);
        let spools = spool::Folder::new(options.data_dir.join("spool"));
        let snapshots = Arc::new(Snapshots::new(Arc::new(spools)));
        expire(&snapshots, &clock);
        let history = History::new(&options.data_dir, &configuration);
        let knowledge = Knowledge::new(&options.data_dir);
        let app = Arc::new(Self {
            listen_given: options.listen,
            stage: Stage::new(&options.data_dir.join("certificate")),
            asked: Arc::new(Asked::new(Arc::clone(&clock))),
            identity: RwLock::new(Arc::new(identity)),
            tokens,
            kept: Shelf::new(&options.data_dir),
            exports: Exports::new(&options.data_dir),
            support: Collected::default(),
            relations: Relations::default(),
            workstation: OnceLock::new(),
            data_dir: options.data_dir,
            _held: held,
            configured: RwLock::new(Arc::new(configured)),
            changing: Mutex::default(),
            history,
            knowledge,
            configuration,
            is_demo,
            secrets,
            store,
            clock,
            snapshots,
            endpoint: Mutex::default(),
        });
        retention::keep_within_bounds(&app);
        Ok(app)
    }

    /// The configuration in use. Whoever works with it keeps what was given here to the end of the
    /// work, so that it is of one piece.
    pub(crate) fn configured(&self) -> Arc<Configured> {
        Arc::clone(
            &self
                .configured
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// The workspace in use.
    pub(crate) fn workspace(&self) -> Arc<Workspace> {
        Arc::clone(&self.configured().workspace)
    }

    /// The databases of the workspace in use.
    pub(crate) fn databases(&self) -> Arc<Databases> {
        Arc::clone(&self.configured().databases)
    }

    /// Puts a configuration in the place of the one in use. Requests in flight end with what they began
    /// with; the listener goes on.
    pub(crate) async fn configure(&self, configured: Configured) {
        let configured = Arc::new(configured);
        // Held over both, so that a start of the endpoint between them does not serve by the old one.
        let endpoint = self.endpoint.lock().await;
        *self
            .configured
            .write()
            .unwrap_or_else(PoisonError::into_inner) = configured;
        self.serve_anew(&endpoint);
        if let Some(running) = &endpoint.running {
            // The first host name stands in it.
            self.remember(&running.local_addr().to_string());
        }
        drop(endpoint);
        let workspace = self.workspace();
        self.store.set_strict(workspace.log.audit == Audit::Strict);
        logging::apply(&workspace.log.levels);
        self.snapshots.forget_browsing();
    }

    /// Serves what comes from now on by what is in use now.
    fn serve_anew(&self, endpoint: &Endpoint) {
        if let Some(serving) = &endpoint.serving {
            let now = serving.current();
            let (health, shapes) = (Arc::clone(&now.health), Arc::clone(&now.shapes));
            serving.replace(self.gateway_of(now.authority.clone(), health, shapes));
        }
    }

    /// Asks for the tokens as they are now.
    pub(crate) async fn use_tokens(&self) {
        let endpoint = self.endpoint.lock().await;
        self.serve_anew(&endpoint);
    }

    /// Shows another certificate from the next handshake on; connections that are open stay.
    ///
    /// # Errors
    /// [`AppError::Tls`]; the endpoint goes on with the one it has.
    pub(crate) async fn use_identity(&self, identity: Identity) -> Result<(), AppError> {
        let endpoint = self.endpoint.lock().await;
        if let Some(running) = &endpoint.running {
            running.reload(&identity)?;
        }
        *self
            .identity
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(identity);
        Ok(())
    }

    /// Connections that clients hold open now.
    pub(crate) async fn connections(&self) -> usize {
        let endpoint = self.endpoint.lock().await;
        endpoint
            .running
            .as_ref()
            .map_or(0, serve::Running::connections)
    }

    /// Where the endpoint listens, or will: the command line's address, else the configuration's.
    pub(crate) fn listen_address(&self) -> String {
        self.listen_given
            .clone()
            .unwrap_or_else(|| self.workspace().endpoint.listen.clone())
    }

    /// The connection that the header of a recent exchange named, without its password.
    pub(crate) async fn header_connection(&self, exchange: &str) -> Option<Connection> {
        let endpoint = self.endpoint.lock().await;
        let serving = endpoint.serving.as_ref()?;
        serving.current().shapes.connection_of(exchange)
    }

    /// Closes the database of a connection, so that the next request opens it with the password that is
    /// kept now. Requests in flight end with what they began with.
    pub(crate) async fn reopen(&self, connection: &str) {
        let _one = self.changing.lock().await;
        let now = self.configured();
        let databases = now.databases.reopened(&now.workspace, connection);
        self.configure(Configured {
            text: now.text.clone(),
            workspace: Arc::clone(&now.workspace),
            databases: Arc::new(databases),
            application_secrets: now.application_secrets.clone(),
        })
        .await;
    }

    /// What the console's use cases work with for an application of this name.
    pub(crate) async fn context(&self, name: &str) -> Result<Context, Problem> {
        let configured = self.configured();
        let context = crate::check::context(
            &configured.databases,
            &configured.workspace,
            &self.clock,
            name,
        );
        let base = self
            .base_url(name)
            .await
            .unwrap_or_else(|| self.configured_base_url(name));
        Ok(Context {
            snapshots: Arc::clone(&self.snapshots),
            base: base.trim_end_matches('/').to_owned(),
            ..context.await?
        })
    }

    /// Begins to listen; does nothing where it listens already.
    ///
    /// # Errors
    /// [`AppError::Listen`] where the port is taken or not allowed.
    pub async fn start_endpoint(&self) -> Result<(), AppError> {
        let mut endpoint = self.endpoint.lock().await;
        if endpoint.running.is_some() {
            return Ok(());
        }
        let started = match serve::bind(&self.listen_address()) {
            Ok(listener) => self.listen(&mut endpoint, listener).await,
            Err(error) => Err(error.into()),
        };
        match started {
            Ok(()) => Ok(()),
            Err(error) => {
                endpoint.problem = Some(Problem::new(
                    "endpoint.listen",
                    error.to_string(),
                    "Free the port, or change endpoint.listen.",
                ));
                Err(error)
            }
        }
    }

    /// Leaves a note of what is served where, for `credentials` in another process.
    fn remember(&self, address: &str) {
        let port = address.rsplit_once(':').map_or("", |(_, port)| port);
        let listen = self.listen_address();
        let listen = listen
            .rsplit_once(':')
            .map_or(listen.as_str(), |(host, _)| host);
        let name = self.first_application();
        let workspace = self.workspace();
        let host = workspace.endpoint.host_names.first().map(String::as_str);
        let url = base_url(
            host,
            listen,
            port.parse().unwrap_or(1443),
            name.as_deref().unwrap_or("jdbc_on_prem"),
        );
        if let Err(error) = std::fs::write(
            self.data_dir.join(crate::credentials::NOTE),
            format!("{url}\n"),
        ) {
            tracing::warn!(%error, "the base URL cannot be noted for the command credentials");
        }
    }

    /// Serves on a port that was taken.
    async fn listen(
        &self,
        endpoint: &mut Endpoint,
        listener: serve::Listener,
    ) -> Result<(), AppError> {
        let authority = listener.address().to_string();
        let gateway = self.gateway(authority);
        let serving = Arc::new(Serving::new(gateway));
        let router = sluice_gateway::router(Arc::clone(&serving));
        let asked = Some(Arc::clone(&self.asked));
        let running = serve::serve(listener, &self.identity(), asked, router).await?;
        self.remember(&running.local_addr().to_string());
        *endpoint = Endpoint {
            running: Some(running),
            serving: Some(serving),
            since: Some(self.clock.wall_us() / 1000),
            problem: None,
        };
        Ok(())
    }

    /// Takes the port of another address, while the endpoint still serves where it did. `None` where there is nothing to
    /// move: it does not listen, the command line names the address, or it is the same one.
    ///
    /// Where the two share a port, the old one has to be given up first; it is taken again where the new one is not
    /// to be had.
    ///
    /// # Errors
    /// [`AppError::Listen`]; the endpoint serves where it did.
    pub(crate) async fn prepare_move(&self, to: &str) -> Result<Option<serve::Listener>, AppError> {
        if self.listen_given.is_some() || to == self.workspace().endpoint.listen {
            return Ok(None);
        }
        let mut endpoint = self.endpoint.lock().await;
        let Some(running) = &endpoint.running else {
            return Ok(None);
        };
        let refused = match serve::bind(to) {
            Ok(listener) => return Ok(Some(listener)),
            Err(error) => error,
        };
        let old = running.local_addr();
        let same_port = to.rsplit_once(':').map(|(_, port)| port) == Some(&old.port().to_string());
        if !same_port || !matches!(refused, serve::ServeError::PortTaken { .. }) {
            return Err(refused.into());
        }
        running.stop().await;
        match serve::bind(to) {
            Ok(listener) => Ok(Some(listener)),
            Err(refused) => {
                let back = serve::bind(&old.to_string())?;
                self.listen(&mut endpoint, back).await?;
                Err(refused.into())
            }
        }
    }

    /// Gives a port up that [`Self::prepare_move`] took, and serves where the endpoint did.
    ///
    /// # Errors
    /// [`AppError::Listen`] where that is not to be had any more.
    pub(crate) async fn give_move_up(&self, listener: serve::Listener) -> Result<(), AppError> {
        drop(listener);
        let mut endpoint = self.endpoint.lock().await;
        let stopped = endpoint.running.as_ref().filter(|old| old.is_over());
        if let Some(old) = stopped.map(serve::Running::local_addr) {
            let back = serve::bind(&old.to_string())?;
            self.listen(&mut endpoint, back).await?;
        }
        Ok(())
    }

    /// Serves on the port that [`Self::prepare_move`] took, and gives the old one up once what is in flight there has ended.
    ///
    /// # Errors
    /// [`AppError::Listen`].
    pub(crate) async fn finish_move(&self, listener: serve::Listener) -> Result<(), AppError> {
        let mut endpoint = self.endpoint.lock().await;
        let old = endpoint.running.take();
        if let Err(error) = self.listen(&mut endpoint, listener).await {
            endpoint.running = old;
            return Err(error);
        }
        drop(endpoint);
        if let Some(old) = old {
            // Nobody waits for it: the new one serves already.
            tokio::spawn(async move { old.stop().await });
        }
        Ok(())
    }

    /// What requests are served with by the configuration in use; `authority` stands in addresses where a
    /// request names no host.
    pub(crate) fn gateway(&self, authority: String) -> Gateway {
        self.gateway_of(authority, Arc::default(), Arc::default())
    }

    /// The same, with what outlives a configuration.
    fn gateway_of(&self, authority: String, health: Arc<Health>, shapes: Arc<Shapes>) -> Gateway {
        let configured = self.configured();
        let workspace = &configured.workspace;
        Gateway {
            directory: Arc::clone(&configured.databases) as _,
            recorder: Arc::new(self.store.clone()),
            clock: Arc::clone(&self.clock),
            snapshots: Arc::clone(&self.snapshots),
            guards: self.guards(),
            endpoint: workspace.endpoint.clone(),
            log: workspace.log.clone(),
            authority,
            health,
            shapes,
            asked: Arc::clone(&self.asked),
        }
    }

    /// Who may ask, as the endpoint asks it.
    pub(crate) fn guards(&self) -> Guards {
        let configured = self.configured();
        Guards::new(
            self.tokens.as_asked(),
            configured.workspace.applications.values(),
            |name| configured.application_secrets.get(name).cloned(),
        )
    }

    /// Stops listening; what is in flight is finished first.
    pub async fn stop_endpoint(&self) {
        let mut endpoint = self.endpoint.lock().await;
        if let Some(running) = endpoint.running.take() {
            running.stop().await;
        }
        endpoint.serving = None;
        endpoint.since = None;
    }

    /// Stops listening and closes the store.
    pub async fn close(&self) {
        self.stop_endpoint().await;
        self.snapshots.clear();
        self.store.close().await;
    }

    /// The endpoint as the console shows it.
    pub async fn endpoint(&self) -> overview::Endpoint {
        let mut endpoint = self.endpoint.lock().await;
        // A listener that ended by itself is not listening, whatever was remembered.
        if let Some(problem) = endpoint.running.as_ref().and_then(serve::Running::failure) {
            endpoint.running = None;
            endpoint.serving = None;
            endpoint.problem = Some(Problem::new(
                "endpoint.ended",
                problem.to_string(),
                "Start it again.",
            ));
        }
        let address = endpoint
            .running
            .as_ref()
            .map(|running| running.local_addr().to_string());
        overview::Endpoint {
            state: match (&address, &endpoint.problem) {
                (Some(_), _) => overview::EndpointState::Listening,
                (None, Some(_)) => overview::EndpointState::Failed,
                (None, None) => overview::EndpointState::Stopped,
            },
            address,
            since: endpoint.since,
            problem: endpoint.problem.clone(),
        }
    }

    /// The URL to type into the provider's console for an application; `None` while not listening.
    pub async fn base_url(&self, application: &str) -> Option<String> {
        let address = self.endpoint.lock().await.running.as_ref()?.local_addr();
        Some(base_url(
            self.workspace()
                .endpoint
                .host_names
                .first()
                .map(String::as_str),
            &address.ip().to_string(),
            address.port(),
            application,
        ))
    }

    /// The base URL as it will be once the endpoint listens where the configuration says.
    pub fn configured_base_url(&self, application: &str) -> String {
        let listen = self.listen_address();
        let (host, port) = listen.rsplit_once(':').unwrap_or((listen.as_str(), "1443"));
        base_url(
            self.workspace()
                .endpoint
                .host_names
                .first()
                .map(String::as_str),
            host,
            port.parse().unwrap_or(1443),
            application,
        )
    }

    /// The name of the first application in the configuration, for messages that name one.
    pub fn first_application(&self) -> Option<String> {
        self.workspace()
            .applications
            .first()
            .map(|(name, _)| name.clone())
    }

    /// The token; every caller of this is a place to review.
    pub fn token(&self) -> Secret {
        self.tokens.current()
    }

    /// Where the token is kept.
    pub fn token_stored(&self) -> Stored {
        self.tokens.stored()
    }

    /// What the recording is doing.
    pub fn recorded(&self) -> sluice_core::exchange::Recording {
        self.store.figures()
    }

    /// The certificate that the endpoint shows, for a console that speaks TLS with it.
    pub fn identity(&self) -> Arc<Identity> {
        Arc::clone(&self.identity.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The folder for certificate, store and secrets file.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The certificate's file.
    pub fn certificate_path(&self) -> PathBuf {
        self.identity().certificate_path.clone()
    }

    pub(crate) fn application(
        &self,
        name: &str,
    ) -> Result<Arc<sluice_core::config::Application>, Problem> {
        self.configured().application(name)
    }
}

/// Drops imports that nobody uses any more, also where no request comes: they are people's data.
fn expire(snapshots: &Arc<Snapshots>, clock: &Arc<dyn Clock>) {
    let (snapshots, clock) = (Arc::downgrade(snapshots), Arc::clone(clock));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(30)).await;
            let Some(snapshots) = snapshots.upgrade() else {
                return;
            };
            snapshots.expire(clock.wall_us());
        }
    });
}

pub(crate) fn base_url(name: Option<&str>, host: &str, port: u16, application: &str) -> String {
    let host = match name {
        Some(name) => name.to_owned(),
        None if host == "0.0.0.0" || host == "::" || host == "[::]" => "localhost".to_owned(),
        None if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
        None => host.to_owned(),
    };
    format!("https://{host}:{port}{BASE_PATH}/{application}/scim/v2/")
}

/// Makes the data folder, for its owner only: it holds a key, secrets and people's data.
pub(crate) fn make_private(path: &Path) -> Result<(), AppError> {
    private::make_folder(path).map_err(|source| AppError::Folder {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_ends_with_a_slash_and_names_a_host_one_can_type() {
        assert_eq!(
            base_url(None, "127.0.0.1", 1443, "a"),
            "https://127.0.0.1:1443/ws/rest/a/scim/v2/"
        );
        assert_eq!(
            base_url(None, "0.0.0.0", 1443, "a"),
            "https://localhost:1443/ws/rest/a/scim/v2/"
        );
        assert_eq!(
            base_url(Some("scim.example.org"), "0.0.0.0", 8443, "a"),
            "https://scim.example.org:8443/ws/rest/a/scim/v2/"
        );
        assert_eq!(
            base_url(None, "::1", 1443, "a"),
            "https://[::1]:1443/ws/rest/a/scim/v2/"
        );
    }
}
