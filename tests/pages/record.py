#!/usr/bin/env python3
"""Record with WeasyPrint what stands on which page of every fixture, and where.

Input: fixtures/<name>.html, the faces under fonts/. Output: fixtures/<name>.json beside each (format:
README.md). Needs WeasyPrint (`pip install weasyprint`; Debian: libpango-1.0-0 libpangoft2-1.0-0).

Recording fails when any text was set in a face that is not ours.

    tests/pages/record.py [--check] [NAME]...

With --check nothing is written; the status is 1 if a recording differs.
"""

import argparse
import json
import pathlib
import re
import sys

import weasyprint
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"
FONTS = HERE.parent.parent / "fonts"

# What the fixtures use of the faces that the program embeds.
FACES = [
    ("EB Garamond", "EBGaramond-Regular.ttf", "400", "normal"),
    ("EB Garamond", "EBGaramond-Italic.ttf", "400", "italic"),
    ("EB Garamond", "EBGaramond-Bold.ttf", "700", "normal"),
]


def face(family, file, weight, style):
    path = next(FONTS.rglob(file))
    return (
        f'@font-face {{ font-family: "{family}"; src: url("{path.as_uri()}");'
        f" font-weight: {weight}; font-style: {style} }}"
    )


def rounded(value):
    return round(value * 100) / 100 + 0


def texts(box, margin, out):
    """Every run of text: the text, the left end of its baseline, its width, the margin box."""
    margin = getattr(box, "at_keyword", margin)
    text = getattr(box, "text", None)
    if text:
        out.append(
            {
                "text": text,
                "x": rounded(box.position_x),
                "baseline": rounded(box.position_y + box.baseline),
                "width": rounded(box.width),
                "margin": margin and margin.lstrip("@"),
            }
        )
    for child in getattr(box, "children", []):
        texts(child, margin, out)


def boxes(box, out):
    """The border boxes of elements with an id, pieces on one page together."""
    element = getattr(box, "element", None)
    name = element.get("id") if element is not None else None
    kind = type(box).__name__
    if name and kind not in ("LineBox", "TextBox") and not getattr(box, "pseudo_type", None):
        x, y = box.border_box_x(), box.border_box_y()
        rect = [x, y, x + box.border_width(), y + box.border_height()]
        old = out.get(name)
        if old:
            rect = [min(old[0], rect[0]), min(old[1], rect[1]), max(old[2], rect[2]), max(old[3], rect[3])]
        out[name] = rect
    for child in getattr(box, "children", []):
        boxes(child, out)


def record(path):
    fonts = FontConfiguration()
    sheet = CSS(string="\n".join(face(*f) for f in FACES), font_config=fonts)
    document = HTML(filename=path).render(stylesheets=[sheet], font_config=fonts)
    used = set(re.findall(rb"/BaseFont /(?:[A-Z]{6}\+)?([\w-]+)", document.write_pdf(uncompressed_pdf=True)))
    foreign = [name for name in used if b"EB-Garamond" not in name and b"EBGaramond" not in name]
    if foreign:
        raise SystemExit(f"{path.name}: text is set in {foreign}")
    pages = []
    for page in document.pages:
        found, rects = [], {}
        texts(page._page_box, None, found)
        boxes(page._page_box, rects)
        rects = {
            name: [rounded(l), rounded(t), rounded(r - l), rounded(b - t)]
            for name, (l, t, r, b) in sorted(rects.items())
        }
        size = [rounded(page.width), rounded(page.height)]
        pages.append({"size": size, "texts": found, "boxes": rects})
    return {"weasyprint": weasyprint.__version__, "pages": pages}


def lines(recording):
    """JSON with one line for each text and box, so that changes can be read."""
    one = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    out = ['{"weasyprint":%s,"pages":[' % one(recording["weasyprint"])]
    for number, page in enumerate(recording["pages"]):
        out.append('{"size":%s,"texts":[' % one(page["size"]))
        out.append(",\n".join(one(text) for text in page["texts"]))
        out.append('],"boxes":{')
        out.append(",\n".join(f"{one(name)}:{one(rect)}" for name, rect in page["boxes"].items()))
        out.append("}}" + ("," if number + 1 < len(recording["pages"]) else ""))
    return "\n".join(line for line in out if line) + "\n]}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    names = args.names or sorted(path.stem for path in FIXTURES.glob("*.html"))
    differ = 0
    for name in names:
        new = lines(record(FIXTURES / f"{name}.html"))
        target = FIXTURES / f"{name}.json"
        if args.check:
            if not target.exists() or target.read_text() != new:
                print(f"{name}: the recording differs")
                differ = 1
        else:
            target.write_text(new)
    return differ


if __name__ == "__main__":
    sys.exit(main())
