//! A list with places as GeoJSON.

use serde_json::Value as JsonValue;

/// The media type of GeoJSON.
pub(super) const MEDIA_TYPE: &str = "application/geo+json";

/// The items, each with its place, as a GeoJSON document (RFC 7946); an item without a place has a null geometry. How many
/// have none is told beside them (7.1 allows such members).
pub(super) fn feature_collection(
    items: impl Iterator<Item = (JsonValue, JsonValue)>,
    without_place: Option<i64>,
) -> String {
    let features = items.map(feature).collect();
    let foreign_members = without_place
        .map(|count| [("without_place".to_owned(), JsonValue::from(count))].into_iter().collect());
    geojson::FeatureCollection { bbox: None, features, foreign_members }.to_string()
}

fn feature((item, location): (JsonValue, JsonValue)) -> geojson::Feature {
    let JsonValue::Object(mut properties) = item else { return geojson::Feature::default() };
    properties.shift_remove("location");
    let geometry = match (location["lon"].as_f64(), location["lat"].as_f64()) {
        (Some(lon), Some(lat)) => Some(geojson::Geometry::new(geojson::Value::Point(vec![lon, lat]))),
        _ => None,
    };
    let id = properties.get("code").and_then(JsonValue::as_str);
    let id = id.map(|code| geojson::feature::Id::String(code.to_owned()));
    geojson::Feature { bbox: None, geometry, id, properties: Some(properties), foreign_members: None }
}
