"""New keys of members, waiting for the keepers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    if "next_keys" not in sa.inspect(op.get_bind()).get_table_names():
        op.create_table(
            "next_keys",
            sa.Column("member", sa.String(48), primary_key=True),
            sa.Column("recipient", sa.Text, nullable=False),
            sa.Column("signing", sa.LargeBinary(32), nullable=False),
            sa.Column("by_former", sa.LargeBinary(64), nullable=False),
            sa.Column("by_new", sa.LargeBinary(64), nullable=False),
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
