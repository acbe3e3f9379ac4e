//! The honours of an association. They come with the publication of an edition's honours and are written nowhere else.

mod model;
pub mod queries;

pub use model::Distinction;
