"""The retaliation officer at the watch's own pages, in the browser: unlock, read evidence, act, write to HR."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from sqlalchemy import insert

from crypto.errors import CryptoError
from crypto.sealing.age import open_sealed
from retaliation_watch.review_sampling.classes import RULE, WORDING_EN, WORDING_ZH
from retaliation_watch.store import ALERTS, NAMINGS, REVIEWS
from retaliation_watch.weekly_run.officer_alert_list import LETTERS
from tests.journeys.album import SIZES, WATCH_ALERT, Album
from tests.journeys.officer import Officer
from tests.journeys.reporter import SEALING
from tests.journeys.witness import overflow
from tests.support.offices.officer_desk import OfficersDesk, feed_company, look_at, officers_desk
from tests.support.offices.watch import NOW, OFFICER, Watch, open_watch
from tests.support.stores.backends import ready_embedded_stores

pytestmark = pytest.mark.timeout(1800)
SEED, PEOPLE, WATCHED, EARLIER = 1101, 700, 30, 36
TELLTALE = ("report", "protect", "retaliat", "alert", "举报", "保护", "报复", "预警")
KINDS = Path(__file__).resolve().parents[2] / "templates" / "watch" / "kinds.ts"
SAID = re.compile(r'msg\("([^"]+)"\)')
FILLED = """(row, [name, letter]) => {
  row.children[0].textContent = name;
  row.children[2].querySelector("span").textContent = letter;
  const late = ["in effect 2026-10-24", "recorded long after its day"].map((words) => {
    const one = document.createElement("span");
    one.className = "small late block";
    one.textContent = words;
    return one;
  });
  row.children[1].replaceChildren("2026-10-28", ...late);
}"""
WORDING = {"zh": WORDING_ZH, "en": WORDING_EN}


@pytest.fixture
def served(tmp_path: Path, prepared: Path) -> Iterator[tuple[Watch, OfficersDesk]]:
    """A watch over a company of seven hundred, after a look, behind its pages; HR is asked about one measure."""
    watch = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    last = feed_company(watch, SEED, PEOPLE, WATCHED)
    look_at(watch, last - timedelta(weeks=EARLIER))
    assert look_at(watch, last) > 0
    # The weekly run was long before the day of the test; this one was drawn the day before.
    other = next(one for one in watch.rows(ALERTS) if one["level"] != "red")
    row = {"review": os.urandom(16), "source": RULE, "person": other["person"], "answer": None}
    days = dict.fromkeys(("planned", "received", "due"), NOW.date())
    with watch.store.write() as tx:
        tx.execute(insert(REVIEWS), [row | days | {"kind": "written_warning"}])
    with officers_desk(watch, tmp_path) as desk:
        yield watch, desk
    watch.close()


@pytest.fixture(params=[("zh", "phone"), ("en", "desktop")], ids=["phone-zh", "desktop-en"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[tuple[Page, str]]:
    """A page of one size, and its language."""
    language, size = request.param
    width, height, scale = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
    yield context.new_page(), language
    context.close()


@pytest.fixture
def album(request: pytest.FixtureRequest, chromium: Browser, album_folder: Path) -> Iterator[Album]:
    """Takes pictures of that size and language."""
    language, size = request.node.callspec.params["page"]
    with chromium.new_context() as apart:
        yield Album(album_folder, apart.new_page(), size, language)


def refuses_what_opens_nothing(officer: Officer, folder: Path) -> None:
    """A file of another shape and a wrong passphrase are told in words, and asked again."""
    wrong = folder / "wrong.json"
    wrong.write_text(json.dumps(json.loads(officer.desk.key_file.read_text()) | {"more": 1}))
    officer.unlock(key_file=wrong)
    expect(officer.find("problem")).to_be_visible()
    officer.unlock(passphrase="not this one")
    expect(officer.find("problem")).to_be_visible(timeout=SEALING)


def stops_at_a_liar(officer: Officer) -> None:
    """A host that shows an altered directory gets no signature: nothing is derived and nothing is sent."""
    calls: list[str] = []

    def note(request: Request) -> None:
        if "/api/" in request.url:
            calls.append(request.url)

    def altered(route: Route) -> None:
        route.fulfill(body=route.fetch().text().replace("Example Office", "Altered Office"))

    officer.page.on("request", note)
    officer.page.route("**/office/office.json", altered)
    officer.unlock()
    expect(officer.find("office-alarm")).to_be_visible()
    officer.page.unroute("**/office/office.json")
    assert calls == []


def comes_back(officer: Officer) -> None:
    """A device that was told to remember asks for the passphrase alone, and forgets when it is told to."""
    kept = json.loads(officer.page.evaluate("localStorage.getItem('yanlu.watch.key')"))
    assert kept == {"file": json.loads(officer.desk.key_file.read_text()), "secret": officer.desk.device_secret}
    officer.page.click("#lock")
    expect(officer.page.locator("#kept-who")).to_contain_text(OFFICER)
    officer.unlock()
    officer.unlocked()
    officer.page.click("#lock")
    officer.page.click("#other-file")
    assert OFFICER not in officer.page.evaluate("JSON.stringify({...localStorage})")


def reads_evidence(officer: Officer, album: Album) -> str:
    """Sentence, what was told again and added, drawing and table, the ladder with its odds; gives the sentence."""
    officer.find("alert-row").filter(has=officer.find("again").and_(officer.page.locator("[data-why=red]"))).click()
    expect(officer.find("alert-title")).to_be_visible(timeout=SEALING)
    expect(officer.find("tellings").locator("li")).to_have_count(2)
    expect(officer.find("added")).not_to_have_count(0)
    expect(officer.find("chart").locator("svg circle")).not_to_have_count(0)
    album.take(officer.page, WATCH_ALERT, "[data-test=chart] svg")
    officer.find("chart-table").click()
    expect(officer.find("chart").locator("tbody tr")).to_have_count(52)
    expect(officer.find("measures").locator("tbody tr")).not_to_have_count(0)
    assert float(officer.find("ladder").get_attribute("data-whole") or "9") <= 2
    # Everything behind it was recorded long ago: nothing that was not drawn then may be asked about any more.
    refusals = {one.get_attribute("data-refusal") for one in officer.find("step").all()} - {None}
    assert refusals
    assert refusals <= {"late", "daily-measure"}
    officer.look()
    if officer.language == "en":
        keeps_every_measure_on_a_phone(officer)
    return officer.find("sentence").inner_text()


def keeps_every_measure_on_a_phone(officer: Officer) -> None:
    """Whatever a measure and its letter are called, the table of measures is no wider than a phone."""
    names, letters = (SAID.findall(part) for part in KINDS.read_text("utf-8").split("const LETTERS")[:2])
    assert len(names) > 30
    assert len(letters) >= 10
    row, window = officer.find("measures").locator("tbody tr").first, officer.page.viewport_size
    assert window is not None
    for width in (390, 360, 320):
        officer.page.set_viewport_size({"width": width, "height": window["height"]})
        for name, letter in itertools.product([max(names, key=len), "redundancy"], letters):
            row.evaluate(FILLED, [name, letter])
            if beyond := overflow(officer.page):
                officer.wrong.append(f"{name}, {letter}: {beyond} px too wide at {width}")
    officer.page.set_viewport_size(window)


def has_one_person_named(officer: Officer, watch: Watch) -> None:
    """Asked twice: nobody is named at the first time, and it is on record after the second."""
    officer.find("name-ask").click()
    officer.look()
    officer.find("name-no").click()
    assert watch.rows(NAMINGS) == []
    officer.find("name-ask").click()
    officer.find("name-yes").click()
    expect(officer.find("named")).to_be_visible()
    assert [row["officer"] for row in watch.rows(NAMINGS)] == [OFFICER]


def saves_evidence(officer: Officer, watch: Watch, sentence: str) -> None:
    """A file sealed to the officer and one more, the very bytes whose hash was entered."""
    officer.find("readers").click()
    officer.page.check("#reader-sun-fang")
    officer.look()
    with officer.page.expect_download() as download:
        officer.find("save-evidence").click()
    sealed = Path(download.value.path()).read_bytes()
    assert sentence.encode() not in sealed
    identities = [watch.office.staff(reader).identity for reader in (OFFICER, "sun-fang")]
    opened, other = (json.loads(open_sealed(sealed, identity, 8)) for identity in identities)
    assert opened == other
    with pytest.raises(CryptoError):
        open_sealed(sealed, watch.office.staff("li-wei").identity, 8)
    assert opened["evidence"]["sentence"][officer.language] == sentence
    expect(officer.find("saved")).to_be_visible()


def closes_it(officer: Officer) -> None:
    """What was done about an alert stays, and what is closed leaves the list."""
    officer.find("state-checked").click()
    expect(officer.find("state")).to_have_attribute("data-state", "checked")
    officer.find("state-closed").click()
    expect(officer.find("state")).to_have_attribute("data-state", "closed")
    before = officer.find("alert-row").count()
    officer.find("back").click()
    expect(officer.find("alerts-title")).to_be_visible()
    assert before == 0
    expect(officer.page.locator("summary")).to_be_visible()


def writes_to_hr(officer: Officer, watch: Watch) -> None:
    """The letters hold the one wording, and not a word that tells of protection; opening them is recorded."""
    officer.find("page-letters").click()
    expect(officer.find("letters-title")).to_be_visible()
    officer.look()
    officer.find("letters-open").click()
    expect(officer.find("letter")).to_have_count(1)
    officer.look()
    letter = officer.find("letter").inner_text()
    assert WORDING[officer.language] in letter
    assert not [word for word in TELLTALE if word in letter]
    assert LETTERS in {row["alert"] for row in watch.rows(NAMINGS)}


def is_not_shown(officer: Officer, call: str, alter: Callable[[str], str], page: str) -> None:
    """That page says that the host's answer can't be verified; after another, honest answer it is there."""

    def altered(route: Route) -> None:
        route.fulfill(body=alter(route.fetch().text()))

    officer.page.route(call, altered)
    officer.find("page-letters").click()
    officer.find(page).click()
    expect(officer.find("problem")).to_contain_text(re.compile("无法验证|could not be verified"))
    assert "outside" not in officer.page.inner_text("#page")
    officer.page.unroute(call)
    officer.find("problem").locator("button").click()
    expect(officer.find("problem")).to_have_count(0)


def shows_no_lie(officer: Officer) -> None:
    """Another's id, a code that is none and letters in other words are not drawn; the page says so."""

    def lie(found: str, instead: str) -> Callable[[str], str]:
        return lambda body: re.sub(found, instead, body, count=1)

    is_not_shown(officer, "**/api/alerts", lie(r'"alert":\s*"[^"]+"', '"alert":"outside"'), "page-alerts")
    is_not_shown(officer, "**/api/alerts", lie(r'"letter":\s*"[a-z]"', '"letter":"outside"'), "page-alerts")
    is_not_shown(officer, "**/api/letters", lie(r"FR-2 ", "FR-2 outside "), "letters-open")


def test_the_officer_works_through_an_alert(
    page: tuple[Page, str], served: tuple[Watch, OfficersDesk], album: Album, tmp_path: Path
) -> None:
    """From a locked key to a closed alert and the letters; nothing that opens the key leaves or stays."""
    watch, desk = served
    officer, remembers = Officer(page[0], desk, page[1]), page[1] == "en"
    sent: list[str] = []
    officer.page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    officer.arrive()
    officer.look()
    stops_at_a_liar(officer)
    refuses_what_opens_nothing(officer, tmp_path)
    if remembers:
        officer.page.check("#remember")
    officer.unlock()
    officer.unlocked()
    officer.look()
    sentence = reads_evidence(officer, album)
    has_one_person_named(officer, watch)
    saves_evidence(officer, watch, sentence)
    closes_it(officer)
    writes_to_hr(officer, watch)
    shows_no_lie(officer)
    assert officer.wrong == []
    assert not [one for one in sent if desk.passphrase in one or desk.device_secret in one]
    if remembers:
        comes_back(officer)
    else:
        assert OFFICER not in officer.page.evaluate("JSON.stringify({...localStorage})")
        officer.page.click("#lock")
    expect(officer.page.locator("#key-file")).to_be_visible()
    assert officer.page.locator("#work").is_hidden()
