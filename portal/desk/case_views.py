"""Batch, claims, cases, steps and attachments."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotFound

from casework.errors import CaseUnknown
from casework.event_store.lists import View
from crypto.desk.keyring import read_keyring_entry
from crypto.framing import b64encode
from crypto.text import read_json
from portal.accounts.keyring import store_entry
from portal.desk.access import list_invitations, list_view, load_case, load_cases, load_former, load_readable
from portal.desk.case_file import case_file, case_files, former_file
from portal.desk.desk import Desk
from portal.desk.news import news_document
from portal.desk.queue import after_of, claim_block, days_of_batch, entries_of_day, page_document, regrants_of_member
from portal.desk.removals import removals_document
from portal.desk.shapes import KEYS_LIMIT, SMALL_LIMIT, STEP_LIMIT, claims_of, proposal_of, step_of
from portal.desk.steps import record_step
from portal.edge.bodies import id_in_path, number_in_path, whole_body
from portal.errors import Malformed
from portal.mailroom.shapes import read_shape
from portal.mailroom.uploads import read_part

CASES_AT_ONCE: Final = 32
"""The files of so many cases may be asked for together."""
IDS_AT_ONCE: Final = 64
"""So many packets of a day may be asked for by their ids."""


def _add_batch(views: Blueprint, desk: Desk) -> None:
    @views.get("/batch")
    def days() -> Response:
        return jsonify({"days": days_of_batch(desk)})

    @views.get("/batch/<day>")
    def entries(day: str) -> Response:
        wanted = request.args.getlist("id")
        if len(wanted) > IDS_AT_ONCE:
            raise Malformed
        ids = [id_in_path(one) for one in wanted]
        return jsonify({"entries": entries_of_day(desk, _day(day), ids or None)})

    @views.get("/regrants")
    def regrants() -> Response:
        return jsonify({"entries": regrants_of_member(desk)})


def _add_removals(views: Blueprint, desk: Desk) -> None:
    @views.get("/removals")
    def removals() -> Response:
        return jsonify(removals_document(desk))


def queue_views(desk: Desk) -> Blueprint:
    """`/api/batch…`, `/api/regrants`, `/api/removals`, `/api/news`, `/api/claims`, `/api/proposals`, `/api/cases`."""
    views = Blueprint("queue", __name__, url_prefix="/api")
    _add_batch(views, desk)
    _add_removals(views, desk)

    @views.get("/news")
    def news() -> Response:
        return jsonify(news_document(desk))

    @views.post("/claims")
    def claims() -> Response:
        block = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, claims_of)
        return jsonify({"accepted": claim_block(desk, block)})

    @views.get("/proposals")
    def proposals() -> Response:
        return jsonify({"cases": [b64encode(case) for case in list_invitations(desk)]})

    @views.get("/cases")
    def cases() -> Response:
        view, after = request.args.get("view", View.ALL), request.args.get("after")
        if view not in set(View):
            raise Malformed
        page = list_view(desk, View(view), None if after is None else after_of(after))
        return jsonify(page_document(page))

    @views.get("/cases/files")
    def files() -> Response:
        wanted = request.args.getlist("case")
        if not 0 < len(wanted) <= CASES_AT_ONCE or len(set(wanted)) < len(wanted):
            raise Malformed
        return jsonify({"files": case_files(desk, load_cases(desk, wanted))})

    return views


def case_views(desk: Desk) -> Blueprint:
    """`/api/cases/<case>…`: every view goes through `load_case`, or for what was theirs once through `load_former`."""
    views = Blueprint("case", __name__, url_prefix="/api/cases/<case>")

    @views.get("")
    def one(case: str) -> Response:
        return jsonify(case_file(desk, load_case(desk, case)))

    @views.get("/former")
    def former(case: str) -> Response:
        return jsonify(former_file(desk, load_former(desk, case)))

    @views.put("/key")
    def store_key(case: str) -> Response:
        entry = read_keyring_entry(read_json(whole_body(KEYS_LIMIT), KEYS_LIMIT))
        own = load_case(desk, case)
        if entry.case != own.case:
            raise CaseUnknown
        store_entry(desk.accounts, own.member, entry, own.row.mark)
        return Response(status=204)

    @views.post("/steps")
    def step(case: str) -> tuple[Response, int]:
        body = read_shape(whole_body(STEP_LIMIT), STEP_LIMIT, step_of)
        result = record_step(desk, load_case(desk, case), body)
        return jsonify({}), 201 if result.fresh else 200

    @views.post("/proposals")
    def propose(case: str) -> tuple[Response, int]:
        body = read_shape(whole_body(STEP_LIMIT), STEP_LIMIT, proposal_of)
        result = record_step(desk, load_case(desk, case), body)
        return jsonify({}), 201 if result.fresh else 200

    @views.get("/blobs/<blob>/parts/<k>")
    def part(case: str, blob: str, k: str) -> Response:
        chunks = read_part(desk.mailroom, load_readable(desk, case), id_in_path(blob), number_in_path(k))
        return Response(chunks, mimetype="application/octet-stream")

    return views


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
    if day.isoformat() != text:
        raise Malformed
    return day
