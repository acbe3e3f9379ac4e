//! All SQL of the achievements.

use diesel::prelude::*;

use super::model::{AchievementInput, AchievementRow, PublicAchievement};
use crate::access::Caller;
use crate::access::policy::{CreateAchievement, DeleteAchievement, Rule};
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::achievements;
use crate::database::types::Id;
use crate::database::{Connection, deleted, stored};
use crate::error::{Code, Error, Result};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::nominations::access::Audience;
use crate::nominations::queries::{check_state, find as find_nomination, find_writable};

/// The most achievements of a nomination.
const MOST: i64 = 50;

/// A page of a nomination's achievements, if `audience` sees it.
pub fn list(
    connection: &mut Connection,
    audience: &Audience,
    nomination_id: &str,
    request: &ListRequest,
) -> Result<Page<PublicAchievement>> {
    let nomination = find_nomination(connection, audience, nomination_id)?.row;
    let plan = Plan::new(connection, &PublicAchievement::LIST, request)
        .within(Fragment::new("achievements.nomination_id = ").value(Value::Id(nomination.id)));
    let rows = achievements::table
        .select((AchievementRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(PublicAchievement::from))
}

/// One achievement of a nomination, if `audience` sees it.
pub fn get(
    connection: &mut Connection,
    audience: &Audience,
    (nomination_id, id): (&str, &str),
) -> Result<PublicAchievement> {
    let nomination = find_nomination(connection, audience, nomination_id)?.row;
    Ok(find(connection, nomination.id, id)?.into())
}

fn find(connection: &mut Connection, nomination_id: Id, id: &str) -> Result<AchievementRow> {
    let unknown = || Error::not_found("achievement", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    achievements::table
        .find(id)
        .filter(achievements::nomination_id.eq(nomination_id))
        .select(AchievementRow::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)
}

/// Adds an achievement to a nomination, after the others.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    nomination_id: &str,
    input: AchievementInput,
) -> Result<PublicAchievement> {
    let nomination = find_writable(connection, CreateAchievement::RULE, caller, nomination_id)?;
    check_state(CreateAchievement::RULE, &nomination)?;
    let of_nomination = achievements::table.filter(achievements::nomination_id.eq(nomination.id));
    let (count, last): (i64, Option<i64>) = of_nomination
        .select((diesel::dsl::count_star(), diesel::dsl::max(achievements::position)))
        .first(connection)?;
    if count >= MOST {
        return Err(Error::new(Code::TooManyAchievements).with("max", MOST));
    }
    let row = AchievementRow::new(nomination.id, last.unwrap_or(0) + 1, input);
    let insert = diesel::insert_into(achievements::table).values(&row);
    let row: AchievementRow = kept::insert(connection, actor, |connection| stored(connection, insert))?;
    Ok(row.into())
}

/// Changes an achievement that is still at a version which the client has seen.
pub fn update(
    connection: &mut Connection,
    rule: Rule,
    (caller, actor): (&Caller, &Actor),
    (nomination_id, id): (&str, &str),
    if_match: &IfMatch,
    change: &Change<AchievementInput>,
) -> Result<PublicAchievement> {
    let current = find_editable(connection, rule, caller, (nomination_id, id), if_match)?;
    let next = current.next(change.apply(&current.input())?);
    let this_version = achievements::table.find(current.id).filter(achievements::version.eq(current.version));
    let update = diesel::update(this_version).set(&next);
    let next: AchievementRow =
        kept::change(connection, actor, &current, |connection| stored(connection, update))?;
    Ok(next.into())
}

/// Deletes an achievement.
pub fn delete(
    connection: &mut Connection,
    (caller, actor): (&Caller, &Actor),
    (nomination_id, id): (&str, &str),
    if_match: &IfMatch,
) -> Result<()> {
    let current = find_editable(connection, DeleteAchievement::RULE, caller, (nomination_id, id), if_match)?;
    let this_version = achievements::table.find(current.id).filter(achievements::version.eq(current.version));
    let delete = diesel::delete(this_version);
    kept::delete(connection, actor, &current, |connection| deleted(connection, delete))
}

/// An achievement that `rule` lets `caller` write now.
fn find_editable(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    (nomination_id, id): (&str, &str),
    if_match: &IfMatch,
) -> Result<AchievementRow> {
    let nomination = find_writable(connection, rule, caller, nomination_id)?;
    let current = find(connection, nomination.id, id)?;
    if_match.check(&PublicAchievement::from(current.clone()))?;
    check_state(rule, &nomination)?;
    Ok(current)
}
