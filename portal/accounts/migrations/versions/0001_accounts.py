"""Members, invitations, sessions, sign-in failures and keyrings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Longer than our functions are: a migration is a frozen list of tables, read from top to bottom.
def upgrade() -> None:
    op.create_table(
        "members",
        sa.Column("member", sa.String(48), primary_key=True),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("entity", sa.String(48), nullable=True),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("recipient", sa.Text, nullable=True),
        sa.Column("signing", sa.LargeBinary(32), nullable=True),
        sa.Column("wrapped_key", sa.Text, nullable=True),
        sa.Column("signin_hash", sa.Text, nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(20), nullable=False),
        sa.Column("totp_step", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invites",
        sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("member", sa.String(48), nullable=False, unique=True),
        sa.Column("expires", sa.Date, nullable=False),
        sa.Column("word_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("tries_left", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sessions",
        sa.Column("session_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("member", sa.String(48), nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signin_failures",
        sa.Column("name_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("refused_until", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keyring",
        sa.Column("member", sa.String(48), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_member", "sessions", ["member"])
