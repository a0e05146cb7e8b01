"""A browser with a profile on the disk, as people have it: what it leaves there can be searched."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.support.browsers.launch import CHROMIUM, CHROMIUM_FLAGS, FIREFOX

STRANGERS = ("https://www.baidu.com/", "https://www.wikipedia.org/")
AWAY = "<!doctype html><title>away</title><p>Something to read.</p>"
# As people have it: a page may be kept whole for Back, and a session is written to the disk all the time.
KEEPS_PAGES = ["--disable-back-forward-cache"]
WRITES_OFTEN: dict[str, str | float | bool] = {
    "browser.sessionstore.interval": 500,
    "browser.sessionstore.privacy_level": 0,
}


@contextmanager
def browser_with_profile(playwright: Playwright, kind: str, profile: Path) -> Generator[BrowserContext]:
    """A browser with a profile on the disk; the strangers' sites are played."""
    if kind == "chromium":
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=CHROMIUM_FLAGS, ignore_default_args=KEEPS_PAGES
        )
    else:
        context = playwright.firefox.launch_persistent_context(
            profile, channel="moz-firefox", executable_path=FIREFOX, firefox_user_prefs=WRITES_OFTEN
        )
    for stranger in STRANGERS:
        context.route(f"{stranger}**", lambda route: route.fulfill(body=AWAY, content_type="text/html"))
    try:
        yield context
    finally:
        context.close()
