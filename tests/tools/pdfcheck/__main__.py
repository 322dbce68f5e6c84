"""Runs all checks over many PDFs, a process per core, and prints what was found.

Input: files and folders as arguments. Output: one line a file in the order of the arguments, its
findings indented below; exit 0 without findings, 1 with, 2 on wrong usage. The checks themselves
are in `reading` (qpdf, poppler's text side) and `pictures` (the three renderers).
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from . import pictures, reading


@dataclass
class Outcome:
    """What one file came to: a summary for the good case, and the findings."""

    path: Path
    summary: str = ""
    findings: list = field(default_factory=list)


def check(path, allow_untagged, keep):
    outcome = Outcome(path)
    try:
        outcome.findings += reading.check(path, allow_untagged)
        found, outcome.summary = pictures.check(path, keep)
        outcome.findings += found
    except Exception as error:  # a file that breaks a tool is a finding about that file
        outcome.findings.append(f"check: {type(error).__name__}: {error}")
    return outcome


def expand(names):
    for name in map(Path, names):
        if name.is_dir():
            yield from sorted(p for p in name.rglob("*.pdf") if p.is_file())
        else:
            yield name


def arguments():
    parser = argparse.ArgumentParser(prog="check_pdfs.sh", description="check produced PDFs")
    parser.add_argument("paths", nargs="+", metavar="FILE-OR-FOLDER")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: cores)")
    parser.add_argument("--allow-untagged", action="store_true", help='for documents of profile "1.7"')
    parser.add_argument("--keep", type=Path, help="keep the pictures of pages that differ in this folder")
    return parser.parse_args()


def main():
    options = arguments()
    paths = list(expand(options.paths))
    if not paths:
        print(f"check_pdfs.sh: no PDF in {' '.join(options.paths)}", file=sys.stderr)
        return 2
    bad = 0
    one = partial(check, allow_untagged=options.allow_untagged, keep=options.keep)
    with ProcessPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(one, paths):
            if not outcome.findings:
                print(f"ok  {outcome.path} ({outcome.summary})", flush=True)
                continue
            bad += 1
            print(f"bad {outcome.path}", *outcome.findings, sep="\n    ", flush=True)
    print(f"check_pdfs.sh: {len(paths)} files, {bad} with findings", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
