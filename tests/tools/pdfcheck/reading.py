"""What qpdf and poppler read in a PDF: syntax, fonts, text, title and structure.

Input: a path. Output: findings, each one line that starts with the tool's name. Does not look at
pictures (`pictures`) and does not judge conformance (veraPDF does, `verapdf.sh`).
"""

import re
import subprocess
import unicodedata
from collections import Counter

# A page of warnings says no more than its first lines.
SHOWN_LINES = 3
# What a tool says about itself and not about the file: Debian builds mutool without colour management,
# and it then says so for every file with an ICC profile (sRGB and device RGB come out the same).
ABOUT_ITSELF = ("warning: ICC support is not available",)
# One hung tool must not hang the run; the slowest good file takes well under a second.
TIMEOUT_SECONDS = 120


def run(*command):
    """The tool's status, stdout and stderr; undecodable bytes become U+FFFD."""
    done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def complaints(tool, status, stderr):
    """A good file makes a tool end with 0 and say nothing on stderr."""
    lines = [line.strip() for line in stderr.splitlines()]
    findings = some(f"{tool}: {line}" for line in lines if line and line not in ABOUT_ITSELF)
    if status != 0 and not findings:
        findings.append(f"{tool}: exit status {status}")
    return findings


def some(findings):
    """Equal findings as one with its count, and of many only the first."""
    counted = Counter(findings)
    listed = [text if times == 1 else f"{text} (×{times})" for text, times in counted.items()]
    rest = len(listed) - SHOWN_LINES
    return listed[:SHOWN_LINES] + ([f"… and {rest} more of that kind"] if rest > 0 else [])


def check(path, allow_untagged):
    name = str(path)
    return check_syntax(name) + check_fonts(name) + check_info(name, allow_untagged) + check_text(name)


def check_syntax(name):
    status, _, stderr = run("qpdf", "--check", name)
    return complaints("qpdf", status, stderr)


def check_fonts(name):
    status, table, stderr = run("pdffonts", name)
    return complaints("pdffonts", status, stderr) + some(judge(fonts(table)))


def judge(table):
    for font, flags in table:
        for key, meaning in (("emb", "not embedded"), ("sub", "not a subset"), ("uni", "without ToUnicode")):
            if flags[key] != "yes":
                yield f"pdffonts: {font} is {meaning}"
        if flags["type"] == "Type 3":
            yield f"pdffonts: {font} is a Type 3 font"


def fonts(table):
    """Name and columns of each font; the dashes below the heading say where columns start and end."""
    lines = table.splitlines()
    if len(lines) < 3:
        return
    columns = [(dash.start(), dash.end()) for dash in re.finditer("-+", lines[1])]
    keys = ("name", "type", "encoding", "emb", "sub", "uni", "object")
    for line in lines[2:]:
        # A name longer than its column pushes the rest to the right, so cut from the end as well.
        shift = len(line) - columns[-1][1] if len(line) > columns[-1][1] else 0
        cells = [line[start + (shift if i else 0) : end + shift].strip() for i, (start, end) in enumerate(columns)]
        yield cells[0], dict(zip(keys, cells))


def check_info(name, allow_untagged):
    status, text, stderr = run("pdfinfo", name)
    findings = complaints("pdfinfo", status, stderr)
    info = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    if not info.get("Title", "").strip():
        findings.append("pdfinfo: no title")
    if allow_untagged:
        return findings
    if info.get("Tagged", "").strip() != "yes":
        findings.append("pdfinfo: not tagged")
        return findings
    status, tree, stderr = run("pdfinfo", "-struct-text", name)
    findings += complaints("pdfinfo -struct-text", status, stderr)
    if not tree.strip():
        findings.append("pdfinfo -struct-text: the structure tree is empty")
    elif '"' not in tree and run("pdftotext", name, "-")[1].strip():
        findings.append("pdfinfo -struct-text: the page has text and the structure has none")
    return findings


def check_text(name):
    """Copied text holds no character that only stands in for another."""
    status, text, stderr = run("pdftotext", "-enc", "UTF-8", name, "-")
    findings = complaints("pdftotext", status, stderr)
    odd = sorted({c for c in text if is_stand_in(c)})
    if odd:
        listed = " ".join(f"U+{ord(c):04X}" for c in odd[:8])
        findings.append(f"pdftotext: text holds stand-in characters: {listed}")
    return findings


def is_stand_in(char):
    """Replacement, private-use, unassigned and control characters, but not pdftotext's own line and page ends."""
    return char == "\ufffd" or (unicodedata.category(char) in ("Co", "Cn", "Cc") and char not in "\n\r\f\t")
