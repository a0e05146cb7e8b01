"""The pages reach people who use a keyboard alone, a 400 % zoom or a dark screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.cli.reporter.reporting import ReportRequest
from tests.journeys.colleague import file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, SEALING, Reporter, Told, hook
from tests.journeys.witness import axe_violations, overflow, watch

FOCUSED = "() => document.activeElement?.dataset.test ?? document.activeElement?.id ?? ''"
MOST_TABS = 40


def tab_to(page: Page, *names: str) -> str:
    """Press Tab until one of these hooks has the focus; gives its name."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if (focused := page.evaluate(FOCUSED)) in names:
            return focused
    raise AssertionError(f"no Tab leads to {names}")


def tab_on(page: Page) -> None:
    """Go on to the next step with the keyboard."""
    before = hook(page, "step-title").inner_text()
    tab_to(page, "next")
    page.keyboard.press("Enter")
    expect(hook(page, "step-title")).not_to_have_text(before)


@pytest.mark.timeout(1800)
def test_a_report_can_be_made_with_the_keyboard_alone(demo: Demo, chromium: Browser) -> None:
    """Tab, arrows, Space and Enter lead from the poster's address to the receipt and past it."""
    with chromium.new_context(viewport={"width": 1280, "height": 860}) as context:
        page = context.new_page()
        page.goto(f"{demo.intake}/#c={demo.code}")
        expect(hook(page, "office-verified")).to_be_visible(timeout=PATIENCE)
        tab_to(page, "go-report")
        page.keyboard.press("Enter")
        expect(hook(page, "step-title")).to_be_visible(timeout=PATIENCE)
        tab_to(page, "entity-group", "entity-ireland")
        page.keyboard.press("Space")
        matter = tab_to(page, "policy-company-whistleblowing", "category-bribery")
        page.keyboard.press("Space")
        if matter.startswith("policy"):
            tab_to(page, "category-bribery")
            page.keyboard.press("Space")
        tab_to(page, "account")
        page.keyboard.type("The gate of the yard is left open at night.")
        for _ in range(3):
            tab_on(page)
        expect(hook(page, "review")).to_be_visible()
        tab_to(page, "send")
        page.keyboard.press("Enter")
        expect(hook(page, "receipt-screen")).to_be_visible(timeout=SEALING)
        groups = hook(page, "receipt-group").all_inner_texts()
        for at in range(2):
            tab_to(page, "proof-input")
            group = hook(page, "proof-input").nth(at).get_attribute("data-group")
            page.keyboard.type(groups[int(group or "0") - 1])
        for button in ("finish", "offer-next"):
            tab_to(page, button)
            page.keyboard.press("Enter")
        expect(hook(page, "finished")).to_be_visible(timeout=SEALING)


@pytest.mark.parametrize("path", ["", "report/", "mailbox/", "bundle/", "about/"])
def test_the_exit_comes_early_in_the_order_of_tabs(path: str, demo: Demo, chromium: Browser) -> None:
    """On every page of intake the exit button is the second stop at the latest, after the skip link."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{demo.intake}/en/{path}")
        stops: list[str] = []
        for _ in range(2):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(FOCUSED))
        assert "leave" in stops


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_hold_at_four_times_the_size(scheme: str, lang: str, demo: Demo, chromium: Browser) -> None:
    """At 320 × 256 CSS pixels nothing scrolls sideways, and axe finds nothing, in light and in dark."""
    wrong: list[str] = []
    dark = scheme == "dark"
    with chromium.new_context(
        viewport={"width": 320, "height": 256}, color_scheme="dark" if dark else "light"
    ) as context:
        witness = watch(context)
        page = context.new_page()

        def inspect(step: str) -> None:
            # From the top: a target that the fixed head happens to cut in two counts as too small.
            page.evaluate("() => scrollTo({top: 0, behavior: 'instant'})")
            wrong.extend(axe_violations(page))
            if (beyond := overflow(page)) > 0:
                wrong.append(f"{step} is {beyond} px too wide")

        reporter = Reporter(page, demo.intake, demo.code, lang)
        reporter.look = inspect  # pyright: ignore[reportAttributeAccessIssue]
        receipt = reporter.report(Told("The gate is left open.", "other", entity="group"))
        reporter.come_back(receipt)
        assert wrong == []
        assert witness.complaints == []


@pytest.mark.timeout(1800)
def test_a_case_can_be_taken_in_the_middle_of_a_refresh(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    """A refresh that finds nothing new leaves the open case as it stands; a quiet half hour leaves nothing of it."""
    words = "The side door has no lock"
    file_report(demo, ReportRequest("group", "company-whistleblowing", "other", f"{words}.", "en"), tmp_path)
    with chromium.new_context(viewport={"width": 320, "height": 256}, color_scheme="dark") as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-b"], "en")
        member.sign_in()
        member.find("view-unassigned").click()
        member.open(words)
        assert axe_violations(member.page) == []
        assert overflow(member.page) == 0
        button = member.find("take").element_handle(timeout=PATIENCE)
        member.find("take").focus()
        member.page.evaluate("() => document.getElementById('refresh').click()")
        expect(member.find("notice")).not_to_contain_text("Up to date")
        member.settled()
        assert button.evaluate("(one) => one.isConnected && one === document.activeElement")
        member.page.keyboard.press("Enter")
        expect(member.find("take")).to_have_count(0, timeout=PATIENCE)
        forgets_everything(member)


def forgets_everything(member: Investigator) -> None:
    """Writing keeps the session awake or brings one back; after a quiet half hour page and text are gone."""
    page, began = member.page, datetime.now(UTC)
    member.find("note").click()
    member.find("compose-text").fill("Half a thought")
    outlasts_its_session(member)
    # The server hears of the last click before the half hour of its session is over.
    with page.expect_request(lambda request: request.url.endswith("/api/me"), timeout=PATIENCE):
        page.clock.set_fixed_time(began + timedelta(minutes=29, seconds=30))
    expect(member.find("quiet-warning")).to_be_visible(timeout=PATIENCE)
    assert axe_violations(page) == []
    assert overflow(page) == 0
    member.find("compose-text").press("s")
    expect(member.find("quiet-warning")).to_be_hidden()
    expect(member.find("compose-text")).to_have_value("Half a thoughts")
    page.clock.set_fixed_time(began + timedelta(minutes=60))
    expect(member.find("forgotten")).to_be_visible(timeout=PATIENCE)
    assert "Half a thought" not in page.content()
    assert axe_violations(page) == []
    assert page.url.endswith("/en/")
    assert page.evaluate("() => sessionStorage.length") == 0


def outlasts_its_session(member: Investigator) -> None:
    """What is being written when a session ends stays, and goes on with the one that another tab begins."""
    page = member.page
    kept = page.context.cookies()
    page.context.clear_cookies()
    for button in ("send", "refresh"):
        member.find(button).click()
        expect(member.find("session-over")).to_be_visible(timeout=PATIENCE)
        expect(member.find("compose-text")).to_have_value("Half a thought")
        assert axe_violations(page) == []
        assert overflow(page) == 0
        page.evaluate("() => document.getElementById('alarm').replaceChildren()")
    page.context.add_cookies(kept)
    member.refresh()
    expect(member.find("compose-text")).to_have_value("Half a thought")
