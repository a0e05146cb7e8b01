"""A line that breaks at every step of sending: it is said, it goes on by itself, nothing is lost or doubled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import crypto
from tests.journeys.colleague import Colleague, account_of, colleague
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, SEALING, Reporter, Told, Upload
from tests.support.attacks.tampering_proxy import Break, LyingProxy, lying_proxy

pytestmark = pytest.mark.timeout(1800)

PARTS = "/api/blobs/"
LINE_DOWN = {"zh": "网络断了。内容没有丢失", "en": "The line is down. Nothing is lost"}
NO_CONNECTION = {"zh": "暂时连不上举报受理单位", "en": "There is no connection to the office just now"}
WORDS = {"zh": "断线时写的举报：发票是假的。", "en": "Told over a bad line: the invoices are false."}
ANSWER = {"zh": "还有一张发票。", "en": "There is one more invoice."}
# Counts the notices in the page, because a pause of one second is over before a driver may have looked.
NOTICES = """
self.notices = [];
new MutationObserver((changes) => {
  for (const { target } of changes) {
    const one = target.nodeType === 1 ? target : target.parentElement;
    if (one?.dataset?.test === "line-down" && one.textContent) self.notices.push(one.textContent);
  }
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


@dataclass
class Road:
    """A reporter in a browser whose line to the office breaks when it is told to."""

    browser: Browser
    demo: Demo
    proxy: LyingProxy
    lang: str

    @contextmanager
    def visit(self) -> Iterator[Reporter]:
        """A fresh page; closing it warns nobody, as when a phone kills it."""
        with self.browser.new_context(viewport={"width": 360, "height": 740}) as context:
            page = context.new_page()
            page.add_init_script(NOTICES)
            yield Reporter(page, self.proxy.url, self.demo.code, self.lang)

    def breaks(self, method: str, path: str, *how: Break) -> None:
        """From now on the next such calls fail in these ways."""
        self.proxy.breaks[method, path] = list(how)

    def told(self, reporter: Reporter, times: int) -> None:
        """Every break was noticed and put into words; none is still to come."""
        assert not any(self.proxy.breaks.values())
        notices: list[str] = reporter.page.evaluate("self.notices.splice(0)")
        assert len(notices) == times, notices
        assert all(LINE_DOWN[self.lang] in one for one in notices)


@pytest.fixture(params=[("chromium", "zh"), ("firefox", "en")], ids=["chromium-zh", "firefox-en"])
def road(request: pytest.FixtureRequest, demo: Demo) -> Iterator[Road]:
    """Each browser with a language."""
    kind, lang = request.param
    with lying_proxy(demo.intake) as proxy:
        proxy.fresh_lines = True
        yield Road(request.getfixturevalue(kind), demo, proxy, lang)


def _save_for_later(road: Road, content: bytes) -> str:
    """Tell, attach, keep it as a draft over a line that breaks three times; then the page is gone."""
    file: Upload = {"name": "ledger.bin", "mimeType": "application/octet-stream", "buffer": content}
    with road.visit() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(WORDS[road.lang], files=[file], entity="ireland"))
        road.breaks("PUT", PARTS, Break.BODY, Break.ANSWER)
        road.breaks("PUT", "/api/drafts", Break.ANSWER)
        reporter.find("save-later").click()
        receipt = reporter.receipt()
        road.told(reporter, 3)
    return receipt


def _full_width(receipt: str) -> str:
    """The receipt as a Chinese keyboard writes it, with the spaces that it puts in."""
    return receipt.translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}).replace(" ", "\u3000")


def _paste(reporter: Reporter, text: str) -> None:
    """Put a text into the clipboard and from there into the field."""
    box = reporter.find("receipt-input")
    box.fill(text)
    for keys in ("ControlOrMeta+a", "ControlOrMeta+x", "ControlOrMeta+v"):
        box.press(keys)
    expect(box).to_have_value(text)


def _go_on(road: Road, receipt: str) -> None:
    """Take the draft up again on another page, and send it over a line that breaks at each step."""
    with road.visit() as reporter:
        reporter.arrive()
        reporter.find("go-mailbox").click()
        expect(reporter.find("receipt-input")).to_be_visible(timeout=PATIENCE)
        _paste(reporter, _full_width(receipt))
        road.breaks("POST", "/api/poll", Break.ANSWER)
        reporter.find("receipt-enter").click()
        expect(reporter.find("mailbox-fault")).to_contain_text(NO_CONNECTION[road.lang], timeout=PATIENCE)
        expect(reporter.find("receipt-input")).to_have_value(receipt)
        reporter.find("receipt-enter").click()
        expect(reporter.find("draft")).to_be_visible(timeout=PATIENCE)
        expect(reporter.find("review")).to_contain_text(WORDS[road.lang])
        expect(reporter.find("review")).to_contain_text("ledger.bin")
        road.breaks("POST", "/api/submissions", Break.BODY, Break.ANSWER)
        reporter.send_resumed()
        road.told(reporter, 2)
        road.breaks("POST", "/api/posts", Break.ANSWER, Break.BODY)
        reporter.end()
        road.told(reporter, 2)


def _answer(road: Road, receipt: str) -> None:
    """Write to the office: what is sent is cut, its answer is lost, and so is the look at what arrived."""
    with road.visit() as reporter:
        reporter.come_back(receipt)
        sent = int(reporter.find("mailbox").get_attribute("data-sent") or "0")
        road.breaks("POST", "/api/posts", Break.BODY, Break.ANSWER)
        road.breaks("POST", "/api/poll", Break.BODY)
        reporter.find("reply").fill(ANSWER[road.lang])
        reporter.find("reply-send").dblclick()
        expect(reporter.find("reply")).to_be_disabled()
        grown = reporter.page.locator(f'[data-test="mailbox"][data-sent="{sent + 1}"]')
        expect(grown).to_be_visible(timeout=SEALING)
        road.told(reporter, 3)


def _arrived(member: Colleague, words: str, folder: Path) -> tuple[list[str], dict[str, bytes]]:
    """What the office has of it: the texts in order and the files."""
    opened = member.find(words, folder / "profile")
    contents = [entry.inner.content for entry in opened.thread.verified if entry.inner is not None]
    texts = [one.account if isinstance(one, crypto.Report) else getattr(one, "text", None) for one in contents]
    return [text for text in texts if text is not None], member.files(opened, folder)


def test_a_broken_line_loses_nothing_and_doubles_nothing(road: Road, tmp_path: Path) -> None:
    """Draft, parts, report, finishing post and answer go through a line that breaks before and after each, once."""
    content = os.urandom(crypto.PART_SIZE + 100_000)
    receipt = _save_for_later(road, content)
    _go_on(road, receipt)
    _answer(road, receipt)
    with colleague(road.demo, "investigator-c") as member:
        texts, files = _arrived(member, WORDS[road.lang], tmp_path)
        assert texts == [WORDS[road.lang], ANSWER[road.lang]]
        assert files == {"ledger.bin": content}
        cases = [member.open(str(row["case"])) for row in member.session.rows()]
        assert sum(WORDS[road.lang] in account_of(one) for one in cases) == 1
