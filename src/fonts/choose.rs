//! Which face shows a cluster, and cutting text into runs of one face and one script.
//!
//! Input: text and a fallback list. Output: [`Run`]s that cover the text without gaps. A cluster is
//! never split between faces: a base and its marks come from one face. A cluster that no face of
//! the list has gives a run without a face; the caller reports it.

use std::ops::Range;

use icu_segmenter::{GraphemeClusterSegmenter, GraphemeClusterSegmenterBorrowed};
use unicode_normalization::UnicodeNormalization;

use super::book::FontBook;
use super::face::{Face, FaceId};
use super::shape::{LangId, Script};

/// A stretch of text in one face and one script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Byte range of the text.
    pub range: Range<usize>,
    /// The face, or none where no face of the list has the cluster.
    pub face: Option<FaceId>,
    /// The script, neutral characters resolved to that of their surroundings.
    pub script: Script,
}

impl Face {
    /// Whether the face shows a character: its character map has it, or shaping makes it from what
    /// the map has (spaces of other widths, the no-break hyphen), or it is invisible.
    pub fn can_show(&self, c: char) -> bool {
        if self.covers(c) || is_invisible(c) {
            return true;
        }
        match c {
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                self.covers(' ')
            }
            '\u{2011}' => self.covers('\u{2010}'),
            _ => false,
        }
    }

    /// Whether the face shows a whole grapheme cluster, as it is written or composed or decomposed
    /// canonically.
    pub fn can_show_cluster(&self, cluster: &str) -> bool {
        cluster.chars().all(|c| self.can_show(c))
            || !cluster.is_ascii()
                && (cluster.nfc().all(|c| self.can_show(c))
                    || cluster.nfd().all(|c| self.can_show(c)))
    }
}

/// Default-ignorable and control characters: they have no ink and need no glyph. From
/// `Default_Ignorable_Code_Point` of DerivedCoreProperties.txt, less the Hangul fillers.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Punctuation that Latin and Chinese share in Unicode but not in form. In Chinese, Japanese and
/// Korean text it is an em wide and comes from the face that sets the ideographs; a departure from
/// the plain order of `font-family`, which would take the Latin form from the first face.
fn is_shared_punctuation(c: char) -> bool {
    matches!(c, '‘' | '’' | '“' | '”' | '—' | '…' | '⋯' | '·' | '‧' | '※' | '‥')
}

impl FontBook {
    /// The first face of the list that shows the whole grapheme cluster.
    pub fn choose_face(&self, cluster: &str, list: &[FaceId]) -> Option<FaceId> {
        list.iter().copied().find(|id| self.face(*id).can_show_cluster(cluster))
    }

    /// As [`FontBook::choose_face`], with the punctuation that Latin and Chinese share taken from
    /// the first face that has ideographs where the language is written with them.
    pub fn choose_face_in(
        &self,
        cluster: &str,
        list: &[FaceId],
        language: LangId,
    ) -> Option<FaceId> {
        if language.is_cjk() && cluster.chars().next().is_some_and(is_shared_punctuation) {
            let ideographic = |id: &FaceId| self.face(*id).covers('中');
            let face = list
                .iter()
                .copied()
                .filter(ideographic)
                .find(|id| self.face(*id).can_show_cluster(cluster));
            if face.is_some() {
                return face;
            }
        }
        self.choose_face(cluster, list)
    }

    /// Cuts text into runs of one face and one script. Invisible clusters and spaces stay with the
    /// run before them where its face shows them, so that they do not cut a run in two.
    pub fn itemize(&self, text: &str, list: &[FaceId], language: LangId) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut start = 0;
        for end in SEGMENTER.segment_str(text).skip(1) {
            let cluster = &text[start..end];
            let script = cluster_script(cluster);
            let last = runs.last().and_then(|run| run.face);
            let face = match last {
                Some(last) if follows(cluster) && self.face(last).can_show_cluster(cluster) => {
                    Some(last)
                }
                _ => self.choose_face_in(cluster, list, language),
            };
            push(&mut runs, Run { range: start..end, face, script });
            start = end;
        }
        settle_leading_neutral(&mut runs, language);
        runs
    }
}

static SEGMENTER: GraphemeClusterSegmenterBorrowed<'static> = GraphemeClusterSegmenter::new();

/// Whether a cluster goes with what stands before it: blank or invisible.
fn follows(cluster: &str) -> bool {
    cluster.chars().all(|c| is_invisible(c) || matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
}

/// The script of a cluster: the first that is not neutral.
fn cluster_script(cluster: &str) -> Script {
    cluster.chars().map(Script::of).find(|s| !s.is_neutral()).unwrap_or(Script::COMMON)
}

/// Adds a cluster: to the last run if face and script agree (a neutral script agrees with any), as
/// a run of its own otherwise. UAX #24 §5.2: neutral characters take the script before them.
fn push(runs: &mut Vec<Run>, next: Run) {
    let before = runs.last().map_or(Script::COMMON, |run| run.script);
    if let Some(last) = runs.last_mut()
        && last.face == next.face
        && (next.script.is_neutral() || last.script.is_neutral() || last.script == next.script)
    {
        last.range.end = next.range.end;
        if last.script.is_neutral() {
            last.script = next.script;
        }
        return;
    }
    let script = if next.script.is_neutral() { before } else { next.script };
    runs.push(Run { script, ..next });
}

/// Runs at the beginning that are still neutral take the script of what follows; a text of nothing
/// but neutral characters takes that of its language.
fn settle_leading_neutral(runs: &mut [Run], language: LangId) {
    let first = runs.iter().map(|run| run.script).find(|s| !s.is_neutral());
    let fill = first.unwrap_or(if language.is_cjk() { Script::HAN } else { Script::LATIN });
    for run in runs.iter_mut().take_while(|run| run.script.is_neutral()) {
        run.script = fill;
    }
}
