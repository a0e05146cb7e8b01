"""A log served over HTTP exactly as somebody shows it: the files of a `ShownLog`, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol


class Shown(Protocol):
    """What gives the files."""

    def read(self, path: str) -> bytes | None:
        """One file, or nothing."""
        ...


@contextmanager
def serving(shown: Shown) -> Generator[str]:
    """The address; what `shown` gives may change meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the base names it
            content = shown.read(self.path.removeprefix("/log/"))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:  # the base names them
            """Nothing is written anywhere."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
