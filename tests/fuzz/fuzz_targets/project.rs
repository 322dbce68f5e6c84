//! The project file.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use urkunde::diag::Source;
use urkunde::pipeline::Project;
use urkunde_fuzz::tables::can_be_told;

fuzz_target!(|text: &str| {
    let source = Source::new("urkunde.toml", text);
    let parse = || Project::parse(Path::new("/nonexistent"), &source);
    match (parse(), parse()) {
        (Ok(project), Ok(again)) => {
            assert!(format!("{project:?}") == format!("{again:?}"), "another project the second time");
            // Where it says that something stands, it stands.
            for job in &project.jobs {
                for text in [&job.name, &job.template, &job.output].into_iter().chain(&job.title).chain(&job.condition) {
                    assert!(source.text.get(text.span.range.clone()).is_some(), "{text:?}");
                }
                assert!(project.job(&job.name.value).is_some());
            }
        }
        (Err(found), Err(again)) => {
            assert!(found == again && !found.is_empty(), "other findings the second time");
            can_be_told(&found);
        }
        _ => panic!("sound one time, and not another"),
    }
});
