//! The XML of a part, event by event, none longer than is taken.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event as XmlEvent};

use super::super::fault::{Fault, Reason};
use super::package::PartBytes;

/// A reader of XML.
pub(super) struct Xml {
    reader: quick_xml::Reader<Gate>,
    buffer: Vec<u8>,
}

/// What stands in XML, as far as workbooks go. Names are without their prefixes.
pub(super) enum Event<'a> {
    /// An element begins; one that is empty ends at once.
    Start(Element<'a>),
    /// An element ends.
    End(Ending<'a>),
    /// A text, or a part of one.
    Text(Cow<'a, str>),
    /// A comment and the like.
    Other,
}

/// An element with its attributes.
pub(super) struct Element<'a>(BytesStart<'a>);

/// The end of an element.
pub(super) struct Ending<'a>(BytesEnd<'a>);

impl Xml {
    /// `longest` is the most that an event may take, in bytes.
    pub(super) fn new(bytes: PartBytes, longest: usize) -> Self {
        let mut reader = quick_xml::Reader::from_reader(Gate { bytes, longest, taken: 0 });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self { reader, buffer: Vec::new() }
    }

    /// The next event; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Event<'_>>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().taken = 0;
        Ok(Some(match self.reader.read_event_into(&mut self.buffer).map_err(fault)? {
            XmlEvent::Start(start) | XmlEvent::Empty(start) => Event::Start(Element(start)),
            XmlEvent::End(end) => Event::End(Ending(end)),
            XmlEvent::Text(text) => Event::Text(text.xml10_content()),
            XmlEvent::CData(text) => Event::Text(text.xml10_content()),
            XmlEvent::GeneralRef(reference) => Event::Text(resolved(&reference)?),
            XmlEvent::Eof => return Ok(None),
            XmlEvent::Decl(_) | XmlEvent::PI(_) | XmlEvent::DocType(_) | XmlEvent::Comment(_) => Event::Other,
        }))
    }
}

impl Element<'_> {
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The attribute of this name.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<Cow<'_, str>>, Fault> {
        self.attributes([name]).map(|[value]| value)
    }

    /// The attributes of these names, found at one go.
    pub(super) fn attributes<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<[Option<Cow<'_, str>>; N], Fault> {
        let mut values = [const { None }; N];
        for attribute in self.0.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| Fault::broken(error.to_string()))?;
            let name = attribute.key.local_name().into_inner();
            for (value, _) in values.iter_mut().zip(names).filter(|(_, asked)| *asked == name) {
                *value = Some(attribute.normalized_value(XmlVersion::Implicit1_0).map_err(fault)?);
            }
        }
        Ok(values)
    }
}

impl Ending<'_> {
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }
}

/// The text that a reference like `&amp;` or `&#233;` stands for. Others are declared nowhere in a workbook.
fn resolved(reference: &BytesRef) -> Result<Cow<'static, str>, Fault> {
    if let Some(letter) = reference.resolve_char_ref().map_err(fault)? {
        return Ok(letter.to_string().into());
    }
    let text = resolve_predefined_entity(reference).map(Cow::Borrowed);
    text.ok_or_else(|| Fault::broken("it refers to what is not declared"))
}

fn fault(error: quick_xml::Error) -> Fault {
    match error {
        quick_xml::Error::Io(error) => {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()) {
                Some(fault) => fault.clone(),
                None => Fault::of_file(Reason::Unreadable { error: error.to_string() }),
            }
        }
        other => Fault::broken(other.to_string()),
    }
}

/// Lets through no more than an event may take: the reader of XML keeps it whole.
struct Gate {
    bytes: PartBytes,
    longest: usize,
    taken: usize,
}

impl Read for Gate {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Gate {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > self.longest {
            return Err(Fault::of_file(Reason::TooLong { limit: self.longest }).into());
        }
        self.bytes.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
        self.bytes.consume(amount);
    }
}
