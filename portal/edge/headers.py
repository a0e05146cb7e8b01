"""Headers of every answer: nothing is kept, nothing else is loaded, nothing is told to others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response

# Whatever a browser could do for a page; the few that a page needs are named where it is served.
PERMISSIONS: Final = (
    "accelerometer", "aria-notify", "autoplay", "browsing-topics", "camera", "captured-surface-control",
    # Without these a browser tells its name and system with every request.
    "ch-save-data", "ch-ua", "ch-ua-mobile", "ch-ua-platform",
    "clipboard-read", "clipboard-write", "compute-pressure", "cross-origin-isolated", "deferred-fetch",
    "digital-credentials-create", "digital-credentials-get", "display-capture", "encrypted-media", "fullscreen",
    "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "keyboard-map",
    "language-detector", "language-model", "local-fonts", "local-network", "local-network-access",
    "loopback-network", "magnetometer", "media-playback-while-not-visible", "microphone", "midi",
    "on-device-speech-recognition", "otp-credentials", "payment", "picture-in-picture",
    "private-state-token-issuance", "private-state-token-redemption", "publickey-credentials-create",
    "publickey-credentials-get", "screen-wake-lock", "serial", "speaker-selection", "storage-access", "summarizer",
    "sync-xhr", "translator", "unload", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    # Previews of what a person attaches are drawn from memory.
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    # No script of ours makes markup out of text: not even a policy of our own name may be made.
    "trusted-types 'none'",
)
# A script without the hash of its bytes in the page is not loaded; Chromium complains of any other destination.
INTEGRITY: Final = "blocked-destinations=(script)"
# What a browser never takes for a page has no use for the longest header, and a first visit asks for a handful of it.
NO_PAGES: Final = frozenset({"application/json", "application/problem+json", "text/css", "text/javascript"})
HSTS: Final = "max-age=63072000; includeSubDomains"
NO_STORE: Final = "no-store"
IMMUTABLE: Final = "public, max-age=31536000, immutable"


def permissions(may: Collection[str] = ()) -> str:
    """The `Permissions-Policy` that allows our own origin `may`, and nobody anything else."""
    return ", ".join(f"{name}=({'self' if name in may else ''})" for name in PERMISSIONS)


def strict_headers(*, behind_tls: bool) -> dict[str, str]:
    """The headers of both faces; a face loosens what one of its pages needs, and says why."""
    headers = {
        "Cache-Control": NO_STORE,
        "Content-Security-Policy": "; ".join(POLICY),
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Integrity-Policy": INTEGRITY,
        "Permissions-Policy": permissions(),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-DNS-Prefetch-Control": "off",
        "X-Permitted-Cross-Domain-Policies": "none",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return headers | ({"Strict-Transport-Security": HSTS} if behind_tls else {})


def send_headers(app: Flask, headers: dict[str, str]) -> None:
    """Sets the headers on every answer, refusals and static files too; `Permissions-Policy` on pages alone."""

    def set_headers(response: Response) -> Response:
        response.headers.update(headers)
        if response.mimetype in NO_PAGES:
            response.headers.pop("Permissions-Policy", None)
        response.headers.pop("Server", None)
        if "Location" in response.headers:
            # A missing slash at the end is added; nobody is ever sent to the host that a request names.
            path = urlsplit(response.headers["Location"]).path.strip("/")
            response.headers["Location"] = f"/{path}/" if path else "/"
        return response

    app.after_request(set_headers)
