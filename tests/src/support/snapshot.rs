//! Texts that tests make and people read: they stand in the repository, and a test fails where what it
//! makes is another. `UPDATE=1` writes them; what was written is read before it is kept.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

/// A file of the repository, named from its root.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Holds a whole file against what a test made.
///
/// # Errors
/// Where they differ, with the first line that does.
pub fn assert_file(name: &str, made: &str) -> anyhow::Result<()> {
    let path = file(name);
    if updating() {
        return std::fs::write(&path, made).with_context(|| format!("writing {name}"));
    }
    let kept = std::fs::read_to_string(&path)
        .with_context(|| format!("{name} is not there; UPDATE=1 makes it"))?;
    same(name, &kept, made)
}

/// Holds the part of a file between `<!-- made by NAME -->` and `<!-- end -->` against what a test made.
///
/// # Errors
/// Where they differ or the part is not there.
pub fn assert_part(name: &str, by: &str, made: &str) -> anyhow::Result<()> {
    let path = file(name);
    let kept = std::fs::read_to_string(&path).with_context(|| format!("{name} is not there"))?;
    let begin = format!("<!-- made by {by} -->\n");
    let (before, rest) = kept
        .split_once(&begin)
        .with_context(|| format!("{name} has no line {begin}"))?;
    let (part, after) = rest
        .split_once("<!-- end -->")
        .with_context(|| format!("{name} has no <!-- end -->"))?;
    if updating() {
        return std::fs::write(&path, format!("{before}{begin}{made}<!-- end -->{after}"))
            .with_context(|| format!("writing {name}"));
    }
    same(name, part, made)
}

fn same(name: &str, kept: &str, made: &str) -> anyhow::Result<()> {
    let different = kept
        .lines()
        .zip(made.lines())
        .position(|(kept, made)| kept != made);
    let lines = (kept.lines().count(), made.lines().count());
    let at = different.unwrap_or(lines.0.min(lines.1));
    ensure!(
        kept == made,
        "{name} is not current. Line {}:\n  kept: {}\n  made: {}\nWhere the new text is right, UPDATE=1 \
         writes it; read it before you keep it.",
        at + 1,
        kept.lines().nth(at).unwrap_or("(the end)"),
        made.lines().nth(at).unwrap_or("(the end)")
    );
    Ok(())
}
