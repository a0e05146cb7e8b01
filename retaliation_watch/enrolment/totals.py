"""What may be shown of the watch without showing anybody: who agreed, who delivered, how many people are known."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select

from retaliation_watch.store import AGREEMENTS, DELIVERIES, PEOPLE, SOURCES

LEAST = 10
"""A smaller number is not told: it might name somebody."""


def totals_of(connection: Connection) -> dict[str, object]:
    """Agreements, sources, deliveries by state, and how many people HR told of."""
    deliveries = connection.execute(
        select(DELIVERIES.c.source, DELIVERIES.c.kind, DELIVERIES.c.state, func.count().label("count"))
        .group_by(DELIVERIES.c.source, DELIVERIES.c.kind, DELIVERIES.c.state)
        .order_by(DELIVERIES.c.source, DELIVERIES.c.kind, DELIVERIES.c.state)
    )
    agreements = connection.execute(select(AGREEMENTS).order_by(AGREEMENTS.c.entity))
    sources = connection.execute(select(SOURCES).order_by(SOURCES.c.source))
    return {
        "v": 1,
        "agreements": [
            {"entity": row.entity, "body": row.body, "day": row.day.isoformat(), "health": row.health}
            for row in agreements
        ],
        "sources": [{"source": row.source, "entity": row.entity, "ended": row.ended} for row in sources],
        "deliveries": [
            {"source": row.source, "kind": row.kind, "state": row.state, "count": row.count} for row in deliveries
        ],
        # No entries: cover follows the real ones, so that their number would tell of these. Alerts and reviews are
        # told by whole quarters, or two of these files would tell what lies between them.
        "totals": {table.name: _count(connection, table) for table in (PEOPLE,)},
    }


def _count(connection: Connection, table: Table) -> int | None:
    count = connection.scalar(select(func.count()).select_from(table)) or 0
    return count if count >= LEAST or count == 0 else None
