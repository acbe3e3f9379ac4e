//! What people call the words of closed lists: states, kinds, roles and the like, in Arabic, French and English. A list
//! is named by its collection and field, as in `editions.status`.

use super::{Language, Text};

type Terms = &'static [(&'static str, [&'static str; 3])];

/// What people call `word` of a list.
pub fn label(list: &str, word: &str) -> Option<Text> {
    find(list, word).map(text)
}

/// What people call `word` of a list in one language; a word of no list stays as it is.
pub fn name(list: &str, word: &str, language: Language) -> String {
    find(list, word).map_or_else(|| word.to_owned(), |names| names[language.of_errors()].to_owned())
}

/// The label of a value that speaks for itself, such as a year.
pub fn as_it_is(value: &str) -> Text {
    text(&[value; 3])
}

/// The label of a value that is not known.
pub fn unknown() -> Text {
    text(&["غير معروف", "Inconnu", "Unknown"])
}

fn find(list: &str, word: &str) -> Option<&'static [&'static str; 3]> {
    let (_, terms) = LISTS.iter().find(|(names, _)| names.contains(&list))?;
    terms.iter().find(|(known, _)| *known == word).map(|(_, names)| names)
}

fn text([ar, fr, en]: &[&str; 3]) -> Text {
    let known = |text: &str| Some(text.to_owned());
    Text { ar: known(ar), fr: known(fr), en: known(en), zgh: None }
}

/// The lists, each under the names of the fields that take its words.
const LISTS: &[(&[&str], Terms)] = &[
    (&["cities.kind"], CITY_KIND),
    (&["provinces.kind"], PROVINCE_KIND),
    (&["associations.scope"], SCOPE),
    (&["associations.status"], ASSOCIATION_STATUS),
    (&["associations.receipt_status"], RECEIPT_STATUS),
    (&["associations.value", "achievements.value"], VALUE),
    (&["editions.status"], EDITION_STATUS),
    (&["events.kind"], EVENT_KIND),
    (&["partners.kind"], PARTNER_KIND),
    (&["nominations.kind", "criteria.nomination_kind"], NOMINATION_KIND),
    (&["nominations.of_kind"], OF_KIND),
    (&["nominations.status"], NOMINATION_STATUS),
    (&["evaluations.status"], EVALUATION_STATUS),
    (&["conflicts.kind"], CONFLICT_KIND),
    (&["conflicts.status"], CONFLICT_STATUS),
    (&["conflicts.ground"], CONFLICT_GROUND),
    (&["deliberations.status"], DELIBERATION_STATUS),
    (&["designations.status"], DESIGNATION_STATUS),
    (&["institution_keys.status"], INSTITUTION_KEY_STATUS),
    (&["institution_keys.institution"], INSTITUTION),
    (&["imports.status"], IMPORT_STATUS),
    (&["records.kind"], RECORD_KIND),
    (&["places.coordinate"], COORDINATE),
    (&["accounts.role"], ROLE),
    (&["accounts.kind"], ACCOUNT_KIND),
    (&["accounts.status"], ACCOUNT_STATUS),
];

const CITY_KIND: Terms = &[
    ("urban", ["جماعة حضرية", "Commune urbaine", "Urban commune"]),
    ("rural", ["جماعة قروية", "Commune rurale", "Rural commune"]),
];

const PROVINCE_KIND: Terms = &[
    ("province", ["إقليم", "Province", "Province"]),
    ("prefecture", ["عمالة", "Préfecture", "Prefecture"]),
    (
        "prefecture_of_arrondissements",
        ["عمالة مقاطعات", "Préfecture d'arrondissements", "Prefecture of arrondissements"],
    ),
];

const SCOPE: Terms = &[
    ("local", ["محلي", "Local", "Local"]),
    ("regional", ["جهوي", "Régional", "Regional"]),
    ("national", ["وطني", "National", "National"]),
    ("abroad", ["خارج المغرب", "À l'étranger", "Abroad"]),
];

const ASSOCIATION_STATUS: Terms = &[
    ("active", ["نشيطة", "Active", "Active"]),
    ("dormant", ["متوقفة عن النشاط", "En sommeil", "Dormant"]),
    ("dissolved", ["منحلة", "Dissoute", "Dissolved"]),
];

const RECEIPT_STATUS: Terms = &[
    ("none", ["بدون وصل", "Sans récépissé", "No receipt"]),
    ("provisional", ["وصل مؤقت", "Récépissé provisoire", "Provisional receipt"]),
    ("final", ["وصل نهائي", "Récépissé définitif", "Final receipt"]),
];

const VALUE: Terms = &[
    ("citizenship", ["المواطنة", "Citoyenneté", "Citizenship"]),
    ("development", ["التنمية", "Développement", "Development"]),
    ("dialogue", ["الحوار", "Dialogue", "Dialogue"]),
    ("coexistence", ["العيش المشترك", "Vivre-ensemble", "Coexistence"]),
];

const EDITION_STATUS: Terms = &[
    ("draft", ["قيد الإعداد", "En préparation", "In preparation"]),
    ("city_call_open", ["باب ترشيح المدن مفتوح", "Appel aux villes ouvert", "Call for cities open"]),
    (
        "city_review",
        ["دراسة ترشيحات المدن", "Examen des candidatures des villes", "City nominations under review"],
    ),
    ("designated", ["تم تعيين العاصمة", "Capitale désignée", "Capital designated"]),
    (
        "honours_call_open",
        ["باب ترشيح الجمعيات مفتوح", "Appel aux associations ouvert", "Call for associations open"],
    ),
    (
        "honours_review",
        [
            "دراسة ترشيحات الجمعيات",
            "Examen des candidatures des associations",
            "Association nominations under review",
        ],
    ),
    ("in_progress", ["جارية", "En cours", "In progress"]),
    ("completed", ["منتهية", "Terminée", "Completed"]),
    ("archived", ["محفوظة في الأرشيف", "Archivée", "Archived"]),
    ("postponed", ["مؤجلة", "Reportée", "Postponed"]),
    ("cancelled", ["ملغاة", "Annulée", "Cancelled"]),
];

const EVENT_KIND: Terms = &[
    ("press_meeting", ["لقاء صحفي", "Rencontre avec la presse", "Press meeting"]),
    ("opening", ["حفل الافتتاح", "Ouverture", "Opening"]),
    ("conference", ["ندوة", "Conférence", "Conference"]),
    ("exhibition", ["معرض", "Exposition", "Exhibition"]),
    ("caravan_stage", ["محطة من القافلة", "Étape de la caravane", "Stage of the caravan"]),
    ("stage", ["محطة", "Étape", "Stage"]),
    ("closing_of_stage", ["اختتام محطة", "Clôture d'une étape", "Closing of a stage"]),
    ("local_programme", ["برنامج محلي", "Programme local", "Local programme"]),
    ("agreement", ["توقيع اتفاقية", "Signature d'une convention", "Signing of an agreement"]),
    ("closing", ["حفل الاختتام", "Clôture", "Closing"]),
    (
        "designation_of_next",
        ["الإعلان عن العاصمة المقبلة", "Annonce de la prochaine capitale", "Announcement of the next capital"],
    ),
];

const PARTNER_KIND: Terms = &[
    ("organiser", ["جهة منظمة", "Organisateur", "Organiser"]),
    ("ministry", ["وزارة", "Ministère", "Ministry"]),
    ("authority", ["سلطة ترابية", "Autorité territoriale", "Territorial authority"]),
    ("elected", ["هيئة منتخبة", "Collectivité élue", "Elected body"]),
    ("local_partner", ["شريك محلي", "Partenaire local", "Local partner"]),
    ("partner", ["شريك", "Partenaire", "Partner"]),
];

const NOMINATION_KIND: Terms =
    &[("city", ["مدينة", "Ville", "City"]), ("association", ["جمعية", "Association", "Association"])];

/// After "nominations".
const OF_KIND: Terms = &[
    ("city", ["المدن", "de villes", "of cities"]),
    ("association", ["الجمعيات", "d'associations", "of associations"]),
];

const NOMINATION_STATUS: Terms = &[
    ("draft", ["مسودة", "Brouillon", "Draft"]),
    ("submitted", ["مودع", "Déposée", "Submitted"]),
    ("needs_completion", ["في انتظار الاستكمال", "À compléter", "Needs completion"]),
    ("eligible", ["مستوف للشروط", "Éligible", "Eligible"]),
    ("ineligible", ["غير مستوف للشروط", "Inéligible", "Ineligible"]),
    ("under_evaluation", ["قيد التقييم", "En cours d'évaluation", "Under evaluation"]),
    ("shortlisted", ["في اللائحة القصيرة", "Présélectionnée", "Shortlisted"]),
    ("selected", ["مختار", "Retenue", "Selected"]),
    ("reserve", ["في لائحة الانتظار", "Sur liste d'attente", "In reserve"]),
    ("not_selected", ["غير مختار", "Non retenue", "Not selected"]),
    ("withdrawn", ["مسحوب", "Retirée", "Withdrawn"]),
    ("disqualified", ["مقصى", "Exclue", "Disqualified"]),
    ("revoked", ["تم الرجوع عن اختياره", "Retenue puis révoquée", "Revoked"]),
];

const EVALUATION_STATUS: Terms = &[
    ("assigned", ["مسند", "Attribuée", "Assigned"]),
    ("draft", ["قيد التحرير", "En cours de rédaction", "Being written"]),
    ("submitted", ["مودع", "Remise", "Submitted"]),
    ("recused", ["تنحى العضو عنه", "Le membre s'est récusé", "Juror stepped back"]),
    ("voided", ["ملغى", "Écartée", "Voided"]),
];

const CONFLICT_KIND: Terms = &[
    (
        "none_declared",
        ["تصريح بعدم وجود تضارب", "Absence de conflit déclarée", "Declared that there is none"],
    ),
    ("declared", ["تضارب صرح به العضو", "Conflit déclaré par le membre", "Declared by the juror"]),
    ("reported", ["تضارب مُبلَّغ عنه", "Conflit signalé", "Reported by an office"]),
    ("detected", ["تضارب كشفته الخدمة", "Conflit détecté par le service", "Found by the service"]),
];

const CONFLICT_STATUS: Terms = &[
    ("reported", ["مبلغ عنه", "Signalé", "Reported"]),
    ("confirmed", ["مؤكد", "Confirmé", "Confirmed"]),
    ("dismissed", ["مرفوض", "Écarté", "Dismissed"]),
    ("settled", ["تمت تسويته", "Réglé", "Settled"]),
];

const CONFLICT_GROUND: Terms = &[
    ("nominee", ["ينتمي إلى المرشَّح نفسه", "appartenance au candidat", "belongs to the nominee"]),
    (
        "nominee_city",
        ["ينتمي إلى المدينة المرشحة", "appartenance à la ville candidate", "belongs to the nominated city"],
    ),
    ("nominator", ["صلة بصاحب الترشيح", "lien avec l'auteur de la candidature", "tied to the nominator"]),
    ("organisation", ["المنظمة نفسها", "même organisation", "the same organisation"]),
    (
        "representative",
        [
            "اسم الممثل القانوني للجمعية",
            "nom du représentant légal de l'association",
            "the name of the legal representative",
        ],
    ),
    ("other", ["سبب آخر", "autre motif", "another ground"]),
];

const IMPORT_STATUS: Terms = &[
    ("queued", ["في الانتظار", "En attente", "Queued"]),
    ("running", ["قيد التنفيذ", "En cours", "Running"]),
    ("paused", ["متوقف مؤقتا", "Suspendu", "Paused"]),
    ("completed", ["مكتمل", "Terminé", "Completed"]),
    ("failed", ["فشل", "Échoué", "Failed"]),
    ("cancelled", ["ملغى", "Annulé", "Cancelled"]),
];

const INSTITUTION: Terms =
    &[("ministry", ["الوزارة", "Le ministère", "The ministry"]), ("icso", ["إيكسو", "L'ICSO", "ICSO"])];

const DELIBERATION_STATUS: Terms = &[
    ("closed", ["مغلقة", "Close", "Closed"]),
    ("reopened", ["أعيد فتحها", "Rouverte", "Reopened"]),
    ("concluded", ["منتهية", "Conclue", "Concluded"]),
];

const DESIGNATION_STATUS: Terms = &[
    ("proposed", ["مقترح", "Proposée", "Proposed"]),
    ("signed", ["مُوقَّع", "Signée", "Signed"]),
    ("published", ["منشور", "Publiée", "Published"]),
    ("withdrawn", ["مسحوب", "Retirée", "Withdrawn"]),
    ("annulled", ["ملغى", "Annulée", "Annulled"]),
    ("revoked", ["تم الرجوع عنه", "Révoquée", "Revoked"]),
];

const INSTITUTION_KEY_STATUS: Terms = &[
    ("registered", ["مسجل، في انتظار التأكيد", "Enregistrée, à confirmer", "Registered, to be confirmed"]),
    ("confirmed", ["مؤكد", "Confirmée", "Confirmed"]),
    ("revoked", ["ملغى", "Révoquée", "Revoked"]),
];

const ROLE: Terms = &[
    ("admin", ["مدير الخدمة", "Administrateur", "Administrator"]),
    ("ministry_officer", ["موظف بالوزارة", "Agent du ministère", "Ministry officer"]),
    ("icso_officer", ["موظف بإيكسو", "Agent de l'ICSO", "ICSO officer"]),
    ("juror", ["عضو لجنة التحكيم", "Membre du jury", "Juror"]),
    ("jury_chair", ["رئيس لجنة التحكيم", "Président du jury", "Jury chair"]),
    ("auditor", ["مدقق", "Auditeur", "Auditor"]),
    ("city_representative", ["ممثل مدينة", "Représentant d'une ville", "City representative"]),
    (
        "association_representative",
        ["ممثل جمعية", "Représentant d'une association", "Association representative"],
    ),
    ("integration", ["نظام متصل", "Système connecté", "Integration"]),
];

const ACCOUNT_KIND: Terms =
    &[("person", ["شخص", "Personne", "Person"]), ("system", ["نظام", "Système", "System"])];

const ACCOUNT_STATUS: Terms =
    &[("active", ["مفعل", "Actif", "Active"]), ("disabled", ["معطل", "Désactivé", "Disabled"])];

const COORDINATE: Terms = &[
    ("latitude", ["خط العرض", "la latitude", "the latitude"]),
    ("longitude", ["خط الطول", "la longitude", "the longitude"]),
];

/// The records, in the middle of a sentence.
const RECORD_KIND: Terms = &[
    ("account", ["الحساب", "compte", "account"]),
    ("account_secret", ["سر الحساب", "secret du compte", "account secret"]),
    ("achievement", ["الإنجاز", "réalisation", "achievement"]),
    ("activity_field", ["مجال النشاط", "domaine d'activité", "activity field"]),
    ("assignment", ["توزيع التقييمات", "répartition", "assignment"]),
    ("association", ["الجمعية", "association", "association"]),
    ("association_merge", ["الدمج", "fusion", "merge"]),
    ("city", ["المدينة", "ville", "city"]),
    ("conflict", ["التصريح", "déclaration", "declaration"]),
    ("deliberation", ["المداولة", "délibération", "deliberation"]),
    ("designation", ["التعيين", "désignation", "designation"]),
    ("import", ["الاستيراد", "import", "import"]),
    ("institution_key", ["مفتاح المؤسسة", "clé d'institution", "key of an institution"]),
    ("document", ["الوثيقة", "document", "document"]),
    ("edition", ["الدورة", "édition", "edition"]),
    ("evaluation", ["التقييم", "évaluation", "evaluation"]),
    ("event", ["الحدث", "événement", "event"]),
    ("nomination", ["الترشيح", "candidature", "nomination"]),
    ("partner", ["الشريك", "partenaire", "partner"]),
    ("problem_type", ["نوع المشكل", "type de problème", "problem type"]),
    ("province", ["الإقليم", "province", "province"]),
    ("record", ["السجل", "enregistrement", "record"]),
    ("region", ["الجهة", "région", "region"]),
];
