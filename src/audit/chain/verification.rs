//! Verifying the chain, from its beginning or from a head that was noted earlier, batch by batch.

use std::collections::{HashMap, HashSet};
use std::fmt::{Display, Formatter};

use serde::Serialize;

use super::queries;
use super::sealing::seal_everything;
use super::{BEGINNING, Head, SealRow};
use crate::audit::model::{Action, EventRow};
use crate::audit::personal_data::actors::{self, ActorRow};
use crate::audit::personal_data::{self, CARRIED_OVER, ERASED_ACTORS, Part, PersonalRow};
use crate::database::types::{Compact, Id};
use crate::database::{Connection, Database};
use crate::error::Result;

/// How many entries are held in memory at once.
const BATCH: usize = 1000;

/// A head that was noted earlier, outside of this database.
#[derive(Debug, Clone, Default)]
pub struct Noted {
    /// Its hash: the chain must still have it.
    pub hash: Option<String>,
    /// Its sequence number: what came before is taken as verified, and the walk begins after it.
    pub after: Option<i64>,
}

/// What the verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Whether there is no fault.
    pub intact: bool,
    /// How many entries were verified.
    pub verified: i64,
    /// The newest seal that was verified: to be noted elsewhere.
    pub head: Head,
    /// The first fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// A fault of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// Numbers are missing from the chain, from this one on.
    Gap {
        /// The first missing number.
        seq: i64,
    },
    /// The entry that was sealed under this number is gone.
    MissingEvent {
        /// The number of the seal.
        seq: i64,
        /// The entry.
        event_id: Id,
    },
    /// The entry, or its seal, is not as it was sealed.
    AlteredEvent {
        /// The number of the seal.
        seq: i64,
        /// The entry.
        event_id: Id,
    },
    /// Personal data of the entry is not as it was recorded, or was put in.
    AlteredPersonalData {
        /// The number of the seal.
        seq: i64,
        /// The entry.
        event_id: Id,
    },
    /// Personal data of the entry is gone, and no `erase` entry says so.
    MissingPersonalData {
        /// The number of the seal.
        seq: i64,
        /// The entry.
        event_id: Id,
    },
    /// An entry that was never recorded by the service.
    StrayEvent {
        /// The entry.
        event_id: Id,
    },
    /// The chain does not have the head that was noted: its newest part was cut off, or all of it was made anew.
    MissingHead {
        /// The hash that was noted.
        hash: String,
    },
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gap { seq } => write!(f, "seal {seq} is missing"),
            Self::MissingEvent { seq, event_id } => write!(f, "event {event_id} of seal {seq} is gone"),
            Self::AlteredEvent { seq, event_id } => {
                write!(f, "event {event_id} or its seal {seq} was altered")
            }
            Self::AlteredPersonalData { seq, event_id } => {
                write!(f, "personal data of event {event_id} (seal {seq}) was altered or put in")
            }
            Self::MissingPersonalData { seq, event_id } => {
                write!(f, "personal data of event {event_id} (seal {seq}) is gone, but no erasure names it")
            }
            Self::StrayEvent { event_id } => {
                write!(f, "event {event_id} was not recorded by the service")
            }
            Self::MissingHead { hash } => {
                write!(
                    f,
                    "the chain does not have the noted head {hash}: its newest part was cut off or replaced"
                )
            }
        }
    }
}

/// Seals what waits, then walks through the chain up to the first fault.
pub fn verify(database: &Database, noted: &Noted) -> Result<Verification> {
    seal_everything(database)?;
    let mut walk = Walk::new(noted);
    let fault = match database.read_blocking(|connection| walk.begin(connection))? {
        Some(fault) => Some(fault),
        None => loop {
            match database.read_blocking(|connection| walk.batch(connection))? {
                Step::Further => {}
                Step::Broken(fault) => break Some(fault),
                Step::End => break database.read_blocking(|connection| walk.end(connection))?,
            }
        },
    };
    Ok(Verification { intact: fault.is_none(), verified: walk.verified, head: walk.head, fault })
}

/// The personal data of the entries of a batch.
struct Held {
    pieces: HashMap<(Id, Part), PersonalRow>,
    /// By their digests.
    actors: HashMap<String, ActorRow>,
}

/// How personal data was found.
enum Found {
    /// As it was recorded, or erased and an entry says so.
    AsRecorded,
    Altered,
    Missing,
}

/// How a batch ended.
enum Step {
    Further,
    Broken(Fault),
    End,
}

/// Where the walk through the chain is.
struct Walk<'a> {
    noted: &'a Noted,
    noted_found: bool,
    head: Head,
    verified: i64,
    erasures: Erasures,
}

impl<'a> Walk<'a> {
    fn new(noted: &'a Noted) -> Self {
        let noted_found = noted.hash.as_deref().is_none_or(|hash| hash == BEGINNING);
        Self { noted, noted_found, head: Head::beginning(), verified: 0, erasures: Erasures::default() }
    }

    /// Goes to the noted head, when the walk is to begin there.
    fn begin(&mut self, connection: &mut Connection) -> Result<Option<Fault>> {
        let (Some(seq), Some(noted)) = (self.noted.after.filter(|seq| *seq > 0), &self.noted.hash) else {
            return Ok(None);
        };
        match queries::hash_of(connection, seq)? {
            Some(hash) if hash == *noted => {
                self.head = Head { seq, hash, sealed_at: None };
                self.noted_found = true;
                Ok(None)
            }
            _ => Ok(Some(Fault::MissingHead { hash: noted.clone() })),
        }
    }

    fn batch(&mut self, connection: &mut Connection) -> Result<Step> {
        let seals = queries::seals_after(connection, self.head.seq, BATCH)?;
        if seals.is_empty() {
            return Ok(Step::End);
        }
        let ids: Vec<Id> = seals.iter().map(|(seal, _)| seal.event_id).collect();
        let pieces = personal_data::of_events(connection, &ids)?;
        let digests = seals.iter().filter_map(|(_, event)| event.as_ref()?.actor_digest.clone());
        let digests: HashSet<String> = digests.map(String::from).collect();
        let held = Held {
            pieces: pieces.into_iter().map(|row| ((row.event_id, row.part.0), row)).collect(),
            actors: actors::of_digests(connection, digests.into_iter().map(Compact).collect())?,
        };
        for (seal, event) in seals {
            if let Some(fault) = self.link(connection, &seal, event, &held)? {
                return Ok(Step::Broken(fault));
            }
            self.noted_found |= self.noted.hash.as_ref() == Some(&seal.hash.0);
            self.verified += 1;
            self.head = seal.into();
        }
        Ok(Step::Further)
    }

    /// Verifies one seal and what it seals.
    fn link(
        &mut self,
        connection: &mut Connection,
        seal: &SealRow,
        event: Option<EventRow>,
        held: &Held,
    ) -> Result<Option<Fault>> {
        let (seq, event_id) = (seal.seq, seal.event_id);
        if seq != self.head.seq + 1 {
            return Ok(Some(Fault::Gap { seq: self.head.seq + 1 }));
        }
        let Some(event) = event else { return Ok(Some(Fault::MissingEvent { seq, event_id })) };
        if !seal.seals(&event, &self.head.hash) {
            return Ok(Some(Fault::AlteredEvent { seq, event_id }));
        }
        for part in [Part::Actor, Part::Record] {
            match self.look_at(connection, &event, part, held)? {
                Found::AsRecorded => {}
                Found::Altered => return Ok(Some(Fault::AlteredPersonalData { seq, event_id })),
                Found::Missing => return Ok(Some(Fault::MissingPersonalData { seq, event_id })),
            }
        }
        Ok(None)
    }

    /// Holds a part of the personal data of an entry against its digest.
    fn look_at(
        &mut self,
        connection: &mut Connection,
        event: &EventRow,
        part: Part,
        held: &Held,
    ) -> Result<Found> {
        let digest = match part {
            Part::Actor => event.actor_digest.as_deref(),
            Part::Record => event.record_digest.as_deref(),
        };
        let piece = held.pieces.get(&(event.id, part));
        let Some(digest) = digest else {
            return Ok(if piece.is_some() { Found::Altered } else { Found::AsRecorded });
        };
        let actor = held.actors.get(digest).filter(|_| part == Part::Actor);
        let as_recorded = |is: bool| if is { Found::AsRecorded } else { Found::Altered };
        let (erased_by, named) = match (piece, actor) {
            (Some(row), _) if row.content.is_some() => {
                return Ok(as_recorded(digest == CARRIED_OVER || row.digest().as_ref() == Some(digest)));
            }
            (Some(row), _) => (row.erased_by, Erased::Piece(event.id, part)),
            (None, Some(actor)) if Some(actor.account_id) != event.account_id => return Ok(Found::Altered),
            (None, Some(actor)) if actor.content.is_some() => {
                return Ok(as_recorded(actor.is_as_recorded()));
            }
            (None, Some(actor)) => (actor.erased_by, Erased::Actor(digest.clone())),
            (None, None) => return Ok(Found::Missing),
        };
        match erased_by {
            Some(erasure) if self.erasures.name(connection, erasure, &named)? => Ok(Found::AsRecorded),
            _ => Ok(Found::Missing),
        }
    }

    fn end(&self, connection: &mut Connection) -> Result<Option<Fault>> {
        if let (false, Some(hash)) = (self.noted_found, &self.noted.hash) {
            return Ok(Some(Fault::MissingHead { hash: hash.clone() }));
        }
        Ok(queries::stray(connection)?.map(|event_id| Fault::StrayEvent { event_id }))
    }
}

/// What an `erase` entry names.
#[derive(PartialEq, Eq, Hash)]
enum Erased {
    /// A part of the personal data of an entry.
    Piece(Id, Part),
    /// What is told of an actor, by its digest.
    Actor(String),
}

/// What the latest looked up `erase` entries name. Each names so many pieces at most, and few are held.
#[derive(Default)]
struct Erasures(HashMap<Id, HashSet<Erased>>);

impl Erasures {
    const MOST: usize = 16;

    /// Whether the `erase` entry names this.
    fn name(&mut self, connection: &mut Connection, erasure: Id, piece: &Erased) -> Result<bool> {
        if !self.0.contains_key(&erasure) {
            if self.0.len() == Self::MOST {
                self.0.clear();
            }
            let event = queries::erasure(connection, erasure)?;
            self.0.insert(erasure, event.as_ref().map(named_by).unwrap_or_default());
        }
        Ok(self.0.get(&erasure).is_some_and(|named| named.contains(piece)))
    }
}

fn named_by(event: &EventRow) -> HashSet<Erased> {
    debug_assert_eq!(event.action.0, Action::Erase);
    let erased = event.after.as_deref().map(|after| &after["erased"]);
    let texts = |name: &str| {
        let named = erased.and_then(|erased| erased[name].as_array()).into_iter().flatten();
        named.filter_map(|text| text.as_str())
    };
    let pieces = [(Part::Actor, "actor"), (Part::Record, "record")].into_iter().flat_map(|(part, name)| {
        texts(name).filter_map(move |id| Some(Erased::Piece(id.parse().ok()?, part)))
    });
    pieces.chain(texts(ERASED_ACTORS).map(|digest| Erased::Actor(digest.to_owned()))).collect()
}
