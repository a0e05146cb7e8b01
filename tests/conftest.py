"""Fixtures for every test: stores, servers, browsers; which tests count as slow, and which run where."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from xdist.remote import Producer

from tests.support.browsers import launch
from tests.support.proofs.promises import ProofsRun
from tests.support.servers.postgres import Postgres, running_postgres
from tests.support.servers.s3 import S3, running_s3
from tests.support.stores import backends as store_support
from tests.support.stores.backends import Stores
from tests.support.suite.distribution import Spread, in_slow_place, longest_first, waits
from tests.support.suite.mark_results import MarksRun
from tests.support.suite.rotation import passed_over, seed

ROOT = Path(__file__).resolve().parent.parent
SLOW_FIXTURES = {
    "stores",
    "shared_stores",
    "empty_stores",
    "postgres",
    "s3",
    "playwright",
    "chromium",
    "firefox",
    "browser",
    "page",
}

# How long an example takes is the machine's matter, not the code's.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# The set-up puts node here; a test that is started by hand finds it too.
os.environ["PATH"] = f"{ROOT / '.tools/bin'}:{os.environ['PATH']}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Takes what `make soak` says about its length."""
    parser.addoption("--minutes", default="2", help="minutes of each search in tests/soak")
    parser.addoption(
        "--without-later",
        action="store_true",
        help="leave out LATER (tests/support/suite/distribution.py) and what was not drawn (rotation.py beside it)",
    )
    parser.addoption("--note-proofs", action="store_true", help="note in docs/proofs.json what passed")
    parser.addoption("--only-later", action="store_true", help="those alone")


def pytest_configure(config: pytest.Config) -> None:
    """Keeps what the run finds of each mark, in the one process that hears of every test."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(MarksRun())
        config.pluginmanager.register(
            ProofsRun(notes=config.option.note_proofs, counts=config.option.markexpr != "not slow")
        )


def is_slow(item: pytest.Item) -> bool:
    """Tells whether a test drives a browser, a database or another program."""
    return in_slow_place(item.path) or bool(SLOW_FIXTURES & set(getattr(item, "fixturenames", ())))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Reads no file of slow tests when only the others are wanted: it would take as long as running them."""
    return True if config.option.markexpr == "not slow" and in_slow_place(collection_path) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Reads the tests without a search for garbage, and leaves what was read out of every later search.

    It stays to the end, and to walk all of it again and again took a tenth of the processor's time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        # Of what a test leaves little is garbage in cycles, and far less often found is soon enough.
        gc.set_threshold(10_000, 10, 10)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks the slow tests, so that `make test-unit` can leave them out, and lets the longest begin first."""
    if config.option.without_later or config.option.only_later:
        over = passed_over((item.nodeid for item in items), seed())
        items[:] = [item for item in items if (waits(item.nodeid) or item.nodeid in over) is config.option.only_later]
    for item in items:
        if is_slow(item):
            item.add_marker("slow")
    longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spread:
    """Gives each worker whole files, and single tests of those files that can be told apart."""
    return Spread(config, log)


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """Fails a test that leaves its process another umask: what a later one makes would be closed to nginx."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    assert os.umask(before) == before


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server for the whole session."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """A real S3 server for the whole session."""
    with running_s3() as server:
        yield server


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a SQLite file of each store at its newest schema."""
    return store_support.prepared_files(tmp_path_factory.mktemp("prepared"))


@contextmanager
def _ready(request: pytest.FixtureRequest, folder: Path) -> Iterator[Stores]:
    if request.param == "sqlite-folder":
        yield store_support.ready_embedded_stores(folder, request.getfixturevalue("prepared"))
        return
    postgres, s3 = (request.getfixturevalue(name) for name in ("postgres", "s3"))
    with store_support.scaled_stores(postgres, s3, ready=True) as scaled:
        yield scaled


@pytest.fixture(params=store_support.KINDS)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Stores without a row at the newest schema, once on SQLite and a folder and once on PostgreSQL and S3."""
    with _ready(request, tmp_path) as stores:
        yield stores


@pytest.fixture(scope="module", params=store_support.KINDS)
def shared_stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The same for tests of one file that leave each other's rows as they are."""
    with _ready(request, tmp_path_factory.mktemp("shared")) as stores:
        yield stores


@pytest.fixture(params=store_support.KINDS)
def empty_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Stores without even a table, on each pair."""
    if request.param == "sqlite-folder":
        yield store_support.embedded_stores(tmp_path)
        return
    postgres, s3 = (request.getfixturevalue(name) for name in ("postgres", "s3"))
    with store_support.scaled_stores(postgres, s3) as scaled:
        yield scaled


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of both browsers; what a page is expected to show has longer than usual to come, on a busy machine."""
    expect.set_options(timeout=30_000)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, for what only it can do (virtual authenticators)."""
    started = launch.launch(playwright, "chromium")
    yield started
    started.close()


@pytest.fixture(scope="session")
def firefox_downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Firefox puts what pages save."""
    return tmp_path_factory.mktemp("firefox-downloads")


@pytest.fixture(scope="session")
def firefox(playwright: Playwright, firefox_downloads: Path) -> Iterator[Browser]:
    """Stock Firefox ESR."""
    started = launch.launch(playwright, "firefox", firefox_downloads)
    yield started
    started.close()


@pytest.fixture(params=launch.KINDS)
def browser(request: pytest.FixtureRequest) -> Browser:
    """Each of the two real browsers in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page in a fresh context of each browser in turn."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many tests of the browser's code stand behind the few that pytest counts, and who was killed where."""
    reports = terminalreporter.stats.get("passed", [])
    noted = [pair for report in reports for pair in report.user_properties]
    counts = [int(str(number)) for key, number in noted if key == "browser code"]
    if counts:
        terminalreporter.write_line(f"browser code: {sum(counts)} tests in {len(counts)} runs")
    for line in [str(line) for key, line in noted if key == "kills"]:
        terminalreporter.write_line(line)
