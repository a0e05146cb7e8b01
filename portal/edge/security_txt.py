"""`/.well-known/security.txt`: where somebody who found a weakness of this site tells it (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Final

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from portal.clock import Clock

PATH: Final = "/.well-known/security.txt"
GOOD_FOR: Final = timedelta(days=180)
"""RFC 9116 §2.5.5 advises less than a year, so that a copy is not trusted for longer."""


def security_views(contact: str | None, clock: Clock) -> Blueprint:
    """`/.well-known/security.txt` with the address that the operator set; nothing is there where none is set."""
    views = Blueprint("security", __name__)

    @views.get(PATH)
    def security_txt() -> Response:
        if contact is None:
            raise NotFound
        expires = (clock().astimezone(UTC) + GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
        text = f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: zh, en\n"
        return Response(text, content_type="text/plain; charset=utf-8")

    return views
