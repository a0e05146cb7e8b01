"""Beside each claim the day of its case, by which its member's list is ordered."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FILL = """
UPDATE claims SET day = (SELECT cases.day FROM cases WHERE cases.case_id = claims.case_id) WHERE claims.day IS NULL
"""


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, and what older code claims then is filled in."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("claims")}
    if "day" not in known:
        op.add_column("claims", sa.Column("day", sa.Date, nullable=True))
    op.execute(FILL)
    op.create_index("ix_claims_by_day", "claims", ["member", "day", "case_id"], if_not_exists=True)


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
