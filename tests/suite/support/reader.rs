//! A reader of PDFs that shares no code with the writer: what a screen reader and an archive find.
//!
//! Input: a file. Output: entries by their path, metadata, the structure tree as text with what its
//! marked content says. It knows what Urkunde writes, not all of PDF: strings of two-byte codes,
//! `/ToUnicode` maps, one level of resources a stream.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// A file that has been read.
pub struct Pdf {
    pub document: Document,
}

impl Pdf {
    /// Reads a file that must be sound.
    pub fn open(path: &Path) -> Pdf {
        let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let document = Document::load_mem(&bytes);
        Pdf { document: document.unwrap_or_else(|e| panic!("{}: {e}", path.display())) }
    }

    /// The catalog.
    pub fn catalog(&self) -> &Dictionary {
        self.document.catalog().expect("a catalog")
    }

    /// What a reference refers to.
    pub fn follow<'o>(&'o self, object: &'o Object) -> &'o Object {
        self.document.dereference(object).expect("an object").1
    }

    /// The object at a path of keys and indices below a dictionary: `Names/EmbeddedFiles/Names/1`.
    pub fn at<'o>(&'o self, from: &'o Dictionary, path: &str) -> Option<&'o Object> {
        let mut steps = path.split('/');
        let mut object = self.follow(from.get(steps.next()?.as_bytes()).ok()?);
        for step in steps {
            object = match object {
                Object::Array(items) => items.get(step.parse::<usize>().ok()?)?,
                Object::Dictionary(dictionary) => dictionary.get(step.as_bytes()).ok()?,
                Object::Stream(stream) => stream.dict.get(step.as_bytes()).ok()?,
                _ => return None,
            };
            object = self.follow(object);
        }
        Some(object)
    }

    /// A text of the catalog, by its path.
    pub fn text_at(&self, path: &str) -> Option<String> {
        self.at(self.catalog(), path).map(shown)
    }

    /// An entry of the information dictionary.
    pub fn info(&self, key: &str) -> Option<String> {
        let info = self.follow(self.document.trailer.get(b"Info").ok()?).as_dict().ok()?;
        self.at(info, key).map(shown)
    }

    /// `/W` of a descendant font by CID.
    pub fn widths(&self, descendant: &Dictionary) -> BTreeMap<u16, f64> {
        let list = self.at(descendant, "W").expect("widths").as_array().expect("an array");
        let mut widths = BTreeMap::new();
        for pair in list.chunks(2) {
            let first = u16::try_from(pair[0].as_i64().expect("a CID")).expect("a CID");
            for (cid, width) in (first..).zip(pair[1].as_array().expect("an array")) {
                widths.insert(cid, f64::from(width.as_float().expect("a width")));
            }
        }
        widths
    }

    /// The XMP packet.
    pub fn xmp(&self) -> String {
        let stream = self.at(self.catalog(), "Metadata").expect("metadata");
        let stream = stream.as_stream().expect("a stream");
        String::from_utf8(unpacked(stream)).expect("UTF-8")
    }

    /// The contents of an attached file.
    pub fn file(&self, name: &str) -> Option<(&Dictionary, &Dictionary, Vec<u8>)> {
        let names = self.at(self.catalog(), "Names/EmbeddedFiles/Names")?.as_array().ok()?;
        let at = names.chunks(2).position(|pair| shown(&pair[0]) == name)?;
        let specification = self.follow(&names[at * 2 + 1]).as_dict().ok()?;
        let stream = self.at(specification, "EF/F")?.as_stream().ok()?;
        Some((specification, &stream.dict, unpacked(stream)))
    }

    /// The pages' ids.
    pub fn pages(&self) -> Vec<ObjectId> {
        self.document.get_pages().into_values().collect()
    }

    /// The dictionary of a page.
    pub fn page(&self, index: usize) -> &Dictionary {
        self.document.get_dictionary(self.pages()[index]).expect("a page")
    }

    /// The structure tree: an element a line, indented, with its attributes; its text below it.
    pub fn structure(&self) -> String {
        let marked = self.marked();
        let mut out = String::new();
        let top = self.at(self.catalog(), "StructTreeRoot/K").expect("a structure tree");
        self.kids(top, None, 0, &marked, &mut out);
        out
    }

    fn kids(
        &self,
        kids: &Object,
        page: Option<ObjectId>,
        depth: usize,
        marked: &Marked,
        out: &mut String,
    ) {
        match kids {
            Object::Array(kids) => {
                kids.iter().for_each(|kid| self.kids(kid, page, depth, marked, out));
            }
            Object::Reference(_) => self.kids(self.follow(kids), page, depth, marked, out),
            Object::Integer(mcid) => {
                let page = page.expect("the page of a marked content");
                say(&marked[&(page, *mcid)], depth, out);
            }
            Object::Dictionary(kid) if kid.has(b"S") => self.element(kid, page, depth, marked, out),
            Object::Dictionary(kid) if kid.has(b"MCID") => {
                let of = |key: &[u8]| kid.get(key).ok().and_then(|o| o.as_reference().ok());
                let holder = of(b"Stm").or(of(b"Pg")).or(page).expect("where the content is");
                let mcid = kid.get(b"MCID").and_then(Object::as_i64).expect("a number");
                say(&marked[&(holder, mcid)], depth, out);
            }
            Object::Dictionary(kid) => {
                let contents = self.at(kid, "Obj/Contents").map(shown).unwrap_or_default();
                let kind = self.at(kid, "Obj/Subtype").map(shown).unwrap_or_default();
                let _ = writeln!(out, "{}({kind} annotation: {contents})", "  ".repeat(depth));
            }
            _ => panic!("no child of a structure element: {kids:?}"),
        }
    }

    fn element(
        &self,
        element: &Dictionary,
        page: Option<ObjectId>,
        depth: usize,
        marked: &Marked,
        out: &mut String,
    ) {
        let page = element.get(b"Pg").ok().and_then(|o| o.as_reference().ok()).or(page);
        let _ = write!(out, "{}{}", "  ".repeat(depth), shown(element.get(b"S").expect("a role")));
        for key in ["ID", "Lang", "Alt", "E", "ActualText", "T"] {
            if let Some(value) = self.at(element, key) {
                let _ = write!(out, " {key}={:?}", shown(value));
            }
        }
        match element.get(b"A").map(|a| self.follow(a)) {
            Ok(Object::Array(all)) => all.iter().for_each(|a| self.attributes(a, out)),
            Ok(one) => self.attributes(one, out),
            Err(_) => {}
        }
        out.push('\n');
        if let Ok(kids) = element.get(b"K") {
            self.kids(kids, page, depth + 1, marked, out);
        }
    }

    /// Attributes of an element, all owners alike, but for layout.
    fn attributes(&self, object: &Object, out: &mut String) {
        let dictionary = self.follow(object).as_dict().expect("attributes");
        for (key, value) in dictionary {
            let key = String::from_utf8_lossy(key);
            if !matches!(&*key, "O" | "Placement" | "BBox") {
                let _ = write!(out, " {key}={}", shown(value));
            }
        }
    }

    /// What every marked content says.
    fn marked(&self) -> Marked {
        let mut marked = Marked::new();
        for id in self.pages() {
            let page = self.document.get_dictionary(id).expect("a page");
            let content = self.document.get_page_content(id);
            self.read(id, &content, self.at(page, "Resources"), &mut marked);
        }
        for (id, object) in &self.document.objects {
            if let Object::Stream(stream) = object
                && stream.dict.has(b"StructParents")
            {
                let resources = self.at(&stream.dict, "Resources");
                self.read(*id, &unpacked(stream), resources, &mut marked);
            }
        }
        marked
    }

    fn read(
        &self,
        holder: ObjectId,
        content: &[u8],
        resources: Option<&Object>,
        marked: &mut Marked,
    ) {
        let fonts = resources.and_then(|r| r.as_dict().ok()).and_then(|r| self.at(r, "Font"));
        let mut reading = Reading::default();
        for (name, font) in fonts.and_then(|f| f.as_dict().ok()).into_iter().flatten() {
            let font = self.follow(font).as_dict().expect("a font");
            let map = self.at(font, "ToUnicode").expect("a map").as_stream().expect("a stream");
            reading.fonts.insert(name.clone(), to_unicode(&unpacked(map)));
        }
        for operation in Content::decode(content).expect("content").operations {
            if let Some((mcid, text)) = reading.step(&operation) {
                let known = marked.insert((holder, mcid), text);
                assert!(known.is_none(), "marked content {mcid} twice");
            }
        }
        assert!(reading.open.is_empty(), "marked content is left open");
    }
}

/// What marked content says, by the page or form it stands in and its number.
type Marked = BTreeMap<(ObjectId, i64), String>;

fn say(text: &str, depth: usize, out: &mut String) {
    let text = if text.is_empty() { "(no text)".into() } else { format!("{text:?}") };
    let _ = writeln!(out, "{}{text}", "  ".repeat(depth));
}

/// The state of reading a content stream.
#[derive(Default)]
struct Reading {
    fonts: BTreeMap<Vec<u8>, BTreeMap<u16, String>>,
    font: Vec<u8>,
    /// The fonts of saved graphics states.
    saved: Vec<Vec<u8>>,
    /// Open marked content, outermost first.
    open: Vec<Open>,
}

struct Open {
    mcid: Option<i64>,
    actual: Option<String>,
    /// Strings stand in it from their last character to the first.
    reversed: bool,
    text: String,
}

impl Reading {
    /// Does a step; what a marked content with a number says when it ends.
    fn step(&mut self, operation: &Operation) -> Option<(i64, String)> {
        let operands = &operation.operands;
        match operation.operator.as_str() {
            "BMC" => self.open.push(Open {
                mcid: None,
                actual: None,
                reversed: shown(&operands[0]) == "ReversedChars",
                text: String::new(),
            }),
            "BDC" => {
                let properties = operands[1].as_dict().expect("properties in their place");
                self.open.push(Open {
                    mcid: properties.get(b"MCID").and_then(Object::as_i64).ok(),
                    actual: properties.get(b"ActualText").map(shown).ok(),
                    reversed: false,
                    text: String::new(),
                });
            }
            "EMC" => {
                let Open { mcid, actual, text, .. } =
                    self.open.pop().expect("an open marked content");
                let text = actual.unwrap_or(text);
                match (mcid, self.open.last_mut()) {
                    (Some(mcid), _) => return Some((mcid, text)),
                    (None, Some(around)) => around.text.push_str(&text),
                    (None, None) => {}
                }
            }
            "q" => self.saved.push(self.font.clone()),
            "Q" => self.font = self.saved.pop().expect("a saved state"),
            "Tf" => self.font = operands[0].as_name().expect("a font").to_vec(),
            "Tj" => self.show(&operands[..1]),
            "TJ" => self.show(operands[0].as_array().expect("an array")),
            _ => {}
        }
        None
    }

    fn show(&mut self, strings: &[Object]) {
        let map = &self.fonts[&self.font];
        let codes = strings.iter().filter_map(|object| object.as_str().ok());
        let codes = codes.flat_map(|string| string.chunks(2));
        let said = |code: &[u8]| {
            let code = u16::from_be_bytes([code[0], code[1]]);
            map.get(&code).map_or("\u{fffd}", String::as_str)
        };
        let mut said: Vec<&str> = codes.map(said).collect();
        let open = self.open.last_mut().expect("text is marked");
        if open.reversed {
            said.reverse();
        }
        open.text.push_str(&said.concat());
    }
}

/// A `/ToUnicode` map: what each code stands for.
pub fn to_unicode(map: &[u8]) -> BTreeMap<u16, String> {
    let text = String::from_utf8_lossy(map);
    let mut codes = BTreeMap::new();
    let utf16 = |hex: &str| {
        let units: Vec<u16> = (0..hex.len() / 4)
            .map(|i| u16::from_str_radix(&hex[i * 4..i * 4 + 4], 16).expect("hex"))
            .collect();
        String::from_utf16(&units).expect("UTF-16")
    };
    let mut section = "";
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.last() {
            Some(&"beginbfchar") => section = "char",
            Some(&"beginbfrange") => section = "range",
            Some(&"endbfchar" | &"endbfrange") => section = "",
            _ => {}
        }
        let hex: Vec<&str> =
            line.split('<').skip(1).filter_map(|part| part.split('>').next()).collect();
        let code = |hex: &str| u16::from_str_radix(hex, 16).expect("a code");
        match (section, hex.as_slice()) {
            ("char", [from, to]) => {
                codes.insert(code(from), utf16(to));
            }
            ("range", [first, last, texts @ ..]) if line.contains('[') => {
                let known: Vec<u16> = (code(first)..=code(last)).collect();
                assert_eq!(known.len(), texts.len(), "{line}");
                codes.extend(known.into_iter().zip(texts.iter().map(|text| utf16(text))));
            }
            ("range", [first, last, to]) => {
                let to = utf16(to);
                let start = u32::from(to.chars().next_back().expect("a character"));
                let stem: String = to.chars().take(to.chars().count() - 1).collect();
                for (i, code) in (code(first)..=code(last)).enumerate() {
                    let c = char::from_u32(start + i as u32).expect("a character");
                    codes.insert(code, format!("{stem}{c}"));
                }
            }
            _ => {}
        }
    }
    codes
}

/// The bytes of a stream without its filters.
pub fn unpacked(stream: &Stream) -> Vec<u8> {
    if stream.dict.has(b"Filter") {
        stream.decompressed_content().expect("a packed stream")
    } else {
        stream.content.clone()
    }
}

/// A text, name or number as text; arrays in brackets.
pub fn shown(object: &Object) -> String {
    match object {
        Object::String(bytes, _) => match bytes.strip_prefix(&[0xfe, 0xff]) {
            Some(rest) => {
                let units: Vec<u16> =
                    rest.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                String::from_utf16(&units).expect("UTF-16")
            }
            None => String::from_utf8_lossy(bytes).into_owned(),
        },
        Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
        Object::Integer(number) => number.to_string(),
        Object::Real(number) => number.to_string(),
        Object::Boolean(value) => value.to_string(),
        Object::Array(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" "))
        }
        other => format!("{other:?}"),
    }
}
