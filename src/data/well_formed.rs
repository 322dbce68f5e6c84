//! Whether the content of an OpenDocument spreadsheet is whole.
//!
//! Input: the ZIP file. Output: why it is not to be read, if so. calamine looks for the ends of elements
//! without an end of the text in mind: a sheet whose table is never closed is read for ever.

use std::io::BufReader;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::sheet::{SheetFault, Source};

/// The part that calamine reads without an end in mind.
const CONTENT: &str = "content.xml";

/// Holds the content of a spreadsheet to XML: every element is closed, by its own name. What cannot be
/// unpacked at all is told by who reads it.
pub(super) fn check(source: Source<'_>) -> Result<(), SheetFault> {
    let Ok(mut zip) = zip::ZipArchive::new(source) else { return Ok(()) };
    let Ok(part) = zip.by_name(CONTENT) else { return Ok(()) };
    let mut reader = Reader::from_reader(BufReader::new(part));
    let (mut open, mut text) = (0u64, Vec::new());
    loop {
        text.clear();
        match reader.read_event_into(&mut text) {
            Ok(Event::Start(_)) => open += 1,
            // The reader holds it to be the end of what was opened last.
            Ok(Event::End(_)) => open = open.saturating_sub(1),
            Ok(Event::Eof) if open > 0 => {
                return Err(SheetFault::broken(format!(
                    "{CONTENT} ends before all its elements are closed"
                )));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(SheetFault::broken(format!("{CONTENT}: {error}"))),
        }
    }
}
