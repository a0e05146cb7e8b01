"""What one holder seals, rightly signed, becomes no voice of the command line: twin of `plausible.node.test.ts`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from casework.policy.policy import Choice
from casework.policy.questionnaire import PolicyPage
from casework.words import Words
from crypto import (
    About,
    Declaration,
    Ground,
    Inner,
    ItemFault,
    Message,
    Notice,
    Status,
    ThreadEntry,
    Unsealing,
    UnsealingNotice,
    Until,
)
from portal.cli.reporter.inbox_command import MARKS, entry_document, entry_line
from portal.cli.reporter.notices import notice_document, notice_lines
from portal.cli.reporter.plausible import (
    EARLY,
    WRONG,
    Doubt,
    Papers,
    asked_by,
    can_run,
    few_blank_lines,
    file_lines,
    limit_doubt,
)
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from tests.crypto.sample import Drawn, Office, filed

NOW = date(2026, 11, 30)
STARTED = "2026-11-20"
ENGLISH = Terminal(Catalogue("en"), as_json=False)
RIGHT = Notice("acknowledged", "received", asks=[Declaration.WITHDRAW], day=NOW.isoformat())
OPENED = UnsealingNotice(Unsealing.OPENED, About.REPORTER, "registrar", Ground.CONSENT, "", None)


def rows(*ids: str) -> tuple[Choice, ...]:
    """Ids with names."""
    return tuple(Choice(one, Words(one, one)) for one in ids)


def later(days: int) -> str:
    """So many days after today."""
    return (NOW + timedelta(days=days)).isoformat()


def papers(**changes: Any) -> Papers:
    """A policy with two stages and a mailbox whose reporter gave no name."""
    page = SimpleNamespace(stages=rows("received", "closed"), outcomes=rows("founded"), measures=rows("warning"))
    memo = replace(filed("plausible").sealed.memo, started=STARTED, **changes)
    return Papers(cast("PolicyPage", page), memo, NOW)


def entry(content: Any, mark: ItemFault | None = None) -> ThreadEntry:
    """A line of the thread with this in it."""
    return ThreadEntry(None, None, None, Inner("notice", "", "li-wei", bytes(64), content), mark)


@pytest.mark.parametrize(
    ("content", "doubt"),
    [
        (RIGHT, None),
        (replace(RIGHT, stage="closed", outcomes=["founded"], measures=["warning"]), None),
        (replace(RIGHT, stage="your-receipt-has-expired"), Doubt.UNKNOWN),
        (replace(RIGHT, next="give-your-name"), Doubt.UNKNOWN),
        (replace(RIGHT, outcomes=["you-are-guilty"]), Doubt.UNKNOWN),
        (replace(RIGHT, measures=["you-pay"]), Doubt.UNKNOWN),
        (replace(RIGHT, act="obeyed"), Doubt.UNKNOWN),
        (Status("give-your-staff-number", None, None, ""), Doubt.UNKNOWN),
        (replace(RIGHT, day="2031-01-01"), Doubt.DAY),
        (replace(RIGHT, day="2026-11-18"), None),
        (replace(RIGHT, act="handed-over", day="2026-11-18"), Doubt.DAY),
        (replace(RIGHT, day=later(5)), None),
        (replace(RIGHT, act="handed-over", day=later(5)), Doubt.DAY),
        (Message("x", [], "2031-01-01"), Doubt.DAY),
        (OPENED, Doubt.NAME),
        (replace(OPENED, about=About.WITNESS), Doubt.NAME),
    ],
)  # fmt: skip
def test_what_the_papers_do_not_bear_out_is_not_said_for_the_office(content: Any, doubt: Doubt | None) -> None:
    """It is shown as doubted, its ids are not printed, and it leaves nothing to the reporter."""
    found, one = papers(), entry(content)
    assert found.doubt(one) == doubt
    assert found.borne_out([one]) == ([one] if doubt is None else [])
    document = entry_document(one, Office(Drawn("plausible")).directory(), "en") | {"doubt": doubt}
    said = entry_line(ENGLISH, document)
    for invented in ("receipt-has", "give-your", "you-are", "you-pay", "obeyed", "registrar", "was opened"):
        assert doubt is None or invented not in said


def test_a_policy_that_is_gone_confirms_nothing_and_a_mark_needs_no_second_word() -> None:
    """Without its page no stage is said; an entry with a mark has its own sentence."""
    assert replace(papers(), policy=None).doubt(entry(RIGHT)) is Doubt.UNKNOWN
    assert papers().doubt(entry(replace(RIGHT, stage="x"), ItemFault.FORGED)) is None


def test_a_name_that_was_given_may_be_opened() -> None:
    """The mailbox knows which names it sealed."""
    assert papers(identity_handle=bytes(16)).doubt(entry(OPENED)) is None
    assert papers(other_handles=[bytes(16)]).doubt(entry(replace(OPENED, about=About.WITNESS))) is None


def test_who_asked_is_the_signer_by_the_offices_list() -> None:
    """Another's role is the writer's word, and one that nobody has is not printed."""
    directory = Office(Drawn("plausible")).directory()
    role = directory.content.members[0].role.value
    signer = directory.content.members[0].id
    other = next(one.role.value for one in directory.content.members if one.role.value != role)
    assert asked_by(ENGLISH, directory, signer, role) == role
    assert asked_by(ENGLISH, directory, signer, other) == f"{other}, says the one who wrote this ({role})"
    assert "ministry" not in asked_by(ENGLISH, directory, signer, "regulator-of-the-ministry")


@pytest.mark.parametrize(
    ("day", "limit", "counts", "started", "told", "found"),
    [
        (2, "5 working days", None, 0, 0, WRONG),
        (2, "5 working days", None, -10, 0, EARLY),
        (2, "5 working days", None, -10, -5, None),
        (7, "5 working days", [1, 2, 3, 6, 7], 0, 0, None),
        (7, "5 working days", [3, 6, 7], 0, 0, WRONG),
        (20, "1 month", None, -10, 0, EARLY),
        (31, "1 month", None, 0, 0, None),
        (31, "999999 years", None, 0, 0, WRONG),
    ],
)
def test_a_last_day_that_its_limit_does_not_lead_to_is_told(
    day: int, limit: str, counts: list[int] | None, started: int, told: int, found: str | None
) -> None:
    """It would have begun before the report, counts other days, or comes sooner than the limit from its notice."""
    until = Until(
        later(day), provisional=False, limit=limit, counts=None if counts is None else [later(one) for one in counts]
    )
    assert limit_doubt(until, later(started), later(told)) == found


def test_the_first_notice_of_a_last_day_is_the_one_it_is_counted_from() -> None:
    """A later notice that repeats it is no reason to doubt it."""
    until = Until(later(2), provisional=False, limit="5 working days")
    first, again = replace(RIGHT, until=until, day=later(-5)), replace(RIGHT, until=until)
    assert papers().limit_doubt(ENGLISH, until, [entry(first), entry(again)]) is None
    assert "5 working days last longer" in str(papers().limit_doubt(ENGLISH, until, [entry(again)]))


def test_a_limit_longer_than_any_stops_no_command() -> None:
    """It is said as it is written, and doubted."""
    until = Until(later(2), provisional=False, limit="999999 years")
    one = replace(RIGHT, until=until)
    assert "999999 years" in "\n".join(notice_lines(ENGLISH, notice_document(one), NOW))
    assert "999999 years" in str(papers().limit_doubt(ENGLISH, until, [entry(one)]))


def test_no_text_pushes_what_stands_around_it_out_of_sight() -> None:
    """Two empty lines stay, whatever they are made of, and a line down the side shows whose words they are."""
    assert few_blank_lines("a" + "\n" * 30 + "b") == "a\n\n\nb"
    assert few_blank_lines("a" + "\n\u200b" * 30 + "\n\u3164\nb") == "a\n\n\nb"
    assert few_blank_lines("a" + "\u2028" * 9 + "\r\n" * 9 + "b") == "a\n\n\nb"
    assert few_blank_lines("a" + "\u3000" * 4000 + "b") == "a b"
    document = entry_document(entry(Message("a" + "\n" * 30 + "b", [])), Office(Drawn("plausible")).directory(), "en")
    assert entry_line(ENGLISH, document).splitlines()[-4:] == ["  | a", "  | ", "  | ", "  | b"]


def test_a_file_that_can_run_a_program_is_told() -> None:
    """Whatever stands around its ending."""
    assert all(can_run(name) for name in ("a.exe", "report.pdf_ .html", "x.Js", "photo.svg ", "x.lnk.", "z.hta"))
    assert not any(can_run(name) for name in ("a.pdf", "exe", "c.jpg", "html.txt", "照片.png"))
    assert [len(file_lines(ENGLISH, [{"name": name}])) for name in ("a.pdf", "a.js")] == [1, 2]
    assert file_lines(ENGLISH, []) == []


def test_nothing_is_called_refused_that_a_dishonest_reader_may_have_done() -> None:
    """The words for a dropped exclusion say that it may have been read."""
    assert "It was refused" not in MARKS[ItemFault.EXCLUDED]
    assert "may have read it" in MARKS[ItemFault.EXCLUDED]
