"""WSGI middleware: when a face is busy, a call needs a free place or a proof of work before anything is parsed.

It stands before the app, since a refusal here costs a tenth of one that the app makes.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.wsgi import ClosingIterator, get_input_stream

from crypto.errors import CryptoError
from crypto.framing import b64decode, sha256
from crypto.reporter.work import WorkAsked, check_work, is_timely, read_work, window_at
from crypto.sealing.attachment_shape import PART_SIZE
from portal.clock import Clock
from portal.edge.admission import Admission, Permit, StreamedBody, receive, sent
from portal.edge.load_limiter import LoadLimiter
from portal.edge.min_rate import LineWatchdog, TimedBody, line_of
from portal.errors import ProblemCode, language_of, problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

HEADER = "Yanlu-Work"
KEY = "HTTP_YANLU_WORK"
CHUNK = 256 * 1024
BUNDLE_HEAD = 24
LONGEST_NUMBER = 19
# Short costly calls that one process works on at once: they share durable commits; more only get in the way.
MOST_INSIDE = 16


class _Replayed(io.RawIOBase):
    """A body whose beginning was read already."""

    def __init__(self, beginning: bytes, rest: Any) -> None:
        self._beginning = io.BytesIO(beginning)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        found = self._beginning.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


@dataclass(frozen=True)
class GuardedCall:
    """One call as the middleware sees it: method, path, headers, and as much of the body as its subject needs."""

    environ: WSGIEnvironment

    @property
    def route(self) -> str:
        """What a proof is bound to."""
        return f"{self.environ['REQUEST_METHOD']} {self.environ.get('PATH_INFO', '')}"

    @property
    def length(self) -> int:
        """How long the body says to be; 0 where it says nothing."""
        text = self.environ.get("CONTENT_LENGTH") or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0

    def buffered_bytes(self, kind: Costly | None) -> int:
        """How many bytes of the body are buffered until it is whole; 0 for one that streams."""
        streams = kind is not None and kind.streams
        return 0 if streams or self.length > PART_SIZE else self.length

    def beginning(self, size: int) -> bytes:
        """The first bytes of the body; anyone who reads it afterwards still gets the whole."""
        source, stream = self.environ["wsgi.input"], get_input_stream(self.environ)
        found = bytearray()
        while len(found) < size and (piece := stream.read(size - len(found))):
            found += piece
        self.environ["wsgi.input"] = _Replayed(bytes(found), source)
        return bytes(found)

    def drain(self) -> None:
        """Reads the body to its end: a browser that is answered earlier sees no answer."""
        stream = get_input_stream(self.environ)
        while stream.read(CHUNK):
            continue


Subject = Callable[[GuardedCall], bytes]
"""The hash (32 bytes) of what a call sends; raises crypto's WrongShape where there is none."""


def whole_body(limit: int) -> Subject:
    """A body of at most `limit` bytes."""
    return lambda call: sha256(call.beginning(limit + 1))


def announced_part(call: GuardedCall) -> bytes:
    """The announced hash of a part: the part is compared with it while it is written."""
    return b64decode(call.environ.get("HTTP_X_PART_HASH", ""), 32)


def bundle_head(limit: int) -> Subject:
    """A bundle up to the end of its submission, which names the hash of everything that follows."""

    def head(call: GuardedCall) -> bytes:
        size = int.from_bytes(call.beginning(BUNDLE_HEAD)[-8:], "big")
        return sha256(call.beginning(BUNDLE_HEAD + min(size, limit)))

    return head


def no_least_bits() -> int:
    """No least amount of work: only the load limiter asks."""
    return 0


def count_nothing() -> None:
    """Nothing is noted of a call that was let in."""


@dataclass(frozen=True)
class Costly:
    """A kind of call that counts: its method and rule, what its proof is bound to, what it asks in any case."""

    method: str
    # As the url map writes it: however a path is spelled, the call counts when the app would answer it by this rule.
    rule: str
    subject: Subject
    least_bits: Callable[[], int] = no_least_bits
    # Attachments may take long for their line's or their bucket's sake; they take no place from short calls.
    is_long: bool = False
    # Too long to be kept: the app reads it as it comes.
    streams: bool = False
    # Called for each that is let in.
    on_admitted: Callable[[], None] = count_nothing


class ProofOfWorkMiddleware:
    """The app behind its load limiter; `headers` are those that every answer of the face carries."""

    def __init__(
        self,
        app: Flask,
        limiter: LoadLimiter,
        calls: tuple[Costly, ...],
        clock: Clock,
        headers: dict[str, str],
        watchdog: LineWatchdog | None = None,
        admission: Admission | None = None,
    ) -> None:
        self._app: WSGIApplication = app.wsgi_app
        self._urls = app.url_map
        self._limiter = limiter
        self._calls = {(kind.method, kind.rule): kind for kind in calls}
        _check_rules(app.url_map, self._calls)
        self._clock = clock
        self._headers = tuple(headers.items())
        self._inside = threading.BoundedSemaphore(MOST_INSIDE)
        self._admission = admission or Admission()
        self._watchdog = watchdog or LineWatchdog()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers 503 `busy` or `attachments-waiting`, 429 `work-needed`, or lets the app answer."""
        call, line = GuardedCall(environ), line_of(environ)
        kind = self._kind(call)
        lasting, buffered = kind is not None and kind.is_long, call.buffered_bytes(kind)
        permit = self._admission.admit(line, buffered, lasting=lasting)
        if permit is None:
            # Not read to its end, as other refusals are: a thread would wait for a line that may drip.
            headers, body = _busy(lasting, _language(environ))
            start_response("503 SERVICE UNAVAILABLE", [*headers, *self._headers])
            return [body]
        try:
            answer = self._answer(call, kind, permit, start_response)
            ends = [getattr(answer, "close", lambda: None), lambda: self._admission.leave(permit)]
            ends += [] if line is None else [self._watchdog.begin(line, PART_SIZE)]
            return ClosingIterator(sent(permit, answer), ends)
        except BaseException:
            self._admission.leave(permit)
            raise

    def _answer(
        self, call: GuardedCall, kind: Costly | None, permit: Permit, start_response: StartResponse
    ) -> Iterable[bytes]:
        if not self._read_body(call, permit):
            # Nobody hears it, and it counts for nobody: else lines that are shed would ask work of all others.
            headers, body = _malformed(_language(call.environ))
            start_response("422 UNPROCESSABLE ENTITY", [*headers, *self._headers])
            return [body]
        asked = 0 if kind is None else self._admit(call, kind)
        if asked:
            call.drain()
            self._limiter.throttle.delay()
            return self._refuse(call.environ, start_response, asked)
        bits_ahead = self._limiter.required_bits()
        start = self._with_work_header(start_response, bits_ahead) if bits_ahead else start_response
        if kind is None or kind.is_long:
            return self._app(call.environ, start)
        with self._inside:
            return self._app(call.environ, start)

    def _read_body(self, call: GuardedCall, permit: Permit) -> bool:
        """Reads a body whole before anybody looks at it; False for one that ended early. Some stream to the app."""
        source = call.environ["wsgi.input"]
        if permit.line is not None:
            source = TimedBody(source, permit.line, self._watchdog, call.length)
        if not permit.size:
            call.environ["wsgi.input"] = StreamedBody(permit, source)
            return True
        body = receive(permit, source)
        call.environ["wsgi.input"] = body
        return body.getbuffer().nbytes == permit.size

    def _kind(self, call: GuardedCall) -> Costly | None:
        """What the app's own routing makes of the call; what it refuses, redirects or does not know costs nothing."""
        try:
            adapter = self._urls.bind_to_environ(call.environ, subdomain="")
            rule, _ = adapter.match(return_rule=True)
        except HTTPException:
            return None
        return self._calls.get((adapter.default_method.upper(), rule.rule))

    def _admit(self, call: GuardedCall, kind: Costly) -> int:
        least = kind.least_bits()
        asked = self._limiter.admit(0, least)
        shown = call.environ.get(KEY)
        if asked and shown is not None:
            bits = self._proven(call, kind, shown, asked)
            asked = self._limiter.admit(bits, least) if bits else asked
        if not asked:
            kind.on_admitted()
        return asked

    def _proven(self, call: GuardedCall, kind: Costly, shown: str, asked: int) -> int:
        """The bits of a proof that holds for this very call and was not used here before, else 0."""
        try:
            work = read_work(shown)
            if work.bits < asked - 1 or not is_timely(work, self._now()):
                return 0
            mark = check_work(work, call.route, kind.subject(call))
        except CryptoError:
            return 0
        return work.bits if self._limiter.spend_proof(work.window, mark) else 0

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _with_work_header(self, start_response: StartResponse, bits: int) -> StartResponse:
        """Says on every answer what is asked, so that anyone who sends something large need not send it twice."""
        text = WorkAsked(bits, window_at(self._now())).text

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, (HEADER, text)], *more)

        return start

    def _refuse(self, environ: WSGIEnvironment, start_response: StartResponse, bits: int) -> Iterable[bytes]:
        headers, body = _refusal(WorkAsked(bits, window_at(self._now())), _language(environ))
        start_response("429 TOO MANY REQUESTS", [*headers, *self._headers])
        return [body]


def _check_rules(urls: Map, calls: Iterable[tuple[str, str]]) -> None:
    """Raises LookupError for a costly call that the app does not have: nothing would limit it."""
    known = {(method, rule.rule) for rule in urls.iter_rules() for method in rule.methods or ()}
    if missing := set(calls) - known:
        raise LookupError(str(sorted(missing)))


def _language(environ: WSGIEnvironment) -> str:
    return language_of(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


@lru_cache(maxsize=4)
def _busy(lasting: bool, language: str) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """The same words for every caller, and every attachment."""
    answer = problem(ProblemCode.ATTACHMENTS_WAITING if lasting else ProblemCode.BUSY, language)
    return tuple(answer.headers.items()), answer.get_data()


@lru_cache(maxsize=2)
def _malformed(language: str) -> tuple[tuple[tuple[str, str], ...], bytes]:
    answer = problem(ProblemCode.MALFORMED, language)
    return tuple(answer.headers.items()), answer.get_data()


@lru_cache(maxsize=64)
def _refusal(asked: WorkAsked, language: str) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """The same words for every caller and every mailbox."""
    answer = problem(ProblemCode.WORK_NEEDED, language, work={"bits": asked.bits, "window": asked.window})
    return ((*answer.headers.items(), (HEADER, asked.text)), answer.get_data())
