"""A reporter keeps the proof of filing, and anybody checks it: on the site, and from a disk without a line."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, hook
from tests.journeys.test_main_journey import Stage, person
from tests.support.commands.yanlu_in_process import inside

pytestmark = pytest.mark.timeout(1800)


def _await_checkpoint(demo: Demo) -> None:
    """The demo's worker writes the first one once the sample reports are told."""
    until = time.monotonic() + 60
    while httpx.get(f"{demo.intake}/log/checkpoint").status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.2)


def _kept(stage: Stage, folder: Path, firefox: Path | None = None) -> Path:
    """What the reporter keeps, and that a click on it asks the server for nothing."""
    with stage.reporter() as reporter:
        reporter.come_back(stage.demo.receipts[0])
        reporter.find("proof-open").click()
        reporter.look("proof")
        asked: list[str] = []
        reporter.page.on("request", lambda request: asked.append(request.url))
        _download(reporter.page, "proof-keep", folder / "mine.tlog-proof", firefox)
        expect(reporter.find("proof-kept")).to_be_visible()
        assert [url for url in asked if not url.startswith("blob:")] == []
    return folder / "mine.tlog-proof"


def _download(page: Page, button: str, file: Path, firefox: Path | None) -> None:
    """Clicks, and puts what was saved where the test wants it."""
    if firefox is None:
        with page.expect_download(timeout=PATIENCE) as kept:
            hook(page, button).click()
        kept.value.save_as(file)
        return
    before, until = _whole(firefox), time.monotonic() + PATIENCE / 1000
    hook(page, button).click()
    while not (new := _whole(firefox) - before):
        assert time.monotonic() < until, "nothing was saved"
        page.wait_for_timeout(50)
    (saved,) = new
    file.write_bytes(saved.read_bytes())


def _whole(folder: Path) -> set[Path]:
    """What lies there whole."""
    return {one for one in folder.iterdir() if one.suffix != ".part" and one.stat().st_size}


def _check(page: Page, file: Path, code: str) -> None:
    """Gives the page both."""
    hook(page, "proof-file").set_input_files(file)
    hook(page, "proof-code").fill(code)
    hook(page, "proof-check").click()


def test_a_reporter_keeps_a_proof_that_anybody_checks_from_a_disk(
    demo: Demo,
    chromium: Browser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It holds on the site, in the page's copy on a disk without a line, and for the command; altered never."""
    _await_checkpoint(demo)
    stage = Stage(demo, chromium, "phone", "zh")
    file, page_file = _kept(stage, tmp_path), tmp_path / "yanlu-proof.html"
    altered = tmp_path / "altered.tlog-proof"
    altered.write_bytes(file.read_bytes().replace(b"index ", b"index 1", 1))
    with person(chromium, "phone", "zh") as one:
        one.page.goto(f"{demo.intake}/zh/proof/")
        _check(one.page, file, demo.code)
        mark = hook(one.page, "proof-item").inner_text()
        one.inspect("proof")
        with one.page.expect_download() as page:
            hook(one.page, "proof-page").click()
        page.value.save_as(page_file)
    with person(chromium, "phone", "zh") as one:
        one.context.set_offline(True)
        one.page.goto(page_file.as_uri())
        asked: list[str] = []
        one.page.on("request", lambda request: asked.append(request.url))
        _check(one.page, file, demo.code)
        expect(hook(one.page, "proof-item")).to_have_text(mark)
        _check(one.page, altered, demo.code)
        expect(hook(one.page, "proof-refused")).to_be_visible()
        _check(one.page, file, "0000-0000-0000-0000-0000")
        expect(hook(one.page, "proof-refused")).to_be_visible()
        assert asked == []
        # Not the missing line alone keeps it from asking: its own policy does.
        one.page.evaluate(f"fetch('{demo.intake}/zh/').catch(() => null)")
        assert any("Content Security Policy" in complaint for complaint in one.witness.complaints)
        one.witness.complaints.clear()
    ran = inside(capsys, monkeypatch, demo.settings, "proof", "verify", file, "--office-key", demo.code, "--json")
    assert (ran.code, ran.document["item"]) == (0, mark)


def test_a_reporter_keeps_and_checks_the_proof_in_firefox(
    demo: Demo, firefox: Browser, firefox_downloads: Path, tmp_path: Path
) -> None:
    """The same file, saved by Firefox, holds on the site and in the page's copy on a disk; altered it does not."""
    _await_checkpoint(demo)
    file = _kept(Stage(demo, firefox, "desktop", "en"), tmp_path, firefox_downloads)
    altered, page_file = tmp_path / "altered.tlog-proof", tmp_path / "yanlu-proof.html"
    altered.write_bytes(file.read_bytes().replace(b"index ", b"index 1", 1))
    with person(firefox, "desktop", "en") as one:
        one.page.goto(f"{demo.intake}/en/proof/")
        _check(one.page, file, demo.code)
        mark = hook(one.page, "proof-item").inner_text()
        _download(one.page, "proof-page", page_file, firefox_downloads)
        _check(one.page, altered, demo.code)
        expect(hook(one.page, "proof-refused")).to_be_visible()
    with person(firefox, "desktop", "en") as one:
        one.page.goto(page_file.as_uri())
        _check(one.page, file, demo.code)
        expect(hook(one.page, "proof-item")).to_have_text(mark)
