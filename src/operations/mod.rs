//! What operators, programs and newcomers ask of the service itself: health, metrics, discovery, the explorer, and
//! what the problem types mean.

pub mod discovery;
pub mod doctor;
pub mod explorer;
pub mod health;
pub mod metrics;
pub mod openapi;
pub mod problems;
