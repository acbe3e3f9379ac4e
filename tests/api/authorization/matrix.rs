//! The tests themselves: each operation is asked as the table says.

use std::collections::BTreeSet;

use nasij::access::Role;
use nasij::access::policy::{self, AuditPersonalData, DraftNominations, InternalRecords, Who};
use nasij::nominations::rules::Status;
use reqwest::Method;
use strum::VariantArray as _;

use super::{HIDDEN, Operation, World, batches, documented, evaluations, operations};
use crate::answer::Answer;
use crate::app::App;

/// Whether a refusal is the right one. A draft that the caller does not see is as unknown as one that is not there.
fn is_refused(answer: &Answer) -> bool {
    answer.status == 403
        || batches::is_refused(answer)
        || (answer.status == 404 && answer.json()["code"] == "not_found")
}

#[tokio::test]
async fn every_operation_has_a_line_in_the_table_and_every_line_an_operation() {
    let app = App::start().await;
    let documented: BTreeSet<String> = documented(&app).await.into_iter().map(|(id, ..)| id).collect();
    let in_table = policy::operations().map(|rule| rule.operation.split(':').next().unwrap().to_owned());
    assert_eq!(in_table.collect::<BTreeSet<_>>(), documented, "(the table, the document)");
}

#[tokio::test]
async fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let world = World::new().await;
    let operations = operations(&world.app).await;
    let secured = |operation: &&Operation| matches!(operation.rule.who, Who::Callers(_));
    assert!(operations.iter().filter(secured).count() >= 40);
    for role in Role::VARIANTS.iter().copied() {
        let someone = world.someone(role).await;
        // The credentials of a client are another matter than a token.
        for operation in operations.iter().filter(|operation| !matches!(operation.rule.who, Who::Client)) {
            for own in [true, false] {
                let permitted = operation.rule.permits(&someone.caller, own);
                let hidden = HIDDEN.contains(&operation.rule.operation)
                    && !DraftNominations::RULE.permits(&someone.caller, own);
                // Who is refused is so in every state, but where the operation is a case of its own: the records need not
                // be in the state that it is for.
                let is_case = operation.rule.operation.contains(": ");
                let answer = if is_case || (permitted && !hidden) {
                    world.ask(operation, Some(&someone), own).await
                } else {
                    world.ask_as_it_is(operation, Some(&someone), own).await
                };
                let whose = if own { "own" } else { "another" };
                let asked = format!("{role}: {} of {whose}", operation.rule.operation);
                if !permitted || hidden {
                    assert!(is_refused(&answer), "{asked} → {}: {}", answer.status, answer.text());
                } else if operation.rule.operation != "get_security_contact" {
                    let is_done = (200..300).contains(&answer.status) && answer.status != 207;
                    assert!(is_done, "{asked} → {}", answer.text());
                }
            }
        }
    }
}

#[tokio::test]
async fn without_a_token_only_what_is_for_everyone_is_answered() {
    let world = World::new().await;
    for operation in operations(&world.app).await {
        let answer = world.ask(&operation, None, false).await;
        let name = operation.rule.operation;
        match operation.rule.who {
            Who::Everyone if HIDDEN.contains(&name) => drop(answer.expect(404)),
            Who::Everyone if name == "get_security_contact" => drop(answer.expect(404)),
            Who::Everyone => assert_eq!(answer.status, 200, "{name}: {}", answer.text()),
            Who::Client => assert!([400, 401].contains(&answer.status), "{name}: {}", answer.status),
            Who::Callers(_) => assert_eq!(answer.problem(401)["code"], "invalid_token", "{name}"),
        }
    }
}

#[tokio::test]
async fn a_write_to_a_nomination_is_only_for_the_states_that_the_table_names() {
    let world = World::new().await;
    let administrator = world.someone(Role::Admin).await;
    let operations = operations(&world.app).await;
    let stateful = operations.iter().filter(|operation| {
        let rule = operation.rule;
        let about = operation.path.starts_with("/v1/nominations/{id}");
        // The states of what a jury does are others.
        let about = about && !evaluations::concern(operation);
        about && !rule.states.is_empty() && rule.permits(&administrator.caller, true)
    });
    let mut asked = 0;
    for operation in stateful {
        for state in <Status as strum::VariantNames>::VARIANTS {
            world.prepare(operation, state);
            let answer = world.ask_as_it_is(operation, Some(&administrator), true).await;
            let told = format!("{} of a nomination that is {state}", operation.rule.operation);
            if operation.rule.states.contains(state) {
                assert!((200..300).contains(&answer.status), "{told} → {}", answer.text());
            } else {
                assert_eq!(answer.status, 409, "{told} → {}", answer.text());
            }
            asked += 1;
        }
    }
    assert!(asked >= 15 * 13, "only {asked}");
}

#[tokio::test]
async fn internal_records_are_shown_to_whom_the_table_says() {
    let world = World::new().await;
    for role in Role::VARIANTS.iter().copied() {
        let someone = world.someone(role).await;
        for own in [true, false] {
            let path = format!("/v1/associations/{}", world.associations[usize::from(!own)]);
            let shown = world.app.get_as(&someone.token, &path).await.expect(200).json();
            let permitted = InternalRecords::RULE.permits(&someone.caller, own);
            assert_eq!(shown.get("internal").is_some(), permitted, "{role}, own: {own}");
        }
    }
}

#[tokio::test]
async fn personal_data_in_the_audit_trail_is_shown_to_whom_the_table_says() {
    let world = World::new().await;
    for role in Role::VARIANTS.iter().copied() {
        let someone = world.someone(role).await;
        let answer = world.app.get_as(&someone.token, "/v1/audit?resource_type=association").await;
        if answer.status == 200 {
            let names = answer.items().iter().filter(|event| event.get("account_name").is_some()).count();
            let permitted = AuditPersonalData::RULE.permits(&someone.caller, false);
            assert_eq!(names > 0, permitted, "{role}");
        }
    }
    let scope = "grant_type=client_credentials&scope=audit:read";
    let form = "application/x-www-form-urlencoded";
    let request = world.app.request(Method::POST, "/oauth/token").basic(world.app.admin()).body(form, scope);
    let token = request.send().await.expect(200).json()["access_token"].as_str().unwrap().to_owned();
    let events = world.app.get_as(&token, "/v1/audit").await.items();
    assert!(!events.is_empty() && events.iter().all(|event| event.get("account_name").is_none()));
}

#[test]
fn the_page_about_authorisation_is_written_from_the_table() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/authorization.md"))
        .expect("docs/authorization.md");
    assert!(page == policy::markdown(), "write it anew: nasij authorization > docs/authorization.md");
}
