"""Passkeys: challenges, signing in with one, and a member's own."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from crypto.framing import b64encode
from portal.accounts.challenges import ChallengePurpose, draw_challenge
from portal.accounts.enrolment import EnrolmentTime
from portal.accounts.passkeys import Passkey, add_passkey, passkeys_of, remove_passkey, sign_in_with_passkey
from portal.desk.access import let_in, session_cookie, signed_in_member
from portal.desk.desk import Desk
from portal.desk.guard import ForeignPage
from portal.desk.shapes import SMALL_LIMIT, new_passkey_of, passkey_sign_in_of
from portal.edge.bodies import id_in_path, whole_body
from portal.mailroom.shapes import read_shape

ORIGIN_LIMIT = 255
PASSKEY_LIMIT = 3 * SMALL_LIMIT


def passkey_signin_views(desk: Desk) -> Blueprint:
    """`/api/session/challenge`, `/api/session/passkey`."""
    views = Blueprint("passkey_door", __name__, url_prefix="/api/session")

    @views.post("/challenge")
    def challenge() -> Response:
        return jsonify(
            {"challenge": b64encode(draw_challenge(desk.accounts, ChallengePurpose(_page(desk)), desk.now()))}
        )

    @views.post("/passkey")
    def start() -> Response:
        attempt = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, passkey_sign_in_of)
        token = sign_in_with_passkey(desk.accounts, attempt, _page(desk), desk.now(), session_cookie(desk))
        return let_in(desk, attempt.member, token)

    return views


def passkey_views(desk: Desk) -> Blueprint:
    """`/api/me/passkeys…`."""
    views = Blueprint("passkeys", __name__, url_prefix="/api/me/passkeys")

    @views.post("/challenge")
    def challenge() -> Response:
        asked = ChallengePurpose(_page(desk), signed_in_member(desk))
        return jsonify({"challenge": b64encode(draw_challenge(desk.accounts, asked, desk.now()))})

    @views.get("")
    def mine() -> Response:
        found = passkeys_of(desk.accounts, signed_in_member(desk))
        return jsonify({"passkeys": [_shown(passkey) for passkey in found]})

    @views.post("")
    def add() -> Response:
        member = signed_in_member(desk)
        new = read_shape(whole_body(PASSKEY_LIMIT), PASSKEY_LIMIT, new_passkey_of)
        add_passkey(desk.accounts, member, new, _page(desk), EnrolmentTime(desk.today(), desk.now()))
        return Response(status=201)

    @views.post("/<credential>/end")
    def remove(credential: str) -> Response:
        member = signed_in_member(desk)
        remove_passkey(desk.accounts, member, id_in_path(credential, None))
        return Response(status=204)

    return views


def _page(desk: Desk) -> str:
    """The origin of the page that calls, whose host is ours by now; of who names none, the desk's own."""
    origin = request.headers.get("Origin") or f"{'https' if desk.behind_tls else 'http'}://{request.host}"
    if len(origin) > ORIGIN_LIMIT or not origin.isascii():
        raise ForeignPage
    return origin


def _shown(passkey: Passkey) -> dict[str, object]:
    return {
        "credential": b64encode(passkey.credential),
        "name": passkey.name,
        "day": passkey.added.isoformat(),
        "wrapped_key": passkey.wrapped_key,
    }
