"""A reload at the desk: the member goes on without signing in, in the other language too, until the session ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from crypto.framing import b64encode
from tests.journeys.colleague import colleague
from tests.journeys.demo import Demo
from tests.journeys.investigator import SIGN_IN, Investigator
from tests.journeys.reporter import PATIENCE
from tests.journeys.witness import axe_violations, overflow

pytestmark = pytest.mark.timeout(1800)
HOLDER = "investigator-b"
CUSTODIAN = "custodian-a"
PLACES = [("chromium", 360, "zh"), ("firefox", 1280, "en")]
STORED = "() => ({...sessionStorage})"
PLACE = "() => sessionStorage.getItem('yanlu.desk.place')"
PUT_BACK = "(stored) => Object.entries(stored).forEach(([name, text]) => sessionStorage.setItem(name, text))"


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]}-{place[2]}")
def member(request: pytest.FixtureRequest, demo: Demo) -> Iterator[Investigator]:
    """A member who has signed in, in a small window in Chinese or a large one in English."""
    kind, width, lang = request.param
    browser: Browser = request.getfixturevalue(kind)
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        yield _signed_in(context, demo, lang)


def _signed_in(context: BrowserContext, demo: Demo, lang: str) -> Investigator:
    member = Investigator(context.new_page(), demo, demo.staff[HOLDER], lang)
    member.sign_in()
    return member


def _sign_ins(page: Page) -> list[str]:
    """Every call for a new session that the page makes from now on."""
    calls: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith(("/api/session", "/api/session/passkey")):
            calls.append(request.url)

    page.on("request", note)
    return calls


def _is_back(member: Investigator) -> None:
    """The desk stands there with its cases, and no sign-in."""
    expect(member.page.locator("#work")).to_be_visible(timeout=SIGN_IN)
    member.settled()
    expect(member.page.locator("#sign-in")).to_have_count(0)
    expect(member.find("who")).to_contain_text(member.sign.name[member.lang])


def _asks_for_sign_in(page: Page) -> None:
    expect(page.locator("#sign-in-go")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#work")).to_be_hidden()


def test_a_reload_and_another_language_ask_for_no_sign_in(member: Investigator) -> None:
    """The same cases stand there, and what is signed after it counts; signing out ends it for good."""
    page, calls = member.page, _sign_ins(member.page)
    member.find("view-open").click()
    before = sorted(row.get_attribute("data-case") or "" for row in member.find("case-row").all())
    page.reload()
    _is_back(member)
    member.find("view-open").click()
    assert sorted(row.get_attribute("data-case") or "" for row in member.find("case-row").all()) == before
    member.find("case-row").first.click()
    member.note("Signed after a reload.")
    other = "en" if member.lang == "zh" else "zh"
    page.locator(f'.desk-head a[href="/{other}/"]').click()
    member.lang = other
    _is_back(member)
    assert calls == []
    stored = page.evaluate(STORED)
    page.locator("#sign-out").click()
    _asks_for_sign_in(page)
    assert "yanlu.desk.tab" not in page.evaluate(STORED)
    page.reload()
    _asks_for_sign_in(page)
    # What somebody copied while the session lasted opens nothing once it is over.
    page.evaluate(PUT_BACK, stored)
    page.reload()
    words = {"zh": "登录已过期", "en": "Your session has expired"}[other]
    expect(page.locator("#problem")).to_contain_text(words, timeout=PATIENCE)
    _asks_for_sign_in(page)
    assert "yanlu.desk.tab" not in page.evaluate(STORED)


def test_a_reload_shows_what_was_shown_and_keeps_what_was_typed(member: Investigator) -> None:
    """The case stands open again; unsent words stay until they are put away, and what was sent is not among them."""
    page = member.page
    member.find("view-open").click()
    member.find("case-row").first.click()
    title = page.locator("#case-title").inner_text()
    member.note("Sent before the reload.")
    member.find("note").click()
    before = page.evaluate(PLACE)
    member.find("compose-text").fill("Typed and not sent.")
    page.wait_for_function(f"(before) => ({PLACE})() !== before", arg=before)
    for _twice in range(2):
        page.reload()
        _is_back(member)
        expect(page.locator("#case-title")).to_have_text(title, timeout=PATIENCE)
        expect(member.find("unsent-text")).to_have_value("Typed and not sent.")
        expect(member.find("unsent")).to_contain_text("Internal note" if member.lang == "en" else "内部记录")
    _stays_with_its_case(member)
    assert axe_violations(page) == []
    assert overflow(page) == 0
    member.find("unsent-away").click()
    page.reload()
    _is_back(member)
    expect(page.locator("#case-title")).to_have_text(title, timeout=PATIENCE)
    expect(member.find("unsent")).to_have_count(0)


def _stays_with_its_case(member: Investigator) -> None:
    """The words of one case are never offered at another."""
    case = member.page.locator("#case").get_attribute("data-case") or ""
    if member.find("back").is_visible():
        member.find("back").click()
        expect(member.find("unsent")).to_be_hidden()
    member.page.locator(f'[data-test="case-row"]:not([data-case="{case}"])').first.click()
    expect(member.find("unsent")).to_be_hidden()
    if member.find("back").is_visible():
        member.find("back").click()
    member.page.locator(f'[data-test="case-row"][data-case="{case}"]').click()
    expect(member.find("unsent")).to_be_visible()


def test_what_the_tab_stores_shows_neither_seed_nor_case(demo: Demo, chromium: Browser) -> None:
    """No key of the member's, no word of a case; a new tab of the same browser asks for a sign-in."""
    with chromium.new_context() as context, colleague(demo, HOLDER) as known:
        member = _signed_in(context, demo, "en")
        member.find("view-open").click()
        titles = member.page.locator("#rows .row-title").all_inner_texts()
        text = str(member.page.evaluate(STORED))
        assert "yanlu.desk.tab" in text
        keys = [known.staff.signing_seed, known.staff.keyring_key]
        shown = [form(key) for key in keys for form in (b64encode, bytes.hex)]
        assert not [one for one in (*shown, *titles) if one in text]
        fresh = context.new_page()
        fresh.goto(f"{demo.desk}/en/")
        _asks_for_sign_in(fresh)


def test_a_second_tab_that_signs_in_leaves_the_first_its_reload(demo: Demo, chromium: Browser) -> None:
    """Both tabs go on after a reload; what one signs out ends the other's too."""
    with chromium.new_context() as context:
        first = _signed_in(context, demo, "en")
        second = _signed_in(context, demo, "en")
        for one in (first, second):
            one.page.reload()
            _is_back(one)
        second.page.locator("#sign-out").click()
        _asks_for_sign_in(second.page)
        first.page.reload()
        _asks_for_sign_in(first.page)


def test_a_custodian_reloads_as_well(demo: Demo, chromium: Browser) -> None:
    """Members who lead no case come back to their own work."""
    with chromium.new_context() as context:
        keeper = Investigator(context.new_page(), demo, demo.staff[CUSTODIAN], "en")
        keeper.fill_sign_in()
        keeper.page.locator("#sign-in-go").click()
        expect(keeper.page.locator("#work")).to_be_visible(timeout=SIGN_IN)
        keeper.page.reload()
        expect(keeper.page.locator("#work")).to_be_visible(timeout=SIGN_IN)
        expect(keeper.find("who")).to_contain_text(keeper.sign.name["en"])
