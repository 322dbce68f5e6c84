"""Three renderers draw every page; their pictures must agree.

Input: a path. Output: findings and a summary. pdftoppm (Splash), mutool (Fitz) and PDFium share no
code, so a font program, a clip, a soft mask or a matrix that only one of them forgives shows as a
difference. Does not say what the page should look like; the project's own picture tests do.

How it compares: each page at `DPI`, box-filtered down to cells of `CELL` × `CELL` pixels, so that the
differences of anti-aliasing and hinting mostly cancel. For each pair of renderers: the mean difference
of a cell over R, G and B, in steps of 0 to 255, and the largest one that stays when the second picture
may move by one pixel, since renderers round positions differently.
"""

import tempfile
from itertools import combinations
from pathlib import Path

import numpy
import pypdfium2
from PIL import Image

from .reading import complaints, run

DPI = 144
# 8 pixels at 144 dpi are 4 points: about one letter of body text.
CELL = 8
# Tolerances. Measured between the three on 860 sound pages: mean up to 1.45 for Latin and 2.83 for a page full of
# Han text; largest up to 25 for text and 57 where hairlines of a frame meet. One missing Han character of 8 pt: 83.
MEAN_LIMIT = 4.0
MAX_LIMIT = 64.0
# Renderers round a page of a fraction of a pixel up, down or to the nearest.
SIZE_LIMIT = 1


def check(path, keep):
    with tempfile.TemporaryDirectory(prefix="pdfcheck-") as folder:
        folder = Path(folder)
        findings = draw_poppler(path, folder) + draw_mupdf(path, folder) + draw_pdfium(path, folder)
        pages = {tool: load(folder, tool) for tool in ("pdftoppm", "mutool", "pdfium")}
        counts = {tool: len(drawn) for tool, drawn in pages.items()}
        if len(set(counts.values())) != 1 or 0 in counts.values():
            return findings + [f"render: numbers of pages differ: {counts}"], ""
        worst = (0.0, 0.0)
        for number in range(counts["pdftoppm"]):
            found, measured = compare(number + 1, {tool: drawn[number] for tool, drawn in pages.items()})
            worst = tuple(map(max, worst, measured))
            findings += found
            if found and keep:
                save(keep, path, number + 1, {tool: drawn[number] for tool, drawn in pages.items()})
        count = counts["pdftoppm"]
        plural = "" if count == 1 else "s"
        return findings, f"{count} page{plural}, difference mean {worst[0]:.2f} max {worst[1]:.0f}"


def draw_poppler(path, folder):
    status, _, stderr = run("pdftoppm", "-r", str(DPI), str(path), str(folder / "pdftoppm"))
    return complaints("pdftoppm", status, stderr)


def draw_mupdf(path, folder):
    status, _, stderr = run("mutool", "draw", "-r", str(DPI), "-F", "ppm", "-o", str(folder / "mutool-%06d.ppm"), str(path))
    # mutool reports its progress on stderr as well, as "page FILE NUMBER".
    told = "\n".join(line for line in stderr.splitlines() if not line.startswith("page "))
    return complaints("mutool", status, told)


def draw_pdfium(path, folder):
    try:
        with pypdfium2.PdfDocument(path) as document:
            for number, page in enumerate(document):
                picture = page.render(scale=DPI / 72).to_pil().convert("RGB")
                picture.save(folder / f"pdfium-{number + 1:06}.ppm")
    except pypdfium2.PdfiumError as error:
        return [f"pdfium: {error}"]
    return []


def load(folder, tool):
    # pdftoppm pads page numbers by the number of pages, so sort by number and not by name.
    files = sorted(folder.glob(f"{tool}-*.ppm"), key=lambda file: int(file.stem.rsplit("-", 1)[1]))
    return [numpy.asarray(Image.open(file).convert("RGB")) for file in files]


def compare(number, drawn):
    """Findings for one page, and the worst mean and largest difference of its three pairs."""
    shapes = {tool: picture.shape[:2] for tool, picture in drawn.items()}
    heights, widths = zip(*shapes.values())
    if max(heights) - min(heights) > SIZE_LIMIT or max(widths) - min(widths) > SIZE_LIMIT:
        return [f"render: page {number} has different sizes: {shapes}"], (0.0, 0.0)
    height, width = min(heights), min(widths)
    findings = []
    worst = (0.0, 0.0)
    for one, two in combinations(drawn, 2):
        mean, largest, (row, column) = difference(drawn[one][:height, :width], drawn[two][:height, :width])
        worst = (max(worst[0], mean), max(worst[1], largest))
        if mean > MEAN_LIMIT or largest > MAX_LIMIT:
            points = 72 / DPI * CELL
            findings.append(
                f"render: page {number}, {one} and {two} differ: mean {mean:.2f} (limit {MEAN_LIMIT}), max {largest:.0f} "
                f"(limit {MAX_LIMIT:.0f}) at {column * points:.0f} pt from the left, {row * points:.0f} pt from the top"
            )
    return findings, worst


def difference(one, two):
    """Mean and largest difference of two pictures of one size, and the cell of the largest."""
    cells = shrink(one)
    apart = numpy.abs(cells - shrink(two))
    worst, place = 0.0, (0, 0)
    # Cells by falling difference; moving only lowers it, so stop at the first that cannot win.
    by_cell = apart.max(axis=2)
    for index in numpy.argsort(by_cell, axis=None)[::-1]:
        row, column = (int(i) for i in numpy.unravel_index(index, by_cell.shape))
        if by_cell[row, column] <= worst:
            break
        least = moved(cells[row, column], two, row, column)
        if least > worst:
            worst, place = least, (row, column)
    return float(apart.mean()), worst, place


def moved(cell, two, row, column):
    """The least difference of one cell to the other picture's, moved by up to a pixel."""
    least = 255.0
    for top in range(max(row * CELL - 1, 0), row * CELL + 2):
        for left in range(max(column * CELL - 1, 0), column * CELL + 2):
            patch = two[top : top + CELL, left : left + CELL].mean(axis=(0, 1))
            least = min(least, float(numpy.abs(cell - patch).max()))
    return least


def shrink(picture):
    """Box filter to cells; the part cells at the right and bottom edge are left out."""
    rows, columns = picture.shape[0] // CELL, picture.shape[1] // CELL
    whole = picture[: rows * CELL, : columns * CELL].astype(numpy.float32)
    return whole.reshape(rows, CELL, columns, CELL, 3).mean(axis=(1, 3))


def save(keep, path, number, drawn):
    keep.mkdir(parents=True, exist_ok=True)
    for tool, picture in drawn.items():
        Image.fromarray(picture).save(keep / f"{path.stem}-{number}-{tool}.png")
