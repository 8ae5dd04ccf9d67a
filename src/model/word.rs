//! Enumerations that are stored, shown and read as one word.

/// A closed set of values, each with its word (snake case unless the outside world says otherwise). One table
/// serves both directions.
pub trait Word: Copy + PartialEq + 'static {
    /// Every value with its word.
    const WORDS: &'static [(Self, &'static str)];

    /// The value's word.
    fn as_str(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(value, _)| *value == self);
        found.expect("every value stands in its table").1
    }

    /// The value that a word stands for.
    fn parse(word: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(_, known)| *known == word);
        found.map(|(value, _)| *value)
    }
}
