"""What every request to the desk passes first: whether our own page makes it, and whether it is the role's part."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import NotFound

from portal.desk.access import signed_in_member
from portal.desk.desk import Desk
from portal.errors import ProblemCode, ProblemRefusal
from portal.identity.errors import NotYourPart
from portal.permissions.table import Others, RouteRule, permissions

READING = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "X-Yanlu-Desk"


class ForeignPage(ProblemRefusal):
    """A call that changes something without our header, or from another origin."""

    code = ProblemCode.FOREIGN_PAGE


def check_origin() -> None:
    """Raises `ForeignPage` unless a changing call carries our header and, from a browser, our origin.

    The header makes a browser ask first, and nothing here ever answers that question; the cookie is
    SameSite=Strict besides. The proxy in front may speak TLS, so either scheme is ours.
    """
    if request.method in READING:
        return
    if request.headers.get(HEADER) != "1":
        raise ForeignPage
    origin = request.headers.get("Origin")
    if origin not in (None, f"http://{request.host}", f"https://{request.host}"):
        raise ForeignPage
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForeignPage


def check_permission(desk: Desk) -> None:
    """Raises `NotYourPart` where the table of permissions refuses the member's role; `NotFound` for a call not in it.

    Where the table says `nothing` the views themselves tell what there is for nobody.
    """
    rule = request.url_rule
    if rule is None or request.method == "OPTIONS":
        return
    action = permissions().by_call.get(RouteRule("GET" if request.method == "HEAD" else request.method, rule.rule))
    if action is None:
        raise NotFound
    if action.others is Others.REFUSED and action.refuses(desk.role(signed_in_member(desk))):
        raise NotYourPart


def guard(app: Flask, desk: Desk) -> None:
    """Checks every request of the app: first where it comes from, then whether it is for the member's role."""
    app.before_request(check_origin)
    app.before_request(lambda: check_permission(desk))
