//! The connector header that each application was sent last, so that a change of its shape is seen.
//!
//! **Invariant:** one view for each application of the configuration, and no value of a header.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use sluice_core::header::{self, HeaderView};

/// What was seen since the start.
#[derive(Debug, Default)]
pub struct Shapes(Mutex<HashMap<String, HeaderView>>);

impl Shapes {
    /// Looks at the header of a request; `None` where it has none. It is held against the one before
    /// where the application is one of the configuration (`known`).
    pub(crate) fn look(
        &self,
        headers: &HeaderMap,
        application: &str,
        known: bool,
    ) -> Option<HeaderView> {
        let value = headers.get(header::NAME)?;
        let mut view = HeaderView::of(&String::from_utf8_lossy(value.as_bytes()));
        // What cannot be read says nothing of the shape.
        if known && view.problem.is_none() {
            let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let before = last.insert(application.to_owned(), view.clone());
            drop(last);
            if let Some(before) = before {
                view.compare(&before);
            }
        }
        Some(view)
    }
}
