//! What columns are called in the tables of others.

/// What our columns are called, besides their own names. Case, accents, articles and punctuation do not
/// matter; of names and objects, what tells the language is left out here.
#[rustfmt::skip]
pub(super) const SYNONYMS: [(&str, &[&str]); 31] = [
    ("id", &["id", "identifiant nasij", "id nasij", "uuid", "معرف نسيج"]),
    (
        "external_id",
        &[
            "external id", "identifiant externe", "id externe", "code externe", "identifiant",
            "identifiant association", "code association", "référence", "réf", "matricule", "id association",
            "association id", "المعرف", "رمز الجمعية", "معرف الجمعية", "المرجع", "المعرف الخارجي",
        ],
    ),
    (
        "acronym",
        &[
            "acronym", "acronyme", "sigle", "abréviation", "nom abrégé", "sigle de l'association",
            "abbreviation", "الاسم المختصر", "المختصر", "اختصار", "التسمية المختصرة", "الرمز المختصر",
        ],
    ),
    (
        "city_code",
        &[
            "city code", "city", "ville", "commune", "code ville", "code commune", "code de la commune",
            "commune du siège", "ville du siège", "ville / commune", "commune/ville", "commune territoriale",
            "municipalité", "collectivité territoriale", "commune de siège", "code HCP", "municipality",
            "town", "المدينة", "الجماعة", "الجماعة الترابية", "رمز الجماعة", "جماعة المقر", "مدينة المقر",
            "المدينة أو الجماعة", "المدينة/الجماعة", "رمز المدينة",
        ],
    ),
    (
        "province_code",
        &[
            "province code", "province", "préfecture", "code province", "province / préfecture",
            "préfecture ou province", "préfecture / province", "province du siège", "code de la province",
            "العمالة", "الإقليم", "العمالة أو الإقليم", "العمالة/الإقليم", "الاقليم/العمالة",
            "الإقليم أو العمالة", "عمالة/إقليم", "رمز الإقليم", "رمز العمالة",
        ],
    ),
    (
        "scope",
        &[
            "scope", "portée", "rayonnement", "étendue", "champ d'intervention", "champ d'action",
            "niveau d'intervention", "échelle", "couverture géographique", "territoire d'intervention",
            "couverture territoriale", "zone d'intervention", "النطاق", "نطاق العمل", "النطاق الجغرافي",
            "مجال التدخل الترابي", "نطاق التدخل", "مستوى التدخل", "الامتداد الجغرافي",
        ],
    ),
    (
        "status",
        &[
            "status", "statut", "état", "situation", "situation de l'association", "statut de l'association",
            "état de l'association", "état d'activité", "الحالة", "الوضعية", "حالة الجمعية", "وضعية الجمعية",
            "وضعية النشاط",
        ],
    ),
    (
        "founded_on",
        &[
            "founded on", "date de création", "date création", "date de fondation", "date de constitution",
            "créée le", "date de création de l'association", "date d'AG constitutive",
            "date de l'assemblée générale constitutive", "date assemblée constitutive", "fondée le",
            "foundation date", "date of foundation", "creation date", "founding date", "date founded",
            "تاريخ التأسيس", "تاريخ الإنشاء", "تاريخ تأسيس الجمعية", "تاريخ الجمع العام التأسيسي", "تأسست في",
            "تاريخ الإحداث",
        ],
    ),
    (
        "founded_year",
        &[
            "founded year", "année de création", "année création", "année de fondation", "an de création",
            "foundation year", "year founded", "year of foundation", "founding year", "سنة التأسيس",
            "عام التأسيس", "سنة الإحداث", "سنة الإنشاء",
        ],
    ),
    (
        "receipt_status",
        &[
            "receipt status", "état du récépissé", "statut du récépissé", "type de récépissé",
            "nature du récépissé", "situation du récépissé", "type récépissé", "nature récépissé",
            "type of receipt", "receipt type", "حالة الوصل", "نوع الوصل", "وضعية الوصل", "طبيعة الوصل",
            "نوع وصل الإيداع",
        ],
    ),
    (
        "receipt_on",
        &[
            "receipt on", "date du récépissé", "date de récépissé", "date récépissé",
            "date de délivrance du récépissé", "date du récépissé définitif", "date de dépôt légal",
            "récépissé délivré le", "date of receipt", "receipt date", "تاريخ الوصل", "تاريخ تسليم الوصل",
            "تاريخ وصل الإيداع", "تاريخ الوصل النهائي", "تاريخ الحصول على الوصل",
        ],
    ),
    (
        "public_utility",
        &[
            "public utility", "utilité publique", "reconnue d'utilité publique", "RUP", "R.U.P", "ARUP",
            "d'utilité publique", "reconnaissance d'utilité publique", "public benefit", "المنفعة العامة",
            "صفة المنفعة العامة", "ذات منفعة عامة", "معترف لها بصفة المنفعة العامة",
            "معترف لها بالمنفعة العامة",
        ],
    ),
    (
        "public_utility_decree",
        &[
            "public utility decree", "décret d'utilité publique", "n° du décret", "décret",
            "numéro de décret", "décret de reconnaissance d'utilité publique", "n° décret RUP", "decree",
            "مرسوم المنفعة العامة", "رقم المرسوم", "المرسوم", "مرسوم الاعتراف بالمنفعة العامة",
        ],
    ),
    (
        "activity_fields",
        &[
            "activity fields", "domaines d'activité", "domaine d'activité", "domaines d'intervention",
            "domaine d'intervention", "secteur d'activité", "secteurs d'activité", "domaine", "domaines",
            "champ d'activité", "secteur", "thématiques", "activités", "fields of activity",
            "field of activity", "sector", "مجالات النشاط", "مجال النشاط", "مجال الاشتغال", "مجالات الاشتغال",
            "مجال العمل", "مجالات التدخل", "مجال التدخل", "القطاع", "ميدان النشاط", "الأنشطة", "المجال",
        ],
    ),
    ("values", &["values", "valeurs", "valeurs servies", "valeurs ICSO", "القيم", "قيم", "قيم إيكسو"]),
    (
        "volunteers",
        &[
            "volunteers", "bénévoles", "nombre de bénévoles", "nb de bénévoles", "nbre de bénévoles",
            "nb bénévoles", "volontaires", "nombre de volontaires", "effectif bénévole",
            "number of volunteers", "المتطوعون", "المتطوعين", "عدد المتطوعين", "عدد المتطوعات والمتطوعين",
            "عدد المتطوعين والمتطوعات",
        ],
    ),
    (
        "last_activity_on",
        &[
            "last activity on", "dernière activité", "date de la dernière activité",
            "date de dernière activité", "date dernière activité", "dernière activité connue",
            "last activity", "date of last activity", "آخر نشاط", "تاريخ آخر نشاط", "تاريخ اخر نشاط معروف",
        ],
    ),
    (
        "website",
        &[
            "website", "site web", "site internet", "site", "adresse du site", "URL", "web", "page web",
            "web site", "الموقع الإلكتروني", "الموقع", "موقع الويب", "الموقع على الإنترنت", "رابط الموقع",
        ],
    ),
    (
        "email",
        &[
            // Everybody sees this address, and that of a register is mostly a person's: only who means it names it.
            "email",
        ],
    ),
    (
        "attestations.national",
        &[
            "attestations national", "nationale attestée", "attestation nationale", "caractère national",
            "وطنية", "الطابع الوطني",
        ],
    ),
    (
        "attestations.voluntary",
        &[
            "attestations voluntary", "attestation de bénévolat", "caractère bénévole", "تطوعية",
            "الطابع التطوعي",
        ],
    ),
    (
        "attestations.non_profit",
        &[
            "attestations non profit", "non profit", "but non lucratif", "à but non lucratif",
            "sans but lucratif", "caractère non lucratif", "غير ربحية", "الطابع غير الربحي",
            "لا تسعى إلى الربح",
        ],
    ),
    (
        "attestations.non_political",
        &[
            "attestations non political", "non political", "apolitique", "caractère apolitique",
            "non politique", "غير سياسية", "الطابع غير السياسي",
        ],
    ),
    ("sources", &["sources", "source", "liens", "références web", "المصادر", "المصدر"]),
    (
        "internal.seat_address",
        &[
            "seat address", "adresse", "siège", "siège social", "adresse du siège", "adresse du siège social",
            "adresse siège", "adresse complète", "adresse postale", "adresse de l'association", "address",
            "head office", "المقر", "العنوان", "مقر الجمعية", "عنوان المقر", "المقر الاجتماعي",
            "عنوان الجمعية", "المقر المركزي",
        ],
    ),
    (
        "internal.receipt_number",
        &[
            "receipt number", "n° de récépissé", "n° récépissé", "numéro de récépissé", "numéro du récépissé",
            "n° du récépissé", "récépissé n°", "récépissé", "n° du récépissé définitif", "no récépissé",
            "num récépissé", "n° de dépôt", "numéro de dépôt légal", "receipt no", "رقم الوصل",
            "رقم وصل الإيداع", "رقم الوصل النهائي", "وصل الإيداع رقم", "رقم الإيداع", "رقم التصريح",
            "رقم الوصل القانوني", "رقم وصل التصريح",
        ],
    ),
    (
        "internal.receipt_authority",
        &[
            "receipt authority", "autorité", "autorité locale", "autorité ayant délivré le récépissé",
            "autorité administrative", "délivré par", "autorité de délivrance", "récépissé délivré par",
            "autorité compétente", "authority", "السلطة المحلية", "السلطة", "السلطة المانحة للوصل",
            "الجهة المسلمة للوصل", "السلطة الإدارية المحلية", "الجهة المانحة",
        ],
    ),
    (
        "internal.ice",
        &[
            "ICE", "I.C.E", "n° ICE", "numéro ICE", "identifiant commun de l'entreprise",
            "identifiant commun des entreprises", "identifiant commun entreprise",
            "common identifier of enterprises", "التعريف الموحد للمقاولة", "المعرف الموحد للمقاولة",
            "رقم التعريف الموحد",
        ],
    ),
    (
        "internal.tax_id",
        &[
            "tax id", "identifiant fiscal", "IF", "I.F", "n° IF", "n° d'identifiant fiscal", "numéro fiscal",
            "identification fiscale", "التعريف الجبائي", "رقم التعريف الجبائي", "التعريف الضريبي",
            "المعرف الجبائي", "رقم التعريف الضريبي",
        ],
    ),
    (
        "internal.legal_representative",
        &[
            "legal representative", "représentant légal", "président", "nom du président", "président(e)",
            "nom et prénom du président", "nom du représentant légal", "responsable",
            "président de l'association", "nom du président (e)", "présidente", "nom complet du président",
            "president", "chairperson", "رئيس الجمعية", "الرئيس", "الممثل القانوني", "اسم الرئيس",
            "الرئيس(ة)", "اسم رئيس الجمعية", "الاسم الكامل للرئيس", "رئيس(ة) الجمعية", "اسم الممثل القانوني",
        ],
    ),
    (
        "internal.representative_contact",
        &[
            "representative contact", "téléphone", "tél", "n° de téléphone", "numéro de téléphone", "GSM",
            "n° tél", "contact", "coordonnées", "téléphone du président", "portable", "mobile",
            "tél président", "contact du représentant légal", "phone", "phone number", "telephone", "الهاتف",
            "رقم الهاتف", "هاتف الرئيس", "رقم هاتف الرئيس", "الاتصال", "معلومات الاتصال", "هاتف رئيس الجمعية",
        ],
    ),
];

/// What names are called, without their language.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "name", "nom", "nom de l'association", "nom association", "dénomination", "dénomination de l'association",
    "intitulé", "intitulé de l'association", "appellation", "association", "raison sociale",
    "dénomination sociale", "libellé", "désignation", "nom complet", "nom complet de l'association",
    "nom officiel", "association name", "name of the association", "full name", "الاسم", "اسم الجمعية",
    "التسمية", "تسمية الجمعية", "الجمعية", "إسم الجمعية", "الاسم الكامل للجمعية", "الإسم",
    "اسم الجمعية الكامل",
];
/// What objects are called, without their language.
#[rustfmt::skip]
pub(super) const OBJECTS: &[&str] = &[
    "object", "objet", "objet de l'association", "objet social", "but", "buts", "buts de l'association",
    "objectifs", "objectif", "objectifs de l'association", "mission", "missions", "purpose", "objectives",
    "objects of the association", "الهدف", "الأهداف", "أهداف الجمعية", "غرض الجمعية", "الغرض",
    "موضوع الجمعية", "أهداف", "هدف الجمعية",
];

/// What tells a language in a heading, in the order in which texts have them.
#[rustfmt::skip]
pub(super) const LANGUAGES: [&[&str]; 4] = [
    &[
        "ar", "arabe", "en arabe", "langue arabe", "in arabic", "arabic", "بالعربية", "العربية",
        "باللغة العربية", "عربي",
    ],
    &[
        "fr", "français", "en français", "langue française", "french", "in french", "بالفرنسية", "الفرنسية",
        "باللغة الفرنسية", "فرنسي", "caractères latins", "en caractères latins", "بالحروف اللاتينية", "latin",
    ],
    &[
        "zgh", "amazighe", "en amazighe", "tifinaghe", "tamazight", "in amazigh", "بالأمازيغية", "الأمازيغية",
        "باللغة الأمازيغية",
    ],
    &[
        "en", "anglais", "en anglais", "english", "in english", "بالإنجليزية", "الإنجليزية",
        "باللغة الإنجليزية",
    ],
];
