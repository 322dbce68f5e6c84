//! Loading pictures, each once.
//!
//! Input: paths, `src` values, inline SVG, QR texts. Output: shared [`Image`]s or the diagnostic why
//! there is none. Results are kept for the life of the store, failures too, so a batch reads each
//! file once. Nothing outside the project's folder is opened, also not by way of symbolic links.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use super::dataurl;
use super::inline::{self, InheritedStyle};
use super::qr::{self, QrLevel};
use super::svg::{self, SvgContext};
use super::{Image, Loaded, decode_raster};
use crate::diag::{Diagnostic, nearest};

/// Gives the faces for SVG text; called only when an SVG holds text.
pub type SvgFonts = Arc<dyn Fn() -> Arc<usvg::fontdb::Database> + Send + Sync>;

/// The pictures of a run; shared by all workers.
pub struct ImageStore {
    root: PathBuf,
    fonts: SvgFonts,
    files: RwLock<BTreeMap<PathBuf, Slot>>,
    contents: RwLock<BTreeMap<[u8; 32], Slot>>,
    /// The digests of the files that were read.
    digests: RwLock<BTreeMap<PathBuf, [u8; 32]>>,
    /// The files that pictures show within them, by the digest of the picture.
    shown_within: RwLock<BTreeMap<[u8; 32], Vec<PathBuf>>>,
}

/// Filled by the first who asks; others wait for it.
type Slot = Arc<OnceLock<Loaded>>;

impl ImageStore {
    /// A store over a project's folder, beyond which nothing is opened.
    pub fn new(root: impl Into<PathBuf>, fonts: SvgFonts) -> ImageStore {
        let root = root.into();
        ImageStore {
            // A folder that is not there is reported by whoever opens its first file.
            root: root.canonicalize().unwrap_or(root),
            fonts,
            files: RwLock::default(),
            contents: RwLock::default(),
            digests: RwLock::default(),
            shown_within: RwLock::default(),
        }
    }

    /// A picture by the value of `src`: a `data:` URL, or a path relative to `base` (a folder) or,
    /// beginning with `/`, to the project.
    pub fn load_src(&self, src: &str, base: &Path) -> Result<Arc<Image>, Diagnostic> {
        let src = src.trim();
        let scheme = src.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("data") => self.load_data_url(src),
            Some(s) if s.len() > 1 && s.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                Err(Diagnostic::error("remote-image", format!("image `{src}` is not a file"))
                    .help("nothing is fetched from the network; save the picture in the project"))
            }
            _ => self.load(&self.path_of(src, base), src),
        }
    }

    fn path_of(&self, src: &str, base: &Path) -> PathBuf {
        let path = src.split(['?', '#']).next().unwrap_or(src);
        let decoded = String::from_utf8_lossy(&dataurl::percent_decode(path)).into_owned();
        match decoded.strip_prefix('/') {
            Some(from_root) => self.root.join(from_root),
            None => self.root.join(base).join(decoded),
        }
    }

    /// A picture by its path, absolute or relative to the project.
    pub fn load(&self, path: &Path, name_for_diag: &str) -> Result<Arc<Image>, Diagnostic> {
        let path = normalize(&self.root.join(path));
        let slot = slot(&self.files, &path);
        let load = || {
            let bytes = self.read(&path, name_for_diag)?;
            self.decode(&bytes, name_for_diag, path.parent().unwrap_or(&self.root), false)
        };
        slot.get_or_init(load).clone()
    }

    /// A picture from bytes. The format is told by the bytes; `name_for_diag` is for messages.
    pub fn load_bytes(&self, bytes: &[u8], name_for_diag: &str) -> Result<Arc<Image>, Diagnostic> {
        self.decode(bytes, name_for_diag, &self.root, false)
    }

    /// A picture from a `data:` URL.
    pub fn load_data_url(&self, url: &str) -> Result<Arc<Image>, Diagnostic> {
        let name = shorten(url);
        let (_, bytes) = dataurl::decode(url).map_err(|why| {
            Diagnostic::error("broken-image", format!("`{name}` cannot be read: {why}"))
        })?;
        self.load_bytes(&bytes, &name)
    }

    /// Inline SVG of a page that stands in `base`, and what it inherits. Namespaces that HTML does
    /// without are added.
    pub fn inline_svg(
        &self,
        text: &str,
        inherited: &InheritedStyle<'_>,
        base: &Path,
        name_for_diag: &str,
    ) -> Result<Arc<Image>, Diagnostic> {
        let text = inline::as_document(text, inherited);
        self.decode(text.as_bytes(), name_for_diag, &self.root.join(base), true)
    }

    /// A QR code, black on transparent, with its quiet zone.
    pub fn qr(&self, value: &str, level: QrLevel) -> Result<Arc<Image>, Diagnostic> {
        qr::encode(value, level).map(Arc::new)
    }

    /// The file that `src` names, if it was read: its path, relative to the project and with `/`
    /// between the parts, and the BLAKE3 digest of its bytes.
    pub fn file_of_src(&self, src: &str, base: &Path) -> Option<(String, [u8; 32])> {
        self.file_read(&normalize(&self.root.join(self.path_of(src.trim(), base))))
    }

    /// The files that a picture with this digest shows within it.
    pub fn files_within(&self, digest: &[u8; 32]) -> Vec<(String, [u8; 32])> {
        let all = self.shown_within.read().unwrap_or_else(PoisonError::into_inner);
        let paths = all.get(digest).map_or(&[][..], Vec::as_slice);
        paths.iter().filter_map(|path| self.file_read(path)).collect()
    }

    fn file_read(&self, path: &Path) -> Option<(String, [u8; 32])> {
        let all = self.digests.read().unwrap_or_else(PoisonError::into_inner);
        let digest = *all.get(path)?;
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = path.components().map(|c| c.as_os_str().to_string_lossy()).collect();
        Some((parts.join("/"), digest))
    }

    /// Decodes bytes unless the same bytes were decoded before.
    fn decode(&self, bytes: &[u8], name: &str, folder: &Path, inline: bool) -> Loaded {
        // The folder within the project: where the project lies changes no document.
        let digest = content_key(bytes, folder.strip_prefix(&self.root).unwrap_or(folder), inline);
        let decode = || {
            let within = Mutex::default();
            let image = self.decode_new(bytes, name, folder, inline, &within);
            let within = within.into_inner().unwrap_or_else(PoisonError::into_inner);
            if !within.is_empty() {
                let mut all = self.shown_within.write().unwrap_or_else(PoisonError::into_inner);
                all.insert(digest, within);
            }
            Ok(Arc::new(Image { digest, ..image? }))
        };
        slot(&self.contents, &digest).get_or_init(decode).clone()
    }

    fn decode_new(
        &self,
        bytes: &[u8],
        name: &str,
        folder: &Path,
        inline: bool,
        within: &Mutex<Vec<PathBuf>>,
    ) -> Result<Image, Diagnostic> {
        if let Some(raster) = decode_raster(bytes, name) {
            return raster;
        }
        let unknown = || {
            Diagnostic::error(
                "unknown-image-format",
                format!("image `{name}` is in no format that is known"),
            )
            .help("expected PNG, JPEG or SVG (UTF-8, not compressed)")
        };
        let text = std::str::from_utf8(bytes).map_err(|_| unknown())?;
        let text = text.trim_start_matches('\u{feff}');
        if !text.trim_start().starts_with('<') {
            return Err(unknown());
        }
        let read = |href: &str| {
            let path = self.path_of(href, folder);
            within.lock().unwrap_or_else(PoisonError::into_inner).push(normalize(&path));
            self.read(&path, href)
        };
        let context = SvgContext { name, fonts: &self.fonts, inline, read: &read };
        svg::parse(text, &context)
    }

    fn read(&self, path: &Path, name: &str) -> Result<Vec<u8>, Diagnostic> {
        let path = normalize(path);
        if !path.starts_with(&self.root) {
            return Err(outside(name));
        }
        let real = path.canonicalize().map_err(|_| missing(&path, name))?;
        if !real.starts_with(&self.root) {
            return Err(outside(name));
        }
        let bytes = std::fs::read(&real).map_err(|error| {
            Diagnostic::error("unreadable-image", format!("image `{name}` cannot be read: {error}"))
        })?;
        let digest = *blake3::hash(&bytes).as_bytes();
        self.digests.write().unwrap_or_else(PoisonError::into_inner).insert(path, digest);
        Ok(bytes)
    }
}

/// The slot of a key, made where there is none.
fn slot<K: Ord + Clone>(map: &RwLock<BTreeMap<K, Slot>>, key: &K) -> Slot {
    if let Some(slot) = map.read().unwrap_or_else(PoisonError::into_inner).get(key) {
        return Arc::clone(slot);
    }
    let mut map = map.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(map.entry(key.clone()).or_default())
}

/// What decoding depends on: the bytes, and for SVG the folder of its references and whether
/// it is part of a page.
fn content_key(bytes: &[u8], folder: &Path, inline: bool) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(bytes);
    if bytes.first().is_some_and(|b| *b != 0x89 && *b != 0xff) {
        let parts: Vec<_> = folder.components().map(|c| c.as_os_str().to_string_lossy()).collect();
        hasher.update(format!("\0{}\0{inline}", parts.join("/")).as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// The path without `.` and `..`, by its letters alone.
fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

fn outside(name: &str) -> Diagnostic {
    Diagnostic::error("image-outside-project", format!("image `{name}` lies outside the project"))
        .help("copy it into the project's folder")
}

/// A file that is not there, with the name in its folder that is most like it.
fn missing(path: &Path, name: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("missing-image", format!("image `{name}` does not exist"));
    let Some(folder) = path.parent() else { return diagnostic };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return diagnostic.note("its folder does not exist either");
    };
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

/// The beginning of a `data:` URL, for messages.
fn shorten(url: &str) -> String {
    const SHOWN: usize = 40;
    match url.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &url[..at]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
