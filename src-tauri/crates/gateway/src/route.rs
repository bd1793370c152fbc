//! Which application and resource a path names.

use axum::http::Method;
use sluice_core::exchange::Action;

use crate::BASE_PATH;

/// Which SCIM a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// SCIM 1.1, translated at the edge (`v1.rs`).
    V1,
    V2,
}

/// A path, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The `{app}`; empty where the path is not one of an application.
    pub application: String,
    /// As the path says, by the agent's own rule: a base URL with `/v2` means 2.0, one with `/v1` or
    /// with neither means 1.1.
    pub version: Version,
    /// What stands between the application and the resource: `/scim/v2`, `/scim/v1`, `/scim` or
    /// nothing. Addresses in answers repeat it.
    pub root: &'static str,
    pub target: Target,
}

/// What a path names below its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Status,
    ServiceProviderConfig,
    ResourceTypes(Option<String>),
    Schemas(Option<String>),
    Users,
    User(String),
    Entitlements,
    Entitlement(String),
    Groups,
    Group(String),
    /// `POST /.search`: all resources.
    Search,
    UserSearch,
    EntitlementSearch,
    GroupSearch,
    /// `/Me` (RFC 7644 §3.11) with anything below it.
    Me,
    Bulk,
    Unknown,
}

impl Route {
    /// Reads a path. Segments are cut before they are decoded, so an id may hold an escaped slash.
    pub fn parse(path: &str) -> Self {
        let segments: Vec<String> = path
            .strip_prefix(BASE_PATH)
            .unwrap_or_default()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(percent_decode)
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let Some((application, rest)) = segments.split_first() else {
            return Self {
                application: String::new(),
                version: Version::V2,
                root: "/scim/v2",
                target: Target::Unknown,
            };
        };
        let is = |at: usize, wanted: &str| {
            rest.get(at)
                .is_some_and(|segment| segment.eq_ignore_ascii_case(wanted))
        };
        let (version, root, prefix) = match is(0, "scim") {
            true if is(1, "v2") => (Version::V2, "/scim/v2", 2),
            true if is(1, "v1") => (Version::V1, "/scim/v1", 2),
            true => (Version::V1, "/scim", 1),
            false if is(0, "v2") => (Version::V2, "/v2", 1),
            false if is(0, "v1") => (Version::V1, "/v1", 1),
            false => (Version::V1, "", 0),
        };
        let rest = rest.get(prefix..).unwrap_or_default();
        Self {
            application: (*application).to_owned(),
            version,
            root,
            target: match version {
                Version::V1 => target_v1(rest),
                Version::V2 => target(rest),
            },
        }
    }

    /// The methods a target answers, for a 405's `Allow`; empty for an unknown one.
    pub fn allowed(&self) -> &'static str {
        match self.target {
            Target::User(_) if self.version == Version::V1 => "GET, PUT",
            Target::Users => "GET, POST",
            Target::User(_) => "GET, PUT, PATCH, DELETE",
            Target::Search
            | Target::UserSearch
            | Target::EntitlementSearch
            | Target::GroupSearch
            | Target::Bulk => "POST",
            Target::Me => "GET, POST, PUT, PATCH, DELETE",
            Target::Unknown => "",
            _ => "GET",
        }
    }

    /// Whether the target answers this method.
    pub fn allows(&self, method: &Method) -> bool {
        self.allowed()
            .split(", ")
            .any(|known| known == method.as_str())
    }

    /// What a request with this method asks for, before anything of it is read.
    pub fn action(&self, method: &Method) -> Action {
        if self.version == Version::V1
            && !matches!(*method, Method::GET | Method::POST | Method::PUT)
        {
            return Action::Unknown;
        }
        match (&self.target, method) {
            (Target::Users, &Method::POST) => Action::CreateUser,
            (Target::User(_), &Method::PUT) => Action::ReplaceUser,
            (Target::User(_), &Method::PATCH) => Action::PatchUser,
            (Target::User(_), &Method::DELETE) => Action::DeleteUser,
            (Target::Search | Target::UserSearch, &Method::POST) => Action::SearchUsers,
            (Target::Users, &Method::GET) => Action::ListUsers,
            (Target::User(_), &Method::GET) => Action::GetUser,
            (Target::Entitlements, &Method::GET) | (Target::EntitlementSearch, &Method::POST) => {
                Action::ListEntitlements
            }
            (Target::Entitlement(_), &Method::GET) => Action::GetEntitlement,
            (Target::Groups | Target::Group(_), &Method::GET)
            | (Target::GroupSearch, &Method::POST) => Action::ListGroups,
            (Target::Status, &Method::GET) => Action::Status,
            (
                Target::ServiceProviderConfig | Target::ResourceTypes(_) | Target::Schemas(_),
                &Method::GET,
            ) => Action::Discover,
            _ => Action::Unknown,
        }
    }

    /// The id in the path, as the subject of the exchange.
    pub fn subject(&self) -> Option<String> {
        match &self.target {
            Target::User(id)
            | Target::Entitlement(id)
            | Target::Group(id)
            | Target::ResourceTypes(Some(id))
            | Target::Schemas(Some(id)) => Some(id.clone()),
            _ => None,
        }
    }
}

/// What a path names in SCIM 2.0, below the version.
fn target(rest: &[&str]) -> Target {
    let named = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
    match rest {
        [name] if named(name, "Status") => Target::Status,
        [name] if named(name, "ServiceProviderConfig") => Target::ServiceProviderConfig,
        [name] if named(name, "ResourceTypes") => Target::ResourceTypes(None),
        [name, id] if named(name, "ResourceTypes") => Target::ResourceTypes(Some((*id).to_owned())),
        [name] if named(name, "Schemas") => Target::Schemas(None),
        [name, id] if named(name, "Schemas") => Target::Schemas(Some((*id).to_owned())),
        [name] if named(name, ".search") => Target::Search,
        [name, search] if named(search, ".search") && named(name, "Users") => Target::UserSearch,
        [name, search] if named(search, ".search") && named(name, "Entitlements") => {
            Target::EntitlementSearch
        }
        [name, search] if named(search, ".search") && named(name, "Groups") => Target::GroupSearch,
        [name, ..] if named(name, "Me") => Target::Me,
        [name] if named(name, "Bulk") => Target::Bulk,
        [name] if named(name, "Users") => Target::Users,
        [name, id] if named(name, "Users") => Target::User((*id).to_owned()),
        [name] if named(name, "Entitlements") => Target::Entitlements,
        [name, id] if named(name, "Entitlements") => Target::Entitlement((*id).to_owned()),
        [name] if named(name, "Groups") => Target::Groups,
        [name, id] if named(name, "Groups") => Target::Group((*id).to_owned()),
        _ => Target::Unknown,
    }
}

/// What a path names in SCIM 1.1. It has the plural `ServiceProviderConfigs`; the singular is accepted
/// too. What else there is in 2.0 is not there.
fn target_v1(rest: &[&str]) -> Target {
    if let [name] = rest
        && name.eq_ignore_ascii_case("ServiceProviderConfigs")
    {
        return Target::ServiceProviderConfig;
    }
    match target(rest) {
        there @ (Target::Status
        | Target::ServiceProviderConfig
        | Target::ResourceTypes(None)
        | Target::Schemas(_)
        | Target::Users
        | Target::User(_)
        | Target::Groups
        | Target::Group(_)) => there,
        _ => Target::Unknown,
    }
}

/// Decodes `%XX`; what is not valid UTF-8 then is replaced, and finds no user.
pub(crate) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let hex = bytes
            .get(index + 1..index + 3)
            .filter(|_| bytes[index] == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(hex.unwrap_or(bytes[index]));
        index += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The value of a query parameter, decoded; the first where it stands twice, empty where it has none:
/// a filter without a text must not be read as no filter.
pub(crate) fn query(query: Option<&str>, name: &str) -> Option<String> {
    query?
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| percent_decode(&value.replace('+', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_application_and_resource_in_any_letter_case() {
        let route = Route::parse("/ws/rest/jdbc_on_prem/scim/v2/users/luke%40x");
        assert_eq!(
            route,
            Route {
                application: "jdbc_on_prem".into(),
                version: Version::V2,
                root: "/scim/v2",
                target: Target::User("luke@x".into())
            }
        );
        assert_eq!(
            Route::parse("/ws/rest/a/scim/v2/Users/").target,
            Target::Users
        );
    }

    #[test]
    fn an_escaped_slash_belongs_to_the_id() {
        assert_eq!(
            Route::parse("/ws/rest/a/scim/v2/Users/o%2Fbrien").target,
            Target::User("o/brien".into())
        );
    }

    #[test]
    fn a_search_is_no_users_id() {
        for (path, target) in [
            ("/ws/rest/a/scim/v2/.search", Target::Search),
            ("/ws/rest/a/scim/v2/Users/.search", Target::UserSearch),
            ("/ws/rest/a/scim/v2/Me/x", Target::Me),
        ] {
            assert_eq!(Route::parse(path).target, target, "{path}");
        }
    }

    #[test]
    fn what_is_no_application_path_is_unknown() {
        for path in [
            "/",
            "/ws/rest",
            "/ws/rest/a",
            "/ws/rest/a/scim/v3/Users",
            "/ws/rest/a/scim/v1/Entitlements",
            "/ws/rest/a/v3/Users",
            "/ws/rest/a/scim/v2/Nothing",
            "/x/a/scim/v2/Users",
        ] {
            assert_eq!(Route::parse(path).target, Target::Unknown, "{path}");
        }
    }

    #[test]
    fn a_path_with_v2_is_2_0_and_one_with_v1_or_neither_is_1_1() {
        for (path, version, root) in [
            ("/ws/rest/a/scim/v2/Users", Version::V2, "/scim/v2"),
            ("/ws/rest/a/v2/Users", Version::V2, "/v2"),
            ("/ws/rest/a/scim/v1/Users", Version::V1, "/scim/v1"),
            ("/ws/rest/a/v1/Users", Version::V1, "/v1"),
            ("/ws/rest/a/scim/Users", Version::V1, "/scim"),
            ("/ws/rest/a/Users", Version::V1, ""),
        ] {
            let route = Route::parse(path);
            assert_eq!(
                (route.application.as_str(), route.version, route.root),
                ("a", version, root),
                "{path}"
            );
            assert_eq!(route.target, Target::Users, "{path}");
        }
    }

    #[test]
    fn version_1_1_has_its_plural_and_neither_patch_nor_delete() {
        for name in ["ServiceProviderConfigs", "serviceProviderConfig"] {
            let route = Route::parse(&format!("/ws/rest/a/scim/v1/{name}"));
            assert_eq!(route.target, Target::ServiceProviderConfig, "{name}");
            assert_eq!(route.action(&Method::POST), Action::Unknown);
        }
        let plural = Route::parse("/ws/rest/a/scim/v2/ServiceProviderConfigs");
        assert_eq!(plural.target, Target::Unknown);
        let user = Route::parse("/ws/rest/a/scim/v1/Users/7");
        assert_eq!(user.allowed(), "GET, PUT");
        for method in [Method::PATCH, Method::DELETE] {
            assert_eq!(user.action(&method), Action::Unknown, "{method}");
        }
        assert_eq!(user.action(&Method::PUT), Action::ReplaceUser);
    }

    #[test]
    fn a_query_value_is_decoded_once() {
        assert_eq!(
            query(
                Some("startIndex=1&filter=userName%20eq+%22a%2Bb%22"),
                "FILTER"
            )
            .unwrap(),
            "userName eq \"a+b\""
        );
        assert_eq!(query(None, "count"), None);
        assert_eq!(query(Some("count=1&filter"), "filter").as_deref(), Some(""));
    }
}
