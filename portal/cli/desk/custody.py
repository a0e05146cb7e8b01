"""A member of the office and sealed identities: asking, voting, opening, reviewing, as the desk's page does it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from crypto import (
    About,
    Asking,
    CheckStage,
    CryptoError,
    Direction,
    Finding,
    Ground,
    IdentityText,
    Message,
    Named,
    NotifyWhen,
    OpenedRequest,
    OpenedReview,
    Request,
    Seal,
    StaffKeys,
    Unsealing,
    UnsealingNotice,
    UnsealingReason,
    Vote,
    Withdrawn,
    approve_request,
    b64encode,
    next_expiry,
    open_request,
    open_review,
    packet_hash,
    read_reason,
    read_request,
    refuse_request,
    seal_note,
    seal_request,
    seal_review,
    seal_unsealing,
    unseal,
)
from crypto.custody.packets import IDENTITY_SIZE, withdrawal_mark
from crypto.text import read_json
from portal.cli.desk.client import DeskSession, OpenedCase, StepLoad, write_step
from portal.cli.desk.votes import false_approvals, holding_votes
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.desk import PACKET_LIMIT, read_bits, read_requests

MARK_SIZE = 32


@dataclass(frozen=True, repr=False)
class CaseName:
    """A name of a case that lies with the custodians."""

    about: About
    seal: Seal
    text: str
    by_office: bool
    withdrawn: bool


def sealed_names(opened: OpenedCase) -> list[CaseName]:
    """Sealed names in the order in which they came; the reporter's own later one takes the place of the earlier."""
    said = [(entry.item, entry.inner.content) for entry in opened.thread.verified if entry.item and entry.inner]
    back = {content.handle for _, content in said if isinstance(content, Withdrawn)}
    found = [
        (content.about, content.seal, content.text, item.place.direction is Direction.OFFICE_ONLY)
        for item, content in said
        if isinstance(content, Named) and content.seal
    ]
    own = [seal.handle for about, seal, _, _ in found if about is About.REPORTER]
    gone = back | set(own[:-1])
    return [CaseName(about, seal, text, office, seal.handle in gone) for about, seal, text, office in found]


def the_name(opened: OpenedCase, about: About) -> CaseName:
    """The newest sealed name of that kind which was not taken back; raises CommandError where there is none."""
    found = [one for one in sealed_names(opened) if one.about is about and not one.withdrawn]
    if not found:
        raise CommandError(Exit.NOTHING_THERE, "No such name is sealed in this case.")
    return found[-1]


def fetch_packet(session: DeskSession, seal: Seal) -> bytes:
    """The packet of that hash out of its whole drawer, so that the server does not learn which one was meant.

    Only one that is not there yet, since it was sealed today, is asked for by name.
    """
    bits = session.server.read(read_bits, "GET", "/api/drawers")
    drawer = f"/api/drawers/{bits}/{int.from_bytes(seal.packet, 'big') >> (256 - bits)}"
    for path in (drawer, f"{drawer}?waiting={b64encode(seal.packet)}"):
        raw = session.server.call("GET", path).content
        drawn = (raw[at : at + IDENTITY_SIZE] for at in range(0, len(raw), IDENTITY_SIZE))
        found = next((packet for packet in drawn if packet_hash(packet) == seal.packet), None)
        if found is not None:
            return found
    raise CommandError(Exit.NOTHING_THERE, "The sealed name does not lie where it should. Nothing was asked.")


@dataclass(frozen=True, repr=False)
class ListedRequest:
    """A request as the desk gives it to this member."""

    request: Request
    votes: Sequence[object]
    reviews: Sequence[object]


def listed_requests(session: DeskSession) -> list[ListedRequest]:
    """All requests that this member may see."""
    rows = session.server.read(read_requests, "GET", "/api/unsealing")
    return [ListedRequest(read_request(row["request"]), _texts(row["votes"]), _texts(row["reviews"])) for row in rows]


def _texts(rows: Sequence[str]) -> list[object]:
    """Votes or reviews as documents; what is none stays a text, which counts as one that does not hold."""
    found: list[object] = []
    for text in rows:
        try:
            found.append(read_json(text.encode("utf-8", "surrogatepass"), PACKET_LIMIT))
        except CryptoError:
            found.append(text)
    return found


@dataclass(frozen=True, repr=False)
class UnderWay:
    """A request of this member's own, with the votes that hold; `false` are custodians whose shares are not theirs."""

    opened: OpenedRequest
    listed: ListedRequest
    votes: Sequence[Vote]
    false: Sequence[str]

    @property
    def approvals(self) -> int:
        """How many custodians have agreed."""
        return sum(vote.approves for vote in self.votes)

    @property
    def doubtful(self) -> int:
        """How many votes nobody known signed, and so do not count."""
        return len(self.listed.votes) - len(self.votes) - len(self.false)


def under_way(session: DeskSession, staff: StaffKeys, seal: Seal) -> UnderWay | None:
    """This member's request for that packet; others' do not open here, or ask for another."""
    for listed in listed_requests(session):
        try:
            opened = open_request(staff, session.directory, listed.request.document())
        except CryptoError:
            continue
        if opened.requester.id == staff.member and opened.handle == seal.handle:
            votes = holding_votes(session.directory, opened, listed.votes)
            false = false_approvals(staff, opened, votes)
            return UnderWay(opened, listed, [vote for vote in votes if vote.custodian not in false], false)
    return None


@dataclass(frozen=True)
class Wanted:
    """On which ground an identity is asked for and why; `delay`: why the reporter is told only afterwards."""

    ground: Ground
    text: str
    delay: str | None
    day: str


def ask(session: DeskSession, staff: StaffKeys, opened: OpenedCase, name: CaseName, wanted: Wanted) -> Request:
    """Seals the request, tells the reporter where that comes first, and only then hands it in."""
    packet, notify = fetch_packet(session, name.seal), NotifyWhen.AFTER if wanted.delay else NotifyWhen.BEFORE
    seal, expires = name.seal, next_expiry(session.directory.today)
    asking = Asking(
        seal.handle, seal.packet, name.about, wanted.ground, notify, wanted.text, wanted.delay, expires
    )  # fmt: skip
    request = seal_request(staff, session.directory, os.urandom(16), packet, asking, os.urandom)
    if name.by_office or notify is NotifyWhen.BEFORE:
        record(session, staff, opened, name, Unsealing.ASKED, wanted)
    session.server.call("POST", "/api/unsealing", json=request.document())
    return request


def record(
    session: DeskSession, staff: StaffKeys, opened: OpenedCase, name: CaseName, state: Unsealing, wanted: Wanted
) -> None:
    """Tells the reporter of a request for a name that the reporter sealed, colleagues of one that the office did."""
    opened.require_whole()
    directory, place = session.directory, (opened.grant, opened.thread)
    if name.by_office:
        words = f"{state}: {name.about}, {wanted.ground}\n{wanted.text}"
        item = seal_note(staff, directory, *place, Message(words, []), os.urandom)
        write_step(session, staff, opened, StepLoad("noted", wanted.day, item))
        return
    member = directory.member(staff.member)
    role = member.role.value if member else ""
    notice = UnsealingNotice(state, name.about, role, wanted.ground, wanted.text, wanted.delay, wanted.day)
    item = seal_unsealing(staff, directory, *place, notice, os.urandom)
    write_step(session, staff, opened, StepLoad("replied", wanted.day, item))


def open_name(
    session: DeskSession, staff: StaffKeys, opened: OpenedCase, name: CaseName, under: UnderWay, day: str
) -> IdentityText:
    """The name, once enough custodians agreed; who is to be told first is told before it is shown."""
    found = unseal(staff, session.directory, under.opened, [vote.document() for vote in under.votes])
    asked = under.opened
    if name.by_office or asked.notify is NotifyWhen.BEFORE:
        wanted = Wanted(asked.ground, asked.text, asked.delay, day)
        record(session, staff, opened, name, Unsealing.OPENED, wanted)
    return found


def cast_vote(session: DeskSession, staff: StaffKeys, listed: ListedRequest, *, approve: bool) -> None:
    """A custodian's vote; every check stands before it, and a lie of the server or of anyone who asks is refused."""
    opened = open_request(staff, session.directory, listed.request.document())
    if approve:
        mark = b64encode(withdrawal_mark(opened.handle))
        raw = session.server.call("GET", f"/api/marks?waiting={mark}").content
        marks = {raw[at : at + MARK_SIZE] for at in range(0, len(raw), MARK_SIZE)}
        vote = approve_request(staff, session.directory, opened, marks, os.urandom)
    else:
        vote = refuse_request(staff, opened)
    session.server.call("POST", f"/api/unsealing/{b64encode(opened.request)}/votes", json=vote.document())


def send_review(session: DeskSession, staff: StaffKeys, listed: ListedRequest, finding: Finding, text: str) -> None:
    """What this member found about an opening in danger to life."""
    review = seal_review(staff, session.directory, listed.request, finding, text, os.urandom)
    session.server.call("POST", f"/api/unsealing/{b64encode(review.request)}/reviews", json=review.document())


def reason_of(session: DeskSession, staff: StaffKeys, listed: ListedRequest) -> UnsealingReason | None:
    """Who asked and why, as far as it was sealed to this member."""
    try:
        return read_reason(staff, session.directory, listed.request.document())
    except CryptoError as error:
        if error.stage is CheckStage.NO_MATCH:
            return None
        raise


def reviews_of(
    session: DeskSession, staff: StaffKeys, listed: ListedRequest, reason: UnsealingReason
) -> list[OpenedReview]:
    """The reviews that hold; what somebody wrote about the own request is none."""
    found: list[OpenedReview] = []
    for value in listed.reviews:
        try:
            found.append(open_review(staff, session.directory, listed.request, reason, value))
        except CryptoError:
            continue
    return found
