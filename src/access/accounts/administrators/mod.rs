//! The administrators who are able to let others in. No change may take the last of them away: nobody could repair that
//! over the API.

mod queries;

pub(super) use queries::keeping_one;
