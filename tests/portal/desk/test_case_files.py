"""Many case files in one answer: each as the call of its own gives it, and none at the cost of the others."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from casework.event_store.store import CASES, CaseId
from crypto.desk.keyring import seal_keyring_entry
from crypto.errors import PayloadDamaged
from crypto.framing import b64encode
from crypto.sealing.erasure import wrap_erasable
from portal.accounts.tables import KEYRING
from portal.desk import case_file
from portal.desk.case_views import CASES_AT_ONCE
from portal.errors import OfficeNotReady
from portal.mailroom import casework_outbox_delivery
from portal.mailroom.service import erasure_key_of_case
from portal.mailroom.tables import GRANTS, ITEMS, MAILBOXES
from portal.office.rules_repository import RulesRepository
from portal.settings import StoreName
from tests.crypto.sample import Drawn
from tests.portal.desk.test_cases import seen
from tests.portal.desk.test_proposals import scene
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report, report


def files(colleague: Colleague, *cases: bytes) -> list[object]:
    """What the call for these cases says."""
    answer = colleague.get(path(*cases))
    assert answer.status_code == 200, answer.json
    return answer.json["files"]


def path(*cases: bytes) -> str:
    """The call for these cases."""
    return "/api/cases/files?" + "&".join(f"case={b64encode(case)}" for case in cases)


def holder(room: DeskRoom, number: int) -> tuple[Colleague, list[bytes]]:
    """A holder who has claimed so many cases and answered in the first."""
    cases = [room.file(random_report(room.edge)) for _ in range(number)]
    colleague = room.sign_in("li-wei")
    assert colleague.take_in().count(True) == number
    item, event = colleague.reply(colleague.case(cases[0]).json, "我们收到了。")
    assert colleague.step(cases[0], event, item=item).status_code == 201
    return colleague, cases


def test_each_file_is_that_of_its_own_call_in_the_order_asked_for(room: DeskRoom) -> None:
    """Whatever the order; and the store is asked as often for four as for one."""
    colleague, cases = holder(room, 4)
    alone = {case: colleague.case(case).json for case in cases}
    for wanted in (cases, [*reversed(cases)]):
        assert files(colleague, *wanted) == [alone[case] for case in wanted]
    with room.statements() as one:
        files(colleague, cases[0])
    with room.statements() as four:
        files(colleague, *cases)
    assert len(one) == len(four) > 8


def test_a_proposal_waits_in_its_own_case_alone(room: DeskRoom) -> None:
    """What a colleague proposed in one case stands in no other file of the same answer."""
    two = scene(room, "li-wei", "sun-fang")
    other = room.file(random_report(room.edge))
    assert True in two.people["sun-fang"].take_in()
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    second, first = files(two.people["sun-fang"], other, two.case)
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["proposal"]["by"], second["proposal"]) == ("li-wei", None)


def test_a_case_that_is_not_theirs_looks_like_one_that_does_not_exist(room: DeskRoom) -> None:
    """Beside a case of their own, byte for byte and statement for statement."""
    colleague, (own,) = holder(room, 1)
    hidden = room.file(report(room.edge, "about-li-wei", ("li-wei",)))
    assert room.sign_in("sun-fang").take_in().count(True) == 2
    with room.statements() as forbidden_said:
        forbidden = colleague.get(path(hidden, own))
    with room.statements() as absent_said:
        absent = colleague.get(path(bytes(range(16)), own))
    assert seen(forbidden) == seen(absent)
    assert forbidden_said == absent_said
    assert forbidden.json["files"] == [None, colleague.case(own).json]


def test_a_damaged_or_deleted_case_takes_no_other_with_it(room: DeskRoom) -> None:
    """Its place stays empty, and its neighbours are whole."""
    colleague, (damaged, deleted, whole) = holder(room, 3)
    with room.edge.eyes(StoreName.MAILROOM).write() as tx:
        tx.execute(update(GRANTS).where(GRANTS.c.case_id == damaged).values(sealed=b"noise"))
        tx.execute(update(MAILBOXES).where(MAILBOXES.c.case_id == deleted).values(erasure_id=bytes(16)))
    assert files(colleague, damaged, deleted, whole) == [None, None, colleague.case(whole).json]
    assert [colleague.case(one).status_code for one in (damaged, deleted)] == [404, 404]


def test_a_row_that_can_not_be_read_takes_no_other_case_with_it(room: DeskRoom) -> None:
    """A keyring entry that is no JSON, and an item that is none."""
    colleague, (pinned, noise, whole) = holder(room, 3)
    for case in (pinned, whole):
        entry = seal_keyring_entry(colleague.keys, colleague.grants[case], Drawn("pin"))
        assert colleague.send(f"/api/cases/{b64encode(case)}/key", entry, "PUT").status_code == 204
    mailroom = room.edge.mailroom
    content = wrap_erasable(erasure_key_of_case(mailroom, noise), b"noise", mailroom.rng)
    with room.edge.eyes(StoreName.ACCOUNTS).write() as tx:
        tx.execute(update(KEYRING).where(KEYRING.c.case_id == pinned).values(entry="noise"))
    with room.edge.eyes(StoreName.MAILROOM).write() as tx:
        tx.execute(update(ITEMS).where(ITEMS.c.case_id == noise).values(sealed=content))
    assert files(colleague, pinned, noise, whole) == [None, None, colleague.case(whole).json]
    assert [colleague.case(one).status_code for one in (pinned, noise)] == [404, 404]


def test_a_policy_whose_page_is_lost_takes_no_case_of_another_with_it(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among others its place is empty; asked for alone, the case says what is the matter."""
    colleague, (lost, whole) = holder(room, 2)
    with room.edge.eyes(StoreName.CASES).write() as tx:
        tx.execute(update(CASES).where(CASES.c.case_id == lost).values(policy="lost"))
    named = RulesRepository.named

    def without_lost(rules: RulesRepository, policy: str, version: str, today: date) -> str | None:
        if policy == "lost":
            raise OfficeNotReady
        return named(rules, policy, version, today)

    monkeypatch.setattr(RulesRepository, "named", without_lost)
    assert files(colleague, lost, whole) == [None, colleague.case(whole).json]
    assert colleague.case(lost).status_code == 503


def test_what_can_not_be_delivered_keeps_no_case_back(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its own, which is read as it is, nor the others."""
    colleague, cases = holder(room, 2)
    alone = [colleague.case(case).json for case in cases]

    def damaged(*_given: object, **_named: object) -> int:
        raise PayloadDamaged("noise")

    def all_of_them(_connection: object, wanted: list[CaseId]) -> list[CaseId]:
        return wanted

    monkeypatch.setattr(casework_outbox_delivery, "deliver_pending", damaged)
    monkeypatch.setattr(casework_outbox_delivery, "undelivered_among", all_of_them)
    assert files(colleague, *cases) == alone


def test_long_cases_are_answered_from_the_first_on(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer holds more than so many rows, and none is empty: who wants the rest asks again."""
    colleague, cases = holder(room, 3)
    alone = [colleague.case(case).json for case in cases]
    # The first has two events and a report, each of the others an event and a report.
    for rows, number in ((1, 1), (4, 1), (5, 2), (6, 2), (7, 3)):
        monkeypatch.setattr(case_file, "ROWS_AT_ONCE", rows)
        assert files(colleague, *cases) == alone[:number], rows


def test_a_call_names_some_cases_and_each_once(room: DeskRoom) -> None:
    """Not none, not more than fit into one answer, and none twice."""
    colleague, (case,) = holder(room, 1)
    many = [bytes([n]) * 16 for n in range(CASES_AT_ONCE + 1)]
    for wanted in ([], [case, case], many):
        assert colleague.get(path(*wanted)).status_code == 422
    assert files(colleague, *many[:-1]) == [None] * CASES_AT_ONCE
    assert colleague.get("/api/cases/files?case=x").json == {"files": [None]}
