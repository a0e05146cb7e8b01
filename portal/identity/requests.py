"""Requests and votes as they are kept: sealed, without who asked, and gone when they are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, Table, and_, delete, func, or_, select, update

from crypto.custody.names import Ground, NotifyWhen
from crypto.custody.reasons import Request
from crypto.custody.reviews import Review, review_due
from crypto.custody.unsealing import next_expiry
from crypto.custody.votes import Vote
from crypto.framing import frame, sha256
from crypto.text import write_json
from portal.identity.errors import RequestDiffers, RequestRefused, RequestUnknown
from portal.identity.store import REQUESTS, REVIEWS, VOTES
from portal.mailroom.context import insert_new
from portal.stores.engines import Store

REVIEW_DAYS = 90
"""So long the reason of an opening in danger to life is kept for those who oversee, once it was reviewed."""
UNREVIEWED_DAYS = 365
"""So long it waits for a review that nobody writes."""
MOST = 256
"""Requests that may be open at once; an office has a handful in a year."""


@dataclass(frozen=True)
class StoredRequest:
    """A request, the votes on it and the reviews of it, by seat."""

    request: Request = field(repr=False)
    votes: Mapping[bytes, str] = field(repr=False)
    reviews: Mapping[bytes, str] = field(repr=False)

    @property
    def open(self) -> bool:
        """Whether it may still be voted on, but for its day."""
        return bool(self.request.body)

    @property
    def reviewed(self) -> bool:
        """Whether it is one that oversight looks at afterwards."""
        return self.request.ground is Ground.DANGER_TO_LIFE


def seat_of(request: bytes, custodian: str) -> bytes:
    """Names a custodian or reviewer within one request: no column of this store names a member, a vote itself does."""
    return sha256(frame("yanlu/v1/unseal-seat", request, custodian))


def store_request(store: Store, request: Request, today: date) -> bool:
    """Keeps a request; False when it lay here already. Raises `RequestRefused`, `RequestDiffers`."""
    near = (next_expiry((today + timedelta(days=more)).isoformat()) for more in (-1, 0, 1))
    # Without a body it would count as over: nobody would see it, and it would take no place.
    if not request.body or request.expires not in near:
        raise RequestRefused
    row: dict[str, object] = {
        "request_id": request.request,
        "ground": request.ground.value,
        "notify": request.notify.value,
        "expires": date.fromisoformat(request.expires),
        "reason": request.reason,
        "body": request.body,
    }
    with store.write() as tx:
        # What is over and waits for its review takes no room from anyone who asks in danger to life.
        if (tx.scalar(select(func.count()).select_from(REQUESTS).where(REQUESTS.c.body != b"")) or 0) >= MOST:
            raise RequestRefused
        if insert_new(tx, REQUESTS, row):
            return True
        there = tx.execute(select(REQUESTS).where(REQUESTS.c.request_id == request.request)).mappings().one()
    if dict(there) != row:
        raise RequestDiffers
    return False


def list_requests(store: Store, office: bytes) -> list[StoredRequest]:
    """Every request that is kept, by its id, which is random."""
    with store.read() as connection:
        rows = connection.execute(select(REQUESTS).order_by(REQUESTS.c.request_id)).all()
        votes, reviews = _by_seat(connection, VOTES), _by_seat(connection, REVIEWS)
    return [
        StoredRequest(
            Request(
                office,
                bytes(row.request_id),
                Ground(row.ground),
                NotifyWhen(row.notify),
                row.expires.isoformat(),
                bytes(row.reason),
                bytes(row.body),
            ),
            votes.get(bytes(row.request_id), {}),
            reviews.get(bytes(row.request_id), {}),
        )
        for row in rows
    ]


def _by_seat(connection: Connection, table: Table) -> dict[bytes, dict[bytes, str]]:
    found: dict[bytes, dict[bytes, str]] = {}
    for request, seat, text in connection.execute(select(table)):
        found.setdefault(bytes(request), {})[bytes(seat)] = text
    return found


def store_vote(store: Store, vote: Vote, today: date) -> bool:
    """Keeps a custodian's vote; False when it lay here already. Raises `RequestUnknown`, `RequestDiffers`."""
    with store.write() as tx:
        if not _is_open(tx, vote.request, today):
            raise RequestUnknown
        text = write_json(vote.document()).decode()
        return _insert_once(tx, VOTES, "vote", vote.request, seat_of(vote.request, vote.custodian), text)


def store_review(store: Store, review: Review) -> bool:
    """Keeps a review of an opening in danger; False when it lay here already. Raises as `store_vote`."""
    query = select(REQUESTS.c.ground).where(REQUESTS.c.request_id == review.request)
    with store.write() as tx:
        if tx.scalar(query) != Ground.DANGER_TO_LIFE.value:
            raise RequestUnknown
        text = write_json(review.document()).decode()
        return _insert_once(tx, REVIEWS, "review", review.request, seat_of(review.request, review.reviewer), text)


def _insert_once(tx: Connection, table: Table, column: str, request: bytes, seat: bytes, text: str) -> bool:
    if insert_new(tx, table, {"request_id": request, "seat": seat, column: text}):
        return True
    there = tx.scalar(select(table.c[column]).where(table.c.request_id == request, table.c.seat == seat))
    if there != text:
        raise RequestDiffers
    return False


def _is_open(tx: Connection, request: bytes, today: date) -> bool:
    query = select(REQUESTS.c.expires, func.length(REQUESTS.c.body).label("size"))
    row = tx.execute(query.where(REQUESTS.c.request_id == request)).one_or_none()
    # Somewhere it is still yesterday: a custodian there is not shut out before the day is over.
    return row is not None and row.size > 0 and today <= row.expires + timedelta(days=1)


def overdue_reviews(store: Store, today: date) -> int:
    """How many openings in danger to life should have been reviewed before today, and nobody has; names none."""
    unreviewed = REQUESTS.c.request_id.not_in(select(REVIEWS.c.request_id))
    danger = REQUESTS.c.ground == Ground.DANGER_TO_LIFE.value
    with store.read() as connection:
        ends = connection.scalars(select(REQUESTS.c.expires).where(danger, unreviewed)).all()
    return sum(review_due(end.isoformat()) < today.isoformat() for end in ends)


def end_requests(store: Store, today: date) -> int:
    """Destroys what is over, shares first; gives how many requests. Reasons of danger to life wait for their review."""
    yesterday = today - timedelta(days=1)
    over = REQUESTS.c.expires < yesterday
    danger = REQUESTS.c.ground == Ground.DANGER_TO_LIFE.value
    has_review = REQUESTS.c.request_id.in_(select(REVIEWS.c.request_id))
    reviewed = and_(REQUESTS.c.expires < yesterday - timedelta(days=REVIEW_DAYS), has_review)
    forgotten = REQUESTS.c.expires < yesterday - timedelta(days=UNREVIEWED_DAYS)
    with store.read() as connection:
        due = connection.scalars(select(REQUESTS.c.request_id).where(over, REQUESTS.c.body != b"")).all()
        old = connection.scalars(select(REQUESTS.c.request_id).where(or_(reviewed, forgotten))).all()
    if not due and not old:
        return 0
    ids = [bytes(one) for one in {*due, *old}]
    with store.write() as tx:
        tx.execute(delete(VOTES).where(VOTES.c.request_id.in_(ids)))
        tx.execute(delete(REQUESTS).where(over, ~danger))
        tx.execute(delete(REQUESTS).where(REQUESTS.c.request_id.in_(old)))
        tx.execute(delete(REVIEWS).where(REVIEWS.c.request_id.in_(old)))
        tx.execute(update(REQUESTS).where(over, danger).values(body=b""))
    return len(ids)


def request_document(
    stored: StoredRequest, votes: Mapping[bytes, str], reviews: Mapping[bytes, str]
) -> dict[str, object]:
    """A request with these votes on it and these reviews of it, as the desk hands them out."""
    return {
        "request": stored.request.document(),
        "votes": [votes[seat] for seat in sorted(votes)],
        "reviews": [reviews[seat] for seat in sorted(reviews)],
    }
