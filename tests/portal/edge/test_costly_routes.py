"""Costly calls are known by their route: each is gated however its path is spelled, and no other spelling is a road."""

from __future__ import annotations

import threading
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from crypto.framing import b64encode
from portal.accounts.service import MOST_AT_ONCE, SlowHash
from portal.clock import system_clock
from portal.desk.app import COSTLY, desk_app
from portal.edge.load_limiter import Allowance, LoadLimiter
from portal.edge.proof_of_work import Costly, ProofOfWorkMiddleware, whole_body
from portal.intake.proof_of_work_price import costly_calls
from portal.permissions.table import RouteRule, Who, permissions
from portal.watch.app import officer_app, watch_app
from portal.watch.hr_upload_views import hr_upload_views
from portal.wiring.intake import build_intake
from tests.crypto.sample import Drawn
from tests.portal.edge.test_load_limiter import Seconds
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import Edge, open_edge
from tests.support.offices.watch import SOURCE, open_watch
from tests.support.stores.backends import ready_embedded_stores

CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SLOW: Final = "slow_hash"
VALUES: Final = {
    "<blob>": b64encode(bytes(16)),
    "<case>": b64encode(bytes(16)),
    "<request>": b64encode(bytes(16)),
    "<alert>": b64encode(bytes(16)),
    "<review>": b64encode(bytes(16)),
    "<credential>": b64encode(bytes(16)),
    "<source>": SOURCE,
    "<name>": "A" * 43,
    "<k>": "0",
}
ALWAYS: Final = Allowance(burst=0, refill=0, step=1e9)


class Face:
    """An app whose views only note that they would have run."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ran: list[str] = []
        for endpoint in app.view_functions:
            app.view_functions[endpoint] = self._noting(endpoint)
        # What stands before the views would refuse a call without session or signature.
        app.before_request_funcs.clear()

    def _noting(self, endpoint: str) -> Any:
        def view(**_values: object) -> str:
            self.ran.append(endpoint)
            return ""

        return view

    def call(self, method: str, path: str) -> int:
        """The status of one call, as the WSGI server hands it over."""
        environ = EnvironBuilder(method=method, data=b"{}").get_environ()
        environ |= {"REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": ""}
        _, status, _ = run_wsgi_app(self.app, environ, buffered=True)
        return int(status.split()[0])


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Edge]:
    """Intake's stores; how a path is routed does not depend on them."""
    folder = tmp_path_factory.mktemp("routes")
    opened = open_edge(ready_embedded_stores(folder, prepared), folder)
    yield opened
    opened.close()


@pytest.fixture
def faces(edge: Edge, prepared: Path, tmp_path: Path) -> Iterator[dict[str, Face]]:
    """The four faces; the two with a gate always ask for work."""
    room, watch = DeskRoom(edge), open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    intake = build_intake(edge.settings, edge.hands, LoadLimiter(ALWAYS, Seconds()))
    yield {
        "desk": Face(desk_app(replace(room.desk, limiter=LoadLimiter(ALWAYS, Seconds())))),
        "intake": Face(intake),
        "watch": Face(officer_app(watch.context, edge.settings.site / "watch", demo=False, behind_tls=False)),
        "hr-upload": Face(watch_app(hr_upload_views(watch.context), behind_tls=False)),
    }
    stores = intake.extensions["yanlu_mailroom"]
    stores.store.engine.dispose()
    stores.erasure.store.engine.dispose()
    room.close()
    watch.close()


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every method and rule that changes something."""
    return {(way, rule.rule) for rule in app.url_map.iter_rules() for way in CHANGING & (rule.methods or set())}


def address(rule: str) -> str:
    """The rule with values that fit."""
    for name, value in VALUES.items():
        rule = rule.replace(name, value)
    assert "<" not in rule, rule
    return rule


def spellings(method: str, rule: str) -> set[tuple[str, str]]:
    """Other ways to write the same call, as they stand behind the server's own decoding."""
    path = address(rule)
    head, _, last = path.rpartition("/")
    paths = {path, f"{path}/", f"{path}//", f"/{path}", f"{path}/.", f"/.{path}", f"/x/..{path}", f"{head}//{last}"}
    paths |= {path.replace("/", "//"), path.upper(), path.replace("/api", "/API"), path.replace("/api/", "/%61pi/")}
    paths |= {path.replace("/", "\\"), path[1:]}
    if not rule.endswith(">"):
        paths |= {path + more for more in ("%2f", "\0", " ", ";x", "?", "#", "\n")}
    methods = {method, method.lower(), method.title(), f" {method}", f"{method} "}
    return {(way, one) for way in methods for one in paths}


def reaches(function: Any, name: str, seen: set[int]) -> bool:
    """Whether a function of the portal, or one that it names, names an attribute so."""
    if not isinstance(function, types.FunctionType) or not function.__module__.startswith("portal."):
        return False
    code = function.__code__
    if id(code) in seen:
        return False
    seen.add(id(code))
    inner = [one for one in code.co_consts if isinstance(one, types.CodeType)]
    names = {*code.co_names, *(word for one in inner for word in one.co_names)}
    if name in names:
        return True
    return any(reaches(function.__globals__.get(word), name, seen) for word in names)


def test_every_route_that_hashes_slowly_or_writes_for_anybody_is_gated(faces: dict[str, Face], edge: Edge) -> None:
    """Found by walking from each view of the url map to the slow hash, not by a list that somebody keeps."""
    room = DeskRoom(edge)
    app = room.app
    views = {(way, rule.rule): rule.endpoint for rule in app.url_map.iter_rules() for way in rule.methods or ()}
    slow = {call for call, endpoint in views.items() if reaches(app.view_functions[endpoint], SLOW, set())}
    # Flask answers it by itself.
    slow = {(way, rule) for way, rule in slow if way != "OPTIONS"}
    room.close()
    anybody = {call for call in routes(app) if permissions().by_call[RouteRule(*call)].who is Who.ANYBODY}
    gated = {(kind.method, kind.rule) for kind in COSTLY}
    # Leaving writes for a session that there is, and for nobody else.
    assert (slow | anybody) - gated == {("POST", "/api/session/end")}
    assert slow >= {("POST", "/api/session"), ("POST", "/api/enrolment/keys"), ("PUT", "/api/me/secrets")}
    assert gated <= slow | anybody
    calls = costly_calls(edge.mailroom, edge.hands, LoadLimiter(ALWAYS, Seconds()))
    assert {(kind.method, kind.rule) for kind in calls} == routes(faces["intake"].app)


@pytest.mark.parametrize("name", ["desk", "intake"])
def test_no_spelling_of_a_costly_call_walks_past_the_gate(faces: dict[str, Face], name: str, edge: Edge) -> None:
    """With a slash at the end, doubled, in small letters or encoded it is refused for want of work, or is no route."""
    face = faces[name]
    calls = COSTLY if name == "desk" else costly_calls(edge.mailroom, edge.hands, LoadLimiter(ALWAYS, Seconds()))
    tried = {(kind, spelt) for kind in calls for spelt in spellings(kind.method, kind.rule)}
    told = {spelt: face.call(*spelt) for _, spelt in tried}
    assert face.ran == []
    assert set(told.values()) <= {404, 405, 429}
    assert {told[kind.method, address(kind.rule)] for kind in calls} == {429}
    assert {told[kind.method.lower(), address(kind.rule)] for kind in calls} == {429}


@pytest.mark.parametrize("name", ["desk", "intake", "watch", "hr-upload"])
def test_a_route_has_one_spelling(faces: dict[str, Face], name: str) -> None:
    """On every face a call that changes something runs under its own path alone."""
    face, found = faces[name], routes(faces[name].app)
    face.app.wsgi_app = Flask.wsgi_app.__get__(face.app)
    for method, rule in sorted(found):
        face.call(method, address(rule))
    assert len(face.ran) == len(found) > 0
    face.ran.clear()
    own = {address(rule) for _, rule in found}
    tried = {one for method, rule in found for one in spellings(method, rule)}
    for method, path in sorted(tried):
        # Slashes before the path are no part of it to the router, nor to the gate, which asks the router.
        if "/" + path.lstrip("/") not in own:
            face.call(method, path)
    assert face.ran == []


def test_a_gate_for_a_route_that_there_is_not_stops_the_start() -> None:
    """Who renames a route and forgets its gate is told before anything listens."""
    gone = (Costly("POST", "/api/gone", whole_body(1)),)
    with pytest.raises(LookupError, match="/api/gone"):
        ProofOfWorkMiddleware(Flask("bare"), LoadLimiter(ALWAYS, Seconds()), gone, system_clock, {})


class Meeting(PasswordHasher):
    """argon2 that waits until nobody else comes in."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.inside = 0
        self.most = 0
        self.turn = threading.Lock()
        self.full = threading.Event()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        """Notes how many are here at once; gives one too many the time to come in."""
        with self.turn:
            self.inside += 1
            self.most = max(self.most, self.inside)
            if self.inside > MOST_AT_ONCE:
                self.full.set()
        # The first who has waited in vain lets everybody on.
        if not self.full.wait(0.3):
            self.full.set()
        with self.turn:
            self.inside -= 1
        return super().verify(hash, password)


def test_slow_hashes_of_one_process_take_bounded_memory() -> None:
    """Of forty who come at once, by whatever call, no more than the bound are hashed together."""
    meeting = Meeting()
    slow = SlowHash.make(meeting, Drawn("decoy"))
    callers = [threading.Thread(target=slow.fits, args=(None, bytes(32))) for _ in range(5 * MOST_AT_ONCE)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert meeting.most == MOST_AT_ONCE
