//! The command line of the desktop program, as its own start reads it and a second start hands it over.

use std::path::{Path, PathBuf};

use clap::Parser;
use sluice_app::{KnownWorkspace, Options, Problem, Source};

/// The desktop console of Sluice.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "sluice", version)]
pub struct Arguments {
    /// Open the embedded demo, which is also what opens when nothing is named and no workspace was opened before
    #[arg(long, conflicts_with = "config")]
    demo: bool,
    /// Open a workspace's configuration
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Make the configuration where it is not there yet: a workspace without connections
    #[arg(long, requires = "config")]
    new: bool,
    /// Address and port, in place of the configuration's; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The folder for certificate, exchange store and secrets file
    #[arg(long, value_name = "DIR", env = "SLUICE_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Start without showing the window: in the tray, or where there is none, minimised
    #[arg(long)]
    pub background: bool,
}

impl Arguments {
    /// The same with every path from the root, as seen from `folder`.
    #[must_use]
    pub fn seen_from(self, folder: &Path) -> Self {
        Self {
            config: self.config.map(|path| folder.join(path)),
            data_dir: self.data_dir.map(|path| folder.join(path)),
            ..self
        }
    }

    /// Where nothing is named, the same with the workspace that was opened last, if there is one.
    #[must_use]
    pub fn or_last(self, last: impl FnOnce() -> Option<KnownWorkspace>) -> Self {
        let named = self.demo || self.config.is_some() || self.data_dir.is_some();
        match if named { None } else { last() } {
            Some(last) => Self {
                config: Some(last.configuration),
                data_dir: Some(last.data_dir),
                ..self
            },
            None => self,
        }
    }

    /// The configuration; `None` for the demo.
    pub fn configuration(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// The configuration, where it is to be made if it is not there.
    pub fn new_configuration(&self) -> Option<&Path> {
        self.configuration().filter(|_| self.new)
    }

    /// The data folder, the account's own where none is named.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir
            .clone()
            .unwrap_or_else(sluice_app::default_data_dir)
    }

    /// What is opened.
    pub fn options(&self) -> Options {
        Options {
            source: self.config.clone().map_or(Source::Demo, Source::File),
            data_dir: self.data_dir(),
            listen: self.listen.clone(),
        }
    }

    /// Why it could not be opened, with the ways to go on without it: what was opened last is opened again by the
    /// menu, also where it can no longer be.
    pub fn besides(&self, mut problem: Problem) -> Problem {
        if self.configuration().is_some() {
            const WAYS: &str = "Once that is mended, it opens here. `sluice --config FILE` opens another workspace, and `sluice --demo` the demo.";
            problem.hint = Some(match problem.hint {
                Some(hint) => format!("{hint} {WAYS}"),
                None => WAYS.to_owned(),
            });
        }
        problem
    }

    /// The words that start the same again at login. `None` where a path is no text.
    pub fn at_login(&self) -> Option<Vec<String>> {
        let mut words = vec!["--background".to_owned()];
        if self.config.is_none() {
            // Nothing named would be the workspace that was opened last.
            words.push("--demo".to_owned());
        }
        for (name, value) in [("--config", &self.config), ("--data-dir", &self.data_dir)] {
            if let Some(value) = value {
                words.extend([name.to_owned(), value.to_str()?.to_owned()]);
            }
        }
        if let Some(listen) = &self.listen {
            words.extend(["--listen".to_owned(), listen.clone()]);
        }
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_named_the_workspace_that_was_opened_last_is_opened() {
        let last = KnownWorkspace {
            configuration: "/srv/hr/sluice.toml".into(),
            data_dir: "/srv/hr/sluice.data".into(),
            opened_at: 1,
        };
        let started = |words: &[&str]| {
            Arguments::try_parse_from(words)
                .unwrap()
                .or_last(|| Some(last.clone()))
        };
        let opened = started(&["sluice", "--background"]);
        assert_eq!(opened.configuration(), Some(last.configuration.as_path()));
        assert_eq!(opened.data_dir(), last.data_dir);
        assert!(opened.background);
        for named in [
            vec!["sluice", "--demo"],
            vec!["sluice", "--data-dir", "/srv/other"],
        ] {
            assert_eq!(started(&named).configuration(), None, "{named:?}");
        }
        let other = started(&["sluice", "--config", "/srv/other.toml"]);
        assert_eq!(other.configuration(), Some(Path::new("/srv/other.toml")));
    }

    #[test]
    fn a_workspace_that_cannot_be_opened_says_how_to_open_another() {
        let hint = |words: &[&str]| {
            let broken = Problem::new("config", "Line 3 is no TOML.", "Mend line 3.");
            let started = Arguments::try_parse_from(words).unwrap();
            started.besides(broken).hint.unwrap()
        };
        let own = hint(&["sluice", "--config", "hr.toml"]);
        assert!(own.starts_with("Mend line 3. "), "{own}");
        assert!(own.contains("`sluice --demo`"), "{own}");
        assert_eq!(hint(&["sluice"]), "Mend line 3.");
    }

    #[test]
    fn the_demo_that_starts_at_login_stays_the_demo() {
        let words = Arguments::try_parse_from(["sluice"])
            .unwrap()
            .at_login()
            .unwrap();
        let last = || -> Option<KnownWorkspace> { panic!("the last workspace is asked for") };
        let again =
            Arguments::try_parse_from(std::iter::once("sluice".to_owned()).chain(words)).unwrap();
        assert_eq!(again.or_last(last).configuration(), None);
    }

    #[test]
    fn what_starts_at_login_is_what_was_started_by_paths_from_the_root() {
        let started = ["sluice", "--config", "hr.toml", "--listen", "[::1]:1443"];
        let started = Arguments::try_parse_from(started)
            .unwrap()
            .seen_from(Path::new("/home/ann"));
        let words = started.at_login().unwrap();
        let again =
            Arguments::try_parse_from(std::iter::once("sluice".to_owned()).chain(words)).unwrap();
        assert_eq!(again.configuration(), Some(Path::new("/home/ann/hr.toml")));
        assert_eq!(
            again,
            Arguments {
                background: true,
                ..started
            }
        );
    }
}
