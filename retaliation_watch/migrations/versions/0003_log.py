"""What of the watch has to stand in the published log, until a checkpoint takes it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table where there is none."""
    op.create_table(
        "outbox_log",
        sa.Column("content", sa.LargeBinary(32), primary_key=True, nullable=False),
        sa.Column("fact", sa.String(32), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def downgrade() -> None:
    """Leaves what is new where it lies."""
