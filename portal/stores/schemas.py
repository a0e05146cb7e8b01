"""The one way to bring every store's schema up to date; who only asks a store does not load what this needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import InternalError_
from sqlalchemy import Connection, text

from portal.db_roles.privileges import StoreRole
from portal.db_roles.reconciliation import reconcile_privileges
from portal.settings import Settings, StoreName
from portal.stores.engines import (
    RestoreUnfinished,
    SchemaOld,
    SchemaUnknown,
    Store,
    is_crossed,
    is_restoring,
    noticing_away,
    open_store,
)
from portal.stores.samples import end_sampling

ROOT = Path(__file__).resolve().parent.parent.parent
# Each store's Alembic history, beside the package that owns its tables.
HISTORIES: dict[StoreName, str] = {
    StoreName.MAILROOM: "portal/mailroom/migrations",
    StoreName.ERASURE: "portal/mailroom/erasure_migrations",
    StoreName.CASES: "casework/migrations",
    StoreName.ACCOUNTS: "portal/accounts/migrations",
    StoreName.IDENTITY: "portal/identity/migrations",
    StoreName.WATCH: "retaliation_watch/migrations",
    StoreName.DELETIONS: "portal/deletion/migrations",
    StoreName.LEDGER: "portal/transparency_log/migrations",
}
# So many times at most a change of rights is tried that PostgreSQL broke off.
SETTLINGS = 5


def upgrade_stores(settings: Settings, names: Iterable[StoreName] = StoreName) -> dict[StoreName, str | None]:
    """Brings stores to their newest schema; gives each store's revision (None: no history yet).

    Raises `RestoreUnfinished`: what is half restored must not serve. Raises `SchemaOld` where our role
    may not change the schema, which is as it should be for all but the owner's, `SchemaUnknown` where
    another version made it, and `StoreAway`.
    """
    return {name: _upgrade_named(settings, name) for name in names}


def _upgrade_named(settings: Settings, name: StoreName) -> str | None:
    with noticing_away(name):
        store = open_store(settings, name)
        try:
            if is_restoring(store):
                raise RestoreUnfinished(name)
            return upgrade_store(store) if may_change_schema(store) else _require_newest(store)
        finally:
            store.engine.dispose()


def upgrade_store(store: Store, to: str = "head") -> str | None:
    """Runs the missing steps of one store's history in one transaction; many may do so at once."""
    for _ in range(SETTLINGS - 1):
        try:
            return _upgrade_once(store, to)
        except InternalError_ as error:
            if not is_crossed(error):
                raise
    return _upgrade_once(store, to)


def _upgrade_once(store: Store, to: str) -> str | None:
    with store.write() as connection:
        if not is_known(store.name, MigrationContext.configure(connection).get_current_revision()):
            raise SchemaUnknown(store.name)
        revision = move_schema(connection, store.name, to)
        if not store.embedded:
            end_sampling(connection)
            _settle_rights(connection, store.name)
        return revision


def may_change_schema(store: Store) -> bool:
    """Whether our role may do so; on SQLite anyone who may write the file."""
    if store.embedded:
        return True
    with store.read() as connection:
        return bool(connection.scalar(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")))


def revision_of(store: Store) -> str | None:
    """The revision of a store's schema; None where it has none yet."""
    with store.read() as connection:
        if not may_change_schema(store):
            known = connection.scalar(text("SELECT to_regproc('schema_revision')"))
            return connection.scalar(text("SELECT schema_revision()")) if known else None
        return MigrationContext.configure(connection).get_current_revision()


def is_known(name: StoreName, revision: str | None) -> bool:
    """Whether a revision is one of this version's history; None, that of a store without a schema, is."""
    steps = ScriptDirectory(str(ROOT / HISTORIES[name])).walk_revisions()
    return revision is None or revision in {step.revision for step in steps}


def _require_newest(store: Store) -> str:
    found = revision_of(store)
    if not is_known(store.name, found):
        raise SchemaUnknown(store.name)
    newest = ScriptDirectory(str(ROOT / HISTORIES[store.name])).get_current_head()
    if found is None or found != newest:
        raise SchemaOld(store.name)
    return found


def _settle_rights(connection: Connection, name: StoreName) -> None:
    """Functions as this release has them, and what each role that exists may do."""
    raw: Any = connection.connection.driver_connection
    known = {row[0] for row in raw.execute("SELECT rolname FROM pg_roles")}
    roles = {role for role in StoreRole if role.login in known}
    reconcile_privileges(raw, name, roles)


def move_schema(connection: Connection, name: StoreName, to: str, *, back: bool = False) -> str | None:
    """Brings a store's schema to a revision, forward or back, in the caller's transaction; gives the revision."""
    folder = ROOT / HISTORIES[name]
    if not (folder / "versions").is_dir():
        return None
    script = ScriptDirectory(str(folder))

    def steps(revision: Any, _context: MigrationContext) -> Any:
        # Alembic has no public way without env.py.
        move = script._downgrade_revs if back else script._upgrade_revs  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return move(to, revision)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7909)")
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
        return MigrationContext.configure(connection).get_current_revision()
