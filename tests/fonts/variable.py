#!/usr/bin/env python3
"""Makes the variable fonts that `fonts` is tested with: a bar and a ring that grow with the weight.

    pip install fonttools && ./variable.py

`Variable.ttf` has quadratic curves (`glyf`, `gvar`) and a composite, `Variable.otf` cubic ones (`CFF2`).
"""
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.TupleVariation import TupleVariation

HERE = Path(__file__).parent
NAMES = {"familyName": "Variable Test", "styleName": "Regular"}
AXES = [("wght", 400, 400, 900, "Weight")]
INSTANCES = [
    {"stylename": "Regular", "location": {"wght": 400}},
    {"stylename": "Bold", "location": {"wght": 900}},
]
CHARACTERS = {0x20: "space", 0x49: "I", 0x4F: "O", 0x3A: "colon"}


def finish(font, name):
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200, fsType=0)
    font.setupPost()
    font.font["head"].created = font.font["head"].modified = 0
    font.font.recalcTimestamp = False
    font.save(HERE / name)


def rectangle(pen, left, bottom, right, top):
    pen.moveTo((left, bottom))
    for point in [(left, top), (right, top), (right, bottom)]:
        pen.lineTo(point)
    pen.closePath()


def true_type():
    order = [".notdef", "space", "I", "O", "dot", "colon"]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(order)
    font.setupCharacterMap(CHARACTERS)
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        if name in ("I", ".notdef"):
            rectangle(pen, 50, 0, 150, 700)
        elif name == "O":
            pen.moveTo((300, 0))
            pen.qCurveTo((0, 0), (0, 350), (0, 700), (300, 700))
            pen.qCurveTo((600, 700), (600, 350), (600, 0), (300, 0))
            pen.closePath()
        elif name == "dot":
            rectangle(pen, 50, 0, 150, 100)
        elif name == "colon":
            pen.addComponent("dot", (1, 0, 0, 1, 0, 0))
            pen.addComponent("dot", (1, 0, 0, 1, 0, 400))
        glyphs[name] = pen.glyph()
    font.setupGlyf(glyphs)
    widths = {".notdef": 200, "space": 250, "I": 200, "O": 600, "dot": 200, "colon": 200}
    font.setupHorizontalMetrics({n: (w, glyphs[n].xMin if hasattr(glyphs[n], "xMin") else 0) for n, w in widths.items()})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable(NAMES)
    font.setupFvar(AXES, INSTANCES)
    bolder = {"wght": (0, 1, 1)}
    bar = [(0, 0), (0, 0), (100, 0), (100, 0)]
    phantom = [(0, 0), (100, 0), (0, 0), (0, 0)]
    count = len(font.font["glyf"]["O"].coordinates)
    font.setupGvar({
        "I": [TupleVariation(bolder, bar + phantom)],
        "dot": [TupleVariation(bolder, bar + phantom)],
        "O": [TupleVariation(bolder, [(7 * i, -3 * i) for i in range(count)] + phantom)],
        "colon": [TupleVariation(bolder, [(0, 0), (0, 50)] + phantom)],
    })
    finish(font, "Variable.ttf")


def open_type():
    order = [".notdef", "space", "I", "O"]
    font = FontBuilder(1000, isTTF=False)
    font.setupGlyphOrder(order)
    font.setupCharacterMap({c: n for c, n in CHARACTERS.items() if n in order})
    font.setupNameTable(NAMES)
    font.setupFvar(AXES, INSTANCES)
    programs = {
        ".notdef": [50, 0, "rmoveto", 700, "vlineto", 100, "hlineto", -700, "vlineto"],
        "space": [],
        # The bar is 100 wide, and 200 at the heaviest.
        "I": [50, 0, "rmoveto", 0, 700, "rlineto", 100, 0, 100, 0, 2, "blend", "rlineto", 0, -700, "rlineto"],
        "O": [300, 0, "rmoveto", -200, 0, -100, 150, 0, 200, "rrcurveto", 0, 200, 100, 150, 200, 0, "rrcurveto",
              200, 0, 100, -150, 0, -200, 50, 0, 0, 0, 0, 0, 6, "blend", "rrcurveto", 0, -200, -100, -150, -200, 0, "rrcurveto"],
    }
    regions = [{"wght": (0, 1, 1)}]
    font.setupCFF2({n: T2CharString(program=p) for n, p in programs.items()}, [{}], regions)
    font.setupHorizontalMetrics({".notdef": (200, 50), "space": (250, 0), "I": (200, 50), "O": (600, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    finish(font, "Variable.otf")


true_type()
open_type()
