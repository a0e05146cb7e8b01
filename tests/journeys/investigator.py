"""What a member does at the desk in the browser, as sentences."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.journeys.demo import Demo, Sign
from tests.journeys.reporter import PATIENCE, SEALING, Files, hook

SIGN_IN = 400_000
CHANGED_FIRST = {"zh": "同事已先更新本案", "en": "A colleague changed this case first"}


@dataclass
class Investigator:
    """A member in front of one page."""

    page: Page
    demo: Demo
    sign: Sign
    lang: str
    url: str = ""
    seen: list[str] = field(default_factory=list[str])
    agrees: bool = True
    """What is answered to a question of the page."""
    questions: list[str] = field(default_factory=list[str])

    def look(self, _step: str) -> None:
        """Called when a step is in view; journeys that take pictures or run axe replace it."""

    def find(self, name: str) -> Locator:
        """The element that carries this hook."""
        return hook(self.page, name)

    def answer(self, question: Locator) -> None:
        """Answer a question of the page."""
        self.questions.append(question.locator("p").text_content() or "")
        self.find("question-yes" if self.agrees else "question-no").click()

    def fill_sign_in(self) -> None:
        """Open the desk and fill in everything but the button."""
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.add_locator_handler(self.find("question"), self.answer, no_wait_after=True)
        self.page.goto(f"{self.url or self.demo.desk}/{self.lang}/")
        self.fill_form()

    def fill_form(self) -> None:
        """Fill in the form of the page, as it stands once its script runs."""
        self.page.locator("#sign-in-form").wait_for()
        if self.page.locator("#office-code").is_visible():
            self.page.locator("#office-code").fill(self.demo.code)
        self.page.locator("#member").fill(self.sign.id)
        self.page.locator("#passphrase").fill(self.sign.passphrase)
        self.page.locator("#device-secret").fill(self.sign.device_secret)
        self.look("sign-in")
        self.page.locator("#totp").fill(self.demo.fresh_totp(self.sign.id))

    def sign_in(self) -> None:
        """Sign in, and wait until the batch was tried and what opened was claimed."""
        self.fill_sign_in()
        self.page.locator("#sign-in-go").click()
        self.let_in()

    def let_in(self) -> None:
        """Wait for the work after the button was pressed; type newer digits once if the first ones grew old."""
        work, refused = self.page.locator("#work"), self.page.locator('#problem [data-test="problem"]')
        self.page.locator('#work:visible, #problem [data-test="problem"]').wait_for(timeout=SIGN_IN)
        if refused.is_visible():
            # They grew old while keys were derived on a busy machine: type the next ones.
            self.page.locator("#totp").fill(self.demo.fresh_totp(self.sign.id))
            self.page.locator("#sign-in-go").click()
        expect(work).to_be_visible(timeout=SIGN_IN)
        self.settled()
        self.look("queue")

    def settled(self) -> None:
        """Wait until the desk says that it is up to date."""
        expect(self.find("notice")).to_contain_text("已是最新" if self.lang == "zh" else "Up to date", timeout=SEALING)

    def refresh(self) -> None:
        """Fetch what is new."""
        self.find("refresh").click()
        self.settled()

    def shows(self, words: str) -> bool:
        """Whether any row of the whole list, open or closed, holds these words."""
        # On a phone the list hides while a case is open; between the two neither shows for a moment.
        self.page.locator('[data-test="view-open"]:visible, [data-test="back"]:visible').first.wait_for()
        if not self.find("view-open").is_visible():
            self.find("back").click()
        for view in ("view-open", "view-closed"):
            self.find(view).click()
            if self.find("case-row").filter(has_text=words).count() > 0:
                return True
        return False

    def wait_for_case(self, words: str) -> None:
        """Refresh until a row with these words is there: the worker opens cases after the receipt."""
        until = time.monotonic() + PATIENCE / 1000
        while not self.shows(words):
            rows = self.find("case-row").all_inner_texts()
            assert time.monotonic() < until, f"no case with {words!r} in {rows}"
            self.page.wait_for_timeout(1800)
            self.refresh()

    def open(self, words: str) -> None:
        """Open the case whose row holds these words."""
        self.wait_for_case(words)
        self.find("case-row").filter(has_text=words).first.click()
        expect(self.find("case")).to_be_visible(timeout=PATIENCE)
        self.look("case")

    def moments(self, kind: str) -> Locator:
        """The verified entries of one kind in the story."""
        return self.page.locator(f'[data-test="moment"][data-type="{kind}"]')

    def take(self) -> None:
        """Take the case."""
        self.find("take").click()
        expect(self.find("take")).to_have_count(0, timeout=PATIENCE)

    def reply(self, text: str, files: Files = ()) -> None:
        """Answer the reporter."""
        before = self.moments("reply").count()
        self.find("reply").click()
        self.find("compose-text").fill(text)
        if files:
            self.find("compose-files").set_input_files(files)
        self.look("composer")
        self._send("reply", before)
        self.look("replied")

    def note(self, text: str) -> None:
        """Write a note for colleagues."""
        before = self.moments("note").count()
        self.find("note").click()
        self.find("compose-text").fill(text)
        self._send("note", before)

    def _send(self, kind: str, before: int) -> None:
        """Send what was written; once more where the page says that the case changed first, as the worker may do."""
        self.find("send").click()
        wrong = self.page.locator('[data-test="compose-fault"]:not(:empty)')
        expect(self.moments(kind).nth(before).or_(wrong).first).to_be_visible(timeout=SEALING)
        if wrong.count():
            assert wrong.inner_text().startswith(CHANGED_FIRST[self.lang]), wrong.inner_text()
            self.find("send").click()
        expect(self.moments(kind)).to_have_count(before + 1, timeout=SEALING)

    def add(self, member: str) -> None:
        """Add a colleague."""
        self.find("add-details").locator("summary").click()
        self.find("add-whom").select_option(member)
        self.find("add-colleague").click()
        expect(self.holder(member)).to_have_count(1, timeout=SEALING)
        self.look("colleague-added")

    def holder(self, member: str) -> Locator:
        """The row of a holder."""
        return self.page.locator(f'[data-test="holder"][data-member="{member}"]')

    def remove(self, member: str) -> None:
        """Remove a holder."""
        self.page.locator(f'[data-test="remove-colleague"][data-member="{member}"]').click()
        expect(self.holder(member)).to_have_count(0, timeout=SEALING)
        self.look("holder-removed")

    def sign_out(self) -> None:
        """Sign out."""
        self.find("sign-out").click()
        expect(self.page.locator("#sign-in")).to_be_visible(timeout=PATIENCE)
        # The page comes again: anyone who goes on before it is whole interrupts it.
        self.page.wait_for_load_state("load")
