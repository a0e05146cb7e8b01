"""A leaver with five hundred cases, on both pairs of stores: killed halfway, run again, and all is right."""

from __future__ import annotations

from pathlib import Path

import pytest

import crypto
from portal.cli.desk.handing_over import Became
from tests.portal.desk.test_handing_over import COLLEAGUE, LEAVER, OTHER, Killed, Leaving
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import open_edge
from tests.support.stores.backends import Stores

CASES = 500
CALLS_OF_ONE = 4
"""Of a case that is re-sealed: read, write, claim, keep."""


@pytest.mark.timeout(1800)
def test_five_hundred_cases_are_handed_over_once_each(stores: Stores, tmp_path: Path) -> None:
    """Every case is in epoch one after two runs, none is in two, and no packet opens with the leaver's key."""
    edge = open_edge(stores, tmp_path)
    room = DeskRoom(edge)
    leaving = Leaving(room, tmp_path, {name: room.sign_in(name) for name in (LEAVER, COLLEAGUE, OTHER)})
    leaving.file(CASES)
    leaving.sign_without(LEAVER)
    line = leaving.line(COLLEAGUE)
    line.left = CASES * CALLS_OF_ONE // 2 + CASES // 8
    with pytest.raises(Killed):
        leaving.work(COLLEAGUE, line)
    before = leaving.epochs()
    assert 0 < sum(before) < CASES
    done = leaving.run()
    assert {became: sum(one.became is became for one in done) for became in (Became.SEALED, Became.ALREADY)} == {
        Became.SEALED: CASES - sum(before),
        Became.ALREADY: sum(before),
    }
    assert leaving.epochs() == [1] * CASES
    assert [one for one in leaving.held() if one.still] == []
    directory = leaving.directory
    assert directory is not None
    for packet in leaving.packets():
        assert crypto.open_grant(leaving.people[COLLEAGUE].keys, packet, directory).epoch == 1
        assert crypto.find_grant(leaving.people[LEAVER].keys, packet, directory) is None
    leaving.lines.close()
    room.close()
    edge.close()
