"""A reporter's name sealed in the browser: asked for, one approval is not enough, two are, and the reporter is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

import crypto
from casework.rules.acts import Act
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.custody import Wanted, ask, cast_vote, listed_requests, the_name
from portal.cli.reporter.naming import Naming
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.terminal import today
from tests.journeys.colleague import act, colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.lost_answer import press_and_lose_the_answer
from tests.journeys.moved import MovedDemo
from tests.journeys.reporter import SEALING, Reporter, Told
from tests.journeys.test_main_journey import Stage, person
from tests.journeys.test_over_days import handler, reporter
from tests.support.commands.yanlu_process import POLICY

pytestmark = pytest.mark.timeout(900)
SEALED, KEPT = "身份封存后查阅的一件", "保管人不同意启封的一件"
DANGER, WHY_DANGER, FOUND = "有人要跳楼的一件", "信里说今晚就要跳楼", "当晚可以先报警。"
CLEARED, WHY_CLEARED = "查无此事的一件", "查不属实，应当为其澄清正名"
CONCERNED, KNOWN_AS = "李四", "三号车间的保管员"
OVER, WHY_OVER = "申请过了期限的一件", "检察机关要求提供"
WHY, WHY_NOT = "她已书面同意向检察机关说明情况", "没有说清为什么需要"
NAME, CONTACT = "王小明", "13800000000"
ASKER, FIRST, SECOND = "investigator-a", "custodian-a", "custodian-b"


class Custodian(Investigator):
    """A custodian in front of the page of requests."""

    def settled(self) -> None:
        """The page of requests is there, and nothing of any case."""
        expect(self.find("custodian-page")).to_be_visible(timeout=SEALING)
        expect(self.find("case-row")).to_have_count(0)
        expect(self.page.locator("nav.queue")).to_be_hidden()

    def request(self, words: str) -> Locator:
        """The card of a request."""
        return self.find("request").filter(has_text=words)

    def vote(self, words: str, how: str) -> None:
        """Decide one request."""
        self.request(words).locator(f'[data-test="vote-{how}"]').click()
        expect(self.request(words).locator('[data-test="own-vote"]')).to_have_attribute(
            "data-vote", how, timeout=SEALING
        )


@contextmanager
def custodian(stage: Stage, name: str) -> Iterator[Custodian]:
    """A custodian who is signed in."""
    with person(stage.browser, stage.size, stage.lang) as one:
        keeper = Custodian(one.page, stage.demo, stage.demo.staff[name], stage.lang)
        keeper.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
        keeper.sign_in()
        keeper.look("requests")
        yield keeper


def reports(stage: Stage, words: str) -> str:
    """Report, and have the name sealed with the finishing post; gives the receipt."""
    with stage.reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(words))
        receipt = reporter.send()
        reporter.type_back(receipt)
        reporter.offered("naming")
        reporter.find("level-sealed").check()
        reporter.find("naming-name").fill(NAME)
        reporter.find("naming-contact").fill(CONTACT)
        reporter.look("naming")
        reporter.end()
        return receipt


def asks(member: Investigator, words: str, why: str) -> None:
    """Ask for the sealed name of a case; the reporter is told first."""
    member.open(words)
    expect(member.find("sealed-name")).to_have_count(1)
    member.find("ask-identity-open").locator("summary").click()
    member.find("ask-reason").fill(why)
    member.look("asking")
    member.find("ask-identity").click()
    expect(member.find("request-state")).to_have_attribute("data-approvals", "0", timeout=SEALING)
    expect(member.moments("unsealing")).to_have_count(1)
    # The notice stops the clock of an answer, and answers nothing: the page does not say that a promise was kept.
    expect(member.page.locator('[data-test="due"][data-clock="promise-first-answer"]')).to_have_count(0)
    expect(member.page.locator('[data-test="promise-kept"]')).to_have_count(0)


def votes_for(demo: Demo, ground: crypto.Ground, *names: str) -> None:
    """Custodians who agree to what is asked on this ground, by the twin."""
    for name in names:
        with colleague(demo, name) as keeper:
            asked = listed_requests(keeper.session)
            (wanted,) = [one for one in asked if one.request.ground is ground]
            cast_vote(keeper.session, keeper.staff, wanted, approve=True)


def test_danger_to_life_waits_for_no_batch_and_is_reviewed(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    """Asked for and reviewed once, though both answers were lost; the review stays owed until another signed it."""
    desktop, phone = Stage(demo, chromium, "desktop", "zh"), Stage(demo, chromium, "phone", "en")
    identity = crypto.IdentityText(crypto.About.REPORTER, NAME, CONTACT, "")
    wish = ReportRequest("group", POLICY, "bribery", DANGER, "zh", naming=Naming(identity, sealed=True))
    file_report(demo, wish, tmp_path)
    with desktop.member(ASKER) as member:
        member.open(DANGER)
        member.find("ask-identity-open").locator("summary").click()
        member.find("ask-ground").select_option("danger-to-life")
        expect(member.find("ask-danger")).to_be_visible()
        member.find("ask-reason").fill(WHY_DANGER)
        ask_it = member.find("ask-identity")
        press_and_lose_the_answer(member.page, "/unsealing", ask_it, member.page.locator("#alarm"), "可能已经发出")
        ask_it.click()
        expect(member.find("request-state")).to_have_attribute("data-approvals", "0", timeout=SEALING)
        votes_for(demo, crypto.Ground.DANGER_TO_LIFE, FIRST, SECOND)
        stands(member, DANGER, 2, 0)
        member.find("open-identity").click()
        expect(member.find("opened-name")).to_contain_text(NAME, timeout=SEALING)
        member.refresh()
        owed = member.find("review").filter(has_text=WHY_DANGER)
        expect(owed).to_have_attribute("data-state", "owed")
        expect(owed.locator('[data-test="review-open"]')).to_have_count(0)
        with custodian(phone, FIRST) as keeper:
            card = keeper.find("review").filter(has_text=WHY_DANGER)
            card.locator('[data-test="review-open"] summary').click()
            card.locator('[data-test="review-finding"]').select_option("unjustified")
            card.locator('[data-test="review-text"]').fill(FOUND)
            keeper.look("review")
            asked_before_it_goes(keeper)
            sign, fault = card.locator('[data-test="review-sign"]'), card.locator('[data-test="review-fault"]')
            press_and_lose_the_answer(keeper.page, "/reviews", sign, fault, "Possibly sent")
            sign.click()
            expect(card).to_have_attribute("data-state", "done", timeout=SEALING)
        member.refresh()
        expect(owed).to_have_attribute("data-state", "done")
        expect(owed.locator('[data-test="review-found"]')).to_contain_text(FOUND)


def asked_before_it_goes(keeper: Investigator) -> None:
    """Neither the duties nor a look for what is new takes a review that is being written without a question."""
    keeper.page.remove_locator_handler(keeper.find("question"))
    for button in ("duties", "refresh"):
        keeper.page.locator(f"#{button}").click()
        expect(keeper.find("question")).to_be_visible()
        keeper.find("question-no").click()
        expect(keeper.find("review").locator("textarea")).to_have_value(FOUND)
    keeper.page.add_locator_handler(keeper.find("question"), keeper.answer, no_wait_after=True)


def stands(member: Investigator, words: str, approvals: int, refusals: int) -> None:
    """How a request stands, as the page shows it when the case is opened again."""
    member.open(words)
    state = member.find("request-state")
    expect(state).to_have_attribute("data-approvals", str(approvals), timeout=SEALING)
    expect(state).to_have_attribute("data-refusals", str(refusals))


def test_a_sealed_name_is_opened_by_two_custodians_and_no_fewer(
    demo: Demo, chromium: Browser, firefox: Browser
) -> None:
    """Asked for, agreed by one and then by two; refused, it stays shut; the reporter reads by which role and why."""
    phone, desktop = Stage(demo, chromium, "phone", "zh"), Stage(demo, firefox, "desktop", "en")
    receipt, kept = reports(phone, SEALED), reports(phone, KEPT)
    # Both were sealed a moment ago: their packets are in no drawer yet.
    with desktop.member(ASKER) as member:
        asks(member, SEALED, WHY)
        asks(member, KEPT, WHY_NOT)
        with custodian(phone, FIRST) as first:
            card = first.request(WHY)
            approve, fault = card.locator('[data-test="vote-approve"]'), card.locator('[data-test="vote-fault"]')
            press_and_lose_the_answer(first.page, "/votes", approve, fault, "可能已经发出")
            first.vote(WHY, "approve")
            first.vote(WHY_NOT, "refuse")
        stands(member, SEALED, 1, 0)
        expect(member.find("open-identity")).to_have_count(0)
        with custodian(Stage(demo, chromium, "desktop", "en"), SECOND) as second:
            second.vote(WHY, "approve")
            second.vote(WHY_NOT, "refuse")
        stands(member, KEPT, 0, 2)
        expect(member.find("open-identity")).to_have_count(0)
        member.find("tell-refused").click()
        expect(member.moments("unsealing")).to_have_count(2, timeout=SEALING)
        stands(member, SEALED, 2, 0)
        member.find("open-identity").click()
        expect(member.find("opened-name")).to_contain_text(NAME, timeout=SEALING)
        expect(member.find("opened-name")).to_contain_text(CONTACT)
        expect(member.moments("unsealing")).to_have_count(2)
        member.look("opened")
        member.sign_out()
    told(phone, receipt, ["asked", "opened"], WHY)
    told(phone, kept, ["asked", "refused"], WHY_NOT)
    level_changes(phone, kept)


def test_the_person_concerned_is_cleared_by_name(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    """Sealed by the office, unfounded in the end: asked for to clear, opened, and a statement is printed, not kept."""
    file_report(demo, ReportRequest("group", POLICY, "bribery", CLEARED, "zh"), tmp_path)
    with colleague(demo, ASKER) as twin:
        case, day = str(twin.find(CLEARED, tmp_path).row["case"]), today().isoformat()
        act(twin, case, ActionRequest(Act.REGISTERED), day)
        act(twin, case, ActionRequest(Act.ASSIGNED, codes={"handler": ASKER}), day)
    with Stage(demo, chromium, "desktop", "zh").member(ASKER) as member:
        member.open(CLEARED)
        member.find("seal-open").locator("summary").click()
        member.find("seal-about").select_option("concerned")
        member.find("seal-name").fill(CONCERNED)
        member.find("seal-text").fill(KNOWN_AS)
        member.find("seal-name-go").click()
        expect(member.find("sealed-name")).to_contain_text(KNOWN_AS, timeout=SEALING)
        expect(member.find("owes-clearing")).to_have_count(0)
        with colleague(demo, ASKER) as twin:
            act(twin, case, ActionRequest(Act.CHECKED, text="查账。"), day)
            act(twin, case, ActionRequest(Act.DECIDED, to="result", outcomes=["unfounded"], text="查无此事。"), day)
        member.refresh()
        member.open(CLEARED)
        expect(member.find("owes-clearing")).to_be_visible(timeout=SEALING)
        member.find("ask-identity-open").locator("summary").click()
        expect(member.find("ask-ground")).to_have_value("clearing")
        before = member.moments("note").count()
        member.find("ask-reason").fill(WHY_CLEARED)
        member.find("ask-identity").click()
        expect(member.find("request-state")).to_have_attribute("data-approvals", "0", timeout=SEALING)
        votes_for(demo, crypto.Ground.CLEARING, FIRST, SECOND)
        stands(member, CLEARED, 2, 0)
        member.find("open-identity").click()
        expect(member.find("opened-name")).to_contain_text(CONCERNED, timeout=SEALING)
        # The reporter is told nothing of a name that the office sealed; colleagues are, twice, and never the name.
        expect(member.moments("unsealing")).to_have_count(0)
        expect(member.moments("note")).to_have_count(before + 2)
        assert not [one for one in member.moments("note").all_inner_texts() if CONCERNED in one]
        prints_a_clearing(member)


def test_a_request_that_is_over_opens_nothing(office: MovedDemo, chromium: Browser, tmp_path: Path) -> None:
    """Enough custodians agreed, but its second Sunday has gone by: no name opens, and the reporter is told."""
    identity = crypto.IdentityText(crypto.About.REPORTER, NAME, CONTACT, "")
    wish = ReportRequest("group", POLICY, "bribery", OVER, "zh", naming=Naming(identity, sealed=True))
    receipt = file_report(office, wish, tmp_path)
    with colleague(office, ASKER) as twin:
        opened = twin.find(OVER, tmp_path)
        name = the_name(opened, crypto.About.REPORTER)
        wanted = Wanted(crypto.Ground.LEGAL_DUTY, WHY_OVER, None, office.day.isoformat())
        ask(twin.session, twin.staff, opened, name, wanted)
    votes_for(office, crypto.Ground.LEGAL_DUTY, FIRST, SECOND)
    office.moved.move_to(office.day + timedelta(days=15))
    with handler(office, chromium, ASKER) as member:
        member.open(OVER)
        expect(member.find("tell-expired")).to_be_visible(timeout=SEALING)
        expect(member.find("open-identity")).to_have_count(0)
        member.find("tell-expired").click()
        expect(member.moments("unsealing")).to_have_count(2, timeout=SEALING)
    with reporter(office, chromium, receipt) as found:
        lines = found.find("unsealing")
        expect(lines).to_have_count(2)
        assert [line.get_attribute("data-state") for line in lines.all()] == ["asked", "expired"]


def prints_a_clearing(member: Investigator) -> None:
    """The statement has the name in it already, and no button keeps it."""
    member.find("clarify").click()
    member.find("letter-matter").fill("收受供应商礼品。")
    member.find("letter-findings").fill("经核对，没有这回事。")
    member.find("letter-show").click()
    expect(member.find("paper")).to_contain_text(CONCERNED)
    expect(member.find("paper-seal")).to_have_count(0)
    member.look("clearing")


def level_changes(stage: Stage, receipt: str) -> None:
    """A witness's sealed name is taken back like the own one, and a given name is remembered on coming back."""
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        card = reporter.find("naming-card")
        expect(card).to_have_attribute("data-level", "anonymous")
        gives(reporter, "witness", "sealed")
        expect(card).to_have_attribute("data-others", "1", timeout=SEALING)
        expect(card).to_have_attribute("data-level", "anonymous")
        reporter.find("naming-card-open").click()
        reporter.find("withdraw-other").click()
        expect(card).to_have_attribute("data-others", "0", timeout=SEALING)
        gives(reporter, "reporter", "named")
        expect(card).to_have_attribute("data-level", "named", timeout=SEALING)
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("naming-card")).to_have_attribute("data-level", "named")


def gives(reporter: Reporter, about: str, level: str) -> None:
    """Give a name in the mailbox."""
    reporter.find("naming-card-open").click()
    reporter.find(f"about-{about}").check()
    reporter.find(f"level-{level}").check()
    reporter.find("naming-name").fill(NAME)
    reporter.find("naming-send").click()


def told(stage: Stage, receipt: str, states: list[str], why: str) -> None:
    """The reporter reads by which role and why; what was not opened can be taken back."""
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        lines = reporter.find("unsealing")
        expect(lines).to_have_count(len(states))
        assert [line.get_attribute("data-state") for line in lines.all()] == states
        expect(lines.first).to_contain_text("调查人员")
        expect(lines.first).to_contain_text(why)
        card = reporter.find("naming-card")
        expect(card).to_have_attribute("data-sealed", "yes")
        reporter.find("naming-card-open").click()
        reporter.look("name")
        reporter.find("withdraw-name").click()
        expect(card).to_have_attribute("data-sealed", "no", timeout=SEALING)
