"""Inside real browsers: a gigabyte sealed, grants opened, the first page on slow lines, a receipt that logs in."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from portal.settings import read_settings
from portal.stores.schemas import upgrade_stores
from tests.journeys.reporter import Reporter
from tests.support.browsers import launch, typescript_tests
from tests.support.commands.yanlu_process import POLICY, yanlu
from tests.support.faults.slow_network import Line, slow_line
from tests.support.measuring.bench_table import Figures, Part, Row, Words
from tests.support.measuring.process_tree import descendants, highest_memory
from tests.support.offices.sample_office import make_office
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

pytestmark = pytest.mark.timeout(900)

GIB = 1 << 30
LONG = 600_000
NAMES = {"chromium": Words("Chromium", "Chromium"), "firefox": Words("Firefox ESR", "Firefox ESR")}
LINES = {
    "1.6 Mbit/s": (Line(1.6e6, 0.0), Words("at 1.6 Mbit/s", "1.6 Mbit/s 下"), None),
    "1 Mbit/s, 600 ms": (Line(1e6, 0.6), Words("at 1 Mbit/s with 600 ms", "1 Mbit/s、往返 600 ms 下"), 3.0),
}
LOG_IN_AIMS = {"chromium": 1.0, "firefox": 2.0}
WITHOUT_JIT = 20.0
# When each of these was first in the page, in seconds since the visit began.
MOMENTS = """
self.moments = {};
const note = () => {
  for (const name of ["gate-checking", "office-verified", "mailbox", "opening-bar"]) {
    if (!(name in moments) && document.querySelector(`[data-test="${name}"]`)) moments[name] = performance.now() / 1000;
  }
};
new MutationObserver(note).observe(document, { childList: true, subtree: true });
addEventListener("click", () => { moments.click = performance.now() / 1000; }, true);
"""


@dataclass(frozen=True)
class LiveOffice:
    """A live intake, its office's code and a receipt with a report behind it."""

    address: str
    code: str
    receipt: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveOffice]:
    """A signed office with one report."""
    folder = tmp_path_factory.mktemp("browser-bench")
    settings = read_settings({**embedded_stores(folder).variables(), "YANLU_DATA": str(folder)})
    made = make_office(folder)
    upgrade_stores(settings)
    (folder / "told.txt").write_text("The acceptance sheet is false.")
    with live_intake(settings, start=None) as address:
        place = ["--office", address, "--office-key", made.code, "--entity", "ireland", "--policy", POLICY]
        done = yanlu(
            "report", *place, "--text-file", folder / "told.txt", "--receipt-out", folder / "receipt", "--json"
        )
        assert done.code == 0, done.err
        yield LiveOffice(address, made.code, (folder / "receipt").read_text().strip())


@pytest.fixture(params=launch.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the two browsers."""
    return request.param


@contextmanager
def measuring_page(browser: Browser, folder: Path) -> Generator[Page]:
    """A page that holds what is measured, and nothing else."""
    typescript_tests.bundle(
        typescript_tests.FOLDER / "bench/measure.ts", folder / "bundle.js", *typescript_tests.IN_BROWSER
    )
    (folder / "index.html").write_text(typescript_tests.PAGE)
    with typescript_tests.served(folder) as address, browser.new_context() as context:
        context.set_default_timeout(LONG)
        page = context.new_page()
        page.goto(address)
        yield page


def test_a_gigabyte_is_sealed(kind: str, playwright: Playwright, figures: Figures, tmp_path: Path) -> None:
    """The whole file is sealed, cut and hashed in 128 parts or more; rate and memory of all the browser's processes."""
    name, big = NAMES[kind], tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(GIB)
    browser = launch.launch(playwright, kind)
    with measuring_page(browser, tmp_path) as page:
        page.locator("#file").set_input_files(big)
        before = highest_memory(descendants())
        sealed: dict[str, Any] = page.evaluate("measure.seal()")
        after = highest_memory(descendants())
    browser.close()
    assert sealed["parts"] >= GIB // (8 << 20)
    assert sealed["native"] == (kind == "chromium")
    grown = sum(peak - before.get(pid, 0) for pid, peak in after.items()) / 1e6
    by = (
        Words("by the browser's own cipher", "用浏览器自带的加密") if sealed["native"] else Words("by script", "用脚本")
    )
    what = Words(f"{name.en}: sealing a file of 1 GiB", f"{name.zh}：加密封装 1 GiB 的文件")
    figures.add(_row(what, f"{sealed['perSecond'] / 1e6:.0f} MB/s", by))
    what = Words(f"{name.en}: memory that this adds, all its processes", f"{name.zh}：为此多用的内存（全部进程）")
    figures.add(_row(what, f"{grown:.0f} MB", Words("peaks of each, added up", "各进程峰值之和")))


def _row(what: Words, figure: str, beside: Words) -> Row:
    return Row(Part.BROWSERS, what, figure, beside=beside)


def test_grants_are_opened(kind: str, request: pytest.FixtureRequest, figures: Figures, tmp_path: Path) -> None:
    """A member's own grants open and others' do not; how many of each a second."""
    with measuring_page(request.getfixturevalue(kind), tmp_path) as page:
        own, others = page.evaluate("measure.own()"), page.evaluate("measure.others()")
    name = NAMES[kind]
    what = Words(f"{name.en}: grants of 8 places opened", f"{name.zh}：打开 8 个位置的授权")
    beside = Words(f"{others:.0f}/s that are for others", f"不属于自己的：每秒 {others:.0f} 个")
    figures.add(_row(what, f"{own:.0f}/s", beside))


@contextmanager
def first_visit(browser: Browser, address: str, code: str, before: Callable[[Page], None]) -> Generator[Page]:
    """The first page in a context that has seen nothing, until the office is verified."""
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(MOMENTS)
        before(page)
        page.goto(f"{address}/en/#c={code}", wait_until="commit", timeout=LONG)
        expect(page.locator('[data-test="office-verified"]')).to_be_visible(timeout=LONG)
        yield page


def _say_visit(figures: Figures, page: Page, what: Words, aim: float | None) -> None:
    moments: dict[str, float] = page.evaluate("moments")
    answers, verified = moments["gate-checking"], moments["office-verified"]
    beside = Words(f"office verified after {verified:.1f} s", f"{verified:.1f} s 后核对完单位")
    if aim is None:
        figures.add(_row(what, f"{answers:.2f} s", beside))
    else:
        figures.at_most(Part.BROWSERS, what, answers, aim, "s", beside)


@pytest.mark.parametrize("line", LINES)
def test_the_first_page_answers_on_a_slow_line(
    kind: str, line: str, house: LiveOffice, request: pytest.FixtureRequest, figures: Figures
) -> None:
    """The first page can be used, and then has verified whose it is, over a line that is slow each way."""
    how, words, aim = LINES[line]
    browser: Browser = request.getfixturevalue(kind)
    name = NAMES[kind]
    what = Words(f"{name.en}: the first page answers {words.en}", f"{name.zh}：首页可用（{words.zh}）")
    with (
        slow_line(house.address, how) as address,
        first_visit(browser, address, house.code, lambda _: None) as page,
    ):
        _say_visit(figures, page, what, aim)


def test_the_first_page_answers_on_a_slow_processor(house: LiveOffice, chromium: Browser, figures: Figures) -> None:
    """The same with a processor six times slower, as Chromium can pretend."""

    def slow(page: Page) -> None:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})

    what = Words("Chromium: the first page answers, six times slower CPU", "Chromium：首页可用（处理器慢六倍）")
    with first_visit(chromium, house.address, house.code, slow) as page:
        _say_visit(figures, page, what, None)


def _log_in(browser: Browser, house: LiveOffice) -> float:
    """Seconds from the press to the open mailbox; there must be a bar meanwhile."""
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(MOMENTS)
        page.goto(f"{house.address}/en/mailbox/#c={house.code}")
        reporter = Reporter(page, house.address, house.code, "en")
        reporter.enter(house.receipt)
        expect(reporter.find("mailbox")).to_be_visible(timeout=LONG)
        moments: dict[str, float] = page.evaluate("moments")
    assert moments["click"] <= moments["opening-bar"] < moments["mailbox"]
    return moments["mailbox"] - moments["click"]


def test_a_receipt_logs_in(kind: str, house: LiveOffice, request: pytest.FixtureRequest, figures: Figures) -> None:
    """A receipt opens its mailbox; the best of three, since the first one pays for compiling."""
    browser: Browser = request.getfixturevalue(kind)
    name, took = NAMES[kind], min(_log_in(browser, house) for _ in range(3))
    what = Words(f"{name.en}: a receipt opens its mailbox", f"{name.zh}：用查询码打开信箱")
    figures.at_most(Part.BROWSERS, what, took, LOG_IN_AIMS[kind], "s")


def test_a_receipt_logs_in_without_compiling(
    kind: str, house: LiveOffice, playwright: Playwright, figures: Figures
) -> None:
    """The same in a browser that may not compile scripts, as hardened phones and Tor Browser's safer levels do."""
    browser = launch.launch(playwright, kind, manner=launch.WITHOUT_JIT)
    took = _log_in(browser, house)
    browser.close()
    name = NAMES[kind]
    what = Words(f"{name.en} without JIT: a receipt opens its mailbox", f"{name.zh}（关闭 JIT）：用查询码打开信箱")
    figures.at_most(Part.BROWSERS, what, took, WITHOUT_JIT, "s")
