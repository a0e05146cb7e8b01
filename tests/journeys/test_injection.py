"""Code that somebody slips into a genuine page on its way does not run, and runs once the header is gone."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from portal.edge.headers import PERMISSIONS
from tests.support.attacks.tampering_proxy import LyingProxy, lying_proxy
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import open_edge
from tests.support.stores.backends import embedded_stores

SITE = Path(__file__).resolve().parents[2] / "portal/site"
MARK = "document.documentElement.dataset."
FOREIGN = f"{MARK}foreign = 'ran';".encode()
UNHASHED = f"{MARK}unhashed = 'ran';".encode()
# What a page's own script would do if it were tricked; each in a block of its own.
TRICKED = f"""{MARK}own = 'ran';
try {{ (0, eval)("{MARK}eval = 'ran'"); }} catch {{}}
try {{ new Function("{MARK}made = 'ran'")(); }} catch {{}}
try {{ document.documentElement.insertAdjacentHTML("beforeend", "<i></i>"); {MARK}markup = 'ran'; }} catch {{}}
try {{ trustedTypes.createPolicy("lax", {{}}); {MARK}policy = 'ran'; }} catch {{}}
""".encode()
BY_CSP = {"inline", "handler", "foreign", "eval", "made", "markup", "policy"}
PAGES = [("intake", "/zh/report/"), ("desk", "/zh/"), ("desk", "/frame/")]


def integrity(body: bytes) -> str:
    """The hash that a page names beside a script."""
    return f"sha384-{base64.b64encode(hashlib.sha384(body).digest()).decode()}"


def foreign_app(_environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    """A script of another origin that every browser would be allowed to load, but for the page's policy."""
    allowed = [("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin")]
    start("200 OK", [("Content-Type", "text/javascript"), *allowed])
    return [FOREIGN]


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """Serves an app on a free loopback port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of both genuine faces, and of a foreign server."""
    folder = tmp_path_factory.mktemp("faces")
    edge = open_edge(embedded_stores(folder), folder)
    room = DeskRoom(edge)
    with serving(edge.app) as intake, serving(room.app) as desk, serving(foreign_app) as foreign:
        yield {"intake": intake, "desk": desk, "foreign": foreign}
    room.close()
    edge.close()


def slip_in(proxy: LyingProxy, face: str, foreign: str) -> None:
    """From now on the proxy puts every kind of code into pages, and changes their own script and its hash."""
    changed: dict[str, bytes] = {}

    def hashed(found: re.Match[str]) -> str:
        # The page's load waits for its own script, and so for what that script's end sets off.
        return f'{found[1]} integrity="{integrity(changed[found[2]])}" onload="{MARK}handler = \'ran\'"'

    def page(body: bytes) -> bytes:
        slipped = (
            f"<script>{MARK}inline = 'ran';</script>"
            f'<script src="{foreign}/f.js" integrity="{integrity(FOREIGN)}" crossorigin></script>'
            f'<script src="{next(iter(changed))}?unhashed"></script></head>'
        )
        html = re.sub(r'(src="(/assets/[^"]+\.js)") integrity="[^"]+"', hashed, body.decode())
        return html.replace("</head>", slipped).encode()

    def alter(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if path.endswith("?unhashed"):
            return status, UNHASHED
        if path.endswith(".js"):
            return status, changed.get(path, body)
        return status, page(body) if body.startswith(b"<!doctype html>") else body

    for path in sorted((SITE / face).glob("assets/*.js")):
        changed[f"/assets/{path.name}"] = TRICKED + path.read_bytes()
    # What comes packed could not be changed.
    proxy.unasked = frozenset({"accept-encoding"})
    proxy.alter = alter


def marks(browser: Browser, url: str) -> set[str]:
    """What ran in a page by the time that it had loaded."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url, wait_until="load")
        return set(page.evaluate("() => Object.keys(document.documentElement.dataset)"))


@pytest.mark.parametrize(("face", "path"), PAGES)
def test_slipped_in_code_does_not_run(faces: dict[str, str], browser: Browser, face: str, path: str) -> None:
    """Inline code, handlers, eval, markup, foreign and unhashed scripts do not run; without the header each does."""
    with lying_proxy(faces[face]) as proxy:
        slip_in(proxy, face, faces["foreign"])
        assert marks(browser, proxy.url + path) == {"own"}
        proxy.withheld = frozenset({"content-security-policy"})
        assert marks(browser, proxy.url + path) == {"own", *BY_CSP}
        proxy.withheld = frozenset({"integrity-policy"})
        assert marks(browser, proxy.url + path) == {"own", "unhashed"}


def test_a_changed_script_does_not_run(faces: dict[str, str], browser: Browser) -> None:
    """A page whose script differs by one byte from the hash beside it stays without that script."""
    with lying_proxy(faces["intake"]) as proxy:
        slip_in(proxy, "intake", faces["foreign"])
        honest = proxy.alter
        assert honest is not None
        assert "own" in marks(browser, proxy.url + "/zh/")
        proxy.alter = lambda path, status, body: (
            (status, honest(path, status, body)[1] + b" ") if path.endswith(".js") else honest(path, status, body)
        )
        assert "own" not in marks(browser, proxy.url + "/zh/")


@pytest.mark.parametrize(("path", "may"), [("/zh/", set[str]()), ("/zh/report/", {"microphone", "clipboard-write"})])
def test_a_page_may_ask_for_nothing_else(faces: dict[str, str], chromium: Browser, path: str, may: set[str]) -> None:
    """Of all that this browser could do for a page, ours may use only what recording and copying need."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(faces["intake"] + path)
        known = set(page.evaluate("() => document.featurePolicy.features()"))
        allowed = set(page.evaluate("() => document.featurePolicy.allowedFeatures()"))
    assert len(known & set(PERMISSIONS)) > 40
    assert allowed & set(PERMISSIONS) == may
