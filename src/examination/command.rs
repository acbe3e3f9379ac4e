//! The process that opens a file: it reads it, says a word and ends. Whatever happens to it, the service goes on.

use std::io::{Read as _, Write as _};

use clap::Args;
use rustix::process::{Resource, Rlimit, setrlimit};

use super::{MediaType, examine};
use crate::error::{Error, Result};

/// The memory of the process, in bytes: enough for the largest picture that is taken.
const MEMORY: u64 = 384 * 1024 * 1024;
/// Its time, in seconds of one processor.
const SECONDS: u64 = 20;

/// The word for a file without a flaw.
pub(super) const WHOLE: &str = "whole";

/// What to examine: the standard input.
#[derive(Debug, Args)]
pub struct ExamineArguments {
    /// Its media type
    media_type: String,
}

/// Says what is wrong with the file that comes in, or that it is whole.
pub fn run(arguments: &ExamineArguments) -> Result<()> {
    let media_type = MediaType::named(&arguments.media_type)
        .ok_or_else(|| Error::configuration("this media type is not known"))?;
    limit_process()?;
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(Error::internal)?;
    let word = match examine(media_type, &bytes) {
        Ok(()) => WHOLE.to_owned(),
        Err(flaw) => flaw.to_string(),
    };
    std::io::stdout().write_all(word.as_bytes()).map_err(Error::internal)
}

/// From now on the system ends the process when it wants too much. It writes no file, not even a core dump.
fn limit_process() -> Result<()> {
    let limits =
        [(Resource::Data, MEMORY), (Resource::Cpu, SECONDS), (Resource::Fsize, 0), (Resource::Core, 0)];
    for (resource, most) in limits {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, limit).map_err(Error::internal)?;
    }
    Ok(())
}
