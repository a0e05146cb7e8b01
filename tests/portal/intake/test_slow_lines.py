"""Intake's own gate puts every body, and every attachment that goes out, under the lowest rate."""

from __future__ import annotations

import socket
import time

import pytest
from werkzeug.test import EnvironBuilder

from portal.edge.load_limiter import Allowance, LoadLimiter
from portal.edge.min_rate import LineWatchdog, Rate
from portal.edge.proof_of_work import ProofOfWorkMiddleware
from portal.intake.proof_of_work_price import costly_calls
from tests.support.faults.slow_socket import Line, trickling
from tests.support.offices.edge import Edge

MIB = 1024 * 1024
PART = f"/api/blobs/{'A' * 22}/parts/1"


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/bundles"), ("PUT", PART), ("POST", "/api/submissions")])
def test_a_body_that_drips_is_cut_off(edge: Edge, method: str, path: str) -> None:
    """The call ends, refused as what is not whole, and its line is shut."""
    room, gate = edge.app.extensions["yanlu_mailroom"], LoadLimiter(Allowance(), time.monotonic)
    glass = LineWatchdog(Rate(grace=0.3, minimum=1e9), interval=0.05)
    middleware = ProofOfWorkMiddleware(edge.app, gate, costly_calls(room, edge.hands, gate), edge.hands, {}, glass)
    said: list[str] = []
    there, here = socket.socketpair()
    with there, here, trickling(there):
        environ = EnvironBuilder(method=method, path=path, headers={"X-Part-Hash": "A" * 43}).get_environ()
        environ |= {"CONTENT_LENGTH": str(MIB), "wsgi.input": Line(here), "wsgi.input_terminated": True}
        environ["gunicorn.socket"] = here
        answer = middleware(environ, lambda status, *_more: said.append(status))  # type: ignore[arg-type,return-value]
        b"".join(answer)
        getattr(answer, "close", lambda: None)()
        assert said[0].startswith("422")
        assert here.recv(10) == b""


def test_an_attachment_that_nobody_takes_is_cut_off(edge: Edge) -> None:
    """An answer that is never taken to its end shuts its line, which gives the place back."""
    room, gate = edge.app.extensions["yanlu_mailroom"], LoadLimiter(Allowance(), time.monotonic)
    glass = LineWatchdog(Rate(grace=0.3, minimum=1e9), interval=0.05)
    middleware = ProofOfWorkMiddleware(edge.app, gate, costly_calls(room, edge.hands, gate), edge.hands, {}, glass)
    there, here = socket.socketpair()
    with there, here:
        environ = EnvironBuilder(method="POST", path="/api/blob", data=b"{}").get_environ() | {"gunicorn.socket": here}
        answer = middleware(environ, lambda _status, *_more: None)  # type: ignore[arg-type,return-value]
        there.settimeout(30)
        assert there.recv(1) == b""
        getattr(answer, "close", lambda: None)()
