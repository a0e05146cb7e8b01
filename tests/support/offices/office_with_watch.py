"""A whole office with a watch in one process and under one clock: intake, worker, HR's feed, the officer's host."""

from __future__ import annotations

import io
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import polars as pl

from crypto.framing import sha256, sign
from crypto.office.directory_shape import Role
from crypto.sealing.recipients import Identity
from portal.office import OfficeText, sign_directory
from portal.office.current_directory import CurrentDirectory
from portal.office.draft import members_of
from portal.office.sample import SAMPLE_MEMBERS, SampleMember
from portal.settings import Settings, StoreName
from portal.stores.engines import open_store
from portal.watch.context import WatchContext
from portal.watch.hr_upload_views import ingest_file
from portal.wiring.intake import build_intake
from portal.wiring.worker import build_worker
from portal.worker.jobs import Worker
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest
from retaliation_watch.simulation.companies import Order, make_company
from retaliation_watch.weekly_run.weekly_run import RunContext, run_weekly
from tests.support.offices.edge import Hands, settings_for
from tests.support.offices.officer_desk import OfficersDesk, desk_over, serving
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.offices.watch import OFFICER, SEED, SOURCE, agree_and_register
from tests.support.stores.backends import Stores

ENTITY = "group"
SEATS = ("custodian-a", "outside-a")
"""Who opens links: one of the employer's side, one of the outside's."""
FIRST = datetime(2026, 2, 10, 9, tzinfo=UTC)
PAPER = "0" * 64
WEEK = timedelta(weeks=1)
# The made-up company's second year begins in 2022: so many days on, its seasons stand where they stood.
ON = timedelta(days=4 * 365 + 1)
COMPLAINTS = f"""
[[policies]]
id = "company-retaliation"
entities = ["{ENTITY}"]

[[holders]]
entity = "{ENTITY}"
policy = "company-retaliation"
category = "*"
members = ["investigator-b", "approver-a"]
"""
COMPANY = Order("works", 1101, 700, 1)


@dataclass(frozen=True)
class Measure:
    """What HR records against somebody, so many weeks after the first file."""

    week: int
    kind: str
    before: str = ""
    after: str = ""


@dataclass
class Hr:
    """A company's HR: once a week it pushes its roster and what it recorded since."""

    context: WatchContext
    employee: str
    measures: tuple[Measure, ...]
    _pushed: date = date.min
    _number: int = 0

    @cached_property
    def _tables(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        made = make_company(COMPANY)
        days = pl.col("effective_date", "recorded_on") + ON
        rows = [self._row(number, one) for number, one in enumerate(self.measures)]
        events = pl.concat([made.events.with_columns(days), pl.DataFrame(rows, made.events.schema)])
        dates = pl.col("hire_date", "contract_end", "termination_date").cast(pl.String).replace("", None)
        return made.roster.with_columns(dates.str.to_date() + ON), events

    def _row(self, number: int, one: Measure) -> dict[str, object]:
        day = FIRST.date() + one.week * WEEK - timedelta(days=2)
        told = {"event_id": f"R{number}", "employee_id": self.employee, "event_type": one.kind, "reason_code": "R1"}
        days = {"effective_date": day, "recorded_on": day}
        return told | days | {"value_before": one.before, "value_after": one.after, "initiated_by": "", "batch_id": ""}

    def push(self) -> None:
        """This week's two files."""
        today = self.context.clock().date()
        roster, events = self._tables
        gone = pl.when(pl.col("termination_date") <= today).then(pl.col("termination_date"))
        here = roster.filter(pl.col("hire_date") <= today).with_columns(gone.alias("termination_date"))
        recent = events.filter(pl.col("recorded_on").is_between(self._pushed, today, "right"))
        for kind, table in ((FeedFile.ROSTER, here), (FeedFile.EVENTS, recent)):
            self._deliver(kind, table.write_csv().encode(), today)
        self._pushed = today

    def _deliver(self, kind: FeedFile, content: bytes, day: date) -> None:
        self._number += 1
        payload = write_manifest(Manifest(SOURCE, kind, self._number, day, sha256(content)))
        ingest_file(self.context, payload, sign(SEED, manifest_frame(payload)), sha256(content), io.BytesIO(content))


@dataclass
class OfficeAtWork:
    """Everything at work; `hands` is the clock of all of it."""

    settings: Settings
    office: OfficeForTests = field(repr=False)
    key: Identity = field(repr=False)
    context: WatchContext
    worker: Worker = field(repr=False)
    hands: Hands
    intake: str
    desk: OfficersDesk

    def wait(self, days: int) -> None:
        """Time passes; the worker carries what is due, and writes the log."""
        self.hands.now += timedelta(days=days)
        self.worker.work_once()

    def look(self) -> int:
        """The weekly run; gives how many alerts it made."""
        with self.context.store.write() as tx:
            return run_weekly(
                tx, ENTITY, self.hands.now.date(), RunContext(os.urandom, self.context.key.randomization_key)
            ).alerts

    def sign(self) -> None:
        """The keepers sign the directory again, before it expires."""
        folder = self.office.folder
        sign_directory(folder, members_of(folder.directory() or ""), self.office.keepers, self.hands.now.date())


def _found(folder: Path, key: Identity, *, complaints: bool) -> OfficeForTests:
    officer = SampleMember(OFFICER, Role.RETALIATION_OFFICER, OfficeText.of(zh="保护专员", en="Retaliation officer"))
    office = make_office(folder, [*SAMPLE_MEMBERS, officer], FIRST.date())
    config = office.folder.path / "office.toml"
    agreement = f'{{ by = {{ zh = "职代会", en = "Works council" }}, day = "2026-01-15", paper = "{PAPER}" }}'
    seats = f'inside = ["{SEATS[0]}"], outside = ["{SEATS[1]}"]'
    line = f'watch = {{ recipient = "{key.recipient.text}", {seats}, agreement = {agreement} }}'
    whole = config.read_text("utf-8").replace(f'id = "{ENTITY}"\n', f'id = "{ENTITY}"\n{line}\n', 1)
    config.write_text(whole + COMPLAINTS if complaints else whole, "utf-8")
    return office


@contextmanager
def watched_office(stores: Stores, folder: Path, *, complaints: bool = True) -> Generator[OfficeAtWork]:
    """The sample office with an officer, a watch and a policy for complaints of retaliation, with nothing in it yet."""
    hands, key, settings = Hands(FIRST), Identity.draw(os.urandom), settings_for(stores, folder)
    office = _found(folder, key, complaints=complaints)
    directory = CurrentDirectory(office.folder)
    context = WatchContext(
        open_store(settings, StoreName.WATCH), HostKey(bytes([3]) * 32), directory, hands, os.urandom
    )
    agree_and_register(context.store, entity=ENTITY)
    worker, app = build_worker(settings, hands), build_intake(settings, hands)
    with serving(app) as intake, desk_over(context, office, folder) as desk:
        made = OfficeAtWork(settings, office, key, context, worker, hands, intake, desk)
        made.sign()
        yield made
    context.store.engine.dispose()
    worker.close()
