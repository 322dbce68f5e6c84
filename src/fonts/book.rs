//! All faces of a run, choosing among them, and the order of fallback.
//!
//! Input: font files. Output: [`FontBook`], built once and then shared by all workers. System fonts
//! are never looked at: the same project gives the same pages on every machine.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::declared::{self, Descriptors};
use super::embedded;
use super::face::{Face, FaceId, FontData, Origin, read_faces};
use super::matching::{FaceQuery, rank, style_rank};
use crate::diag::Diagnostic;

/// All faces of a run; immutable once shared.
#[derive(Default)]
pub struct FontBook {
    faces: Vec<Face>,
    /// Indices of faces under each name of their family, lower case.
    families: BTreeMap<String, Family>,
    /// The project's fallback list.
    fallback: Vec<String>,
    lists: RwLock<BTreeMap<ListKey, Arc<[FaceId]>>>,
}

/// The faces that a family name stands for.
#[derive(Default)]
struct Family {
    /// Faces that call their family so themselves.
    own: Vec<FaceId>,
    /// Faces for which it is a localised or legacy name.
    alias: Vec<FaceId>,
}

/// Families in order (joined), weight, stretch and slant: what a fallback list depends on.
type ListKey = (String, u32, u32, super::Slant);

impl FontBook {
    /// A book of the faces that are part of the program. Tables are read lazily, so this costs
    /// well under a millisecond.
    pub fn embedded() -> Result<FontBook, Diagnostic> {
        let mut book = FontBook::default();
        for (name, bytes) in embedded::FILES {
            book.add(&Origin { name, embedded: true }, &FontData::Static(bytes))?;
        }
        Ok(book)
    }

    /// Adds every face of a font file (TTF, OTF, TTC, OTC; each named instance of a variable font).
    /// A file that cannot be read or that forbids embedding is an error. Faces added later come
    /// first where two match equally well.
    pub fn add_file(&mut self, name: &str, bytes: Arc<[u8]>) -> Result<Vec<FaceId>, Diagnostic> {
        self.add(&Origin { name, embedded: false }, &FontData::Shared(bytes))
    }

    /// Adds a font file under the family name and with the style that an `@font-face` rule gives it,
    /// whatever the file calls itself. Of a collection the first face counts; of a variable font
    /// the named instances within the range of weights.
    pub fn declare(
        &mut self,
        name: &str,
        bytes: Arc<[u8]>,
        descriptors: &Descriptors,
    ) -> Result<(), Diagnostic> {
        let origin = Origin { name, embedded: false };
        let faces = read_faces(&origin, &FontData::Shared(bytes), self.next_id())?;
        let family = self.families.entry(normalize(&descriptors.family)).or_default();
        // A rule hides faces that call themselves so (CSS Fonts 4 §4.1).
        family.own.retain(|id| self.faces[usize::from(id.0)].declared.is_some());
        for mut face in declared::declare(faces, descriptors) {
            face.id = FaceId(u16::try_from(self.faces.len()).unwrap_or(u16::MAX));
            family.own.push(face.id);
            self.faces.push(face);
        }
        self.clear_lists();
        Ok(())
    }

    fn next_id(&self) -> u16 {
        u16::try_from(self.faces.len()).unwrap_or(u16::MAX)
    }

    /// Sets the project's fallback list: families to look in after those of the element.
    pub fn set_fallback(&mut self, families: Vec<String>) {
        self.fallback = families;
        self.clear_lists();
    }

    fn add(&mut self, origin: &Origin<'_>, data: &FontData) -> Result<Vec<FaceId>, Diagnostic> {
        let faces = read_faces(origin, data, self.next_id())?;
        let ids = faces.iter().map(|face| face.id).collect();
        for face in &faces {
            self.families.entry(face.family.to_lowercase()).or_default().own.push(face.id);
            for alias in &face.family_aliases {
                self.families.entry(alias.to_lowercase()).or_default().alias.push(face.id);
            }
        }
        self.faces.extend(faces);
        self.clear_lists();
        Ok(ids)
    }

    fn clear_lists(&mut self) {
        self.lists.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// All faces, embedded ones first, in a fixed order.
    pub fn faces(&self) -> impl Iterator<Item = &Face> {
        self.faces.iter()
    }

    /// A face of this book. An id of another book may give a wrong face or panic.
    pub fn face(&self, id: FaceId) -> &Face {
        &self.faces[usize::from(id.0)]
    }

    /// All family names, as the faces call themselves, sorted; for suggestions.
    pub fn family_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.faces.iter().map(|face| face.family.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether a family of this name (or a generic family) is there; case does not matter.
    pub fn has_family(&self, family: &str) -> bool {
        let name = normalize(family);
        self.families.contains_key(&name) || !embedded::generic(&name).is_empty()
    }

    /// The best face of a family for a wanted style; none where there is no such family. A generic
    /// name stands for the first of its embedded families.
    pub fn select(&self, family: &str, q: &FaceQuery) -> Option<FaceId> {
        let name = normalize(family);
        self.best(&name, q)
            .or_else(|| embedded::generic(&name).iter().find_map(|f| self.best(&normalize(f), q)))
    }

    fn best(&self, name: &str, q: &FaceQuery) -> Option<FaceId> {
        self.members(name).iter().copied().min_by_key(|id| self.preference(*id, q))
    }

    /// The faces of a family that fit best: one, or those of one style that share out the characters
    /// among them by `unicode-range`.
    fn equally_good(&self, name: &str, q: &FaceQuery) -> Vec<FaceId> {
        let fit = |id: &FaceId| style_rank(self.face(*id), q, self.face(*id).embedded);
        let Some(best) = self.members(name).iter().map(fit).min() else { return Vec::new() };
        let mut all: Vec<FaceId> =
            self.members(name).iter().copied().filter(|id| fit(id) == best).collect();
        all.sort_by_key(|id| self.preference(*id, q));
        all
    }

    fn members(&self, name: &str) -> &[FaceId] {
        match self.families.get(name) {
            Some(family) if !family.own.is_empty() => &family.own,
            Some(family) => &family.alias,
            None => &[],
        }
    }

    /// Project faces win over embedded ones of the same style.
    fn preference(&self, id: FaceId, q: &FaceQuery) -> impl Ord + use<> {
        let face = self.face(id);
        rank(face, q, face.embedded)
    }

    /// The faces to look for a character in, best first: the best face of each of the families, the
    /// other faces of these families (a bold face may lack characters that its regular has), the
    /// project's fallback list, and at last every embedded face. Cached.
    pub fn fallback_list<S: AsRef<str>>(&self, families: &[S], q: &FaceQuery) -> Arc<[FaceId]> {
        let names: Vec<&str> = families.iter().map(AsRef::as_ref).collect();
        let key: ListKey =
            (names.join("\n").to_lowercase(), q.weight.to_bits(), q.stretch.to_bits(), q.slant);
        let cached = self.lists.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        cached.unwrap_or_else(|| {
            let list: Arc<[FaceId]> = self.collect_fallback(&names, q).into();
            let mut lists = self.lists.write().unwrap_or_else(PoisonError::into_inner);
            lists.insert(key, Arc::clone(&list));
            list
        })
    }

    /// The first available font of a list: the first that is meant for the space (CSS Fonts 4 §2.1.2).
    pub fn first_available(&self, list: &[FaceId]) -> Option<FaceId> {
        list.iter().copied().find(|id| self.face(*id).covers(' ')).or(list.first().copied())
    }

    fn collect_fallback(&self, families: &[&str], q: &FaceQuery) -> Vec<FaceId> {
        let embedded_families = self.faces.iter().filter(|f| f.embedded).map(|f| &*f.family);
        let groups = [
            self.expand(families.iter().copied()),
            self.expand(self.fallback.iter().map(String::as_str)),
            self.expand(embedded_families),
        ];
        let mut list = Vec::new();
        for group in &groups {
            list.extend(group.iter().flat_map(|name| self.equally_good(name, q)));
            for name in group {
                let mut rest = self.members(name).to_vec();
                rest.sort_by_key(|id| self.preference(*id, q));
                list.extend(rest);
            }
        }
        list.extend(self.faces.iter().filter(|f| f.embedded).map(|f| f.id));
        let mut seen = vec![false; self.faces.len()];
        list.retain(|id| !std::mem::replace(&mut seen[usize::from(id.0)], true));
        list
    }

    /// Normalised names, each generic one (that no face carries) replaced by what it stands for.
    fn expand<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for name in names.map(normalize) {
            let generic = embedded::generic(&name);
            if generic.is_empty() || self.families.contains_key(&name) {
                all.push(name);
            } else {
                all.extend(generic.iter().map(|f| normalize(f)));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|name| seen.insert(name.clone()));
        all
    }
}

/// The form in which family names are compared: lower case, without quotes around them.
fn normalize(family: &str) -> String {
    family.trim().trim_matches(['"', '\'']).to_lowercase()
}
