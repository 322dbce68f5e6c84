//! Findings that have one cause: a column that nobody filled in is one thing to mend, not 1,500.
//!
//! Input: findings in the order of a report. Output: [`Group`]s, in the order of their first findings.
//! Findings belong together if severity, kind and file are the same and so is the cause: the place,
//! where that is in the project's own words (a template, a style sheet); else what is said, leaving
//! out what differs from row to row: quoted texts and numbers.

use rustc_hash::FxHashMap;

use super::redact::Piece;
use super::{About, Diagnostic, Severity, Span};

/// How many findings of a group are shown before the rest is counted.
pub const SHOWN: usize = 3;

/// How many places of the rest are named.
const PLACES: usize = 6;

/// Findings of one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Their indices in the list they were found in, ascending; never empty.
    pub members: Vec<usize>,
}

/// What findings of a group have in common.
#[derive(PartialEq, Eq, Hash)]
struct Cause<'d> {
    severity: Severity,
    code: &'static str,
    file: &'d str,
    /// Where the project's own words are at fault.
    place: Option<usize>,
    said: String,
}

/// Groups findings by their causes.
pub fn group(found: &[Diagnostic]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: FxHashMap<Cause<'_>, usize> = FxHashMap::default();
    for (index, diagnostic) in found.iter().enumerate() {
        let at = *known.entry(cause(diagnostic)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.members.push(index),
            None => groups.push(Group { members: vec![index] }),
        }
    }
    groups
}

fn cause(diagnostic: &Diagnostic) -> Cause<'_> {
    let Diagnostic { severity, code, message, label, span, about, .. } = diagnostic;
    let place = span.as_ref().filter(|span| span.source.is_code).map(|span| span.range.start);
    let mut said = String::new();
    if place.is_none() {
        // Which characters a column holds that no face has is one cause.
        if !matches!(about, Some(About::Character(_))) {
            push_shape(&mut said, message);
        }
        said.push('\n');
        push_shape(&mut said, label.as_deref().unwrap_or(""));
    }
    let file = span.as_ref().map_or("", |span| span.source.name.as_str());
    Cause { severity: *severity, code, file, place, said }
}

/// A text without what differs from row to row.
fn push_shape(shape: &mut String, text: &str) {
    for piece in Piece::all(text) {
        match piece {
            Piece::Data(_) => shape.push('"'),
            Piece::Name(text) | Piece::Plain(text) => {
                let mut was_digit = false;
                for c in text.chars() {
                    let is_digit = c.is_ascii_digit();
                    if !is_digit {
                        shape.push(c);
                    } else if !was_digit {
                        shape.push('0');
                    }
                    was_digit = is_digit;
                }
            }
        }
    }
}

impl Group {
    /// Says what is left of it after `shown` findings: `1,497 more like this in people.csv: lines 5–901, 907`.
    /// None if nothing is.
    pub fn rest(&self, found: &[Diagnostic], shown: usize) -> Option<String> {
        let left = self.members.get(shown..).filter(|left| !left.is_empty())?;
        let count = grouped_digits(left.len());
        let places: Option<Vec<(&str, usize)>> =
            left.iter().map(|index| row_place(found.get(*index)?)).collect();
        let Some(places) = places else {
            return Some(format!("{count} more of the kind `{}`", found[self.members[0]].code));
        };
        let file = places[0].0;
        let mut lines: Vec<usize> =
            places.iter().filter(|(name, _)| *name == file).map(|(_, line)| *line).collect();
        lines.sort_unstable();
        lines.dedup();
        let lines = if let [line] = lines[..] {
            format!("line {line}")
        } else {
            format!("lines {}", ranges(&lines))
        };
        Some(format!("{count} more like this in {file}: {lines}"))
    }
}

/// Where the row stands that a finding is about.
fn row_place(diagnostic: &Diagnostic) -> Option<(&str, usize)> {
    let related = diagnostic.related.iter().map(|(span, _)| span);
    let mut spans = diagnostic.span.iter().chain(related);
    let span: &Span = spans.find(|span| !span.source.is_code)?;
    Some((&span.source.name, span.position().0))
}

/// Ascending numbers, runs of them as ranges; the first few.
fn ranges(numbers: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let show = |(first, last): &(usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    };
    let mut text = runs.iter().take(PLACES).map(show).collect::<Vec<_>>().join(", ");
    if runs.len() > PLACES {
        text.push_str(", …");
    }
    text
}

/// A number with a comma before every three digits: `1,497`.
fn grouped_digits(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    fn at_line(source: &std::sync::Arc<Source>, line: usize, message: &str) -> Diagnostic {
        let start = source.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        Diagnostic::error("bad-date", message).at(Span::new(source, start..start))
    }

    #[test]
    fn quoted_texts_and_numbers_do_not_part_a_cause_but_columns_do() {
        let table = Source::new("a.csv", "\n".repeat(2000));
        let mut found: Vec<_> = (2..=1501)
            .map(|line| at_line(&table, line, &format!("column `a`: \"x\\\"{line}\" is no date")))
            .collect();
        found.push(at_line(&table, 1502, "column `b`: \"x\" is no date"));
        found.push(at_line(&table, 1700, "column `a`: \"\" is no date"));
        let groups = group(&found);
        assert_eq!(groups.iter().map(|g| g.members.len()).collect::<Vec<_>>(), [1501, 1]);
        let rest = groups[0].rest(&found, SHOWN);
        assert_eq!(rest.as_deref(), Some("1,498 more like this in a.csv: lines 5–1501, 1700"));
        assert_eq!(groups[1].rest(&found, SHOWN), None);
    }

    #[test]
    fn a_place_of_a_template_is_one_cause_and_tells_its_rows() {
        let (table, page) =
            (Source::new("a.csv", "\n".repeat(9)), Source::code("a.html", "{{ x }}"));
        let found: Vec<_> = (2..=6)
            .map(|line| {
                let row = at_line(&table, line, "").span.unwrap();
                let said = format!("cannot be {}", "x".repeat(line));
                Diagnostic::error("template-render", said)
                    .at(Span::new(&page, 3..4))
                    .related(row, "for this row")
            })
            .collect();
        let groups = group(&found);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].rest(&found, 4).as_deref(), Some("1 more like this in a.csv: line 6"));
    }

    #[test]
    fn numbers_are_read_easily() {
        assert_eq!(grouped_digits(7), "7");
        assert_eq!(grouped_digits(1_234_567), "1,234,567");
        assert_eq!(ranges(&[1, 2, 5, 6, 7, 9]), "1, 2, 5–7, 9");
    }
}
