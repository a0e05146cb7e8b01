"""What `make test` does not run must at least be there to run: a soak that does not load proves nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONG = [path for folder in ("bench", "soak") for path in sorted((ROOT / "tests" / folder).glob("test_*.py"))]
# They bring browsers and databases with them: nothing for the fast part.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", LONG, ids=lambda path: path.stem)
def test_a_long_run_can_be_loaded(path: Path) -> None:
    """Every soak and bench still finds what it takes from the tests and the code, and has a test in it."""
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert any(name.startswith("test_") for name in vars(module))
