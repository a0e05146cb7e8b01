"""The set-up wizard's calls: an invitation, the keys, the word of the dummy case."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from crypto.framing import b64encode
from portal.accounts.enrolment import EnrolmentTime, Welcome, begin, pass_trial, set_keys
from portal.accounts.totp import secret_text, secret_uri
from portal.desk.desk import Desk
from portal.desk.shapes import KEYS_LIMIT, SMALL_LIMIT, invite_keys_of, invite_of, invite_word_of
from portal.edge.bodies import whole_body
from portal.errors import OfficeNotReady
from portal.mailroom.shapes import read_shape
from portal.office.errors import OfficeMissing

ISSUER = "Yanlu"


def enrolment_views(desk: Desk) -> Blueprint:
    """`/api/enrolment…`."""
    views = Blueprint("enrolment", __name__, url_prefix="/api/enrolment")

    @views.post("")
    def open_invite() -> Response:
        code = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, invite_of)
        return jsonify(_welcome(_office(desk), begin(desk.accounts, code, desk.today())))

    @views.post("/keys")
    def keys() -> Response:
        code, made = read_shape(whole_body(KEYS_LIMIT), KEYS_LIMIT, invite_keys_of)
        trial = set_keys(desk.accounts, _office(desk), code, made, EnrolmentTime(desk.today(), desk.now()))
        return jsonify({"trial": b64encode(trial.packet), "items": trial.items})

    @views.post("/trial")
    def trial() -> Response:
        code, word = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, invite_word_of)
        pass_trial(desk.accounts, code, word, desk.today())
        return Response(status=204)

    return views


def _office(desk: Desk) -> bytes:
    """The office id; it stands in root 1, before any directory."""
    try:
        return desk.office.root().office
    except OfficeMissing as error:
        raise OfficeNotReady from error


def _welcome(office: bytes, welcome: Welcome) -> dict[str, object]:
    return {
        "office": b64encode(office),
        "member": welcome.member,
        "name": welcome.name.both(),
        "role": welcome.role.value,
        "entity": welcome.entity,
        "totp_secret": secret_text(welcome.totp_secret),
        "totp_uri": secret_uri(welcome.totp_secret, welcome.member, ISSUER),
    }
