"""An office that asks for two signatures from a day on still reads the cases whose readers one changed alone before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import crypto
from crypto.case.item_faults import ItemFault
from portal.cli.desk.client import DeskSession, open_case
from tests.crypto.sample import TODAY
from tests.portal.desk.test_told_again import BRIBED, OTHER, Scene, as_it_is, two_with_a_case
from tests.support.offices.desk import DeskRoom

BEFORE = "2026-11-23"


@pytest.fixture
def scene(room: DeskRoom, tmp_path: Path) -> Iterator[Scene]:
    """Two who have claimed a case, whose readers one of them changed alone."""
    with two_with_a_case(room, tmp_path) as found:
        found.regrant(as_it_is)
        yield found


def raise_threshold(scene: Scene, single_until: str | None) -> crypto.VerifiedDirectory:
    """The keepers ask for two signatures; one was enough until that day."""
    office = scene.room.edge.office
    changes = {"sequence": 8, "issued": TODAY, "regrant_threshold": 2, "regrant_single_until": single_until}
    (scene.room.edge.settings.office / "directory.note").write_bytes(office.note(**changes))
    return office.directory(**changes)


def opened(scene: Scene, directory: crypto.VerifiedDirectory) -> crypto.Thread:
    """The case as a colleague opens it under that directory, without having opened this epoch before."""
    session = DeskSession(scene.leaving.line(OTHER), directory, OTHER)
    file = session.case(crypto.b64encode(scene.case))
    return open_case(scene.leaving.people[OTHER].keys, directory, file, None).thread


def read(scene: Scene, directory: crypto.VerifiedDirectory) -> list[ItemFault | None]:
    """How the reporter reads what the office wrote."""
    mailbox = crypto.open_mailbox(scene.made.keys, scene.room.edge.poll(scene.made))
    assert mailbox is not None
    return [entry.mark for entry in crypto.read_mailbox(directory, scene.made.keys, mailbox).thread.entries]


def test_a_change_that_one_signed_until_then_goes_on(scene: Scene) -> None:
    """Desk and reporter follow it, and an answer behind it is read; a change of now needs two."""
    directory = raise_threshold(scene, TODAY)
    scene.answer("还在")
    scene.room.edge.worker.work_once()
    assert [entry.mark for entry in opened(scene, directory).entries] == [None, None, None]
    assert read(scene, directory) == [None, None]
    bribed = scene.leaving.people[BRIBED]
    made = bribed.regrant(bribed.case(scene.case).json, [BRIBED], "alone")
    assert bribed.send(f"/api/cases/{crypto.b64encode(scene.case)}/steps", made["body"]).status_code == 422


@pytest.mark.parametrize("single_until", [None, BEFORE])
def test_a_change_that_one_signed_on_a_later_day_is_refused(scene: Scene, single_until: str | None) -> None:
    """Where two always had to sign, or from that day on."""
    directory = raise_threshold(scene, single_until)
    with pytest.raises(crypto.CryptoError):
        opened(scene, directory)
    scene.room.edge.worker.work_once()
    assert read(scene, directory) == [ItemFault.UNSIGNED]
