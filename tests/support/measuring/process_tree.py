"""What the processes that this one started use of the machine, as Linux counts it."""

from __future__ import annotations

import os
import re
from pathlib import Path


def _parent(process: Path) -> int:
    # The name in the second field may hold anything; what follows its last bracket is plain.
    return int((process / "stat").read_text().rpartition(")")[2].split()[1])


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found[int(process.name)] = _parent(process)
        except OSError:
            continue
    return found


def descendants() -> list[int]:
    """Every process that this one started, or that those started."""
    parents = _parents()
    found, last = {os.getpid()}, 0
    while len(found) != last:
        last = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return sorted(found - {os.getpid()})


def highest_memory(pids: list[int]) -> dict[int, int]:
    """The largest resident memory that each process ever had, in bytes; without those that ended."""
    found: dict[int, int] = {}
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        if peak := re.search(r"VmHWM:\s+(\d+) kB", status):
            found[pid] = int(peak[1]) * 1024
    return found
