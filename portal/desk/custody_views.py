"""Custody of identities at the desk: drawers of packets, requests, votes, reviews. No call here names a case."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask import request as http_request

from crypto.custody.packets import read_packets
from crypto.custody.reasons import Request, read_request
from crypto.custody.reviews import Review, check_review, may_review, read_review
from crypto.custody.unsealing import MAY_ASK
from crypto.custody.votes import Vote, read_vote
from crypto.errors import CryptoError
from crypto.framing import b64decode
from crypto.office.directory_shape import Member
from crypto.shape import Fields
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk
from portal.edge.bodies import id_in_path, number_in_path, whole_body
from portal.errors import Malformed
from portal.identity.errors import NotYourPart, RequestRefused, RequestUnknown
from portal.identity.hash_buckets import bucket_bits, packets_in, withdrawal_hashes
from portal.identity.requests import (
    StoredRequest,
    list_requests,
    request_document,
    seat_of,
    store_request,
    store_review,
    store_vote,
)
from portal.mailroom.context import insert_rows
from portal.mailroom.outbox import packet_rows, waiting_identity, waiting_withdrawal
from portal.mailroom.shapes import read_shape

REQUEST_LIMIT = 262144
VOTE_LIMIT = 32768
REVIEW_LIMIT = 98304
PACKETS_LIMIT = 131072
RAW = "application/octet-stream"
HASH_BYTES = 32


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
    """What a member may see: a custodian no other's vote, oversight what was asked in danger to life."""
    member = _member(desk)
    content = desk.directory.on(desk.today()).content
    keeps, oversees = member.id in content.custodians, member.id in content.oversight
    asks = member.role in MAY_ASK and not keeps
    if not (keeps or asks or oversees):
        raise NotYourPart
    stored = list_requests(desk.identity, content.office)
    shown = [one for one in stored if (one.open and (keeps or asks)) or (one.reviewed and (oversees or not one.open))]
    return [_shown(one, member.id, keeps=keeps, asks=asks) for one in shown]


def _shown(stored: StoredRequest, member: str, *, keeps: bool, asks: bool) -> dict[str, object]:
    """Each custodian decides alone: what others said of a request that is open is not for them."""
    seat = seat_of(stored.request.request, member)
    own = {seat: stored.votes[seat]} if seat in stored.votes else {}
    votes = stored.votes if asks else own if keeps else {}
    alone = {seat: stored.reviews[seat]} if seat in stored.reviews else {}
    return request_document(stored, votes, alone if keeps and stored.open else stored.reviews)


def accept_request(desk: Desk, request: Request) -> bool:
    """Keeps a request of a member who may ask."""
    asker(desk)
    if request.office != desk.directory.on(desk.today()).office:
        raise RequestRefused
    return store_request(desk.identity, request, desk.today())


def accept_vote(desk: Desk, request: bytes, vote: Vote) -> bool:
    """Keeps the vote that a custodian casts in the own name."""
    member = custodian(desk)
    if vote.request != request:
        raise RequestUnknown
    if vote.custodian != member.id or vote.office != desk.directory.on(desk.today()).office:
        raise RequestRefused
    return store_vote(desk.identity, vote, desk.today())


def accept_review(desk: Desk, request: bytes, review: Review) -> bool:
    """Keeps what a member who may review found, in the own name, about an opening in danger to life."""
    member, directory = _member(desk), desk.directory.on(desk.today())
    if not may_review(directory, member.id):
        raise NotYourPart
    stored = [one for one in list_requests(desk.identity, directory.office) if one.request.request == request]
    if not stored or review.request != request:
        raise RequestUnknown
    try:
        reviewer = check_review(directory, stored[0].request, review)
    except CryptoError as error:
        raise RequestRefused from error
    if reviewer.id != member.id:
        raise RequestRefused
    return store_review(desk.identity, review)


def packets_in_body(value: object) -> tuple[bytes, bytes]:
    """`{"v":1,"packets"}`: an identity packet that a member sealed, and a protection packet, as every post has both."""
    fields = Fields(value, "v", "packets")
    fields.version()
    return read_packets(fields["packets"])


def accept_packets(desk: Desk, identity: bytes, protection: bytes) -> None:
    """Lets both wait among all others; nothing that is kept tells that a member sealed them, or for which case."""
    asker(desk)
    with desk.mailroom.store.write() as tx:
        insert_rows(tx, [packet_rows(desk.mailroom, identity, protection)])


def _named(parameter: str) -> bytes | None:
    """The 32 bytes that the address names; None without them. Raises `Malformed`."""
    text = http_request.args.get(parameter)
    try:
        return None if text is None else b64decode(text, HASH_BYTES)
    except CryptoError as error:
        raise Malformed from error


def custody_views(desk: Desk) -> Blueprint:
    """`/api/drawers…`, `/api/packets`, `/api/marks`, `/api/unsealing…`."""
    views = Blueprint("custody", __name__, url_prefix="/api")

    @views.get("/drawers")
    def bits() -> Response:
        asker(desk)
        return jsonify({"bits": bucket_bits(desk.identity)})

    @views.get("/drawers/<bits>/<drawer>")
    def packets(bits: str, drawer: str) -> Response:
        asker(desk)
        # What waits is read first: a batch that leaves in between is found in its store.
        named = _named("waiting")
        waiting = [] if named is None else waiting_identity(desk.mailroom, named)
        found = packets_in(desk.identity, number_in_path(bits), number_in_path(drawer), waiting)
        return Response(found, mimetype=RAW)

    @views.post("/packets")
    def seal() -> tuple[Response, int]:
        accept_packets(desk, *read_shape(whole_body(PACKETS_LIMIT), PACKETS_LIMIT, packets_in_body))
        return jsonify({}), 201

    @views.get("/marks")
    def marks() -> Response:
        custodian(desk)
        mark = _named("waiting")
        waiting = [] if mark is None else waiting_withdrawal(desk.mailroom, mark)
        return Response(withdrawal_hashes(desk.identity, waiting), mimetype=RAW)

    _unsealing_views(desk, views)
    return views


def _unsealing_views(desk: Desk, views: Blueprint) -> None:
    @views.get("/unsealing")
    def requests() -> Response:
        return jsonify({"requests": requests_for(desk)})

    @views.post("/unsealing")
    def ask() -> tuple[Response, int]:
        request = read_shape(whole_body(REQUEST_LIMIT), REQUEST_LIMIT, read_request)
        return jsonify({}), 201 if accept_request(desk, request) else 200

    @views.post("/unsealing/<request>/votes")
    def vote(request: str) -> tuple[Response, int]:
        cast = read_shape(whole_body(VOTE_LIMIT), VOTE_LIMIT, read_vote)
        return jsonify({}), 201 if accept_vote(desk, id_in_path(request), cast) else 200

    @views.post("/unsealing/<request>/reviews")
    def review(request: str) -> tuple[Response, int]:
        found = read_shape(whole_body(REVIEW_LIMIT), REVIEW_LIMIT, read_review)
        return jsonify({}), 201 if accept_review(desk, id_in_path(request), found) else 200
