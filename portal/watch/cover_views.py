"""The month's cover entries, for the officer who enters them beside the real ones."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, jsonify

from crypto.shape import Fields, text_of
from crypto.text import read_json
from portal.clock import day_in
from portal.watch.calls import BODY_LIMIT, Calls
from portal.watch.context import WatchContext
from retaliation_watch.enrolment.cover_month import Cover, plan_cover

NEAR = 4096


def add_cover_views(views: Blueprint, context: WatchContext, calls: Calls) -> None:
    """The call is the officer's, signed, and changes nothing."""

    @views.post("/cover")
    def cover() -> Response:
        _, body = calls.officer()
        planned = _planned(context, body)
        return jsonify({"employees": planned.employees, "missing": planned.missing})


def _planned(context: WatchContext, body: bytes) -> Cover:
    fields = Fields(read_json(body, BODY_LIMIT), "v", "entity", "near")
    fields.version()
    entity, near = fields.id("entity"), fields.list("near", NEAR, _number)
    with context.store.snapshot() as connection:
        return plan_cover(connection, context.key, entity, near, _today(context))


def _number(value: object) -> str:
    return text_of(value, 128)


def _today(context: WatchContext) -> date:
    return day_in("UTC", context.clock())
