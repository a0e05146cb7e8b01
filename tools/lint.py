"""Runs every check that needs no test: style, types, import direction, house rules."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NPM = ROOT / "node_modules" / ".bin"

# The two that take most of the time begin first; the others run beside them.
CHECKS: dict[str, list[str | Path]] = {
    "types of Python": ["node", NPM / "pyright"],
    "names in tests": ["node", NPM / "pyright", "-p", "tools/pyright-tests.json"],
    "ruff": [BIN / "ruff", "check", "--quiet", "--output-format=concise", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "--quiet", "--output-format=concise", "."],
    "import direction": [BIN / "lint-imports", "--config", "tools/house/import_contracts.toml", "--no-cache"],
    "house rules": [sys.executable, "-m", "tools.house"],
    "types of the pages' code": ["node", NPM / "tsc", "-p", "tsconfig.json"],
    "types of the browser tests": ["node", NPM / "tsc", "-p", "tests/browser/tsconfig.json"],
}


def check(name: str) -> tuple[str, bool, str, float]:
    """Runs one check; returns its name, whether it passed, what it said, and the seconds it took."""
    began = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, capture_output=True, text=True, check=False)
    return name, done.returncode == 0, done.stdout + done.stderr, time.monotonic() - began


def main() -> int:
    """Runs all checks side by side, prints what the failed ones said, and returns 1 if any failed."""
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, passed, said, seconds in pool.map(check, CHECKS):
            print(f"lint: {name:<28} {'ok' if passed else 'FAILED'} {seconds:5.1f} s", flush=True)
            if not passed:
                failed += 1
                print(said)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
