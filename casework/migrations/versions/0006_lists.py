"""Indexes of the lists of very many cases: whose cases are in work, who waits, and who took a case."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Name, table, columns, and which rows, as SQLite and PostgreSQL write it.
ADDED = (
    ("ix_cases_owned", "cases", ["owner", "case_id"], "ended IS 0", "ended IS false"),
    ("ix_cases_deputised", "cases", ["deputy", "case_id"], "ended IS 0", "ended IS false"),
    (
        "ix_cases_waiting", "cases", ["day", "case_id"],
        "waiting IS 1 AND ended IS 0", "waiting IS true AND ended IS false",
    ),
    ("ix_events_claimed", "events", ["case_id", "n", "actor"], "kind = 'claimed'", "kind = 'claimed'"),
)  # fmt: skip
REPLACED = ("ix_cases_owner", "ix_cases_deputy")


def upgrade() -> None:
    """Adds what is not there; the indexes that it takes away are in the way of nothing older, only slower."""
    for name, table, columns, sqlite, postgresql in ADDED:
        op.create_index(
            name,
            table,
            columns,
            sqlite_where=sa.text(sqlite),
            postgresql_where=sa.text(postgresql),
            if_not_exists=True,
        )
    for name in REPLACED:
        op.drop_index(name, "cases", if_exists=True)


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
