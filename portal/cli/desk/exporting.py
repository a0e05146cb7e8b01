"""A case as it goes out, in clear: one file, the same byte for byte that the desk's page saves (`exporting.ts`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from casework.rules.destinations import Destination
from crypto import ReadEvent, ThreadEntry, VerifiedDirectory
from portal.cli.reporter.inbox_command import entry_document

NAME: Final = "case.json"
_HEAD: Final = ("entity", "policy", "version", "day")


@dataclass(frozen=True)
class Going:
    """The case, what was written in it and who did what; `row` is the case file that the desk gives."""

    row: Mapping[str, Any] = field(repr=False)
    destination: Destination
    entries: Sequence[ThreadEntry] = field(repr=False)
    events: Sequence[ReadEvent] = field(repr=False)


def export_text(going: Going, directory: VerifiedDirectory, language: str) -> str:
    """What was written, and who did what, each with what its signature says; a last newline included."""
    head = {"v": 1, "case": going.row["case"], "destination": going.destination.value}
    written = {
        **head,
        **{name: going.row[name] for name in _HEAD},
        "entries": [entry_document(entry, directory, language) for entry in going.entries],
        "record": [
            {"n": n, "kind": one.event.kind, "day": one.event.day, "by": one.event.actor, "data": one.event.data}
            for n, one in enumerate(going.events)
            if one.event is not None
        ],
    }
    return json.dumps(written, ensure_ascii=False, indent=1) + "\n"
