//! How deletions and restorations are asked for, of records that nothing refers to and of deleted ones; and what changes such
//! a record into another one.

use serde_json::{Value, json};

use super::{Operation, id};
use crate::app::App;
use crate::nominations::{of_city, path};
use crate::steps::association;

/// The edition that nothing refers to.
const UNUSED: i64 = 2048;
/// The edition that is deleted.
const DELETED: i64 = 2049;

/// Records of each kind: one that can be deleted and one that can be restored.
pub(super) struct Kept {
    associations: [String; 2],
    nomination: String,
    /// One that stays, and one that can be merged into it.
    twins: [String; 2],
    /// A merge that can be undone.
    merge: String,
}

fn city(code: &str, slug: &str) -> Value {
    json!({"code": code, "slug": slug, "name": {"fr": slug}, "kind": "rural", "province_code": "02.411"})
}

impl Kept {
    /// Makes them.
    pub(super) async fn new(app: &App) -> Self {
        let admin = app.with_draft_edition(UNUSED, &json!({})).await;
        app.with_draft_edition(DELETED, &json!({})).await;
        app.post(&admin, "/v1/cities", &city("02.411.01.97", "inutile")).await.expect(201);
        app.post(&admin, "/v1/cities", &city("02.411.01.96", "supprimee")).await.expect(201);
        let unused = app.add_association(&admin, &association("Association inutile")).await.json();
        let deleted = app.add_association(&admin, &association("Association supprimée")).await.json();
        let draft = app.nominate(&admin, &of_city(UNUSED, "safi")).await;
        let mut twins = Vec::new();
        for name in ["Association qui reste", "Association double", "Association fondue"] {
            twins.push(id(&app.add_association(&admin, &association(name)).await.json()));
        }
        let merges = format!("/v1/associations/{}/merges", twins[0]);
        let merge = app.post(&admin, &merges, &merge_of(&twins[2])).await.expect(201).json();
        let kept = Self {
            associations: [id(&unused), id(&deleted)],
            nomination: id(&draft),
            twins: [twins[0].clone(), twins[1].clone()],
            merge: id(&merge),
        };
        let association = format!("/v1/associations/{}", kept.associations[1]);
        let edition = format!("/v1/editions/{DELETED}");
        for path in ["/v1/cities/supprimee", &association, &edition, &path(&draft)] {
            app.delete(&admin, path, "*").await.expect(204);
        }
        kept
    }

    /// The path of such an operation.
    pub(super) fn path(&self, operation: &Operation) -> Option<String> {
        Some(match operation.rule.operation {
            "delete_city" | "replace_city" | "update_city: identity" => "/v1/cities/inutile".to_owned(),
            "delete_association" => format!("/v1/associations/{}", self.associations[0]),
            "delete_edition" => format!("/v1/editions/{UNUSED}"),
            "create_city_restoration" => "/v1/cities/supprimee/restorations".to_owned(),
            "create_association_restoration" => {
                format!("/v1/associations/{}/restorations", self.associations[1])
            }
            "create_edition_restoration" => format!("/v1/editions/{DELETED}/restorations"),
            "create_nomination_restoration" => format!("/v1/nominations/{}/restorations", self.nomination),
            "list_association_merges" | "create_association_merge" => self.merges(),
            "get_association_merge" => format!("{}/{}", self.merges(), self.merge),
            "create_association_merge_reversal" => format!("{}/{}/reversals", self.merges(), self.merge),
            _ => return None,
        })
    }

    fn merges(&self) -> String {
        format!("/v1/associations/{}/merges", self.twins[0])
    }

    /// The body of a merge or of a restoration, or of a change of the city that nothing refers to.
    pub(super) fn body_of(&self, operation: &str) -> Option<Value> {
        match operation {
            "create_association_merge" => Some(merge_of(&self.twins[1])),
            "create_association_merge_reversal" => Some(json!({"reason": "Elles sont deux."})),
            "replace_city" => Some(city("02.411.01.97", "inutile")),
            "update_city: identity" => Some(json!({"name": {"fr": "Utile"}, "slug": "utile"})),
            _ => operation.ends_with("_restoration").then(|| json!({"reason": "Par erreur."})),
        }
    }
}

fn merge_of(duplicate: &str) -> Value {
    json!({"duplicate_id": duplicate, "reason": "Inscrite deux fois."})
}
