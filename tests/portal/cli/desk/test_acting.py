"""An act from the command line is judged before anything is sealed: what the server would refuse is refused here."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.refusals import Refusal, RefusalReason
from casework.engine.sealed_steps import SealedCase
from casework.event_store.event_kinds import item_directions
from casework.event_store.extending import extension_days
from casework.event_store.history import StreamEntry, history
from casework.event_store.step_check import Ruling
from casework.ids import MemberId
from casework.rules.acts import Act
from casework.rules.binding import Bound
from casework.rules.roles import RoleId
from crypto import Event, ReadEvent, VerifiedDirectory
from crypto.case.payloads import Direction
from portal.cli.desk.act_command import action_request_of, judged
from portal.cli.desk.acting import ActionRequest, attempt, notice_of, refused
from portal.cli.desk.case_state import NO_RULES, NoRules, RuledCase
from portal.cli.desk.named_stage import with_named_stages
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.notices import notice_document, notice_lines
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from portal.settings import read_settings
from tests.casework.policies import bound
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

OFFICE = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def ruled(policy_name: str, roles: set[str], *steps: tuple[str, dict[str, object]]) -> RuledCase:
    """A case where `li` holds these roles, and `wang` the others; where there are none, the same."""
    policy = bound(policy_name)
    others = {one.id for one in policy.rules.roles} - roles or roles
    pairs = {"li": roles, "wang": others}
    holders = {
        one.id: tuple(MemberId(name) for name, held in pairs.items() if one.id in held) for one in policy.rules.roles
    }
    whole = replace(policy, bound=Bound(holders=holders))
    told: list[tuple[str, dict[str, object]]] = [("received", {}), *steps]
    entries = [
        StreamEntry(Event(bytes(16), n, kind, "2026-11-25", "li" if n else "worker", data), signed=n > 0)
        for n, (kind, data) in enumerate(told)
    ]
    case = history(whole.id, whole.version, entries)
    return RuledCase(Ruling(whole, OFFICE, NOW, lambda _: None), entries, case, SealedCase())


@pytest.mark.parametrize(
    ("roles", "member", "role"),
    [({"hr"}, "li", "hr"), ({"hr"}, "wang", None), ({"hr", "leadership"}, "wang", "leadership")],
)
def test_others_are_sent_away_by_a_role_above_alone(roles: set[str], member: str, role: str | None) -> None:
    """Anyone who steps back says so; of others only who also holds a role above, and in that one."""
    case = ruled("employee-complaint-confirm-appeal", roles, ("appeal-decided", {"to": "final"}))
    found = attempt(case, "li", ActionRequest(Act.RECUSED, codes={"member": member}, text="x"))
    if role is None:
        assert isinstance(found, Refusal)
        assert found.reason is RefusalReason.WRONG_ROLE
        assert Act.RECUSED in found.allowed
    else:
        assert not isinstance(found, Refusal)
        assert found.role == RoleId(role)


def test_nobody_makes_themselves_deputy_of_more_than_they_are() -> None:
    """Refused before anything is sealed, as the server would."""
    wish = ActionRequest(Act.ASSIGNED, to="investigation", codes={"handler": "wang", "deputy": "li"})
    registered = ("registered", {"role": "company", "to": "registered"})
    below = attempt(ruled("company-whistleblowing", {"company"}, registered), "li", wish)
    assert isinstance(below, Refusal)
    assert below.reason is RefusalReason.SAME_PERSON
    alike = attempt(ruled("company-whistleblowing", {"company", "dedicated-person"}, registered), "li", wish)
    assert not isinstance(alike, Refusal)


def test_one_signature_takes_no_case_from_a_deputy_and_gives_it_to_nobody_unknown() -> None:
    """With a deputy named only the handler or the deputy hand on; to somebody without a role nobody can."""
    roles = {"company", "dedicated-person"}
    named = ("assigned", {"handler": "li", "deputy": "wang", "to": "investigation"})
    held = ruled("company-whistleblowing", roles, ("registered", {"to": "registered"}), named)
    wish = ActionRequest(Act.REASSIGNED, codes={"handler": "li"})
    assert not isinstance(attempt(held, "li", wish), Refusal)
    theirs = ("assigned", {"handler": "wang", "deputy": "wang", "to": "investigation"})
    by_another = attempt(
        ruled("company-whistleblowing", roles, ("registered", {"to": "registered"}), theirs), "li", wish
    )
    assert isinstance(by_another, Refusal)
    assert (by_another.reason, by_another.names) == (RefusalReason.WRONG_ROLE, ("wang", "wang"))
    fresh = ruled("company-whistleblowing", roles)
    lost = attempt(fresh, "li", ActionRequest(Act.REASSIGNED, codes={"handler": "nobody-x"}))
    assert isinstance(lost, Refusal)
    assert lost.reason is RefusalReason.WRONG_CODE


@pytest.mark.parametrize("codes", [{"handler": "wang"}, {}])
def test_a_case_is_given_to_a_colleague_or_back_from_the_command_line(codes: dict[str, str]) -> None:
    """With words or without, in a stage that knows no act of its own for it; a deputy only beside a handler."""
    case = ruled("company-whistleblowing", {"company"}, ("registered", {"role": "company", "to": "registered"}))
    for text in ("", "I am away for two weeks."):
        found = attempt(case, "li", ActionRequest(Act.REASSIGNED, codes=codes, text=text))
        assert not isinstance(found, Refusal)
        assert (found.act, found.to, dict(found.codes)) == (Act.REASSIGNED, None, codes)
    refused = attempt(case, "li", ActionRequest(Act.REASSIGNED, codes=codes | {"deputy": "li"}))
    assert isinstance(refused, Refusal)
    # Who names the handler gets none of the handler's roles by being the deputy.
    assert refused.reason is (RefusalReason.WRONG_ROLE if codes else RefusalReason.WRONG_CODE)
    other = attempt(case, "li", ActionRequest(Act.REASSIGNED, codes=codes | {"deputy": "sun"}))
    # Without a role of the policy nobody stands in.
    assert isinstance(other, Refusal)
    assert other.reason is RefusalReason.WRONG_CODE


def test_an_extension_of_what_does_not_run_is_refused_before_it_is_told_to_anybody() -> None:
    """The limit begins with the acceptance: before it nothing can be extended, and afterwards only to a later day."""
    wish = ActionRequest(Act.EXTENDED, codes={"clock": "conclusion", "until": "2027-02-10"}, text="x")
    before = attempt(ruled("cn-xinfang", {"reception"}), "li", wish)
    assert isinstance(before, Refusal)
    holds = {str(one.id) for one in bound("cn-xinfang").rules.roles}
    running = ruled("cn-xinfang", holds, ("accepted", {"to": "follow-up"}))
    assert not isinstance(attempt(running, "li", wish), Refusal)
    early = attempt(running, "li", replace(wish, codes={"clock": "conclusion", "until": "2026-12-01"}))
    assert isinstance(early, Refusal)
    assert early.reason is RefusalReason.WRONG_CODE


@pytest.mark.parametrize("option", ["due", "next_stage"])
def test_a_day_beside_an_extension_is_refused_and_not_dropped(option: str) -> None:
    """What the reporter is told of it is the new last day, and no other."""
    given: dict[str, object] = dict.fromkeys(("to", "tell", "text_file", "reward", "next_stage", "due", "own_words"))
    given |= {"codes": ("clock=conclusion", "until=2027-02-10"), "files": (), "outcomes": (), "measures": ()}
    with pytest.raises(CommandError, match="--due and --next don't go with an extension"):
        action_request_of("extended", given | {option: "2027-01-31"})


def test_the_reporter_hears_the_new_day_of_an_extension() -> None:
    """Nobody has to type it a second time, and no other day is named in its place."""
    holds = {str(one.id) for one in bound("cn-xinfang").rules.roles}
    running = ruled("cn-xinfang", holds, ("accepted", {"to": "follow-up"}))
    wish = ActionRequest(Act.EXTENDED, codes={"clock": "conclusion", "until": "2027-02-10"}, text="x", due="2027-01-31")
    event = attempt(running, "li", wish)
    assert not isinstance(event, Refusal)
    told = notice_of(running, wish, event, [])
    assert told.due == "2027-02-10"
    assert "By 2027-02-10" in notice_lines(Terminal(Catalogue("en"), as_json=False), notice_document(told), NOW.date())


@pytest.mark.parametrize(("beside", "fits"), [(-1, False), (0, True)])
@pytest.mark.parametrize("end", ["first", "last"])
def test_the_days_of_an_extension_are_those_that_the_record_takes(end: str, beside: int, fits: bool) -> None:
    """The first and the last day are taken, the one before and the one after are not, and the refusal names both."""
    holds = {str(one.id) for one in bound("cn-xinfang").rules.roles}
    running = ruled("cn-xinfang", holds, ("accepted", {"to": "follow-up"}))
    days = extension_days(running.policy, running.case, "conclusion", (OFFICE, NOW))
    assert days is not None
    first, last = days
    assert last is not None
    day = (first + timedelta(days=beside)) if end == "first" else (last - timedelta(days=beside))
    wish = ActionRequest(Act.EXTENDED, codes={"clock": "conclusion", "until": day.isoformat()}, text="x")
    found = attempt(running, "li", wish)
    assert isinstance(found, Refusal) is not fits
    at = SimpleNamespace(staff=SimpleNamespace(member="li"), terminal=None, session=None)
    if not fits:
        with pytest.raises(CommandError, match=f"from {first} to {last}"):
            judged(at, running, wish)  # pyright: ignore[reportArgumentType]


GRANT = SimpleNamespace(body=SimpleNamespace(policy="company"))


Written = list[tuple[str, str, object]]
Without = Callable[..., tuple[Callable[..., Ran], Written]]


@pytest.fixture
def without(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Without:
    """`desk act` of sun-fang in a case without rules in which these asked for its deletion; and what it writes."""
    words, written = tmp_path / "words", Written()
    words.write_text("期限已过。", "utf-8")

    def refuse(*_: object) -> None:
        raise NoRules(Exit.REFUSED, NO_RULES)

    def made(*askers: str) -> tuple[Callable[..., Ran], Written]:
        kinds = (("received", "worker"), *(("deletion-asked", one) for one in askers))
        events = [
            ReadEvent(Event(bytes(16), n, kind, "2026-11-25", actor, {}), bytes(32), None)
            for n, (kind, actor) in enumerate(kinds)
        ]

        @contextmanager
        def at_case(terminal: object, _way: object, case: str) -> Generator[object]:
            whole = SimpleNamespace(require_whole=lambda: None, grant=GRANT, row={"version": "1"}, events=events)
            staff = SimpleNamespace(member="sun-fang")
            yield SimpleNamespace(terminal=terminal, session=None, case=case, staff=staff, open=lambda: whole)

        monkeypatch.setattr("portal.cli.desk.act_command.at_case", at_case)

        def run(act: str, *more: str) -> Ran:
            line = ("desk", "act", "--profile", tmp_path, "--text-file", words, *more, "--json", "--", "case", act)
            return inside(capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}), *line)

        return run, written

    at = "portal.cli.desk.act_command"
    monkeypatch.setattr(f"{at}.ruled_case", refuse)
    monkeypatch.setattr(f"{at}.office_ready", lambda *_, **__: object())
    monkeypatch.setattr(
        f"{at}.write_note", lambda _at, _opened, text, _files, kind, names: written.append((kind, text, names))
    )
    return made


def test_without_rules_two_can_still_agree_on_a_deletion(without: Without) -> None:
    """Where the policy has no rules, asking and agreeing are notes under their own names; no other act is."""
    run, written = without("li-wei")
    assert [run(act).code for act in ("deletion-asked", "deletion-approved")] == [0, 0]
    assert written == [("deletion-asked", "期限已过。", {}), ("deletion-approved", "期限已过。", {"asking": "1"})]
    refused = run("held")
    assert (refused.code, "without rules" in refused.err, len(written)) == (Exit.REFUSED, True, 2)
    assert item_directions("deletion-approved", ruled=False) == {Direction.OFFICE_ONLY}
    assert item_directions("held", ruled=False) is None


@pytest.mark.parametrize(
    ("askers", "named", "said"),
    [
        ((), (), "First: ask to delete the case"),
        (("sun-fang",), (), "Somebody else must do this than who did “ask to delete the case”"),
        (("li-wei", "li-wei"), (), "read entry 2 of the record"),
        (("li-wei", "li-wei"), ("--code", "asking=3"), "read entry 2 of the record"),
        (("li-wei",), ("--code", "asking=7"), "read entry 1 of the record"),
    ],
)
def test_without_rules_an_agreement_that_nothing_counts_is_not_recorded(
    without: Without, askers: tuple[str, ...], named: tuple[str, ...], said: str
) -> None:
    """It says why, and nothing is written; the request that waits can be named."""
    run, written = without(*askers)
    ran = run("deletion-approved", *named)
    assert (ran.code, written) == (Exit.REFUSED, [])
    assert "This agreement would not count: " in ran.err
    assert said in ran.err
    if len(askers) == 2:
        assert run("deletion-approved", "--code", "asking=2").code == 0
        assert written == [("deletion-approved", "期限已过。", {"asking": "2"})]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "It is too early: Statement of reasons and evidence (from 3 December 2026)."),
        ("zh", "尚未到时间：说明理由并举证（2026 年 12 月 3 日起可以办理）"),
    ],
)
def test_what_is_too_early_names_the_limit_that_it_waits_for_and_the_first_day(language: str, said: str) -> None:
    """A stage of this policy has the id of the limit; its name says nothing of any time."""
    holds = {str(one.id) for one in bound("company-retaliation").rules.roles}
    waits = ruled("company-retaliation", holds, ("grounds-asked", {"role": "investigators", "to": "grounds"}))
    found = attempt(waits, "li", ActionRequest(Act.GROUNDS_MISSING, text="x"))
    assert isinstance(found, Refusal)
    strangers = cast("VerifiedDirectory", SimpleNamespace(member=dict[str, None]().get))
    assert said in str(refused(waits, found, Catalogue(language), strangers))


@pytest.mark.parametrize("given", ["investigation", "Under Investigation", "  调查核实 "])
def test_the_stage_that_comes_next_is_named_by_its_id_or_its_name(given: str) -> None:
    """In either language; what is no stage is refused with all that there are."""
    case = ruled("company-whistleblowing", {"company"})
    wish = ActionRequest(Act.ACKNOWLEDGED, text="x", next=given)
    assert with_named_stages(case, wish, Catalogue("en")).next == "investigation"
    assert with_named_stages(case, replace(wish, next=None, to=given), Catalogue("en")).to == "investigation"
    with pytest.raises(CommandError, match="--to inquest: this policy has no such stage"):
        with_named_stages(case, replace(wish, next=None, to="inquest"), Catalogue("en"))
    with pytest.raises(CommandError) as raised:
        with_named_stages(case, replace(wish, next="inquest"), Catalogue("en"))
    assert raised.value.code is Exit.USAGE
    assert "--next inquest: this policy has no such stage. Its stages: Received (received), " in str(raised.value)


def test_a_hold_is_offered_again_where_only_the_server_may_have_ended_it() -> None:
    """Its end, signed by nobody whom this program counts, opens it; once it was set again it is offered no more."""
    first = ("held", {"role": "hr"}), ("release-asked", {"role": "hr"})
    ended = ("released", {"role": "hr", "asking": "9"})
    cases = (first, (*first, ended), (*first, ended, first[0]))
    offered = [Act.HELD in ruled("employee-complaint-confirm-appeal", {"hr"}, *steps).allowed("li") for steps in cases]
    assert offered == [False, True, False]


def test_where_the_text_has_the_reporter_told_by_when_the_message_names_a_day() -> None:
    """P09: how it stands and when it is expected to be solved; with the day it goes out, and the notice shows it."""
    case = ruled("customer-complaint-handling", {"company"})
    wish = ActionRequest(Act.PROGRESS_REPORTED, text="We look for the missing part.")
    undated = attempt(case, "li", wish)
    assert isinstance(undated, Refusal)
    assert (undated.reason, undated.names) == (RefusalReason.DAY_FIRST, (Act.PROGRESS_REPORTED,))
    dated = replace(wish, due="2026-12-11")
    event = attempt(case, "li", dated)
    assert not isinstance(event, Refusal)
    assert notice_of(case, dated, event, []).due == "2026-12-11"
    assert not isinstance(attempt(case, "li", ActionRequest(Act.ACKNOWLEDGED)), Refusal)
