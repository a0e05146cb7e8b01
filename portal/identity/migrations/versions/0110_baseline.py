"""Sealed names, requests to open them, and the votes on these."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = None
branch_labels = None
depends_on = None


# Longer than our functions are: a baseline is a frozen list of tables, read from top to bottom.
def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "marks",
        sa.Column("withdrawal", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("withdrawal"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "packets",
        sa.Column("packet_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("packet_hash"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "requests",
        sa.Column("request_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("notify", sa.String(length=8), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("request_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reviews",
        sa.Column("request_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seat", sa.LargeBinary(length=32), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "seat"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "votes",
        sa.Column("request_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seat", sa.LargeBinary(length=32), nullable=False),
        sa.Column("vote", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "seat"),
        sqlite_with_rowid=False,
    )
