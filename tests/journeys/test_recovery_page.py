"""The page for recovery shares, one file opened from a disk: what Python printed is proven and joined in Chromium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.office.recovery_sheet import words_in
from tests.support.offices.sample_office import OfficeForTests, make_office

PAGE = Path(__file__).resolve().parents[2] / "portal/site/desk/en/recovery/yanlu-recovery.html"
QUORUM = ("board-share", "legal-share", "notary-share")

pytestmark = pytest.mark.timeout(900)


@dataclass
class Table:
    """A machine off line with a copy of the office folder."""

    page: Page
    office: OfficeForTests

    def folder(self) -> list[Path]:
        """The public documents."""
        return [*sorted((self.office.path / "roots").iterdir()),
                self.office.path / "directory.note", self.office.path / "recovery.note"]  # fmt: skip

    def share(self, name: str) -> str:
        """The words on a printed share."""
        return words_in((self.office.path / "recovery" / f"{name}.txt").read_text("utf-8"))

    def check(self, words: Sequence[str], files: Sequence[Path] = (), code: str = "", *, whole: bool = False) -> None:
        """Type everything and press the button."""
        self.page.goto(PAGE.as_uri())
        self.page.locator("#office-code").fill(code or self.office.folder.code())
        self.page.locator("#office-files").set_input_files(list(files) or self.folder())
        self.page.locator("#share-words").fill("\n".join(words))
        self.page.locator("#share-whole").set_checked(whole)
        self.page.locator('[data-test="shares-check"]').click()

    def shows(self, name: str, count: int = 1) -> None:
        """This many verdicts of a kind, and no other of the whole key."""
        expect(self.page.locator(f'[data-test="{name}"]')).to_have_count(count)


def test_printed_shares_are_proven_and_joined_in_the_browser(chromium: Browser, tmp_path: Path) -> None:
    """Each alone, a quorum against the key in the directory; wrong, mixed, too few and foreign ones are refused."""
    today = datetime.now(UTC).date()
    mine, other = make_office(tmp_path / "mine", today=today), make_office(tmp_path / "other", today=today)
    context = chromium.new_context(offline=True)
    at = Table(context.new_page(), mine)
    quorum = [at.share(name) for name in QUORUM]
    at.check([quorum[0].upper()])
    at.shows("share-proven")
    expect(at.page.locator('[data-test="share-proven"]')).to_contain_text("board-share (inside)")
    at.shows("key-right", 0)
    at.check(quorum, whole=True)
    at.shows("share-proven", 3)
    at.shows("key-right")
    foreign = Table(at.page, other).share("notary-share")
    typo = " ".join([*quorum[0].split()[1:], quorum[0].split()[0]])
    for wrong, refused in (([*quorum[:2], foreign], 1), ([typo, *quorum[1:]], 1), (quorum[:2], 0)):
        at.check(wrong, whole=True)
        at.shows("share-refused", refused)
        at.shows("key-wrong")
        at.shows("key-right", 0)
    stranger = [*at.folder()[:-1], other.path / "recovery.note"]
    for files, code in ((stranger, ""), (at.folder()[:-1], ""), ((), other.folder.code())):
        at.check(quorum, files, code, whole=True)
        at.shows("folder-refused")
        at.shows("key-right", 0)
    context.close()
