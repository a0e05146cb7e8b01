"""What was told of whole quarters and years, and the way to what a source told of a time."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table where there is none."""
    op.create_table(
        "figures",
        sa.Column("entity", sa.String(48), primary_key=True),
        sa.Column("period", sa.String(8), primary_key=True),
        sa.Column("told", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("ix_events_source", "events", ["source", "recorded", "kind"], if_not_exists=True)


def downgrade() -> None:
    """Leaves what is new where it lies."""
