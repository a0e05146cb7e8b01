"""A member who was away for several changes of readers, at the command line: each has to be signed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import crypto
from portal.cli.desk.profile import Profile
from portal.cli.errors import Exit
from portal.cli.terminal import today
from tests.crypto.moves import Link, Mover
from tests.support.commands.office_in_process import Call, Inside, office_in_process
from tests.support.offices.sample_office import require_two_signatures

pytestmark = pytest.mark.timeout(1800)
A, B, C, PLOTTER = "investigator-a", "investigator-b", "approver-a", "custodian-a"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Inside]:
    """A case that three members have pulled, in its first epoch."""
    with office_in_process(tmp_path, (A, B, C, PLOTTER)) as found:
        require_two_signatures(found.house.founded.folder, found.house.founded.keepers, today())
        found.file_report()
        for name in (A, B, C):
            assert len(found.first_pull(name)) == 1
        yield found


def pinned(house: Inside) -> crypto.Grant:
    """The grant that A's machine holds."""
    [file] = (house.profile(A) / "cases").iterdir()
    case = json.loads(file.read_bytes())["case"]
    grant = Profile(house.profile(A)).grant(house.house.members[A].staff, crypto.b64decode(case))
    assert grant is not None
    return grant


def changed_twice(house: Inside, case: str) -> None:
    """B proposes a new key and C signs it, two times over."""
    for _ in range(2):
        house.done(B, "renew", "--", case)
        house.done(C, "pull")
        house.done(C, "countersign", "--yes", "--", case)
        house.done(B, "pull")
    # Who had not claimed the epoch before finds the grant in a slot of the batch.
    house.work()


def plotted(house: Inside, first: crypto.Grant, file: dict[str, Any]) -> Link:
    """Two re-grants by B and a custodian, who never held the case; the second names both as its former holders."""
    members = house.house.members
    mover = Mover(house.house.founded.folder.verified(today()), lambda name: members[name].staff, os.urandom)
    link, plot = Link(first, b"", None, None, file["items"]), [B, PLOTTER]
    for _ in range(2):
        link = mover.move(link, [*plot, A], plot)
    return link


def served(house: Inside, file: dict[str, Any], link: Link) -> dict[str, Any]:
    """The file of the case with that grant, and with an event of B's that bears the signatures under it."""
    case, directory = link.grant.case, house.house.founded.folder.verified(today())
    assert link.proof is not None
    assert link.history is not None
    told = crypto.verify_events(directory, case, file["events"])
    item = crypto.read_item(link.items[-1])
    data = {"grant": crypto.b64encode(link.grant.hash), "item": crypto.b64encode(item.hash), **link.proof.document()}
    event = crypto.Event(case, len(told), "regranted", directory.today, B, data)
    signed = crypto.sign_event(house.house.members[B].staff, event, told[-1].hash)
    [*_, last] = crypto.verify_events(directory, case, [*file["events"], signed.document()])
    return file | {
        "packet": crypto.b64encode(link.packet), "history": crypto.b64encode(link.history), "items": link.items,
        "events": [*file["events"], signed.document()], "epoch": link.grant.epoch,
        "head": {"n": event.n, "hash": crypto.b64encode(last.hash)},
    }  # fmt: skip


def lie(house: Inside, case: str, link: Link) -> None:
    """From now on the desk serves that grant."""

    def told(call: Call, status: int, body: bytes) -> tuple[int, bytes]:
        if call.method == "GET" and call.path == f"/api/cases/{case}":
            return status, json.dumps(served(house, json.loads(body), link)).encode()
        return status, body

    house.line.lie = told


def file_of(house: Inside) -> dict[str, Any]:
    """The case as A's machine keeps it."""
    [file] = (house.profile(A) / "cases").iterdir()
    return json.loads(file.read_bytes())


def test_who_was_away_follows_two_changes_of_readers(house: Inside) -> None:
    """A's machine has the first grant; the next pull takes the third one over and pins it."""
    first = pinned(house)
    case = crypto.b64encode(first.case)
    changed_twice(house, case)
    assert house.done(A, "pull").document["cases"] == [case]
    assert (first.epoch, pinned(house).epoch) == (0, 2)


def test_a_change_that_is_withheld_leads_nowhere(house: Inside) -> None:
    """Without the notice of the first of two changes nothing is taken over, pinned or written; with it, all is."""
    first = pinned(house)
    case = crypto.b64encode(first.case)
    changed_twice(house, case)

    def withheld(call: Call, status: int, body: bytes) -> tuple[int, bytes]:
        if call.method != "GET" or call.path != f"/api/cases/{case}":
            return status, body
        said = json.loads(body)
        told = [item for item in said["items"] if item["dir"] == "to-reporter"]
        return status, json.dumps(said | {"items": [item for item in said["items"] if item != told[0]]}).encode()

    house.line.lie = withheld
    refused(house, case, first)
    house.line.lie = None
    house.done(A, "pull")
    assert pinned(house).epoch == 2


def test_a_holder_and_a_custodian_lead_nobody_to_keys_of_theirs(house: Inside) -> None:
    """Signed by as many as the directory asks for, each a former holder by the word of the grant alone."""
    first, file = pinned(house), file_of(house)
    case = crypto.b64encode(first.case)
    lie(house, case, plotted(house, first, file))
    refused(house, case, first)


def refused(house: Inside, case: str, first: crypto.Grant) -> None:
    """Whatever A does, the case is refused by name, the pin stays and nothing is written."""
    words = house.house.folder / "words"
    words.write_text("secret", "utf-8")
    for command in (
        ("pull",),
        ("open", "--save", words.parent, "--", case),
        ("reply", "--text-file", words, "--", case),
    ):
        ran = house.member(A, *command)
        assert ran.code in {int(Exit.REFUSED), int(Exit.NOT_VERIFIED)}, (command, ran.out, ran.err)
        assert "successor" in ran.out + ran.err, (command, ran.out, ran.err)
        assert house.line.sent(f"/api/cases/{case}") == []
        assert pinned(house).hash == first.hash
