//! Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read.
//!
//! Rules are the kinds that occurred. Columns count Unicode code points. Paths are relative to
//! `%SRCROOT%`, the working folder.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::messages::{self, Shown, in_words};
use super::places::{Place, Places};
use crate::diag::Severity;
use crate::pipeline::{Report, Status};

/// The log.
pub(super) fn log(report: &Report, all: bool) -> String {
    let places = Places::new(report);
    let shown = messages::shown(report, all, false);
    let codes: BTreeSet<&str> = report.diagnostics.iter().map(|d| d.code).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let rules: Vec<Value> = codes.iter().map(|code| json!({ "id": code })).collect();
    let results: Vec<Value> =
        shown.iter().map(|shown| result(report, &places, &codes, shown)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "urkunde",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "invocations": [{
                "executionSuccessful": report.status == Status::Good,
                "exitCode": report.status as u8,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    // Serialisation to a string fails only for maps with keys that are no texts; there are none.
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn result(report: &Report, places: &Places, codes: &[&str], shown: &Shown<'_>) -> Value {
    let diagnostic = shown.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let size = report.groups.get(shown.group - 1).map_or(1, |group| group.members.len());
    let mut result = json!({
        "ruleId": diagnostic.code,
        "ruleIndex": codes.binary_search(&diagnostic.code).unwrap_or(0),
        "level": level,
        "message": { "text": in_words(shown) },
        "properties": { "group": shown.group, "findingsInGroup": size },
    });
    if let Some(place) = places.of(diagnostic) {
        result["locations"] = json!([{ "physicalLocation": physical(&place) }]);
    }
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .filter_map(|(span, label)| Some((places.place(span)?, label)))
        .zip(1..)
        .map(|((place, label), id)| {
            json!({
                "id": id,
                "message": { "text": label },
                "physicalLocation": physical(&place),
            })
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn physical(place: &Place) -> Value {
    let location = if place.path.starts_with('/') {
        json!({ "uri": format!("file://{}", uri(&place.path)) })
    } else {
        json!({ "uri": uri(&place.path), "uriBaseId": "%SRCROOT%" })
    };
    json!({
        "artifactLocation": location,
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    })
}

/// A path as a URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("data/会员 1:2.csv"), "data/%E4%BC%9A%E5%91%98%201%3A2.csv");
    }
}
