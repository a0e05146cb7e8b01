"""Reporters and a holder who remember what was confirmed to them, and what they have sent."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import select

import crypto
from casework.event_store.store import CaseId
from crypto.case.payloads import Direction, Message
from crypto.sealing.attachment_shape import Attachment
from portal.mailroom.erasure import deletion_mark
from portal.mailroom.tables import MAILBOXES
from tests.crypto.sample import CHEAP, Case, Drawn
from tests.support.faults.restarting_office import NobodyAnswers, RetryingClient
from tests.support.offices.desk import Colleague
from tests.support.offices.edge import Edge, put_part, report, sealed_parts

TRIES = 200
# Fewer than the wrong tries after which even the right digits have to wait.
SIGN_INS = 4


@dataclass
class Said:
    """A message or answer: its words, what its attachment holds, and the hash of its item."""

    text: str
    content: bytes | None
    item: bytes


@dataclass
class Reporter:
    """One reporter; `confirmed` once the report was answered 200 or 201."""

    name: str
    edge: Edge = field(repr=False)
    content: bytes | None = None
    confirmed: bool = False
    filed: Case | None = field(default=None, repr=False)
    messages: list[Said] = field(default_factory=list[Said])
    # What the holder was told is recorded, in the order of the stream.
    answers: list[Said] = field(default_factory=list[Said])
    claimed: bool = False
    deleting: bool = False
    mark: bytes | None = None
    packets: list[dict[str, str]] = field(default_factory=list[dict[str, str]], repr=False)

    @property
    def case(self) -> CaseId:
        """The case id."""
        return CaseId(self.made.sealed.memo.case)

    @property
    def made(self) -> Case:
        """The sealed report."""
        assert self.filed is not None
        return self.filed

    def note_mark(self) -> None:
        """Notes by what its deletion will be known."""
        with self.edge.mailroom.store.read() as connection:
            found = connection.scalar(select(MAILBOXES.c.erasure_id).where(MAILBOXES.c.case_id == self.case))
        self.mark = deletion_mark(bytes(found or b""))

    def report(self, *, faint: bool = False) -> None:
        """Uploads, seals and sends the report; a faint reporter gives up at the first broken line."""
        files = () if self.content is None else (self.content,)
        self.filed = report(self.edge, self.name, files=files)
        client = self.edge.client
        if isinstance(client, RetryingClient) and faint:
            client = client.weaker()
        body = crypto.write_submission(self.made.sealed.submission)
        try:
            answer = client.open(
                "/api/submissions", method="POST", data=body, content_type="application/json", buffered=True
            )
        except NobodyAnswers:
            return
        assert answer.status_code in {200, 201}, answer.text
        self.confirmed = True
        self.packets.append(self.made.sealed.submission["packets"])  # type: ignore[arg-type]

    def say(self, text: str, content: bytes | None = None) -> None:
        """Posts a message, with an attachment; remembered once it was answered."""
        case, attachments = self.made, list[Attachment]()
        if content is not None:
            made, parts = sealed_parts(content, [case.standing.memo.recipient], Drawn(f"{self.name}/{text}"))
            for k, part in enumerate(parts):
                assert put_part(self.edge, made.blob, k, part).status_code == 204
            attachments.append(made)
        post, after = crypto.seal_message(case.keys, case.standing, Message(text, attachments), Drawn(text + self.name))
        answer = self.edge.send("/api/posts", post)
        assert answer.status_code == 202, answer.text
        case.standing = after
        item = crypto.read_post(post).item
        assert item is not None
        self.messages.append(Said(text, content, item.hash))
        self.packets.append(post["packets"])  # type: ignore[arg-type]


@dataclass
class Drafter:
    """Somebody who saved a draft and has not sent anything yet."""

    name: str
    edge: Edge = field(repr=False)
    kept: str | None = None

    @property
    def keys(self) -> crypto.ReporterKeys:
        """What the receipt gives."""
        receipt = crypto.draw_receipt(Drawn(f"{self.name}/receipt"))
        return crypto.derive_reporter(receipt, self.edge.office.office, CHEAP)

    def save(self) -> None:
        """Saves a draft."""
        draft = crypto.seal_draft(self.keys, 1, {"text": self.name}, Drawn(self.name))
        body = {"v": 1, "token": crypto.b64encode(self.keys.mailbox_token), "draft": draft}
        assert self.edge.send("/api/drafts", body, "PUT").status_code == 202
        self.kept = self.name


@dataclass
class Holder:
    """A key holder who takes cases in, answers, hands over, and knows which packets it has seen."""

    member: Colleague
    seen: set[str] = field(default_factory=set[str], repr=False)

    def enter(self) -> None:
        """Signs in unless it is signed in."""
        if self.member.get("/api/me").status_code != 401:
            return
        # After a kill a minute passes at once: it may be just between the digits and their check.
        answers: list[int] = []
        while 200 not in answers and len(answers) < SIGN_INS:
            answers.append(self.member.attempt().status_code)
        assert 200 in answers, answers

    def look(self) -> list[crypto.Grant]:
        """What, as far as it is new, is addressed to this member: re-grants, then the batch."""
        return [*self.look_at_regrants(), *self.look_at_batch()]

    def look_at_regrants(self) -> list[crypto.Grant]:
        """The new re-grants of cases that this member had claimed."""
        return self._opened("/api/regrants")

    def look_at_batch(self) -> list[crypto.Grant]:
        """What of the batch, as far as it is new, opens; older epochs and deleted cases stay in it for their days."""
        days = self.member.get("/api/batch").json["days"]
        return [grant for day in days for grant in self._opened(f"/api/batch/{day['day']}")]

    def _opened(self, path: str) -> list[crypto.Grant]:
        directory, found = self.member.room.edge.office.directory(), list[crypto.Grant]()
        for entry in self.member.get(path).json["entries"]:
            if entry["id"] not in self.seen:
                self.seen.add(entry["id"])
                grant = crypto.find_grant(self.member.keys, crypto.b64decode(entry["packet"]), directory)
                found += [grant] if grant else []
        return found

    def claim(self, grants: Sequence[crypto.Grant]) -> set[bytes]:
        """Claims in full blocks; gives the cases that were accepted."""
        accepted: set[bytes] = set()
        for at in range(0, len(grants), 8):
            some = grants[at : at + 8]
            rights = self.member.claim(some)
            accepted |= {grant.case for grant, right in zip(some, rights, strict=True) if right}
        return accepted

    def take_in(self, wanted: Iterable[Reporter], tries: int = TRIES) -> None:
        """Claims until every wanted case is open at the desk: the worker may have been killed meanwhile."""
        waiting = {reporter.case: reporter for reporter in wanted if reporter.confirmed and not reporter.claimed}
        known: dict[bytes, crypto.Grant] = {}
        for _ in range(tries):
            known |= {grant.case: grant for grant in self.look()}
            for case in self.claim([known[case] for case in waiting if case in known]):
                waiting.pop(CaseId(case)).claimed = True
            if not waiting:
                return
            time.sleep(0.05)
        raise NobodyAnswers(f"{len(waiting)} confirmed reports never came to the desk")

    def keep_key(self, reporter: Reporter) -> None:
        """Pins the case in the member's keyring."""
        grant = self.member.grants[reporter.case]
        entry = crypto.seal_keyring_entry(self.member.keys, grant, Drawn(reporter.name))
        path = f"/api/cases/{crypto.b64encode(reporter.case)}/key"
        assert self.member.send(path, entry, "PUT").status_code == 204

    def answer(self, reporter: Reporter, text: str, content: bytes) -> None:
        """Answers with an attachment; remembered once it was recorded."""
        case, directory = reporter.case, self.member.room.edge.office.directory()
        for turn in range(TRIES):
            file = self.member.case(case).json
            grant, thread = self.member.grants[case], self.member.thread(file)
            recipients = crypto.attachment_recipients(grant, thread, Direction.TO_REPORTER)
            made, (part,) = sealed_parts(content, recipients, Drawn(f"{text}/{turn}"))
            assert put_part(reporter.edge, made.blob, 0, part).status_code == 204
            item = crypto.seal_reply(
                self.member.keys, directory, grant, thread, Message(text, [made]), Drawn(text + str(turn))
            )
            event = self.member.event(file, "replied", item=crypto.b64encode(item.hash))
            listing = crypto.blob_listing(made).document()
            said = self.member.step(case, event, item=item.document(), blobs=[listing])
            if said.status_code in {200, 201}:
                reporter.answers.append(Said(text, content, item.hash))
                return
            # A message was recorded meanwhile, or the mailroom has not yet got the answer before this one.
            assert said.status_code in {409, 422}, (said.status_code, said.text)
            time.sleep(0.05)
        raise NobodyAnswers(text)

    def hand_over(self, reporter: Reporter, holders: Sequence[str]) -> None:
        """Re-grants a case to these holders and claims it again."""
        case = reporter.case
        for turn in range(TRIES):
            file: dict[str, Any] = self.member.case(case).json
            made = self.member.regrant(file, holders, f"{reporter.name}/{turn}")
            said = self.member.send(f"/api/cases/{crypto.b64encode(case)}/steps", made["body"])
            # After it was recorded nobody has a claim until the new grant is shown: then the case is not to be found.
            if said.status_code in {200, 201, 404} and self.claim([made["grant"]]):
                reporter.answers.append(Said("", None, crypto.read_item(made["body"]["item"]).hash))
                return
            assert said.status_code in {409, 422}, (said.status_code, said.text)
            time.sleep(0.05)
        raise NobodyAnswers(reporter.name)


def packet_hashes(reporters: Iterable[Reporter], kind: str) -> set[bytes]:
    """The hashes of every confirmed packet of a kind."""
    return {sha256(crypto.b64decode(packets[kind])).digest() for reporter in reporters for packets in reporter.packets}


def random_content(size: int = 3000) -> bytes:
    """What an attachment holds."""
    return os.urandom(size)
