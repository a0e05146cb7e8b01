"""What a rule says when it is broken, and which files the rules look at."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("crypto", "casework", "retaliation_watch", "portal")
MAX_FUNCTION = 40
MAX_FILE = 400
MAX_NESTING = 3


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule: the file from the project's root, the line, the rule, what is wrong."""

    path: str
    line: int
    rule: str
    words: str

    def __str__(self) -> str:
        """Shows the finding the way editors and compilers do."""
        return f"{self.path}:{self.line}: {self.rule}: {self.words}"


def project_files() -> list[str]:
    """Returns every file that is committed or could be, from the project's root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return sorted({name for name in listed if name and (ROOT / name).is_file()})
