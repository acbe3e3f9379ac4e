//! GeoJSON (RFC 7946): a feature an item.

use std::io::{Result, Write};

use serde_json::Value as JsonValue;

use super::{FileWriter, Shown};

/// A GeoJSON document. How many items have no place is told beside the features (7.1 allows such members).
pub(super) struct Geojson<'a> {
    out: &'a mut (dyn Write + Send),
    /// The field that identifies an item.
    key: &'static str,
    without_place: Option<i64>,
    is_first: bool,
}

impl<'a> Geojson<'a> {
    pub(super) fn begin(
        out: &'a mut (dyn Write + Send),
        key: &'static str,
        without_place: Option<i64>,
    ) -> Result<Self> {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
        Ok(Self { out, key, without_place, is_first: true })
    }
}

impl FileWriter for Geojson<'_> {
    fn item(&mut self, item: Shown) -> Result<()> {
        if !std::mem::take(&mut self.is_first) {
            self.out.write_all(b",")?;
        }
        serde_json::to_writer(&mut *self.out, &feature(item, self.key))?;
        Ok(())
    }

    fn end(self: Box<Self>) -> Result<()> {
        match self.without_place {
            Some(count) => write!(self.out, "],\"without_place\":{count}}}"),
            None => self.out.write_all(b"]}"),
        }
    }
}

/// The item with its place; without one, with a null geometry.
fn feature(Shown { json, location }: Shown, key: &str) -> geojson::Feature {
    let JsonValue::Object(mut properties) = json else { return geojson::Feature::default() };
    properties.shift_remove("location");
    let geometry = match (location["lon"].as_f64(), location["lat"].as_f64()) {
        (Some(lon), Some(lat)) => Some(geojson::Geometry::new(geojson::Value::Point(vec![lon, lat]))),
        _ => None,
    };
    let id = match properties.get(key) {
        Some(JsonValue::String(key)) => Some(geojson::feature::Id::String(key.clone())),
        Some(JsonValue::Number(key)) => Some(geojson::feature::Id::Number(key.clone())),
        _ => None,
    };
    geojson::Feature { bbox: None, geometry, id, properties: Some(properties), foreign_members: None }
}
