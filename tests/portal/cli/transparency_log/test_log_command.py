"""`yanlu log`: the stores' own log, a mirror of it, and what was done to either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete, select, update

import crypto
from casework.event_store.store import EVENTS
from crypto.office.witnesses import read_witness
from crypto.transparency_log.checkpoint import log_text
from crypto.transparency_log.office_document import ClockReading, verify_office
from portal.cli.transparency_log.log_places import UrlFiles
from portal.clock import system_clock
from portal.office import OfficeFolder, write_keeper
from portal.settings import StoreName
from portal.transparency_log.ledger import DueCheckpoint
from portal.transparency_log.log_writer import last_slot
from portal.transparency_log.published import office_state
from portal.transparency_log.tables import BUNDLES, CHECKPOINTS, ENTRIES, TILES
from portal.transparency_log.verifying import Fault, LogFaulty
from tests.crypto.sample import Case, Drawn
from tests.support.commands.yanlu_in_process import Ran, inside
from tests.support.offices.edge import NOW, Edge, open_edge, report
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import prepared_files, ready_embedded_stores


@pytest.fixture
def edge(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """An office with two reports, and no log yet."""
    prepared = prepared_files(tmp_path_factory.mktemp("prepared"))
    opened = open_edge(ready_embedded_stores(tmp_path, prepared), tmp_path)
    for name in ("ann", "bob"):
        opened.submit(report(opened, name))
    opened.worker.open_received()
    yield opened
    opened.close()


class Log:
    """`yanlu log` over an edge."""

    def __init__(self, edge: Edge, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.edge, self.capsys, self.monkeypatch = edge, capsys, monkeypatch
        self.keepers = [edge.settings.data / f"{keeper.id}.key" for keeper in edge.office.keepers[:2]]

    def run(self, *arguments: object) -> Ran:
        """One command."""
        return inside(self.capsys, self.monkeypatch, self.edge.settings, "log", *arguments)

    def found(self, now: datetime | None = None) -> None:
        """Founds the log and writes its first two checkpoints, the newest six hours ago."""
        for keeper, file in zip(self.edge.office.keepers, self.keepers, strict=False):
            write_keeper(file, self.edge.office.office, keeper)
        files = [part for file in self.keepers for part in ("--keeper", file)]
        assert self.run("found", self.edge.settings.office, *files).code == 0
        for hours in (12, 6):
            self.edge.hands.now = (now or system_clock()) - timedelta(hours=hours)
            assert self.edge.worker.write_log() == 1

    def verify(self, *more: object) -> Ran:
        """Checks it."""
        return self.run("verify", "--office-key", self.edge.office.code, *more)


@pytest.fixture
def log(edge: Edge, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Log:
    """The command at hand."""
    return Log(edge, capsys, monkeypatch)


def test_a_log_is_founded_grows_and_holds(log: Log) -> None:
    """The keepers name its key once; two checkpoints later all of it verifies, and every event stands in it."""
    assert log.verify().code == 3
    log.found()
    verified = log.verify("--json")
    assert (verified.document["entries"], verified.document["checkpoints"]) == (128, 2)
    assert log.run("found", log.edge.settings.office, "--keeper", log.keepers[0]).code == 1


def test_whatever_is_done_to_the_ledger_is_found(log: Log) -> None:
    """A tile, a bundle or a checkpoint that is removed or altered in the store, and an event that was rewritten."""
    log.found()
    ledger = log.edge.eyes(StoreName.LEDGER)
    for change in (
        update(TILES).where(TILES.c.level == 0).values(content=bytes(128 * 32)),
        update(TILES).where(TILES.c.level == BUNDLES).values(content=bytes(128 * 34)),
        delete(TILES).where(TILES.c.level == 0),
        delete(CHECKPOINTS).where(CHECKPOINTS.c.size == 64),
    ):
        with ledger.read() as connection:
            before = {table: connection.execute(select(table)).mappings().all() for table in (TILES, CHECKPOINTS)}
        with ledger.write() as tx:
            tx.execute(change)
        assert log.verify().code == 3, change
        with ledger.write() as tx:
            for table, rows in before.items():
                tx.execute(delete(table))
                tx.execute(table.insert(), [dict(row) for row in rows])
    assert log.verify().code == 0
    with log.edge.eyes(StoreName.CASES).write() as tx:
        case = tx.scalars(select(EVENTS.c.case_id).limit(1)).one()
        tx.execute(update(EVENTS).where(EVENTS.c.case_id == case).values(event_hash=bytes(32)))
    altered = log.verify()
    assert (altered.code, "1 facts in the stores" in altered.err) == (3, True)


def test_a_mirror_holds_and_catches_a_second_view(log: Log, tmp_path: Path) -> None:
    """A copy over the network verifies by itself; a log that was made again since is another one, and both are told."""
    log.found()
    copy = tmp_path / "mirror"
    with live_intake(log.edge.settings) as address:
        code = ("--office-key", log.edge.office.code)
        assert log.run("mirror", "--url", address, "--to", copy, *code).code == 0
        assert log.run("mirror", "--url", address, "--to", copy, *code).code == 0
        assert log.verify("--data", copy, "--against", address).code == 0
        _begin_anew(log.edge)
        assert log.verify("--url", address).code == 0
        split = log.verify("--url", address, "--against", copy)
        assert (split.code, "Two views" in split.err) == (3, True)
        again = log.run("mirror", "--url", address, "--to", copy, *code)
        assert again.code == 3
    assert log.verify("--data", copy).code == 0


def test_a_log_that_stands_still_is_told(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old files that hold are files that hold; that nothing came since is said beside it."""
    log.found()
    for later, told in ((timedelta(), False), (timedelta(hours=19), True)):
        monkeypatch.setattr(
            "portal.cli.transparency_log.log_command.system_clock", lambda later=later: system_clock() + later
        )
        ran = log.verify()
        assert (ran.code, "the log stands still" in ran.err) == (0, told)


def test_an_answer_without_end_is_no_file_of_a_log() -> None:
    """A server that goes on sending is not read to its end, nor into memory."""
    sent = [bytes(1024 * 1024)] * 40
    client = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, content=(sent.pop() for _ in range(40)))),
        base_url="http://log",
    )
    with pytest.raises(LogFaulty) as refused:
        UrlFiles(client).read("checkpoint")
    assert (refused.value.fault, len(sent)) == (Fault.ALTERED, 23)


@pytest.fixture
def witnessed(log: Log, monkeypatch: pytest.MonkeyPatch) -> Log:
    """A log of the sample office's days, and a witness's machine with the clock of those."""
    log.found(NOW)
    monkeypatch.setattr("portal.cli.transparency_log.witness_commands.system_clock", lambda: log.edge.hands.now)
    return log


def test_a_witness_outside_signs_and_the_office_serves_it(witnessed: Log, tmp_path: Path) -> None:
    """Set up from the printed code, it signs what a live server shows; anyone who has its line sees it served."""
    log = witnessed
    folder, code = tmp_path / "witness", ("--office-key", log.edge.office.code)
    assert log.run("witness-key", folder, "--name", "two words").code == 2
    line = log.run("witness-key", folder, "--name", "union.example/log", "--json").document["witness"]
    assert log.run("witness-key", folder, "--name", "union.example/log").code == 3
    assert (log.run("witness", folder).code, log.run("witness-status", folder).code) == (3, 3)
    with live_intake(log.edge.settings) as address:
        setting_up = ("witness-setup", folder, "--office", address)
        assert log.run(*setting_up, "--office-key", crypto.write_checked_code(bytes(12))).code == 3
        assert log.run(*setting_up, *code).code == 0
        assert log.run("witness-status", folder).code == 1
        missing = log.verify("--url", address, "--witness", line)
        assert (missing.code, "union.example/log" in missing.err) == (3, True)
        assert log.run("witness", folder, "--json").document["size"] == 128
        assert log.run("witness-status", folder, "--json").document["directory"] == 7
        public, silent = tmp_path / "public", tmp_path / "silent"
        assert log.run("witness", folder, "--to", public).code == 0
        assert log.run("cosigned", silent, public / "log", "--json").document == {"taken": 0, "failed": 1}
        both = log.run("cosigned", silent, public / "log", "--witness", line, "--json")
        assert (both.code, both.document["taken"], "checkpoint is missing" in both.err) == (3, 1, True)
        assert log.run("cosigned", public / "log", "--witness", line, "--json").document["taken"] == 0
        told = log.verify("--url", address, "--witness", line, "--json")
        assert (told.code, told.document["witnessed"]) == (0, {"union.example/log": 128})


def _name_witness(edge: Edge, line: str) -> None:
    """The keepers' root 2, which names this witness, the log under it, and the first directory."""
    office, folder, witness = edge.office, OfficeFolder(edge.settings.office), read_witness(line)
    log, named = folder.log_name(), {"name": witness.name, "key": crypto.b64encode(witness.key)}
    document = office.root_document(2, witnesses={"k": 1, "fresh": 72, "list": [named]})
    office.roots.append(crypto.sign_note(crypto.root_text(document), office.keepers[:2]))
    folder.write_root(2, office.roots[-1])
    folder.write_log_note(crypto.sign_note(log_text(log.office, log.number, 2, log.key), office.keepers[:2]))
    folder.write_directory(office.note(sequence=8))


def test_what_a_witness_of_the_root_signed_reaches_every_reader(witnessed: Log, tmp_path: Path) -> None:
    """From the keepers' signing to the one document: a reader takes the new directory once the witness confirmed it."""
    log, edge, folder = witnessed, witnessed.edge, tmp_path / "witness"
    line = log.run("witness-key", folder, "--name", "union", "--json").document["witness"]
    with live_intake(edge.settings) as address:
        assert log.run("witness-setup", folder, "--office", address, "--office-key", edge.office.code).code == 0
        _name_witness(edge, line)
        edge.hands.now += timedelta(hours=6)
        assert edge.worker.write_log() == 1

        def shown() -> int:
            content = httpx.get(f"{address}/office/office.json").content
            now = ClockReading(int(edge.hands.now.timestamp()), edge.hands.now.date().isoformat())
            return verify_office(edge.office.code, content, now).sequence

        assert shown() == 7
        assert log.run("witness", folder, "--json").document["directory"] == 8
        assert shown() == 7
        assert log.run("cosigned", folder, "--json").document["taken"] == 1
        assert shown() == 8


def test_a_witness_refuses_what_a_live_server_turns_to(witnessed: Log, tmp_path: Path) -> None:
    """A second directory, a fork and a server that is away: each is told in a sentence, and nothing is signed."""
    log = witnessed
    folder, code = tmp_path / "witness", ("--office-key", log.edge.office.code)
    office, edge = OfficeFolder(log.edge.settings.office), log.edge
    with live_intake(edge.settings) as address:
        assert log.run("witness-key", folder, "--name", "union").code == 0
        assert log.run("witness-setup", folder, "--office", address, *code).code == 0
        assert log.run("witness", folder).code == 0
        signed = (folder / "checkpoint").read_bytes()
        office.write_directory(edge.office.note(oversight=[]))
        for _ in range(2):
            edge.hands.now += timedelta(hours=1)
            edge.worker.write_log()
        second = log.run("witness", folder)
        assert (second.code, "two directories with the number 7" in second.err) == (3, True)
        _begin_anew(edge)
        again = log.run("witness", folder)
        assert (again.code, "Two views" in again.err) == (3, True)
        assert (folder / "checkpoint").read_bytes() == signed
        assert (folder / "refused-other-directory").exists()
    assert log.run("witness", folder).code == 5
    (folder / "witness.json").write_bytes(b"{}")
    assert (log.run("witness", folder).code, log.run("witness-status", folder).code) == (3, 3)


def _begin_anew(edge: Edge) -> None:
    """What a hostile operator with the log's key can do: another log of the same hours."""
    with edge.eyes(StoreName.LEDGER).write() as tx:
        for table in (TILES, CHECKPOINTS, ENTRIES):
            tx.execute(delete(table))
    log_writer = edge.worker.log_writer
    assert log_writer is not None
    office = OfficeFolder(edge.settings.office)
    signer, state = (office.log_name(), log_writer._signer(0)[1]), office_state(office)  # type: ignore[index]
    assert state is not None
    for hours in (12, 6):
        due = DueCheckpoint(last_slot(system_clock() - timedelta(hours=hours)), state)
        assert log_writer.ledger.append(signer, due, [], edge.mailroom.rng) is not None


def test_a_reporter_keeps_a_proof_and_anybody_checks_it(log: Log, tmp_path: Path) -> None:
    """`yanlu proof keep` writes what `yanlu proof verify` takes from anybody, and takes no altered byte of."""
    edge, out, receipt = log.edge, tmp_path / "mine.tlog-proof", tmp_path / "receipt"
    digits = crypto.draw_receipt(Drawn("kept/receipt"))
    receipt.write_text(digits.digits)
    case = report(edge, "kept")
    keys = crypto.derive_reporter(digits, edge.office.office)
    edge.submit(replace(case, sealed=replace(case.sealed, submission=_in_mailbox(case, keys))))
    edge.worker.open_received()
    code = ("--office-key", edge.office.code)
    with live_intake(edge.settings) as address:
        asking = ("proof", "keep", "--office", address, *code, "--receipt-file", receipt, "--out", out)
        run = partial(inside, log.capsys, log.monkeypatch, edge.settings)
        assert (run(*asking).code, out.exists()) == (4, False)
        log.found()
        kept = run(*asking)
        assert (kept.code, "Anybody who finds this file" in kept.err) == (0, True)
        assert run("proof", "verify", out, *code).code == 0
    content = out.read_bytes()
    out.write_bytes(content.replace(b"index ", b"index 1", 1))
    assert run("proof", "verify", out, *code).code == 3


def _in_mailbox(case: Case, keys: crypto.ReporterKeys) -> dict[str, object]:
    """The sample's report in the mailbox of a receipt that was stretched at full cost, as the command stretches it."""
    return {**case.sealed.submission, "mailbox": crypto.b64encode(keys.mailbox_id)}
