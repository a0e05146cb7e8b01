"""The demo's processes: started, waited for, and ended, whatever happens."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import httpx

from portal.cli.errors import CommandError, Exit
from portal.edge.data_minimization import OVERWRITING, can_overwrite_memory
from portal.settings import Settings, as_variables

READY_SECONDS = 60
END_SECONDS = 15
PROGRAM = "portal.cli"


@dataclass(frozen=True)
class Ports:
    """Where the two faces listen, on loopback."""

    intake: int
    desk: int
    # The watch's officer and HR's upload; none where the demo has no watch.
    watch: tuple[int, int] | None = None

    @property
    def watch_urls(self) -> tuple[str, str] | None:
        """The officer's origin, and that of HR's upload."""
        return (
            None if self.watch is None else (f"http://127.0.0.1:{self.watch[0]}", f"http://127.0.0.1:{self.watch[1]}")
        )

    @property
    def intake_url(self) -> str:
        """The reporters' origin."""
        return f"http://127.0.0.1:{self.intake}"

    @property
    def desk_url(self) -> str:
        """The staff's origin: another host name, so that not even a cookie's port-blindness joins them."""
        return f"http://localhost:{self.desk}"


def _start(settings: Settings, log: Path, *command: str) -> subprocess.Popen[bytes]:
    # As a face would do by itself, but without starting twice.
    forgetting = OVERWRITING if "serve" in command and can_overwrite_memory() else {}
    variables = {
        **as_variables(settings),
        **forgetting,
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    }
    with log.open("ab") as sink:
        # A session of its own: Ctrl-C reaches us alone, and we end the rest in order.
        return subprocess.Popen(
            [sys.executable, "-m", PROGRAM, *command],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/healthz", timeout=2).status_code == 204:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise CommandError(Exit.FAILED, "A part of the demo does not start: see {path}.", path=log)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + END_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def start_watch(settings: Settings, ports: Ports, processes: list[subprocess.Popen[bytes]]) -> None:
    """The watch's two faces, once there is something to see; they end with the others."""
    if ports.watch is None or ports.watch_urls is None:
        return
    log = settings.data / "demo.log"
    for face, port, url in zip(("officer", "hr-upload"), ports.watch, ports.watch_urls, strict=True):
        processes.append(_start(settings, log, "watch", "serve", face, "--bind", f"127.0.0.1:{port}"))
        _wait(processes[-1], url, log)


@contextmanager
def running(settings: Settings, ports: Ports) -> Generator[list[subprocess.Popen[bytes]]]:
    """Intake, desk and worker; all of them are gone when the block ends, by signal too."""
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    log = settings.data / "demo.log"
    processes: list[subprocess.Popen[bytes]] = []
    try:
        # One by one, so that those already running are ended when the next one cannot start.
        processes.append(_start(settings, log, "serve", "intake", "--bind", f"127.0.0.1:{ports.intake}"))
        processes.append(_start(settings, log, "serve", "desk", "--bind", f"127.0.0.1:{ports.desk}"))
        processes.append(_start(settings, log, "worker"))
        _wait(processes[0], ports.intake_url, log)
        _wait(processes[1], f"http://127.0.0.1:{ports.desk}", log)
        yield processes
    finally:
        _end(processes)
        for number, what in before.items():
            signal.signal(number, what)
