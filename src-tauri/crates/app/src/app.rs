//! One running Sluice: workspace, secrets, certificate, store. Where it listens stands in [`endpoint`].

mod endpoint;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use sluice_core::DatabaseError;
use sluice_core::Secret;
use sluice_core::config::{Audit, ConfigError, Connection, Workspace};
use sluice_core::ports::Clock;
use sluice_core::snapshot::Snapshots;
use sluice_core::usecase::Context;
use sluice_gateway::serve;
use sluice_gateway::tls::{Asked, HostNames, Identity, Stage};
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

use crate::{demo, folder, logging, private, retention, spool};
pub(crate) use endpoint::base_url;

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
    endpoint: Mutex<endpoint::Endpoint>,
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

    /// Stops listening and closes the store.
    pub async fn close(&self) {
        self.stop_endpoint().await;
        self.snapshots.clear();
        self.store.close().await;
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

/// Makes the data folder, for its owner only: it holds a key, secrets and people's data.
pub(crate) fn make_private(path: &Path) -> Result<(), AppError> {
    private::make_folder(path).map_err(|source| AppError::Folder {
        path: path.to_owned(),
        source,
    })
}
