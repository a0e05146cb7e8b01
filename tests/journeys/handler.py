"""What a member does under the policy of a case, at the desk in the browser, as sentences."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, SEALING

CHANGED = {"zh": "请先查看新内容，再发送", "en": "Read what is new, then send."}


@dataclass(frozen=True)
class Act:
    """One act as it is filled in: what is chosen, what is ticked, and the words."""

    name: str
    text: str = ""
    chosen: dict[str, str] = field(default_factory=dict[str, str])
    ticked: tuple[str, ...] = ()
    typed: dict[str, str] = field(default_factory=dict[str, str])


class Handler(Investigator):
    """A member before a case that runs under a policy."""

    def stage(self) -> str:
        """The stage that the page shows."""
        return self.find("stage").inner_text()

    def allowed(self) -> list[str]:
        """The acts that have a button now, in their order."""
        buttons = self.find("acts").locator("button").all()
        return [(one.get_attribute("data-test") or "").removeprefix("act-") for one in buttons]

    def steps(self) -> Locator:
        """Every event of the story."""
        return self.find("moment")

    def open_form(self, name: str) -> Locator:
        """Open the form of an act."""
        button = self.find(f"act-{name}")
        if not button.is_visible():
            self.find("acts").locator("details", has=button).locator("summary").click()
        button.click()
        form = self.find("act-form")
        expect(form).to_have_attribute("data-act", name)
        return form

    def fill(self, act: Act) -> Locator:
        """Open the form of an act and fill it in."""
        form = self.open_form(act.name)
        for hook in act.ticked:
            self.find(hook).check()
        for hook, value in act.chosen.items():
            self.find(hook).select_option(value)
        for hook, value in act.typed.items():
            self.find(hook).fill(value)
        if act.text:
            self.find("act-text").fill(act.text)
        self.look(f"act-{act.name}")
        return form

    def do(self, name: str, text: str = "", *ticked: str, typed: dict[str, str] | None = None, **chosen: str) -> None:
        """One act: filled in, sent, and on the record. `chosen` names fields without their `act-`."""
        hooks = {f"act-{key}": value for key, value in chosen.items()}
        form = self.fill(Act(name, text, hooks, ticked, typed or {}))
        before = self.steps().count()
        self.find("act-send").click()
        self._sent(form)
        expect(self.steps()).not_to_have_count(before, timeout=PATIENCE)
        assert self.find("step-wrong").count() == 0

    def publish(self, **parts: str) -> None:
        """What is published of the case, by its step: parts written, signed, and on the record."""
        before = self.find("published-text").count()
        self.find("act-published").click()
        for part, text in parts.items():
            self.find(f"publication-{part}").fill(text)
        self.find("publication-sign").click()
        self._sent(self.find("publication-form"), "publication-sign", "publication-fault")
        expect(self.find("published-text")).to_have_count(before + 1, timeout=PATIENCE)

    def _sent(self, form: Locator, send: str = "act-send", fault: str = "act-fault") -> None:
        """Wait until the form has gone; where the worker wrote into the case meanwhile, the page asks to send again."""
        until, asked = time.monotonic() + SEALING / 1000, False
        changed = self.find(fault).filter(has_text=CHANGED[self.lang])
        while form.count():
            assert time.monotonic() < until, self.find(fault).all_inner_texts()
            if not asked and changed.count():
                asked = True
                self.find(send).click()
            self.page.wait_for_timeout(300)

    def refused(self, name: str, why: str, *ticked: str, text: str = "") -> None:
        """An act that this browser does not let pass; the form is left again."""
        self.open_form(name)
        for box in ticked:
            self.find(box).check()
        if text:
            self.find("act-text").fill(text)
        self.find("act-send").click()
        expect(self.find("act-fault")).to_contain_text(why)
        self.find("act-cancel").click()

    def together(self, name: str, text: str = "") -> Locator:
        """Open the form of a step for all merged cases and fill it in; it is not sent yet."""
        self.find(f"joint-{name}").click()
        form = self.find("act-form")
        expect(form).to_have_attribute("data-act", name)
        self.find("act-text").fill(text)
        self.look(f"joint-{name}")
        return form

    def fates(self, fate: str) -> Locator:
        """The cases of the form to which this happened."""
        return self.page.locator(f'[data-test="target"][data-fate="{fate}"]')

    def due(self, clock: str) -> Locator:
        """The row of a limit that runs."""
        return self.page.locator(f'[data-clock="{clock}"]:is([data-test="due"], [data-test="also-promised"])')

    def wait_firm(self, clock: str) -> None:
        """Refresh until the day of a limit is no longer provisional, and the server reckons it as this browser does."""
        until = time.monotonic() + PATIENCE / 1000
        while self.due(clock).locator('[data-test="provisional"]').count() or self.find("server-differs").count():
            assert time.monotonic() < until, f"{clock} stays provisional"
            self.page.wait_for_timeout(1800)
            self.refresh()

    def wait_declared(self, act: str) -> Locator:
        """Refresh until the case shows this declaration: the worker notes it in the record after it has come."""
        card, until = self.page.locator(f'[data-test="declared"][data-act="{act}"]'), time.monotonic() + PATIENCE / 1000
        self.refresh()
        while not card.is_visible():
            assert time.monotonic() < until, f"no declaration {act}"
            self.page.wait_for_timeout(1800)
            self.refresh()
        return card

    def read_declared(self, act: str) -> None:
        """Put on the record what the reporter has declared."""
        card = self.wait_declared(act)
        self.find("declared-read").click()
        expect(card).to_have_count(0, timeout=SEALING)
