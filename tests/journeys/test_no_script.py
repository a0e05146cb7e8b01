"""Without JavaScript nothing can be sent, the page says so in both languages, and words in clear are turned away."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright

from portal.settings import read_settings
from portal.wiring.intake import build_intake
from tests.journeys.demo import Demo
from tests.journeys.reporter import hook
from tests.journeys.witness import watch
from tests.support.browsers.launch import FIREFOX, KINDS

PAGES = ("", *(f"{lang}/{name}" for lang in ("zh", "en") for name in ("", "report/", "mailbox/", "bundle/")))
WORDS = "老板在仓库里藏了现金 the boss hides cash"
SHAPES = {
    "a JSON text": json.dumps(WORDS, ensure_ascii=False).encode(),
    "a form": "account=老板在仓库里藏了现金 the boss hides cash".encode(),
    "bare text": WORDS.encode(),
    "an object": json.dumps({"v": 1, "account": WORDS}, ensure_ascii=False).encode(),
}
REFUSALS = {"malformed", "not-sealed", "wrong-shape", "part-damaged", "sealed-shape", "not-found"}
# Asked at once, without waiting: a Firefox without JavaScript has no timers for the driver's own waiting.
SHOWN = "(found) => found.map((one) => one.getClientRects().length > 0)"
POSSIBLE_NAME = "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture(params=KINDS)
def scriptless(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Page]:
    """A page of a browser whose JavaScript is off."""
    if request.param == "chromium":
        chromium: Browser = request.getfixturevalue("chromium")
        with chromium.new_context(java_script_enabled=False) as context:
            yield context.new_page()
        return
    # Stock Firefox goes by its own preference, not by what the driver asks of a context.
    off: dict[str, str | float | bool] = {"javascript.enabled": False}
    firefox = playwright.firefox.launch(channel="moz-firefox", executable_path=FIREFOX, firefox_user_prefs=off)
    yield firefox.new_page()
    firefox.close()


def test_each_page_says_in_both_languages_that_it_can_send_nothing(demo: Demo, scriptless: Page) -> None:
    """Every page shows both sentences, and whatever is pressed sends no body and opens no new address."""
    witness = watch(scriptless.context)
    bodies: list[str] = []
    scriptless.on("request", lambda one: bodies.append(one.url) if one.method != "GET" else None)
    for path in PAGES:
        address = f"{demo.intake}/{path}"
        scriptless.goto(address)
        for lang, words in (("zh-CN", "需要 JavaScript"), ("en", "needs JavaScript")):
            said = scriptless.locator(f"p[lang='{lang}']").filter(has_text=words)
            assert said.evaluate_all(SHOWN) == [True], (path, lang)
        assert scriptless.locator("form").count() == 0, path
        assert True not in scriptless.locator("input, textarea, select").evaluate_all(SHOWN), path
        for button in scriptless.locator("button").all():
            button.evaluate("(one) => one.click()")
        assert scriptless.url == address, path
    assert bodies == []
    assert witness.origins == {demo.intake}
    assert hook(scriptless, "send").count() == 0


@pytest.fixture(scope="module")
def app(demo: Demo) -> Flask:
    """The intake app, for its table of addresses."""
    return build_intake(read_settings({"YANLU_DATA": str(demo.data)}))


def calls(app: Flask) -> list[tuple[str, str]]:
    """Method and path of every call that takes a body."""
    found: list[tuple[str, str]] = []
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<k>", "0").replace("<blob>", POSSIBLE_NAME)
        found += [(method, path) for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"})]
    return sorted(found)


@pytest.mark.parametrize("shape", SHAPES)
def test_words_in_clear_are_refused_and_not_said_back(demo: Demo, app: Flask, shape: str) -> None:
    """Every call that takes a body refuses words in clear for their shape, and repeats none of them."""
    found = calls(app)
    assert {"/api/submissions", "/api/posts", "/api/poll", "/api/bundles", "/api/drafts", "/api/blob"} <= {
        path for _, path in found
    }
    for method, path in found:
        answer = httpx.request(method, f"{demo.intake}{path}", content=SHAPES[shape])
        assert answer.status_code in {400, 415, 422}, (method, path, answer.text)
        problem = answer.json()
        assert problem["type"].removeprefix("urn:yanlu:error:") in REFUSALS, (path, problem)
        told = answer.text + answer.headers.__repr__()
        for word in ("老板", "现金", "boss", "cash"):
            assert word not in told, path
