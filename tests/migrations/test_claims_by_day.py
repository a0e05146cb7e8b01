"""The day beside a claim: what an older release claimed gets it with the next step up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from casework.record.claims import Claim, claim_cases
from casework.record.opening import open_case
from casework.record.store import CLAIMS, CaseId
from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.stores.schemas import move_schema, upgrade_store
from tests.casework.test_stream import ACCESS, CASE, DAY, LI_WEI, OPENING, SUN_FANG
from tests.support.edge import settings_for
from tests.support.stores import Stores

OTHER = CaseId(bytes([7]) * 16)


def test_a_claim_without_a_day_gets_that_of_its_case(stores: Stores, tmp_path: Path) -> None:
    """A claim made today tells the day of its case; one that older code wrote tells it after the way down and up."""
    store = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(store)
    with store.write() as tx:
        open_case(tx, OPENING)
        open_case(tx, replace(OPENING, case=OTHER, day=DAY - timedelta(days=3), item_hash=OTHER * 2))
        claims = [Claim(CASE, ACCESS), *(Claim(CaseId(bytes([n]) * 16), ACCESS) for n in range(100, 107))]
        assert claim_cases(tx, LI_WEI, claims)[0]
        move_schema(tx, store.name, "0008", back=True)
        tx.execute(insert(CLAIMS), [{"member": SUN_FANG, "case_id": OTHER, "epoch": 0, "day": None}])
        move_schema(tx, store.name, "head")
        found = tx.execute(select(CLAIMS.c.member, CLAIMS.c.day).order_by(CLAIMS.c.member)).all()
    assert [(row.member, row.day) for row in found] == [(LI_WEI, DAY), (SUN_FANG, DAY - timedelta(days=3))]
    store.engine.dispose()
