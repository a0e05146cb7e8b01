"""The drill: backed up while it serves, lost, restored; every receipt and case opens, a deleted one does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import crypto
from casework.event_store.deletion import DeletionReason
from casework.event_store.store import METADATA as CASES
from portal.backup import dump
from portal.backup.backup import PAIR
from portal.backup.format import TableBegins
from portal.backup.sources import OpenedArchive
from portal.mailroom.tables import BLOBS
from portal.mailroom.tables import METADATA as MAILROOM
from portal.settings import StoreName
from portal.stores.engines import RestoreUnfinished
from portal.stores.rewriting import rewrite
from portal.wiring.deletion import build_deletion
from tests.crypto.sample import Case
from tests.portal.deletion.test_deletion import Handled, as_if_never, handle
from tests.support.faults.kill_points import killed_at
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import Edge, report, upgrade_as_owners
from tests.support.stores.backups import Vault, contents, wipe

LOST = tuple(name for name in StoreName if name is not StoreName.DELETIONS)


@dataclass
class LiveOffice:
    """A desk with cases in every state, and a vault for its backups."""

    room: DeskRoom
    holder: Colleague
    vault: Vault
    cases: list[Handled] = field(default_factory=list)
    fresh: Case | None = None

    @property
    def edge(self) -> Edge:
        """Intake and worker."""
        return self.room.edge

    def settle(self) -> None:
        """Handled cases, one of them re-granted, a report that no worker has seen, and a draft."""
        self.cases = [handle(self.room, self.holder, name) for name in ("first", "second")]
        again = self.cases[1].case
        made = self.holder.regrant(self.holder.case(again).json, ["li-wei", "sun-fang"], "next")
        assert self.holder.send(f"/api/cases/{crypto.b64encode(again)}/steps", made["body"]).status_code == 201
        assert self.holder.claim([made["grant"]]) == [True]
        self.fresh = report(self.edge, "fresh")
        assert self.edge.submit(self.fresh).status_code == 201

    def leave(self) -> None:
        """Every process ends."""
        self.room.close()
        self.edge.close()

    def come_back(self) -> None:
        """Every process starts again, on the same stores."""
        edge = Edge(self.edge.settings, self.edge.office, self.edge.hands)
        self.room = DeskRoom(edge)
        before = self.holder
        self.holder = Colleague(self.room, before.name, self.room.app.test_client(), before.totp_secret, before.grants)
        assert self.holder.attempt().status_code == 200


@pytest.fixture
def house(room: DeskRoom, tmp_path: Path) -> Iterator[LiveOffice]:
    """A desk with a few cases, on each pair of stores."""
    made = LiveOffice(room, room.sign_in("li-wei"), Vault(room.edge.settings, tmp_path / "vault"))
    made.settle()
    yield made
    if made.room is not room:
        made.leave()


def opens(house: LiveOffice, handled: Handled) -> None:
    """The receipt finds memo and answer, the holder every item, and both attachments are whole."""
    mailbox = crypto.open_mailbox(handled.filed.keys, house.edge.poll(handled.filed))
    assert mailbox is not None
    assert len(mailbox.items) >= 1
    answer = house.holder.case(handled.case)
    assert answer.status_code == 200
    thread = house.holder.thread(answer.json)
    assert [entry.mark for entry in thread.entries] == [None] * len(answer.json["items"])
    for blob in handled.blobs:
        path = f"/api/cases/{crypto.b64encode(handled.case)}/blobs/{crypto.b64encode(blob)}/parts/0"
        assert b"age-encryption.org/v1" in house.holder.get(path).data


def test_no_archive_holds_a_session(house: LiveOffice) -> None:
    """Each has half of a key, which must be gone when the session is; an archive would keep it for months."""
    house.vault.backup(house.edge.hands)
    rows: dict[str, int] = {}
    table = ""
    for part in OpenedArchive(house.vault.sources(StoreName.ACCOUNTS)[0]).parts():
        if isinstance(part, TableBegins):
            table = part.table.name
        else:
            rows[table] = rows.get(table, 0) + 1
    assert house.holder.get("/api/me").status_code == 200
    assert rows["members"] > 0
    assert "sessions" not in rows


def test_everything_comes_back_and_what_was_deleted_does_not(house: LiveOffice) -> None:
    """After the loss of every store but the list all receipts and cases open; one deleted meanwhile stays closed."""
    doomed = handle(house.room, house.holder, "doomed")
    made = house.vault.backup(house.edge.hands)
    assert sum(one.tally.objects for one in made) == 2 * 3
    assert [one.tally.missing for one in made] == [0] * len(StoreName)
    deletion = build_deletion(house.edge.settings, house.edge.hands)
    assert deletion.delete_case(doomed.case, DeletionReason.REQUEST)
    cookie = house.holder.client.get_cookie("yanlu_desk", domain="localhost")
    house.leave()
    wipe(house.edge.settings, *LOST)
    house.vault.restore(house.edge.hands, *LOST)
    house.come_back()
    doomed.holder = house.holder
    as_if_never(house.room, deletion, doomed)
    assert crypto.b64encode(doomed.case) not in {row["case"] for row in house.holder.get("/api/cases").json["cases"]}
    house.edge.worker.work_once()
    for handled in house.cases:
        opens(house, handled)
    assert house.fresh is not None
    # The copy of the deleted case is still in the batch, and can be claimed by nobody.
    assert any(house.holder.take_in())
    assert len(house.edge.poll(house.fresh).entries) == 1
    listed = {row["case"] for row in house.holder.get("/api/cases").json["cases"]}
    wanted = [*(one.case for one in house.cases), house.fresh.sealed.memo.case]
    assert listed == {crypto.b64encode(case) for case in wanted}
    stale = house.room.app.test_client()
    assert cookie is not None
    stale.set_cookie("yanlu_desk", cookie.value)
    assert stale.get("/api/me").status_code == 401
    deletion.close()


RESTORING = (
    ("portal.backup.restore:Restore._unmark", 0),
    ("portal.backup.restore:insert", 3),
    ("portal.mailroom.blobs:FolderBlobs.store", 1),
    ("portal.mailroom.blobs:BucketBlobs.store", 1),
    ("portal.deletion.deleting:Deletion.finish", 0),
)


def test_a_killed_restore_serves_nothing_and_is_run_again(house: LiveOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is stopped nothing may serve, and the next run ends with every row and object there was."""
    settings, hands, some = house.edge.settings, house.edge.hands, (*PAIR, StoreName.ACCOUNTS)
    house.leave()
    house.vault.backup(hands, *some)
    before, objects = contents(settings), sorted(house.edge.mailroom.blobs.places())
    wipe(settings, *some)
    kind = "Folder" if isinstance(settings.blobs, Path) else "Bucket"
    for place, after in RESTORING:
        if "Blobs" in place and f"{kind}Blobs" not in place:
            continue
        with killed_at(monkeypatch, place, after):
            house.vault.restore(hands, *some)
        with pytest.raises(RestoreUnfinished):
            upgrade_as_owners(settings)
    house.vault.restore(hands, *some)
    upgrade_as_owners(settings)
    found = contents(settings)
    assert before.pop("accounts.sessions")
    assert found.pop("accounts.sessions") == []
    assert found == before
    assert sorted(house.edge.mailroom.blobs.places()) == objects
    house.come_back()


BACKING_UP = (
    ("portal.backup.backup:dump_rows", 1),
    ("portal.backup.backup:dump_end", 2),
    ("portal.backup.backup:tables_of", 3),
    ("portal.backup.backup:note_used_keys", 0),
)


def test_a_killed_backup_leaves_the_archive_of_before(house: LiveOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle there is no half archive, yesterday's is still there, and the next run makes today's."""
    hands, vault = house.edge.hands, house.vault
    vault.backup(hands)
    yesterday = {name: vault.place(name).names() for name in StoreName}
    hands.now = hands.now.replace(day=25)
    for place, after in BACKING_UP:
        with killed_at(monkeypatch, place, after):
            vault.backup(hands)
    for name in StoreName:
        assert set(yesterday[name]) <= set(vault.place(name).names())
        for archive in vault.place(name).names():
            assert b"".join(vault.place(name).read(archive)).startswith(b"age-encryption.org/v1\n")
    vault.backup(hands)
    assert [len(vault.place(name).names()) for name in StoreName] == [2] * len(StoreName)
    with house.edge.mailroom.store.read() as connection:
        assert len(connection.execute(select(BLOBS)).all()) == 4


def test_what_moves_while_a_backup_runs_is_in_it(house: LiveOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is written again, and attachments that move, between the moment and its reading lack nothing."""
    edge, settings = house.edge, house.edge.settings
    before = contents(settings)
    places = sorted(edge.mailroom.blobs.places())
    read_rows, find_place = dump.dump_rows, dump._place
    passed: list[object] = []

    def rewrite_first(*arguments: Any) -> Any:
        passed.append([rewrite(store, tables) for store, tables in written])
        return read_rows(*arguments)

    def move_first(*arguments: Any) -> Any:
        place = find_place(*arguments)
        if edge.hands.now.date() == today:
            edge.hands.now += timedelta(days=1)
            passed.append(edge.worker.erase_order())
        return place

    today = edge.hands.now.date()
    written = ((edge.mailroom.store, MAILROOM), (edge.worker.cases, CASES))
    monkeypatch.setattr("portal.backup.backup.dump_rows", rewrite_first)
    monkeypatch.setattr(dump, "_place", move_first)
    made = house.vault.backup(edge.hands, *PAIR)
    # Who reads is in the way of who rewrites, and is not hurt by it.
    assert passed == [[False, False], [False, True], 4]
    assert [one.tally.missing for one in made] == [0, 0]
    assert sorted(edge.mailroom.blobs.places()) != places
    wipe(settings, *PAIR)
    house.vault.restore(edge.hands, *PAIR)
    found = contents(settings, *PAIR)
    for name in ("items", "blob_parts", "grants", "mailboxes"):
        assert found[f"mailroom.{name}"] == before[f"mailroom.{name}"]
    assert sorted(edge.mailroom.blobs.places()) == places
