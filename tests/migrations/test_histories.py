"""Every history goes back step by step and forward again with rows in every table, and loses none of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, insert, text

from portal.backup.dump import form_of, tables_of
from portal.backup.format import ColumnKind
from portal.cli.errors import CommandError
from portal.cli.host.store_checks import store_check
from portal.cli.ready import prepare_stores
from portal.settings import Settings, StoreName
from portal.stores.engines import SchemaUnknown, Store, open_store
from portal.stores.schemas import HISTORIES, ROOT, move_schema, upgrade_stores
from tests.portal.backup.test_drill import LiveOffice, house, opens
from tests.portal.conftest import room
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores, embedded_stores
from tests.support.stores.backups import contents

ROWS = 3
# Older code has no such column, and a step back writes elsewhere what it says: here it says nothing.
MOVED = frozenset({("people", "roster")})
# Texts by language tag, in one language more than older code has columns for.
TEXTS = frozenset({("members", "name")})
# A house with live cases, as in the drill.
__all__ = ["house", "room"]


@pytest.fixture
def settings(stores: Stores, tmp_path: Path) -> Settings:
    """Stores at the newest schema, on each pair."""
    made = settings_for(stores, tmp_path)
    upgrade_stores(made)
    return made


HONEST = '''"""A step as each has to be: it adds what is not there, and its way back leaves it."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9998", "{last}", None, None


def upgrade() -> None:
    op.create_table("later", sa.Column("word", sa.String(8), primary_key=True), if_not_exists=True)


def downgrade() -> None:
    pass
'''


def plant(name: StoreName, step: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Lets a store's history have one step more, as a later version's would; gives the revision before it."""
    versions = folder / name / "versions"
    versions.mkdir(parents=True)
    for file in (ROOT / HISTORIES[name] / "versions").glob("*.py"):
        (versions / file.name).write_text(file.read_text("utf-8"))
    last = ScriptDirectory(str(folder / name)).get_current_head() or ""
    (versions / "9999_planted.py").write_text(step.format(last=last))
    monkeypatch.setitem(HISTORIES, name, str(folder / name))
    return last


def earlier(name: StoreName) -> list[str]:
    """The revisions of a store's history before the newest, newest first."""
    steps = ScriptDirectory(str(ROOT / HISTORIES[name])).walk_revisions()
    return [step.revision for step in steps][1:]


def fill(connection: Connection) -> None:
    """Three rows in every table, those first that others refer to."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in tables_of(connection):
        for number in range(ROWS):
            connection.execute(insert(table), made_up(connection, metadata.tables[table.name], number))


def made_up(connection: Connection, table: Table, number: int) -> dict[str, object]:
    """A row of random values; what refers to another table is taken from there."""
    values: dict[str, object] = {}
    for (name, kind), column in zip(form_of(table).columns, table.columns, strict=True):
        length = getattr(column.type, "length", None) or 16
        drawn = {
            ColumnKind.BYTES: os.urandom(length),
            ColumnKind.TEXT: os.urandom(length).hex()[: min(length, 30)],
            ColumnKind.NUMBER: int.from_bytes(os.urandom(3), "big"),
            ColumnKind.FLAG: bool(number % 2),
            ColumnKind.DAY: date(2026, 11, 1 + number),
        }
        values[name] = None if (table.name, name) in MOVED else drawn[kind]
        if (table.name, name) in TEXTS:
            values[name] = json.dumps({tag: os.urandom(8).hex() for tag in ("de", "en", "zh")[: number + 1]})
        if name == "case_id" and kind is ColumnKind.BYTES:
            # The same cases in every table: a grant without a mailbox is a dummy of older code, and goes.
            values[name] = sha256(bytes([number])).digest()[:length]
        for key in column.foreign_keys:
            values[name] = connection.execute(key.column.table.select()).mappings().all()[number][key.column.name]
    return values


def there_and_back(store: Store, revision: str) -> None:
    """Down to a revision, then up to the newest."""
    with store.write() as connection:
        move_schema(connection, store.name, revision, back=True)
    with store.write() as connection:
        move_schema(connection, store.name, "head")


def opened_stores(settings: Settings) -> Iterator[Store]:
    """Every store, one after the other."""
    for name in StoreName:
        store = open_store(settings, name)
        yield store
        store.engine.dispose()


def test_no_history_loses_a_row_on_its_way_down_and_up(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From every earlier revision of every store the newest schema comes back with every row as it was."""
    for name in StoreName:
        plant(name, HONEST, tmp_path / "histories", monkeypatch)
    upgrade_stores(settings)
    walked = 0
    for store in opened_stores(settings):
        with store.write() as connection:
            fill(connection)
        before = contents(settings, store.name)
        assert all(len(rows) == ROWS for name, rows in before.items() if not name.endswith("alembic_version"))
        for revision in earlier(store.name):
            there_and_back(store, revision)
            assert contents(settings, store.name) == before, (store.name, revision)
            walked += 1
    assert walked >= len(StoreName)


def test_live_cases_outlive_a_step_back(house: LiveOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After every store went down to its first revision and up again, receipts, cases and attachments open."""
    house.leave()
    for name in StoreName:
        plant(name, HONEST, tmp_path / "histories", monkeypatch)
    upgrade_stores(house.edge.settings)
    for store in opened_stores(house.edge.settings):
        for revision in earlier(store.name)[-1:]:
            there_and_back(store, revision)
    house.come_back()
    for handled in house.cases:
        opens(house, handled)


LOSSY = HONEST.replace("pass", 'op.drop_table("later")')


def test_a_step_back_that_loses_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison sees a planted step whose way back drops a table."""
    last = plant(StoreName.WATCH, LOSSY, tmp_path / "history", monkeypatch)
    settings = settings_for(embedded_stores(tmp_path), tmp_path)
    upgrade_stores(settings)
    store = open_store(settings, StoreName.WATCH)
    with store.write() as connection:
        fill(connection)
    before = contents(settings, StoreName.WATCH)
    there_and_back(store, last)
    assert contents(settings, StoreName.WATCH) != before
    store.engine.dispose()


def test_a_store_of_another_version_is_left_as_it_is(settings: Settings) -> None:
    """One from before the baseline, or of a newer version, is refused in words, by the doctor too, and not touched."""
    store = open_store(settings, StoreName.CASES)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0015'"))
    before = contents(settings, store.name)
    with pytest.raises(SchemaUnknown):
        upgrade_stores(settings)
    with pytest.raises(CommandError, match="made by another version"):
        prepare_stores(settings)
    assert "made by another version" in str(store_check(settings, StoreName.CASES).fix)
    assert contents(settings, store.name) == before
    store.engine.dispose()
