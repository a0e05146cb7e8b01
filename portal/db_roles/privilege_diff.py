"""What a role may do in a store beyond the table of rights, and what it lacks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from portal.db_roles.privileges import EVERYBODY, RIGHTS, Rights, StoreRole
from portal.settings import StoreName

BY_COLUMN: Final = ("SELECT", "INSERT", "UPDATE")
BY_TABLE: Final = ("DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

_SERVER = text("""
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls, rolsuper FROM pg_roles
WHERE rolname = current_user""")
_SCHEMA = text("SELECT has_schema_privilege('public', 'CREATE')")
_PUBLIC = text("""
SELECT count(*) > 0 FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
WHERE datname = current_database() AND grantee = 0 AND privilege_type = 'CONNECT'""")
_COLUMNS = text("""
SELECT relname, attname, privilege FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
CROSS JOIN unnest(CAST(:privileges AS text[])) AS privilege
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    AND has_column_privilege(pg_class.oid, attnum, privilege)""")
_TABLES = text("""
SELECT relname, privilege FROM pg_class CROSS JOIN unnest(CAST(:privileges AS text[])) AS privilege
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_table_privilege(pg_class.oid, privilege)""")
_FUNCTIONS = text("""
SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND has_function_privilege(oid, 'EXECUTE')""")
_NAMES = text("""
SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped""")


@dataclass(frozen=True)
class PrivilegeDiff:
    """What our role may do and should not, and what it should be able to do and may not; each readable and sorted."""

    excess: tuple[str, ...]
    lacking: tuple[str, ...]


def compare_privileges(connection: Connection, store: StoreName, role: StoreRole) -> PrivilegeDiff:
    """Holds what our login may do in a store of PostgreSQL against the role's rights there."""
    allowed = set(_allowed(connection, RIGHTS[role].get(store, Rights())))
    found = set(_found(connection))
    return PrivilegeDiff(tuple(sorted(found - allowed)), tuple(sorted(allowed - found)))


def _allowed(connection: Connection, rights: Rights) -> Iterator[str]:
    columns = [(row.relname, row.attname) for row in connection.execute(_NAMES)]
    for name in (*EVERYBODY, *rights.functions):
        yield f"EXECUTE {name}"
    if rights.reads_all:
        yield from (f"SELECT {table}.{column}" for table, column in columns)
    for table, privileges in rights.tables.items():
        for privilege in privileges:
            yield from _spelled(table, privilege, [column for other, column in columns if other == table])


def _spelled(table: str, privilege: str, columns: list[str]) -> list[str]:
    """`UPDATE (a, b)` as one line for each column, a whole table's privilege as one for each of its columns."""
    kind, _, named = privilege.partition(" ")
    if kind not in BY_COLUMN:
        return [f"{kind} {table}"]
    return [f"{kind} {table}.{column}" for column in re.findall(r"\w+", named) or columns]


def _found(connection: Connection) -> Iterator[str]:
    above, superuser = connection.execute(_SERVER).one()
    if above:
        yield "SUPERUSER" if superuser else "CREATEROLE"
    if connection.scalar(_SCHEMA):
        yield "CREATE public"
    if connection.scalar(_PUBLIC):
        yield "CONNECT PUBLIC"
    for row in connection.execute(_COLUMNS, {"privileges": list(BY_COLUMN)}):
        yield f"{row.privilege} {row.relname}.{row.attname}"
    for row in connection.execute(_TABLES, {"privileges": list(BY_TABLE)}):
        yield f"{row.privilege} {row.relname}"
    for row in connection.execute(_FUNCTIONS):
        yield f"EXECUTE {row.proname}"
