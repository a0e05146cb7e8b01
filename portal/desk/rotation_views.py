"""New keys for a member who stays: what waits for the keepers, and what is taken up once they signed."""

from __future__ import annotations

from flask import Blueprint, Response

from crypto.office.directory_shape import Member
from portal.accounts.rotation import activate_next_keys, propose_next_keys
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk
from portal.desk.shapes import SMALL_LIMIT, activated_keys_of, proposed_keys_of
from portal.edge.bodies import whole_body
from portal.identity.errors import NotYourPart
from portal.mailroom.shapes import read_shape


def rotation_views(desk: Desk) -> Blueprint:
    """`/api/me/keys`, `/api/me/keys/taken`."""
    views = Blueprint("rotation", __name__, url_prefix="/api/me/keys")

    @views.put("")
    def propose() -> Response:
        named = _named(desk)
        new = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, proposed_keys_of)
        propose_next_keys(desk.accounts, desk.directory.on(desk.today()).office, named, new, desk.now())
        return Response(status=204)

    @views.post("/taken")
    def activate() -> Response:
        named = _named(desk)
        new = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, activated_keys_of)
        activate_next_keys(desk.accounts, named, new, desk.now())
        return Response(status=204)

    return views


def _named(desk: Desk) -> Member:
    """Anyone who is signed in, as the directory of today has it."""
    named = desk.directory.on(desk.today()).valid_member(signed_in_member(desk))
    if named is None:
        raise NotYourPart
    return named
