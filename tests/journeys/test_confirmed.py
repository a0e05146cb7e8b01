"""An office with a witness outside, as pages show it: how old its word is, both clocks, and a page from a disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, Route, expect

import crypto
from portal.office import sign_directory
from portal.release.offline_page import fill_page, office_texts, shell_path
from portal.settings import Settings
from portal.stores.schemas import upgrade_stores
from portal.wiring.intake import build_intake
from tests.journeys.reporter import PATIENCE, Reporter, Told, hook
from tests.journeys.test_main_journey import person
from tests.journeys.test_offline_page import SITE
from tests.support.offices.edge import settings_for
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores
from tests.support.transparency_log.log_witness import Outside, confirmed

pytestmark = pytest.mark.timeout(1800)
DAY: Final = 86400
UNION: Final = Outside("union.example")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the office and its stores lie."""
    return tmp_path_factory.mktemp("witnessed")


@pytest.fixture(scope="module")
def office(folder: Path) -> OfficeForTests:
    """An office with one witness, signed a month ago."""
    return make_office(folder, today=date.today() - timedelta(days=30), witnesses=[UNION.line])


@pytest.fixture(scope="module")
def settings(folder: Path, office: OfficeForTests) -> Settings:
    """Its stores, up to date."""
    assert office.folder.root().witnesses.k == 1
    found = settings_for(embedded_stores(folder), folder)
    upgrade_stores(found)
    return found


@pytest.fixture(scope="module")
def intake(settings: Settings) -> Iterator[str]:
    """Its pages."""
    with live_intake(settings, start=None) as address:
        yield address


def _shown(page: Page, office: OfficeForTests, days: float) -> None:
    """What the server shows: the document that the witness confirmed so many days ago."""
    content = confirmed(office.folder, UNION, int(time.time() - days * DAY))

    def show(route: Route) -> None:
        route.fulfill(body=content, content_type="application/json")

    page.unroute("**/office/office.json")
    page.route("**/office/office.json", show)


def _day(days: float) -> str:
    """The day of so many days ago as a page in Chinese writes it."""
    day = datetime.now(UTC) - timedelta(days=days)
    return f"{day.year}年{day.month}月{day.day}日"


def test_pages_say_how_old_the_last_word_of_a_witness_is(
    office: OfficeForTests, intake: str, chromium: Browser
) -> None:
    """After a day nothing, after thirteen when and until when, after fifteen no report, both clocks and other roads."""
    with person(chromium, "phone", "zh") as one:
        page = one.page
        _shown(page, office, 1)
        page.goto(f"{intake}/zh/#c={office.code}")
        expect(hook(page, "office-verified")).to_be_visible(timeout=PATIENCE)
        assert hook(page, "confirmed").count() == 0
        _shown(page, office, 13)
        page.reload()
        expect(hook(page, "confirmed")).to_contain_text(f"是在{_day(13)}", timeout=PATIENCE)
        expect(hook(page, "confirmed")).to_contain_text(f"{_day(-1)}之后这里不再受理")
        _shown(page, office, 15)
        page.reload()
        expect(hook(page, "lapsed")).to_contain_text(f"确认是在{_day(15)}", timeout=PATIENCE)
        expect(hook(page, "lapsed")).to_contain_text("此后没有单位以外的见证方再确认过")
        expect(hook(page, "go-report")).to_be_hidden()
        expect(hook(page, "go-mailbox")).to_be_visible()
        page.goto(f"{intake}/zh/report/#c={office.code}")
        page.reload()
        refused = hook(page, "gate-refused")
        expect(refused).to_contain_text(f"自{_day(15)}", timeout=PATIENCE)
        expect(refused).to_contain_text("没有单位以外的见证方确认受理人员名录")
        expect(refused.locator("h2")).to_have_text("现在无法在这里提交新举报。")
        expect(refused).to_contain_text(f"时钟显示{_day(0)}")
        expect(hook(page, "other-roads")).to_be_visible()
        assert hook(page, "step-title").count() == 0


def test_a_phone_whose_clock_is_two_days_behind_is_shown_both_clocks(
    office: OfficeForTests, intake: str, chromium: Browser
) -> None:
    """The witness signed two days from now, as this phone sees it; a day and an hour do no harm."""
    with person(chromium, "phone", "zh") as one:
        page = one.page
        _shown(page, office, -2)
        page.goto(f"{intake}/zh/#c={office.code}")
        refused = hook(page, "gate-refused")
        expect(refused).to_contain_text(f"见证方于{_day(-2)}", timeout=PATIENCE)
        expect(refused).to_contain_text(f"时钟显示{_day(0)}")
        expect(refused).to_contain_text("请检查时钟")
        expect(refused.locator("h2")).to_have_text("请检查这台设备的时钟")
        _shown(page, office, -25 / 24)
        page.reload()
        expect(hook(page, "office-verified")).to_be_visible(timeout=PATIENCE)


def test_a_document_that_no_witness_confirmed_is_refused(
    office: OfficeForTests, intake: str, chromium: Browser
) -> None:
    """What the office itself has signed, and nobody outside has seen yet."""
    with person(chromium, "phone", "zh") as one:
        one.page.goto(f"{intake}/zh/#c={office.code}")
        expect(hook(one.page, "gate-refused")).to_contain_text("见证方没有确认", timeout=PATIENCE)


def _carried(office: OfficeForTests, page: Path, days: float) -> Path:
    """The page for a disk, made when the witness had confirmed the office so many days ago."""
    content = confirmed(office.folder, UNION, int(time.time() - days * DAY))
    form = (SITE / "intake" / shell_path("zh")).read_bytes()
    page.write_bytes(fill_page(form, office_texts(office.folder, content, demo=True)))
    return page


def _open(page: Page, file: Path, code: str) -> None:
    page.context.set_offline(True)
    page.goto(file.as_uri())
    hook(page, "office-code").fill(code)
    hook(page, "office-code-check").click()


def test_a_page_of_last_month_seals_and_its_bundle_is_taken_late(
    office: OfficeForTests, settings: Settings, chromium: Browser, tmp_path: Path
) -> None:
    """It says as of when, one of 93 days ago seals nothing, and what was sealed is taken after the next directory."""
    with person(chromium, "phone", "zh") as one:
        _open(one.page, _carried(office, tmp_path / "old.html", 93), office.code)
        expect(hook(one.page, "gate-refused")).to_be_visible(timeout=PATIENCE)
        _open(one.page, _carried(office, tmp_path / "month.html", 29), office.code)
        expect(hook(one.page, "offline-as-of")).to_contain_text(f"截至{_day(29)}", timeout=PATIENCE)
        reporter = Reporter(one.page, "", "", "zh")
        reporter.tell(Told("仓库的验收单是事后补签的。"))
        reporter.send()
        with one.page.expect_download(timeout=PATIENCE) as kept:
            hook(one.page, "save-bundle").click()
        bundle = Path(kept.value.path()).read_bytes()
    sign_directory(office.folder, office.enrolled(), office.keepers, date.today())
    app = build_intake(settings)
    taken = app.test_client().post("/api/bundles", data=bundle, content_type="application/octet-stream")
    app.extensions["yanlu_mailroom"].store.engine.dispose()
    assert taken.status_code == 201
    assert crypto.read_office(office.folder.shown()).checkpoint is None
