"""What a member does who takes a report down for a caller, or writes a letter, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from playwright.sync_api import expect

from tests.journeys.investigator import Investigator
from tests.journeys.reporter import SEALING, Upload


def take_call(
    member: Investigator, account: str, entity: str, answers: dict[str, str], scans: Sequence[Upload] = ()
) -> str:
    """Take a telephone report down, read it back, register it; gives the receipt that is read aloud."""
    member.find("log-report").click()
    expect(member.find("onbehalf-language").locator("option")).to_have_text(["中文", "English"])
    member.find("onbehalf-channel").select_option("telephone")
    member.find("onbehalf-entity").select_option(entity)
    member.find("onbehalf-category").select_option("other")
    member.find("onbehalf-account").fill(account)
    for question, answer in answers.items():
        member.find(f"onbehalf-q-{question}").fill(answer)
    member.find("onbehalf-files").set_input_files(list(scans))
    member.find("onbehalf-seal").click()
    # Nobody's words are sealed before it is said what they agreed to; all that is missing is named at once.
    expect(member.find("field-fault")).to_have_count(3)
    member.find("onbehalf-kind").select_option("report")
    member.find("onbehalf-consent").select_option("minutes")
    member.find("onbehalf-checked").select_option("agreed")
    member.look("taking-down")
    member.find("onbehalf-seal").click()
    expect(member.find("onbehalf-receipt")).to_be_visible(timeout=SEALING)
    groups = member.find("onbehalf-groups").locator("strong").all_inner_texts()
    _stays_when_left(member)
    member.find("said-2").fill("0000" if groups[2] != "0000" else "1111")
    expect(member.find("said-verdict")).not_to_be_empty()
    _stays_until_said_back(member)
    member.find("said-2").fill(groups[2])
    member.find("said-5").fill(groups[5])
    expect(member.find("said-verdict")).to_contain_text("Both" if member.lang == "en" else "两组都对")
    member.look("onbehalf-receipt")
    member.find("onbehalf-done").click()
    expect(member.find("onbehalf-receipt")).to_have_count(0)
    member.settled()
    return " ".join(groups)


def _stays_when_left(member: Investigator) -> None:
    """No key, button or Back takes the only showing of a receipt away without a question about the receipt itself."""
    agrees, member.agrees = member.agrees, False
    asked = len(member.questions)
    ways: Sequence[Callable[[], object]] = (
        lambda: member.page.keyboard.press("Escape"),
        lambda: member.page.keyboard.press("t"),
        lambda: member.find("figures-open").click(),
        member.page.go_back,
    )
    for number, leave in enumerate(ways, start=1):
        leave()
        expect(member.find("question")).to_have_count(0)
        assert len(member.questions) == asked + number
        assert ("receipt" if member.lang == "en" else "查询码") in member.questions[-1]
        expect(member.find("onbehalf-receipt")).to_be_visible()
    # The browser itself asks before the tab goes.
    assert member.page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    member.agrees = agrees


def _stays_until_said_back(member: Investigator) -> None:
    """A receipt that the caller has wrong is not deleted without a question; who says no has it still."""
    agrees, member.agrees = member.agrees, False
    asked = len(member.questions)
    member.find("onbehalf-done").click()
    expect(member.find("question")).to_have_count(0)
    assert len(member.questions) == asked + 1
    member.agrees = agrees
    expect(member.find("onbehalf-receipt")).to_be_visible()


def write_letter(member: Investigator, findings: str) -> None:
    """Write the result letter of the open case with these findings, look at it, and seal it to the reporter."""
    member.find("letters").click()
    member.find("letter-which").select_option("result")
    if member.find("letter-outcome").input_value() == "":
        # Nothing is decided yet.
        member.find("letter-show").click()
        expect(member.find("letter-fault")).not_to_be_empty()
        member.find("letter-outcome").select_option(index=1)
    member.find("letter-findings").fill(findings)
    member.find("letter-show").click()
    expect(member.find("paper")).to_contain_text(findings)
    member.look("letter")
    member.find("paper-seal").click()
    expect(member.find("paper-dialog")).to_have_count(0, timeout=SEALING)
    expect(member.find("thread")).to_contain_text(findings, timeout=SEALING)
