"""The crypto bundle as pages load it: small, nothing that builds code from text, content under the strictest policy."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from portal.site_build.bundle import WITHOUT_CURVES, WITHOUT_SCRYPT
from tests.support.browsers import typescript_tests

# A ratchet in gzip bytes, since a plain-http onion gets no brotli. The goal for `index` is 45,000: a third of it
# are recipient types of typage (P-256, passkeys) that no import can leave out. Former keys of members took 450,
# what the watch is asked for 50; staff on call, a directory that has lapsed and names that turn their direction 400;
# texts by language tag, codes with a check and the one way of writing notes 2,000. Witnesses and office document,
# one length for what is sent, re-grants that bind took 2,200, of the desk 4,700 with histories, claims and removals;
# the office key 300, of the desk 950. Checks beside the page, crafted signatures and notices sent again took 900 and
# 1,400; built as pages are, without curves that no key of ours is on, it is 6,600 less. The X-Wing key that is
# expanded once, on the browser's own X25519 where it has one, took 250; items that are decoded and hashed once 80.
# Without scrypt it is 1,600 less; that no turn's channel is collected takes 25.
# Opening a thousand cases by the browser's own base64, hashes and whole payloads takes 400, one look at a header 80.
# That a recurring duty was done, signed and read, takes the desk 260.
# That a desk may have envelopes opened by its workers takes it 15.
# That a desk tries the case's stanza of a reply first takes 79 of the mailbox, 85 of the desk.
# That what counts as a publication of a case is an item of its own type takes both 25.
# That a desk writes base64 by the browser's own takes 31 and, of the desk, 67.
# That a member opens the envelopes of a case together takes 192 and, of the desk, 169.
# That the desk marks what somebody signed who could not read the case takes it 255.
# That a header says whether its stanzas were turned takes 5 and, of the desk, 8.
# That a change of readers which nobody entitled signed moves nothing takes the desk 154.
# That it leads back to no readers of before, and is dated in time, takes it 70.
LARGEST = {"index": 63_360, "staff": 92_200}
FORBIDDEN = re.compile(
    rb"\beval\(|new Function|\bFunction\(|innerHTML|outerHTML|insertAdjacentHTML|WebAssembly|document\.write"
)
POLICY = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"


@pytest.mark.parametrize("entry", LARGEST)
def test_bundle_is_small_and_builds_no_code_from_text(entry: str, tmp_path: Path) -> None:
    """Minified and gzipped an entry keeps its budget, and holds no call that turns text into code or markup."""
    target = tmp_path / "bundle.js"
    typescript_tests.bundle(
        typescript_tests.ROOT / f"crypto/{entry}.ts",
        target,
        "--minify",
        "--format=esm",
        "--sourcemap=external",
        WITHOUT_CURVES,
        WITHOUT_SCRYPT,
    )
    content = target.read_bytes()
    assert len(content) > 50_000
    assert FORBIDDEN.search(content) is None
    assert len(gzip.compress(content, 9)) <= LARGEST[entry]


def test_a_case_runs_under_the_strictest_policy(browser: Browser, tmp_path: Path) -> None:
    """Sealing, opening and re-granting work with nothing allowed but the page's own script."""
    typescript_tests.bundle(
        typescript_tests.FOLDER / "crypto/journey.test.ts", tmp_path / "bundle.js", *typescript_tests.IN_BROWSER
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    (tmp_path / "index.html").write_text(typescript_tests.PAGE.replace("<body>", f"{meta}<body>"))
    context = browser.new_context()
    wrong: list[str] = []
    try:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if "Content" in message.text else None)
        with typescript_tests.served(tmp_path) as address:
            page.goto(address)
            page.locator("#outcomes").wait_for(state="attached", timeout=90_000)
            outcomes = json.loads(page.locator("#outcomes").text_content() or "[]")
    finally:
        context.close()
    assert [each for each in outcomes if each["error"]] == []
    assert len(outcomes) >= 10
    assert [line for line in wrong if "favicon" not in line] == []
