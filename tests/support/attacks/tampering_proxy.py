"""A reverse proxy on loopback that records every request, may change any answer, and may break the line."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Alter = Callable[[str, int, bytes], tuple[int, bytes]]
"""(path, status, body) → (status, body)."""


class Break(StrEnum):
    """Where the line breaks."""

    BODY = "in the middle of what is sent"
    ANSWER = "after the server has done it, before its answer"


_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that reached the proxy."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class LyingProxy:
    """What the proxy saw, where it listens, and the lie that it tells now."""

    url: str
    alter: Alter | None = None
    # Names, in lower case, of headers that are kept from the server, and from the browser.
    unasked: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    seen: list[Seen] = field(default_factory=list[Seen])
    # Each call on a line of its own: a browser silently repeats a call whose line was used before.
    fresh_lines: bool = False
    # By a method and the beginning of a path: how the next such calls fail, one after another.
    breaks: dict[tuple[str, str], list[Break]] = field(default_factory=dict[tuple[str, str], list[Break]])

    def sent(self, *prefixes: str) -> list[Seen]:
        """The requests that carried a body, optionally only under the given path prefixes."""
        return [
            one
            for one in self.seen
            if one.method in {"POST", "PUT"} and (not prefixes or one.path.startswith(prefixes))
        ]

    def next_break(self, method: str, path: str) -> Break | None:
        """Takes the next break that waits for this call."""
        for (of, prefix), waiting in self.breaks.items():
            if method == of and path.startswith(prefix) and waiting:
                return waiting.pop(0)
        return None

    def clear(self) -> None:
        """Forget what was seen."""
        self.seen.clear()


class _Forward(BaseHTTPRequestHandler):
    """Hands each call on; a subclass says where to and for which proxy."""

    protocol_version = "HTTP/1.1"
    target: tuple[str, int]
    proxy: LyingProxy

    def _forward(self) -> None:
        size, broken = int(self.headers.get("Content-Length") or 0), self.proxy.next_break(self.command, self.path)
        if broken is Break.BODY:
            self.rfile.read(size // 2)
            self._hang_up()
            return
        status, headers, content = self._ask(self.rfile.read(size))
        if broken is Break.ANSWER:
            self._hang_up()
            return
        if self.proxy.alter is not None:
            status, content = self.proxy.alter(self.path, status, content)
        self._answer(status, headers, content)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        host, port = self.target
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
        self.proxy.seen.append(Seen(self.command, self.path, headers, body))
        upstream = http.client.HTTPConnection(host, port, timeout=60)
        if "Origin" in headers:
            headers["Origin"] = f"http://{host}:{port}"
        headers["Host"] = f"{host}:{port}"
        # What a liar alters comes unpacked.
        kept_back = self.proxy.unasked | ({"accept-encoding"} if self.proxy.alter else set())
        asked = {name: value for name, value in headers.items() if name.lower() not in kept_back}
        upstream.request(self.command, self.path, body or None, asked)
        answer = upstream.getresponse()
        try:
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP | self.proxy.withheld:
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        if self.proxy.fresh_lines:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _forward

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at `LyingProxy.seen`."""


def _handler(target: tuple[str, int], proxy: LyingProxy) -> type[BaseHTTPRequestHandler]:
    return type("Forward", (_Forward,), {"target": target, "proxy": proxy})


@contextmanager
def lying_proxy(url: str) -> Iterator[LyingProxy]:
    """Serve `url` (http://host:port) through a proxy on a free loopback port."""
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    proxy = LyingProxy(url="")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler((host, int(port)), proxy))
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
