//! A sheet of a workbook → the columns and rows of a table; what is found of the workbook as a whole.

use super::form::{Cells, Form};
use super::input::Input;
use super::read::Reader;
use super::sheet::{self, SheetFault, Workbook};
use super::table::Column;
use super::text::CharSet;
use crate::diag::{Diagnostic, Severity};

impl Reader<'_> {
    /// Reads a sheet of a workbook.
    pub(super) fn workbook(
        &mut self,
        input: &mut Input<'_>,
        head: &[u8],
        seen: &mut CharSet,
    ) -> Result<(Vec<Column>, &'static str), Box<Diagnostic>> {
        for (key, given) in [("encoding", &self.spec.encoding), ("delimiter", &self.spec.delimiter)]
        {
            if given.is_some() {
                let message = format!("`{key}` has no effect: {} is a workbook", self.spec.file);
                let diagnostic = Diagnostic::warning("key-without-effect", message);
                let diagnostic = *self.whole(diagnostic.help(format!("remove `{key}`")));
                self.found.add(Severity::Warning, || diagnostic);
            }
        }
        let mut book =
            sheet::guarded(|| Workbook::open(input, head)).map_err(|fault| self.bad_book(fault))?;
        let name = book.sheet(self.spec.sheet.as_deref()).map_err(|fault| self.bad_book(fault))?;
        self.form =
            Form { name: format!("{}, sheet {name}", self.spec.file).into(), cells: Cells::Sheet };
        let rows = sheet::guarded(|| book.rows(&name, seen));
        let columns = self.rows(&mut rows.map_err(|fault| self.bad_book(fault))?)?;
        if self.found.errors_mut().iter().any(|error| error.code == "required") {
            let merged = sheet::guarded(|| Ok(book.merged(&name))).unwrap_or_default();
            self.found.errors_mut().iter_mut().for_each(|error| explain_merged(error, &merged));
        }
        Ok((columns, "workbook"))
    }

    pub(super) fn bad_book(&self, fault: SheetFault) -> Box<Diagnostic> {
        let message = format!("{} {}", self.spec.file, fault.message);
        let mut diagnostic = self.whole(Diagnostic::error(fault.code, message).naming_columns());
        diagnostic.is_foreign = fault.is_foreign;
        diagnostic.help.extend(fault.help);
        diagnostic
    }
}

/// Says of a required cell that is empty because others have been merged with it.
fn explain_merged(error: &mut Diagnostic, merged: &[sheet::Merged]) {
    let Some(span) = error.span.as_ref().filter(|_| error.code == "required") else { return };
    let place = span.position();
    let holds = |area: &&sheet::Merged| area.contains(place) && area.first != place;
    if let Some(area) = merged.iter().find(holds) {
        let (row, column) = area.first;
        error.help.push(format!(
            "it is merged with others, whose value stands in {}{row} alone: take the cells apart and fill \
             each",
            crate::diag::column_letters(column)
        ));
    }
}
