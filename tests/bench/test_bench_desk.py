"""A desk with many cases in real browsers: how soon its list can be used, how soon all of it is opened and read."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.support.browsers import launch
from tests.support.commands.yanlu_process import LiveOffice, fresh_digits, live_office
from tests.support.measuring.bench_table import Figures, Part, Row, Words
from tests.support.stores.backends import embedded_stores
from tests.support.stores.sealed_cases import EVENTS_OF_ONE, filling

pytestmark = pytest.mark.timeout(7200)

MEMBER = "investigator-b"
MEMBERS = ("investigator-a", MEMBER, "registrar-a", "approver-a", "outside-a")
FEW, MANY = 100, 1000
NAMES = {"chromium": "Chromium", "firefox": "Firefox ESR"}
ALL_OPENED = {"chromium": 12.0, "firefox": 25.0}
LIST_AIM, AGAIN_AIM, HEAP_AIM, SHOWN_AIM, ACT_AIM, SEARCH_AIM = 3.0, 2.0, 250.0, 200.0, 500.0, 50.0
PATIENCE = 3600
# What one types stands in all cases, in a third of them, in none.
SEARCHED = ("acceptance sheet", "ordinary", "夜班", "acceptance sheet ordinary", "nowhere")
# When each of these was first true, in seconds since the visit began; looked at ten times a second.
MOMENTS = """
self.moments = {};
self.expected = Infinity;
setInterval(() => {
  const note = (name, met) => { if (met && !(name in moments)) moments[name] = performance.now() / 1000; };
  note("desk", document.getElementById("work")?.checkVisibility());
  // The desk begins with what is new to the member; all these cases are theirs already.
  const open = document.getElementById("view-open");
  if (open && open.getAttribute("aria-current") !== "true") open.click();
  note("list", document.querySelectorAll("button.case-row").length >= 20);
  // Before the first look has ended a view without a case says so by three dots.
  const count = (view) => Number(document.querySelector(`#view-${view} .count`)?.textContent.replace("…", "0"));
  note("all", count("open") + count("closed") >= expected);
  note("done", "all" in moments && document.getElementById("notice")?.textContent.startsWith("Up to date"));
}, 100);
"""
SHOW = """() => new Promise((resolve) => {
  const began = performance.now();
  document.querySelectorAll("button.case-row")[7].click();
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
})"""
SEARCH = """(words) => new Promise((resolve) => {
  const field = document.getElementById("search");
  const began = performance.now();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
})"""

# From the click on "send" of an internal note until the page says that it is signed and recorded.
ACT = """async () => {
  const find = (name) => document.querySelector(`[data-test="${name}"]`);
  const drawn = async (met) => { while (!met()) await new Promise(requestAnimationFrame); };
  await drawn(() => find("note"));
  find("note").click();
  await drawn(() => find("compose-text"));
  find("compose-text").value = "What was found today.";
  const began = performance.now();
  find("send").click();
  await drawn(() => find("case-done")?.childElementCount > 0);
  return performance.now() - began;
}"""


@dataclass
class Office:
    """A live house and how many cases it holds."""

    house: LiveOffice
    number: int = 0

    def grow(self, number: int) -> None:
        """Fills it up to so many cases."""
        with filling(self.house, MEMBER) as filler:
            filler.fill(number - self.number)
        self.number = number


@dataclass(frozen=True)
class Visit:
    """What a sign-in took, in seconds since the keys were derived and the desk stood there."""

    list: float
    all: float
    done: float


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office without cases; the two tests below fill it up, each further than the one before."""
    folder = tmp_path_factory.mktemp("desk-bench")
    with live_office(embedded_stores(folder), folder, MEMBERS) as house:
        yield Office(house)


@contextmanager
def desk_page(browser: Browser, number: int) -> Generator[Page]:
    """A page of a fresh profile that notes its moments."""
    with browser.new_context(locale="en") as context:
        context.add_init_script(f"{MOMENTS}\nself.expected = {number};")
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        yield page


def sign_in(page: Page, house: LiveOffice) -> Visit:
    """Signs in and waits until every case is opened and the batch is tried."""
    member = house.members[MEMBER]
    page.goto(f"{house.ports.desk_url}/en/")
    if page.locator("#office-code").is_visible():
        page.locator("#office-code").fill(house.founded.code)
    page.locator("#member").fill(MEMBER)
    page.locator("#passphrase").fill(member.passphrase)
    page.locator("#device-secret").fill(member.device_secret)
    page.locator("#totp").fill(fresh_digits(house.settings, MEMBER, member.totp_secret))
    page.locator("#sign-in-go").click()
    end = time.monotonic() + PATIENCE
    while "done" not in (moments := page.evaluate("() => self.moments")):
        assert time.monotonic() < end, moments
        time.sleep(0.2)
    return Visit(*(moments[name] - moments["desk"] for name in ("list", "all", "done")))


def _note(figures: Figures, kind: str, number: int, visit: Visit, first: Visit | None) -> None:
    name = NAMES[kind]

    def add(en: str, zh: str, value: float, aim: float | None, beside: Words) -> None:
        what = Words(f"{name}, {number:,} cases: {en}", f"{name}，{number:,} 件：{zh}")
        met, goal = (None, "") if aim is None else (value <= aim, f"≤ {aim:g} s")
        figures.add(Row(Part.DESK, what, f"{value:.2f} s", goal, met, beside))

    whole = number == MANY
    beside = Words("", "")
    if first is not None:
        ratio = visit.list / max(first.list, 0.1)
        beside = Words(f"{ratio:.1f} times that of {FEW}", f"为 {FEW} 件时的 {ratio:.1f} 倍")
    add("until the list can be used", "列表可用", visit.list, LIST_AIM if whole else None, beside)
    add("until all are opened", "全部打开", visit.all, ALL_OPENED[kind] if whole else None, Words("", ""))
    add("until the batch is tried", "批次试完", visit.done, None, Words("", ""))


def test_the_desk_with_many_cases(office: Office, playwright: Playwright, figures: Figures) -> None:
    """From 100 to 1,000 cases of ten events each, in both browsers; a second sign-in; a case shown; a search."""
    assert EVENTS_OF_ONE == 10
    first: dict[str, Visit] = {}
    for number in (FEW, MANY):
        office.grow(number)
        for kind in launch.KINDS:
            visit = _measure(office, playwright, kind, figures)
            _note(figures, kind, number, visit, first.get(kind))
            first.setdefault(kind, visit)


def _measure(office: Office, playwright: Playwright, kind: str, figures: Figures) -> Visit:
    browser = launch.launch(playwright, kind)
    with desk_page(browser, office.number) as page:
        visit = sign_in(page, office.house)
        if office.number == MANY:
            _note_work(figures, kind, page, office.house)
    browser.close()
    return visit


def _note_work(figures: Figures, kind: str, page: Page, house: LiveOffice) -> None:
    name = NAMES[kind]

    def search(words: str) -> float:
        return page.evaluate(SEARCH, words)

    for en, zh, took, aim in (
        ("a case is shown", "打开一件", page.evaluate(SHOW), SHOWN_AIM),
        ("a note is signed and recorded", "记录一次", page.evaluate(ACT), ACT_AIM),
        ("a search, median of five", "搜索一次（五次的中位数）", median(map(search, SEARCHED)), SEARCH_AIM),
    ):
        what = Words(f"{name}, {MANY:,} cases: {en}", f"{name}，{MANY:,} 件：{zh}")
        figures.add(Row(Part.DESK, what, f"{took:.0f} ms", f"≤ {aim:g} ms", took <= aim))
    if kind == "chromium":
        heap = page.evaluate("() => performance.memory.usedJSHeapSize / 1e6")
        what = Words(f"{name}, {MANY:,} cases: heap", f"{name}，{MANY:,} 件：堆内存")
        figures.add(Row(Part.DESK, what, f"{heap:.0f} MB", f"≤ {HEAP_AIM:g} MB", heap <= HEAP_AIM))
    page.locator("#sign-out").click()
    page.locator("#member").wait_for()
    again = sign_in(page, house)
    what = Words(f"{name}, {MANY:,} cases: second sign-in", f"{name}，{MANY:,} 件：再次登录")
    figures.add(Row(Part.DESK, what, f"{again.list:.2f} s", f"≤ {AGAIN_AIM:g} s", again.list <= AGAIN_AIM))
