//! The start at login: a file in the account's autostart folder, after the freedesktop.org specification.
//!
//! **Invariant:** the file is the choice. Whoever removes it, or switches it off in the desktop's own settings, has
//! taken the choice back, and Sluice says so.
//!
//! Only desktops of that specification are known. Another system gets its own way here, with a test on it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sluice_app::Problem;

/// The start at login of one data folder.
#[derive(Clone, Debug)]
pub struct Login {
    /// Where the file stands; `None` where this system has no such folder.
    file: Option<PathBuf>,
    /// Program and arguments; `None` where one of them is no text.
    command: Option<Vec<String>>,
}

impl Login {
    /// For the file of this name in the account's autostart folder, to start `arguments`.
    pub fn new(name: &str, arguments: Option<Vec<String>>) -> Self {
        let folder = directories::BaseDirs::new()
            .filter(|_| cfg!(target_os = "linux"))
            .map(|dirs| dirs.config_dir().join("autostart"));
        let command = program()
            .zip(arguments)
            .map(|(program, arguments)| std::iter::once(program).chain(arguments).collect());
        Self {
            file: folder.map(|folder| folder.join(format!("{name}.desktop"))),
            command,
        }
    }

    /// The file, whether it is there or not.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Whether Sluice starts at login.
    ///
    /// # Errors
    /// [`Problem`] `workstation.login` where the file is there and cannot be read.
    pub fn is_on(&self) -> Result<bool, Problem> {
        let Some(file) = &self.file else {
            return Ok(false);
        };
        match std::fs::read_to_string(file) {
            Ok(text) => Ok(starts(&text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(problem(file, "read", &error)),
        }
    }

    /// Starts Sluice at login from now on, or no longer.
    ///
    /// # Errors
    /// [`Problem`] `workstation.login` where the file cannot be written or removed, or there can be none.
    pub fn set(&self, wanted: bool) -> Result<(), Problem> {
        let (Some(file), Some(command)) = (&self.file, &self.command) else {
            return Err(Problem::new(
                "workstation.login",
                "Sluice cannot be started at login here.",
                "Start it with the means of this system.",
            ));
        };
        if !wanted {
            return match std::fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(problem(file, "removed", &error))
                }
                _ => Ok(()),
            };
        }
        file.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(file, entry(command)))
            .map_err(|error| problem(file, "written", &error))
    }
}

fn problem(file: &Path, what: &str, error: &std::io::Error) -> Problem {
    Problem::new(
        "workstation.login",
        format!("The file {} cannot be {what}: {error}.", file.display()),
        "Check the rights of the file and its folder.",
    )
}

/// This program, by the path that will still be there at the next login: that of the image, where it runs from one.
fn program() -> Option<String> {
    std::env::var("APPIMAGE").ok().or_else(|| {
        let path = std::env::current_exe().ok()?;
        path.to_str().map(ToOwned::to_owned)
    })
}

fn entry(command: &[String]) -> String {
    let command: Vec<String> = command.iter().map(|word| quoted(word)).collect();
    format!(
        "[Desktop Entry]\nType=Application\nName=Sluice\nComment=SCIM endpoint and its console\nIcon=sluice\n\
         Terminal=false\nExec={}\n",
        command.join(" ")
    )
}

/// A word of `Exec`: in quotes with what a shell would read escaped, then escaped once more as any string of the
/// file, and with `%` doubled, which begins a field code otherwise.
///
/// Source: Desktop Entry Specification 1.5, "The Exec key" and "Possible value types".
fn quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    for c in word.chars() {
        match c {
            '\\' => quoted.push_str(r"\\\\"),
            '"' | '`' | '$' => {
                let _ = write!(quoted, r"\\{c}");
            }
            '%' => quoted.push_str("%%"),
            '\n' => quoted.push_str(r"\n"),
            '\t' => quoted.push_str(r"\t"),
            '\r' => quoted.push_str(r"\r"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a session starts what the file says. Desktops switch an entry off in one of two ways.
fn starts(text: &str) -> bool {
    !text.lines().any(|line| {
        line.split_once('=').is_some_and(|(key, value)| {
            matches!(
                (key.trim(), value.trim()),
                ("Hidden", "true") | ("X-GNOME-Autostart-enabled", "false")
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(folder: &Path) -> Login {
        let words = [
            "/usr/bin/sluice",
            "--background",
            "--config",
            "/srv/my \"$hr\" 100%.toml",
        ];
        Login {
            file: Some(folder.join("autostart/org.sluice.console.desktop")),
            command: Some(words.map(str::to_owned).to_vec()),
        }
    }

    #[test]
    fn the_choice_is_a_file_and_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let login = login(folder.path());
        assert!(!login.is_on().unwrap());
        login.set(true).unwrap();
        assert!(login.is_on().unwrap());
        login.set(false).unwrap();
        assert!(!login.is_on().unwrap());
        assert!(!login.file().unwrap().exists());
        // Taken back twice is taken back.
        login.set(false).unwrap();
    }

    #[test]
    fn a_desktop_that_switches_the_entry_off_has_taken_the_choice_back() {
        let folder = tempfile::tempdir().unwrap();
        let login = login(folder.path());
        for line in ["Hidden=true", "X-GNOME-Autostart-enabled=false"] {
            login.set(true).unwrap();
            let file = login.file().unwrap();
            let text = std::fs::read_to_string(file).unwrap();
            std::fs::write(file, format!("{text}{line}\n")).unwrap();
            assert!(!login.is_on().unwrap(), "{line}");
        }
    }

    #[test]
    fn the_command_is_written_by_the_rules_of_the_specification() {
        // The specification's own examples: a literal dollar in a quoted word is \\$, a backslash is \\\\.
        for (word, written) in [
            ("/opt/my app/sluice", r#""/opt/my app/sluice""#),
            ("$HOME", r#""\\$HOME""#),
            (r"C:\hr", r#""C:\\\\hr""#),
            (r#"a"b`c"#, r#""a\\"b\\`c""#),
            ("100%", r#""100%%""#),
        ] {
            assert_eq!(quoted(word), written, "{word}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_said_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("autostart"), "a file").unwrap();
        let refused = login(folder.path()).set(true).unwrap_err();
        assert_eq!(refused.code, "workstation.login");
        assert!(
            refused.message.contains("org.sluice.console.desktop"),
            "{refused:?}"
        );
    }
}
