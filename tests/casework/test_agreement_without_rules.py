"""The server takes no agreement that no program would count, also where a policy has no rules."""

from __future__ import annotations

import pytest

import crypto
from casework.engine.refusals import RefusalReason, StepUnfit
from casework.errors import EventRefused
from casework.event_store.store import CASES, MemberId
from crypto.case.payloads import Direction
from portal.stores.engines import Store
from tests.casework.test_appending import LI_WEI, SUN_FANG, cases, event, item, step, take

__all__ = ["cases"]

ASKED, AGREED = "deletion-asked", "deletion-approved"


@pytest.fixture
def keyed(cases: Store) -> Store:
    """A case whose office has its own key, which took the first place."""
    with cases.write() as connection:
        connection.execute(CASES.update().values(office_only=1))
    return cases


def write(store: Store, kind: str, member: MemberId, seq: int, **names: str) -> None:
    """An event with its note, as the desk writes it."""
    note = item(seq + 1, direction=Direction.OFFICE_ONLY)
    take(store, step(event(store, kind, member, item=crypto.b64encode(note.hash), **names), note), member)


def unfit(store: Store, member: MemberId, seq: int, **names: str) -> tuple[RefusalReason, tuple[str, ...]]:
    """Why an agreement is refused."""
    with pytest.raises(StepUnfit) as found:
        write(store, AGREED, member, seq, **names)
    assert found.value.words.en != found.value.words.zh
    return found.value.refusal.reason, found.value.refusal.names


def test_an_agreement_answers_the_one_request_that_waits_and_is_another_persons(keyed: Store) -> None:
    """None waits; one waits, of the same person or under another number; it names it, or says nothing of it."""
    assert unfit(keyed, SUN_FANG, 1) == (RefusalReason.FIRST, (ASKED,))
    write(keyed, ASKED, LI_WEI, 1)
    assert unfit(keyed, LI_WEI, 2) == (RefusalReason.SAME_PERSON, (ASKED,))
    assert unfit(keyed, SUN_FANG, 2, asking="2") == (RefusalReason.ASKED_AGAIN, ("1",))
    write(keyed, AGREED, SUN_FANG, 2)
    assert unfit(keyed, SUN_FANG, 3, asking="1") == (RefusalReason.FIRST, (ASKED,))
    write(keyed, ASKED, LI_WEI, 3)
    write(keyed, AGREED, SUN_FANG, 4, asking="3")


def test_of_two_requests_one_is_named(keyed: Store) -> None:
    """Without a number nobody knows which was meant; that of before waits too, though another asked behind it."""
    write(keyed, ASKED, LI_WEI, 1)
    write(keyed, ASKED, SUN_FANG, 2)
    assert unfit(keyed, SUN_FANG, 3) == (RefusalReason.ASKED_AGAIN, ("2",))
    assert unfit(keyed, SUN_FANG, 3, asking="3") == (RefusalReason.ASKED_AGAIN, ("2",))
    assert unfit(keyed, SUN_FANG, 3, asking="2") == (RefusalReason.SAME_PERSON, (ASKED,))
    write(keyed, AGREED, SUN_FANG, 3, asking="1")


@pytest.mark.parametrize("asking", ["", "01", "1 ", "one", "1234567", "delete the case of the manager"])
def test_what_is_agreed_to_is_a_number(keyed: Store, asking: str) -> None:
    """The name of a request is no place for words in clear; and it stands beside an agreement alone."""
    write(keyed, ASKED, LI_WEI, 1)
    for kind, value in ((AGREED, asking), (ASKED, "1")):
        with pytest.raises(EventRefused) as refused:
            write(keyed, kind, SUN_FANG, 2, asking=value)
        assert refused.value.reason == "names"
