//! What content streams name: fonts, graphics states, shadings, XObjects.
//!
//! A sheet notes what it uses under names of its own; the dictionary is written when the objects
//! behind the names have their numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lopdf::{Dictionary, Object};

use super::fonts::resource_name;
use super::image::Picture;
use super::object::{dict, name, number};

/// The resources that a sheet uses.
#[derive(Default)]
pub(super) struct Resources {
    /// Fonts by their index in the document.
    pub(super) fonts: BTreeSet<usize>,
    /// Graphics states by name.
    pub(super) states: BTreeMap<String, GraphicsState>,
    /// Shadings by name.
    pub(super) shadings: BTreeMap<String, Dictionary>,
    /// XObjects by name.
    pub(super) xobjects: BTreeMap<String, XObject>,
    /// Whether [`REGISTRATION`] is used.
    pub(super) registration: bool,
    /// Whether CMYK without a profile of its own is used, here or in what is shown here.
    pub(super) device_cmyk: bool,
}

/// The name of the colour space that means all inks of a press.
pub(super) const REGISTRATION: &str = "All";

/// All inks at once (ISO 32000-1 §8.6.6.4); where colours are not separated, a grey.
fn registration() -> Object {
    let range = |from: i64, to: i64| Object::Array(vec![from.into(), to.into()]);
    let shade = |value: i64| Object::Array(vec![value.into()]);
    let tint = dict([
        ("FunctionType", 2.into()),
        ("Domain", range(0, 1)),
        ("C0", shade(1)),
        ("C1", shade(0)),
        ("N", 1.into()),
    ]);
    let all = [name("Separation"), name("All"), name("DeviceGray"), Object::Dictionary(tint)];
    Object::Array(all.into())
}

/// An entry of `/ExtGState`.
pub(super) enum GraphicsState {
    /// Opacity of fills.
    FillAlpha(f32),
    /// Opacity of strokes.
    StrokeAlpha(f32),
    /// A soft mask: a sheet, and whether its brightness counts rather than its opacity.
    Mask(usize, bool),
    /// A blend mode.
    Blend(&'static str),
}

/// An entry of `/XObject`.
pub(super) enum XObject {
    /// A form of the same document.
    Sheet(usize),
    /// A picture.
    Picture(Arc<Picture>),
}

impl GraphicsState {
    /// The dictionary, given how to refer to a sheet.
    pub(super) fn dictionary(&self, sheet: &dyn Fn(usize) -> Object) -> Dictionary {
        match self {
            GraphicsState::FillAlpha(alpha) => dict([("ca", number(*alpha))]),
            GraphicsState::StrokeAlpha(alpha) => dict([("CA", number(*alpha))]),
            GraphicsState::Blend(mode) => dict([("BM", name(mode))]),
            GraphicsState::Mask(index, luminance) => {
                let kind = if *luminance { "Luminosity" } else { "Alpha" };
                let mask = dict([("Type", name("Mask")), ("S", name(kind)), ("G", sheet(*index))]);
                dict([("SMask", Object::Dictionary(mask))])
            }
        }
    }
}

impl Resources {
    /// The resource dictionary, given how to refer to sheets, pictures and fonts; `cmyk` is the space that
    /// stands for the device's CMYK (ISO 32000-1 §8.6.5.6).
    pub(super) fn dictionary(
        &self,
        sheet: &dyn Fn(usize) -> Object,
        picture: &mut dyn FnMut(&Picture) -> Object,
        font: &dyn Fn(usize) -> Object,
        cmyk: Option<&Object>,
    ) -> Dictionary {
        let mut all = Dictionary::new();
        let mut set = |key: &str, entries: Vec<(String, Object)>| {
            if !entries.is_empty() {
                let entries: Dictionary = entries.into_iter().collect();
                all.set(key, Object::Dictionary(entries));
            }
        };
        set("Font", self.fonts.iter().map(|i| (resource_name(*i), font(*i))).collect());
        let states = self.states.iter();
        set(
            "ExtGState",
            states.map(|(k, s)| (k.clone(), Object::Dictionary(s.dictionary(sheet)))).collect(),
        );
        let mut spaces = Vec::new();
        if self.registration {
            spaces.push((REGISTRATION.to_owned(), registration()));
        }
        if let Some(cmyk) = cmyk.filter(|_| self.device_cmyk) {
            spaces.push(("DefaultCMYK".to_owned(), cmyk.clone()));
        }
        set("ColorSpace", spaces);
        let shadings = self.shadings.iter();
        set("Shading", shadings.map(|(k, d)| (k.clone(), Object::Dictionary(d.clone()))).collect());
        let xobjects = self.xobjects.iter();
        let mut refer = |object: &XObject| match object {
            XObject::Sheet(index) => sheet(*index),
            XObject::Picture(p) => picture(p),
        };
        set("XObject", xobjects.map(|(k, x)| (k.clone(), refer(x))).collect());
        all
    }
}
