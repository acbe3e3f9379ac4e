//! The celebrations, the next city, and the end.

use reqwest::Method;
use serde_json::json;

use super::people::{People, day};
use super::recorder::{Shown, Story};

const EDITION: &str = "/v1/editions/2027";

/// The edition is celebrated while the next city is designated, completed, archived, and looked back at.
pub(super) async fn celebration(story: &mut Story, people: &People) {
    story.chapter("The celebrations and the next city");
    let days = json!({"starts_on": day(2), "ends_on": day(1)});
    story.send(Method::PATCH, &people.ministry, EDITION, Some("*"), Some(&days)).await.expect(200);
    story
        .take(&people.ministry, EDITION, &json!({"to": "in_progress"}), Shown::Fields(&["from", "to"]))
        .await
        .expect(201);
    story.tell("The next city can be designated while the celebrations are under way: here directly, with written reasons, as the \
                real editions were decided until now. It needs both signatures as well.");
    let next = json!({"year": 2028, "name": {"fr": "Capitale de la société civile marocaine 2028"}});
    story.post(&people.ministry, "/v1/editions", &next, Shown::Status).await.expect(201);
    let proposal = json!({
        "kind": "city", "basis": "direct", "city_code": "agadir",
        "reason": {"fr": "Agadir suivait Fès dans le classement de 2027."},
    });
    let designations = "/v1/editions/2028/designations";
    let proposed = story
        .post(&people.ministry, designations, &proposal, Shown::Fields(&["basis", "status", "reason"]))
        .await
        .expect(201)
        .json();
    let id = story.name(&proposed["id"], "designation of 2028");
    let designation = format!("{designations}/{id}");
    let signature = json!({"digest": proposed["digest"]});
    for who in [&people.icso, &people.ministry] {
        story
            .send(Method::POST, who, &format!("{designation}/signatures"), None, Some(&signature))
            .await
            .expect(201);
    }
    story
        .take(&people.ministry, &designation, &json!({"to": "published"}), Shown::Fields(&["from", "to"]))
        .await
        .expect(201);
    let edition = story
        .read(&people.public, EDITION, Shown::Fields(&["status", "next_city_announced"]))
        .await
        .expect(200)
        .json();
    assert_eq!(edition["next_city_announced"]["for_year"], 2028);
    for to in ["completed", "archived"] {
        story
            .take(&people.ministry, EDITION, &json!({"to": to}), Shown::Fields(&["from", "to"]))
            .await
            .expect(201);
    }
    let history =
        story.read(&people.public, "/v1/editions/2027/history", Shown::Fields(&["from", "to"])).await.items();
    let states: Vec<&str> = history.iter().filter_map(|change| change["to"].as_str()).collect();
    let expected = [
        "city_call_open",
        "city_review",
        "designated",
        "honours_call_open",
        "honours_review",
        "in_progress",
        "completed",
        "archived",
    ];
    assert_eq!(states, expected);
    story.tell("The auditor reads who did what; nobody can change what stands there.");
    let trail = story
        .read(
            &people.auditor,
            "/v1/audit?resource_type=designation&limit=2",
            Shown::Fields(&["action", "resource_type"]),
        )
        .await
        .items();
    assert_eq!(trail.len(), 2);
}
