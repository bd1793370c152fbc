//! What a user is called, from its row: for lists that must not read a whole resource for it.

use std::borrow::Cow;

use crate::config::{Application, Profile};
use crate::ports::ResultColumn;
use crate::value::Cell;

/// Where the name stands, found once for all rows of a result.
pub struct Naming {
    display: Vec<usize>,
    first: Option<usize>,
    last: Option<usize>,
}

impl Naming {
    /// Reads the columns of a result: the one that is mapped to `displayName`, else the one that is
    /// usually called so, else first and last name. Secret columns name nobody.
    pub fn of(application: &Application, columns: &[ResultColumn]) -> Self {
        let find = |name: &str| {
            columns
                .iter()
                .position(|column| column.name.eq_ignore_ascii_case(name))
                .filter(|_| !application.is_secret(name))
        };
        let mapped = |wanted: &str| {
            let core = application.profile == Profile::Core;
            let path = application
                .paths
                .iter()
                .filter(|_| core)
                .find(|(path, _)| path.to_string().eq_ignore_ascii_case(wanted));
            path.and_then(|(_, column)| find(column))
        };
        Self {
            display: [mapped("displayName"), find("DISPLAYNAME")]
                .into_iter()
                .flatten()
                .collect(),
            first: mapped("name.givenName").or_else(|| find("FIRSTNAME")),
            last: mapped("name.familyName").or_else(|| find("LASTNAME")),
        }
    }

    /// What the user of this row is called; `None` where nothing says it.
    pub fn name<'r>(&self, row: &[Cell<'r>]) -> Option<Cow<'r, str>> {
        let text = |index: usize| {
            let text = row.get(index).and_then(Cell::to_text);
            text.filter(|text| !text.is_empty())
        };
        let shown = self.display.iter().find_map(|index| text(*index));
        if shown.is_some() {
            return shown;
        }
        match (self.first.and_then(text), self.last.and_then(text)) {
            (Some(first), Some(last)) => Some(Cow::Owned(format!("{first} {last}"))),
            (first, last) => first.or(last),
        }
    }
}
