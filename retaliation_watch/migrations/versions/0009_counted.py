"""From when on HR's records count for an entry: the month of the report. Letters to HR keep the day that is there."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENTRIES = sa.table("entries", sa.column("start", sa.Date()), sa.column("counted", sa.Date()))


def upgrade() -> None:
    """An entry of older code begins with the month after the one in which it was made, which counts from now on."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("entries")}
    if "counted" not in columns:
        op.add_column("entries", sa.Column("counted", sa.Date()))
    old = ENTRIES.c.counted.is_(None)
    for start in op.get_bind().scalars(sa.select(ENTRIES.c.start).where(old).distinct()).all():
        op.execute(sa.update(ENTRIES).where(old & (ENTRIES.c.start == start)).values(counted=_month_before(start)))


def _month_before(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


def downgrade() -> None:
    """Older code reads the other day, as it did; the column stays where it is."""
