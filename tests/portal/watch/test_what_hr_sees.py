"""What HR sees of HR's upload, and what HR's upload does for it, with an empty and a full list: no difference.

Receipts and every byte of each answer, files, and the network are compared here, and in place of times, which a test
of minutes compares (`tests/soak/test_soak_oracle.py`), the statements that the store is asked.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, event, insert, select

from crypto.framing import b64encode, sha256, sign
from portal.cli.watch.feed_commands import ENDING, _import_one
from portal.watch.app import watch_app
from portal.watch.hr_upload_views import MANIFEST, SIGNATURE, hr_upload_views
from retaliation_watch.hr_ingest import ingest
from retaliation_watch.hr_ingest.ingest import RECEIPT_SIZE
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.hr_ingest.proposals import drawn_frame, proposal_frame
from retaliation_watch.store import (
    ALERTS,
    DELIVERIES,
    DRAWS,
    ENTRIES,
    EVENTS,
    PACKETS,
    PEOPLE,
    QUARANTINED_ROWS,
    REVIEWS,
    TALLIES,
    WAITING,
)
from tests.support.offices.watch import ENTITY, SEED, SOURCE, TODAY, Watch, handle_marks, open_watch
from tests.support.stores.backends import Stores, ready_embedded_stores

HEAD: Final = "event_id,employee_id,event_type,effective_date,recorded_on"
ROSTER: Final = ("工号,部门", *(f"E{n:03d},装配" for n in range(60)))
EVENTS_LINES: Final = (HEAD, *(f"A{n},E{n:03d},书面警告,2026-11-20,2026-11-20" for n in range(60)), "bad")
FILES: Final = ((FeedFile.ROSTER, ROSTER), (FeedFile.EVENTS, EVENTS_LINES), (FeedFile.EVENTS, ("employee_id", "E1")))
OUTSIDE: Final = ("open", "os.", "shutil.", "socket.", "subprocess.", "tempfile.", "urllib.", "http.")


@dataclass
class Heard:
    """What the process did outside of its own memory, while somebody listens."""

    on: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def hear(self, name: str, given: tuple[object, ...]) -> None:
        """A hook of the interpreter: it stays for good, and is deaf between tests."""
        if self.on and name.startswith(OUTSIDE):
            self.calls.append((name, str(given[0]) if given else ""))


HEARD: Final = Heard()
sys.addaudithook(HEARD.hear)


@dataclass
class Seen:
    """All that a round of HR's work shows: answers over HTTP, receipts and files of the folder, statements, calls."""

    answers: list[tuple[int, list[tuple[str, str]], bytes]] = field(default_factory=list[Any])
    files: list[tuple[str, int, bytes]] = field(default_factory=list[Any])
    statements: list[str] = field(default_factory=list[str])
    calls: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


@contextmanager
def listening(watch: Watch, seen: Seen) -> Generator[None]:
    """Notes every statement that the store is asked, and whatever the process opens or calls."""

    def asked(_line: Connection, _cursor: object, statement: str, given: Any, _context: object, many: bool) -> None:
        seen.statements.append(f"{statement} × {len(given) if many else 1}")

    event.listen(watch.store.engine, "before_cursor_execute", asked)
    HEARD.calls.clear()
    HEARD.on = True
    try:
        yield
    finally:
        HEARD.on = False
        event.remove(watch.store.engine, "before_cursor_execute", asked)
    seen.calls = list(HEARD.calls)


def hr_works(watch: Watch, folder: Path) -> Seen:
    """Deliveries over HTTP and through the folder, a proposal with its answer, and the question what was drawn."""
    client, seen = watch_app(hr_upload_views(watch.context), behind_tls=True).test_client(), Seen()
    with listening(watch, seen):
        for number, (kind, lines) in enumerate(FILES, 1):
            content = "\n".join(lines).encode()
            payload, signature = watch.signed(kind, content, number)
            headers = {MANIFEST: b64encode(payload), SIGNATURE: b64encode(signature)}
            answers = [client.put("/api/deliveries", headers=headers, data=content) for _ in range(2)]
            seen.answers += [(one.status_code, sorted(one.headers), one.data) for one in answers]
        proposal = {"v": 1, "source": SOURCE, "employee": "E001", "kind": "dismissal", "planned": "2026-12-01"}
        asked = {"v": 1, "source": SOURCE, "day": str(TODAY), "since": "2026-11-01"}
        for path, document, framed in (("reviews", proposal, proposal_frame), ("drawn", asked, drawn_frame)):
            text = json.dumps(document)
            told = {"payload": text, "sig": b64encode(sign(SEED, framed(text.encode())))}
            one = client.post(f"/api/{path}", json=told)
            seen.answers.append((one.status_code, sorted(one.headers), one.data))
        review = json.loads(seen.answers[-2][2])["review"]
        one = client.get(f"/api/reviews/{review}")
        seen.answers.append((one.status_code, sorted(one.headers), one.data))
        _through_folder(watch, folder)
    seen.files = [(one.name, stat.S_IMODE(one.stat().st_mode), one.read_bytes()) for one in sorted(folder.iterdir())]
    return seen


def _through_folder(watch: Watch, folder: Path) -> None:
    for number, (kind, lines) in enumerate(FILES, 10):
        content, path = "\n".join(lines).encode(), folder / f"{number}.csv"
        payload, signature = watch.signed(kind, content, number)
        path.write_bytes(content)
        told = {"payload": payload.decode(), "sig": b64encode(signature)}
        path.with_name(f"{path.name}{ENDING}").write_text(json.dumps(told))
        _import_one(watch.context, path.with_name(f"{path.name}{ENDING}"))


def forget_feed(watch: Watch) -> None:
    """As if HR had never delivered."""
    with watch.store.write() as tx:
        for table in (DELIVERIES, EVENTS, PEOPLE, QUARANTINED_ROWS, REVIEWS):
            tx.execute(table.delete())


def protect_many(watch: Watch) -> None:
    """A full list: entries, alerts about people, packets, what waits, coins that fell."""
    for number in range(10):
        watch.enter(f"E{number:03d}", handle_marks(number))
    with watch.store.write() as tx:
        rows = [
            {"alert": os.urandom(16), "person": watch.context.key.pseudonym(ENTITY, f"E{n:03d}"), "day": TODAY,
             "level": "red", "shown": TODAY, "state": "new", "evidence": '{"v":1}'}
            for n in range(10)
        ]  # fmt: skip
        tx.execute(insert(ALERTS), rows)
        tx.execute(insert(DRAWS), [{"person": row["person"], "reviewed": True} for row in rows])
        packets = [os.urandom(64) for _ in range(10)]
        tx.execute(insert(PACKETS), [{"packet_hash": sha256(one), "packet": one} for one in packets])
        waiting = {"entity": ENTITY, "since": TODAY.replace(day=1), "watched": False, "entered": None}
        tx.execute(insert(WAITING), [waiting | {"packet_hash": sha256(one)} for one in packets])
    assert len(watch.rows(TALLIES)) == 1


def rounds(watch: Watch, tmp_path: Path) -> tuple[Seen, Seen]:
    """HR's work with nobody on the list, and the same with many."""
    found: list[Seen] = []
    # The first round loads what is loaded once.
    for at, full in enumerate((False, False, True)):
        folder = tmp_path / "hr"
        folder.mkdir(parents=True)
        if full:
            protect_many(watch)
        seen = hr_works(watch, folder)
        # The store's own temporary names and the test's differ from run to run, and tell nothing.
        seen.calls = [(name, given) for name, given in seen.calls if "tmp" not in Path(given).name]
        found.append(seen)
        forget_feed(watch)
        folder.rename(tmp_path / f"hr-{at}")
    return found[1], found[2]


def test_what_hr_sees_is_the_same_with_an_empty_and_a_full_list(stores: Stores, tmp_path: Path) -> None:
    """Answers, receipts, files, statements and calls of the process are the same, one by one; nobody is called."""
    watch = open_watch(stores, tmp_path / "watch")
    empty, full = rounds(watch, tmp_path)
    assert empty.answers == full.answers
    assert [status for status, _, _ in full.answers] == [200] * 6 + [201, 200, 200]
    assert {len(json.loads(body)["payload"].encode()) for _, _, body in full.answers[:6]} == {RECEIPT_SIZE}
    assert empty.files == full.files
    assert [name for name, _, _ in full.files] == [f"{number}.csv.receipt.json" for number in (10, 11, 12)]
    assert empty.statements == full.statements
    assert not {table for table in ("entries", "packets", "alerts", "waiting") if f" {table} " in " ".join(full.statements)}  # noqa: E501  # fmt: skip
    assert empty.calls == full.calls
    assert any(name == "open" for name, _ in full.calls)
    assert not [name for name, _ in full.calls if name.startswith(("socket.", "subprocess.", "http.", "urllib."))]
    watch.close()


@pytest.mark.parametrize("leak", ["answer", "statement", "file", "network"])
def test_each_way_of_telling_the_list_is_noticed(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    """An upload that says, asks, writes or calls something where a person of the file is on the list does not pass."""
    watch = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    real = ingest.receipt_text

    def leaky(*given: Any) -> str:
        with watch.store.read() as line:
            listed = line.execute(select(ENTRIES)).first() is not None
        if listed and leak == "file":
            (tmp_path / "note").write_text("listed")
        if listed and leak == "network":
            sys.audit("socket.connect", "127.0.0.1")
        if listed and leak == "statement":
            with watch.store.read() as line:
                line.execute(select(ALERTS))
        text = real(*given)
        return text + " " if listed and leak == "answer" else text

    monkeypatch.setattr(ingest, "receipt_text", leaky)
    empty, full = rounds(watch, tmp_path)
    differs = {
        "answer": empty.answers != full.answers,
        "statement": empty.statements != full.statements,
        "file": empty.calls != full.calls,
        "network": empty.calls != full.calls,
    }
    assert differs[leak]
    watch.close()
