"""Parsers of the watch: what HR, reporters, officers and anyone who judges the method hand in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from sqlalchemy import create_engine, insert

from crypto.framing import b64encode, sign, verify_key
from crypto.text import read_json
from crypto.watch.link_requests import read_link_request
from crypto.watch.protection import Bond, Protection, RequestKind, read_link_share, read_protection
from portal.cli.errors import CommandError
from portal.cli.terminal import Terminal
from portal.cli.watch.evidence_command import _page
from portal.cli.words import Catalogue
from portal.watch.context import WatchContext
from portal.watch.officer_views import read_entry_request
from retaliation_watch.errors import FileRefused, FormRefused, ManifestRefused, NobodyToWatch
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_formats.events import read_events
from retaliation_watch.hr_formats.roster import Roster, read_roster
from retaliation_watch.hr_formats.watchlist import read_watchlist
from retaliation_watch.hr_ingest.forms import Form, read_form
from retaliation_watch.hr_ingest.manifest import FeedFile, read_manifest
from retaliation_watch.hr_ingest.proposals import drawn_frame, proposal_frame, read_drawn_request, read_proposal
from retaliation_watch.hr_ingest.pseudonyms import (
    encrypt_people,
    pseudonymize_events,
    pseudonymize_people,
    pseudonyms_of,
)
from retaliation_watch.hr_ingest.row_reader import RowReader
from retaliation_watch.store import METADATA, SOURCES
from retaliation_watch.weekly_run.evidence_file import evidence_file
from tests.portal.watch.test_evidence_page import EVIDENCE

LIMIT = 2**20
SEED = bytes([7]) * 32
MANIFEST = {"v": 1, "source": "hr", "kind": "roster", "sequence": 1, "day": "2026-11-01", "file": "A" * 43}
PROPOSAL = {"v": 1, "source": "hr", "employee": "E1", "kind": "dismissal", "planned": "2026-12-01"}
DRAWN = {"v": 1, "source": "hr", "day": "2026-11-01", "since": "2026-10-01"}
ROSTER = "工号,部门,职级,直接上级工号,入职日期\nE1,装配,P3,,2020-01-01\nE2,装配,P4,E1,2021/3/5\n"
EVENTS = (
    "event_id;employee_id;event_type;effective_date;recorded_on;value_before;value_after\n"
    "A1;E1;书面警告;2026-05-01;2026年5月2日;;\nA2;E2;pay_review;20260501;2026-05-02;1000;1000\n"
    "A3;E2;rating;2026-05-01;46144;A;B\n"
)
WATCHLIST = "employee_id,protected_from,protected_until\nE1,2026-01-01,2028-01-01\n"


@dataclass(frozen=True)
class _Plain:
    """As much of a terminal as a page needs."""

    words: Catalogue


@dataclass(frozen=True)
class _Key:
    """As much of the watch's room as a wish needs."""

    key: HostKey


@cache
def _people() -> Roster:
    return read_roster(io.BytesIO(ROSTER.encode()))


def _kept(kind: FeedFile) -> Callable[[bytes], object]:
    """Rows of a delivery as HR's upload keeps them."""
    reader, key = RowReader(Form(0, {}, {}, None), health=False), HostKey(SEED)

    def keep(content: bytes) -> object:
        rows = reader.read(io.BytesIO(content), kind).frames
        names = pseudonyms_of(key, "works", rows)
        if kind is FeedFile.EVENTS:
            return list(pseudonymize_events("hr", names, rows))
        return list(encrypt_people(key, "works", pseudonymize_people(names, rows).with_columns(is_new=True)))

    return keep


@cache
def _store() -> object:
    engine = create_engine("sqlite://")
    METADATA.create_all(engine, [SOURCES])
    connection = engine.connect()
    connection.execute(insert(SOURCES), [{"source": "hr", "entity": "works", "key": verify_key(SEED), "ended": False}])
    return connection


def _signed(read: Callable[..., object], framed: Callable[[bytes], bytes]) -> Callable[[bytes], object]:
    """What a source signed, read from its payload: anyone who holds the key may write whatever it likes."""
    return lambda content: read(_store(), content, sign(SEED, framed(content)))


def _shape(read: Callable[[object], object]) -> Callable[[bytes], object]:
    return lambda content: read(read_json(content, LIMIT))


def _evidence(content: bytes) -> object:
    return _page(cast("Terminal", _Plain(Catalogue("en"))), content, Path("evidence.json"))


def _wish(content: bytes) -> object:
    return read_entry_request(cast("WatchContext", _Key(HostKey(SEED))), read_json(content, LIMIT))


def _json(*values: object) -> list[bytes]:
    return [json.dumps(value, ensure_ascii=False).encode() for value in values]


def _asked() -> dict[str, object]:
    named = {"requester": "officer", "entity": "works", "reason": "a review"}
    sealed = {"office": b64encode(bytes(16)), "request": b64encode(bytes(16)), "sig": b64encode(bytes(64))}
    return {"v": 1, "links": [b64encode(bytes(7356))]} | named | sealed


_WISH = {"entity": "works", "employee": "0017", "marks": [b64encode(bytes(32))], "link": b64encode(bytes(7356)), "ends": False, "packet": None}  # noqa: E501  # fmt: skip
_TOLD = Protection(RequestKind.PROTECT, "works", bytes(16), Bond.REPORTER, "甲", "E1", "", None, bytes(7356)).document()
_SHARE = {"v": 1, "link": b64encode(bytes(32)), "side": "inside", "string": b64encode(bytes(32))}
_FORM = {"columns": {"员工": "employee_id"}, "kinds": {"罚站": "verbal_warning"}, "dates": "dmy"}

Row = tuple[Callable[[bytes], object], tuple[type[Exception], ...], list[bytes]]


def watch_rows(edge: tuple[type[Exception], ...]) -> dict[str, Row]:
    """Name, reader, refusals and beginnings of each parser; `edge` is what a body may be refused with."""
    files = (FileRefused, NobodyToWatch)
    roster, events = ROSTER.encode(), EVENTS.encode()
    return {
        "watch-form": (lambda content: read_form(content, 1), (FormRefused,), _json(_FORM)),
        "watch-manifest": (read_manifest, (ManifestRefused,), _json(MANIFEST)),
        "watch-proposal": (_signed(read_proposal, proposal_frame), (ManifestRefused,), _json(PROPOSAL)),
        "watch-drawn": (_signed(read_drawn_request, drawn_frame), (ManifestRefused,), _json(DRAWN)),
        "watch-roster": (lambda content: read_roster(io.BytesIO(content)), files, [roster, ROSTER.encode("gb18030")]),
        "watch-events": (lambda content: read_events(io.BytesIO(content), _people()), files, [events]),
        "watch-kept-roster": (_kept(FeedFile.ROSTER), files, [roster]),
        "watch-kept-events": (_kept(FeedFile.EVENTS), files, [events, EVENTS.encode("utf-16")]),
        "watch-watchlist": (
            lambda content: read_watchlist(io.BytesIO(content), _people()), files, [WATCHLIST.encode()],
        ),
        "watch-wish": (_wish, edge, _json(_WISH)),
        "watch-protection": (_shape(read_protection), edge, _json(_TOLD)),
        "watch-link-share": (_shape(read_link_share), edge, _json(_SHARE)),
        "watch-link-request": (_shape(read_link_request), edge, _json(_asked())),
        "watch-evidence": (_evidence, (CommandError,), [evidence_file(bytes(16), EVIDENCE)]),
    }  # fmt: skip
