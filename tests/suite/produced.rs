//! All PDFs at once: those of the shipped project and of every fixture, more than a thousand. What
//! must be true of each is read back by code that shares nothing with the writer; veraPDF and the
//! renderers are asked by `.ci/run`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object};
use urkunde::pipeline::{Inspection, Profile};

use crate::support::reader::{Pdf, to_unicode, unpacked};
use crate::support::{Run, program, repository};

/// A PDF and what it was made from.
struct Produced {
    name: String,
    bytes: Vec<u8>,
}

/// All PDFs, made once for all tests of this file.
fn all() -> &'static [Produced] {
    static ALL: OnceLock<Vec<Produced>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = each(&fixtures(), |page| {
            // Uncalibrated CMYK stands in no PDF/A.
            let is_cmyk = page.to_string_lossy().contains("cmyk");
            let profile = if is_cmyk { Profile::Pdf17 } else { Profile::A2aUa1 };
            let name = page.display().to_string();
            let mut inspection =
                Inspection::new(page, None).unwrap_or_else(|found| panic!("{name}: {found:?}"));
            let bytes = inspection.pdf(profile, None);
            let bytes = bytes.unwrap_or_else(|| panic!("{name}: {:?}", inspection.take_found()));
            Produced { name, bytes }
        });
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().display().to_string();
        Run::in_folder(repository(), &["render", "--quiet", "--output", &out]).good();
        let shipped = files(folder.path(), "pdf").into_iter().map(|path| {
            let name = path.strip_prefix(folder.path()).unwrap().display().to_string();
            Produced { name, bytes: std::fs::read(path).unwrap() }
        });
        all.extend(shipped);
        all
    })
}

/// The pages of all fixtures.
fn fixtures() -> Vec<PathBuf> {
    let tests = repository().join("tests");
    let mut pages = files(&tests.join("oracle/fixtures"), "html");
    pages.extend(files(&tests.join("paint"), "html"));
    pages
}

/// All files below a folder with this ending, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Does some work for each item, on all processors; the results in order.
fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                std::thread::Builder::new()
                    .stack_size(64 << 20)
                    .spawn_scoped(scope, worker)
                    .unwrap()
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Holds every PDF against a check; all complaints are told at once.
fn hold(check: impl Fn(&Pdf) -> Vec<String> + Sync) {
    let all = all();
    assert!(all.len() > 1200, "only {} PDFs", all.len());
    let complaints = each(all, |produced| {
        let document = Document::load_mem(&produced.bytes).unwrap();
        let found = check(&Pdf { document });
        found.into_iter().map(|text| format!("{}: {text}", produced.name)).collect::<Vec<_>>()
    });
    let complaints = complaints.concat();
    let shown = complaints.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(complaints.is_empty(), "{} complaints:\n{shown}", complaints.len());
}

/// The composite fonts of a document, each with its descendant and its descriptor.
fn fonts(pdf: &Pdf) -> Vec<(&Dictionary, &Dictionary, &Dictionary)> {
    let dictionaries = pdf.document.objects.values().filter_map(|object| object.as_dict().ok());
    let composite = dictionaries.filter(|d| d.get(b"Subtype").is_ok_and(|s| is_name(s, "Type0")));
    composite
        .map(|font| {
            let descendant = pdf.at(font, "DescendantFonts/0").unwrap().as_dict().unwrap();
            let descriptor = pdf.at(descendant, "FontDescriptor").unwrap().as_dict().unwrap();
            (font, descendant, descriptor)
        })
        .collect()
}

fn is_name(object: &Object, name: &str) -> bool {
    object.as_name().is_ok_and(|n| n == name.as_bytes())
}

#[test]
fn widths_are_those_of_the_embedded_programs() {
    // Widths are written with three decimals.
    const TOLERANCE: f64 = 0.001;
    let glyphs = AtomicUsize::new(0);
    hold(|pdf| {
        let mut found = Vec::new();
        for (font, descendant, descriptor) in fonts(pdf) {
            let name = font.get(b"BaseFont").unwrap();
            let (key, is_cff) = match descriptor.has(b"FontFile3") {
                true => ("FontFile3", true),
                false => ("FontFile2", false),
            };
            let file = unpacked(pdf.at(descriptor, key).unwrap().as_stream().unwrap());
            let advances = program::advances(&file, is_cff);
            assert!(is_cff || is_name(descendant.get(b"CIDToGIDMap").unwrap(), "Identity"));
            for (cid, width) in pdf.widths(descendant) {
                glyphs.fetch_add(1, Ordering::Relaxed);
                let advance = advances.get(&cid).copied().unwrap_or(f64::NAN);
                if (advance - width).abs().is_nan() || (advance - width).abs() > TOLERANCE {
                    found.push(format!("{name:?}: glyph {cid} is {advance} wide, /W says {width}"));
                }
            }
        }
        found
    });
    let glyphs = glyphs.into_inner();
    assert!(glyphs > 10_000, "only {glyphs} glyphs");
}

#[test]
fn every_glyph_shown_has_a_width_a_text_and_an_outline() {
    hold(|pdf| {
        let mut found = Vec::new();
        let mut streams: Vec<(Vec<u8>, Option<&Object>)> = pdf
            .pages()
            .into_iter()
            .enumerate()
            .map(|(index, id)| {
                (pdf.document.get_page_content(id), pdf.at(pdf.page(index), "Resources"))
            })
            .collect();
        for stream in pdf.document.objects.values().filter_map(|object| object.as_stream().ok()) {
            if stream.dict.get(b"Subtype").is_ok_and(|s| is_name(s, "Form")) {
                streams.push((unpacked(stream), pdf.at(&stream.dict, "Resources")));
            }
        }
        for (content, resources) in streams {
            let fonts = resources.and_then(|r| r.as_dict().ok()).and_then(|r| pdf.at(r, "Font"));
            let fonts = fonts.and_then(|fonts| fonts.as_dict().ok());
            let mut shown: BTreeMap<Vec<u8>, BTreeSet<u16>> = BTreeMap::new();
            let (mut font, mut saved) = (Vec::new(), Vec::new());
            for operation in Content::decode(&content).unwrap().operations {
                match operation.operator.as_str() {
                    "q" => saved.push(font.clone()),
                    "Q" => font = saved.pop().unwrap(),
                    "Tf" => font = operation.operands[0].as_name().unwrap().to_vec(),
                    "Tj" | "TJ" => {
                        collect(&operation.operands[0], shown.entry(font.clone()).or_default())
                    }
                    _ => {}
                }
            }
            for (name, codes) in shown {
                let font = pdf.follow(fonts.unwrap().get(&name).unwrap()).as_dict().unwrap();
                let map = pdf.at(font, "ToUnicode").unwrap().as_stream().unwrap();
                let texts = to_unicode(&unpacked(map));
                let descendant = pdf.at(font, "DescendantFonts/0").unwrap().as_dict().unwrap();
                let widths = pdf.widths(descendant);
                for code in codes {
                    if code == 0 || !widths.contains_key(&code) || !texts.contains_key(&code) {
                        found.push(format!("glyph {code} of {name:?} has no width or text"));
                    }
                }
            }
        }
        found
    });
}

/// The codes of a string or an array of strings and adjustments.
fn collect(object: &Object, into: &mut BTreeSet<u16>) {
    match object {
        Object::String(bytes, _) => {
            into.extend(bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])));
        }
        Object::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}

#[test]
fn structure_and_marked_content_name_each_other() {
    hold(|pdf| {
        // The reader fails where a number is missing, doubled or left open.
        let tree = pdf.structure();
        let parents = pdf.at(pdf.catalog(), "StructTreeRoot/ParentTree/Nums").unwrap();
        let mut keys = BTreeSet::new();
        for pair in parents.as_array().unwrap().chunks(2) {
            keys.insert(pair[0].as_i64().unwrap());
        }
        let mut found = Vec::new();
        for (id, object) in &pdf.document.objects {
            let dictionary = match object {
                Object::Dictionary(dictionary) => dictionary,
                Object::Stream(stream) => &stream.dict,
                _ => continue,
            };
            for key in ["StructParents", "StructParent"] {
                if let Ok(number) = dictionary.get(key.as_bytes()).and_then(Object::as_i64)
                    && !keys.contains(&number)
                {
                    found.push(format!("object {id:?}: {key} {number} has no parent"));
                }
            }
        }
        if tree.is_empty() {
            found.push("the structure tree is empty".into());
        }
        found
    });
}

#[test]
fn pictures_stand_in_a_document_once() {
    hold(|pdf| {
        let mut seen = BTreeMap::new();
        let mut found = Vec::new();
        for (id, stream) in
            pdf.document.objects.iter().filter_map(|(id, o)| Some((id, o.as_stream().ok()?)))
        {
            if !stream.dict.get(b"Subtype").is_ok_and(|s| is_name(s, "Image")) {
                continue;
            }
            if stream.dict.get(b"Interpolate").is_ok_and(|i| i.as_bool().unwrap_or(true)) {
                found.push(format!("picture {id:?} is interpolated"));
            }
            let key = (stream.content.clone(), format!("{:?}", stream.dict));
            if let Some(first) = seen.insert(key, *id) {
                found.push(format!("pictures {first:?} and {id:?} are one"));
            }
        }
        found
    });
}

/// Numbers of a descriptor's entry.
fn numbers(object: &Object) -> Vec<f64> {
    let number = |object: &Object| f64::from(object.as_float().unwrap());
    object.as_array().unwrap().iter().map(number).collect()
}

#[test]
fn heights_are_those_of_the_embedded_programs() {
    let programs = AtomicUsize::new(0);
    hold(|pdf| {
        let mut found = Vec::new();
        for (font, _, descriptor) in fonts(pdf) {
            let name = font.get(b"BaseFont").unwrap();
            let of =
                |key: &str| f64::from(descriptor.get(key.as_bytes()).unwrap().as_float().unwrap());
            let (ascent, descent, capitals) = (of("Ascent"), of("Descent"), of("CapHeight"));
            let corners = numbers(descriptor.get(b"FontBBox").unwrap());
            if !(descent < 0.0 && 0.0 < capitals && capitals <= ascent) {
                found.push(format!("{name:?}: ascent {ascent}, {descent}, capitals {capitals}"));
            }
            // A bare CFF table has no heights.
            let Some(file) = pdf.at(descriptor, "FontFile2") else { continue };
            programs.fetch_add(1, Ordering::Relaxed);
            let file = &unpacked(file.as_stream().unwrap());
            let table = |tag: &[u8; 4]| {
                let record = (0..).map(|i| &file[12 + 16 * i..]).find(|r| r[..4] == *tag).unwrap();
                let at = u32::from_be_bytes(record[8..12].try_into().unwrap()) as usize;
                move |offset: usize| {
                    f64::from(i16::from_be_bytes([file[at + offset], file[at + offset + 1]]))
                }
            };
            let (head, hhea) = (table(b"head"), table(b"hhea"));
            let em = 1000.0 / head(18);
            let is = |what: &str, told: f64, is: f64| {
                let off = (told - is * em).abs() > 1.0;
                off.then(|| format!("{name:?}: {what} is {}, told is {told}", is * em))
            };
            found.extend(is("ascent", ascent, hhea(4)));
            found.extend(is("descent", descent, hhea(6)));
            for (corner, told) in corners.iter().enumerate() {
                found.extend(is("a corner", *told, head(36 + 2 * corner)));
            }
        }
        found
    });
    let programs = programs.into_inner();
    assert!(programs > 1000, "only {programs} programs");
}

#[test]
fn codes_to_scan_are_vectors() {
    let certificates: Vec<&Produced> =
        all().iter().filter(|produced| produced.name.starts_with("certificates")).collect();
    assert!(certificates.len() >= 24, "only {} certificates", certificates.len());
    for certificate in certificates {
        let document = Document::load_mem(&certificate.bytes).unwrap();
        let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
        let is = |stream: &&lopdf::Stream, kind: &str| {
            stream.dict.get(b"Subtype").is_ok_and(|subtype| is_name(subtype, kind))
        };
        let (mut images, mut codes) = (0, 0);
        for stream in streams {
            images += usize::from(is(&stream, "Image"));
            // The code is the form whose own space is whole modules: 4 of quiet zone at each side.
            let square = |corners: Vec<f64>| corners[2] == corners[3] && corners[2] >= 29.0;
            if is(&stream, "Form") && square(numbers(stream.dict.get(b"BBox").unwrap())) {
                let content = Content::decode(&unpacked(stream)).unwrap();
                let whole = |o: &Object| o.as_float().unwrap().fract() == 0.0;
                let is =
                    |operator| content.operations.iter().filter(move |op| op.operator == operator);
                // All of it is filled at once.
                let modules = is("re").count();
                let are_whole = is("re").all(|op| op.operands.iter().all(whole));
                codes += usize::from(modules > 100 && are_whole && is("f").count() == 1);
            }
        }
        assert_eq!((images, codes), (0, 1), "{}", certificate.name);
    }
}
