"""The end of the office's directory, in real browsers: announced, closed to new reports, open to who waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.cli.reporter.reporting import ReportRequest as Report
from portal.office import OfficeFolder, members_of, read_keeper, sign_directory
from portal.settings import Settings
from tests.journeys.colleague import file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import PATIENCE, Investigator
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import Reporter, hook
from tests.journeys.test_main_journey import Stage, person
from tests.support.commands.yanlu_process import POLICY, yanlu

VALID = 92
WORDS = "仓库的账对不上"
HOLDER = "investigator-b"


def ends_in(settings: Settings, days: int) -> None:
    """The keepers sign once more, so long ago that this directory ends in so many days from now."""
    folder = OfficeFolder(settings.office)
    office = folder.root().office
    keepers = [read_keeper(file, office) for file in sorted((folder.path / "keepers").glob("*.key"))]
    day = datetime.now(UTC).date() - timedelta(days=VALID - days)
    sign_directory(folder, members_of(folder.directory() or ""), keepers, day)


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """A copy of the shared demo, whose directory these tests let end."""
    with moved_demo(demo, tmp_path_factory.mktemp("ending"), {}) as moved:
        yield moved


def signed_in(page: Page, demo: Demo) -> Investigator:
    """A holder at the desk."""
    member = Investigator(page, demo, demo.staff[HOLDER], "zh")
    member.sign_in()
    return member


@pytest.mark.timeout(1800)
def test_who_waits_still_reads_and_answers(office: MovedDemo, browser: Browser, tmp_path: Path) -> None:
    """On the first day after the end a holder answers, the reporter reads it and writes back; nobody reports again."""
    words = f"{WORDS} {browser.browser_type.name}"
    ends_in(office.settings, 1)
    receipt = file_report(office, Report("group", POLICY, "other", words, "zh"), tmp_path)
    ends_in(office.settings, 0)
    with person(browser, "desktop", "zh") as one:
        member = signed_in(one.page, office)
        expect(member.find("directory-end")).to_have_attribute("data-stand", "lapsed")
        member.open(words)
        member.take()
        member.reply("名录虽已到期，仍在处理。")
        with Stage(office, browser, "phone", "zh").reporter() as waiting:
            waiting.look = lambda _step: None  # pyright: ignore[reportAttributeAccessIssue]
            answers(waiting, receipt)
        member.refresh()
        member.open(words)
        expect(member.moments("message")).to_contain_text("谢谢，我等着。", timeout=PATIENCE)
        add_is_refused(member)


def answers(waiting: Reporter, receipt: str) -> None:
    """The first page says what is closed and what is not; the mailbox opens, and takes an answer."""
    waiting.arrive()
    expect(waiting.find("lapsed")).to_contain_text("现在无法在这里提交新举报")
    waiting.find("go-mailbox").click()
    waiting.enter(receipt)
    expect(waiting.find("mailbox")).to_be_visible(timeout=PATIENCE)
    expect(waiting.find("lapsed")).to_contain_text("仍可在此查看和回复")
    expect(waiting.find("reply-text")).to_contain_text("仍在处理")
    # What would be sealed to people whom the list names is not offered.
    for offered in ("naming-card", "guard-part"):
        expect(waiting.find(offered)).to_have_count(0)
    waiting.reply("谢谢，我等着。")


def add_is_refused(member: Investigator) -> None:
    """The case is given to nobody because a directory that has ended names them."""
    member.find("add-details").locator("summary").click()
    member.find("add-whom").select_option("investigator-c")
    member.find("add-colleague").click()
    expect(member.page.locator("#alarm")).to_contain_text("名录已过期", timeout=PATIENCE)
    expect(member.holder("investigator-c")).to_have_count(0)


def test_a_new_report_is_refused_with_the_other_roads(office: MovedDemo, browser: Browser) -> None:
    """The page of a new report asks nothing: it says why, names the other roads, and leads to the mailbox."""
    ends_in(office.settings, 0)
    with person(browser, "phone", "zh") as one:
        one.page.goto(f"{office.intake}/zh/report/#c={office.code}")
        expect(hook(one.page, "gate-refused")).to_be_visible(timeout=PATIENCE)
        expect(hook(one.page, "step-title")).to_have_count(0)
        roads = hook(one.page, "other-roads")
        known = OfficeFolder(office.settings.office).config().entities[0].roads.root["zh"]
        expect(roads).to_contain_text(known)
        hook(one.page, "to-mailbox").click()
        expect(hook(one.page, "receipt-input")).to_be_visible(timeout=PATIENCE)


def test_thirty_days_after_the_end_nothing_opens(office: MovedDemo, chromium: Browser) -> None:
    """On the thirtieth day the mailbox page still asks for the receipt, on the thirty-first it refuses the office."""
    with person(chromium, "phone", "zh") as one:
        for days, shown in ((-29, "receipt-input"), (-30, "gate-refused")):
            ends_in(office.settings, days)
            one.page.goto("about:blank")
            one.page.goto(f"{office.intake}/zh/mailbox/#c={office.code}")
            expect(hook(one.page, shown)).to_be_visible(timeout=PATIENCE)


def test_the_end_is_announced_at_the_desk(office: MovedDemo, chromium: Browser) -> None:
    """Nothing 22 days before; amber from 21 days before, red from three, with the day and how many are left."""
    with person(chromium, "desktop", "zh") as one:
        ends_in(office.settings, 22)
        member = signed_in(one.page, office)
        expect(member.find("directory-end")).to_have_count(0)
        for days, stand, look in (
            (21, "ending", "notice-care"),
            (4, "ending", "notice-care"),
            (3, "pressing", "notice-alarm"),
        ):
            ends_in(office.settings, days)
            member.refresh()
            expect(member.find("directory-end")).to_have_attribute("data-stand", stand)
            expect(member.find("directory-end")).to_have_class(f"notice {look}")
            expect(member.find("directory-end")).to_contain_text(f"还有 {days} 天")


def test_the_command_line_says_so_too(office: MovedDemo, tmp_path: Path) -> None:
    """`inbox` reads and answers and says until when; `report` refuses; `office` and `staff` announce the end."""
    ends_in(office.settings, 1)
    receipt = file_report(office, Report("group", POLICY, "other", "由命令行", "zh"), tmp_path)
    kept = tmp_path / "receipt"
    kept.write_text(receipt, "utf-8")
    place = ("--office", office.intake, "--office-key", office.code)
    with office.own_cost():
        ends_in(office.settings, 0)
        last = (datetime.now(UTC).date() + timedelta(days=29)).isoformat()
        read = yanlu(
            "--lang",
            "en",
            "inbox",
            *place,
            "--receipt-file",
            kept,
            "--text-file",
            "-",
            stdin="仍在",
            settings=office.settings,
        )
        assert (read.code, f"until {last}" in read.err) == (0, True), read.err
        refused = yanlu("--lang", "en", "report", *place, "--policy", POLICY, "--questions", settings=office.settings)
        assert (refused.code, "no longer valid" in refused.err) == (3, True), refused.err
        for command in (("office", "show"), ("staff", "list")):
            said = yanlu("--lang", "en", *command, settings=office.settings)
            assert (said.code, f"until {last}" in said.err) == (0, True), said.err
        ends_in(office.settings, 3)
        assert "Urgent: the directory ends" in yanlu("--lang", "en", "office", "show", settings=office.settings).err
        ends_in(office.settings, 22)
        assert "directory ends" not in yanlu("--lang", "en", "office", "show", settings=office.settings).err
        ends_in(office.settings, -30)
        assert yanlu("--lang", "en", "inbox", *place, "--receipt-file", kept, settings=office.settings).code == 3
