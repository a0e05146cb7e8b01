"""The worker by the clock: reminders, new calendars, and the end of keeping, which a hold on the record stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

import crypto
from casework.deadlines.calendar_document import calendars_document, read_calendars
from casework.deadlines.calendar_files import read_calendar
from casework.errors import CaseUnknown, HeadMoved
from casework.event_store.appending import Actor, Step, append_step
from casework.event_store.claims import case_events
from casework.event_store.deletion import DeletionReason, begin_deletion, deletions_by_month
from casework.event_store.due_events import raise_due_events
from casework.event_store.history import history, stored_entries
from casework.event_store.store import CASES, DUES, EVENTS, CaseId, MemberId
from casework.policy.policy import Policy
from casework.policy_check.path_search import sample_code
from casework.rules.acts import TRAITS, Act, Attribute, Item
from portal.errors import OfficeNotReady
from portal.settings import StoreName
from tests.casework.policies import bound, text_alone
from tests.crypto.sample import Case
from tests.support.offices.edge import Edge, open_edge, report, write_rules
from tests.support.stores.backends import Stores

LI, SUN = MemberId("li-wei"), MemberId("sun-fang")
DAY = timedelta(days=1)
ROAD = (Act.REGISTERED, Act.ASSIGNED, Act.CHECKED, Act.DECIDED, Act.NOTIFIED, Act.ARCHIVED)


@dataclass
class Office:
    """An edge whose policy says how long files are kept."""

    edge: Edge
    policy: Policy
    filed: Case
    case: CaseId

    def today(self) -> date:
        """The day in the office."""
        return (self.edge.hands.now + timedelta(hours=8)).date()

    def release(self) -> None:
        """Li Wei asks to lift the hold, Sun Fang lifts it."""
        self.act(Act.RELEASE_ASKED)
        self.act(Act.RELEASED, who=SUN)

    def act(self, act: Act, to: str | None = None, who: MemberId = LI) -> None:
        """A member does an act in the first role that may, with an item of nothing where one must come along."""
        store, worker = self.edge.eyes(StoreName.CASES), self.edge.worker
        rules = worker.rules.rules_of(self.edge.hands.now)
        with store.read() as tx:
            row = tx.execute(select(CASES)).one()
            folded = history(row.policy, row.policy_version, stored_entries(case_events(tx, self.case)))
        stage = self.policy.rules.stage(folded.stage)
        assert stage is not None
        rule = next(one for one in self.policy.rules.acts_in(stage) if one.act is act)
        sealed = _item(self.case, act, row)
        data: dict[str, object] = {"role": (rule.by or stage.actors)[0]}
        named = {Attribute.HANDLER: LI, Attribute.DEPUTY: SUN}
        data |= {code.value: named.get(code) or sample_code(self.policy, code) for code in TRAITS[act].codes}
        data |= {"to": to or rule.to[0]} if rule.to else {}
        data |= {"item": crypto.b64encode(sealed.hash)} if sealed else {}
        made = crypto.Event(self.case, row.head_n + 1, act.value, self.today().isoformat(), who, data)
        signed = crypto.sign_event(self.edge.office.staff(who), made, bytes(row.head_hash)).document()
        directory = self.edge.worker.directory_lookup.directory(self.edge.hands.now)
        with store.write() as tx:
            step = Step(signed, sealed, b"[]", None, wrap=bytes)
            append_step(tx, self.case, step, Actor(who, self.today(), directory, rules=rules))

    def pass_time(self, days: int) -> None:
        """Days go by, the keepers sign, and the worker looks at its clocks until nothing is due."""
        self.edge.hands.now += timedelta(days=days)
        day, folder = self.today(), self.edge.worker.directory_lookup.office
        folder.write_directory(self.edge.office.note(issued=str(day - timedelta(days=2)), expires=str(day + DAY)))
        while self.edge.worker.deadline_job.work():
            continue

    def is_there(self) -> bool:
        """Whether the case still opens: its rows are there and its key is."""
        with self.edge.eyes(StoreName.CASES).read() as tx:
            return tx.execute(select(CASES)).one_or_none() is not None


def _item(case: CaseId, act: Act, row: object) -> crypto.Item | None:
    kinds = {Item.TO_REPORTER: crypto.Direction.TO_REPORTER, Item.OFFICE_ONLY: crypto.Direction.OFFICE_ONLY}
    direction = kinds.get(TRAITS[act].item)
    if direction is None:
        return None
    last = row.to_reporter if direction is crypto.Direction.TO_REPORTER else row.office_only  # type: ignore[attr-defined]
    return crypto.Item(crypto.Place(case, 0, direction, last + 1, bytes(32), 1), bytes(32), bytes([last + 1]) * 64)


@pytest.fixture
def edge(stores: Stores, tmp_path: Path) -> Iterator[Edge]:
    """Intake and worker of a sample office on each pair of stores."""
    opened = open_edge(stores, tmp_path)
    yield opened
    opened.close()


def opened(edge: Edge, policy: Policy) -> Office:
    """A case that came in under a policy, and in which the office's own key stands already."""
    write_rules(edge.settings.office, policy)
    filed = report(edge, "ann")
    assert edge.submit(filed).status_code == 201
    edge.worker.open_received()
    office = Office(edge, policy, filed, CaseId(crypto.b64decode(filed.sealed.submission["case"])))
    office.pass_time(0)
    with edge.eyes(StoreName.CASES).write() as tx:
        tx.execute(update(CASES).values(office_only=1))
    return office


def kept_six_months() -> Policy:
    """The whistleblowing policy with a number of months for its files."""
    return replace(bound(), bound=replace(bound().bound, retention_months=6))


def test_what_was_kept_long_enough_is_destroyed_and_a_hold_stops_it(edge: Edge) -> None:
    """Kept through its last day, held as long as the hold lies on it, and gone with its key once nothing keeps it."""
    office = opened(edge, kept_six_months())
    for act in ROAD:
        office.act(act, "result" if act is Act.DECIDED else None)
    # Archived on 24 November: the last day is 24 May.
    office.pass_time(181)
    assert office.today() == date(2027, 5, 24)
    assert office.is_there()
    office.act(Act.HELD)
    office.pass_time(150)
    assert office.is_there()
    office.release()
    office.pass_time(0)
    assert not office.is_there()
    assert edge.poll(office.filed).entries == []
    with office.edge.eyes(StoreName.CASES).read() as tx:
        assert deletions_by_month(tx) == [("2027-10", "retention", 1)]
    assert office.edge.worker.janitor.deletion.deleted.count() == 1


def test_a_case_into_which_somebody_writes_while_the_worker_looks_is_kept(edge: Edge) -> None:
    """Found over, then written into before the key is destroyed: it stays, and is looked at again another day."""
    office = opened(edge, kept_six_months())
    for act in ROAD:
        office.act(act, "result" if act is Act.DECIDED else None)
    edge.hands.now += timedelta(days=182)
    folder, day = edge.worker.directory_lookup.office, office.today()
    folder.write_directory(edge.office.note(issued=str(day - timedelta(days=2)), expires=str(day + DAY)))
    with edge.worker.cases.write() as tx:
        while (
            ticked := raise_due_events(tx, edge.hands.now, edge.worker.rules.rules_of(edge.hands.now))
        ) and not ticked.over:
            continue
    assert ticked is not None
    office.act(Act.HELD)
    office.release()
    with pytest.raises(HeadMoved):
        edge.worker.deadline_job.deletion.remove_case(ticked.case, DeletionReason.RETENTION, ticked.head)
    office.act(Act.HELD)
    assert office.is_there()


def test_a_case_in_work_is_never_over_and_one_on_its_way_out_takes_no_step(edge: Edge) -> None:
    """Ten years later a case that nobody ended is there; a hold that comes after the destruction began is refused."""
    office = opened(edge, kept_six_months())
    office.pass_time(3650)
    assert office.is_there()
    with edge.eyes(StoreName.CASES).read() as tx:
        assert tx.scalar(select(CASES.c.wake_at)) is None
    with office.edge.eyes(StoreName.CASES).write() as tx:
        begin_deletion(tx, office.case)
    with pytest.raises(CaseUnknown):
        office.act(Act.HELD)


def test_without_a_valid_directory_nothing_is_raised_and_then_all_of_it(edge: Edge) -> None:
    """While the directory has expired the clocks wait; signed again, what was missed is raised in its order."""
    office = opened(edge, replace(text_alone(bound("employee-complaint-resolution-sla")), id=bound().id, version="1"))
    edge.hands.now += timedelta(days=40)
    with pytest.raises(OfficeNotReady):
        edge.worker.deadline_job.work()
    office.pass_time(0)
    with edge.eyes(StoreName.CASES).read() as tx:
        kinds = tx.scalars(select(EVENTS.c.kind).order_by(EVENTS.c.n)).all()
    assert kinds == ["received", "reminded", "overdue", "escalated-by-clock"]


def test_a_calendar_that_is_uploaded_moves_what_is_due(edge: Edge) -> None:
    """Closures of the company are published, and in the next rounds every open limit is counted by them."""
    office = opened(edge, replace(text_alone(bound("employee-complaint-resolution-sla")), id=bound().id, version="1"))
    store, folder = edge.eyes(StoreName.CASES), edge.worker.directory_lookup.office
    with store.read() as tx:
        assert tx.scalar(select(DUES.c.day)) == date(2026, 12, 15)
    content = b"""calendar = "cn"\n[[closures]]\nname = { zh = "\xe6\xa3\x80\xe4\xbf\xae", en = "overhaul" }
first = 2026-12-01\nlast = 2026-12-04\n"""
    days = read_calendars(folder.unsigned_calendars() or b"")
    read = read_calendar(content, "closures.toml")
    moved = {name: replace(one, calendar=read.added_to(one.calendar)) for name, one in days.items()}
    (folder.path / "published/calendars.json").write_bytes(calendars_document(moved, 2025, "zh"))
    office.pass_time(0)
    with store.read() as tx:
        assert tx.scalar(select(DUES.c.day)) == date(2026, 12, 21)
    assert edge.worker.deadline_job.work() == 0
