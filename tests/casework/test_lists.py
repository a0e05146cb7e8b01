"""Pages of a member's cases: who has very many is shown the same as who has few, whichever way they are found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from casework.event_store.arrivals import open_case
from casework.event_store.lists import After, View, list_page
from casework.event_store.store import CASES, CLAIMS, RECUSALS, CaseId
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.casework.test_appending import DAY, LI_WEI, OPENING, SUN_FANG
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

NUMBER = 12
NOW, EVENING = 1000, 2000


def case_of(n: int) -> CaseId:
    """The id of a case."""
    return CaseId(bytes([n]) * 16)


def day_of(n: int) -> date:
    """Its day."""
    return DAY - timedelta(days=n // 2)


@pytest.fixture
def store(stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Twelve cases that Li Wei has claimed, but for one in an epoch that has passed and one stepped back from."""
    monkeypatch.setattr("casework.event_store.lists.PAGE", 2)
    found = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(found)
    with found.write() as tx:
        for n in range(NUMBER):
            open_case(tx, replace(OPENING, case=case_of(n), day=day_of(n), item_hash=case_of(n) * 2))
            standing = {
                "owner": LI_WEI if n % 3 else SUN_FANG,
                "deputy": LI_WEI if n == 3 else None,
                "ended": n == 5,
                "waiting": n % 2 == 0,
                "next_due": 500 + 200 * n if n % 4 else None,
            }
            tx.execute(update(CASES).where(CASES.c.case_id == case_of(n)).values(standing))
        # Beside each fourth claim stands no day, as an older release writes it.
        claims = [
            {"member": LI_WEI, "case_id": case_of(n), "epoch": int(n == 1), "day": day_of(n) if n % 4 else None}
            for n in range(NUMBER)
        ]
        # The second of these is Li Wei's by name alone.
        others = [{"member": SUN_FANG, "case_id": case_of(n), "epoch": 0, "day": DAY} for n in (0, 1)]
        tx.execute(insert(CLAIMS), [*claims, *others])
        tx.execute(insert(RECUSALS).values(case_id=case_of(2), member=LI_WEI))
    yield found
    found.engine.dispose()


def shown(store: Store, view: View) -> list[int]:
    """The numbers of a view's cases, page by page."""
    found: list[int] = []
    after: After | None = None
    while True:
        with store.read() as tx:
            page = list_page(tx, LI_WEI, view, (NOW, EVENING), after)
        found += [row.case[0] for row in page.rows]
        assert len(page.rows) <= 2
        if page.after is None:
            return found
        after = page.after


EXPECTED = {
    View.ALL: [0, 3, 5, 4, 7, 6, 9, 8, 11, 10],
    View.MINE: [3, 4, 7, 8, 11, 10],
    View.DUE: [3, 5, 6, 7],
    View.OVERDUE: [],
    View.WAITING: [0, 4, 6, 8, 10],
}


@pytest.mark.parametrize("very_many", [1, 12, 13, 10_000])
def test_pages_are_the_same_for_few_and_for_very_many(
    store: Store, very_many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Current claims alone, none that was stepped back from, newest day first or first due first, no case twice."""
    monkeypatch.setattr("casework.event_store.claims.VERY_MANY", very_many)
    assert {view: shown(store, view) for view in View} == EXPECTED
