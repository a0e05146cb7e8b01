"""What a reporter does in the browser, as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Locator, Page, expect

UNION = {"zh": "职代会已联署", "en": "Union"}
"""Of the keepers who sign the list of readers, one is not the management's."""
PATIENCE = 90_000
SEALING = 300_000


class Upload(TypedDict):
    """A file as the browser's chooser gives it."""

    name: str
    mimeType: str
    buffer: bytes


Files = Sequence[Path | str] | Sequence[Upload]


@dataclass(frozen=True)
class Told:
    """What a reporter tells."""

    account: str
    category: str = "bribery"
    files: Files = ()
    exclude: Sequence[str] = ()
    entity: str | None = None
    policy: str | None = None
    urgent: bool = False
    answers: Mapping[str, str] = field(default_factory=dict[str, str])


def hook(page: Page, name: str) -> Locator:
    """The element that carries this hook."""
    return page.locator(f'[data-test="{name}"]')


@dataclass
class Reporter:
    """A reporter in front of one page; `look` is called at each step with its name."""

    page: Page
    intake: str
    code: str
    lang: str

    def look(self, _step: str) -> None:
        """Called when a step is in view; journeys that take pictures or run axe replace it."""

    def find(self, name: str) -> Locator:
        """The element that carries this hook."""
        return hook(self.page, name)

    def arrive(self) -> None:
        """Open the address of the poster, which leads on in the browser's language, and change that if need be."""
        self.page.goto(f"{self.intake}/#c={self.code}")
        expect(self.find("office-verified")).to_be_visible(timeout=PATIENCE)
        other = self.find(f"language-{self.lang}")
        if other.count() > 0:
            other.click()
        expect(self.find("keepers")).to_contain_text(UNION[self.lang])
        self.look("first")

    def start_report(self) -> None:
        """Go on to the questions."""
        self.find("go-report").click()
        expect(self.find("step-title")).to_be_visible(timeout=PATIENCE)

    def _next(self, step: str) -> None:
        expect(self.page.locator(f'[data-step="{step}"]')).to_be_visible(timeout=PATIENCE)
        self.look(step)
        self.find("next").click()

    def choose(self, told: Told) -> None:
        """Company, matter and category; of several companies or matters the first where none is told."""
        companies = self.page.locator('[name="entity"]')
        if told.entity:
            self.find(f"entity-{told.entity}").check()
        elif companies.count() > 0:
            companies.first.check()
        matters = self.page.locator('[name="policy"]')
        if told.policy:
            self.find(f"policy-{told.policy}").check()
        elif matters.count() > 0:
            matters.first.check()
        self.find(f"category-{told.category}").check()

    def answer(self, answers: Mapping[str, str]) -> None:
        """The policy's questions, which are folded until one of them is answered."""
        if not answers:
            return
        fold = self.page.locator("#details")
        if fold.get_attribute("open") is None:
            self.find("details-open").click()
        for question, answer in answers.items():
            self.find(f"q-{question}").locator("input, textarea").fill(answer)

    def tell(self, told: Told, already: int = 0) -> None:
        """Answer every step up to the review; `already` files are attached before those that are told."""
        expect(self.page.locator('[data-step="about"]')).to_be_visible(timeout=PATIENCE)
        self.choose(told)
        self.find("account").fill(told.account)
        if told.urgent:
            self.find("urgent").check()
        self.look("account")
        self._next("about")
        expect(self.page.locator('[data-step="files"]')).to_be_visible(timeout=PATIENCE)
        self.answer(told.answers)
        if told.files:
            self.find("file-input").set_input_files(told.files, timeout=SEALING)
            expect(self.find("file")).to_have_count(already + len(told.files), timeout=SEALING)
        self._next("files")
        for member in told.exclude:
            self.find(f"exclude-{member}").check()
        expect(self.find("people-outcome")).not_to_be_empty()
        self._next("people")
        expect(self.find("review")).to_be_visible()
        self.look("review")

    def send(self) -> str:
        """Seal, upload, and give the receipt as it is shown."""
        self.find("send").click()
        return self.receipt()

    def receipt(self) -> str:
        """The receipt on the screen."""
        expect(self.find("receipt-screen")).to_be_visible(timeout=SEALING)
        self.look("receipt")
        groups = self.find("receipt-group").all_inner_texts()
        assert [len(group) for group in groups] == [4] * 7
        return " ".join(groups)

    def finish(self, receipt: str) -> None:
        """Type the two groups that the page asks for, and take up none of the offers that follow."""
        self.type_back(receipt)
        self.end()

    def offered(self, offer: str) -> None:
        """The page of an offer is on the screen."""
        expect(self.page.locator(f'[data-offer="{offer}"]')).to_be_visible(timeout=PATIENCE)

    def end(self) -> None:
        """Press Continue on each offer that comes, up to the last page."""
        while (offer := self._shown()) is not None:
            self.look(f"offer-{offer}")
            self.find("offer-next").click()
            expect(self.page.locator(f'[data-offer="{offer}"]')).to_have_count(0, timeout=SEALING)
        self.look("finished")

    def _shown(self) -> str | None:
        """The offer on the screen; none at the end."""
        shown = self.page.locator('[data-offer], [data-test="finished"]')
        expect(shown).to_be_visible(timeout=SEALING)
        return shown.get_attribute("data-offer")

    def resume(self, receipt: str) -> None:
        """Go on with a draft, at the step where it was saved."""
        self.arrive()
        self.find("go-mailbox").click()
        self.enter(receipt)
        expect(self.find("draft")).to_be_visible(timeout=PATIENCE)

    def send_resumed(self) -> None:
        """Seal and send what was resumed: its receipt was typed, and is not shown once more."""
        self.find("send").click()
        expect(self.find("arrived")).to_be_visible(timeout=SEALING)
        for name in ("receipt-screen", "only-now", "proof-input"):
            expect(self.find(name)).to_have_count(0)
        self.look("arrived")

    def type_back(self, receipt: str) -> None:
        """Type the two groups, and press the button."""
        groups = receipt.split(" ")
        for at in range(2):
            box = self.find("proof-input").nth(at)
            box.fill(groups[int(box.get_attribute("data-group") or "0") - 1])
        self.find("finish").click()

    def report(self, told: Told) -> str:
        """The whole road from the poster to the receipt."""
        self.arrive()
        self.start_report()
        self.tell(told)
        receipt = self.send()
        self.finish(receipt)
        return receipt

    def come_back(self, receipt: str) -> None:
        """Open the mailbox from the entry address."""
        self.arrive()
        self.find("go-mailbox").click()
        self.enter(receipt)
        expect(self.find("mailbox")).to_be_visible(timeout=PATIENCE)
        self.look("mailbox")

    def enter(self, receipt: str) -> None:
        """Type the receipt into the mailbox page."""
        expect(self.find("receipt-input")).to_be_visible(timeout=PATIENCE)
        self.look("receipt-entry")
        self.find("receipt-input").fill(receipt)
        self.find("receipt-enter").click()

    def reply(self, text: str) -> None:
        """Answer, and wait until the mailbox has it."""
        sent = int(self.find("mailbox").get_attribute("data-sent") or "0")
        self.find("reply").fill(text)
        self.find("reply-send").click()
        grown = self.page.locator(f'[data-test="mailbox"][data-sent="{sent + 1}"]')
        expect(grown).to_be_visible(timeout=SEALING)
        self.look("replied")
