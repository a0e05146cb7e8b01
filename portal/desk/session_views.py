"""Signing in and out, and who is signed in."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from crypto.framing import b64encode
from portal.accounts.members import account_of
from portal.accounts.rotation import next_keys_of
from portal.accounts.secrets import change_secrets
from portal.accounts.sessions import end_session, key_half_of, sign_in
from portal.desk.access import cookie_name, let_in, session_cookie, signed_in_member
from portal.desk.desk import Desk
from portal.desk.shapes import SMALL_LIMIT, new_secrets_of, sign_in_of
from portal.edge.bodies import whole_body
from portal.mailroom.shapes import read_shape

CLEAR = '"cache", "cookies", "storage"'


def session_views(desk: Desk) -> Blueprint:
    """`/api/session`, `/api/session/key-half`, `/api/session/end`, `/api/me`, `/api/me/secrets`."""
    views = Blueprint("session", __name__, url_prefix="/api")

    @views.post("/session")
    def start() -> Response:
        attempt = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, sign_in_of)
        token = sign_in(desk.accounts, attempt, desk.now(), session_cookie(desk))
        return let_in(desk, attempt.member, token)

    @views.post("/session/end")
    def end() -> Response:
        token = session_cookie(desk)
        if token:
            end_session(desk.accounts, token)
        answer = Response(status=204)
        answer.delete_cookie(cookie_name(desk), path="/", httponly=True, samesite="Strict", secure=desk.behind_tls)
        answer.headers["Clear-Site-Data"] = CLEAR
        return answer

    @views.get("/me")
    def me() -> Response:
        account = account_of(desk.accounts, signed_in_member(desk))
        waiting = next_keys_of(desk.accounts, account.member)
        return jsonify(
            {
                "member": account.member,
                "role": account.role.value,
                "entity": account.entity,
                "wrapped_key": account.wrapped_key,
                "next_keys": waiting and waiting.document(),
                "csrf": None,
            }
        )

    _add_keys(views, desk)
    return views


def _add_keys(views: Blueprint, desk: Desk) -> None:
    @views.get("/session/key-half")
    def key_half() -> Response:
        signed_in_member(desk)
        return jsonify({"key_half": b64encode(key_half_of(desk.accounts, session_cookie(desk)))})

    @views.put("/me/secrets")
    def secrets() -> Response:
        member = signed_in_member(desk)
        new = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, new_secrets_of)
        change_secrets(desk.accounts, member, session_cookie(desk), new, desk.now())
        return Response(status=204)
