"""What a notice says on the command line, and which acts it leaves open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casework.policy.policy import policy_document
from casework.policy.questionnaire import read_page
from crypto import ActText, Declaration, Inner, ItemFault, Notice, ThreadEntry, Until
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.notices import check_act, declarations, last_notice, notice_document, notice_lines, with_names
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from tests.casework.policies import bound

DAYS = ["2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"]
RESULT = Notice(
    "notified", "result", "archived", "2026-10-12", "结果", outcomes=["unclear"], measures=["warning"],
    asks=[Declaration.SEEN, Declaration.APPEAL, Declaration.WITHDRAW],
    until=Until(DAYS[-1], provisional=True, limit="5 working days", counts=DAYS),
)  # fmt: skip


def entry(notice: Notice, mark: ItemFault | None = None) -> ThreadEntry:
    """A line of a thread that holds a notice."""
    return ThreadEntry(None, None, None, Inner("notice", "", "li-wei", bytes(64), notice), mark)


def told(language: str, day: str) -> str:
    """The notice in words on a day."""
    terminal = Terminal(Catalogue(language), as_json=False)
    return "\n".join(notice_lines(terminal, notice_document(RESULT), date.fromisoformat(day)))


@pytest.mark.parametrize(("language", "stage"), [("zh", "调查核实"), ("en", "Under investigation")])
def test_stages_outcomes_and_measures_are_called_as_the_policy_calls_them(language: str, stage: str) -> None:
    """What the policy does not have keeps its id, which is doubted beside it; `--json` keeps every id."""
    page = read_page(policy_document(bound()))
    terminal = Terminal(Catalogue(language), as_json=False)
    outcome, measure = page.outcomes[0], page.measures[0]
    notice = replace(RESULT, next=page.stages[-1].id, outcomes=[outcome.id, "unheard-of"], measures=[measure.id])
    document = {"stage": "investigation", "notice": notice_document(notice)}
    shown = with_names(terminal, page, document)
    assert shown["stage"] == stage
    assert shown["notice"]["next"] == terminal.words.of(page.stages[-1].name)
    assert shown["notice"]["outcomes"] == [terminal.words.of(outcome.name), "unheard-of"]
    assert shown["notice"]["measures"] == [terminal.words.of(measure.name)]
    assert document["notice"] == notice_document(notice)
    assert with_names(terminal, None, document) == document
    assert with_names(terminal, page, {"stage": None, "notice": None}) == {"stage": None, "notice": None}


def test_a_notice_is_told_in_words_with_what_is_left() -> None:
    """Act, next step, outcome, acts, last day in the policy's unit, working days left, and that the day may move."""
    words = told("zh", "2026-10-01")
    for part in (
        "告知处理结果",
        "archived 2026-10-12",
        "unclear",
        "warning",
        "seen, appeal, withdraw",
        "5 个工作日",
        "还剩 3 个",
        "暂定",
    ):
        assert part in words
    assert "today included: 1." in told("en", DAYS[-1])
    assert "has passed" in told("en", "2026-10-11")


def test_a_limit_that_begins_with_the_reading_says_so() -> None:
    """Where reading and review are both open, the day is that of reading at once, and later nothing is lost."""
    assert "from the day on which you say that you have read" in told("en", "2026-10-01")
    assert "已看到这份告知之日起" in told("zh", "2026-10-01")
    assert "may begin only now" in told("en", "2026-10-11")
    read = replace(RESULT, asks=[Declaration.APPEAL, Declaration.WITHDRAW])
    terminal = Terminal(Catalogue("en"), as_json=False)
    words = "\n".join(notice_lines(terminal, notice_document(read), date(2026, 10, 11)))
    assert "By this notice the last day is 2026-10-10 (5 working days)." in words
    assert "has passed" in words
    # Nothing that can be declared has a limit: the office waits for a view, which is a message.
    for asks in ([Declaration.SEEN, Declaration.WITHDRAW], [Declaration.WITHDRAW], []):
        words = "\n".join(notice_lines(terminal, notice_document(replace(RESULT, asks=asks)), date(2026, 10, 1)))
        assert "The office waits for your view of this until 2026-10-10 (5 working days by this notice)." in words


@pytest.mark.parametrize(
    ("wish", "sure", "code"),
    [
        (ActText(Declaration.APPEAL, "再看一次"), False, None),
        (ActText(Declaration.SEEN, ""), False, None),
        (ActText(Declaration.WITHDRAW, ""), True, None),
        (ActText(Declaration.WITHDRAW, ""), False, Exit.USAGE),
        (ActText(Declaration.APPEAL, ""), False, Exit.USAGE),
        (ActText(Declaration.CONFIRM, ""), True, Exit.REFUSED),
    ],
)
def test_only_what_the_last_notice_asks_is_declared(wish: ActText, sure: bool, code: Exit | None) -> None:
    """An act that is not asked, one without its words, and an unsure withdrawal are refused with different codes."""
    terminal = Terminal(Catalogue("en"), as_json=True)
    entries = [entry(Notice("acknowledged", "received")), entry(RESULT)]
    if code is None:
        check_act(terminal, entries, wish, sure=sure)
        return
    with pytest.raises(CommandError) as refused:
        check_act(terminal, entries, wish, sure=sure)
    assert refused.value.code == code


def test_what_was_not_verified_asks_for_nothing() -> None:
    """A marked notice neither opens nor closes an act, and before the first notice every act is free."""
    terminal = Terminal(Catalogue("en"), as_json=True)
    forged = entry(RESULT, ItemFault.FORGED)
    assert last_notice([forged]) is None
    check_act(terminal, [forged], ActText(Declaration.CONFIRM, ""), sure=False)
    with pytest.raises(CommandError):
        check_act(
            terminal, [entry(Notice("accepted", "registered")), forged], ActText(Declaration.SEEN, ""), sure=False
        )


def test_whoever_appeals_has_read_the_notice() -> None:
    """`seen` goes before an appeal where the notice asks for it, so that the limit runs; before nothing else."""
    appeal, seen = ActText(Declaration.APPEAL, "再看一次"), ActText(Declaration.SEEN, "")
    assert declarations([entry(RESULT)], appeal) == (seen, appeal)
    assert declarations([entry(RESULT)], ActText(Declaration.WITHDRAW, "")) == (ActText(Declaration.WITHDRAW, ""),)
    assert declarations([entry(Notice("notified", "result", asks=[Declaration.APPEAL]))], appeal) == (appeal,)
    assert declarations([], appeal) == (appeal,)
