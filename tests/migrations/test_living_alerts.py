"""Alerts of an older release live on: they were told once, as of their day, and older code reads them again."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.stores.schemas import move_schema, upgrade_store
from retaliation_watch.store import ALERTS
from tests.portal.watch.test_evidence_page import EVIDENCE
from tests.support.edge import settings_for
from tests.support.stores import Stores

NEW = frozenset({"since", "until", "from", "stands", "whole", "told"})
DAY, SHOWN = date(2026, 11, 15), date(2026, 11, 20)


def as_before() -> dict[str, Any]:
    """The evidence as older code writes it."""
    weeks = [{name: week[name] for name in ("end", "person", "cohort")} for week in EVIDENCE["weeks"]]
    kept = {name: value for name, value in EVIDENCE.items() if name not in NEW}
    return kept | {"v": 1, "day": DAY.isoformat(), "weeks": weeks}


def test_an_older_alert_was_told_once_and_loses_the_line_that_was_wrong(stores: Stores, tmp_path: Path) -> None:
    """Up, since and told are its own days, without a line of colleagues; down again older code reads what it knows."""
    store = open_store(settings_for(stores, tmp_path), StoreName.WATCH)
    upgrade_store(store)
    row = {"alert": os.urandom(16), "person": os.urandom(32), "day": DAY, "level": "amber", "shown": SHOWN}
    with store.write() as tx:
        move_schema(tx, store.name, "0009", back=True)
        tx.execute(insert(ALERTS), [row | {"state": "new", "evidence": json.dumps(as_before()), "told": None}])
        move_schema(tx, store.name, "head")
        found = tx.execute(select(ALERTS)).one()
        risen = json.loads(found.evidence)
        move_schema(tx, store.name, "0009", back=True)
        plain = json.loads(tx.execute(select(ALERTS.c.evidence)).scalar_one())
        move_schema(tx, store.name, "head")
    assert (found.told, risen["v"], risen["since"], risen["until"]) == (SHOWN, 2, DAY.isoformat(), DAY.isoformat())
    assert risen.keys() == EVIDENCE.keys()
    said = {"day": DAY.isoformat(), "why": "crossed", "level": "amber", "odds": 60, "measures": 2, "score": None}
    assert risen["told"] == [said]
    assert {(week["colleagues"], week["cohort"]) for week in risen["weeks"]} == {(None, None)}
    assert plain == as_before() | {"weeks": [week | {"cohort": 0} for week in as_before()["weeks"]]}
    store.engine.dispose()
