"""What every request to the desk passes first: no other page can make a browser act here."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from portal.errors import Code, Refusal

READING = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "X-Yanlu-Desk"


class ForeignPage(Refusal):
    """A call that changes something without our header, or from another origin."""

    code = Code.FOREIGN_PAGE


def check_origin() -> None:
    """Raises `ForeignPage` unless a changing call carries our header and, from a browser, our origin.

    The header makes a browser ask first, and nothing here ever answers that question; the cookie is
    SameSite=Strict besides. The proxy in front may speak TLS, so the host alone is compared.
    """
    if request.method in READING:
        return
    if request.headers.get(HEADER) != "1":
        raise ForeignPage
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise ForeignPage
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForeignPage


def guard(app: Flask) -> None:
    """Checks every request of the app."""
    app.before_request(check_origin)
