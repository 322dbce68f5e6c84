//! Findings as workflow commands of GitHub Actions, which shows them at their lines.
//!
//! `::error file=people.csv,line=3,col=4,title=bad-date::message`; in values `%`, line ends, and in
//! properties `:` and `,` are written as `%25`, `%0D`, `%0A`, `%3A`, `%2C`.

use super::messages::{self, in_words};
use super::places::Places;
use crate::diag::Severity;
use crate::pipeline::Report;

/// The commands, one a line.
pub(super) fn annotations(report: &Report, all: bool) -> String {
    let places = Places::new(report);
    let mut text = String::new();
    for shown in messages::shown(report, all, false) {
        let command = match shown.diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = Vec::new();
        if let Some(place) = places.of(shown.diagnostic) {
            properties.push(format!("file={}", property(&place.path)));
            properties.push(format!("line={}", place.line));
            properties.push(format!("endLine={}", place.end_line));
            // GitHub takes columns within one line only.
            if place.line == place.end_line {
                properties.push(format!("col={}", place.column));
                properties
                    .push(format!("endColumn={}", place.end_column.max(place.column + 1) - 1));
            }
        }
        properties.push(format!("title={}", property(shown.diagnostic.code)));
        let message = data(&in_words(&shown));
        text.push_str(&format!("::{command} {}::{message}\n", properties.join(",")));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_it() {
        assert_eq!(data("100 %:\r\na::b"), "100 %25:%0D%0Aa::b");
        assert_eq!(property("a,b:c%.csv"), "a%2Cb%3Ac%25.csv");
    }
}
