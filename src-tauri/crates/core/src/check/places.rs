//! Where in a statement's text something is: its `?` beside what the database says of each, and what a
//! finding is about.

use serde::Serialize;
use ts_rs::TS;

use crate::catalogue::TypeKind;
use crate::config::{Application, Dialect};
use crate::mapping::{Kind, Mapping, Parameter};
use crate::operation::Operation;
use crate::plan::Direction;
use crate::signature::arguments;
use crate::sql;

use super::{Finding, Live, Subject};

/// A part of a text, in UTF-16 units, as an editor counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Span {
    #[ts(type = "number")]
    pub from: usize,
    /// Behind the last one.
    #[ts(type = "number")]
    pub to: usize,
}

impl Span {
    fn of(text: &str, from: usize, to: usize) -> Option<Self> {
        let units = |end: usize| Some(text.get(..end)?.encode_utf16().count());
        Some(Self {
            from: units(from)?,
            to: units(to)?,
        })
    }
}

/// A `?` of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// From 1.
    #[ts(type = "number")]
    pub position: usize,
    pub span: Span,
    /// What the routine calls the parameter; `null` where it is no call, or the parameter has no name.
    pub name: Option<String>,
    /// The parameter's type, or that of the column its field is, in the database's words.
    pub data_type: Option<String>,
    /// Which way the routine declares it.
    pub direction: Option<Direction>,
    /// Whether the routine opens a cursor there.
    pub cursor: bool,
    /// Whether the call may leave it out.
    pub optional: bool,
}

/// Every `?` of an operation's statement, in order, beside what the database says of it.
pub fn places(
    application: &Application,
    dialect: Dialect,
    operation: Operation,
    live: &Live,
) -> Vec<Place> {
    let Some(mapping) = application.mapping(operation) else {
        return Vec::new();
    };
    let text = &mapping.statement;
    let mut places: Vec<Place> = sql::marks(dialect, text)
        .into_iter()
        .filter_map(|at| Span::of(text, at, at + 1))
        .enumerate()
        .map(|(index, span)| Place {
            position: index + 1,
            span,
            name: None,
            data_type: None,
            direction: None,
            cursor: false,
            optional: false,
        })
        .collect();
    let subject = Subject {
        application,
        dialect,
        operation,
        live,
    };
    match mapping.kind {
        Kind::Procedure => subject.declared(mapping, &mut places),
        Kind::Sql => {
            for (place, parameter) in places.iter_mut().zip(&mapping.parameters) {
                if let Parameter::Field(field) = parameter {
                    let column = subject.column_of(field);
                    place.data_type = column.map(|(_, column)| column.data_type.text.clone());
                }
            }
        }
    }
    places
}

impl Subject<'_> {
    fn declared(&self, mapping: &Mapping, places: &mut [Place]) {
        let (Some(call), Some(routine)) = (self.parsed_call(mapping), self.routine(mapping)) else {
            return;
        };
        let Ok(laid) = arguments(routine, &call) else {
            // The number is wrong: what stands at the same position is the best there is to say.
            let declared = routine.parameters.iter();
            for (place, parameter) in places.iter_mut().zip(declared) {
                place.name.clone_from(&parameter.name);
                place.data_type = Some(parameter.data_type.text.clone());
            }
            return;
        };
        for argument in laid {
            let place = argument.bound.and_then(|bound| places.get_mut(bound));
            if let (Some(place), Some(declared)) = (place, argument.declared) {
                place.name.clone_from(&declared.name);
                place.data_type = Some(declared.data_type.text.clone());
                place.direction = Some(declared.direction);
                place.cursor = declared.data_type.kind == TypeKind::Cursor;
                place.optional = declared.optional;
            }
        }
    }
}

/// The part of a statement that a finding is about; `None` where it is about all of it, or about
/// something else.
pub fn span(dialect: Dialect, text: &str, finding: &Finding) -> Option<Span> {
    if let Some(place) = &finding.place {
        if let Some(number) = place.strip_prefix("parameter ") {
            let index = number.parse::<usize>().ok()?.checked_sub(1)?;
            let at = *sql::marks(dialect, text).get(index)?;
            return Span::of(text, at, at + 1);
        }
        if let Some(name) = place
            .strip_prefix("column ")
            .or_else(|| place.strip_prefix("object "))
        {
            let name = name.rsplit('.').next().unwrap_or(name);
            let (from, to) = sql::word_at(dialect, text, name)?;
            return Span::of(text, from, to);
        }
        return None;
    }
    let at = sql::unreadable_at(dialect, text)?;
    let behind = text.get(at..)?.chars().next().map_or(0, char::len_utf8);
    Span::of(text, at, at + behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Severity;

    const D: Dialect = Dialect::Postgresql;

    fn at(text: &str, place: &str) -> Option<String> {
        let finding = Finding::new(Severity::Error, "x", "", "").at(place);
        let span = span(D, text, &finding)?;
        let units: Vec<u16> = text.encode_utf16().collect();
        Some(String::from_utf16(&units[span.from..span.to]).unwrap())
    }

    #[test]
    fn a_parameter_is_found_behind_text_that_a_string_or_a_comment_holds() {
        let text = "SELECT '?', \"a?\" /* ? */ FROM t WHERE ä = ? AND b ?? c = ?";
        let finding = Finding::new(Severity::Error, "x", "", "").at("parameter 2");
        let found = span(D, text, &finding).unwrap();
        assert_eq!(found.to, text.encode_utf16().count());
        assert_eq!(at(text, "parameter 3"), None);
    }

    #[test]
    fn an_object_or_a_column_is_found_as_a_word_and_not_inside_another() {
        let text = "SELECT 'USERS' FROM USERS_OLD, hr.USERS";
        assert_eq!(at(text, "object hr.users").as_deref(), Some("USERS"));
        assert_eq!(
            at("SELECT \"Name\" FROM t", "column Name").as_deref(),
            Some("\"Name\"")
        );
        assert_eq!(at(text, "column TITLE"), None);
    }

    #[test]
    fn a_text_that_cannot_be_read_is_pointed_out_where_the_reading_ended() {
        let finding = Finding::new(Severity::Error, "mapping", "", "");
        let text = "SELECT 1,\n 'open";
        let found = span(D, text, &finding).unwrap();
        assert_eq!(found.from, text.find('\'').unwrap());
        assert_eq!(span(D, "SELECT 1", &finding), None);
    }
}
