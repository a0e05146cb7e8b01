"""What one check of `yanlu doctor` found, and how findings are written for a monitor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

# Checks that a monitor is told of; those of cases are for anyone who stands at the machine.
EXPORTED: Final = (
    "Store", "Office", "Office directory", "Recovery shares", "Recurring duties", "Recovery", "Key holders",
    "Attachments", "Pages", "Rights", "Write-ahead log", "Worker", "Log", "Witnesses", "Disk", "Backups",
)  # fmt: skip


@dataclass(frozen=True)
class HealthFinding:
    """One check: msgids of what was looked at and of what to do, with its values; `fix` None when all is well.

    `gauges` are numbers for a monitor by name: days, seconds or bytes, and nothing that counts cases.
    """

    check: str
    about: str
    fix: str | None = None
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    gauges: Mapping[str, int] = field(default_factory=dict[str, int])


def as_textfile(findings: Sequence[HealthFinding], role: str) -> str:
    """The findings in Prometheus' text format, for the textfile collector of its node exporter."""
    lines = ["# TYPE yanlu_check_ok gauge"]
    for check in EXPORTED:
        found = [one.fix is None for one in findings if one.check == check]
        if found:
            name = check.lower().replace(" ", "_").replace("-", "_")
            lines.append(f'yanlu_check_ok{{role="{role}",check="{name}"}} {int(all(found))}')
    gauges = {name: value for one in findings if one.check in EXPORTED for name, value in one.gauges.items()}
    for name, value in sorted(gauges.items()):
        lines += [f"# TYPE yanlu_{name} gauge", f'yanlu_{name}{{role="{role}"}} {value}']
    return "\n".join(lines) + "\n"
