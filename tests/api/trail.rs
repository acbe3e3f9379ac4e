//! Holds an audit trail against itself: a change of a record has to begin with what the change before it left.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::app::App;

/// What is told beside the record: why it changed, and by whom.
const BESIDE: [&str; 5] = ["reason", "account_id", "signature", "restoration_reason", "deleted_at"];

type Record = (String, String);
type State = Map<String, Value>;

/// A whole trail, the oldest entry first.
pub(crate) struct Trail {
    /// The entries.
    pub(crate) entries: Vec<Value>,
    /// What was left of each record.
    left: BTreeMap<Record, State>,
}

fn text(entry: &Value, member: &str) -> String {
    entry[member].as_str().unwrap_or_default().to_owned()
}

/// A state without what is told beside it, and without what says nothing.
fn state(entry: &Value, when: &str) -> State {
    let mut state = entry[when].as_object().cloned().unwrap_or_default();
    state.retain(|name, value| !BESIDE.contains(&name.as_str()) && !is_empty(value));
    state
}

fn is_empty(value: &Value) -> bool {
    [json!(null), json!(""), json!([]), json!({})].contains(value)
}

/// What is left of a state when these members are gone, and those are there. Of internal data each member is told by itself.
fn changed(left: &mut State, gone: &State, there: &State) {
    for name in gone.keys().filter(|name| *name != "internal") {
        left.remove(name);
    }
    let of = |state: &State| state.get("internal").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut internal = of(left);
    internal.retain(|name, _| !of(gone).contains_key(name));
    internal.extend(of(there));
    left.extend(there.clone());
    left.insert("internal".to_owned(), internal.into());
    left.retain(|_, value| !is_empty(value));
}

impl Trail {
    /// The trail in these lines of JSON, held against itself.
    pub(crate) fn of(lines: &str) -> Self {
        let entries = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        Self { entries, left: BTreeMap::new() }
    }

    /// The kinds of records whose changes each begin with what the change before left.
    pub(crate) fn compared(&mut self) -> BTreeSet<String> {
        let mut compared = BTreeSet::new();
        for entry in self.entries.clone() {
            let record = (text(&entry, "resource_type"), text(&entry, "resource_id"));
            let (before, after) = (state(&entry, "before"), state(&entry, "after"));
            match text(&entry, "action").as_str() {
                "create" => drop(self.left.insert(record, after)),
                "update" | "transition" => {
                    let both = before
                        .keys()
                        .any(|name| before[name] == after.get(name).cloned().unwrap_or_default());
                    assert!(!both, "only what changed is told: {entry}");
                    let new = after.keys().filter(|name| *name != "internal" && !before.contains_key(*name));
                    let left = self.left.get(&record);
                    let told_before: Vec<_> = new
                        .clone()
                        .filter(|name| left.is_some_and(|left| left.contains_key(*name)))
                        .collect();
                    assert!(told_before.is_empty(), "{told_before:?} of {entry}");
                    let began_anew = left.is_some() && new.count() > 0;
                    let is_same = self.compare(&record, &before, &entry);
                    compared.extend((is_same || began_anew).then(|| record.0.clone()));
                    self.learn(record, (&before, &after));
                }
                "delete" => compared.extend(self.compare(&record, &before, &entry).then(|| record.0.clone())),
                "restore" => {
                    assert!(before.is_empty(), "{entry}");
                    assert!(self.compare(&record, &after, &entry), "what was deleted was told: {entry}");
                }
                "erase" => {
                    self.left.get_mut(&record).map(|left| left.remove("internal"));
                }
                _ => {}
            }
        }
        compared
    }

    /// Whether anything of a state was told before; if so, it must be the same.
    fn compare(&self, record: &Record, state: &State, entry: &Value) -> bool {
        let Some(left) = self.left.get(record) else { return false };
        let known: Vec<_> =
            state.iter().filter_map(|(name, value)| Some((name, value, left.get(name)?))).collect();
        for (name, value, left) in &known {
            match (name.as_str(), value.as_object()) {
                ("internal", Some(members)) => {
                    assert!(members.iter().all(|(name, value)| left[name] == *value), "internal of {entry}");
                }
                _ => assert_eq!(value, left, "{name} of {entry}"),
            }
        }
        !known.is_empty()
    }

    /// Keeps what an entry left. An edition that was put off goes on under its new year.
    fn learn(&mut self, mut record: Record, (before, after): (&State, &State)) {
        let mut left = self.left.remove(&record).unwrap_or_default();
        changed(&mut left, before, after);
        if let ("edition", Some(year)) = (record.0.as_str(), after.get("year").and_then(Value::as_i64)) {
            record.1 = year.to_string();
        }
        self.left.insert(record, left);
    }

    /// What was left of a record at last, without what it does not have.
    pub(crate) fn left(&self, kind: &str, name: &Value) -> Value {
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        json!(self.left[&(kind.to_owned(), name)])
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
