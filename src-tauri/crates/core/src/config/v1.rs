//! How an application speaks SCIM 1.1: `[applications.NAME.v1]`.

use serde::Deserialize;
use sluice_scim::uri;
use sluice_scim::v1::{ErrorForm, Naming};

use super::{Application, Profile};
use crate::profile::COLUMN_PREFIX;

/// SCIM 1.1 of an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct V1 {
    /// The URN under which the provider's own attributes stand. By default the provider's pattern
    /// with the application's name in the URL, which need not be the provider's name for it.
    pub urn: Option<String>,
    pub errors: ErrorForm,
}

impl Application {
    /// Where the attributes of this application's users stand in SCIM 1.1.
    pub fn v1_naming(&self) -> Naming {
        let custom = self.v1.urn.clone();
        let attributes = self.paths.iter().filter_map(|(path, _)| {
            let urn = path.extension.as_ref()?;
            (!urn.eq_ignore_ascii_case(uri::ENTERPRISE_USER))
                .then(|| (urn.clone(), path.name.clone()))
        });
        Naming {
            custom: custom.unwrap_or_else(|| Naming::default_urn(&self.name)),
            column_prefix: (self.profile == Profile::Columns).then(|| COLUMN_PREFIX.to_owned()),
            attributes: attributes.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Workspace;

    #[test]
    fn the_custom_urn_is_the_providers_pattern_or_the_configured_one() {
        let text = "[applications.onprem_app]\nprofile = \"columns\"\n";
        let of = |text: &str| Workspace::parse(text).unwrap().applications["onprem_app"].clone();
        assert_eq!(
            of(text).v1_naming().custom,
            "urn:okta:onprem_app:1.0:user:custom"
        );
        let configured = of(&format!(
            "{text}[applications.onprem_app.v1]\nurn = \"urn:okta:acme_1:1.0:user:custom\"\nerrors = \"sdk\"\n"
        ));
        assert_eq!(
            configured.v1_naming().custom,
            "urn:okta:acme_1:1.0:user:custom"
        );
        assert_eq!(configured.v1.errors, ErrorForm::Sdk);
    }

    #[test]
    fn only_extensions_other_than_the_enterprise_one_are_custom() {
        let text = r#"
[applications.hr]
[applications.hr.attributes]
userName = "LOGIN"
'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department' = "DEPARTMENT"
'urn:example:badge:2.0:User:badge' = "BADGE"
"#;
        let workspace = Workspace::parse(text).unwrap();
        let naming = workspace.applications["hr"].v1_naming();
        assert_eq!(
            naming.attributes,
            [("urn:example:badge:2.0:User".to_owned(), "badge".to_owned())]
        );
    }
}
