//! What is said of each check, in Arabic, French and English: what was found, what is missing, and the way out.

use crate::language::sentences::{Told, fill};
use crate::language::{Language, Text};

/// A sentence with placeholders (`{count}`).
#[derive(Debug)]
pub(super) struct Sentence {
    ar: &'static str,
    fr: &'static str,
    en: &'static str,
}

impl Sentence {
    /// The sentence with each placeholder replaced by its value.
    pub(super) fn filled(&self, values: &[(&'static str, Told)]) -> Text {
        let told = |sentence, language| Some(fill(sentence, values, language));
        Text {
            ar: told(self.ar, Language::Ar),
            fr: told(self.fr, Language::Fr),
            zgh: None,
            en: told(self.en, Language::En),
        }
    }
}

/// A text with another after it, language by language.
pub(super) fn followed_by(text: Text, more: Text) -> Text {
    let both = |text: Option<String>, more: Option<String>| Some(format!("{} {}", text?, more?));
    Text {
        ar: both(text.ar, more.ar),
        fr: both(text.fr, more.fr),
        zgh: both(text.zgh, more.zgh),
        en: both(text.en, more.en),
    }
}

macro_rules! sentences {
    ($($name:ident: $ar:literal, $fr:literal, $en:literal;)*) => {
        $(pub(super) const $name: Sentence = Sentence { ar: $ar, fr: $fr, en: $en };)*

        #[cfg(test)]
        const ALL: &[&Sentence] = &[$(&$name),*];
    };
}

sentences! {
    NAME_URBAN_COMMUNE: "جماعة حضرية", "Commune urbaine", "Urban commune";
    NAME_TITLE_NOT_HELD: "لا يمنعها لقب سابق", "Aucun titre antérieur ne l'empêche", "No earlier title in the way";
    NAME_ACTIVE_ASSOCIATIONS: "عدد الجمعيات النشيطة", "Nombre d'associations actives", "Number of active associations";
    NAME_ACTIVITY_FIELDS: "تنوع مجالات النشاط", "Diversité des domaines d'activité", "Diversity of activity fields";
    NAME_LATEST_ACTIVITY: "نشاط حديث", "Activité récente", "Recent activity";
    NAME_REGISTERED: "جمعية مسجلة ونشيطة", "Association enregistrée et active", "Registered and active association";
    NAME_NATIONAL: "جمعية وطنية", "Association nationale", "National association";
    NAME_VOLUNTARY: "جمعية تطوعية", "Association bénévole", "Voluntary association";
    NAME_NON_PROFIT: "جمعية غير ربحية", "Association sans but lucratif", "Non-profit association";
    NAME_NON_POLITICAL: "جمعية غير سياسية", "Association apolitique", "Non-political association";
    NAME_DESCRIBED_ACTIVITY: "نشاط موصوف يخدم إحدى القيم", "Activité décrite au service d'une valeur",
        "Described activity that serves a value";
    NAME_LEGAL_STANDING: "الوضعية القانونية", "Situation légale", "Legal standing";
    NAME_NOT_HONOURED_RECENTLY: "لم تُكرَّم في السنوات الأخيرة", "Non honorée ces dernières années",
        "Not honoured in the last years";

    URBAN: "هي جماعة حضرية.", "C'est une commune urbaine.", "It is an urban commune.";
    NOT_URBAN: "هي جماعة قروية؛ لا يمكن أن تكون عاصمة إلا جماعة حضرية (انظر ‎/v1/cities?kind=urban).",
        "C'est une commune rurale ; seule une commune urbaine peut être capitale (voyez /v1/cities?kind=urban).",
        "It is a rural commune; only an urban commune can be capital (see /v1/cities?kind=urban).";
    CITY_GONE: "لم تعد المدينة في السجل.", "La ville n'est plus dans le registre.",
        "The city is no longer in the register.";
    TITLE_FREE: "لا يمنعها أي لقب سابق.", "Aucun titre antérieur n'empêche celui-ci.",
        "No earlier title keeps it from this one.";
    TITLE_ONCE: "كانت عاصمة سنة {year}؛ لا تنال المدينة اللقب مرتين.",
        "Elle a été capitale en {year} ; une ville ne reçoit pas le titre deux fois.",
        "It was capital in {year}; a city does not have the title twice.";
    TITLE_TOO_SOON: "كانت عاصمة سنة {year}؛ يجب أن تفصل بين لقبين {editions|لا دورة|دورة واحدة|دورتان|# دورات|# دورة|# دورة}.",
        "Elle a été capitale en {year} ; il faut {editions|# autre édition|# autres éditions} entre deux titres.",
        "It was capital in {year}; {editions|# other edition|# other editions} must lie between two titles.";
    ASSOCIATIONS_ENOUGH: "الجمعيات النشيطة: {count}؛ واللازم {min}.",
        "{count|# association active|# associations actives} ; il en faut {min}.",
        "{count|# active association|# active associations}; {min|# is|# are} needed.";
    ASSOCIATIONS_UNSURE:
        "الجمعيات النشيطة المعروفة: {count}؛ واللازم {min}. ولا تُعرف الحالة أو آخر نشاط بالنسبة إلى {uncertain|أي جمعية أخرى|جمعية أخرى|جمعيتين أخريين|# جمعيات أخرى|# جمعية أخرى|# جمعية أخرى}: أكمل البيانات في السجل، وإلا بتّ موظف مختص في الأمر.",
        "{count|# association active connue|# associations actives connues} ; il en faut {min}. Pour {uncertain|# autre|# autres}, le statut ou la dernière activité n'est pas connu : complétez le registre ; à défaut, un agent décidera.",
        "{count|# active association is|# active associations are} known; {min|# is|# are} needed. Of {uncertain|# other|# others} the status or the latest activity is not known: complete the register, or an officer decides.";
    ASSOCIATIONS_MISSING:
        "الجمعيات النشيطة: {count}؛ واللازم {min}، فينقص {missing}. تُحسب الجمعيات التي مقرها في المدينة وحالتها نشيطة ولها نشاط منذ {since}.",
        "{count|# association active|# associations actives} ; il en faut {min} et il en manque {missing}. Comptent celles qui ont leur siège dans la ville, le statut actif et une activité depuis le {since}.",
        "{count|# active association|# active associations}; {min|# is|# are} needed, {missing|# is|# are} missing. Those count that are seated in the city, have the status active and an activity since {since}.";
    FIELDS_ENOUGH: "مجالات النشاط: {count}؛ واللازم {min}.",
        "{count|# domaine d'activité|# domaines d'activité} ; il en faut {min}.",
        "{count|# activity field|# activity fields}; {min|# is|# are} needed.";
    FIELDS_UNSURE:
        "مجالات النشاط المعروفة: {count}؛ واللازم {min}. قد يبلغ عددها {possible}: أكمل مجالات جمعيات المدينة وحالتها في السجل، وإلا بتّ موظف مختص في الأمر.",
        "{count|# domaine d'activité connu|# domaines d'activité connus} ; il en faut {min}. Il pourrait y en avoir {possible} : complétez dans le registre les domaines et le statut des associations de la ville ; à défaut, un agent décidera.",
        "{count|# activity field is|# activity fields are} known; {min|# is|# are} needed. There could be {possible}: complete the fields and the status of the city's associations in the register, or an officer decides.";
    FIELDS_MISSING: "مجالات النشاط: {count}؛ واللازم {min}، فينقص {missing}. تُحسب مجالات الجمعيات النشيطة وحدها.",
        "{count|# domaine d'activité|# domaines d'activité} ; il en faut {min} et il en manque {missing}. Seuls comptent ceux des associations actives.",
        "{count|# activity field|# activity fields}; {min|# is|# are} needed, {missing|# is|# are} missing. Only those of active associations count.";
    ACTIVITY_RECENT: "كان آخر نشاط يوم {day}؛ تُحسب الأنشطة منذ {since}.",
        "La dernière activité est du {day} ; les activités comptent depuis le {since}.",
        "The latest activity was on {day}; activities count since {since}.";
    ACTIVITY_OLD: "كان آخر نشاط معروف يوم {day}؛ لا تُحسب الأنشطة إلا منذ {since}. سجّل الأنشطة الأحدث في السجل.",
        "La dernière activité connue est du {day} ; les activités ne comptent que depuis le {since}. Inscrivez au registre les activités plus récentes.",
        "The latest known activity was on {day}; activities count only since {since}. Enter later activities in the register.";
    ACTIVITY_UNKNOWN:
        "لا تُعرف الحالة أو آخر نشاط بالنسبة إلى {uncertain|أي جمعية|جمعية واحدة|جمعيتين|# جمعيات|# جمعية|# جمعية} في المدينة: أكمل البيانات في السجل، وإلا بتّ موظف مختص في الأمر.",
        "Pour {uncertain|# association|# associations} de la ville, le statut ou la dernière activité n'est pas connu : complétez le registre ; à défaut, un agent décidera.",
        "Of {uncertain|# association|# associations} of the city the status or the latest activity is not known: complete the register, or an officer decides.";
    ACTIVITY_NONE: "لا توجد في السجل جمعية نشيطة مقرها في المدينة.",
        "Le registre ne connaît aucune association active qui ait son siège dans la ville.",
        "The register knows no active association that is seated in the city.";

    CITY_SELF_WRITTEN:
        "لكن ذلك يستند إلى ما كتبه المرشَّح نفسه أو ممثلو جمعيات المدينة في السجل بعد فتح نداء الترشيح ({day}). بدونه لا يثبت الشرط: يقرر موظف مختص.",
        "Mais cela repose sur ce que le candidat lui-même ou les représentants des associations de la ville ont écrit dans le registre après l'ouverture de l'appel ({day}). Sans cela la condition ne serait pas établie : un agent décide.",
        "But that rests on what the nominee itself, or the representatives of the city's associations, wrote in the register after the call opened ({day}). Without it the condition would not be shown to be met: an officer decides.";

    SELF_WRITTEN:
        "لكن ذلك يستند إلى ما كتبه المرشَّح نفسه في السجل بعد فتح نداء الترشيح ({day}). بدونه لا يثبت الشرط: يقرر موظف مختص.",
        "Mais cela repose sur ce que le candidat a écrit lui-même dans le registre après l'ouverture de l'appel ({day}). Sans cela la condition ne serait pas établie : un agent décide.",
        "But that rests on what the nominee itself wrote in the register after the call opened ({day}). Without it the condition would not be shown to be met: an officer decides.";
    REGISTERED: "الجمعية في السجل وحالتها نشيطة.", "L'association est dans le registre, avec le statut actif.",
        "The association stands in the register, with the status active.";
    NOT_ACTIVE: "حالة الجمعية في السجل: {status}. إذا كانت نشيطة فاطلب من الوزارة تصحيح السجل.",
        "Le registre donne à l'association le statut {status}. Si elle est active, demandez au ministère de corriger le registre.",
        "The register gives the association the status {status}. If it is active, ask the ministry to correct the register.";
    STATUS_UNKNOWN: "حالة الجمعية غير معروفة: اطلب من الوزارة إتمام السجل، وإلا بتّ موظف مختص في الأمر.",
        "Le statut de l'association n'est pas connu : demandez au ministère de compléter le registre ; à défaut, un agent décidera.",
        "The status of the association is not known: ask the ministry to complete the register, or an officer decides.";
    ASSOCIATION_GONE: "لم تعد الجمعية في السجل.", "L'association n'est plus dans le registre.",
        "The association is no longer in the register.";
    ATTESTED: "مشهود به في السجل.", "C'est attesté dans le registre.", "It is attested in the register.";
    NOT_ATTESTED: "يشهد السجل بعكس ذلك. إذا كان ذلك خطأ فاطلب من الوزارة تصحيحه.",
        "Le registre atteste le contraire. Si c'est une erreur, demandez au ministère de la corriger.",
        "The register attests the contrary. If that is an error, ask the ministry to correct it.";
    ATTESTATION_MISSING: "لا شهادة بذلك في السجل بعد: اطلبها من الوزارة، وإلا بتّ موظف مختص في الأمر.",
        "Rien ne l'atteste encore dans le registre : demandez-le au ministère ; à défaut, un agent décidera.",
        "Nothing in the register attests it yet: ask the ministry for it, or an officer decides.";
    VOLUNTEERS: "مشهود به في السجل، وعدد المتطوعين {volunteers}.",
        "C'est attesté dans le registre, avec {volunteers|# bénévole|# bénévoles}.",
        "It is attested in the register, with {volunteers|# volunteer|# volunteers}.";
    NO_VOLUNTEERS: "لا متطوعين للجمعية حسب السجل. إذا كان لها متطوعون فسجّل عددهم.",
        "D'après le registre, l'association n'a pas de bénévoles. Si elle en a, inscrivez leur nombre.",
        "By the register, the association has no volunteers. If it has any, enter their number.";
    VOLUNTEERS_UNKNOWN: "عدد المتطوعين غير معروف: سجّله في السجل، وإلا بتّ موظف مختص في الأمر.",
        "Le nombre de bénévoles n'est pas connu : inscrivez-le au registre ; à défaut, un agent décidera.",
        "The number of volunteers is not known: enter it in the register, or an officer decides.";
    ACTIVITY_DESCRIBED: "وُصف نشاط يخدم {count|لا قيمة|قيمة واحدة|قيمتين|# قيم|# قيمة|# قيمة}. ويبقى أن يؤكد موظف من إيكسو أن النشاط يخدم ذلك فعلا.",
        "Une activité est décrite pour {count|# valeur|# valeurs}. Un agent de l'ICSO doit confirmer qu'elle y répond.",
        "An activity is described for {count|# value|# values}. An officer of ICSO confirms that it serves this.";
    ACTIVITY_NOT_DESCRIBED:
        "لم يوصف أي نشاط يخدم إحدى القيم: أضف القيم والغرض في السجل، أو إنجازا مرتبطا بقيمة إلى الترشيح.",
        "Aucune activité n'est décrite pour une valeur : ajoutez les valeurs et l'objet dans le registre, ou à la candidature une réalisation liée à une valeur.",
        "No activity is described for a value: add the values and the object in the register, or to the nomination an achievement that is tied to a value.";
    RECEIPT_FINAL: "للجمعية وصل نهائي.", "L'association a le récépissé définitif.",
        "The association has the final receipt.";
    RECEIPT_COUNTS: "الوصل المؤقت المؤرخ في {day} يُحتسب منذ {from}.",
        "Le récépissé provisoire du {day} compte depuis le {from}.",
        "The provisional receipt of {day} counts since {from}.";
    RECEIPT_YOUNG: "لا يُحتسب الوصل المؤقت المؤرخ في {day} إلا ابتداء من {from}؛ والوصل النهائي يُحتسب فورا.",
        "Le récépissé provisoire du {day} ne compte qu'à partir du {from} ; le récépissé définitif compte aussitôt.",
        "The provisional receipt of {day} counts from {from}; a final receipt counts at once.";
    RECEIPT_NONE: "لا وصل للجمعية: يلزم التصريح بها (الظهير 1-58-376، الفصل 5).",
        "L'association n'a pas de récépissé : elle doit être déclarée (dahir 1-58-376, article 5).",
        "The association has no receipt: it has to be declared (dahir 1-58-376, article 5).";
    RECEIPT_DAY_UNKNOWN: "تاريخ الوصل المؤقت غير معروف: اطلب من الوزارة إتمام السجل، وإلا بتّ موظف مختص في الأمر.",
        "Le jour du récépissé provisoire n'est pas connu : demandez au ministère de compléter le registre ; à défaut, un agent décidera.",
        "The day of the provisional receipt is not known: ask the ministry to complete the register, or an officer decides.";
    RECEIPT_UNKNOWN: "لا يُعرف وصل الجمعية: اطلب من الوزارة إتمام السجل، وإلا بتّ موظف مختص في الأمر.",
        "Le récépissé de l'association n'est pas connu : demandez au ministère de compléter le registre ; à défaut, un agent décidera.",
        "The receipt of the association is not known: ask the ministry to complete the register, or an officer decides.";
    NOT_HONOURED: "لم تُكرَّم في السنوات التي تُحتسب ({years}).",
        "Elle n'a pas été honorée dans les années qui comptent ({years}).",
        "It was not honoured in the years that count ({years}).";
    HONOURED: "كُرّمت في دورة {year}؛ يمكن تكريمها من جديد ابتداء من دورة {from}.",
        "Elle a été honorée lors de l'édition {year} ; elle peut l'être de nouveau à partir de l'édition {from}.",
        "It was honoured by the edition {year}; it can be honoured again from the edition {from} on.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::sentences::check_sentence;

    #[test]
    fn every_sentence_has_the_same_placeholders_in_all_languages() {
        for sentence in ALL {
            check_sentence([sentence.ar, sentence.fr, sentence.en]);
        }
    }

    #[test]
    fn every_placeholder_is_filled() {
        let number = |number: i64| Told::AsIs(number.to_string());
        let text = ASSOCIATIONS_ENOUGH.filled(&[("count", number(24)), ("min", number(20))]);
        assert_eq!(text.en.as_deref(), Some("24 active associations; 20 are needed."));
        assert_eq!(text.zgh, None);
    }
}
