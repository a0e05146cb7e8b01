"""PostgreSQL keeps samples of what a table holds: never of keys, which must be gone when they are destroyed."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
SAMPLED = ("key", "erasure_id")


def upgrade() -> None:
    """Ends sampling, and drops the samples that were taken."""
    _sample(0)


def downgrade() -> None:
    """Samples as the server does by default."""
    _sample(-1)


def _sample(number: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for column in SAMPLED:
        op.execute(f"ALTER TABLE erasure_keys ALTER COLUMN {column} SET STATISTICS {number}")
    op.execute("ANALYZE erasure_keys")
