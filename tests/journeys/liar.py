"""Pressing one button in front of a server that tells one lie after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.journeys.reporter import PATIENCE
from tests.support.attacks.forged_documents import Lies
from tests.support.attacks.tampering_proxy import LyingProxy

SEALED = ("/api/submissions", "/api/posts", "/api/blobs", "/api/drafts", "/api/bundles")
NOTHING_SENT = re.compile("没有发出|未发送任何内容|没有完成发送|Nothing was sent")
ANY_WORDS = re.compile(r"\S")
# An answer without any shape gets the page's general sentence.
SHAPELESS = ("no directory", "garbage document")


@dataclass
class Trial:
    """Pressing it in front of `lies` must show words in `alarm` and send nothing under the sealed paths."""

    proxy: LyingProxy
    lies: Lies
    alarm: Locator
    press: Callable[[], None]
    sealed: Sequence[str] = SEALED

    def refuses(self, names: Sequence[str]) -> None:
        """Press once for each lie; afterwards the server is honest and nothing was seen."""
        for name in names:
            if self.alarm.count():
                self.alarm.evaluate("(place) => { place.textContent = ''; }")
            self.proxy.clear()
            self.proxy.alter = self.lies[name]
            self.press()
            said = ANY_WORDS if name in SHAPELESS else NOTHING_SENT
            expect(self.alarm, name).to_contain_text(said, timeout=PATIENCE)
            expect(self.alarm, name).to_be_visible()
            assert self.proxy.sent(*self.sealed) == [], name
        self.proxy.alter = None
        self.proxy.clear()

    def sends(self, *paths: str) -> None:
        """After the honest press: each of these was sent, so `refuses` could have failed."""
        assert all(self.proxy.sent(one) for one in paths), [one.path for one in self.proxy.seen]
