//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Sluice without a window: an on-premises SCIM endpoint over your own database.
#[derive(Parser)]
#[command(version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Serve the endpoint until SIGTERM or Ctrl-C
    Serve(Serve),
    /// Serve endpoint and screens to a machine without a desktop; beside a running Sluice: print a login link
    Console(Console),
    /// Print token, certificate and base URL for the provider's console
    Credentials {
        /// One JSON line instead of a table
        #[arg(long)]
        json: bool,
        /// The workspace whose base URL is meant; without it, the one served last from this folder
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The embedded demo's base URL
        #[arg(long)]
        demo: bool,
        #[command(flatten)]
        data_dir: DataDir,
    },
    /// Compare every mapping with the live database; exits with 1 where requests would fail
    Check {
        /// A workspace's configuration
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Only this application
        #[arg(long, value_name = "NAME")]
        application: Option<String>,
        /// One JSON document instead of text
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data_dir: DataDir,
    },
    /// Print statements or procedures, and their mappings, made from three tables; runs nothing
    Generate(Generate),
    /// Print the grants for exactly what an application's mappings touch; runs nothing
    Grants {
        /// A workspace's configuration
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        #[arg(long, value_name = "NAME")]
        application: String,
        /// The account that shall get the rights (MySQL: user@host); by default the connected one
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
        #[command(flatten)]
        data_dir: DataDir,
    },
    /// Keep a connection's password or an application's secret, read from standard input
    #[command(group = clap::ArgGroup::new("whose").required(true))]
    Password {
        /// The connection's name in the configuration
        #[arg(group = "whose")]
        connection: Option<String>,
        /// An application's name instead: its password, or the value of its own header
        #[arg(long, value_name = "NAME", group = "whose")]
        application: Option<String>,
        #[command(flatten)]
        data_dir: DataDir,
    },
}

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    pub source: SourceArguments,
    /// Make the configuration where it is not there yet: a workspace without connections
    #[arg(long, requires = "config")]
    pub new: bool,
    /// Address and port, in place of the configuration's; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// Serve the screens to a browser on this address; with --demo on a free port of loopback by default
    #[arg(long, value_name = "ADDR")]
    pub console: Option<String>,
    /// Speak TLS there, with the endpoint's own certificate; needed beyond loopback
    #[arg(long, requires = "console", conflicts_with = "console_certificate")]
    pub console_tls: bool,
    /// Speak TLS there, with this certificate (PEM, with its chain)
    #[arg(
        long,
        value_name = "FILE",
        requires = "console",
        requires = "console_key"
    )]
    pub console_certificate: Option<PathBuf>,
    /// The key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "console_certificate")]
    pub console_key: Option<PathBuf>,
    #[command(flatten)]
    pub data_dir: DataDir,
}

#[derive(Args)]
pub struct Console {
    /// The embedded demo: a SQLite database with fifteen people
    #[arg(long)]
    pub demo: bool,
    /// A workspace's configuration
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub config: Option<PathBuf>,
    /// Make the configuration where it is not there yet: a workspace without connections
    #[arg(long, requires = "config")]
    pub new: bool,
    /// Address and port of the screens; port 0 picks a free one. Beyond loopback with TLS only
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub listen: String,
    /// Speak TLS there, with the endpoint's own certificate
    #[arg(long, conflicts_with = "certificate")]
    pub tls: bool,
    /// Speak TLS there, with this certificate (PEM, with its chain)
    #[arg(long, value_name = "FILE", requires = "key")]
    pub certificate: Option<PathBuf>,
    /// The key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// Address and port of the endpoint, in place of the configuration's; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    pub endpoint: Option<String>,
    #[command(flatten)]
    pub data_dir: DataDir,
}

#[derive(Args)]
pub struct Generate {
    /// A workspace's configuration
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    #[arg(long, value_name = "NAME")]
    pub connection: String,
    /// The table of users
    #[arg(long, value_name = "TABLE")]
    pub users: String,
    /// The table of entitlements
    #[arg(long, value_name = "TABLE")]
    pub entitlements: String,
    /// The table of who holds what; by default the one with foreign keys to both
    #[arg(long, value_name = "TABLE")]
    pub link: Option<String>,
    #[arg(long, value_enum, default_value = "sql")]
    pub kind: Kind,
    /// What the new application is called
    #[arg(long, value_name = "NAME")]
    pub application: Option<String>,
    /// Print this part alone
    #[arg(long, value_enum)]
    pub part: Option<Part>,
    #[command(flatten)]
    pub data_dir: DataDir,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Kind {
    Sql,
    Procedure,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Part {
    /// The statements that make the procedures
    Script,
    /// Those that take them away again
    Undo,
    /// The configuration
    Toml,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct SourceArguments {
    /// The embedded demo: a SQLite database with fifteen people
    #[arg(long)]
    pub demo: bool,
    /// A workspace's configuration
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(Args)]
pub struct DataDir {
    /// The folder for certificate, exchange store and secrets file
    #[arg(long, value_name = "DIR", env = "SLUICE_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

impl DataDir {
    /// The folder given, or the user's own.
    pub fn path(&self) -> PathBuf {
        self.data_dir
            .clone()
            .unwrap_or_else(sluice_app::default_data_dir)
    }
}
