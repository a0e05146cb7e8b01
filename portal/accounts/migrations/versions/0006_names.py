"""A member's name by language tag, in as many languages as it has."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
FORMER = ("name_zh", "name_en")
MEMBERS = sa.table(
    "members",
    sa.column("member", sa.String),
    sa.column("name", sa.Text),
    sa.column("name_zh", sa.String),
    sa.column("name_en", sa.String),
)


def upgrade() -> None:
    """One column for both; a name that was there goes with it, and one that a step back left says all it said."""
    connection = op.get_bind()
    if "name" not in {column["name"] for column in sa.inspect(connection).get_columns("members")}:
        op.add_column("members", sa.Column("name", sa.Text, nullable=False, server_default="{}"))
    for row in connection.execute(sa.select(MEMBERS)).all():
        texts: dict[str, str] = json.loads(row.name)
        if former(row.member, texts) != {"name_zh": row.name_zh, "name_en": row.name_en}:
            name = json.dumps({**texts, "zh": row.name_zh, "en": row.name_en}, ensure_ascii=False)
            connection.execute(sa.update(MEMBERS).where(MEMBERS.c.member == row.member).values(name=name))
    for column in FORMER:
        op.drop_column("members", column)


def downgrade() -> None:
    """Both columns again: the Chinese and the English text, or whatever there is; the new one stays where it lies."""
    for column in FORMER:
        op.add_column("members", sa.Column(column, sa.String(200), nullable=False, server_default=""))
    connection = op.get_bind()
    for row in connection.execute(sa.select(MEMBERS.c.member, MEMBERS.c.name)).all():
        values = former(row.member, json.loads(row.name))
        connection.execute(sa.update(MEMBERS).where(MEMBERS.c.member == row.member).values(**values))


def former(member: str, texts: dict[str, str]) -> dict[str, str]:
    """What both columns say of a name."""
    first = next(iter(texts.values()), member)
    return {"name_zh": texts.get("zh", first)[:200], "name_en": texts.get("en", first)[:200]}
