//! Each step from the facts it is decided by.

use super::*;
use sluice_core::config::{Dialect, Environment};

use crate::commands::overview::PoolInfo;

fn mapping(statement: &str) -> Mapping {
    serde_json::from_value(serde_json::json!({ "kind": "sql", "statement": statement })).unwrap()
}

fn sighting(outcome: Outcome, cause: Option<&str>) -> Sighting {
    Sighting {
        at: 1_760_000_000_000,
        exchange: "an-exchange".into(),
        client: Some("Okta Agent".into()),
        outcome,
        cause: cause.map(str::to_owned),
    }
}

fn answering() -> ConnectionHealth {
    ConnectionHealth {
        name: "hr".into(),
        dialect: Dialect::Sqlite,
        environment: Environment::Test,
        address: "hr.db".into(),
        state: HealthState::Answers,
        product: Some("SQLite 3".into()),
        tls: None,
        latency_us: Some(1),
        problem: None,
        pool: PoolInfo::default(),
    }
}

fn proof(went: Went, of: &Mapping) -> Proof {
    Proof {
        at: 0,
        went,
        of: of.clone(),
    }
}

/// Everything done, as an application that has been served for a while.
fn whole() -> Facts {
    let one = mapping("SELECT 1");
    let proofs = Proofs {
        checked: Some(proof(Went::Well, &one)),
        tried: Some(proof(Went::Well, &one)),
    };
    Facts {
        any_connection: true,
        application: Some("jdbc_on_prem".into()),
        connection: Some(answering()),
        mappings: needed().map(|operation| (operation, one.clone())).collect(),
        proofs: needed()
            .map(|operation| (operation, proofs.clone()))
            .collect(),
        host: Some("scim.example.org".into()),
        names: vec!["localhost".into(), "scim.example.org".into()],
        days_left: 3_000,
        seen: Seen {
            rehearsed: Some(sighting(Outcome::Ok, None)),
            request: Some(sighting(Outcome::Ok, None)),
            import: Some(sighting(Outcome::Ok, None)),
            latest: Some(sighting(Outcome::Ok, None)),
        },
    }
}

fn step(facts: &Facts, wanted: Milestone) -> SetupStep {
    let all = steps(facts);
    all.into_iter().find(|step| step.step == wanted).unwrap()
}

#[test]
fn an_application_with_everything_done_has_nothing_left() {
    let states: Vec<_> = steps(&whole()).iter().map(|step| step.state).collect();
    assert_eq!(states, [SetupState::Done; 9]);
}

#[test]
fn an_empty_workspace_has_everything_before_it_and_begins_with_a_connection() {
    let all = steps(&Facts::default());
    assert!(
        all.iter().all(|step| step.state == SetupState::Open),
        "{all:?}"
    );
    assert_eq!(all[0].said, "Add a connection to your database");
}

#[test]
fn a_connection_without_an_application_asks_for_one() {
    let facts = Facts {
        any_connection: true,
        ..Facts::default()
    };
    assert!(
        step(&facts, Milestone::Connection)
            .said
            .starts_with("Add an application")
    );
}

#[test]
fn a_database_that_does_not_answer_says_why_and_what_to_do() {
    let mut facts = whole();
    facts.connection = Some(ConnectionHealth {
        state: HealthState::Fails,
        problem: Some(Problem::new(
            "login",
            "Login failed for “svc”",
            "Set its password.",
        )),
        ..answering()
    });
    let found = step(&facts, Milestone::Connection);
    assert_eq!(found.state, SetupState::Failed);
    assert_eq!(found.said, "hr: Login failed for “svc”");
    assert_eq!(found.hint.as_deref(), Some("Set its password."));
}

#[test]
fn what_is_not_mapped_or_switched_off_is_named() {
    let mut facts = whole();
    facts.mappings.remove(&Operation::UpdateUser);
    let found = step(&facts, Milestone::Mapped);
    assert_eq!(found.state, SetupState::Open);
    assert_eq!(found.said, "Not mapped yet: Update user");
    assert_eq!(found.operation, Some(Operation::UpdateUser));

    let mut facts = whole();
    let off = facts.mappings.get_mut(&Operation::CreateUser).unwrap();
    off.enabled = false;
    let found = step(&facts, Milestone::Mapped);
    assert_eq!(found.said, "Mapped and switched off: Create user");
    assert_eq!(found.state, SetupState::Open);
}

#[test]
fn the_optional_operation_is_not_asked_for() {
    assert!(!whole().mappings.contains_key(&Operation::IncrementalImport));
    assert_eq!(step(&whole(), Milestone::Mapped).state, SetupState::Done);
}

#[test]
fn a_mapping_that_changed_since_is_to_be_checked_and_tried_again() {
    let mut facts = whole();
    facts
        .mappings
        .insert(Operation::UpdateUser, mapping("SELECT 2"));
    let checked = step(&facts, Milestone::Checked);
    assert_eq!(checked.state, SetupState::Open);
    assert_eq!(checked.said, "Changed since the last check: Update user");
    let tried = step(&facts, Milestone::Tried);
    assert_eq!(tried.state, SetupState::Open);
    assert_eq!(tried.said, "9 of 10 operations run dry");
    assert_eq!(tried.operation, Some(Operation::UpdateUser));
}

#[test]
fn an_error_of_the_check_is_a_failure_and_a_warning_is_done_with_a_look() {
    let one = mapping("SELECT 1");
    let mut facts = whole();
    let proofs = facts.proofs.get_mut(&Operation::CreateUser).unwrap();
    proofs.checked = Some(proof(Went::Warned, &one));
    assert_eq!(step(&facts, Milestone::Checked).state, SetupState::Warned);
    let proofs = facts.proofs.get_mut(&Operation::UpdateUser).unwrap();
    proofs.checked = Some(proof(Went::Failed, &one));
    let found = step(&facts, Milestone::Checked);
    assert_eq!(found.state, SetupState::Failed);
    assert_eq!(found.operation, Some(Operation::UpdateUser));
}

#[test]
fn the_certificate_must_name_the_host_of_the_base_url() {
    let mut facts = whole();
    facts.names = vec!["localhost".into()];
    assert_eq!(
        step(&facts, Milestone::Certificate).state,
        SetupState::Failed
    );
    facts.names = vec!["*.example.org".into()];
    assert_eq!(step(&facts, Milestone::Certificate).state, SetupState::Done);
    facts.names = vec!["*.org".into()];
    assert_eq!(
        step(&facts, Milestone::Certificate).state,
        SetupState::Failed
    );
}

#[test]
fn a_certificate_that_ends_soon_warns_and_one_that_ended_fails() {
    let mut facts = whole();
    facts.days_left = 29;
    assert_eq!(
        step(&facts, Milestone::Certificate).state,
        SetupState::Warned
    );
    facts.days_left = -1;
    assert_eq!(
        step(&facts, Milestone::Certificate).state,
        SetupState::Failed
    );
}

#[test]
fn an_address_of_this_machine_only_is_told() {
    for host in ["localhost", "127.0.0.1", "::1"] {
        let mut facts = whole();
        facts.host = Some(host.into());
        facts.names = vec![host.into()];
        assert_eq!(
            step(&facts, Milestone::Endpoint).state,
            SetupState::Warned,
            "{host}"
        );
    }
}

#[test]
fn an_endpoint_that_is_stopped_is_to_be_started() {
    let mut facts = whole();
    facts.host = None;
    let found = step(&facts, Milestone::Endpoint);
    assert_eq!(found.state, SetupState::Open);
    assert_eq!(found.said, "The endpoint is stopped");
    assert_eq!(step(&facts, Milestone::Certificate).state, SetupState::Open);
}

#[test]
fn a_provider_that_is_refused_is_told_with_the_cause() {
    let mut facts = whole();
    facts.seen = Seen {
        latest: Some(sighting(Outcome::Refused, Some("Wrong token."))),
        ..Seen::default()
    };
    let found = step(&facts, Milestone::Request);
    assert_eq!(found.state, SetupState::Failed);
    assert_eq!(
        found.said,
        "The provider’s latest request was refused: Wrong token."
    );
    assert_eq!(found.exchange.as_deref(), Some("an-exchange"));
}

#[test]
fn the_host_is_read_from_a_base_url() {
    assert_eq!(
        host_of("https://a.example:1443/ws/rest/x/").as_deref(),
        Some("a.example")
    );
    assert_eq!(host_of("https://[::1]:1443/ws/").as_deref(), Some("::1"));
}
