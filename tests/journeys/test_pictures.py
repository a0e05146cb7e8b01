"""Pictures of the main steps, on phone and desktop, in Chinese and English: what docs and README show."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.album import HR_FORM, PICTURES, SIZES, WATCH_ALERT, Album
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, Reporter, Told, Upload
from tests.journeys.witness import watch

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = {
    ("phone", "zh"): "仓库的废旧纸箱由同一家回收公司低价收走。三月以来没有招标，每次过磅单都少写三成左右。",
    ("desktop", "zh"): "班车合同续签没有比价。三年来都是同一家车队，车辆比合同写的少两辆。",
    ("phone", "en"): "Used boxes go to one recycler without a tender. Every weighing note is short by about a third.",
    ("desktop", "en"): "The shuttle contract was renewed without an offer. Two buses that we pay for never came.",
}
ANSWERS = {
    "zh": "感谢您的举报，我们正在核实。如方便，请告知大致是哪几个月。",
    "en": "Thank you for your report; we are looking into it. If you can, tell us roughly which months.",
}
COMPANY, LEFT_OUT = "group", "investigator-a"
"""The company that is chosen, and who must not read the report."""
FIRST_H1 = {"zh": "说出问题，不必说出您是谁", "en": "Report what is wrong without saying who you are"}
INTAKE_STEPS = {
    "first": "leave",
    "about": "step-title",
    "account": "account",
    "files": "file",
    "people": "people-outcome",
    "review": "review",
    "receipt": "receipt",
    "offer-naming": "offer-title",
    "finished": "come-back-day",
    "mailbox": "reply-text",
}
DESK_STEPS = {"sign-in": "#member", "queue": "[data-test=case-row]", "case": "[data-test=case-title]"}
DESK_STEPS["composer"] = "[data-test=compose-text]"
SHOWN = {f"intake-{step}" for step in INTAKE_STEPS} | {f"desk-{step}" for step in DESK_STEPS} | {"desk-wizard"}


def _photograph() -> bytes:
    """A small PNG with two colours, as the picture that a reporter attaches."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = b"\0" + b"\x20\x60\xa0" * 32 + b"\xe0\xe0\xe0" * 32
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(row * 48)) + chunk(b"IEND", b"")


@dataclass
class Studio:
    """Where the pictures of one size and language are taken."""

    demo: Demo
    browser: Browser
    album: Album

    @contextmanager
    def window(self) -> Generator[Page]:
        """A fresh window; nothing may be complained about in its console."""
        width, height, scale = SIZES[self.album.size]
        locale = "zh-CN" if self.album.lang == "zh" else "en-GB"
        with self.browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, locale=locale
        ) as context:
            witness = watch(context)
            yield context.new_page()
            assert witness.complaints == []

    @contextmanager
    def reporter(self, steps: set[str]) -> Generator[Reporter]:
        """A reporter, photographed at these steps."""
        with self.window() as page:
            reporter = Reporter(page, self.demo.intake, self.demo.code, self.album.lang)
            reporter.look = partial(self._intake, page, steps)  # pyright: ignore[reportAttributeAccessIssue]
            yield reporter

    def _intake(self, page: Page, steps: set[str], step: str) -> None:
        if step in steps:
            self.album.take(page, f"intake-{step}", f'[data-test="{INTAKE_STEPS[step]}"]')

    @contextmanager
    def member(self) -> Generator[Investigator]:
        """The member who holds every case of the demo, photographed at each step."""
        with self.window() as page:
            member = Investigator(page, self.demo, self.demo.staff["investigator-b"], self.album.lang)
            member.look = partial(self._desk, page)  # pyright: ignore[reportAttributeAccessIssue]
            yield member

    def _desk(self, page: Page, step: str) -> None:
        if step in DESK_STEPS:
            self.album.take(page, f"desk-{step}", DESK_STEPS[step])


def _report(studio: Studio, words: str) -> str:
    photo: Upload = {"name": "weighing-note.png", "mimeType": "image/png", "buffer": _photograph()}
    with studio.reporter(set(INTAKE_STEPS) - {"mailbox"}) as reporter:
        reporter.arrive()
        expect(reporter.page.locator("h1")).to_have_text(FIRST_H1[studio.album.lang])
        reporter.start_report()
        reporter.tell(Told(words, "bribery", [photo], exclude=[LEFT_OUT], entity=COMPANY))
        receipt = reporter.send()
        reporter.finish(receipt)
        return receipt


def _answer(studio: Studio, words: str, answer: str) -> None:
    with studio.member() as member:
        member.sign_in()
        member.open(re.split(r"[.。]", words)[0])
        expect(member.find("account")).to_have_text(words)
        member.take()
        member.reply(answer)


def _wizard(studio: Studio) -> None:
    with studio.window() as page:
        page.goto(f"{studio.demo.desk}/{studio.album.lang}/setup/")
        page.locator("#office-code").fill(studio.demo.code)
        studio.album.take(page, "desk-wizard", "[data-test=begin]")


def _come_back(studio: Studio, receipt: str, answer: str) -> None:
    with studio.reporter({"mailbox"}) as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("reply-text").filter(has_text=answer)).to_be_visible(timeout=PATIENCE)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_every_main_step_can_be_shown(size: str, lang: str, demo: Demo, chromium: Browser, album_folder: Path) -> None:
    """Each main step on both sides shows its heading and its hook in the first window, and is not blank."""
    account, answer = ACCOUNTS[size, lang], ANSWERS[lang]
    with chromium.new_context() as apart:
        studio = Studio(demo, chromium, Album(album_folder, apart.new_page(), size, lang))
        receipt = _report(studio, account)
        _answer(studio, account, answer)
        _wizard(studio)
        _come_back(studio, receipt, answer)
    assert set(studio.album.taken) == SHOWN


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "docs/tour.md", "docs/tour.zh-CN.md"])
def test_pages_show_pictures_that_are_there_and_taken(page: str) -> None:
    """Every picture that a page shows is in the tree, is one that the test takes, and says what is to be seen."""
    at = ROOT / page
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]+\.png)\)", at.read_text("utf-8"))
    assert len(shown) >= 2
    for words, path in shown:
        assert words, f"{path} has no words for those who can't see it"
        assert (at.parent / path).is_file(), path
        name = re.fullmatch(r"(.+)-(?:phone|desktop)-(?:zh|en)\.png", Path(path).name)
        assert name, path
        assert name[1] in SHOWN | {HR_FORM, WATCH_ALERT}, path


def test_the_pictures_stay_small() -> None:
    """All pictures together weigh at most 6 MB."""
    assert sum(one.stat().st_size for one in PICTURES.glob("*.png")) <= 6_000_000
