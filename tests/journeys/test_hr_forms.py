"""The officer says in the browser what an HR system's columns and kinds mean, and sees nobody doing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.store import EVENTS, FORMS
from tests.journeys.album import HR_FORM
from tests.journeys.officer import Officer
from tests.journeys.reporter import PATIENCE
from tests.journeys.test_main_journey import person
from tests.support.offices.officer_desk import OfficersDesk, officers_desk
from tests.support.offices.watch import SOURCE, Watch, open_watch, payload_of
from tests.support.stores.backends import ready_embedded_stores

pytestmark = pytest.mark.timeout(1800)
HEAD = "单据号,工号,处理名目,异动日期,录入日期,备注"
LINES = [
    f"A{n},E{n:03d},{kind},2026-11-02,2026-11-03,张三{n}" for n, kind in enumerate(("罚站",) * 3 + ("调岗", "骂人"))
]


@pytest.fixture
def served(tmp_path: Path, prepared: Path) -> Iterator[tuple[Watch, OfficersDesk]]:
    """A watch whose HR says “处理名目” for the kind of measure, so that its file was refused."""
    watch = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    watch.push(FeedFile.ROSTER, "工号,部门,姓名,职级", "E001,装配,张三,P1")
    assert payload_of(watch.push(FeedFile.EVENTS, HEAD, *LINES))["state"] == "refused"
    with officers_desk(watch, tmp_path) as desk:
        yield watch, desk
    watch.close()


def word(officer: Officer, text: str) -> Locator:
    """What a name of HR's means."""
    return officer.page.locator(f'[data-test="word"][data-text="{text}"]')


def keeps(officer: Officer, version: int) -> None:
    """Keeps what was chosen, and sees the version that is in force."""
    officer.find("form-keep").click()
    expect(officer.find("form-kept")).to_contain_text(str(version), timeout=PATIENCE)
    officer.look()


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop")])
def test_columns_and_kinds_are_mapped_on_the_page(
    language: str, size: str, served: tuple[Watch, OfficersDesk], chromium: Browser, album_folder: Path
) -> None:
    """A heading is named, the file is taken, a kind is named, its old rows count; double choices are told first."""
    watch, desk = served
    with person(chromium, size, language) as one:
        officer = Officer(one.page, desk, language, one.wrong)
        officer.arrive()
        officer.unlock()
        officer.unlocked()
        officer.find("page-feeds").click()
        officer.look()
        officer.find("feed-row").click()
        expect(officer.find("missing")).to_have_count(1, timeout=PATIENCE)
        officer.look()
        word(officer, "备注").select_option("event_type")
        word(officer, "处理名目").select_option("event_type")
        officer.find("form-keep").click()
        expect(officer.find("form-fault")).not_to_be_empty()
        word(officer, "备注").select_option("")
        keeps(officer, 1)
        assert payload_of(watch.push(FeedFile.EVENTS, HEAD, *LINES))["state"] == "taken"
        one.page.go_back()
        expect(officer.find("feed-row")).to_contain_text("4", timeout=PATIENCE)
        officer.find("feed-row").click()
        expect(officer.find("rare")).to_contain_text("1", timeout=PATIENCE)
        word(officer, "罚站").select_option("verbal_warning")
        one.page.screenshot(path=album_folder / f"{HR_FORM}-{size}-{language}.png", full_page=True)
        keeps(officer, 2)
        assert [row["kind"] for row in watch.rows(EVENTS)].count("verbal_warning") == 3
        assert [(row["source"], row["version"]) for row in watch.rows(FORMS)] == [(SOURCE, 1), (SOURCE, 2)]
        forgets_the_key(officer)
        assert len(watch.rows(FORMS)) == 2


def forgets_the_key(officer: Officer) -> None:
    """Anyone who comes back in time goes on; after half an hour without a touch the page has forgotten the key."""
    page = officer.page
    seen = page.content()
    assert not [name for name in ("E00", "张三", "装配", "骂人") if name in seen]
    page.clock.set_fixed_time(officer.now + timedelta(minutes=29, seconds=30))
    expect(officer.find("quiet-warning")).to_be_visible(timeout=PATIENCE)
    officer.look()
    page.mouse.wheel(0, 10)
    expect(officer.find("quiet-warning")).to_be_hidden()
    page.clock.set_fixed_time(officer.now + timedelta(minutes=60))
    expect(officer.find("forgotten")).to_be_visible(timeout=PATIENCE)
    officer.look()
    expect(page.locator("#passphrase")).to_have_value("")
