//! The page of states is the one that the code draws.

use nasij::selection::state_diagrams;

use crate::binary::{Home, printed};

#[test]
fn the_page_of_states_is_drawn_from_the_tables() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/states.md"))
        .expect("docs/states.md");
    assert!(page == state_diagrams::markdown(), "write it anew: nasij state-diagrams > docs/states.md");
    assert_eq!(page, printed(Home::new().nasij(["state-diagrams"])));
}
