"""Indexes of the lists of very many cases: a member's own newest first, and whom the deletion list names."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OWN = {"ix_cases_owned_by_day": "owner", "ix_cases_deputised_by_day": "deputy"}
REPLACED = ("ix_cases_owned", "ix_cases_deputised")


def upgrade() -> None:
    """Adds what is not there; the indexes that it takes away are in the way of nothing older, only slower."""
    for name, column in OWN.items():
        op.create_index(
            name,
            "cases",
            [column, "day", "case_id"],
            sqlite_where=sa.text("ended IS 0"),
            postgresql_where=sa.text("ended IS false"),
            if_not_exists=True,
        )
    op.create_index("ix_cases_mark", "cases", ["mark", "case_id"], if_not_exists=True)
    for name in REPLACED:
        op.drop_index(name, "cases", if_exists=True)


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
