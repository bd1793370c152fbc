//! The endpoint's certificate: what it says, the one to come, those that were.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sluice_core::Secret;
use sluice_gateway::tls::{HostNames, Identity, Link, Offer, TlsError, Verdict, examine};
use tokio::sync::mpsc;
use ts_rs::TS;

use crate::app::{App, AppError};
use crate::commands::Nothing;
use crate::problem::Problem;

/// A certificate, as the screen shows it.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CertificateShown {
    pub path: String,
    pub names: Vec<String>,
    /// Milliseconds since 1970, as `notAfter`.
    #[ts(type = "number")]
    pub not_before: i64,
    #[ts(type = "number")]
    pub not_after: i64,
    /// Negative once it has ended.
    #[ts(type = "number")]
    pub days_left: i64,
    /// SHA-256, hex with colons.
    pub fingerprint: String,
    /// With those of its issuers: what the provider's side is given.
    pub pem: String,
    /// "RSA, 4096 bits".
    pub key: String,
    pub self_signed: bool,
    /// The certificate and its issuers, by subject and issuer.
    pub chain: Vec<ChainLink>,
    /// Host names of the configuration that it does not name.
    pub missing: Vec<String>,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChainLink {
    pub subject: String,
    pub issuer: String,
    #[ts(type = "number")]
    pub not_after: i64,
}

impl From<&Link> for ChainLink {
    fn from(link: &Link) -> Self {
        Self {
            subject: link.subject.clone(),
            issuer: link.issuer.clone(),
            not_after: link.not_after,
        }
    }
}

/// A name under which clients call.
#[derive(Clone, Debug, Serialize, TS)]
pub struct NameAsked {
    pub name: String,
    #[ts(type = "number")]
    pub times: u64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub last: i64,
    /// Whether the certificate in use is good for it.
    pub named: bool,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct EarlierCertificate {
    /// When it was put aside, in milliseconds since 1970.
    #[ts(type = "number")]
    pub id: i64,
    pub certificate: CertificateShown,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSetup {
    pub current: CertificateShown,
    /// The one to come.
    pub next: Option<CertificateShown>,
    /// Why the one to come cannot be read.
    pub next_problem: Option<Problem>,
    /// The one put aside last first.
    pub earlier: Vec<EarlierCertificate>,
    /// The host that the provider was given, of the base URL.
    pub host: Option<NameHeld>,
    /// What clients asked for since the start, the latest first.
    pub asked: Vec<NameAsked>,
    /// Connections that clients hold open now.
    pub connections: usize,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct NameHeld {
    pub name: String,
    pub named: bool,
}

/// A pair of one's own: two PEM texts, or a PKCS#12 file with its password.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnCertificate {
    #[serde(default)]
    #[ts(optional)]
    pub certificates: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub key: Option<String>,
    /// In base64.
    #[serde(default)]
    #[ts(optional)]
    pub store: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub password: Option<String>,
}

/// What was found of a pair of one's own.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CertificateJudged {
    /// Whether it stands ready as the one to come.
    pub taken: bool,
    pub checks: Vec<CertificateCheck>,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct CertificateCheck {
    pub what: String,
    #[ts(type = "\"good\" | \"doubtful\" | \"bad\"")]
    pub verdict: &'static str,
    pub says: String,
}

#[derive(Clone, Debug, Serialize, TS)]
pub struct Making {
    pub says: String,
}

#[derive(Clone, Copy, Debug, Deserialize, TS)]
pub struct EarlierId {
    #[ts(type = "number")]
    pub id: i64,
}

fn shown(identity: &Identity, host_names: &[String]) -> CertificateShown {
    let chain = identity.chain();
    let first = chain.first();
    CertificateShown {
        path: identity.certificate_path.display().to_string(),
        names: identity.names.clone(),
        not_before: first.map_or(0, |link| link.not_before),
        not_after: identity.not_after,
        days_left: identity.days_left(),
        fingerprint: identity.fingerprint_sha256.clone(),
        pem: identity.pem.clone(),
        key: first.map(|link| link.key.clone()).unwrap_or_default(),
        self_signed: first.is_some_and(|link| link.self_signed),
        chain: chain.iter().map(ChainLink::from).collect(),
        missing: identity.missing_names(host_names),
    }
}

/// All there is.
pub async fn get(app: Arc<App>, _: Nothing) -> Result<CertificateSetup, Problem> {
    let connections = app.connections().await;
    let first = app.first_application();
    let host = match &first {
        Some(name) => {
            let url = app
                .base_url(name)
                .await
                .unwrap_or_else(|| app.configured_base_url(name));
            host_of(&url)
        }
        None => None,
    };
    off_the_runtime(&app, move |app| {
        let host_names = app.workspace().endpoint.host_names.clone();
        let identity = app.identity();
        let (next, next_problem) = match app.stage.next() {
            Ok(next) => (next.map(|next| shown(&next, &host_names)), None),
            Err(error) => (None, Some(AppError::from(error).into())),
        };
        let asked = app.asked.all().into_iter().map(|asked| NameAsked {
            named: identity.is_good_for(&asked.name),
            name: asked.name,
            times: asked.times,
            last: asked.last,
        });
        Ok(CertificateSetup {
            current: shown(&identity, &host_names),
            next,
            next_problem,
            earlier: app
                .stage
                .earlier()
                .iter()
                .map(|earlier| EarlierCertificate {
                    id: earlier.id,
                    certificate: shown(&earlier.identity, &host_names),
                })
                .collect(),
            host: host.map(|name| NameHeld {
                named: identity.is_good_for(&name),
                name,
            }),
            asked: asked.collect(),
            connections,
        })
    })
    .await
}

/// The host of an address that Sluice made.
fn host_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://")?;
    let authority = rest.split('/').next()?;
    let (host, _) = authority.rsplit_once(':')?;
    Some(host.trim_matches(['[', ']']).to_owned())
}

/// Makes a new pair, which stands ready and is not in use yet. Cancelled, nothing stands ready.
pub async fn make(
    app: Arc<App>,
    _: Nothing,
    progress: mpsc::Sender<Making>,
) -> Result<CertificateSetup, Problem> {
    let says = "Making a key of 4096 bits and a certificate; this takes a few seconds.".to_owned();
    let _ = progress.try_send(Making { says });
    off_the_runtime(&app, |app| {
        let names = HostNames::of_this_machine(&app.workspace().endpoint.host_names);
        staged(app.stage.make_next(&names))
    })
    .await?;
    get(app, Nothing {}).await
}

/// Looks at a pair of one's own; where nothing keeps it from being used, it stands ready.
pub async fn bring(app: Arc<App>, own: OwnCertificate) -> Result<CertificateJudged, Problem> {
    let offer = match own {
        OwnCertificate {
            store: Some(store),
            password,
            ..
        } => Offer::Store {
            file: STANDARD.decode(store.as_bytes()).map_err(|_| {
                Problem::new(
                    "certificate",
                    "The file did not arrive whole.",
                    "Choose it again.",
                )
            })?,
            password: Secret::new(password.unwrap_or_default()),
        },
        OwnCertificate {
            certificates, key, ..
        } => Offer::Pem {
            certificates: certificates.unwrap_or_default().into_bytes(),
            key: key.unwrap_or_default().into_bytes(),
        },
    };
    let now = app.clock.wall_us() / 1000;
    off_the_runtime(&app, move |app| {
        let workspace = app.workspace();
        let examined = examine(&offer, &workspace.endpoint.host_names, now);
        if let Some(pair) = &examined.pair {
            staged(app.stage.bring_next(pair))?;
        }
        let check = |check: &sluice_gateway::tls::Check| CertificateCheck {
            what: check.what.to_owned(),
            verdict: match check.verdict {
                Verdict::Good => "good",
                Verdict::Doubtful => "doubtful",
                Verdict::Bad => "bad",
            },
            says: check.says.clone(),
        };
        Ok(CertificateJudged {
            taken: examined.usable(),
            checks: examined.checks.iter().map(check).collect(),
        })
    })
    .await
}

/// Takes the one to come into use: the next handshake shows it, connections that are open stay. The one before is kept
/// aside.
pub async fn take(app: Arc<App>, _: Nothing) -> Result<CertificateSetup, Problem> {
    let id = app.clock.wall_us() / 1000;
    let identity = off_the_runtime(&app, move |app| there(app.stage.take_next(id))).await?;
    app.use_identity(identity).await?;
    tracing::info!("another certificate is in use");
    get(app, Nothing {}).await
}

/// Forgets the one to come.
pub async fn discard(app: Arc<App>, _: Nothing) -> Result<CertificateSetup, Problem> {
    off_the_runtime(&app, |app| staged(app.stage.discard_next())).await?;
    get(app, Nothing {}).await
}

/// Makes one that was in use the one to come.
pub async fn bring_back(app: Arc<App>, earlier: EarlierId) -> Result<CertificateSetup, Problem> {
    off_the_runtime(&app, move |app| there(app.stage.bring_back(earlier.id))).await?;
    get(app, Nothing {}).await
}

/// Removes one that was in use, with its key.
pub async fn forget(app: Arc<App>, earlier: EarlierId) -> Result<CertificateSetup, Problem> {
    off_the_runtime(&app, move |app| {
        staged(app.stage.forget_earlier(earlier.id))
    })
    .await?;
    get(app, Nothing {}).await
}

/// What was chosen on the screen may be gone: another window took or removed it.
fn there<T>(result: Result<T, TlsError>) -> Result<T, Problem> {
    match result {
        Err(TlsError::File { path, .. }) if !path.exists() => Err(Problem::new(
            "certificate.gone",
            "This certificate is not there any more.",
            "Look at the list again: another window may have taken or removed it.",
        )),
        other => staged(other),
    }
}

fn staged<T>(result: Result<T, TlsError>) -> Result<T, Problem> {
    result.map_err(|error| AppError::from(error).into())
}

/// Keys are made and files are read: work for a thread that serves nobody.
async fn off_the_runtime<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || work(&app))
        .await
        .map_err(|error| Problem::new("command.broken", error.to_string(), "Try again."))?
}
