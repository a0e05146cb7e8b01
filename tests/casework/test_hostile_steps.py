"""What a hostile member, reporter or file cannot do to the record of a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen

import crypto
from casework.engine.case import Event, fold, opening
from casework.engine.policy_clocks import needs_minute
from casework.engine.refusals import RefusalReason, StepUnfit
from casework.errors import EventRefused, NotAHistory
from casework.event_store import claims
from casework.event_store.appending import Actor, append_step
from casework.event_store.claims import claimed, invited_case, read_rows
from casework.event_store.history import StreamEntry, history, with_last
from casework.event_store.projection import row_of
from casework.event_store.proposals import invited_cases
from casework.event_store.regrants import DeliveredPacket, NewGrant
from casework.event_store.step_check import Ruling, check_record_rules
from casework.event_store.store import CASES, CLAIMS, EVENTS, PROPOSALS, RECUSALS
from casework.ids import MemberId
from casework.obligations.case_schedule import case_schedule
from casework.rules.acts import Act, Attribute
from casework.rules.roles import RoleId
from crypto.case.regrants import RegrantStatement
from portal.office.published import held_by
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.casework.policies import bound, text_alone
from tests.casework.test_appending import CASE, DIRECTORY, LI_WEI, OFFICE, SUN_FANG, item, step
from tests.casework.test_steps_under_policy import (
    DAY,
    P04,
    WHOLE,
    WORKS,
    act,
    at,
    head,
    opened,
    rebuilt,
    role_for,
    ruled,
    stored,
    take,
)
from tests.crypto.sample import MEMBERS, TODAY
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

ZHAO_MIN = MemberId("zhao-min")
LONG = 1000


@pytest.fixture
def cases(stores: Stores, tmp_path: Path) -> Iterator[Store]:
    """The cases store with one case under a written policy."""
    store = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(store)
    opened(store, P04)
    yield store
    store.engine.dispose()


class Counted(int):
    """A number that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        type(self).compared += 1
        return int(self) == other

    __hash__ = int.__hash__


class CountingReads(list[StreamEntry]):
    """A stream that counts how often an event of it is looked at."""

    looks = 0

    def __getitem__(self, place: Any) -> Any:
        type(self).looks += 1
        return super().__getitem__(place)


def entry(number: int, kind: str, actor: str, **data: object) -> StreamEntry:
    """One event of a stream."""
    return StreamEntry(crypto.Event(CASE, number, kind, TODAY, actor, data), signed=actor != "worker")


def flooded(told: int) -> Sequence[StreamEntry]:
    """A case to which a reporter wrote so many messages, each of which a member read as an act."""
    hashes = [crypto.b64encode(n.to_bytes(32, "big")) for n in range(told + 1)]
    stream = CountingReads([entry(0, "received", "worker", item=hashes[0])])
    stream += [entry(n, "message-received", "worker", item=hashes[n]) for n in range(1, told + 1)]
    read = {"act": "information-supplied"}
    stream += [entry(told + n, "act-read", LI_WEI, item=hashes[n], n=n, **read) for n in range(1, told + 1)]
    return stream


def test_a_flood_of_messages_costs_no_more_than_its_length() -> None:
    """A reporter who writes a thousand messages slows nobody: each event is looked at a few times, not each by each."""
    Counted.compared, CountingReads.looks = 0, 0
    case = history(P04.id, P04.version, flooded(LONG))
    assert (case.counts[Act.INFORMATION_SUPPLIED], len(case.uncounted)) == (LONG, LONG)
    assert CountingReads.looks < 20 * LONG
    noise = [Event(Counted(n), Act.NOTED, DAY, signed=False) for n in range(1, LONG)]
    found = fold([opening(P04.id, P04.version, DAY), *noise])
    ahead = case_schedule(P04, found, WORKS, at(DAY))
    row_of(P04, found, ahead.dues)
    assert Counted.compared < 20 * LONG


def test_the_last_event_of_a_stream_changes_what_the_others_give_as_in_the_whole_stream() -> None:
    """Event by event and at once give one case, where a message is read twice, before it came, or by nobody known."""
    told = list(flooded(3))
    read = {"item": told[1].event.data["item"], "n": 1, "act": "information-supplied"}
    more = (("act-read", read), ("act-read", read | {"n": 9}), ("act-read", {"n": -1}), ("reminded", {}))
    told += [entry(len(told) + n, kind, LI_WEI, **data) for n, (kind, data) in enumerate((*more, ("regranted", {})))]
    moves = (
        {"to": "taken", "role": "handler", "handler": LI_WEI},
        {"to": "merits", "grade": "major"},
        {"version": "2"},
    )
    for kind, data in zip(("taken", "accepted", "migrated"), moves, strict=True):
        told.append(entry(len(told), kind, LI_WEI, **data))
    case = history(P04.id, P04.version, told[:1])
    for length in range(2, len(told) + 1):
        case = with_last(case, told[:length])
        assert case == history(P04.id, P04.version, told[:length])
    assert (case.version, case.stage, case.counts[Act.INFORMATION_SUPPLIED]) == ("2", "merits", 3)
    with pytest.raises(NotAHistory):
        with_last(case, [*told, told[-1]])


def regranted(store: Store, **more: object) -> None:
    """A change of keys by a member who may open the case, with whatever else beside it."""
    n, prev = head(store)
    sealed, packet = item(1), bytes([9]) * 32
    move = RegrantStatement(DIRECTORY.office, CASE, 1, bytes(32), packet)
    proof = crypto.sign_regrant(OFFICE.staff(LI_WEI), move, crypto.RegrantProof(TODAY, 7, bytes(32), ()))
    grant = NewGrant(b"packet", b"history", packet, bytes(32), 1, proof)
    data = {"item": crypto.b64encode(sealed.hash), "grant": crypto.b64encode(packet), **proof.document(), **more}
    signed = crypto.sign_event(OFFICE.staff(LI_WEI), crypto.Event(CASE, n + 1, "regranted", TODAY, LI_WEI, data), prev)
    with store.write() as tx:
        wanted = replace(step(signed.document(), sealed), grant=grant, delivered=DeliveredPacket(0, bytes(32)))
        append_step(tx, CASE, wanted, Actor(LI_WEI, DAY, DIRECTORY, rules=ruled(P04)))


@pytest.mark.parametrize("more", [{"to": "ended"}, {"handler": "li-wei", "deputy": "li-wei"}, {"role": "hr"}])
def test_a_change_of_keys_moves_no_case(cases: Store, more: dict[str, object]) -> None:
    """Nobody judges a re-grant by the policy; so it can bring neither stage nor role nor code."""
    with pytest.raises(EventRefused, match="names"):
        regranted(cases, **more)
    assert stored(cases)[0]["stage"] == "received"
    with cases.write() as tx:
        tx.execute(CLAIMS.insert().values(member=LI_WEI, case_id=CASE, epoch=0))
    regranted(cases)
    assert (stored(cases)[0]["epoch"], stored(cases)[0]["stage"]) == (1, "received")
    told = [entry(0, "received", "worker"), entry(1, "regranted", LI_WEI, **more)]
    case = history(P04.id, P04.version, told)
    assert (case.stage, case.codes, case.events[1].role) == ("received", {}, None)


@pytest.mark.parametrize(
    "more",
    [{"deputy": ["the accused did it"]}, {"grade": 5}, {"handler": {"text": "the accused"}}, {"to": [], "role": 1}],
)
def test_no_words_hide_beside_an_act(cases: Store, more: dict[str, object]) -> None:
    """What stands beside an act is codes of the policy; lists, numbers and objects are refused, unread."""
    role = role_for(P04, cases, Act.NOTED)[0]
    with pytest.raises(EventRefused, match="names"):
        take(cases, "noted", P04, **({"role": role} | more))
    assert head(cases)[0] == 0


def test_who_stepped_back_is_asked_for_no_second_signature(cases: Store) -> None:
    """An invitation to countersign shows a case for review; to anyone who stepped back from it, it is not there."""
    waits = {
        "case_id": CASE, "actor": LI_WEI, "invited": SUN_FANG, "grant_hash": bytes(32), "access_hash": bytes(32),
        "epoch": 1, "day": DAY, "packet": b"packet", "proof": b"proof", "history": b"history",
    }  # fmt: skip
    with cases.write() as tx:
        tx.execute(PROPOSALS.insert().values(waits))
        assert invited_cases(tx, SUN_FANG, DAY) == [CASE]
        tx.execute(RECUSALS.insert().values(case_id=CASE, member=SUN_FANG))
        assert invited_cases(tx, SUN_FANG, DAY) == []
        assert invited_case(tx, SUN_FANG, CASE, DAY) is None


AUTHORITY = held_by(text_alone(bound("eu-wb-external")), sorted(MEMBERS))


@pytest.mark.parametrize(
    ("until", "day", "reason"),
    [
        ("2027-05-25", DAY, RefusalReason.WRONG_CODE),  # six months in all: not a day more
        ("2027-02-24", DAY, RefusalReason.WRONG_CODE),  # no later than the limit as it stands
        ("2999-12-31", DAY, RefusalReason.WRONG_CODE),
        ("2027-05-24", date(2027, 2, 25), RefusalReason.TOO_LATE),  # the three months are over
    ],
)
def test_an_extension_that_would_not_hold_is_refused(
    stores: Stores, tmp_path: Path, until: str, day: date, reason: RefusalReason
) -> None:
    """What the record keeps as extended is: beyond the cap, not later, or too late it is refused, with its reason."""
    store = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(store)
    opened(store, AUTHORITY)
    act(store, Act.ACKNOWLEDGED, AUTHORITY)
    with pytest.raises(StepUnfit) as refused:
        act(store, Act.EXTENDED, AUTHORITY, day, clock="feedback", until=until)
    assert refused.value.refusal.reason is reason
    act(store, Act.EXTENDED, AUTHORITY, clock="feedback", until="2027-05-24")
    with pytest.raises(StepUnfit) as again:
        act(store, Act.EXTENDED, AUTHORITY, clock="feedback", until="2027-05-24")
    assert again.value.refusal.reason is RefusalReason.TOO_OFTEN
    assert [(one.clock, one.day) for one in stored(store)[1]] == [("feedback", "2027-05-24")]
    store.engine.dispose()


def test_nobody_sends_colleagues_away(cases: Store) -> None:
    """A handler who is accused cannot hide the case from the others: who steps back says so, or a role above them."""
    role = role_for(P04, cases, Act.RECUSED)[0]
    with pytest.raises(StepUnfit) as refused:
        take(cases, "recused", P04, role=role, member=SUN_FANG)
    assert refused.value.refusal.reason is RefusalReason.WRONG_ROLE
    assert stored(cases)[2] == []
    take(cases, "recused", P04, role=role, member=LI_WEI)
    assert stored(cases)[2] == [LI_WEI]


def test_a_role_above_may_send_somebody_away_and_takes_the_case_from_nobody(cases: Store) -> None:
    """Where the policy lets the leadership say who steps back, its word ends their acts and not their reading."""
    # Else one who leads could send all others away, and the case with all that was said in it would be gone from them.
    rules = tuple(replace(one, by=("leadership",)) if one.act is Act.RECUSED else one for one in P04.rules.anywhere)
    policy = replace(P04, rules=replace(P04.rules, anywhere=rules))
    take(cases, "recused", policy, role="leadership", member=SUN_FANG)
    assert stored(cases)[2] == []
    with pytest.raises(StepUnfit) as refused:
        take(cases, "taken", policy, by=SUN_FANG)
    assert refused.value.refusal.reason is RefusalReason.RECUSED
    rebuilt(cases, policy)


def test_an_act_tells_its_minute_only_where_a_clock_counts_it(cases: Store) -> None:
    """Between two acts with their minute a reporter's message would have an hour: none is kept in vain."""
    role = role_for(P04, cases, Act.NOTED)[0]
    now = f"{TODAY}T04:00Z"
    with pytest.raises(EventRefused, match="at"):
        take(cases, "noted", P04, role=role, at=now)
    called = held_by(bound("customer-callback-workorder"), sorted(MEMBERS))
    assert not needs_minute(called, Act.NOTED)
    assert {one for one in Act if needs_minute(called, one)}
    assert not any(needs_minute(P04, one) for one in Act)


@pytest.mark.parametrize("case", ["张三收了五万", "it was him", "a" * 65, ""])
def test_a_merger_names_a_case_and_no_words(cases: Store, case: str) -> None:
    """The other case stands beside the act as its id or number; what could be a sentence is refused."""
    role = role_for(P04, cases, Act.MERGED)[0]
    with pytest.raises(StepUnfit):
        take(cases, "merged", P04, role=role, case=case)
    take(cases, "merged", P04, role=role, case="ABCDE-12345-K")


def test_a_list_of_any_length_is_asked_for_in_parts(cases: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No statement names more cases than a database takes, and each row still says who took it."""
    monkeypatch.setattr(claims, "AT_ONCE", 2)
    named: list[int] = []
    ids = [CASE, *(bytes([n]) * 16 for n in range(1, 5))]
    with cases.write() as tx:
        row = dict(tx.execute(select(CASES)).mappings().one())
        tx.execute(CASES.insert(), [row | {"case_id": one} for one in ids[1:]])
        event = {"n": 1, "kind": "taken", "actor": LI_WEI, "payload": "{}", "event_hash": bytes(32)}
        tx.execute(EVENTS.insert(), [event | {"case_id": one} for one in ids])
        tx.execute(CLAIMS.insert(), [{"member": LI_WEI, "case_id": one, "epoch": 0} for one in ids])

    def note(*call: Any) -> None:
        named.append(len(call[3]))

    with cases.read() as tx:
        listen(tx, "before_cursor_execute", note)
        rows = read_rows(tx, claimed(LI_WEI))
    assert [one.self_assigned for one in rows] == [(LI_WEI,)] * 5
    assert max(named) <= 3


def test_nobody_makes_themselves_deputy_of_a_role_that_they_lack(stores: Stores, tmp_path: Path) -> None:
    """The assigner cannot name a superior handler and themselves the deputy, nor an accomplice."""
    store = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(store)
    holders = WHOLE.bound.holders | {"company": (LI_WEI, ZHAO_MIN), "dedicated-person": (SUN_FANG,)}
    policy = replace(WHOLE, bound=replace(WHOLE.bound, holders={RoleId(role): who for role, who in holders.items()}))
    opened(store, policy)
    act(store, Act.REGISTERED, policy)
    with pytest.raises(StepUnfit) as refused:
        act(store, Act.ASSIGNED, policy, handler=SUN_FANG, deputy=LI_WEI)
    assert refused.value.refusal.reason is RefusalReason.SAME_PERSON
    wrong: list[tuple[dict[str, str], RefusalReason]] = [
        ({"handler": SUN_FANG, "deputy": ZHAO_MIN}, RefusalReason.WRONG_ROLE),
        ({"handler": LI_WEI, "deputy": "li-si"}, RefusalReason.WRONG_CODE),
        ({"handler": "zhang-san"}, RefusalReason.WRONG_CODE),
    ]
    for codes, reason in wrong:
        with pytest.raises(StepUnfit) as refused:
            act(store, Act.ASSIGNED, policy, **codes)
        assert refused.value.refusal.reason is reason, codes
    act(store, Act.ASSIGNED, policy, handler=LI_WEI, deputy=ZHAO_MIN)
    assert stored(store)[0]["deputy"] == ZHAO_MIN
    store.engine.dispose()


@pytest.mark.parametrize("act", [Act.ASSIGNED, Act.REASSIGNED])
def test_a_deputy_gains_no_role_that_the_policy_keeps_apart_from_their_own(act: Act) -> None:
    """Two who must both sign: neither lends that role to the other, not even of their own free will."""
    policy = bound("customer-callback-workorder")
    service, general = RoleId("service-manager"), RoleId("general-manager")
    others = {role: who for role, who in policy.bound.holders.items() if role not in (service, general)}
    for gained, reason in (({}, None), ({general: (ZHAO_MIN,)}, RefusalReason.SEPARATE_ROLES)):
        holders = {**others, RoleId("team"): (ZHAO_MIN,), service: (LI_WEI,), general: (SUN_FANG,), **gained}
        held = replace(policy, bound=replace(policy.bound, holders=holders))
        ruling = Ruling(held, WORKS, at(DAY), lambda _: None)
        case = fold([opening(policy.id, policy.version, DAY)])
        codes = {Attribute.HANDLER: LI_WEI, Attribute.DEPUTY: ZHAO_MIN}
        found = check_record_rules(ruling, case, Event(1, act, DAY, LI_WEI, service, codes=codes))
        assert (None if found is None else found.reason) is reason, gained


def test_a_case_given_to_nobody_can_be_handed_on() -> None:
    """A pair without any role, of an older record, binds nobody."""
    ruling = Ruling(WHOLE, WORKS, at(DAY), lambda _: None)
    role = next(role for role, who in WHOLE.bound.holders.items() if LI_WEI in who)
    ghosts = {Attribute.HANDLER: "zhang-san", Attribute.DEPUTY: "li-si"}
    case = fold([opening(WHOLE.id, WHOLE.version, DAY), Event(1, Act.ASSIGNED, DAY, SUN_FANG, role, codes=ghosts)])
    event = Event(2, Act.REASSIGNED, DAY, LI_WEI, role, codes={Attribute.HANDLER: LI_WEI})
    assert check_record_rules(ruling, case, event) is None


def test_a_case_of_two_who_left_the_office_can_be_handed_on_and_goes_to_nobody_who_left() -> None:
    """The policy still names them, and they sign nothing any more: without this the case would be stuck for good."""
    role = next(role for role, who in WHOLE.bound.holders.items() if LI_WEI in who)
    holders = {**WHOLE.bound.holders, role: (LI_WEI, "gone-a", "gone-b")}
    policy = replace(WHOLE, bound=replace(WHOLE.bound, holders=holders))
    pair = {Attribute.HANDLER: "gone-a", Attribute.DEPUTY: "gone-b"}
    case = fold([opening(policy.id, policy.version, DAY), Event(1, Act.ASSIGNED, DAY, SUN_FANG, role, codes=pair)])
    found: list[RefusalReason | None] = []
    for gone in ((), ("gone-a",), ("gone-a", "gone-b")):
        ruling = Ruling(policy, WORKS, at(DAY), lambda _: None, lambda one, left=gone: one not in left)
        for to in (LI_WEI, "gone-a"):
            event = Event(2, Act.REASSIGNED, DAY, LI_WEI, role, codes={Attribute.HANDLER: to})
            refused = check_record_rules(ruling, case, event)
            found.append(None if refused is None else refused.reason)
    bound_by_pair = RefusalReason.WRONG_ROLE
    assert found == [*(bound_by_pair,) * 4, None, RefusalReason.WRONG_CODE]


def test_a_handing_on_names_no_deputy_who_gains_roles_by_it_and_none_without_a_handler(
    stores: Stores, tmp_path: Path
) -> None:
    """Whom a handler's roles would go to has them already, or the signer has; and no stranger is deputy."""
    store = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(store)
    holders = WHOLE.bound.holders | {"company": (LI_WEI,), "dedicated-person": (SUN_FANG, ZHAO_MIN)}
    policy = replace(WHOLE, bound=replace(WHOLE.bound, holders={RoleId(role): who for role, who in holders.items()}))
    opened(store, policy)
    wrong: list[tuple[dict[str, str], RefusalReason]] = [
        ({"handler": SUN_FANG, "deputy": LI_WEI}, RefusalReason.WRONG_ROLE),
        ({"handler": LI_WEI, "deputy": LI_WEI}, RefusalReason.WRONG_CODE),
        ({"handler": LI_WEI, "deputy": "nobody-x"}, RefusalReason.WRONG_CODE),
        ({"deputy": ZHAO_MIN}, RefusalReason.WRONG_CODE),
    ]
    for codes, reason in wrong:
        with pytest.raises(StepUnfit) as refused:
            act(store, Act.REASSIGNED, policy, **codes)
        assert refused.value.refusal.reason is reason, codes
    # Their own role the signer may lend: this is what a deputy is for.
    act(store, Act.REASSIGNED, policy, handler=LI_WEI, deputy=ZHAO_MIN)
    assert stored(store)[0]["deputy"] == ZHAO_MIN
    store.engine.dispose()


def test_a_hold_that_stands_is_set_again_and_wipes_no_request_to_end_it() -> None:
    """Somebody who could not read the case may have ended it or set it at the server: a reader makes it real."""
    ruling = Ruling(WHOLE, WORKS, at(DAY), lambda _: None)
    case = fold([opening(WHOLE.id, WHOLE.version, DAY), Event(1, Act.HELD, DAY, LI_WEI)])
    assert check_record_rules(ruling, case, Event(2, Act.HELD, DAY, LI_WEI)) is None
    asked = fold([*case.events, Event(2, Act.RELEASE_ASKED, DAY, SUN_FANG), Event(3, Act.HELD, DAY, LI_WEI)])
    assert fold([*asked.events, Event(4, Act.RELEASED, DAY, LI_WEI, codes={Attribute.ASKING: "2"})]).held is False
