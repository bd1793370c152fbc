//! How much the program's own log says, by the part of Sluice that says it.
//!
//! **Invariant:** no level shows a secret or a value of a row; what could quote one is silent at all of
//! them (SQL Server's driver, which says at `error` what the server said).
//!
//! To add an area: a variant of [`Area`] with its crates and words; `docs/configuration.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How much is said; each level says what the one before says too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

impl Level {
    /// The word, as it stands in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// A part of Sluice that writes to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// Requests, TLS, authorisation, mappings.
    Endpoint,
    /// Drivers and pools.
    Databases,
    /// The store of exchanges.
    Record,
    /// The console, the configuration, what is kept.
    Console,
    /// Libraries.
    Others,
}

impl Area {
    pub const ALL: [Self; 5] = [
        Self::Endpoint,
        Self::Databases,
        Self::Record,
        Self::Console,
        Self::Others,
    ];

    /// The key under `[log.levels]`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Databases => "databases",
            Self::Record => "record",
            Self::Console => "console",
            Self::Others => "others",
        }
    }

    /// What lines of this area are marked with; empty for what has no mark of its own.
    pub fn targets(self) -> &'static [&'static str] {
        match self {
            Self::Endpoint => &["sluice_gateway", "sluice_core", "sluice_scim"],
            Self::Databases => &["sluice_db", "sluice_odbc"],
            Self::Record => &["sluice_log"],
            Self::Console => &["sluice_app", "sluice_server", "sluice"],
            Self::Others => &[],
        }
    }

    /// The area of a line with this target, a module's path.
    pub fn of(target: &str) -> Self {
        let crate_name = target.split("::").next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|area| area.targets().contains(&crate_name))
            .unwrap_or(Self::Others)
    }
}

/// `[log.levels]`: what is not named is at `info`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Levels(pub BTreeMap<Area, Level>);

impl Levels {
    /// Where nothing is said.
    pub const USUAL: Level = Level::Info;

    /// The level of an area.
    pub fn of(&self, area: Area) -> Level {
        self.0.get(&area).copied().unwrap_or(Self::USUAL)
    }

    /// The same as directives of a log filter, the most general first: `info,sluice_gateway=debug`.
    pub fn directives(&self) -> String {
        let mut all = vec![self.of(Area::Others).word().to_owned()];
        for area in Area::ALL {
            let level = self.of(area).word();
            all.extend(
                area.targets()
                    .iter()
                    .map(|target| format!("{target}={level}")),
            );
        }
        all.join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_of_an_area_is_that_of_all_its_crates_and_the_others_are_as_usual() {
        let levels = Levels(BTreeMap::from([(Area::Databases, Level::Debug)]));
        assert_eq!(
            levels.directives(),
            "info,sluice_gateway=info,sluice_core=info,sluice_scim=info,sluice_db=debug,\
             sluice_odbc=debug,sluice_log=info,sluice_app=info,sluice_server=info,sluice=info"
        );
    }

    #[test]
    fn a_line_belongs_to_the_area_of_its_crate() {
        assert_eq!(Area::of("sluice_gateway::tls::names"), Area::Endpoint);
        assert_eq!(Area::of("sluice_gateways"), Area::Others);
        assert_eq!(Area::of("hyper::proto"), Area::Others);
    }
}
