"""Passkeys of members, and the challenges that they sign."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    known = set(sa.inspect(op.get_bind()).get_table_names())
    if "passkeys" not in known:
        op.create_table(
            "passkeys",
            sa.Column("credential", sa.LargeBinary(1023), primary_key=True),
            sa.Column("member", sa.String(48), nullable=False),
            sa.Column("origin", sa.String(255), nullable=False),
            sa.Column("public_key", sa.LargeBinary(1024), nullable=False),
            sa.Column("sign_count", sa.BigInteger, nullable=False),
            sa.Column("name", sa.String(64), nullable=False),
            sa.Column("added", sa.Date, nullable=False),
            sa.Column("signin_hash", sa.Text, nullable=True),
            sa.Column("wrapped_key", sa.Text, nullable=True),
            sqlite_with_rowid=False,
        )
        op.create_index("ix_passkeys_member", "passkeys", ["member"])
    if "challenges" not in known:
        op.create_table(
            "challenges",
            sa.Column("challenge_hash", sa.LargeBinary(32), primary_key=True),
            sa.Column("origin", sa.String(255), nullable=False),
            sa.Column("member", sa.String(48), nullable=True),
            sa.Column("expires", sa.BigInteger, nullable=False),
            sqlite_with_rowid=False,
        )
        op.create_index("ix_challenges_expires", "challenges", ["expires"])


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
