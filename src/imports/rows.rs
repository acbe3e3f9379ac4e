//! What became of the rows of an import, as it is kept and as it is told.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

use super::report::told_in_all;
use crate::associations::importing::Outcome;
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::import_rows;
use crate::database::types::{Id, Json, Keyword};
use crate::http::list::Listed;
use crate::language::{LocalizedText, Text};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportOutcome)]
pub enum RowOutcome {
    /// It made an association; one that is probably there already has the `code` `probable_duplicate`.
    Created,
    /// It changed one.
    Updated,
    /// Nothing of it was taken.
    Refused,
    /// The association is missing from the file and became dormant.
    MadeDormant,
}

/// What is told of a row, as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_rows, treat_none_as_default_value = false)]
pub(super) struct ToldRow {
    pub(super) import_id: Id,
    pub(super) position: i64,
    pub(super) line: Option<i64>,
    pub(super) outcome: Keyword<RowOutcome>,
    pub(super) association_id: Option<Id>,
    pub(super) field: Option<String>,
    pub(super) code: Option<String>,
    pub(super) message: Option<Json<Text>>,
}

impl ToldRow {
    /// What is told of rows after `told` others; the identifiers of new associations are `kept` ones or none.
    pub(super) fn of_all(import_id: Id, told: i64, outcomes: &[(u64, Outcome)], kept: bool) -> Vec<Self> {
        let mut rows = Vec::new();
        for (line, outcome) in outcomes {
            // What is missing stands in no line.
            let line = i64::try_from(*line).ok().filter(|line| *line > 0);
            let is = |outcome, association_id| Self {
                import_id,
                position: 0,
                line,
                outcome: Keyword(outcome),
                association_id,
                field: None,
                code: None,
                message: None,
            };
            match outcome {
                Outcome::Created(id) => rows.push(is(RowOutcome::Created, Some(*id).filter(|_| kept))),
                Outcome::Doubtful(id, doubt) => {
                    rows.extend(told_in_all(doubt).into_iter().take(1).map(|fault| Self {
                        field: Some(fault.field),
                        code: Some(fault.code),
                        message: Some(Json(fault.message)),
                        ..is(RowOutcome::Created, Some(*id).filter(|_| kept))
                    }))
                }
                Outcome::Updated(id) if line.is_none() => rows.push(is(RowOutcome::MadeDormant, Some(*id))),
                Outcome::Updated(id) => rows.push(is(RowOutcome::Updated, Some(*id))),
                Outcome::Unchanged(_) => {}
                Outcome::Refused(error) => rows.extend(told_in_all(error).into_iter().map(|fault| Self {
                    field: Some(fault.field).filter(|field| !field.is_empty()),
                    code: Some(fault.code),
                    message: Some(Json(fault.message)),
                    ..is(RowOutcome::Refused, None)
                })),
            }
        }
        (told + 1..).zip(&mut rows).for_each(|(position, row)| row.position = position);
        rows
    }
}

/// What became of a row of a file; of one that was refused, a fault of it. Rows that say what stands in the register are counted
/// and not told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportedRow {
    /// Its place in the report.
    #[schema(minimum = 1)]
    pub position: i64,
    /// The line of the file at which it begins, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub line: Option<i64>,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The association that it made or changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_id: Option<Id>,
    /// The column, or the cell, at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("founded_on"))]
    pub field: Option<String>,
    /// Stable word for programs, as in problem documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("date"))]
    pub code: Option<String>,
    /// What is wrong and the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<LocalizedText>,
}

impl From<ToldRow> for ImportedRow {
    fn from(row: ToldRow) -> Self {
        Self {
            position: row.position,
            line: row.line,
            outcome: row.outcome.0,
            association_id: row.association_id,
            field: row.field,
            code: row.code,
            message: row.message.map(|message| message.0.into()),
        }
    }
}

impl Listed for ImportedRow {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "outcome",
            ValueType::Keyword(RowOutcome::VARIANTS),
            "import_rows.outcome IN {}",
            "What became of the row.",
        )],
        ..ListSpec::new(
            "import_rows",
            Sort {
                name: "position",
                sql: "import_rows.position",
                value_type: ValueType::Integer(1, i64::MAX),
                nullable: false,
            },
        )
    };
}
