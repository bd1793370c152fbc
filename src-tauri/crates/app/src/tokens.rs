//! The endpoint's tokens as they are kept: the one in use among the secrets, and for a time after a rotation the one
//! before it, with its end in `token.json`.
//!
//! **Invariant:** the former token is kept before the new one is, so that a break between the two locks nobody out; one
//! whose end has passed is forgotten at the next start, and opens nothing until then.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use sluice_core::Secret;
use sluice_gateway::auth::{Former, Tokens, Uses};

use crate::private;
use crate::problem::Problem;
use crate::secrets::{SecretStore, SecretsError, Stored, new_token, variable};

/// The secret of the former token.
const FORMER: &str = "token.former";
/// What is known of the last rotation, beside the tokens.
const NOTE: &str = "token.json";

/// What stands in `token.json`.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Note {
    /// When the token was rotated last, in milliseconds since 1970.
    rotated_at: Option<i64>,
    /// When the former one ends.
    former_until: Option<i64>,
}

struct State {
    tokens: Tokens,
    stored: Stored,
    note: Note,
}

/// The tokens of a data folder.
pub(crate) struct TokenBook {
    note: PathBuf,
    secrets: SecretStore,
    state: RwLock<State>,
}

/// How the former token is, for the screen.
pub(crate) struct FormerToken {
    pub until: i64,
    pub uses: Arc<Uses>,
}

impl TokenBook {
    /// Reads what is kept; a token is made where there is none. `now` is in milliseconds since 1970.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn open(data_dir: &Path, secrets: SecretStore, now: i64) -> Result<Self, SecretsError> {
        let (current, stored) = secrets.token()?;
        let path = data_dir.join(NOTE);
        let mut note: Note = std::fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let former = secrets.get(FORMER)?.map(|(token, _)| token);
        let former = match (former, note.former_until) {
            (Some(token), Some(until)) if now < until => Some(Former {
                token,
                until,
                uses: Arc::default(),
            }),
            (Some(_), _) => {
                secrets.forget(FORMER)?;
                None
            }
            (None, _) => None,
        };
        if former.is_none() {
            note.former_until = None;
        }
        Ok(Self {
            note: path,
            secrets,
            state: RwLock::new(State {
                tokens: Tokens { current, former },
                stored,
                note,
            }),
        })
    }

    fn read<T>(&self, of: impl FnOnce(&State) -> T) -> T {
        of(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The token in use; every caller of this is a place to review.
    pub fn current(&self) -> Secret {
        self.read(|state| state.tokens.current.clone())
    }

    /// Where it is kept.
    pub fn stored(&self) -> Stored {
        self.read(|state| state.stored)
    }

    /// What the endpoint compares with.
    pub fn as_asked(&self) -> Tokens {
        self.read(|state| state.tokens.clone())
    }

    /// When the token was rotated last.
    pub fn rotated_at(&self) -> Option<i64> {
        self.read(|state| state.note.rotated_at)
    }

    /// The token before the last rotation, for as long as it is good.
    pub fn former(&self, now: i64) -> Option<FormerToken> {
        self.read(|state| {
            let former = state.tokens.former.as_ref()?;
            (now < former.until).then(|| FormerToken {
                until: former.until,
                uses: Arc::clone(&former.uses),
            })
        })
    }

    /// Makes a new token. The one before is good for `overlap_ms` more; 0 ends it at once.
    ///
    /// # Errors
    /// [`Problem`]: `token.environment` where the token is not Sluice's to change, `token.overlap` where one
    /// rotation is not over yet, `secrets` where it cannot be kept.
    pub fn rotate(&self, overlap_ms: i64, now: i64) -> Result<(), Problem> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.stored == Stored::Environment {
            let variable = variable("token");
            return Err(Problem::new(
                "token.environment",
                format!(
                    "The token comes from the environment variable {variable}, which Sluice cannot change."
                ),
                format!(
                    "Set {variable} to another token and start Sluice again, or take it out for a token that Sluice makes and keeps."
                ),
            ));
        }
        let good = |former: &Former| now < former.until;
        if state.tokens.former.as_ref().is_some_and(good) {
            return Err(Problem::new(
                "token.overlap",
                "The token before the last rotation is still good, and two are the most there can be.",
                "Wait for its end, or end it now; then rotate.",
            ));
        }
        let former = state.tokens.current.clone();
        let current = new_token().map_err(unkept)?;
        let until = now.saturating_add(overlap_ms);
        let note = Note {
            rotated_at: Some(now),
            former_until: (overlap_ms > 0).then_some(until),
        };
        if overlap_ms > 0 {
            self.secrets.set(FORMER, &former).map_err(unkept)?;
        } else {
            self.secrets.forget(FORMER).map_err(unkept)?;
        }
        self.write(note)?;
        state.stored = self.secrets.set("token", &current).map_err(unkept)?;
        state.note = note;
        // Kept in mind also where it ended at once, so that whoever still shows it is told what it is.
        state.tokens = Tokens {
            current,
            former: Some(Former {
                token: former,
                until,
                uses: Arc::default(),
            }),
        };
        Ok(())
    }

    /// Ends the former token before its time.
    ///
    /// # Errors
    /// [`Problem`] where what is kept cannot be written.
    pub fn end_former(&self, now: i64) -> Result<(), Problem> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let note = Note {
            former_until: None,
            ..state.note
        };
        self.write(note)?;
        self.secrets.forget(FORMER).map_err(unkept)?;
        state.note = note;
        if let Some(former) = &mut state.tokens.former {
            former.until = former.until.min(now);
        }
        Ok(())
    }

    fn write(&self, note: Note) -> Result<(), Problem> {
        let bytes = serde_json::to_vec(&note).unwrap_or_default();
        private::replace(&self.note, &bytes).map_err(|error| {
            Problem::new(
                "secrets",
                format!("{} cannot be written: {error}.", self.note.display()),
                "Check the disk and the rights of the data folder; the token is as it was.",
            )
        })
    }
}

#[allow(clippy::needless_pass_by_value)] // the shape of map_err
fn unkept(error: SecretsError) -> Problem {
    let mut problem = Problem::new("secrets", error.to_string(), "");
    problem.hint = None;
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const NOW: i64 = 1_800_000_000_000;

    fn book(folder: &Path, now: i64) -> TokenBook {
        TokenBook::open(folder, SecretStore::without_keyring(folder), now).unwrap()
    }

    #[test]
    fn a_rotation_and_its_end_are_kept_across_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let first = book(folder.path(), NOW);
        let old = first.current();
        first.rotate(HOUR, NOW).unwrap();
        let new = first.current();
        assert_ne!(new, old);

        let second = book(folder.path(), NOW + HOUR - 1);
        assert_eq!(second.current(), new);
        assert_eq!(second.rotated_at(), Some(NOW));
        let former = second.as_asked().former.unwrap();
        assert_eq!((former.token, former.until), (old, NOW + HOUR));

        let third = book(folder.path(), NOW + HOUR);
        assert_eq!(third.current(), new);
        assert!(third.as_asked().former.is_none());
        let kept = std::fs::read_to_string(folder.path().join("secrets.toml")).unwrap();
        assert!(!kept.contains("former"), "what has ended is forgotten");
    }

    #[test]
    fn an_overlap_is_ended_by_a_press_and_before_that_there_is_no_second_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = book(folder.path(), NOW);
        tokens.rotate(HOUR, NOW).unwrap();
        let refused = tokens.rotate(HOUR, NOW + 1).unwrap_err();
        assert_eq!(refused.code, "token.overlap");
        tokens.end_former(NOW + 2).unwrap();
        assert!(tokens.former(NOW + 2).is_none());
        tokens.rotate(0, NOW + 3).unwrap();
        assert!(tokens.former(NOW + 3).is_none());
        assert!(book(folder.path(), NOW + 4).as_asked().former.is_none());
    }
}
