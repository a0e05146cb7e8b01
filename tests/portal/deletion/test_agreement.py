"""A case is deleted by hand only where two agreed on its record; the store's own word on that is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import crypto
from casework.event_store.store import CaseId
from portal.deletion.agreement import Agreement, agreement_on
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.office.rules_repository import RulesRepository
from portal.settings import StoreName
from tests.support.offices.deletion_agreement import agree_to_deletion, last_number, write_event
from tests.support.offices.edge import Edge, open_edge, report
from tests.support.stores.backends import embedded_stores

CUSTODIAN = "bao-guan-1"


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    """An office whose policy has rules."""
    opened = open_edge(embedded_stores(tmp_path), tmp_path)
    yield opened
    opened.close()


def filed(edge: Edge) -> bytes:
    """A case that has arrived."""
    case = report(edge, "agreed")
    edge.submit(case)
    edge.worker.work_once()
    return crypto.b64decode(case.sealed.submission["case"])


def agreed(edge: Edge, case: bytes) -> tuple[str, str] | None:
    """Who agreed."""
    shelf = RulesRepository(CurrentDirectory(OfficeFolder(edge.settings.office)))
    found = agreement_on(edge.eyes(StoreName.CASES), shelf, CaseId(case), edge.hands.now)
    assert found is not None
    assert found.by is not None or "company" in found.may
    return found.by


def test_two_signatures_are_an_agreement(edge: Edge) -> None:
    """Nobody's and one member's are none; asked by one and agreed to by another they are, until a hold comes."""
    case = filed(edge)
    assert agreed(edge, case) is None
    write_event(edge, case, "deletion-asked", "li-wei")
    assert agreed(edge, case) is None
    write_event(edge, case, "deletion-approved", "sun-fang")
    assert agreed(edge, case) == ("li-wei", "sun-fang")
    write_event(edge, case, "held", "li-wei")
    assert agreed(edge, case) is None


@pytest.mark.parametrize(
    "steps",
    [
        # The same person twice.
        [("deletion-asked", "li-wei", True), ("deletion-approved", "li-wei", True)],
        # Written by anyone who has the store, with no signature.
        [("deletion-asked", "li-wei", False), ("deletion-approved", "sun-fang", True)],
        [("deletion-asked", "li-wei", True), ("deletion-approved", "sun-fang", False)],
        # Agreed to before anybody asked.
        [("deletion-approved", "sun-fang", True), ("deletion-asked", "li-wei", True)],
    ],
)
def test_what_the_engine_would_not_let_pass_is_none(edge: Edge, steps: list[tuple[str, str, bool]]) -> None:
    """The same person twice, unsigned, or in the wrong order: the record is judged again."""
    case = filed(edge)
    for kind, member, signed in steps:
        write_event(edge, case, kind, member, signed=signed)
    assert agreed(edge, case) is None


def test_who_asks_too_keeps_nobody_from_agreeing_to_the_request_of_before(edge: Edge) -> None:
    """The agreement goes with the request that it names, though another asked behind it."""
    case = filed(edge)
    write_event(edge, case, "deletion-asked", "li-wei")
    first = str(last_number(edge, case, "deletion-asked"))
    write_event(edge, case, "deletion-asked", "sun-fang")
    write_event(edge, case, "deletion-approved", "sun-fang", asking=str(last_number(edge, case, "deletion-asked")))
    assert agreed(edge, case) is None
    write_event(edge, case, "deletion-asked", "li-wei")
    write_event(edge, case, "deletion-asked", "sun-fang")
    write_event(edge, case, "deletion-approved", "sun-fang", asking=str(int(first) + 3))
    assert agreed(edge, case) == ("li-wei", "sun-fang")


def test_there_is_nothing_to_agree_about_where_there_is_no_case(edge: Edge) -> None:
    """A case that is not here is no matter of two: the command says that it is not here."""
    case = filed(edge)
    agree_to_deletion(edge, case)
    shelf = RulesRepository(CurrentDirectory(OfficeFolder(edge.settings.office)))
    assert agreement_on(edge.eyes(StoreName.CASES), shelf, CaseId(bytes(16)), edge.hands.now) is None


def standing(edge: Edge, case: bytes, days: int = 0) -> Agreement:
    """What the record says so many days later, by the directory of today."""
    shelf = RulesRepository(CurrentDirectory(OfficeFolder(edge.settings.office)))
    found = agreement_on(edge.eyes(StoreName.CASES), shelf, CaseId(case), edge.hands.now + timedelta(days=days))
    assert found is not None
    return found


def test_an_agreement_runs_out_and_is_given_anew(edge: Edge) -> None:
    """Thirty days after it was given it holds, a day later it does not; asked and agreed to again it does."""
    case, today = filed(edge), edge.hands.now.date()
    for back in (31, 30):
        write_event(edge, case, "deletion-asked", "li-wei", day=today - timedelta(days=back))
        write_event(edge, case, "deletion-approved", "sun-fang", day=today - timedelta(days=back))
        found = standing(edge, case)
        assert (found.by is None, found.until) == (back == 31, today + timedelta(days=30 - back))
    write_event(edge, case, "deletion-asked", "li-wei", day=today + timedelta(days=2))
    assert standing(edge, case).until is None
    # Dated ahead it would never run out.
    write_event(edge, case, "deletion-approved", "sun-fang", day=today + timedelta(days=3))
    assert standing(edge, case) == Agreement(None, found.may)


def test_without_rules_two_of_its_readers_agree(edge: Edge) -> None:
    """Where the policy has no rules nobody deletes alone either: two readers sign, no custodian, and not one twice."""
    case = filed(edge)
    (edge.settings.office / "published" / "versions.json").unlink()
    assert (standing(edge, case).by, "li-wei" in standing(edge, case).may) == (None, True)
    wrong = (("li-wei", "li-wei", True), ("li-wei", "sun-fang", False), ("li-wei", CUSTODIAN, True))
    for asker, other, signed in wrong:
        write_event(edge, case, "deletion-asked", asker)
        write_event(edge, case, "deletion-approved", other, signed=signed)
        assert standing(edge, case).by is None, (asker, other)
    write_event(edge, case, "deletion-asked", "li-wei")
    # It was asked before as well: who agrees without saying to which has agreed to neither.
    write_event(edge, case, "deletion-approved", "zhao-min")
    assert standing(edge, case).by is None
    write_event(edge, case, "deletion-approved", "zhao-min", asking=str(last_number(edge, case, "deletion-asked")))
    assert standing(edge, case).by == ("li-wei", "zhao-min")
