"""Runs `*.test.ts` files: bundled by esbuild, under Node's own test runner or in a real browser."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "tests" / "browser"
# A file with this ending reads files or starts programs, so it can't run in a browser.
NODE_ONLY = ".node.test.ts"
PAGE = '<!doctype html><meta charset="utf-8"><body><script src="bundle.js"></script></body>'
SECONDS = 540
HARNESS = FOLDER / "harness"
IN_BROWSER = [
    f"--alias:node:test={HARNESS / 'test.ts'}",
    f"--alias:node:assert/strict={HARNESS / 'assert.ts'}",
    "--platform=browser",
    "--format=iife",
]


FOR_NODE = ["--platform=node", "--format=esm"]
# Stretching takes seconds in JavaScript; where many tests share a passphrase, a file beside the bundle remembers it.
ARGON2_ONCE = FOLDER / "crypto" / "argon2once.ts"
ARGON2_BESIDE = ["--external:./argon2.js"]
STRETCHED_ONCE = {"vectors.node.test.ts"}


class BrowserCodeFailed(AssertionError):
    """Some of the tests in a file failed; the text has their own words."""


def test_files() -> list[Path]:
    """Returns every test file of the browser's code."""
    return sorted(FOLDER.rglob("*.test.ts"))


def bundle(file: Path, target: Path, *flags: str) -> None:
    """Makes one script of a test file and all that it imports."""
    esbuild = next((ROOT / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    words = [esbuild, file, "--bundle", "--target=es2022", "--sourcemap=inline", *flags]
    done = subprocess.run(
        [*words, "--log-level=warning", f"--outfile={target}"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BrowserCodeFailed(done.stderr)


def failures(tap: str) -> str:
    """Keeps of a TAP report only what the failed tests said."""
    blocks = re.findall(r"(?ms)^ *not ok .*?^ *\.\.\.$", tap)
    return "\n\n".join(blocks) or tap


def run_in_node(file: Path, folder: Path) -> int:
    """Runs a test file under Node; returns how many tests passed, or raises with their words."""
    target = folder / f"{file.stem}.mjs"
    bundle(file, target, *FOR_NODE, *(ARGON2_BESIDE if file.name in STRETCHED_ONCE else []))
    if file.name in STRETCHED_ONCE:
        bundle(ARGON2_ONCE, folder / "argon2.js", *FOR_NODE)
        (folder / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        ["node", "--enable-source-maps", "--test-reporter=tap", target],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=SECONDS,
    )
    counts = {word: int(number) for word, number in re.findall(r"(?m)^# (\w+) (\d+)$", done.stdout)}
    if done.returncode or counts.get("pass", 0) == 0 or counts.get("fail", 1):
        raise BrowserCodeFailed(f"{failures(done.stdout)}\n{done.stderr}")
    return counts["pass"]


@contextmanager
def served(folder: Path) -> Generator[str]:
    """Serves a folder on the loopback address, which browsers take for a secure origin."""

    class Quiet(SimpleHTTPRequestHandler):
        """Answers without a line in the log."""

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def run_in_browser(file: Path, folder: Path, browser: Browser) -> int:
    """Runs a test file in a real browser; returns how many passed, or raises with their words."""
    bundle(file, folder / "bundle.js", *IN_BROWSER)
    (folder / "index.html").write_text(PAGE)
    context = browser.new_context()
    wrong: list[str] = []
    try:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        with served(folder) as address:
            page.goto(address, wait_until="commit")
            page.locator("#outcomes").wait_for(state="attached", timeout=SECONDS * 1000)
            outcomes = json.loads(page.locator("#outcomes").text_content() or "[]")
    except Exception as error:
        raise BrowserCodeFailed(f"{error}\n{wrong}") from error
    finally:
        context.close()
    failed = [f"{each['name']}\n{each['error']}" for each in outcomes if each["error"]]
    if failed or not outcomes:
        raise BrowserCodeFailed("\n\n".join(failed) or "no test was found")
    return len(outcomes)
