//! The accounts of people and systems: each has a role, scopes and client secrets, several at a time for rotation.

mod model;
mod queries;
mod secret;

pub use model::{Account, NewAccount};
pub use queries::{
    Authenticated, authenticate, create, disable, find, first_account, list, note_use, rotate_secret,
};
pub use secret::ClientSecret;
