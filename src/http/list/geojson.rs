//! A list with places as GeoJSON.

use serde_json::Value as JsonValue;

/// The media type of GeoJSON.
pub(super) const MEDIA_TYPE: &str = "application/geo+json";

/// The items as a GeoJSON document (RFC 7946); an item without a place has a null geometry.
pub(super) fn feature_collection(items: Vec<JsonValue>) -> String {
    let features = items.into_iter().map(feature).collect();
    geojson::FeatureCollection { bbox: None, features, foreign_members: None }.to_string()
}

fn feature(item: JsonValue) -> geojson::Feature {
    let JsonValue::Object(mut properties) = item else { return geojson::Feature::default() };
    let location = properties.shift_remove("location").unwrap_or_default();
    let geometry = match (location["lon"].as_f64(), location["lat"].as_f64()) {
        (Some(lon), Some(lat)) => Some(geojson::Geometry::new(geojson::Value::Point(vec![lon, lat]))),
        _ => None,
    };
    let id = properties.get("code").and_then(JsonValue::as_str);
    let id = id.map(|code| geojson::feature::Id::String(code.to_owned()));
    geojson::Feature { bbox: None, geometry, id, properties: Some(properties), foreign_members: None }
}
