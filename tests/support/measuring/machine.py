"""What a figure was measured on: processor, memory, disk, and what a durable write costs there."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

SYNCS = 200


def processor() -> str:
    """Cores that this process may use, and the model."""
    found = re.search(r"(?m)^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text("utf-8"))
    return f"{len(os.sched_getaffinity(0))} × {found[1] if found else platform.machine()}"


def memory() -> str:
    """All of it."""
    found = re.search(r"(?m)^MemTotal:\s*(\d+) kB$", Path("/proc/meminfo").read_text("utf-8"))
    return f"{int(found[1]) / 2**20:.0f} GiB" if found else "?"


def sync_milliseconds(folder: Path) -> float:
    """The median of what 4 KiB, written and made durable, take in this folder."""
    took: list[float] = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


def disk(folder: Path) -> str:
    """File system and device of a folder, and its `sync_milliseconds`."""
    said = subprocess.run(["df", "-T", folder], capture_output=True, text=True, check=True).stdout
    device, kind, *_ = said.splitlines()[-1].split()
    return f"{kind}, {device}, fsync {sync_milliseconds(folder):.2f} ms"


def system() -> str:
    """Kernel and Python."""
    return f"Linux {platform.release()}, Python {sys.version.split()[0]}"


def load() -> str:
    """What else the machine has to do: the mean number of running processes of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"
