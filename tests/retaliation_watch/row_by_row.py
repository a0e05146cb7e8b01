"""A delivery read one row after another: what the columns of HR's upload have to give, the slow and plain way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

import polars as pl

from crypto.framing import frame, sha256
from retaliation_watch.host_key import HostKey, plain_number
from retaliation_watch.hr_formats.columns import MAX_ID, NOTHING_THERE, Receipt, known_columns
from retaliation_watch.hr_formats.dates import Unread, read_date
from retaliation_watch.hr_formats.names import EVENTS, ROSTER
from retaliation_watch.hr_ingest.forms import Form
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.kinds import HEALTH

WORDS = ("org_unit", "team", "location", "job_family", "grade", "contract_type")
DAYS = {"hire_date": "hired", "contract_end": "contract_end", "termination_date": "ended"}
SHORT = {"value_before": "before", "value_after": "after", "reason_code": "reason", "batch_id": "batch"}
Row = Mapping[str, Any]


@dataclass
class Plainly:
    """Rows by their keys, the texts and codes of those set aside, how many there are, whom they are about."""

    kept: dict[tuple[bytes, ...], Row] = field(default_factory=dict[tuple[bytes, ...], Row])
    quarantined: dict[int, str] = field(default_factory=dict[int, str])
    codes: dict[int, str] = field(default_factory=dict[int, str])
    count: int = 0
    people: set[bytes] = field(default_factory=set[bytes])


@dataclass(frozen=True)
class PlainRowReader:
    """Reads the files of one source."""

    key: HostKey
    entity: str
    source: str
    form: Form
    health: bool

    def read(self, stream: BinaryIO, kind: FeedFile) -> Plainly:
        """Reads a whole file, however many of its rows are bad."""
        found = Plainly()
        known, needed = (
            (ROSTER, ("employee_id",)) if kind is FeedFile.ROSTER else (EVENTS, ("employee_id", "event_type"))
        )
        known = {name: aliases for name, aliases in known.items() if name not in ("annual_salary", "fte")}
        for chunk in known_columns(stream, known, needed, Receipt(), self.form.columns):
            for row in chunk.iter_rows(named=True):
                self._row(row, chunk, kind, found)
        return found

    def _row(self, row: Row, chunk: pl.DataFrame, kind: FeedFile, found: Plainly) -> None:
        code = self._flaw(row, kind)
        if code is not None:
            found.codes[row["line"]] = code
            found.quarantined[row["line"]] = json.dumps({n: row[n] for n in row if n != "line"}, ensure_ascii=False)
            return
        kept = self._person(row) if kind is FeedFile.ROSTER else self._event(row)
        if kept is None:
            return
        if kind is FeedFile.EVENTS and kept["kind"] is None:
            found.codes[row["line"]] = "unmapped-kind"
        names = ("person",) if kind is FeedFile.ROSTER else ("event", "content")
        found.kept[tuple(kept[name] for name in names)] = kept
        found.count += 1
        found.people.add(kept["person"])

    def _flaw(self, row: Row, kind: FeedFile) -> str | None:
        if not row["employee_id"]:
            return "id-missing"
        if len(row["employee_id"].encode()) > MAX_ID:
            return "id-too-long"
        if kind is FeedFile.EVENTS and not row["event_type"]:
            return "kind-missing"
        names = list(DAYS) if kind is FeedFile.ROSTER else ["effective_date", "recorded_on"]
        present = [name for name in names if name in row]
        for name in present:
            if _is_there(row[name]) and isinstance(read_date(row[name], self.form.dates), Unread):
                return str(read_date(row[name], self.form.dates))
        return "date-missing" if kind is FeedFile.EVENTS and not any(_is_there(row[name]) for name in present) else None

    def _day(self, row: Row, name: str) -> date | None:
        found = read_date(row[name], self.form.dates) if _is_there(row.get(name)) else None
        assert not isinstance(found, Unread)
        return found

    def _other(self, number: str | None) -> bytes | None:
        return self.key.pseudonym(self.entity, number) if number else None

    def _person(self, row: Row) -> Row:
        person = self.key.pseudonym(self.entity, row["employee_id"])
        return {
            "person": person,
            "entity": self.entity,
            "ciphertext": self.key.encrypt_text(person, plain_number(row["employee_id"])),
            "manager": self._other(row.get("manager_id")),
            **{name: (row.get(name) or "")[:96] for name in WORDS},
            **{kept: self._day(row, name) for name, kept in DAYS.items()},
        }

    def _event(self, row: Row) -> Row | None:
        kind = self.form.kind_of(row["event_type"])
        if not self.health and kind in {str(one) for one in HEALTH}:
            return None
        person = self.key.pseudonym(self.entity, row["employee_id"])
        texts = {kept: row.get(name) or "" for name, kept in SHORT.items()}
        short = {kept: text if len(text) <= 32 else "" for kept, text in texts.items()}
        days = [self._day(row, name) for name in ("recorded_on", "effective_date")]
        recorded, effective = days[0] or days[1], days[1] or days[0]
        text = row["event_type"][:96]
        told = (text, f"{recorded}", f"{effective}", *short.values())
        content = sha256(frame("yanlu/v1/watch-event", self.source, person, *told))
        name = row.get("event_id") or ""
        return {
            "event": sha256(frame("yanlu/v1/watch-event-id", self.source, name)) if name else content,
            "content": content, "source": self.source, "person": person, "kind_text": text, "kind": kind,
            "effective": effective, "recorded": recorded, **short, "initiator": self._other(row.get("initiated_by")),
        }  # fmt: skip


def _is_there(text: str | None) -> bool:
    return bool(text) and str(text).casefold() not in NOTHING_THERE
