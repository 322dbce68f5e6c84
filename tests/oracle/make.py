#!/usr/bin/env python3
"""Write fixtures/<topic>/<name>.html from topics/<topic>.txt.

A topic file starts with the rules all its fixtures share; then come the fixtures:

    === name: what is tested
    rules of this fixture
    ---
    content of body

Lines that start with `@` directly after the `===` line set something: `@lang zh-Hans` the
language of the page, `@rules own` leaves out the shared rules.

    tests/oracle/make.py            write what differs, remove fixtures that are listed no longer
    tests/oracle/make.py --check    write nothing; status 1 if something differs
"""

import html
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"

PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
{rules}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def fixtures(topic):
    """The fixtures of one topic file as (name, page) pairs."""
    shared, *parts = ("\n" + topic.read_text("utf-8")).split("\n=== ")
    for part in parts:
        head, _, rest = part.partition("\n")
        name, colon, title = head.partition(": ")
        if not colon:
            sys.exit(f"{topic.name}: no title after {head!r}")
        rules, dashes, body = rest.partition("---\n")
        if not dashes:
            sys.exit(f"{topic.name}: no --- in {name}")
        settings, rules = directives(rules)
        inherited = "" if settings.get("rules") == "own" else shared.strip() + "\n"
        yield name.strip(), PAGE.format(
            lang=settings.get("lang", "en"),
            title=html.escape(title[:1].upper() + title[1:].strip(), quote=False),
            rules=(inherited + rules).strip(),
            body=body.strip("\n"),
        )


def directives(rules):
    """Split leading `@lang x` lines from the CSS; other at-rules are CSS."""
    settings, lines = {}, rules.splitlines()
    while lines and lines[0].split(" ")[0] in ("@lang", "@rules"):
        name, _, value = lines.pop(0)[1:].partition(" ")
        settings[name] = value
    return settings, "\n".join(lines)


def main():
    check = "--check" in sys.argv[1:]
    wanted = {}
    for topic in sorted((HERE / "topics").glob("*.txt")):
        for name, page in fixtures(topic):
            path = FIXTURES / topic.stem / f"{name}.html"
            if path in wanted:
                sys.exit(f"{topic.name}: {name} is there twice")
            wanted[path] = page
    differing = []
    for path, page in wanted.items():
        if not path.exists() or path.read_text("utf-8") != page:
            differing.append(path)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(page, "utf-8")
    for path in sorted(FIXTURES.glob("*/*.html")):
        if path not in wanted:
            differing.append(path)
            if not check:
                path.unlink()
                path.with_suffix(".json").unlink(missing_ok=True)
    print(f"{len(wanted)} fixtures, {len(differing)} {'differ' if check else 'written or removed'}")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
