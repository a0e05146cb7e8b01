"""The strip under the header: whose page this is, how its check stands, and what can be done then."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.stores.schemas import upgrade_stores
from tests.journeys.reporter import PATIENCE, hook
from tests.journeys.witness import axe_violations, overflow
from tests.support.attacks.forged_documents import instead
from tests.support.attacks.tampering_proxy import Alter, LyingProxy, lying_proxy
from tests.support.offices.edge import settings_for
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores
from tests.support.transparency_log.log_witness import Outside, confirmed

pytestmark = pytest.mark.timeout(1800)
DAY: Final = 86400
PHONE: Final = (360, 780)
UNION: Final = Outside("union.example")
ANOTHERS: Final = "7K3M-Q2XF-9T0A-HV5C-JB86"
DOCUMENT: Final = "/office/office.json"
PAGES: Final = ("", "report/", "mailbox/")
TEXTS: Final = Path(__file__).resolve().parents[2] / "portal/office/texts/jurisdictions.json"


@dataclass
class LiveOffice:
    """A witnessed office behind a proxy that shows another document when it is told to."""

    proxy: LyingProxy
    office: OfficeForTests
    held: threading.Event = field(default_factory=threading.Event)

    def shows(self, days: float) -> None:
        """The document that the witness confirmed so many days ago."""
        self.proxy.alter = instead(DOCUMENT, confirmed(self.office.folder, UNION, int(time.time() - days * DAY)))

    def waits(self) -> None:
        """The same of yesterday, once `held` is set."""
        self.shows(1)
        shown, held = self.proxy.alter, self.held
        held.clear()

        def late(path: str, status: int, body: bytes) -> tuple[int, bytes]:
            if path.startswith(DOCUMENT):
                held.wait(60)
            assert shown is not None
            return shown(path, status, body)

        self.proxy.alter = late


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveOffice]:
    """The office, its intake and the proxy before it."""
    folder = tmp_path_factory.mktemp("strip")
    office = make_office(folder, today=date.today() - timedelta(days=30), witnesses=[UNION.line])
    settings = settings_for(embedded_stores(folder), folder)
    upgrade_stores(settings)
    with live_intake(settings, start=None) as address, lying_proxy(address) as proxy:
        yield LiveOffice(proxy, office)


@contextmanager
def phone(browser: Browser) -> Generator[Page]:
    """A small phone."""
    width, height = PHONE
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        yield context.new_page()


def bottom(page: Page, name: str) -> float:
    """Where an element ends, from the top of the window."""
    box = hook(page, name).bounding_box()
    assert box is not None, name
    return box["y"] + box["height"]


def sound(page: Page) -> None:
    """Nothing for axe, nothing too wide."""
    assert axe_violations(page) == []
    assert overflow(page) <= 0


def visit(page: Page, house: LiveOffice, path: str, code: str | None) -> None:
    """Loads a page new, with the code in its address or without."""
    page.goto("about:blank")
    page.goto(f"{house.proxy.url}/zh/{path}" + ("" if code is None else f"#c={code}"))


def looks(page: Page, look: str) -> None:
    """The strip has come to this."""
    expect(hook(page, "strip")).to_have_attribute("data-look", look, timeout=PATIENCE)


@pytest.mark.parametrize("path", PAGES)
def test_without_a_code_its_field_stands_above_the_fold(house: LiveOffice, browser: Browser, path: str) -> None:
    """On each page; on the first one the danger line too, and the button for a report leads into the field."""
    house.shows(1)
    with phone(browser) as page:
        visit(page, house, path, None)
        looks(page, "open")
        assert bottom(page, "office-code-check") <= PHONE[1]
        sound(page)
        if path == "":
            assert bottom(page, "danger") <= PHONE[1]
            before = page.url
            hook(page, "go-report").click()
            expect(hook(page, "office-code")).to_be_focused()
            expect(hook(page, "office-code-fault")).to_have_text("请先输入海报上的校验码。")
            assert page.url == before
        hook(page, "office-code").fill(house.office.code)
        hook(page, "office-code-check").click()
        expect(hook(page, "office-verified")).to_be_visible(timeout=PATIENCE)
        looks(page, "good")


def test_a_button_pressed_during_the_check_leads_on_after_it(house: LiveOffice, browser: Browser) -> None:
    """The hint says so, nothing opens before, and the way to a report opens once the office is verified."""
    house.waits()
    with phone(browser) as page:
        visit(page, house, "", house.office.code)
        expect(hook(page, "gate-checking")).to_be_visible(timeout=PATIENCE)
        expect(hook(page, "go-hint")).to_contain_text("核对完成后")
        hook(page, "go-report").click()
        expect(hook(page, "gate-checking")).to_be_visible()
        sound(page)
        house.held.set()
        expect(hook(page, "step-title")).to_be_visible(timeout=PATIENCE)


def test_a_checked_page_says_whose_it_is(house: LiveOffice, browser: Browser) -> None:
    """On all three pages, in one place; after thirteen days without a witness amber, and a report can still be made."""
    with phone(browser) as page:
        for days, look in ((1, "good"), (13, "care")):
            house.shows(days)
            for path in PAGES:
                visit(page, house, path, house.office.code)
                looks(page, look)
                assert bottom(page, "office-verified") <= 300
                expect(hook(page, "office-verified")).to_contain_text("确认过的")
                assert hook(page, "confirmed").count() == (look == "care")
                sound(page)
        visit(page, house, "", house.office.code)
        looks(page, "care")
        assert bottom(page, "danger") <= PHONE[1]
        hook(page, "go-report").click()
        expect(hook(page, "step-title")).to_be_visible(timeout=PATIENCE)


def _silent(path: str, status: int, body: bytes) -> tuple[int, bytes]:
    return (502, b"") if path.startswith(DOCUMENT) else (status, body)


def _broken(path: str, status: int, body: bytes) -> tuple[int, bytes]:
    return (500, b"") if path.startswith(DOCUMENT) else (status, body)


REFUSED: Final[dict[str, tuple[str, str, Alter | float]]] = {
    "no connection": ("care", "没有连上", _silent),
    "a fault of the server": ("care", "未能核对本页面", _broken),
    "a wrong clock": ("care", "请检查这台设备的时钟", -2),
    "a code of another office": ("alarm", "请停下", 1),
    "a lying server": ("alarm", "请停下", instead(DOCUMENT, b"{}")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_after_a_refusal_other_roads_stand_in_the_buttons_place(house: LiveOffice, browser: Browser, what: str) -> None:
    """Amber or red at the top; the way to a report is gone, and nothing that the server says is shown."""
    look, heading, shown = REFUSED[what]
    if isinstance(shown, int | float):
        house.shows(shown)
    else:
        house.proxy.alter = shown
    code = ANOTHERS if "another" in what else house.office.code
    with phone(browser) as page:
        for path in PAGES:
            visit(page, house, path, code)
            looks(page, look)
            refused, roads = hook(page, "gate-refused"), hook(page, "own-roads")
            expect(refused.locator("h2")).to_contain_text(heading)
            assert bottom(page, "gate-refused") <= PHONE[1]
            expect(roads).to_contain_text("海报上的电话或举报信箱")
            assert "示例集团" not in page.locator("body").inner_text()
            sound(page)
        visit(page, house, "", code)
        looks(page, look)
        expect(hook(page, "go-report")).to_be_hidden()
        expect(hook(page, "go-mailbox")).to_be_visible(visible=look == "care")
        assert bottom(page, "danger") <= PHONE[1]
        roads = hook(page, "own-roads").bounding_box()
        assert roads is not None
        assert roads["y"] < PHONE[1]
        house.shows(1)
        refused.locator("button").first.click() if code != ANOTHERS else _another(page, house.office.code)
        looks(page, "good")
        expect(hook(page, "own-roads")).to_have_count(0)
        expect(hook(page, "go-report")).to_be_visible()


def _another(page: Page, code: str) -> None:
    hook(page, "gate-refused").locator("button").last.click()
    expect(hook(page, "office-code")).to_be_focused()
    hook(page, "office-code").fill(code)
    hook(page, "office-code-check").click()


def test_the_numbers_are_those_of_the_jurisdictions(house: LiveOffice, chromium: Browser) -> None:
    """What the page carries itself is what the offices of mainland China sign."""
    known = json.loads(TEXTS.read_text("utf-8"))["countries"]["CN"]["authorities"]
    house.proxy.alter = _silent
    with phone(chromium) as page:
        visit(page, house, "", house.office.code)
        rows = hook(page, "own-roads").locator("li")
        expect(rows).to_have_count(len(known), timeout=PATIENCE)
        assert sorted(rows.all_inner_texts()) == sorted(f"{one['name']['zh']} {one['contact']}" for one in known)
