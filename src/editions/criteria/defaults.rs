//! The criteria that a new edition begins with.

use super::model::NominationKind;

/// A criterion that every new edition begins with.
pub(super) struct DefaultCriterion {
    pub(super) kind: NominationKind,
    pub(super) code: &'static str,
    pub(super) weight: i64,
    pub(super) ar: &'static str,
    pub(super) fr: &'static str,
    pub(super) en: &'static str,
}

/// The criteria of a new edition, the first of each kind being the one that decides ties.
pub(super) const DEFAULTS: [DefaultCriterion; 12] = [
    DefaultCriterion {
        kind: NominationKind::City,
        code: "association_vitality",
        weight: 30,
        ar: "حيوية النسيج الجمعوي وتنوعه",
        fr: "Vitalité et diversité du tissu associatif",
        en: "Vitality and diversity of associations",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "programme",
        weight: 20,
        ar: "جودة البرنامج المقترح",
        fr: "Qualité du programme proposé",
        en: "Quality of the proposed programme",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "fit_with_values",
        weight: 15,
        ar: "التوافق مع قيم المواطنة والتنمية والحوار والتعايش",
        fr: "Adéquation aux valeurs de citoyenneté, de développement, de dialogue et de coexistence",
        en: "Fit with the values of citizenship, development, dialogue and coexistence",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "partnership",
        weight: 15,
        ar: "الشراكة بين الفاعلين المحليين",
        fr: "Partenariat entre les acteurs locaux",
        en: "Partnership among local actors",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "heritage",
        weight: 10,
        ar: "التراث المادي واللامادي",
        fr: "Patrimoine matériel et immatériel",
        en: "Tangible and intangible heritage",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "capacity_and_legacy",
        weight: 10,
        ar: "القدرة على التنظيم والأثر المستدام",
        fr: "Capacité d'organisation et effets durables",
        en: "Capacity to organise and legacy",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "fit_with_values",
        weight: 25,
        ar: "التوافق مع قيم المواطنة والتنمية والحوار والتعايش",
        fr: "Adéquation aux valeurs de citoyenneté, de développement, de dialogue et de coexistence",
        en: "Fit with the values of citizenship, development, dialogue and coexistence",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "effectiveness_and_impact",
        weight: 25,
        ar: "الفعالية والأثر",
        fr: "Efficacité et impact",
        en: "Effectiveness and impact",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "innovation",
        weight: 15,
        ar: "الابتكار",
        fr: "Innovation",
        en: "Innovation",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "inclusion_and_participation",
        weight: 15,
        ar: "الإدماج والمشاركة",
        fr: "Inclusion et participation",
        en: "Inclusion and participation",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "sustainability",
        weight: 10,
        ar: "الاستدامة",
        fr: "Durabilité",
        en: "Sustainability",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "volunteering_and_governance",
        weight: 10,
        ar: "التطوع والحكامة",
        fr: "Bénévolat et gouvernance",
        en: "Volunteering and governance",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editions::criteria::rules::unbalanced;

    #[test]
    fn the_default_weights_add_up_to_a_hundred() {
        assert_eq!(unbalanced(DEFAULTS.iter().map(|default| (default.kind, default.weight))), []);
    }
}
