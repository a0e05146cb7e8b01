"""What the commands refuse, what they keep secret, and what they tell."""

from __future__ import annotations

import ast
import json
import stat
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import pytest

from crypto.framing import b64decode
from crypto.office.signed_notes import sign_note
from crypto.transparency_log.office_document import write_office
from portal.cli.desk.totp import totp_code
from portal.cli.errors import OFFICE_DAMAGED, OFFICE_REFUSALS, Exit
from portal.cli.keepers.office_words import SECTIONS
from portal.cli.reporter.inbox_command import ALARMS, MARKS
from portal.cli.reporter.plausible import BETRAYED, CAN_RUN, DOUBTS, EARLY, FAR, OPENING, RECEIPT_STAYS, WRONG
from portal.cli.root import whole
from portal.cli.terminal import today
from portal.cli.words import Catalogue, language_of
from portal.languages import languages
from portal.settings import read_settings
from tests.support.commands.confirm_options import CONFIRMED
from tests.support.commands.yanlu_process import POLICY, ROOT, yanlu
from tests.support.offices.sample_office import OfficeForTests, make_office

# Every one of these starts a process of its own.
pytestmark = pytest.mark.slow

SECRET_WORDS = ("passphrase", "device-secret", "totp", "receipt", "key-file", "seed")


@contextmanager
def office_server(documents: dict[str, str]) -> Generator[tuple[str, list[str]]]:
    """A server that shows these office documents and notes every request."""
    seen: list[str] = []

    class Shows(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the base names it
            seen.append(f"GET {self.path}")
            content = documents.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write((content or "").encode())

        def do_POST(self) -> None:
            seen.append(f"POST {self.path}")
            self.send_response(201)
            self.end_headers()
            self.wfile.write(b'{"day":"2026-11-24"}')

        do_PUT = do_POST

        def log_message(self, format: str, *args: object) -> None:  # the base names it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shows)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _shown(office: OfficeForTests, directory: str | None = None) -> dict[str, str]:
    document = office.folder.signed()
    shown = document if directory is None else replace(document, directory=directory.encode())
    return {"/office/office.json": write_office(shown).decode()}


def _altered(office: OfficeForTests) -> dict[str, str]:
    note = office.folder.directory() or ""
    return _shown(office, note.replace("Investigator A", "Investigator X", 1))


def _unsigned(office: OfficeForTests) -> dict[str, str]:
    text = (office.folder.directory() or "").partition("\n\n")[0] + "\n"
    return _shown(office, sign_note(text.encode(), office.keepers[:1]).decode())


@pytest.mark.parametrize("lie", ["altered", "unsigned", "expired", "foreign"])
def test_nothing_is_sent_to_an_office_that_does_not_verify(tmp_path: Path, lie: str) -> None:
    """For an altered, unsigned, expired or foreign directory nothing but the documents is asked for."""
    day = today() - timedelta(days=92) if lie == "expired" else today()
    office = make_office(tmp_path, today=day)
    lies = {"altered": _altered, "unsigned": _unsigned, "expired": _shown, "foreign": _shown}
    code = "0000-0000-0000-0000-0000" if lie == "foreign" else office.code
    text = tmp_path / "text"
    text.write_text("words", "utf-8")
    with office_server(lies[lie](office)) as (address, seen):
        ran = yanlu("report", "--office", address, "--office-key", code, "--policy", POLICY, "--text-file", text)
    assert ran.code == Exit.NOT_VERIFIED
    assert "Nothing was sent" in ran.err
    assert ran.out == ""
    assert {line.split()[1] for line in seen} <= {"/office/office.json"}
    assert not [line for line in seen if not line.startswith("GET ")]


def test_refusals_speak_the_persons_language(tmp_path: Path) -> None:
    """The same refusal is told in Chinese when the person asks for it."""
    office = make_office(tmp_path)
    text = tmp_path / "text"
    text.write_text("字", "utf-8")
    ran = yanlu(
        "--lang", "zh", "report", "--office", office.path, "--office-key", "0000-0000-0000-0000-0000",
        "--policy", POLICY, "--text-file", text, "--out", tmp_path / "b",
    )  # fmt: skip
    assert ran.code == Exit.NOT_VERIFIED
    assert "没有发送任何内容" in ran.err
    assert not (tmp_path / "b").exists()


def _options(command: click.Command) -> Generator[tuple[str, click.Parameter]]:
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from _options(inner)
    for parameter in command.params:
        yield command.name or "", parameter


def test_no_secret_is_an_argument() -> None:
    """Every option whose name speaks of a secret takes a file."""
    for name, parameter in _options(whole()):
        for word in SECRET_WORDS:
            if any(word in option for option in parameter.opts):
                assert isinstance(parameter.type, click.Path), f"{name} {parameter.opts}"


def test_every_command_speaks_json() -> None:
    """Every command that does something has --json."""
    flags: dict[str, set[str]] = {}
    for name, parameter in _options(whole()):
        flags.setdefault(name, set()).update(parameter.opts)
    groups = {"yanlu", "office", "staff", "serve", "case", None}
    assert [name for name, opts in flags.items() if "--json" not in opts and name not in {*groups, "cli"}] == []


def test_a_wrong_receipt_is_noticed_before_anything_is_asked(tmp_path: Path) -> None:
    """A receipt with a wrong digit is refused without a single request."""
    office = make_office(tmp_path)
    receipt = tmp_path / "receipt"
    receipt.write_text("1234 5678 9012 3456 7890 1234 5679", "utf-8")
    with office_server(_shown(office)) as (address, seen):
        ran = yanlu("inbox", "--office", address, "--office-key", office.code, "--receipt-file", receipt)
    assert (ran.code, seen) == (Exit.WRONG_SECRET, [])


def test_an_office_is_founded_signed_and_shown(tmp_path: Path) -> None:
    """init, sign and show work one after the other; secrets are 0600 and one keeper is not enough."""
    config, folder = tmp_path / "office.toml", tmp_path / "office"
    config.write_text(yanlu("office", "init", "--sample", "--json").document["sample"], "utf-8")
    founded = yanlu("office", "init", folder, "--config", config, *CONFIRMED, "--json").document
    keys = founded["keepers"]
    assert {stat.S_IMODE(Path(file).stat().st_mode) for file in [*keys, *founded["recovery"]]} == {0o600}
    data = tmp_path / "data"
    settings = read_settings({"YANLU_DATA": str(data), "YANLU_OFFICE": str(folder)})
    enough = [part for key in (keys[0], keys[2]) for part in ("--keeper", key)]
    assert yanlu("office", "sign", folder, *enough, settings=settings).code == Exit.USAGE
    one = yanlu("office", "sign", folder, "--keeper", keys[0], "--yes", "--json", settings=settings)
    assert one.code == Exit.FAILED
    two = yanlu("office", "sign", folder, *enough, "--yes", "--json", settings=settings)
    assert two.document["sequence"] == 2
    assert ("Not enrolled yet" in two.err, "No name can be sealed" in two.err) == (True, True)
    turned = yanlu("office", "rotate", folder, "--keeper", keys[0], "--keeper", keys[1], "--json")
    assert turned.code == 0, turned.err
    shown = yanlu("office", "show", folder, "--json").document
    assert (shown["code"], shown["root"], shown["sequence"]) == (founded["code"], 2, 3)


def test_staff_are_invited_listed_and_revoked(tmp_path: Path) -> None:
    """An invitation goes into a 0600 file; the list shows how far each has come."""
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data")})
    code = tmp_path / "code"
    invited = yanlu(
        "staff", "invite", "investigator-a", "--role", "investigator", "--entity", "group",
        "--name", "zh=调查人员甲", "--name", "en=Investigator A", "--out", code, "--json", settings=settings,
    )  # fmt: skip
    assert invited.document["code"] is None
    assert stat.S_IMODE(code.stat().st_mode) == 0o600
    assert yanlu("staff", "list", "--json", settings=settings).document["members"][0]["state"] == "invited"
    assert yanlu("staff", "revoke", "investigator-a", "--json", settings=settings).code == 0
    assert yanlu("staff", "list", "--json", settings=settings).document["members"][0]["state"] == "revoked"
    assert yanlu("staff", "revoke", "nobody", "--json", settings=settings).code == Exit.NOTHING_THERE


def test_doctor_names_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    """Without stores and office every finding comes with its fix and the exit code is 1."""
    ran = yanlu("doctor", "--json", settings=read_settings({"YANLU_DATA": str(tmp_path)}))
    wrong = [row for row in ran.document["checks"] if not row["ok"]]
    assert ran.code == Exit.FAILED
    assert {"Store", "Office"} <= {row["check"] for row in wrong}
    assert all(row["fix"] for row in wrong)


def test_the_six_digits_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B: the last six digits at 59 s and 1111111109 s."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert (totp_code(secret, 59), totp_code(secret, 1111111109)) == ("287082", "081804")


@pytest.mark.parametrize(("wish", "language"), [("zh_CN.UTF-8", "zh"), ("ZH", "zh"), ("C.UTF-8", "en"), (None, "en")])
def test_the_locale_decides_the_language(wish: str | None, language: str) -> None:
    """Anything Chinese is zh, everything else en."""
    assert language_of(wish) == language
    assert language in languages()
    assert Catalogue("zh")("The worker runs.") != "The worker runs."


def test_the_exported_office_is_one_file(tmp_path: Path) -> None:
    """The exported file holds roots, directory and every text that the directory names."""
    office = make_office(tmp_path)
    out = tmp_path / "office.json"
    assert yanlu("office", "show", office.path, "--export", out).code == 0
    found = json.loads(out.read_text("utf-8"))
    named = {office.directory().content.jurisdictions, office.directory().content.policies[0].hash}
    assert named <= {b64decode(name, 32) for name in found["texts"]}


SPEAKING = {"words", "note", "secret", "progress", "CommandError", "Finding"}


def _sentences() -> set[str]:
    """Every sentence that the commands' code hands to a person."""
    found: set[str] = set()
    for file in (ROOT / "portal/cli").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SPEAKING:
                found |= {
                    part.value
                    for part in (
                        *node.args,
                        *(
                            inner
                            for part in node.args
                            if isinstance(part, ast.IfExp)
                            for inner in (part.body, part.orelse)
                        ),
                    )
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    told = {*DOUBTS.values(), WRONG, EARLY, FAR, OPENING, CAN_RUN, BETRAYED, RECEIPT_STAYS}
    tables = {*OFFICE_REFUSALS.values(), *MARKS.values(), *ALARMS.values(), *SECTIONS.values()}
    return found | told | tables | {OFFICE_DAMAGED}


def test_every_sentence_is_said_in_chinese() -> None:
    """No sentence is missing from the Chinese catalogue, and none says something else in English."""
    words = Catalogue("zh")
    said = {sentence for sentence in _sentences() if " " in sentence}
    assert len(said) > 80
    assert [sentence for sentence in sorted(said) if words(sentence) == sentence] == []
    assert [sentence for sentence in sorted(said) if Catalogue("en")(sentence) != sentence] == []
