//! What a document says of itself: information dictionary and XMP, which must agree (PDF/A-2 §6.6).

use std::borrow::Cow;

use lopdf::Dictionary;

use super::Profile;
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
    /// When it was made. Never the clock's time.
    pub date: Option<Date>,
    /// The program that made the source.
    pub creator: Option<String>,
    /// Properties of the project's own, each with a value: a job's name, a serial number. Names are
    /// names of XML ([`is_property_name`]).
    pub properties: Vec<(String, String)>,
}

/// The namespace of a project's own properties, and the prefix it has in the file.
const OWN_NAMESPACE: (&str, &str) = ("urn:urkunde:properties:", "urkunde");

/// Whether a property can be called so: a name of XML in ASCII, without a colon.
pub fn is_property_name(name: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(first)
        && name.chars().all(|c| first(c) || c.is_ascii_digit() || c == '-' || c == '.')
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
        if let Some(date) = &self.date {
            info.set("CreationDate", bytes(date.pdf().as_bytes()));
            info.set("ModDate", bytes(date.pdf().as_bytes()));
        }
        info
    }

    /// The XMP packet (ISO 16684-1).
    pub(super) fn xmp(&self, profile: Profile) -> String {
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
        if let Some(date) = &self.date {
            element(&mut out, "xmp:CreateDate", &date.xmp());
            element(&mut out, "xmp:ModifyDate", &date.xmp());
            element(&mut out, "xmp:MetadataDate", &date.xmp());
        }
        element(&mut out, "pdf:Producer", PRODUCER);
        if !self.keywords.is_empty() {
            element(&mut out, "pdf:Keywords", &self.keywords.join(", "));
        }
        out.push_str("</rdf:Description>\n");
        self.own(&mut out);
        if let Some((part, level)) = profile.archive() {
            out.push_str(&format!(
                "<rdf:Description rdf:about=\"\" \
                 xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><pdfaid:part>{part}</pdfaid:part>\
                 <pdfaid:conformance>{level}</pdfaid:conformance></rdf:Description>\n"
            ));
        }
        if profile.is_accessible() {
            out.push_str(ACCESSIBLE);
        }
        if profile.archive().is_some() {
            self.extension(&mut out, profile);
        }
        out.push_str("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
        out
    }

    /// The project's own properties.
    fn own(&self, out: &mut String) {
        if self.properties.is_empty() {
            return;
        }
        let (uri, prefix) = OWN_NAMESPACE;
        out.push_str(&format!("<rdf:Description rdf:about=\"\" xmlns:{prefix}=\"{uri}\">\n"));
        for (name, value) in &self.properties {
            element(out, &format!("{prefix}:{name}"), value);
        }
        out.push_str("</rdf:Description>\n");
    }

    /// PDF/A wants every property described that XMP does not know (ISO 19005-2 §6.6.2.3).
    fn extension(&self, out: &mut String, profile: Profile) {
        let mut schemas = String::new();
        if profile.is_accessible() {
            let part = property("part", "Integer", "internal", "Part of ISO 14289");
            let uri = "http://www.aiim.org/pdfua/ns/id/";
            schemas += &schema("PDF/UA identification schema", (uri, "pdfuaid"), &part);
        }
        if !self.properties.is_empty() {
            let own = self.properties.iter();
            let own: String = own
                .map(|(name, _)| property(name, "Text", "external", "Set by the project"))
                .collect();
            schemas += &schema("Properties of the project", OWN_NAMESPACE, &own);
        }
        if !schemas.is_empty() {
            out.push_str(&format!("{EXTENSION}{schemas}{EXTENSION_END}"));
        }
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

const ACCESSIBLE: &str = "<rdf:Description rdf:about=\"\" \
xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>\n";

const EXTENSION: &str = "<rdf:Description rdf:about=\"\" \
xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\
<pdfaExtension:schemas><rdf:Bag>";

const EXTENSION_END: &str = "</rdf:Bag></pdfaExtension:schemas></rdf:Description>\n";

/// The description of a schema: its title, namespace and prefix, and its properties.
fn schema(title: &str, (uri, prefix): (&str, &str), properties: &str) -> String {
    format!(
        "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>{title}</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI>\
         <pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>\
         <pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
}

/// The description of a property.
fn property(name: &str, value_type: &str, category: &str, description: &str) -> String {
    format!(
        "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
         <pdfaProperty:valueType>{value_type}</pdfaProperty:valueType>\
         <pdfaProperty:category>{category}</pdfaProperty:category>\
         <pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
    )
}

fn push(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

fn element(out: &mut String, tag: &str, value: &str) {
    push(out, &["<", tag, ">", &escape(value), "</", tag, ">\n"]);
}

fn list<'v>(out: &mut String, tag: &str, kind: &str, items: impl IntoIterator<Item = &'v str>) {
    let default = if kind == "Alt" { " xml:lang=\"x-default\"" } else { "" };
    push(out, &["<", tag, "><rdf:", kind, ">"]);
    for item in items {
        push(out, &["<rdf:li", default, ">", &escape(item), "</rdf:li>"]);
    }
    push(out, &["</rdf:", kind, "></", tag, ">\n"]);
}

fn escape(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '&' | '<' | '>') || c == '\n';
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let clean: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    Cow::Owned(clean.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// A point in time, with the zone it is told in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    /// Year, month, day, hour, minute, second.
    parts: [u16; 6],
    /// Minutes east of Greenwich.
    zone: i16,
}

impl Date {
    /// Reads `2022-12-16`, `2022-12-16T09:30`, `2022-12-16T09:30:00+08:00`, `…Z`; none if it is no such
    /// day or time. Without a zone it is universal time.
    pub fn parse(iso: &str) -> Option<Date> {
        let (day, time) = iso.trim().split_once(['T', ' ']).unwrap_or((iso.trim(), "00:00"));
        let (clock, zone) = match time.find(['Z', '+', '-']) {
            Some(at) => time.split_at(at),
            None => (time, "Z"),
        };
        let day: Vec<&str> = day.split('-').collect();
        let clock: Vec<&str> = clock.split(':').collect();
        if day.len() != 3 || day[0].len() != 4 || !(2..=3).contains(&clock.len()) {
            return None;
        }
        let mut parts = [0u16; 6];
        for (part, number) in parts.iter_mut().zip(day.iter().chain(&clock)) {
            let whole = number.split('.').next()?;
            let is_number = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
            *part = whole.parse().ok().filter(|_| is_number)?;
        }
        let [year, month, day, hour, minute, second] = parts;
        let small = |part: u16| i8::try_from(part).ok();
        jiff::civil::Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let zone = zone
            .strip_prefix('Z')
            .map_or_else(|| zone_minutes(zone), |rest| rest.is_empty().then_some(0))?;
        Some(Date { parts, zone })
    }

    /// So many seconds after the beginning of 1970, in universal time; none if that is beyond year
    /// 9999 or before year 1.
    pub fn from_epoch(seconds: i64) -> Option<Date> {
        let time = jiff::Timestamp::from_second(seconds).ok()?;
        let t = jiff::tz::Offset::UTC.to_datetime(time);
        let year = u16::try_from(t.year()).ok().filter(|year| *year > 0)?;
        let rest = [t.month(), t.day(), t.hour(), t.minute(), t.second()];
        let [month, day, hour, minute, second] = rest.map(|part| u16::from(part.unsigned_abs()));
        Some(Date { parts: [year, month, day, hour, minute, second], zone: 0 })
    }

    /// As PDF writes it (ISO 32000-1 §7.9.4).
    pub(super) fn pdf(&self) -> String {
        let [y, mo, d, h, mi, s] = self.parts;
        let zone = match self.zone {
            0 => "Z".to_owned(),
            z => format!("{}{:02}'{:02}'", sign(z), z.abs() / 60, z.abs() % 60),
        };
        format!("D:{y:04}{mo:02}{d:02}{h:02}{mi:02}{s:02}{zone}")
    }

    /// As XMP writes it.
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
    let rest = zone.strip_prefix(['+', '-'])?;
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !matches!(digits.len(), 2 | 4) {
        return None;
    }
    let hours: i16 = digits.get(..2)?.parse().ok()?;
    let minutes: i16 = digits.get(2..4).map_or(Some(0), |m| m.parse().ok())?;
    (hours < 15 && minutes < 60).then_some(sign * (hours * 60 + minutes))
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
        for wrong in
            ["yesterday", "2022-13-01", "2022-02-30", "2022-1", "2022-12-16T25:00", "16.12.2022"]
        {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_count_from_the_epoch_in_universal_time() {
        let date = Date::from_epoch(1_671_154_200).expect("a date");
        assert_eq!(date.xmp(), "2022-12-16T01:30:00Z");
        assert_eq!(Date::from_epoch(i64::MAX), None);
    }

    #[test]
    fn property_names_are_names_of_xml() {
        assert!(is_property_name("serial") && is_property_name("_a-1.b"));
        assert!(!is_property_name("1a") && !is_property_name("a b") && !is_property_name(""));
    }

    #[test]
    fn own_properties_are_described() {
        let properties = vec![("serial".to_owned(), "A & B".to_owned())];
        let meta = Metadata { properties, ..Metadata::default() };
        let xmp = meta.xmp(Profile::A2u);
        assert!(xmp.contains("<urkunde:serial>A &amp; B</urkunde:serial>"), "{xmp}");
        assert!(xmp.contains("<pdfaProperty:name>serial<"), "{xmp}");
        assert!(!xmp.contains("pdfuaid"), "{xmp}");
        assert!(!meta.xmp(Profile::Pdf17).contains("pdfaExtension"));
    }
}
