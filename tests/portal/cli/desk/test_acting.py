"""An act from the command line is judged before anything is sealed: what the server would refuse is refused here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from casework.clocks.calendars import Office
from casework.clocks.official_days import shipped_calendar
from casework.engine.refusals import Reason, Refusal
from casework.engine.sealed_steps import SealedCase
from casework.ids import MemberId
from casework.record.history import Entry, history
from casework.record.judging import Ruling
from casework.rules.acts import Act
from casework.rules.binding import Bound
from casework.rules.people import RoleId
from crypto import Event
from portal.cli.desk.acting import Wish, attempt
from portal.cli.desk.standing import Standing
from tests.casework.policies import bound

OFFICE = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def standing(policy_name: str, roles: set[str], *steps: tuple[str, dict[str, object]]) -> Standing:
    """A case where `li` holds these roles, and `wang` the others."""
    policy = bound(policy_name)
    holders = {one.id: (MemberId("li" if one.id in roles else "wang"),) for one in policy.rules.roles}
    whole = replace(policy, bound=Bound(holders=holders))
    told: list[tuple[str, dict[str, object]]] = [("received", {}), *steps]
    entries = [
        Entry(Event(bytes(16), n, kind, "2026-11-25", "li" if n else "worker", data), signed=n > 0)
        for n, (kind, data) in enumerate(told)
    ]
    case = history(whole.id, whole.version, entries)
    return Standing(Ruling(whole, OFFICE, NOW, lambda _: None), entries, case, SealedCase())


@pytest.mark.parametrize(
    ("roles", "member", "role"),
    [({"hr"}, "li", "hr"), ({"hr"}, "wang", None), ({"hr", "leadership"}, "wang", "leadership")],
)
def test_others_are_sent_away_by_a_role_above_alone(roles: set[str], member: str, role: str | None) -> None:
    """Whoever steps back says so; of others only who also holds a role above, and in that one."""
    case = standing("employee-complaint-confirm-appeal", roles, ("appeal-decided", {"to": "final"}))
    found = attempt(case, "li", Wish(Act.RECUSED, codes={"member": member}, text="x"))
    if role is None:
        assert isinstance(found, Refusal)
        assert found.reason is Reason.WRONG_ROLE
        assert Act.RECUSED in found.allowed
    else:
        assert not isinstance(found, Refusal)
        assert found.role == RoleId(role)


def test_nobody_makes_themselves_deputy_of_more_than_they_are() -> None:
    """Refused before anything is sealed, as the server would."""
    wish = Wish(Act.ASSIGNED, to="investigation", codes={"handler": "wang", "deputy": "li"})
    registered = ("registered", {"role": "company", "to": "registered"})
    below = attempt(standing("company-whistleblowing", {"company"}, registered), "li", wish)
    assert isinstance(below, Refusal)
    assert below.reason is Reason.SAME_PERSON
    alike = attempt(standing("company-whistleblowing", {"company", "dedicated-person"}, registered), "li", wish)
    assert not isinstance(alike, Refusal)


def test_an_extension_of_what_does_not_run_is_refused_before_it_is_told_to_anybody() -> None:
    """The limit begins with the acceptance: before it nothing can be extended, and afterwards only to a later day."""
    wish = Wish(Act.EXTENDED, codes={"clock": "conclusion", "until": "2027-02-10"}, text="x")
    before = attempt(standing("cn-xinfang", {"reception"}), "li", wish)
    assert isinstance(before, Refusal)
    holds = {str(one.id) for one in bound("cn-xinfang").rules.roles}
    running = standing("cn-xinfang", holds, ("accepted", {"to": "follow-up"}))
    assert not isinstance(attempt(running, "li", wish), Refusal)
    early = attempt(running, "li", replace(wish, codes={"clock": "conclusion", "until": "2026-12-01"}))
    assert isinstance(early, Refusal)
    assert early.reason is Reason.WRONG_CODE
