"""The largest attachment there may be goes in through Chromium, and neither it nor the server holds it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright, expect

from portal.settings import read_settings
from portal.stores import upgrade_stores
from tests.journeys.reporter import Reporter, Told
from tests.support import browsers
from tests.support.live import live_intake
from tests.support.office import make_office
from tests.support.processes import descendants, highest_memory
from tests.support.stores import embedded_stores

LARGEST = 4 << 30
HOURS = 2 * 3600 * 1000
# What a gigabyte takes as well: sealing does not hold the file, whatever its size.
MOST = 800_000_000


def test_four_gibibytes_go_in_at_constant_memory(playwright: Playwright, tmp_path: Path) -> None:
    """A file of 4 GiB is sealed and sent in parts; all processes together grow by less than a fifth of it."""
    folder = tmp_path / "stores"
    folder.mkdir()
    stores = embedded_stores(folder)
    settings = read_settings({**stores.variables(), "YANLU_DATA": str(folder)})
    made = make_office(folder)
    upgrade_stores(settings)
    big = tmp_path / "ledger.bin"
    with big.open("wb") as file:
        file.truncate(LARGEST)
    browser = browsers.launch(playwright, "chromium")
    with live_intake(settings) as address, browser.new_context() as context:
        reporter = Reporter(context.new_page(), address, made.code, "en")
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told("The whole ledger is attached.", files=[big], entity="ireland"))
        before = highest_memory(descendants())
        reporter.find("send").click()
        expect(reporter.find("receipt-screen")).to_be_visible(timeout=HOURS)
        after = highest_memory(descendants())
    browser.close()
    assert sum(peak - before.get(pid, 0) for pid, peak in after.items()) < MOST
    kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert kept > LARGEST
