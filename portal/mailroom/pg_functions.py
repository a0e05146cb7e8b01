"""Calls PostgreSQL functions: the roles of both faces have no right to the tables of reporters.

Each function takes the token of one mailbox, or the random id of one upload (`functions/*.sql`). On
SQLite, where there are no roles, the tables are queried.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, TextClause, text


def call(connection: Connection, function: str, **arguments: object) -> CursorResult[Any]:
    """Calls a function of the store by name; returns its rows."""
    return connection.execute(_statement(function, tuple(arguments)), arguments)


@cache
def _statement(function: str, arguments: tuple[str, ...]) -> TextClause:
    return text(f"SELECT * FROM {function}({', '.join(f'_{name} => :{name}' for name in arguments)})")  # noqa: S608
