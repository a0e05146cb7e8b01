"""Which tests stay together on one worker, and which of them begin first."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[2]
# From the longest down: what begins last should end soon after the rest.
LONGEST = (
    "tests/journeys/test_main_journey.py",
    "tests/journeys/test_lying_desk.py",
    "tests/journeys/test_canary.py",
    "tests/journeys/test_excluded.py",
    "tests/portal/cli/test_command_journey.py",
    "tests/portal/cli/test_readers.py",
    "tests/portal/kills/test_kills.py",
    "tests/deploy/test_behind_nginx.py",
    "tests/journeys/test_lying_server.py",
    "tests/journeys/test_pictures.py",
    "tests/browser/test_browser_code.py",
    "tests/journeys/",
    "tests/portal/kills/",
    "tests/portal/test_order.py",
    "tests/portal/backup/",
    "tests/portal/mailroom/",
    "tests/portal/deletion/",
    "tests/portal/ground/",
    "tests/portal/cli/",
    "tests/portal/intake/",
    "tests/portal/desk/",
    "tests/migrations/",
    "tests/fuzz/",
    "tests/portal/",
)
# Each of their tests is long and needs nothing but what the whole run shares: any worker may take it.
ALONE = (
    "tests/journeys/test_main_journey.py",
    "tests/journeys/test_canary.py",
    "tests/journeys/test_lying_server.py",
    "tests/journeys/test_pictures.py",
    "tests/journeys/test_reach.py",
    "tests/portal/kills/test_kills.py",
    "tests/portal/kills/test_power.py",
    "tests/browser/test_browser_code.py",
)

# Places whose tests all drive a browser, a database or another program: `make test-unit` does not even read them.
SLOW = (
    "tests/bench",
    "tests/browser",
    "tests/deploy/test_behind_nginx.py",
    "tests/journeys",
    "tests/migrations",
    "tests/portal/backup",
    "tests/portal/cli/test_backup_commands.py",
    "tests/portal/cli/test_case_command.py",
    "tests/portal/cli/test_command_journey.py",
    "tests/portal/cli/test_demo.py",
    "tests/portal/cli/test_readers.py",
    "tests/portal/desk",
    "tests/portal/ground",
    "tests/portal/intake/test_flood.py",
    "tests/portal/intake/test_intake_openapi.py",
    "tests/portal/intake/test_live.py",
    "tests/portal/kills",
    "tests/portal/test_headers.py",
    "tests/portal/test_site_check.py",
    "tests/soak",
)


def in_slow_place(path: Path) -> bool:
    """Whether a file or folder of the project is one of SLOW or lies below one."""
    name = path.relative_to(ROOT).as_posix()
    return any(name == place or name.startswith(f"{place}/") for place in SLOW)


def group(node: str) -> str:
    """What has to run on the same worker as a test: its file, or the test alone."""
    file = node.split("::", 1)[0]
    return node if file in ALONE else file


def place(node: str) -> int:
    """How early a test has to begin; 0 is first."""
    return next((at for at, start in enumerate(LONGEST) if node.startswith(start)), len(LONGEST))


class Named(Protocol):
    """An item of a collection."""

    @property
    def nodeid(self) -> str:
        """File, `::` and name."""
        ...


N = TypeVar("N", bound=Named)


def longest_first(items: list[N]) -> None:
    """Puts the long files in front and leaves everything else in the order that it has."""
    items.sort(key=lambda item: place(item.nodeid))


class Spread(LoadScopeScheduling):
    """Hands out groups in the order of collection, each to the next worker that is free."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        # Groups with many tests are not the long ones here.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
