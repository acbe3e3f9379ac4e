//! stub
use crate::language::*;
/// x
pub fn load(_: &mut crate::database::Connection) -> crate::error::Result<()> { Ok(()) }
/// x
pub struct Initiative { /// x
 pub title: Text }
/// x
#[derive(serde::Serialize, utoipa::ToSchema)] pub struct PublicInitiative { title: LocalizedText }
impl Initiative { /// x
 pub fn public(&self) -> PublicInitiative { PublicInitiative { title: self.title.clone().into() } } }
/// x
pub fn initiative() -> crate::error::Result<Initiative> { Ok(Initiative{title: Text::default()}) }
