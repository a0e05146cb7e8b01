"""Who is in the way of a rewriting, so that it is tried again, and what is a fault."""

from __future__ import annotations

import sqlite3

import pytest
from psycopg.errors import DeadlockDetected, InternalError_, UndefinedTable
from sqlalchemy.exc import DBAPIError

from portal.stores.rewriting import is_busy


def _busy_file() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


@pytest.mark.parametrize(
    ("cause", "busy"),
    [
        (DeadlockDetected("deadlock detected"), True),
        (InternalError_("tuple concurrently updated"), True),
        (InternalError_("corrupted page"), False),
        (UndefinedTable("relation does not exist"), False),
        (_busy_file(), True),
    ],
)
def test_others_in_the_way_are_no_fault(cause: Exception, busy: bool) -> None:
    """A lock, or rights that somebody changes meanwhile, mean another try; anything else is a fault."""
    assert is_busy(DBAPIError("", {}, cause)) is busy
