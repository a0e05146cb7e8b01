"""Who is asked for a second signature: by a server and a proposer who call a holder of the case an outside one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

import crypto
from crypto.case.grant import move_of, seal_body, unsigned_proof, write_packet
from crypto.case.grant_body import GrantBody
from crypto.framing import sha256
from portal.cli.desk import readers
from portal.cli.desk.client import OpenedCase, open_case
from portal.cli.desk.readers import AtCase
from portal.cli.errors import CommandError
from portal.cli.responses.desk import CaseFile
from tests.crypto.sample import TODAY, Drawn, filed

CASE = filed("asked", ("li-wei",))
TWO = CASE.office.directory(regrant_threshold=2, sequence=8)
PROPOSER, SIGNER = "sun-fang", "zhao-min"
READERS = [PROPOSER, SIGNER]


def proposed(**changes: Any) -> crypto.Regrant:
    """A change of readers, rightly signed by its proposer, whose body was altered before."""
    grant = CASE.grant(PROPOSER)
    thread = crypto.read_case(CASE.directory, grant, [CASE.report])
    made = crypto.seal_regrant(CASE.office.staff(PROPOSER), TWO, grant, thread, READERS, Drawn("asked"))
    body: GrantBody = replace(made.grant.body, **changes)
    members = [member for member in map(TWO.valid_member, body.holders) if member is not None]
    recipients = [*(member.recipient for member in members), TWO.content.recovery]
    packet = write_packet(seal_body(body, recipients, made.grant.bucket, Drawn("altered")), made.grant.bucket)
    move = move_of(body, crypto.read_packet(packet).hash)
    proof = crypto.sign_regrant(CASE.office.staff(PROPOSER), move, unsigned_proof(body))
    return replace(made, packet=packet, proof=proof)


def file_with(
    made: crypto.Regrant,
    invited: str | None,
    *,
    claimed: dict[str, object] | None = None,
    access: bytes | None = None,
) -> CaseFile:
    """What a server shows of the case while the proposal waits."""
    case, prev, events = CASE.grant(SIGNER).case, bytes(32), list[crypto.SignedEvent]()
    told = [crypto.worker_event(crypto.Event(case, 0, "received", TODAY, crypto.WORKER))]
    prev = told[0].hash(prev)
    named = {"proposal": crypto.b64encode(crypto.read_packet(made.packet).hash)}
    steps: list[tuple[str, str, dict[str, object]]] = [(PROPOSER, "regrant-proposed", dict(named))]
    if claimed is not None:
        steps.insert(0, ("qian-yu", crypto.CLAIMED, claimed))
    for n, (actor, kind, data) in enumerate(steps, 1):
        events.append(
            crypto.sign_event(CASE.office.staff(actor), crypto.Event(case, n, kind, TODAY, actor, data), prev)
        )
        prev = events[-1].hash(prev)
    body = CASE.grant(SIGNER).body
    waits = {
        "by": PROPOSER, "invited": invited, "day": TODAY, "epoch": 1, "packet": crypto.b64encode(made.packet),
        "history": crypto.b64encode(made.history), "proof": made.proof.document(),
        "access": crypto.b64encode(access or sha256(made.grant.access)),
    }  # fmt: skip
    row = {
        "case": crypto.b64encode(case), "entity": body.entity, "policy": body.policy, "day": TODAY, "epoch": 0,
        "head": {"n": len(events), "hash": crypto.b64encode(prev)}, "packet": crypto.b64encode(CASE.packet),
        "history": None, "items": [CASE.report], "events": [one.document() for one in (*told, *events)],
        "keyring": None, "proposal": waits, "undeliverable": [],
    }  # fmt: skip
    return cast("CaseFile", row)


@dataclass(frozen=True)
class Session:
    """A session of which nothing but the directory is asked."""

    directory: crypto.VerifiedDirectory = TWO


@dataclass(frozen=True)
class Profile:
    """A profile that pins one grant, or none."""

    pinned: crypto.Grant | None

    def grant(self, _staff: object, _case: bytes) -> crypto.Grant | None:
        """The grant that is pinned."""
        return self.pinned


@dataclass(frozen=True)
class At:
    """A member before the case."""

    row: CaseFile
    member: str = SIGNER
    profile: Profile = Profile(None)
    session: Session = Session()

    @property
    def staff(self) -> crypto.StaffKeys:
        """The member's keys."""
        return CASE.office.staff(self.member)

    def open(self) -> OpenedCase:
        """The case as this member opens it."""
        return open_case(self.staff, TWO, self.row, self.profile.pinned)


def review(at: At, *, to_sign: bool = True) -> readers.Waiting:
    """What the command reviews before it asks."""
    return readers._reviewed(cast("AtCase", at), at.row, to_sign=to_sign)


def test_a_holder_who_is_called_an_outside_one_reviews_with_their_own_grant() -> None:
    """Else the proposer's word alone would say who held the case before, and a holder could vanish from it."""
    assert review(At(file_with(proposed(), SIGNER))).removed == ["qian-yu"]
    lied = file_with(proposed(previous_holders=[PROPOSER, "wai-bu"]), SIGNER)
    for pinned in (None, CASE.grant(SIGNER)):
        with pytest.raises(CommandError) as refused:
            review(At(lied, profile=Profile(pinned)))
        assert "successor" in str(refused.value)


def test_an_outside_holder_is_shown_who_held_the_case_though_the_proposer_does_not_say_so() -> None:
    """First to unseal a new case, one holder could else take it from the others with a signature that tells nothing."""
    outside = "wai-bu"
    barred = ["li-wei", "bao-guan-1"]
    made = proposed(previous_holders=[PROPOSER], holders=[PROPOSER, outside], excluded=barred)
    file = file_with(made, outside)
    file["packet"] = crypto.b64encode(crypto.seal_dummy_grant(8, Drawn("dummy")))
    seen = review(At(file, outside))
    assert (seen.unnamed, seen.newly_excluded, seen.removed) == (["qian-yu", SIGNER], ["bao-guan-1"], [])


def test_a_holder_whose_packet_is_kept_back_is_no_outside_holder() -> None:
    """The pin says who they are, where the server shows a packet that opens for nobody."""
    outside = "wai-bu"
    lied = file_with(proposed(previous_holders=[PROPOSER], holders=[PROPOSER, outside]), outside)
    lied["packet"] = crypto.b64encode(crypto.seal_dummy_grant(8, Drawn("dummy")))
    assert review(At(lied, outside)).by == PROPOSER
    with pytest.raises(CommandError) as refused:
        review(At(lied, outside, Profile(CASE.grant(SIGNER))))
    assert "successor" in str(refused.value)


def test_nothing_is_signed_where_a_colleague_was_shown_another_case() -> None:
    """It can be looked at, and is not signed."""
    claim = crypto.Claimed(0, bytes(32), bytes(32)).document()
    at = At(file_with(proposed(), None, claimed=claim))
    assert review(at, to_sign=False).by == PROPOSER
    with pytest.raises(CommandError) as refused:
        review(at)
    assert "qian-yu" in str(refused.value)


def test_whom_a_change_keeps_out_is_shown() -> None:
    """A proposer may name as excluded somebody whom no report names: the second signer decides on it too."""
    assert review(At(file_with(proposed(), None))).newly_excluded == []
    barred = proposed(excluded=["li-wei", "wai-bu"])
    assert review(At(file_with(barred, None))).newly_excluded == ["wai-bu"]


def test_what_can_not_come_into_force_is_said_before_anything_is_signed() -> None:
    """The server was given another access token than the packet has: nobody could ever claim the case again."""
    with pytest.raises(CommandError) as refused:
        review(At(file_with(proposed(), None, access=bytes(32))))
    assert "can't come into force" in str(refused.value)
