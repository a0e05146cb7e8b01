"""The watch from end to end in the browser: a wish for protection, forty weeks of HR's feed, and what comes of them."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from crypto.framing import b64encode
from crypto.sealing.age import open_sealed
from portal.cli.desk.profile import Profile
from portal.cli.transparency_log.log_places import files_at
from portal.mailroom.tables import MAILBOXES
from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.transparency_log.verifying import verify_files
from retaliation_watch.store import ALERTS, ENTRIES
from retaliation_watch.weekly_run.evidence_file import evidence_entry
from tests.journeys.officer import Officer
from tests.journeys.reporter import PATIENCE, SEALING, Reporter, Told
from tests.journeys.test_main_journey import person
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.office_with_watch import ENTITY, SEATS, Hr, Measure, OfficeAtWork, watched_office
from tests.support.offices.watch import OFFICER
from tests.support.stores.backends import ready_embedded_stores

pytestmark = pytest.mark.timeout(1800)
EMPLOYEE = "0000002"
ACTS = (
    Measure(20, "written_warning"),
    Measure(22, "demotion"),
    Measure(23, "pay_cut", "10000", "8000"),
    Measure(25, "written_warning"),
)
# The first of the forty weeks is the second one of the office.
WEEKS, FED = 40, 1
CARRIED, DELAY = 8, 7
COMPLAINTS = ("zh",)
"""Where the office runs the policy of its own; elsewhere the category of another one has to do."""
WORDS = {
    "zh": ("验收单是假的。", "先是警告，后来降了职"),
    "en": ("The acceptance forms are false.", "A warning first, then demoted"),
}


@pytest.fixture
def work(tmp_path: Path, prepared: Path, language: str) -> Iterator[OfficeAtWork]:
    """An office whose keepers have switched a watch on; the English one has no policy for such complaints."""
    stores = ready_embedded_stores(tmp_path, prepared)
    with watched_office(stores, tmp_path, complaints=language in COMPLAINTS) as made:
        yield made


@dataclass
class Stage:
    """Who plays, in which language, and where files go."""

    work: OfficeAtWork
    browser: Browser
    language: str
    folder: Path

    @property
    def request(self) -> Path:
        """What the officer saves for those who give a share."""
        return self.folder / "request.json"

    @contextmanager
    def reporter(self) -> Generator[Reporter]:
        """A reporter in front of the page, on the day that it is."""
        with person(self.browser, "phone", self.language) as one:
            one.page.clock.set_fixed_time(self.work.hands.now)
            reporter = Reporter(one.page, self.work.intake, self.work.office.code, self.language)
            reporter.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
            yield reporter

    @contextmanager
    def officer(self) -> Generator[Officer]:
        """The officer, who has unlocked the key."""
        with person(self.browser, "phone", self.language) as one:
            officer = Officer(one.page, self.work.desk, self.language, one.wrong, self.work.hands.now)
            officer.arrive()
            officer.unlock()
            officer.unlocked()
            yield officer


def asks_for_protection(reporter: Reporter, words: str) -> str:
    """Reports, and asks with the receipt to be looked after; gives the receipt."""
    reporter.arrive()
    reporter.start_report()
    reporter.tell(Told(words, entity=ENTITY))
    receipt = reporter.send()
    reporter.type_back(receipt)
    reporter.find("offer-next").click()
    reporter.offered("guard")
    reporter.find("guard-reporter").check()
    reporter.find("guard-employee").fill(EMPLOYEE)
    reporter.end()
    return receipt


def opens_packets(officer: Officer, work: OfficeAtWork, key: Path) -> None:
    """Everything that waits is opened in the page."""
    key.write_text(f"{work.key.text}\n", "ascii")
    officer.find("page-protected").click()
    officer.page.set_input_files("#officers-key", key)
    officer.find("packets-open").click()
    expect(officer.find("sitting")).to_be_visible(timeout=SEALING)
    officer.look()


def enters_the_reporter(officer: Officer, work: OfficeAtWork, key: Path) -> None:
    """One wish among dummies becomes an entry among cover."""
    opens_packets(officer, work, key)
    expect(officer.find("wish")).to_have_count(1)
    officer.find("enter").click()
    expect(officer.find("entered")).to_be_visible(timeout=SEALING)
    officer.look()
    people = {row["person"] for row in rows(work, ENTRIES)}
    assert work.context.key.pseudonym(ENTITY, EMPLOYEE) in people
    assert len(people) > 10


def rows(work: OfficeAtWork, table: Any) -> list[dict[str, Any]]:
    """What the watch keeps."""
    with work.context.store.read() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def feeds(work: OfficeAtWork, hr: Hr) -> tuple[int, dict[str, Any]]:
    """HR pushes and the host looks, week after week; gives the week that told of this employee, and what it is now."""
    person = work.context.key.pseudonym(ENTITY, EMPLOYEE)
    found: list[int] = []
    for week in range(1, WEEKS + 1):
        work.hands.now += timedelta(weeks=1)
        hr.push()
        if work.look() and not found:
            found = [week for row in rows(work, ALERTS) if row["person"] == person]
    (evidence,) = (json.loads(row["evidence"]) for row in rows(work, ALERTS) if row["person"] == person)
    return found[0], evidence


def opens_the_alert(officer: Officer, sentence: str) -> None:
    """The one that says this; cover has alerts too, which nobody can tell from it."""
    row = officer.find("alert-row").filter(has_text=sentence)
    expect(row).to_have_count(1)
    officer.look()
    row.click()
    expect(officer.find("alert-title")).to_be_visible(timeout=PATIENCE)


def checks_silently(officer: Officer, sentence: str) -> None:
    """The alert reads as evidence; that files were looked at, at the desk, is noted."""
    opens_the_alert(officer, sentence)
    expect(officer.find("sentence")).to_have_text(sentence)
    expect(officer.find("measures").locator("tbody tr")).not_to_have_count(0)
    officer.look()
    officer.find("state-checked").click()
    expect(officer.find("state")).to_have_attribute("data-state", "checked")


def answers_yes(reporter: Reporter, receipt: str, words: str) -> None:
    """The mailbox asks before it opens."""
    reporter.arrive()
    reporter.find("go-mailbox").click()
    reporter.enter(receipt)
    expect(reporter.find("checkin")).to_be_visible(timeout=PATIENCE)
    reporter.look("checkin")
    reporter.find("checkin-yes").check()
    reporter.find("change-rating").check()
    reporter.find("checkin-text").fill(words)
    reporter.find("checkin-send").click()
    expect(reporter.find("worse")).to_be_visible(timeout=SEALING)
    reporter.look("worse")


def saves_evidence(officer: Officer, work: OfficeAtWork, sentence: str) -> bytes:
    """The file opens for the officer and the outside seat alone; gives what the log is to know of it."""
    opens_the_alert(officer, sentence)
    officer.find("readers").click()
    officer.page.check(f"#reader-{SEATS[1]}")
    with officer.page.expect_download() as download:
        officer.find("save-evidence").click()
    sealed = Path(download.value.path()).read_bytes()
    assert sentence.encode() not in sealed
    one, other = (open_sealed(sealed, work.office.staff[name].identity, 8) for name in (OFFICER, SEATS[1]))
    assert one == other
    told = json.loads(one)["evidence"]
    assert (told["told"][0]["level"], told["sentence"][officer.language]) == ("amber", sentence)
    expect(officer.find("saved")).to_be_visible()
    officer.look()
    return evidence_entry(work.office.office, one)


def asks_for_the_link(officer: Officer, work: OfficeAtWork, key: Path, words: str, to: Path) -> None:
    """The answer is read, and its link to the case asked for."""
    opens_packets(officer, work, key)
    expect(officer.find("answer")).to_contain_text(words)
    officer.find("answer-link").click()
    officer.find("link-reason").fill("回访答有变差")
    with officer.page.expect_download() as download:
        officer.find("link-ask").click()
    expect(officer.find("link-asked")).to_contain_text(str(DELAY))
    officer.look()
    download.value.save_as(to)


def opens_the_link(officer: Officer, request: Path, shares: list[Path]) -> str:
    """A share of each side opens it; gives the case."""
    officer.find("page-protected").click()
    officer.page.set_input_files("#open-request", request)
    officer.page.set_input_files("#open-shares", shares)
    officer.find("open-links").click()
    expect(officer.find("opened-case")).to_have_count(1)
    officer.look()
    return officer.find("opened-case").inner_text()


def reports_retaliation(reporter: Reporter, work: OfficeAtWork, words: str) -> str:
    """What was answered becomes a report of its own, by the reporter's hand; gives its receipt."""
    reporter.page.clock.set_fixed_time(work.hands.now)
    reporter.find("worse-report").click()
    if reporter.lang in COMPLAINTS:
        expect(reporter.find("policy-company-retaliation")).to_be_checked()
    category = "appraisal" if reporter.lang in COMPLAINTS else "retaliation"
    expect(reporter.find(f"category-{category}")).to_be_checked()
    expect(reporter.find("account")).to_have_value(re.compile(re.escape(words)))
    reporter.look("worse-account")
    while not reporter.find("send").is_visible():
        reporter.find("next").click()
    receipt = reporter.send()
    reporter.finish(receipt)
    return receipt


def cases(work: OfficeAtWork) -> set[str]:
    """Every case that came."""
    store = open_store(work.settings, StoreName.MAILROOM)
    with store.read() as connection:
        found = {b64encode(bytes(case)) for case in connection.scalars(select(MAILBOXES.c.case_id)) if case}
    store.engine.dispose()
    return found


def is_in_the_log(work: OfficeAtWork, entry: bytes) -> bool:
    """Whether the log that intake publishes has an entry."""
    with files_at(work.intake) as files:
        return verify_files(files, work.office.code, work.hands.now).entered(entry) is not None


class Seat:
    """Anyone who gives a share, with `yanlu watch unseal share` against the log that intake publishes."""

    def __init__(
        self, work: OfficeAtWork, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        self.work, self.folder, self.capsys, self.patch = work, folder, capsys, patch
        self.profile = Profile(folder / "profile")
        self.profile.start(
            "http://desk", work.office.code, SEATS[0], {"v": 1, "salt": "A" * 22, "nonce": "A" * 16, "box": "A" * 64}
        )

    def share(self, seat: str, request: Path) -> tuple[int, Path]:
        """How the command ended, and the share's file."""
        out = self.folder / f"{seat}.share"
        now, work = self.work.hands.now, self.work
        own = (self.profile, work.office.staff[seat], work.office.folder.verified(now.date()))
        line = ("watch", "unseal", "share", "--links", request, "--log", work.intake, "--out", out)
        with self.patch.context() as patch:
            patch.setattr("portal.cli.watch.unsealing.offline", lambda *_: own)
            patch.setattr("portal.cli.watch.unsealing.system_clock", lambda: now)
            more = ("--profile", self.folder / "profile", "--json")
            return inside(self.capsys, patch, work.settings, *line, *more).code, out


@pytest.fixture
def seat(
    work: OfficeAtWork, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Seat:
    """The commands of those who open links."""
    return Seat(work, tmp_path, capsys, monkeypatch)


def becomes_protected(stage: Stage) -> tuple[str, str]:
    """The reporter's wish goes the worker's way to the watch and is entered; gives the receipt and the case."""
    work = stage.work
    with stage.reporter() as reporter:
        receipt = asks_for_protection(reporter, WORDS[stage.language][0])
    work.wait(0)
    (case,) = cases(work)
    work.wait(CARRIED)
    return receipt, case


def unseals(stage: Stage, seat: Seat) -> str:
    """Before its time no share is given; after it one of each side opens the link. Gives the case."""
    stage.work.wait(1)
    assert seat.share(SEATS[0], stage.request)[0] == 3
    stage.work.wait(DELAY)
    given = [seat.share(name, stage.request) for name in SEATS]
    assert [code for code, _ in given] == [0, 0]
    with stage.officer() as officer:
        return opens_the_link(officer, stage.request, [file for _, file in given])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_watch_from_a_wish_to_a_case(
    language: str, work: OfficeAtWork, chromium: Browser, tmp_path: Path, seat: Seat
) -> None:
    """A reporter is entered, HR retaliates, the alert is checked, the answer is yes; a link opens and a case comes."""
    stage, hr = Stage(work, chromium, language, tmp_path), Hr(work.context, EMPLOYEE, ACTS)
    key, worse = tmp_path / "officers.key", WORDS[language][1]
    receipt, case = becomes_protected(stage)
    hr.push()
    with stage.officer() as officer:
        enters_the_reporter(officer, work, key)
    week, told = feeds(work, hr)
    assert ACTS[0].week < week + FED <= ACTS[-1].week + 1
    assert told["told"][0]["level"] == "amber"
    assert told["day"] == work.hands.now.date().isoformat() > told["since"]
    sentence = told["sentence"][language]
    work.sign()
    with stage.officer() as officer:
        checks_silently(officer, sentence)
    with stage.reporter() as reporter:
        answers_yes(reporter, receipt, worse)
        work.wait(CARRIED)
        with stage.officer() as officer:
            entry = saves_evidence(officer, work, sentence)
            asks_for_the_link(officer, work, key, worse, stage.request)
        assert unseals(stage, seat) == case
        assert is_in_the_log(work, entry)
        fresh = reports_retaliation(reporter, work, worse)
    work.wait(0)
    assert fresh != receipt
    assert len(cases(work)) == 2
