//! All SQL of likely twins: the candidates that are worth comparing, and the keys by which they are found.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};

use super::model::{Candidate, Match, MatchInput, PublicMatch, PublicMatches, Twin};
use super::rules::{Certainty, Description, Resemblance};
use super::words::WordsKeys;
use crate::associations::input::AssociationInput;
use crate::associations::model::{PublicAssociation, Seat, identity_key};
use crate::associations::queries::associations_by_id;
use crate::database::Connection;
use crate::database::fragment::{Fragment, Statement, Value};
use crate::database::schema::{associations, cities};
use crate::database::types::{Document, Id, Identifier, Json};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::list::Listed as _;
use crate::http::representation::Expansions;
use crate::language;
use crate::search::matching::{containing, naming};
use crate::search::{Vocabularies, fold};
use crate::territory;

/// The likely twins of a description, the likeliest first.
pub(super) fn matches(
    connection: &mut Connection,
    vocabularies: &Vocabularies,
    input: &MatchInput,
) -> Result<PublicMatches> {
    let described = described(connection, input)?;
    let candidates = candidates(connection, vocabularies, input, &described)?;
    let mut found: Vec<(Id, Resemblance, Certainty)> = candidates
        .iter()
        .filter_map(|(id, candidate)| {
            let resemblance = described.0.resemblance(&candidate.into());
            Certainty::of(resemblance.score).map(|certainty| (*id, resemblance, certainty))
        })
        .collect();
    found.sort_by(|(id, one, _), (other_id, other, _)| {
        other.score.total_cmp(&one.score).then(id.cmp(other_id))
    });
    found.truncate(input.most());
    let ids: Vec<Id> = found.iter().map(|(id, ..)| *id).collect();
    let mut shown = associations_by_id(connection, &ids, &Expansions::default())?;
    let items = found.into_iter().filter_map(|(id, Resemblance { score, reasons }, certainty)| {
        let association = shown.remove(&id)?;
        Some(PublicMatch { association, score, certainty, reasons })
    });
    Ok(PublicMatches { items: items.collect() })
}

/// The description with its seat found in the territory, and the folded names of its city.
fn described(connection: &mut Connection, input: &MatchInput) -> Result<(Description, String)> {
    let everything = Expansions::default();
    let described = Description::from(input);
    if let Some(code) = &input.city_code {
        let city = territory::cities::queries::get(connection, code, &everything)
            .map_err(|error| error.or_bad_reference("/city_code", "/v1/cities"))?;
        let called = city.name.0.all().map(|(_, name)| fold(name)).collect::<Vec<_>>().join(" ");
        return Ok((described.seated(Some(city.code), Some(city.province_code)), called));
    }
    let Some(code) = &input.province_code else { return Ok((described, String::new())) };
    let province = territory::provinces::queries::get(connection, code, &everything)
        .map_err(|error| error.or_bad_reference("/province_code", "/v1/provinces"))?;
    Ok((described.seated(None, Some(province.code)), String::new()))
}

/// So many candidates each way of looking may find: what is called like thousands is not found by its name alone.
const MOST_CANDIDATES: i64 = 100;
/// So many single words of a name are looked for by themselves.
const SINGLE_WORDS: usize = 3;

/// The associations that are worth comparing: those that the same words set apart; as long as none of them is nearly certain,
/// those that have all the telling words, corrected where nothing is spelt like that, or the acronym; and as long as none is
/// likely, those that have some of the words.
fn candidates(
    connection: &mut Connection,
    vocabularies: &Vocabularies,
    input: &MatchInput,
    (described, city): &(Description, String),
) -> Result<BTreeMap<Id, Candidate>> {
    let mut found = BTreeMap::new();
    let keys = input.name.iter().flat_map(|name| WordsKeys::of(name).known());
    for (key, column) in keys.flat_map(|key| WordsKeys::COLUMNS.map(|column| (key, column))) {
        let same_words = Fragment::new(format!("associations.{column} = ")).value(Value::Integer(key));
        look(connection, &mut found, same_words, described)?;
    }
    if surest(&found, described) == Some(Certainty::Certain) {
        return Ok(found);
    }
    for acronym in described.written_acronyms() {
        let named = naming(connection, &PublicAssociation::LIST, &acronym);
        look(connection, &mut found, named, described)?;
    }
    let mut corrected = Vec::new();
    for words in described.telling_words() {
        // In a city half of the associations bear its name.
        let elsewhere: Vec<&str> = words.iter().copied().filter(|word| !city.contains(word)).collect();
        let words = if elsewhere.is_empty() { words } else { elsewhere };
        corrected.push(vocabularies.terms(PublicAssociation::LIST.table, &words.join(" ")).words);
    }
    for words in &corrected {
        let all = having(connection, words.iter());
        look(connection, &mut found, all, described)?;
    }
    if surest(&found, described) >= Some(Certainty::Likely) {
        return Ok(found);
    }
    for words in corrected.iter().filter(|words| words.len() > 1) {
        for left_out in words.iter().take(SINGLE_WORDS) {
            if described.city_code.is_some() {
                let one = having(connection, [left_out]);
                look_in_city(connection, &mut found, one, described)?;
            } else {
                let others = having(connection, words.iter().filter(|word| *word != left_out));
                look(connection, &mut found, others, described)?;
            }
        }
    }
    Ok(found)
}

/// That each of these words is in the names.
fn having<'a>(connection: &Connection, words: impl IntoIterator<Item = &'a String>) -> Fragment {
    let words: Vec<&str> = words.into_iter().map(String::as_str).collect();
    containing(connection, &PublicAssociation::LIST, &words)
}

/// How sure the likeliest of some candidates is.
fn surest(found: &BTreeMap<Id, Candidate>, described: &Description) -> Option<Certainty> {
    found.values().filter_map(|row| Certainty::of(described.resemblance(&row.into()).score)).max()
}

/// Looks for what meets a condition: first in the city, if it is known, then everywhere.
fn look(
    connection: &mut Connection,
    found: &mut BTreeMap<Id, Candidate>,
    condition: Fragment,
    described: &Description,
) -> Result<()> {
    look_in_city(connection, found, condition.clone(), described)?;
    note(connection, found, condition)
}

fn look_in_city(
    connection: &mut Connection,
    found: &mut BTreeMap<Id, Candidate>,
    condition: Fragment,
    described: &Description,
) -> Result<()> {
    let Some(code) = &described.city_code else { return Ok(()) };
    let in_city = Fragment::new("associations.city_code = ").value(Value::Text(code.clone()));
    note(connection, found, Fragment::all([in_city, condition]))
}

fn note(connection: &mut Connection, found: &mut BTreeMap<Id, Candidate>, condition: Fragment) -> Result<()> {
    let rows: Vec<Candidate> = associations::table
        .filter(associations::deleted_at.is_null())
        .filter(condition)
        .select(Candidate::as_select())
        .limit(MOST_CANDIDATES)
        .load(connection)?;
    found.extend(rows.into_iter().map(|row| (row.id, row)));
    Ok(())
}

/// Refuses to add an association of which a twin is nearly certainly there (409 `probable_duplicate`). One that is the same in
/// every word is left to the database: no insisting makes that another one.
pub(in crate::associations) fn check_no_twin(
    connection: &mut Connection,
    input: &AssociationInput,
    seat: &Seat,
) -> Result<()> {
    let described = Description::from(input).seated(seat.city_code.clone(), seat.province_code.clone());
    let mut likeliest = None;
    for candidate in called_alike(connection, &described, WordsKeys::of(&input.name))? {
        let other = Description::from(&candidate);
        keep_better(&mut likeliest, match_of(&described, &other, Twin::Kept(candidate.id)));
    }
    let Some(Match { twin: Twin::Kept(id), resemblance, certainty: Certainty::Certain }) = likeliest else {
        return Ok(());
    };
    let identity = identity_key(&input.name, seat.city_code.as_deref());
    let same = associations::table.filter(associations::identity_key.eq(identity));
    if same.filter(associations::deleted_at.is_null()).count().get_result::<i64>(connection)? > 0 {
        return Ok(());
    }
    Err(probable_duplicate(id, resemblance.score))
}

/// As [`same_words`], of one description: the database stops at the last one that is compared.
fn called_alike(
    connection: &mut Connection,
    described: &Description,
    keys: WordsKeys,
) -> Result<Vec<Candidate>> {
    let mut found = Vec::new();
    for (column, key) in WordsKeys::COLUMNS.into_iter().zip([keys.ar, keys.latin]) {
        if key == WordsKeys::NO_NAME {
            continue;
        }
        let city = Value::Text(described.city_code.clone().unwrap_or_default());
        let alike = Fragment::<Bool>::new(format!("associations.{column} = "))
            .value(Value::Integer(key))
            .sql(" AND (associations.city_code IS NULL OR associations.city_code = ")
            .value(city)
            .sql(")");
        let some: Vec<Candidate> = associations::table
            .filter(associations::deleted_at.is_null())
            .filter(alike)
            .select(Candidate::as_select())
            .limit(MOST_COMPARED as i64)
            .load(connection)?;
        found.extend(some);
    }
    Ok(found)
}

/// 409: the association is probably that one.
pub fn probable_duplicate(id: Id, score: f64) -> Error {
    let reason = Reason::new(FieldRule::ProbableDuplicate)
        .with("url", format!("/v1/associations/{id}"))
        .with("score", score);
    Error::new(Code::ProbableDuplicate).with_violation(Violation::body("/name", reason))
}

/// The likeliest twin of each of some associations that are about to be added, where one is likely at least: in the
/// register, or among those before it. Looked for are associations whose names the same words set apart, in the same city
/// or where the city is not known. It reads by an index alone, so it is cheap for thousands.
pub fn doubtful(connection: &mut Connection, inputs: &[&AssociationInput]) -> Result<Vec<Option<Match>>> {
    let codes = codes_of_slugs(connection, inputs)?;
    let described: Vec<(Description, WordsKeys)> = inputs
        .iter()
        .map(|input| {
            let city = input.city_code.as_ref().map(|given| codes.get(given).unwrap_or(given).clone());
            (Description::from(*input).seated(city, input.province_code.clone()), WordsKeys::of(&input.name))
        })
        .collect();
    likeliest(connection, &described)
}

/// The codes of cities that are named by their slugs.
fn codes_of_slugs(
    connection: &mut Connection,
    inputs: &[&AssociationInput],
) -> Result<HashMap<String, String>> {
    let is_slug = |given: &&String| !given.contains('.');
    let mut slugs: Vec<&String> =
        inputs.iter().filter_map(|input| input.city_code.as_ref()).filter(is_slug).collect();
    slugs.sort_unstable();
    slugs.dedup();
    let mut found = HashMap::new();
    for some in slugs.chunks(AT_A_TIME) {
        let rows: Vec<(String, String)> = cities::table
            .filter(cities::slug.eq_any(some.iter().copied()))
            .filter(cities::deleted_at.is_null())
            .select((cities::slug, cities::code))
            .load(connection)?;
        found.extend(rows);
    }
    Ok(found)
}

/// So many that the same words set apart are compared with one: where a thousand are called alike, each would cost a thousand
/// comparisons.
const MOST_COMPARED: usize = 20;
/// So many descriptions a statement looks for.
const AT_A_TIME: usize = 500;

fn likeliest(
    connection: &mut Connection,
    described: &[(Description, WordsKeys)],
) -> Result<Vec<Option<Match>>> {
    let mut found: Vec<Option<Match>> = earlier_twins(described);
    for (piece, some) in described.chunks(AT_A_TIME).enumerate() {
        for (place, candidate) in same_words(connection, some)? {
            let Some((this, _)) = some.get(place) else { continue };
            let match_of = match_of(this, &Description::from(&candidate), Twin::Kept(candidate.id));
            keep_better(&mut found[piece * AT_A_TIME + place], match_of);
        }
    }
    Ok(found)
}

/// Twins among the descriptions themselves.
fn earlier_twins(described: &[(Description, WordsKeys)]) -> Vec<Option<Match>> {
    let mut by_key: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut found = vec![None; described.len()];
    for (place, (this, keys)) in described.iter().enumerate() {
        for key in keys.known() {
            let earlier = by_key.entry(key).or_default();
            for other in earlier.iter().rev().take(MOST_COMPARED) {
                let match_of = match_of(this, &described[*other].0, Twin::Earlier(*other));
                keep_better(&mut found[place], match_of);
            }
            earlier.push(place);
        }
    }
    found
}

fn match_of(this: &Description, other: &Description, twin: Twin) -> Option<Match> {
    let resemblance = this.resemblance(other);
    let certainty = Certainty::of(resemblance.score).filter(|certainty| *certainty >= Certainty::Likely)?;
    Some(Match { twin, resemblance, certainty })
}

fn keep_better(best: &mut Option<Match>, found: Option<Match>) {
    let score = |of: &Option<Match>| of.as_ref().map_or(0.0, |known| known.resemblance.score);
    if score(&found) > score(best) {
        *best = found;
    }
}

type CandidateColumns = (
    Identifier,
    Document,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Date>,
    Nullable<BigInt>,
    Nullable<Text>,
);

/// The associations that the same words set apart in one of the scripts, in the same city or where the city is not known;
/// each with the place of the description that it is for.
fn same_words(
    connection: &mut Connection,
    described: &[(Description, WordsKeys)],
) -> Result<Vec<(usize, Candidate)>> {
    let asked = described.iter().enumerate().flat_map(|(place, (this, keys))| {
        let city = this.city_code.clone().unwrap_or_default();
        keys.known().map(move |key| {
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            Fragment::<Text>::new("").values([
                Value::Integer(place),
                Value::Integer(key),
                Value::Text(city.clone()),
            ])
        })
    });
    let asked: Vec<Fragment<Text>> = asked.collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let mut query =
        Fragment::<(BigInt, CandidateColumns)>::new("WITH asked (place, words_key, city_code) AS (VALUES ")
            .then(Fragment::<Text>::joined(asked, ", "))
            .sql(") ");
    for (column, union) in WordsKeys::COLUMNS.into_iter().zip([" UNION ALL ", ""]) {
        query = query.sql(format!(
            "SELECT place, id, name, acronym, city_code, province_code, founded_on, founded_year, website FROM \
             (SELECT asked.place, a.id, a.name, a.acronym, a.city_code, a.province_code, a.founded_on, a.founded_year, \
             a.website, row_number() OVER (PARTITION BY asked.place ORDER BY a.id) AS nth \
             FROM asked JOIN associations AS a ON a.{column} = asked.words_key \
             WHERE a.deleted_at IS NULL AND (a.city_code = asked.city_code OR a.city_code IS NULL)) AS twins \
             WHERE nth <= {MOST_COMPARED}{union}"
        ));
    }
    let rows: Vec<(i64, Candidate)> = Statement(query).load(connection)?;
    Ok(rows.into_iter().filter_map(|(place, row)| Some((usize::try_from(place).ok()?, row))).collect())
}

/// Gives the associations their keys that were written before there were any.
pub fn fill_keys(connection: &mut Connection) -> Result<()> {
    loop {
        let rows: Vec<(Id, Json<language::Text>)> = associations::table
            .filter(associations::latin_words_key.is_null())
            .select((associations::id, associations::name))
            .limit(AT_A_TIME as i64)
            .load(connection)?;
        if rows.is_empty() {
            return Ok(());
        }
        let keys = rows.iter().map(|(id, name)| {
            let keys = WordsKeys::of(name);
            Fragment::<Text>::new("").values([
                Value::Id(*id),
                Value::Integer(keys.ar),
                Value::Integer(keys.latin),
            ])
        });
        let update = Fragment::<Text>::new("WITH known (id, ar, latin) AS (VALUES ")
            .then(Fragment::<Text>::joined(keys, ", "))
            .sql(
                ") UPDATE associations SET ar_words_key = known.ar, latin_words_key = known.latin FROM known \
                  WHERE associations.id = known.id",
            );
        Statement(update).execute(connection)?;
    }
}
