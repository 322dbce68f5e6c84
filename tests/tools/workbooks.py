#!/usr/bin/env python3
"""Makes the workbooks of tests/tables: small XLSX and ODS files, most of them with a fault.

    tests/tools/workbooks.py            # writes into tests/tables

The standard library alone is needed, and the same bytes come out every time. The files are committed; run this only to
add one.
"""

import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).resolve().parent.parent / "tables"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def letters(column):
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Raw(str):
    """A cell's element as it is, with REF in the place of its address."""


class Date(float):
    """A serial number in a cell that is formatted as a date."""


def cell(value, ref):
    if value is None:
        return ""
    if isinstance(value, Raw):
        return value.replace("REF", ref)
    if isinstance(value, Date):
        return f'<c r="{ref}" s="1"><v>{float(value):.15g}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{ref}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{ref}"><v>{value!r}</v></c>'
    if value.startswith("#"):
        return f'<c r="{ref}" t="e"><v>{value}</v></c>'
    text = escape(value).replace("\n", "&#10;")
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def sheet(rows, first=1, hidden=(), merged=()):
    body = ""
    for number, row in enumerate(rows, first):
        cells = "".join(cell(v, f"{letters(c)}{number}") for c, v in enumerate(row, 1))
        flag = ' hidden="1"' if number in hidden else ""
        body += f'<row r="{number}"{flag}>{cells}</row>'
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    merges = f'<mergeCells count="{len(merged)}">{areas}</mergeCells>' if merged else ""
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>{merges}</worksheet>'


def pack(name, parts, stored=()):
    with zipfile.ZipFile(FOLDER / name, "w") as archive:
        for path, text in parts.items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if path in stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)


def xlsx(name, sheets, is_1904=False, hidden_sheets=()):
    """`sheets` by name; each is the text of a worksheet."""
    names = list(sheets)
    state = lambda n: ' state="hidden"' if n in hidden_sheets else ""
    listed = "".join(
        f'<sheet name="{escape(n)}" sheetId="{i}"{state(n)} r:id="rId{i}"/>' for i, n in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{RELS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(names) + 1)
    )
    styles = len(names) + 1
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for i in range(1, len(names) + 1)
        )
        + "</Types>",
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELS}">'
        f'<workbookPr{" date1904=" + chr(34) + "1" + chr(34) if is_1904 else ""}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}'
        f'<Relationship Id="rId{styles}" Type="{RELS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for i, n in enumerate(names, 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = sheets[n]
    pack(name, parts)


def ods(name, rows):
    """`rows` of texts, numbers, dates (`date:2022-12-16`) and repeated blanks (None)."""
    def one(value):
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        if value.startswith("date:"):
            return f'<table:table-cell office:value-type="date" office:date-value="{value[5:]}"/>'
        text = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(one, row))}</table:table-row>" for row in rows)
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    pack(
        name,
        {
            "mimetype": mime,
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content '
            f'xmlns:office="{urn}office:1.0" xmlns:table="{urn}table:1.0" xmlns:text="{urn}text:1.0" '
            f'office:version="1.2"><office:body><office:spreadsheet><table:table table:name="People">{body}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
            f'xmlns:manifest="{urn}manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{mime}"/></manifest:manifest>',
        },
        stored=("mimetype",),
    )


def protected(name):
    """The shell of a workbook with a password: an OLE file with the stream that holds the ciphertext."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    fat = struct.pack("<II", fat_sector, end)
    stream = list(range(3, 10)) + [end]
    fat += b"".join(struct.pack("<I", n) for n in stream) + struct.pack("<I", free) * (126 - len(stream))

    def entry(text, kind, child, start, size):
        encoded = text.encode("utf-16-le") + b"\0\0"
        line = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
        return line + struct.pack("<III", free, free, child) + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry("EncryptedPackage", 2, free, 2, 4096)
    directory += (bytes(68) + struct.pack("<III", free, free, free) + bytes(48)) * 2
    (FOLDER / name).write_bytes(header + fat + directory + bytes(4096))


HEADER = ["id", "name", "date"]
GOOD = [HEADER, ["a1", "Sample College 01", Date(45429)], ["a2", "示例职业学院02", Date(45430)]]


def people(rows, **more):
    return {"People": sheet(rows, **more)}


def main():
    formula = lambda f, v: Raw(f'<c r="REF" t="str"><f>{f}</f><v>{v}</v></c>')
    never = lambda f: Raw(f'<c r="REF"><f>{f}</f></c>')
    xlsx("workbook-good.xlsx", people(GOOD))
    xlsx("workbook-date-that-is-text.xlsx", people(GOOD + [["a3", "c", "soon"]]))
    xlsx("workbook-date-that-is-a-number.xlsx", people([HEADER, ["a1", "a", 45429], ["a2", "b", 2024]]))
    xlsx("workbook-date-with-a-time.xlsx", people([HEADER, ["a1", "a", Date(45429.5)]]))
    xlsx("workbook-dates-from-1904.xlsx", people([HEADER, ["2024", "Date is 17 May", Date(43967)]]), is_1904=True)
    xlsx("workbook-numbers-as-keys.xlsx", people([HEADER, [7, 7.0, None], [8.5, 0.1 + 0.2, None], [7, True, None]]))
    xlsx("workbook-number-too-long.xlsx", people([HEADER, ["a1", 110101199001011234, None]]))
    xlsx("workbook-errors.xlsx", people([HEADER, ["a1", "#N/A", None], ["a2", "b", "#DIV/0!"], ["#REF!", "c", None]]))
    xlsx("workbook-formulas.xlsx", people([HEADER, ["a1", formula("A2&amp;\"x\"", "a1x"), None], ["a2", "b", "soon"]]))
    xlsx("workbook-formulas-not-calculated.xlsx", people([HEADER, [never("1+1"), never("A2"), None], ["a2", "b", None]]))
    xlsx("workbook-merged.xlsx", people([HEADER, ["a1", "a", None], ["a2", None, None], ["a3", None, None]],
                                        merged=["B2:B3"]))
    xlsx("workbook-hidden-row.xlsx", people(GOOD + [["a3", "c", "soon"]], hidden=[4]))
    xlsx("workbook-hidden-sheet.xlsx", {"Lists": sheet([["x"]]), "People": sheet(GOOD)}, hidden_sheets=["Lists"])
    xlsx("workbook-several-sheets.xlsx", {"People": sheet(GOOD), "Notes": sheet([["x"]])})
    xlsx("workbook-sheet-chosen.xlsx", {"Notes": sheet([["x"]]), "People": sheet(GOOD + [["a2", "b", None]])})
    xlsx("workbook-sheet-misspelt.xlsx", {"Notes": sheet([["x"]]), "People": sheet(GOOD)})
    xlsx("workbook-empty.xlsx", people([]))
    xlsx("workbook-header-only.xlsx", people([HEADER]))
    xlsx("workbook-table-in-the-middle.xlsx", people([[None, None] + row for row in GOOD] + [[None, None, "a3", "c", "x"]],
                                                     first=5))
    xlsx("workbook-cells-beyond-the-header.xlsx", people([HEADER, ["a1", "a", None, None, "note"], ["a2", "b"]]))
    xlsx("workbook-column-without-name.xlsx", people([["id", "name", None, "date"], ["a1", "a", "note", None]]))
    xlsx("workbook-breaks-in-cells.xlsx", people([HEADER, ["a1", "Sample\nCollege | 01", "soon\nor later"]]))
    xlsx("workbook-with-keys-of-texts.xlsx", people(GOOD))
    xlsx("workbook-misspelt-header.xlsx", people([["ID", "nmae", "date"], ["a1", "a", None]]))
    xlsx("workbook-called-csv.csv", people(GOOD))
    pack("workbook-other-archive.xlsx", {"readme.txt": "no workbook\n"})
    protected("workbook-with-a-password.xlsx")
    ods("workbook-good.ods", [HEADER, ["a1", "Sample College 01", "date:2024-05-17"], [7, "b", None]])
    ods("workbook-wrong.ods", [HEADER, ["a1", None, "date:2024-05-17T12:00:00"], ["a1", "b", "soon"]])
    whole = (FOLDER / "workbook-good.xlsx").read_bytes()
    (FOLDER / "workbook-cut.xlsx").write_bytes(whole[: len(whole) // 2])
    broken = sheet(GOOD)[:300]
    xlsx("workbook-broken-inside.xlsx", {"People": broken})


main()
