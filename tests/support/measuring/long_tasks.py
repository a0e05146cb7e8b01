"""How long a page keeps its main thread to itself, by the thread's own clock: other work of the machine is left out."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page

TASK: Final = "ThreadControllerImpl::RunTask"
MAIN_THREAD: Final = "CrRendererMain"
SCRIPT: Final = frozenset({"EvaluateScript", "FunctionCall", "RunMicrotasks", "v8.evaluateModule", "v8.callFunction"})
CATEGORIES: Final = ("toplevel", "devtools.timeline", "v8", "v8.execute")

Event = dict[str, Any]


@dataclass
class Thread:
    """The longest task of a page, and the longest piece of script in one, in milliseconds."""

    task: float = 0
    script: float = 0


@contextmanager
def main_thread(page: Page) -> Generator[Thread]:
    """Watches a page's main thread in Chromium; what was longest stands in the result afterwards."""
    browser = page.context.browser
    assert browser is not None
    found = Thread()
    browser.start_tracing(page=page, categories=list(CATEGORIES))
    try:
        yield found
    finally:
        events: list[Event] = json.loads(browser.stop_tracing())["traceEvents"]
    mine = _of_the_page(events)
    found.task = max(one.get("tdur", 0) for one in mine if one["name"] == TASK) / 1000
    found.script = max(one.get("tdur", 0) for one in mine if one["name"] in SCRIPT) / 1000


def _of_the_page(events: list[Event]) -> list[Event]:
    """What happened in the main thread of the page: of a browser's several, the one that worked longest."""
    worked = {(one["pid"], one["tid"]): 0.0 for one in events if _name(one) == MAIN_THREAD}
    for one in events:
        place = one["pid"], one["tid"]
        if one["name"] == TASK and place in worked:
            worked[place] += one.get("tdur", 0)
    place = max(worked, key=lambda at: worked[at])
    return [one for one in events if one.get("ph") == "X" and (one["pid"], one["tid"]) == place]


def _name(event: Event) -> str:
    return str(event.get("args", {}).get("name", "")) if event["name"] == "thread_name" else ""
