"""How many requests the identity store takes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from crypto.custody.names import Ground, NotifyWhen
from crypto.custody.reasons import Request
from crypto.custody.unsealing import next_expiry
from portal.identity.errors import RequestRefused
from portal.identity.requests import MOST, store_request
from portal.identity.store import REQUESTS
from portal.settings import StoreName
from portal.stores.engines import open_store
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import ready_embedded_stores

TODAY = date(2026, 11, 25)


def asked(number: int) -> Request:
    """A request in danger to life."""
    expires = next_expiry(TODAY.isoformat())
    return Request(bytes(16), number.to_bytes(16), Ground.DANGER_TO_LIFE, NotifyWhen.BEFORE, expires, b"r", b"b")


def test_what_waits_for_its_review_takes_no_room_from_a_request(tmp_path: Path, prepared: Path) -> None:
    """So many may be open at once; one that is over is kept for a year and shuts nobody out."""
    store = open_store(settings_for(ready_embedded_stores(tmp_path, prepared), tmp_path), StoreName.IDENTITY)
    for number in range(MOST):
        assert store_request(store, asked(number), TODAY)
    with pytest.raises(RequestRefused):
        store_request(store, asked(MOST), TODAY)
    with store.write() as tx:
        tx.execute(update(REQUESTS).values(body=b""))
    assert store_request(store, asked(MOST), TODAY)
    store.engine.dispose()
