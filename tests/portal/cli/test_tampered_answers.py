"""Every command before a server that alters its answers field by field: the liar gets nothing, and is told so."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.support.attacks import daily_commands, other_commands, watch_commands
from tests.support.attacks.tampered_answers import STOPPED, Machine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SOME = 3
"""So many lies of each command are told here; `tests/soak/test_soak_lies.py` goes on telling others."""


WORKS = (daily_commands, other_commands, watch_commands)
"""The daily round; names, exports, leavings, proofs, the log and recovery; officer, seats and HR."""


@pytest.fixture(scope="module")
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One for all tests of a work."""
    with request.param.used_machine(tmp_path_factory.mktemp("house")) as machine:
        yield machine


def _name_of(work: ModuleType) -> str:
    return work.__name__.rsplit(".", maxsplit=1)[-1].removesuffix("_commands")


daily = pytest.mark.parametrize("machine", [daily_commands], indirect=True, ids=_name_of)


@pytest.mark.parametrize(
    ("machine", "name"),
    [pytest.param(work, name, id=f"{_name_of(work)}-{name}") for work in WORKS for name in work.NAMES],
    indirect=["machine"],
    scope="module",
)
def test_a_lie_about_a_field_gets_nothing(machine: Machine, name: str) -> None:
    """Nothing outside the profile, no other pin, nothing sealed to anybody else, 3 or 6 or the same as before."""
    assert machine.is_told_lies(SOME, name, name) == SOME


CASE = "GET /api/cases/<case>"


@daily
@pytest.mark.parametrize(
    ("name", "where", "how"),
    [("letter", "entity", "word"), ("act", "policy", "word"), ("open", "day", "earlier day")],
)
def test_what_was_signed_is_not_taken_from_the_desk(machine: Machine, name: str, where: str, how: str) -> None:
    """A letter names the company and the day of the sealed record: a file that says otherwise is refused."""
    honest = machine.told(name)
    assert machine.is_lied_to(honest, *honest.lie(CASE, where, how)).code in STOPPED


@daily
@pytest.mark.parametrize(("where", "how"), [("items/0/mac", "word"), ("events/0", "null"), ("items", "list")])
def test_a_pull_names_the_case_that_came_damaged(machine: Machine, where: str, how: str) -> None:
    """What came altered of a case is kept to be looked at, and the pull itself says of which case that is so."""
    honest = machine.told("first pull")
    ran = machine.is_lied_to(honest, *honest.lie(CASE, where, how))
    assert (ran.code, len(ran.document["damaged"])) == (0, 1)


@daily
@pytest.mark.parametrize(
    ("where", "how"), [("entries/0/packet", "other"), ("entries/0/id", "other"), ("entries", "list")]
)
def test_a_lie_about_a_re_granted_packet_gets_nothing(machine: Machine, where: str, how: str) -> None:
    """The packet of a case that a colleague re-granted may be another's, under another id, or withheld."""
    honest = machine.told("pull, re-granted")
    machine.is_lied_to(honest, *honest.lie("GET /api/regrants", where, how))


@daily
def test_a_stage_that_the_desk_alone_names_is_shown_nowhere(machine: Machine) -> None:
    """The stage is that of the record, whatever stands beside it; so is the day on which a report was sent."""
    honest = machine.told("first pull")
    assert machine.is_lied_to(honest, *honest.lie(CASE, "stage", "word")).code == 0
    sent = machine.told("report")
    assert machine.is_lied_to(sent, *sent.lie("POST /api/submissions", "day", "earlier day")).code == 0


@daily
@pytest.mark.parametrize(
    ("where", "how"),
    [
        ("removals/0/member", "member"), ("removals/0/case", "other"), ("removals/0/claim/n", "more"),
        ("removals/0/changes", "twice as long"), ("removals/0/changes/0/event/sig", "other"),
    ],
)  # fmt: skip
def test_a_removal_is_shown_as_it_is_proven_or_not_at_all(machine: Machine, where: str, how: str) -> None:
    """A row that names another member, case or change than those who signed is not shown, and the command says so."""
    honest = machine.told("removals")
    assert machine.is_lied_to(honest, *honest.lie("GET /api/removals", where, how)).code in STOPPED


@pytest.mark.parametrize(
    ("machine", "work"), [(work, work) for work in WORKS], indirect=["machine"], ids=_name_of, scope="module"
)
def test_the_lists_are_those_of_what_was_done(machine: Machine, work: ModuleType) -> None:
    """No command and no call stands outside of the lists."""
    assert machine.commands() == work.NAMES
    assert machine.asked() == work.CALLS
