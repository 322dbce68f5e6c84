"""Plants defects in sound PDFs and looks whether a judge notices.

Input: sound files, several so that each kind of defect finds a place (a figure, a link, a table, a list).
Output: one line a defect, with who noticed what. A judge notices when it has a finding about the planted file that it
does not have about the sound one. Exit 1 when a defect went unnoticed, or found no place in any of the files.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pikepdf

from . import pictures, reading
from .defects import BYTE_DEFECTS, DEFECTS

VERAPDF = Path(__file__).parent.parent / "verapdf.sh"


def main():
    parser = argparse.ArgumentParser(prog="plant.sh", description="plant defects, and see who notices")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--flavours", default="2a ua1", help='for veraPDF (default: "2a ua1")')
    parser.add_argument("--keep", type=Path, help="write the planted files here and leave them")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return examine(options.files, options.flavours.split(), options.keep)
    with tempfile.TemporaryDirectory(prefix="plant-") as folder:
        return examine(options.files, options.flavours.split(), Path(folder))


def examine(files, flavours, folder):
    sources = {}
    bases = [write(pikepdf.open(file), folder / f"sound-{number}.pdf") for number, file in enumerate(files)]
    planted = {}
    for defect in DEFECTS:
        for base in bases:
            with pikepdf.open(base) as pdf:
                if defect(pdf):
                    planted[defect.__name__] = write(pdf, folder / f"{defect.__name__}.pdf")
                    sources[defect.__name__] = base
                    break
    for defect in BYTE_DEFECTS:
        target = folder / f"{defect.__name__}.pdf"
        target.write_bytes(defect(bases[0].read_bytes()))
        planted[defect.__name__], sources[defect.__name__] = target, bases[0]
    conformance = verapdf(flavours, bases + list(planted.values()))
    others = {path: elsewhere(path) for path in bases + list(planted.values())}
    unnoticed = 0
    for defect in (d.__name__ for d in (*DEFECTS, *BYTE_DEFECTS)):
        if defect not in planted:
            print(f"no place     {defect}: none of the files has anything of the kind")
            unnoticed += 1
            continue
        path, base = planted[defect], sources[defect]
        notices = sorted((conformance[path] - conformance[base]) | (others[path] - others[base]))
        unnoticed += not notices
        print(f"{'noticed' if notices else 'NOT NOTICED':12} {defect}: {', '.join(notices)}")
    print(f"plant.sh: {len(planted)} defects planted, {unnoticed} unnoticed or without a place", file=sys.stderr)
    return 1 if unnoticed else 0


def write(pdf, path):
    """Saves without compression or object streams, the same way for sound and planted files."""
    with pdf:
        # Without the last, pikepdf would rewrite the metadata, and so mend what is planted there.
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True, fix_metadata_version=False)
    return path


def verapdf(flavours, paths):
    """For each file the broken rules, as `veraPDF 2a 6.1.3-1`."""
    command = [str(VERAPDF), *flavours, "--", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 2:
        sys.exit(done.stderr)
    broken = {path: set() for path in paths}
    for line in done.stdout.splitlines():
        if line.startswith("fail "):
            _, flavour, path, *rules = line.split(" ")
            broken[Path(path)] |= {f"veraPDF {flavour} {rule}" for rule in rules}
    return broken


def elsewhere(path):
    """The tools of check_pdfs.sh that have a finding; which pair of pictures differs does not matter."""
    try:
        found = reading.check(path, allow_untagged=False) + pictures.check(path, keep=None)[0]
    except Exception as error:
        found = [f"check: {error}"]
    return {re.split(r":| -struct", finding)[0] for finding in found if not finding.startswith("…")}


if __name__ == "__main__":
    sys.exit(main())
