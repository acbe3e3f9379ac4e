//! The selection process from the first call to the published honours, as the people in it live it. The same script is
//! the test and writes `story.md` beside it: `UPDATE_DOCUMENTS=1 cargo test --test api the_whole_story` writes it anew,
//! without that variable it has to be as it is committed. Who wants to do the same by hand reads `docs/selection-process.md`.

mod capital;
mod celebration;
mod honours;
mod people;
mod recorder;

use crate::app::App;
use people::People;
use recorder::Story;

const PAGE: &str = "tests/api/story/story.md";

const HEAD: &str = "\
# An edition as its people live it

A ministry officer, an ICSO officer, the representatives of two cities and of five associations, five jurors and their chair,
an auditor, the public. `tests/api/story` makes these requests on both databases and writes this page; `…` stands for what
differs each time or is left out, `{…}` for identifiers and tokens. To do it by hand: [the selection
process](../../../docs/selection-process.md).
";

/// The story as it is lived.
async fn lived() -> Story {
    let app = App::start().await;
    let people = People::of(&app).await;
    let mut story = Story::new(app, HEAD);
    capital::call(&mut story, &people).await;
    let cities = capital::nominations(&mut story, &people).await;
    capital::jury(&mut story, &people, &cities).await;
    capital::designation(&mut story, &people, &cities).await;
    let associations = honours::nominations(&mut story, &people).await;
    honours::jury(&mut story, &people, &associations).await;
    honours::designation(&mut story, &people, &associations).await;
    celebration::celebration(&mut story, &people).await;
    story
}

/// A service in which an edition has been lived to its end.
pub(crate) async fn app_after_an_edition() -> App {
    lived().await.app
}

#[tokio::test]
async fn the_whole_story_from_the_first_call_to_the_published_honours() {
    let story = lived().await;
    let page = story.page();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    #[allow(clippy::disallowed_methods)] // a test is asked for this by its environment
    let is_to_be_written = std::env::var_os("UPDATE_DOCUMENTS").is_some();
    if is_to_be_written {
        std::fs::write(&path, &page).expect("the page is written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (told, lived)) in (1..).zip(committed.lines().zip(page.lines())) {
        assert_eq!(told, lived, "{PAGE}:{line} is not what happened; UPDATE_DOCUMENTS=1 writes it anew");
    }
    assert_eq!(
        committed.lines().count(),
        page.lines().count(),
        "{PAGE} is longer or shorter than what happened"
    );
}
