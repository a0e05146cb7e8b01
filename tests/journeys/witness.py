"""Watches a browser context: console, requests, and what a visit leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# From the top: a control that the header half covers because the page is scrolled is no small target.
RUN_AXE = """async (tags) => {
  const [x, y] = [scrollX, scrollY];
  scrollTo({ left: 0, top: 0, behavior: "instant" });
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  scrollTo({ left: x, top: y, behavior: "instant" });
  return found;
}"""

LEFT_BEHIND = """async () => ({
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map((one) => one.name),
  caches: "caches" in self ? await caches.keys() : [],
  workers: navigator.serviceWorker
    ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  cookie: document.cookie,
  entries: history.length,
  name: self.name,
})"""


@dataclass
class Witness:
    """What happened in one context since it was opened."""

    origins: set[str] = field(default_factory=set[str])
    complaints: list[str] = field(default_factory=list[str])
    expected: list[str] = field(default_factory=list[str])

    def on_console(self, message: ConsoleMessage) -> None:
        """Keeps errors and warnings; an expected one must be named beforehand."""
        if message.type in {"error", "warning"} and not self._is_expected(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def on_page_error(self, error: Error) -> None:
        """Keeps uncaught errors."""
        if not self._is_expected(error.message):
            self.complaints.append(f"uncaught: {error.message}")

    def on_request(self, request: Request) -> None:
        """Keeps the origin of every request that leaves the page."""
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"}:
            self.origins.add(f"{parts.scheme}://{parts.netloc}")

    def _is_expected(self, text: str) -> bool:
        return any(part in text for part in self.expected)


def watch(context: BrowserContext) -> Witness:
    """Starts watching every page that the context opens."""
    witness = Witness()
    context.on("request", witness.on_request)
    context.on("console", witness.on_console)
    context.on("weberror", lambda one: witness.on_page_error(one.error))
    return witness


def axe_violations(page: Page) -> list[str]:
    """Runs axe on the page as it stands now; empty when nothing is wrong.

    The script is evaluated by the driver, not loaded by the page, so that the page's CSP stands.
    """
    page.evaluate(AXE)
    found = page.evaluate(RUN_AXE, AXE_TAGS)
    return [
        f"{page.url}: {one['id']}: {one['help']}: {[node['target'] for node in one['nodes']]}"
        for one in found["violations"]
    ]


def overflow(page: Page) -> int:
    """How many CSS pixels the page is wider than the window."""
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


def assert_nothing_left(page: Page, context: BrowserContext) -> None:
    """No cookie, no storage, no cache, no worker and no second history entry."""
    left = page.evaluate(LEFT_BEHIND)
    assert left == {
        "local": [],
        "session": [],
        "databases": [],
        "caches": [],
        "workers": 0,
        "cookie": "",
        "entries": left["entries"],
        "name": "",
    }
    assert context.cookies() == []
    assert context.storage_state() == {"cookies": [], "origins": []}
