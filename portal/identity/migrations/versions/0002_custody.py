"""Marks of what was taken back, requests and votes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    op.create_table(
        "marks",
        sa.Column("withdrawal", sa.LargeBinary(length=32), primary_key=True),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_table(
        "requests",
        sa.Column("request_id", sa.LargeBinary(length=16), primary_key=True),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("told", sa.String(length=8), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_table(
        "votes",
        sa.Column("request_id", sa.LargeBinary(length=16), primary_key=True),
        sa.Column("seat", sa.LargeBinary(length=32), primary_key=True),
        sa.Column("vote", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
