//! A list as a file: NDJSON or CSV (RFC 4180), a page of it or the whole. The whole is read page by page, each by a
//! short read of its own, as fast as the client takes it.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value as JsonValue;

use super::describing::field_names;
use super::{Format, ListQuery, Listed, MOST_ITEMS, show};
use crate::database::listing::{ListRequest, Page};
use crate::database::{Connection, Database};
use crate::error::{Error, Result};
use crate::http::origin::Origin;
use crate::http::representation::View;

/// How items become the lines of a file.
pub(super) struct Encoder {
    /// The columns of CSV; none for NDJSON.
    columns: Option<Vec<String>>,
}

impl Encoder {
    /// The encoder of a list of `T` in this view.
    pub(super) fn new<T: Listed>(format: Format, view: &View) -> Self {
        Self { columns: (format == Format::Csv).then(|| columns::<T>(view)) }
    }

    /// What a file begins with: the names of the columns.
    pub(super) fn head(&self) -> String {
        self.columns.as_ref().map(|columns| record(columns.iter().cloned())).unwrap_or_default()
    }

    /// An item as a line.
    pub(super) fn line(&self, item: &JsonValue) -> String {
        match &self.columns {
            Some(columns) => record(columns.iter().map(|column| cell(&item[column]))),
            None => format!("{item}\n"),
        }
    }
}

/// The fields of `T` that the view shows, the key first.
fn columns<T: Listed>(view: &View) -> Vec<String> {
    let asked = |name: &String| view.fields.as_ref().is_none_or(|fields| fields.contains(name));
    let mut columns: Vec<String> = field_names::<T>().into_iter().filter(asked).collect();
    columns.sort_by_key(|name| name != T::LIST.key.name);
    columns
}

/// A record of CSV.
fn record(cells: impl Iterator<Item = String>) -> String {
    let mut line = cells.map(|cell| quoted(&cell)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// A value as a cell: texts as they are, what has parts as JSON, unknown values empty. A spreadsheet would run a text
/// that begins like a formula: the apostrophe makes it a text (OWASP, CSV injection).
fn cell(value: &JsonValue) -> String {
    match value {
        JsonValue::Null => String::new(),
        JsonValue::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        JsonValue::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// An export that is under way.
struct Export<T, F> {
    database: Database,
    list: F,
    view: View,
    encoder: Encoder,
    /// What to ask next; none when all has been read.
    next: Option<ListRequest>,
    head: String,
    request_id: String,
    listed: std::marker::PhantomData<T>,
}

impl<T, F> Export<T, F>
where
    T: Listed + Send + 'static,
    F: Fn(&mut Connection, &ListRequest) -> Result<Page<T>> + Clone + Send + 'static,
{
    /// The lines of the next page.
    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let Some(request) = self.next.take() else { return Ok(None) };
        let (list, asked) = (self.list.clone(), request.clone());
        let page = self.database.read(move |connection| list(connection, &asked)).await?;
        let mut lines = std::mem::take(&mut self.head);
        lines.extend(
            page.rows.iter().map(|item| self.encoder.line(&show::<T>(&self.view, &request, item).json)),
        );
        self.next = page.next.map(|position| ListRequest { position: Some(position), ..request });
        Ok(Some(lines.into()))
    }

    /// As [`Export::chunk`], when the answer has begun: an error can only end the connection before its time, which
    /// tells the client that the file is not whole.
    async fn further(mut self) -> Result<Option<(Bytes, Self)>> {
        match self.chunk().await {
            Ok(chunk) => Ok(chunk.map(|chunk| (chunk, self))),
            Err(error) => {
                log::error!("request_id={} an export ended early: {error}", self.request_id);
                Err(Error::internal("the export ended early"))
            }
        }
    }
}

/// Answers with the whole list.
pub(super) async fn whole<T, F>(query: &ListQuery<T>, database: &Database, list: F) -> Result<HttpResponse>
where
    T: Listed + Send + 'static,
    F: Fn(&mut Connection, &ListRequest) -> Result<Page<T>> + Clone + Send + 'static,
{
    let encoder = Encoder::new::<T>(query.format, &query.view);
    let mut export = Export {
        database: database.clone(),
        list,
        view: query.view.clone(),
        head: encoder.head(),
        encoder,
        next: Some(ListRequest { limit: MOST_ITEMS, ..query.request.clone() }),
        request_id: Origin::of(&actix_web::HttpMessage::extensions(&query.http)).request_id,
        listed: std::marker::PhantomData,
    };
    // Before the answer begins: what goes wrong by now is told as a problem.
    let first = export.chunk().await?;
    let chunks = stream::iter(first.map(Ok)).chain(stream::try_unfold(export, Export::further));
    let mut response = HttpResponse::Ok();
    query.view.headers(&mut response);
    response.insert_header((header::LINK, query.link(None, None)));
    Ok(response.content_type(query.format.content_type()).streaming(chunks))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn csv_is_quoted_and_runs_no_formula() {
        let encoder = Encoder { columns: Some(["a", "b", "c"].map(str::to_owned).into()) };
        assert_eq!(encoder.head(), "a,b,c\r\n");
        let line = |a: JsonValue| encoder.line(&json!({"a": a, "b": -3}));
        assert_eq!(line(json!("x,\"y\"\nz")), "\"x,\"\"y\"\"\nz\",-3,\r\n");
        assert_eq!(line(json!("=1+1")), "'=1+1,-3,\r\n");
        assert_eq!(line(json!("@SUM(A1)")), "'@SUM(A1),-3,\r\n");
        assert_eq!(line(json!({"fr": "x"})), "\"{\"\"fr\"\":\"\"x\"\"}\",-3,\r\n");
    }
}
