//! Log lines on standard error. No request waits for whoever reads them: they go through a queue, and what does not fit into it
//! is left out and counted.

use std::io::{IsTerminal as _, stderr};
use std::sync::OnceLock;

use env_logger::{Builder, Target, WriteStyle};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};

/// So many lines wait for their reader.
const WAITING_LINES: usize = 10_000;

static LEFT_OUT: OnceLock<ErrorCounter> = OnceLock::new();

/// Begins to log what `filters` let through, as env_logger reads them. What waits is written when the guard is dropped, or
/// given up after a second.
pub fn start(filters: &str) -> WorkerGuard {
    let (lines, guard) =
        NonBlockingBuilder::default().lossy(true).buffered_lines_limit(WAITING_LINES).finish(stderr());
    let _ = LEFT_OUT.set(lines.error_counter());
    let style = if stderr().is_terminal() { WriteStyle::Always } else { WriteStyle::Never };
    let target = Target::Pipe(Box::new(lines));
    Builder::new().parse_filters(filters).write_style(style).target(target).init();
    guard
}

/// How many lines were left out since the start.
pub fn left_out() -> usize {
    LEFT_OUT.get().map_or(0, ErrorCounter::dropped_lines)
}
