"""A busy office: the page and the command line do the work that is asked, and a report goes through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from portal.edge.load_limiter import Allowance
from portal.settings import read_settings
from portal.stores.schemas import upgrade_stores
from tests.journeys.reporter import PATIENCE, SEALING, Reporter, Told
from tests.support.commands.yanlu_process import POLICY, yanlu
from tests.support.offices.sample_office import make_office
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

# Always asks for 11 bits: four searches of two thousand trials each, on the average.
STEADY = Allowance(burst=-3e6, refill=0, step=1e6)
WORK = "yanlu-work"
WATCH = """
window.working = 0;
// The notice comes when the work takes long enough to be noticed. How long it takes is luck: here, at the first pause.
const later = window.setTimeout;
window.setTimeout = (work, wait, ...more) => later(work, wait === 400 ? 0 : wait, ...more);
const seen = (change) => [...change.addedNodes].some((node) => node.dataset?.test === "working");
new MutationObserver((changes) => { window.working += changes.filter(seen).length; })
  .observe(document, { childList: true, subtree: true });
"""
PICTURE = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x" * 5000}


@dataclass(frozen=True)
class BusyOffice:
    """An intake and a desk that ask everybody for work."""

    address: str
    desk: str
    code: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusyOffice]:
    """A signed office and its live intake."""
    folder = tmp_path_factory.mktemp("busy")
    stores = embedded_stores(folder)
    settings = read_settings({**stores.variables(), "YANLU_DATA": str(folder)})
    made = make_office(folder)
    upgrade_stores(settings)
    with (
        live_intake(settings, allowance=STEADY, start=None) as address,
        live_intake(settings, face="desk", allowance=STEADY, start=None) as desk,
    ):
        yield BusyOffice(address, desk, made.code)


def test_a_report_goes_through_a_busy_office(office: BusyOffice, page: Page) -> None:
    """Report, finishing post and mailbox work as always, with proofs; the page lives on, and nothing is sent twice."""
    sent: list[Request] = []
    page.add_init_script(WATCH)
    page.on("request", lambda request: sent.append(request) if "/api/" in request.url else None)
    reporter = Reporter(page, office.address, office.code, "zh")
    reporter.arrive()
    reporter.start_report()
    reporter.tell(Told("验收单是假的。", files=[PICTURE]))  # type: ignore[list-item]
    reporter.find("send").click()
    receipt = reporter.receipt()
    # A timer of the page shows the notice while the work goes on: the page is not frozen.
    assert page.evaluate("window.working") > 0
    expect(reporter.find("working")).to_have_count(0)
    reporter.finish(receipt)
    reporter.come_back(receipt)
    expect(reporter.find("thread-empty")).to_be_visible(timeout=PATIENCE)
    proven = [request for request in sent if WORK in request.headers]
    assert {request.url.split("/api/")[1].split("/")[0] for request in proven} == {
        "blobs",
        "submissions",
        "posts",
        "filings",
        "poll",
    }
    # Every answer tells what is asked, so that nothing has to be sent twice.
    assert len(sent) == len(proven)


def test_the_command_line_does_the_work_too(office: BusyOffice, tmp_path: Path) -> None:
    """`yanlu report` and `yanlu inbox` go through a busy office, and say once why it takes a moment."""
    (tmp_path / "told.txt").write_text("The acceptance sheet is false.")
    (tmp_path / "a.bin").write_bytes(b"x" * 9000)
    place = ["--office", office.address, "--office-key", office.code]
    more = [
        "--entity",
        "ireland",
        "--policy",
        POLICY,
        "--text-file",
        tmp_path / "told.txt",
        "--attach",
        tmp_path / "a.bin",
    ]
    done = yanlu("report", *place, *more, "--receipt-out", tmp_path / "receipt", "--json")
    assert done.code == 0, done.err
    assert done.err.count("busy") == 1
    back = yanlu("inbox", *place, "--receipt-file", tmp_path / "receipt", "--json")
    assert back.code == 0, back.err
    assert back.document["entries"] == []


def test_a_busy_desk_hears_whoever_does_the_work(office: BusyOffice, chromium: Browser) -> None:
    """The sign-in page does the work that is asked, says so, and is answered: here, that there is no such member."""
    sent: list[Request] = []
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/api/session") else None)
    page.goto(f"{office.desk}/en/#c={office.code}")
    page.locator("#member").fill("nobody-1")
    page.locator("#passphrase").fill("alpha bravo charlie delta echo foxtrot")
    page.locator("#device-secret").fill("0000-0000-0000-0000-0000-0000-00")
    page.locator("#totp").fill("000000")
    page.locator("#sign-in-form button[type=submit], #sign-in-form button:not([type])").first.click()
    expect(page.locator('[data-test="problem"]')).to_be_visible(timeout=SEALING)
    assert [WORK in request.headers for request in sent][-1]
    assert page.evaluate("window.working") > 0
    context.close()
