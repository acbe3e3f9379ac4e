//! How firmly a ranking stands: the same arithmetic without each juror in turn, with each weight a tenth more and a tenth
//! less, and with the sheets that were voided. It advises and decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{Criterion, Place, Rules, Sheet, Standing, TieDecision, rank};
use crate::database::types::Id;

/// How firmly a ranking stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Robustness {
    /// Always true: nothing is decided by this.
    pub advisory: bool,
    /// In how many variants the ranking was made again.
    #[schema(minimum = 0)]
    pub variants: i64,
    /// In how many of them the same nominations pass with the same ranks.
    #[schema(minimum = 0)]
    pub order_stands: i64,
    /// In how many of them the same nominations have the first rank.
    #[schema(minimum = 0)]
    pub winner_stands: i64,
    /// The variants one by one.
    pub runs: Vec<Variant>,
}

/// What was different when the ranking was made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RobustnessVariantKind)]
pub enum VariantKind {
    /// The evaluations of a juror were left out.
    WithoutJuror,
    /// The weight of a criterion was another.
    Weight,
    /// The sheets that were handed in and voided were counted: all of them, or those of a juror.
    WithVoided,
}

/// By how much a weight was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RobustnessChange)]
pub enum Change {
    /// A tenth of itself more: 30 becomes 33, before all are weighed against their new sum.
    #[serde(rename = "+10%")]
    TenthMore,
    /// A tenth of itself less: 30 becomes 27, before all are weighed against their new sum.
    #[serde(rename = "-10%")]
    TenthLess,
}

/// The ranking made again with something different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RobustnessVariant)]
pub struct Variant {
    /// What was different.
    pub kind: VariantKind,
    /// The juror whose evaluations were left out, or whose voided sheets were counted, by pseudonym.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("juror-3"))]
    pub juror: Option<String>,
    /// The criterion whose weight was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("association_vitality"))]
    pub criterion: Option<String>,
    /// By how much.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub change: Option<Change>,
    /// Whether the same nominations pass with the same ranks.
    pub order_stands: bool,
    /// Whether the same nominations have the first rank.
    pub winner_stands: bool,
    /// The places as they would be then, the best first; of the variants with voided sheets alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub places: Option<Vec<Place>>,
}

/// How firmly the ranking of `nominations` stands, when `voided` are the sheets that were handed in and do not count.
/// Where sheets are left out or weighed otherwise, nominations without quorum are left out: there is nothing to shake.
pub fn robustness(
    rules: &Rules,
    nominations: &[Id],
    sheets: &[Sheet],
    voided: &[Sheet],
    decisions: &[TieDecision],
) -> Robustness {
    let places = rank(rules, nominations, sheets, decisions);
    let with_quorum = places.iter().filter(|place| place.standing != Standing::NoQuorum);
    let shaken: Vec<Id> = with_quorum.map(|place| place.nomination_id).collect();
    let order = ranks(&places);
    let stands = |places: &[Place]| {
        let ranks = ranks(places);
        (ranks == order, winners(&ranks) == winners(&order))
    };
    let without_juror = jurors(sheets).into_iter().map(|juror| {
        // One evaluation less than the quorum is what this is about.
        let rules = Rules { min_evaluations: 1, ..rules.clone() };
        let others: Vec<Sheet> = sheets.iter().filter(|sheet| sheet.juror != juror).cloned().collect();
        let stands = stands(&rank(&rules, &shaken, &others, decisions));
        Variant { juror: Some(juror), ..Variant::new(VariantKind::WithoutJuror, stands) }
    });
    let weighted = rules.criteria.iter().filter(|criterion| criterion.weight > 0);
    let other_weights = weighted.flat_map(|criterion| {
        [Change::TenthMore, Change::TenthLess].map(|change| {
            let rules = reweighted(rules, &criterion.code, change);
            let stands = stands(&rank(&rules, &shaken, sheets, decisions));
            let criterion = Some(criterion.code.clone());
            Variant { criterion, change: Some(change), ..Variant::new(VariantKind::Weight, stands) }
        })
    });
    let with_voided = restored(voided).into_iter().map(|(juror, voided)| {
        let counted: Vec<Sheet> = sheets.iter().cloned().chain(voided).collect();
        let places = rank(rules, nominations, &counted, decisions);
        let stands = stands(&places);
        Variant { juror, places: Some(places), ..Variant::new(VariantKind::WithVoided, stands) }
    });
    let runs: Vec<Variant> = without_juror.chain(other_weights).chain(with_voided).collect();
    let count = |of: fn(&Variant) -> bool| {
        i64::try_from(runs.iter().filter(|variant| of(variant)).count()).unwrap_or(i64::MAX)
    };
    Robustness {
        advisory: true,
        variants: count(|_| true),
        order_stands: count(|variant| variant.order_stands),
        winner_stands: count(|variant| variant.winner_stands),
        runs,
    }
}

impl Variant {
    /// A variant in which the order and the first rank stand or do not.
    fn new(kind: VariantKind, (order_stands, winner_stands): (bool, bool)) -> Self {
        Self { kind, juror: None, criterion: None, change: None, order_stands, winner_stands, places: None }
    }
}

/// The voided sheets that are counted together: all of them, and where they are of several jurors, those of each.
fn restored(voided: &[Sheet]) -> Vec<(Option<String>, Vec<Sheet>)> {
    if voided.is_empty() {
        return Vec::new();
    }
    let jurors = jurors(voided);
    let of = |juror: &String| voided.iter().filter(|sheet| sheet.juror == *juror).cloned().collect();
    let each = jurors.iter().filter(|_| jurors.len() > 1).map(|juror| (Some(juror.clone()), of(juror)));
    std::iter::once((None, voided.to_vec())).chain(each).collect()
}

/// The ranks of those that pass.
fn ranks(places: &[Place]) -> BTreeMap<Id, i64> {
    places.iter().filter_map(|place| Some((place.nomination_id, place.rank?))).collect()
}

fn winners(ranks: &BTreeMap<Id, i64>) -> BTreeSet<Id> {
    ranks.iter().filter(|(_, rank)| **rank == 1).map(|(id, _)| *id).collect()
}

/// The jurors of these sheets, by their numbers.
fn jurors(sheets: &[Sheet]) -> Vec<String> {
    let words: BTreeSet<(usize, &String)> =
        sheets.iter().map(|sheet| (sheet.juror.len(), &sheet.juror)).collect();
    words.into_iter().map(|(_, juror)| juror.clone()).collect()
}

/// The rules with another weight of one criterion. All weights are ten times as large, so that a tenth is a whole
/// number; only their proportions count.
fn reweighted(rules: &Rules, code: &str, change: Change) -> Rules {
    let tenths = |criterion: &Criterion| match change {
        _ if criterion.code != code => 10,
        Change::TenthMore => 11,
        Change::TenthLess => 9,
    };
    let criteria = rules.criteria.iter().map(|criterion| Criterion {
        code: criterion.code.clone(),
        weight: criterion.weight * tenths(criterion),
    });
    Rules { criteria: criteria.collect(), ..rules.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        let criterion = |code: &str, weight| Criterion { code: code.to_owned(), weight };
        Rules {
            criteria: vec![criterion("first", 60), criterion("second", 40), criterion("third", 0)],
            min_evaluations: 3,
            pass_mark_hundredths: 5000,
            first_criterion_pass: 5,
        }
    }

    fn sheet(nomination_id: Id, juror: usize, first: i64, second: i64) -> Sheet {
        let scores = [("first", first), ("second", second), ("third", 5)];
        let scores = scores.map(|(code, score)| (code.to_owned(), score)).into();
        Sheet { nomination_id, juror: format!("juror-{juror}"), scores }
    }

    #[test]
    fn a_clear_ranking_stands_in_every_variant() {
        let (best, other, short) = (Id::new(), Id::new(), Id::new());
        let of = |id, first, second| (1..=3).map(move |juror| sheet(id, juror, first, second));
        let mut sheets: Vec<Sheet> = of(best, 9, 9).chain(of(other, 6, 6)).collect();
        // Without quorum, so it has no part in this.
        sheets.push(sheet(short, 1, 10, 10));
        let found = robustness(&rules(), &[best, other, short], &sheets, &[], &[]);
        assert!(found.advisory);
        // Three jurors; two weights, more and less; a weight of zero changes nothing.
        assert_eq!((found.variants, found.order_stands, found.winner_stands), (7, 7, 7));
    }

    #[test]
    fn what_hangs_on_one_juror_and_on_a_weight_is_seen() {
        let (one, other) = (Id::new(), Id::new());
        let sheets: Vec<Sheet> = vec![
            sheet(one, 1, 10, 5),
            sheet(one, 2, 6, 6),
            sheet(one, 10, 6, 6),
            sheet(other, 1, 6, 6),
            sheet(other, 2, 6, 8),
            sheet(other, 10, 7, 8),
        ];
        let found = robustness(&rules(), &[one, other], &sheets, &[], &[]);
        let juror = |word: &str| {
            found.runs.iter().find(|variant| variant.juror.as_deref() == Some(word)).unwrap().winner_stands
        };
        // 10·60+5·40 and twice 6·100 against 6·100, 6·60+8·40 and 7·60+8·40: 66.67 against 67.33.
        assert!(juror("juror-1"), "{found:?}");
        assert!(!juror("juror-2") && !juror("juror-10"), "{found:?}");
        let weight = |code: &str, change| {
            let variant = |variant: &&Variant| {
                variant.criterion.as_deref() == Some(code) && variant.change == Some(change)
            };
            found.runs.iter().find(variant).unwrap().winner_stands
        };
        // With 60 and 36 the results are the same, and the first criterion turns the order.
        assert!(weight("first", Change::TenthMore) && weight("first", Change::TenthLess), "{found:?}");
        assert!(weight("second", Change::TenthMore) && !weight("second", Change::TenthLess), "{found:?}");
        assert_eq!((found.variants, found.order_stands, found.winner_stands), (7, 4, 4));
        let jurors: Vec<_> = found.runs.iter().filter_map(|variant| variant.juror.as_deref()).collect();
        assert_eq!(jurors, ["juror-1", "juror-2", "juror-10"]);
    }

    #[test]
    fn what_the_voided_sheets_would_have_changed_is_told() {
        let (one, other) = (Id::new(), Id::new());
        let of = |id, score| (1..=3).map(move |juror| sheet(id, juror, score, score));
        let sheets: Vec<Sheet> = of(one, 6).chain(of(other, 7)).collect();
        let voided = [sheet(one, 4, 10, 10), sheet(one, 5, 10, 10)];
        let found = robustness(&rules(), &[one, other], &sheets, &voided, &[]);
        let told: Vec<_> = found
            .runs
            .iter()
            .filter(|variant| variant.kind == VariantKind::WithVoided)
            .map(|variant| {
                let first = variant.places.as_ref().unwrap()[0].nomination_id;
                (variant.juror.as_deref(), first == one, variant.winner_stands)
            })
            .collect();
        // Three sixes and two tens make 76.00 against 70.00, three sixes and one ten the same 70.00.
        let all = (None, true, false);
        assert_eq!(told[0], all);
        assert_eq!(
            told.iter().map(|(juror, ..)| *juror).collect::<Vec<_>>(),
            [None, Some("juror-4"), Some("juror-5")]
        );
        let alone = robustness(&rules(), &[one, other], &sheets, &voided[..1], &[]);
        let runs = alone.runs.iter().filter(|variant| variant.kind == VariantKind::WithVoided);
        assert_eq!(runs.count(), 1, "one juror's sheets are all of them");
    }

    #[test]
    fn a_tenth_is_exact_and_proportions_alone_count() {
        let more = reweighted(&rules(), "first", Change::TenthMore);
        let weights: Vec<i64> = more.criteria.iter().map(|criterion| criterion.weight).collect();
        assert_eq!(weights, [660, 400, 0]);
    }
}
