//! The parameters that look for places: `near` with `radius_km`, and `bbox` (RFC 7946, 5). Each fault is told as what it is.

use super::FARTHEST_KM;
use crate::database::listing::Near;
use crate::error::{FieldRule, Reason};
use crate::http::parameters::Parameters;
use crate::language::sentences::Told;

/// A number of a place: what it is called, and its bounds.
type Coordinate = (&'static str, f64, f64);

const LATITUDE: Coordinate = ("latitude", -90.0, 90.0);
const LONGITUDE: Coordinate = ("longitude", -180.0, 180.0);
const RADIUS: Coordinate = ("radius", 0.0, FARTHEST_KM);

/// Takes out `near` and `radius_km`.
pub(super) fn take_near(parameters: &mut Parameters) -> Option<Near> {
    let asked = parameters.has("near");
    let point = take_numbers(parameters, "near", "latitude,longitude", [LATITUDE, LONGITUDE]);
    let radius_km = take_numbers(parameters, "radius_km", "50", [RADIUS]).map(|[radius]| radius);
    if radius_km.is_some() && !asked {
        parameters.refuse("radius_km", Reason::new(FieldRule::NeedsParameter).with("other", "near"));
    }
    point.map(|[latitude, longitude]| Near { latitude, longitude, radius_km })
}

/// Takes out `bbox`: west, south, east, north. A box whose west lies east of its east crosses the antimeridian.
pub(super) fn take_bbox(parameters: &mut Parameters) -> Option<[f64; 4]> {
    let bbox = take_numbers(
        parameters,
        "bbox",
        "west,south,east,north",
        [LONGITUDE, LATITUDE, LONGITUDE, LATITUDE],
    )?;
    let [_, south, _, north] = bbox;
    if south > north {
        parameters
            .refuse("bbox", Reason::new(FieldRule::BoxLatitudes).with("south", south).with("north", north));
    }
    Some(bbox)
}

fn take_numbers<const N: usize>(
    parameters: &mut Parameters,
    name: &str,
    expected: &'static str,
    coordinates: [Coordinate; N],
) -> Option<[f64; N]> {
    let text = parameters.take(name)?;
    match read_numbers(&text, expected, coordinates) {
        Ok(numbers) => Some(numbers),
        Err(reason) => {
            parameters.refuse(name, reason);
            None
        }
    }
}

fn read_numbers<const N: usize>(
    text: &str,
    expected: &'static str,
    coordinates: [Coordinate; N],
) -> Result<[f64; N], Reason> {
    let texts: Vec<&str> = text.split(',').map(str::trim).collect();
    let is_number = |text: &&&str| text.parse().is_ok_and(|number: f64| number.is_finite());
    if let Some(text) = texts.iter().find(|text| !is_number(text)) {
        return Err(Reason::new(FieldRule::NotANumber)
            .with("value", shortened(text))
            .with("expected", expected));
    }
    if texts.len() != N {
        let expected = format!("{N} ({expected})");
        return Err(Reason::new(FieldRule::CountOfNumbers)
            .with("expected", expected)
            .with("count", texts.len()));
    }
    let mut numbers = [0.0; N];
    for ((number, text), (name, min, max)) in numbers.iter_mut().zip(texts).zip(coordinates) {
        *number = text.parse().unwrap_or_default();
        if !(min..=max).contains(number) {
            if N == 1 {
                return Err(Reason::new(FieldRule::Range).with("min", min).with("max", max));
            }
            let reason = Reason::new(FieldRule::CoordinateRange)
                .with("value", shortened(text))
                .telling("name", Told::part("places.coordinate", name));
            return Err(reason.with("min", min).with("max", max));
        }
    }
    Ok(numbers)
}

/// What a client sent, short enough to be told to it.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 20;
    text.chars().take(LONGEST).collect()
}
