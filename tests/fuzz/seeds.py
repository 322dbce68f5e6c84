#!/usr/bin/env python3
"""Makes the first corpus and the dictionary of every target, seeds/TARGET/ and seeds/TARGET.dict, of what the repository has: fixtures, templates, the pictures in both,
what was found before (found/). Nothing is fetched; the same repository gives the same files."""

import base64
import csv
import hashlib
import io
import pathlib
import re
import struct
import zipfile
import zlib
from xml.sax.saxutils import escape

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

PAGES_CSS = """@page { size: 200px 150px; margin: 20px; @top-center { content: counter(page) "/" counter(pages) } }
@page wide:first { size: 300px 100px; @bottom-left { content: string(t, first) element(e) } }
h1 { string-set: t content(); break-before: right } .e { position: running(e) } .w { page: wide }
table { box-decoration-break: clone } p { orphans: 2; widows: 3; text-align: justify; hyphens: auto }"""

PAGES_BODY = """<h1 id=a>Title</h1><p class=e>running</p><p lang=de>Donaudampfschifffahrt und vieles mehr steht in diesem Absatz, damit
er umbricht und auf eine zweite Seite reicht.</p><table class=w><thead><tr><th>a<th>b<tbody><tr><td rowspan=2>c<td>d<tr><td>e
<tr><td colspan=2>f<tfoot><tr><td>g</table><ol start=3><li>示例学员，<li>x<svg width=9 height=9><rect width=5 height=5 /></svg></ol>
<p style="text-fit: shrink 50%; white-space: nowrap; width: 3em">Sample Person 01</p><div style="position:fixed;top:0">f</div>"""

SVGS = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs><linearGradient id="g"><stop stop-color="red"/>'
    '<stop offset="1" stop-color="#00f" stop-opacity=".5"/></linearGradient><clipPath id="c"><circle r="5"/></clipPath>'
    '<mask id="m"><rect width="9" height="9" fill="url(#g)"/></mask><marker id="k"><path d="M0 0h1"/></marker>'
    '<pattern id="p" width="2" height="2"><rect width="1" height="1"/></pattern></defs>'
    '<g clip-path="url(#c)" mask="url(#m)" opacity=".5"><path d="M0 0L9 9Q1 2 3 4A1 2 3 0 1 5 6z" fill="url(#g)" '
    'marker-mid="url(#k)" stroke="url(#p)" stroke-dasharray="1 2"/><use href="#k" x="2"/></g>'
    '<text x="1" y="5" font-size="3">示例 a<tspan dy="2">b</tspan></text></svg>',
    '<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="1cm">'
    "<title>&b;</title><style>rect{fill:red;transform:scale(2)}</style><rect width='50%' height='1e9'/>"
    "<switch><g systemLanguage='en'><ellipse rx='2' ry='3'/></g></switch>"
    "<filter id='f'><feGaussianBlur stdDeviation='2'/></filter><circle r='3' filter='url(#f)'/></svg>",
]


HEADER = "a,b,c,d,e,f,g,h,i,j,k,l,m,n"
ROWS = [
    "1,5,1.50,yes,1999-12-31,x,1,one/two,others.csv,others.csv,AB-1,,abc,36526",
    '2,-5,"1,5",no,36526,größer,2,"a ""b""\n c",x/../others.csv,/etc/hosts,CD-2,1,,31.12.1999',
    "3, 7 ,1e3,maybe,31.12.1999,X,9,,,,ab-1,3,Ünïcode text,20221216",
]

SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:M3"/><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="s"><v>1</v></c><c r="E1" t="str"><v>e</v></c><c r="D1" t="inlineStr"><is>
<r><t>d</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c></row><row r="3" hidden="1"><c r="A3"><v>1</v></c><c r="B3"><f>1+1</f><v>2</v></c><c r="E3" s="1">
<v>36526.5</v></c><c r="D3" t="b"><v>1</v></c><c r="F3" t="e"><v>#DIV/0!</v></c><c r="G3" s="2"><v>1.5</v></c><c r="XFD3"/></row><row><c><v>2</v></c>
</row></sheetData><mergeCells><mergeCell ref="A4:B5"/></mergeCells></worksheet>"""

OPEN_DOCUMENT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="One"><table:table-row>
<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>b<text:s text:c="3"/>
</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="1"/>
<table:table-cell table:number-columns-repeated="3" office:value-type="date" office:date-value="1999-12-31"/><table:covered-table-cell/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>""".replace("\n", "")  # In a row there is nothing but cells.

PROJECT = """[project]
title = "T"
vars = { a = 1, b = [1, 2], c = { d = 1999-12-31 } }
[fonts]
files = ["a.ttf"]
fallback = ["EB Garamond"]
[pdf]
cmyk_profile = "a.icc"
[tables.people]
file = "people.csv"
key = "id"
encoding = "utf-8"
delimiter = ";"
[tables.people.columns]
name = { type = "text", required = true, pattern = "[A-Z].*", min = 1, max = 99 }
kind = { type = "enum", values = ["a", "b"], default = "a" }
other = { type = "ref", table = "people" }
list = { type = "list", separator = "/", unique = true }
day = { type = "date", serials = true, min = "1999-12-31" }
text = { type = "path", load = "text" }
[[jobs]]
name = "one"
template = "a.html"
each = "people"
as = "person"
where = "person.name != ''"
output = "{{ person.id }}.pdf"
lang = "de"
profile = "pdf/ua-1"
serial = { pattern = "{{ serial.number }}", register = "r.csv" }
attach = [{ data = "json", columns = ["name", "other.name"], name = "a.json", relationship = "data" }]
metadata = { key = "{{ person.id }}" }
[output]
dir = "out"
"""


def png(width, height, color, depth, samples, *chunks):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    rows = b"".join(b"\0" + samples * width for _ in range(height))
    parts = [chunk(b"IHDR", header), *(chunk(*c) for c in chunks), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg(components, *segments):
    def segment(marker, data):
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data

    frame = struct.pack(">BHHB", 8, 2, 3, components) + b"".join(bytes([i, 0x11, 0]) for i in range(components))
    parts = [segment(*s) for s in segments] + [segment(0xC0, frame), segment(0xDA, b"\1\1\0\0\x3f\0")]
    return b"\xff\xd8" + b"".join(parts) + b"\x12\x34\xff\xd9"


def write(target, data):
    data = data if isinstance(data, bytes) else data.encode()
    folder = HERE / "seeds" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


HTML_WORDS = """<div> <p> <span> <table> <tr> <td> <ul> <li> <b> <style> </style> </div> </p> </table> <br> <img> <svg> </svg>
class= id= style=" colspan= rowspan= lang= dir= hidden <!-- --> &amp; &#0; <![CDATA[ <template> <select> <math> <a> <h1> <col>"""
CSS_WORDS = """calc( min( max( clamp( var(--a) --a: url( attr( counter( counters( string( element( linear-gradient( @page @media @import
@font-face !important ::before ::after ::marker :has( :is( :not( :where( :nth-child( :first :blank 1e38px -1e38% 0 1px 50% 1em
auto none inherit initial unset revert <!-- /* */ { } ( ) [ ] ; \\\\0 #a .a > + ~ * repeat( minmax( span"""
SVG_WORDS = """<g> </g> <rect <use href="#a" id="a" xlink:href= clip-path="url(#a)" mask="url(#a)" fill="url(#a)" <linearGradient
<radialGradient <stop <clipPath <mask <pattern <marker marker-mid="url(#a)" <text> <tspan <textPath <image <symbol <svg viewBox=
transform="scale(1e9)" d="M0 0 <!ENTITY <!DOCTYPE &a; <style> preserveAspectRatio= gradientUnits= stroke-dasharray= 1e38 -1 NaN
IHDR PLTE IDAT tRNS IEND iCCP Adobe Exif ICC_PROFILE"""
TABLE_WORDS = """a,b,c,d,e,f,g,h,i,j,k,l,m , ; | " "" a b c d e f g h i j k l m 1999-12-31 31.12.1999 36526 1.5 1,5 -5 1e3 yes no true x
AB-1 others.csv ../x one/two <row <row> </row> r="1" <c <c> </c> r="A1" r="XFD1048576" t="s" t="b" t="e" t="d" t="inlineStr" t="str" s="1" <v> </v> <f> <is> <t>
</t> <r> <rPh> <si> <sst> <xf numFmtId="14"/> <numFmt <mergeCell <dimension hidden="1" #N/A &#10; &amp; _x000D_ <table:table-row table:number-rows-repeated="9"
<table:table-cell table:number-columns-repeated="9" office:value-type="date" office:date-value= <text:p> <text:s PK"""
PROJECT_WORDS = """[project] [fonts] [pdf] [tables.a] [tables.a.columns] [[jobs]] [output] title vars files fallback cmyk_profile file key sheet encoding
delimiter columns type required unique default pattern values table min max load separator serials name template each as where output lang profile serial
register attach data media_type relationship description metadata dir = " ' { } [ ] , # true 1 -1 1.5 inf nan 1999-12-31 0x1 "text" "int" "ref" "list"
"enum" "date" "path" "decimal" "bool" a.b {{ }}"""


def tables():
    """Three bytes before a file say what it is: see `src/tables.rs`."""
    for delimiter in ",;\t|":
        text = "\r\n".join([HEADER, *ROWS]).replace(",", delimiter) + "\n"
        # Delimiter and encoding are to be found out, then told.
        for encoding, place in (("utf-8", 0), ("utf-8-sig", 0), ("windows-1252", 1), ("utf-16", 2), ("utf-16-be", 3), ("iso-8859-15", 4)):
            data = text.encode(encoding)
            write("tables", b"\0\x0f\x09" + data)
            write("tables", bytes([5, place, ",;\t|".index(delimiter)]) + data)
    for text in ("a\n1\n\n\n2\n", "a,a\n", "a\n\"1\n2", "a;b\n1,2;3\n", "", HEADER.replace("b,", "") + "\r1\r2\r"):
        write("tables", b"\0\x0f\x09" + text.encode())
    for path in sorted([*ROOT.glob("templates/**/*.csv"), *ROOT.glob("input/*.csv"), *ROOT.glob("tests/golden/*.csv"), *ROOT.glob("tests/tables/*.csv")]):
        write("tables", b"\0\x0f\x09" + path.read_bytes()[:4000])
    # Workbooks as they are, where they are short enough not to be cut, and their parts.
    for path in sorted(p for p in ROOT.glob("tests/tables/*") if p.suffix in (".xlsx", ".xlsb", ".xls", ".ods")):
        data = path.read_bytes()
        if len(data) < 4000:
            write("tables", (b"\3" if path.suffix == ".ods" else b"\1") + b"\x0f\x09" + data)
        parts = parts_of(path)
        if parts and len(parts) < 4000:
            write("tables", (b"\4" if path.suffix == ".ods" else b"\2") + b"\x0f\x09" + parts)
    write("tables", b"\2\x0f\x09" + sheet_of_rows().encode())
    write("tables", b"\4\x0f\x09" + content_of_rows().encode())
    write("tables", b"\2\x0f\x09" + SHEET.encode())
    write("tables", b"\7\x0f\x09" + SHEET.encode() + b"\0<sst count='2'><si><t xml:space='preserve'> x </t></si><si><t>b</t></si></sst>")
    write("tables", b"\4\x0f\x09" + OPEN_DOCUMENT.encode())


def cells():
    return list(csv.reader(io.StringIO("\n".join([HEADER, *ROWS]))))


def sheet_of_rows():
    """The rows as a sheet: figures are numbers, the day of the first row is one by its format."""

    def cell(text):
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            return f"<c><v>{text}</v></c>"
        if text == "1999-12-31":
            return '<c s="1"><v>36525</v></c>'
        return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' if text else "<c/>"

    rows = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in cells())
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def content_of_rows():
    """The rows as the content of an OpenDocument spreadsheet."""

    def cell(text):
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            return f'<table:table-cell office:value-type="float" office:value="{text}"/>'
        if text == "1999-12-31":
            return f'<table:table-cell office:value-type="date" office:date-value="{text}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'

    head, tail = OPEN_DOCUMENT.split("<table:table-row>", 1)[0], "</table:table></office:spreadsheet></office:body></office:document-content>"
    # Two rows: with three it would be cut.
    return head + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in cells()[:3]) + tail


def parts_of(path):
    """What `src/tables.rs` puts together again: the first sheet, the shared texts and the styles, or the content."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = ["content.xml"] if path.suffix == ".ods" else ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
            there = set(archive.namelist())
            return b"\0".join(archive.read(name) if name in there else b"" for name in names) if names[0] in there else None
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return None


def dictionaries():
    documented = (ROOT / "docs/css.md").read_text()
    properties = [w + ":" for cell in re.findall(r"^\| (`[a-z-]+`.*?) \|", documented, re.M) for w in re.findall(r"`([a-z-]+)`", cell)]
    css, html, svg = CSS_WORDS.split() + properties, HTML_WORDS.split(), SVG_WORDS.split()
    lists = {"css": css, "selectors": css + html, "pages": html, "document": css + html, "pdf": css + html, "pictures": svg, "tables": TABLE_WORDS.split(),
             "project": PROJECT_WORDS.split()}
    for target, words in lists.items():
        lines = ['"' + w.replace('"', '\\"') + '"\n' for w in sorted(set(words))]
        (HERE / "seeds" / f"{target}.dict").write_text("".join(lines))


def main():
    pages = [p.read_text() for p in sorted([*ROOT.glob("tests/oracle/fixtures/*/*.html"), *ROOT.glob("tests/pages/**/*.html")])]
    pages.append(f"<!DOCTYPE html><html lang=en><title>t</title><style>{PAGES_CSS}</style><body>{PAGES_BODY}")
    for page in pages:
        for target in ("document", "pdf"):
            # The length says how a page is laid out: both ways.
            write(target, page)
            write(target, page + "\n")
        words = re.sub(r"(?<=>)(\s*)[^<>{}\s][^<>{}]*(?=<)|(?<==)(['\"])[^'\"<>{}]*(?=['\"])", "\\1\\2\1", page)
        write("pages", words + "\0one\0two words\0三 &\0")
        style = "\n".join(re.findall(r"<style>(.*?)</style>", page, re.S))
        write("css", style)
        body = page.split("</style>")[-1]
        for selectors in re.findall(r"([^{}]+)\{", style):
            if "@" not in selectors:
                write("selectors", selectors.strip() + "\0" + body)
        for data in re.findall(r"data:image/[a-z+]+;base64,([A-Za-z0-9+/=]+)", page):
            write("pictures", base64.b64decode(data + "=="))
    for path in sorted((HERE / "found").iterdir()):
        for target in ("document", "pdf"):
            write(target, path.read_bytes())
    for bytes_of in (0, 1, 7, 64, 300, 1000):
        # For the generator: bytes that tell nothing yet.
        for salt in range(8):
            noise = b"".join(hashlib.sha256(bytes([salt, i % 256, i // 256])).digest() for i in range(bytes_of // 32 + 1))
            for target in ("document", "pdf"):
                write(target, b"\0" + noise[:bytes_of])
    write("css", PAGES_CSS)
    for path in sorted(ROOT.glob("templates/**/*.css")):
        write("css", path.read_text())
    for text in SVGS + [p.read_text() for p in sorted(ROOT.glob("templates/**/*.svg"))]:
        write("pictures", text)
    palette = (b"PLTE", b"\xff\0\0\0\xff\0"), (b"tRNS", b"\x80")
    for picture in (
        png(3, 2, 0, 8, b"\x80"), png(3, 2, 2, 8, b"\xff\x80\0"), png(3, 2, 6, 8, b"\xff\x80\0\x40"),
        png(3, 2, 4, 16, b"\x80\0\x40\0"), png(3, 2, 3, 8, b"\1", *palette), png(8, 2, 0, 1, b""),
        jpeg(1), jpeg(3, (0xE1, b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0")),
        jpeg(4, (0xEE, b"Adobe\0\x64\0\0\0\0\2"), (0xE2, b"ICC_PROFILE\0\1\1profile")),
    ):
        write("pictures", picture)
    tables()
    write("project", PROJECT)
    for folder in (".", "templates/*", "src/cli/starter", "tests/golden"):
        for path in sorted(ROOT.glob(f"{folder}/urkunde.toml")):
            write("project", path.read_text())
    dictionaries()
    for folder in sorted(f for f in (HERE / "seeds").iterdir() if f.is_dir()):
        print(f"{folder.name}: {sum(1 for _ in folder.iterdir())} files")


if __name__ == "__main__":
    main()
