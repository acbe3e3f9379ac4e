//! The cells of a table: what stands in one, as a text.

use std::borrow::Cow;

use serde_json::Value as JsonValue;

/// What separates the words of a list in a cell. It stands in no code, no word and no web address.
const SEPARATOR: &str = "|";

/// A value as the text of a cell: texts as they are, the words of a list between `|`, what has parts as JSON, unknown
/// values empty.
pub(super) fn text(value: &JsonValue) -> Cow<'_, str> {
    match value {
        JsonValue::Null => Cow::Borrowed(""),
        JsonValue::String(text) => Cow::Borrowed(text),
        JsonValue::Array(items) => list(items).unwrap_or_else(|| value.to_string()).into(),
        other => other.to_string().into(),
    }
}

/// The words of a list; none when one of them cannot stand between separators.
fn list(items: &[JsonValue]) -> Option<String> {
    let words = items.iter().map(|item| match item {
        JsonValue::String(word) if !word.is_empty() && !word.contains(SEPARATOR) => Some(word.clone()),
        JsonValue::Number(number) => Some(number.to_string()),
        JsonValue::Bool(truth) => Some(truth.to_string()),
        _ => None,
    });
    let list = words.collect::<Option<Vec<_>>>()?.join(SEPARATOR);
    (!list.starts_with('[')).then_some(list)
}

/// A text as a spreadsheet may read it: it would run one that begins like a formula, so an apostrophe goes before it
/// (OWASP, CSV injection). It goes before one that looks as if it had such an apostrophe, too: so it can be taken away again.
pub(super) fn guarded(text: Cow<'_, str>) -> Cow<'_, str> {
    let begins_like_a_formula =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if begins_like_a_formula(text.trim_start_matches('\'')) { format!("'{text}").into() } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_stands_between_bars_unless_a_word_has_one() {
        for (value, expected) in [
            (json!(["1", "6.2"]), "1|6.2"),
            (json!([2024, 2026]), "2024|2026"),
            (json!([]), ""),
            (json!(["a|b", "c"]), "[\"a|b\",\"c\"]"),
            (json!(["[a"]), "[\"[a\"]"),
            (json!([{"a": 1}]), "[{\"a\":1}]"),
            (json!({"a": 1}), "{\"a\":1}"),
            (json!(null), ""),
            (json!(-3.5), "-3.5"),
        ] {
            assert_eq!(text(&value), expected);
        }
    }

    #[test]
    fn no_text_is_run_and_each_can_be_read_again() {
        for formula in ["=1+1", "+212", "-x", "@SUM(A1)", "\tx", "'=x", "''+x", "＝x"] {
            assert_eq!(guarded(formula.into()), format!("'{formula}"));
        }
        for plain in ["", "'", "x=1", "'x", "l'eau"] {
            assert_eq!(guarded(plain.into()), plain);
        }
    }
}
