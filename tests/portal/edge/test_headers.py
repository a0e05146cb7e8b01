"""Headers of both faces, over the whole map of addresses: pages, interface, documents, refusals, every method."""

from __future__ import annotations

import json
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha384
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.edge.headers import PERMISSIONS
from tests.support.offices.desk import DeskRoom, desk_room
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

SITE = Path(__file__).resolve().parents[3] / "portal/site"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:",
    "media-src 'self' blob:", "connect-src 'self'", "worker-src 'self'", "form-action 'none'", "base-uri 'none'",
    "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
}  # fmt: skip
FRAME = {
    "sandbox allow-scripts", "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
    "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'", "require-trusted-types-for 'script'",
    "trusted-types 'none'",
}  # fmt: skip
WORKER = {
    "default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", "trusted-types 'none'",
}  # fmt: skip
WORKERS = "trusted-types yanlu-decrypting"
"""What the desk's page alone may make: the address of its one worker script."""
WANTED = {
    "Cache-Control": "no-store",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Integrity-Policy": "blocked-destinations=(script)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
NO_PAGES = {"application/json", "application/problem+json", "text/css", "text/javascript"}
"""What no browser makes a page of: what a page may do is not said of it."""
REFUSED = ("Server", "Set-Cookie", "ETag", "Last-Modified", "Expires", "Age", "Via", "X-Powered-By", "Date")
VALUES = {
    "name": ("A" * 43, "B" * 43),
    "blob": ("A" * 22, "%00"),
    "k": ("0", "x"),
    "case": ("A" * 22,),
    "day": ("2026-12-08", "x"),
    "bits": ("0", "x"),
    "drawer": ("0", "x"),
    "credential": ("A" * 22, "%00"),
    "request": ("A" * 22, "%00"),
    "size": ("64", "x", "9" * 30),
    "rest": ("0/000", "entries/000.p/64", "%00", "0/../000"),
    "path": ("nothing", "zh", "/", "assets/../release.json", "assets/none.0000000000000000.js", "%00", "%ff"),
}
NO_REQUESTS = (
    b"nonsense-5512\r\n\r\n",
    b"GET /" + b"nonsense-5512" * 400 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nnonsense-5512\r\n\r\n",
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskRoom]:
    """Both faces of a sample office; headers do not depend on the stores."""
    folder = tmp_path_factory.mktemp("faces")
    with desk_room(embedded_stores(folder), folder) as opened:
        yield opened


def addresses(app: Flask, face: str) -> list[str]:
    """Every rule of the map with values that fit and values that do not, and every file of the site."""
    found = {
        f"/{name.removesuffix('index.html')}"
        for name in json.loads((SITE / face / "release.json").read_text())["files"]
    }
    found |= {"/release.json", "//", "/zh"}
    for rule in app.url_map.iter_rules():
        names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
        for turn in range(max((len(VALUES[name]) for name in names), default=1)):
            values = iter([VALUES[name][turn % len(VALUES[name])] for name in names])
            found.add(re.sub(r"<[^>]+>", lambda _, values=values: next(values), rule.rule))
    return sorted(found)


def answers(app: Flask, face: str) -> Iterator[tuple[str, TestResponse]]:
    """The answer to every method at every address, with and without the desk's own header."""
    client = app.test_client()
    for address in addresses(app, face):
        for method in METHODS:
            for headers in ({"Cookie": "a=b"}, {"X-Yanlu-Desk": "1", "Accept-Encoding": "gzip"}):
                answer = client.open(address, method=method, headers=headers)
                yield address, answer


def told(answer: TestResponse) -> dict[str, str | None]:
    """The headers that are wanted, as this answer has them."""
    return {name: answer.headers.get(name) for name in WANTED}


def allowed(answer: TestResponse) -> set[str]:
    """What the page may do, after checking that everything else is denied by name."""
    if answer.mimetype in NO_PAGES:
        assert "Permissions-Policy" not in answer.headers
        return set()
    rows = dict(one.split("=", 1) for one in answer.headers["Permissions-Policy"].split(", "))
    assert set(rows) == set(PERMISSIONS)
    assert set(rows.values()) <= {"()", "(self)"}
    return {name for name, value in rows.items() if value == "(self)"}


def policy(answer: TestResponse) -> set[str]:
    """The parts of the content policy."""
    return set(answer.headers["Content-Security-Policy"].split("; "))


def test_every_answer_of_intake_is_strict_and_kept_by_nobody(room: DeskRoom) -> None:
    """No address and no method of intake gets an answer without every strict header, or one that may be kept."""
    codes: set[int] = set()
    for address, answer in answers(room.edge.app, "intake"):
        codes.add(answer.status_code)
        assert told(answer) == WANTED, address
        assert policy(answer) == POLICY, address
        asking = answer.status_code == 200 and re.fullmatch(r"/(zh|en)/(report|mailbox)/", address)
        assert allowed(answer) == ({"microphone", "clipboard-write"} if asking else set()), address
        assert not [name for name in (*REFUSED, "Access-Control-Allow-Origin") if name in answer.headers], address
        assert answer.headers.get("Location", "/") in {"/", "/zh/"}
    assert {200, 204, 404, 405, 422} <= codes
    assert not {code for code in codes if code >= 500}


def at_desk(address: str, answer: TestResponse) -> bool:
    """Whether this is the page where a member signs in: the one that may ask for passkeys."""
    return answer.status_code == 200 and address in {"/zh/", "/en/"}


def _policy_at_desk(address: str, answer: TestResponse) -> set[str]:
    """What a page, frame or worker of that address may load; only where a member signs in workers are started."""
    if address == "/frame/":
        return FRAME
    if address.startswith("/assets/worker."):
        return WORKER
    policy = POLICY | {"frame-src 'self'"}
    return policy - {"trusted-types 'none'"} | {WORKERS} if at_desk(address, answer) else policy


def test_every_answer_of_the_desk_is_strict_and_only_hashed_assets_are_kept(room: DeskRoom) -> None:
    """The desk is as strict; its frame alone may be framed, and what bears its hash in its name alone may be kept."""
    listed = json.loads((SITE / "desk/release.json").read_text())["files"]
    kept: set[str] = set()
    for address, answer in answers(room.app, "desk"):
        asset = address[1:] in listed and address.startswith("/assets/") and answer.request.method in {"GET", "HEAD"}
        frame = address == "/frame/"
        wanted = dict(WANTED)
        if asset:
            kept.add(address)
            wanted["Cache-Control"] = "public, max-age=31536000, immutable"
            assert re.search(r"\.[0-9a-f]{16}\.(js|css|svg)$", address)
        wanted |= {"Cross-Origin-Resource-Policy": "cross-origin"} if asset or frame else {}
        wanted |= {"X-Frame-Options": "SAMEORIGIN"} if frame else {}
        assert told(answer) == wanted, address
        assert policy(answer) == _policy_at_desk(address, answer), address
        asking = {"publickey-credentials-create", "publickey-credentials-get"} if at_desk(address, answer) else set()
        assert allowed(answer) == asking, address
        assert answer.headers.get("Access-Control-Allow-Origin") == ("*" if asset else None), address
        assert not [name for name in REFUSED if name in answer.headers and name != "Set-Cookie"], address
    assert len(kept) == len(list((SITE / "desk/assets").iterdir()))


def test_a_page_in_one_file_is_kept_and_never_opened_on_the_site(room: DeskRoom) -> None:
    """The checking page in one file is answered as a file to keep; the page of the site is shown."""
    alone, page = (room.edge.client.get(f"/zh/proof/{name}") for name in ("yanlu-proof.html", ""))
    assert (alone.status_code, alone.headers["Content-Disposition"]) == (200, "attachment")
    assert (page.status_code, "Content-Disposition" in page.headers) == (200, False)


def test_every_page_names_the_hash_of_what_it_runs() -> None:
    """The hash beside each script and style sheet of both faces is that of the very file that is served."""
    for face in ("intake", "desk"):
        named = [
            found.groups()
            for page in (SITE / face).rglob("*.html")
            for found in re.finditer(r'(?:src|href)="/(\S+\.(?:js|css))" integrity="sha384-([^"]+)"', page.read_text())
        ]
        assert len(named) > 8
        for path, told_hash in named:
            assert b64encode(sha384((SITE / face / path).read_bytes()).digest()).decode() == told_hash


def test_what_is_no_request_is_refused_as_strictly(room: DeskRoom) -> None:
    """Bytes that gunicorn itself refuses get no word of theirs back, and the strict headers."""
    with live_intake(room.edge.settings) as address:
        host, port = address.removeprefix("http://").split(":")
        for words in NO_REQUESTS:
            with socket.create_connection((host, int(port))) as line:
                line.sendall(words)
                line.shutdown(socket.SHUT_WR)
                said = b"".join(iter(lambda: line.recv(65536), b"")).decode()
            head, _, body = said.partition("\r\n\r\n")
            named = dict(row.split(": ", 1) for row in head.split("\r\n")[1:])
            assert head.startswith("HTTP/1.1 4")
            assert {name: named.get(name) for name in WANTED} == WANTED
            assert body == ""
            assert "nonsense" not in said
            assert "Server" not in named
