"""Does the time of an answer tell anything? Calls of several kinds in turn, and what lies between their means."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from statistics import mean, stdev
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

import crypto
from crypto.case.payloads import Message
from crypto.sealing.erasure import wrap_erasable
from portal.clock import Clock
from portal.edge.load_limiter import LoadLimiter
from portal.mailroom.shapes import compact
from portal.mailroom.tables import ITEMS, MAILBOXES
from portal.settings import Settings
from portal.wiring.desk import build_desk
from portal.wiring.intake import build_intake
from portal.wiring.watch import build_hr_upload_face
from tests.crypto.sample import Drawn
from tests.support.measuring.load_generator import Line
from tests.support.offices.desk import FAST
from tests.support.offices.edge import Edge, report

PLANTED_SECONDS = 300e-6
PLANTED_TOKEN = bytes(range(32))
PLANTED_NAME = "planted-1"
PLANTED_CASE = crypto.b64encode(bytes(range(16)))
# Of each end of the ordered differences: what other programs and the disk did in between.
TRIMMED = 0.2
Z_90 = 1.645


def mailbox_with(edge: Edge, name: str, messages: int) -> bytes:
    """The token of a new mailbox in which so many messages of the office wait."""
    case = report(edge, name)
    assert edge.submit(case).status_code == 201
    body = crypto.read_submission(case.sealed.submission).case
    directory, grant = edge.office.directory(), case.grant()
    thread = crypto.read_case(directory, grant, [case.sealed.submission["item"]])
    staff = edge.office.staff("li-wei")
    item = crypto.seal_reply(staff, directory, grant, thread, Message("已收到", []), Drawn(name)).document()
    with edge.mailroom.store.write() as tx:
        erasure_id = tx.scalar(select(MAILBOXES.c.erasure_id).where(MAILBOXES.c.case_id == body))
        key = edge.mailroom.erasure.get(bytes(erasure_id or b""))
        for seq in range(1, messages + 1):
            sealed = wrap_erasable(key, compact(item), os.urandom)
            row = {"item_hash": os.urandom(32), "case_id": body, "dir": "to-reporter", "seq": seq, "epoch": 0}
            tx.execute(insert(ITEMS).values(row | {"day": edge.hands().date(), "hint": None, "sealed": sealed}))
    return case.keys.mailbox_token


def poll_of(token: bytes) -> bytes:
    """The body of a poll."""
    return json.dumps({"v": 1, "token": crypto.b64encode(token), "from": 0}).encode()


def posted(path: str, body: bytes, cookie: str = "") -> bytes:
    """A call that sends, as the desk's and the reporter's pages make it."""
    told = f"Cookie: {cookie}\r\n" if cookie else ""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Yanlu-Desk: 1\r\n{told}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def fetched(path: str, cookie: str) -> bytes:
    """A call that reads, of a member who is signed in."""
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()


def _slow_for(app: Flask, *marked: bytes) -> Flask:
    """The app with an oracle in it: a call with one of these in path or body is answered 300 µs later."""
    inner: Any = app.wsgi_app

    def outer(environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        asked = environ["PATH_INFO"].encode() + body
        end = time.perf_counter() + (PLANTED_SECONDS if any(one in asked for one in marked) else 0)
        while time.perf_counter() < end:
            continue
        return inner(environ, start_response)

    app.wsgi_app = outer  # type: ignore[method-assign]
    return app


def build_leaky_intake(settings: Settings, clock: Clock, limiter: LoadLimiter | None = None) -> Flask:
    """Intake that is slow for one mailbox."""
    return _slow_for(build_intake(settings, clock, limiter=limiter), crypto.b64encode(PLANTED_TOKEN).encode())


def build_leaky_desk(settings: Settings, clock: Clock, limiter: LoadLimiter | None = None) -> Flask:
    """The desk that is slow for one name and for one case.

    Its slow hash is cheap: the same call with the same parameters for every name, it would hide whatever lies around.
    """
    return _slow_for(
        build_desk(settings, clock, hasher=FAST, limiter=limiter), PLANTED_NAME.encode(), PLANTED_CASE.encode()
    )


def build_leaky_drop(settings: Settings, clock: Clock, limiter: LoadLimiter | None = None) -> Flask:
    """HR's upload that is slow for files with one word in them."""
    del limiter
    return _slow_for(build_hr_upload_face(settings, clock), PLANTED_NAME.encode())


@dataclass(frozen=True)
class Interval:
    """The 90 % confidence interval of a difference of means, microseconds."""

    low: float
    high: float

    def within(self, limit: float) -> bool:
        """Whether it lies within ± limit."""
        return -limit <= self.low and self.high <= limit


def between(one: list[float], other: list[float]) -> Interval:
    """Of pairs of seconds that were measured side by side: the trimmed mean of their differences (Yuen's interval).

    Pairs, since whatever slows the machine for longer than a pair slows both; trimmed, since what slows one call
    alone by milliseconds is no oracle but another program. The trimming is the same on both sides and says nothing
    of which call was slow: a difference between the kinds moves every pair and stays.
    """
    ordered = sorted((a - b) * 1e6 for a, b in zip(one, other, strict=True))
    cut = int(len(ordered) * TRIMMED)
    kept = ordered[cut : len(ordered) - cut]
    # Winsorized: what was cut counts as the outermost that was kept.
    spread = stdev([kept[0]] * cut + kept + [kept[-1]] * cut)
    half = Z_90 * spread / ((1 - 2 * TRIMMED) * sqrt(len(ordered)))
    return Interval(mean(kept) - half, mean(kept) + half)


@dataclass
class Trial:
    """Calls of several kinds over one kept-alive line: each round asks each of them once, in an order by lot."""

    line: Line
    kinds: Mapping[str, Callable[[], bytes]]
    took: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    statuses: set[int] = field(default_factory=set[int])

    def run(self, rounds: int) -> None:
        """Measures so many more rounds."""
        for _ in range(rounds):
            for kind in sorted(self.kinds, key=lambda _kind: os.urandom(8)):
                request = self.kinds[kind]()
                began = time.perf_counter()
                self.statuses.add(self.line.call(request))
                self.took.setdefault(kind, []).append(time.perf_counter() - began)

    def against(self, kind: str, other: str) -> Interval:
        """What lies between two kinds."""
        return between(self.took[kind], self.took[other])
