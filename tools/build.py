"""Builds the browser's code and the static site with the command that the product itself has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Runs `yanlu build`, if the product has its command line already."""
    if not any((ROOT / "portal").glob("cli*")):
        print("build: the product has no command line yet")
        return 0
    command = [sys.executable, "-m", "portal.cli", "build"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
