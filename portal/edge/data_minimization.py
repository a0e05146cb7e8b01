"""Data minimization: headers that nobody needs are dropped, and memory that is freed is overwritten.

For faces that callers reach without the shipped nginx, which lets neither address nor browser through (`deploy/nginx`).
"""

from __future__ import annotations

import os
import sys
from typing import Any, Final, NoReturn

import gunicorn.http.message

from portal.settings import whole_environment

ALLOWED_HEADERS: Final = frozenset(
    {
        "HOST", "CONTENT-LENGTH", "TRANSFER-ENCODING", "CONNECTION", "EXPECT", "ACCEPT-ENCODING", "ACCEPT-LANGUAGE",
        "CONTENT-TYPE", "COOKIE", "ORIGIN", "SEC-FETCH-SITE", "X-PART-HASH", "X-YANLU-DESK", "YANLU-WORK",
        "YANLU-CALL", "YANLU-MANIFEST", "YANLU-SIGNATURE",
    }
)  # fmt: skip
"""All that any face reads of a call; of the rest nothing reaches an app."""
GLIBC: Final = "glibc"
# Every object lies in the C library's own heap, which fills whatever is given back; the per-thread caches would not.
OVERWRITING: Final = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.perturb=90:glibc.malloc.tcache_count=0",
}


def filter_headers() -> None:
    """Makes gunicorn drop all other heads (browser, forwarded address, referrer) where it reads them."""
    original = gunicorn.http.message.Message.parse_headers

    def parse_headers(self: Any, *given: Any, **named: Any) -> list[tuple[str, str]]:
        return [(name, value) for name, value in original(self, *given, **named) if name in ALLOWED_HEADERS]

    gunicorn.http.message.Message.parse_headers = parse_headers


def needs_memory_overwriting(bind: str) -> bool:
    """Whether this process has to begin again to overwrite freed memory; an operator's own choice stands."""
    return not bind.startswith("unix:") and can_overwrite_memory() and "PYTHONMALLOC" not in whole_environment()


def can_overwrite_memory() -> bool:
    """Whether the C library knows how: other ones than glibc leave freed memory as it is."""
    try:
        return GLIBC in (os.confstr("CS_GNU_LIBC_VERSION") or "")
    except (ValueError, OSError, AttributeError):
        return False


def restart_overwriting_memory() -> NoReturn:
    """Begins this program again, with the same words and number: the heap is chosen at its start."""
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], whole_environment() | OVERWRITING)  # noqa: S606
