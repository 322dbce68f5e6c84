//! All integration tests, in one binary: it links once.
//!
//! They run the program as people do and look at what comes out: status, messages, files. Messages are
//! snapshots in `snapshots/`; after a change that is meant, run
//! `INSTA_UPDATE=always cargo test --test suite` and read the difference.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod attachments;
mod bad_data;
mod bad_pages;
mod bad_project;
mod bad_templates;
mod boxes;
mod ci;
mod commands;
mod crash;
mod css_pages;
mod css_warnings;
mod docs;
mod faces;
mod golden;
mod incremental;
mod layering;
mod messages;
mod navigation;
mod oracle;
mod output;
mod pages;
mod paint;
mod produced;
mod profiles;
mod reading;
mod robust;
mod robust_found;
mod serials;
mod shipped;
mod specimen;
mod structure;
mod support;
mod tables;
mod text_fit;
mod workflows;
