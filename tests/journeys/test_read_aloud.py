"""What a screen reader has to read, screen by screen, from the first page to the mailbox."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser

from tests.journeys.demo import Demo
from tests.journeys.reporter import Reporter, Told, Upload

pytestmark = pytest.mark.timeout(1800)
CONTROL = re.compile(r"^\s*- (button|link|radio|checkbox|textbox|searchbox|combobox|slider|progressbar)\b(.*)$")
NAMED = re.compile(r'^ "[^"]*\w[^"]*"')
TITLE = re.compile(r"^\s*- heading .*\[level=1\]")
LEVEL = re.compile(r"\[level=(\d)\]")
READING = """() => {
  const at = document.activeElement;
  return at === document.body ? "body" : at.tagName.toLowerCase();
}"""
NEW_SCREENS = {"about", "files", "people", "review", "receipt", "offer-naming", "offer-guard", "finished", "mailbox"}
"""Screens that take the place of another: what is read next is their title."""


@dataclass
class Listener(Reporter):
    """Hears every screen, and keeps what was read and where reading began."""

    heard: dict[str, str] = field(default_factory=dict[str, str])
    began: dict[str, str] = field(default_factory=dict[str, str])

    def look(self, step: str) -> None:
        """What the accessibility tree has of this screen."""
        self.heard[step] = self.page.locator("body").aria_snapshot()
        self.began[step] = self.page.evaluate(READING)


@pytest.mark.parametrize(("kind", "lang"), [("chromium", "zh"), ("firefox", "en")])
def test_every_screen_can_be_read_aloud(kind: str, lang: str, demo: Demo, request: pytest.FixtureRequest) -> None:
    """One title each, where reading begins; no level of headings left out; and every control says what it does."""
    browser: Browser = request.getfixturevalue(kind)
    with browser.new_context(viewport={"width": 360, "height": 780}) as context:
        reporter = Listener(context.new_page(), demo.intake, demo.code, lang)
        receipt = reporter.report(Told("夜班只签字不检查。", entity="group", files=[_note()]))
        reporter.come_back(receipt)
    assert NEW_SCREENS - {"offer-guard"} <= set(reporter.heard)
    for step, read in reporter.heard.items():
        lines = read.splitlines()
        assert [line for line in lines if (found := CONTROL.match(line)) and not NAMED.match(found[2])] == [], (
            step,
            read,
        )
        if step != "entry":
            assert len([line for line in lines if TITLE.match(line)]) == 1, (step, read)
            _no_level_left_out(step, lines)
        if step in NEW_SCREENS - {"about"}:
            assert reporter.began[step] == "h1", (step, reporter.began)
    groups = [line for line in reporter.heard["receipt"].splitlines() if re.search(r"- listitem: \"?\d{4}\"?$", line)]
    assert len(groups) == 7, reporter.heard["receipt"]


def _no_level_left_out(step: str, lines: list[str]) -> None:
    levels = [int(found[1]) for line in lines if "- heading" in line and (found := LEVEL.search(line))]
    before = 0
    for level in levels:
        assert level <= before + 1, (step, levels)
        before = level


def _note() -> Upload:
    return {"name": "note.txt", "mimeType": "text/plain", "buffer": b"22:10"}
