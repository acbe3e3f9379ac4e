//! The kinds of problems: one row each, from the code to the status and the texts in three languages.

use serde::Serialize;
use utoipa::ToSchema;

/// A kind of problem. Its snake_case name is the `code` of the problem document and the end of its `type` URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each has its description in CATALOGUE, which the service shows
pub enum Code {
    BadRequest,
    BadJson,
    BadParameter,
    BadHeader,
    InvalidToken,
    InsufficientScope,
    Forbidden,
    ForbiddenField,
    NoAccount,
    RolesApart,
    ForeignCredential,
    CredentialRests,
    SeveralCredentials,
    OfficeRests,
    OriginNotAllowed,
    NotFound,
    NoEdition,
    NotPublished,
    RouteNotFound,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    AlreadyExists,
    ProbableDuplicate,
    MergeObstacle,
    MergeReversed,
    InUse,
    NotDeleted,
    RestoreFirst,
    WrongState,
    NotEditable,
    CallClosed,
    EditionState,
    NotReady,
    CallStillOpen,
    DesignationNeeded,
    CompletionClosed,
    AppealClosed,
    EligibilityMismatch,
    UnderEmbargo,
    ConflictOfInterest,
    OwnReport,
    InterestedOffice,
    DeclarationNeeded,
    JuryClosed,
    JuryOpen,
    QuorumMissing,
    TooFewJurors,
    TieUndecided,
    ResultChanged,
    SignedAlready,
    TooManyDocuments,
    TooManyTransfers,
    TransfersFull,
    TooManyMissing,
    KeysUnread,
    TooManyRows,
    ImportInterrupted,
    RangeNotSatisfiable,
    TooManyAchievements,
    LastAdmin,
    TooManySecrets,
    TooManyKeys,
    IdempotencyInProgress,
    Gone,
    Merged,
    Stale,
    PayloadTooLarge,
    UriTooLong,
    UnsupportedMediaType,
    Invalid,
    IdempotencyMismatch,
    FailedDependency,
    PreconditionRequired,
    TooManyRequests,
    HeadersTooLarge,
    Internal,
    Unavailable,
}

/// What is to be known of a kind of problem.
#[derive(Debug)]
pub struct Entry {
    /// The kind.
    pub code: Code,
    /// The HTTP status.
    pub status: u16,
    /// A few words, in Arabic, French and English.
    pub title: [&'static str; 3],
    /// The sentence of a single case, with placeholders.
    pub detail: [&'static str; 3],
}

impl Code {
    /// The row of this kind.
    pub fn entry(self) -> &'static Entry {
        CATALOGUE.iter().find(|entry| entry.code == self).unwrap_or(&CATALOGUE[0])
    }

    /// The kind whose `code` this is.
    pub fn named(name: &str) -> Option<Self> {
        CATALOGUE.iter().map(|entry| entry.code).find(|code| code.name() == name)
    }

    /// The stable word for programs.
    pub fn name(self) -> String {
        crate::database::types::keyword(&self)
    }

    /// The kind that stands for a bare HTTP status.
    pub fn of_status(status: u16) -> Self {
        match status {
            404 => Self::RouteNotFound,
            408 => Self::RequestTimeout,
            413 => Self::PayloadTooLarge,
            414 => Self::UriTooLong,
            431 => Self::HeadersTooLarge,
            _ => CATALOGUE
                .iter()
                .find(|entry| entry.status == status)
                .map(|entry| entry.code)
                .unwrap_or(if status < 500 { Self::BadRequest } else { Self::Internal }),
        }
    }
}

/// All kinds of problems.
pub const CATALOGUE: &[Entry] = &[
    Entry {
        code: Code::Internal,
        status: 500,
        title: ["خطأ داخلي", "Erreur interne", "Internal error"],
        detail: [
            "وقع خطأ لدينا. سُجل تحت رقم الطلب أدناه.",
            "Une erreur s'est produite chez nous. Elle est enregistrée sous l'identifiant de requête ci-dessous.",
            "Something went wrong on our side. It is logged under the request id below.",
        ],
    },
    Entry {
        code: Code::BadRequest,
        status: 400,
        title: ["طلب غير سليم", "Requête incorrecte", "Bad request"],
        detail: [
            "تعذر فهم الطلب.",
            "La requête n'a pas pu être comprise.",
            "The request could not be understood.",
        ],
    },
    Entry {
        code: Code::BadJson,
        status: 400,
        title: ["JSON غير سليم", "JSON incorrect", "Malformed JSON"],
        detail: [
            "متن الطلب ليس JSON سليما (السطر {line}، العمود {column}).",
            "Le corps n'est pas du JSON correct (ligne {line}, colonne {column}).",
            "The body is not well-formed JSON (line {line}, column {column}).",
        ],
    },
    Entry {
        code: Code::BadParameter,
        status: 400,
        title: ["معامل غير صالح", "Paramètre incorrect", "Bad parameter"],
        detail: [
            "معاملات الطلب غير مقبولة؛ انظر errors.",
            "Des paramètres ne peuvent pas être acceptés ; voyez errors.",
            "Parameters of the request cannot be accepted; see errors.",
        ],
    },
    Entry {
        code: Code::BadHeader,
        status: 400,
        title: ["ترويسة غير صالحة", "En-tête incorrect", "Bad header"],
        detail: [
            "إحدى الترويسات غير مقبولة؛ انظر errors.",
            "Un en-tête ne peut pas être accepté ; voyez errors.",
            "A header cannot be accepted; see errors.",
        ],
    },
    Entry {
        code: Code::InvalidToken,
        status: 401,
        title: ["الهوية غير مثبتة", "Authentification nécessaire", "Authentication needed"],
        detail: [
            "يلزم رمز وصول صالح: اطلبه من ‎/oauth/token وأرسله في Authorization: Bearer.",
            "Un jeton d'accès valable est nécessaire : demandez-le à /oauth/token, envoyez-le dans Authorization: Bearer.",
            "A valid access token is needed: get one from /oauth/token and send it as Authorization: Bearer.",
        ],
    },
    Entry {
        code: Code::InsufficientScope,
        status: 403,
        title: ["نطاق غير كاف", "Portée insuffisante", "Insufficient scope"],
        detail: [
            "يحتاج هذا الطلب إلى رمز له النطاق {scope}.",
            "Cette requête demande un jeton ayant la portée {scope}.",
            "This request needs a token with the scope {scope}.",
        ],
    },
    Entry {
        code: Code::Forbidden,
        status: 403,
        title: ["غير مسموح به", "Interdit", "Forbidden"],
        detail: [
            "لا يسمح دور هذا الحساب ({role}) بهذا الطلب على هذا المورد.",
            "Le rôle de ce compte ({role}) ne permet pas cette requête sur cette ressource.",
            "The role of this account ({role}) does not allow this request on this resource.",
        ],
    },
    Entry {
        code: Code::ForbiddenField,
        status: 403,
        title: ["حقل غير مسموح به", "Champ interdit", "Forbidden field"],
        detail: [
            "لا يسمح دور هذا الحساب بتغيير بعض الحقول؛ انظر errors وأعد الطلب بدونها.",
            "Le rôle de ce compte ne permet pas de modifier certains champs ; voyez errors et renvoyez la requête sans eux.",
            "The role of this account does not allow some fields to be changed; see errors, and send the request without them.",
        ],
    },
    Entry {
        code: Code::RolesApart,
        status: 403,
        title: ["أدوار لا تجتمع", "Rôles incompatibles", "Roles that do not go together"],
        detail: [
            "يجمع هذا الحساب الدورين {role} و{other}، وهما لا يجتمعان. لا يعمل الحساب حتى يزيل مسؤول الحسابات أحدهما.",
            "Ce compte a les rôles {role} et {other}, qui ne vont pas ensemble. Il est inutilisable tant qu'un administrateur n'a pas retiré l'un des deux.",
            "This account has the roles {role} and {other}, which do not go together. It is good for nothing until an administrator has taken one of them away.",
        ],
    },
    Entry {
        code: Code::ForeignCredential,
        status: 403,
        title: [
            "بيانات اعتماد أنشأها غيرك",
            "Identifiants créés par autrui",
            "Credential made by somebody else",
        ],
        detail: [
            "بيانات الاعتماد التي حصلت بها على هذا الرمز لم ينشئها صاحب الحساب. أنشئ سرا خاصا بك (‎POST /v1/accounts/{id}/secrets)، واحذف ما أُنشئ لك، ثم أعد الطلب برمز منه.",
            "Ce jeton vient d'identifiants que le titulaire du compte n'a pas créés lui-même. Créez votre propre secret (POST /v1/accounts/{id}/secrets), supprimez celui qui a été créé pour vous, et recommencez avec un jeton obtenu par le vôtre.",
            "This token was got with a credential that the account has not made itself. Make a secret of your own (POST /v1/accounts/{id}/secrets), delete the one that was made for you, and ask again with a token of your own secret.",
        ],
    },
    Entry {
        code: Code::CredentialRests,
        status: 403,
        title: ["بيانات الاعتماد حديثة جدا", "Identifiants trop récents", "Credential too young"],
        detail: [
            "حلت بيانات الاعتماد هذه محل أخرى كان صاحب الحساب قد أنشأها بنفسه؛ لا يمكن التوقيع بها قبل {until}، حتى يتمكن من الاعتراض.",
            "Ces identifiants ont remplacé ceux que le titulaire avait créés lui-même ; ils ne permettent pas de signer avant le {until}, pour qu'il puisse s'y opposer.",
            "This credential has taken the place of one that the account had made itself; it signs nothing before {until}, so that its holder can object.",
        ],
    },
    Entry {
        code: Code::SeveralCredentials,
        status: 403,
        title: ["أكثر من سر خاص", "Plusieurs secrets propres", "Several own secrets"],
        detail: [
            "لهذا الحساب سر آخر أنشأه بنفسه وما زال صالحا ({id})، وقد يكون معروفا لغيرك. احذفه (‎DELETE /v1/accounts/{account}/secrets/{id})، ثم أعد الطلب برمز جديد.",
            "Ce compte a créé lui-même un autre secret, encore valable ({id}), qu'un autre connaît peut-être. Supprimez-le (DELETE /v1/accounts/{account}/secrets/{id}) et recommencez avec un nouveau jeton.",
            "This account has made another secret itself that is still good ({id}), and somebody else may know it. Delete it (DELETE /v1/accounts/{account}/secrets/{id}) and ask again with a new token.",
        ],
    },
    Entry {
        code: Code::OfficeRests,
        status: 403,
        title: ["صفة حديثة جدا", "Fonction trop récente", "Office too young"],
        detail: [
            "تغيرت أدوار هذا الحساب أو الجهة التي ينتمي إليها؛ لا يوقع ولا يبت قبل {until}، حتى يتمكن الآخرون من الاعتراض.",
            "Les rôles de ce compte, ou ce à quoi il appartient, ont changé ; il ne signe et ne décide rien avant le {until}, pour que d'autres puissent s'y opposer.",
            "The roles of this account, or what it belongs to, were changed; it signs and decides nothing before {until}, so that others can object.",
        ],
    },
    Entry {
        code: Code::OriginNotAllowed,
        status: 403,
        title: ["أصل غير مسموح به", "Origine refusée", "Origin not allowed"],
        detail: [
            "يمكن لصفحات {origin} أن تقرأ هنا دون أن تكتب. لمشغل الخدمة أن يسمح لهذا الأصل (NASIJ_CORS_ORIGINS).",
            "Les pages de {origin} peuvent lire ici, mais pas écrire. L'exploitant peut autoriser cette origine (NASIJ_CORS_ORIGINS).",
            "Pages of {origin} may read here but not write. The operator can allow this origin (NASIJ_CORS_ORIGINS).",
        ],
    },
    Entry {
        code: Code::NoAccount,
        status: 403,
        title: ["لا حساب مرتبط", "Aucun compte associé", "No linked account"],
        detail: [
            "الرمز صالح، لكن مصدره وصاحبه (iss وsub) غير مرتبطين بأي حساب هنا. اطلب من مسؤول الخدمة ربطهما بحسابك.",
            "Le jeton est valable, mais son émetteur et son sujet (iss et sub) ne sont associés à aucun compte ici. Demandez à un administrateur de les associer à votre compte.",
            "The token is good, but its issuer and subject (iss and sub) are linked to no account here. Ask an administrator to link them to your account.",
        ],
    },
    Entry {
        code: Code::NotFound,
        status: 404,
        title: ["غير موجود", "Introuvable", "Not found"],
        detail: [
            "{kind}: لا يوجد سجل بالمعرف «{id}».",
            "Aucun enregistrement « {kind} » ne porte l'identifiant « {id} ».",
            "There is no {kind} with the identifier '{id}'.",
        ],
    },
    Entry {
        code: Code::NoEdition,
        status: 404,
        title: ["سنة بلا دورة", "Année sans édition", "Year without edition"],
        detail: [
            "لم تُنظَّم دورة سنة {year}: {reason}. انظر ‎{see}.",
            "Il n'y a pas eu d'édition en {year} : {reason}. Voyez {see}.",
            "There was no edition in {year}: {reason}. See {see}.",
        ],
    },
    Entry {
        code: Code::RouteNotFound,
        status: 404,
        title: ["لا شيء على هذا العنوان", "Rien à cette adresse", "Nothing at this address"],
        detail: [
            "لا توجد عملية على هذا العنوان؛ انظر ‎/docs و‎/openapi.json.",
            "Aucune opération n'existe à cette adresse ; voyez /docs et /openapi.json.",
            "There is no operation at this address; see /docs and /openapi.json.",
        ],
    },
    Entry {
        code: Code::MethodNotAllowed,
        status: 405,
        title: ["طريقة غير مسموح بها", "Méthode non permise", "Method not allowed"],
        detail: [
            "الطرق المسموح بها هنا: {allowed}.",
            "Méthodes permises ici : {allowed}.",
            "Methods allowed here: {allowed}.",
        ],
    },
    Entry {
        code: Code::NotAcceptable,
        status: 406,
        title: ["صيغة غير متاحة", "Format indisponible", "Not acceptable"],
        detail: [
            "الصيغ المتاحة هنا: {available}.",
            "Formats disponibles ici : {available}.",
            "Formats available here: {available}.",
        ],
    },
    Entry {
        code: Code::RequestTimeout,
        status: 408,
        title: ["انتهت مهلة الطلب", "Requête trop lente", "Request timed out"],
        detail: [
            "لم يصل الطلب كاملا في الوقت المحدد.",
            "La requête n'est pas arrivée entière à temps.",
            "The request did not arrive completely in time.",
        ],
    },
    Entry {
        code: Code::AlreadyExists,
        status: 409,
        title: ["موجود من قبل", "Existe déjà", "Already exists"],
        detail: [
            "يوجد سجل آخر بالقيم نفسها؛ انظر errors.",
            "Un autre enregistrement a déjà ces valeurs ; voyez errors.",
            "Another record has these values already; see errors.",
        ],
    },
    Entry {
        code: Code::ProbableDuplicate,
        status: 409,
        title: ["تكرار محتمل", "Doublon probable", "Probable duplicate"],
        detail: [
            "يكاد يكون مؤكدا أن هذه الجمعية مسجلة من قبل؛ انظر errors. إن كانت جمعية أخرى، فأعد الطلب مع allow_duplicate=true.",
            "Cette association est presque certainement déjà inscrite ; voyez errors. Si c'en est une autre, répétez la requête avec allow_duplicate=true.",
            "This association is nearly certainly in the register already; see errors. If it is another one, repeat the request with allow_duplicate=true.",
        ],
    },
    Entry {
        code: Code::MergeObstacle,
        status: 409,
        title: ["تعذر الدمج", "Fusion empêchée", "Merge prevented"],
        detail: [
            "لا يمكن الآن دمج الجمعيتين أو التراجع عن دمجهما؛ انظر errors لما يمنعه وللحل.",
            "Les deux associations ne peuvent être fusionnées, ou leur fusion annulée ; voyez dans errors ce qui l'empêche, et que faire.",
            "The two associations cannot be merged, or their merge undone; see errors for what prevents it, and the way out.",
        ],
    },
    Entry {
        code: Code::MergeReversed,
        status: 409,
        title: ["سبق التراجع عن الدمج", "Fusion déjà annulée", "Merge undone already"],
        detail: [
            "سبق التراجع عن الدمج «{id}». لدمج الجمعيتين من جديد، أنشئ دمجا آخر.",
            "La fusion « {id} » a déjà été annulée. Pour réunir à nouveau les associations, créez une autre fusion.",
            "The merge '{id}' was undone already. To join the associations again, make another merge.",
        ],
    },
    Entry {
        code: Code::InUse,
        status: 409,
        title: ["السجل مستعمل", "Enregistrement utilisé", "In use"],
        detail: [
            "تحيل سجلات أخرى إلى هذا السجل؛ لذلك لا يُحذف ولا يتغير ما يعرّفه. انظر errors لما يحيل إليه وللحل.",
            "D'autres enregistrements renvoient à celui-ci : il n'est pas supprimé, et ce qui l'identifie ne change pas. Voyez dans errors lesquels, et que faire.",
            "Others refer to this record: it is not deleted, and what identifies it does not change. See errors for what refers to it, and the way out.",
        ],
    },
    Entry {
        code: Code::NotDeleted,
        status: 409,
        title: ["غير محذوف", "Pas supprimé", "Not deleted"],
        detail: [
            "{kind}: السجل «{id}» غير محذوف؛ فلا حاجة إلى استرجاعه.",
            "L'enregistrement « {kind} » d'identifiant « {id} » n'est pas supprimé ; il n'y a rien à rétablir.",
            "The {kind} '{id}' is not deleted: there is nothing to restore.",
        ],
    },
    Entry {
        code: Code::RestoreFirst,
        status: 409,
        title: ["يحيل إلى سجل محذوف", "Renvoi à un enregistrement supprimé", "Refers to a deleted record"],
        detail: [
            "يحيل هذا السجل إلى سجل محذوف ({kind} «{id}»). استرجع ذاك أولا: ‎{way}.",
            "Cet enregistrement renvoie à un autre, supprimé ({kind} « {id} »). Rétablissez d'abord celui-là : {way}.",
            "This record refers to a deleted one ({kind} '{id}'). Restore that first: {way}.",
        ],
    },
    Entry {
        code: Code::WrongState,
        status: 409,
        title: ["الحالة لا تسمح", "État incompatible", "Wrong state"],
        detail: [
            "لا يمكن الانتقال من {from} إلى {to}. المسموح: {allowed}.",
            "Le passage de {from} à {to} n'est pas possible. Permis : {allowed}.",
            "It cannot go from {from} to {to}. Allowed: {allowed}.",
        ],
    },
    Entry {
        code: Code::NotEditable,
        status: 409,
        title: ["لم يعد قابلا للتغيير", "Plus modifiable", "No longer editable"],
        detail: [
            "السجل في الحالة {status}؛ لا يمكن تغييره أو حذفه إلا في الحالة {allowed}.",
            "L'enregistrement est dans l'état {status} ; il ne peut être modifié ou supprimé que dans l'état {allowed}.",
            "The record is in the state {status}; it can be changed or deleted only in the state {allowed}.",
        ],
    },
    Entry {
        code: Code::CallClosed,
        status: 409,
        title: ["نداء الترشيح غير مفتوح", "Appel à candidatures fermé", "Call not open"],
        detail: [
            "لا تُقبل الآن ترشيحات {kind} لدورة {year} (حالة الدورة: {status}؛ الفتح: {opens_at}؛ الإغلاق: {closes_at}).",
            "Les candidatures {kind} pour l'édition {year} ne sont pas reçues maintenant (état de l'édition : {status} ; ouverture : {opens_at} ; clôture : {closes_at}).",
            "Nominations {kind} for the edition {year} are not taken now (state of the edition: {status}; opens: {opens_at}; closes: {closes_at}).",
        ],
    },
    Entry {
        code: Code::NotPublished,
        status: 404,
        title: ["لم تُنشر بعد", "Pas encore publié", "Not published yet"],
        detail: [
            "لم تُنشر نتيجة ترشيحات {kind} لدورة {year}. تبقى سرية إلى حين نشرها.",
            "Le résultat des candidatures {kind} de l'édition {year} n'est pas publié. Il reste sous embargo jusqu'à sa publication.",
            "The result of the nominations {kind} of the edition {year} has not been published. It is under embargo until then.",
        ],
    },
    Entry {
        code: Code::EditionState,
        status: 409,
        title: ["حالة الدورة لا تسمح", "L'état de l'édition ne le permet pas", "State of the edition"],
        detail: [
            "دورة {year} في الحالة {status}؛ هذا ممكن فقط في: {allowed}.",
            "L'édition {year} est dans l'état {status} ; ceci n'est possible que dans : {allowed}.",
            "The edition {year} is in the state {status}; this is possible only in: {allowed}.",
        ],
    },
    Entry {
        code: Code::NotReady,
        status: 409,
        title: ["الشروط غير مكتملة", "Conditions non réunies", "Not ready"],
        detail: [
            "لا يمكن بعد الانتقال إلى {to}؛ انظر errors لما ينقص.",
            "Le passage à {to} n'est pas encore possible ; voyez dans errors ce qui manque.",
            "It cannot go to {to} yet; see errors for what is missing.",
        ],
    },
    Entry {
        code: Code::CallStillOpen,
        status: 409,
        title: ["النداء ما زال مفتوحا", "Appel encore ouvert", "Call still open"],
        detail: [
            "يغلق نداء الترشيح في {closes_at}. لتغيير الأجل، غيّر فترة النداء.",
            "L'appel à candidatures se ferme le {closes_at}. Pour changer le délai, modifiez la période de l'appel.",
            "The call for nominations closes at {closes_at}. To change the deadline, change the window of the call.",
        ],
    },
    Entry {
        code: Code::DesignationNeeded,
        status: 409,
        title: ["يلزم تعيين مُوقَّع", "Désignation nécessaire", "Designation needed"],
        detail: [
            "لا يمكن بلوغ الحالة {to} إلا بنشر تعيين وقعته الوزارة وإيكسو: ‎POST /v1/editions/{year}/designations.",
            "L'état {to} ne s'atteint que par la publication d'une désignation signée par le ministère et l'ICSO : POST /v1/editions/{year}/designations.",
            "The state {to} is only reached by publishing a designation that the ministry and ICSO have signed: POST /v1/editions/{year}/designations.",
        ],
    },
    Entry {
        code: Code::CompletionClosed,
        status: 409,
        title: ["انتهى أجل الاستكمال", "Délai de complément dépassé", "Completion closed"],
        detail: [
            "كان استكمال الملف ممكنا إلى غاية {due_at}.",
            "Le dossier pouvait être complété jusqu'au {due_at}.",
            "The nomination could be completed until {due_at}.",
        ],
    },
    Entry {
        code: Code::AppealClosed,
        status: 409,
        title: ["الطعن غير ممكن", "Recours impossible", "Appeal closed"],
        detail: [
            "يُقبل طعن واحد، خلال {days|# يوم|يوم واحد|يومين|# أيام|# يوما|# يوم} من قرار عدم الأهلية (إلى غاية {due_at}).",
            "Un seul recours est reçu, dans {days|le jour qui suit|les # jours qui suivent} la décision d'inéligibilité (jusqu'au {due_at}).",
            "One appeal is taken, within {days|# day|# days} of the decision of ineligibility (until {due_at}).",
        ],
    },
    Entry {
        code: Code::EligibilityMismatch,
        status: 409,
        title: [
            "القرار لا يطابق التحقق",
            "La décision contredit les vérifications",
            "Decision against the checks",
        ],
        detail: [
            "القرار {to} لا يطابق نتائج شروط الأهلية؛ انظر errors.",
            "La décision {to} contredit les conditions d'éligibilité ; voyez errors.",
            "The decision {to} contradicts the eligibility checks; see errors.",
        ],
    },
    Entry {
        code: Code::UnderEmbargo,
        status: 409,
        title: ["القرار اتُّخذ", "Décision prise", "Decision taken"],
        detail: [
            "اتُّخذ القرار بشأن ترشيحات {kind} لدورة {year}؛ لم يعد أي منها قابلا لهذا التغيير.",
            "La décision sur les candidatures {kind} de l'édition {year} est prise ; plus aucune ne peut changer ainsi.",
            "The decision on the nominations {kind} of the edition {year} has been taken; none of them can change this way any more.",
        ],
    },
    Entry {
        code: Code::ConflictOfInterest,
        status: 409,
        title: ["تضارب مصالح", "Conflit d'intérêts", "Conflict of interest"],
        detail: [
            "لا يمكن لهذا العضو تقييم هذا الترشيح: {ground}.",
            "Ce membre du jury ne peut pas évaluer cette candidature : {ground}.",
            "This juror cannot evaluate this nomination: {ground}.",
        ],
    },
    Entry {
        code: Code::OwnReport,
        status: 403,
        title: ["تبليغ من الهيئة نفسها", "Signalement de la même instance", "Own report"],
        detail: [
            "أبلغت هذه الهيئة نفسها ({office}) عن التضارب؛ تبت فيه هيئة أخرى.",
            "Ce conflit a été signalé par cette même instance ({office}) ; une autre en décide.",
            "This conflict was reported by the same office ({office}); another one decides on it.",
        ],
    },
    Entry {
        code: Code::InterestedOffice,
        status: 403,
        title: ["هيئة ذات مصلحة", "Instance intéressée", "Interested office"],
        detail: [
            "لهذا الحساب صلة بما يُبَتّ فيه ({ground}: ‎{path})؛ يتولى ذلك حساب آخر.",
            "Ce compte est lié à ce dont il est décidé ({ground} : {path}) ; un autre s'en charge.",
            "This account is tied to what is decided here ({ground}: {path}); another one takes this part.",
        ],
    },
    Entry {
        code: Code::DeclarationNeeded,
        status: 409,
        title: ["يلزم تصريح", "Déclaration nécessaire", "Declaration needed"],
        detail: [
            "صرّح أولا بعدم وجود تضارب مصالح: ‎POST /v1/nominations/{id}/conflicts.",
            "Déclarez d'abord l'absence de conflit d'intérêts : POST /v1/nominations/{id}/conflicts.",
            "First declare that there is no conflict of interest: POST /v1/nominations/{id}/conflicts.",
        ],
    },
    Entry {
        code: Code::JuryClosed,
        status: 409,
        title: ["انتهت أعمال لجنة التحكيم", "Jury clos", "Jury closed"],
        detail: [
            "اختتمت لجنة التحكيم أعمالها بشأن ترشيحات {kind} لدورة {year}؛ لا يلتحق بها ترشيح ولا يُسحب منها حتى تُنشر النتيجة.",
            "Le jury a clos ses travaux sur les candidatures {kind} de l'édition {year} ; aucune ne s'y ajoute ni n'en est retirée jusqu'à la publication du résultat.",
            "The jury has closed its work on the nominations {kind} of the edition {year}; none joins them and none is withdrawn until the result is published.",
        ],
    },
    Entry {
        code: Code::JuryOpen,
        status: 409,
        title: ["لجنة التحكيم ما زالت تعمل", "Jury encore ouvert", "Jury still open"],
        detail: [
            "لم تختتم لجنة التحكيم أعمالها بشأن ترشيحات {kind} لدورة {year}.",
            "Le jury n'a pas clos ses travaux sur les candidatures {kind} de l'édition {year}.",
            "The jury has not closed its work on the nominations {kind} of the edition {year}.",
        ],
    },
    Entry {
        code: Code::QuorumMissing,
        status: 409,
        title: ["النصاب غير مكتمل", "Quorum non atteint", "Quorum missing"],
        detail: [
            "يلزم لكل ترشيح {needed|# تقييم مودع|تقييم مودع واحد|تقييمان مودعان|# تقييمات مودعة|# تقييما مودعا|# تقييم مودع} على الأقل؛ انظر errors.",
            "Chaque candidature doit avoir au moins {needed|# évaluation remise|# évaluations remises} ; voyez errors.",
            "Every nomination needs at least {needed|# submitted evaluation|# submitted evaluations}; see errors.",
        ],
    },
    Entry {
        code: Code::TooFewJurors,
        status: 409,
        title: ["أعضاء اللجنة غير كافين", "Trop peu de jurés", "Too few jurors"],
        detail: [
            "لا يوجد ما يكفي من أعضاء اللجنة بلا تضارب مصالح؛ انظر errors.",
            "Il n'y a pas assez de jurés sans conflit d'intérêts ; voyez errors.",
            "There are not enough jurors without a conflict of interest; see errors.",
        ],
    },
    Entry {
        code: Code::TieUndecided,
        status: 409,
        title: ["تعادل لم يُحسم", "Égalité non tranchée", "Tie not decided"],
        detail: [
            "تعادلت ترشيحات في كل شيء؛ على رئيس اللجنة ترتيبها مع التعليل: ‎POST /v1/editions/{year}/tie-decisions.",
            "Des candidatures sont à égalité en tout ; la présidence du jury doit les départager par une décision motivée : POST /v1/editions/{year}/tie-decisions.",
            "Nominations are level in everything; the chair has to order them, with reasons: POST /v1/editions/{year}/tie-decisions.",
        ],
    },
    Entry {
        code: Code::ResultChanged,
        status: 409,
        title: ["تغيرت النتيجة", "Résultat modifié", "Result changed"],
        detail: [
            "تغيرت النتيجة منذ اقتراح هذا التعيين. اسحبه أو ألغه واقترح غيره.",
            "Le résultat a changé depuis que cette désignation a été proposée. Retirez-la ou annulez-la, puis proposez-en une autre.",
            "The result has changed since this designation was proposed. Withdraw or annul it, then propose another.",
        ],
    },
    Entry {
        code: Code::SignedAlready,
        status: 409,
        title: ["سبق توقيعه", "Déjà signé", "Signed already"],
        detail: [
            "وقعت {institution} هذا التعيين من قبل، أو وقعه هذا الحساب باسم الطرف الآخر.",
            "{institution} a déjà signé cette désignation, ou ce compte l'a signée pour l'autre partie.",
            "{institution} has signed this designation already, or this account has signed it for the other party.",
        ],
    },
    Entry {
        code: Code::TooManyDocuments,
        status: 409,
        title: ["وثائق كثيرة", "Trop de documents", "Too many documents"],
        detail: [
            "لهذا الترشيح {max|# وثيقة|وثيقة واحدة|وثيقتان|# وثائق|# وثيقة|# وثيقة}، وهو الحد الأقصى.",
            "Cette candidature a {max|# document|# documents}, ce qui est le maximum.",
            "This nomination has {max|# document|# documents}, which is the most.",
        ],
    },
    Entry {
        code: Code::TooManyAchievements,
        status: 409,
        title: ["إنجازات كثيرة", "Trop de réalisations", "Too many achievements"],
        detail: [
            "لهذا الترشيح {max|# إنجاز|إنجاز واحد|إنجازان|# إنجازات|# إنجازا|# إنجاز}، وهو الحد الأقصى.",
            "Cette candidature a {max|# réalisation|# réalisations}, ce qui est le maximum.",
            "This nomination has {max|# achievement|# achievements}, which is the most.",
        ],
    },
    Entry {
        code: Code::LastAdmin,
        status: 409,
        title: ["آخر مدير للخدمة", "Dernier administrateur", "Last administrator"],
        detail: [
            "لن يبقى أي مسؤول قادر على الدخول وتدبير الحسابات. هيئ أولا مسؤولا آخر له الدور admin والنطاق accounts:manage ووسيلة دائمة للدخول (مفتاح عمومي أو سر صالح لثلاثين يوما على الأقل).",
            "Plus aucun administrateur ne pourrait entrer et gérer les comptes. Préparez d'abord un autre compte ayant le rôle admin, la portée accounts:manage et un moyen durable d'entrer (une clé publique ou un secret valable 30 jours au moins).",
            "No administrator would be left who can sign in and manage accounts. First prepare another account with the role admin, the scope accounts:manage and a lasting way to sign in (a public key, or a secret good for 30 days at least).",
        ],
    },
    Entry {
        code: Code::TooManyKeys,
        status: 409,
        title: ["مفاتيح كثيرة", "Trop de clés", "Too many keys"],
        detail: [
            "لهذا الحساب {max|# مفتاح غير ملغى|مفتاح واحد غير ملغى|مفتاحان غير ملغيين|# مفاتيح غير ملغاة|# مفتاحا غير ملغى|# مفتاح غير ملغى}، وهو الحد الأقصى؛ ألغ مفتاحا لم يعد يستعمل.",
            "Ce compte a {max|# clé non révoquée|# clés non révoquées}, ce qui est le maximum ; révoquez-en une qui ne sert plus.",
            "This account has {max|# key that is|# keys that are} not revoked, which is the most; revoke one that is no longer used.",
        ],
    },
    Entry {
        code: Code::TooManySecrets,
        status: 409,
        title: ["أسرار كثيرة", "Trop de secrets", "Too many secrets"],
        detail: [
            "لهذا الحساب {max|# سر صالح|سر واحد صالح|سران صالحان|# أسرار صالحة|# سرا صالحا|# سر صالح}، وهو الحد الأقصى. احذف ما لم يعد مستعملا.",
            "Ce compte a {max|# secret valable|# secrets valables}, ce qui est le maximum. Supprimez ceux qui ne servent plus.",
            "This account has {max|# secret that is|# secrets that are} still good, which is the most. Delete those that are no longer used.",
        ],
    },
    Entry {
        code: Code::IdempotencyInProgress,
        status: 409,
        title: ["الطلب نفسه قيد التنفيذ", "La même requête est en cours", "The same request is running"],
        detail: [
            "طلب بالمفتاح Idempotency-Key نفسه ما زال قيد التنفيذ؛ أعد المحاولة بعد قليل.",
            "Une requête ayant la même Idempotency-Key est en cours ; réessayez dans un instant.",
            "A request with the same Idempotency-Key is still running; try again in a moment.",
        ],
    },
    Entry {
        code: Code::Gone,
        status: 410,
        title: ["حُذف", "Supprimé", "Gone"],
        detail: [
            "{kind}: حُذف القيد «{id}». يمكن لمن يمسك السجل استرجاعه: ‎{way}.",
            "L'enregistrement « {kind} » d'identifiant « {id} » a été supprimé. Ceux qui tiennent le registre peuvent le rétablir : {way}.",
            "The {kind} '{id}' was deleted. Those who keep the register can restore it: {way}.",
        ],
    },
    Entry {
        code: Code::Merged,
        status: 410,
        title: ["دُمجت في أخرى", "Fusionnée", "Merged"],
        detail: [
            "دُمجت الجمعية «{id}» في أخرى: {url}. يمكن لمن يمسك السجل التراجع عن ذلك: ‎{way}.",
            "L'association « {id} » a été fusionnée avec une autre : {url}. Ceux qui tiennent le registre peuvent l'annuler : {way}.",
            "The association '{id}' was merged into another: {url}. Those who keep the register can undo that: {way}.",
        ],
    },
    Entry {
        code: Code::Stale,
        status: 412,
        title: ["تغير السجل في هذه الأثناء", "Modifié entre-temps", "Changed in the meantime"],
        detail: [
            "If-Match لا يطابق الصيغة الحالية. اقرأ السجل من جديد ثم أعد التغيير.",
            "If-Match ne correspond pas à la version actuelle. Relisez l'enregistrement puis refaites la modification.",
            "If-Match does not name the current version. Read the record again, then repeat the change.",
        ],
    },
    Entry {
        code: Code::PayloadTooLarge,
        status: 413,
        title: ["المتن كبير جدا", "Corps trop grand", "Body too large"],
        detail: [
            "متن الطلب أكبر من الحد المسموح به.",
            "Le corps de la requête dépasse la limite.",
            "The body of the request is larger than the limit.",
        ],
    },
    Entry {
        code: Code::UriTooLong,
        status: 414,
        title: ["العنوان طويل جدا", "Adresse trop longue", "URI too long"],
        detail: [
            "المسار والمعاملات معا 16 كيلوبايت على الأكثر. وزع القيم على عدة طلبات.",
            "Le chemin et ses paramètres doivent tenir en 16 Kio. Répartissez les valeurs sur plusieurs requêtes.",
            "The path and its parameters take at most 16 KiB. Spread the values over several requests.",
        ],
    },
    Entry {
        code: Code::UnsupportedMediaType,
        status: 415,
        title: ["نوع وسيط غير مدعوم", "Type de média non pris en charge", "Unsupported media type"],
        detail: [
            "المنتظر Content-Type: {expected}.",
            "Content-Type attendu : {expected}.",
            "Expected Content-Type: {expected}.",
        ],
    },
    Entry {
        code: Code::Invalid,
        status: 422,
        title: ["بيانات غير مقبولة", "Données inacceptables", "Invalid data"],
        detail: [
            "لم يُحفظ شيء؛ انظر errors لما يجب تصحيحه.",
            "Rien n'a été enregistré ; voyez dans errors ce qu'il faut corriger.",
            "Nothing was kept; see errors for what to correct.",
        ],
    },
    Entry {
        code: Code::IdempotencyMismatch,
        status: 422,
        title: ["مفتاح استُعمل لطلب آخر", "Clé déjà utilisée autrement", "Key used for another request"],
        detail: [
            "استُعمل Idempotency-Key هذا لطلب مختلف. استعمل مفتاحا جديدا لكل طلب جديد.",
            "Cette Idempotency-Key a servi à une autre requête. Prenez une clé nouvelle pour chaque requête nouvelle.",
            "This Idempotency-Key was used for a different request. Use a new key for each new request.",
        ],
    },
    Entry {
        code: Code::FailedDependency,
        status: 424,
        title: ["رُفض مع غيره", "Refusé avec les autres", "Refused with the others"],
        detail: [
            "لم يُحفظ شيء من هذه الدفعة لأن عنصرا آخر منها رُفض. صححه ثم أعد إرسال الدفعة كلها.",
            "Rien de ce lot n'a été conservé, car un autre de ses éléments a été refusé. Corrigez celui-ci, puis renvoyez le lot \
             entier.",
            "Nothing of this batch was kept, because another of its items was refused. Correct that one, then send the whole \
             batch again.",
        ],
    },
    Entry {
        code: Code::PreconditionRequired,
        status: 428,
        title: ["If-Match مطلوب", "If-Match nécessaire", "If-Match needed"],
        detail: [
            "أرسل If-Match بوسم ETag الذي قرأته، كي لا تمحو تغيير غيرك.",
            "Envoyez If-Match avec l'ETag lu, pour ne pas écraser la modification d'un autre.",
            "Send If-Match with the ETag that you read, so that nobody else's change is overwritten.",
        ],
    },
    Entry {
        code: Code::TooManyRequests,
        status: 429,
        title: ["طلبات كثيرة", "Trop de requêtes", "Too many requests"],
        detail: [
            "تجاوزت حد الطلبات في الدقيقة ({policy}: {quota}). أعد المحاولة بعد هذا العدد من الثواني: {seconds}.",
            "Plus de {quota|# requête|# requêtes} par minute ({policy}). Réessayez dans {seconds|# seconde|# secondes}.",
            "More than {quota|# request|# requests} a minute ({policy}). Try again in {seconds|# second|# seconds}.",
        ],
    },
    Entry {
        code: Code::HeadersTooLarge,
        status: 431,
        title: ["ترويسات كبيرة جدا", "En-têtes trop grands", "Headers too large"],
        detail: [
            "ترويسات الطلب أكبر من الحد المسموح به: 16 كيلوبايت لها جميعا، و96 سطرا.",
            "Les en-têtes de la requête dépassent la limite : 16 Kio en tout, et 96 lignes.",
            "The headers of the request are larger than the limit: 16 KiB together, and 96 lines.",
        ],
    },
    Entry {
        code: Code::Unavailable,
        status: 503,
        title: ["غير متاح مؤقتا", "Momentanément indisponible", "Temporarily unavailable"],
        detail: [
            "الخدمة غير متاحة مؤقتا. أعد المحاولة بعد قليل.",
            "Le service est momentanément indisponible. Réessayez dans un instant.",
            "The service is temporarily unavailable. Try again in a moment.",
        ],
    },
    Entry {
        code: Code::TooManyTransfers,
        status: 429,
        title: [
            "عمليات نقل كثيرة في آن واحد",
            "Trop de transferts à la fois",
            "Too many transfers at a time",
        ],
        detail: [
            "لديك {max} من الملفات والدفعات قيد الإرسال أو الاستلام، وهو الحد الأقصى. أعد المحاولة بعد انتهاء إحداها.",
            "Vous avez {max} fichiers et lots en cours d'envoi ou de réception, ce qui est le maximum. \
             Réessayez quand l'un d'eux sera arrivé.",
            "You have {max} files and batches on their way, which is the most. Try again when one of them has arrived.",
        ],
    },
    Entry {
        code: Code::TransfersFull,
        status: 503,
        title: [
            "عمليات نقل كثيرة في آن واحد",
            "Trop de transferts à la fois",
            "Too many transfers at a time",
        ],
        detail: [
            "عدد الملفات والدفعات قيد الإرسال أو الاستلام بلغ ما تتحمله الخدمة. أعد المحاولة بعد قليل.",
            "Le service transmet autant de fichiers et de lots qu'il en admet à la fois. Réessayez dans un instant.",
            "As many files and batches are on their way as the service takes at a time. Try again in a moment.",
        ],
    },
    Entry {
        code: Code::TooManyMissing,
        status: 409,
        title: [
            "سجلات كثيرة غير موجودة في الملف",
            "Trop d'absents du fichier",
            "Too many are missing from the file",
        ],
        detail: [
            "{missing} من أصل {known} جمعية من هذا النظام غير موجودة في الملف، وهذا أكثر من {at_most}٪: لم تصبح أي منها خامدة. تحقق من الملف، أو أعد الاستيراد مع missing_at_most.",
            "Le fichier n'a pas {missing} des {known} associations de ce système, plus de {at_most} % : aucune n'est devenue dormante. Vérifiez le fichier, ou réimportez-le avec missing_at_most.",
            "The file does not have {missing} of the {known} associations of this system, more than {at_most} %: none became dormant. Check the file, or import it again with missing_at_most.",
        ],
    },
    Entry {
        code: Code::KeysUnread,
        status: 409,
        title: ["صفوف بلا مفتاح", "Lignes sans clé", "Rows without a key"],
        detail: [
            "مفتاح بعض الصفوف غير مقروء، فلا يُعرف ما الذي ينقص الملف: لم تصبح أي جمعية خامدة. صحح الصفوف المرفوضة وأعد الاستيراد.",
            "La clé de certaines lignes est illisible : on ne sait pas qui manque au fichier, et aucune association n'est devenue dormante. Corrigez les lignes refusées et réimportez.",
            "The key of some rows cannot be read, so nobody knows what is missing: no association became dormant. Mend the refused rows and import again.",
        ],
    },
    Entry {
        code: Code::TooManyRows,
        status: 413,
        title: ["صفوف كثيرة", "Trop de lignes", "Too many rows"],
        detail: [
            "يُقبل في الملف {max} صف على الأكثر. ما سبق محفوظ؛ قسّم الباقي على عدة ملفات.",
            "Un fichier a au plus {max} lignes. Les premières sont gardées ; répartissez le reste en plusieurs fichiers.",
            "A file has at most {max} rows. The first ones are kept; put the rest into several files.",
        ],
    },
    Entry {
        code: Code::ImportInterrupted,
        status: 409,
        title: ["انقطع الاستيراد", "Import interrompu", "The import was interrupted"],
        detail: [
            "توقف الأمر الذي كان يستورد الملف. ما كُتب محفوظ؛ أعد تشغيل الأمر بالمفتاح نفسه.",
            "La commande qui importait le fichier s'est arrêtée. Ce qui était écrit est gardé ; relancez-la avec la même clé.",
            "The command that imported the file has stopped. What was written is kept; run it again with the same key.",
        ],
    },
    Entry {
        code: Code::RangeNotSatisfiable,
        status: 416,
        title: ["مجال خارج الملف", "Plage hors du fichier", "Range outside the file"],
        detail: [
            "ليس في الملف ما طُلب منه؛ حجمه بالبايت: {size}.",
            "Le fichier n'a rien à cet endroit : il a {size} octets.",
            "The file has nothing there: it has {size} bytes.",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_name_and_told_in_the_words_of_its_readers() {
        for entry in CATALOGUE {
            assert_eq!(Code::named(&entry.code.name()), Some(entry.code));
            assert_eq!(entry.code.entry().status, entry.status);
            crate::language::sentences::check_sentence(entry.title);
            crate::language::sentences::check_sentence(entry.detail);
        }
    }
}
