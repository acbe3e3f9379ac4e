//! The rules that a field can break, each with its sentence in Arabic, French and English.

// The sentences say what each rule is.
#![allow(missing_docs)]

use strum::{EnumString, IntoStaticStr, VariantArray};

/// A rule that a field can break. Its word is the stable `code` of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum FieldRule {
    Invalid,
    Required,
    UnknownField,
    UnknownParameter,
    RepeatedParameter,
    ConflictingParameter,
    NeedsParameter,
    Type,
    RepeatedMember,
    OneOf,
    Range,
    Length,
    TooMany,
    Date,
    DateTime,
    NoSuchInstant,
    PlusSign,
    Encoding,
    NoWord,
    UnknownCode,
    BoxLatitudes,
    CountOfNumbers,
    NotANumber,
    CoordinateRange,
    Url,
    Email,
    Pattern,
    Characters,
    HiddenCharacter,
    YearRange,
    UrlWithCredentials,
    CallEndsInThePast,
    Blank,
    EmptyFile,
    InvalidText,
    CellWithoutHeading,
    MergedCells,
    ErrorCell,
    NotJson,
    UnreadableFile,
    OtherFile,
    FileCutOff,
    FileFollowed,
    FileDamaged,
    FileLocked,
    TooManyPixels,
    Path,
    TextWithoutLanguage,
    Reference,
    AlreadyExists,
    Order,
    Future,
    Past,
    Repeated,
    RoleAlone,
    RolesApart,
    NominatedAlready,
    KindOfRole,
    ScopeOfRole,
    ScopeNeeded,
    PrivateKey,
    PublicKey,
    Inapplicable,
    NotUrban,
    Unseen,
    RegisterFact,
    ForOffices,
    TitleDecided,
    ReadOnly,
    Frozen,
    TitleAgain,
    NeededFirst,
    CallOver,
    CallOpen,
    NotYet,
    LeftToDesignation,
    TitleVacant,
    CriteriaNeeded,
    WeightsSum,
    UndecidedNominations,
    CheckFailed,
    CheckUndecided,
    NoCheckFailed,
    NotShortlisted,
    RankOrder,
    InstitutionPublicKey,
    Thumbprint,
    InstitutionKeyNeeded,
    DetachedJws,
    UnconfirmedKey,
    OtherStatement,
    OtherDecision,
    Cursor,
    Etag,
    Sentence,
    AllegationWaits,
    NominationWaits,
    AppealRunning,
    NothingEvaluated,
    JurorsMissing,
    EvaluationsMissing,
    DesignationStands,
    NotLevel,
    KeepCity,
    ProbableDuplicate,
    MergeWithItself,
    NominatedNow,
    NominatedTwice,
    HonouredTwice,
    MovedOn,
    KeepAssociation,
    KeepEdition,
    KeptForProcess,
    HeldByAccount,
    HeldByAssociation,
    HeldByEdition,
    HeldByHonour,
    HeldByNomination,
    HeldByJury,
    HeldByDecision,
    HeldByPendingTitle,
    ItemCount,
    RepeatedHeader,
    TooManyParameters,
    EmptyValue,
}

/// Every rule that a field can break: code, and the sentence in Arabic, French and English.
pub const REASONS: &[(FieldRule, [&str; 3])] = &[
    (FieldRule::Invalid, ["قيمة غير صالحة.", "La valeur n'est pas valable.", "The value is not valid."]),
    (FieldRule::Required, ["هذا إلزامي.", "Ceci est obligatoire.", "This is required."]),
    (
        FieldRule::UnknownField,
        ["لا يوجد حقل بهذا الاسم.", "Aucun champ ne porte ce nom.", "There is no field of this name."],
    ),
    (
        FieldRule::UnknownParameter,
        [
            "لا تعرف هذه العملية معاملا بهذا الاسم.",
            "Cette opération ne connaît aucun paramètre de ce nom.",
            "This operation has no parameter of this name.",
        ],
    ),
    (
        FieldRule::RepeatedParameter,
        [
            "تكرر هذا المعامل: أعطه مرة واحدة؛ وإن كان يقبل عدة قيم فافصلها بفواصل.",
            "Ce paramètre est répété : donnez-le une fois ; s'il admet plusieurs valeurs, séparez-les par des virgules.",
            "This parameter is given more than once: give it once. Where it takes several values, separate them by commas.",
        ],
    ),
    (
        FieldRule::ConflictingParameter,
        [
            "لا يمكن الجمع بين هذا المعامل و{other}.",
            "Ce paramètre ne peut pas accompagner {other}.",
            "This parameter cannot be combined with {other}.",
        ],
    ),
    (
        FieldRule::NeedsParameter,
        [
            "يتطلب هذا المعامل {other}.",
            "Ce paramètre n'a de sens qu'avec {other}.",
            "This parameter needs {other}.",
        ],
    ),
    (FieldRule::Type, ["المنتظر {expected}.", "Il faut {expected}.", "Expected {expected}."]),
    (
        FieldRule::RepeatedMember,
        [
            "أعطي هذا الحقل مرتين؛ أبق واحدا منهما.",
            "Ce champ est donné deux fois ; n'en gardez qu'un.",
            "This field is given twice; keep one of them.",
        ],
    ),
    (
        FieldRule::OneOf,
        ["القيم المقبولة: {allowed}.", "Valeurs admises : {allowed}.", "Allowed values: {allowed}."],
    ),
    (
        FieldRule::Range,
        [
            "يجب أن تكون القيمة بين {min} و{max}.",
            "La valeur doit être comprise entre {min} et {max}.",
            "Must be between {min} and {max}.",
        ],
    ),
    (
        FieldRule::Length,
        [
            "يجب أن يكون عدد المحارف بين {min} و{max}.",
            "La longueur doit être comprise entre {min} et {max|# caractère|# caractères}.",
            "Must be {min} to {max|# character|# characters} long.",
        ],
    ),
    (
        FieldRule::ItemCount,
        [
            "يجب أن يكون عدد العناصر بين {min} و{max}.",
            "Il faut entre {min} et {max|# élément|# éléments}.",
            "Must have {min} to {max|# item|# items}.",
        ],
    ),
    (
        FieldRule::TooMany,
        [
            "{max|# عنصر|عنصر واحد|عنصران|# عناصر|# عنصرا|# عنصر} على الأكثر.",
            "Pas plus {max|d'# élément|de # éléments}.",
            "At most {max|# item|# items}.",
        ],
    ),
    (
        FieldRule::Date,
        [
            "المنتظر تاريخ موجود، بصيغة سنة-شهر-يوم مثل 2026-01-31.",
            "Une date qui existe est attendue, sous la forme AAAA-MM-JJ, par exemple 2026-01-31.",
            "Expected a date that exists, as YYYY-MM-DD, such as 2026-01-31.",
        ],
    ),
    (
        FieldRule::DateTime,
        [
            "المنتظر لحظة بصيغة RFC 3339، مثل 2026-01-31T09:00:00Z.",
            "Un instant RFC 3339 est attendu, par exemple 2026-01-31T09:00:00Z.",
            "Expected an RFC 3339 instant, such as 2026-01-31T09:00:00Z.",
        ],
    ),
    (
        FieldRule::NoSuchInstant,
        [
            "لا وجود لهذا اليوم أو لهذا الوقت. المنتظر لحظة بين 0000-01-01T00:00:00Z و9999-12-31T23:59:59Z.",
            "Ce jour ou cette heure n'existe pas. Un instant de 0000-01-01T00:00:00Z à 9999-12-31T23:59:59Z est attendu.",
            "There is no such day or time. Expected an instant from 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z.",
        ],
    ),
    (
        FieldRule::PlusSign,
        [
            "في العناوين تقرأ علامة + فراغا: اكتبها %2B، مثل 2026-01-31T09:00:00%2B01:00.",
            "Dans une adresse, le signe + se lit comme une espace : écrivez-le %2B, par exemple 2026-01-31T09:00:00%2B01:00.",
            "In a URL, the sign + is read as a space: write it as %2B, such as 2026-01-31T09:00:00%2B01:00.",
        ],
    ),
    (
        FieldRule::Encoding,
        [
            "المنتظر نص بترميز UTF-8، تسبق كل بايت منه علامة %: تكتب è هكذا %C3%A8.",
            "Un texte en UTF-8 est attendu, chaque octet après un % : è s'écrit %C3%A8.",
            "Expected text in UTF-8, each byte after a %: è is written %C3%A8.",
        ],
    ),
    (
        FieldRule::RepeatedHeader,
        [
            "تكررت هذه الترويسة؛ أبق واحدة منها.",
            "Cet en-tête est donné plusieurs fois ; n'en gardez qu'un.",
            "This header is given more than once; keep one of them.",
        ],
    ),
    (
        FieldRule::TooManyParameters,
        [
            "{max|# معامل|معامل واحد|معاملان|# معاملات|# معاملا|# معامل} على الأكثر.",
            "Pas plus {max|d'# paramètre|de # paramètres}.",
            "At most {max|# parameter|# parameters}.",
        ],
    ),
    (
        FieldRule::EmptyValue,
        [
            "قيمة فارغة بين الفواصل: احذف الفاصلة الزائدة.",
            "Il y a une valeur vide entre les virgules : supprimez la virgule en trop.",
            "There is an empty value between the commas: leave the extra comma out.",
        ],
    ),
    (
        FieldRule::NoWord,
        [
            "المنتظر حرف أو رقم واحد على الأقل.",
            "Il faut au moins une lettre ou un chiffre.",
            "Expected at least one letter or digit.",
        ],
    ),
    (
        FieldRule::UnknownCode,
        [
            "لا شيء في {collection} رمزه أو اسمه في العناوين «{value}».",
            "Rien dans {collection} n'a pour code ou pour slug « {value} ».",
            "Nothing in {collection} has the code or slug “{value}”.",
        ],
    ),
    (
        FieldRule::BoxLatitudes,
        [
            "خط العرض الجنوبي {south} أكبر من الشمالي {north}. الترتيب: west,south,east,north.",
            "La latitude sud, {south}, dépasse la latitude nord, {north}. L'ordre est west,south,east,north.",
            "The southern latitude {south} is greater than the northern one, {north}. The order is west,south,east,north.",
        ],
    ),
    (
        FieldRule::CountOfNumbers,
        [
            "أعداد مفصولة بفواصل: المنتظر {expected}، والمعطى {count}.",
            "Des nombres entre virgules : il en faut {expected}, il y en a {count}.",
            "Numbers between commas: expected {expected}, got {count}.",
        ],
    ),
    (
        FieldRule::NotANumber,
        [
            "«{value}» ليس عددا. الصيغة المنتظرة: {expected}.",
            "« {value} » n'est pas un nombre. Forme attendue : {expected}.",
            "“{value}” is not a number. Expected the form {expected}.",
        ],
    ),
    (
        FieldRule::CoordinateRange,
        [
            "{value} خارج الحدود: {name} بين {min} و{max}.",
            "{value} est hors limites : {name} va de {min} à {max}.",
            "{value} is out of bounds: {name} lies between {min} and {max}.",
        ],
    ),
    (
        FieldRule::Url,
        [
            "المنتظر عنوان http أو https كامل.",
            "Une adresse http ou https complète est attendue.",
            "Expected a complete http or https URL.",
        ],
    ),
    (
        FieldRule::Email,
        [
            "المنتظر عنوان بريد إلكتروني.",
            "Une adresse électronique est attendue.",
            "Expected an e-mail address.",
        ],
    ),
    (
        FieldRule::Pattern,
        ["الصيغة المنتظرة: {expected}.", "Forme attendue : {expected}.", "Expected the form {expected}."],
    ),
    (
        FieldRule::Characters,
        [
            "المنتظر سطر واحد، بلا محارف تحكم.",
            "Une seule ligne est attendue, sans caractère de contrôle.",
            "Expected a single line without control characters.",
        ],
    ),
    (
        FieldRule::HiddenCharacter,
        [
            "المحرف {character} في الموضع {position} غير مقبول: لا يُرى، أو يغيّر ما يُقرأ. احذفه.",
            "Le caractère {character}, en position {position}, n'est pas admis : il ne se voit pas ou change ce qui se lit. Supprimez-le.",
            "The character {character} at position {position} is not accepted: it is not seen, or changes what is read. Remove it.",
        ],
    ),
    (
        FieldRule::YearRange,
        [
            "المنتظر سنة بين {min} و{max}.",
            "Une année de {min} à {max} est attendue.",
            "Expected a year from {min} to {max}.",
        ],
    ),
    (
        FieldRule::UrlWithCredentials,
        [
            "يجب ألا يتضمن العنوان اسم مستخدم ولا كلمة مرور.",
            "L'adresse ne doit contenir ni nom d'utilisateur ni mot de passe.",
            "The URL has neither a user name nor a password.",
        ],
    ),
    (
        FieldRule::CallEndsInThePast,
        [
            "وردت ترشيحات إلى غاية هذه اللحظة: لا ينتهي النداء قبلها.",
            "Des candidatures sont arrivées jusqu'à cet instant : l'appel ne se termine pas avant elles.",
            "Nominations came up to this instant: the call does not end before them.",
        ],
    ),
    (
        FieldRule::Blank,
        ["لا يمكن أن يكون النص فارغا.", "Le texte ne peut pas être vide.", "The text must not be blank."],
    ),
    (FieldRule::EmptyFile, ["الملف فارغ.", "Le fichier est vide.", "The file is empty."]),
    (
        FieldRule::InvalidText,
        [
            "في هذا السطر حروف ليست من ترميز {encoding} الذي بدأ به الملف. احفظ الملف بترميز UTF-8.",
            "Cette ligne a des lettres qui ne sont pas du codage {encoding} dans lequel le fichier commence. Enregistrez-le en UTF-8.",
            "This line has letters that are not of the encoding {encoding} in which the file begins. Save it as UTF-8.",
        ],
    ),
    (
        FieldRule::CellWithoutHeading,
        [
            "في هذه الخلية شيء، وليس لعمودها عنوان. امسحها أو سمّ العمود.",
            "Cette cellule est remplie, mais sa colonne n'a pas d'en-tête. Videz-la ou nommez la colonne.",
            "This cell is filled, but its column has no heading. Empty it or name the column.",
        ],
    ),
    (
        FieldRule::MergedCells,
        [
            "الخلايا {range} مدمجة: لا يعرف لأي سطر هذه القيمة. افصلها واكتب القيمة في كل سطر.",
            "Les cellules {range} sont fusionnées : on ne sait pas de quelle ligne est la valeur. Séparez-les et écrivez-la sur chaque ligne.",
            "The cells {range} are merged: nobody knows of which row the value is. Split them and write it in each row.",
        ],
    ),
    (
        FieldRule::ErrorCell,
        [
            "في هذه الخلية خطأ ({error}) بدل قيمة. صحح صيغتها.",
            "Cette cellule montre une erreur ({error}) au lieu d'une valeur. Corrigez sa formule.",
            "This cell shows an error ({error}) instead of a value. Mend its formula.",
        ],
    ),
    (
        FieldRule::NotJson,
        [
            "هذا السطر ليس JSON: {detail}.",
            "Cette ligne n'est pas du JSON : {detail}.",
            "This line is not JSON: {detail}.",
        ],
    ),
    (
        FieldRule::UnreadableFile,
        [
            "لا يمكن قراءة الملف: {detail}.",
            "Le fichier ne peut pas être lu : {detail}.",
            "The file cannot be read: {detail}.",
        ],
    ),
    (
        FieldRule::OtherFile,
        [
            "ليس هذا ملفا من نوع {expected}.",
            "Ceci n'est pas un fichier du type {expected}.",
            "This is no file of the type {expected}.",
        ],
    ),
    (
        FieldRule::FileCutOff,
        [
            "الملف مبتور: تنقصه نهايته.",
            "Le fichier est tronqué : sa fin manque.",
            "The file is cut off: its end is missing.",
        ],
    ),
    (
        FieldRule::FileFollowed,
        [
            "بعد نهاية الملف محتوى لا ينتمي إليه.",
            "Autre chose suit la fin du fichier.",
            "Something that does not belong to the file follows its end.",
        ],
    ),
    (
        FieldRule::FileDamaged,
        [
            "تعذر فتح الملف: إنه تالف. صدّره من جديد ثم أعد إرساله.",
            "Le fichier ne s'ouvre pas : il est endommagé. Exportez-le à nouveau et renvoyez-le.",
            "The file cannot be opened: it is damaged. Export it anew and send it again.",
        ],
    ),
    (
        FieldRule::FileLocked,
        [
            "الملف محمي بكلمة سر؛ أرسله بدونها.",
            "Le fichier est protégé par un mot de passe ; envoyez-le sans.",
            "The file is locked with a password; send it without one.",
        ],
    ),
    (
        FieldRule::TooManyPixels,
        [
            "للصورة أكثر من {max} بكسل.",
            "L'image a plus de {max} pixels.",
            "The picture has more than {max} pixels.",
        ],
    ),
    (
        FieldRule::Path,
        [
            "يجب أن يكون الاسم اسم ملف بدون مسار، لا يتضمن / ولا \\.",
            "Il faut un nom de fichier sans chemin : ni / ni \\.",
            "This is the name of a file without a path: it has neither / nor \\.",
        ],
    ),
    (
        FieldRule::TextWithoutLanguage,
        [
            "يجب إعطاء النص بإحدى اللغات: ar أو fr أو zgh أو en.",
            "Le texte doit être donné dans au moins une langue : ar, fr, zgh ou en.",
            "The text must be given in at least one language: ar, fr, zgh or en.",
        ],
    ),
    (
        FieldRule::Reference,
        [
            "لا يوجد ما تشير إليه هذه القيمة{expected}.",
            "Ce à quoi cette valeur renvoie n'existe pas{expected}.",
            "What this value refers to does not exist{expected}.",
        ],
    ),
    (
        FieldRule::AlreadyExists,
        [
            "هذه القيمة مستعملة في سجل آخر.",
            "Un autre enregistrement porte déjà cette valeur.",
            "Another record has this value already.",
        ],
    ),
    (
        FieldRule::Order,
        ["يجب ألا يسبق {other}.", "Ne peut pas précéder {other}.", "Must not come before {other}."],
    ),
    (
        FieldRule::Future,
        [
            "لا يمكن أن يكون التاريخ في المستقبل.",
            "La date ne peut pas être dans le futur.",
            "The date must not lie in the future.",
        ],
    ),
    (
        FieldRule::Past,
        [
            "يجب أن تكون اللحظة في المستقبل.",
            "L'instant doit être dans le futur.",
            "The instant must lie in the future.",
        ],
    ),
    (
        FieldRule::Repeated,
        ["توجد هذه القيمة هنا من قبل.", "Cette valeur figure déjà ici.", "This value stands here already."],
    ),
    (
        FieldRule::RoleAlone,
        [
            "لا يجتمع الدور {role} مع أي دور آخر.",
            "Le rôle {role} ne va avec aucun autre.",
            "The role {role} goes with no other role.",
        ],
    ),
    (
        FieldRule::RolesApart,
        [
            "لا يجتمع الدوران {role} و{other} في حساب واحد: المهام لأشخاص مختلفين، حتى لا يقرر أحد أو يحكّم أو يمنح الحسابات في ما يعنيه.",
            "Les rôles {role} et {other} ne vont pas dans un même compte : ces fonctions sont à des personnes différentes, pour que personne ne décide, n'évalue ni ne donne des accès dans sa propre affaire.",
            "The roles {role} and {other} do not go together in one account: offices are separate people, so that nobody decides, judges or gives out accounts in a matter of their own.",
        ],
    ),
    (
        FieldRule::NominatedAlready,
        [
            "هذه المدينة أو الجمعية مرشحة لهذه الدورة من قبل، ولا يُعتد إلا بترشيح واحد.",
            "Cette ville ou association est déjà candidate pour cette édition ; une seule candidature compte.",
            "This city or association is nominated for this edition already; only one nomination stands.",
        ],
    ),
    (
        FieldRule::KindOfRole,
        [
            "الدور {role} ليس لهذا النوع من الحسابات: integration للأنظمة، وauditor وjuror وjury_chair للأشخاص.",
            "Le rôle {role} n'est pas pour ce type de compte : integration est pour les systèmes ; auditor, juror et jury_chair sont pour les personnes.",
            "The role {role} is not for this kind of account: integration is for systems; auditor, juror and jury_chair are for people.",
        ],
    ),
    (
        FieldRule::ScopeOfRole,
        [
            "لا يسمح أي دور من أدوار الحساب بالنطاق {scope}.",
            "Aucun rôle du compte ne permet la portée {scope}.",
            "No role of the account may have the scope {scope}.",
        ],
    ),
    (
        FieldRule::ScopeNeeded,
        [
            "يلزم هذا الحساب نطاق واحد على الأقل.",
            "Ce compte a besoin d'une portée au moins.",
            "This account needs at least one scope.",
        ],
    ),
    (
        FieldRule::PrivateKey,
        [
            "هذا جزء من مفتاح خاص: لا ترسل إلا المفتاح العمومي، واستبدل هذا المفتاح لأنه لم يعد سرا.",
            "Ceci fait partie d'une clé privée : n'envoyez que la clé publique, et remplacez cette clé, qui n'est plus secrète.",
            "This belongs to a private key: send the public key alone, and replace this one, which is no longer secret.",
        ],
    ),
    (
        FieldRule::PublicKey,
        [
            "المنتظر مفتاح عمومي: EC على P-256، أو OKP على Ed25519، أو RSA من 2048 إلى 4096 بتا بالأس AQAB، وأعداده بصيغة base64url.",
            "Clé publique attendue : EC sur P-256, OKP sur Ed25519, ou RSA de 2048 à 4096 bits d'exposant AQAB, ses nombres en base64url.",
            "Expected a public key: EC on P-256, OKP on Ed25519, or RSA of 2048 to 4096 bits with the exponent AQAB, its numbers in base64url.",
        ],
    ),
    (
        FieldRule::Inapplicable,
        [
            "لا يوافق هذا قيمة {why}: احذفه، أو غيّر {why}.",
            "Ceci ne va pas avec la valeur de {why} : supprimez-le, ou changez {why}.",
            "This does not go with the value of {why}: leave it out, or change {why}.",
        ],
    ),
    (
        FieldRule::NotUrban,
        [
            "لا يمكن أن تكون عاصمة إلا جماعة حضرية (انظر ‎/v1/cities?kind=urban).",
            "Seule une commune urbaine peut être capitale (voyez /v1/cities?kind=urban).",
            "Only an urban commune can be capital (see /v1/cities?kind=urban).",
        ],
    ),
    (
        FieldRule::Unseen,
        [
            "لا يسمح رمز الوصول هذا برؤية هذا الحقل؛ أعد الطلب بدونه أو برمز له النطاق associations:read_internal.",
            "Ce jeton ne permet pas de voir ce champ ; renvoyez la requête sans lui, ou avec un jeton qui a la portée associations:read_internal.",
            "This token does not show this field; send the request without it, or with a token that has the scope associations:read_internal.",
        ],
    ),
    (
        FieldRule::ForOffices,
        [
            "لا يغيّر هذه القيمة إلا من يسهر على السجل من أشخاص؛ ولا يغيّرها أي نظام.",
            "Seules les personnes qui tiennent le registre modifient cette valeur ; aucun système ne le fait.",
            "Only the people who keep the register change this value; no system does.",
        ],
    ),
    (
        FieldRule::TitleDecided,
        [
            "مُنح لقب هذه السنة بقرار منشور. لا تُعيَّن مدينة أخرى إلا بقرار موقع: ‎POST /v1/editions/{year}/designations.",
            "Le titre de cette année a été attribué par une décision publiée. Une autre ville ne l'est que par une décision signée : POST /v1/editions/{year}/designations.",
            "The title of this year was given by a published decision. Another city gets it by a signed one alone: POST /v1/editions/{year}/designations.",
        ],
    ),
    (
        FieldRule::RegisterFact,
        [
            "هذا الحقل من بيانات السجل؛ اطلب من الوزارة تغييره.",
            "Ce champ relève du registre ; demandez au ministère de le modifier.",
            "This field is a fact of the register; ask the ministry to change it.",
        ],
    ),
    (
        FieldRule::ReadOnly,
        ["لا يمكن تغيير هذا الحقل.", "Ce champ ne peut pas être modifié.", "This field cannot be changed."],
    ),
    (
        FieldRule::Frozen,
        [
            "لم يعد تغيير هذا الحقل ممكنا: حالة الدورة {status}.",
            "Ce champ ne peut plus être modifié : l'édition est dans l'état {status}.",
            "This field can no longer be changed: the edition is in the state {status}.",
        ],
    ),
    (
        FieldRule::TitleAgain,
        [
            "كانت هذه المدينة عاصمة سنة {year}، ولا يمكن أن تنال اللقب من جديد بعد.",
            "Cette ville a été capitale en {year} ; elle ne peut pas encore recevoir le titre de nouveau.",
            "This city was capital in {year}; it cannot have the title again yet.",
        ],
    ),
    (
        FieldRule::NeededFirst,
        ["يجب تحديد هذا أولا.", "Ceci est à renseigner d'abord.", "This has to be set first."],
    ),
    (
        FieldRule::CallOver,
        [
            "انتهت هذه الفترة في {closes_at}؛ غيّرها أولا.",
            "Cette période a pris fin le {closes_at} ; modifiez-la d'abord.",
            "This window ended at {closes_at}; change it first.",
        ],
    ),
    (
        FieldRule::CallOpen,
        [
            "هذا النداء مفتوح: لا يمكن حذفه، ولا يقصّره إلا الوزارة؛ يمكن تمديده.",
            "Cet appel est ouvert : il ne peut pas être retiré, et seul le ministère l'abrège ; il peut être prolongé.",
            "This call is open: it cannot be left out, and only the ministry shortens it; its end can be moved later.",
        ],
    ),
    (
        FieldRule::NotYet,
        [
            "لم يحن هذا اليوم بعد: {day}.",
            "Ce jour n'est pas encore venu : {day}.",
            "This day has not come yet: {day}.",
        ],
    ),
    (
        FieldRule::LeftToDesignation,
        [
            "تُترك المدينة للتعيين ما دام هناك نداء؛ أفرغ هذا الحقل أولا.",
            "Quand il y a un appel, la ville est laissée à la désignation ; videz d'abord ce champ.",
            "When there is a call, the city is left to the designation; empty this field first.",
        ],
    ),
    (
        FieldRule::TitleVacant,
        [
            "لا تحمل أي مدينة لقب هذه الدورة؛ انشر تعيينا أولا.",
            "Aucune ville ne porte le titre de cette édition ; publiez d'abord une désignation.",
            "No city has the title of this edition; publish a designation first.",
        ],
    ),
    (
        FieldRule::CriteriaNeeded,
        [
            "لا توجد معايير لترشيحات {kind}.",
            "Il n'y a pas de critère pour les candidatures {kind}.",
            "There are no criteria for nominations {kind}.",
        ],
    ),
    (
        FieldRule::WeightsSum,
        [
            "مجموع أوزان معايير ترشيحات {kind} هو {sum} عوض {expected}.",
            "Les poids des critères des candidatures {kind} font {sum} au lieu de {expected}.",
            "The weights of the criteria for nominations {kind} add up to {sum}, not to {expected}.",
        ],
    ),
    (
        FieldRule::UndecidedNominations,
        [
            "ترشيحات جمعيات لم يُنشر القرار بشأنها بعد: {count}.",
            "Candidatures d'associations sans décision publiée : {count}.",
            "Nominations of associations without a published decision: {count}.",
        ],
    ),
    (
        FieldRule::CheckFailed,
        [
            "الشرط «{check}» غير مستوفى (انظر eligibility).",
            "La condition « {check} » n'est pas remplie (voyez eligibility).",
            "The check “{check}” fails (see eligibility).",
        ],
    ),
    (
        FieldRule::CheckUndecided,
        [
            "الشرط «{check}» ينتظر قرارا (eligibility/decisions).",
            "La condition « {check} » attend une décision (eligibility/decisions).",
            "The check “{check}” waits for a decision (eligibility/decisions).",
        ],
    ),
    (
        FieldRule::NoCheckFailed,
        [
            "لا يوجد شرط غير مستوفى؛ لا يُعلن عدم الأهلية إلا بشرط غير مستوفى.",
            "Aucune condition n'est reconnue non remplie ; il en faut une pour prononcer l'inéligibilité.",
            "No check fails; ineligibility needs one that does.",
        ],
    ),
    (
        FieldRule::NotShortlisted,
        [
            "هذا الترشيح ليس ضمن ما يمكن اختياره: ينبغي أن تجيزه لجنة التحكيم وأن يكون قائما.",
            "Cette candidature ne peut pas être choisie : il faut que le jury l'ait présélectionnée et qu'elle soit encore en lice.",
            "This nomination cannot be chosen: the jury must have found it good enough, and it must still stand.",
        ],
    ),
    (
        FieldRule::RankOrder,
        [
            "يجب أن تتبع اللائحة ترتيب لجنة التحكيم.",
            "La liste doit suivre le classement du jury.",
            "The list must follow the jury's ranking.",
        ],
    ),
    (
        FieldRule::InstitutionPublicKey,
        [
            "المنتظر مفتاح عمومي: EC على P-256 أو OKP على Ed25519، وإحداثياته بصيغة base64url.",
            "Clé publique attendue : EC sur P-256 ou OKP sur Ed25519, ses coordonnées en base64url.",
            "Expected a public key: EC on P-256 or OKP on Ed25519, its coordinates in base64url.",
        ],
    ),
    (
        FieldRule::Thumbprint,
        [
            "اسم هذا المفتاح هو بصمته (RFC 7638): {expected}؛ صححه أو لا ترسله.",
            "Le nom de cette clé est son empreinte (RFC 7638) : {expected} ; corrigez-le ou ne l'envoyez pas.",
            "The name of this key is its thumbprint (RFC 7638): {expected}; correct it or leave it out.",
        ],
    ),
    (
        FieldRule::InstitutionKeyNeeded,
        [
            "لا يوقع باسم هذه المؤسسة إلا بمفتاح مؤكد: وقع بواسطة `nasij sign-designation`. من لا مفتاح له يسجل واحدا في /v1/institution-keys ويؤكده حساب آخر.",
            "On ne signe pour cette institution qu'avec une clé confirmée : signez avec `nasij sign-designation`. Qui n'en a pas en enregistre une à /v1/institution-keys, qu'un autre compte confirme.",
            "Nothing is signed for this institution without a confirmed key: sign with `nasij sign-designation`. Whoever has none registers one at /v1/institution-keys, and another account confirms it.",
        ],
    ),
    (
        FieldRule::DetachedJws,
        [
            "المنتظر توقيع JWS منفصل (header..signature) لا يحمل رأسه إلا alg وkid وtyp (nasij-designation-signature+jws)؛ وقع بواسطة `nasij sign-designation`.",
            "JWS détaché attendu (header..signature), dont l'en-tête n'a que alg, kid et typ (nasij-designation-signature+jws) ; signez avec `nasij sign-designation`.",
            "Expected a detached JWS (header..signature) whose header has alg, kid and typ (nasij-designation-signature+jws) alone; sign with `nasij sign-designation`.",
        ],
    ),
    (
        FieldRule::UnconfirmedKey,
        [
            "المفتاح المذكور في التوقيع ليس مفتاحا مؤكدا لهذا الحساب؛ انظر /v1/institution-keys.",
            "La clé que nomme la signature n'est pas une clé confirmée de ce compte ; voyez /v1/institution-keys.",
            "The key that the signature names is no confirmed key of this account; see /v1/institution-keys.",
        ],
    ),
    (
        FieldRule::OtherStatement,
        [
            "لا يطابق هذا التوقيع هذا التعيين باسم هذه المؤسسة؛ اقرأ التعيين من جديد ووقعه.",
            "Cette signature n'est pas celle de cette désignation pour cette institution ; relisez la désignation et signez-la.",
            "This is not the signature of this designation for this institution; read the designation again and sign it.",
        ],
    ),
    (
        FieldRule::OtherDecision,
        [
            "هذه ليست بصمة هذا التعيين؛ اقرأه من جديد قبل التوقيع.",
            "Ce n'est pas l'empreinte de cette désignation ; relisez-la avant de signer.",
            "This is not the digest of this designation; read it again before signing.",
        ],
    ),
    (
        FieldRule::Cursor,
        [
            "هذا المؤشر لا يخص هذه اللائحة؛ أعد البدء دونه.",
            "Ce curseur n'est pas de cette liste ; recommencez sans lui.",
            "This cursor does not belong to this list; start again without it.",
        ],
    ),
    (
        FieldRule::Etag,
        [
            "المنتظر وسم ETag كما أعطته قراءة المورد، مثل \"3-9f2c…\".",
            "Un ETag est attendu, tel qu'une lecture de la ressource l'a donné, par exemple \"3-9f2c…\".",
            "Expected an ETag as a read of the resource gave it, such as \"3-9f2c…\".",
        ],
    ),
    (
        FieldRule::Sentence,
        [
            "اشرح الأمر في جملة: {characters|# محرف|محرف واحد|محرفان|# محارف|# محرفا|# محرف} على الأقل و{words|# كلمة|كلمة واحدة|كلمتان مختلفتان|# كلمات مختلفة|# كلمة مختلفة|# كلمة مختلفة}.",
            "Expliquez-le en une phrase : au moins {characters} caractères et {words} mots différents.",
            "Explain it in a sentence: at least {characters} characters and {words} different words.",
        ],
    ),
    (
        FieldRule::AllegationWaits,
        [
            "أُبلغ عن تضارب مصالح لم تقرر فيه جهة أخرى بعد.",
            "Un conflit d'intérêts est signalé, sur lequel une autre instance n'a pas encore statué.",
            "A conflict of interest was reported on which another office has not decided yet.",
        ],
    ),
    (
        FieldRule::NominationWaits,
        [
            "هذا الترشيح ما زال في الحالة {status}.",
            "Cette candidature est encore dans l'état {status}.",
            "This nomination is still in the state {status}.",
        ],
    ),
    (
        FieldRule::AppealRunning,
        [
            "هذا الترشيح غير مؤهل، ويمكن الطعن في ذلك حتى {due_at}.",
            "Cette candidature est inéligible, et un recours est possible jusqu'au {due_at}.",
            "This nomination is ineligible, and an appeal is possible until {due_at}.",
        ],
    ),
    (
        FieldRule::NothingEvaluated,
        [
            "لا يوجد أي ترشيح من هذا النوع قيد التقييم.",
            "Aucune candidature de ce type n'est en évaluation.",
            "No nomination of this kind is under evaluation.",
        ],
    ),
    (
        FieldRule::JurorsMissing,
        [
            "يحتاج هذا الترشيح إلى {needed|# تقييم|تقييم آخر|تقييمين آخرين|# تقييمات أخرى|# تقييما آخر|# تقييم آخر}، وعدد أعضاء اللجنة القادرين على تقييمه: {found}.",
            "Il faut encore {needed|# évaluation|# évaluations} à cette candidature ; membres du jury qui le peuvent : {found}.",
            "This nomination needs {needed|# more evaluation|# more evaluations}; jurors who can give one: {found}.",
        ],
    ),
    (
        FieldRule::EvaluationsMissing,
        [
            "لهذا الترشيح {submitted|صفر من التقييمات المودعة|تقييم مودع واحد|تقييمان مودعان|# تقييمات مودعة|# تقييما مودعا|# تقييم مودع}، ويلزم {needed}.",
            "Cette candidature a {submitted|# évaluation remise|# évaluations remises} ; il en faut {needed}.",
            "This nomination has {submitted|# submitted evaluation|# submitted evaluations}; {needed|# is|# are} needed.",
        ],
    ),
    (
        FieldRule::DesignationStands,
        [
            "يوجد تعيين في الحالة {status}؛ اسحبه أو ألغه أولا.",
            "Une désignation est dans l'état {status} ; retirez-la ou annulez-la d'abord.",
            "There is a designation in the state {status}: withdraw or annul it first.",
        ],
    ),
    (
        FieldRule::NotLevel,
        [
            "ينبغي ذكر كل الترشيحات المتعادلة فيما بينها، كل واحد مرة: {levels}.",
            "Toutes les candidatures à égalité entre elles, chacune une fois : {levels}.",
            "All nominations that are level with each other, each once: {levels}.",
        ],
    ),
    (
        FieldRule::KeepCity,
        [
            "لا تُحذف مدينة تحيل إليها مسطرة أو واقعة منشورة. أنهِ أولا ما يحيل إليها، أو اتركها.",
            "Une ville à laquelle renvoie une procédure ou un fait publié n'est pas supprimée. Réglez d'abord ce qui y renvoie, ou laissez-la.",
            "A city that a process or a published fact refers to is not deleted. First settle what refers to it, or let it stay.",
        ],
    ),
    (
        FieldRule::ProbableDuplicate,
        [
            "يكاد يكون مؤكدا أنها {url} (التشابه {score} من 1).",
            "C'est presque certainement {url} (ressemblance {score} sur 1).",
            "It is nearly certainly {url} (likeness {score} of 1).",
        ],
    ),
    (
        FieldRule::MergeWithItself,
        [
            "لا تُدمج جمعية في نفسها.",
            "Une association n'est pas fusionnée avec elle-même.",
            "An association is not merged into itself.",
        ],
    ),
    (
        FieldRule::NominatedNow,
        [
            "الترشيح {url} لدورة لم تُختم بعد. انتظر حتى تُحفظ هذه الدورة في الأرشيف.",
            "La candidature {url} est pour une édition qui n'est pas close. Attendez que cette édition soit archivée.",
            "The nomination {url} is for an edition that is not over. Wait until that edition is archived.",
        ],
    ),
    (
        FieldRule::NominatedTwice,
        [
            "رُشحت الجمعيتان معا لدورة واحدة ({url}). فلتكن حالة المكررة dissolved بدل الدمج.",
            "Les deux associations ont été candidates à une même édition ({url}). Donnez plutôt au doublon le statut dissolved.",
            "Both associations were nominated for one edition ({url}). Set the status of the duplicate to dissolved instead.",
        ],
    ),
    (
        FieldRule::HonouredTwice,
        [
            "كُرّمت الجمعيتان معا في دورة واحدة ({url}). فلتكن حالة المكررة dissolved بدل الدمج.",
            "Les deux associations ont été honorées par une même édition ({url}). Donnez plutôt au doublon le statut dissolved.",
            "Both associations were honoured by one edition ({url}). Set the status of the duplicate to dissolved instead.",
        ],
    ),
    (
        FieldRule::MovedOn,
        [
            "تغير منذ الدمج ما كان سيعود ({url}). أعده أولا إلى ما كان عليه عند الدمج.",
            "Ce qui devrait revenir a changé depuis la fusion ({url}). Remettez-le d'abord comme il était alors.",
            "What should go back has changed since the merge ({url}). First set it back to what it was then.",
        ],
    ),
    (
        FieldRule::KeepAssociation,
        [
            "لا تُحذف جمعية رُشحت أو كُرّمت أو يمثلها حساب. إن لم تعد قائمة، فلتكن حالتها dissolved.",
            "Une association nommée candidate, honorée ou représentée par un compte n'est pas supprimée. Si elle n'existe plus, donnez-lui le statut dissolved.",
            "An association that was nominated or honoured, or that an account speaks for, is not deleted. When it is no more, set its status to dissolved.",
        ],
    ),
    (
        FieldRule::KeepEdition,
        [
            "لا تُحذف دورة قُدم لها ترشيح أو اتُّخذ بشأنها قرار. إن لم تُنظَّم، فألغها بالانتقال إلى cancelled.",
            "Une édition pour laquelle une candidature a été déposée ou une décision prise n'est pas supprimée. Si elle n'a pas lieu, annulez-la par la transition cancelled.",
            "An edition for which anything was submitted or decided is not deleted. When it does not take place, cancel it: transition to cancelled.",
        ],
    ),
    (
        FieldRule::KeptForProcess,
        [
            "لا تتغير هذه القيمة ما دامت مسطرة جارية تستعمل السجل، أو إذا كان له لقب.",
            "Cette valeur reste tant qu'une procédure en cours utilise l'enregistrement, ou lorsqu'il porte un titre.",
            "This value stays while a process that is under way uses the record, or when it has a title.",
        ],
    ),
    (
        FieldRule::HeldByAccount,
        [
            "يمثله حساب. عطّل هذا الحساب، أو اجعله يمثل غيره.",
            "Un compte parle en son nom. Désactivez ce compte, ou donnez-lui un autre mandant.",
            "An account speaks for it. Disable that account, or let it speak for another.",
        ],
    ),
    (
        FieldRule::HeldByAssociation,
        [
            "يوجد بها مقر الجمعية {url}. غيّر مقرها أولا.",
            "L'association {url} y a son siège. Donnez-lui d'abord un autre siège.",
            "The association {url} has its seat there. Give it another seat first.",
        ],
    ),
    (
        FieldRule::HeldByEdition,
        [
            "تذكره الدورة {url}. يمكن تغيير مدينة المسودة؛ أما اللقب فيبقى.",
            "L'édition {url} la nomme. Un brouillon peut recevoir une autre ville ; un titre reste.",
            "The edition {url} names it. A draft can be given another city; a title stays.",
        ],
    ),
    (
        FieldRule::HeldByHonour,
        [
            "كُرّمت في {url}، وهذا لا يُمحى.",
            "Elle est honorée dans {url}, et cela reste.",
            "It is honoured in {url}, and that stays.",
        ],
    ),
    (
        FieldRule::HeldByNomination,
        [
            "يحيل إليه الترشيح {url}؛ وما قُدم لا يُمحى، حتى بعد سحبه.",
            "La candidature {url} y renvoie ; ce qui a été déposé reste, même retiré.",
            "The nomination {url} refers to it; what was submitted stays, even withdrawn.",
        ],
    ),
    (
        FieldRule::HeldByJury,
        [
            "اشتغلت لجنة التحكيم عليه ({url}).",
            "Un jury a travaillé pour elle ({url}).",
            "A jury has worked for it ({url}).",
        ],
    ),
    (
        FieldRule::HeldByDecision,
        [
            "اقتُرح قرار بشأنه. يمكن سحبه قبل التوقيع أو إلغاؤه قبل النشر، لكنه لا يُمحى.",
            "Une décision a été proposée à son sujet. Elle peut être retirée avant les signatures ou annulée avant la publication, mais non effacée.",
            "A decision on it was proposed. It can be withdrawn before it is signed, or annulled before it is published, but not erased.",
        ],
    ),
    (
        FieldRule::HeldByPendingTitle,
        [
            "هناك قرار بشأن لقب ينتظر النشر. إلى ذلك الحين لا تُحذف أي جماعة حضرية ولا يتغير نوعها ولا اسمها.",
            "Une décision sur un titre attend sa publication. Jusque-là, aucune commune urbaine n'est supprimée ni ne change de type ou de nom.",
            "A decision on a title waits to be published. Until then no urban commune is deleted or changes its kind or its name.",
        ],
    ),
];

/// What the rule `type` may expect, each in Arabic, French and English.
pub(super) const TYPES: &[(&str, [&str; 3])] = &[
    ("string", ["نص بين علامتي تنصيص", "un texte entre guillemets", "a text in quotation marks"]),
    ("integer", ["عدد صحيح", "un nombre entier", "a whole number"]),
    ("number", ["عدد", "un nombre", "a number"]),
    ("boolean", ["true أو false", "true ou false", "true or false"]),
    ("object", ["كائن JSON", "un objet JSON", "a JSON object"]),
    ("array", ["قائمة JSON", "une liste JSON", "a JSON array"]),
    ("other", ["قيمة من نوع آخر", "une valeur d'un autre type", "a value of another type"]),
    ("uuid", ["معرف UUID", "un identifiant UUID", "a UUID"]),
    (
        "text",
        [
            r#"كائن JSON فيه النص حسب اللغة: "ar" أو "fr" أو "zgh" أو "en""#,
            r#"un objet JSON qui donne le texte par langue : "ar", "fr", "zgh" ou "en""#,
            r#"a JSON object with the text by language: "ar", "fr", "zgh" or "en""#,
        ],
    ),
];

/// How an example is added to what is expected, in Arabic, French and English.
pub(super) const SUCH_AS: [&str; 3] = ["، مثل ", ", par exemple ", ", such as "];
