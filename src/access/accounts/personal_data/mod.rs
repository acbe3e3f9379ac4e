//! What is held about the person behind an account (law 09-08, articles 7 to 9): shown as a whole, and erased. The
//! account itself stays, for others refer to it, but says no longer whose it was.

mod model;
mod queries;
pub(super) mod routes;
