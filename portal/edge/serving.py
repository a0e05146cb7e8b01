"""Serving with gunicorn: threads, loopback or a Unix socket, no access log, no Server header."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gunicorn.http.wsgi
import gunicorn.util
from flask import Flask
from gunicorn.app.base import BaseApplication

from portal.edge.admission import MOST_CALLS
from portal.edge.data_minimization import filter_headers
from portal.edge.headers import strict_headers

# Threads beyond those of the calls that are inside (`admission`): anyone who comes is judged at once.
THREADS = 16
# Threads beyond, for calls that are refused and held back a moment.
HELD = 32
# So many callers are waited for until they hang up; beyond them a line is closed at once.
MAX_CLOSING = 64
LONGEST_REQUEST_SECONDS = 300
# From glibc's malloc.h.
M_ARENA_MAX = -8


@dataclass(frozen=True)
class Binding:
    """Where a face listens: `127.0.0.1:8000` or `unix:/run/yanlu/intake.sock`; how many processes."""

    address: str
    workers: int = 1
    threads: int = THREADS


def gunicorn_settings(binding: Binding) -> dict[str, Any]:
    """gunicorn's settings: nothing about a request is ever written down."""
    return {
        "bind": binding.address,
        "workers": binding.workers,
        "threads": MOST_CALLS + binding.threads + HELD,
        "worker_class": "gthread",
        "accesslog": None,
        "errorlog": "-",
        # Its warnings quote request lines.
        "loglevel": "critical",
        "timeout": LONGEST_REQUEST_SECONDS,
        "graceful_timeout": 10,
        "keepalive": 5,
        # Else it makes a socket in the home folder, through which anyone who has the account may ask and steer it.
        "control_socket_disable": True,
        "worker_tmp_dir": "/dev/shm",  # noqa: S108  # gunicorn's own heartbeat file
        "forwarded_allow_ips": "",
        "limit_request_line": 2048,
        "limit_request_fields": 48,
        "umask": 0o077,
        "proc_name": "yanlu",
    }


class Gunicorn(BaseApplication):
    """gunicorn around an app that is built in each worker process: engines never cross a fork."""

    def __init__(self, build: Callable[[], Flask], binding: Binding) -> None:
        self._build = build
        self._binding = binding
        super().__init__()

    def load_config(self) -> None:
        """Hands our settings to gunicorn."""
        for name, value in gunicorn_settings(self._binding).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Builds the app, in the worker."""
        return self._build()


def without_server_header() -> None:
    """Makes gunicorn leave out its Server header: it offers no setting for that."""
    original = gunicorn.http.wsgi.Response.default_headers

    def default_headers(self: gunicorn.http.wsgi.Response) -> list[str]:
        lines: list[str] = original(self)
        return [line for line in lines if not line.startswith("Server:")]

    gunicorn.http.wsgi.Response.default_headers = default_headers


def with_strict_refusals() -> None:
    """Makes gunicorn answer what is no request at all as strictly as our own refusals, and repeat none of it."""
    strict = "".join(f"{name}: {value}\r\n" for name, value in strict_headers(behind_tls=False).items())

    def write_error(sock: Any, status: int, reason: str, _message: str) -> None:
        head = f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Length: 0\r\n{strict}\r\n"
        gunicorn.util.write_nonblock(sock, head.encode("latin1"))

    gunicorn.util.write_error = write_error


def with_background_close() -> None:
    """Makes gunicorn wait elsewhere for a caller to hang up.

    It does so for two seconds in the one thread that takes up every new line: a caller who was answered and then stays
    on the line would hold up everybody.
    """
    places, wait = threading.BoundedSemaphore(MAX_CLOSING), gunicorn.util.close_graceful

    def close(line: Any, *given: Any, **named: Any) -> None:
        def close_gracefully() -> None:
            try:
                wait(line, *given, **named)
            finally:
                places.release()

        if not places.acquire(blocking=False):
            return gunicorn.util.close(line)
        try:
            threading.Thread(target=close_gracefully, daemon=True, name="farewell").start()
        except RuntimeError:
            # No thread can be started now.
            places.release()
            gunicorn.util.close(line)
        return None

    gunicorn.util.close_graceful = close


def with_one_arena() -> None:
    """Makes glibc keep one heap for all threads: else each of dozens keeps what a large part once took."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    # Other C libraries have neither this call nor such heaps.
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)


def serve(build: Callable[[], Flask], binding: Binding) -> None:
    """Serves until it is stopped; SIGTERM ends requests in flight first."""
    with_one_arena()
    without_server_header()
    with_strict_refusals()
    with_background_close()
    filter_headers()
    Gunicorn(build, binding).run()
