"""`yanlu backup-key`, `backup` and `restore`, as an administrator calls them."""

from __future__ import annotations

import stat
from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.settings import StoreName, read_settings
from portal.wiring.worker import build_worker
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import open_edge
from tests.support.stores.backends import embedded_stores
from tests.support.stores.backups import contents, wipe

SOME = ("--store", "erasure", "--store", "watch")


def test_stores_are_backed_up_and_restored_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are made, archives written, a lost store restored; one place for two stores and a secret key are refused."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    edge.mailroom.erasure.draw(edge.hands.now.date())
    settings, yanlu = edge.settings, partial(inside, capsys, monkeypatch, edge.settings)
    for name in ("erasure", "watch"):
        files = ["--out", tmp_path / f"{name}.key", "--recipient-out", tmp_path / f"{name}.pub"]
        assert yanlu("backup-key", *files).code == 0
        # The one is carried away, the other read by the user that makes archives.
        assert [stat.S_IMODE(Path(file).stat().st_mode) for file in files[1::2]] == [0o600, 0o644]
    assert stat.S_IMODE((tmp_path / "watch.key").stat().st_mode) == 0o600
    to, pub, key = (str(tmp_path / name) for name in ("vault/{store}", "{store}.pub", "{store}.key"))
    once = yanlu("backup", *SOME, "--to", tmp_path / "vault", "--key-file", pub)
    assert (once.code, "{store}" in once.err) == (Exit.USAGE, True)
    assert yanlu("backup", *SOME, "--to", to, "--key-file", key).code == Exit.USAGE
    made = yanlu("backup", *SOME, "--to", to, "--key-file", pub, "--json").document["archives"]
    assert [(row["store"], row["rows"], row["missing"]) for row in made] == [("erasure", 32, 0), ("watch", 0, 0)]
    before = contents(settings)
    full = yanlu("restore", *SOME, "--from", to, "--key-file", key)
    assert (full.code, "not empty" in full.err) == (Exit.REFUSED, True)
    wipe(settings, StoreName.ERASURE, StoreName.WATCH)
    done = yanlu("restore", *SOME, "--from", to, "--key-file", key, "--json")
    assert [row["rows"] for row in done.document["restored"]] == [32, 0]
    assert contents(settings) == before
    edge.close()


def test_half_restored_stores_serve_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a restore is not ended, no command works on the stores, and it says what to do."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    with edge.mailroom.store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE restoring (archive BLOB PRIMARY KEY)")
    ran = inside(capsys, monkeypatch, edge.settings, "worker", "--once")
    assert (ran.code, "yanlu restore" in ran.err) == (Exit.REFUSED, True)
    edge.close()


def test_the_worker_destroys_old_copies_of_keys(tmp_path: Path) -> None:
    """Where the settings say where copies of the erasure store lie, no backup has to run for them to go in time."""
    stores = embedded_stores(tmp_path)
    copies = tmp_path / "copies"
    copies.mkdir()
    edge = open_edge(stores, tmp_path)
    settings = read_settings({**stores.variables(), "YANLU_DATA": str(tmp_path), "YANLU_ERASURE_COPIES": str(copies)})
    days = [f"2026-11-{day:02}" for day in (16, 17, 18, 23)]
    for day in days:
        (copies / f"erasure-{day}.yanlu").write_bytes(b"x")
    (copies / "notes.txt").write_bytes(b"x")
    worker = build_worker(settings, edge.hands)
    worker.work_once()
    assert sorted(file.name for file in copies.iterdir()) == [
        "erasure-2026-11-18.yanlu", "erasure-2026-11-23.yanlu", "notes.txt"
    ]  # fmt: skip
    worker.close()
    edge.close()
