"""The officer's interface: packets to open, requests to enter, agreements, links for those who open them."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Connection, delete, select

from crypto.custody.packets import LINK_SIZE
from crypto.framing import b64decode, b64encode
from crypto.shape import Fields, bytes_of
from crypto.text import read_json
from crypto.watch.protection import PLACES
from portal.clock import day_in
from portal.watch.alert_views import add_alert_views
from portal.watch.calls import BODY_LIMIT, Calls
from portal.watch.context import WatchContext, forget_order
from portal.watch.cover_views import add_cover_views
from portal.watch.feed_views import add_feed_views
from portal.watch.letter_views import add_letter_views
from retaliation_watch.enrolment.entries import (
    EntryRequest,
    RequestOutcome,
    apply_request,
    end_terms,
    entered_so_far,
    entries_of,
)
from retaliation_watch.enrolment.quota import delete_waiting
from retaliation_watch.errors import NoAgreement
from retaliation_watch.host_key import plain_number
from retaliation_watch.locks import advisory_lock
from retaliation_watch.store import AGREEMENTS, PACKETS
from retaliation_watch.weekly_run.link_requests import enter_request

AT_ONCE = 64


def officer_views(context: WatchContext) -> Blueprint:
    """Every call is the officer's, signed."""
    views = Blueprint("officer", __name__, url_prefix="/api")
    calls = Calls(context)

    @views.get("/packets")
    def packets() -> Response:
        calls.officer()
        return jsonify({"packets": _packets(context, request.args.get("after"))})

    @views.post("/entries")
    def enter() -> Response:
        _, body = calls.officer()
        return jsonify({"outcomes": [outcome.value for outcome in _enter(context, body)]})

    @views.post("/links")
    def links() -> Response:
        _, body = calls.officer()
        return jsonify({"entries": _links(context, body)})

    @views.post("/link-requests")
    def requests() -> Response:
        officer, body = calls.officer()
        _enter_request(context, officer.id, body)
        return jsonify({})

    @views.get("/agreements")
    def agreements() -> Response:
        calls.officer()
        return jsonify({"agreements": _agreements(context)})

    add_alert_views(views, context, calls)
    add_cover_views(views, context, calls)
    add_letter_views(views, context, calls)
    add_feed_views(views, context, calls)
    return views


def _packets(context: WatchContext, after: str | None) -> list[str]:
    """Sealed packets by their hash, a few dozen at a time."""
    query = select(PACKETS.c.packet).order_by(PACKETS.c.packet_hash).limit(AT_ONCE)
    if after is not None:
        query = query.where(PACKETS.c.packet_hash > b64decode(after, 32))
    with context.store.read() as connection:
        return [b64encode(bytes(packet)) for packet in connection.scalars(query)]


def read_entry_request(context: WatchContext, value: object) -> EntryRequest:
    """One request of the body: the employee's number becomes a pseudonym here, and goes no further."""
    fields = Fields(value, "entity", "employee", "marks", "link", "ends", "packet")
    entity, employee = fields.id("entity"), fields.text("employee", 128)
    marks = fields.list("marks", PLACES, bytes_of(32))
    link = fields.bytes("link", LINK_SIZE)
    packet = fields.maybe("packet", bytes_of(32))
    person = context.key.pseudonym(entity, plain_number(employee))
    return EntryRequest(entity, person, marks, link, fields.flag("ends"), packet)


def _enter(context: WatchContext, body: bytes) -> list[RequestOutcome]:
    fields = Fields(read_json(body, BODY_LIMIT), "v", "wishes", "opened")
    fields.version()
    entry_requests = fields.list("wishes", AT_ONCE, lambda value: read_entry_request(context, value))
    opened = fields.list("opened", AT_ONCE * 4, bytes_of(32))
    today = _today(context)
    with context.store.write() as tx:
        # The same request twice at once, or two officers' in one month, would each count as the first.
        advisory_lock(tx, "entries")
        end_terms(tx, today)
        outcomes = [_apply(tx, context, entry_request, today) for entry_request in entry_requests]
        tx.execute(delete(PACKETS).where(PACKETS.c.packet_hash.in_(opened)))
        delete_waiting(tx, opened, today)
    forget_order(context.store)
    return outcomes


def _apply(tx: Connection, context: WatchContext, entry_request: EntryRequest, today: date) -> RequestOutcome:
    """Anybody may seal a request for any entity: one that nobody can enter holds up no other."""
    try:
        return apply_request(tx, entry_request, today, context.rng)
    except NoAgreement:
        return RequestOutcome.NOT_AGREED


def _links(context: WatchContext, body: bytes) -> list[dict[str, object]]:
    """The links of one person's entries, cover among them: who opens them learns which."""
    fields = Fields(read_json(body, BODY_LIMIT), "v", "entity", "employee")
    fields.version()
    person = context.key.pseudonym(fields.id("entity"), fields.text("employee", 128))
    with context.store.read() as connection:
        found = entries_of(connection, person)
    return [
        {"link": b64encode(one.link), "from": one.counted.isoformat(), "until": one.until.isoformat()} for one in found
    ]


def _enter_request(context: WatchContext, seat: str, body: bytes) -> None:
    """A request to open links goes into the log as a hash; what it asks for does not come here."""
    fields = Fields(read_json(body, BODY_LIMIT), "v", "content")
    fields.version()
    content = fields.bytes("content", 32)
    with context.store.write() as tx:
        enter_request(tx, seat, content, _today(context))


def _agreements(context: WatchContext) -> list[dict[str, object]]:
    with context.store.read() as connection:
        return agreements_of(connection)


def agreements_of(connection: Connection) -> list[dict[str, object]]:
    """Where a watch was agreed upon, by whom and when, and how many people packets have entered there."""
    rows = connection.execute(select(AGREEMENTS).order_by(AGREEMENTS.c.entity)).all()
    return [
        {
            "entity": row.entity,
            "body": row.body,
            "day": row.day.isoformat(),
            "paper": b64encode(bytes(row.paper)),
            "health": row.health,
            "entered": entered_so_far(connection, row.entity),
        }
        for row in rows
    ]


def _today(context: WatchContext) -> date:
    return day_in("UTC", context.clock())
