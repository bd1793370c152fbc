//! The connector header that each application was sent last, so that a change of its shape is seen; and
//! the connections that the latest headers named, so that one of them can be taken over.
//!
//! **Invariant:** one view for each application of the configuration, without values. Of a header's values
//! only its connection is kept, in memory, for the latest requests, and without any secret: the record has none.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use sluice_core::config::{Connection, properties};
use sluice_core::header::{self, HeaderView};

/// How many requests' connections are remembered: an administrator looks at what just came.
const MOST_CONNECTIONS: usize = 200;

/// What was seen since the start.
#[derive(Debug, Default)]
pub struct Shapes {
    last: Mutex<HashMap<String, HeaderView>>,
    /// By exchange, the latest at the end.
    connections: Mutex<VecDeque<(String, Connection)>>,
}

impl Shapes {
    /// The connection that the header of an exchange named, without its password; `None` where it named
    /// none, or too many requests came since.
    pub fn connection_of(&self, exchange: &str) -> Option<Connection> {
        let all = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().find(|(id, _)| id == exchange);
        found.map(|(_, connection)| connection.clone())
    }

    fn remember(&self, exchange: &str, value: &str) {
        let decoded = header::decode(value).ok();
        let Some(mut connection) = decoded.and_then(|data| data.connection) else {
            return;
        };
        connection
            .properties
            .retain(|key, _| !properties::is_secret(key));
        let mut all = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if all.len() == MOST_CONNECTIONS {
            all.pop_front();
        }
        all.push_back((exchange.to_owned(), connection));
    }

    /// Looks at the header of a request; `None` where it has none. It is held against the one before
    /// where the application is one of the configuration (`known`).
    pub(crate) fn look(
        &self,
        headers: &HeaderMap,
        exchange: &str,
        application: &str,
        known: bool,
    ) -> Option<HeaderView> {
        let value = headers.get(header::NAME)?;
        let value = String::from_utf8_lossy(value.as_bytes());
        let mut view = HeaderView::of(&value);
        self.remember(exchange, &value);
        // What cannot be read says nothing of the shape.
        if known && view.problem.is_none() {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let before = last.insert(application.to_owned(), view.clone());
            drop(last);
            if let Some(before) = before {
                view.compare(&before);
            }
        }
        Some(view)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    fn headers(json: &str) -> HeaderMap {
        let text = base64::engine::general_purpose::STANDARD.encode(json);
        let mut headers = HeaderMap::new();
        headers.insert(
            axum::http::HeaderName::from_bytes(header::NAME.as_bytes()).unwrap(),
            text.parse().unwrap(),
        );
        headers
    }

    #[test]
    fn the_connection_of_a_recent_header_is_there_without_its_secrets() {
        let shapes = Shapes::default();
        let json = r#"{"jdbcUrl":"jdbc:postgresql://db/hr?sslpassword=hunter2&currentSchema=hr","username":"scim","password":"hunter2"}"#;
        shapes.look(&headers(json), "first", "one", true);
        let connection = shapes.connection_of("first").unwrap();
        assert_eq!(connection.user.as_deref(), Some("scim"));
        assert_eq!(connection.address(), "db:5432/hr");
        assert!(!format!("{connection:?}").contains("hunter2"));
        for count in 0..MOST_CONNECTIONS {
            shapes.look(&headers(json), &format!("{count}"), "one", true);
        }
        assert_eq!(shapes.connection_of("first"), None);
    }
}
