//! Text operators: one `Td` a run, one `TJ` with adjustments where glyphs do not stand where the
//! font's widths put them, and `/ActualText` where they stand for another text than `/ToUnicode` says.
//!
//! Right-to-left text is written word by word in the order of reading, each word's characters from left
//! to right, within `/ReversedChars` (ISO 32000-1 §14.8.2.3.3): who reads the content gets the words in
//! order and is told to turn each around, and who looks where characters stand finds them so too.

use printpdf::{DictItem, FontId, Op, PdfFontHandle, Pt};

use super::fonts::{Cluster, DocumentGlyph, FaceGlyphs, Fonts, clusters};
use super::fonts::{resource_name, same_text, split};
use super::object::{nearest, round3, text_bytes};
use super::sheet::Sheet;
use crate::fonts::Face;
use crate::paint::{GlyphsItem, PlacedGlyph};

impl Sheet<'_> {
    /// Shows a run.
    pub(super) fn glyphs(
        &mut self,
        item: &GlyphsItem,
        fonts: &Fonts<'_>,
        face: &Face,
        opacity: f32,
    ) {
        self.begin_text();
        self.set_fill(item.color, opacity);
        let size = round3(item.size.0 * self.scale());
        let known = fonts.of_face(item.face);
        let pending = Vec::with_capacity(16);
        let (pen, y) = (0.0, f32::NAN);
        let mut line = TextLine { item, known, size, font: None, pen, y, pending };
        let clusters = clusters(item, face);
        if item.rtl {
            return line.show_reversed(self, &clusters);
        }
        for cluster in clusters {
            let glyphs = &item.glyphs[cluster.start..cluster.end];
            if let [glyph] = glyphs
                && let Some((font, known)) = line.glyph(glyph.id)
                && same_text(known.text, cluster.text)
            {
                line.show_one(self, glyph, font, &known);
            } else if line.says(glyphs, cluster.text) {
                line.show(self, glyphs);
            } else {
                line.show_as(self, glyphs, cluster.text);
            }
        }
        line.flush(self);
    }

    fn begin_text(&mut self) {
        if self.text_line.is_none() {
            self.text_line = Some((0, 0));
            self.ops.push(Op::StartTextSection);
        }
    }

    /// Ends the open text object, if there is one.
    pub(super) fn end_text(&mut self) {
        if self.text_line.take().is_some() {
            self.ops.push(Op::EndTextSection);
        }
    }

    fn set_font(&mut self, index: usize, size: f32) {
        if self.state.font != Some((index, size)) {
            self.state.font = Some((index, size));
            self.resources.fonts.insert(index);
            let font = PdfFontHandle::External(FontId(resource_name(index)));
            self.ops.push(Op::SetFont { font, size: Pt(size) });
        }
    }

    /// Moves the line's beginning to a place in the sheet's space.
    fn move_line(&mut self, x: f32, y: f32) {
        let Some((old_x, old_y)) = self.text_line else { return };
        let exact = |v: f32| nearest(f64::from(v) * 1000.0);
        let (new_x, new_y) = (exact(x), exact(y));
        self.text_line = Some((new_x, new_y));
        let step = |new: i64, old: i64| Pt(((new - old) as f64 / 1000.0) as f32);
        let pos = printpdf::Point { x: step(new_x, old_x), y: step(new_y, old_y) };
        self.ops.push(Op::SetTextCursor { pos });
    }
}

/// A run on its way into a `TJ`.
struct TextLine<'l> {
    item: &'l GlyphsItem,
    /// The glyphs of the run's face.
    known: Option<&'l FaceGlyphs<'l>>,
    /// The size in the sheet's space.
    size: f32,
    /// The font of what is pending.
    font: Option<usize>,
    /// Where a reader's pen stands, in thousandths of an em from the run's left end.
    pen: f32,
    /// The glyphs' shift below the baseline at hand; not a number before the first glyph.
    y: f32,
    /// Strings and adjustments not yet written.
    pending: Vec<DictItem>,
}

impl<'l> TextLine<'l> {
    /// A glyph by its id in the whole face, and the index of the font it is in.
    fn glyph(&self, id: u16) -> Option<(usize, DocumentGlyph<'l>)> {
        self.known?.get(id)
    }

    /// Whether `/ToUnicode` gives a cluster's glyphs its text.
    fn says(&self, glyphs: &[PlacedGlyph], text: &str) -> bool {
        let says = |glyph: &PlacedGlyph, text: &str| {
            self.glyph(glyph.id).is_some_and(|(_, g)| same_text(g.text, text))
        };
        split(text, glyphs.len()).is_some_and(|parts| {
            let read = in_reading_order(glyphs, self.item.rtl);
            parts.clone().count() == glyphs.len()
                && read.zip(parts).all(|(glyph, part)| says(glyph, part))
        })
    }

    /// Shows a cluster that stands for another text than `/ToUnicode` says.
    fn show_as(&mut self, sheet: &mut Sheet<'_>, glyphs: &[PlacedGlyph], text: &str) {
        self.flush(sheet);
        let actual = DictItem::String { data: text_bytes(text), literal: true };
        // The move to a new line must stand outside the span, or it is lost on readers that
        // take the span's text for its content.
        self.go_to(sheet, glyphs);
        sheet.begin_marked("Span", [("ActualText".to_owned(), actual)].into());
        self.show(sheet, glyphs);
        self.flush(sheet);
        sheet.ops.push(Op::EndMarkedContent);
    }

    /// Shows a right-to-left run: what readers turn around is one string each, no longer than a word.
    fn show_reversed(&mut self, sheet: &mut Sheet<'_>, clusters: &[Cluster<'_>]) {
        let mut word: Vec<PlacedGlyph> = Vec::new();
        let mut open = false;
        for cluster in clusters.iter().rev() {
            let glyphs = &self.item.glyphs[cluster.start..cluster.end];
            let says = self.says(glyphs, cluster.text);
            if says && !open {
                sheet.ops.push(Op::Unknown {
                    key: "BMC".to_owned(),
                    value: vec![DictItem::Name(b"ReversedChars".to_vec())],
                });
            } else if open && !says {
                self.show_word(sheet, &mut word);
                sheet.ops.push(Op::EndMarkedContent);
            }
            open = says;
            if !says {
                self.y = f32::NAN;
                self.show_as(sheet, glyphs, cluster.text);
                continue;
            }
            for glyph in glyphs.iter().rev() {
                if word.last().is_some_and(|last| !self.joins(last, glyph)) {
                    self.show_word(sheet, &mut word);
                }
                word.push(*glyph);
            }
            if cluster.text.ends_with(char::is_whitespace) {
                self.show_word(sheet, &mut word);
            }
        }
        if open {
            self.show_word(sheet, &mut word);
            sheet.ops.push(Op::EndMarkedContent);
        }
    }

    /// Whether two glyphs can stand in one string.
    fn joins(&self, a: &PlacedGlyph, b: &PlacedGlyph) -> bool {
        let font = |glyph: &PlacedGlyph| self.glyph(glyph.id).map(|(font, _)| font);
        a.y == b.y && font(a) == font(b)
    }

    /// Shows glyphs that are in reading order, from the right, as they are seen.
    fn show_word(&mut self, sheet: &mut Sheet<'_>, word: &mut Vec<PlacedGlyph>) {
        word.reverse();
        self.y = f32::NAN;
        self.show(sheet, word);
        self.flush(sheet);
        word.clear();
    }

    /// Makes sure that the first of some glyphs can be shown without a new line.
    fn go_to(&mut self, sheet: &mut Sheet<'_>, glyphs: &[PlacedGlyph]) {
        if let Some(glyph) = glyphs.first()
            && glyph.y.0 != self.y
        {
            self.flush(sheet);
            let mut place = self.item.origin;
            place.x += glyph.x;
            place.y += glyph.y;
            let at = sheet.space.apply(place);
            sheet.move_line(at.x.0, at.y.0);
            self.y = glyph.y.0;
            self.pen = glyph.x.0 * 1000.0 / self.item.size.0;
        }
    }

    fn show(&mut self, sheet: &mut Sheet<'_>, glyphs: &[PlacedGlyph]) {
        for glyph in glyphs {
            if let Some((font, known)) = self.glyph(glyph.id) {
                self.show_one(sheet, glyph, font, &known);
            }
        }
    }

    fn show_one(
        &mut self,
        sheet: &mut Sheet<'_>,
        glyph: &PlacedGlyph,
        font: usize,
        known: &DocumentGlyph<'_>,
    ) {
        self.go_to(sheet, std::slice::from_ref(glyph));
        if self.font.replace(font) != Some(font) {
            self.flush(sheet);
            sheet.set_font(font, self.size);
        }
        let wanted = glyph.x.0 * 1000.0 / self.item.size.0;
        let adjust = nearest(f64::from(wanted - self.pen));
        if adjust != 0 {
            self.pending.push(DictItem::Int(-adjust));
            self.pen += adjust as f32;
        }
        let code = known.new.to_be_bytes();
        match self.pending.last_mut() {
            Some(DictItem::String { data, .. }) => data.extend_from_slice(&code),
            _ => {
                let mut data = Vec::with_capacity(32);
                data.extend_from_slice(&code);
                self.pending.push(DictItem::String { data, literal: true });
            }
        }
        self.pen += known.width;
    }

    /// Writes what is pending; the pen stays where it is.
    fn flush(&mut self, sheet: &mut Sheet<'_>) {
        if self.pending.is_empty() {
            return;
        }
        let mut items = std::mem::take(&mut self.pending);
        let (key, value) = match items.as_slice() {
            [DictItem::String { .. }] => ("Tj", items.swap_remove(0)),
            _ => ("TJ", DictItem::Array(items)),
        };
        sheet.ops.push(Op::Unknown { key: key.to_owned(), value: vec![value] });
    }
}

/// The glyphs of a cluster as its text goes.
pub(super) fn in_reading_order(
    glyphs: &[PlacedGlyph],
    rtl: bool,
) -> impl Iterator<Item = &PlacedGlyph> {
    let at = move |i: usize| if rtl { glyphs.len() - 1 - i } else { i };
    (0..glyphs.len()).map(move |i| &glyphs[at(i)])
}
