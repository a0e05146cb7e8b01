"""Debian's Chromium and stock Firefox ESR, driven by Playwright."""

from __future__ import annotations

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


# A microphone that hums, and nobody is asked whether it may be heard.
CHROMIUM_MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
FIREFOX_MICROPHONE: dict[str, str | float | bool] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
}


def launch(playwright: Playwright, kind: str, downloads: Path | None = None, *, microphone: bool = False) -> Browser:
    """Starts a real browser without a window; `kind` is one of KINDS.

    Firefox puts what a page saves into `downloads` under its own name, and tells nobody; Chromium tells of it.
    """
    if kind == "chromium":
        return playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*CHROMIUM_FLAGS, *(CHROMIUM_MICROPHONE if microphone else [])]
        )
    return playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=FIREFOX,
        downloads_path=downloads,
        firefox_user_prefs=FIREFOX_MICROPHONE if microphone else {},
    )
