"""The evidence of one alert as a file: the same bytes anyone who writes it, so that its hash in the log dates it."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import Connection, select

from crypto.framing import b64encode, frame, sha256
from crypto.transparency_log.filing import Fact, log_entry, office_log_key
from retaliation_watch.errors import AlertUnknown
from retaliation_watch.outbox import note_fact
from retaliation_watch.store import ALERTS


def evidence_file(alert: bytes, evidence: object) -> bytes:
    """The file: UTF-8 JSON on one line, keys sorted. The alert's random id lets nobody guess it from its hash."""
    document = {"v": 1, "alert": b64encode(alert), "evidence": evidence}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def evidence_content(file: bytes) -> bytes:
    """What the entry of a file in the log stands for."""
    return sha256(frame("yanlu/v1/log-watch-evidence", sha256(file)))


def evidence_entry(office: bytes, file: bytes) -> bytes:
    """The entry that has to stand in the log."""
    return log_entry(office_log_key(office), Fact.WATCH_EVIDENCE, evidence_content(file))


def enter_evidence(tx: Connection, alert: bytes, today: date) -> bytes:
    """Has the hash of an alert's file entered in the log; gives the file. Raises `AlertUnknown`."""
    found = tx.scalar(select(ALERTS.c.evidence).where((ALERTS.c.alert == alert) & (ALERTS.c.shown <= today)))
    if found is None:
        raise AlertUnknown
    file = evidence_file(alert, json.loads(found))
    note_fact(tx, Fact.WATCH_EVIDENCE, evidence_content(file))
    return file
