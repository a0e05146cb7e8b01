"""What a page costs on the wire, as Chromium itself counts it: requests, and bytes with their headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page


@dataclass
class Wire:
    """Counts every answer that Chromium gets for a page, headers and all, as it comes over the wire."""

    down: float = 0
    up: float = 0
    came: list[str] = field(default_factory=list[str])
    _asked: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def requests(self) -> int:
        """How many answers came."""
        return len(self.came)

    def watch(self, page: Page) -> None:
        """Counts from now on."""
        network = page.context.new_cdp_session(page)
        network.on("Network.loadingFinished", self._came)
        network.on("Network.requestWillBeSent", self._went)
        network.send("Network.enable")  # pyright: ignore[reportUnknownMemberType]  # so in playwright

    def _came(self, said: dict[str, Any]) -> None:
        address = self._asked.get(said["requestId"], "")
        # What stands in the page itself is asked of nobody.
        if not address.startswith(("data:", "blob:")):
            self.came.append(address)
            self.down += said["encodedDataLength"]

    def _went(self, said: dict[str, Any]) -> None:
        self._asked[said["requestId"]] = said["request"]["url"]
        self.up += len(said["request"].get("postData", ""))
