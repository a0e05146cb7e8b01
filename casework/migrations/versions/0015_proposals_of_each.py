"""Each holder of a case may have a re-grant waiting, beside those of others."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table again with the proposer in its key: what waits is proposed again, as after three days."""
    op.drop_table("proposals")
    op.create_table(
        "proposals",
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("actor", sa.String(48), primary_key=True),
        sa.Column("invited", sa.String(48), nullable=True),
        sa.Column("grant_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("access_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("packet", sa.LargeBinary, nullable=False),
        sa.Column("proof", sa.LargeBinary, nullable=False),
        sa.Column("history", sa.LargeBinary, nullable=True),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Older code reads one proposal of a case: those that wait are proposed again."""
    op.execute("DELETE FROM proposals")
