//! All SQL of whom accounts speak for.

use diesel::prelude::*;

use crate::database::Connection;
use crate::database::schema::accounts;
use crate::error::Result;
use crate::keeping::{Hold, Reference, Referrer, Target};

/// Whether an account that is not disabled speaks for a city or an association. Which one is not told: accounts are not
/// public.
pub fn references(connection: &mut Connection, target: &Target) -> Result<Vec<Reference>> {
    let enabled = accounts::table.filter(accounts::disabled_at.is_null());
    let speaking: i64 = match target {
        Target::City(code) => enabled.filter(accounts::city_code.eq(code)).count().get_result(connection)?,
        Target::Association(id) => {
            enabled.filter(accounts::association_id.eq(*id)).count().get_result(connection)?
        }
        Target::Edition(_) => 0,
    };
    Ok((speaking > 0).then(|| Reference::unnamed(Referrer::Account, Hold::Fact)).into_iter().collect())
}
