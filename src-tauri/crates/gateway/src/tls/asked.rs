//! The names that clients really ask for, in their handshake (SNI) or as the host of a request.
//!
//! A client that finds another name in the certificate hangs up before it sends a request: its handshake is the
//! only thing that is ever seen of it.
//!
//! **Invariant:** however many names strangers make up, [`MOST`] are remembered, each no longer than a host
//! name may be; the one asked for longest ago makes room.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sluice_core::ports::Clock;

/// How many names are remembered.
const MOST: usize = 32;
/// A whole domain name.
const LONGEST: usize = 253;

/// What was asked for since the start.
pub struct Asked {
    clock: Arc<dyn Clock>,
    names: Mutex<BTreeMap<String, AskedName>>,
}

/// A name that clients ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedName {
    pub name: String,
    pub times: u64,
    /// In milliseconds since 1970.
    pub last: i64,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").finish_non_exhaustive()
    }
}

impl Asked {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            names: Mutex::default(),
        }
    }

    /// Notes a name, without a port.
    pub(crate) fn note(&self, name: &str) {
        if name.is_empty() || name.len() > LONGEST {
            return;
        }
        let now = self.clock.wall_us() / 1000;
        let name = name.to_ascii_lowercase();
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.contains_key(&name) && names.len() >= MOST {
            let oldest = names.values().min_by_key(|asked| asked.last);
            if let Some(oldest) = oldest.map(|asked| asked.name.clone()) {
                names.remove(&oldest);
            }
        }
        let asked = names.entry(name.clone()).or_insert(AskedName {
            name,
            times: 0,
            last: now,
        });
        asked.times += 1;
        asked.last = now;
    }

    /// The names, the one asked for last first.
    pub fn all(&self) -> Vec<AskedName> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<AskedName> = names.values().cloned().collect();
        drop(names);
        all.sort_by(|a, b| b.last.cmp(&a.last).then(a.name.cmp(&b.name)));
        all
    }
}

/// The one certificate there is, for whoever asks by whatever name; the name is noted.
#[derive(Debug)]
pub(super) struct Noting {
    pub certified: Arc<CertifiedKey>,
    pub asked: Option<Arc<Asked>>,
}

impl ResolvesServerCert for Noting {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if let (Some(asked), Some(name)) = (&self.asked, hello.server_name()) {
            asked.note(name);
        }
        Some(Arc::clone(&self.certified))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[derive(Default)]
    struct Steps(AtomicI64);

    impl Clock for Steps {
        fn wall_us(&self) -> i64 {
            1000 * self.0.fetch_add(1, Ordering::Relaxed)
        }

        fn monotonic_us(&self) -> i64 {
            0
        }
    }

    #[test]
    fn a_name_is_counted_and_of_many_the_one_asked_for_longest_ago_goes() {
        let asked = Asked::new(Arc::new(Steps::default()));
        asked.note("First.example.org");
        asked.note("second.example.org");
        asked.note("first.example.org");
        let all = asked.all();
        assert_eq!(all[0].name, "first.example.org");
        assert_eq!((all[0].times, all[0].last), (2, 2));
        for n in 0..MOST {
            asked.note(&format!("{n}.example.org"));
        }
        let names: Vec<String> = asked.all().into_iter().map(|asked| asked.name).collect();
        assert_eq!(names.len(), MOST);
        assert!(!names.contains(&"second.example.org".to_owned()));
        asked.note(&"x".repeat(254));
        assert_eq!(asked.all().len(), MOST);
    }
}
