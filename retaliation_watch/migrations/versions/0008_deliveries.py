"""Deliveries are found by source, kind and sequence: a new one takes as long as the first, however many came before."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the index where there is none."""
    op.create_index("ix_deliveries_sequence", "deliveries", ["source", "kind", "sequence"], if_not_exists=True)


def downgrade() -> None:
    """Older code leaves it unused."""
