//! The schemas of lists with places: a GeoJSON document each (RFC 7946).

use serde_json::{Value as JsonValue, json};

use super::schemas::reference;

/// The items that lie somewhere, by the names of their schemas.
const ITEMS: [&str; 3] = ["Association", "City", "Edition"];

/// The name of the schema of a list of such items.
pub(super) fn collection_of(item: &str) -> String {
    format!("{item}FeatureCollection")
}

/// All schemas, by name.
pub(super) fn schemas() -> impl Iterator<Item = (String, JsonValue)> {
    let of_items = ITEMS.iter().flat_map(|item| {
        [(collection_of(item), feature_collection(item)), (format!("{item}Feature"), feature(item))]
    });
    of_items.chain([("Point".to_owned(), point())])
}

fn feature_collection(item: &str) -> JsonValue {
    json!({
        "type": "object",
        "description": "A GeoJSON FeatureCollection (RFC 7946); the properties of a feature are those of the item.",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "const": "FeatureCollection", "description": "What it is."},
            "without_place": {
                "type": "integer",
                "minimum": 0,
                "description": "With `near` or `bbox`: how many items that the other parameters let through have no known \
                                place. They are not in the list.",
            },
            "features": {
                "type": "array",
                "description": "The items, each with its place.",
                "items": {"$ref": reference(&format!("{item}Feature"))},
            },
        },
    })
}

fn feature(item: &str) -> JsonValue {
    json!({
        "type": "object",
        "description": "An item with its place; what has none of its own lies where its city does.",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "const": "Feature", "description": "What it is."},
            "id": {"type": "string", "description": "What identifies the item."},
            "geometry": {
                "description": "Its place; `null` where it is not known.",
                "anyOf": [{"$ref": reference("Point")}, {"type": "null"}],
            },
            "properties": {"$ref": reference(item), "description": "What is known of it, but for the place."},
        },
    })
}

fn point() -> JsonValue {
    json!({
        "type": "object",
        "description": "A place on the ground (RFC 7946).",
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "const": "Point", "description": "What it is."},
            "coordinates": {
                "type": "array",
                "description": "Degrees east, then degrees north.",
                "minItems": 2,
                "maxItems": 2,
                "items": {"type": "number"},
            },
        },
    })
}
