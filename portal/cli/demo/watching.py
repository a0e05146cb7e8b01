"""The watch of the demo: a made-up company of six hundred, fed for two years, with people on the list and alerts.

What reads feeds and looks is loaded only while the demo is made up: a demo that goes on starts without it.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert

from crypto import VerifiedDirectory, b64encode
from crypto.framing import sign, verify_key
from crypto.office.directory_shape import Role
from crypto.sealing.recipients import Identity
from crypto.watch.protection import Bond, Linked, entry_marks, seal_link
from portal.languages import DEFAULT
from portal.office.config import AgreementConfig, EntityConfig, OfficeConfig, OfficeText, WatchConfig
from portal.office.files import write_secret
from portal.office.sample import SampleMember
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.watch.context import WatchContext
    from retaliation_watch.simulation.synthetic import SyntheticCompany

ENTITY, SOURCE = "group", "hr-demo"
OFFICER = SampleMember(
    "watch-officer", Role.RETALIATION_OFFICER, OfficeText.of(zh="举报人保护专员", en="Retaliation officer"), ENTITY
)
BODY = OfficeText.of(zh="职工代表大会", en="Works council")
DRAW, SIZE, WATCHED, WEEKS = 1102, 600, 10, 5
"""The company; so many weeks of its feed come one by one, what was before them at once."""
PAPER = b"made up for the demo"


@dataclass(frozen=True, repr=False)
class WatchKeyFiles:
    """What is made before the office is founded: the files of two keys, and the public half of the officers' one."""

    officers: Path
    source: Path
    recipient: str


def draw_keys(settings: Settings) -> WatchKeyFiles:
    """The host's key, the officers', and that of HR's system, each in a file of its own."""
    folder, identity = settings.data / "watch-keys", Identity.draw(os.urandom)
    write_secret(settings.watch_key, f"{b64encode(os.urandom(32))}\n".encode())
    keys = WatchKeyFiles(folder / "officers.key", folder / "hr.key", identity.recipient.text)
    write_secret(keys.officers, f"{identity.text}\n".encode())
    write_secret(keys.source, f"{b64encode(os.urandom(32))}\n".encode())
    return keys


def with_watch(config: OfficeConfig, keys: WatchKeyFiles, today: date) -> OfficeConfig:
    """The sample office, in which one entity agreed to a watch."""
    agreement = AgreementConfig(by=BODY, day=today.isoformat(), paper=sha256(PAPER).hexdigest())
    watch = WatchConfig(recipient=keys.recipient, inside=["custodian-a"], outside=["outside-a"], agreement=agreement)

    def watched(one: EntityConfig) -> EntityConfig:
        return one.model_copy(update={"watch": watch}) if one.id == ENTITY else one

    return config.model_copy(update={"entities": [watched(one) for one in config.entities]})


def seed_watch(settings: Settings, directory: VerifiedDirectory, keys: WatchKeyFiles, today: date) -> None:
    """Agreement, HR's feed, people on the list with their cover, and a weekly run: there is an alert to see."""
    from portal.wiring.watch import build_watch_context, watch_cache
    from retaliation_watch.simulation.companies import Order, make_company
    from retaliation_watch.store import AGREEMENTS, SOURCES
    from retaliation_watch.weekly_run.weekly_run import RunContext, run_weekly

    context, made = build_watch_context(settings), make_company(Order("works", DRAW, SIZE, WATCHED))
    key = _key(keys.source)
    agreed = {
        "entity": ENTITY,
        "body": BODY.root[DEFAULT],
        "day": today,
        "paper": sha256(PAPER).digest(),
        "health": False,
    }
    with context.store.write() as tx:
        tx.execute(insert(AGREEMENTS), [agreed])
        tx.execute(insert(SOURCES), [{"source": SOURCE, "entity": ENTITY, "key": verify_key(key), "ended": False}])
    moved = _Moved(made, today)
    _deliver(context, key, "roster", 1, today, moved.roster())
    for number in range(WEEKS + 1):
        last = today - timedelta(weeks=WEEKS - number)
        since = None if number == 0 else last - timedelta(weeks=1)
        _deliver(context, key, "events", number + 1, last, moved.events(since, last))
    _enter(context, directory, moved.listed(), today)
    with context.store.write() as tx:
        run_weekly(tx, ENTITY, today, RunContext(os.urandom, context.key.randomization_key, watch_cache(settings)))
    context.store.engine.dispose()


class _Moved:
    """The company with its last weekly run moved to today."""

    def __init__(self, made: SyntheticCompany, today: date) -> None:
        from retaliation_watch.hr_formats.dates import day_number

        self._made, self._by = made, timedelta(days=day_number(today) - made.last_run)

    def roster(self) -> bytes:
        """Everybody, as a file."""
        import polars as pl

        ends = pl.col("termination_date", "contract_end").str.to_date("%Y-%m-%d", strict=False)
        moved = self._made.roster.with_columns(pl.col("hire_date") + self._by, ends + self._by)
        return moved.write_csv().encode()

    def events(self, since: date | None, last: date) -> bytes:
        """What was recorded after one day up to another, as a file."""
        import polars as pl

        moved = self._made.events.with_columns(pl.col("effective_date", "recorded_on") + self._by)
        recorded = pl.col("recorded_on")
        inside = (recorded <= last) & (pl.lit(value=True) if since is None else recorded > since)
        return moved.filter(inside).write_csv().encode()

    def listed(self) -> list[tuple[str, date]]:
        """Whom the list names, and from when."""
        rows = self._made.watchlist().select("employee_id", "protected_from").iter_rows()
        return [(str(employee), start + self._by) for employee, start in rows]


def _key(file: Path) -> bytes:
    from crypto.framing import b64decode

    return b64decode(file.read_text("ascii").strip(), 32)


def _deliver(context: WatchContext, key: bytes, kind: str, sequence: int, day: date, content: bytes) -> None:
    from portal.watch.hr_upload_views import ingest_file
    from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest

    digest = sha256(content).digest()
    payload = write_manifest(Manifest(SOURCE, FeedFile(kind), sequence, day, digest))
    ingest_file(context, payload, sign(key, manifest_frame(payload)), digest, io.BytesIO(content))


def _enter(context: WatchContext, directory: VerifiedDirectory, listed: list[tuple[str, date]], today: date) -> None:
    """Enters people as the officer would have, month by month, and this month's cover."""
    from retaliation_watch.enrolment.cover_month import plan_cover
    from retaliation_watch.enrolment.entries import EntryRequest, apply_request

    def entry_request(employee: str, bond: Bond) -> EntryRequest:
        case, marks = (None, []) if bond is Bond.COVER else (os.urandom(16), entry_marks(os.urandom(16)))
        link = seal_link(directory, ENTITY, Linked(bond, case), os.urandom)
        return EntryRequest(ENTITY, context.key.pseudonym(ENTITY, employee), marks, link)

    with context.store.write() as tx:
        for employee, start in listed:
            apply_request(tx, entry_request(employee, Bond.REPORTER), start, os.urandom)
        for employee in plan_cover(tx, context.key, ENTITY, [], today).employees:
            apply_request(tx, entry_request(employee, Bond.COVER), today, os.urandom)
