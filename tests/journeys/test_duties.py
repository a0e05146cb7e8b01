"""Recurring duties at the desk: every member sees them, their owners sign, and no server shows one as done."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from casework.policy.reader import shipped_bindings
from crypto.office.duty_done import DutyDone, sign_duty_done
from portal.office import OfficeFolder
from portal.office.recurring_duties import FILE
from tests.journeys.colleague import colleague
from tests.journeys.investigator import SIGN_IN, Investigator
from tests.journeys.moved import MovedDemo
from tests.journeys.reporter import SEALING
from tests.journeys.test_main_journey import Stage, person
from tests.support.attacks.forged_documents import instead
from tests.support.attacks.tampering_proxy import lying_proxy
from tests.support.offices.shifted_clock import widen

pytestmark = pytest.mark.timeout(1800)
BOX, OTHERS = "customer-callback-workorder", "quality-system-complaint"
DUTY, OWNER, SECOND = "channel-box", "investigator-a", "investigator-b"
QUIET = 1_000
PICTURES = os.environ.get("DUTY_PICTURES")
SAID = {
    "en": {
        "ahead": "in the future",
        "before": "An earlier day does not count",
        "again": "has already signed for this day",
        "signed": "Signed:",
        "none": "Nobody has signed yet",
    },
    "zh": {
        "ahead": "这个日期还没有到",
        "before": "更早的日期不计入",
        "again": "已就这一天签过名",
        "signed": "已签名",
        "none": "尚未有人签名确认已办",
    },
}


@pytest.fixture
def boxes(office: MovedDemo) -> MovedDemo:
    """The demo's office with a box that one member empties daily, for five days by now, and another policy's duties."""
    folder = OfficeFolder(office.settings.office)
    folder.own_texts.mkdir(exist_ok=True)
    held = f'[holders]\ncallback-specialist = ["{OWNER}"]\ndepartment-manager = ["{SECOND}"]\n'
    begun = office.day - timedelta(days=5)
    text = f"effective = {begun}\n{shipped_bindings(BOX).decode()}\n{held}"
    (folder.own_texts / f"{BOX}.bindings.toml").write_text(text, "utf-8")
    group = ("group", [OWNER, SECOND, "registrar-a", "approver-a"])
    widen(office.settings, {BOX: group, OTHERS: group}, office.day)
    return office


@contextmanager
def _member(stage: Stage, boxes: MovedDemo, name: str) -> Generator[Investigator]:
    """A member, signed in, whose browser has the office's time: by the machine's it may be another day."""
    with person(stage.browser, stage.size, stage.lang) as one:
        one.page.clock.set_fixed_time(boxes.moved.now)
        member = Investigator(one.page, boxes, boxes.staff[name], stage.lang)
        member.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
        member.sign_in()
        yield member
        assert one.witness.origins == {boxes.desk}


def _asked(member: Investigator) -> list[str]:
    """What a refresh asks of duties and rules."""
    calls = list[str]()
    member.page.on("request", lambda one: calls.append(one.url))
    member.refresh()
    return sorted({url for url in calls if "/api/duties" in url or "/office/rules/" in url})


def _card(member: Investigator) -> Locator:
    return member.page.locator(f'[data-duty="{BOX}/{DUTY}"]')


def _open(member: Investigator) -> Locator:
    member.find("duties-open").click()
    expect(member.page.locator("#case-title")).to_be_focused()
    expect(_card(member)).to_be_visible(timeout=SEALING)
    return _card(member)


def _close(member: Investigator) -> None:
    if member.find("back").is_visible():
        member.find("back").click()
    else:
        member.page.locator("#case-title").focus()
        member.page.keyboard.press("Escape")
    expect(member.find("duties-page")).to_have_count(0)


def _sign(card: Locator, day: date) -> None:
    card.locator('[data-test="duty-day"]').fill(day.isoformat())
    card.locator('[data-test="duty-done"]').click()


def _refuses(card: Locator, day: date, words: str) -> None:
    _sign(card, day)
    expect(card.locator('[data-test="duty-fault"]')).to_contain_text(words)


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "en"), ("firefox", "phone", "zh")])
def test_the_owner_signs_on_the_page_and_every_member_sees_it(
    boxes: MovedDemo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Late before, done after; a day to come, one before it began and the same day again are refused in a sentence."""
    browser: Browser = request.getfixturevalue(kind)
    said, today, stage = SAID[lang], boxes.day, Stage(boxes, browser, size, lang)
    with _member(stage, boxes, OWNER) as member:
        owed = int(member.find("duties-due").inner_text())
        line = member.page.locator(f"#today-duty-{BOX}-{DUTY}")
        expect(member.find("today-duty")).to_have_count(owed)
        member.look("duties on the first page")
        asked = _asked(member)
        line.click()
        card = _card(member)
        expect(card).to_have_attribute("data-state", "overdue", timeout=SEALING)
        expect(card.locator('[data-test="duty-last"]')).to_contain_text(said["none"])
        expect(card.locator('[data-test="duty-missed"]')).to_be_visible()
        expect(member.find("duty").first).to_have_attribute("data-duty", f"{BOX}/{DUTY}")
        _picture(member, f"late-{lang}")
        member.look("duties")
        _refuses(card, today + timedelta(days=1), said["ahead"])
        _refuses(card, today - timedelta(days=6), said["before"])
        member.look("refused duty")
        _sign(card, today)
        expect(member.find("duty-status")).to_contain_text(said["signed"], timeout=SEALING)
        expect(_card(member)).to_have_attribute("data-state", "done")
        expect(_card(member).locator('[data-test="duty-last"]')).to_contain_text(boxes.staff[OWNER].name[lang])
        expect(member.find("duties-hidden")).to_have_count(0)
        _refuses(_card(member), today, said["again"])
        _picture(member, f"done-{lang}")
        _close(member)
        expect(member.page.locator("#duties")).to_be_focused()
        expect(member.find("today-duty")).to_have_count(owed - 1)
        expect(line).to_have_count(0)
    with _member(stage, boxes, SECOND) as colleague_:
        assert _asked(colleague_) == asked != []
        card = _open(colleague_)
        expect(card).to_have_attribute("data-state", "done")
        expect(card.locator('[data-test="duty-last"]')).to_contain_text(boxes.staff[OWNER].name[lang])
        expect(card.locator('[data-test="duty-done"]')).to_have_count(0)


def _lies(boxes: MovedDemo) -> tuple[str, str, dict[str, list[list[str]]]]:
    """A true statement, one of a member without the role, and answers of the server by the notice that they bring."""
    today, before = boxes.day, boxes.day - timedelta(days=4)
    with colleague(boxes, OWNER) as owner, colleague(boxes, SECOND) as second:
        honest = sign_duty_done(owner.staff, DutyDone(BOX, DUTY, before.isoformat())).decode()
        foreign = sign_duty_done(second.staff, DutyDone(BOX, DUTY, today.isoformat())).decode()
    renamed = foreign.replace(SECOND, OWNER)
    moved = honest.replace(before.isoformat(), today.isoformat())
    buried = [*(f"{lie}{' ' * count}" for lie in (moved, renamed) for count in range(70)), honest]
    forged = [[renamed], [moved, honest], [honest, "{}"], ["no JSON"], [f"{moved} "], buried]
    past = [[foreign], [foreign, honest], [honest, foreign, honest]]
    return honest, foreign, {"duties-past": past, "duties-forged": forged}


def test_no_lie_of_the_server_shows_a_duty_as_done(boxes: MovedDemo, chromium: Browser) -> None:
    """A changed signature, another's word, a day moved, another role's word, a true one buried: late all the same."""
    honest, foreign, lies = _lies(boxes)
    missed: dict[bool, set[str]] = {True: set(), False: set()}
    with lying_proxy(boxes.desk) as proxy, person(chromium, "desktop", "en") as one:
        one.witness.expected.append("404 (Not Found)")
        one.page.clock.set_fixed_time(boxes.moved.now)
        member = Investigator(one.page, boxes, boxes.staff[OWNER], "en", url=proxy.url)
        member.sign_in()
        for alarm, answers in lies.items():
            for lines in answers:
                proxy.alter = instead("/api/duties", json.dumps({"statements": lines}).encode())
                card = _open(member)
                expect(member.find(alarm), str(lines)).to_be_visible()
                expect(card).to_have_attribute("data-state", "overdue")
                shown = boxes.staff[OWNER].name["en"] if honest in lines else SAID["en"]["none"]
                expect(card.locator('[data-test="duty-last"]')).to_contain_text(shown)
                expect(card.locator('[data-test="duty-past"]')).to_have_count(int(foreign in lines))
                missed[honest in lines].add(card.locator('[data-test="duty-missed"]').inner_text())
                _close(member)
        assert [len(counts) for counts in missed.values()] == [1, 1], missed
        _hides_what_was_signed(
            member, boxes, lambda: setattr(proxy, "alter", instead("/api/duties", b'{"statements":[]}'))
        )
        _close(member)
        _open(member)
        expect(member.find("duties-hidden")).to_be_visible()
        proxy.alter = instead("/office/rules/", b"{}", 404)
        _close(member)
        member.find("duties-open").click()
        expect(member.find("duties-lost")).to_contain_text(BOX)


def _hides_what_was_signed(member: Investigator, boxes: MovedDemo, hide: Callable[[], None]) -> None:
    """The server takes a statement and does not show it."""
    hide()
    _sign(_open(member), boxes.day)
    expect(member.find("duties-hidden")).to_be_visible(timeout=SEALING)
    expect(_card(member)).to_have_attribute("data-state", "overdue")


def test_what_others_signed_meanwhile_is_asked_for_by_itself(boxes: MovedDemo, chromium: Browser) -> None:
    """The same day came by file while the page stood open: refused in a sentence, and the list is the newest."""
    with colleague(boxes, OWNER) as owner:
        line = sign_duty_done(owner.staff, DutyDone(BOX, DUTY, boxes.day.isoformat()))
    with person(chromium, "desktop", "en") as one:
        one.witness.expected.append("409 (CONFLICT)")
        one.page.clock.set_fixed_time(boxes.moved.now)
        member = Investigator(one.page, boxes, boxes.staff[OWNER], "en")
        member.sign_in()
        card = _open(member)
        (boxes.settings.office / FILE).write_bytes(line + b"\n")
        _sign(card, boxes.day)
        expect(member.find("duty-status")).to_contain_text("Open Duties again", timeout=SEALING)
        expect(_card(member)).to_have_attribute("data-state", "done")


def _picture(member: Investigator, name: str) -> None:
    if PICTURES:
        member.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_who_opens_no_case_sees_the_duties_too(boxes: MovedDemo, chromium: Browser) -> None:
    """A custodian has one pane: the duties stand in it, and Back leads to the requests again."""
    name = next(one.id for one in boxes.staff.values() if one.role == "custodian")
    with person(chromium, "desktop", "zh") as one:
        one.page.clock.set_fixed_time(boxes.moved.now)
        member = Investigator(one.page, boxes, boxes.staff[name], "zh")
        member.fill_sign_in()
        one.page.locator("#sign-in-go").click()
        expect(one.page.locator("#work")).to_be_visible(timeout=SIGN_IN)
        card = _open(member)
        expect(card).to_have_attribute("data-state", "overdue")
        expect(card.locator('[data-test="duty-done"]')).to_have_count(0)
        _picture(member, "custodian")
        one.inspect("duties of a custodian")
        member.find("back").click()
        expect(member.find("custodian-page")).to_be_visible()
        _comes_late(member)


def _comes_late(member: Investigator) -> None:
    """What was asked for before the duties were opened takes nothing from them when it comes."""
    page, held = member.page, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/unsealing*", hold)
    page.locator("#refresh").click()
    page.wait_for_timeout(QUIET)
    assert held
    _open(member)
    for route in held:
        route.continue_()
    page.wait_for_timeout(QUIET)
    expect(member.find("duties-page")).to_be_visible()
    expect(member.find("custodian-page")).to_have_count(0)
