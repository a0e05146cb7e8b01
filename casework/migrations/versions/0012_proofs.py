"""A proposal keeps who signed it in the place of a notice to the reporter, which the second signer makes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What waits is dropped: nobody could sign it any more."""
    op.execute("DELETE FROM proposals")
    op.drop_column("proposals", "notice")
    op.add_column("proposals", sa.Column("proof", sa.LargeBinary, nullable=False))


def downgrade() -> None:
    """The reverse, and as empty."""
    op.execute("DELETE FROM proposals")
    op.drop_column("proposals", "proof")
    op.add_column("proposals", sa.Column("notice", sa.LargeBinary, nullable=False))
