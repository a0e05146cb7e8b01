"""The table of sealed identities."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "packets",
        sa.Column("packet_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("packet_hash"),
        sqlite_with_rowid=False,
    )
