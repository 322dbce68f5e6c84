//! A PDF as readable text: every object in the order of its number, streams unpacked, what is shown as
//! the text it stands for. What only a machine reads (font programs, samples, profiles) is told by its
//! measures, so that the text changes where the document does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::content::Content;
use lopdf::{Dictionary, Object, Stream, StringFormat};

use super::program;
use super::reader::{Pdf, shown, to_unicode, unpacked};

/// Texts of glyph codes, by the name of a font among resources.
type Fonts = BTreeMap<Vec<u8>, BTreeMap<u16, String>>;

/// The whole file as text.
pub fn readable(pdf: &Pdf) -> String {
    let fonts = fonts(pdf);
    let mut out = String::new();
    for ((number, _), object) in &pdf.document.objects {
        // How objects are packed is no matter of the document.
        let kind = object.as_stream().ok().and_then(|s| s.dict.get(b"Type").ok()).map(shown);
        if matches!(kind.as_deref(), Some("XRef" | "ObjStm")) {
            continue;
        }
        let _ = write!(out, "{number}: ");
        match object {
            Object::Stream(stream) => write_stream(stream, &fonts, &mut out),
            object => write_object(object, 0, &mut out),
        }
        out.push_str("\n\n");
    }
    out.push_str("trailer: ");
    let mut trailer = Dictionary::new();
    for key in ["Root", "Info"] {
        trailer.set(key, pdf.document.trailer.get(key.as_bytes()).expect("an entry").clone());
    }
    write_object(&Object::Dictionary(trailer), 0, &mut out);
    out.push('\n');
    out
}

/// The texts of all fonts; one name means one font in all of a document.
fn fonts(pdf: &Pdf) -> Fonts {
    let mut fonts = Fonts::new();
    for index in 0..pdf.pages().len() {
        let list = pdf.at(pdf.page(index), "Resources/Font").and_then(|f| f.as_dict().ok());
        for (name, font) in list.into_iter().flatten() {
            let font = pdf.follow(font).as_dict().expect("a font");
            let map = pdf.at(font, "ToUnicode").expect("a map").as_stream().expect("a stream");
            fonts.insert(name.clone(), to_unicode(&unpacked(map)));
        }
    }
    fonts
}

fn write_stream(stream: &Stream, fonts: &Fonts, out: &mut String) {
    let mut dictionary = stream.dict.clone();
    for key in ["Length", "Length1", "Filter", "DecodeParms"] {
        dictionary.remove(key.as_bytes());
    }
    write_object(&Object::Dictionary(dictionary), 0, out);
    let bytes = if stream.dict.get(b"Filter").is_ok_and(|f| shown(f) == "DCTDecode") {
        stream.content.clone()
    } else {
        unpacked(stream)
    };
    let entry = |key: &str| stream.dict.get(key.as_bytes()).ok().map(shown);
    let subtype = entry("Subtype");
    match subtype.as_deref() {
        Some("CIDFontType0C") => write_program(&bytes, true, out),
        Some("Image") => {
            let _ = write!(out, "\n  {} bytes, {}", bytes.len(), digest(&bytes));
        }
        _ if stream.dict.has(b"N") => {
            let _ = write!(out, "\n  a profile of {} bytes, {}", bytes.len(), digest(&bytes));
        }
        _ if stream.dict.has(b"Length1") => write_program(&bytes, false, out),
        Some("XML") => write_lines(&bytes, out),
        None if bytes.starts_with(b"/CIDInit") => {
            for (code, text) in to_unicode(&bytes) {
                let _ = write!(out, "\n  <{code:04x}> {text:?}");
            }
        }
        Some("Form") | None => write_content(&bytes, fonts, out),
        _ => write_lines(&bytes, out),
    }
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_owned()
}

fn write_program(bytes: &[u8], is_cff: bool, out: &mut String) {
    let advances = program::advances(bytes, is_cff);
    let list: Vec<String> = advances.values().map(|advance| format!("{advance:.0}")).collect();
    let kind = if is_cff { "CFF" } else { "TrueType" };
    let _ = write!(out, "\n  {kind}, advances {}", list.join(" "));
}

fn write_lines(bytes: &[u8], out: &mut String) {
    for line in String::from_utf8_lossy(bytes).lines() {
        let _ = write!(out, "\n  {line}");
    }
}

/// Operations, one a line, indented within marked content, text objects and saved states.
fn write_content(bytes: &[u8], fonts: &Fonts, out: &mut String) {
    let mut depth = 1usize;
    let (mut font, mut saved) = (Vec::new(), Vec::new());
    for operation in Content::decode(bytes).expect("content").operations {
        let operator = operation.operator.as_str();
        if matches!(operator, "EMC" | "ET" | "Q") {
            depth -= 1;
        }
        let _ = write!(out, "\n{}", "  ".repeat(depth));
        for operand in &operation.operands {
            write_object(operand, usize::MAX, out);
            out.push(' ');
        }
        out.push_str(operator);
        match operator {
            "q" => saved.push(font.clone()),
            "Q" => font = saved.pop().expect("a saved state"),
            _ => {}
        }
        match operator {
            "Tf" => font = operation.operands[0].as_name().expect("a font").to_vec(),
            "Tj" | "TJ" => {
                let mut text = String::new();
                read(&operation.operands[0], &fonts[&font], &mut text);
                let _ = write!(out, "  % {text}");
            }
            "BDC" | "BMC" | "BT" | "q" => depth += 1,
            _ => {}
        }
    }
}

fn read(object: &Object, texts: &BTreeMap<u16, String>, out: &mut String) {
    match object {
        Object::String(codes, _) => {
            for code in codes.chunks(2) {
                let code = u16::from_be_bytes([code[0], code[1]]);
                out.push_str(texts.get(&code).map_or("\u{fffd}", String::as_str));
            }
        }
        Object::Array(items) => items.iter().for_each(|item| read(item, texts, out)),
        _ => {}
    }
}

/// An object; dictionaries that are not too deep have an entry a line.
fn write_object(object: &Object, depth: usize, out: &mut String) {
    match object {
        Object::Null => out.push_str("null"),
        Object::Reference((number, _)) => {
            let _ = write!(out, "#{number}");
        }
        Object::Name(_) => {
            let _ = write!(out, "/{}", shown(object));
        }
        Object::String(bytes, format) => write_string(bytes, *format, depth, out),
        Object::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                write_object(item, usize::MAX, out);
            }
            out.push(']');
        }
        Object::Dictionary(dictionary) => {
            let on_lines = depth == 0 && dictionary.len() > 1;
            out.push_str("<<");
            for (key, value) in dictionary {
                out.push_str(if on_lines { "\n  " } else { " " });
                let _ = write!(out, "/{} ", String::from_utf8_lossy(key));
                write_object(value, depth.saturating_add(1), out);
            }
            out.push_str(if on_lines { "\n>>" } else { " >>" });
        }
        other => out.push_str(&shown(other)),
    }
}

/// A text in quotes; glyph codes and digests in figures.
fn write_string(bytes: &[u8], format: StringFormat, depth: usize, out: &mut String) {
    let is_text = bytes.starts_with(&[0xfe, 0xff])
        || bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let is_code = depth == usize::MAX && !bytes.starts_with(&[0xfe, 0xff]) && bytes.contains(&0);
    if is_text && !is_code && format == StringFormat::Literal {
        let _ = write!(out, "{:?}", shown(&Object::String(bytes.to_vec(), format)));
    } else {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = write!(out, "<{hex}>");
    }
}
