//! Filters that name records of another collection, by code or by slug: what they name is looked up before the list is
//! read, and what nothing has is refused with the one that was probably meant.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::{HttpRequest, web};

use crate::database::fragment::Value;
use crate::database::listing::reference::{Collection, Named};
use crate::database::listing::{Condition, ListSpec, ValueType};
use crate::database::{Connection, Database};
use crate::error::{FieldRule, Reason, Result, Violation};
use crate::http::parameters::Parameters;
use crate::search::fold;

/// What a filter names.
struct Question {
    filter: &'static str,
    collection: &'static Collection,
    words: Vec<String>,
}

/// What was found of it, and all records of the collection when something was not.
struct Answer {
    codes: HashMap<String, String>,
    known: Vec<Named>,
}

/// Replaces the codes and slugs in `conditions` by codes.
pub(super) async fn resolve(
    parameters: &mut Parameters,
    spec: &'static ListSpec,
    conditions: &mut [(&'static str, Condition)],
    http: &HttpRequest,
) -> Result<()> {
    let questions: Arc<[Question]> = conditions.iter().filter_map(|it| question(spec, it)).collect();
    let Some(database) = http.app_data::<web::Data<Database>>() else { return Ok(()) };
    if questions.is_empty() {
        return Ok(());
    }
    let asked = questions.clone();
    let answers = database
        .read(move |connection| {
            asked.iter().map(|asked| answer(connection, asked)).collect::<Result<Vec<_>>>()
        })
        .await?;
    for (asked, found) in questions.iter().zip(&answers) {
        for word in asked.words.iter().filter(|word| !found.codes.contains_key(*word)) {
            parameters.note(unknown(asked, word, &found.known));
        }
        for (name, condition) in conditions.iter_mut() {
            if let (true, Condition::AnyOf { values, .. }) = (*name == asked.filter, condition) {
                *values = asked
                    .words
                    .iter()
                    .filter_map(|word| found.codes.get(word).cloned())
                    .map(Value::Text)
                    .collect();
            }
        }
    }
    Ok(())
}

fn question(spec: &'static ListSpec, (name, condition): &(&'static str, Condition)) -> Option<Question> {
    let filter = spec.filters.iter().find(|filter| filter.name == *name)?;
    let (ValueType::Reference(collection), Condition::AnyOf { values, .. }) = (filter.value_type, condition)
    else {
        return None;
    };
    let words: Vec<String> = values
        .iter()
        .filter_map(|value| match value {
            Value::Text(word) => Some(word.clone()),
            _ => None,
        })
        .collect();
    (!words.is_empty()).then_some(Question { filter: filter.name, collection, words })
}

fn answer(connection: &mut Connection, asked: &Question) -> Result<Answer> {
    let codes = asked.collection.codes(connection, &asked.words)?;
    let all_found = asked.words.iter().all(|word| codes.contains_key(word));
    let known = if all_found { Vec::new() } else { asked.collection.all(connection)? };
    Ok(Answer { codes, known })
}

/// The fault of a word that names nothing. The nearest code, slug or name tells what was probably meant.
fn unknown(asked: &Question, word: &str, known: &[Named]) -> Violation {
    let path = format!("/v1/{}", asked.collection.table.replace('_', "-"));
    let reason = Reason::new(FieldRule::UnknownCode).with("collection", path).with("value", word);
    let folded = fold(word);
    let names = known.iter().flat_map(|record| {
        let names = record.name.all().map(|(_, name)| (fold(name), record.slug.as_str()));
        names.chain([(fold(&record.slug), record.slug.as_str())]).collect::<Vec<_>>()
    });
    let codes = known.iter().map(|record| (record.code.clone(), record.code.as_str()));
    let is_code = word.bytes().all(|letter| letter.is_ascii_digit() || letter == b'.');
    let violation = Violation::parameter(asked.filter, reason);
    if is_code {
        // A neighbouring number is another place: only zeros may be missing.
        let plain = |code: &str| {
            code.split('.').map(|group| group.trim_start_matches('0').to_owned()).collect::<Vec<_>>()
        };
        violation.suggesting_for(word, codes.filter(|(code, _)| plain(code) == plain(word)))
    } else {
        violation.suggesting_for(&folded, names)
    }
}
