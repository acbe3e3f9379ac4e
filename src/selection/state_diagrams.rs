//! The states of everything that has some, drawn from the tables by which the service goes from one to another: the page
//! `docs/states.md`.

use serde::Serialize;
use strum::VariantArray;

use super::{conflicts, deliberations, designations, evaluations, institution_keys};
use crate::access::policy::{self, Grant, Reach};
use crate::database::types::keyword;
use crate::{editions, imports, nominations};

/// The whole page.
pub fn markdown() -> String {
    let machines = [
        EDITIONS.draw(&editions::rules::Status::ALL, editions::rules::Status::allowed),
        NOMINATIONS.draw(nominations::rules::Status::VARIANTS, nominations::rules::Status::allowed),
        EVALUATIONS.draw(evaluations::rules::Status::VARIANTS, evaluations::rules::Status::allowed),
        CONFLICTS.draw(conflicts::rules::Status::VARIANTS, conflicts::rules::Status::allowed),
        DELIBERATIONS.draw(deliberations::rules::Status::VARIANTS, deliberations::rules::Status::allowed),
        DESIGNATIONS.draw(designations::rules::Status::VARIANTS, designations::rules::Status::allowed),
        INSTITUTION_KEYS
            .draw(institution_keys::rules::Status::VARIANTS, institution_keys::rules::Status::allowed),
        IMPORTS.draw(imports::rules::Status::VARIANTS, imports::rules::Status::allowed),
    ];
    format!("{HEAD}{}", machines.concat())
}

const HEAD: &str = "\
# States

Written by `nasij state-diagrams` from the tables in the code (`allowed` in each `rules.rs`) and the table of
authorisation; a test compares this page with them. An arrow says who may ask for the change, with the scope that
[authorization.md](authorization.md) names, or what brings it about.
";

/// What has states.
struct Machine {
    title: &'static str,
    text: &'static str,
    /// The operation by which a change is asked for.
    operation: &'static str,
    /// Whose record it is, where a change is for them.
    owner: &'static str,
    /// The changes that come by themselves: from (any when empty), to, and by what.
    by_themselves: &'static [(&'static str, &'static str, &'static str)],
}

const EDITIONS: Machine = Machine {
    title: "Editions",
    text: "A postponed edition returns to the state that it left, in its new year.",
    operation: "create_edition_transition",
    owner: "",
    by_themselves: &[
        ("", "designated", "publication of a designation"),
        ("city_review", "draft", "publication that the title is withheld"),
    ],
};

const NOMINATIONS: Machine = Machine {
    title: "Nominations",
    text: "What the jury and the designation decide is under embargo: until it is published, the nomination is under \
           evaluation for everybody. An ineligible one is submitted again once, by an appeal.",
    operation: "create_nomination_transition",
    owner: "its nominator",
    by_themselves: &[
        ("eligible", "under_evaluation", "the chair draws its jury"),
        ("under_evaluation", "shortlisted", "publication, as the jury closed"),
        ("reserve", "selected", "publication of the designation that follows a revocation"),
        ("", "selected", "publication"),
        ("", "reserve", "publication"),
        ("", "not_selected", "publication"),
    ],
};

const EVALUATIONS: Machine = Machine {
    title: "Evaluations",
    text: "Nothing changes any more once the jury has closed, but for a conflict of interest that is \
           confirmed later.",
    operation: "create_evaluation_transition",
    owner: "its juror",
    by_themselves: &[
        ("assigned", "draft", "its juror declares that there is no conflict"),
        ("", "voided", "a conflict of interest is confirmed, or the jury closes before it is submitted"),
    ],
};

const CONFLICTS: Machine = Machine {
    title: "Conflicts of interest",
    text: "An allegation is decided on by another office than the one that made it, and by nobody with an interest. What a \
           juror declares, and what the service finds, is confirmed from the beginning.",
    operation: "create_conflict_transition",
    owner: "",
    by_themselves: &[("reported", "settled", "the juror steps back")],
};

const DELIBERATIONS: Machine = Machine {
    title: "Deliberations",
    text: "A deliberation begins with the closing of the jury by its chair.",
    operation: "create_deliberation_transition",
    owner: "",
    by_themselves: &[("closed", "concluded", "publication")],
};

const DESIGNATIONS: Machine = Machine {
    title: "Designations",
    text: "One is proposed by an officer of the ministry or of ICSO and signed for both, by two accounts.",
    operation: "create_designation_transition",
    owner: "",
    by_themselves: &[
        ("proposed", "signed", "the second signature"),
        ("published", "revoked", "publication of the designation that follows a revocation"),
    ],
};

const INSTITUTION_KEYS: Machine = Machine {
    title: "Keys of the institutions",
    text: "An officer registers a key of their own; never does the same account confirm it.",
    operation: "create_institution_key_transition",
    owner: "an officer of the institution",
    by_themselves: &[],
};

const IMPORTS: Machine = Machine {
    title: "Imports",
    text: "Of each collection one is written at a time. What was written stays, however the import ends.",
    operation: "create_import_transition",
    owner: "whoever has asked for it",
    by_themselves: &[
        ("", "running", "an instance that is free"),
        ("running", "paused", "the stop of the instance"),
        ("running", "completed", "the end of the file"),
        ("", "failed", "what ends the file before its end"),
    ],
};

impl Machine {
    /// A Mermaid diagram of the states, of which the first is the beginning.
    fn draw<S: Copy + Serialize + 'static>(&self, states: &[S], allowed: fn(S) -> &'static [S]) -> String {
        let mut page = format!("\n## {}\n\n{}\n\n```mermaid\nstateDiagram-v2\n", self.title, self.text);
        for (place, state) in states.iter().enumerate() {
            let from = keyword(state);
            if place == 0 {
                page.push_str(&format!("    [*] --> {from}\n"));
            }
            for to in allowed(*state).iter().map(keyword) {
                page.push_str(&format!("    {from} --> {to} : {}\n", self.cause(&from, &to)));
            }
            if allowed(*state).is_empty() {
                page.push_str(&format!("    {from} --> [*]\n"));
            }
        }
        page.push_str("```\n");
        page
    }

    /// Who may ask for a change, or what brings it about.
    fn cause(&self, from: &str, to: &str) -> String {
        let asked = policy::of(self.operation).into_iter().find(|rule| {
            let target = rule.operation.split_once(": ").map(|(_, target)| target);
            // A line that names no target has the only one that can be asked for.
            let leads_there =
                target.map_or_else(|| self.by_itself(from, to).is_none(), |target| target == to);
            leads_there && rule.is_for_state(from)
        });
        match asked {
            Some(rule) => {
                // What comes about from any state is told where nobody can ask for it.
                let beside =
                    self.by_themselves.iter().find(|(left, reached, _)| (*left, *reached) == (from, to));
                let beside = beside.map_or_else(String::new, |(.., cause)| format!("; {cause}"));
                self.who(rule.grants()) + &beside
            }
            None => self.by_itself(from, to).unwrap_or("?").to_owned(),
        }
    }

    fn by_itself(&self, from: &str, to: &str) -> Option<&'static str> {
        let change = self
            .by_themselves
            .iter()
            .find(|(left, reached, _)| *reached == to && (left.is_empty() || *left == from));
        change.map(|(_, _, cause)| *cause)
    }

    fn who(&self, grants: &[Grant]) -> String {
        let mut who: Vec<String> = Vec::new();
        for grant in grants {
            match grant.reach {
                Reach::All => who.extend(grant.roles.iter().map(ToString::to_string)),
                Reach::Own => who.push(self.owner.to_owned()),
            }
        }
        who.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_state_says_how_it_comes_about() {
        let page = markdown();
        for line in page.lines().filter(|line| line.contains(" --> ") && !line.contains("[*]")) {
            let (_, cause) = line.split_once(" : ").unwrap();
            assert!(!cause.is_empty() && !cause.contains('?') && !cause.starts_with(','), "{line}");
        }
        for line in [
            "    draft --> city_call_open : admin, ministry_officer",
            "    city_review --> designated : publication of a designation",
            "    postponed --> designated : admin, ministry_officer",
            "    eligible --> under_evaluation : admin, ministry_officer; the chair draws its jury",
            "    under_evaluation --> withdrawn : its nominator",
            "    draft --> submitted : its juror",
            "    reported --> settled : the juror steps back",
            "    closed --> reopened : ministry_officer, icso_officer",
            "    signed --> published : ministry_officer",
        ] {
            assert!(page.lines().any(|drawn| drawn == line), "{line}");
        }
    }
}
