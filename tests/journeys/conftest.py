"""Fixtures of the journeys: a running demo, shared by all journeys of one run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.cli.terminal import today
from portal.office import OfficeFolder
from tests.journeys.album import PICTURES
from tests.journeys.demo import Demo, copy_demo, made_once, running_demo
from tests.journeys.moved import MovedDemo, moved_demo
from tests.support.attacks.forged_documents import Lies, lies_about


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write-pictures` puts the pictures into docs/pictures; without it a test run leaves the tree as it was."""
    parser.addoption("--write-pictures", action="store_true", help="write docs/pictures again")


@pytest.fixture
def album_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """`docs/pictures` when the pictures shall be written again, else a folder that goes away."""
    return PICTURES if request.config.getoption("--write-pictures", default=False) else tmp_path


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo on SQLite and a folder, light; a journey looks for its own case among those of the others.

    Each worker has its own, which goes on from one that is made up once for all of them.
    """
    base, folder = tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("demo")
    whole_run = base.parent if hasattr(request.config, "workerinput") else base
    copy_demo(made_once(whole_run / "made-demo"), folder)
    with running_demo(folder, light=True) as running:
        yield running


@pytest.fixture
def office(demo: Demo, tmp_path: Path) -> Iterator[MovedDemo]:
    """A copy of the shared demo, with a clock of its own."""
    folder = tmp_path / "moved"
    folder.mkdir()
    with moved_demo(demo, folder, {}) as moved:
        yield moved


@pytest.fixture(scope="session")
def real_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The same at the real cost of Argon2id, with the pages that ship."""
    with running_demo(tmp_path_factory.mktemp("real-demo")) as running:
        yield running


@pytest.fixture(scope="session")
def lies(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Lies:
    """Every lie about the demo's office, which gets a second directory for it."""
    return lies_about(OfficeFolder(demo.data / "office"), tmp_path_factory.mktemp("foreign"), today())
