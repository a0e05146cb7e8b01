"""Free ports on the loopback address, and waiting until somebody answers there."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
import time
from pathlib import Path
from secrets import SystemRandom

LOOPBACK = "127.0.0.1"
# Below what the system gives to outgoing connections (ip(7), ip_local_port_range): a port chosen there could be a
# client's own by the time a server binds to it.
RANGE = range(10_000, 32_768)

_held: list[int] = []


def free_ports(count: int) -> list[int]:
    """Returns so many different ports on which nobody listens; no other caller gets them until this process ends."""
    found: list[int] = []
    for port in SystemRandom().sample(RANGE, len(RANGE)):
        if len(found) == count:
            break
        if _reserved(port):
            found.append(port)
    return found


def _reserved(port: int) -> bool:
    """Takes the port's lock, which all test runs of this machine share; False where it or the port is taken."""
    folder = Path(tempfile.gettempdir()) / "yanlu-test-ports"
    folder.mkdir(exist_ok=True)
    lock = os.open(folder / str(port), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as tried:
            tried.bind(("", port))
    except OSError:
        os.close(lock)
        return False
    _held.append(lock)
    return True


def wait_for_port(port: int, seconds: float = 30) -> None:
    """Returns once the port accepts a connection; raises TimeoutError after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection((LOOPBACK, port), timeout=1):
                return
        except OSError:
            if time.monotonic() > end:
                raise TimeoutError(f"nobody listens on port {port}") from None
            time.sleep(0.05)
