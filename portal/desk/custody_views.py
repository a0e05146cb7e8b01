"""Custody of identities at the desk: drawers of packets, requests, votes. No call here names a case."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from crypto.custody import Ground
from crypto.directory_shape import Member
from crypto.packets import read_packets
from crypto.shape import Fields
from crypto.unseal_votes import Vote, read_vote
from crypto.unsealing import MAY_ASK, Request, read_request
from portal.bodies import id_in_path, number_in_path, whole_body
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk
from portal.identity.drawers import all_marks, drawer_bits, packets_in
from portal.identity.errors import NotYourPart, RequestRefused, RequestUnknown
from portal.identity.requests import (
    Kept,
    keep_request,
    keep_vote,
    list_requests,
    request_document,
    seat_of,
)
from portal.mailroom.outbox import packet_rows
from portal.mailroom.room import insert_rows
from portal.mailroom.shapes import read_shape

REQUEST_LIMIT = 262144
VOTE_LIMIT = 32768
PACKETS_LIMIT = 131072
RAW = "application/octet-stream"


def _member(desk: Desk) -> Member:
    """Who calls, as the directory of today knows them; raises `NotYourPart` for whom it does not."""
    found = desk.directory.on(desk.today()).valid_member(signed_in_member(desk))
    if found is None:
        raise NotYourPart
    return found


def asker(desk: Desk) -> Member:
    """A member whose role may ask for an identity; raises `NotYourPart`."""
    member = _member(desk)
    if member.role not in MAY_ASK or member.id in desk.directory.on(desk.today()).content.custodians:
        raise NotYourPart
    return member


def custodian(desk: Desk) -> Member:
    """A custodian of the directory; raises `NotYourPart`."""
    member = _member(desk)
    if member.id not in desk.directory.on(desk.today()).content.custodians:
        raise NotYourPart
    return member


def requests_for(desk: Desk) -> list[dict[str, object]]:
    """What a member may see of the requests: a custodian no other's vote, oversight what was opened in danger."""
    member = _member(desk)
    content = desk.directory.on(desk.today()).content
    kept = list_requests(desk.identity, content.office)
    if member.id in content.custodians:
        return [request_document(one, _own_vote(one, member.id)) for one in kept if one.open]
    asks, oversees = member.role in MAY_ASK, member.id in content.oversight
    if not (asks or oversees):
        raise NotYourPart
    mine = [request_document(one, one.votes) for one in kept if asks and one.open]
    return mine + [request_document(one, {}) for one in kept if oversees and _is_to_review(one, asks=asks)]


def _is_to_review(kept: Kept, *, asks: bool) -> bool:
    """Opened in danger to life; what an asker sees already is not shown twice."""
    return kept.request.ground is Ground.DANGER_TO_LIFE and not (asks and kept.open)


def _own_vote(kept: Kept, member: str) -> dict[bytes, str]:
    """Each votes alone: what others said is not for a custodian."""
    seat = seat_of(kept.request.request, member)
    return {seat: kept.votes[seat]} if seat in kept.votes else {}


def take_request(desk: Desk, request: Request) -> bool:
    """Keeps a request of a member who may ask."""
    asker(desk)
    if request.office != desk.directory.on(desk.today()).office:
        raise RequestRefused
    return keep_request(desk.identity, request, desk.today())


def take_vote(desk: Desk, request: bytes, vote: Vote) -> bool:
    """Keeps the vote that a custodian casts in the own name."""
    member = custodian(desk)
    if vote.request != request:
        raise RequestUnknown
    if vote.custodian != member.id or vote.office != desk.directory.on(desk.today()).office:
        raise RequestRefused
    return keep_vote(desk.identity, vote, desk.today())


def packets_in_body(value: object) -> tuple[bytes, bytes]:
    """`{"v":1,"packets"}`: an identity packet that a member sealed, and a protection packet, as every post has both."""
    fields = Fields(value, "v", "packets")
    fields.version()
    return read_packets(fields["packets"])


def take_packets(desk: Desk, identity: bytes, protection: bytes) -> None:
    """Lets both wait among all others; nothing that is kept tells that a member sealed them, or for which case."""
    asker(desk)
    with desk.mailroom.store.write() as tx:
        insert_rows(tx, [packet_rows(desk.mailroom, identity, protection)])


def custody_views(desk: Desk) -> Blueprint:
    """`/api/drawers…`, `/api/packets`, `/api/marks`, `/api/unsealing…`."""
    views = Blueprint("custody", __name__, url_prefix="/api")

    @views.get("/drawers")
    def bits() -> Response:
        asker(desk)
        return jsonify({"bits": drawer_bits(desk.identity)})

    @views.get("/drawers/<bits>/<drawer>")
    def packets(bits: str, drawer: str) -> Response:
        asker(desk)
        found = packets_in(desk.identity, number_in_path(bits), number_in_path(drawer))
        return Response(found, mimetype=RAW)

    @views.post("/packets")
    def seal() -> tuple[Response, int]:
        take_packets(desk, *read_shape(whole_body(PACKETS_LIMIT), PACKETS_LIMIT, packets_in_body))
        return jsonify({}), 201

    @views.get("/marks")
    def marks() -> Response:
        custodian(desk)
        return Response(all_marks(desk.identity), mimetype=RAW)

    @views.get("/unsealing")
    def requests() -> Response:
        return jsonify({"requests": requests_for(desk)})

    @views.post("/unsealing")
    def ask() -> tuple[Response, int]:
        request = read_shape(whole_body(REQUEST_LIMIT), REQUEST_LIMIT, read_request)
        return jsonify({}), 201 if take_request(desk, request) else 200

    @views.post("/unsealing/<request>/votes")
    def vote(request: str) -> tuple[Response, int]:
        cast = read_shape(whole_body(VOTE_LIMIT), VOTE_LIMIT, read_vote)
        return jsonify({}), 201 if take_vote(desk, id_in_path(request), cast) else 200

    return views
