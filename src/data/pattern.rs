//! `pattern`: the form that a text must have, as a small regular expression over the whole cell.
//!
//! There are characters, `.`, classes `[A-Za-z0-9_-]` and `[^…]`, `\d` `\w` `\s`, escapes, and
//! after each `?` `*` `+` `{2}` `{2,}` `{2,4}`. There are no groups and no `|`: an `enum` or two
//! columns say that better, and no regular expression engine is needed.

use std::iter::Peekable;
use std::str::Chars;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    items: Vec<Item>,
}

/// A set of characters, and how many of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    negated: bool,
    ranges: Vec<(char, char)>,
    least: usize,
    most: usize,
}

impl Item {
    fn takes(&self, c: char) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != self.negated
    }
}

impl Pattern {
    /// Compiles a pattern; the error says what it cannot hold.
    pub fn new(text: &str) -> Result<Pattern, String> {
        let mut chars = text.chars().peekable();
        let mut items = Vec::new();
        while let Some(c) = chars.next() {
            let (negated, ranges) = match c {
                '[' => class(&mut chars)?,
                '.' => (true, Vec::new()),
                '\\' => (false, escape(chars.next().ok_or("it ends after `\\`")?)),
                // The whole cell is matched in any case.
                '^' if items.is_empty() => continue,
                '$' if chars.peek().is_none() => break,
                '(' | ')' | '|' => {
                    return Err(format!("`{c}`: groups and alternatives are not supported"));
                }
                '*' | '+' | '?' | '{' => return Err(format!("nothing stands before `{c}`")),
                c => (false, vec![(c, c)]),
            };
            let (least, most) = count(&mut chars)?;
            items.push(Item { negated, ranges, least, most });
        }
        Ok(Pattern { items })
    }

    /// Whether the whole text has this form.
    pub fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        // The places that the items so far can end at; no backtracking, and each item looks at each
        // character once, so no slow patterns.
        let mut ends = vec![false; chars.len() + 1];
        ends[0] = true;
        let mut before = vec![0usize; chars.len() + 2];
        for item in &self.items {
            for (at, end) in ends.iter().enumerate() {
                before[at + 1] = before[at] + usize::from(*end);
            }
            // Where the stretch of characters that the item takes begins.
            let mut stretch = 0;
            for at in 0..=chars.len() {
                if at > 0 && !item.takes(chars[at - 1]) {
                    stretch = at;
                }
                let first = stretch.max(at.saturating_sub(item.most));
                let last = at.checked_sub(item.least).filter(|last| *last >= first);
                ends[at] = last.is_some_and(|last| before[last + 1] > before[first]);
            }
        }
        ends[chars.len()]
    }
}

/// The characters of `\d` and its like, or the escaped character itself.
fn escape(c: char) -> Vec<(char, char)> {
    match c {
        'd' => vec![('0', '9')],
        'w' => vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        's' => vec![(' ', ' '), ('\t', '\t'), ('\n', '\n')],
        c => vec![(c, c)],
    }
}

type Class = (bool, Vec<(char, char)>);

/// A class, after its `[`.
fn class(chars: &mut Peekable<Chars>) -> Result<Class, String> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        let low = match chars.next() {
            None => return Err("`[` is not closed".to_string()),
            Some(']') => return Ok((negated, ranges)),
            Some('\\') => {
                ranges.extend(escape(chars.next().unwrap_or('\\')));
                continue;
            }
            Some(c) => c,
        };
        let mut ahead = chars.clone();
        let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
        let high = if is_range { chars.nth(1).unwrap_or(low) } else { low };
        if high < low {
            return Err(format!("the range `{low}-{high}` runs backwards"));
        }
        ranges.push((low, high));
    }
}

/// How many: `?`, `*`, `+`, `{…}`, or one.
fn count(chars: &mut Peekable<Chars>) -> Result<(usize, usize), String> {
    let counts = match chars.peek() {
        Some('?') => (0, 1),
        Some('*') => (0, usize::MAX),
        Some('+') => (1, usize::MAX),
        Some('{') => {
            chars.next();
            let inner: String = chars.by_ref().take_while(|c| *c != '}').collect();
            let number = |text: &str| {
                text.parse::<usize>().map_err(|_| format!("`{{{inner}}}` is no count"))
            };
            return match inner.split_once(',') {
                None => Ok((number(&inner)?, number(&inner)?)),
                Some((least, "")) => Ok((number(least)?, usize::MAX)),
                Some((least, most)) => Ok((number(least)?, number(most)?)),
            };
        }
        _ => return Ok((1, 1)),
    };
    chars.next();
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap().matches(text)
    }

    #[test]
    fn the_whole_text_must_match() {
        assert!(matches("[A-Z]{2}-[0-9]{4}-[0-9]{3}", "FM-2022-001"));
        assert!(!matches("[A-Z]{2}-[0-9]{4}-[0-9]{3}", "FM-2022-0011"));
        assert!(matches("[a-z0-9-]+", "sample-01"));
        assert!(!matches("[a-z0-9-]+", "Sample"));
        assert!(matches(r"^\d+\.\d{1,2}$", "10.5"));
        assert!(matches("a*ab?c", "aaac"));
        assert!(matches(".{2}", "常州") && !matches("[^x]*", "axb"));
        assert!(matches("[ab]*b{2,3}", "ababbb") && !matches("[a]*b{2,3}", "abbbb"));
        assert!(matches("a{0,99999999999}", "") && !matches("a{2,1}", "aa"));
    }

    #[test]
    fn long_cells_take_no_longer_than_they_are() {
        let text = "a".repeat(200_000);
        assert!(matches(".*.*.*a", &text));
        assert!(!matches("[a]*[a]*[a]*b", &text));
    }

    #[test]
    fn what_is_not_supported_says_so() {
        assert!(Pattern::new("a|b").unwrap_err().contains("alternatives"));
        assert!(Pattern::new("[a").unwrap_err().contains("not closed"));
        assert!(Pattern::new("+").unwrap_err().contains("nothing stands before"));
        assert!(Pattern::new("a{x}").unwrap_err().contains("is no count"));
    }
}
