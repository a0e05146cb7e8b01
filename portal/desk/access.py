"""The only door to a case: absent and forbidden look exactly alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, g, jsonify, request

from casework.errors import CaseUnknown
from casework.event_store.claims import CaseRow, claimed_among, invited_among
from casework.event_store.former_epochs import FormerCase, former_case
from casework.event_store.lists import After, Page, View, list_page
from casework.event_store.proposals import invited_cases
from casework.event_store.store import CaseId, MemberId
from crypto.errors import CryptoError
from crypto.framing import b64decode
from portal.accounts.errors import NotSignedIn
from portal.accounts.sessions import SessionToken, member_of_session
from portal.desk.desk import Desk

DAY_SECONDS = 86400
BACKGROUND_HEADER = "X-Yanlu-Look"
"""Of calls that an open page makes by itself, once a minute: they keep no session alive."""


def cookie_name(desk: Desk) -> str:
    """The name of the session cookie; with the prefix that binds it to this host where TLS allows."""
    return "__Host-yanlu_desk" if desk.behind_tls else "yanlu_desk"


def session_cookie(desk: Desk) -> str:
    """The session id that came with this request; empty where none did."""
    return request.cookies.get(cookie_name(desk)) or ""


def let_in(desk: Desk, member: str, token: SessionToken) -> Response:
    """The answer to who has signed in, with the session's cookie."""
    answer = jsonify({"member": member})
    answer.set_cookie(cookie_name(desk), token, path="/", httponly=True, samesite="Strict", secure=desk.behind_tls)
    return answer


def signed_in_member(desk: Desk) -> MemberId:
    """Who makes this request; raises `NotSignedIn`."""
    known: MemberId | None = g.get("member")
    if known is not None:
        return known
    token = session_cookie(desk)
    if not token:
        raise NotSignedIn
    g.member = member_of_session(desk.accounts, token, desk.now(), touch=BACKGROUND_HEADER not in request.headers)
    return g.member


@dataclass(frozen=True)
class OwnCase:
    """A case that this member has claimed in its current epoch, or is asked to review."""

    member: MemberId
    row: CaseRow
    invited: bool = False

    @property
    def case(self) -> CaseId:
        """The case id."""
        return self.row.case


def load_case(desk: Desk, case_text: str) -> OwnCase:
    """The case of that `b64` id if it is this member's; else `CaseUnknown`, whatever the reason."""
    own = load_cases(desk, [case_text])[0]
    if own is None:
        raise CaseUnknown
    return own


def load_cases(desk: Desk, case_texts: Sequence[str]) -> list[OwnCase | None]:
    """The cases of these `b64` ids, in their order; None for one that is not this member's, whatever the reason.

    The same statements run for a case that is not there, one of others, and one that this member
    has lost by a re-grant.
    """
    member = signed_in_member(desk)
    holds = desk.holds(member)
    ids = [_case_id(text) for text in case_texts]
    with desk.cases.read() as connection:
        claimed = claimed_among(connection, member, ids)
        left = [case for case in ids if case not in claimed or not holds]
        # An outside holder who is asked for the second signature reviews the case before giving it.
        invited = invited_among(connection, member, left, desk.today()) if left else {}
    if not holds:
        return [None for _ in ids]
    found = {case: OwnCase(member, row) for case, row in claimed.items()}
    found |= {case: OwnCase(member, row, invited=True) for case, row in invited.items()}
    return [found.get(case) for case in ids]


def load_former(desk: Desk, case_text: str) -> FormerCase:
    """The case as this member had it before a re-grant that is not theirs; else `CaseUnknown`, whatever the reason."""
    member = signed_in_member(desk)
    holds = desk.holds(member)
    with desk.cases.read() as connection:
        former = former_case(connection, member, _case_id(case_text))
    if former is None or not holds:
        raise CaseUnknown
    return former


def load_readable(desk: Desk, case_text: str) -> CaseId:
    """The case whose attachments this member may fetch: their own, or one that was theirs; else `CaseUnknown`.

    An attachment's random id stands in items alone, so that who holds the case no more can ask for no later one.
    """
    try:
        return load_case(desk, case_text).case
    except CaseUnknown:
        return load_former(desk, case_text).row.case


def list_view(desk: Desk, view: View, after: After | None) -> Page:
    """One page of this member's cases: every list, count and search begins here.

    Due is what ends within a day, wherever on earth the office is.
    """
    member = signed_in_member(desk)
    holds = desk.holds(member)
    with desk.cases.read() as connection:
        page = list_page(connection, member, view, (desk.now(), desk.now() + DAY_SECONDS), after)
    return page if holds else Page((), None)


def list_invitations(desk: Desk) -> list[CaseId]:
    """The cases whose re-grant this member is asked to countersign."""
    member = signed_in_member(desk)
    holds = desk.holds(member)
    with desk.cases.read() as connection:
        cases = invited_cases(connection, member, desk.today())
    return cases if holds else []


def _case_id(text: str) -> CaseId:
    try:
        return CaseId(b64decode(text, 16))
    except CryptoError:
        # Not the shape of an id: as unknown as any other.
        return CaseId(bytes(16))
