//! The states of what the register keeps, in the order of their lives. They stand on the floor because queries of one room
//! ask for the states of another: nowhere is a state a string. What a state allows is for the rules of its room.

// The words of the states that strum makes have no documentation of their own.
#![allow(missing_docs)]

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};
use utoipa::ToSchema;

/// Whether an association lives.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum AssociationStatus {
    /// It is known to be active.
    Active,
    /// It exists, but nothing is heard of it.
    Dormant,
    /// It has ended.
    Dissolved,
}

/// The state of an edition.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum EditionStatus {
    /// It is being prepared.
    Draft,
    /// Cities can be nominated.
    CityCallOpen,
    /// The nominations of cities are examined.
    CityReview,
    /// A city has the title.
    Designated,
    /// Associations can be nominated for an honour.
    HonoursCallOpen,
    /// The nominations of associations are examined.
    HonoursReview,
    /// The celebrations are under way.
    InProgress,
    /// The celebrations are over.
    Completed,
    /// Nothing changes any more.
    Archived,
    /// It has been put off to another year; its city keeps the title.
    Postponed,
    /// It does not take place.
    Cancelled,
}

impl EditionStatus {
    /// The states in which the edition's city is, or was, capital. Of a postponed one it stays so.
    pub const WITH_TITLE: [Self; 7] = [
        Self::Designated,
        Self::HonoursCallOpen,
        Self::HonoursReview,
        Self::InProgress,
        Self::Completed,
        Self::Archived,
        Self::Postponed,
    ];

    /// [`Self::WITH_TITLE`] as the SQL of a list names them.
    pub const WITH_TITLE_WORDS: [&'static str; 7] = {
        let mut words = [""; 7];
        let mut place = 0;
        while place < words.len() {
            words[place] = Self::WITH_TITLE[place].into_str();
            place += 1;
        }
        words
    };
}

/// The state of a nomination.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum NominationStatus {
    /// Being written; not public yet.
    Draft,
    /// Handed in; from here on it is public.
    Submitted,
    /// Sent back to its nominator, who may complete it within the edition's days.
    NeedsCompletion,
    /// It meets the conditions.
    Eligible,
    /// It does not meet the conditions; its nominator may appeal once.
    Ineligible,
    /// The jury evaluates it. Until a result is published, this is all that there is to be seen of it.
    UnderEvaluation,
    /// The jury finds it good enough for the title or an honour.
    Shortlisted,
    /// It has the title, or an honour.
    Selected,
    /// It comes next, should a selected one be revoked.
    Reserve,
    /// It has no title and no honour.
    NotSelected,
    /// Taken back by its nominator.
    Withdrawn,
    /// Excluded by the ministry.
    Disqualified,
    /// Its title or honour was taken back; the record stays.
    Revoked,
}

/// The state of an evaluation.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum EvaluationStatus {
    /// The juror has not yet declared whether there is a conflict of interest.
    Assigned,
    /// The juror declared that there is none, and is writing.
    Draft,
    /// Handed in: it counts, and does not change any more.
    Submitted,
    /// The juror stepped back; it does not count.
    Recused,
    /// A conflict of interest was confirmed later, or the jury closed before it was submitted; it does not count.
    Voided,
}

/// What became of a conflict. One that the juror declared, or that the service found, is confirmed from the beginning.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum ConflictStatus {
    /// An office alleged it, and another one has to decide.
    Reported,
    /// It counts.
    Confirmed,
    /// Another office found nothing in it.
    Dismissed,
    /// The juror stepped back before it was decided.
    Settled,
}

/// The state of a deliberation.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum DeliberationStatus {
    /// The jury has closed; its scores stand.
    Closed,
    /// The chair has opened the jury again; the next closing has a commitment of its own.
    Reopened,
    /// The result that it led to has been published.
    Concluded,
}

/// The state of a designation.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum DesignationStatus {
    /// It waits for the signatures of the ministry and of ICSO.
    Proposed,
    /// Both have signed: it is decided, and under embargo.
    Signed,
    /// Everybody knows it.
    Published,
    /// Taken back before both had signed.
    Withdrawn,
    /// Taken back after both had signed and before it was published.
    Annulled,
    /// Its title was taken back, and another decision has followed.
    Revoked,
}

impl DesignationStatus {
    /// The states of a designation that everybody knows.
    pub const MADE_KNOWN: [Self; 2] = [Self::Published, Self::Revoked];
}

/// The state of a key.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum InstitutionKeyStatus {
    /// It waits for another account to confirm it; nothing is signed with it yet.
    Registered,
    /// Its account signs with it.
    Confirmed,
    /// Nothing is signed with it any more. What was signed before stays good.
    Revoked,
}
