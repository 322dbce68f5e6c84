#!/usr/bin/env python3
"""Kills runs at random moments, and finds out whether anything is broken, lost or made twice.

    tests/tools/kills.py PROGRAM [--kills 300] [--rows 5000] [--seed 1]

A project of many rows is rendered once in each of two styles by runs that nobody disturbs: these are the
documents as they have to be. Then runs change from one style to the other, or begin with nothing, and are killed
(SIGKILL): at any moment of a run, or while documents are moved to their names. After each kill every file at
its name has to be one of the two documents of that name, byte for byte. Then the next run, which may be killed as
well; every run that ends has to leave exactly the documents of its style, its lock file, and nothing else.
Exit status 0 if all of that holds.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = """[project]
title = "Kills"

[tables.people]
file = "people.csv"
key = "id"

[[jobs]]
name = "letter"
template = "templates/letter.html"
each = "people"
as = "person"
output = "letters/{{ person.group }}/{{ person.id }}.pdf"
"""

LETTER = """<!DOCTYPE html>
<html lang="en"><head><title>{{ person.name }}</title><link rel="stylesheet" href="letter.css"></head>
<body><h1>{{ person.name }}</h1><p>A sample, number {{ person.id }}.</p></body></html>
"""

STYLES = ["@page { size: A6 } h1 { color: #123 }\n", "@page { size: A6 } h1 { color: #321 }\n"]


def digest(path):
    return hashlib.blake2b(path.read_bytes(), digest_size=16).digest()


class Trial:
    def __init__(self, program, rows, choose):
        self.program, self.rows, self.choose = program, rows, choose
        self.root = Path(tempfile.mkdtemp(prefix="urkunde-kills-"))
        (self.root / "templates").mkdir()
        (self.root / "urkunde.toml").write_text(PROJECT)
        (self.root / "templates/letter.html").write_text(LETTER)
        people = "".join(f"p{n:05},Sample Person {n},{n % 7}\n" for n in range(rows))
        (self.root / "people.csv").write_text("id,name,group\n" + people)
        self.out = self.root / "out"
        self.lock = self.root / "urkunde.lock"
        self.right, self.locks = [], []
        self.faults = []
        for style in (0, 1):
            self.style(style)
            clock = time.monotonic()
            self.finish()
            self.time = time.monotonic() - clock
            self.right.append(self.digests())
            self.locks.append(self.lock.read_bytes())
            assert len(self.right[style]) == rows, "the undisturbed run made other documents"

    def style(self, style):
        self.now = style
        (self.root / "templates/letter.css").write_text(STYLES[style])

    def start(self):
        arguments = [self.program, "--quiet", "render"]
        if self.choose.random() < 0.25:
            # Each document goes to its name at once.
            arguments.append("--keep-going")
        return subprocess.Popen(arguments, cwd=self.root, stderr=subprocess.PIPE)

    def finish(self):
        run = self.start()
        _, messages = run.communicate()
        if run.returncode != 0:
            self.faults.append(f"a run ended with {run.returncode}: {messages.decode()}")

    def digests(self):
        """All files at their names, and nothing of the work folder."""
        found = {}
        for folder, folders, files in os.walk(self.out):
            if Path(folder) == self.out and ".urkunde" in folders:
                folders.remove(".urkunde")
            for name in files:
                path = Path(folder) / name
                found[str(path.relative_to(self.out))] = digest(path)
        return found

    def kill(self, while_moving):
        run = self.start()
        limit = time.monotonic() + self.time * 2
        if while_moving:
            journal = self.out / ".urkunde/journal"
            while run.poll() is None and time.monotonic() < limit:
                try:
                    with journal.open("rb") as file:
                        file.seek(max(0, os.fstat(file.fileno()).st_size - 7))
                        if file.read() == b"commit\n":
                            break
                except OSError:
                    pass
                time.sleep(0.001)
            time.sleep(self.choose.uniform(0, 0.15))
        else:
            time.sleep(self.choose.uniform(0, self.time))
        ended = run.poll() is not None
        # Other work on the machine comes and goes: kills are to fall into runs, not behind them.
        self.time *= 0.8 if ended else 1.05
        run.send_signal(signal.SIGKILL)
        run.communicate()
        return not ended

    def check_after_kill(self):
        moved = 0
        for name, found in self.digests().items():
            right = [documents.get(name) for documents in self.right]
            if found not in right:
                self.faults.append(f"{name} is broken")
            moved += found == right[self.now]
        return moved

    def check_after_run(self):
        found = self.digests()
        right = self.right[self.now]
        lost, more = right.keys() - found.keys(), found.keys() - right.keys()
        other = sum(found[name] != right[name] for name in right.keys() & found.keys())
        if lost or more or other:
            self.faults.append(f"{len(lost)} lost, {len(more)} too many, {other} of another style")
        if (self.out / ".urkunde").exists():
            self.faults.append("the work folder is left")
        if self.lock.read_bytes() != self.locks[self.now]:
            self.faults.append("the lock file says something else")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    choose = random.Random(options.seed)
    trial = Trial(options.program.resolve(), options.rows, choose)
    print(f"{options.rows} rows, {trial.time:.1f} s a run that nobody disturbs", flush=True)
    kills = halfway = nothing = runs = 0
    while kills < options.kills and not trial.faults:
        if choose.random() < 0.3:
            # From nothing: documents, lock, or both.
            shutil.rmtree(trial.out, ignore_errors=True)
            if choose.random() < 0.5:
                trial.lock.unlink(missing_ok=True)
        else:
            trial.style(1 - trial.now)
        # One to three kills, then a run to its end.
        for _ in range(choose.randint(1, 3)):
            if trial.kill(while_moving=choose.random() < 0.4):
                kills += 1
                moved = trial.check_after_kill()
                halfway += 0 < moved < options.rows
                nothing += moved == 0
        trial.finish()
        runs += 1
        trial.check_after_run()
        if kills % 25 < 3:
            print(f"{kills} kills, {runs} runs to the end", flush=True)
    print(
        f"{kills} kills: {nothing} before the first document was moved, {halfway} while they were "
        f"moved; {runs} runs to the end; {len(trial.faults)} faults"
    )
    for fault in trial.faults[:20]:
        print(f"  {fault}")
    shutil.rmtree(trial.root, ignore_errors=True)
    return 1 if trial.faults else 0


if __name__ == "__main__":
    sys.exit(main())
