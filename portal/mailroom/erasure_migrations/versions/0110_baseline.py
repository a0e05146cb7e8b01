"""The erasure keys, of which PostgreSQL keeps no samples: they must be gone when they are destroyed."""

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
        "erasure_keys",
        sa.Column("erasure_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("erasure_id"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name != "sqlite":
        for column in ("key", "erasure_id"):
            op.execute(f"ALTER TABLE erasure_keys ALTER COLUMN {column} SET STATISTICS 0")
