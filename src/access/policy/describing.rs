//! The table in words: a sentence for each operation of the OpenAPI document, and the page `docs/authorization.md`.

use super::{
    FOR_CLIENTS, FOR_EVERYONE, Grant, REGISTER_FACTS, Reach, Rule, Who, of, operations, views, views_of,
};
use crate::access::scopes::Role;

/// Who may use an operation, and who sees more by it, for the reader of the API explorer; `None` when there is nothing
/// to say because everybody may.
pub fn sentence(operation: &str) -> Option<String> {
    let rules = of(operation);
    let who = rules.iter().filter_map(|rule| match rule.who {
        Who::Everyone => None,
        Who::Client => Some("**Who may:** a client with its credentials.".to_owned()),
        Who::Callers(grants) => Some(of_callers(rule, grants)),
    });
    let more = views_of(operation).into_iter().map(|view| {
        let who: Vec<String> = view.grants().iter().map(|grant| who_may(&view, grant)).collect();
        format!("**Who sees each {}:** {}.", view.operation, who.join("; "))
    });
    let lines: Vec<String> = who.chain(more).collect();
    (!lines.is_empty()).then(|| lines.join("\n\n"))
}

fn of_callers(rule: &Rule, grants: &[Grant]) -> String {
    let target = rule.operation.split_once(": ").map(|(_, state)| format!(" (to `{state}`)"));
    let who: Vec<String> = grants.iter().map(|grant| who_may(rule, grant)).collect();
    let states = match rule.states {
        [] => String::new(),
        states => format!(" While it is {}.", quoted(states, " or ")),
    };
    format!("**Who may{}:** {}.{states}", target.unwrap_or_default(), who.join("; "))
}

fn who_may(rule: &Rule, grant: &Grant) -> String {
    let scope = grant.scope.map(|scope| format!(" with the scope `{scope}`")).unwrap_or_default();
    let own = if grant.reach == Reach::Own { format!(", {}", rule.own) } else { String::new() };
    format!("{}{scope}{own}", roles(grant))
}

fn roles(grant: &Grant) -> String {
    let every_role = grant.roles.len() == <Role as strum::VariantArray>::VARIANTS.len();
    if every_role { "every account".to_owned() } else { quoted(grant.roles, ", ") }
}

fn quoted(words: &[impl ToString], between: &str) -> String {
    words.iter().map(|word| format!("`{}`", word.to_string())).collect::<Vec<_>>().join(between)
}

/// The whole table as a page.
pub fn markdown() -> String {
    let mut page = String::from(HEAD);
    let callers = operations().filter(|rule| matches!(rule.who, Who::Callers(_)));
    page.push_str("\n## Operations that need an access token\n\n");
    table(&mut page, "operation", callers);
    page.push_str("\n## What reads show to some of those who may use them\n\n");
    table(&mut page, "what", views());
    page.push_str("\n## Fields that only those change who keep the register\n\n");
    page.push_str("Whoever may only write the own association may repeat these but not change them (403 `forbidden_field`):\n");
    page.push_str(&format!("{}.\n", quoted(REGISTER_FACTS, ", ")));
    page.push_str("\n## Operations that need the credentials of a client\n\n");
    page.push_str(&format!("{}.\n", quoted(FOR_CLIENTS, ", ")));
    page.push_str("\n## Operations for everybody\n\n");
    page.push_str(&format!("{}.\n", quoted(FOR_EVERYONE, ", ")));
    page
}

const HEAD: &str = "\
# Who may do what

Written by `nasij authorization` from the table in `src/access/policy/table.rs`, which the handlers use; a test compares
this page with it, and another goes through every operation, role and ownership.

Both are needed: the scope of the token and a role of the account. *all*: every record; *own*: as the line says.
";

fn table(page: &mut String, first: &str, rules: impl Iterator<Item = Rule>) {
    page.push_str(&format!("| {first} | scope | all | own | own means | in the state |\n"));
    page.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for rule in rules {
        for (number, scope) in scopes(&rule).into_iter().enumerate() {
            let with = |reach| {
                let grants = rule.grants().iter();
                let roles: Vec<String> = grants
                    .filter(|grant| grant.scope == scope && grant.reach == reach)
                    .map(roles)
                    .map(|words| words.replace('`', ""))
                    .collect();
                roles.join(", ")
            };
            let first = number == 0;
            page.push_str(&format!(
                "| {} | {} | {} | {} | {} | {} |\n",
                if first { rule.operation } else { "" },
                scope.map(|scope| format!("`{scope}`")).unwrap_or_default(),
                with(Reach::All),
                with(Reach::Own),
                if with(Reach::Own).is_empty() { "" } else { rule.own },
                if first { rule.states.join(", ") } else { String::new() },
            ));
        }
    }
}

/// The scopes of a rule, each once; `None` stands for any token.
fn scopes(rule: &Rule) -> Vec<Option<crate::access::Scope>> {
    let mut scopes = Vec::new();
    for grant in rule.grants() {
        if !scopes.contains(&grant.scope) {
            scopes.push(grant.scope);
        }
    }
    scopes
}
