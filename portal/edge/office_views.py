"""The office's signed documents, as both faces serve them; anyone who reads them verifies them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify

from crypto.errors import CryptoError
from portal.edge.static_site import published
from portal.errors import OfficeNotReady
from portal.mailroom.errors import NoSuchPart
from portal.office import OfficeFolder
from portal.office.errors import OfficeMissing

JSON = "application/json"
Shown = Callable[[], bytes]
"""Gives the office document as it is to be served; raises OfficeMissing before the first signing."""


def rules_views(office: OfficeFolder) -> Blueprint:
    """`/office/rules/…` and `/office/calendars/…`, for the desk alone: who holds which role is not for reporters."""
    views = Blueprint("rules", __name__, url_prefix="/office")

    @views.get("/rules/<name>.json")
    def rules(name: str) -> Response:
        return _published(office.rules(name))

    @views.get("/calendars/<name>.json")
    def calendars(name: str) -> Response:
        return _published(office.calendars(name))

    return views


def office_views(
    office: OfficeFolder,
    *,
    demo: bool,
    slots: Callable[[], Mapping[str, int]] | None = None,
    shown: Shown | None = None,
) -> Blueprint:
    """`/office/…`: the office document, policies, jurisdiction texts, and what is to be known of the site.

    `shown` gives the document where a log is at hand; `slots` tells how many packets each entity's slot of the batch
    takes, where this face has a batch to do with.
    """
    views = Blueprint("office", __name__, url_prefix="/office")

    @views.get("/office.json")
    def document() -> Response:
        return published(shown_by(office, shown), JSON)

    @views.get("/policies/<name>.json")
    def policy(name: str) -> Response:
        return _published(office.policy(name))

    @views.get("/jurisdictions/<name>.json")
    def jurisdictions(name: str) -> Response:
        return _published(office.jurisdictions(name))

    @views.get("/site.json")
    def site() -> Response:
        return jsonify({"v": 1, "demo": demo} | ({} if slots is None else {"slots": dict(slots())}))

    return views


def shown_by(office: OfficeFolder, shown: Shown | None) -> bytes:
    """The office document; raises OfficeNotReady before the first signing."""
    try:
        return (shown or office.shown)()
    except (OfficeMissing, CryptoError) as error:
        raise OfficeNotReady from error


def _published(content: bytes | None) -> Response:
    if content is None:
        raise NoSuchPart
    return published(content, JSON)
