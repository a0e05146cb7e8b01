"""Hashes of what was deleted."""

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
        "deleted",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
        sqlite_with_rowid=False,
    )
