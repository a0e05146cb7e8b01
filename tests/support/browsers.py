"""Debian's Chromium and stock Firefox ESR, driven by Playwright."""

from __future__ import annotations

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


def launch(playwright: Playwright, kind: str) -> Browser:
    """Starts a real browser without a window; `kind` is one of KINDS."""
    if kind == "chromium":
        return playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
    return playwright.firefox.launch(channel="moz-firefox", executable_path=FIREFOX)
