//! The words of the vocabulary as a tree of letters: words that begin alike share their nodes, and so do the rows of
//! their edit distances when the nearest word is looked for.

/// A tree of letters, with how often each word was inserted.
#[derive(Debug, Clone)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    words: usize,
}

/// A letter at its place; children are a list in the order of their letters. Index 0, the root, is nobody's child and
/// so stands for "none".
#[derive(Debug, Clone, Default)]
struct Node {
    letter: char,
    first_child: u32,
    next_sibling: u32,
    /// How often a word that ends here was inserted.
    ending: u32,
    /// How often a word that ends here or below was inserted.
    passing: u32,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], words: 0 }
    }
}

impl Trie {
    /// Counts a word; true when it was not there before.
    pub(super) fn insert(&mut self, word: &str) -> bool {
        let mut at = 0;
        for letter in word.chars() {
            at = self.child_or_new(at, letter);
            let node = &mut self.nodes[at];
            node.passing = node.passing.saturating_add(1);
        }
        let node = &mut self.nodes[at];
        let is_new = node.ending == 0;
        node.ending = node.ending.saturating_add(1);
        self.words += usize::from(is_new);
        is_new
    }

    /// How many different words there are.
    pub(super) fn len(&self) -> usize {
        self.words
    }

    /// Whether a word begins so (or is just that).
    pub(super) fn has_prefix(&self, prefix: &str) -> bool {
        prefix.chars().try_fold(0, |at, letter| self.child(at, letter)).is_some()
    }

    /// The word, or the beginning of a word, that is nearest to the token within so many edits and has at least
    /// `shortest` letters. [`Candidate`] says which of several wins.
    pub(super) fn nearest(&self, token: &[char], most_edits: usize, shortest: usize) -> Option<String> {
        // One edit is common and cheap to look for; two are tried only when one finds nothing.
        (1..=most_edits).find_map(|edits| Walk::new(self, token, edits, shortest).best())
    }

    fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let listed = |index: u32| Some(index as usize).filter(|&index| index != 0);
        std::iter::successors(listed(self.nodes[at].first_child), move |&index| {
            listed(self.nodes[index].next_sibling)
        })
    }

    fn child(&self, at: usize, letter: char) -> Option<usize> {
        self.children(at).find(|&index| self.nodes[index].letter == letter)
    }

    fn child_or_new(&mut self, at: usize, letter: char) -> usize {
        let before = self.children(at).take_while(|&index| self.nodes[index].letter < letter).last();
        let next = before.map_or(self.nodes[at].first_child, |index| self.nodes[index].next_sibling);
        if next != 0 && self.nodes[next as usize].letter == letter {
            return next as usize;
        }
        let new = self.nodes.len();
        self.nodes.push(Node { letter, next_sibling: next, ..Node::default() });
        // Four thousand million nodes would be eighty gigabytes: memory ends before the index does.
        let link = u32::try_from(new).unwrap_or_default();
        match before {
            Some(index) => self.nodes[index].next_sibling = link,
            None => self.nodes[at].first_child = link,
        }
        new
    }
}

/// What a token may be corrected to. The order of the fields is the order in which candidates are compared; the
/// least is the best.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    edits: usize,
    /// A whole word comes before the beginning of one.
    is_beginning: bool,
    /// Among beginnings, one as long as the token says most about what was meant; for words it is 0.
    length_gap: usize,
    /// The frequent comes before the rare.
    frequency: std::cmp::Reverse<u32>,
    text: String,
}

/// A walk through the tree that keeps the edit distance (with neighbours swapped as one edit: optimal string
/// alignment) between the token and the path, a row for each letter of the path, and turns back where no cell of the
/// row is within the limit.
struct Walk<'a> {
    trie: &'a Trie,
    token: &'a [char],
    limit: usize,
    shortest: usize,
    path: Vec<char>,
    rows: Vec<Vec<usize>>,
    best: Option<Candidate>,
}

impl<'a> Walk<'a> {
    fn new(trie: &'a Trie, token: &'a [char], limit: usize, shortest: usize) -> Self {
        // Cells further than `limit` from the diagonal are never within it: they keep this value and are not computed.
        let beyond = limit + 1;
        let mut rows = vec![vec![beyond; token.len() + 1]; token.len() + limit + 2];
        for (column, cell) in rows[0].iter_mut().enumerate().take(beyond) {
            *cell = column;
        }
        Self { trie, token, limit, shortest, path: Vec::new(), rows, best: None }
    }

    fn best(mut self) -> Option<String> {
        self.descend(0);
        self.best.map(|candidate| candidate.text)
    }

    /// Visits the children of a node. It goes no deeper than the token is long, plus the limit.
    fn descend(&mut self, at: usize) {
        let trie = self.trie;
        for child in trie.children(at) {
            self.path.push(trie.nodes[child].letter);
            if self.fill_row() {
                self.consider(&trie.nodes[child]);
                self.descend(child);
            }
            self.path.pop();
        }
    }

    /// Computes the row of the last letter of the path; true when some cell is within the limit.
    fn fill_row(&mut self) -> bool {
        let depth = self.path.len();
        let letter = self.path[depth - 1];
        let (above, below) = self.rows.split_at_mut(depth);
        let (previous, row) = (&above[depth - 1], &mut below[0]);
        let mut least = self.limit + 1;
        for column in depth.saturating_sub(self.limit)..=self.token.len().min(depth + self.limit) {
            let Some(left) = column.checked_sub(1) else {
                row[0] = depth;
                least = least.min(depth);
                continue;
            };
            let replaced = previous[left] + usize::from(self.token[left] != letter);
            let mut edits = replaced.min(previous[column] + 1).min(row[left] + 1);
            if depth > 1
                && left > 0
                && letter == self.token[left - 1]
                && self.path[depth - 2] == self.token[left]
            {
                edits = edits.min(above[depth - 2][left - 1] + 1);
            }
            row[column] = edits;
            least = least.min(edits);
        }
        least <= self.limit
    }

    /// Remembers the path if it is near enough, long enough and better than what was found before.
    fn consider(&mut self, node: &Node) {
        let length = self.path.len();
        let edits = self.rows[length][self.token.len()];
        if edits > self.limit || length < self.shortest {
            return;
        }
        let is_beginning = node.ending == 0;
        let candidate = Candidate {
            edits,
            is_beginning,
            length_gap: if is_beginning { length.abs_diff(self.token.len()) } else { 0 },
            frequency: std::cmp::Reverse(if is_beginning { node.passing } else { node.ending }),
            text: self.path.iter().collect(),
        };
        if self.best.as_ref().is_none_or(|best| candidate < *best) {
            self.best = Some(candidate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn trie<S: AsRef<str>>(words: &[S]) -> Trie {
        let mut trie = Trie::default();
        words.iter().for_each(|word| {
            trie.insert(word.as_ref());
        });
        trie
    }

    fn nearest(trie: &Trie, token: &str, most_edits: usize) -> Option<String> {
        trie.nearest(&token.chars().collect::<Vec<_>>(), most_edits, 1)
    }

    /// The same answer without a tree: every word and every beginning measured by `strsim`.
    fn nearest_by_measuring_all(words: &[String], token: &str, most_edits: usize) -> Option<String> {
        let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for word in words {
            let letters: Vec<char> = word.chars().collect();
            (1..=letters.len())
                .for_each(|end| counts.entry(letters[..end].iter().collect()).or_default().1 += 1);
            counts.entry(word.clone()).or_default().0 += 1;
        }
        let candidates = counts.into_iter().map(|(text, (ending, passing))| {
            let is_beginning = ending == 0;
            let gap = text.chars().count().abs_diff(token.chars().count());
            Candidate {
                edits: strsim::osa_distance(&text, token),
                is_beginning,
                length_gap: if is_beginning { gap } else { 0 },
                frequency: std::cmp::Reverse(if is_beginning { passing } else { ending }),
                text,
            }
        });
        candidates.filter(|candidate| candidate.edits <= most_edits).min().map(|candidate| candidate.text)
    }

    #[test]
    fn a_word_is_new_once() {
        let mut trie = Trie::default();
        assert!(trie.insert("fes") && !trie.insert("fes") && trie.insert("fe") && trie.insert("فاس"));
        assert_eq!(trie.len(), 3);
    }

    #[test]
    fn beginnings_are_known_and_middles_are_not() {
        let trie = trie(&["tetouan", "tanger", "تطوان"]);
        assert!(["", "t", "tet", "tetouan", "تط"].iter().all(|prefix| trie.has_prefix(prefix)));
        assert!(!["tetouane", "etouan", "tat"].iter().any(|prefix| trie.has_prefix(prefix)));
    }

    #[test]
    fn fewer_edits_come_first() {
        assert_eq!(nearest(&trie(&["marrakech", "marrakchi"]), "marakchi", 2).as_deref(), Some("marrakchi"));
    }

    #[test]
    fn a_whole_word_comes_before_a_beginning() {
        assert_eq!(nearest(&trie(&["salt", "saltana", "salinas"]), "saln", 1).as_deref(), Some("salt"));
    }

    #[test]
    fn the_frequent_word_comes_before_the_rare_and_then_the_alphabet_decides() {
        assert_eq!(nearest(&trie(&["sara", "safa", "safa"]), "sama", 1).as_deref(), Some("safa"));
        assert_eq!(nearest(&trie(&["sara", "safa"]), "sama", 1).as_deref(), Some("safa"));
    }

    proptest! {
        #[test]
        fn the_walk_finds_what_measuring_everything_finds(
            words in prop::collection::vec("[abcد]{1,9}", 1..30),
            token in "[abcد]{1,10}",
            most_edits in 1_usize..=3,
        ) {
            let trie = trie(&words);
            // The walk presumes an unknown token, as the vocabulary does.
            if !trie.has_prefix(&token) {
                let expected = nearest_by_measuring_all(&words, &token, most_edits);
                prop_assert_eq!(nearest(&trie, &token, most_edits), expected);
            }
        }
    }
}
