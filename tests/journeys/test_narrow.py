"""Every address on a narrow phone: nothing scrolls sideways, the page has its title, and a finger meets each target."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE
from tests.journeys.witness import overflow

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
WIDTHS = (360, 320)
LEAST = 24
SMALL = """(least) => [...document.querySelectorAll("input, select, textarea, button, summary, a.button")]
  .filter((one) => !["radio", "checkbox"].includes(one.type) && !one.closest(".skip"))
  .filter((one) => one.checkVisibility({checkOpacity: true}))
  .map((one) => [one.id || one.className || one.tagName, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < least || box.height < least))
  .map(([name, box]) => `${name} ${Math.round(box.width)} × ${Math.round(box.height)}`)"""
PLANTED = """() => {
  const one = document.createElement("button");
  one.style.cssText = "position: absolute; left: 400px; width: 20px; height: 20px; min-height: 0; padding: 0";
  document.body.append(one, document.createElement("h1"));
  document.querySelectorAll("h1")[1].textContent = "x";
}"""


def addresses(face: str) -> list[str]:
    """Every path that a face's own table of pages names, in one language."""
    table: dict[str, Any] = tomllib.loads((TEMPLATES / face / "pages.toml").read_text("utf-8"))
    return [row["path"] for row in table["page"] if row["path"] != "/frame/"]


def faults(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands, at each width."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        if (beyond := overflow(page)) > 0:
            found.append(f"{name}: {beyond} px too wide at {width}")
    found += [f"{name}: {small}" for small in page.evaluate(SMALL, LEAST)]
    # `/` lets a language be chosen, and nothing else.
    titles = page.locator("h1:visible").count()
    return found + ([f"{name}: {titles} titles"] if titles != 1 and name != "/" else [])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("face", ["intake", "desk"])
def test_every_address_keeps_to_a_narrow_phone(face: str, lang: str, demo: Demo, chromium: Browser) -> None:
    """At 360 and 320 px no address scrolls sideways, each has one title, and no target is under 24 px."""
    found: list[str] = []
    with chromium.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        for path in addresses(face):
            url = f"{demo.intake if face == 'intake' else demo.desk}{path.format(lang=lang)}"
            page.goto(url)
            expect(page.locator("h1:visible, main:visible").first).to_be_visible(timeout=PATIENCE)
            found += faults(page, path)
    assert found == []


@pytest.mark.parametrize("path", ["report/", "mailbox/"])
def test_the_page_keeps_its_title_while_the_code_is_asked_for_and_refused(
    path: str, demo: Demo, chromium: Browser
) -> None:
    """One title above the gate, with another office's code, and again where it asks again."""
    with chromium.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{demo.intake}/en/{path}")
        expect(page.locator('[data-test="gate"]')).to_be_visible(timeout=PATIENCE)
        assert faults(page, "asked") == []
        page.fill("#office-code", "7K3M-Q2XF-9T0A-HV5C-JB86")
        page.click('[data-test="office-code-check"]')
        expect(page.locator('[data-test="gate-refused"]')).to_be_visible(timeout=PATIENCE)
        assert faults(page, "refused") == []
        page.get_by_role("button", name="Type another code").click()
        assert faults(page, "asked again") == []


def test_a_page_that_is_too_wide_or_a_target_that_is_too_small_is_found(demo: Demo, chromium: Browser) -> None:
    """Planted: a box beyond the edge, a button of twenty pixels, a second title."""
    with chromium.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{demo.intake}/en/bundle/")
        expect(page.locator("h1:visible")).to_be_visible(timeout=PATIENCE)
        assert faults(page, "as it is") == []
        page.evaluate(PLANTED)
        assert len(faults(page, "planted")) == 4
