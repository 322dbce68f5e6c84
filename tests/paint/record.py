#!/usr/bin/env python3
"""Record the picture of every painting fixture with headless Chromium.

Input: <topic>/<name>.html, the faces under fonts/. Output: <topic>/<name>.chromium.png beside each,
200 x 150 pixels, one a CSS px. A fixture whose first comment begins with "not Chromium's" has none.
The browser is driven as for the boxes of tests/oracle, whose recorder this uses.

    tests/paint/record.py [--chromium PATH] [TOPIC | TOPIC/NAME]...
"""

import argparse
import base64
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "oracle"))
sys.dont_write_bytecode = True
import record as oracle  # noqa: E402

WIDTH, HEIGHT = 200, 150

# Decoded pictures and loaded faces, nothing else: Chromium paints what it has.
READY = """
(async () => {
  await Promise.all([...document.images].map(i => i.decode()));
  document.body.getBoundingClientRect();
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return document.fonts.status;
})()
"""


def shot(browser, path):
    browser.events.clear()
    browser.call("Page.navigate", {"url": path.as_uri()})
    browser.wait_for("Page.loadEventFired")
    result = browser.call("Runtime.evaluate", {
        "expression": READY, "awaitPromise": True, "returnByValue": True,
    })
    if result["result"].get("value") != "loaded":
        raise RuntimeError(f"not ready: {result}")
    if foreign := browser.foreign_fonts():
        raise RuntimeError(f"text set in fonts that are not ours: {foreign}")
    picture = browser.call("Page.captureScreenshot", {
        "format": "png",
        "clip": {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "scale": 1},
    })
    return base64.b64decode(picture["data"])


def fixtures(names):
    everything = sorted(HERE.glob("*/*.html"))
    key = lambda p: f"{p.parent.name}/{p.stem}"
    return [p for p in everything if not names or p.parent.name in names or key(p) in names]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("fixtures", nargs="*", help="topics or topic/name; default all")
    arguments.add_argument("--chromium", default="chromium")
    options = arguments.parse_args()

    failures, written = [], 0
    with tempfile.TemporaryDirectory(prefix="paint-", ignore_cleanup_errors=True) as profile:
        browser = oracle.Browser(options.chromium, profile)
        try:
            browser.open_page()
            browser.call("Emulation.setDeviceMetricsOverride", {
                "width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False,
            })
            for path in fixtures(options.fixtures):
                target = path.with_suffix(".chromium.png")
                if "<!-- not Chromium's" in path.read_text("utf-8"):
                    target.unlink(missing_ok=True)
                    continue
                try:
                    target.write_bytes(shot(browser, path))
                    written += 1
                except (RuntimeError, TimeoutError) as error:
                    failures.append(f"{path.parent.name}/{path.stem}: {error}")
        finally:
            browser.close()
    for failure in failures:
        print(f"failed: {failure}", file=sys.stderr)
    print(f"{written} pictures, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
