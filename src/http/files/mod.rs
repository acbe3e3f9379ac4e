//! Files as they are: uploads whose body is the file (`upload`), and the answers that give one back (`download`). Neither
//! is ever in memory as a whole.

mod download;
mod name;
mod range;
mod upload;

use std::borrow::Cow;
use std::time::Duration;

use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

pub use download::{FileHead, FileQuery};
pub use name::FileName;
pub(super) use name::disposition;
pub use upload::{IncomingFile, Upload, Uploadable};

/// Whoever sends or takes a file more slowly than this, in bytes a second, is not waited for.
const SLOWEST: u64 = 16 * 1024;

/// For so long `size` bytes may be on their way: what a slow line needs.
pub(super) fn time_for(size: u64) -> Duration {
    Duration::from_secs(size / SLOWEST)
}

/// The bytes of a file, as OpenAPI describes them.
#[derive(Debug)]
pub struct File;

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("The bytes of a file."))
            .into()
    }
}

impl ToSchema for File {
    fn name() -> Cow<'static, str> {
        "DocumentFile".into()
    }
}
