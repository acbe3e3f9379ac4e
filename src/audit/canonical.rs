//! Canonical JSON (RFC 8785): one text for each value, whichever database kept it, to be hashed.

use serde_json::{Number, Value as JsonValue};

/// The canonical text of a value. Whole numbers stay exact, beyond 2⁵³ as well.
pub fn canonical(value: &JsonValue) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

fn write(text: &mut String, value: &JsonValue) {
    match value {
        JsonValue::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                separate(text, place);
                write(text, item);
            }
            text.push(']');
        }
        JsonValue::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            text.push('{');
            for (place, (name, field)) in fields.into_iter().enumerate() {
                separate(text, place);
                text.push_str(&JsonValue::from(name.as_str()).to_string());
                text.push(':');
                write(text, field);
            }
            text.push('}');
        }
        JsonValue::Number(number) => text.push_str(&write_number(number)),
        JsonValue::Null | JsonValue::Bool(_) | JsonValue::String(_) => text.push_str(&value.to_string()),
    }
}

fn separate(text: &mut String, place: usize) {
    if place > 0 {
        text.push(',');
    }
}

/// As ECMAScript writes numbers (ECMA-262, 6.1.6.1.20).
fn write_number(number: &Number) -> String {
    let Some(float) = number.as_f64().filter(|_| number.is_f64()) else { return number.to_string() };
    if float == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&float.abs()) {
        float.to_string()
    } else {
        let text = format!("{float:e}");
        if text.contains("e-") { text } else { text.replace('e', "e+") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_examples_of_the_rfc_hold() {
        let numbers =
            "[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0.0, 1e21, 100000.0]";
        let numbers: JsonValue = serde_json::from_str(numbers).unwrap();
        assert_eq!(canonical(&numbers), "[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,100000]");
        let text = json!("\u{20ac}$\u{f}\nA'B\"\\\"/");
        assert_eq!(canonical(&text), "\"€$\\u000f\\nA'B\\\"\\\\\\\"/\"");
        // By UTF-16 units, a surrogate comes before U+FB33.
        let names =
            json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let expected = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}";
        assert_eq!(canonical(&names), expected);
    }

    #[test]
    fn the_order_of_fields_makes_no_difference() {
        let one: JsonValue = serde_json::from_str(r#"{"b": [1, {"y": null, "x": true}], "a": "ش"}"#).unwrap();
        let other: JsonValue =
            serde_json::from_str(r#"{"a": "ش", "b": [1, {"x": true, "y": null}]}"#).unwrap();
        assert_eq!(canonical(&one), r#"{"a":"ش","b":[1,{"x":true,"y":null}]}"#);
        assert_eq!(canonical(&one), canonical(&other));
    }

    proptest! {
        #[test]
        fn the_text_reads_back_as_the_same_value(text: String, number: i64, float in proptest::num::f64::NORMAL) {
            let value = json!({"text": text, "number": number, "float": float});
            let read: JsonValue = serde_json::from_str(&canonical(&value)).unwrap();
            prop_assert_eq!(read["float"].as_f64(), Some(float));
            prop_assert_eq!((&read["text"], &read["number"]), (&value["text"], &value["number"]));
            prop_assert_eq!(canonical(&read), canonical(&value));
        }
    }
}
