"""Recurring duties: what members signed of them, for every member to verify, and a statement of one's own."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from crypto.office.duty_done import LIMIT
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk
from portal.desk.duties import accept_duty, all_lines
from portal.edge.bodies import whole_body


def duty_views(desk: Desk) -> Blueprint:
    """`/api/duties`. What is owed stands in the signed rules; the desk tells only what was signed."""
    views = Blueprint("duties", __name__, url_prefix="/api")

    @views.get("/duties")
    def signed() -> Response:
        signed_in_member(desk)
        return jsonify({"statements": [line.decode(errors="replace") for line in all_lines(desk)]})

    @views.post("/duties")
    def done() -> Response:
        member = signed_in_member(desk)
        return Response(status=201 if accept_duty(desk, member, whole_body(LIMIT)) else 200)

    return views
