//! What a replace runs: what differs between a user's row and what a request wants of it.
//!
//! **Invariant:** what is as it was causes no statement, and no update clears what nobody asked to
//! clear. Absent, NULL and empty are three things, and each does what its field's policy says.
//!
//! To tell one more state of a value apart: an arm in [`Row::decide`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sluice_scim::Compatibility;

use super::{Statement, statement};
use crate::config::{AbsentFields, Application, Dialect, OnEmpty, OnNull, Profile};
use crate::failure::Failure;
use crate::mapping::Parameter;
use crate::operation::Operation;
use crate::profile::{Fields, Wanted, with_t};
use crate::value::Value;

/// What stands for a user in the database before a replace.
#[derive(Clone, Debug, Default)]
pub struct Current {
    pub fields: Fields,
    /// `None` where no column says it.
    pub active: Option<bool>,
    pub entitlements: Vec<String>,
}

/// What a replace runs, in this order: update, activate or deactivate, remove entitlements, add
/// entitlements. Values that are as they were cause no statement.
///
/// # Errors
/// As [`statement`]; and where something would have to change and no operation is mapped for it.
pub fn replace(
    application: &Application,
    dialect: Dialect,
    current: &Current,
    wanted: &Wanted,
) -> Result<Vec<Statement>, Failure> {
    let mut plan = Vec::new();
    let row = Row {
        application,
        dialect,
        current,
        wanted,
    };
    let (desired, unknown) = row.desired();
    // The status is the business of activate and deactivate where they are mapped.
    let has_switch = application.mapping(Operation::ActivateUser).is_some()
        || application.mapping(Operation::DeactivateUser).is_some();
    let changed = match application.mapping(Operation::UpdateUser) {
        Some(mapping) => mapping.parameters.iter().any(|parameter| match parameter {
            Parameter::Field(field) if !(has_switch && row.is_status(field)) => {
                row.differs(field, desired.get(field).unwrap_or(&Value::Null))
            }
            _ => false,
        }),
        None => row.differs_anywhere(),
    };
    if changed {
        if let Some(field) = unknown.first() {
            let mut ways = format!(
                "Return {field} from \"{}\", or take the parameter out of \"{}\"",
                Operation::GetUserById,
                Operation::UpdateUser
            );
            let absent = wanted.fields.get(field).is_none();
            if absent && is_representable(application, field) && !application.is_secret(field) {
                ways.push_str(", or set absent_fields = \"null\"");
            }
            return Err(Failure::new(
                500,
                "mapping.would_clear",
                format!(
                    "\"{}\" would clear {field}: it is to keep its value, and \"{}\" does not return it.",
                    Operation::UpdateUser,
                    Operation::GetUserById
                ),
                format!("{ways}."),
            )
            .at(Operation::UpdateUser.to_string()));
        }
        plan.push(statement(
            application,
            dialect,
            Operation::UpdateUser,
            &desired,
        )?);
    }
    let key = Fields::default().with(&application.user_id_column, Value::Text(wanted.id.clone()));
    let by_update = changed && !has_switch && row.update_sets_state();
    if let Some(active) = wanted.active
        && current.active != Some(active)
        && !by_update
    {
        // Where no column says it, it is not known whether the user is active already: say it once
        // more when it is false, and trust that a listed user is active.
        if !active || current.active.is_some() {
            let operation = if active {
                Operation::ActivateUser
            } else {
                Operation::DeactivateUser
            };
            plan.push(statement(application, dialect, operation, &key)?);
        }
    }
    if let Some(entitlements) = &wanted.entitlements {
        let change = |operation, id: &String| {
            let fields = key
                .clone()
                .with(&application.entitlement_id_column, Value::Text(id.clone()));
            statement(application, dialect, operation, &fields)
        };
        for id in current
            .entitlements
            .iter()
            .filter(|id| !entitlements.contains(id))
        {
            plan.push(change(Operation::RemoveEntitlement, id)?);
        }
        for id in entitlements
            .iter()
            .filter(|id| !current.entitlements.contains(id))
        {
            plan.push(change(Operation::AddEntitlement, id)?);
        }
    }
    Ok(plan)
}

/// What a replace does with one field.
enum Decision {
    Set(Value),
    Keep,
}

/// A user's row, and what a request wants of it.
struct Row<'a> {
    application: &'a Application,
    dialect: Dialect,
    current: &'a Current,
    wanted: &'a Wanted,
}

impl<'a> Row<'a> {
    /// The row as it shall be. Second, the fields that shall keep a value which nobody knows: binding
    /// NULL for them would lose data.
    fn desired(&self) -> (Fields, Vec<&'a str>) {
        let (mut desired, mut unknown) = (self.wanted.fields.clone(), Vec::new());
        let mapping = self.application.mapping(Operation::UpdateUser);
        let parameters = mapping.map_or(&[][..], |mapping| &mapping.parameters);
        for parameter in parameters {
            let Parameter::Field(field) = parameter else {
                continue;
            };
            match (self.decide(field), self.current.fields.get(field)) {
                (Decision::Set(value), _) => desired.set(field, value),
                (Decision::Keep, Some(value)) => desired.set(field, value.clone()),
                (Decision::Keep, None) => {
                    desired.set(field, Value::Null);
                    unknown.push(field.as_str());
                }
            }
        }
        (desired, unknown)
    }

    /// Absent, NULL and empty are told apart, and each does what the field's policy says. Secret
    /// columns are never returned to a client, so it cannot send them back: they keep what they have
    /// where they are left out.
    fn decide(&self, field: &str) -> Decision {
        let now = self.current.fields.get(field);
        let Some(wanted) = self.wanted.fields.get(field) else {
            let own = self.application.field(field).and_then(|own| own.absent);
            let keeps = self.application.absent(field) == AbsentFields::Keep
                || self.application.is_secret(field)
                || !is_representable(self.application, field)
                // Nobody is deactivated because a request does not speak of it.
                || (self.is_status(field) && own.is_none());
            return if keeps {
                Decision::Keep
            } else {
                Decision::Set(Value::Null)
            };
        };
        // A state may have several spellings; it is written over only where it changes.
        let state_stays = self.is_status(field)
            && self.wanted.active.is_some()
            && self.wanted.active == self.current.active;
        if now.is_some() && (state_stays || now == Some(wanted)) {
            return Decision::Keep;
        }
        let (null, empty) = self
            .application
            .field(field)
            .map_or_else(Default::default, |field| (field.null, field.empty));
        match wanted {
            Value::Null if null == OnNull::Keep => Decision::Keep,
            Value::Text(text) if text.is_empty() => match empty {
                OnEmpty::Empty => Decision::Set(wanted.clone()),
                OnEmpty::Null => Decision::Set(Value::Null),
                OnEmpty::Keep => Decision::Keep,
            },
            _ => self.fitted(field, now, wanted),
        }
    }

    /// A value in the form that its column has: bytes come as base64, and a date that means the same
    /// is bound as the row has it.
    fn fitted(&self, field: &str, now: Option<&Value>, wanted: &Value) -> Decision {
        match (now, wanted) {
            (Some(Value::Bytes(_)), Value::Text(text)) => match STANDARD.decode(text) {
                Ok(bytes) => Decision::Set(Value::Bytes(bytes)),
                Err(_) => Decision::Set(wanted.clone()),
            },
            (Some(_), Value::Text(_))
                if self.application.moment(field).is_some() && !self.differs(field, wanted) =>
            {
                Decision::Keep
            }
            _ => Decision::Set(wanted.clone()),
        }
    }

    fn is_status(&self, field: &str) -> bool {
        self.application
            .status_column
            .as_deref()
            .is_some_and(|status| status.eq_ignore_ascii_case(field))
    }

    /// Whether Update user writes the state that is asked for.
    fn update_sets_state(&self) -> bool {
        let mapping = self.application.mapping(Operation::UpdateUser);
        mapping.is_some_and(|mapping| {
            mapping.parameters.iter().any(|parameter| {
                matches!(parameter, Parameter::Field(field)
                    if self.is_status(field) && self.wanted.fields.get(field).is_some())
            })
        })
    }

    fn differs(&self, field: &str, wanted: &Value) -> bool {
        match self.current.fields.get(field) {
            Some(now) => !self.same(field, now, wanted),
            None => !wanted.is_null(),
        }
    }

    /// Whether the request wants another value for any field of the row.
    fn differs_anywhere(&self) -> bool {
        self.current.fields.names().any(|name| {
            !self.is_status(name)
                && self.wanted.fields.get(name).is_some()
                && matches!(self.decide(name), Decision::Set(value) if self.differs(name, &value))
        })
    }

    /// Whether two values are the same on the wire: equal as text, and where a Boolean, a number or a
    /// date has several spellings, the same truth, number or date.
    fn same(&self, field: &str, now: &Value, wanted: &Value) -> bool {
        if let Some(moment) = self.application.moment(field)
            && let (Some(now), Some(wanted)) = (now.to_text(), wanted.to_text())
        {
            return moment.same(&now, &wanted);
        }
        match (now, wanted) {
            (Value::Bool(now), Value::Text(text)) => matches!(
                (now, text.to_ascii_lowercase().as_str()),
                (true, "1" | "true") | (false, "0" | "false")
            ),
            // To Oracle the empty text is NULL.
            (Value::Null, Value::Text(text)) | (Value::Text(text), Value::Null)
                if self.dialect == Dialect::Oracle =>
            {
                text.is_empty()
            }
            (
                Value::Integer(_) | Value::Unsigned(_) | Value::Float(_) | Value::Decimal(_),
                Value::Null,
            ) => false,
            (
                Value::Integer(_) | Value::Unsigned(_) | Value::Float(_) | Value::Decimal(_),
                wanted,
            ) => now.reads_like(wanted) || same_number(now, wanted),
            (Value::Text(text), wanted) => {
                now.reads_like(wanted)
                    || self.application.compatibility == Compatibility::Rfc
                        && wanted.to_text().is_some_and(|w| with_t(text) == Some(w))
            }
            _ => now.reads_like(wanted),
        }
    }
}

/// Whether a client could have sent the field at all: what it cannot express, it cannot clear.
fn is_representable(application: &Application, field: &str) -> bool {
    match application.profile {
        Profile::Columns => true,
        Profile::Core => application
            .paths
            .iter()
            .any(|(_, column)| column.eq_ignore_ascii_case(field)),
    }
}

/// Whether two numbers are the same but for zeros that mean nothing: `0.10` and `0.1`. They are
/// compared digit by digit, so that none is lost.
fn same_number(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.to_text(), other.to_text()) else {
        return false;
    };
    match (digits(&one), digits(&other)) {
        (Some(one), Some(other)) => one == other,
        // With an exponent it comes from a double, or is to be one.
        _ => one.parse::<f64>().is_ok_and(|one| {
            other
                .parse()
                .is_ok_and(|other: f64| one.total_cmp(&other).is_eq())
        }),
    }
}

/// Sign, digits before the point and digits after it, without the zeros at either end.
fn digits(text: &str) -> Option<(bool, &str, &str)> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) {
        return None;
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let zero = whole.is_empty() && fraction.is_empty();
    Some((negative && !zero, whole, fraction))
}

#[cfg(test)]
mod tests;
