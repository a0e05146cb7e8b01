"""Headers of every answer: nothing is kept, nothing else is loaded, nothing is told to others."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response

NOT_NEEDED = (
    "accelerometer", "autoplay", "browsing-topics", "camera",
    "display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope",
    "hid", "idle-detection", "local-fonts", "magnetometer", "midi", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "storage-access", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
INTAKE_MAY = ("microphone", "clipboard-write")
DESK_MAY = ("publickey-credentials-get", "publickey-credentials-create", "clipboard-write")
EITHER_MAY = sorted({*INTAKE_MAY, *DESK_MAY})
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    # Previews of what a person attaches are drawn from memory.
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types yanlu lit-html",
)
HSTS = "max-age=63072000; includeSubDomains"


def strict_headers(may: tuple[str, ...], *, behind_tls: bool) -> dict[str, str]:
    """The headers of one face; `may` are the browser's permissions that it needs."""
    allowed = [f"{name}=(self)" for name in may]
    denied = [f"{name}=()" for name in (*NOT_NEEDED, *EITHER_MAY) if name not in may]
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "; ".join(POLICY),
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(sorted([*allowed, *denied])),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-DNS-Prefetch-Control": "off",
        "X-Permitted-Cross-Domain-Policies": "none",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return headers | ({"Strict-Transport-Security": HSTS} if behind_tls else {})


def send_headers(app: Flask, headers: dict[str, str]) -> None:
    """Sets the headers on every answer of the app, refusals and static files too."""

    def set_headers(response: Response) -> Response:
        response.headers.update(headers)
        response.headers.pop("Server", None)
        if "Location" in response.headers:
            # A missing slash at the end is added; nobody is ever sent to the host that a request names.
            path = urlsplit(response.headers["Location"]).path.strip("/")
            response.headers["Location"] = f"/{path}/" if path else "/"
        return response

    app.after_request(set_headers)
