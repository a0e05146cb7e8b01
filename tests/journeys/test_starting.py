"""Several steps of a case written in one form: sent one after the other, and never one of them twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.demo import Demo
from tests.journeys.handler import Handler
from tests.journeys.reporter import SEALING, Told, hook
from tests.journeys.test_main_journey import Stage, person

pytestmark = pytest.mark.timeout(1800)
FIRST, SECOND = "investigator-a", "investigator-b"
STEPS = ["acknowledged", "registered", "assigned"]
FINDINGS = {"zh": "发票与入库单逐一相符，未发现回扣。", "en": "Each invoice matches a delivery."}
OUTCOME = {
    "zh": ("处理结论：不属实", "按处理结论", "不属实", "尚无结论"),
    "en": ("Outcome: Unfounded", "By outcome", "Unfounded", "No decision yet"),
}
"""What the header and the row say; in the figures the heading, and the lines of this outcome and of none."""
ASKING = {"zh": "请举报人补充", "en": "Ask the reporter"}
ZONE = {
    "zh": "以上日期和时间以 Asia/Shanghai 时区为准。",
    "en": "Dates and times here are in the time zone Asia/Shanghai.",
}
HELP = {
    "zh": ("告知已收件、登记、", "只是把案件记在您名下"),
    "en": ("one form for these steps: acknowledge, register", "only puts it in your name"),
}
"""What starting a case is, and what taking it is."""
MOST_FORMS, MOST_CLICKS = 5, 15


class Counting(Handler):
    """Counts what is pressed from the list on, and what is sent."""

    clicks = 0
    forms = 0

    def press(self, name: str) -> None:
        """One click."""
        self.find(name).click()
        self.clicks += 1

    def sends(self, button: str = "act-send") -> None:
        """One form."""
        self.press(button)
        self.forms += 1
        expect(self.find("case-done")).not_to_be_empty(timeout=SEALING)


def _written(member: Handler) -> list[str]:
    """The steps that the open form would take."""
    steps = member.find("act-form").locator("section")
    return [(one.get_attribute("data-test") or "").removeprefix("act-step-") for one in steps.all()]


def _member(page: object, stage: Stage, name: str) -> Counting:
    return Counting(page, stage.demo, stage.demo.staff[name], stage.lang)  # pyright: ignore[reportArgumentType]


def _names_no_zone_of_its_own(stage: Stage, words: str) -> None:
    """A browser that counts days as the office does says nothing of a time zone."""
    with person(stage.browser, stage.size, stage.lang, "Asia/Shanghai") as one:
        member = _member(one.page, stage, FIRST)
        member.sign_in()
        member.open(words)
        expect(member.find("dues")).to_be_visible()
        expect(member.find("zone")).to_have_count(0)


def _says_what_starting_is(member: Counting) -> None:
    """Starting a case and taking it stand side by side, and a line tells them apart."""
    for line in HELP[member.lang]:
        expect(member.find("bar-help")).to_contain_text(line)


def _leads_to_the_archive(member: Counting) -> None:
    """Checked and decided in one form, told by a letter, no measure needed, archived."""
    member.press("act-checked")
    member.press("act-then-decided")
    member.press("act-outcome-unfounded-2")
    member.find("act-text-2").fill(FINDINGS[member.lang])
    member.look("checked and decided")
    member.sends()
    member.press("letters")
    member.find("letter-findings").fill(FINDINGS[member.lang])
    member.press("letter-show")
    member.sends("paper-seal")
    member.press("act-measure-set")
    member.press("act-measure-none")
    member.sends()
    member.press("act-archived")
    member.sends()


def _shows_what_was_decided(member: Counting, words: str) -> None:
    """In the header of the case, in its row among the closed ones, and in the figures."""
    outcome, caption, name, undecided = OUTCOME[member.lang]
    expect(member.find("outcome")).to_have_text(outcome)
    if not member.find("view-closed").is_visible():
        member.find("back").click()
    member.find("view-closed").click()
    row = member.find("case-row").filter(has_text=words)
    expect(row.locator('[data-test="row-outcome"]')).to_have_text(outcome)
    member.look("closed view")
    member.find("figures-open").click()
    table = member.find("own-figures-outcome")
    expect(table.locator("caption")).to_have_text(caption)
    decided = table.locator(f'tr[data-key="{name}"]')
    expect(decided.locator("th")).to_have_text(name)
    assert int(decided.locator("td").last.inner_text()) >= 1
    expect(table.locator('tr[data-key="-"] th')).to_have_text(undecided)
    expect(member.find("zone")).to_contain_text("Asia/Shanghai")
    member.look("figures by outcome")


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "en"), ("firefox", "phone", "zh")])
def test_a_whole_case_takes_five_forms_and_fifteen_clicks(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """From the row in the list to the archive, with the reporter told of receipt and result."""
    browser: Browser = request.getfixturevalue(kind)
    stage, words = Stage(demo, browser, size, lang), f"{kind} {lang} in one go"
    with stage.reporter() as reporter:
        receipt = reporter.report(Told(words, "bribery", entity="group"))
    with person(browser, size, lang) as one:
        member = _member(one.page, stage, FIRST)
        member.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
        member.sign_in()
        member.wait_for_case(words)
        member.find("case-row").filter(has_text=words).click()
        member.clicks += 1
        expect(member.find("act-information-asked")).to_be_hidden()
        _says_what_starting_is(member)
        member.press("start")
        assert _written(member) == STEPS
        expect(member.find("act-handler-3")).to_have_value(FIRST)
        # Nobody has looked into it yet: what begins a case does not end it.
        expect(member.find("act-then-checked")).to_have_count(0)
        member.look("starting")
        member.sends()
        expect(member.find("handled-by")).to_contain_text(demo.staff[FIRST].name[lang])
        expect(member.find("start")).to_have_count(0)
        expect(member.find("act-information-asked")).to_be_visible()
        expect(member.find("act-information-asked")).to_have_text(ASKING[lang])
        expect(member.find("zone")).to_have_text(ZONE[lang])
        _leads_to_the_archive(member)
        assert (member.forms, member.clicks) <= (MOST_FORMS, MOST_CLICKS)
        assert member.clicks <= MOST_CLICKS
        expect(member.find("step-wrong")).to_have_count(0)
        expect(member.find("server-differs")).to_have_count(0)
        _shows_what_was_decided(member, words)
    if kind == "chromium":
        _names_no_zone_of_its_own(stage, words)
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("mailbox")).to_contain_text(FINDINGS[lang])


def test_a_step_that_is_recorded_is_not_sent_again(demo: Demo, chromium: Browser) -> None:
    """The line goes down after the first of three: the form keeps the other two, and they alone are sent later."""
    stage, words = Stage(demo, chromium, "desktop", "en"), "the line goes down"
    with stage.reporter() as reporter:
        reporter.report(Told(words, "bribery", entity="group"))
    with person(chromium, "desktop", "en") as one:
        member = _member(one.page, stage, SECOND)
        member.sign_in()
        member.open(words)
        before, sent = member.steps().count(), 0

        def after_the_first(route: Route) -> None:
            nonlocal sent
            sent += 1
            route.abort() if sent == 2 else route.continue_()

        one.page.route("**/api/cases/*/steps", after_the_first)
        member.find("start").click()
        member.find("act-text").fill("We have your report.")
        member.find("act-send").click()
        expect(member.find("act-fault")).not_to_be_empty(timeout=SEALING)
        expect(member.find("act-sent")).to_have_count(1)
        # The page above the form says what is on the record by now.
        expect(member.find("receipt-confirmed")).to_be_visible()
        assert _written(member) == STEPS
        expect(member.find("act-handler-3")).to_have_value(SECOND)
        one.page.unroute("**/api/cases/*/steps")
        member.find("act-send").click()
        expect(member.find("act-form")).to_have_count(0, timeout=SEALING)
        expect(member.steps()).to_have_count(before + len(STEPS))
        acts = [row.inner_text() for row in member.steps().all()]
        assert sum("We have your report." in act for act in acts) == 1
        # That one answer did not come is said by the browser, too.
        assert one.witness.complaints == ["error: Failed to load resource: net::ERR_FAILED"]
        one.witness.complaints.clear()


def test_a_step_taken_out_takes_what_follows_it_along(demo: Demo, chromium: Browser) -> None:
    """What is left is sent alone, and the other two are offered again."""
    stage, words = Stage(demo, chromium, "desktop", "en"), "only the first of them"
    with stage.reporter() as reporter:
        reporter.report(Told(words, "bribery", entity="group"))
    with person(chromium, "desktop", "en") as one:
        member = _member(one.page, stage, FIRST)
        member.sign_in()
        member.open(words)
        received = member.stage()
        member.find("start").click()
        hook(one.page, "act-then-registered").uncheck()
        assert _written(member) == STEPS[:1]
        expect(hook(one.page, "act-then-registered")).not_to_be_checked()
        hook(one.page, "act-then-registered").check()
        assert _written(member) == STEPS[:2]
        hook(one.page, "act-then-registered").uncheck()
        member.find("act-send").click()
        expect(member.find("act-form")).to_have_count(0, timeout=SEALING)
        assert member.stage() == received
        expect(member.find("start")).to_be_visible()
        member.find("start").click()
        assert _written(member) == STEPS[1:]


def test_words_in_a_step_are_not_thrown_away_unasked(demo: Demo, chromium: Browser) -> None:
    """A tick taken out asks first where something was written in its step or in one after it."""
    with person(chromium, "desktop", "en") as one:
        member = _opened(Stage(demo, chromium, "desktop", "en"), one.page, "words in the middle")
        member.find("start").click()
        member.find("act-step-registered").locator("summary").first.click()
        member.find("act-to-office-2").check()
        member.find("act-text-2").fill("Entered by hand as well.")
        member.agrees = False
        hook(one.page, "act-then-registered").click()
        expect(member.find("act-text-2")).to_have_value("Entered by hand as well.")
        expect(hook(one.page, "act-then-registered")).to_be_checked()
        assert _written(member) == STEPS
        member.agrees = True
        hook(one.page, "act-then-registered").click()
        expect(member.find("act-text-2")).to_have_count(0)
        assert _written(member) == STEPS[:1]
        assert len(member.questions) == 2
        # What holds no words goes at once.
        hook(one.page, "act-then-registered").check()
        hook(one.page, "act-then-registered").uncheck()
        assert _written(member) == STEPS[:1]
        assert len(member.questions) == 2


def _opened(stage: Stage, page: object, words: str) -> Counting:
    """A second investigator before a case that nobody has begun."""
    with stage.reporter() as reporter:
        reporter.report(Told(words, "bribery", entity="group"))
    member = _member(page, stage, SECOND)
    member.sign_in()
    member.open(words)
    return member


def test_a_step_whose_answer_was_lost_is_not_taken_twice(demo: Demo, chromium: Browser) -> None:
    """The server had it; the second press finds it on the record and goes on with the others."""
    with person(chromium, "desktop", "en") as one:
        member = _opened(Stage(demo, chromium, "desktop", "en"), one.page, "the answer is lost")
        before, sent = member.steps().count(), 0

        def without_an_answer(route: Route) -> None:
            nonlocal sent
            sent += 1
            route.fetch()
            route.abort()

        member.find("start").click()
        one.page.route("**/api/cases/*/steps", without_an_answer)
        member.find("act-send").click()
        expect(member.find("act-fault")).not_to_be_empty(timeout=SEALING)
        one.page.unroute("**/api/cases/*/steps")
        assert sent == 1
        member.find("act-send").click()
        expect(member.find("act-form")).to_have_count(0, timeout=SEALING)
        expect(member.steps()).to_have_count(before + len(STEPS))
        one.witness.complaints.clear()


def test_cancelling_while_it_sends_stops_what_is_not_sent_yet(demo: Demo, chromium: Browser) -> None:
    """The step under way is recorded, the others are offered again; each step has files of its own."""
    with person(chromium, "desktop", "en") as one:
        member = _opened(Stage(demo, chromium, "desktop", "en"), one.page, "stopped half-way")
        before = member.steps().count()
        member.find("start").click()
        fields = one.page.locator("label.file-label").evaluate_all("all => all.map(one => one.control.id)")
        assert fields == ["compose-files", "compose-files-2", "compose-files-3"]
        one.page.evaluate(
            """setInterval(() => {
              const form = document.querySelector('[data-test=act-form][aria-busy]');
              form?.querySelector('[data-test=act-cancel]').click();
            }, 5)"""
        )
        member.find("act-send").click()
        expect(member.find("act-form")).to_have_count(0)
        expect(member.steps()).to_have_count(before + 1, timeout=SEALING)
        one.page.wait_for_timeout(3000)
        expect(member.steps()).to_have_count(before + 1)
        member.find("start").click()
        assert _written(member) == STEPS[1:]


def test_nothing_more_is_signed_while_the_desk_asks_whether_to_leave(demo: Demo, chromium: Browser) -> None:
    """The step under way is recorded; the next one waits for the answer, and leaving takes it and the last away."""
    with person(chromium, "desktop", "en") as one:
        member = _opened(Stage(demo, chromium, "desktop", "en"), one.page, "asked half-way")
        one.page.remove_locator_handler(member.find("question"))
        before = member.steps().count()
        member.find("start").click()
        one.page.evaluate(
            """setInterval(() => {
              const form = document.querySelector('[data-test=act-form][aria-busy]');
              if (form && !document.querySelector('dialog')) document.querySelector('[data-test=back]').click();
            }, 5)"""
        )
        member.find("act-send").click()
        expect(member.find("question")).to_be_visible()
        expect(member.find("act-sent")).to_have_count(1, timeout=SEALING)
        one.page.wait_for_timeout(3000)
        expect(member.find("act-sent")).to_have_count(1)
        member.find("question-yes").click()
        expect(member.find("act-form")).to_have_count(0)
        expect(member.steps()).to_have_count(before + 1, timeout=SEALING)
