"""What the worker needs: when each case wants it, whether a case is on its way out, and how far it has reckoned."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("cases")}
    added = (
        sa.Column("wake_at", sa.BigInteger, nullable=True),
        sa.Column("leaving", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    for column in added:
        if column.name not in known:
            op.add_column("cases", column)
    op.create_index("ix_cases_wake", "cases", ["wake_at", "case_id"], if_not_exists=True)
    op.create_table(
        "reckonings",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("after", sa.LargeBinary(16), nullable=True),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
