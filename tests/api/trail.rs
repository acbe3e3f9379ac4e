//! Holds an audit trail against itself: a change of a record has to begin with what the change before it left.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::app::App;

/// The members that a change of a part of a record tells, by kind; every other change tells all that is kept of it.
const PARTS: [(&str, &[&str]); 5] = [
    (
        "edition",
        &["year", "status", "city_code", "designated_on", "designated_for_year", "next_city_announced"],
    ),
    ("nomination", &["status", "outcome"]),
    ("evaluation", &["status", "scored"]),
    ("conflict", &["status", "decided_by"]),
    ("deliberation", &["status"]),
];

/// What is told beside a part: why it changed, and by whom.
const BESIDE_PARTS: [&str; 3] = ["reason", "account_id", "internal"];

/// What is told beside the whole record.
const BESIDE: [&str; 2] = ["signature", "restoration_reason"];

type Record = (String, String);
type State = Map<String, Value>;

/// A whole trail, the oldest entry first.
pub(crate) struct Trail {
    /// The entries.
    pub(crate) entries: Vec<Value>,
    /// All members of the states that tell whole records, by kind.
    members: BTreeMap<String, BTreeSet<String>>,
    /// What was told of each record last.
    left: BTreeMap<Record, State>,
}

fn text(entry: &Value, member: &str) -> String {
    entry[member].as_str().unwrap_or_default().to_owned()
}

fn state(entry: &Value, when: &str) -> State {
    entry[when].as_object().cloned().unwrap_or_default()
}

fn is_part(kind: &str, state: &State) -> bool {
    let members = PARTS.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, members)| members);
    state.keys().all(|name| members.contains(&name.as_str()) || BESIDE_PARTS.contains(&name.as_str()))
}

impl Trail {
    /// The trail in these lines of JSON, held against itself.
    pub(crate) fn of(lines: &str) -> Self {
        let entries: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| ["create", "update"].contains(&&*text(entry, "action"))) {
            let (kind, after) = (text(entry, "resource_type"), state(entry, "after"));
            if !is_part(&kind, &after) {
                let told = after.into_iter().map(|(name, _)| name);
                members.entry(kind).or_default().extend(told.filter(|name| !BESIDE.contains(&name.as_str())));
            }
        }
        Self { entries, members, left: BTreeMap::new() }
    }

    /// The kinds of records whose changes each begin with what the change before left.
    pub(crate) fn compared(&mut self) -> BTreeSet<String> {
        let mut compared = BTreeSet::new();
        for entry in self.entries.clone() {
            let record = (text(&entry, "resource_type"), text(&entry, "resource_id"));
            let action = text(&entry, "action");
            if ["update", "transition", "delete"].contains(&action.as_str()) {
                compared.extend(self.compare(&record, &entry, "before").then(|| record.0.clone()));
            }
            match action.as_str() {
                "create" => drop(self.left.remove(&record)),
                "restore" => {
                    assert_eq!(state(&entry, "before").keys().collect::<Vec<_>>(), ["deleted_at"], "{entry}");
                    assert!(self.compare(&record, &entry, "after"), "what was deleted was told: {entry}");
                }
                "erase" => {
                    self.left.get_mut(&record).map(|left| left.remove("internal"));
                }
                _ => {}
            }
            if entry["after"].is_object() && action != "erase" {
                self.learn(record, &entry);
            }
        }
        compared
    }

    /// The members that an entry tells of the record.
    fn told(&self, kind: &str, entry: &Value) -> Vec<String> {
        let both: State = ["before", "after"].iter().flat_map(|when| state(entry, when)).collect();
        if is_part(kind, &both) {
            return both
                .into_iter()
                .map(|(name, _)| name)
                .filter(|name| !BESIDE_PARTS.contains(&&**name))
                .collect();
        }
        self.members.get(kind).into_iter().flatten().cloned().collect()
    }

    /// Whether anything of a state was told before; if so, it must be the same.
    fn compare(&self, record: &Record, entry: &Value, when: &str) -> bool {
        let Some(left) = self.left.get(record) else { return false };
        let told = self.told(&record.0, entry);
        let known: Vec<_> = told.iter().filter_map(|name| Some((name, left.get(name)?))).collect();
        for (name, left) in &known {
            assert_eq!(&entry[when][name.as_str()], *left, "{name} of {entry}");
        }
        !known.is_empty()
    }

    /// Keeps what an entry left. An edition that was put off goes on under its new year.
    fn learn(&mut self, mut record: Record, entry: &Value) {
        let told = self.told(&record.0, entry);
        let mut left = self.left.remove(&record).unwrap_or_default();
        left.extend(told.into_iter().map(|name| (name.clone(), entry["after"][&name].clone())));
        if let ("edition", Some(year)) = (record.0.as_str(), entry["after"]["year"].as_i64()) {
            record.1 = year.to_string();
        }
        self.left.insert(record, left);
    }

    /// What was left of a record at last, without what it does not have.
    pub(crate) fn left(&self, kind: &str, name: &Value) -> Value {
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        let mut left = self.left[&(kind.to_owned(), name)].clone();
        left.retain(|_, value| !value.is_null());
        json!(left)
    }
}

impl App {
    /// The whole trail, as an administrator reads it.
    pub(crate) async fn whole_trail(&self) -> Trail {
        let admin = self.token_of(self.admin()).await;
        let trail = self.get_as(&admin, "/v1/audit?sort=at&format=ndjson&limit=all").await.expect(200);
        Trail::of(trail.text())
    }
}
