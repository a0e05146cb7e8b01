"""What reporters and investigators do with the commands in a daily round, before faces that may lie."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from portal.cli.terminal import today
from tests.support.attacks.tampered_answers import Machine
from tests.support.commands.office_in_process import office_in_process
from tests.support.commands.yanlu_process import POLICY
from tests.support.offices.reader_change_limit import unlimited_reader_changes
from tests.support.offices.sample_office import require_two_signatures
from tests.support.offices.shifted_clock import widen

A, B = "investigator-a", "investigator-b"
OWES = "quality-system-complaint"
"""A policy with duties that any of its readers may sign for."""
NAMES = {
    "report": "report", "inbox": "inbox", "inbox, saved": "inbox", "inbox, new receipt": "inbox",
    "first pull": "desk pull", "pull": "desk pull", "pull of another": "desk pull", "open": "desk open",
    "reply": "desk reply", "note": "desk note", "act, shown": "desk act", "act": "desk act", "letter": "desk letter",
    "together": "desk together", "publication": "desk publication", "log-report": "desk log-report",
    "renew": "desk renew", "renew, proposed": "desk renew",
    "tell again": "desk tell-again", "remove": "desk remove", "add": "desk add",
    "countersign, listed": "desk countersign", "countersign": "desk countersign", "decline": "desk countersign",
    "open, former": "desk open", "removals": "desk removals",
    "pull, re-granted": "desk pull", "renew-all": "desk renew-all", "renew-all of another": "desk renew-all",
    "new-keys": "desk new-keys", "new-secrets": "desk new-secrets", "duty-done": "desk duty-done",
}  # fmt: skip
"""What was done under which name by which command."""
CALLS = {
    "GET /api/batch",
    "GET /api/batch/<day>",
    "GET /api/blobs/<blob>",
    "GET /api/cases",
    "GET /api/cases/<case>",
    "GET /api/cases/<case>/blobs/<blob>/parts/<k>",
    "GET /api/cases/<case>/former",
    "GET /api/me",
    "GET /api/proposals",
    "GET /api/regrants",
    "GET /api/removals",
    "GET /log/log.note",
    "GET /office/calendars/<name>.json",
    "GET /office/office.json",
    "GET /office/policies/<name>.json",
    "GET /office/rules/<name>.json",
    "POST /api/blob",
    "POST /api/cases/<case>/proposals",
    "POST /api/cases/<case>/steps",
    "POST /api/claims",
    "POST /api/duties",
    "POST /api/filings",
    "POST /api/poll",
    "POST /api/posts",
    "POST /api/session",
    "POST /api/session/end",
    "POST /api/submissions",
    "PUT /api/blobs/<blob>/parts/<k>",
    "PUT /api/cases/<case>/key",
    "PUT /api/me/keys",
    "PUT /api/me/secrets",
}
"""What these commands ask of the faces."""


@contextmanager
def used_machine(folder: Path) -> Generator[Machine]:
    """A machine on which everything was done once that people do with the commands, before honest faces."""
    # Readers are changed by each command that can, within one day.
    with unlimited_reader_changes(), office_in_process(folder, (A, B)) as house:
        machine = Machine(house)
        widen(house.house.settings, {OWES: ("group", [A, B])}, today())
        _reporters(machine)
        _two(machine, _investigators(machine))
        _keys(machine)
        yield machine


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


def _investigators(machine: Machine) -> str:
    """A round with two cases; gives the one whose readers were changed."""
    house, folder = machine.house, machine.folder
    values = folder / "values"
    values.write_text(json.dumps({"due": "2027-12-31"}), "utf-8")
    pull = machine.does("first pull", *house.desk(A, "pull", *house.house.first_pull(A)))
    # The first report is the one with a second message; its receipt is used further down.
    lengths = {one: len(house.done(A, "open", "--", one).document["entries"]) for one in pull.document["cases"]}
    case, other = sorted(lengths, key=lambda one: -lengths[one])
    machine.does("pull", *house.desk(A, "pull", "--raw", folder / "raw"))
    machine.does("open", *house.desk(A, "open", "--save", folder / "saved", "--", case))
    machine.does("reply", *house.desk(A, "reply", "--text-file", folder / "note", "--attach", folder / "picture.bin",
                                 "--", case))  # fmt: skip
    machine.does("note", *house.desk(A, "note", "--text-file", folder / "note", "--", case))
    machine.does("act, shown", *house.desk(A, "act", "--", case))
    machine.does("act", *house.desk(A, "act", "--", case, "registered"))
    letter = ("--kind", "acceptance", "--language", "zh", "--values-file", values, "--out", folder / "letter.pdf")
    machine.does("letter", *house.desk(A, "letter", *letter, "--seal", "--", case))
    machine.does("together", *house.desk(A, "together", "--", case))
    machine.does("publication", *house.desk(A, "publication", "--", case))
    machine.does("duty-done", *house.desk(A, "duty-done", "--", OWES, "statistics"))
    taken = ("--entity", "group", "--policy", POLICY, "--kind", "report", "--consent", "minutes", "--checked", "agreed")
    machine.does("log-report", *house.desk(A, "log-report", *taken, "--text-file", folder / "text",
                                     "--receipt-out", folder / "taken.receipt"))  # fmt: skip
    house.work()
    machine.does("renew", *house.desk(A, "renew", "--", other))
    machine.does("remove", *house.desk(A, "remove", "--", other, B))
    machine.does("add", *house.desk(A, "add", "--", other, B))
    receipt = ("--receipt-file", folder / "one.receipt", "--json", "--save", folder / "answers")
    house.work()
    machine.does("inbox, saved", "inbox", *house.house.office(), *receipt)
    machine.does("inbox, new receipt", "inbox", *house.house.office(), *receipt[:3], "--new-receipt", folder / "fresh")
    return str(other)


def _two(machine: Machine, changed: str) -> None:
    """Where a change of readers needs two signatures; one signed `changed` before."""
    house = machine.house
    # Before the second signature is asked for: B still pulls what one signed alone.
    theirs = machine.does("pull of another", *house.desk(B, "pull", *house.house.first_pull(B))).document["cases"]
    house.done(A, "renew", "--", changed)
    gone = machine.does("removals", *house.desk(B, "removals")).document["removals"]
    assert [(one["case"], one["changes"][-1]["by"]) for one in gone] == [(changed, [A])]
    house.done(B, "pull")
    require_two_signatures(house.house.founded.folder, house.house.founded.keepers, today())
    case = next(one for one in house.member(A, "pull").document["cases"] if one in theirs and one != changed)
    machine.does("renew, proposed", *house.desk(A, "renew", "--", case))
    machine.does("countersign, listed", *house.desk(B, "countersign"))
    machine.does("decline", *house.desk(B, "countersign", "--decline", "--", case))
    house.done(A, "countersign", "--decline", "--", case)
    house.done(A, "renew", "--", case)
    machine.does("countersign", *house.desk(B, "countersign", "--yes", "--", case))
    machine.does("open, former", *house.desk(A, "open", "--former", "--", case))
    machine.does("pull, re-granted", *house.desk(A, "pull"))
    machine.does("tell again", *house.desk(A, "tell-again", "--", case))
    machine.does("renew-all", *house.desk(A, "renew-all"))
    machine.does("renew-all of another", *house.desk(B, "renew-all"))


def _keys(machine: Machine) -> None:
    house = machine.house
    machine.does("new-keys", *house.desk(A, "new-keys"))
    machine.does("new-secrets", *house.desk(B, "new-secrets", "--out", machine.folder / "fresh-secrets"))
