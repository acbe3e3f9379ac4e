//! The whole of a list, written as a file item by item: for a client (`exporting`) and for an operator.

use std::io::Write;
use std::marker::PhantomData;

use serde::Serialize;
use utoipa::ToSchema;

use super::files::Layout;
use super::format::Format;
use super::{Listed, show};
use crate::database::listing::{ListRequest, Page, parse_sort};
use crate::database::{Connection, Database};
use crate::error::{Error, Result};
use crate::http::cursor::CursorKey;
use crate::http::representation::View;

/// Items of a read.
const ITEMS_OF_A_READ: i64 = 1000;

/// A list that is written as a whole.
pub(super) struct Whole<T, Item, F> {
    list: F,
    view: View,
    layout: Layout,
    request: ListRequest,
    /// What seals cursors, and what they are bound to; none when the file has none.
    cursors: Option<(CursorKey, String)>,
    listed: PhantomData<fn() -> (T, Item)>,
}

impl<T, Item, F> Whole<T, Item, F>
where
    T: Listed,
    Item: Serialize,
    F: Fn(&mut Connection, &ListRequest) -> Result<Page<Item>>,
{
    pub(super) fn new(
        list: F,
        (view, layout): (View, Layout),
        request: &ListRequest,
        cursors: Option<(CursorKey, String)>,
    ) -> Self {
        let request = ListRequest { limit: ITEMS_OF_A_READ, ..request.clone() };
        Self { list, view, layout, request, cursors, listed: PhantomData }
    }

    /// Writes all items, and returns how many there were. `begun` is called once the first ones have been read, `read` with
    /// how many there were so far.
    pub(super) fn write(
        &self,
        connection: &mut Connection,
        out: &mut (dyn Write + Send),
        begun: impl FnOnce() -> Result<()>,
        mut read: impl FnMut(u64),
    ) -> Result<u64> {
        let mut page = (self.list)(connection, &self.request)?;
        begun()?;
        let layout = self.layout.clone().without_place(page.without_place);
        let mut file = layout.begin(out).map_err(Error::unavailable)?;
        let mut items = 0;
        loop {
            items += page.rows.len() as u64;
            read(items);
            let cursor = self.cursors.as_ref().zip(page.next.as_ref());
            let cursor = cursor.map(|((key, binding), position)| key.seal(binding, position));
            let last = page.rows.len().saturating_sub(1);
            for (place, item) in page.rows.iter().enumerate() {
                let shown = show::<T>(&self.view, &self.request, item);
                let shown = shown.with_cursor(cursor.as_ref().filter(|_| place == last));
                file.item(shown).map_err(Error::unavailable)?;
            }
            let Some(position) = page.next else { break };
            page =
                (self.list)(connection, &ListRequest { position: Some(position), ..self.request.clone() })?;
        }
        file.end().map_err(Error::unavailable)?;
        Ok(items)
    }
}

/// Writes all of a list that is called `name` to `out`, in the form whose ending is `format`, in one state of the database.
///
/// # Errors
/// 400 for a form that the list does not have.
pub fn write_file<T, Item>(
    database: &Database,
    list: impl Fn(&mut Connection, &ListRequest) -> Result<Page<Item>>,
    (name, format): (&str, &str),
    view: View,
    out: &mut (dyn Write + Send),
    read: impl FnMut(u64),
) -> Result<u64>
where
    T: Listed,
    Item: Serialize + ToSchema + 'static,
{
    let forms = Format::of(&T::LIST).into_iter().filter(|form| form.can_be_whole());
    let form = forms.into_iter().find(|form| form.word() == format);
    let form = form.ok_or_else(|| Error::configuration(format!("{name} do not leave as {format}")))?;
    let layout = Layout::of::<T, Item>(form, name.to_owned(), &view).with_mark(form == Format::Csv);
    let sort = parse_sort(&T::LIST, T::LIST.default_sort);
    let whole =
        Whole::<T, Item, _>::new(list, (view, layout), &ListRequest { sort, ..ListRequest::default() }, None);
    database.read_one_state(|connection| whole.write(connection, out, || Ok(()), read))
}
