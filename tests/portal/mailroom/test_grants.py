"""The grants of cases: each case's own copy, the newest epoch in place of older ones."""

from __future__ import annotations

from datetime import date

import crypto
from portal.mailroom.grants import current_grant, replace_grant
from tests.crypto.sample import Drawn
from tests.support.edge import Edge, report

DAY = date(2026, 11, 24)


def test_a_regrant_takes_the_place_of_the_grant(edge: Edge) -> None:
    """The re-grant of the next epoch is the case's grant, the older packet is not, and twice changes nothing."""
    case = report(edge, "ann")
    edge.submit(case)
    grant = case.grant()
    thread = crypto.read_case(case.directory, grant, [case.report])
    staff = edge.office.staff("li-wei")
    regrant = crypto.seal_regrant(staff, case.directory, grant, thread, ["li-wei", "sun-fang"], Drawn("re"))
    changes = [replace_grant(edge.room, grant.case, 1, regrant.packet, DAY) for _ in range(2)]
    assert changes == [True, False]
    assert current_grant(edge.room, grant.case) == (1, regrant.packet)
    assert not replace_grant(edge.room, grant.case, 0, case.packet, DAY)
