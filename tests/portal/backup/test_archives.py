"""Archives: sealed, whole or refused, and never restored over anything."""

from __future__ import annotations

import ast
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

import crypto
from casework.event_store.log_head import log_head
from crypto.sealing.age import open_sealed, seal
from portal.backup import errors
from portal.backup.backup import Backup
from portal.backup.errors import (
    ArchiveMissing,
    ArchiveRefused,
    ListTooOld,
    NoQuietMoment,
    RunsDiffer,
    SharedPlace,
    StoreInUse,
)
from portal.backup.format import (
    DAMAGED,
    MAGIC,
    ArchiveHead,
    ArchiveReader,
    ArchiveRow,
    ColumnKind,
    TableForm,
    end_record,
    head_record,
    object_record,
    record,
    row_record,
    table_record,
)
from portal.backup.names import archive_name
from portal.backup.snapshots import consistent_snapshots
from portal.backup.used_keys import StoreBackup, require_apart
from portal.cli.words import Catalogue
from portal.mailroom.erasure import ERASURE_KEYS
from portal.settings import StoreName
from portal.wiring.backup import build_backup
from tests.support.commands.yanlu_process import ROOT
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import Edge, open_edge, random_report, settings_for
from tests.support.servers.postgres import Postgres
from tests.support.servers.s3 import S3
from tests.support.stores.backends import embedded_stores, scaled_stores
from tests.support.stores.backups import Vault, contents, wipe

ERASURE = StoreName.ERASURE


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    """Intake and worker on SQLite, with some keys in the erasure store."""
    made = open_edge(embedded_stores(tmp_path), tmp_path)
    made.mailroom.erasure.draw(made.hands.now.date())
    yield made
    made.close()


@pytest.fixture
def vault(edge: Edge, tmp_path: Path) -> Vault:
    """Where its archives go."""
    return Vault(edge.settings, tmp_path / "vault")


def file_of(vault: Vault, store: StoreName = ERASURE) -> Path:
    """The one archive of a store."""
    (file,) = (vault.folder / store).iterdir()
    return file


def plain(vault: Vault, store: StoreName = ERASURE) -> bytes:
    """What is sealed in the one archive of a store."""
    return open_sealed(file_of(vault, store).read_bytes(), vault.keys[store], 1)


def test_an_archive_shows_nothing_but_its_store_and_day(edge: Edge, vault: Vault) -> None:
    """No key and no name of ours is in its bytes, its file is dated to midnight, its rows are sorted by their ids."""
    vault.backup(edge.hands, ERASURE)
    file = file_of(vault)
    assert file.name == "erasure-2026-11-24.yanlu"
    assert file.stat().st_mtime == datetime(2026, 11, 24, tzinfo=UTC).timestamp()
    with edge.mailroom.erasure.store.read() as connection:
        rows = connection.execute(select(ERASURE_KEYS)).all()
    sealed = file.read_bytes()
    words = [bytes(cell) for row in rows for cell in (row.key, row.erasure_id)]
    words += [crypto.b64encode(word).encode() for word in words] + [b"erasure_keys", b"yanlu"]
    assert [word for word in words if word in sealed] == []
    found = [part.values for part in ArchiveReader(io.BytesIO(plain(vault))).parts() if isinstance(part, ArchiveRow)]
    assert found == sorted((row.erasure_id, row.key, row.day) for row in rows)
    assert len(found) == 32


def damaged(sealed: bytes, how: str) -> bytes:
    """A sealed archive with something wrong."""
    middle = len(sealed) // 2
    return {
        "cut": sealed[:-1],
        "half": sealed[:middle],
        "empty": b"",
        "altered": sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :],
        "longer": sealed + b"\0",
        "other-key": seal(b"", [crypto.Identity(bytes(32)).recipient], os.urandom),
    }[how]


def test_a_damaged_or_foreign_archive_is_refused_before_anything_is_written(edge: Edge, vault: Vault) -> None:
    """Cut, altered, lengthened, or sealed to another key: refused, and the empty store is as it was."""
    vault.backup(edge.hands, ERASURE)
    sealed = file_of(vault).read_bytes()
    wipe(edge.settings, ERASURE)
    for how in ("cut", "half", "empty", "altered", "longer", "other-key"):
        refuses(edge, vault, damaged(sealed, how), how)


def refuses(edge: Edge, vault: Vault, sealed: bytes, how: str) -> None:
    """The archive is refused, and the erasure store stays as it was: without a table."""
    vault.place(ERASURE).store(archive_name(ERASURE, HEAD.day), HEAD.day, [sealed])
    with pytest.raises(ArchiveRefused):
        vault.restore(edge.hands, ERASURE)
    assert inspect(edge.mailroom.erasure.store.engine).get_table_names() == [], how


FORM = TableForm("erasure_keys", (("erasure_id", ColumnKind.BYTES), ("key", ColumnKind.BYTES), ("day", ColumnKind.DAY)))
HEAD = ArchiveHead(ERASURE, date(2026, 11, 24), "", "0110", b"", 0, (FORM,))
ROW = row_record(FORM, (bytes(16), bytes(32), date(2026, 11, 24)))
TABLE = table_record("erasure_keys")
GOOD = head_record(HEAD) + TABLE + ROW + end_record(1, 0)
EARLIER, LATER = (object_record(f"{bytes(16).hex()}-0000000{k}", b"") for k in (1, 2))
FORGED = {
    "no-magic": GOOD[len(MAGIC) :],
    "no-head": MAGIC + TABLE + ROW + end_record(1, 0),
    "no-table": head_record(HEAD) + ROW + end_record(1, 0),
    "table-missing": head_record(HEAD) + end_record(0, 0),
    "table-twice": head_record(HEAD) + TABLE + TABLE + end_record(0, 0),
    "other-table": head_record(HEAD) + table_record("keys") + end_record(0, 0),
    "short-row": head_record(HEAD) + TABLE + record(b"R", b'["AA"]') + end_record(1, 0),
    "wrong-kind": head_record(HEAD) + TABLE + record(b"R", b'["AA",7,"2026-11-24"]') + end_record(1, 0),
    "no-day": head_record(HEAD) + TABLE + record(b"R", b'["AA","AA","2026-13-24"]') + end_record(1, 0),
    "no-json": head_record(HEAD) + TABLE + record(b"R", b"[") + end_record(1, 0),
    "rows-lost": head_record(HEAD) + TABLE + end_record(1, 0),
    "objects-lost": head_record(HEAD) + TABLE + end_record(0, 1),
    "no-end": head_record(HEAD) + TABLE + ROW,
    "more-after": GOOD + ROW,
    "too-long": head_record(HEAD) + TABLE + b"R\x7f\xff\xff\xff",
    "unknown-kind": head_record(HEAD) + TABLE + b"X\0\0\0\0" + end_record(0, 0),
    "unordered": head_record(HEAD) + TABLE + LATER + EARLIER + end_record(0, 2),
    "row-after-object": head_record(HEAD) + TABLE + LATER + ROW + end_record(1, 1),
    "climbs-out": head_record(HEAD) + TABLE + object_record("../a", b"") + end_record(0, 1),
    "other-store": head_record(replace(HEAD, store=StoreName.WATCH)) + TABLE + ROW + end_record(1, 0),
    "other-office": head_record(replace(HEAD, office="0000-0000-0000-0000-0000")) + TABLE + ROW + end_record(1, 0),
    "newer": head_record(replace(HEAD, revision="9999")) + TABLE + ROW + end_record(1, 0),
    "other-columns": head_record(replace(HEAD, tables=(replace(FORM, columns=FORM.columns[:2]),))) + end_record(0, 0),
}


def test_a_forged_archive_is_refused_before_anything_is_written(edge: Edge, vault: Vault) -> None:
    """Anyone who has the public key can seal anything: what is not of the written form leaves the store untouched."""
    wipe(edge.settings, ERASURE)
    for how, content in FORGED.items():
        refuses(edge, vault, seal(content, [vault.keys[ERASURE].recipient], os.urandom), how)


def test_the_written_form_is_taken(edge: Edge, vault: Vault) -> None:
    """The archive from which the forged ones were made is a good one."""
    wipe(edge.settings, ERASURE)
    sealed = seal(GOOD, [vault.keys[ERASURE].recipient], os.urandom)
    vault.place(ERASURE).store(archive_name(ERASURE, HEAD.day), HEAD.day, [sealed])
    assert [one.rows for one in vault.restore(edge.hands, ERASURE)] == [1]
    assert edge.mailroom.erasure.find([bytes(16)]) == {bytes(16): bytes(32)}


def test_nothing_is_restored_over_a_store_in_use(edge: Edge, vault: Vault) -> None:
    """A store with a row is refused, as is a mailroom beside which an object lies; a missing archive is named."""
    vault.backup(edge.hands, ERASURE, StoreName.MAILROOM)
    with pytest.raises(StoreInUse):
        vault.restore(edge.hands, ERASURE)
    edge.mailroom.blobs.store("a" * 32, [b"somebody's"])
    with pytest.raises(StoreInUse):
        vault.restore(edge.hands, StoreName.MAILROOM)
    with pytest.raises(ArchiveMissing):
        vault.restore(edge.hands, ERASURE, day=date(2026, 1, 1))


def test_a_list_that_knows_less_than_the_archive_is_refused(edge: Edge, vault: Vault) -> None:
    """Keys that were backed up after deletions which the list no longer has are refused, unless the list is lost."""
    deleted = edge.worker.janitor.deletion.deleted
    deleted.note([os.urandom(32), os.urandom(32)])
    vault.backup(edge.hands, ERASURE)
    wipe(edge.settings, ERASURE)
    with deleted.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deleted")
    deleted.note([os.urandom(32)])
    with pytest.raises(ListTooOld):
        vault.restore(edge.hands, ERASURE)
    assert not inspect(edge.mailroom.erasure.store.engine).has_table("erasure_keys")
    assert vault.restore(edge.hands, ERASURE, older_list=True)


def test_a_restored_list_is_added_to_the_one_there_is(edge: Edge, vault: Vault) -> None:
    """The list is never replaced: what was noted since the archive stays."""
    deleted = edge.worker.janitor.deletion.deleted
    marks = [os.urandom(32) for _ in range(3)]
    deleted.note(marks[:2])
    vault.backup(edge.hands, StoreName.DELETIONS)
    with deleted.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deleted")
    deleted.note(marks[2:])
    vault.restore(edge.hands, StoreName.DELETIONS)
    assert deleted.marks() == frozenset(marks)


@pytest.mark.parametrize("name", [StoreName.LEDGER, StoreName.CASES], ids=["the log", "what remembers it"])
def test_after_a_restore_the_log_is_held(edge: Edge, vault: Vault, name: StoreName) -> None:
    """Log or casework restored: nothing is written into the log until somebody has seen to what was published since."""
    vault.backup(edge.hands, name)
    wipe(edge.settings, name)
    vault.restore(edge.hands, name)
    with edge.worker.cases.read() as connection:
        assert log_head(connection).held


def test_mailroom_and_cases_of_different_runs_are_refused(edge: Edge, vault: Vault) -> None:
    """What lies in neither of two archives because it was on its way would be lost: only one run's pair is taken."""
    pair = (StoreName.MAILROOM, StoreName.CASES)
    edge.submit(random_report(edge))
    vault.backup(edge.hands, *pair)
    vault.backup(edge.hands, StoreName.CASES)
    wipe(edge.settings, *pair)
    with pytest.raises(RunsDiffer):
        vault.restore(edge.hands, *pair)
    assert len(vault.restore(edge.hands, StoreName.CASES)) == 1


def test_two_stores_never_share_a_key_or_a_destination(edge: Edge, vault: Vault) -> None:
    """Refused within one run, in a later run, and for a destination inside of another or with other archives."""
    plans = vault.plans()
    mail, cases = plans[0], plans[1]
    made = build_backup(edge.settings, edge.hands)
    wrong = [
        [mail, replace(cases, recipient=mail.recipient)],
        [mail, replace(cases, place=mail.place)],
        [mail, replace(cases, place=type(mail.place)(vault.folder / "mailroom/inner"))],  # type: ignore[call-arg]
    ]
    for both in wrong:
        with pytest.raises(SharedPlace):
            made.make(both)
    assert [list((vault.folder / plan.store).iterdir()) for plan in plans if plan is not mail] == [[]] * (
        len(plans) - 1
    )
    made.make([mail])
    for later in (replace(cases, recipient=mail.recipient), replace(cases, place=mail.place)):
        with pytest.raises(SharedPlace):
            made.make([later])
    made.make([cases])
    (edge.settings.data / "backups.json").unlink()
    with pytest.raises(SharedPlace):
        require_apart([StoreBackup(StoreName.WATCH, mail.place, plans[2].recipient)], edge.settings.data)
    made.close()


def test_an_archive_of_sqlite_fills_postgresql(
    edge: Edge, vault: Vault, tmp_path: Path, postgres: Postgres, s3: S3
) -> None:
    """One format serves both: every row of SQLite files comes out of PostgreSQL databases."""
    edge.submit(random_report(edge))
    edge.worker.work_once()
    vault.backup(edge.hands)
    with scaled_stores(postgres, s3) as scaled:
        there = Vault(settings_for(scaled, tmp_path), vault.folder)
        there.place = vault.place  # type: ignore[method-assign]
        there.restore(edge.hands)
        assert contents(there.settings) == contents(edge.settings)


def test_a_copy_of_keys_is_destroyed_when_it_is_a_week_old(edge: Edge, vault: Vault) -> None:
    """The nightly copy leaves seven of the erasure store, and all of any other."""
    for day in range(1, 11):
        edge.hands.now = edge.hands.now.replace(month=12, day=day)
        vault.backup(edge.hands, ERASURE, StoreName.WATCH)
    names = vault.place(ERASURE).names()
    assert names == [f"erasure-2026-12-{day:02}.yanlu" for day in range(4, 11)]
    assert len(vault.place(StoreName.WATCH).names()) == 10


def test_an_answer_on_its_way_is_in_both_stores_or_in_none(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """When staff answer between the looks at mailroom and cases, both are looked at again."""
    edge = room.edge
    case = room.file(random_report(edge))
    colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True]
    made: Backup = build_backup(edge.settings, edge.hands)
    answered: list[str] = []
    from portal.backup import snapshots

    before = snapshots._answers

    def answer_meanwhile(connection: object) -> tuple[object, ...]:
        seen = before(connection)  # type: ignore[arg-type]
        if len(answered) < 2:
            answered.append(f"答复{len(answered)}")
            item, event = colleague.reply(colleague.case(case).json, answered[-1])
            assert colleague.step(case, event, item=item).status_code == 201
        return seen

    monkeypatch.setattr(snapshots, "_answers", answer_meanwhile)
    with consistent_snapshots(made.stores, [StoreName.MAILROOM, StoreName.CASES]) as found:
        items = found[StoreName.MAILROOM].exec_driver_sql("SELECT count(*) FROM items WHERE dir = 'to-reporter'")
        events = found[StoreName.CASES].exec_driver_sql("SELECT count(*) FROM events WHERE kind = 'replied'")
        assert items.scalar() == events.scalar() == 2
    monkeypatch.setattr(snapshots, "_answers", lambda _: (os.urandom(8),))
    with pytest.raises(NoQuietMoment), consistent_snapshots(made.stores, [StoreName.MAILROOM, StoreName.CASES]):
        pass
    made.close()


def test_every_refusal_is_said_in_chinese() -> None:
    """Whatever backup and restore refuse has its sentence in both catalogues."""
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    said = {"DAMAGED": DAMAGED}
    for file in (ROOT / "portal/backup").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds and node.args:
                found = node.args[0]
                said |= {found.value: found.value} if isinstance(found, ast.Constant) else {}
    assert len(said) > 15
    for sentence in said.values():
        assert Catalogue("zh")(sentence) != sentence
        assert Catalogue("en")(sentence) == sentence
