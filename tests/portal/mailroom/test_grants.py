"""The grants of cases: each case's own copy, the newest epoch in force, those of before kept."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

import crypto
from portal.mailroom.grants import (
    StoredGrant,
    current_grant,
    delete_grant,
    former_epochs,
    former_grant,
    replace_grant,
)
from portal.mailroom.tables import GRANTS
from tests.crypto.sample import Drawn
from tests.support.offices.edge import Edge, report

DAY = date(2026, 11, 24)


def test_a_regrant_is_in_force_and_the_packet_of_before_waits_for_no_slot(edge: Edge) -> None:
    """The re-grant of the next epoch with its history is the case's grant, the older one is kept; once is enough."""
    case = report(edge, "ann")
    edge.submit(case)
    grant = case.grant()
    thread = crypto.read_case(case.directory, grant, [case.report])
    staff = edge.office.staff("li-wei")
    regrant = crypto.seal_regrant(staff, case.directory, grant, thread, ["li-wei", "sun-fang"], Drawn("re"))
    assert current_grant(edge.mailroom, grant.case) == (0, case.packet, None)
    made = StoredGrant(1, regrant.packet, regrant.history)
    changes = [replace_grant(edge.mailroom, grant.case, made, DAY) for _ in range(2)]
    assert changes == [True, False]
    assert current_grant(edge.mailroom, grant.case) == made
    assert not replace_grant(edge.mailroom, grant.case, StoredGrant(0, case.packet, None), DAY)
    assert former_epochs(edge.mailroom, grant.case) == [0]
    assert former_grant(edge.mailroom, grant.case, 0) == (0, case.packet, None)
    with edge.mailroom.store.read() as connection:
        assert connection.execute(select(GRANTS.c.epoch).where(GRANTS.c.waits)).scalars().all() == [1]
    assert [delete_grant(edge.mailroom, grant.case, epoch) for epoch in (1, 0, 0)] == [0, 1, 0]
    assert current_grant(edge.mailroom, grant.case) == made
