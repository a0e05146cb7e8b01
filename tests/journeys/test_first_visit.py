"""What a first visit costs: requests and bytes of the first page behind the poster's code, as Chromium counts."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from portal.settings import read_settings
from portal.stores.schemas import upgrade_stores
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, hook
from tests.journeys.witness import axe_violations
from tests.support.measuring.page_transfer import Wire
from tests.support.offices.ten_members import POLICIES, make_ten
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

FIRST, REPORT = ("/zh/", "office-verified"), ("/zh/report/", "step-title")
MAILBOX = "/zh/mailbox/", "office-verified"
# The mailbox has all that writing takes, and opening too: cleaning files, reading what they say of themselves, and
# the words for what one holder wrote that the policy does not bear out. In both, films are read within bounds and
# hidden tracks followed to their data, and a complaint is called one (about 0.8 kB on each page); what
# each policy itself says of where it holds, protection and answers comes with it (0.3 kB a policy). By gzip, as a
# plain-http onion gets them; by Brotli they are an eighth less.
MOST = {FIRST: 90_000, REPORT: 143_000, MAILBOX: 169_100}
# The first thing that each script does is to say where a page begins.
AT_THE_END = """
addEventListener("DOMContentLoaded", () => { self.scrollAtTheEnd = history.scrollRestoration; });
"""


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and code of an office of ten members and two companies."""
    folder = tmp_path_factory.mktemp("ten")
    settings = read_settings({**embedded_stores(folder).variables(), "YANLU_DATA": str(folder)})
    made = make_ten(folder)
    upgrade_stores(settings)
    with live_intake(settings, start=None) as address:
        yield address, made.code


def _visited(chromium: Browser, address: str, code: str, path: str, shown: str) -> Wire:
    """A cold visit to a page behind the code, until the office is verified and nothing is asked any longer."""
    with chromium.new_context() as context:
        page, wire = context.new_page(), Wire()
        wire.watch(page)
        said: list[str] = []
        page.on("console", lambda one: said.append(one.text))
        page.goto(f"{address}{path}#c={code}")
        expect(hook(page, shown)).to_be_visible(timeout=PATIENCE)
        page.wait_for_load_state("networkidle")
        # Nothing is blocked: the icon, which is drawn in the page, is no exception.
        assert said == []
    return wire


@pytest.mark.timeout(900)
def test_the_first_page_takes_eight_requests(demo: Demo, chromium: Browser) -> None:
    """Page, style, script, the site, the office, what it names, each once and nothing else; 80 kB at most."""
    wire = _visited(chromium, demo.intake, demo.code, *FIRST)
    assert sorted(map(_kind, wire.came)) == [
        "/assets/first.js", "/assets/intake.css", "/office/jurisdictions.json", "/office/office.json",
        "/office/policies.json", "/office/policies.json", "/office/site.json", "/zh/",
    ]  # fmt: skip
    assert wire.down <= 80_000


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("page", "most"), MOST.items(), ids=["first", "report", "mailbox"])
def test_pages_of_an_ordinary_office_are_light(
    ten: tuple[str, str], chromium: Browser, page: tuple[str, str], most: int
) -> None:
    """Ten members, two companies, four policies: only the policies come on top, and it weighs this at most."""
    wire = _visited(chromium, *ten, *page)
    assert len(wire.came) == 7 + len(POLICIES)
    assert wire.down <= most


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", MOST, ids=["first", "report", "mailbox"])
def test_a_page_is_read_in_one_task_and_its_script_begins_in_another(
    ten: tuple[str, str], chromium: Browser, page: tuple[str, str]
) -> None:
    """When the browser says that it has read the page, nothing of the page's own script has been done."""
    (address, code), (path, shown) = ten, page
    with chromium.new_context() as context:
        visit = context.new_page()
        visit.add_init_script(AT_THE_END)
        visit.goto(f"{address}{path}#c={code}")
        expect(hook(visit, shown)).to_be_visible(timeout=PATIENCE)
        assert visit.evaluate("[scrollAtTheEnd, history.scrollRestoration]") == ["auto", "manual"]


@pytest.mark.parametrize(
    ("locale", "shown"), [("zh-TW", "/zh/"), ("en-AU", "/en/"), ("fi-FI", "/")], ids=["zh", "en", "another"]
)
def test_the_posters_address_leads_on_in_the_browsers_language(
    ten: tuple[str, str], chromium: Browser, locale: str, shown: str
) -> None:
    """With the code, and without an entry of its own in the browser's list; for another language it asks."""
    address, code = ten
    with chromium.new_context(locale=locale) as context:
        page = context.new_page()
        page.goto(f"{address}/#c={code}")
        if shown == "/":
            # Its own script has run: it leads on by replacing this entry.
            expect(hook(page, "choose-en")).to_be_visible()
            page.wait_for_load_state("networkidle")
            assert axe_violations(page) == []
            assert urlsplit(page.url).path == "/"
            hook(page, "choose-en").click()
        expect(hook(page, "office-verified")).to_be_visible(timeout=PATIENCE)
        assert urlsplit(page.url).path == (shown if shown != "/" else "/en/")
        assert urlsplit(page.url).fragment == f"c={code}"
        # The blank page with which the browser began, and this one.
        assert page.evaluate("history.length") == 2


def _kind(address: str) -> str:
    """The path without what is different in each office and build."""
    path = urlsplit(address).path
    if path.startswith(("/office/policies/", "/office/jurisdictions/")):
        return f"{path.rsplit('/', 1)[0]}.json"
    if path.startswith("/assets/"):
        stem, _, suffix = path.split(".")
        return f"{stem}.{suffix}"
    return path
