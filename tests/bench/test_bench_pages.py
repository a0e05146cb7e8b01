"""What the reporters' pages weigh on the wire: bytes and requests of the first page, and of a whole report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, expect

from portal.settings import read_settings
from portal.stores.schemas import upgrade_stores
from tests.journeys.demo import Demo, running_demo
from tests.journeys.reporter import Reporter, Told
from tests.support.measuring.bench_table import Figures, Part, Row, Words, number
from tests.support.measuring.lighthouse import Rating, rated
from tests.support.measuring.long_tasks import Thread, main_thread
from tests.support.measuring.page_transfer import Wire
from tests.support.offices.ten_members import make_ten
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The demo on SQLite and a folder."""
    with running_demo(tmp_path) as running:
        yield running


@pytest.mark.timeout(600)
def test_pages_over_the_wire(demo: Demo, chromium: Browser, figures: Figures) -> None:
    """The first page, cold, and the whole way from the poster to the written-down receipt."""
    # A language that the site does not speak: the page of the poster's address stays.
    context = chromium.new_context(locale="fi-FI")
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


@dataclass(frozen=True)
class LiveOffice:
    """A live intake of an office of ten members and two companies, and its code."""

    address: str
    code: str


@pytest.fixture
def ten(tmp_path: Path) -> Iterator[LiveOffice]:
    """Such an office, newly signed."""
    settings = read_settings({**embedded_stores(tmp_path).variables(), "YANLU_DATA": str(tmp_path)})
    made = make_ten(tmp_path)
    upgrade_stores(settings)
    with live_intake(settings, start=None) as address:
        yield LiveOffice(address, made.code)


@dataclass(frozen=True)
class Visit:
    """A page behind the code: its path, what shows that the office was verified, and what it may weigh, if bounded."""

    path: str
    shown: str
    name: Words
    most: int | None

    @property
    def page(self) -> str:
        """Which page it is."""
        return self.path.removeprefix("/zh/").rstrip("/") or "first"


VISITS = (
    Visit("/zh/", "office-verified", Words("ten members, two companies: first page", "十名成员、两家公司：首页"), 90),
    Visit("/zh/report/", "step-title", Words("the same: report page", "同上：举报页"), 140),
    Visit("/zh/mailbox/", "office-verified", Words("the same: mailbox", "同上：信箱"), None),
)
EACH = pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.page)
GOOD = Rating(95, 100, 100)
SLOWER = 4
TIMES = 5


def _measured(ten: LiveOffice, chromium: Browser, visit: Visit) -> tuple[Wire, Thread]:
    with chromium.new_context(viewport={"width": 390, "height": 844}) as context:
        page, wire = context.new_page(), Wire()
        wire.watch(page)
        with main_thread(page) as found:
            page.goto(f"{ten.address}{visit.path}#c={ten.code}", wait_until="networkidle")
            expect(page.locator(f'[data-test="{visit.shown}"]')).to_be_visible()
        return wire, found


@pytest.mark.timeout(600)
@EACH
def test_pages_of_an_ordinary_office(ten: LiveOffice, chromium: Browser, figures: Figures, visit: Visit) -> None:
    """Behind the code, cold: weight and requests, and how long a phone that is four times slower is kept busy."""
    visits = [_measured(ten, chromium, visit) for _ in range(TIMES)]
    wire = visits[0][0]
    asked = Words(f"{wire.requests} requests", f"{wire.requests} 次请求")
    if visit.most is None:
        figures.add(Row(Part.PAGES, visit.name, f"{number(wire.down / 1000)} kB", beside=asked))
    else:
        figures.at_most(Part.PAGES, visit.name, wire.down / 1000, visit.most, "kB", asked)
    for en, zh, least in (
        ("longest task at a quarter of this machine's speed", "本机四分之一速度下最长任务", "task"),
        ("longest piece of script in it", "其中最长的一段脚本", "script"),
    ):
        value = SLOWER * median(getattr(thread, least) for _, thread in visits)
        figures.at_most(Part.PAGES, Words(f"{visit.name.en}, {en}", f"{visit.name.zh}，{zh}"), value, 50, "ms")


@pytest.mark.timeout(900)
@EACH
def test_pages_of_an_ordinary_office_are_rated(ten: LiveOffice, figures: Figures, visit: Visit, tmp_path: Path) -> None:
    """Behind the code, as Lighthouse sees a phone: performance, accessibility and best practices."""
    found = rated(f"{ten.address}{visit.path}#c={ten.code}", tmp_path)
    more = Words("Lighthouse: performance / accessibility / best practices", "Lighthouse：性能 / 无障碍 / 最佳做法")
    what = Words(f"{visit.name.en}, {more.en}", f"{visit.name.zh}，{more.zh}")
    figures.add(Row(Part.PAGES, what, str(found), f"≥ {GOOD}", found.reaches(GOOD)))
