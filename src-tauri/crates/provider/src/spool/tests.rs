use super::*;
use serde_json::json;

fn user(id: &str, title: &str, active: bool) -> Map<String, Json> {
    let user = json!({"id": id, "userName": id, "title": title, "active": active});
    user.as_object().unwrap().clone()
}

fn imported(
    parent: &Path,
    before: Option<&ImportFolder>,
    users: &[Map<String, Json>],
) -> (ImportFolder, Counts) {
    let folder = ImportFolder::begin(parent).unwrap();
    let mut spool = Spool::begin(&folder, Resources::Users, before).unwrap();
    for user in users {
        assert_eq!(spool.take(user, 1).unwrap(), Taken::Once);
    }
    let counts = spool.end().unwrap();
    (folder, counts)
}

fn ids(folder: &ImportFolder, kind: DifferenceKind) -> Vec<String> {
    let page = folder.page(Resources::Users, kind, 0, 100, "").unwrap();
    page.items.into_iter().map(|item| item.id).collect()
}

#[test]
fn what_is_new_changed_inactive_active_again_and_missing_is_told_once_each() {
    let parent = tempfile::tempdir().unwrap();
    let (first, counts) = imported(
        parent.path(),
        None,
        &[
            user("same", "a", true),
            user("changed", "a", true),
            user("leaves", "a", true),
            user("returns", "a", false),
            user("gone", "a", true),
        ],
    );
    assert_eq!((counts.seen, counts.new), (5, 5));
    let (second, counts) = imported(
        parent.path(),
        Some(&first),
        &[
            user("returns", "a", true),
            user("new", "a", true),
            user("same", "a", true),
            user("changed", "b", true),
            user("leaves", "a", false),
        ],
    );
    assert_eq!(
        counts,
        Counts {
            seen: 5,
            new: 1,
            changed: 1,
            inactive: 1,
            active: 1,
            missing: 1,
            same: 1,
        }
    );
    for (kind, id) in [
        (DifferenceKind::New, "new"),
        (DifferenceKind::Changed, "changed"),
        (DifferenceKind::Inactive, "leaves"),
        (DifferenceKind::Active, "returns"),
        (DifferenceKind::Missing, "gone"),
    ] {
        assert_eq!(ids(&second, kind), [id]);
    }
    let changed = second
        .page(Resources::Users, DifferenceKind::Changed, 0, 1, "")
        .unwrap();
    assert_eq!(
        changed.items[0].changes,
        [AttributeChange {
            path: "title".to_owned(),
            before: Some(json!("a")),
            after: Some(json!("b")),
        }]
    );
}

#[test]
fn a_resource_that_comes_twice_is_told_with_its_first_page_and_counted_once() {
    let parent = tempfile::tempdir().unwrap();
    let (first, _) = imported(parent.path(), None, &[user("a", "x", true)]);
    let folder = ImportFolder::begin(parent.path()).unwrap();
    let mut spool = Spool::begin(&folder, Resources::Users, Some(&first)).unwrap();
    for (id, page, taken) in [
        ("a", 1, Taken::Once),
        ("b", 1, Taken::Once),
        (
            "a",
            2,
            Taken::Twice {
                id: "a".to_owned(),
                first: 1,
            },
        ),
        (
            "b",
            3,
            Taken::Twice {
                id: "b".to_owned(),
                first: 1,
            },
        ),
        (
            "b",
            4,
            Taken::Twice {
                id: "b".to_owned(),
                first: 1,
            },
        ),
    ] {
        assert_eq!(spool.take(&user(id, "x", true), page).unwrap(), taken);
    }
    let nameless = json!({"id": "c"}).as_object().unwrap().clone();
    assert_eq!(spool.take(&nameless, 4).unwrap(), Taken::Nameless);
    let counts = spool.end().unwrap();
    assert_eq!((counts.seen, counts.same, counts.new), (2, 1, 1));
}

#[test]
fn a_list_is_read_in_parts_and_searched() {
    let parent = tempfile::tempdir().unwrap();
    let users: Vec<_> = (0..250)
        .map(|n| user(&format!("user-{n:03}"), "x", true))
        .collect();
    let (folder, _) = imported(parent.path(), None, &users);
    let page = |offset, search: &str| {
        folder
            .page(Resources::Users, DifferenceKind::New, offset, 100, search)
            .unwrap()
    };
    let last = page(200, "");
    assert_eq!((last.total, last.items.len()), (250, 50));
    assert_eq!(last.items[0].id, "user-200");
    let found = page(0, "USER-24");
    assert_eq!((found.total, found.items.len()), (10, 10));
    assert_eq!(page(0, "nobody").total, 0);
}

#[test]
fn a_folder_that_is_not_kept_is_gone_and_one_that_is_kept_can_be_compared_with() {
    let parent = tempfile::tempdir().unwrap();
    let (folder, _) = imported(parent.path(), None, &[user("a", "x", true)]);
    let path = folder.path().to_owned();
    drop(folder);
    assert!(!path.exists());
    let (folder, _) = imported(parent.path(), None, &[user("a", "x", true)]);
    let kept = folder.keep(&parent.path().join("run")).unwrap();
    assert!(kept.is_whole());
    let (_, counts) = imported(parent.path(), Some(&kept), &[user("a", "x", true)]);
    assert_eq!((counts.same, counts.new, counts.missing), (1, 0, 0));
    kept.thin_out();
    assert!(!kept.is_whole());
    assert_eq!(ids(&kept, DifferenceKind::New), ["a"]);
}
