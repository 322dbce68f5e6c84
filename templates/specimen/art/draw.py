#!/usr/bin/env python3
"""Draws the pictures and the ornamental face of the specimen: ridges.jpg, seal.png and
../fonts/Ornaments.ttf.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy==2.4.6 fonttools==4.68.0
    venv/bin/python templates/specimen/art/draw.py

The files are in the repository; run this only to change them. No picture of others is in them.
"""

import math
from pathlib import Path

import numpy as np
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent

INK, GOLD, RED, PAPER = (27, 39, 64), (168, 128, 60), (156, 47, 38), (246, 242, 232)


def mix(a, b, t):
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def ridge(rng, width, roughness):
    """A mountain line by midpoint displacement, smoothed, in 0 to 1."""
    line = np.array([rng.random(), rng.random()])
    scale = 1.0
    while len(line) < width:
        middle = (line[:-1] + line[1:]) / 2 + rng.normal(0, 0.22 * scale, len(line) - 1)
        out = np.empty(len(line) * 2 - 1)
        out[0::2], out[1::2] = line, middle
        line, scale = out, scale * roughness
    line = np.interp(np.linspace(0, len(line) - 1, width), np.arange(len(line)), line)
    return (line - line.min()) / (line.max() - line.min())


def ridges():
    """Ridges behind one another in haze, with a low sun: a picture of soft tones for JPEG."""
    rng = np.random.default_rng(1871)
    width, height = 1200, 800
    y = np.linspace(0, 1, height)[:, None, None]
    sky_top, sky_low = np.array(mix(PAPER, INK, 0.16)), np.array(mix(PAPER, GOLD, 0.22))
    picture = sky_top * (1 - y) + sky_low * y
    picture = np.repeat(picture, width, axis=1)
    xx, yy = np.meshgrid(np.arange(width), np.arange(height))
    far = np.hypot(xx - 0.69 * width, yy - 0.27 * height)
    sun = np.clip((46 - far) / 2 + 0.5, 0, 1)[..., None]
    glow = np.exp(-((far / 190) ** 1.3))[..., None] * 0.32
    picture = picture * (1 - glow) + np.array((250, 236, 205)) * glow
    picture = picture * (1 - sun) + np.array(mix(RED, PAPER, 0.12)) * sun
    layers = 6
    for layer in range(layers):
        t = layer / (layers - 1)
        base = height * (0.40 + 0.52 * t)
        swing = height * (0.20 - 0.06 * t)
        line = base - swing * ridge(rng, width, 0.47 + 0.05 * t)
        inside = np.clip(yy - line[None, :], 0, 1)[..., None]
        deep = np.clip((yy - line[None, :]) / (height * 0.30), 0, 1)[..., None]
        near = np.array(mix(mix(PAPER, INK, 0.25), INK, t ** 1.2))
        haze = np.array(mix(near, PAPER, 0.62 * (1 - t) + 0.10))
        tone = near * (1 - deep) + haze * deep
        picture = picture * (1 - inside) + tone * inside
    picture += rng.normal(0, 1.1, (height, width, 1))
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    image.save(HERE / "ridges.jpg", quality=82, optimize=True, progressive=False, dpi=(300, 300))


def seal():
    """An impression of a seal that reads 样张 (specimen): cinnabar whose alpha is worn like stone."""
    rng = np.random.default_rng(1897)
    size, over = 360, 3
    big = size * over
    mask = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(mask)
    draw.rounded_rectangle([12, 12, big - 13, big - 13], 84, fill=255)
    draw.rounded_rectangle([54, 54, big - 55, big - 55], 54, outline=0, width=12)
    face = ImageFont.truetype(str(ROOT / "fonts/UrkundeKai-Regular.ttf"), 470)
    for text, x in (("样", 0.705), ("张", 0.295)):
        layer = Image.new("L", (big, big), 0)
        ImageDraw.Draw(layer).text((0.5 * big, 0.5 * big), text, font=face, fill=255, anchor="mm",
                                   stroke_width=9)
        # Seal characters are tall: half as wide as high.
        layer = layer.resize((int(big * 0.86), int(big * 1.72)), Image.LANCZOS)
        left, top = int(x * big - layer.width / 2), int(big / 2 - layer.height / 2)
        hole = Image.new("L", (big, big), 0)
        hole.paste(layer, (left, top))
        mask = Image.fromarray(np.minimum(np.array(mask), 255 - np.array(hole)))
    noise = Image.fromarray((rng.random((big // 4, big // 4)) * 255).astype(np.uint8))
    noise = noise.filter(ImageFilter.GaussianBlur(1.6)).resize((big, big), Image.BICUBIC)
    grain = np.array(noise, dtype=float)
    grain = (grain - grain.mean()) / grain.std()
    alpha = np.array(mask.filter(ImageFilter.GaussianBlur(3)), dtype=float)
    alpha = np.clip((alpha - 118 + grain * 16) * 4, 0, 255)
    alpha *= np.clip(1.06 + np.minimum(grain + 1.15, 0) * 0.9, 0, 1)
    alpha = Image.fromarray(alpha.astype(np.uint8)).resize((size, size), Image.LANCZOS)
    # Fewer steps of alpha, for a smaller file.
    alpha = Image.fromarray((np.array(alpha) // 17 * 17).astype(np.uint8))
    image = Image.new("RGBA", (size, size), RED + (0,))
    image.putalpha(alpha)
    image.save(HERE / "seal.png", optimize=True)


def polygon(pen, points):
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def lozenge(pen, cx, cy, outer, inner=None):
    ring = lambda r: [(cx, cy + r), (cx + r, cy), (cx, cy - r), (cx - r, cy)]
    polygon(pen, ring(outer))
    if inner:
        polygon(pen, ring(inner)[::-1])


def circle(pen, cx, cy, r, clockwise=True):
    """Eight quadratic arcs."""
    points = []
    steps = 8
    for i in range(steps):
        a, b = 2 * math.pi * i / steps, 2 * math.pi * (i + 1) / steps
        if clockwise:
            a, b = -a, -b
        middle, far = (a + b) / 2, r / math.cos(math.pi / steps)
        points.append(((cx + far * math.cos(middle), cy + far * math.sin(middle)),
                       (cx + r * math.cos(b), cy + r * math.sin(b))))
    pen.moveTo((cx + r, cy))
    for control, end in points:
        pen.qCurveTo(control, end)
    pen.closePath()


def leaf(pen, tip, foot, bulge):
    """A leaf from foot to tip, wider on one side."""
    (x0, y0), (x1, y1) = foot, tip
    nx, ny = -(y1 - y0), x1 - x0
    at = lambda t, s: (x0 + (x1 - x0) * t + nx * s, y0 + (y1 - y0) * t + ny * s)
    pen.moveTo(foot)
    pen.qCurveTo(at(0.10, bulge), at(0.45, bulge * 1.0), at(0.85, bulge * 0.55), tip)
    pen.qCurveTo(at(0.80, -bulge * 0.25), at(0.40, -bulge * 0.55), at(0.12, -bulge * 0.45), foot)
    pen.closePath()


def ornaments():
    """Urkunde Ornaments: five ornaments on the code points that Unicode has for such signs."""
    def knot(pen):
        lozenge(pen, 330, 350, 300, 232)
        lozenge(pen, 670, 350, 300, 232)
        circle(pen, 500, 350, 46)

    def quatrefoil(pen):
        for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            lozenge(pen, 500 + 190 * dx, 350 + 190 * dy, 172, 96)
        circle(pen, 500, 350, 52)

    def three(pen):
        for cx, cy in ((500, 560), (270, 200), (730, 200)):
            lozenge(pen, cx, cy, 150)

    def branch(mirror):
        def draw(pen):
            m = (lambda p: (1000 - p[0], p[1])) if mirror else (lambda p: p)
            s = -1 if mirror else 1
            for tip, foot, bulge in (((930, 640), (520, 330), 0.34), ((640, 760), (430, 360), 0.30),
                                     ((820, 250), (430, 290), -0.30), ((330, 700), (300, 380), 0.28)):
                leaf(pen, m(tip), m(foot), bulge * s)
            stem = [(40, 180), (250, 330), (520, 350), (520, 322), (262, 300), (60, 158)]
            polygon(pen, [m(p) for p in (stem[::-1] if mirror else stem)])
            circle(pen, *m((66, 150)), 52)
        return draw

    shapes = {
        0x2756: ("knot", knot), 0x2766: ("branch", branch(False)), 0x2767: ("branch.back", branch(True)),
        0x2042: ("three", three), 0x2724: ("quatrefoil", quatrefoil),
    }
    glyphs, widths = {}, {}
    for name, width in ((".notdef", 500), ("space", 250)):
        glyphs[name], widths[name] = TTGlyphPen(None).glyph(), (width, 0)
    for name, draw in shapes.values():
        pen = TTGlyphPen(None)
        draw(pen)
        glyphs[name], widths[name] = pen.glyph(), (1000, 0)
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({0x20: "space", **{code: name for code, (name, _) in shapes.items()}})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({n: (w, builder.font["glyf"][n].xMin if builder.font["glyf"][n].numberOfContours else 0) for n, (w, _) in widths.items()})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({
        "familyName": "Urkunde Ornaments", "styleName": "Regular",
        "licenseDescription": "MIT or Apache-2.0, as the program it belongs to",
    })
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200,
                     sxHeight=500, sCapHeight=700, fsType=0)
    builder.setupPost()
    for record in ("created", "modified"):
        setattr(builder.font["head"], record, 3786825600)
    builder.font.recalcTimestamp = False
    builder.save(HERE.parent / "fonts/Ornaments.ttf")


if __name__ == "__main__":
    ridges()
    seal()
    ornaments()
