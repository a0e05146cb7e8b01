"""Steps of a case are taken only as its policy allows; what lists need of it is what its stream gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

import crypto
from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.refusals import RefusalReason, StepUnfit
from casework.errors import EventRefused, HeadMoved, NotAHistory
from casework.event_store.appending import Actor, append_step
from casework.event_store.arrivals import Arrival, open_case, record_arrival
from casework.event_store.claims import case_events
from casework.event_store.history import StreamEntry, history, neutral, stored_entries, verified_entries
from casework.event_store.projection import dues_of_case, rebuild_case
from casework.event_store.step_check import Ruling
from casework.event_store.store import CASES, DUES, RECUSALS, MemberId
from casework.policy.policy import Policy
from casework.rules.acts import TRAITS, Act, Item
from portal.office.published import held_by
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.casework.policies import bound, text_alone
from tests.casework.test_appending import CASE, DIRECTORY, LI_WEI, OFFICE, OPENING, SUN_FANG, head, item, step
from tests.crypto.sample import MEMBERS, TODAY
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

DAY = date.fromisoformat(TODAY)
WORKS = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
WHOLE = held_by(text_alone(bound()), sorted(MEMBERS))
P04 = held_by(text_alone(bound("employee-complaint-confirm-appeal")), sorted(MEMBERS))


def at(day: date, hour: int = 4) -> datetime:
    """A moment of a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def ruled(policy: Policy = WHOLE, day: date = DAY) -> Any:
    """Rules for whatever case is asked for, at a day."""
    known = {one.version: one for one in (policy, replace(policy, version="2"))}

    def rules(_policy: str, version: str, _entity: str) -> Ruling | None:
        return Ruling(known[version], WORKS, at(day), known.get)

    return rules


@pytest.fixture
def cases(stores: Stores, tmp_path: Path) -> Iterator[Store]:
    """The cases store with one open case."""
    store = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(store)
    yield store
    store.engine.dispose()


def opened(store: Store, policy: Policy = WHOLE, day: date = DAY) -> None:
    """Opens the case under a policy, as the worker does; the office's own key stands there already."""
    with store.write() as tx:
        open_case(tx, replace(OPENING, policy=policy.id, policy_version=policy.version, day=day))
        assert rebuild_case(tx, CASE, ruled(policy, day))
        tx.execute(update(CASES).values(office_only=1))


def take(store: Store, kind: str, policy: Policy = WHOLE, day: date = DAY, by: MemberId = LI_WEI, **more: Any) -> None:
    """One step by a member who has all roles: with the item that it must bring, in the policy's first role."""
    n, prev = head(store)
    brought = Item.NONE if kind == "act-read" else TRAITS[Act(kind)].item
    direction = crypto.Direction.TO_REPORTER if brought is Item.TO_REPORTER else crypto.Direction.OFFICE_ONLY
    sealed = None
    if brought in (Item.TO_REPORTER, Item.OFFICE_ONLY):
        column = CASES.c.to_reporter if brought is Item.TO_REPORTER else CASES.c.office_only
        with store.read() as tx:
            sealed = item((tx.scalar(select(column)) or 0) + 1, direction=direction)
        more["item"] = crypto.b64encode(sealed.hash)
    data = {name: value for name, value in more.items() if value is not None}
    made = crypto.Event(CASE, n + 1, kind, day.isoformat(), by, data)
    signed = crypto.sign_event(OFFICE.staff(by), made, prev).document()
    with store.write() as tx:
        append_step(tx, CASE, step(signed, sealed), Actor(by, day, DIRECTORY, rules=ruled(policy, day)))


def role_for(policy: Policy, store: Store, act: Act) -> tuple[str, str | None]:
    """The first role that may do an act where the case stands, and the stage that it leads to."""
    with store.read() as tx:
        stage = policy.rules.stage(tx.scalar(select(CASES.c.stage)))  # type: ignore[arg-type]
    assert stage is not None
    rule = next(one for one in policy.rules.acts_in(stage) if one.act is act)
    return (rule.by or stage.actors)[0], rule.to[0] if rule.to else None


def act(store: Store, wanted: Act, policy: Policy = WHOLE, day: date = DAY, **more: Any) -> None:
    """An act in its role, to its first stage."""
    role, to = role_for(policy, store, wanted)
    take(store, wanted.value, policy, day, role=role, to=to, **more)


def stored(store: Store) -> tuple[dict[str, Any], list[Any], list[str]]:
    """All that is kept beside the stream."""
    with store.read() as tx:
        row = dict(tx.execute(select(CASES)).mappings().one())
        return row, dues_of_case(tx, CASE), sorted(tx.scalars(select(RECUSALS.c.member)))


def rebuilt(store: Store, policy: Policy = WHOLE, day: date = DAY) -> None:
    """Everything beside the stream thrown away and made again."""
    before = stored(store)
    with store.write() as tx:
        tx.execute(DUES.delete())
        tx.execute(RECUSALS.delete())
        tx.execute(CASES.update().values(stage="lost", frozen=True, owner="nobody", next_due=1, grade="x"))
        assert rebuild_case(tx, CASE, ruled(policy, day))
    assert stored(store) == before


def message(store: Store, seq: int, day: date) -> dict[str, object]:
    """A message of the reporter arrives; what an `act-read` names of it, less the act."""
    digest = bytes([200 + seq]) * 32
    with store.write() as tx:
        assert record_arrival(tx, Arrival(CASE, digest, seq, day))
    return {"item": crypto.b64encode(digest), "n": head(store)[0]}


def folded(store: Store, policy: Policy = P04) -> Any:
    """The case that the stored stream gives."""
    with store.read() as tx:
        return history(policy.id, policy.version, stored_entries(case_events(tx, CASE)))


def test_the_policy_leads_a_case_and_its_list_follows(cases: Store) -> None:
    """What is allowed moves the case on, dues and owner with it; and a rebuild from the stream gives the very same."""
    opened(cases, P04)
    take(cases, "taken", P04)
    assert stored(cases)[0]["owner"] == LI_WEI
    for wanted in (Act.ACCEPTED, Act.METHOD_CHOSEN, Act.EVIDENCE_GATHERED, Act.FINDINGS_SHOWN):
        act(cases, wanted, P04)
    row, dues, _ = stored(cases)
    assert (row["stage"], row["waiting"], row["next_due"]) == ("confirmation", True, None)
    assert [(one.clock, one.who, one.day) for one in dues] == [("findings-answer", "reporter", "2026-12-01")]
    rebuilt(cases, P04)
    told = message(cases, 2, DAY + timedelta(days=1))
    take(cases, "act-read", P04, DAY + timedelta(days=1), **told, act="findings-confirmed", to="planning")
    row, dues, _ = stored(cases)
    assert (row["waiting"], dues) == (False, [])
    rebuilt(cases, P04, DAY + timedelta(days=1))


def test_a_step_that_the_policy_does_not_allow_is_refused_with_what_it_allows(cases: Store) -> None:
    """The refusal says why, in both languages and by the policy's names, and nothing is written."""
    opened(cases, P04)
    with pytest.raises(StepUnfit) as refused:
        take(cases, "closed", P04, role="hr", to="ended")
    assert refused.value.refusal.reason is RefusalReason.NOT_HERE
    assert {Act.ACKNOWLEDGED, Act.ACCEPTED, Act.REFUSED} <= set(refused.value.refusal.allowed)
    assert "办结" in refused.value.words.zh
    assert "close" in refused.value.words.en
    with pytest.raises(EventRefused, match="kind"):
        take(cases, "measure-set", P04)
    with pytest.raises(EventRefused, match="to"):
        take(cases, "accepted", P04, role="hr")
    with pytest.raises(EventRefused, match="role"):
        take(cases, "accepted", P04, to="method")
    with pytest.raises(StepUnfit):
        take(cases, "accepted", P04, role="leadership", to="method")
    with pytest.raises(EventRefused, match="at"):
        take(cases, "accepted", P04, role="hr", to="method", at="2026-11-20T10:00Z")
    with pytest.raises(EventRefused, match="names"):
        take(cases, "accepted", P04, role="hr", to="method", verdict="proven")
    with pytest.raises(StepUnfit):
        take(cases, "sealed", P04, role="hr")
    assert head(cases)[0] == 0


def test_without_rules_only_what_every_policy_knows_is_written(cases: Store) -> None:
    """A case of a policy that was published without rules takes claims, notes and what two agree on, no other act."""
    with cases.write() as tx:
        open_case(tx, OPENING)
    n, prev = head(cases)
    for kind, wrong in (("taken", None), ("accepted", "kind"), ("act-read", "kind"), ("deletion-asked", "item")):
        made = crypto.Event(CASE, n + 1, kind, TODAY, LI_WEI, {})
        signed = crypto.sign_event(OFFICE.staff(LI_WEI), made, prev).document()
        with cases.write() as tx:
            if wrong is None:
                assert append_step(tx, CASE, step(signed), Actor(LI_WEI, DAY, DIRECTORY)).fresh
                n, prev = n + 1, tx.scalar(select(CASES.c.head_hash)) or b""
                continue
            with pytest.raises(EventRefused, match=wrong):
                append_step(tx, CASE, step(signed), Actor(LI_WEI, DAY, DIRECTORY))


def test_the_reporters_act_counts_on_the_day_of_its_message(cases: Store) -> None:
    """An appeal of the last day counts, whenever it is read; a day later it is refused; none counts twice."""
    opened(cases, P04)
    for wanted in (Act.ACCEPTED, Act.METHOD_CHOSEN, Act.EVIDENCE_GATHERED, Act.FINDINGS_SHOWN):
        act(cases, wanted, P04)
    take(cases, "act-read", P04, **message(cases, 2, DAY), act="findings-confirmed", to="planning")
    act(cases, Act.PLAN_DRAFTED, P04)
    act(cases, Act.PLAN_PRESENTED, P04)
    last = date(2026, 12, 1)
    for seq, day, late in ((3, last + timedelta(days=1), True), (4, last, False)):
        told = message(cases, seq, day)
        read_on = last + timedelta(days=7)
        if late:
            with pytest.raises(StepUnfit) as refused:
                take(cases, "act-read", P04, read_on, **told, act="appealed", to="reinvestigation")
            assert refused.value.refusal.reason is RefusalReason.TOO_LATE
            continue
        for wrong in ({"n": 0}, {"item": crypto.b64encode(bytes(32))}, {"act": "decided"}):
            with pytest.raises(EventRefused, match="act-read"):
                take(cases, "act-read", P04, read_on, **(told | {"act": "appealed"} | wrong))
        with pytest.raises(StepUnfit):
            take(cases, "act-read", P04, read_on, **told, act="appealed", to="ended")
        take(cases, "act-read", P04, read_on, **told, act="appealed", to="reinvestigation")
        with pytest.raises(EventRefused, match="act-read"):
            take(cases, "act-read", P04, read_on, **told, act="appealed", to="reinvestigation")
    case = folded(cases)
    (event,) = [one for one in case.events if one.act is Act.APPEALED]
    assert (event.at, event.by, case.stage) == (last, None, "reinvestigation")


def test_a_recused_member_may_do_no_more_and_two_at_once_are_told(cases: Store) -> None:
    """Anyone who stepped back is refused; of two who write over one head one wins and the other is told."""
    opened(cases, P04)
    n, prev = head(cases)
    rivals = [
        crypto.sign_event(OFFICE.staff(name), crypto.Event(CASE, n + 1, "taken", TODAY, name, {}), prev).document()
        for name in (LI_WEI, SUN_FANG)
    ]
    with cases.write() as tx:
        append_step(tx, CASE, step(rivals[0]), Actor(LI_WEI, DAY, DIRECTORY, rules=ruled(P04)))
    with cases.write() as tx, pytest.raises(HeadMoved):
        append_step(tx, CASE, step(rivals[1]), Actor(SUN_FANG, DAY, DIRECTORY, rules=ruled(P04)))
    recuse(cases)
    assert stored(cases)[2] == [SUN_FANG]
    with pytest.raises(StepUnfit) as refused:
        take(cases, "taken", P04, by=SUN_FANG)
    assert refused.value.refusal.reason is RefusalReason.RECUSED
    rebuilt(cases, P04)


def recuse(store: Store) -> None:
    """Sun Fang steps back."""
    n, prev = head(store)
    sealed = item(2, direction=crypto.Direction.OFFICE_ONLY)
    data = {"item": crypto.b64encode(sealed.hash), "role": "hr", "member": SUN_FANG}
    made = crypto.Event(CASE, n + 1, "recused", TODAY, SUN_FANG, data)
    signed = crypto.sign_event(OFFICE.staff(SUN_FANG), made, prev).document()
    with store.write() as tx:
        append_step(tx, CASE, step(signed, sealed), Actor(SUN_FANG, DAY, DIRECTORY, rules=ruled(P04)))


def test_a_case_moves_to_another_version_on_the_record_alone(cases: Store) -> None:
    """Pinned to its version, it moves when a member migrates it with a reason, and to a version that is there."""
    opened(cases, P04)
    role = role_for(P04, cases, Act.MIGRATED)[0]
    with pytest.raises(StepUnfit):
        take(cases, "migrated", P04, role=role, version="3", to="received")
    take(cases, "migrated", P04, role=role, version="2", to="received")
    assert stored(cases)[0]["policy_version"] == "2"
    rebuilt(cases, P04)
    act(cases, Act.ACCEPTED, replace(P04, version="2"))
    assert stored(cases)[0]["stage"] == "method"


def test_whatever_is_removed_altered_or_moved_in_a_stream_is_noticed(cases: Store) -> None:
    """The stream as verified gives the case; less one event, with one altered, unsigned or moved it gives none."""
    opened(cases, P04)
    take(cases, "taken", P04)
    for wanted in (Act.ACCEPTED, Act.METHOD_CHOSEN):
        act(cases, wanted, P04)
    with cases.read() as tx:
        rows = [
            {"payload": one.payload, "sig": None if one.signature is None else crypto.b64encode(one.signature)}
            for one in case_events(tx, CASE)
        ]
    entries = verified_entries(crypto.verify_events(DIRECTORY, CASE, rows))
    assert history(P04.id, P04.version, entries) == folded(cases)
    assert neutral(entries) == frozenset()
    altered = rows[2] | {"payload": str(rows[2]["payload"]).replace("method", "ended")}
    for wrong in (
        [rows[0], *rows[2:]], [*rows[:2], rows[3]], [rows[0], rows[2], rows[1], rows[3]],
        [*rows[:2], altered, rows[3]], [*rows[:3], rows[3] | {"sig": rows[2]["sig"]}],
    ):  # fmt: skip
        with pytest.raises(NotAHistory):
            history(P04.id, P04.version, verified_entries(crypto.verify_events(DIRECTORY, CASE, wrong)))
    unsigned = [*entries[:2], StreamEntry(entries[2].event, signed=False), entries[3]]
    assert history(P04.id, P04.version, unsigned).uncounted == {2}
