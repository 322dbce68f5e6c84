"""Makes UrkundeTest.ttf: a small variable font for tests, drawn from rectangles, in the public domain (CC0 1.0).

    python3 make.py UrkundeTest.ttf        (needs fontTools)

Latin letters, figures, the space, the hyphen, Hebrew letters and a ligature of f and i. One axis, `wght` from 400 to 700 with
two named instances: heavier letters are wider, so that widths tell which instance was embedded.
"""

import sys

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.TupleVariation import TupleVariation

LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-"
HEBREW = "".join(map(chr, range(0x5D0, 0x5EB)))
FEATURES = "feature liga { sub f i by f_i; } liga;"


def name(character):
    return f"uni{ord(character):04X}"


def bar(left, width, height):
    pen = TTGlyphPen(None)
    pen.moveTo((left, 0))
    pen.lineTo((left, height))
    pen.lineTo((left + width, height))
    pen.lineTo((left + width, 0))
    pen.closePath()
    return pen.glyph()


def main(path):
    characters = LATIN + HEBREW
    names = [name(c) if c not in "fi" else c for c in characters]
    order = [".notdef", "space", *names, "f_i"]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    cmap = {ord(c): n for c, n in zip(characters, names)} | {0x20: "space", 0xA0: "space"}
    builder.setupCharacterMap(cmap)
    widths = {glyph: 300 + 7 * (index % 40) for index, glyph in enumerate(order)}
    glyphs = {glyph: bar(50, widths[glyph] - 100, 500 + 5 * (index % 40)) for index, glyph in enumerate(order)}
    glyphs["space"] = TTGlyphPen(None).glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({glyph: (width, 50) for glyph, width in widths.items()})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Urkunde Test", "styleName": "Regular", "psName": "UrkundeTest", "uniqueFontIdentifier": "UrkundeTest", "fullName": "Urkunde Test"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200, sxHeight=500, sCapHeight=700, fsType=0)
    builder.setupPost()
    builder.setupFvar(
        [("wght", 400, 400, 700, "Weight")],
        [{"location": {"wght": 400}, "stylename": "Regular"}, {"location": {"wght": 700}, "stylename": "Bold"}],
    )
    wider = {}
    for glyph in order:
        # The four points of the bar, then the four phantom points: origin, advance, top, bottom.
        points = [] if glyph == "space" else [(0, 0), (0, 0), (100, 0), (100, 0)]
        deltas = points + [(0, 0), (100, 0), (0, 0), (0, 0)]
        wider[glyph] = [TupleVariation({"wght": (0.0, 1.0, 1.0)}, deltas)]
    builder.setupGvar(wider)
    builder.addOpenTypeFeatures(FEATURES)
    # The same bytes whenever it is made.
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(path)


if __name__ == "__main__":
    main(sys.argv[1])
