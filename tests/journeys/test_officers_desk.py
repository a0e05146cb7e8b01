"""The retaliation officer at the watch's own pages, in the browser: unlock, alerts, what may be done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.officer import Officer
from tests.support.officers_desk import OfficersDesk, feed_company, look_at, officers_desk
from tests.support.stores import ready_embedded_stores
from tests.support.watching import OFFICER, Watch, open_watch

pytestmark = pytest.mark.timeout(300)
SEED = 1101
PHONE, DESKTOP = {"width": 360, "height": 780}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[tuple[Watch, OfficersDesk]]:
    """A watch over a company of seven hundred, after a look, behind its pages."""
    folder = tmp_path_factory.mktemp("officer")
    watch = open_watch(ready_embedded_stores(folder, prepared), folder)
    assert look_at(watch, feed_company(watch, SEED, 700, 30)) > 0
    with officers_desk(watch, folder) as desk:
        yield watch, desk
    watch.close()


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESKTOP)], ids=["phone-zh", "desktop-en"])
def test_the_officer_unlocks_and_reads_alerts(
    chromium: Browser, served: tuple[Watch, OfficersDesk], language: str, size: dict[str, int], tmp_path: Path
) -> None:
    """A wrong file and a wrong passphrase open nothing; the right ones do, in this browser alone."""
    _, desk = served
    context = chromium.new_context(viewport=size)  # pyright: ignore[reportArgumentType]
    officer = Officer(context.new_page(), desk, language)
    sent: list[str] = []
    officer.page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    officer.arrive()
    officer.look()
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(json.loads(desk.key_file.read_text()) | {"more": 1}))
    officer.unlock(key_file=wrong)
    expect(officer.find("problem")).to_be_visible()
    officer.unlock(passphrase="not this one")
    expect(officer.find("problem")).to_be_visible(timeout=120_000)
    officer.unlock()
    officer.unlocked()
    officer.look()
    assert officer.find("alert-row").count() > 0
    assert officer.wrong == []
    # Nothing that opens the key leaves the browser, and nothing of it stays that was not asked for.
    assert not [one for one in sent if desk.passphrase in one or desk.device_secret in one]
    kept = officer.page.evaluate("JSON.stringify({...localStorage})")
    assert OFFICER not in kept
    context.close()
