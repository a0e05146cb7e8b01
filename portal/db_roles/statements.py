"""The rights as SQL: what a superuser does once, and what a store's owner does with every new schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

from portal.db_roles.privileges import EVERYBODY, RIGHTS, StoreRole, database_of, owner_of, stores_of
from portal.settings import StoreName

ROOT = Path(__file__).resolve().parent.parent
EVERY_STORE = ROOT / "db_roles/every_store.sql"
FUNCTIONS = {
    StoreName.MAILROOM: ("mailroom/functions/mailroom.sql", "mailroom/functions/uploads.sql"),
    StoreName.ERASURE: ("mailroom/functions/erasure.sql",),
    StoreName.LEDGER: ("transparency_log/functions/ledger.sql",),
}
# What PostgreSQL keeps of the past, beyond rows, and who may make it forget.
FORGETTING = ("pg_stat_reset_single_table_counters(oid)", "pg_switch_wal()")


@cache
def functions_of(store: StoreName) -> str:
    """The definitions of a store's functions."""
    files = (EVERY_STORE, *(ROOT / name for name in FUNCTIONS.get(store, ())))
    return "\n".join(file.read_text("utf-8") for file in files)


def grants_of(store: StoreName, roles: Collection[StoreRole]) -> Iterator[str]:
    """What the roles may do in a store; first everything is taken from them, and from everybody else."""
    logins = ", ".join(["PUBLIC", *(role.login for role in StoreRole if role in roles)])
    yield f"REVOKE ALL ON SCHEMA public FROM {logins}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {logins}"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {logins}"
    for role in StoreRole:
        if role in roles and store in RIGHTS[role]:
            yield f"GRANT USAGE ON SCHEMA public TO {role.login}"
            yield from _grants(store, role)


def _grants(store: StoreName, role: StoreRole) -> Iterator[str]:
    rights = RIGHTS[role][store]
    for table, privileges in rights.tables.items():
        yield f"GRANT {', '.join(privileges)} ON {table} TO {role.login}"
    if rights.reads_all:
        yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role.login}"
    for function in (*EVERYBODY, *rights.functions):
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {role.login}"


def connect_grants_of(store: StoreName, database: str, roles: Collection[StoreRole]) -> Iterator[str]:
    """Who may connect to a store's database: nobody by default, then those who have something to do there."""
    logins = ", ".join(["PUBLIC", *(role.login for role in StoreRole if role in roles)])
    yield f"REVOKE ALL ON DATABASE {database} FROM {logins}"
    for role in StoreRole:
        if role in roles and store in stores_of(role):
            yield f"GRANT CONNECT ON DATABASE {database} TO {role.login}"


def forgetting() -> Iterator[str]:
    """What only a superuser can give the worker in one database: to make the server forget its log and statistics."""
    for function in FORGETTING:
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {StoreRole.WORKER.login}"


def _login(name: str) -> str:
    return f"SELECT 'CREATE ROLE {name} LOGIN' WHERE to_regrole('{name}') IS NULL \\gexec"


def superuser_script(databases: Mapping[StoreName, str] | None = None) -> str:
    """A psql script that makes roles and databases; it may be run again, and changes nothing then."""
    names = databases or {store: database_of(store) for store in StoreName}
    logins = [*(role.login for role in StoreRole), *(owner_of(store) for store in StoreName)]
    lines = [_login(name) for name in logins]
    lines += [f"ALTER ROLE {name} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;" for name in logins]
    lines += [f"GRANT pg_checkpoint TO {StoreRole.WORKER.login};"]
    for store, name in names.items():
        made = f"CREATE DATABASE {name} OWNER {owner_of(store)} TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''"
        missing = f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}')"
        lines += [f"SELECT '{made}' {missing} \\gexec"]
    for store, name in names.items():
        lines += [f"{line};" for line in connect_grants_of(store, name, StoreRole)]
    for name in names.values():
        lines += [f"\\connect {name}", *(f"{line};" for line in forgetting())]
    return "\n".join(["\\set ON_ERROR_STOP on", *lines, ""])
