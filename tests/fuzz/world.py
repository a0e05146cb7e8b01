"""A fixed office with one case that has everything in it: what every parser under test reads with."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import crypto
from crypto.framing import b64encode
from crypto.reporter.submission import blobs_document
from crypto.sealing.recipients import Identity
from tests.crypto.sample import CHEAP, TODAY, Case, Drawn, filed
from tests.fuzz.log_parsers import log_world

MEMBER = "li-wei"
CUSTODIANS = ("bao-guan-1", "bao-guan-2", "bao-guan-3")
QUORUM = 2
PICTURE = bytes(range(256)) * 9
HANDLE = bytes(range(16))
NOTICE = crypto.Notice(
    "findings-shown", "findings", "decision", "2026-12-01", "请核对", outcomes=["proven"], measures=["warning"],
    asks=[crypto.Declaration.CONFIRM, crypto.Declaration.CONTEST],
    until=crypto.Until("2026-12-01", provisional=False, limit="5 working days", counts=["2026-12-01"]),
)  # fmt: skip
DECISION = crypto.Decision(
    crypto.DecisionAct.REWARDED, "奖励", [], ["proven"], ["warning"], own_words=True, reward="true-report"
)


@dataclass
class World:
    """A case after a re-grant, with items of every direction, an attachment, events and packets."""

    case: Case
    first: crypto.Grant
    grant: crypto.Grant
    packet: bytes
    history: bytes
    proof: dict[str, Any]
    items: list[dict[str, Any]]
    memo: dict[str, Any]
    posts: list[dict[str, Any]]
    attachment: crypto.Attachment
    sealed: bytes
    events: list[dict[str, Any]]
    bundle: bytes
    submission: dict[str, Any]
    identity: bytes
    protection: bytes
    trial: dict[str, Any]
    keyring: dict[str, Any]

    @property
    def staff(self) -> crypto.StaffKeys:
        """The member who reads."""
        return self.case.office.staff(MEMBER)

    @property
    def directory(self) -> crypto.VerifiedDirectory:
        """The verified directory."""
        return self.case.directory

    @property
    def keys(self) -> crypto.ReporterKeys:
        """The reporter's keys."""
        return self.case.keys

    @property
    def custodians(self) -> list[Identity]:
        """The keys of those who open identities together."""
        return [self.case.office.staff(name).identity for name in CUSTODIANS]

    def told(self) -> dict[str, Any]:
        """All of it that the browser's code needs, as JSON."""
        office = self.case.office
        return {
            "code": office.code, "roots": [root.decode() for root in office.roots], "note": office.note().decode(),
            "today": TODAY, "member": MEMBER, "seed": b64encode(office.seeds[MEMBER]),
            "digits": crypto.draw_receipt(Drawn("filed/receipt")).digits, "packet": b64encode(self.packet),
            "history": b64encode(self.history),
            "custodians": [one.text for one in self.custodians], "quorum": QUORUM, "memo": self.memo,
            "attachment": self.attachment.document(), "case": b64encode(self.grant.case),
            "invite": "AAAA-BBBB", "log": log_world().told(),
        }  # fmt: skip


def _sealed_picture(to: list[crypto.Recipient], rng: Drawn) -> tuple[crypto.Attachment, bytes]:
    sink = io.BytesIO()
    named = crypto.seal_attachment(io.BytesIO(PICTURE), len(PICTURE), "照片.jpg", "image/jpeg", to, sink, rng)
    return named, sink.getvalue()


def _regranted(case: Case, rng: Drawn) -> tuple[crypto.Regrant, list[dict[str, Any]], crypto.Attachment, bytes]:
    """A message with a picture, a reply, a status, and a re-grant."""
    staff, directory, grant = case.office.staff(MEMBER), case.directory, case.grant(MEMBER)
    named, sealed = _sealed_picture([case.standing.memo.recipient], rng)
    post, standing = crypto.seal_message(case.keys, case.standing, crypto.Message("附图", [named]), rng)
    act, _ = crypto.seal_act(case.keys, standing, crypto.ActText(crypto.Declaration.CONTEST, "不对"), rng)
    items = [case.report, post["item"], act["item"]]
    thread = crypto.read_case(directory, grant, items)
    reply = crypto.seal_reply(staff, directory, grant, thread, crypto.Message("收到"), rng)
    thread = crypto.thread_after(thread, reply)
    told = crypto.Status("received", "investigating", "2026-12-01", "")
    status = crypto.seal_status(staff, directory, grant, thread, told, rng)
    thread = crypto.thread_after(thread, status)
    notice = crypto.seal_notice(staff, directory, grant, thread, NOTICE, rng)
    thread = crypto.thread_after(thread, notice)
    regrant = crypto.seal_regrant(staff, directory, grant, thread, [MEMBER, "sun-fang", "zhao-min"], rng)
    documents = [item.document() for item in (reply, status, notice, regrant.item)]
    return regrant, [*items, *documents], named, sealed  # type: ignore[list-item]


def _events(case: Case, grant: crypto.Grant) -> list[dict[str, Any]]:
    staff, head, events = case.office.staff(MEMBER), bytes(32), []
    for n, kind in enumerate(("received", "claimed", "replied")):
        actor = "worker" if n == 0 else MEMBER
        event = crypto.Event(grant.case, n, kind, TODAY, actor, {"item": b64encode(bytes([n] * 32))})
        signed = crypto.worker_event(event) if n == 0 else crypto.sign_event(staff, event, head)
        head = signed.hash(head)
        events.append(signed.document())
    return events


def _submission(case: Case, rng: Drawn) -> tuple[dict[str, Any], bytes]:
    """A submission with one attachment, and the bundle of both."""
    _, sealed = _sealed_picture([case.standing.memo.recipient], rng)
    listed = crypto.BlobListing(bytes(16), len(sealed), _parts(sealed))
    submission = {**case.sealed.submission, "blobs": blobs_document([listed])}
    sink = io.BytesIO()
    crypto.write_bundle(submission, [io.BytesIO(sealed)], sink)
    return submission, sink.getvalue()


def _parts(sealed: bytes) -> list[bytes]:
    hashes = crypto.PartHashes()
    hashes.update(sealed)
    return hashes.parts()


@cache
def world() -> World:
    """The one world of a run; ids, keys and texts are the same each time, sealed bytes are not."""
    rng, case = Drawn("fuzz"), filed()
    staff = case.office.staff(MEMBER)
    regrant, items, named, sealed = _regranted(case, rng)
    thread = crypto.read_case(case.directory, regrant.grant, items)
    assert [entry.mark for entry in thread.entries] == [None] * len(items)
    note = crypto.seal_note(staff, case.directory, regrant.grant, thread, crypto.Message("笔记"), rng)
    thread = crypto.thread_after(thread, note)
    decision = crypto.seal_decision(staff, case.directory, regrant.grant, thread, DECISION, rng)
    submission, bundle = _submission(case, rng)
    kept, standing = crypto.seal_receipt_confirmed(case.keys, case.standing, rng)
    bare, _ = crypto.seal_memo_post(case.keys, standing, rng)
    custodians = [case.office.staff(name).identity.recipient for name in CUSTODIANS]
    trial = crypto.seal_trial(case.office.office, MEMBER, staff.recipient, "crane", rng)
    return World(
        case=case, first=case.grant(MEMBER), grant=regrant.grant, packet=regrant.packet, history=regrant.history,
        proof=regrant.proof.document(),
        items=[*items, note.document(), decision.document()],
        memo=submission["memo"], posts=[kept, bare], attachment=named, sealed=sealed,
        events=_events(case, regrant.grant), bundle=bundle, submission=submission,
        identity=crypto.seal_identity({"name": "甲"}, HANDLE, custodians, QUORUM, rng),
        protection=crypto.seal_protection({"answer": "no"}, case.keys.identity.recipient, rng),
        trial={"packet": b64encode(trial.packet), "items": trial.items},
        keyring=crypto.seal_keyring_entry(staff, regrant.grant, rng),
    )  # fmt: skip


__all__ = ["CHEAP", "CUSTODIANS", "HANDLE", "MEMBER", "QUORUM", "World", "world"]
