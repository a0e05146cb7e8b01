"""A report that was sealed is not lost, whatever the server or the line does to it."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import crypto
from portal.cli import server as calls
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.reporting import ReadyReport, ReportRequest, ready_report
from portal.cli.reporter.sending import UNSENT, send_or_keep, write_unsent
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from tests.support.commands.yanlu_process import POLICY, yanlu
from tests.support.offices.sample_office import OfficeForTests, make_office

Said = tuple[int, bytes] | None
"""Status and body of an answer; None breaks the line instead."""
RECEIVED: Said = (201, b'{"day":"2026-11-24"}')
REFUSED: Said = (
    422,
    json.dumps({"type": "urn:yanlu:error:malformed", "title": "No", "detail": "Not like this."}).encode(),
)


@dataclass
class Moody:
    """A server that answers each path as it was told to."""

    answers: dict[str, Said]
    asked: list[str] = field(default_factory=list[str])
    url: str = ""


@pytest.fixture
def moody() -> Iterator[Callable[[dict[str, Said]], Moody]]:
    """Starts such servers, and ends them."""
    started: list[ThreadingHTTPServer] = []

    def start(answers: dict[str, Said]) -> Moody:
        told = Moody(answers)

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told.asked.append(self.path)
                self.rfile.read(int(self.headers["Content-Length"]))
                said = told.answers.get(self.path)
                if said is None:
                    self.connection.close()
                    return
                self.send_response(said[0])
                self.end_headers()
                self.wfile.write(said[1])

            def do_GET(self) -> None:
                said = told.answers.get(self.path)
                self.send_response(200 if said else 404)
                self.end_headers()
                self.wfile.write(said[1] if said else b"")

            def log_message(self, format: str, *args: object) -> None:  # the base names it
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        told.url = f"http://127.0.0.1:{server.server_port}"
        return told

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeForTests:
    """The sample office, signed today."""
    return make_office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def ready(office: OfficeForTests, tmp_path_factory: pytest.TempPathFactory) -> ReadyReport:
    """A sealed report."""
    wish = ReportRequest("group", POLICY, "bribery", "回扣。", "zh")
    return ready_report(office.directory(), wish, tmp_path_factory.mktemp("sealed"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and no pause between tries."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(calls, "PAUSE", 0)
    return tmp_path


def terminal() -> Terminal:
    """A voice in English."""
    return Terminal(Catalogue("en"), as_json=False)


def is_kept(ready: ReadyReport, folder: Path, name: str = UNSENT) -> bool:
    """Whether bundle and receipt lie there whole, the receipt for its owner alone."""
    receipt = (folder / name).with_suffix(".receipt")
    with (folder / name).open("rb") as source:
        bundle = crypto.read_bundle(source)
        assert list(bundle.blobs()) == []
        submission = bundle.submission
    digits = "".join(ready.receipt.groups())
    ours = (submission.case, submission.mailbox) == (ready.sealed.memo.case, ready.keys.mailbox_id)
    whole = ours and receipt.read_text().replace(" ", "").strip() == digits
    return whole and stat.S_IMODE(receipt.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (REFUSED, Exit.REFUSED, "Not like this."),
        (None, Exit.UNREACHABLE, "The connection broke"),
        ((200, b"<html>a gateway's page</html>"), Exit.REFUSED, "is not what it should be"),
        ((201, b"{}"), Exit.REFUSED, "is not what it should be"),
        ((507, b""), Exit.REFUSED, "HTTP 507"),
    ],
)  # fmt: skip
def test_whatever_stops_a_report_it_stays_in_a_file(
    moody: Callable[[dict[str, Said]], Moody], ready: ReadyReport, here: Path, answer: Said, code: Exit, words: str
) -> None:
    """Refused, cut off, or answered by something else: bundle and receipt are kept, and the words say where."""
    server = moody({"/api/submissions": answer})
    with pytest.raises(CommandError) as refused:
        send_or_keep(terminal(), server.url, ready, None)
    said = refused.value.text(Catalogue("en"))
    assert refused.value.code is code
    assert words in said
    assert str(refused.value) == said
    assert str(here / UNSENT) in said
    assert is_kept(ready, here)


def test_an_earlier_unsent_report_is_not_written_over(ready: ReadyReport, here: Path) -> None:
    """The second report that could not be sent lies beside the first."""
    first, _ = write_unsent(ready, None)
    before = first.read_bytes()
    second, receipt = write_unsent(ready, None)
    assert (first.name, second.name) == (UNSENT, "yanlu-unsent (2).yanlu")
    assert first.read_bytes() == before
    assert receipt.name == "yanlu-unsent (2).receipt"
    assert is_kept(ready, here, second.name)


def test_a_folder_that_takes_nothing_is_passed_over(
    ready: ReadyReport, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the current folder is gone or full, the next place takes it; where none does, the words say so."""
    home, gone = here / "home", here / "file"
    home.mkdir()
    gone.write_text("no folder")
    monkeypatch.setattr(Path, "cwd", lambda: gone)
    monkeypatch.setattr(Path, "home", lambda: home)
    assert write_unsent(ready, None)[0].parent == home
    assert is_kept(ready, home)
    monkeypatch.setattr(Path, "home", lambda: gone)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(gone))
    with pytest.raises(CommandError) as refused:
        write_unsent(ready, None)
    assert "no folder took" in refused.value.text(Catalogue("en"))


def test_an_interruption_keeps_the_report(ready: ReadyReport, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while it is being sent leaves bundle and receipt."""

    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.cli.reporter.sending.send_report", interrupted)
    with pytest.raises(KeyboardInterrupt):
        send_or_keep(terminal(), "http://127.0.0.1:9", ready, None)
    assert is_kept(ready, here)


@pytest.mark.parametrize("answer", [REFUSED, None])
def test_a_report_that_arrived_is_no_failure_for_want_of_its_last_post(
    moody: Callable[[dict[str, Said]], Moody], ready: ReadyReport, here: Path, answer: Said
) -> None:
    """The finishing post may fail: the report is there, the receipt is given, and no unsent file lies about."""
    server = moody({"/api/submissions": RECEIVED, "/api/posts": answer})
    assert send_or_keep(terminal(), server.url, ready, None) is False
    assert list(here.iterdir()) == []


@pytest.mark.slow
def test_the_command_says_where_it_is_and_leaves_with_its_code(
    moody: Callable[[dict[str, Said]], Moody], office: OfficeForTests, here: Path
) -> None:
    """`yanlu report` to a server that refuses leaves with 6, in Chinese too, with the receipt where it was wished."""
    documents: dict[str, Said] = {
        "/office/office.json": (200, office.folder.shown()),
        "/api/submissions": REFUSED,
    }
    for file in (office.path / "published").rglob("*.json"):
        documents[f"/office/{file.parent.name}/{file.name}"] = (200, file.read_bytes())
    text, receipt = here / "text", here / "receipt"
    text.write_text("回扣。", "utf-8")
    ran = yanlu(
        "--lang", "zh", "report", "--office", moody(documents).url, "--office-key", office.code, "--policy", POLICY,
        "--entity", "group", "--text-file", text, "--receipt-out", receipt, folder=here,
    )  # fmt: skip
    assert ran.code == Exit.REFUSED, ran.err
    assert ran.out == ""
    assert "没有丢失任何内容" in ran.err
    assert str(here / UNSENT) in ran.err
    assert len("".join(receipt.read_text().split())) == 28
    with (here / UNSENT).open("rb") as source:
        assert crypto.read_bundle(source).submission.entity == "group"
