"""Since which month packets wait for a place."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table where there is none."""
    op.create_table(
        "waiting",
        sa.Column("packet_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("entity", sa.String(48), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("entered", sa.Date()),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def downgrade() -> None:
    """Leaves what is new where it lies."""
