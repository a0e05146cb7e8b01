"""Where notices go in tests: a real mail server and a program that takes webhooks, on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.servers.ports import free_ports


@dataclass
class Mailbox:
    """A mail server: what it took, and how often it is to refuse first."""

    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    failing: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Takes a mail, or says to come again."""
        if self.failing > 0:
            self.failing -= 1
            return "451 come again"
        self.taken.append(envelope.content)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A running mail server."""
    handler = Mailbox()
    (handler.port,) = free_ports(1)
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


@dataclass
class Robot:
    """A group's robot: what it was sent, and what it answers."""

    url: str = ""
    got: list[tuple[str, dict[str, Any], int]] = field(default_factory=list)
    answer: bytes = b'{"errcode":0,"code":0}'
    status: int = 200
    # Headers and body of each call.
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def robot() -> Iterator[Robot]:
    """A robot on this machine."""
    found = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((self.path, json.loads(content), len(content)))
            found.seen.append(({name.lower(): value for name, value in self.headers.items()}, content))
            self.send_response(found.status)
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/send?key=geheim"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
