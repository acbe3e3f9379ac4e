//! Who reads supporting documents, and who writes them: they are never public.

use nasij::access::{NewAccount, Role, Scope};
use nasij::database::types::Id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials};
use crate::documents::{document_path, documents};
use crate::files::{PDF, pdf};
use crate::nominations::{of_association, of_city};
use crate::steps::association;

/// All ways to read of a document.
fn reads(nomination: &Value, document: &Value) -> [String; 3] {
    let path = document_path(document);
    [documents(nomination), path.clone(), format!("{path}/content")]
}

/// Whatever way it is read, the answer has this status; what is refused tells nothing.
async fn is_read(app: &App, token: &str, (nomination, document): (&Value, &Value), status: u16, who: &str) {
    for path in reads(nomination, document) {
        let answer = app.get_as(token, &path).await;
        assert_eq!(answer.status, status, "{who} reads {path}: {}", String::from_utf8_lossy(&answer.body));
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(body.contains("statuts") || body.contains("%PDF"), status == 200, "{who}: {body}");
    }
}

impl App {
    /// An account of a juror, and its token.
    async fn some_juror(&self, role: Role) -> (Credentials, String) {
        let credentials = self.account(&NewAccount::of_role(role, "Some juror"));
        let token = self.token_of(&credentials).await;
        (credentials, token)
    }

    /// Gives a nomination to a juror, in this state of the evaluation.
    fn hand_to_juror(&self, nomination: &Value, juror: &Credentials, status: &str) {
        let (id, juror) = (nomination["id"].as_str().expect("an identifier"), &juror.client_id);
        self.execute(format!("DELETE FROM evaluations WHERE juror_id = '{juror}'"));
        let added = self.execute(format!(
            "INSERT INTO evaluations (id, nomination_id, juror_id, status, scores, version, created_at, updated_at) \
             SELECT '{}', id, '{juror}', '{status}', '{{}}', 1, created_at, \
             updated_at FROM nominations WHERE id = '{id}'",
            Id::new()
        ));
        assert_eq!(added, 1, "the evaluation of {id}");
    }
}

#[tokio::test]
async fn the_documents_of_a_draft_are_seen_by_who_sees_the_draft() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &draft, "1").await;
    let both = (&draft, &document);
    is_read(&app, &token, both, 200, "the nominator").await;
    for role in [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::Auditor] {
        is_read(&app, &app.token(role).await, both, 200, &role.to_string()).await;
    }
    let integration = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    for (token, who) in [
        (app.token(Role::Juror).await, "a juror"),
        (app.representative_of_city("rabat").await, "another city"),
        (integration, "a system"),
    ] {
        is_read(&app, &token, both, 404, who).await;
    }
    is_read(&app, &app.token(Role::JuryChair).await, both, 403, "a chair, who reads none").await;
    for path in reads(&draft, &document) {
        app.get(&path).await.problem(401);
    }
}

#[tokio::test]
async fn the_documents_of_a_submitted_nomination_are_not_public() {
    let app = App::start().await;
    let (token, nomination) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &nomination, "1").await;
    app.put_nomination_in(&nomination, "submitted");
    let both = (&nomination, &document);
    is_read(&app, &token, both, 200, "the nominator").await;
    let again = app.representative_of_city("fes").await;
    is_read(&app, &again, both, 200, "another representative of the city").await;
    let admin = app.token_of(app.admin()).await;
    let other = app.add_association(&admin, &association("Association d'autrui")).await.json();
    let integration = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    for (token, who) in [
        (app.token(Role::Juror).await, "a juror"),
        (app.token(Role::JuryChair).await, "a chair"),
        (app.representative_of_city("rabat").await, "another city"),
        (app.representative_of(&other).await, "an association"),
        (integration, "a system"),
    ] {
        is_read(&app, &token, both, 403, who).await;
    }
    for path in reads(&nomination, &document) {
        app.get(&path).await.problem(401);
    }
}

#[tokio::test]
async fn a_juror_reads_them_after_declaring_that_there_is_no_conflict() {
    let app = App::start().await;
    let (token, nomination) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &nomination, "1").await;
    let admin = app.token_of(app.admin()).await;
    let other = app.nominate(&admin, &of_city(2027, "rabat")).await;
    let other_document = app.add_pdf(&admin, &other, "1").await;
    for nomination in [&nomination, &other] {
        app.put_nomination_in(nomination, "under_evaluation");
    }
    let (juror, token) = app.some_juror(Role::Juror).await;
    for (status, read) in
        [("assigned", 403), ("draft", 200), ("submitted", 200), ("recused", 403), ("voided", 403)]
    {
        app.hand_to_juror(&nomination, &juror, status);
        is_read(&app, &token, (&nomination, &document), read, status).await;
        is_read(&app, &token, (&other, &other_document), 403, "a juror of another nomination").await;
    }
    app.hand_to_juror(&nomination, &juror, "draft");
    let stranger = app.token(Role::Juror).await;
    is_read(&app, &stranger, (&nomination, &document), 403, "a juror of another one").await;
    // Who chairs the jury evaluates nothing.
    let (chair, token) = app.some_juror(Role::JuryChair).await;
    app.hand_to_juror(&nomination, &chair, "draft");
    is_read(&app, &token, (&nomination, &document), 403, "a chair").await;
}

#[tokio::test]
async fn a_document_is_found_under_its_own_nomination_alone() {
    let app = App::start().await;
    let (token, hidden) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &hidden, "1").await;
    let other = app.representative_of_city("rabat").await;
    let own = app.nominate(&other, &of_city(2027, "rabat")).await;
    let path = format!("{}/{}", documents(&own), document["id"].as_str().unwrap());
    for path in [path.clone(), format!("{path}/content")] {
        assert_eq!(app.get_as(&other, &path).await.problem(404)["code"], "not_found");
    }
    app.delete(&other, &path, "*").await.problem(404);
    is_read(&app, &token, (&hidden, &document), 200, "the nominator").await;
}

#[tokio::test]
async fn only_the_nominator_writes_them() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &json!({})).await;
    let honoured = app.add_association(&admin, &association("Association à soi")).await.json();
    let ministry = app.token(Role::MinistryOfficer).await;
    let draft = app.nominate(&ministry, &of_association(2027, &honoured["id"])).await;
    let document = app.add_pdf(&ministry, &draft, "1").await;
    let representative = app.representative_of(&honoured).await;
    is_read(&app, &representative, (&draft, &document), 200, "the representative").await;
    for (token, who) in [
        (representative, "the representative, who did not nominate"),
        (app.token(Role::MinistryOfficer).await, "another officer"),
        (app.token(Role::IcsoOfficer).await, "ICSO"),
        (app.token(Role::Auditor).await, "an auditor"),
        (app.token(Role::Juror).await, "a juror"),
    ] {
        let upload = app.upload(&token, &draft, "a.pdf", (PDF, pdf("2"))).await;
        assert_eq!(upload.status, 403, "{who}");
        assert_eq!(app.delete(&token, &document_path(&document), "*").await.status, 403, "{who}");
    }
    let stranger = app.representative_of_city("rabat").await;
    app.upload(&stranger, &draft, "a.pdf", (PDF, pdf("2"))).await.problem(404);
    let to = format!("{}?name=a.pdf", documents(&draft));
    app.request(Method::POST, &to).body(PDF, pdf("2")).send().await.problem(401);
    assert_eq!(app.get_as(&admin, &documents(&draft)).await.items().len(), 1);
}
