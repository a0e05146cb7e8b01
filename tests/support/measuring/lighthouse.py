"""Pages rated by Lighthouse as it rates them for a phone: a slow line and a processor four times slower, pretended."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.support.browsers.launch import CHROMIUM, CHROMIUM_FLAGS

ROOT: Final = Path(__file__).resolve().parents[3]
# `make bench` puts it there.
PROGRAM: Final = ROOT / ".tools/lighthouse/node_modules/lighthouse/cli/index.js"
KINDS: Final = ("performance", "accessibility", "best-practices")
TIMES: Final = 3


@dataclass(frozen=True)
class Rating:
    """What a page reaches of 100 points each."""

    performance: int
    accessibility: int
    practices: int

    def reaches(self, aim: Rating) -> bool:
        """Whether it is nowhere below the other."""
        pairs = zip(self._points(), aim._points(), strict=True)
        return all(mine >= least for mine, least in pairs)

    def __str__(self) -> str:
        """Performance, accessibility and best practices, as they are quoted."""
        return " / ".join(map(str, self._points()))

    def _points(self) -> tuple[int, int, int]:
        return self.performance, self.accessibility, self.practices


def rated(address: str, folder: Path) -> Rating:
    """The median of some visits, each in a browser of its own that has seen nothing."""
    visits = [_points(address, folder / f"lighthouse{number}.json") for number in range(TIMES)]
    return Rating(*(int(median(points)) for points in zip(*visits, strict=True)))


def _points(address: str, file: Path) -> list[int]:
    command = [
        ROOT / ".tools/bin/node", PROGRAM, address, "--quiet", "--output=json", f"--output-path={file}",
        f"--only-categories={','.join(KINDS)}", "--no-enable-error-reporting",
        f"--chrome-flags={' '.join(['--headless=new', *CHROMIUM_FLAGS])}",
    ]  # fmt: skip
    subprocess.run(command, env=os.environ | {"CHROME_PATH": CHROMIUM}, check=True, timeout=200)
    said: dict[str, Any] = json.loads(file.read_text())
    return [round(100 * said["categories"][kind]["score"]) for kind in KINDS]
