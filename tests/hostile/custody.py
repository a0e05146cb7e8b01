"""A sealed name in the house: asked for, voted on, reviewed and opened, by honest members and by others."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

import crypto
from crypto.framing import b64encode
from tests.support.offices.custody import NAME, Custody
from tests.support.offices.desk import Colleague, DeskRoom

ASKER, HONEST = "sun-fang", ("bao-guan-2", "bao-guan-3")


@dataclass
class HostileCustody:
    """One packet with a name, and anyone who has to do with it."""

    room: DeskRoom = field(repr=False)
    people: dict[str, Colleague] = field(repr=False)

    def __post_init__(self) -> None:
        self._custody = Custody(self.room)
        asker = self.people[ASKER]
        self._seal = self._custody.seal_of(asker)
        self._packet = self._custody.fetch(asker, self._seal)

    @property
    def case(self) -> bytes:
        """The case in which somebody is named."""
        return self._custody.case.sealed.memo.case

    def request(self, by: str, ground: crypto.Ground = crypto.Ground.CONSENT, **changes: Any) -> crypto.Request:
        """A request as the member's own machine makes it; `changes` go into what is asked."""
        directory, seal = self._custody.case.directory, self._seal
        asking: dict[str, Any] = {
            "handle": seal.handle, "packet": seal.packet, "about": crypto.About.REPORTER, "ground": ground,
            "notify": crypto.NotifyWhen.BEFORE, "text": "她已书面同意。", "delay": None,
            "expires": crypto.next_expiry(directory.today),
        }  # fmt: skip
        asked = crypto.Asking(**asking | changes)
        return crypto.seal_request(self.people[by].keys, directory, os.urandom(16), self._packet, asked, os.urandom)

    def asked_honestly(self, ground: crypto.Ground = crypto.Ground.CONSENT) -> bytes:
        """A request of an honest member that the desk took; gives its id."""
        request = self.request(ASKER, ground)
        assert self.people[ASKER].send("/api/unsealing", request.document()).status_code == 201
        return request.request

    def row(self, by: str, request: bytes) -> dict[str, Any]:
        """What the desk shows a member of a request."""
        rows = self.people[by].get("/api/unsealing").json["requests"]
        return next(row for row in rows if row["request"]["request"] == b64encode(request))

    def vote(self, by: str, request: bytes) -> Any:
        """A custodian's approval, sent; gives the desk's answer."""
        who, directory = self.people[by], self._custody.case.directory
        opened = crypto.open_request(who.keys, directory, self.row(by, request)["request"])
        raw = who.get(f"/api/marks?waiting={b64encode(crypto.withdrawal_mark(opened.handle))}").data
        marks = {raw[at : at + 32] for at in range(0, len(raw), 32)}
        vote = crypto.approve_request(who.keys, directory, opened, marks, os.urandom).document()
        return who.send(f"/api/unsealing/{b64encode(request)}/votes", vote)

    def review(self, by: str, request: bytes) -> Any:
        """What a member finds of an opening in danger to life, sent."""
        who, found = self.people[by], crypto.read_request(self.row(by, request)["request"])
        finding = crypto.Finding.JUSTIFIED
        review = crypto.seal_review(who.keys, self._custody.case.directory, found, finding, "急。", os.urandom)
        return who.send(f"/api/unsealing/{b64encode(request)}/reviews", review.document())

    def opens(self, request: bytes) -> None:
        """Two honest custodians approve, and anyone who asked reads the name with all votes that are there."""
        for name in HONEST:
            assert self.vote(name, request).status_code == 201
        asker, row = self.people[ASKER], self.row(ASKER, request)
        opened = crypto.open_request(asker.keys, self._custody.case.directory, row["request"])
        votes = [json.loads(vote) for vote in row["votes"]]
        assert crypto.unseal(asker.keys, self._custody.case.directory, opened, votes) == NAME
