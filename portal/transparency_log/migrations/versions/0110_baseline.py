"""The log: entries, tiles, checkpoints."""

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
        "checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
        sa.UniqueConstraint("hour"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entries",
        sa.Column("entry", sa.LargeBinary(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tiles",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number"),
        sqlite_with_rowid=False,
    )
