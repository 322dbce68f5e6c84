#!/usr/bin/env python3
"""How evenly lines of text are set: ours beside Typst's.

The paragraphs of the three announcements are set justified in EB Garamond (Chinese: Noto Serif CJK) at
11 pt, 60 to 160 mm wide, by our program and by Typst with the same faces and its own defaults. Both PDFs
are read by `pdftotext -bbox-layout`, so both are measured alike: a line's ratio is how far its spaces are
from the face's own, in units of what they give (half of it to stretch, a third to shrink, as TeX's
fonts have it and as both programs do); its badness is 100 times the cube of that (The TeXbook, chapter 14),
without TeX's bound at 10,000. Last lines of paragraphs do not count, nor lines without spaces.

For Chinese, lines that begin or end with a mark that must not are counted (GB/T 15834, CLREQ 3.1.9), and
lines that do not fill the measure.

    tests/lines/compare.py [--binary target/release/urkunde]

Needs poppler and the package `typst` (PyPI); says so and ends well where one is missing. Ends with status 1
where our mean badness is worse than Typst's or where a Chinese line breaks the rules.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTHS = [60, 80, 100, 120, 160]
LANGUAGES = ["en", "de", "zh"]
SIZE = 11.0
# The space of EB Garamond, em.
SPACE = None
STRETCH, SHRINK = 0.5, 1 / 3
NEVER_FIRST = set("，。、；：？！）》」』〉】”’％·…—")
NEVER_LAST = set("（《「『〈【“‘")


def paragraphs(language):
    """The running text of an announcement: its Markdown without headings, lists, quotations."""
    text = (ROOT / f"input/announcements/{language}.md").read_text(encoding="utf-8")
    found = []
    for block in re.split(r"\n\s*\n", text):
        block = block.strip()
        if not block or block[0] in "#>-*|" or re.match(r"\d+[.)] ", block):
            continue
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", block)
        text = re.sub(r"[*_`]+", "", text)
        text = re.sub(r"\s*\n\s*", "" if language == "zh" else " ", text)
        found.append(text)
    return found


def space_width():
    """Advance of the space of EB Garamond, em."""
    data = (ROOT / "fonts/EBGaramond-Regular.ttf").read_bytes()
    count = int.from_bytes(data[4:6], "big")
    tables = {}
    for i in range(count):
        record = data[12 + 16 * i : 28 + 16 * i]
        offset, length = (int.from_bytes(record[at : at + 4], "big") for at in (8, 12))
        tables[record[:4].decode()] = data[offset : offset + length]
    units = int.from_bytes(tables["head"][18:20], "big")
    metrics = int.from_bytes(tables["hhea"][34:36], "big")
    cmap = tables["cmap"]
    for i in range(int.from_bytes(cmap[2:4], "big")):
        at = int.from_bytes(cmap[8 + 8 * i : 12 + 8 * i], "big")
        if int.from_bytes(cmap[at : at + 2], "big") != 4:
            continue
        segments = int.from_bytes(cmap[at + 6 : at + 8], "big") // 2
        word = lambda p: int.from_bytes(cmap[p : p + 2], "big")
        for s in range(segments):
            end, start = word(at + 14 + 2 * s), word(at + 16 + 2 * segments + 2 * s)
            if not start <= 32 <= end:
                continue
            delta = word(at + 16 + 4 * segments + 2 * s)
            place = at + 16 + 6 * segments + 2 * s
            offset = word(place)
            glyph = (32 + delta) % 65536 if offset == 0 else (word(place + offset + 2 * (32 - start)) + delta) % 65536
            glyph = min(glyph, metrics - 1)
            return int.from_bytes(tables["hmtx"][4 * glyph : 4 * glyph + 2], "big") / units
    sys.exit("EB Garamond has no space")


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def ours(binary, language, width, folder, limits):
    family = "Noto Serif CJK SC" if language == "zh" else "EB Garamond"
    html = f"""<!DOCTYPE html><html lang="{'zh-Hans' if language == 'zh' else language}"><head><meta charset="utf-8"><title>Lines</title><style>
@page {{ size: {width + 20}mm 3000mm; margin: 10mm }} body {{ margin: 0; font: {SIZE}pt/16pt "{family}" }}
p {{ margin: 0 0 16pt; text-align: justify; hyphens: auto; {limits} }}</style></head><body>
{''.join(f'<p>{escape(text)}</p>' for text in paragraphs(language))}</body></html>"""
    page, document = folder / "lines.html", folder / "ours.pdf"
    page.write_text(html, encoding="utf-8")
    subprocess.run([binary, "inspect", page, "--pdf", document], check=True, stdout=subprocess.DEVNULL)
    return document


def typsts(typst, language, width, folder):
    family = "Noto Serif CJK SC" if language == "zh" else "EB Garamond"
    special = re.compile(r"([\\#$*_`<>@\[\]~=+\-/])")
    text = "\n\n".join(special.sub(r"\\\1", p) for p in paragraphs(language))
    source = f"""#set page(width: {width + 20}mm, height: auto, margin: 10mm)
#set text(font: "{family}", size: {SIZE}pt, lang: "{language}"{', region: "cn"' if language == 'zh' else ''})
#set par(justify: true, spacing: 2em)
{text}
"""
    page, document = folder / "lines.typ", folder / "typst.pdf"
    page.write_text(source, encoding="utf-8")
    typst.compile(str(page), output=str(document), font_paths=[str(ROOT / "fonts")], ignore_system_fonts=True)
    return document


def lines(document):
    """Lines as lists of words with their left and right edges, by their place on the page; then
    whether a line is the last of its paragraph (the next one is further down)."""
    found = subprocess.run(["pdftotext", "-bbox", document, "-"], check=True, capture_output=True, text=True)
    root = tree.fromstring(re.sub(r'\sxmlns="[^"]+"', "", found.stdout, count=1).encode())
    rows = {}
    for word in root.iter("word"):
        edges = [float(word.get(k)) for k in ("xMin", "xMax", "yMin", "yMax")]
        rows.setdefault(round(edges[3] / 3), []).append((edges[0], edges[1], word.text or "", edges[3]))
    merged = []
    for key in sorted(rows):
        words = sorted(rows[key])
        if merged and abs(words[0][3] - merged[-1][0][3]) < 4:
            merged[-1] = sorted(merged[-1] + words)
        else:
            merged.append(words)
    pitches = [b[0][3] - a[0][3] for a, b in zip(merged, merged[1:])]
    usual = min(pitches) if pitches else 0
    return [(words, i + 1 == len(merged) or pitches[i] > usual * 1.3) for i, words in enumerate(merged)]


def ratios(document):
    space = SPACE * SIZE
    found = []
    for words, last in lines(document):
        if last or len(words) < 2:
            continue
        gaps = [b[0] - a[1] for a, b in zip(words, words[1:])]
        mean = sum(gaps) / len(gaps)
        give = STRETCH if mean > space else SHRINK
        found.append((abs(mean - space) / (space * give), " ".join(w[2] for w in words), mean > space))
    return found


def badness(document):
    """Mean badness, the greatest ratio to which spaces are stretched, number of lines."""
    all_ratios = ratios(document)
    mean = sum(100 * ratio**3 for ratio, _, _ in all_ratios) / len(all_ratios)
    widest = max((r for r, _, stretched in all_ratios if stretched), default=0)
    return mean, widest, len(all_ratios)


def chinese(document, width):
    """Lines that begin or end with a mark that must not, and lines short of the measure."""
    wrong, short, count = 0, 0, 0
    left, right = 10 / 25.4 * 72, (10 + width) / 25.4 * 72
    all_lines = lines(document)
    for i, (words, last) in enumerate(all_lines):
        text = "".join(word[2] for word in words)
        first = i == 0 or all_lines[i - 1][1]
        wrong += (not first and text[0] in NEVER_FIRST) + (not last and text[-1] in NEVER_LAST)
        if not last:
            count += 1
            # Half of a closing mark is blank.
            short += abs(words[-1][1] - right) > (SIZE * 0.55 if text[-1] in NEVER_FIRST else 0.1)
    return wrong, short, count


def main():
    global SPACE
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--binary", default=ROOT / "target/release/urkunde", type=pathlib.Path)
    arguments.add_argument("--limits", default="", help="hyphenate-limit-chars for our pages")
    given = arguments.parse_args()
    try:
        import typst
    except ImportError:
        return print("skipped: the package typst is not installed (pip install typst)")
    if not shutil.which("pdftotext"):
        return print("skipped: pdftotext is not installed (apt-get install poppler-utils)")
    SPACE = space_width()
    limits = f"hyphenate-limit-chars: {given.limits};" if given.limits else ""
    worse = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        print(f"{'':10} {'mean badness':>23} {'widest space, ratio':>23} {'lines':>11}")
        for language in LANGUAGES[:2]:
            for width in WIDTHS:
                us = badness(ours(given.binary, language, width, folder, limits))
                them = badness(typsts(typst, language, width, folder))
                worse += us[0] > them[0]
                print(
                    f"{language} {width:4} mm {us[0]:11.1f} {them[0]:11.1f} {us[1]:11.2f} {them[1]:11.2f}"
                    f" {us[2]:5} {them[2]:5}{'  worse' if us[0] > them[0] else ''}"
                )
        for width in WIDTHS:
            wrong, short, count = chinese(ours(given.binary, "zh", width, folder, limits), width)
            worse += wrong + short
            print(f"zh {width:4} mm: {wrong} of {count} lines break the rules, {short} do not fill the measure")
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
