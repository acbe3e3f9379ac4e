//! All SQL of imports: asking for one, its turn, its progress, and what is told of its rows.

use diesel::prelude::*;

use super::model::{Counts, Import, ImportProblem, ImportRow};
use super::rows::{ImportedRow, ToldRow};
use super::rules::{self, Status};
use crate::access::Caller;
use crate::access::policy::{CancelImport, GetImport, ListImportRows, Rule};
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{import_rows, imports};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::database::{Connection, insert_all, stored};
use crate::error::{Code, Error, Result};
use crate::http::list::Listed as _;

/// Who is not heard of for so long writes no rows any more.
const LEASE_SECONDS: i64 = 15;

/// The states of imports that are not over.
const OPEN: [Keyword<Status>; 3] =
    [Keyword(Status::Queued), Keyword(Status::Running), Keyword(Status::Paused)];

/// A page of those imports that the caller may see.
pub(super) fn list(
    connection: &mut Connection,
    caller: &Caller,
    request: &ListRequest,
) -> Result<Page<Import>> {
    let mut plan = Plan::new(connection, &Import::LIST, request);
    if !GetImport::RULE.permits(caller, false) {
        plan = plan.within(Fragment::new("imports.account_id = ").value(Value::Id(caller.account_id)));
    }
    let rows = imports::table
        .select((ImportRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(Import::from))
}

/// One import.
pub(super) fn get(connection: &mut Connection, caller: &Caller, id: &str) -> Result<Import> {
    seen(connection, caller, GetImport::RULE, id).map(Import::from)
}

/// The import, if the rule permits it to the caller.
fn seen(connection: &mut Connection, caller: &Caller, rule: Rule, id: &str) -> Result<ImportRow> {
    let row = find(connection, id)?;
    caller.require(rule, row.account_id == Some(caller.account_id))?;
    Ok(row)
}

fn find(connection: &mut Connection, id: &str) -> Result<ImportRow> {
    let unknown = || Error::not_found("import", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    imports::table.find(id).select(ImportRow::as_select()).first(connection).optional()?.ok_or_else(unknown)
}

/// An import as it is now.
pub(super) fn current(connection: &mut Connection, id: Id) -> Result<ImportRow> {
    Ok(imports::table.find(id).select(ImportRow::as_select()).first(connection)?)
}

/// A page of what became of the rows of an import.
pub(super) fn list_rows(
    connection: &mut Connection,
    caller: &Caller,
    id: &str,
    request: &ListRequest,
) -> Result<Page<ImportedRow>> {
    let import = seen(connection, caller, ListImportRows::RULE, id)?;
    let plan = Plan::new(connection, &ImportedRow::LIST, request)
        .within(Fragment::new("import_rows.import_id = ").value(Value::Id(import.id)));
    let rows = import_rows::table
        .select((ToldRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(ImportedRow::from))
}

/// Notes an import, for whoever is free.
pub(super) fn create(connection: &mut Connection, actor: &Actor, row: &ImportRow) -> Result<Import> {
    let insert = diesel::insert_into(imports::table).values(row);
    let row: ImportRow = kept::insert(connection, actor, |connection| stored(connection, insert))?;
    Ok(row.into())
}

/// Stops an import after the rows that are being written.
pub(super) fn cancel(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    id: &str,
) -> Result<Import> {
    let before = seen(connection, caller, CancelImport::RULE, id)?;
    rules::cancel(before.status.0)?;
    let now = UtcTime::now();
    // Whoever writes its rows meanwhile moves its version: only its state counts.
    let open = imports::table.find(before.id).filter(imports::status.eq_any(OPEN));
    let update = diesel::update(open).set((
        imports::status.eq(Keyword(Status::Cancelled)),
        imports::ended_at.eq(Some(now)),
        imports::updated_at.eq(now),
        imports::version.eq(imports::version + 1),
    ));
    let row: ImportRow =
        kept::transition(connection, actor, &before, |connection| stored(connection, update))?;
    Ok(row.into())
}

/// Takes the import whose turn it is for `runner`; none while another one of its collection runs, and when none waits. What
/// was broken off comes before what waits.
pub(super) fn claim(connection: &mut Connection, runner: Id) -> Result<Option<ImportRow>> {
    turns::take(connection, Turn::Imports)?;
    let now = UtcTime::now();
    let open: Vec<ImportRow> = imports::table
        .filter(imports::status.eq_any(OPEN))
        .order(imports::created_at)
        .select(ImportRow::as_select())
        .load(connection)?;
    let mut next: Option<ImportRow> = None;
    for row in open {
        let is_alive = row.alive_at.is_some_and(|at| at > now.plus_seconds(-LEASE_SECONDS));
        match row.status.0 {
            Status::Running if is_alive => return Ok(None),
            // Only the command has its file.
            _ if row.object_key.is_none() => {
                let interrupted = ImportProblem::of(&Error::new(Code::ImportInterrupted));
                end(connection, &row, Status::Failed, Some(interrupted))?;
            }
            Status::Queued => next = next.or(Some(row)),
            _ => next = Some(row),
        }
    }
    let Some(row) = next else { return Ok(None) };
    let same = imports::table.find(row.id).filter(imports::version.eq(row.version));
    let started_at = row.started_at.or(Some(now));
    let claimed = diesel::update(same).set((
        imports::status.eq(Keyword(Status::Running)),
        imports::runner.eq(Some(runner)),
        imports::alive_at.eq(Some(now)),
        imports::started_at.eq(started_at),
        imports::updated_at.eq(now),
        imports::version.eq(row.version + 1),
    ));
    stored(connection, claimed).map(Some)
}

/// Begins an import whose file only this command has.
///
/// # Errors
/// 409 while another one of its collection runs.
pub(super) fn begin(connection: &mut Connection, actor: &Actor, row: &ImportRow) -> Result<()> {
    turns::take(connection, Turn::Imports)?;
    let running = imports::table.filter(imports::status.eq(Keyword(Status::Running)));
    let others: Vec<ImportRow> = running.select(ImportRow::as_select()).load(connection)?;
    for other in others {
        let is_alive = other.alive_at.is_some_and(|at| at > UtcTime::now().plus_seconds(-LEASE_SECONDS));
        if is_alive {
            return Err(Error::already_exists("/imports"));
        }
        match other.object_key {
            Some(_) => end(connection, &other, Status::Paused, None)?,
            None => {
                let interrupted = ImportProblem::of(&Error::new(Code::ImportInterrupted));
                end(connection, &other, Status::Failed, Some(interrupted))?;
            }
        }
    }
    create(connection, actor, row).map(drop)
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    pub(super) line: i64,
    pub(super) told: i64,
    pub(super) counts: Counts,
    pub(super) working_ms: i64,
}

/// Says that `runner` still writes the rows of an import; whether it may go on.
pub(super) fn stay(connection: &mut Connection, id: Id, runner: Id) -> Result<bool> {
    let held = imports::table
        .find(id)
        .filter(imports::runner.eq(Some(runner)))
        .filter(imports::status.eq(Keyword(Status::Running)));
    Ok(diesel::update(held).set(imports::alive_at.eq(Some(UtcTime::now()))).execute(connection)? == 1)
}

/// Notes how far an import is, and what became of its latest rows, in the transaction that writes them.
pub(super) fn advance(
    connection: &mut Connection,
    id: Id,
    progress: &Progress,
    told: &[ToldRow],
) -> Result<()> {
    diesel::update(imports::table.find(id))
        .set((
            imports::line.eq(progress.line),
            imports::told.eq(progress.told),
            imports::counts.eq(Json(progress.counts)),
            imports::working_ms.eq(progress.working_ms),
            imports::updated_at.eq(UtcTime::now()),
            imports::version.eq(imports::version + 1),
        ))
        .execute(connection)?;
    insert_all!(connection, import_rows::table, told.iter().collect::<Vec<_>>());
    Ok(())
}

/// Takes an import that `runner` has to another state, unless somebody else has it by now.
pub(super) fn leave(
    connection: &mut Connection,
    (id, runner): (Id, Id),
    to: Status,
    problem: Option<ImportProblem>,
) -> Result<()> {
    if stay(connection, id, runner)? {
        let row = current(connection, id)?;
        end(connection, &row, to, problem)?;
    }
    Ok(())
}

/// Lets others have all imports that nobody can be writing: this is the only service. A command has its file to itself.
pub(super) fn release_all(connection: &mut Connection) -> Result<()> {
    let of_services = imports::table
        .filter(imports::status.eq(Keyword(Status::Running)))
        .filter(imports::object_key.is_not_null());
    diesel::update(of_services)
        .set((
            imports::status.eq(Keyword(Status::Paused)),
            imports::runner.eq(None::<Id>),
            imports::alive_at.eq(None::<UtcTime>),
        ))
        .execute(connection)?;
    Ok(())
}

fn end(
    connection: &mut Connection,
    row: &ImportRow,
    to: Status,
    problem: Option<ImportProblem>,
) -> Result<()> {
    let now = UtcTime::now();
    let ended_at = Some(now).filter(|_| to.allowed().is_empty());
    diesel::update(imports::table.find(row.id))
        .set((
            imports::status.eq(Keyword(to)),
            imports::problem.eq(problem.map(Json)),
            imports::runner.eq(None::<Id>),
            imports::alive_at.eq(None::<UtcTime>),
            imports::ended_at.eq(ended_at),
            imports::updated_at.eq(now),
            imports::version.eq(imports::version + 1),
        ))
        .execute(connection)?;
    Ok(())
}

/// Forgets imports that ended before `time`, and what is told of their rows.
pub fn forget(connection: &mut Connection, time: UtcTime) -> Result<()> {
    diesel::delete(imports::table.filter(imports::ended_at.lt(time))).execute(connection)?;
    Ok(())
}

/// Those of these keys under which no import has its file that is not over.
pub(super) fn without_import(connection: &mut Connection, keys: &[String]) -> Result<Vec<String>> {
    let known: Vec<Option<String>> = imports::table
        .filter(imports::object_key.eq_any(keys))
        .filter(imports::status.eq_any(OPEN))
        .select(imports::object_key)
        .load(connection)?;
    Ok(keys.iter().filter(|key| !known.contains(&Some((*key).clone()))).cloned().collect())
}
