//! The fault of a single field, parameter or header: where it is, which rule it breaks, and the way out, in
//! three languages.

use serde::Serialize;
use utoipa::ToSchema;

use crate::language::Language;

/// Where a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the body, as a JSON pointer (RFC 6901).
    Body(String),
    /// In the query string.
    Parameter(String),
    /// In a header.
    Header(&'static str),
}

/// A rule that was broken: its code and the values that its sentence names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The stable word for programs.
    pub code: &'static str,
    /// Values for the placeholders of the sentence.
    pub values: Vec<(&'static str, String)>,
}

impl Reason {
    /// The rule called `code`; every code stands in [`REASONS`].
    pub fn new(code: &'static str) -> Self {
        Self { code, values: Vec::new() }
    }

    /// Fills a placeholder of the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// The sentence in `language`.
    pub fn text(&self, language: Language) -> String {
        let (_, texts) = REASONS.iter().find(|(code, _)| *code == self.code).unwrap_or(&REASONS[0]);
        fill(texts[language.of_errors()], &self.values)
    }
}

/// A fault: where and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: Reason,
    /// The word that was probably meant.
    pub did_you_mean: Option<String>,
}

impl Violation {
    /// A fault of the body at a JSON pointer.
    pub fn body(pointer: impl Into<String>, reason: Reason) -> Self {
        Self { place: Place::Body(pointer.into()), reason, did_you_mean: None }
    }

    /// A fault of a parameter of the query.
    pub fn parameter(name: impl Into<String>, reason: Reason) -> Self {
        Self { place: Place::Parameter(name.into()), reason, did_you_mean: None }
    }

    /// A fault of a header.
    pub fn header(name: &'static str, reason: Reason) -> Self {
        Self { place: Place::Header(name), reason, did_you_mean: None }
    }

    /// Suggests the nearest of `candidates`, when one is near to what was `given`.
    #[must_use]
    pub fn suggesting<'a>(mut self, given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        self.did_you_mean = nearest(given, candidates);
        self
    }
}

/// The candidate that is nearest to `given`, if it is at most a third of its letters away.
fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const LONGEST: usize = 64;
    if given.len() > LONGEST {
        return None;
    }
    let given = given.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&given, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// Replaces each `{name}` by its value.
pub(super) fn fill(template: &str, values: &[(&'static str, String)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// One fault as the problem document shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) to the field of the body at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("/name/fr"))]
    pub pointer: Option<String>,
    /// Name of the query parameter at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("regoin"))]
    pub parameter: Option<String>,
    /// Name of the header at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("If-Match"))]
    pub header: Option<String>,
    /// Stable word for programs.
    #[schema(examples("unknown_parameter"))]
    pub code: String,
    /// What is wrong and what would be right, in the language of the answer.
    pub detail: String,
    /// The name or word that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("region"))]
    pub did_you_mean: Option<String>,
}

impl FieldProblem {
    /// The fault, told in `language`.
    pub fn new(violation: &Violation, language: Language) -> Self {
        let (mut pointer, mut parameter, mut header) = (None, None, None);
        match &violation.place {
            Place::Body(at) => pointer = Some(at.clone()),
            Place::Parameter(name) => parameter = Some(name.clone()),
            Place::Header(name) => header = Some((*name).to_owned()),
        }
        Self {
            pointer,
            parameter,
            header,
            code: violation.reason.code.to_owned(),
            detail: violation.reason.text(language),
            did_you_mean: violation.did_you_mean.clone(),
        }
    }
}

/// Every rule that a field can break: code, and the sentence in Arabic, French and English.
pub const REASONS: &[(&str, [&str; 3])] = &[
    ("invalid", ["قيمة غير صالحة.", "La valeur n'est pas valable.", "The value is not valid."]),
    ("required", ["هذا الحقل إلزامي.", "Ce champ est obligatoire.", "This field is required."]),
    (
        "unknown_field",
        ["لا يوجد حقل بهذا الاسم.", "Aucun champ ne porte ce nom.", "There is no field of this name."],
    ),
    (
        "unknown_parameter",
        [
            "لا تعرف هذه العملية معاملا بهذا الاسم.",
            "Cette opération ne connaît aucun paramètre de ce nom.",
            "This operation has no parameter of this name.",
        ],
    ),
    (
        "repeated_parameter",
        [
            "تكرر هذا المعامل؛ افصل القيم بفواصل.",
            "Ce paramètre est répété ; séparez les valeurs par des virgules.",
            "This parameter is given more than once; separate values by commas.",
        ],
    ),
    (
        "conflicting_parameter",
        [
            "لا يمكن الجمع بين هذا المعامل و{other}.",
            "Ce paramètre ne peut pas accompagner {other}.",
            "This parameter cannot be combined with {other}.",
        ],
    ),
    (
        "needs_parameter",
        [
            "يتطلب هذا المعامل {other}.",
            "Ce paramètre n'a de sens qu'avec {other}.",
            "This parameter needs {other}.",
        ],
    ),
    ("type", ["النوع المنتظر: {expected}.", "Type attendu : {expected}.", "Expected {expected}."]),
    ("one_of", ["القيم المقبولة: {allowed}.", "Valeurs admises : {allowed}.", "Allowed values: {allowed}."]),
    (
        "range",
        [
            "يجب أن تكون القيمة بين {min} و{max}.",
            "La valeur doit être comprise entre {min} et {max}.",
            "Must be between {min} and {max}.",
        ],
    ),
    (
        "length",
        [
            "يجب أن يكون الطول بين {min} و{max} حرفا.",
            "La longueur doit être comprise entre {min} et {max} caractères.",
            "Must be {min} to {max} characters long.",
        ],
    ),
    ("too_many", ["{max} عناصر على الأكثر.", "Pas plus de {max} éléments.", "At most {max} items."]),
    (
        "date",
        [
            "المنتظر تاريخ بصيغة YYYY-MM-DD.",
            "Une date de la forme AAAA-MM-JJ est attendue.",
            "Expected a date as YYYY-MM-DD.",
        ],
    ),
    (
        "date_time",
        [
            "المنتظر لحظة بصيغة RFC 3339، مثل 2026-01-31T09:00:00Z.",
            "Un instant RFC 3339 est attendu, par exemple 2026-01-31T09:00:00Z.",
            "Expected an RFC 3339 instant, such as 2026-01-31T09:00:00Z.",
        ],
    ),
    (
        "url",
        [
            "المنتظر عنوان http أو https كامل.",
            "Une adresse http ou https complète est attendue.",
            "Expected a complete http or https URL.",
        ],
    ),
    (
        "email",
        [
            "المنتظر عنوان بريد إلكتروني.",
            "Une adresse électronique est attendue.",
            "Expected an e-mail address.",
        ],
    ),
    (
        "pattern",
        ["الصيغة المنتظرة: {expected}.", "Forme attendue : {expected}.", "Expected the form {expected}."],
    ),
    (
        "characters",
        [
            "محارف التحكم ومحارف اتجاه الكتابة غير مقبولة.",
            "Les caractères de contrôle et de direction d'écriture ne sont pas admis.",
            "Control and text direction characters are not accepted.",
        ],
    ),
    (
        "blank",
        ["لا يمكن أن يكون النص فارغا.", "Le texte ne peut pas être vide.", "The text must not be blank."],
    ),
    (
        "text_without_language",
        [
            "يجب إعطاء النص بإحدى اللغات: ar أو fr أو zgh أو en.",
            "Le texte doit être donné dans au moins une langue : ar, fr, zgh ou en.",
            "The text must be given in at least one language: ar, fr, zgh or en.",
        ],
    ),
    (
        "reference",
        [
            "لا يوجد ما تشير إليه هذه القيمة{expected}.",
            "Ce à quoi cette valeur renvoie n'existe pas{expected}.",
            "What this value refers to does not exist{expected}.",
        ],
    ),
    (
        "already_exists",
        [
            "هذه القيمة مستعملة في سجل آخر.",
            "Un autre enregistrement porte déjà cette valeur.",
            "Another record has this value already.",
        ],
    ),
    ("order", ["يجب ألا يسبق {other}.", "Ne peut pas précéder {other}.", "Must not come before {other}."]),
    (
        "future",
        [
            "لا يمكن أن يكون التاريخ في المستقبل.",
            "La date ne peut pas être dans le futur.",
            "The date must not lie in the future.",
        ],
    ),
    (
        "inapplicable",
        [
            "هذا الحقل لا ينطبق هنا: {why}.",
            "Ce champ ne s'applique pas ici : {why}.",
            "This field does not apply here: {why}.",
        ],
    ),
    (
        "not_urban",
        [
            "لا يمكن أن تكون عاصمة إلا جماعة حضرية (انظر ‎/v1/cities?kind=urban).",
            "Seule une commune urbaine peut être capitale (voyez /v1/cities?kind=urban).",
            "Only an urban commune can be capital (see /v1/cities?kind=urban).",
        ],
    ),
    (
        "read_only",
        ["لا يمكن تغيير هذا الحقل.", "Ce champ ne peut pas être modifié.", "This field cannot be changed."],
    ),
    (
        "frozen",
        [
            "لم يعد تغيير هذا الحقل ممكنا: حالة الدورة {status}.",
            "Ce champ ne peut plus être modifié : l'édition est dans l'état {status}.",
            "This field can no longer be changed: the edition is {status}.",
        ],
    ),
    (
        "not_urban",
        [
            "لا تكون عاصمةً إلا جماعة حضرية.",
            "Seule une commune urbaine peut être capitale.",
            "Only an urban commune can be capital.",
        ],
    ),
    (
        "title_again",
        [
            "كانت هذه المدينة عاصمة سنة {year}، ولا يمكن أن تنال اللقب من جديد بعد.",
            "Cette ville a été capitale en {year} ; elle ne peut pas encore recevoir le titre de nouveau.",
            "This city was capital in {year}; it cannot have the title again yet.",
        ],
    ),
    (
        "cursor",
        [
            "هذه العلامة لا تخص هذه اللائحة؛ أعد البدء دونها.",
            "Ce curseur n'est pas de cette liste ; recommencez sans lui.",
            "This cursor does not belong to this list; start again without it.",
        ],
    ),
    (
        "etag",
        [
            "المنتظر وسم ETag كما أعطته قراءة المورد، مثل \"3-9f2c…\".",
            "Un ETag est attendu, tel qu'une lecture de la ressource l'a donné, par exemple \"3-9f2c…\".",
            "Expected an ETag as a read of the resource gave it, such as \"3-9f2c…\".",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_has_the_same_placeholders_in_all_languages() {
        for (code, texts) in REASONS {
            let placeholders = texts.map(|text| {
                let mut names: Vec<&str> =
                    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
                names.sort_unstable();
                names
            });
            assert!(placeholders.windows(2).all(|pair| pair[0] == pair[1]), "{code}");
        }
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("regoin", ["region", "kind"]), Some("region".to_owned()));
        assert_eq!(nearest("zzz", ["region", "kind"]), None);
    }
}
