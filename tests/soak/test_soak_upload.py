"""The largest attachment there may be goes in through each browser, and neither it nor the server holds it."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from portal.settings import read_settings
from portal.stores.schemas import upgrade_stores
from tests.journeys.reporter import Reporter, Told
from tests.support.browsers import launch
from tests.support.browsers.firefox_marionette import Firefox, bare_firefox
from tests.support.measuring.process_tree import descendants, highest_memory
from tests.support.offices.sample_office import make_office
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

LARGEST = 4 << 30
HOURS = 2 * 3600
# What a gigabyte takes as well: sealing does not hold the file, whatever its size.
MOST = 800_000_000
ACCOUNT = "The whole ledger is attached."


@dataclass(frozen=True)
class Place:
    """A live intake with an office's code, and a file of the largest size."""

    address: str
    code: str
    big: Path
    folder: Path

    def kept(self) -> int:
        """What lies in the stores, in bytes."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    """See `Place`."""
    folder = tmp_path / "stores"
    folder.mkdir()
    settings = read_settings({**embedded_stores(folder).variables(), "YANLU_DATA": str(folder)})
    made = make_office(folder)
    upgrade_stores(settings)
    big = tmp_path / "ledger.bin"
    with big.open("wb") as file:
        file.truncate(LARGEST)
    with live_intake(settings, start=None) as address:
        yield Place(address, made.code, big, folder)


@contextmanager
def constant_memory() -> Generator[None]:
    """All that this test started, browser and server, grows by less than `MOST` meanwhile."""
    before = highest_memory(descendants())
    yield
    after = highest_memory(descendants())
    grown = sum(peak - before.get(pid, 0) for pid, peak in after.items())
    sys.stdout.write(f"\n4 GiB sent: {grown / 1e6:.0f} MB more in all processes\n")
    assert grown < MOST


def test_four_gibibytes_go_in_through_chromium(playwright: Playwright, place: Place) -> None:
    """A file of 4 GiB is sealed and sent in parts; all processes together grow by less than a fifth of it."""
    browser = launch.launch(playwright, "chromium")
    with browser.new_context() as context:
        reporter = Reporter(context.new_page(), place.address, place.code, "en")
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(ACCOUNT, files=[place.big], entity="ireland"))
        with constant_memory():
            reporter.find("send").click()
            expect(reporter.find("receipt-screen")).to_be_visible(timeout=HOURS * 1000)
    browser.close()
    assert place.kept() > LARGEST


def test_four_gibibytes_go_in_through_firefox(place: Place, tmp_path: Path) -> None:
    """The same in stock Firefox, which nobody watches: reading its network along makes it keep what was sent."""
    with bare_firefox(tmp_path) as firefox:
        _tell(firefox, place)
        with constant_memory():
            firefox.click(_hook("send"))
            firefox.wait(_hook("receipt-screen"), HOURS)
    assert place.kept() > LARGEST


def _hook(name: str) -> str:
    return f'[data-test="{name}"]'


def _tell(firefox: Firefox, place: Place) -> None:
    """Every step from the poster up to the review."""
    firefox.open(f"{place.address}/#c={place.code}")
    for name in ("go-report", "entity-ireland", "category-bribery"):
        firefox.click(_hook(name))
    for step in ("about", "files", "people"):
        firefox.wait(f'[data-step="{step}"]')
        if step == "about":
            firefox.fill(_hook("account"), ACCOUNT)
        if step == "files":
            firefox.choose(_hook("file-input"), place.big)
            firefox.wait(_hook("file"))
        firefox.click(_hook("next"))
    firefox.wait(_hook("review"))
