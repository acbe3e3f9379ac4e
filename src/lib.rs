//! Nasij (نسيج): the public JSON REST API of the initiative *Capital of Moroccan civil society*.
//!
//! The house, from the door inwards:
//! - [`config`], [`app`], `background` and the binary: how the service starts, what it serves and does beside, how it
//!   stops.
//! - The rooms, one a resource, along their foreign keys: [`territory`] ← [`associations`] ← [`editions`] ←
//!   [`nominations`] ← [`selection`]; beside them [`access`] (accounts and tokens), [`audit`] (the trail of changes),
//!   [`keeping`] (what keeps records, and the way back for deleted ones), [`reference_data`] (what `data/` holds),
//!   [`operations`] (health, metrics, discovery), [`imports`] (registers of others) and [`backup`] (all of it in a folder,
//!   and back).
//! - The floor that all stand on: [`database`], [`object_storage`], [`examination`] (of files), [`spreadsheets`], [`http`], [`search`],
//!   [`language`], [`validation`], [`private_file`], [`logging`], [`measurements`], [`error`].

pub mod access;
pub mod app;
pub mod associations;
pub mod audit;
mod background;
pub mod backup;
pub mod config;
pub mod database;
pub mod editions;
pub mod error;
pub mod estate;
pub mod examination;
pub mod exports;
pub mod http;
pub mod imports;
pub mod keeping;
pub mod language;
pub mod logging;
pub mod measurements;
pub mod nominations;
pub mod object_storage;
pub mod operations;
pub mod private_file;
pub mod reference_data;
pub mod search;
pub mod selection;
pub mod spreadsheets;
pub mod states;
pub mod territory;
pub mod validation;
