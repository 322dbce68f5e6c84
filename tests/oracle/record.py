#!/usr/bin/env python3
"""Record the border-boxes of every fixture with headless Chromium.

Input: fixtures/<topic>/<name>.html, the faces under fonts/. Output: fixtures/<topic>/<name>.json
beside each (format: README.md). Only the standard library: the browser is driven over
`--remote-debugging-pipe`, one process and one page for all fixtures.

Recording fails, and writes nothing for that fixture, when a face does not load or when any text
was set in a face that is not ours.

    tests/oracle/record.py [--chromium PATH] [--check] [TOPIC | TOPIC/NAME]...

With --check nothing is written; the status is 1 if a recording differs.
"""

import argparse
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"
FONTS = HERE.parent.parent / "fonts"

WIDTH, HEIGHT = 800, 600

# family, file, weight, style: what the program embeds, the same list as fonts/README.md.
FACES = [
    ("EB Garamond", "EBGaramond-Regular.ttf", "400", "normal"),
    ("EB Garamond", "EBGaramond-Italic.ttf", "400", "italic"),
    ("EB Garamond", "EBGaramond-SemiBold.ttf", "600", "normal"),
    ("EB Garamond", "EBGaramond-SemiBoldItalic.ttf", "600", "italic"),
    ("EB Garamond", "EBGaramond-Bold.ttf", "700", "normal"),
    ("EB Garamond", "EBGaramond-BoldItalic.ttf", "700", "italic"),
    ("Source Sans 3", "SourceSans3-Regular.otf", "400", "normal"),
    ("Source Sans 3", "SourceSans3-It.otf", "400", "italic"),
    ("Source Sans 3", "SourceSans3-Semibold.otf", "600", "normal"),
    ("Source Sans 3", "SourceSans3-Bold.otf", "700", "normal"),
    ("Noto Serif CJK SC", "NotoSerifCJKsc-Regular.otf", "400", "normal"),
    ("Noto Serif CJK SC", "NotoSerifCJKsc-Bold.otf", "700", "normal"),
    ("Urkunde Kai", "UrkundeKai-Regular.ttf", "400", "normal"),
]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # Advances as the face says: no grid fitting, no rounding to whole pixels.
    "--font-render-hinting=none",
    "--force-device-scale-factor=1",
    # The faces are files beside the fixtures.
    "--allow-file-access-from-files",
    f"--window-size={WIDTH},{HEIGHT}",
]

# Runs before anything of the fixture: makes our faces known without touching its DOM. Each is
# fetched when some text first needs it.
ADD_FACES = """
for (const [family, url, weight, style] of %s)
  document.fonts.add(new FontFace(family, `url("${url}")`, { weight, style }));
"""

# Waits for fonts and pictures, then measures. Elements without a box of their own, or whose box
# no specification defines (README.md), are null.
MEASURE = r"""
(async () => {
  const open = /^(br|wbr|col|colgroup|style|script|title|template)$/;
  await Promise.all([...document.images].map(i => i.decode()));
  document.body.getBoundingClientRect();
  await document.fonts.ready;
  const failed = [...document.fonts].filter(f => f.status === "error" || f.status === "loading");
  if (failed.length) throw new Error("face not loaded: " + failed.map(f => f.family).join());
  if (document.fonts.status !== "loaded") throw new Error("fonts still loading");
  const round = v => Math.round(v * 1000) / 1000 + 0;
  const boxes = [];
  const visit = (element) => {
    const tag = element.localName;
    const box = { tag, id: element.id };
    if (open.test(tag) || element.getClientRects().length === 0) {
      Object.assign(box, { x: null, y: null, width: null, height: null });
    } else {
      const r = element.getBoundingClientRect();
      Object.assign(box, {
        x: round(r.x + scrollX), y: round(r.y + scrollY),
        width: round(r.width), height: round(r.height),
      });
    }
    boxes.push(box);
    if (tag !== "svg") for (const child of element.children) visit(child);
  };
  visit(document.body);
  const used = new Set();
  for (const e of document.querySelectorAll("body, body *")) {
    const s = getComputedStyle(e);
    used.add(`${s.fontStyle} ${s.fontWeight} 20px ${s.fontFamily.split(",")[0]}`);
  }
  const missing = [...used].filter(f => !document.fonts.check(f, "a"));
  const known = new Set([...document.fonts].map(f => f.family.replace(/"/g, "")));
  const foreign = [...used].filter(f => !known.has(f.replace(/^.*?20px /, "").replace(/"/g, "")));
  return { boxes, foreign, missing, quirks: document.compatMode !== "CSS1Compat" };
})()
"""


class Browser:
    """A Chromium driven over two pipes, messages ended by a zero byte."""

    def __init__(self, chromium, profile):
        to_read, self.to_write = os.pipe()
        self.from_read, from_write = os.pipe()

        def wire():  # Chromium reads descriptor 3 and writes descriptor 4
            a, b = os.dup(to_read), os.dup(from_write)
            os.dup2(a, 3)
            os.dup2(b, 4)

        command = [chromium, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
        self.process = subprocess.Popen(
            [*command, "about:blank"],
            preexec_fn=wire, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "LANG": "en_US.UTF-8", "TZ": "UTC"},
        )
        os.close(to_read)
        os.close(from_write)
        self.buffer = b""
        self.events = []
        self.next_id = 0
        self.session = None

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.from_read], [], [], left)[0]:
                raise TimeoutError("no answer from the browser")
            chunk = os.read(self.from_read, 1 << 20)
            if not chunk:
                raise ConnectionError("the browser has gone")
            self.buffer += chunk
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, params=None, timeout=30):
        self.next_id += 1
        message = {"id": self.next_id, "method": method, "params": params or {}}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while True:
            answer = self.receive(deadline)
            if answer.get("id") == self.next_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer["method"])

    def wait_for(self, event, timeout=30):
        deadline = time.monotonic() + timeout
        while event not in self.events:
            answer = self.receive(deadline)
            if "method" in answer:
                self.events.append(answer["method"])

    def open_page(self):
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self.session = attached["sessionId"]
        self.call("Page.enable")
        self.call("DOM.enable")
        self.call("CSS.enable")
        self.call("Emulation.setDeviceMetricsOverride", {
            "width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False,
        })
        faces = [(n, (FONTS / f).as_uri(), w, s) for n, f, w, s in FACES]
        source = ADD_FACES % json.dumps(faces)
        self.call("Page.addScriptToEvaluateOnNewDocument", {"source": source})

    def measure(self, path):
        self.events.clear()
        self.call("Page.navigate", {"url": path.as_uri()})
        self.wait_for("Page.loadEventFired")
        result = self.call("Runtime.evaluate", {
            "expression": MEASURE, "awaitPromise": True, "returnByValue": True,
        })
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"]["value"]

    def foreign_fonts(self):
        """Faces that any text of the page was set in and that are not ours."""
        root = self.call("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        found = set()
        nodes = self.call("DOM.querySelectorAll", {"nodeId": root, "selector": "body, body *"})
        for node in nodes["nodeIds"]:
            fonts = self.call("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            found |= {f["familyName"] for f in fonts if not f["isCustomFont"]}
        return sorted(found)

    def close(self):
        self.session = None
        try:
            self.call("Browser.close", timeout=5)
            self.process.wait(10)
        except Exception:
            self.process.kill()


def chosen(names):
    """The fixtures named on the command line, or all."""
    everything = sorted(FIXTURES.glob("*/*.html"))
    if not names:
        return everything
    return [p for p in everything if p.parent.name in names or key(p) in names]


def key(path):
    return f"{path.parent.name}/{path.stem}"


def as_text(version, boxes):
    """One box a line, so that a diff is small."""
    lines = ",\n".join(json.dumps(b, ensure_ascii=False, separators=(",", ":")) for b in boxes)
    return f'{{"width":{WIDTH},"chromium":"{version}","boxes":[\n{lines}\n]}}\n'


def record(browser, version, path):
    measured = browser.measure(path)
    if measured["quirks"]:
        raise RuntimeError("quirks mode: the doctype is missing")
    if measured["foreign"] or measured["missing"]:
        raise RuntimeError(f"not our fonts: {measured['foreign'] + measured['missing']}")
    if foreign := browser.foreign_fonts():
        raise RuntimeError(f"text set in fonts that are not ours: {foreign}")
    return as_text(version, measured["boxes"])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("fixtures", nargs="*", help="topics or topic/name; default all")
    arguments.add_argument("--chromium", default="chromium")
    arguments.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = arguments.parse_args()

    started = time.monotonic()
    failures, changed, paths = [], [], chosen(options.fixtures)
    with tempfile.TemporaryDirectory(prefix="oracle-", ignore_cleanup_errors=True) as profile:
        browser = Browser(options.chromium, profile)
        try:
            product = browser.call("Browser.getVersion")["product"]
            version = product.rpartition("/")[2]
            browser.open_page()
            for path in paths:
                try:
                    text = record(browser, version, path)
                except (RuntimeError, TimeoutError) as error:
                    failures.append(f"{key(path)}: {error}")
                    continue
                target = path.with_suffix(".json")
                old = target.read_text("utf-8") if target.exists() else None
                if old != text:
                    changed.append(key(path))
                    if not options.check:
                        target.write_text(text, "utf-8")
        finally:
            browser.close()
    for failure in failures:
        print(f"failed: {failure}", file=sys.stderr)
    took = time.monotonic() - started
    print(f"{len(paths)} fixtures, {len(changed)} changed, {len(failures)} failed, {took:.1f} s")
    if options.check and changed:
        print("\n".join(changed))
    return 1 if failures or (options.check and changed) else 0


if __name__ == "__main__":
    sys.exit(main())
