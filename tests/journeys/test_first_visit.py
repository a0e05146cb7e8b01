"""What a first visit costs: requests and bytes of the first page behind the poster's code, as Chromium counts."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, hook
from tests.support.wire import Wire

LIGHTEST = 100_000


@pytest.mark.timeout(120)
def test_the_first_page_takes_eight_requests(demo: Demo, chromium: Browser) -> None:
    """Page, style, script, the site, the office, what it names, each once and nothing else, and nothing is blocked."""
    with chromium.new_context() as context:
        page, wire = context.new_page(), Wire()
        wire.watch(page)
        said: list[str] = []
        page.on("console", lambda one: said.append(one.text))
        page.goto(f"{demo.intake}/zh/#c={demo.code}")
        expect(hook(page, "office-verified")).to_be_visible(timeout=PATIENCE)
        page.wait_for_load_state("networkidle")
        kinds = sorted(_kind(address) for address in wire.came)
        assert kinds == [
            "/assets/first.js", "/assets/intake.css", "/office/jurisdictions.json", "/office/office.json",
            "/office/policies.json", "/office/policies.json", "/office/site.json", "/zh/",
        ]  # fmt: skip
        assert wire.down <= LIGHTEST
        # The icon, which is drawn in the page, is no exception.
        assert said == []


def _kind(address: str) -> str:
    """The path without what is different in each office and build."""
    path = urlsplit(address).path
    if path.startswith(("/office/policies/", "/office/jurisdictions/")):
        return f"{path.rsplit('/', 1)[0]}.json"
    if path.startswith("/assets/"):
        stem, _, suffix = path.split(".")
        return f"{stem}.{suffix}"
    return path
