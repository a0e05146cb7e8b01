"""A face as it really runs: gunicorn in a process of its own, on a free loopback port."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal.gate import Allowance
from portal.settings import Settings, as_variables
from tests.support.edge import NOW
from tests.support.ports import LOOPBACK, free_ports, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import importlib, json, sys
from datetime import UTC, datetime
from portal.gate import Allowance
from portal.serving import Binding, serve
from portal.settings import settings_from_environment
from portal.wiring.shared import open_gate
settings = settings_from_environment()
workers, given = int(sys.argv[2]), json.loads(sys.argv[3])
module, _, name = sys.argv[4].rpartition(":")
build = getattr(importlib.import_module(module), name)
gate = lambda: None if given is None else open_gate(workers, Allowance(*given))
began = datetime.now(UTC)
start = datetime.fromisoformat(sys.argv[5]) if sys.argv[5] else began
clock = lambda: start + (datetime.now(UTC) - began)
serve(lambda: build(settings, clock, gate=gate()), Binding(sys.argv[1], workers=workers))
"""


@dataclass(frozen=True)
class Live:
    """A face that is being served: its address, and gunicorn's first process."""

    address: str
    pid: int


@contextmanager
def live_intake(
    settings: Settings,
    workers: int = 1,
    log: Path | None = None,
    face: str = "intake",
    allowance: Allowance | None = None,
    start: datetime | None = NOW,
) -> Iterator[str]:
    """Serves intake, or another face, and gives its address: see `live`."""
    with live(settings, workers, log, face, allowance, start) as serving:
        yield serving.address


@contextmanager
def live(
    settings: Settings,
    workers: int = 1,
    log: Path | None = None,
    face: str = "intake",
    allowance: Allowance | None = None,
    start: datetime | None = NOW,
) -> Iterator[Live]:
    """Serves intake, or another face; everything it says goes to `log`.

    `face` is `intake`, `desk`, or `module:function` of a test's own that builds one.
    Without an allowance it never asks for work: a test that measures or repeats is no flood.
    Its clock starts at the sample office's moment, whose directory expires; an office of today's takes None.
    """
    (port,) = free_ports(1)
    built = face if ":" in face else f"portal.wiring.{face}:build_{face}"
    given = json.dumps(None if allowance is None else dataclasses.astuple(allowance))
    command = [sys.executable, "-c", PROGRAM, f"{LOOPBACK}:{port}", str(workers), given, built]
    command.append(start.isoformat() if start else "")
    environment = as_variables(settings) | {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    with (log or Path("/dev/null")).open("wb") as sink:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=sink, stderr=sink)
        try:
            wait_for_port(port)
            yield Live(f"http://{LOOPBACK}:{port}", process.pid)
        finally:
            process.terminate()
            process.wait(60)
