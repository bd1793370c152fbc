//! The house rules of ARCHITECTURE.md, held over `cargo metadata` and the sources. A failure says
//! which rule is broken, where, and what to do instead.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may know whom: arrows point left only.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("sluice-scim", &[]),
    ("sluice-core", &["sluice-scim"]),
    ("sluice-odbc", &[]),
    ("sluice-db", &["sluice-core", "sluice-odbc"]),
    ("sluice-log", &["sluice-core"]),
    ("sluice-gateway", &["sluice-core", "sluice-scim"]),
    ("sluice-provider", &["sluice-core"]),
    (
        "sluice-app",
        &[
            "sluice-core",
            "sluice-db",
            "sluice-gateway",
            "sluice-log",
            "sluice-provider",
            "sluice-scim",
        ],
    ),
    ("sluice-server", &["sluice-app", "sluice-core"]),
    ("sluice", &["sluice-app"]),
    (
        "sluice-tests",
        &[
            "sluice-app",
            "sluice-core",
            "sluice-db",
            "sluice-odbc",
            "sluice-scim",
        ],
    ),
];

/// Packages that only some crates may depend on.
const KEPT_APART: &[(&str, &[&str], &str)] = &[
    (
        "sqlx",
        &["sluice-db", "sluice-log", "sluice-tests"],
        "drivers belong into sluice-db; go through the Database port of sluice-core",
    ),
    (
        "mysql_async",
        &["sluice-db", "sluice-tests"],
        "drivers belong into sluice-db; go through the Database port of sluice-core",
    ),
    (
        "tokio-postgres",
        &["sluice-db", "sluice-tests"],
        "drivers belong into sluice-db; go through the Database port of sluice-core",
    ),
    (
        "oracledb",
        &["sluice-db", "sluice-tests"],
        "drivers belong into sluice-db; go through the Database port of sluice-core",
    ),
    (
        "mssql-tds",
        &["sluice-db"],
        "drivers belong into sluice-db; go through the Database port of sluice-core",
    ),
    (
        "native-tls",
        &["sluice-db"],
        "it stands there only to link OpenSSL in for SQL Server's driver; TLS is rustls",
    ),
    (
        "odbc-api",
        &["sluice-odbc"],
        "ODBC drivers run in the program sluice-odbc; sluice-db speaks with it",
    ),
    ("bb8", &["sluice-db"], "pools belong into sluice-db"),
    (
        "axum",
        &["sluice-gateway", "sluice-server"],
        "HTTP is served by sluice-gateway and by the console of sluice-server",
    ),
    (
        "axum-server",
        &["sluice-gateway"],
        "HTTP is served by sluice-gateway",
    ),
    (
        "rustls",
        &["sluice-db", "sluice-gateway", "sluice-provider"],
        "TLS is spoken by sluice-gateway, to databases by sluice-db, and to SCIM servers by sluice-provider",
    ),
    (
        "reqwest",
        &["sluice-provider", "sluice-tests"],
        "other SCIM servers are called by sluice-provider, which decides whose certificate is accepted",
    ),
    (
        "tokio-rustls",
        &["sluice-db"],
        "TLS to databases is spoken by sluice-db",
    ),
    (
        "tauri",
        &["sluice"],
        "the window belongs into the root package; put the work into a crate under src-tauri/crates",
    ),
    (
        "tauri-build",
        &["sluice"],
        "the window belongs into the root package",
    ),
    (
        "rfd",
        &["sluice"],
        "dialogs belong to the window; a screen saves and opens through host.save and host.open",
    ),
    (
        "keyring",
        &["sluice-app"],
        "secrets are found by the SecretStore of sluice-app",
    ),
];

/// What the pure crates do without.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::time::SystemTime",
    "std::time::Instant",
    "std::thread",
    "tokio::",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    metadata
        .packages
        .iter()
        .map(|package| {
            let normal = package
                .dependencies
                .iter()
                .filter(|d| d.kind != DependencyKind::Development);
            (
                package.name.to_string(),
                normal.map(|d| d.name.clone()).collect(),
            )
        })
        .collect()
}

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                if !path.ends_with("node_modules") && !path.ends_with("dist") {
                    walk(&path, ending, found);
                }
            } else if path.to_string_lossy().ends_with(ending) {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found
}

#[track_caller]
fn none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "\n{rule}\n  {}\n", broken.join("\n  "));
}

#[test]
fn crates_know_only_those_to_their_left() {
    let mut broken = Vec::new();
    for (package, dependencies) in dependencies() {
        let Some((_, allowed)) = MAY_KNOW.iter().find(|(name, _)| *name == package) else {
            broken.push(format!(
                "{package} is new: give it a place in ARCHITECTURE.md and in MAY_KNOW of this test"
            ));
            continue;
        };
        for dependency in dependencies.iter().filter(|d| d.starts_with("sluice")) {
            if !allowed.contains(&dependency.as_str()) {
                broken.push(format!("{package} depends on {dependency}: move what it needs into a crate both may know, or meet through a port of sluice-core"));
            }
        }
    }
    none(
        &broken,
        "Arrows between crates point left only (ARCHITECTURE.md, \"Who may know whom\"):",
    );
}

#[test]
fn drivers_http_and_the_window_stay_in_their_crates() {
    let mut broken = Vec::new();
    for (package, dependencies) in dependencies() {
        for (dependency, allowed, remedy) in KEPT_APART {
            if dependencies.contains(*dependency) && !allowed.contains(&package.as_str()) {
                broken.push(format!("{package} depends on {dependency}: {remedy}"));
            }
        }
    }
    none(
        &broken,
        "Some packages are known to some crates only (ARCHITECTURE.md, \"Who may know whom\"):",
    );
}

#[test]
fn no_program_but_the_bridge_links_a_driver_manager() {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    let mut broken = Vec::new();
    for package in &metadata.packages {
        let asks = |dependency: &&cargo_metadata::Dependency| {
            dependency.name == "sluice-odbc" && !dependency.features.is_empty()
        };
        if package.dependencies.iter().any(|d| asks(&d)) {
            broken.push(format!("{} takes features of sluice-odbc", package.name));
        }
        let on_by_default = package.features.contains_key("default");
        if package.name.as_str() == "sluice-odbc" && on_by_default {
            broken.push("sluice-odbc has default features".to_owned());
        }
    }
    none(
        &broken,
        "The library of sluice-odbc is taken without features; its feature bridge links libodbc:",
    );
}

#[test]
fn the_pure_crates_touch_nothing() {
    let mut broken = Vec::new();
    for crate_ in ["scim", "core"] {
        for (path, text) in files(&format!("src-tauri/crates/{crate_}/src"), ".rs") {
            let production = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in production
                .lines()
                .enumerate()
                .filter(|(_, line)| !line.trim_start().starts_with("//"))
            {
                for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                    broken.push(format!("{}:{}: {word}: put it behind a trait in ports.rs and implement that at the edge", path.display(), number + 1));
                }
            }
        }
    }
    none(
        &broken,
        "scim and core have no runtime, no socket, no file and no clock:",
    );
}

#[test]
fn sql_is_never_made_by_formatting() {
    let mut broken = Vec::new();
    for folder in [
        "src-tauri/crates/db/src",
        "src-tauri/crates/core/src",
        "src-tauri/crates/log/src",
        "src-tauri/crates/app/src",
    ] {
        for (path, text) in files(folder, ".rs") {
            let production = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in production.lines().enumerate() {
                let upper = line.to_uppercase();
                let makes = line.contains("format!(\"")
                    && ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "WHERE "]
                        .iter()
                        .any(|verb| upper.contains(&format!("FORMAT!(\"{verb}")));
                if makes && line.contains('{') && !line.contains("// identifiers only") {
                    broken.push(format!(
                        "{}:{}: {}",
                        path.display(),
                        number + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    none(
        &broken,
        "Statement text meets values as bound parameters only; bind the value, or mark a line that puts in nothing but identifiers with `// identifiers only`:",
    );
}

#[test]
fn only_one_file_of_the_screens_knows_the_window() {
    let mut broken = Vec::new();
    for ending in [".ts", ".tsx"] {
        for (path, text) in files("ui/src", ending) {
            if text.contains("@tauri-apps/") && !path.ends_with("host/tauri.ts") {
                broken.push(format!("{}: call through src/host instead", path.display()));
            }
        }
    }
    none(
        &broken,
        "@tauri-apps/* is imported in ui/src/host/tauri.ts only:",
    );
}

#[test]
fn screens_do_not_import_each_other() {
    let mut broken = Vec::new();
    for ending in [".ts", ".tsx"] {
        for (path, text) in files("ui/src/features", ending) {
            let features = root().join("ui/src/features");
            let Some(own) = path
                .strip_prefix(&features)
                .ok()
                .and_then(|p| p.components().next())
                .map(|c| c.as_os_str().to_string_lossy().into_owned())
            else {
                continue;
            };
            for line in text.lines().filter(|line| line.contains("from \"")) {
                let foreign = line
                    .split("features/")
                    .nth(1)
                    .is_some_and(|rest| !rest.starts_with(&own));
                let sideways = line.contains("from \"../") && !line.contains("from \"../../");
                if foreign || sideways {
                    broken.push(format!(
                        "{}: {}: move what both need to components/ or api/",
                        path.display(),
                        line.trim()
                    ));
                }
            }
        }
    }
    none(&broken, "Features never import each other:");
}

#[test]
fn every_rust_file_says_what_it_is_for() {
    let mut broken = Vec::new();
    for folder in ["src-tauri", "tests"] {
        for (path, text) in files(folder, ".rs") {
            let test_module = path.ends_with("tests.rs");
            if !text.trim_start().starts_with("//!") && !test_module {
                broken.push(format!(
                    "{}: begin it with //! and one sentence",
                    path.display()
                ));
            }
        }
    }
    none(&broken, "A file's head says its purpose:");
}

#[test]
fn the_documents_name_what_is_there() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap_or_default();
    let missing: Vec<String> = MAY_KNOW
        .iter()
        .filter(|(name, _)| !text.contains(name))
        .map(|(name, _)| format!("ARCHITECTURE.md does not mention {name}"))
        .collect();
    none(&missing, "ARCHITECTURE.md has every crate in its codemap:");
}
