"""What the worker notes when it takes away the order in which reports came."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    op.create_table(
        "shuffles",
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity"),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    known = sa.inspect(op.get_bind())
    if "moved" not in {column["name"] for column in known.get_columns("blob_parts")}:
        op.add_column("blob_parts", sa.Column("moved", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
