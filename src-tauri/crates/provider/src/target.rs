//! A SCIM server to speak with.

use std::net::SocketAddr;

use sluice_core::Secret;

use crate::trust::Trust;

/// A SCIM server, and what it is shown.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it is called on the screen.
    pub name: String,
    /// Ends in `/`: `https://hr.example.org:1443/ws/rest/hr/scim/v2/`.
    pub base: String,
    /// Where its host is to be found, where that is not what the name service says.
    pub address: Option<SocketAddr>,
    /// The name and the whole value of a header that says who asks: `Authorization`, `Bearer …`.
    pub authorization: Option<(String, Secret)>,
    /// The value of the header `X-OKTA-ONPREM-DATA`, as the provider would send it.
    pub connector_header: Option<Secret>,
    pub trust: Trust,
}

impl Target {
    /// Why the agent would not speak SCIM 2.0 with this address; `None` where it would.
    ///
    /// The agent takes a base URL without `/v2` for SCIM 1.1, and puts paths behind it without a slash of
    /// its own (the vendor's help on connecting a SCIM connector).
    pub fn trouble_with(base: &str) -> Option<&'static str> {
        if !base.starts_with("https://") && !base.starts_with("http://") {
            return Some("It does not begin with https:// or http://.");
        }
        if !base.ends_with('/') {
            return Some("It does not end with a slash, which the agent needs.");
        }
        if !base.contains("/v2") {
            return Some(
                "It has no /v2 in it, so the agent would speak SCIM 1.1, without entitlements.",
            );
        }
        if base.contains('@') || base.contains('?') || base.contains('#') {
            return Some("It holds a user, a query or a fragment, which belong elsewhere.");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_one_that_the_agent_speaks_scim_2_with() {
        for (base, fits) in [
            ("https://hr.example.org:1443/ws/rest/hr/scim/v2/", true),
            ("http://127.0.0.1:8081/scim/v2/", true),
            ("https://hr.example.org/scim/v2", false),
            ("https://hr.example.org/scim/v1/", false),
            ("hr.example.org/scim/v2/", false),
            ("https://user:pass@hr.example.org/scim/v2/", false),
        ] {
            assert_eq!(Target::trouble_with(base).is_none(), fits, "{base}");
        }
    }
}
