"""A face as it really runs: gunicorn in a process of its own, on a free loopback port."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal.edge.load_limiter import Allowance
from portal.settings import Settings, as_variables
from tests.support.offices.edge import NOW
from tests.support.servers import gunicorn_face as program
from tests.support.servers import preloaded_processes
from tests.support.servers.ports import LOOPBACK, free_ports, wait_for_port

ROOT = Path(__file__).resolve().parents[3]


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
    *,
    alone: bool = False,
) -> Iterator[Live]:
    """Serves intake, or another face; everything it says goes to `log`.

    `face` is `intake`, `desk`, or `module:function` of a test's own that builds one.
    Without an allowance it never asks for work: a test that measures or repeats is no flood.
    Its clock starts at the sample office's moment, whose directory expires; an office of today's takes None.
    `alone`: it has read nothing but what it needs, as in life, for anyone who measures it.
    """
    (port,) = free_ports(1)
    built = face if ":" in face else f"portal.wiring.{face}:build_{face}"
    given = json.dumps(None if allowance is None else dataclasses.astuple(allowance))
    words = [f"{LOOPBACK}:{port}", str(workers), given, built, start.isoformat() if start else ""]
    variables = as_variables(settings) | {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    with (_alone if alone else _born)(words, variables, log or Path("/dev/null")) as pid:
        wait_for_port(port)
        yield Live(f"http://{LOOPBACK}:{port}", pid)


@contextmanager
def _alone(words: list[str], variables: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("wb") as sink:
        command = [sys.executable, "-m", program.__name__, *words]
        process = subprocess.Popen(command, env=variables, cwd=ROOT, stdout=sink, stderr=sink)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def _born(words: list[str], variables: dict[str, str], log: Path) -> Iterator[int]:
    process = preloaded_processes.start(_become, words, variables, log)
    assert process.pid is not None
    try:
        yield process.pid
    finally:
        process.terminate()
        process.join(60)
        assert process.exitcode is not None, "the face does not end"


def _become(words: list[str], variables: dict[str, str], log: Path) -> None:
    with log.open("wb") as sink:
        for number in (1, 2):
            os.dup2(sink.fileno(), number)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(ROOT)
    program.main(words)
