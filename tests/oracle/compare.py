#!/usr/bin/env python3
"""Hold our continuous layout against the recordings.

Runs `BINARY inspect --boxes FILE.html --json --continuous 800px` for each fixture, compares the
border-boxes inside body with fixtures/<topic>/<name>.json and prints a table by topic.

    tests/oracle/compare.py [--binary PATH] [--verbose] [--tolerance PX] [TOPIC | TOPIC/NAME]...

Status: 0 if every fixture agrees, 1 if some do not.
"""

import argparse
import concurrent.futures
import difflib
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"
SIDES = ("x", "y", "width", "height")
UNDEFINED = {"br", "wbr", "col", "colgroup", "style", "script", "title", "template"}


class Outcome:
    """What became of one fixture."""

    def __init__(self, path):
        self.key = f"{path.parent.name}/{path.stem}"
        self.topic = path.parent.name
        self.error = None        # the program failed, or printed something else
        self.structure = []      # elements that only one side has
        self.differences = []    # (size, label, side, wanted, got)
        self.boxes = 0

    @property
    def passed(self):
        return not (self.error or self.structure or self.differences)

    @property
    def worst(self):
        return max((abs(d[0]) for d in self.differences), default=0.0)


def boxes_of(answer):
    """The boxes in what the program prints: a list, or an object that holds it."""
    boxes = answer if isinstance(answer, list) else answer.get("boxes", answer.get("elements"))
    flat = []
    for box in boxes:
        inner = box.get("box") or box.get("rect") or box
        flat.append({
            "tag": box.get("tag") or box["element"], "id": box.get("id") or "",
            **{side: inner.get(side) for side in SIDES},
        })
    return flat


def inside_body(boxes):
    """From body on, only elements whose box is defined."""
    start = next((i for i, b in enumerate(boxes) if b["tag"] == "body"), 0)
    return [b for b in boxes[start:] if b["x"] is not None and b["tag"] not in UNDEFINED]


def run(binary, path):
    command = [binary, "inspect", "--boxes", str(path), "--json", "--continuous", "800px"]
    done = subprocess.run(command, capture_output=True, timeout=20)
    if done.returncode < 0:
        raise RuntimeError(f"ended by signal {-done.returncode}")
    if not done.stdout.strip():
        message = done.stderr.decode("utf-8", "replace").strip()
        line = next((l for l in message.splitlines() if "panicked" in l or "error" in l), message)
        raise RuntimeError(f"status {done.returncode}, no output: {line[:160]}")
    return boxes_of(json.loads(done.stdout))


def compare(binary, path, tolerance):
    outcome = Outcome(path)
    try:
        got = inside_body(run(binary, path))
        recording = json.loads(path.with_suffix(".json").read_text("utf-8"))
    except (RuntimeError, OSError, ValueError, KeyError, TypeError, AttributeError,
            subprocess.TimeoutExpired) as error:
        outcome.error = f"{type(error).__name__}: {error}"[:240]
        return outcome
    wanted = inside_body(recording["boxes"])
    outcome.boxes = len(wanted)
    for mine, theirs in aligned(wanted, got, outcome):
        for side in SIDES:
            difference = theirs[side] - mine[side]
            if abs(difference) > tolerance:
                entry = (difference, label(mine), side, mine[side], theirs[side])
                outcome.differences.append(entry)
    return outcome


def aligned(wanted, got, outcome):
    """Pairs of the same element on both sides; what has no partner goes into the outcome."""
    keys = [[(b["tag"], b["id"]) for b in side] for side in (wanted, got)]
    matcher = difflib.SequenceMatcher(None, *keys, autojunk=False)
    for action, i, i_end, j, j_end in matcher.get_opcodes():
        if action == "equal":
            yield from zip(wanted[i:i_end], got[j:j_end])
        else:
            outcome.structure += [f"no box for {label(b)}" for b in wanted[i:i_end]]
            outcome.structure += [f"box too many: {label(b)}" for b in got[j:j_end]]


def label(box):
    return box["tag"] + (f"#{box['id']}" if box["id"] else "")


def table(outcomes):
    topics = sorted({o.topic for o in outcomes})
    print(f"{'topic':<16}{'pass':>6}{'of':>6}{'%':>8}   {'errors':>6}  {'worst px':>9}")
    for topic in [*topics, "together"]:
        of_topic = [o for o in outcomes if topic in (o.topic, "together")]
        good = sum(o.passed for o in of_topic)
        errors = sum(o.error is not None for o in of_topic)
        worst = max(o.worst for o in of_topic)
        share = 100 * good / len(of_topic)
        print(f"{topic:<16}{good:>6}{len(of_topic):>6}{share:>8.1f}   {errors:>6}  {worst:>9.2f}")


def details(outcome, limit):
    print(f"\n{outcome.key}")
    for line in [outcome.error] if outcome.error else outcome.structure[:limit]:
        print(f"    {line}")
    for difference, name, side, wanted, got in outcome.differences[:limit]:
        print(f"    {name:<16} {side:<7} {got:>10.3f} instead of {wanted:>10.3f}  ({difference:+.3f})")
    if len(outcome.differences) > limit:
        print(f"    … and {len(outcome.differences) - limit} more")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("fixtures", nargs="*", help="topics or topic/name; default all")
    arguments.add_argument("--binary", default="target/release/urkunde")
    arguments.add_argument("--tolerance", type=float, default=0.5)
    arguments.add_argument("--verbose", action="store_true", help="every box that differs")
    arguments.add_argument("--worst", type=int, default=10, help="how many to name")
    arguments.add_argument("--list", action="store_true", help="only the names of failures")
    options = arguments.parse_args()

    paths = sorted(FIXTURES.glob("*/*.html"))
    if options.fixtures:
        keys = set(options.fixtures)
        paths = [p for p in paths if keys & {p.parent.name, f"{p.parent.name}/{p.stem}"}]
    if not paths:
        sys.exit("no such fixture")
    if not pathlib.Path(options.binary).exists():
        sys.exit(f"no program at {options.binary}: build it, or name it with --binary")

    def work(path):
        return compare(options.binary, path, options.tolerance)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(work, paths))
    failures = [o for o in outcomes if not o.passed]
    if options.list:
        print("\n".join(o.key for o in failures))
        return 1 if failures else 0
    table(outcomes)
    if options.verbose:
        for outcome in failures:
            details(outcome, 40)
    else:
        ranked = sorted(failures, key=lambda o: (o.error is None, not o.structure, -o.worst))
        for outcome in ranked[:options.worst]:
            details(outcome, 3)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
