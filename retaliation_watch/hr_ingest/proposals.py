"""Reviews before action: HR proposes every severe measure and gets an answer on its day; recorded ones are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crypto.errors import CryptoError
from crypto.framing import b64encode, check_signature, frame, mac, sha256
from crypto.localized import Words
from crypto.shape import Fields
from crypto.text import pad_exactly, read_json, write_json
from retaliation_watch.errors import ManifestRefused, ReviewUnknown
from retaliation_watch.host_key import HostKey
from retaliation_watch.kinds import MEANINGS, Measure
from retaliation_watch.review_sampling.classes import RULE, WORDING_EN, WORDING_ZH
from retaliation_watch.store import PEOPLE, REVIEWS, SOURCES

LIMIT: Final = 4096
ANSWER_SIZE: Final = 1024
DRAWN_SIZE: Final = 65536
SEVERE: Final = frozenset(kind for kind, meaning in MEANINGS.items() if meaning.severity >= 6)
"""The kinds that have to be proposed before they are done."""


class Verdict(StrEnum):
    """What the review answers; where the officer said nothing by its day, there is no objection."""

    NO_OBJECTION = "no-objection"
    GROUNDS = "send-grounds"


@dataclass(frozen=True)
class MeasureProposal:
    """A measure that somebody wants to take, as HR's system proposes it."""

    source: str
    employee: str = field(repr=False)
    kind: Measure
    planned: date


def proposal_frame(payload: bytes) -> bytes:
    """What the source's key signs."""
    return frame("yanlu/v1/hr-proposal", sha256(payload))


def read_proposal(connection: Connection, payload: bytes, signature: bytes) -> tuple[MeasureProposal, str]:
    """The proposal and its entity; raises `ManifestRefused` for what no known source signed so."""
    try:
        fields = Fields(read_json(payload, LIMIT), "v", "source", "employee", "kind", "planned")
        fields.version()
        kind = Measure(fields.word("kind", *SEVERE))
        planned = date.fromisoformat(fields.day("planned"))
        proposal = MeasureProposal(fields.id("source"), fields.text("employee", 128), kind, planned)
        row = connection.execute(select(SOURCES).where(SOURCES.c.source == proposal.source)).first()
        if row is None or row.ended:
            raise ManifestRefused
        check_signature(bytes(row.key), proposal_frame(payload), signature)
    except CryptoError as error:
        raise ManifestRefused from error
    return proposal, str(row.entity)


def propose(tx: Connection, key: HostKey, proposal: MeasureProposal, entity: str, days: tuple[date, date]) -> bytes:
    """Stores a proposal that came on the first of `days` and is answered on the second; gives its number.

    The same measure proposed again has the same number, and its answer the day that it had: a proposal bears no day,
    so that anyone who sends an old one again would else keep a later measure from being drawn.
    """
    person, received, due = key.pseudonym(entity, proposal.employee), *days
    named = frame("yanlu/v1/watch-proposal", proposal.source, person, proposal.kind, proposal.planned.isoformat())
    review = mac(key.randomization_key.octets, named)[:16]
    row = {"review": review, "source": proposal.source, "person": person, "kind": proposal.kind.value}
    row |= {"planned": proposal.planned, "received": received, "due": due, "answer": None}
    made = sqlite.insert(REVIEWS) if tx.dialect.name == "sqlite" else postgresql.insert(REVIEWS)
    tx.execute(made.on_conflict_do_nothing(), [row])
    return review


@dataclass(frozen=True)
class DrawnRequest:
    """HR's system asks which measures were drawn since a day."""

    source: str
    day: date
    since: date


def drawn_frame(payload: bytes) -> bytes:
    """What the source's key signs to read what was drawn."""
    return frame("yanlu/v1/hr-drawn", sha256(payload))


def read_drawn_request(connection: Connection, payload: bytes, signature: bytes) -> tuple[DrawnRequest, str]:
    """The question and its entity; raises `ManifestRefused` for what no known source signed so."""
    try:
        fields = Fields(read_json(payload, LIMIT), "v", "source", "day", "since")
        fields.version()
        days = (date.fromisoformat(fields.day(name)) for name in ("day", "since"))
        request = DrawnRequest(fields.id("source"), *days)
        row = connection.execute(select(SOURCES).where(SOURCES.c.source == request.source)).first()
        if row is None or row.ended:
            raise ManifestRefused
        check_signature(bytes(row.key), drawn_frame(payload), signature)
    except CryptoError as error:
        raise ManifestRefused from error
    return request, str(row.entity)


def drawn_reviews(connection: Connection, key: HostKey, entity: str, since: date) -> bytes:
    """The recorded measures of an entity that were drawn for review since a day, with the one wording of all of them.

    Padded to a multiple of `DRAWN_SIZE`. Which they are follows from class and coin, for everybody alike.
    """
    query = (
        select(
            REVIEWS.c.review,
            REVIEWS.c.kind,
            REVIEWS.c.planned,
            REVIEWS.c.received,
            PEOPLE.c.person,
            PEOPLE.c.ciphertext,
        )
        .join(PEOPLE, PEOPLE.c.person == REVIEWS.c.person)
        .where((PEOPLE.c.entity == entity) & (REVIEWS.c.source == RULE) & (REVIEWS.c.received >= since))
        .order_by(REVIEWS.c.received, REVIEWS.c.review)
    )
    rows = [
        {
            "review": b64encode(bytes(row.review)),
            "employee": key.decrypt_text(bytes(row.person), bytes(row.ciphertext)),
            "kind": row.kind,
            "recorded": row.planned.isoformat(),
            "drawn": row.received.isoformat(),
        }
        for row in connection.execute(query)
    ]
    content = write_json({"v": 1, "rule": RULE, "words": Words(WORDING_ZH, WORDING_EN).both(), "reviews": rows})
    return pad_exactly(content, -(-len(content) // DRAWN_SIZE) * DRAWN_SIZE)


def answer_review(tx: Connection, review: bytes, verdict: Verdict) -> None:
    """The officer's word on a proposal; HR hears of it on the day, not before. Raises `ReviewUnknown`."""
    mine = (REVIEWS.c.review == review) & (REVIEWS.c.source != RULE)
    if tx.execute(update(REVIEWS).where(mine).values(answer=verdict.value)).rowcount == 0:
        raise ReviewUnknown


def review_answer(connection: Connection, review: bytes, today: date) -> bytes:
    """What HR is told: the same bytes but for the answer, which comes on its day whatever it is."""
    row = connection.execute(select(REVIEWS).where(REVIEWS.c.review == review)).first()
    if row is None:
        raise ReviewUnknown
    answer = None if today < row.due else row.answer or Verdict.NO_OBJECTION.value
    document = {"v": 1, "review": b64encode(review), "due": row.due.isoformat(), "answer": answer}
    return pad_exactly(write_json(document), ANSWER_SIZE)
