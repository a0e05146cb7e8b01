"""With the grant of a case lie the keys of its earlier epochs, sealed, under the same erasure key."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("grants")}
    if "history" not in there:
        op.add_column("grants", sa.Column("history", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
