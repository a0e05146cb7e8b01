"""Sealed names from the command line: asked for, voted on, opened, reviewed; every lie that the page refuses is too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest

import crypto
from crypto.custody import votes as unseal_votes
from crypto.custody.packets import MARK_AT, SLOT_SIZE
from crypto.framing import b64encode, sha256
from crypto.sealing.age import open_sealed, seal
from portal.cli.desk.client import DeskSession
from portal.cli.desk.custody import (
    cast_vote,
    listed_requests,
    reason_of,
    reviews_of,
    send_review,
    under_way,
)
from portal.cli.desk.custody_command import explaining_refusals
from portal.cli.errors import CommandError, Exit
from portal.cli.server import Server
from tests.crypto import faulty_packets
from tests.crypto.write_unsealing_vectors import ASKER, WHO, Custody
from tests.portal.cli.test_command_journey import wait_for_case
from tests.support.commands.yanlu_process import POLICY, LiveOffice, Ran, live_office, yanlu
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

T = TypeVar("T")
MEMBER = "investigator-a"
KEEPERS = ("custodian-a", "custodian-b", "custodian-c")


class FakeDesk:
    """A desk that keeps what it is sent, and hands it out to everybody; it may lie."""

    def __init__(self, custody: Custody, request: crypto.Request | dict[str, Any]) -> None:
        self.custody = custody
        self.request = request if isinstance(request, dict) else request.document()
        self.marks = b""
        self.votes: list[str] = []
        self.reviews: list[str] = []

    def read(self, read: Callable[[object], T], method: str, path: str) -> T:
        """The one request, with everything that was sent."""
        assert (method, path) == ("GET", "/api/unsealing")
        return read({"requests": [{"request": self.request, "votes": self.votes, "reviews": self.reviews}]})

    def call(self, method: str, path: str, *, json: object = None) -> SimpleNamespace:
        """Marks, votes, reviews."""
        if method == "GET":
            return SimpleNamespace(content=self.marks)
        kept = self.votes if path.endswith("/votes") else self.reviews
        kept.append(crypto.write_json(json).decode())
        return SimpleNamespace(content=b"")

    def as_member(self, name: str) -> tuple[DeskSession, crypto.StaffKeys]:
        """A member in front of it."""
        session = DeskSession(cast("Server", self), self.custody.directory, name)
        return session, self.custody.office.staff(name)

    def vote(self, name: str, *, approve: bool = True) -> None:
        """A custodian votes on the one request."""
        session, staff = self.as_member(name)
        (kept,) = listed_requests(session)
        cast_vote(session, staff, kept, approve=approve)


def swapped(custody: Custody) -> crypto.Request:
    """A request for a packet one of whose shares is another packet's."""
    other = crypto.seal_name(custody.directory, custody.name, custody.rng).packet
    packet, start = custody.sealed.packet, MARK_AT - 30 * SLOT_SIZE
    lying = packet[:start] + other[start : start + SLOT_SIZE] + packet[start + SLOT_SIZE :]
    return custody.request(lying, packet=sha256(lying))


def test_one_vote_is_not_enough_and_two_are() -> None:
    """The requester's own client opens with two agreements, not with one, and counts no refusal as one."""
    custody = Custody("cli-custody")
    desk = FakeDesk(custody, custody.request())
    session, staff = desk.as_member(ASKER)
    desk.vote(WHO[0])
    desk.vote(WHO[1], approve=False)
    under = under_way(session, staff, custody.sealed.seal)
    assert under is not None
    assert under.approvals == 1
    with pytest.raises(crypto.PayloadDamaged):
        crypto.unseal(staff, session.directory, under.opened, under.listed.votes)
    desk.vote(WHO[2])
    under = under_way(session, staff, custody.sealed.seal)
    assert under is not None
    assert crypto.unseal(staff, session.directory, under.opened, under.listed.votes).name == "王小明"
    assert under_way(*desk.as_member("sun-fang"), custody.sealed.seal) is None


@pytest.mark.parametrize("lie", ["key", "handle", "share", "withdrawn", "ground", "reason"])
def test_what_is_a_lie_gets_no_vote(lie: str) -> None:
    """Another key for the shares, a foreign handle, a swapped share, another ground or reason: nothing is sent."""
    custody = Custody(f"cli-custody-{lie}")
    request = custody.request()
    whole: dict[str, Any] = request.document()
    desk = FakeDesk(custody, whole)
    refused: type[crypto.CryptoError] = crypto.SignatureRefused
    match lie:
        case "key":
            other = custody.office.staff("sun-fang").recipient
            desk.request, refused = custody.lying(request, recipient=other), crypto.DirectoryRefused
        case "handle":
            desk.request, refused = custody.request(handle=bytes(16)).document(), crypto.ForeignOffice
        case "share":
            desk.request, refused = swapped(custody).document(), crypto.ShareDamaged
        case "withdrawn":
            desk.marks, refused = crypto.withdrawal_mark(custody.sealed.seal.handle), crypto.IdentityWithdrawn
        case "ground":
            desk.request = whole | {"ground": "legal-duty"}
        case _:
            desk.request = whole | {"reason": custody.request(text="另一理由").document()["reason"]}
    with pytest.raises(refused):
        desk.vote(WHO[0])
    assert desk.votes == []


def test_a_vote_that_was_exchanged_opens_nothing() -> None:
    """Another custodian's shares under a vote do not count as an agreement, and it is said that a vote is doubtful."""
    custody = Custody("cli-custody-votes")
    desk = FakeDesk(custody, custody.request())
    for name in WHO[:2]:
        desk.vote(name)
    first, second = (json.loads(vote) for vote in desk.votes)
    desk.votes = [crypto.write_json(first).decode(), crypto.write_json(second | {"shares": first["shares"]}).decode()]
    session, staff = desk.as_member(ASKER)
    under = under_way(session, staff, custody.sealed.seal)
    assert under is not None
    assert (under.approvals, under.doubtful) == (1, 1)
    with pytest.raises(crypto.PayloadDamaged):
        crypto.unseal(staff, session.directory, under.opened, [vote.document() for vote in under.votes])


@pytest.mark.parametrize("false", ["unsigned", "shares", "strings", "quorum"])
def test_one_custodian_cannot_stop_those_who_agreed(false: str) -> None:
    """Whatever one custodian sends beside two agreements, the name is opened, and what shows as false is told."""
    custody = Custody(f"cli-custody-hostile-{false}")
    desk = FakeDesk(custody, custody.request())
    desk.votes.append(crypto.write_json(hostile_vote(custody, desk, false).document()).decode())
    for name in WHO[1:]:
        desk.vote(name)
    session, staff = desk.as_member(ASKER)
    under = under_way(session, staff, custody.sealed.seal)
    assert under is not None
    votes = [vote.document() for vote in under.votes]
    assert crypto.unseal(staff, session.directory, under.opened, votes).name == "王小明"
    # Anyone who signed false shares is named at that vote; a vote that nobody signed names nobody.
    named = (1, []) if false == "unsigned" else (0, [WHO[0]])
    assert (under.approvals, under.doubtful, under.false) == (2, *named)


@pytest.mark.parametrize("false", ["shares", "strings", "quorum"])
def test_a_false_share_is_named_at_the_first_vote(false: str) -> None:
    """Before anybody else has voted, the requester's client says whose share is not the one in the packet."""
    custody = Custody(f"cli-custody-first-{false}")
    desk = FakeDesk(custody, custody.request())
    desk.votes.append(crypto.write_json(hostile_vote(custody, desk, false).document()).decode())
    under = under_way(*desk.as_member(ASKER), custody.sealed.seal)
    assert under is not None
    assert (under.approvals, under.doubtful, under.false) == (0, 0, [WHO[0]])


def test_a_faulty_packet_gets_a_refusal_and_its_maker_the_blame() -> None:
    """A custodian whose share was forged can only refuse; a packet that commits to its lies opens for nobody."""
    custody = Custody("cli-custody-faulty")
    packet, handle = custody.sealed.packet, custody.sealed.seal.handle
    first = custody.office.staff(WHO[0]).identity.recipient
    forged = faulty_packets.with_share(packet, 0, first, handle, custody.rng)
    desk = FakeDesk(custody, custody.request(forged, packet=sha256(forged)))
    with pytest.raises(crypto.ShareDamaged):
        desk.vote(WHO[0])
    assert desk.votes == []
    desk.vote(WHO[0], approve=False)
    assert len(desk.votes) == 1
    bound = faulty_packets.with_bound_share(packet, 0, first, handle, "cli-custody-bound")
    desk = FakeDesk(custody, custody.request(bound, packet=sha256(bound)))
    for name in WHO[:2]:
        desk.vote(name)
    session, staff = desk.as_member(ASKER)
    under = under_way(session, staff, replace(custody.sealed.seal, packet=sha256(bound)))
    assert under is not None
    assert (under.approvals, under.false) == (2, [])
    with pytest.raises(CommandError, match="Its maker saw to that"), explaining_refusals():
        crypto.unseal(staff, session.directory, under.opened, [vote.document() for vote in under.votes])


def hostile_vote(custody: Custody, desk: FakeDesk, false: str) -> crypto.Vote:
    """An agreement of the first custodian that is worth nothing."""
    staff = custody.office.staff(WHO[0])
    (kept,) = listed_requests(desk.as_member(WHO[0])[0])
    opened = crypto.open_request(staff, custody.directory, kept.request.document())
    good = crypto.approve_request(staff, custody.directory, opened, set(), custody.rng)
    if false == "unsigned":
        return replace(good, sig=bytes(64))
    asker = custody.office.staff(ASKER)
    inside = crypto.read_json(open_sealed(good.shares or b"", asker.identity, 1), 4096)
    assert isinstance(inside, dict)
    match false:
        case "strings":
            inside["strings"] = [one | {"string": b64encode(bytes(32))} for one in inside["strings"]]
        case "quorum":
            inside |= {"m": 1, "n": 1, "strings": inside["strings"][:1]}
    to = crypto.Identity.draw(custody.rng).recipient if false == "shares" else asker.identity.recipient
    return unseal_votes._signed(staff, opened, seal(crypto.write_json(inside).ljust(4096), [to], custody.rng))


def test_a_review_is_read_by_all_whom_it_concerns_and_nobody_reviews_the_own_request() -> None:
    """Oversight writes it, custodians and the requester read it; the requester's own is refused before it is sent."""
    custody = Custody("cli-custody-review")
    request = custody.request(ground=crypto.Ground.DANGER_TO_LIFE)
    ended = request.document() | {"body": ""}
    desk = FakeDesk(custody, ended)
    session, staff = desk.as_member("shang-ji")
    (kept,) = listed_requests(session)
    with pytest.raises(crypto.DirectoryRefused):
        send_review(*desk.as_member(ASKER), kept, crypto.Finding.JUSTIFIED, "是我自己申请的。")
    assert desk.reviews == []
    send_review(session, staff, kept, crypto.Finding.UNJUSTIFIED, "可以等。")
    for name in (ASKER, WHO[0], "shang-ji"):
        at = desk.as_member(name)
        (kept,) = listed_requests(at[0])
        reason = reason_of(*at, kept)
        assert reason is not None
        (found,) = reviews_of(*at, kept, reason)
        assert (reason.requester, found.reviewer.id, found.text) == (ASKER, "shang-ji", "可以等。")
    at = desk.as_member("sun-fang")
    assert reason_of(*at, kept) is None


class Office:
    """People at their command lines before one live house."""

    def __init__(self, house: LiveOffice, folder: Path) -> None:
        self.house, self.words = house, folder / "words"

    def run(self, member: str, *arguments: object, text: str = "", last: tuple[object, ...] = ()) -> Ran:
        """One command about identities."""
        self.words.write_text(text, "utf-8")
        more = ["--text-file", self.words] if text else []
        end = ["--", *last] if last else []
        return yanlu("desk", "identity", *arguments, *more, *self.house.secrets(member), "--json", *end)

    def did(self, member: str, *arguments: object, text: str = "", last: tuple[object, ...] = ()) -> dict[str, Any]:
        """The same, where it has to succeed."""
        ran = self.run(member, *arguments, text=text, last=last)
        assert ran.code == 0, ran.err
        return ran.document


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_name_is_asked_for_and_opened_by_commands(tmp_path: Path) -> None:
    """From `yanlu report` with a sealed name to the name itself, and the review that is owed for it."""
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (MEMBER, *KEEPERS)) as house:
        file, account = tmp_path / "name", tmp_path / "account"
        file.write_text("王小明\n13800000000\n", "utf-8")
        account.write_text("有人要跳楼。", "utf-8")
        report = yanlu(
            "report", *house.office(), "--policy", POLICY, "--entity", "group", "--text-file", account,
            "--identity", "sealed", "--identity-file", file, "--json",
        )  # fmt: skip
        assert report.code == 0, report.err
        wait_for_case(house)
        pulled = [
            yanlu("desk", "pull", *house.first_pull(one), *house.secrets(one), "--json") for one in (MEMBER, *KEEPERS)
        ]
        (case,) = pulled[0].document["cases"]
        office = Office(house, tmp_path)
        asked = office.did(MEMBER, "ask", "--ground", "danger-to-life", text="今晚就要跳楼。", last=(case,))
        first, second, _ = KEEPERS
        office.did(first, "vote", last=(asked["request"], "approve"))
        early = office.run(MEMBER, "open", last=(case,))
        assert (early.code, early.out) == (Exit.REFUSED, "")
        office.did(second, "vote", last=(asked["request"], "approve"))
        assert office.did(MEMBER, "open", last=(case,))["name"] == "王小明"
        own = office.run(MEMBER, "review", text="我自己看过了。", last=(asked["request"], "justified"))
        assert own.code == Exit.REFUSED
        office.did(first, "review", text="可以等。", last=(asked["request"], "unjustified"))
        (row,) = office.did(MEMBER, "requests")["requests"]
        assert (row["review"], row["requester"], row["votes"]) == ("done", MEMBER, 2)
