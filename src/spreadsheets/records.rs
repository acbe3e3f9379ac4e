//! The records of a delimited text (RFC 4180), with the lines at which they begin.
//!
//! The `csv` crate is not asked here: it keeps a record of any length in memory, and a quote that never closes
//! makes one of the whole file; and it passes over empty lines, which tell where a table ends.

use std::io::{BufRead, BufReader, Read};

use super::fault::{Fault, Reason};

const QUOTE: u8 = b'"';
const BUFFER: usize = 64 * 1024;

/// Cuts a text into records. Lines end with LF, CRLF or CR, and an empty one is a record with one empty
/// field.
pub(super) struct Records<R> {
    input: BufReader<R>,
    delimiter: u8,
    longest: usize,
    /// The line that is being read.
    line: u64,
    /// Whether the byte before was a CR, which makes one line end with an LF after it.
    after_return: bool,
    record: Vec<u8>,
    /// Where the fields of the record end.
    ends: Vec<usize>,
}

/// A record, and the line at which it begins.
pub(super) struct Record<'a> {
    pub(super) line: u64,
    bytes: &'a [u8],
    ends: &'a [usize],
}

#[derive(PartialEq)]
enum State {
    FieldBegins,
    Plain,
    Quoted {
        since: u64,
    },
    /// A quote within quotes: it ends them, or the next one says that it is a letter.
    QuoteInQuotes {
        since: u64,
    },
}

enum Step {
    Goes(State),
    FieldEnds,
    RecordEnds,
}

impl<R: Read> Records<R> {
    /// `longest` is the most that a record may take, in bytes; `line` that at which the input begins.
    pub(super) fn new(input: R, delimiter: u8, line: u64, longest: usize) -> Self {
        Self {
            input: BufReader::with_capacity(BUFFER, input),
            delimiter,
            longest,
            line,
            after_return: false,
            record: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The next record; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, Fault> {
        self.record.clear();
        self.ends.clear();
        self.pass_rest_of_line_end()?;
        let line = self.line;
        let has_record = self.read_record(line)?;
        Ok(has_record.then_some(Record { line, bytes: &self.record, ends: &self.ends }))
    }

    /// An LF after the CR that ended the record before.
    fn pass_rest_of_line_end(&mut self) -> Result<(), Fault> {
        if std::mem::take(&mut self.after_return) && self.input.fill_buf()?.first() == Some(&b'\n') {
            self.input.consume(1);
        }
        Ok(())
    }

    fn read_record(&mut self, begins_at: u64) -> Result<bool, Fault> {
        let mut state = State::FieldBegins;
        let mut is_empty = true;
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                if let State::Quoted { since } = state {
                    return Err(Fault::at_line(since, Reason::UnclosedQuote));
                }
                self.ends.push(self.record.len());
                return Ok(!is_empty);
            }
            is_empty = false;
            let mut taken = 0;
            let mut has_ended = false;
            for byte in chunk {
                taken += 1;
                let step = step(*byte, self.delimiter, state, self.line, &mut self.record);
                state = match step {
                    Step::Goes(state) => {
                        count_line(*byte, &mut self.line, &mut self.after_return);
                        state
                    }
                    Step::FieldEnds => {
                        self.after_return = false;
                        self.ends.push(self.record.len());
                        State::FieldBegins
                    }
                    Step::RecordEnds => {
                        self.line += 1;
                        self.after_return = *byte == b'\r';
                        self.ends.push(self.record.len());
                        has_ended = true;
                        State::FieldBegins
                    }
                };
                if has_ended {
                    break;
                }
            }
            self.input.consume(taken);
            if has_ended {
                return Ok(true);
            }
            if self.record.len() + self.ends.len() > self.longest {
                return Err(Fault::at_line(begins_at, Reason::TooLong { limit: self.longest }));
            }
        }
    }
}

/// What a byte does to the record that is being read.
fn step(byte: u8, delimiter: u8, state: State, line: u64, record: &mut Vec<u8>) -> Step {
    match (state, byte) {
        (State::FieldBegins, QUOTE) => Step::Goes(State::Quoted { since: line }),
        (State::Quoted { since }, QUOTE) => Step::Goes(State::QuoteInQuotes { since }),
        (State::QuoteInQuotes { since }, QUOTE) | (State::Quoted { since }, _) => {
            record.push(byte);
            Step::Goes(State::Quoted { since })
        }
        (_, b'\n' | b'\r') => Step::RecordEnds,
        (_, byte) if byte == delimiter => Step::FieldEnds,
        (_, byte) => {
            record.push(byte);
            Step::Goes(State::Plain)
        }
    }
}

/// Counts the lines within quotes.
fn count_line(byte: u8, line: &mut u64, after_return: &mut bool) {
    match byte {
        b'\n' if !*after_return => *line += 1,
        b'\r' => *line += 1,
        _ => {}
    }
    *after_return = byte == b'\r';
}

impl<'a> Record<'a> {
    /// Its fields as texts; none when one of its bytes is of no text.
    pub(super) fn fields(&self) -> Option<impl Iterator<Item = &'a str> + use<'a>> {
        let text = std::str::from_utf8(self.bytes).ok()?;
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        Some(starts.zip(self.ends).map(move |(start, end)| text.get(start..*end).unwrap_or_default()))
    }

    pub(super) fn has_nul(&self) -> bool {
        self.bytes.contains(&0)
    }

    /// Whether it has no letter at all.
    pub(super) fn is_blank(&self) -> bool {
        self.bytes.iter().all(|byte| byte.is_ascii_whitespace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<(u64, Vec<String>)>, Fault> {
        let mut records = Records::new(text.as_bytes(), b',', 1, 1000);
        let mut all = Vec::new();
        while let Some(record) = records.next()? {
            all.push((record.line, record.fields().unwrap().map(str::to_owned).collect()));
        }
        Ok(all)
    }

    fn expect(text: &str, expected: &[(u64, &[&str])]) {
        let expected: Vec<(u64, Vec<String>)> = expected
            .iter()
            .map(|(line, fields)| (*line, fields.iter().map(|field| (*field).to_owned()).collect()))
            .collect();
        assert_eq!(all(text).unwrap(), expected, "{text:?}");
    }

    #[test]
    fn lines_end_in_three_ways_and_are_counted_alike() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,\"x", "y\"", "", "2,z", ""].join(end);
            let quoted = format!("x{end}y");
            expect(&text, &[(1, &["a", "b"]), (2, &["1", &quoted]), (4, &[""]), (5, &["2", "z"])]);
        }
    }

    #[test]
    fn quotes_are_read_as_written() {
        expect("\"a\"\"b\",\"\",c\"d\"\n", &[(1, &["a\"b", "", "c\"d\""])]);
        expect("\"a\"x,y", &[(1, &["ax", "y"])]);
        expect(",\n", &[(1, &["", ""])]);
        expect("", &[]);
        expect("\"\"", &[(1, &[""])]);
        expect("a,", &[(1, &["a", ""])]);
    }

    #[test]
    fn a_quote_that_never_closes_is_named_and_not_kept() {
        let fault = all("a,b\n1,\"x\n\n").unwrap_err();
        assert_eq!((fault.place.line(), fault.code()), (Some(2), "unclosed_quote"));
        let endless = format!("a\n\"{}", "x\n".repeat(1_000_000));
        let fault = all(&endless).unwrap_err();
        assert_eq!((fault.place.line(), fault.code()), (Some(2), "too_long"));
    }
}
