//! What refers to a record, and so keeps it. Each room tells it of its own records; `app` gathers the rooms, so that one
//! below need not know those above it.

use crate::database::Connection;
use crate::database::types::Id;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};

/// A record that others may refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The city of this code.
    City(String),
    /// The association of this identifier.
    Association(Id),
    /// The edition of this identifier.
    Edition(Id),
}

impl Target {
    /// What to do instead of deleting it.
    fn way_out(&self) -> Reason {
        Reason::new(match self {
            Self::City(_) => FieldRule::KeepCity,
            Self::Association(_) => FieldRule::KeepAssociation,
            Self::Edition(_) => FieldRule::KeepEdition,
        })
    }
}

/// What refers to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Referrer {
    /// An account that speaks for it.
    Account,
    /// An association that has its seat there.
    Association,
    /// An edition that names it as its city, or as the next one.
    Edition,
    /// An edition that has honoured it.
    Honour,
    /// A nomination.
    Nomination,
    /// The work of a jury.
    Jury,
    /// A decision that was proposed, signed or published.
    Decision,
    /// A decision on some title, which is still under embargo: it is not told of which city.
    PendingTitle,
}

impl Referrer {
    fn reason(self) -> FieldRule {
        match self {
            Self::Account => FieldRule::HeldByAccount,
            Self::Association => FieldRule::HeldByAssociation,
            Self::Edition => FieldRule::HeldByEdition,
            Self::Honour => FieldRule::HeldByHonour,
            Self::Nomination => FieldRule::HeldByNomination,
            Self::Jury => FieldRule::HeldByJury,
            Self::Decision => FieldRule::HeldByDecision,
            Self::PendingTitle => FieldRule::HeldByPendingTitle,
        }
    }
}

/// How a reference holds a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// A draft that few see: it holds for them alone, for a refusal would tell others of it.
    Draft,
    /// A fact: the record stays.
    Fact,
    /// A title: what identifies the record stays as well, for it is read there.
    Title,
    /// A process that is under way: what identifies the record stays as well.
    Process,
}

/// A reference to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    by: Referrer,
    /// Where to read it below `/v1`; empty when not everybody who is refused may know.
    path: String,
    hold: Hold,
}

impl Reference {
    /// A reference that can be read at `path` (below `/v1`).
    pub fn new(by: Referrer, path: String, hold: Hold) -> Self {
        Self { by, path, hold }
    }

    /// A reference that is not named.
    pub fn unnamed(by: Referrer, hold: Hold) -> Self {
        Self { by, path: String::new(), hold }
    }

    fn violation(&self) -> Violation {
        Violation::body(
            self.path.clone(),
            Reason::new(self.by.reason()).with("url", format!("/v1{}", self.path)),
        )
    }
}

/// The most references that a refusal names, and a room has to tell.
pub const MOST_NAMED: usize = 10;

/// What of a room refers to a record.
pub type Asked = fn(&mut Connection, &Target) -> Result<Vec<Reference>>;

/// All rooms that refer to records of others.
#[derive(Debug, Clone, Copy)]
pub struct References(pub &'static [Asked]);

impl References {
    /// Refuses to delete a record that others refer to (409 `in_use`). Ask it when nobody else can write a reference
    /// ([`Turn::Keeping`](crate::database::turns::Turn)).
    pub fn check_unused(self, connection: &mut Connection, target: &Target, sees_drafts: bool) -> Result<()> {
        let holding = self.of(connection, target, |hold| hold != Hold::Draft || sees_drafts)?;
        refuse(vec![Violation::body("", target.way_out())], &holding)
    }

    /// Refuses to change the fields at `pointers`, which identify a record, while a process uses that, or as long as it
    /// has a title (409 `in_use`).
    pub fn check_unbound(
        self,
        connection: &mut Connection,
        target: &Target,
        pointers: &[&str],
    ) -> Result<()> {
        let holding = self.of(connection, target, |hold| matches!(hold, Hold::Process | Hold::Title))?;
        let kept = |pointer: &&str| Violation::body(*pointer, Reason::new(FieldRule::KeptForProcess));
        refuse(pointers.iter().map(kept).collect(), &holding)
    }

    /// Whether a decision about a record is proposed or signed, and not yet published.
    pub fn awaits_decision(self, connection: &mut Connection, target: &Target) -> Result<bool> {
        let holding = self.of(connection, target, |hold| hold == Hold::Process)?;
        Ok(holding.iter().any(|reference| reference.by == Referrer::Decision))
    }

    fn of(
        self,
        connection: &mut Connection,
        target: &Target,
        counts: impl Fn(Hold) -> bool,
    ) -> Result<Vec<Reference>> {
        let mut found = Vec::new();
        for asked in self.0 {
            found.extend(asked(connection, target)?.into_iter().filter(|reference| counts(reference.hold)));
        }
        Ok(found)
    }
}

fn refuse(first: Vec<Violation>, holding: &[Reference]) -> Result<()> {
    if holding.is_empty() {
        return Ok(());
    }
    let named = holding.iter().take(MOST_NAMED).map(Reference::violation);
    Err(first.into_iter().chain(named).fold(Error::new(Code::InUse), Error::with_violation))
}
