"""The desk opens cases by workers beside the page; without them the page does it, and with the keys they end.

Their script is asked for as anybody's, before anything names a member.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Route, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.journeys.test_custody import Custodian
from tests.journeys.witness import Witness, watch
from tests.support.attacks.tampering_proxy import LyingProxy, lying_proxy

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
  postMessage(...given) { note(given[0] === "forget" ? "forgetting" : "asked"); super.postMessage(...given); }
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
def _seat(
    browser: Browser, demo: Demo, name: str = HOLDER, kind: type[Investigator] = Investigator
) -> Generator[tuple[Investigator, Counter[str], Witness]]:
    """A member in a fresh browser, and what the page has done with workers so far."""
    done = Counter[str]()

    def hear(message: ConsoleMessage) -> None:
        if message.text.startswith("worker "):
            done[message.text.removeprefix("worker ")] += 1

    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        witness = watch(context)
        context.add_init_script(NOTED)
        page = context.new_page()
        page.on("console", hear)
        yield kind(page, demo, demo.staff[name], "en"), done, witness


def _titles(member: Investigator) -> list[str]:
    member.sign_in()
    return _listed(member)


def _listed(member: Investigator) -> list[str]:
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
        before = done.copy()
        _sign_out(member)
        assert done["ended"] == before["started"]
        # The page that follows has workers of its own.
        member.fill_form()
        member.page.locator("#sign-in-go").click()
        member.let_in()
        assert _listed(member) == titles
        assert done["started"] == done["ready"] == 2 * before["started"]
        assert done["asked"] > before["asked"]
    with _seat(browser, demo) as (member, done, _):
        _refuse_worker(member.page.context)
        assert _titles(member) == titles
        assert (done["asked"], done["ended"]) == (0, done["started"])


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_their_script_is_asked_for_without_a_cookie_before_a_member_is_named(
    demo: Demo, kind: str, request: pytest.FixtureRequest
) -> None:
    """Also where the browser has a session's cookie still; and by then no other script can make the page's policy."""
    browser: Browser = request.getfixturevalue(kind)
    with lying_proxy(demo.desk) as proxy, _seat(browser, demo) as (member, done, _):
        member.url = proxy.url
        member.page.context.add_cookies([{"name": "yanlu_desk", "value": "not-signed-out", "url": proxy.url}])
        member.fill_sign_in()
        _wait_for_workers(member, done)
        assert member.page.evaluate(REFUSED, "/assets/x.js") == ["TypeError"] * 4
        assert {"GET /en/ with a cookie"} <= _calls(proxy)
        member.page.locator("#sign-in-go").click()
        member.let_in()
        paths = [f"{one.method} {one.path}" for one in proxy.seen]
        scripts = [n for n, path in enumerate(paths) if WORKER.search(path)]
        assert scripts
        assert max(scripts) < paths.index("POST /api/session")
        assert [one for one in _calls(proxy) if "/assets/worker." in one and "cookie" in one] == []


def _wait_for_workers(member: Investigator, done: Counter[str]) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while not done["started"] or done["ready"] < done["started"]:
        assert time.monotonic() < deadline, done
        member.page.wait_for_timeout(50)


def _calls(proxy: LyingProxy) -> set[str]:
    """What was asked for, and whether a cookie came with it."""
    named = {True: " with a cookie", False: ""}
    return {f"{one.method} {one.path}{named['cookie' in {name.lower() for name in one.headers}]}" for one in proxy.seen}


def test_who_leads_no_case_has_no_workers_after_signing_in(demo: Demo, chromium: Browser) -> None:
    """They began with the page, which did not know yet whose it is; they were asked for nothing, and are over."""
    with _seat(chromium, demo, "custodian-a", Custodian) as (keeper, done, _):
        keeper.sign_in()
        assert done["started"] == done["ended"] > 0
        assert done["asked"] == 0


def _refuse_worker(context: BrowserContext) -> None:
    """The worker's script does not come."""

    def refuse(route: Route) -> None:
        route.fulfill(status=404)

    context.route(WORKER, refuse)
