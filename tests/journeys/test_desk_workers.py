"""The desk opens cases by workers beside the page; without them the page does it, and with the keys they end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Route, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.journeys.witness import Witness, watch

pytestmark = pytest.mark.timeout(1800)
HOLDER = "investigator-b"
"""Holds every case of the demo."""
WORKER = re.compile(r"/assets/worker\.[0-9a-f]{16}\.js$")
# Says what the page does with workers, by the console, which outlives the page.
NOTED = """
const Real = Worker;
const note = (what) => console.info(`worker ${what}`);
self.Worker = class extends Real {
  constructor(...given) {
    super(...given);
    note("started");
    this.addEventListener("message", ({ data }) => note(data === "ready" ? "ready" : "answered"));
  }
  postMessage(...given) { note("asked"); super.postMessage(...given); }
  terminate() { note("ended"); super.terminate(); }
};
"""
REFUSED = """(address) => {
  const tried = [
    () => trustedTypes.createPolicy("yanlu-decrypting", { createScriptURL: () => "/assets/x.js" }),
    () => trustedTypes.createPolicy("another", { createHTML: (text) => text }),
    () => new Worker(address),
    () => new Worker("blob:nothing"),
  ];
  return tried.map((one) => { try { one(); return "allowed"; } catch (error) { return error.name; } });
}"""


@contextmanager
def _seat(browser: Browser, demo: Demo, prepare: str = NOTED) -> Generator[tuple[Investigator, Counter[str], Witness]]:
    """A member in a fresh browser, and what the page has done with workers so far."""
    done = Counter[str]()

    def hear(message: ConsoleMessage) -> None:
        if message.text.startswith("worker "):
            done[message.text.removeprefix("worker ")] += 1

    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        witness = watch(context)
        context.add_init_script(prepare)
        page = context.new_page()
        page.on("console", hear)
        yield Investigator(page, demo, demo.staff[HOLDER], "en"), done, witness


def _titles(member: Investigator) -> list[str]:
    member.sign_in()
    member.find("view-open").click()
    expect(member.find("case-row").first).to_be_visible(timeout=PATIENCE)
    return member.page.locator("#rows .row-title").all_inner_texts()


def _sign_out(member: Investigator) -> None:
    member.page.locator("#sign-out").click()
    expect(member.page.locator("#sign-in-form")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_cases_are_opened_beside_the_page_and_as_on_it(demo: Demo, kind: str, request: pytest.FixtureRequest) -> None:
    """Workers answer for each envelope, and end at sign-out; without any the same cases are shown."""
    browser: Browser = request.getfixturevalue(kind)
    with _seat(browser, demo) as (member, done, witness):
        titles = _titles(member)
        assert len(titles) > 1
        assert 1 <= done["started"] == done["ready"] <= 4
        assert done["asked"] == done["answered"] > 0
        assert witness.complaints == []
        # The page can start nothing else, and make no further policy.
        assert member.page.evaluate(REFUSED, "/assets/x.js") == ["TypeError"] * 4
        _sign_out(member)
        assert done["ended"] == done["started"]
    with _seat(browser, demo) as (member, done, _):
        _refuse_worker(member.page.context)
        assert _titles(member) == titles
        assert (done["asked"], done["ended"]) == (0, done["started"])


def _refuse_worker(context: BrowserContext) -> None:
    """The worker's script does not come."""

    def refuse(route: Route) -> None:
        route.fulfill(status=404)

    context.route(WORKER, refuse)
