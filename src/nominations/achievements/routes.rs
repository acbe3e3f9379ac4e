//! Achievements over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};

use super::model::{AchievementInput, PublicAchievement};
use super::queries;
use crate::access::policy::{
    CreateAchievement, DeleteAchievement, ReplaceAchievement, Rule, UpdateAchievement,
};
use crate::access::{Authorized, Caller, MaybeCaller};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;
use crate::nominations::access::Audience;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_achievements)
        .service(create_achievement)
        .service(get_achievement)
        .service(replace_achievement)
        .service(update_achievement)
        .service(delete_achievement);
}

/// List achievements
///
/// What the nominated city or association has achieved, in the order in which it was told. Seen by whoever sees the
/// nomination.
#[utoipa::path(
    operation_id = "list_achievements",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ListQuery<PublicAchievement>,
    ),
    responses((status = 200, description = "A page of achievements.", body = List<PublicAchievement>)),
)]
#[get("/v1/nominations/{id}/achievements")]
async fn list_achievements(
    caller: MaybeCaller,
    id: web::Path<String>,
    query: ListQuery<PublicAchievement>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let audience = Audience::of(caller.0.as_ref());
    query
        .serve(&database, move |connection, request| queries::list(connection, &audience, &id, request))
        .await
}

/// Get an achievement
///
/// One achievement of a nomination. Seen by whoever sees the nomination.
#[utoipa::path(
    operation_id = "get_achievement",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("achievement_id" = Id, Path, description = "Identifier of the achievement."),
        ItemQuery<PublicAchievement>,
    ),
    responses((status = 200, description = "The achievement.", body = PublicAchievement)),
)]
#[get("/v1/nominations/{id}/achievements/{achievement_id}")]
async fn get_achievement(
    caller: MaybeCaller,
    path: web::Path<(String, String)>,
    query: ItemQuery<PublicAchievement>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let audience = Audience::of(caller.0.as_ref());
    let achievement =
        database.read(move |connection| queries::get(connection, &audience, (&path.0, &path.1))).await?;
    Ok(query.answer(&achievement))
}

/// Create an achievement
///
/// Adds an achievement to a nomination, after the others: at most 50 (409). Only its nominator may, and
/// only while the nomination is a draft or sent back for completion (409).
#[utoipa::path(
    operation_id = "create_achievement",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(content = AchievementInput, description = "The achievement."),
    responses((status = 201, description = "The achievement was added.", body = PublicAchievement)),
)]
#[post("/v1/nominations/{id}/achievements")]
async fn create_achievement(
    caller: Authorized<CreateAchievement>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<AchievementInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, &caller, actor, &id, content.clone())
        })
        .await
}

/// Replace an achievement
///
/// Replaces all that can be written of an achievement, while its nomination is a draft or sent back for completion (409).
#[utoipa::path(
    operation_id = "replace_achievement",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("achievement_id" = Id, Path, description = "Identifier of the achievement."),
    ),
    request_body(content = AchievementInput, description = "The achievement."),
    responses((status = 200, description = "The achievement as it is now.", body = PublicAchievement)),
)]
#[put("/v1/nominations/{id}/achievements/{achievement_id}")]
async fn replace_achievement(
    caller: Authorized<ReplaceAchievement>,
    write: WriteRequest,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    input: Valid<AchievementInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Replace(Box::new(input.content));
    change_achievement(
        ReplaceAchievement::RULE,
        caller.into_caller(),
        write,
        path,
        if_match,
        change,
        database,
    )
    .await
}

/// Update an achievement
///
/// Changes some fields of an achievement (RFC 7396), while its nomination is a draft or sent back for completion (409):
/// fields that are not named stay, `null` makes a field unknown.
#[utoipa::path(
    operation_id = "update_achievement",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("achievement_id" = Id, Path, description = "Identifier of the achievement."),
    ),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "The fields to change.",
        example = json!({"achieved_on": "2025-06-14"}),
    ),
    responses((status = 200, description = "The achievement as it is now.", body = PublicAchievement)),
)]
#[patch("/v1/nominations/{id}/achievements/{achievement_id}")]
async fn update_achievement(
    caller: Authorized<UpdateAchievement>,
    write: WriteRequest,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    patch: MergePatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Merge(patch);
    change_achievement(UpdateAchievement::RULE, caller.into_caller(), write, path, if_match, change, database)
        .await
}

async fn change_achievement(
    rule: Rule,
    caller: Caller,
    write: WriteRequest,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    change: Change<AchievementInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .update(&database, move |connection| {
            queries::update(connection, rule, (&caller, &actor), (&path.0, &path.1), &if_match, &change)
        })
        .await
}

/// Delete an achievement
///
/// Takes an achievement from a nomination, while that is a draft or sent back for completion (409).
#[utoipa::path(
    operation_id = "delete_achievement",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("achievement_id" = Id, Path, description = "Identifier of the achievement."),
    ),
    responses((status = 204, description = "The achievement was deleted.")),
)]
#[delete("/v1/nominations/{id}/achievements/{achievement_id}")]
async fn delete_achievement(
    caller: Authorized<DeleteAchievement>,
    write: WriteRequest,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .delete(&database, move |connection| {
            queries::delete(connection, (&caller, &actor), (&path.0, &path.1), &if_match)
        })
        .await
}
