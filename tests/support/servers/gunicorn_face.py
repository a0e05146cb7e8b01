"""A face served by gunicorn in a process that does nothing else, with a clock and a gate of a test's choice."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from portal.edge.load_limiter import Allowance, LoadLimiter
from portal.edge.serving import Binding, serve
from portal.settings import settings_from_environment
from portal.wiring.shared import build_load_limiter


def main(words: Sequence[str]) -> None:
    """Serves until it is ended: address, number of processes, allowance as JSON, `module:function`, first moment."""
    address, processes, allowance, built, start = words
    settings, workers, given = settings_from_environment(), int(processes), json.loads(allowance)
    module, _, name = built.rpartition(":")
    build = getattr(importlib.import_module(module), name)
    began = datetime.now(UTC)
    first = datetime.fromisoformat(start) if start else began

    def clock() -> datetime:
        return first + (datetime.now(UTC) - began)

    def limiter() -> LoadLimiter | None:
        return None if given is None else build_load_limiter(workers, Allowance(*given))

    serve(lambda: build(settings, clock, limiter=limiter()), Binding(address, workers=workers))


if __name__ == "__main__":
    main(sys.argv[1:])
