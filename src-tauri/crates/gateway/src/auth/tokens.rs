//! The endpoint's token, and for a time after a rotation the one before it.
//!
//! **Invariant:** the former token opens nothing from its end on, without anybody having to do anything:
//! each request asks the clock. That it was used is noted by application, never the token itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sluice_core::Secret;
use subtle::Choice;

use super::{Authorised, Refusal, same};

/// What opens the endpoint.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub current: Secret,
    pub former: Option<Former>,
}

/// The token before the last rotation.
#[derive(Clone, Debug)]
pub struct Former {
    pub token: Secret,
    /// From then on it is refused, in milliseconds since 1970.
    pub until: i64,
    /// Who still shows it.
    pub uses: Arc<Uses>,
}

impl From<Secret> for Tokens {
    fn from(current: Secret) -> Self {
        Self {
            current,
            former: None,
        }
    }
}

impl Tokens {
    /// Compares what was presented with both, so that the time does not tell which one it resembles.
    pub(super) fn compare(&self, presented: &[u8], now: i64) -> Result<Authorised, Refusal> {
        let is = |token: &Secret| {
            let token = token.expose().as_bytes();
            // An endpoint without a token is closed, not open.
            Choice::from(u8::from(!token.is_empty())) & same(presented, token)
        };
        let current = is(&self.current);
        let former = self
            .former
            .as_ref()
            .map_or(Choice::from(0), |former| is(&former.token));
        if bool::from(current) {
            return Ok(Authorised { former: false });
        }
        match &self.former {
            Some(known) if bool::from(former) && now < known.until => {
                Ok(Authorised { former: true })
            }
            Some(_) if bool::from(former) => Err(Refusal::FormerToken),
            _ => Err(Refusal::WrongToken),
        }
    }
}

/// When the former token was shown last, by application.
#[derive(Debug, Default)]
pub struct Uses(Mutex<BTreeMap<String, Use>>);

/// What is known of one application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// In milliseconds since 1970.
    pub last: i64,
    pub times: u64,
}

impl Uses {
    pub(super) fn note(&self, application: &str, now: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(application.to_owned()).or_insert(Use {
            last: now,
            times: 0,
        });
        known.last = known.last.max(now);
        known.times += 1;
    }

    /// The applications that showed it, by their names.
    pub fn all(&self) -> BTreeMap<String, Use> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
