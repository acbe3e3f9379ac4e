//! A nomination is its nominator's: nobody else writes, submits, withdraws or deletes it, whatever office they hold.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::achievements::achievement;
use crate::answer::Answer;
use crate::app::App;
use crate::files::{PDF, pdf};
use crate::nominations::{of_city, path};

/// What its nominator may do with a nomination that was sent back for completion, each once.
async fn complete(app: &App, token: &str, nomination: &Value, parts: &(String, String)) -> Vec<Answer> {
    let (achievement_path, document) = parts;
    let own = path(nomination);
    let upload = format!("{own}/documents?name=b.pdf");
    let emptied = json!({"programme": null});
    let rewritten = json!({"statement": {"fr": "Nous renonçons."}});
    vec![
        app.patch(token, &own, "*", &emptied).await,
        app.patch(token, &own, "*", &rewritten).await,
        app.put(token, &own, "*", &of_city(2027, "fes")).await,
        app.post(token, &format!("{own}/achievements"), &achievement()).await,
        app.patch(token, achievement_path, "*", &json!({"title": {"fr": "Rien."}})).await,
        app.put(token, achievement_path, "*", &achievement()).await,
        app.delete(token, achievement_path, "*").await,
        app.request(Method::POST, &upload).token(token).body(PDF, pdf("2")).send().await,
        app.delete(token, document, "*").await,
        app.take_to(token, nomination, "submitted").await,
        app.take_to(token, nomination, "withdrawn").await,
    ]
}

#[tokio::test]
async fn only_the_nominator_completes_submits_and_withdraws_a_nomination() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let nominator = app.representative_of_city("fes").await;
    let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
    let own = path(&nomination);
    let part = app.post(&nominator, &format!("{own}/achievements"), &achievement()).await.expect(201);
    let document = app.add_pdf(&nominator, &nomination, "1").await;
    let document = format!("{own}/documents/{}", document["id"].as_str().expect("an identifier"));
    let parts = (part.header("location").to_owned(), document);
    app.take_to(&nominator, &nomination, "submitted").await.expect(201);
    app.take_to(&admin, &nomination, "needs_completion").await.expect(201);
    let before = app.get(&own).await.expect(200).json();
    let others = [
        admin,
        app.token(Role::MinistryOfficer).await,
        app.token(Role::IcsoOfficer).await,
        app.representative_of_city("safi").await,
        app.representative_of_city("fes").await,
        app.token_of(&app.integration(&[Scope::NominationsSubmit])).await,
    ];
    for other in &others {
        for refused in complete(&app, other, &nomination, &parts).await {
            assert_eq!(refused.problem(403)["code"], "forbidden");
        }
    }
    assert_eq!(app.get(&own).await.expect(200).json(), before);
    for done in complete(&app, &nominator, &nomination, &parts).await {
        assert!((200..300).contains(&done.status), "{}", done.text());
    }
    assert_eq!(app.get(&own).await.json()["status"], "withdrawn");
}

#[tokio::test]
async fn nobody_deletes_or_submits_the_draft_of_another() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let system = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let (ministry, icso) = (app.token(Role::MinistryOfficer).await, app.token(Role::IcsoOfficer).await);
    for (nominator, city) in [(&system, "fes"), (&icso, "safi"), (&ministry, "agadir"), (&admin, "tetouan")] {
        let draft = app.nominate(nominator, &of_city(2027, city)).await;
        for other in [&admin, &ministry, &icso].into_iter().filter(|other| *other != nominator) {
            app.delete(other, &path(&draft), "*").await.problem(403);
            for to in ["submitted", "withdrawn"] {
                app.take_to(other, &draft, to).await.problem(403);
            }
        }
        // An office, or a system, that has made a nomination is its nominator.
        let removed = app.nominate(nominator, &of_city(2027, "meknes")).await;
        app.delete(nominator, &path(&removed), "*").await.expect(204);
        app.take_to(nominator, &draft, "submitted").await.expect(201);
        app.take_to(nominator, &draft, "withdrawn").await.expect(201);
    }
}
