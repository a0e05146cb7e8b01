"""Debian's Chromium and stock Firefox ESR, driven by Playwright."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Playwright

KINDS = ("chromium", "firefox")
CHROMIUM = "/usr/bin/chromium"
FIREFOX = "/usr/bin/firefox-esr"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Manner:
    """How a browser differs from the one that everybody has."""

    flags: Sequence[str] = ()
    preferences: Mapping[str, str | float | bool] = field(default_factory=dict[str, str | float | bool])


ORDINARY = Manner()
# A microphone that hums, and nobody is asked whether it may be heard.
WITH_MICROPHONE = Manner(
    ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
    {"media.navigator.streams.fake": True, "media.navigator.permission.disabled": True},
)
WITHOUT_JIT = Manner(
    ["--js-flags=--jitless"],
    {
        f"javascript.options.{part}": False
        for part in ("ion", "baselinejit", "native_regexp", "wasm_baselinejit", "wasm_optimizingjit")
    },
)


def launch(playwright: Playwright, kind: str, downloads: Path | None = None, manner: Manner = ORDINARY) -> Browser:
    """Starts a real browser without a window; `kind` is one of KINDS.

    Firefox puts what a page saves into `downloads` under its own name, and tells nobody; Chromium tells of it.
    """
    if kind == "chromium":
        return playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_FLAGS, *manner.flags])
    return playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=FIREFOX,
        downloads_path=downloads,
        firefox_user_prefs=dict(manner.preferences),
    )
