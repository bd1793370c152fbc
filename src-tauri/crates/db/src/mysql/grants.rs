//! The lines of SHOW GRANTS, read: `GRANT SELECT, INSERT (A) ON hr.USERS TO …`.
//!
//! **Invariant:** what stands behind TO is never kept; it may hold the hash of a password.

use sluice_core::catalogue::{Grant, ObjectName};
use sluice_core::sql::name_parts;

/// Rights without which an account is not the server's master. MySQL 8 lists them instead of
/// writing ALL PRIVILEGES.
const MASTER: [&str; 8] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE", "CREATE", "DROP", "SUPER",
];

/// The rights of all lines. Memberships in roles are left out, because the rights of active roles
/// have lines of their own.
pub(super) fn read(lines: &[String]) -> Vec<Grant> {
    lines.iter().flat_map(|line| line_of(line)).collect()
}

/// Whether no right limits the account.
pub(super) fn unlimited(grants: &[Grant], lines: &[String]) -> bool {
    let everywhere = |privilege: &str| {
        let mut everywhere = grants.iter().filter(|grant| grant.object.is_none());
        everywhere.any(|grant| grant.privilege == privilege)
    };
    // MySQL can take a single schema out again.
    let revoked = lines.iter().any(|line| line.starts_with("REVOKE "));
    !revoked && (everywhere("ALL PRIVILEGES") || MASTER.into_iter().all(everywhere))
}

fn line_of(line: &str) -> Vec<Grant> {
    let Some(rest) = line.strip_prefix("GRANT ") else {
        return Vec::new();
    };
    let Some(on) = find(rest, " ON ") else {
        return Vec::new();
    };
    let (privileges, behind) = (&rest[..on], &rest[on + " ON ".len()..]);
    let Some(to) = find(behind, " TO ") else {
        return Vec::new();
    };
    let with_option = behind[to..].ends_with("GRANT OPTION");
    let on = behind[..to].trim();
    let object = object_of(on);
    if object.is_none() && on != "*.*" {
        return Vec::new();
    }
    let mut names = split(privileges);
    if with_option {
        names.push("GRANT OPTION".to_owned());
    }
    names
        .into_iter()
        // The word for no right at all, and the right to be somebody else.
        .filter(|name| !matches!(name.as_str(), "USAGE" | "PROXY"))
        .map(|privilege| Grant {
            privilege,
            object: object.clone(),
        })
        .collect()
}

/// The schema or object that a right is on; `None` for the whole server.
fn object_of(on: &str) -> Option<ObjectName> {
    let mut text = on;
    for word in [
        "TABLE ",
        "PROCEDURE ",
        "FUNCTION ",
        "PACKAGE BODY ",
        "PACKAGE ",
    ] {
        text = text.strip_prefix(word).unwrap_or(text);
    }
    if text == "*.*" {
        return None;
    }
    if let Some(schema) = text.strip_suffix(".*") {
        let schema = name_parts(schema).pop()?.text;
        // Here `_` and `%` stand for other characters unless a backslash says that they do not.
        let schema = schema.replace("\\_", "_").replace("\\%", "%");
        return Some(ObjectName::new(Some(&schema), ""));
    }
    let mut parts = name_parts(text);
    let name = parts.pop()?.text;
    let schema = parts.pop()?.text;
    Some(ObjectName::new(Some(&schema), &name))
}

/// `SELECT (A, B), INSERT` as its rights; columns stay with theirs.
fn split(privileges: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = privileges;
    while !rest.is_empty() {
        let end = find(rest, ",").unwrap_or(rest.len());
        let name = rest[..end].trim();
        names.push(match name.split_once('(') {
            Some((word, columns)) => {
                format!("{} ({columns}", word.trim_end().to_ascii_uppercase())
            }
            None => name.to_ascii_uppercase(),
        });
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    names
}

/// Where a mark stands outside quotes and brackets.
fn find(text: &str, mark: &str) -> Option<usize> {
    let (mut quote, mut depth) = (None, 0_usize);
    for (index, character) in text.char_indices() {
        if quote.is_none() && depth == 0 && text[index..].starts_with(mark) {
            return Some(index);
        }
        match character {
            '`' | '\'' | '"' if quote.is_none() => quote = Some(character),
            _ if quote == Some(character) => quote = None,
            '(' if quote.is_none() => depth += 1,
            ')' if quote.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &[&str]) -> Vec<String> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let grants = read(&lines);
        let show = |grant: &Grant| match &grant.object {
            Some(object) => format!("{} on {object}", grant.privilege),
            None => format!("{} on all", grant.privilege),
        };
        grants.iter().map(show).collect()
    }

    #[test]
    fn every_form_of_a_grant_is_read() {
        assert_eq!(
            shown(&[
                "GRANT USAGE ON *.* TO `scim`@`%` IDENTIFIED BY PASSWORD '*0123'",
                "GRANT SELECT, INSERT ON `hr\\_1`.* TO `scim`@`%`",
                "GRANT SELECT (`A`, `B TO C`), UPDATE ON `hr`.`USERS` TO `scim`@`%` WITH GRANT OPTION",
                "GRANT EXECUTE ON PROCEDURE `hr`.`add_user` TO `scim`@`%`",
                "GRANT `clerk` TO `scim`@`%`",
                "GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION",
                "SET DEFAULT ROLE `clerk` FOR `scim`@`%`",
            ]),
            [
                "SELECT on hr_1.",
                "INSERT on hr_1.",
                "SELECT (`A`, `B TO C`) on hr.USERS",
                "UPDATE on hr.USERS",
                "GRANT OPTION on hr.USERS",
                "EXECUTE on hr.add_user",
            ]
        );
    }

    #[test]
    fn who_may_do_everything_everywhere_is_unlimited() {
        let judged = |lines: &[&str]| {
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            unlimited(&read(&lines), &lines)
        };
        assert!(judged(&[
            "GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION"
        ]));
        let eight = "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, SUPER, EXECUTE ON *.* TO `root`@`%`";
        assert!(judged(&[eight]));
        assert!(!judged(&[eight, "REVOKE SELECT ON `hr`.* FROM `root`@`%`"]));
        assert!(!judged(&["GRANT ALL PRIVILEGES ON `hr`.* TO `scim`@`%`"]));
    }
}
