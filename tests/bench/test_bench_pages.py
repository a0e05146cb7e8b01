"""What the reporters' pages weigh on the wire: bytes and requests of the first page, and of a whole report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo, running_demo
from tests.journeys.reporter import Reporter, Told
from tests.support.figures import Figures, Part, Row, Words, number
from tests.support.wire import Wire


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The demo on SQLite and a folder."""
    with running_demo(tmp_path) as running:
        yield running


@pytest.mark.timeout(600)
def test_pages_over_the_wire(demo: Demo, chromium: Browser, figures: Figures) -> None:
    """The first page, cold, and the whole way from the poster to the written-down receipt."""
    context = chromium.new_context()
    page, wire = context.new_page(), Wire()
    wire.watch(page)
    reporter = Reporter(page, demo.intake, demo.code, "zh")
    page.goto(f"{demo.intake}/#c={demo.code}", wait_until="networkidle")
    poster = wire.requests, wire.down
    asked = Words(f"{wire.requests} requests", f"{wire.requests} 次请求")
    what = Words("the poster's address", "海报上的网址")
    figures.add(Row(Part.PAGES, what, f"{number(wire.down / 1000)} kB", beside=asked))
    page.locator('[data-test="choose-zh"]').click()
    expect(page.locator('[data-test="office-verified"]')).to_be_visible()
    page.wait_for_load_state("networkidle")
    first = Words("first page behind it, cold, office verified", "随后的首页，无缓存，单位已核实")
    came, requests = (wire.down - poster[1]) / 1000, wire.requests - poster[0]
    figures.at_most(Part.PAGES, first, came, 100, "kB", Words(f"{requests} requests", f"{requests} 次请求"))
    reporter.start_report()
    reporter.tell(Told("验收单是假的。"))
    reporter.finish(reporter.send())
    # The finishing post is through; what the page may still ask for is given a moment.
    page.wait_for_timeout(1000)
    context.close()
    whole = Words("whole report: from the poster to the receipt", "完整举报：从海报到查询码")
    figure = f"{number(wire.down / 1000)} kB ↓, {number(wire.up / 1000)} kB ↑"
    figures.add(Row(Part.PAGES, whole, figure, beside=Words(f"{wire.requests} requests", f"{wire.requests} 次请求")))
