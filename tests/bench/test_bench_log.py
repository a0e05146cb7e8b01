"""The log: what noting a fact and writing a checkpoint cost, and how long a million entries take to check."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casework.event_store.log_outbox import note_fact
from casework.event_store.store import CaseId
from crypto.transparency_log.filing import Fact
from portal.office import OfficeFolder
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from portal.transparency_log.files import StoreFiles
from portal.transparency_log.ledger import DueCheckpoint, Ledger
from portal.transparency_log.verifying import verify_files
from tests.crypto.log_sample import SampleLog
from tests.support.measuring.bench_table import Figures, Part, Words
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
FACTS = 1000
BATCH = 16384
ENTRIES = 1_000_000


def opened(stores: Stores, folder: Path, name: StoreName) -> Iterator[Store]:
    """One store at its newest schema."""
    store = open_store(settings_for(stores, folder), name)
    upgrade_store(store)
    yield store
    store.engine.dispose()


@pytest.fixture
def ledger(stores: Stores, tmp_path: Path) -> Iterator[Ledger]:
    """An empty log on each back end."""
    for store in opened(stores, tmp_path, StoreName.LEDGER):
        yield Ledger(store)


@pytest.fixture
def cases(stores: Stores, tmp_path: Path) -> Iterator[Store]:
    """Casework's store on each back end."""
    yield from opened(stores, tmp_path, StoreName.CASES)


def named(stores: Stores, en: str, zh: str) -> Words:
    """With the stores that it was measured on."""
    return Words(f"{en}, {stores.kind}", f"{zh}，{stores.kind}")


def test_a_fact_is_noted(cases: Store, stores: Stores, figures: Figures) -> None:
    """What one more row costs the transaction of an event, and a fact's share of its checkpoint."""
    began = time.perf_counter()
    with cases.write() as tx:
        for _ in range(FACTS):
            note_fact(tx, CaseId(os.urandom(16)), Fact.EVENT, os.urandom(32))
    spent = (time.perf_counter() - began) * 1000 / FACTS
    figures.at_most(Part.CASES, named(stores, "a fact noted for the log", "为日志记下一项"), spent, 2, "ms")


@pytest.mark.timeout(600)
def test_a_million_entries_are_checked(ledger: Ledger, stores: Stores, tmp_path: Path, figures: Figures) -> None:
    """A log of a million entries grows by full checkpoints, and is then checked from its first byte to its last."""
    sample, folder = SampleLog(), OfficeFolder(tmp_path / "office")
    signer = (sample.name, sample.key)
    began, hour, size = time.perf_counter(), FIRST, 0
    while size < ENTRIES:
        appended = ledger.append(
            signer, DueCheckpoint(hour, sample.published), [os.urandom(32) for _ in range(BATCH)], os.urandom
        )
        assert appended is not None
        size, hour = appended.size, hour + timedelta(hours=6)
    each = (time.perf_counter() - began) * 1000 / size
    figures.at_most(Part.CASES, named(stores, "an entry of a checkpoint", "检查点中的一条"), each, 2, "ms")
    (folder.path / "roots").mkdir(parents=True)
    (folder.path / "roots/1.note").write_bytes(sample.office.roots[0])
    (folder.path / "log.note").write_bytes(sample.note)
    began = time.perf_counter()
    found = verify_files(StoreFiles(ledger, folder), sample.office.code, hour)
    spent = time.perf_counter() - began
    assert found.size >= ENTRIES
    figures.at_most(
        Part.CASES, named(stores, "a log of a million entries checked", "核查一百万条的日志"), spent, 60, "s"
    )
