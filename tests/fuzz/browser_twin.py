"""The browser's code as a partner that answers what it makes of bytes, run under Node."""

from __future__ import annotations

import json
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crypto.framing import b64encode
from tests.fuzz.parsers import Refused
from tests.fuzz.world import world
from tests.support.browsers import typescript_tests

# Far above what the slowest takes: anyone who needs longer does not end.
PATIENCE = 60.0


class TwinBroke(AssertionError):
    """The browser's code threw something that is no refusal, or did not answer."""


class BrowserTwin:
    """One Node process; asks and answers go line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, parser: str, content: bytes) -> object:
        """What the parser gives for the bytes, as plain JSON, or the stage of its refusal; raises TwinBroke."""
        sink, source = self._process.stdin, self._process.stdout
        assert sink is not None
        assert source is not None
        sink.write(json.dumps({"parser": parser, "content": b64encode(content)}) + "\n")
        sink.flush()
        if not select.select([source], [], [], PATIENCE)[0]:
            raise TwinBroke(f"{parser}: no answer")
        answer: dict[str, Any] = json.loads(source.readline() or '{"broke": "Node ended"}')
        if "broke" in answer:
            raise TwinBroke(f"{parser}: {answer['broke']}")
        return Refused(answer["refused"]) if "refused" in answer else answer["value"]


@contextmanager
def browser_twin(folder: Path) -> Iterator[BrowserTwin]:
    """Bundles and starts the browser's code; it ends with the block."""
    script, told = folder / "answer.mjs", folder / "world.json"
    typescript_tests.bundle(typescript_tests.FOLDER / "fuzz/answer.ts", script, "--platform=node", "--format=esm")
    told.write_text(json.dumps(world().told()), encoding="utf-8")
    words = ["node", "--enable-source-maps", "--max-old-space-size=512", script, told]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        yield BrowserTwin(process)
    finally:
        process.kill()
        process.communicate()
