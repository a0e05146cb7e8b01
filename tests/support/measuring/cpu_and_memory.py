"""What a server spends: CPU seconds and memory of a process and all that it started, as the kernel counts them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> Iterator[int]:
    """What a process has started; a thread that ends while it is looked at has nothing of its own any more."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            yield from map(int, (task / "children").read_text().split())


def family(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    yield pid
    for child in children(pid):
        yield from family(child)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its descendants, those that ended too."""
    total = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total * TICK


def peak_megabytes(pid: int) -> float:
    """The most memory that any one process of the family has held at once."""
    return max(_peak(member) for member in family(pid))


def _peak(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1000 * 1.024 if found else 0.0
