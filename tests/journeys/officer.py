"""What the retaliation officer does at the watch's own pages, as sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.reporter import PATIENCE, SEALING
from tests.journeys.witness import axe_violations, overflow
from tests.support.offices.officer_desk import OfficersDesk
from tests.support.offices.watch import NOW


@dataclass
class Officer:
    """The officer in front of a page; what axe or a sideways scroll finds wrong is kept."""

    page: Page
    desk: OfficersDesk
    language: str
    wrong: list[str] = field(default_factory=list[str])
    now: datetime = NOW

    def find(self, hook: str) -> Locator:
        """Whatever carries this hook."""
        return self.page.locator(f'[data-test="{hook}"]')

    def look(self) -> None:
        """Run axe and look for sideways scroll, once a page stands there and nothing is being fetched."""
        expect(self.page.locator("h1:visible").first).to_be_visible(timeout=PATIENCE)
        self.wrong += axe_violations(self.page)
        window = self.page.viewport_size
        assert window is not None
        for width in (window["width"], 360, 320):
            self.page.set_viewport_size({"width": width, "height": window["height"]})
            if overflow(self.page):
                self.wrong.append(f"sideways at {width}: {self.page.inner_text('h1:visible')}")
        self.page.set_viewport_size(window)

    def arrive(self) -> None:
        """Open the page, on the day of the test."""
        self.page.clock.set_fixed_time(self.now)
        self.page.goto(f"{self.desk.address}/{self.language}/")

    def unlock(self, passphrase: str | None = None, key_file: Path | None = None) -> None:
        """Type what opens the key."""
        if self.page.locator("#key-file").is_visible():
            self.page.set_input_files("#key-file", key_file or self.desk.key_file)
            self.page.fill("#device-secret", self.desk.device_secret)
        self.page.fill("#passphrase", passphrase or self.desk.passphrase)
        self.page.click("#unlock-go")

    def unlocked(self) -> None:
        """Wait for the list."""
        expect(self.find("alerts-title")).to_be_visible(timeout=SEALING)

    def open_alert(self, number: int = 0) -> None:
        """Open one alert of the list."""
        self.find("alert-row").nth(number).click()
        expect(self.find("alert-title")).to_be_visible(timeout=PATIENCE)
