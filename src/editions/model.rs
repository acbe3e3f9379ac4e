//! stub
use crate::database::listing::*; use crate::http::list::Listed;
/// x
#[derive(serde::Serialize, utoipa::ToSchema)] pub struct PublicEdition { /// x
 pub year: i64 }
impl Listed for PublicEdition { const LIST: ListSpec = ListSpec::new("editions", Sort { name: "year", sql: "editions.year", value_type: ValueType::Integer(0,1), nullable: false }); }
