"""Alerts that live: when each was told last, and evidence that says since when, as of which day and what was told."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ALERTS = sa.table(
    "alerts",
    sa.column("alert", sa.LargeBinary()),
    sa.column("shown", sa.Date()),
    sa.column("told", sa.Date()),
    sa.column("evidence", sa.Text()),
)
NEW = frozenset({"since", "until", "from", "stands", "whole", "told"})


def upgrade() -> None:
    """What was told once is as of the day of the crossing until the next look renews it."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("alerts")}
    if "told" not in columns:
        op.add_column("alerts", sa.Column("told", sa.Date()))
    op.execute(sa.update(ALERTS).where(ALERTS.c.told.is_(None)).values(told=ALERTS.c.shown))
    _rewrite(1, _risen)


def downgrade() -> None:
    """Older code reads the members that it knows; the column stays where it is."""
    _rewrite(2, _plain)


def _rewrite(version: int, change: Any) -> None:
    for row in op.get_bind().execute(sa.select(ALERTS.c.alert, ALERTS.c.evidence)).all():
        try:
            evidence = json.loads(row.evidence)
        except ValueError:
            continue
        if isinstance(evidence, dict) and evidence.get("v") == version:  # pyright: ignore[reportUnknownMemberType]
            text = json.dumps(change(evidence), ensure_ascii=False)
            op.execute(sa.update(ALERTS).where(ALERTS.c.alert == row.alert).values(evidence=text))


def _risen(old: dict[str, Any]) -> dict[str, Any]:
    measures = sum(old["observed"].values())
    said = {"day": old["day"], "why": "crossed", "level": old["level"], "odds": old["odds"]}
    # How many colleagues worked there each week was not kept, and the average was of too many: the line is left out.
    weeks = [week | {"colleagues": None, "cohort": None} for week in old["weeks"]]
    days = {"since": old["day"], "until": old["day"], "from": None}
    whole = {"stands": True, "whole": None, "told": [said | {"measures": measures, "score": None}]}
    return old | days | whole | {"v": 2, "weeks": weeks}


def _plain(new: dict[str, Any]) -> dict[str, Any]:
    weeks = [{"end": week["end"], "person": week["person"], "cohort": week["cohort"] or 0} for week in new["weeks"]]
    kept = {name: value for name, value in new.items() if name not in NEW}
    return kept | {"v": 1, "day": new["since"], "weeks": weeks}
