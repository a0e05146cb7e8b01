"""The strict readers of answers: each field altered in turn; every call of every face is read by one, or named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from flask import Flask

from crypto import CryptoError, b64encode
from crypto.text import read_json
from portal.cli.office_source import read_roots
from portal.cli.responses import desk, watch
from portal.cli.responses.reading import LARGEST, UnfitAnswer, read_figures, whole
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from portal.office.files import write_secret
from portal.stores.schemas import upgrade_stores
from portal.wiring.desk import build_desk
from portal.wiring.intake import build_intake
from portal.wiring.watch import build_hr_upload_face, build_officer_face
from retaliation_watch.review_sampling.classes import RULE, WORDING_EN, WORDING_ZH
from tests.crypto.sample import Drawn, Office
from tests.support.attacks.field_mutations import OUTSIDE, FieldLie, lies_about_answer
from tests.support.offices.edge import settings_for, write_office
from tests.support.stores.backends import embedded_stores

CASE, HASH, DAY = b64encode(b"c" * 16), b64encode(b"h" * 32), "2026-11-28"
SIG = b64encode(b"s" * 64)
HISTORY = b64encode(bytes(4124))
ROW = {"case": CASE, "entity": "group", "policy": "p", "version": "1", "day": DAY, "stage": "new", "epoch": 0,
       "urgent": False, "taken_by": [], "head": {"n": 3, "hash": HASH}, "last": {"to_office": 1, "to_reporter": 0},
       "standing": {"due": None}}  # fmt: skip
PROPOSAL = {
    "by": "a",
    "invited": "b",
    "day": DAY,
    "epoch": 1,
    "packet": "AAAA",
    "history": HISTORY,
    "access": HASH,
    "proof": {"day": DAY, "sequence": 1, "binding": HASH, "signatures": [{"member": "a", "sig": SIG}]},
}
FILE = {**ROW, "packet": "AAAA", "history": HISTORY, "items": [{"v": 1}], "events": [{"payload": "x"}],
        "keyring": {"v": 1}, "proposal": PROPOSAL, "undeliverable": [2], "rules": None, "dues": [],
        "reporter_hint": []}  # fmt: skip
PLACED = {"n": 1, "prev": HASH, "event": {"payload": "x", "sig": SIG}}
WRAPPED = {"v": 1, "salt": "A" * 22, "nonce": "A" * 16, "box": "A" * 64}
MEASURE = {"kind": "k", "zh": "撤职", "en": "dismissed", "letter": "a", "recorded": DAY, "effective": DAY,
           "backdated": False}  # fmt: skip
EVIDENCE = {"v": 1, "level": "red", "day": DAY, "sentence": {"zh": "句", "en": "said"}, "odds": 40, "rate": 0.5,
            "weeks": [{"end": DAY, "person": 1, "cohort": 0.25, "colleagues": 3}],
            "since": DAY, "stands": True, "from": DAY,
            "told": [{"day": DAY, "why": "grew", "level": "red", "odds": 40, "measures": 4}], "measures": [MEASURE],
            "gaps": [{"source": "hr", "kind": None, "since": DAY}]}  # fmt: skip
RECEIPT = json.dumps({"state": "read", "accepted": 3, "read": 3})


class Read(NamedTuple):
    """A reader, an honest answer, and the fields that are any text, or that `crypto` reads later one by one."""

    read: Callable[[object], object]
    honest: object
    free: frozenset[str] = frozenset()


def _read(read: Callable[[object], object], honest: object, *free: str) -> Read:
    return Read(read, honest, frozenset(free))


LATER = ("items", "items/0", "items/0/v", "events", "events/0", "events/0/payload", "keyring", "keyring/v",
         "version")  # fmt: skip
READ: dict[str, Read] = {
    "GET /log/roots.json": _read(read_roots, {"roots": ["note"]}, "roots/0"),
    "GET /api/me": _read(desk.read_me, {"wrapped_key": WRAPPED, "next_keys": None}, "next_keys"),
    "GET /api/batch": _read(desk.read_days, {"days": [{"day": DAY, "ids": [CASE]}]}),
    "GET /api/regrants": _read(desk.read_entries, {"entries": [{"id": CASE, "packet": "AAAA"}]}),
    "GET /api/batch/<day>": _read(desk.read_entries, {"entries": [{"id": CASE, "packet": "AAAA"}]}),
    "GET /api/proposals": _read(desk.read_asked, {"cases": [CASE]}),
    "GET /api/removals": _read(
        desk.read_removals,
        {"removals": [{"case": CASE, "entity": "e", "day": DAY, "member": "a", "claim": PLACED, "changes": [PLACED]}],
         "more": False},
        "removals/0/entity", "removals/0/day", "removals/0/claim/event/payload",
        "removals/0/changes/0/event/payload",
    ),
    "GET /api/cases": _read(desk.read_page, {"cases": [ROW], "next": b64encode(b"n" * 24)}, "cases/0/version"),
    "GET /api/cases/<case>": _read(lambda value: desk.read_file(value, CASE), FILE, *LATER),
    "GET /api/cases/<case>/former": _read(lambda value: desk.read_file(value, CASE), FILE, *LATER),
    "POST /api/enrolment": _read(
        desk.read_welcome,
        {"office": CASE, "member": "a", "name": {"zh": "甲", "en": "A"}, "role": "r", "totp_secret": "MFRA"},
        "name/zh", "name/en", "totp_secret",
    ),
    "POST /api/enrolment/keys": _read(desk.read_trial, {"trial": "AAAA", "items": [{}]}, "items", "items/0"),
    "POST /api/submissions": _read(desk.read_day, {"day": DAY}),
    "GET /api/blobs/<blob>": _read(desk.read_parts, {"parts": [{"k": 0, "hash": HASH, "size": 1}]}),
    "GET /api/drawers": _read(desk.read_bits, {"bits": 4}),
    "GET /api/unsealing": _read(
        desk.read_requests, {"requests": [{"request": {"v": 1}, "votes": ["{}"], "reviews": ["{}"]}]},
        "requests/0/request", "requests/0/request/v", "requests/0/votes/0", "requests/0/reviews/0",
    ),
    "GET /api/packets": _read(watch.read_packets, {"packets": ["AAAA"]}),
    "POST /api/entries": _read(watch.read_outcomes, {"outcomes": ["entered"]}),
    "POST /api/links": _read(watch.read_links, {"entries": [{"link": b64encode(bytes(watch.LINK_SIZE))}]}),
    "POST /api/cover": _read(watch.read_cover, {"employees": ["E1"], "missing": 0}, "employees/0"),
    "GET /api/alerts": _read(
        watch.read_alerts, {"alerts": [{"alert": CASE, "shown": DAY, "state": "new", "evidence": EVIDENCE}]},
        # The whole evidence is kept as it came: a hash is over it.
        *(f"alerts/0/evidence/{name}" for name in (
            "v", "odds", "rate", "since", "told", "weeks/0/colleagues",
            "sentence/zh", "sentence/en", "measures/0/kind", "measures/0/zh", "measures/0/en",
            "measures/0/letter", "gaps/0/source", "gaps/0/kind",
        )),
    ),
    "POST /api/alerts/<alert>/name": _read(
        watch.read_named, {"entity": "works", "employee": "E1", "left": 3}, "employee"
    ),
    "POST /api/alerts/<alert>/evidence": _read(watch.read_digest, {"sha256": HASH, "file": "{}"}),
    "POST /api/drawn": _read(
        watch.read_drawn,
        {"rule": RULE, "words": {"zh": WORDING_ZH, "en": WORDING_EN},
         "reviews": [{"review": CASE, "employee": "E1", "kind": "k", "recorded": DAY, "drawn": DAY}]},
        "reviews/0/employee", "reviews/0/kind",
    ),
    "PUT /api/deliveries": _read(watch.read_receipt, {"payload": RECEIPT, "sig": HASH}),
}  # fmt: skip
UNREAD: dict[str, str] = {
    **dict.fromkeys((
        "POST /api/session", "POST /api/claims", "POST /api/cases/<case>/steps", "POST /api/cases/<case>/proposals",
        "PUT /api/cases/<case>/key", "POST /api/unsealing", "POST /api/unsealing/<request>/votes",
        "POST /api/unsealing/<request>/reviews", "POST /api/posts", "POST /api/session/end", "PUT /api/me/secrets",
        "PUT /api/me/keys", "POST /api/me/keys/taken", "POST /api/enrolment/trial", "PUT /api/blobs/<blob>/parts/<k>",
        "POST /api/link-requests", "POST /api/alerts/<alert>/state", "POST /api/duties",
    ), "nothing of the answer is read"),
    **dict.fromkeys((
        "POST /api/poll", "POST /api/blob", "POST /api/filings", "GET /api/marks", "GET /api/drawers/<bits>/<drawer>",
        "GET /api/cases/<case>/blobs/<blob>/parts/<k>", "GET /office/office.json", "GET /log/log.note",
        "GET /log/directory.note",
        "GET /log/checkpoint", "GET /log/checkpoints.json", "GET /log/checkpoints/<int:size>",
        "GET /log/tile/<path:rest>",
    ), "bytes that crypto, or the log's own verifier, takes apart"),
    **dict.fromkeys((
        "GET /office/policies/<name>.json", "GET /office/rules/<name>.json", "GET /office/calendars/<name>.json",
        "GET /office/jurisdictions/<name>.json",
    ), "held against the hash that a verified document names"),
    **dict.fromkeys((
        "POST /api/session/challenge", "POST /api/session/passkey", "GET /api/session/key-half", "GET /api/me/passkeys",
        "POST /api/me/passkeys", "POST /api/me/passkeys/challenge", "POST /api/me/passkeys/<credential>/end",
        "GET /api/figures", "GET /api/news", "GET /api/cases/files", "GET /api/duties",
        "POST /api/packets", "PUT /api/drafts", "POST /api/bundles", "GET /office/site.json",
        "GET /api/alerts/<alert>/steps", "GET /api/agreements", "GET /api/feeds", "GET /api/feeds/<source>",
        "POST /api/feeds/<source>/form", "POST /api/letters", "POST /api/reviews", "GET /api/reviews/<review>",
    ), "no command calls it"),
}  # fmt: skip
EXPECTED = frozenset({"other", "more", "member", "word", "shorter", "longer", "earlier day", "twice as long",
                      "in reverse", "seven", "huge", "half", "true", "list", "null", "twice", "as text"})  # fmt: skip
"""Values that may be right in their place."""


def read_as(rule: str, body: bytes) -> object:
    """What a command gets of an answer; raises CryptoError."""
    figures = "/alerts" in rule or rule.endswith(("/packets", "/entries", "/links", "/cover"))
    return READ[rule].read(read_figures(body) if figures else read_json(body, LARGEST))


def told(rule: str) -> list[FieldLie]:
    """Every lie about the answer to a call."""
    return list(lies_about_answer(json.dumps(READ[rule].honest).encode()))


def texts_in(value: object) -> Iterator[str]:
    """Every text of what was read, names of keys too."""
    match value:
        case str():
            yield value
        case dict():
            for name, one in value.items():  # pyright: ignore[reportUnknownVariableType]
                yield from (*texts_in(name), *texts_in(one))
        case list() | tuple():
            for one in value:  # pyright: ignore[reportUnknownVariableType]
                yield from texts_in(one)
        case _:
            return


@pytest.mark.parametrize("rule", READ)
def test_an_altered_field_is_refused_or_not_read(rule: str) -> None:
    """Each field, each lie: it is refused, or it is a field that nobody reads, or one that may be any text."""
    honest = read_as(rule, json.dumps(READ[rule].honest).encode())
    refused = 0
    for lie in told(rule):
        try:
            found = read_as(rule, lie.body)
        except CryptoError:
            refused += 1
            continue
        if lie.where in READ[rule].free or found == honest:
            continue
        assert lie.how in EXPECTED, (rule, lie.where, lie.how)
        strange = [text for text in texts_in(found) if "/" in text or "\\" in text or not text.isprintable()]
        assert strange == [], (rule, lie.where, lie.how)
        assert _same_form(found, honest), (rule, lie.where, lie.how)
    assert refused > 20


def _same_form(found: Any, honest: Any) -> bool:
    """Whether what was read has the types of the honest answer; what may be null may be null."""
    if isinstance(honest, dict) and all(isinstance(name, int) for name in honest):
        return isinstance(found, dict) and _same_form(list(found.items()), list(honest.items()))
    if isinstance(honest, dict) and isinstance(found, dict):
        return found.keys() == honest.keys() and all(_same_form(found[name], honest[name]) for name in honest)
    if isinstance(honest, tuple) and isinstance(found, tuple):
        return len(found) == len(honest) and all(map(_same_form, found, honest))
    if isinstance(honest, list) and isinstance(found, list):
        return all(_same_form(one, honest[0]) for one in found if honest)
    return found is None or honest is None or type(found) is type(honest) or {type(found), type(honest)} == {int, float}


@pytest.mark.parametrize("rule", READ)
def test_a_path_is_read_nowhere_but_in_free_text(rule: str) -> None:
    """No id, no day, no name of a place is ever a path."""
    for lie in told(rule):
        if lie.how in {"path", "absolute", "backslash", "nul", "escape", "surrogate", "twice, once a path"}:
            try:
                found = read_as(rule, lie.body)
            except CryptoError:
                continue
            assert lie.where in READ[rule].free or OUTSIDE not in set(texts_in(found)), (rule, lie.where, lie.how)


def faces(folder: Path) -> list[Flask]:
    """All four faces."""
    settings = settings_for(embedded_stores(folder), folder)
    write_office(settings.office, Office(Drawn("calls")))
    upgrade_stores(settings)
    write_secret(settings.watch_key, f"{b64encode(bytes(32))}\n".encode())
    return [build(settings) for build in (build_intake, build_desk, build_officer_face, build_hr_upload_face)]


def rules_of(apps: Iterable[Flask]) -> set[str]:
    """Every call of these faces, their pages aside."""
    rules = {
        f"{method} {rule.rule}"
        for app in apps
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/", "/office/", "/log/"))
    }
    return {rule for rule in rules if not rule.endswith(".html")}


def test_every_call_of_every_face_is_read_strictly_or_named(tmp_path: Path) -> None:
    """A new call joins the list, with its reader or with why there is none; and none stands there that is no more."""
    apps = faces(tmp_path)
    assert rules_of(apps) == READ.keys() | UNREAD.keys()
    assert READ.keys() & UNREAD.keys() == set()
    # Planted: a call that nobody has put on the list.
    apps[1].add_url_rule("/api/planted", view_func=str, methods=["GET"])
    assert rules_of(apps) - READ.keys() - UNREAD.keys() == {"GET /api/planted"}


def test_no_command_takes_an_answer_past_its_reader() -> None:
    """`.json()` and `json.loads` stand nowhere among the commands but where they read files of this machine's own."""
    cli = Path(__file__).resolve().parents[3] / "portal/cli"
    known = {"watch/officer_commands.py", "watch/feed_commands.py", "keepers/recovered_cases.py",
             "reporter/seen_file.py",
             "transparency_log/newest_release.py", "host/demo_command.py", "desk/totp_replay.py"}  # fmt: skip
    found = {
        str(file.relative_to(cli))
        for file in cli.rglob("*.py")
        if ".json()" in file.read_text("utf-8") or "json.loads(" in file.read_text("utf-8")
    }
    assert found == known


def test_an_answer_that_comes_packed_is_not_unpacked() -> None:
    """A few packed bytes may stand for more than the machine has: they are not asked for, and not taken."""
    asked: list[str] = []

    def bomb(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Accept-Encoding"])
        return httpx.Response(200, headers={"Content-Encoding": "gzip, gzip"}, stream=Packed())

    with httpx.Client(transport=httpx.MockTransport(bomb)) as client, pytest.raises(UnfitAnswer, match="packed"):
        whole(client, client.build_request("GET", "https://desk.example/office/site.json"))
    assert asked == ["identity"]


class Packed(httpx.SyncByteStream):
    """A body that nobody may read."""

    def __iter__(self) -> Iterator[bytes]:
        """Fails: not one byte is to be unpacked."""
        raise AssertionError("read")


def test_words_of_a_server_drive_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """What turns a line, ends it or commands the terminal is shown as its number."""
    Terminal(Catalogue("en"), as_json=False).result({}, "ok\x1b]0;owned\x07\x1b[2J\u202efdp", "two\nlines")
    assert capsys.readouterr().out == "ok\\u001b]0;owned\\u0007\\u001b[2J\\u202efdp\ntwo\nlines\n"
