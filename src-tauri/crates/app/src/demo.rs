//! The embedded demo: a SQLite file with the demo database, and the configuration that serves it.

use std::path::{Path, PathBuf};

use crate::app::AppError;

/// The demo's configuration, as it is written for the administrator to read.
pub(crate) const CONFIGURATION: &str = include_str!("../../../../sql/demo/sqlite/sluice.toml");

/// The demo database, block by block in this order.
const SCRIPTS: [&str; 4] = [
    include_str!("../../../../sql/demo/sqlite/schema.sql"),
    include_str!("../../../../sql/demo/sqlite/views.sql"),
    include_str!("../../../../sql/demo/sqlite/procedures.sql"),
    include_str!("../../../../sql/demo/sqlite/people.sql"),
];

/// Makes what is missing of the demo under `data_dir/demo` and returns the configuration's path.
/// What is there stays: a demo that was played with keeps its changes.
pub(crate) async fn ensure(data_dir: &Path) -> Result<PathBuf, AppError> {
    let folder = data_dir.join("demo");
    let fail = |source| AppError::Folder {
        path: folder.clone(),
        source,
    };
    std::fs::create_dir_all(&folder).map_err(fail)?;
    let configuration = folder.join("sluice.toml");
    if !configuration.exists() {
        std::fs::write(&configuration, CONFIGURATION).map_err(fail)?;
    }
    let database = folder.join("demo.db");
    if !database.exists() {
        let beside = folder.join("demo.db.new");
        let _ = std::fs::remove_file(&beside);
        sluice_db::create_sqlite(&beside, &SCRIPTS)
            .await
            .map_err(AppError::Demo)?;
        std::fs::rename(&beside, &database).map_err(fail)?;
    }
    Ok(configuration)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_core::config::Workspace;

    #[test]
    fn the_demo_configuration_maps_all_ten_operations_for_both_applications() {
        let workspace = Workspace::parse(CONFIGURATION).unwrap();
        assert_eq!(workspace.applications.len(), 2);
        for application in workspace.applications.values() {
            let ten = sluice_core::Operation::ALL.into_iter();
            for operation in ten.filter(|operation| !operation.is_optional()) {
                assert!(
                    application.mapping(operation).is_some(),
                    "{}: {operation}",
                    application.name
                );
            }
        }
    }
}
