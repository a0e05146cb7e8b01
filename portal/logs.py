"""The log: an allow-list of keys, and days in place of times."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import structlog

# Nothing that a request carried has a key here; whatever else is given is dropped.
ALLOWED = frozenset(
    {"event", "level", "face", "store", "revision", "kind", "count", "error", "place", "worker", "seconds", "port"}
)


def allowed_only(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drops every key that is not on the list."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        allowed_only,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    cache_logger_on_first_use=False,
)

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
