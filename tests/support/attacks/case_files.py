"""What a desk says of cases, alone or several in one answer: listened to, or altered case by case."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.support.attacks.tampering_proxy import Alter

CASE_CALL = re.compile(r"/api/cases/(files\?case=[\w=&-]+|[\w-]{22})$")
File = dict[str, Any]


def cases_asked(path: str) -> list[str]:
    """The cases whose files a call asks for; none for any other call."""
    found = CASE_CALL.search(path)
    return [] if found is None else re.findall(r"[\w-]{22}", found[1])


def altered_files(path: str, body: bytes, change: Callable[[File], object]) -> bytes:
    """An answer in which each file is what `change` makes of it; unchanged for any other call."""
    if not cases_asked(path):
        return body
    said = json.loads(body)
    if "files" not in said:
        return json.dumps(change(said)).encode()
    return json.dumps({"files": [None if file is None else change(file) for file in said["files"]]}).encode()


def in_place_of(case: str, change: Callable[[File], object]) -> Alter:
    """A lie about one case, however it is asked for; of all others the truth."""

    def alter(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if status != 200:
            return status, body
        return status, altered_files(path, body, lambda file: change(file) if file["case"] == case else file)

    return alter
