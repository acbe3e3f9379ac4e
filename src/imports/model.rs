//! An import as it is kept and as those see it who import; what became of its rows.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames;
use utoipa::ToSchema;

use super::instructions::{Instructions, Missing};
use super::rules::Status;
use crate::associations::facts::Author;
use crate::associations::importing::{Key, Mode};
use crate::audit::{Actor, Kept};
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::imports;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::error::Error;
use crate::error::problem::detail;
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{Language, LocalizedText, Text};
use crate::validation;

/// What can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportCollection)]
pub enum Collection {
    /// The register of associations.
    Associations,
}

/// How many rows there were, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ImportCounts)]
pub struct Counts {
    /// Rows that were read.
    #[schema(minimum = 0)]
    pub read: i64,
    /// Rows that made an association.
    #[schema(minimum = 0)]
    pub created: i64,
    /// Rows that changed one.
    #[schema(minimum = 0)]
    pub updated: i64,
    /// Rows that say what stands in the register: nothing was written.
    #[schema(minimum = 0)]
    pub unchanged: i64,
    /// Rows of which nothing was taken.
    #[schema(minimum = 0)]
    pub refused: i64,
    /// Associations of the source system that the file does not have, once it was read to its end.
    #[schema(minimum = 0)]
    pub missing: i64,
    /// Those of them that became dormant.
    #[schema(minimum = 0)]
    pub made_dormant: i64,
}

/// Why an import ended before its last row, or left something undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProblem {
    /// Stable word for programs, as in problem documents.
    #[schema(examples("too_many_missing"))]
    pub code: String,
    /// What is wrong and the way out.
    pub detail: LocalizedText,
}

impl ImportProblem {
    /// What ends an import, with the faults that it names.
    pub(super) fn of(error: &Error) -> Self {
        let sentence = |language: Language| {
            let mut sentences = vec![detail(error, language)];
            sentences.extend(error.violations.iter().map(|fault| fault.reason.text(language)));
            Some(sentences.join(" "))
        };
        let detail = Text {
            ar: sentence(Language::Ar),
            fr: sentence(Language::Fr),
            en: sentence(Language::En),
            zgh: None,
        };
        Self { code: error.code.name(), detail: detail.into() }
    }
}

/// An import as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = imports, treat_none_as_null = true)]
pub(super) struct ImportRow {
    pub(super) id: Id,
    pub(super) collection: Keyword<Collection>,
    pub(super) status: Keyword<Status>,
    pub(super) file_name: String,
    pub(super) size: i64,
    pub(super) sha256: String,
    /// Where the file is in the object store; none of one that only the command line has.
    pub(super) object_key: Option<String>,
    pub(super) instructions: Json<Instructions>,
    pub(super) author: Json<Author>,
    pub(super) account_id: Option<Id>,
    pub(super) request_id: Option<String>,
    /// The line up to which all rows are written.
    pub(super) line: i64,
    /// How many rows are told of.
    pub(super) told: i64,
    pub(super) counts: Json<Counts>,
    /// For how long rows were written, in milliseconds.
    pub(super) working_ms: i64,
    pub(super) problem: Option<Json<ImportProblem>>,
    /// Who writes the rows now, and when that was last heard of.
    pub(super) runner: Option<Id>,
    pub(super) alive_at: Option<UtcTime>,
    pub(super) version: i64,
    pub(super) created_at: UtcTime,
    pub(super) updated_at: UtcTime,
    pub(super) started_at: Option<UtcTime>,
    pub(super) ended_at: Option<UtcTime>,
}

/// A file that is to be imported.
#[derive(Debug, Clone)]
pub(super) struct NewFile {
    pub(super) name: String,
    pub(super) size: i64,
    pub(super) sha256: String,
    pub(super) object_key: Option<String>,
}

impl ImportRow {
    /// An import of `file` that waits for its turn.
    pub(super) fn new(file: NewFile, instructions: Instructions, author: Author, actor: &Actor) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            collection: Keyword(Collection::Associations),
            status: Keyword(Status::Queued),
            file_name: file.name,
            size: file.size,
            sha256: file.sha256,
            object_key: file.object_key,
            instructions: Json(instructions),
            author: Json(author),
            account_id: actor.account_id,
            request_id: Some(actor.request_id.clone()).filter(|id| !id.is_empty()),
            line: 0,
            told: 0,
            counts: Json(Counts::default()),
            working_ms: 0,
            problem: None,
            runner: None,
            alive_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
            started_at: None,
            ended_at: None,
        }
    }

    /// Who writes the rows, as the audit trail names it in each: the name stands in the entry of the import itself.
    pub(super) fn actor(&self) -> Actor {
        match self.account_id {
            None => Actor::operator(),
            Some(id) => Actor {
                account_id: Some(id),
                name: String::new(),
                request_id: self.request_id.clone().unwrap_or_default(),
                address: None,
            },
        }
    }
}

impl Kept for ImportRow {
    const KIND: &'static str = "import";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "collection": self.collection.0,
            "status": self.status.0,
            "file_name": self.file_name,
            "sha256": self.sha256,
            "mode": self.instructions.mode,
            "key": self.instructions.key,
            "source": self.instructions.source,
            "missing": self.instructions.missing,
            "dry_run": self.instructions.dry_run,
        })
    }
}

/// An import: a file of another register, and how far it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Import {
    /// Identifier.
    pub id: Id,
    /// What its rows are.
    pub collection: Collection,
    /// State.
    pub status: Status,
    /// The name of the file.
    #[schema(examples("registre-2026-11.xlsx"))]
    pub file_name: String,
    /// Its size in bytes.
    #[schema(minimum = 0)]
    pub size: i64,
    /// Its SHA-256, in hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// What is done with a row.
    pub mode: Mode,
    /// By what rows and associations are known to be the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub key: Option<Key>,
    /// The source system.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("prefecture-oujda"))]
    pub source: Option<String>,
    /// What happens to what is missing from the file.
    pub missing: Missing,
    /// Whether everything is checked and nothing kept.
    pub dry_run: bool,
    /// What became of the rows so far.
    pub counts: Counts,
    /// Rows a second, over the time in which it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub rows_per_second: Option<i64>,
    /// Why it ended before its last row, or left something undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<ImportProblem>,
    /// When it was asked for.
    pub created_at: UtcTime,
    /// When its state or its counts changed last.
    pub updated_at: UtcTime,
    /// When its first row was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub started_at: Option<UtcTime>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<UtcTime>,
    #[serde(skip)]
    version: i64,
}

impl From<ImportRow> for Import {
    fn from(row: ImportRow) -> Self {
        let counts = row.counts.0;
        Self {
            id: row.id,
            collection: row.collection.0,
            status: row.status.0,
            file_name: row.file_name,
            size: row.size,
            sha256: row.sha256,
            mode: row.instructions.mode,
            key: row.instructions.key,
            source: row.instructions.source.clone(),
            missing: row.instructions.missing,
            dry_run: row.instructions.dry_run,
            rows_per_second: (row.working_ms > 0).then(|| counts.read * 1000 / row.working_ms),
            counts,
            problem: row.problem.map(|problem| problem.0),
            created_at: row.created_at,
            updated_at: row.updated_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            version: row.version,
        }
    }
}

impl Resource for Import {
    fn path(&self) -> String {
        format!("/v1/imports/{}", self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }

    fn is_accepted() -> bool {
        true
    }
}

impl Listed for Import {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "status",
            ValueType::Keyword(Status::VARIANTS),
            "imports.status IN {}",
            "State of the import.",
        )],
        sorts: &[Sort {
            name: "created_at",
            sql: "imports.created_at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "-created_at",
        ..ListSpec::new(
            "imports",
            Sort { name: "id", sql: "imports.id", value_type: ValueType::Id, nullable: false },
        )
    };
}

/// What a change of state is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, validator::Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportTransitionInput, example = json!({"to": "cancelled"}))]
pub struct TransitionInput {
    /// The state to go to.
    pub to: AskedStatus,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: Option<String>,
}

/// The states that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportStatusToAskFor)]
pub enum AskedStatus {
    /// It stops after the rows that are being written.
    Cancelled,
}
