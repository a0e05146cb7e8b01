"""Brings functions and rights of a store to what this release says, and writes nothing where they stand so already."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any, Final

from portal.db_roles.privileges import StoreRole
from portal.db_roles.statements import functions_of, grants_of
from portal.settings import StoreName

_STATE: Final = """
SELECT encode(sha256(convert_to(string_agg(line, chr(10) ORDER BY line), 'UTF8')), 'hex') FROM (
    SELECT 'schema ' || coalesce(nspacl::text, '') FROM pg_namespace WHERE nspname = 'public'
    UNION ALL SELECT 'table ' || relname || ' ' || coalesce(relacl::text, '')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'column ' || relname || '.' || attname || ' ' || attacl::text
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attacl IS NOT NULL
    UNION ALL SELECT
        concat_ws(' ', 'function', oid::regprocedure, proowner::regrole, proacl, prosecdef, proconfig, prosrc)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS told (line)"""
"""A digest of all that says who may do what in the store, and of what its functions do."""
_NOTED: Final = "SELECT obj_description(to_regprocedure('schema_revision()'), 'pg_proc')"


def reconcile_privileges(raw: Any, store: StoreName, roles: Collection[StoreRole]) -> bool:
    """Whether anything had to be written, in the caller's transaction; `raw` is psycopg's connection of the owner.

    What was settled is noted beside the function that each store has, with how all of it stood then: a newer release,
    a new role, or a change by hand makes it differ. So the many commands of an owner don't rewrite the catalogue
    each time, and don't come in the way of anyone who rewrites a table just then.
    """
    script = ";\n".join([functions_of(store), *grants_of(store, roles)])
    wanted = sha256(script.encode()).hexdigest()
    if _one(raw, _NOTED) == f"{wanted} {_one(raw, _STATE)}":
        return False
    raw.execute(script)
    raw.execute(f"COMMENT ON FUNCTION schema_revision() IS '{wanted} {_one(raw, _STATE)}'")
    return True


def _one(raw: Any, query: str) -> object:
    return raw.execute(query).fetchone()[0]
