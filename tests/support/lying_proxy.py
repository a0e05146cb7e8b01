"""A reverse proxy on loopback that records every request and may change any answer."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Alter = Callable[[str, int, bytes], tuple[int, bytes]]
"""(path, status, body) → (status, body)."""

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

    def sent(self, *prefixes: str) -> list[Seen]:
        """The requests that carried a body, optionally only under the given path prefixes."""
        return [
            one
            for one in self.seen
            if one.method in {"POST", "PUT"} and (not prefixes or one.path.startswith(prefixes))
        ]

    def clear(self) -> None:
        """Forget what was seen."""
        self.seen.clear()


def _handler(target: tuple[str, int], proxy: LyingProxy) -> type[BaseHTTPRequestHandler]:
    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
            proxy.seen.append(Seen(self.command, self.path, headers, body))
            upstream = http.client.HTTPConnection(*target, timeout=60)
            origin = f"http://{target[0]}:{target[1]}"
            if "Origin" in headers:
                headers["Origin"] = origin
            headers["Host"] = f"{target[0]}:{target[1]}"
            asked = {name: value for name, value in headers.items() if name.lower() not in proxy.unasked}
            upstream.request(self.command, self.path, body or None, asked)
            answer = upstream.getresponse()
            status, content = answer.status, answer.read()
            if proxy.alter is not None:
                status, content = proxy.alter(self.path, status, content)
            self._answer(status, answer.getheaders(), content)
            upstream.close()

        def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in _HOP_BY_HOP | proxy.withheld:
                    self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD" and status != 204:
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _forward

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the tests look at `LyingProxy.seen`."""

    return Forward


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
