#!/usr/bin/env python3
"""Make every font file of this folder from named packages.

    python3 -m venv venv && venv/bin/pip install fonttools==4.60.1
    venv/bin/python fonts/cut.py --packages DIR        make all files again, print a table
    venv/bin/python fonts/cut.py --packages DIR --check   make them aside, compare, write nothing

DIR keeps the package files named in PACKAGES. What is missing there is fetched with `apt-get download` or
`npm pack`; each file is held against its SHA-256. With the same packages and the same fontTools the bytes
that come out are the same: there is no time stamp, no machine name and no hash order in them.
"""

import argparse
import bz2
import copy
import hashlib
import io
import lzma
import math
import subprocess
import sys
import tarfile
import unicodedata
from pathlib import Path

import fontTools
from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FONTTOOLS = "4.60.1"
HERE = Path(__file__).resolve().parent

# ------------------------------------------------------------------------------------------- sources

# name: (kind, version, file name, SHA-256 of the package file)
PACKAGES = {
    "@expo-google-fonts/eb-garamond": (
        "npm",
        "0.4.3",
        "expo-google-fonts-eb-garamond-0.4.3.tgz",
        "4b394f925314ad33790d571812b99370612ed40ca470ac64f9a98ab637dfea20",
    ),
    "source-sans": (
        "npm",
        "3.52.0",
        "source-sans-3.52.0.tgz",
        "49cf78ddd79b436591ee696785222b54ff28102922e3d3df297fe382d7fdfa88",
    ),
    "fonts-noto-cjk": (
        "deb",
        "1:20220127+repack1-1",
        "fonts-noto-cjk_20220127+repack1-1_all.deb",
        "4a2515eb6db3978b897fef9709ed0d2b1f4c6c4df4d83d6c4ef65f71f1b1f502",
    ),
    "fonts-lxgw-wenkai": (
        "deb",
        "1.250+repack-1",
        "fonts-lxgw-wenkai_1.250+repack-1_all.deb",
        "6d1e4c4aac78ad32062aefa2c836ee4d6e58f9dcf8b3f4407c9eefe304615318",
    ),
    "unicode-data": (
        "deb",
        "15.0.0-1",
        "unicode-data_15.0.0-1_all.deb",
        "5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc",
    ),
}


def fetch(name: str, folder: Path) -> Path:
    """The package file, from `folder` or through the package client, its digest checked."""
    kind, version, file, digest = PACKAGES[name]
    path = folder / file
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        before = set(folder.iterdir())
        command = {
            "npm": ["npm", "pack", "--silent", f"{name}@{version}"],
            "deb": ["apt-get", "download", f"{name}={version}"],
        }[kind]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (fetched,) = set(folder.iterdir()) - before  # apt writes the epoch's colon as %3a
        fetched.rename(path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != digest:
        sys.exit(f"{path}: SHA-256 is {found}, expected {digest}")
    return path


def members(package: Path) -> tarfile.TarFile:
    """The files inside a Debian package or an npm tarball."""
    if package.suffix == ".tgz":
        return tarfile.open(package)
    data = package.read_bytes()
    assert data.startswith(b"!<arch>\n")
    at = 8
    while at < len(data):  # an `ar` archive: 60-byte headers, members padded to even lengths
        member = data[at : at + 16].decode().strip().rstrip("/")
        size = int(data[at + 48 : at + 58])
        body = data[at + 60 : at + 60 + size]
        if member == "data.tar.xz":
            return tarfile.open(fileobj=io.BytesIO(lzma.decompress(body)))
        at += 60 + size + size % 2
    sys.exit(f"{package}: no data.tar.xz")


class Sources:
    """Reads files out of the packages."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.open = {}

    def read(self, package: str, path: str) -> bytes:
        if package not in self.open:
            self.open[package] = members(fetch(package, self.folder))
        return self.open[package].extractfile(path).read()


# ------------------------------------------------------------------------------------- character sets


def tongyong(sources: Sources) -> set[int]:
    """The 8,105 characters of 通用规范汉字表 (2013), from the field kTGH of the Unihan database."""
    chars = set()
    text = sources.read("unicode-data", "./usr/share/unicode/Unihan_OtherMappings.txt.bz2")
    for line in bz2.decompress(text).decode().splitlines():
        if "\tkTGH\t" in line:
            chars.add(int(line.split("\t")[0].removeprefix("U+"), 16))
    assert len(chars) == 8105, len(chars)
    return chars


def gb2312() -> set[int]:
    """GB 2312: 6,763 characters and 682 signs."""
    chars = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                chars.add(ord(bytes([row, cell]).decode("gb2312")))
            except UnicodeDecodeError:
                pass
    assert len(chars) == 7445, len(chars)
    return chars


def spans(text: str) -> set[int]:
    chars = set()
    for part in text.split():
        low, _, high = part.partition("-")
        chars.update(range(int(low, 16), int(high or low, 16) + 1))
    return chars


# Signs kept in every Chinese face: Latin kept small (the Latin faces are for that; pinyin stays), general and
# CJK punctuation, currency, letter-like signs, fractions and numerals, arrows, circled numbers, boxes, shapes,
# radicals and strokes, kana, bopomofo, enclosed signs and months, vertical and full-width forms, and the two
# variation selectors that set Chinese punctuation in the corner or in the middle. GB 2312 adds Greek and Cyrillic.
SIGNS = spans(
    "0020-007E 00A0-00FF 0100-0101 0112-0113 011A-011B 012A-012B 0143-0144 0147-0148 014C-014D 016A-016B"
    " 01CD-01DC 01F8-01F9 0251 0261 02BC 02C6-02CB 02D9 02EA-02EB 0300-0304 030C 1E3F 1EBC-1EBD"
    " 2000-206F 20A0-20BF 2100-215F 2160-218F 2190-21FF 2200-22FF 2300-23FF 2460-24FF 2500-257F 2580-259F"
    " 25A0-25FF 2600-26FF 2700-27BF 2B05-2B07 2E3A-2E3B 2E80-2FFF 3000-303F 3040-30FF 3100-312F 31A0-31BF 31C0-31EF 31F0-31FF"
    " 3200-32FF 3300-33FF FE00-FE01 FE10-FE1F FE30-FE4F FE50-FE6F FF01-FF9F FFE0-FFE6"
)
# Han: URO, extensions A to I, compatibility ideographs.
HAN = spans("3007 3400-4DBF 4E00-9FFF F900-FAFF 20000-323AF")

# ---------------------------------------------------------------------------------------------- cuts

# Layout features that stay in a Chinese face. `locl` stays for signs only: with it TC, HK, JP and KR forms of
# punctuation are there, but not the ten thousand regional forms of the characters.
CJK_FEATURES = ["ccmp", "locl", "vert", "vrt2", "fwid", "hwid", "pwid", "liga", "calt",
                "halt", "palt", "kern", "vhal", "vpal", "vkrn", "mark", "mkmk"]  # fmt: skip


def options() -> subset.Options:
    o = subset.Options()
    o.recalc_timestamp = False
    o.layout_features = list(CJK_FEATURES)
    o.layout_scripts = ["*"]
    o.name_IDs = ["*"]
    o.name_languages = ["*"]
    o.name_legacy = True
    o.hinting = False  # pages are printed, and hints travel into every PDF
    o.desubroutinize = False
    o.glyph_names = False
    o.notdef_outline = True
    o.recommended_glyphs = False
    o.drop_tables += ["DSIG", "FFTM"]
    return o


def pare_locl(font: TTFont, signs: set[str]) -> None:
    """Take the rules out of `locl` that do not begin with a sign."""
    gsub = font["GSUB"].table
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag != "locl":
            continue
        for index in record.Feature.LookupListIndex:
            for table in gsub.LookupList.Lookup[index].SubTable:
                table = getattr(table, "ExtSubTable", table)
                assert table.LookupType == 1, "locl is expected to hold single substitutions"
                for glyph in set(table.mapping) - signs:
                    del table.mapping[glyph]


def cut(data: bytes, chars: set[int], face: str) -> TTFont:
    """The face with the PostScript name `face`, with the glyphs of `chars` and what the features make of them."""
    number = 0
    font = TTFont(io.BytesIO(data), fontNumber=0, recalcTimestamp=False)
    while font["name"].getDebugName(6) != face:
        number += 1
        font = TTFont(io.BytesIO(data), fontNumber=number, recalcTimestamp=False)
    cmap = font.getBestCmap()
    pare_locl(font, {cmap[c] for c in SIGNS & cmap.keys()})
    subsetter = subset.Subsetter(options())
    subsetter.populate(unicodes=chars)
    subsetter.subset(font)
    font["OS/2"].fsType = 0
    return font


def name_cff(font: TTFont) -> None:
    """Name the outlines as the face: in the collection all regional faces share outlines named for Japan."""
    cff = font["CFF "].cff
    top = cff.topDictIndex[0]
    name = font["name"]
    (old,) = cff.fontNames
    new = name.getDebugName(6)
    cff.fontNames = [new]
    top.FamilyName = name.getDebugName(1)
    top.FullName = name.getDebugName(4)
    for part in top.FDArray:
        part.FontName = part.FontName.replace(old, new)


def note(font: TTFont, text: str, what: str = "cut") -> None:
    """Say in the name table what was done: in the unique identifier and the description."""
    name = font["name"]
    name.setName(f"{name.getDebugName(3)};Urkunde {what}", 3, 3, 1, 0x409)
    name.setName(text, 10, 3, 1, 0x409)


def rename(font: TTFont, family: str, style: str) -> None:
    """A new primary name, because the old one is reserved (OFL, condition 3)."""
    name = font["name"]
    postscript = family.replace(" ", "") + "-" + style
    version = name.getDebugName(5).split(";")[0]
    for i in (1, 2, 3, 4, 6, 16, 17, 18, 20, 21, 22, 25):
        name.removeNames(nameID=i)
    full = family if style == "Regular" else f"{family} {style}"
    for i, text in {1: family, 2: style, 3: f"{postscript}:{version}", 4: full, 6: postscript}.items():
        name.setName(text, i, 3, 1, 0x409)


def singles(font: TTFont, tag: str) -> list[dict[str, str]]:
    """The substitution tables of a feature."""
    gsub = font["GSUB"].table
    indices = {i for f in gsub.FeatureList.FeatureRecord if f.FeatureTag == tag for i in f.Feature.LookupListIndex}
    tables = [t for i in sorted(indices) for t in gsub.LookupList.Lookup[i].SubTable]
    return [getattr(t, "ExtSubTable", t).mapping for t in tables]


def mend_small_caps(font: TTFont) -> None:
    """Small capitals for the accented letters that have none.

    EB Garamond draws them for Latin-1 and Extended-A: ș, ț, ǎ, ẅ and all of Vietnamese would stay lower case
    in their midst. A lower-case letter is its base and accents put together, and so is a small capital there
    is; so the new ones are the small base with the lower-case letter's accents, moved as the existing pairs say.
    """
    cmap, glyf, hmtx = font.getBestCmap(), font["glyf"], font["hmtx"]
    lower, upper = singles(font, "smcp"), singles(font, "c2sc")
    small = {k: v for table in lower for k, v in table.items()}
    slope = math.tan(math.radians(-font["post"].italicAngle))

    def box(glyph: str) -> tuple[float, float, float]:
        """Middle, bottom and top of a glyph."""
        g = glyf[glyph]
        g.recalcBounds(glyf)
        return (g.xMin + g.xMax) / 2, g.yMin, g.yMax

    def parts(glyph: str) -> list[tuple[str, int, int]]:
        g = glyf[glyph]
        return [(c.glyphName, c.x, c.y) for c in g.components] if g.isComposite() else [(glyph, 0, 0)]

    def composed(letter: str, mark: str) -> str | None:
        return cmap.get(ord(c)) if len(c := unicodedata.normalize("NFC", letter + mark)) == 1 else None

    def moved(letter: str) -> tuple[float, float] | None:
        """How an accent moves from over the lower-case letter to over its small capital."""
        for mark in "\u0301\u0302\u030c\u0303":
            glyph = composed(letter, mark)
            if glyph in small:
                old, new = parts(glyph)[1:], parts(small[glyph])[1:]
                if [o[0] for o in old] == [n[0] for n in new]:
                    return new[0][1] - old[0][1], new[0][2] - old[0][2]
        return None

    rise = moved("o")[1]
    made = {}  # new glyph -> the small capital that it kerns like
    for char, glyph in sorted(cmap.items()):
        letter, *marks = unicodedata.normalize("NFD", chr(char))
        if not marks or glyph in small or cmap.get(ord(letter)) not in small:
            continue
        if not unicodedata.name(chr(char)).startswith("LATIN SMALL LETTER"):
            continue
        (base, _, _), *accents = parts(glyph)
        head = small[cmap[ord(letter)]] if base not in small else small[base]
        if letter in "ij" and "\u0307" not in marks:
            accents = [a for a in accents if a[0] != "dotaccent" or a[2] < 0]
        capital = cmap.get(ord(chr(char).upper())) if len(chr(char).upper()) == 1 else None
        low = {name: y for name, _, y in parts(capital)[1:]} if capital else {}
        root = small[cmap[ord(letter)]]
        middle, bottom, top = box(root)
        components = [(head, 0, 0)]
        for name, x, y in accents:
            m, b, t = box(name)
            if t + y < 100:  # below: in the middle of the letter, as low as under the capital
                y = low.get(name, y)
                x = middle + slope * ((b + t) / 2 + y - (bottom + top) / 2) - m
            elif b + y > 300 and "." not in name.removesuffix(".stack"):
                tall = box(cmap[ord(letter)])[2] > 500
                y = rise + (0 if tall else y)
                shift = moved(letter)
                x = x + shift[0] if shift else middle + slope * ((b + t) / 2 + y - (bottom + top) / 2) - m
            else:
                break
            components.append((name, x, y))
        if not accents or len(components) != len(accents) + 1:
            continue
        pen = TTGlyphPen(glyf.glyphs)
        for name, x, y in components:
            pen.addComponent(name, (1, 0, 0, 1, round(x), round(y)))
        new = glyph + ".sc"
        font.setGlyphOrder([*font.getGlyphOrder(), new])
        glyf[new] = pen.glyph()
        glyf[new].recalcBounds(glyf)
        hmtx[new] = (hmtx[head][0], glyf[new].xMin)
        made[new] = root
        lower[0][glyph] = new
        if capital:
            upper[0][capital] = new
    kern_like(font, made)
    classes = font["GDEF"].table.GlyphClassDef.classDefs
    classes.update({new: classes.get(old, 1) for new, old in made.items()})


def kern_like(font: TTFont, like: dict[str, str]) -> None:
    """Give each glyph the kerning of another."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if table.LookupType != 2:
                continue
            covered = table.Coverage.glyphs
            if table.Format == 2:
                for new, old in like.items():
                    for classes in (table.ClassDef1, table.ClassDef2):
                        if old in classes.classDefs:
                            classes.classDefs[new] = classes.classDefs[old]
                covered += [new for new, old in like.items() if old in covered]
            else:
                for pairs in table.PairSet:
                    values = {r.SecondGlyph: r for r in pairs.PairValueRecord}
                    for new, old in like.items():
                        if old in values:
                            record = copy.copy(values[old])
                            record.SecondGlyph = new
                            pairs.PairValueRecord.append(record)
                    pairs.PairValueRecord.sort(key=lambda r: font.getGlyphID(r.SecondGlyph))
                    pairs.PairValueCount = len(pairs.PairValueRecord)
                sets = dict(zip(covered, table.PairSet))
                sets.update({new: copy.deepcopy(sets[old]) for new, old in like.items() if old in sets})
                table.Coverage.glyphs = sorted(sets, key=font.getGlyphID)
                table.PairSet = [sets[g] for g in table.Coverage.glyphs]
                table.PairSetCount = len(table.PairSet)


def mend_superscripts(font: TTFont) -> None:
    """The italics draw superscript figures but do not map ⁰ ¹ ² ³ ⁴ … ⁹ to them."""
    figures = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "zero one two three four five six seven eight nine".split()))
    for table in font["cmap"].tables:
        for char, glyph in figures.items():
            table.cmap.setdefault(ord(char), glyph + ".sups")


def garamond(data: bytes) -> bytes:
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    mend_small_caps(font)
    mend_superscripts(font)
    note(font, "EB Garamond 1.003 with small capitals for all accented Latin letters it has.", "mended")
    return save(font)


def save(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def faces(sources: Sources):
    """Yields (file name, bytes, package it comes from)."""
    package = "@expo-google-fonts/eb-garamond"
    for folder, style in {
        "400Regular": "Regular",
        "400Regular_Italic": "Italic",
        "600SemiBold": "SemiBold",
        "600SemiBold_Italic": "SemiBoldItalic",
        "700Bold": "Bold",
        "700Bold_Italic": "BoldItalic",
    }.items():
        data = sources.read(package, f"package/{folder}/EBGaramond_{folder}.ttf")
        yield f"EBGaramond-{style}.ttf", garamond(data), package

    package = "source-sans"
    for style in ["Regular", "It", "Semibold", "Bold"]:
        file = f"SourceSans3-{style}.otf"
        yield file, sources.read(package, f"package/OTF/{file}"), package

    package = "fonts-noto-cjk"
    for style in ["Regular", "Bold"]:
        data = sources.read(package, f"./usr/share/fonts/opentype/noto/NotoSerifCJK-{style}.ttc")
        font = cut(data, HAN | SIGNS | gb2312(), f"NotoSerifCJKsc-{style}")
        name_cff(font)
        note(font, f"A cut of Noto Serif CJK SC {style} 2.001 with fewer characters, without hints.")
        yield f"NotoSerifCJKsc-{style}.otf", save(font), package

    package = "fonts-lxgw-wenkai"
    data = sources.read(package, "./usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf")
    font = cut(data, tongyong(sources) | gb2312() | SIGNS, "LXGWWenKai-Regular")
    rename(font, "Urkunde Kai", "Regular")
    note(font, "A cut of LXGW WenKai Regular 1.250 with fewer characters, under another name.")
    yield "UrkundeKai-Regular.ttf", save(font), package


def row(file: str, data: bytes, package: str) -> list[str]:
    font = TTFont(io.BytesIO(data), lazy=True)
    kind = "CFF" if "CFF " in font else "glyf"
    cmap = font.getBestCmap()
    return [file, font["name"].getDebugName(4), kind, str(len(font.getGlyphOrder())), str(len(cmap)), str(len(data)),
            f"{package} {PACKAGES[package][1]}", hashlib.sha256(data).hexdigest()]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packages", type=Path, required=True, help="folder of the package files")
    parser.add_argument("--check", action="store_true", help="compare with the files here; write nothing")
    args = parser.parse_args()
    if fontTools.version != FONTTOOLS:
        print(f"warning: fontTools {fontTools.version}, the files here were made with {FONTTOOLS}", file=sys.stderr)
    total, differs = 0, []
    print("\t".join(["file", "face", "outlines", "glyphs", "characters", "bytes", "source", "sha256"]))
    for file, data, package in faces(Sources(args.packages)):
        path = HERE / file
        if args.check:
            if not path.exists() or path.read_bytes() != data:
                differs.append(file)
        else:
            path.write_bytes(data)
        total += len(data)
        print("\t".join(row(file, data, package)), flush=True)
    print(f"total: {total} bytes")
    if differs:
        sys.exit("not the same: " + ", ".join(differs))


if __name__ == "__main__":
    main()
