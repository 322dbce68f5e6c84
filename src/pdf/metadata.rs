//! What a document says of itself: information dictionary and XMP, which must agree (PDF/A-2 §6.6).

use lopdf::Dictionary;

use super::object::{bytes, text};

/// What a document says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Title.
    pub title: String,
    /// Main language, BCP 47.
    pub lang: String,
    /// Author.
    pub author: Option<String>,
    /// What it is about, in a sentence.
    pub subject: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// When it was made: ISO 8601, with time and zone if known. Never the clock's time.
    pub date: Option<String>,
    /// The program that made the source.
    pub creator: Option<String>,
}

/// The standards a document claims to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claims {
    /// PDF/A-2a.
    pub(super) archive: bool,
    /// PDF/UA-1.
    pub(super) accessible: bool,
}

/// The program that writes the PDF.
const PRODUCER: &str = concat!("Urkunde ", env!("CARGO_PKG_VERSION"));

impl Metadata {
    /// The information dictionary.
    pub(super) fn info(&self) -> Dictionary {
        let mut info = Dictionary::new();
        let mut set = |key: &str, value: &str| {
            if !value.is_empty() {
                info.set(key, text(value));
            }
        };
        set("Title", &self.title);
        set("Author", self.author.as_deref().unwrap_or(""));
        set("Subject", self.subject.as_deref().unwrap_or(""));
        set("Keywords", &self.keywords.join(", "));
        set("Creator", self.creator.as_deref().unwrap_or("Urkunde"));
        set("Producer", PRODUCER);
        if let Some(date) = self.date.as_deref().and_then(Date::parse) {
            info.set("CreationDate", bytes(date.pdf().as_bytes()));
            info.set("ModDate", bytes(date.pdf().as_bytes()));
        }
        info
    }

    /// The XMP packet (ISO 16684-1).
    pub(super) fn xmp(&self, claims: Claims) -> String {
        let mut out = String::with_capacity(2400);
        out.push_str("<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n");
        out.push_str("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n");
        out.push_str("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n");
        out.push_str("<rdf:Description rdf:about=\"\"");
        out.push_str(" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"");
        out.push_str(" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"");
        out.push_str(" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n");
        self.dublin_core(&mut out);
        element(&mut out, "xmp:CreatorTool", self.creator.as_deref().unwrap_or("Urkunde"));
        if let Some(date) = self.date.as_deref().and_then(Date::parse) {
            element(&mut out, "xmp:CreateDate", &date.xmp());
            element(&mut out, "xmp:ModifyDate", &date.xmp());
            element(&mut out, "xmp:MetadataDate", &date.xmp());
        }
        element(&mut out, "pdf:Producer", PRODUCER);
        if !self.keywords.is_empty() {
            element(&mut out, "pdf:Keywords", &self.keywords.join(", "));
        }
        out.push_str("</rdf:Description>\n");
        if claims.archive {
            out.push_str(ARCHIVE);
        }
        if claims.accessible {
            out.push_str(ACCESSIBLE);
        }
        if claims.archive && claims.accessible {
            out.push_str(EXTENSION);
        }
        out.push_str("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
        out
    }

    fn dublin_core(&self, out: &mut String) {
        element(out, "dc:format", "application/pdf");
        if !self.title.is_empty() {
            list(out, "dc:title", "Alt", [self.title.as_str()]);
        }
        if let Some(author) = self.author.as_deref().filter(|a| !a.is_empty()) {
            list(out, "dc:creator", "Seq", [author]);
        }
        if let Some(subject) = self.subject.as_deref().filter(|s| !s.is_empty()) {
            list(out, "dc:description", "Alt", [subject]);
        }
        if !self.keywords.is_empty() {
            list(out, "dc:subject", "Bag", self.keywords.iter().map(String::as_str));
        }
        if !self.lang.is_empty() {
            list(out, "dc:language", "Bag", [self.lang.as_str()]);
        }
    }
}

const ARCHIVE: &str = "<rdf:Description rdf:about=\"\" \
xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><pdfaid:part>2</pdfaid:part>\
<pdfaid:conformance>A</pdfaid:conformance></rdf:Description>\n";

const ACCESSIBLE: &str = "<rdf:Description rdf:about=\"\" \
xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>\n";

/// PDF/A does not know PDF/UA's property and wants it described.
const EXTENSION: &str = "<rdf:Description rdf:about=\"\" \
xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description>\n";

fn element(out: &mut String, tag: &str, value: &str) {
    out.push_str(&format!("<{tag}>{}</{tag}>\n", escape(value)));
}

fn list<'v>(out: &mut String, tag: &str, kind: &str, items: impl IntoIterator<Item = &'v str>) {
    let default = if kind == "Alt" { " xml:lang=\"x-default\"" } else { "" };
    out.push_str(&format!("<{tag}><rdf:{kind}>"));
    for item in items {
        out.push_str(&format!("<rdf:li{default}>{}</rdf:li>", escape(item)));
    }
    out.push_str(&format!("</rdf:{kind}></{tag}>\n"));
}

fn escape(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    clean.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A point in time: digits of date and time, and the zone.
#[derive(Debug, PartialEq, Eq)]
struct Date {
    /// Year, month, day, hour, minute, second.
    parts: [u16; 6],
    /// Minutes east of Greenwich.
    zone: i16,
}

impl Date {
    /// Reads `2022-12-16`, `2022-12-16T09:30`, `2022-12-16T09:30:00+08:00`, `…Z`.
    fn parse(iso: &str) -> Option<Date> {
        let (day, time) = iso.trim().split_once(['T', ' ']).unwrap_or((iso.trim(), "00:00:00Z"));
        let (clock, zone) = match time.find(['Z', '+', '-']) {
            Some(at) => time.split_at(at),
            None => (time, "Z"),
        };
        let mut parts = [0, 1, 1, 0, 0, 0];
        let numbers = day.split('-').chain(clock.split(':'));
        let mut count = 0;
        for (part, number) in parts.iter_mut().zip(numbers) {
            *part = number.split('.').next()?.parse().ok()?;
            count += 1;
        }
        let zone = zone.strip_prefix('Z').map_or_else(|| zone_minutes(zone), |_| Some(0))?;
        (count >= 3).then_some(Date { parts, zone })
    }

    fn pdf(&self) -> String {
        let [y, mo, d, h, mi, s] = self.parts;
        let zone = match self.zone {
            0 => "Z".to_owned(),
            z => format!("{}{:02}'{:02}'", sign(z), z.abs() / 60, z.abs() % 60),
        };
        format!("D:{y:04}{mo:02}{d:02}{h:02}{mi:02}{s:02}{zone}")
    }

    fn xmp(&self) -> String {
        let [y, mo, d, h, mi, s] = self.parts;
        let zone = match self.zone {
            0 => "Z".to_owned(),
            z => format!("{}{:02}:{:02}", sign(z), z.abs() / 60, z.abs() % 60),
        };
        format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}{zone}")
    }
}

fn zone_minutes(zone: &str) -> Option<i16> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i16 = digits.get(..2)?.parse().ok()?;
    let minutes: i16 = digits.get(2..4).map_or(Some(0), |m| m.parse().ok())?;
    Some(sign * (hours * 60 + minutes))
}

fn sign(zone: i16) -> char {
    if zone < 0 { '-' } else { '+' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_keep_their_zone() {
        let date = Date::parse("2022-12-16T09:30:00+08:00").expect("a date");
        assert_eq!(date.pdf(), "D:20221216093000+08'00'");
        assert_eq!(date.xmp(), "2022-12-16T09:30:00+08:00");
        assert_eq!(Date::parse("2022-12-16").map(|d| d.xmp()), Some("2022-12-16T00:00:00Z".into()));
        assert_eq!(Date::parse("yesterday"), None);
    }
}
