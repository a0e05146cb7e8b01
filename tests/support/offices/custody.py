"""A reporter who seals a name, an investigator who asks for it, and the custodians, over a real edge and desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import crypto
from crypto.framing import b64encode
from tests.crypto.sample import Case, Drawn
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report

NAME = crypto.IdentityText(crypto.About.REPORTER, "王小明", "13800000000", "")
CUSTODIANS = ("bao-guan-1", "bao-guan-2", "bao-guan-3")


@dataclass
class Custody:
    """One report with a sealed name whose packet has arrived in its store."""

    room: DeskRoom
    carried: bool = True
    case: Case = field(init=False, repr=False)
    standing: crypto.MailboxCursor = field(init=False, repr=False)
    rng: Drawn = field(default_factory=lambda: Drawn("hall"), repr=False)
    weeks: int = 0

    def __post_init__(self) -> None:
        self.case = random_report(self.room.edge)
        self.room.file(self.case)
        standing = crypto.MailboxCursor(self.case.sealed.memo, 1)
        post, self.standing = crypto.seal_identity_post(
            self.case.directory, self.case.keys, standing, NAME, sealed=True, text="", rng=Drawn("name")
        )
        self.post(post, carry=self.carried)

    def post(self, post: dict[str, object], *, carry: bool = True) -> None:
        """Posts into the mailbox, and lets the worker carry what waits."""
        assert self.room.edge.send("/api/posts", post).status_code == 202
        if carry:
            self.carry()

    def carry(self) -> None:
        """A week goes by: the packets leave in a batch filled up with dummies."""
        hands, before = self.room.edge.hands, self.room.edge.hands.now
        self.room.edge.worker.work_once()
        self.weeks += 1
        hands.now = before + timedelta(days=8 * self.weeks)
        self.room.edge.worker.forward_packets()
        hands.now = before

    def seal_of(self, colleague: Colleague) -> crypto.Seal:
        """The seal as a holder of the case reads it, and nobody else."""
        assert True in colleague.take_in()
        file = colleague.case(self.case.sealed.memo.case).json
        found = [entry.inner.content for entry in colleague.thread(file).entries if entry.inner]
        (named,) = [content for content in found if isinstance(content, crypto.Named)]
        assert named.seal is not None
        return named.seal

    def fetch(self, colleague: Colleague, seal: crypto.Seal) -> bytes:
        """The packet of that hash, out of the whole drawer."""
        bits = colleague.get("/api/drawers").json["bits"]
        drawer = int.from_bytes(seal.packet, "big") >> (256 - bits)
        raw = colleague.get(f"/api/drawers/{bits}/{drawer}?waiting={b64encode(seal.packet)}").data
        packets = [raw[at : at + 49152] for at in range(0, len(raw), 49152)]
        assert len(packets) > 1 or not self.carried
        (found,) = [packet for packet in packets if crypto.packet_hash(packet) == seal.packet]
        return found

    def request(self, colleague: Colleague, **changes: Any) -> crypto.Request:
        """A request for the name, as the colleague's own machine makes it."""
        seal = self.seal_of(colleague)
        directory = self.case.directory
        asking: dict[str, Any] = {
            "handle": seal.handle,
            "packet": seal.packet,
            "about": crypto.About.REPORTER,
            "ground": crypto.Ground.CONSENT,
            "notify": crypto.NotifyWhen.BEFORE,
            "text": "她已书面同意。",
            "delay": None,
            "expires": crypto.next_expiry(directory.today),
        }
        packet = self.fetch(colleague, seal)
        asked = crypto.Asking(**asking | changes)
        return crypto.seal_request(colleague.keys, directory, self.rng(16), packet, asked, self.rng)

    def asked(self, colleague: Colleague) -> list[dict[str, Any]]:
        """The requests that a member gets."""
        found: list[dict[str, Any]] = colleague.get("/api/unsealing").json["requests"]
        return found

    def vote(self, colleague: Colleague, *, approve: bool = True) -> dict[str, object]:
        """A custodian's vote on the one request, made from what the desk gives and nothing else."""
        (row,) = self.asked(colleague)
        opened = crypto.open_request(colleague.keys, self.case.directory, row["request"])
        raw = colleague.get(f"/api/marks?waiting={b64encode(crypto.withdrawal_mark(opened.handle))}").data
        marks = {raw[at : at + 32] for at in range(0, len(raw), 32)}
        if not approve:
            return crypto.refuse_request(colleague.keys, opened).document()
        return crypto.approve_request(colleague.keys, self.case.directory, opened, marks, self.rng).document()

    def cast(self, colleague: Colleague, vote: dict[str, object]) -> Any:
        """Sends a vote."""
        return colleague.send(f"/api/unsealing/{vote['request']}/votes", vote)

    def review(self, colleague: Colleague, row: dict[str, Any], finding: crypto.Finding) -> dict[str, object]:
        """What a member finds about an opening in danger."""
        request = crypto.read_request(row["request"])
        words = "没有时间等。"
        return crypto.seal_review(colleague.keys, self.case.directory, request, finding, words, self.rng).document()

    def open(self, colleague: Colleague) -> crypto.IdentityText:
        """What the requester reads with the votes that the desk gives."""
        import json

        (row,) = self.asked(colleague)
        opened = crypto.open_request(colleague.keys, self.case.directory, row["request"])
        return crypto.unseal(colleague.keys, self.case.directory, opened, [json.loads(vote) for vote in row["votes"]])
