//! Where the endpoint listens: started, moved to another address, stopped, and told.
//!
//! Invariant: the endpoint's lock is held over every change of the listener and of what it serves by, so that nobody
//! serves by a configuration that is no longer in use.

use std::sync::{Arc, PoisonError};

use sluice_gateway::auth::Guards;
use sluice_gateway::tls::Identity;
use sluice_gateway::{BASE_PATH, Gateway, Health, Serving, Shapes, serve};

use super::{App, AppError};
use crate::commands::overview;
use crate::problem::Problem;

/// The endpoint's state.
#[derive(Default)]
pub(super) struct Endpoint {
    pub(super) running: Option<serve::Running>,
    /// What the running listener serves by.
    pub(super) serving: Option<Arc<Serving>>,
    since: Option<i64>,
    problem: Option<Problem>,
}

impl App {
    /// Serves what comes from now on by what is in use now.
    pub(super) fn serve_anew(&self, endpoint: &Endpoint) {
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
    pub(super) fn remember(&self, address: &str) {
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
}

/// The URL of an application: by the name it is called by, else the address it listens on.
pub(crate) fn base_url(name: Option<&str>, host: &str, port: u16, application: &str) -> String {
    let host = match name {
        Some(name) => name.to_owned(),
        None if host == "0.0.0.0" || host == "::" || host == "[::]" => "localhost".to_owned(),
        None if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
        None => host.to_owned(),
    };
    format!("https://{host}:{port}{BASE_PATH}/{application}/scim/v2/")
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
