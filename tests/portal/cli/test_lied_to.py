"""Every command before a server that alters its answers field by field: the liar gets nothing, and is told so."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.cli.terminal import today
from tests.portal.cli.test_answers import READ, UNREAD
from tests.support.command import POLICY
from tests.support.house_inside import Inside, house_inside
from tests.support.lied_to import STOPPED, Honest, Machine
from tests.support.office import require_two_signatures

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
A, B = "investigator-a", "investigator-b"
SOME = 3
"""So many lies of each command are told here; `tests/soak/test_soak_lies.py` goes on telling others."""


@contextmanager
def used_machine(folder: Path) -> Generator[Machine]:
    """A machine on which everything was done once that people do with the commands, before honest faces."""
    with house_inside(folder, (A, B)) as house:
        machine = Machine(house)
        _reporters(machine)
        _investigators(machine)
        _two(machine)
        _keys(machine)
        yield machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One for all tests here."""
    with used_machine(tmp_path_factory.mktemp("house")) as machine:
        yield machine


def _desk(house: Inside, member: str, *command: object) -> tuple[object, ...]:
    return ("desk", command[0], *house.house.secrets(member), "--json", *command[1:])


def _reporters(machine: Machine) -> None:
    house, folder = machine.house, machine.folder
    for name in ("text", "note"):
        (folder / name).write_text("夜班只签字不检查。", "utf-8")
    (folder / "picture.bin").write_bytes(b"\x89PNG" * 500)
    where = ("--entity", "group", "--policy", POLICY, "--text-file", folder / "text", "--json")
    for name in ("one", "two"):
        more = ("--receipt-out", folder / f"{name}.receipt", "--attach", folder / "picture.bin")
        machine.does("report", "report", *house.house.office(), *where, *more)
        house.work()
    receipt = ("--receipt-file", folder / "one.receipt", "--json")
    machine.does("inbox", "inbox", *house.house.office(), *receipt, "--text-file", folder / "note", "--attach",
                 folder / "picture.bin")  # fmt: skip
    house.work()


def _investigators(machine: Machine) -> None:
    house, folder = machine.house, machine.folder
    values = folder / "values"
    values.write_text(json.dumps({"due": "2027-12-31"}), "utf-8")
    pull = machine.does("first pull", *_desk(house, A, "pull", *house.house.first_pull(A)))
    case, other = pull.document["cases"][:2]
    machine.does("pull", *_desk(house, A, "pull", "--raw", folder / "raw"))
    machine.does("open", *_desk(house, A, "open", "--save", folder / "saved", "--", case))
    machine.does("reply", *_desk(house, A, "reply", "--text-file", folder / "note", "--attach", folder / "picture.bin",
                                 "--", case))  # fmt: skip
    machine.does("note", *_desk(house, A, "note", "--text-file", folder / "note", "--", case))
    machine.does("act, shown", *_desk(house, A, "act", "--", case))
    machine.does("act", *_desk(house, A, "act", "--", case, "registered"))
    letter = ("--kind", "acceptance", "--language", "zh", "--values-file", values, "--out", folder / "letter.pdf")
    machine.does("letter", *_desk(house, A, "letter", *letter, "--seal", "--", case))
    machine.does("together", *_desk(house, A, "together", "--", case))
    taken = ("--entity", "group", "--policy", POLICY, "--consent", "minutes", "--checked", "agreed")
    machine.does("take-down", *_desk(house, A, "take-down", *taken, "--text-file", folder / "text",
                                     "--receipt-out", folder / "taken.receipt"))  # fmt: skip
    house.work()
    machine.does("renew", *_desk(house, A, "renew", "--", other))
    machine.does("remove", *_desk(house, A, "remove", "--", other, B))
    machine.does("add", *_desk(house, A, "add", "--", other, B))
    receipt = ("--receipt-file", folder / "one.receipt", "--json", "--save", folder / "answers")
    house.work()
    machine.does("inbox, saved", "inbox", *house.house.office(), *receipt)
    machine.does("inbox, new receipt", "inbox", *house.house.office(), *receipt[:3], "--new-receipt", folder / "fresh")


def _two(machine: Machine) -> None:
    """Where a change of readers needs two signatures."""
    house = machine.house
    # Before the second signature is asked for: what one has signed until then, others would refuse.
    theirs = machine.does("pull of another", *_desk(house, B, "pull", *house.house.first_pull(B))).document["cases"]
    require_two_signatures(house.house.founded.folder, house.house.founded.keepers, today())
    case = next(one for one in house.member(A, "pull").document["cases"] if one in theirs)
    machine.does("renew, proposed", *_desk(house, A, "renew", "--", case))
    machine.does("countersign, listed", *_desk(house, B, "countersign"))
    machine.does("decline", *_desk(house, B, "countersign", "--decline", "--", case))
    house.done(A, "renew", "--", case)
    machine.does("countersign", *_desk(house, B, "countersign", "--yes", "--", case))
    house.done(A, "pull")
    machine.does("renew-all", *_desk(house, A, "renew-all"))
    machine.does("renew-all of another", *_desk(house, B, "renew-all"))


def _keys(machine: Machine) -> None:
    house = machine.house
    machine.does("new-keys", *_desk(house, A, "new-keys"))
    machine.does("new-secrets", *_desk(house, B, "new-secrets", "--out", machine.folder / "fresh-secrets"))


NAMES = ["report", "inbox", "first pull", "pull", "open", "reply", "note", "act, shown", "act", "letter", "together",
         "take-down", "renew", "remove", "add", "inbox, saved", "inbox, new receipt", "pull of another",
         "renew, proposed", "countersign, listed", "countersign", "decline", "renew-all",
         "renew-all of another", "new-keys", "new-secrets"]  # fmt: skip


def honest_run(machine: Machine, name: str) -> Honest:
    """The command of that name, as it went."""
    return next(one for one in reversed(machine.honest) if one.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_a_lie_about_a_field_gets_nothing(machine: Machine, name: str) -> None:
    """Nothing outside the profile, no other pin, nothing sealed to anybody else, 3 or 6 or the same as before."""
    honest = honest_run(machine, name)
    for at, lie in honest.some_lies(SOME, name):
        machine.is_lied_to(honest, at, lie)


CASE = "GET /api/cases/<case>"


@pytest.mark.parametrize(
    ("name", "where", "how"),
    [("letter", "entity", "word"), ("act", "policy", "word"), ("open", "day", "earlier day")],
)
def test_what_was_signed_is_not_taken_from_the_desk(machine: Machine, name: str, where: str, how: str) -> None:
    """A letter names the company and the day of the sealed record: a file that says otherwise is refused."""
    honest = honest_run(machine, name)
    assert machine.is_lied_to(honest, *honest.lie(CASE, where, how)).code in STOPPED


@pytest.mark.parametrize(("where", "how"), [("items/0/mac", "word"), ("events/0", "null"), ("items", "list")])
def test_a_pull_names_the_case_that_came_damaged(machine: Machine, where: str, how: str) -> None:
    """What came altered of a case is kept to be looked at, and the pull itself says of which case that is so."""
    honest = honest_run(machine, "first pull")
    ran = machine.is_lied_to(honest, *honest.lie(CASE, where, how))
    assert (ran.code, len(ran.document["damaged"])) == (0, 1)


def test_a_stage_that_the_desk_alone_names_is_shown_nowhere(machine: Machine) -> None:
    """The stage is that of the record, whatever stands beside it; so is the day on which a report was sent."""
    honest = honest_run(machine, "first pull")
    assert machine.is_lied_to(honest, *honest.lie(CASE, "stage", "word")).code == 0
    sent = honest_run(machine, "report")
    assert machine.is_lied_to(sent, *sent.lie("POST /api/submissions", "day", "earlier day")).code == 0


def test_the_names_are_those_of_the_commands(machine: Machine) -> None:
    """No command that was done stands outside of the list."""
    assert sorted({one.name for one in machine.honest}) == sorted(NAMES)


def test_the_answers_that_are_read_are_those_of_the_list(machine: Machine) -> None:
    """Each document that a command was given here has its reader in the list of calls, or is known as unread."""
    given = {said.rule for one in machine.honest for said in one.said if said.is_json and said.status < 400}
    assert given <= READ.keys() | UNREAD.keys()
    assert len(given) > 12
