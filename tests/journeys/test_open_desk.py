"""The open desk looks for news by itself: new rows, a count in the tab, a word for screen readers, and no form lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Response, expect
from playwright.sync_api import TimeoutError as Late
from sqlalchemy import select

from casework.event_store.store import CASES
from portal.cli.desk.client import OpenedCase, StepLoad, write_step
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.terminal import today
from portal.mailroom.tables import GRANTS
from portal.settings import StoreName
from portal.stores.engines import open_store
from tests.journeys.colleague import Colleague, colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.journeys.test_main_journey import person
from tests.support.commands.yanlu_process import POLICY

pytestmark = pytest.mark.timeout(1800)
A_MINUTE = 60_000
TITLE = {"zh": "办理工作台", "en": "Desk"}
URGENT = {"zh": "紧急", "en": "Urgent"}


def _files(demo: Demo, folder: Path, account: str, lang: str, *, urgent: bool = False) -> None:
    """A report that comes in while the desk is open; back once its case is open and its packet in the batch."""
    store, mailroom = open_store(demo.settings, StoreName.CASES), open_store(demo.settings, StoreName.MAILROOM)

    def known() -> int:
        with store.read() as connection:
            return len(connection.execute(select(CASES.c.case_id)).all())

    def waits() -> bool:
        with mailroom.read() as connection:
            return connection.execute(select(GRANTS.c.grant_id).where(GRANTS.c.waits)).first() is not None

    before = known()
    file_report(demo, ReportRequest("group", POLICY, "other", account, lang, urgent=urgent), folder)
    end = time.monotonic() + PATIENCE / 1000
    while known() == before or waits():
        assert time.monotonic() < end
        time.sleep(0.1)
    store.engine.dispose()
    mailroom.engine.dispose()


def _count(page: Page) -> int:
    """The count in the tab's title."""
    title = page.title()
    return int(title[1 : title.index(")")]) if title.startswith("(") else 0


def _minute(member: Investigator) -> Response:
    """Seconds go by until a look begins, a minute at most; gives its answer. One may be under way before."""
    for _ in range(3):
        with suppress(Late):
            return _look(member, PATIENCE / 3)
    return _look(member, PATIENCE)


def _look(member: Investigator, patience: float) -> Response:
    with member.page.expect_request(lambda call: call.url.endswith("/api/news"), timeout=patience) as look:
        for _ in range(A_MINUTE // 1000 + 1):
            if look.is_done():
                break
            # No further: the page gives a look up that its clock says has had no answer for so long.
            member.page.clock.run_for(1000)
    answer = look.value.response()
    assert answer is not None
    return answer


def _asked(member: Investigator) -> tuple[str, str, tuple[str, ...], int, int]:
    """What somebody on the line sees of a look; where the page gave one up when its minute went by, of the next."""
    for _ in range(3):
        answer = _minute(member)
        with suppress(Error):
            size = len(answer.body())
            return answer.request.method, answer.url, tuple(sorted(answer.request.headers)), answer.status, size
    raise AssertionError("no look was answered")


@pytest.mark.parametrize(("kind", "lang"), [("chromium", "zh"), ("firefox", "en")])
def test_news_comes_to_the_open_desk_within_a_minute(
    demo: Demo, kind: str, lang: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Urgent row, count and spoken word come without a click; no form is lost, and a dead line is borne."""
    browser: Browser = request.getfixturevalue(kind)
    mark = f"{kind}-{lang}"
    with person(browser, "desktop", lang) as one:
        one.page.clock.install()
        member = Investigator(one.page, demo, demo.staff["investigator-a"], lang)
        member.sign_in()
        before = _count(one.page)
        assert one.page.title() == (f"({before}) " if before else "") + TITLE[lang]
        nothing = _asked(member)
        _files(demo, tmp_path, f"{mark} 机器压住了人。", lang, urgent=True)
        something = _asked(member)
        assert nothing == something
        row = member.find("case-row").filter(has_text=f"{mark} 机器")
        expect(row).to_contain_text(URGENT[lang], timeout=PATIENCE)
        expect(row.locator(".urgent")).to_be_visible()
        assert _count(one.page) == before + 1
        expect(one.page.locator('.spoken[role="status"]')).to_contain_text("紧急" if lang == "zh" else "urgent")
        _while_writing(member, demo, tmp_path, mark)
        assert one.witness.complaints == []
        _without_a_line(member)
        # The browser itself says that a call got no answer.
        one.witness.complaints.clear()
        _stops(member)


def _while_writing(member: Investigator, demo: Demo, folder: Path, mark: str) -> None:
    """A colleague acts in the open case: what is being written or chosen stays until it is done."""
    member.find("case-row").filter(has_text=f"{mark} 机器").click()
    expect(member.find("case")).to_be_visible(timeout=PATIENCE)
    with colleague(demo, "investigator-b") as other:
        opened = other.find(f"{mark} 机器", folder)
        _a_reply_is_written(member, demo, folder, mark, lambda: _claims(other, opened))
        opened = other.find(f"{mark} 机器", folder)
        _a_colleague_is_chosen(member, lambda: other.reply(opened, "请问在哪里？", [], folder))


def _claims(other: Colleague, opened: OpenedCase) -> None:
    write_step(other.session, other.staff, opened, StepLoad("taken", today().isoformat()))


def _waits(member: Investigator) -> None:
    expect(member.find("notice")).to_contain_text("填写完成后显示" if member.lang == "zh" else "when you finish")


def _a_reply_is_written(member: Investigator, demo: Demo, folder: Path, mark: str, acts: Callable[[], None]) -> None:
    name = demo.staff["investigator-b"].name[member.lang]
    taken = member.page.locator("#case").get_by_text(name).count()
    member.find("reply").click()
    member.find("compose-text").fill("写到一半")
    acts()
    _files(demo, folder, f"{mark} 另一件事。", member.lang)
    _minute(member)
    expect(member.find("case-row").filter(has_text=f"{mark} 另一件")).to_be_visible(timeout=PATIENCE)
    expect(member.find("compose-text")).to_have_value("写到一半")
    expect(member.find("compose-text")).to_be_focused()
    _waits(member)
    member.find("cancel").click()
    _minute(member)
    member.settled()
    assert member.page.locator("#case").get_by_text(name).count() > taken


def _a_colleague_is_chosen(member: Investigator, acts: Callable[[], None]) -> None:
    member.find("add-details").locator("summary").click()
    member.find("add-whom").select_option(index=1)
    chosen = member.find("add-whom").input_value()
    member.page.locator("#search").focus()
    acts()
    _minute(member)
    _waits(member)
    expect(member.find("add-whom")).to_have_value(chosen)
    expect(member.moments("reply")).to_have_count(0)
    member.find("add-whom").select_option(index=0)
    member.page.locator("#search").focus()
    _minute(member)
    expect(member.moments("reply")).to_have_count(1, timeout=PATIENCE)
    member.settled()


def _without_a_line(member: Investigator) -> None:
    """The server is away: the desk says so, tries again later and later, and says when it is up to date."""
    page, looks = member.page, list[str]()
    page.route("**/api/news", lambda route: (looks.append(route.request.url), route.abort())[1])
    page.clock.run_for(A_MINUTE + 1000)
    expect(member.find("notice")).to_contain_text(
        "没有响应" if member.lang == "zh" else "is not responding", timeout=PATIENCE
    )
    page.clock.run_for(A_MINUTE + 1000)
    assert len(looks) == 1
    page.clock.run_for(A_MINUTE)
    page.wait_for_timeout(1800)
    assert len(looks) == 2
    page.unroute("**/api/news")
    page.clock.run_for(4 * A_MINUTE + 1000)
    member.settled()


def _stops(member: Investigator) -> None:
    """After sign-out nothing is asked any more, and the title says no number."""
    looks: list[str] = []
    member.page.on("request", lambda request: looks.append(request.url) if "/api/news" in request.url else None)
    member.find("sign-out").click()
    expect(member.page.locator("#sign-in-go")).to_be_visible(timeout=PATIENCE)
    member.page.clock.run_for(3 * A_MINUTE)
    assert looks == []
    assert member.page.title() == TITLE[member.lang]
