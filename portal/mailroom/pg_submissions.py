"""Inserts submissions by PostgreSQL's functions: a batch in one statement, or a single report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from portal.mailroom.context import Rows
from portal.mailroom.pg_functions import call
from portal.mailroom.tables import GRANTS, ITEMS, MAILBOXES, MEMOS, OUTBOX_IDENTITY, OUTBOX_PROTECTION, OUTBOX_RECEIVED

OUTBOXES = (OUTBOX_IDENTITY, OUTBOX_PROTECTION, OUTBOX_RECEIVED)


def insert_batch(tx: Connection, arrivals: Sequence[Rows]) -> list[bool]:
    """Inserts a batch of reports in one statement; False for each whose mailbox or case id exists already."""
    # In one order everywhere, so that two processes never wait for each other.
    order = sorted(range(len(arrivals)), key=lambda at: report_arguments(arrivals[at])["mailbox"])
    arguments = [report_arguments(arrivals[at]) for at in order]
    # As bytes, not as text of twice their size.
    placeholders = ", ".join(f"_{name} => %({name})b" for name in (*arguments[0], "keys"))
    columns: dict[str, object] = {name: [one[name] for one in arguments] for name in arguments[0]}
    columns["keys"] = [key for at in order for key in outbox_keys(arrivals[at])]
    new = tx.exec_driver_sql(f"SELECT * FROM submit_reports({placeholders})", columns).scalars().all()  # noqa: S608
    return [inserted for _, inserted in sorted(zip(order, new, strict=True))]


def report_arguments(rows: Rows) -> dict[str, Any]:
    """A report's rows as the functions take them, but for the keys of its outbox rows."""
    mailbox, item, memo, grant = (rows[table] for table in (MAILBOXES, ITEMS, MEMOS, GRANTS))
    identity, protection, received = (rows[table] for table in OUTBOXES)
    return {
        "mailbox": mailbox["mailbox_id"],
        "digest": mailbox["submission_hash"],
        "erasure": grant["erasure_id"],
        "case": mailbox["case_id"],
        "entity": mailbox["entity"],
        "policy": mailbox["policy"],
        "version": received["policy_version"],
        "urgent": mailbox["urgent"],
        "access": received["access_hash"],
        "day": item["day"],
        "item_hash": item["item_hash"],
        "item": item["sealed"],
        "memo_seq": memo["seq"],
        "memo": memo["sealed"],
        "grant_id": grant["grant_id"],
        "grant": grant["sealed"],
        "identity": identity["packet"],
        "protection": protection["packet"],
    }


def outbox_keys(rows: Rows) -> list[object]:
    """The keys of the three outbox rows, in the order of `OUTBOXES`; a random one where there is no row."""
    return [rows[table]["key"] for table in OUTBOXES]


def insert_report(tx: Connection, rows: Rows) -> None:
    """Writes all of a report but its mailbox, which was opened in the same transaction."""
    arguments = report_arguments(rows)
    call(
        tx, "insert_report", **{name: arguments[name] for name in arguments if name != "digest"}, keys=outbox_keys(rows)
    )
