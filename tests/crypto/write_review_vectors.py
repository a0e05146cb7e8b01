"""The vectors of the second signer's check: what is signed, and each way to get a signature under something else."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import crypto
from crypto.case.grant import move_of, seal_body, unsigned_proof
from crypto.case.grant_body import EpochKeys, GrantBody
from crypto.framing import b64encode, sha256
from crypto.keys.receipt import MacKeys
from tests.crypto.moves import Link, Mover
from tests.crypto.sample import MEMBERS, Drawn, filed
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import office_of, staff_of

Json = dict[str, Any]
TWO: Json = {"regrant_threshold": 2}
MAKER, SECOND = "sun-fang", "zhao-min"
STAY = [MAKER, SECOND]
ALONE = "li-wei"
TOMORROW = "2026-11-25"


class Proposed:
    """A case of sun-fang, zhao-min and qian-yu; li-wei is excluded. sun-fang proposes, zhao-min is asked to sign."""

    def __init__(self, name: str, excluded: tuple[str, ...] = ("li-wei",), holder: str = MAKER) -> None:
        self.case = filed(name, excluded, **TWO)
        self.rng = Drawn(f"{name}/proposed")
        self.mover = Mover(self.case.directory, self.case.office.staff, self.rng)
        self.first = Link(self.case.grant(holder), self.case.packet, None, None, [self.case.report])

    @property
    def body(self) -> GrantBody:
        """The body of the first grant."""
        return self.first.grant.body

    @cached_property
    def whole(self) -> Link:
        """The proposal in order: qian-yu leaves."""
        return self.proposal(self.first, STAY)

    @cached_property
    def after(self) -> Link:
        """A proposal that went through: all three stay."""
        return self.mover.move(self.first, [*STAY, "qian-yu"], STAY)

    def proposal(self, link: Link, holders: list[str], by: Sequence[str] = (MAKER,), **changes: Any) -> Link:
        """The next grant as it waits for its second signature; `changes` go into its body."""
        return replace(self.mover.move(link, holders, by, **changes), items=link.items)

    def keyed(self, link: Link, holders: list[str], **keys: Any) -> Link:
        """A proposal with some of its keys taken from elsewhere."""
        made, rng = self.proposal(link, holders), self.rng
        return self.remade(made, keys=replace(made.grant.body.keys, **keys), access=rng(32))

    def remade(self, link: Link, to: Sequence[str] | None = None, count: int = 8, **changes: Any) -> Link:
        """The same proposal with another body, sealed to `to` and signed by its maker."""
        body = replace(link.grant.body, **changes)
        recipients = [self.mover.keys(one).identity.recipient for one in to or body.holders]
        sealed = seal_body(body, recipients, count, self.rng)
        digest = sha256(sealed)
        proof = crypto.sign_regrant(self.mover.keys(MAKER), move_of(body, digest), unsigned_proof(body))
        packet = (len(sealed).to_bytes(4, "big") + sealed).ljust(24576, b"\0")
        return replace(link, grant=crypto.Grant(body, digest, 8, link.grant.past), packet=packet, proof=proof)

    def signed(self, *members: str, over: Json | None = None, **moved: Any) -> Json:
        """A proof of the proposal with these signatures; `over` changes what the proof says, `moved` the frame."""
        body = self.whole.grant.body
        proof = replace(unsigned_proof(body), **(over or {}))
        for member in members:
            move = replace(move_of(body, self.whole.grant.hash), **moved)
            proof = crypto.sign_regrant(self.mover.keys(member), move, proof)
        return proof.document()

    def given(self, made: Link | None = None, own: Link | None = None, **changes: Any) -> Json:
        """A proposal as it is served to zhao-min, who holds the epoch before."""
        link, before = made or self.whole, own or self.first
        assert link.proof is not None
        assert link.history is not None
        return {
            "office": {"$": "office"}, "staff": staff_of(self.case, SECOND), "before": b64encode(before.packet),
            "before_history": before.history and b64encode(before.history), "packet": b64encode(link.packet),
            "history": b64encode(link.history), "proof": link.proof.document(), "items": link.items,
        } | changes  # fmt: skip


def reviews() -> VectorFile:
    """A proposed re-grant as its second signer judges it."""
    one = Proposed("vector-review")
    out = VectorFile("review", "SPEC §5: what a second signer checks", office=office_of(one.case, **TWO))
    out.good("review_regrant", "one who stays, where another leaves", **one.given())
    joined = one.proposal(one.first, [*STAY, "qian-yu", "shang-ji"])
    out.good("review_regrant", "somebody joins who has a place", **one.given(joined))
    again = one.proposal(one.after, [*STAY, "qian-yu"])
    out.good("review_regrant", "the second change of a case", **one.given(again, one.after))
    out.good("review_regrant", "signed twice by who proposes it", **one.given(proof=one.signed(MAKER, MAKER)))
    _packets(out, one)
    _people(out, one)
    _follows(out, one)
    _histories(out, one)
    _old_keys(out, one)
    _signers(out, one)
    _bound(out, one)
    _reports(out, one)
    _outside(out)
    _unnamed(out)
    return out


def _bad(out: VectorFile, one: Proposed, name: str, stage: str, made: Link | None = None, **changes: Any) -> None:
    out.bad("review_regrant", name, stage, **one.given(made, **changes))


def _packets(out: VectorFile, one: Proposed) -> None:
    """A directory in force, a packet that opens, a body of this office and of a re-grant."""
    out.shared["whole"] = b64encode(one.whole.packet)
    late: Json = {"office": office_of(one.case, **TWO) | {"today": "2026-12-20", "also_lapsed": True}}
    both: Json = {**late, "packet": _edited(cut=-1)}
    _bad(out, one, "a directory that has lapsed", "expired", **late)
    _bad(out, one, "a directory that has lapsed, and a packet cut", "expired", **both)
    _bad(out, one, "a packet cut", "schema", packet=_edited(cut=-1))
    _bad(out, one, "a byte behind the grant", "schema", packet=_edited(flip=-1))
    _bad(out, one, "another version of the age file", "header", packet=_edited(flip=24))
    _bad(out, one, "seven stanzas in the place of eight", "stanzas", one.remade(one.whole, count=7))
    _bad(out, one, "sealed bytes altered", "payload", packet=_edited(flip=15000))
    _bad(out, one, "one who leaves", "no-match", staff=staff_of(one.case, "qian-yu"))
    _bad(out, one, "another office", "schema", one.remade(one.whole, office=bytes(16)))
    _bad(out, one, "a first grant", "schema", packet=b64encode(one.first.packet))


def _edited(**edits: int) -> Json:
    return {"$bytes": "whole", **edits}


def _people(out: VectorFile, one: Proposed) -> None:
    """Who would hold it."""
    body = one.whole.grant.body
    _bad(out, one, "the signer is not named a holder", "excluded", one.remade(one.whole, to=STAY, holders=[MAKER]))
    barred = one.remade(one.whole, excluded=[*body.excluded, MAKER])
    _bad(out, one, "somebody excluded is a holder", "excluded", barred)
    unknown = one.remade(one.whole, to=STAY, holders=[*STAY, "nobody"])
    _bad(out, one, "a holder whom the directory does not name", "schema", unknown)
    rows = [one.case.office.member(name, **({"until": "2026-11-23"} if name == MAKER else {})) for name in MEMBERS]
    _bad(out, one, "a holder whose time is over", "schema", office=office_of(one.case, **TWO, sequence=8, members=rows))
    placeless = one.remade(one.whole, holders=[*STAY, "bao-guan-1"])
    _bad(out, one, "a new holder without a place", "successor", placeless)
    hidden = one.remade(placeless, previous_holders=[*body.previous_holders, "bao-guan-1"])
    _bad(out, one, "a new holder without a place who is named a former one", "successor", hidden)
    _bad(out, one, "a new holder without a place, and an epoch skipped", "successor", one.remade(placeless, epoch=2))


def _follows(out: VectorFile, one: Proposed) -> None:
    """What stands in the signer's own grant, and what would come after it."""
    whole = one.whole
    _bad(out, one, "an epoch skipped", "epoch", one.remade(whole, epoch=2))
    _bad(out, one, "the epoch that the signer holds already", "epoch", own=one.after)
    _bad(out, one, "another grant before it", "successor", one.remade(whole, previous=bytes(32)))
    _bad(out, one, "other holders before it", "successor", one.remade(whole, previous_holders=STAY))
    _bad(out, one, "an exclusion dropped", "excluded", one.remade(whole, excluded=[]))
    act = one.case.office.staff("qian-yu").signing_key
    others: Json = {
        "case": {"case": bytes(16)},
        "entity": {"entity": "branch"},
        "policy": {"policy": "else"},
        "act key": {"act": act},
    }
    for name, change in others.items():
        _bad(out, one, f"another {name}", "successor", one.remade(whole, **change))
    _bad(out, one, "a holder who keeps the own grant back", "successor", before=None, before_history=None)
    dropped = one.remade(whole, excluded=[])
    _bad(out, one, "an exclusion dropped, and no signature", "excluded", dropped, proof=one.signed())


def _histories(out: VectorFile, one: Proposed) -> None:
    """The document that a colleague who joins has nothing to compare with."""
    body, past = one.whole.grant.body, list(one.whole.grant.past or ())
    sealed = one.whole.history or b""
    _bad(out, one, "a history cut", "schema", history=b64encode(sealed[:-1]))
    _bad(out, one, "another history", "successor", history=b64encode(sealed[:-1] + bytes([sealed[-1] ^ 1])))
    named = crypto.HistoryName(sha256(sealed), bytes(32))
    _bad(out, one, "a history named with another key", "payload", one.remade(one.whole, history=named))
    false = {
        "another case key": replace(past[0], seed=crypto.Identity.draw(one.rng)),
        "an office key that there was not": replace(past[0], office=crypto.Identity.draw(one.rng)),
        "another MAC key": replace(past[0], macs=MacKeys(past[0].macs.to_office, one.rng(32))),
    }
    for name, keys in false.items():
        told, document = crypto.seal_history([keys], body.case, one.rng)
        made = replace(one.remade(one.whole, history=told), history=document)
        _bad(out, one, f"a history with {name}", "successor", made)
    _bad(out, one, "a history cut, and no signature", "schema", history=b64encode(sealed[:-1]), proof=one.signed())


def _old_keys(out: VectorFile, one: Proposed) -> None:
    """Anyone who was removed would read on, or write on, under a key that they know."""
    old, rng = one.body.keys, one.rng
    macs = {
        "the MAC key to the office of before": MacKeys(old.macs.to_office, rng(32)),
        "the MAC key to the reporter of before": MacKeys(rng(32), old.macs.to_reporter),
        "the MAC keys of before, exchanged": MacKeys(old.macs.to_reporter, old.macs.to_office),
    }
    _bad(out, one, "the case key of before", "successor", one.keyed(one.first, STAY, seed=old.seed))
    for name, keys in macs.items():
        _bad(out, one, name, "successor", one.keyed(one.first, STAY, macs=keys))
    after = one.after
    office = after.grant.body.keys.office
    everyone = [*STAY, "qian-yu"]
    kept = one.keyed(after, everyone, office=office)
    out.good("review_regrant", "the office key of before, and nobody leaves", **one.given(kept, after))
    _bad(
        out,
        one,
        "the office key of before, and somebody leaves",
        "successor",
        one.keyed(after, STAY, office=office),
        own=after,
    )
    further = one.mover.move(after, everyone, STAY)
    older = one.keyed(further, everyone, office=office)
    _bad(out, one, "an office key of two epochs before", "successor", older, own=further)
    first = one.keyed(further, everyone, seed=old.seed)
    _bad(out, one, "the case key of the first epoch", "successor", first, own=further)


def _signers(out: VectorFile, one: Proposed) -> None:
    """Who signed, and who is asked to."""
    whole = one.whole
    _bad(out, one, "the proposer again", "signature", staff=staff_of(one.case, MAKER))
    outside = one.proposal(one.first, [*STAY, "wai-bu"])
    who: Json = {"staff": staff_of(one.case, "wai-bu"), "before": None}
    _bad(out, one, "an outside holder, while two of before are there", "signature", outside, **who)
    _bad(out, one, "no signature", "signature", proof=one.signed())
    assert whole.proof is not None
    [first] = whole.proof.signatures
    flipped = bytes([first.signature[0] ^ 1]) + first.signature[1:]
    wrong = replace(whole.proof, signatures=(replace(first, signature=flipped),))
    _bad(out, one, "a signature altered", "signature", proof=wrong.document())
    _bad(out, one, "a signer who leaves", "successor", proof=one.signed("qian-yu"))
    _bad(out, one, "a signer who never held it", "successor", proof=one.signed("shang-ji"))
    _bad(out, one, "an excluded signer", "excluded", proof=one.signed("li-wei"))
    _bad(out, one, "a second signature that does not count", "successor", proof=one.signed(MAKER, "qian-yu"))


def _bound(out: VectorFile, one: Proposed) -> None:
    """What the signature is over, and the day of the change."""
    frames: Json = {
        "office": {"office": bytes(16)},
        "case": {"case": bytes(16)},
        "epoch": {"epoch": 2},
        "previous grant": {"previous": bytes(32)},
        "grant": {"grant": bytes(32)},
    }
    for name, moved in frames.items():
        _bad(out, one, f"signed over another {name}", "signature", proof=one.signed(MAKER, **moved))
    told: Json = {"day": {"day": "2026-11-23"}, "directory": {"sequence": 6}, "binding": {"binding": bytes(32)}}
    for name, over in told.items():
        _bad(out, one, f"signed with another {name}", "successor", proof=one.signed(MAKER, over=over))
    for day, fits in (("2026-10-24", True), ("2026-10-23", False), (TOMORROW, True), ("2026-11-26", False)):
        made, name = one.remade(one.whole, day=day), f"dated {day}, after a report of 2026-11-24"
        if fits:
            out.good("review_regrant", name, **one.given(made))
        else:
            _bad(out, one, name, "successor", made)
    early = one.remade(one.proposal(one.after, STAY), day="2026-11-23")
    _bad(out, one, "dated before the change before it", "successor", early, own=one.after)


def _reports(out: VectorFile, one: Proposed) -> None:
    """The case itself, and to whom its answers go."""
    _bad(out, one, "no item at all", "schema", items=[])
    broken = {**one.first.items[0], "mac": b64encode(bytes(32))}
    _bad(out, one, "a report whose MAC is wrong", "schema", items=[broken])
    own = _forgotten(one)
    made = one.remade(one.whole, previous=own.grant.hash, excluded=[])
    _bad(out, one, "both grants forget whom the report leaves out", "excluded", made, own=own)
    _bad(out, one, "both grants forget somebody, and no report is there", "schema", made, own=own, items=[])
    kept = one.remade(one.whole, previous=own.grant.hash)
    _bad(out, one, "the signer's own grant forgets whom the report leaves out", "excluded", kept, own=own)
    mine = crypto.Identity.draw(one.rng).recipient
    _bad(out, one, "another recipient of the reporter", "successor", one.remade(one.whole, reporter=mine))


def _forgotten(one: Proposed) -> Link:
    """A first grant that forgets whom the report leaves out."""
    body = replace(one.body, excluded=[])
    sealed = seal_body(body, [one.mover.keys(holder).identity.recipient for holder in body.holders], 8, one.rng)
    return replace(one.first, grant=crypto.Grant(body, sha256(sealed), 8), packet=crypto.write_packet(sealed, 8))


def _outside(out: VectorFile) -> None:
    """The outside holder beside one who is left alone: without a grant, with the keys in the history."""
    one = Proposed("vector-review/alone", ("sun-fang", "zhao-min", "qian-yu"), ALONE)
    out.shared["alone"] = office_of(one.case, **TWO)
    assert one.body.holders == [ALONE]
    who: Json = {
        "office": {"$": "alone"},
        "staff": staff_of(one.case, "wai-bu"),
        "before": None,
        "before_history": None,
    }
    pair = [ALONE, "wai-bu"]
    made = one.proposal(one.first, pair, [ALONE])
    out.good("review_regrant", "an outside holder beside one who is alone", **one.given(made, **who))
    _bad(out, one, "an outside holder, and no report", "schema", made, **who, items=[])
    forgot = signed_by(one, made, ALONE, excluded=[])
    _bad(out, one, "an outside holder, and a grant that forgets somebody", "excluded", forgot, **who)
    keys = made.grant.body.keys
    old = EpochKeys(one.body.keys.seed, keys.office, keys.macs)
    _bad(
        out,
        one,
        "an outside holder, and the case key of before",
        "successor",
        signed_by(one, made, ALONE, keys=old),
        **who,
    )
    # Held by one again after a change: the notice of that change is of another day than the proposal.
    yesterday = one.mover.move(one.first, [ALONE], [ALONE], day="2026-11-23")
    further = one.proposal(yesterday, pair, [ALONE])
    single: Json = {"office": office_of(one.case, regrant_threshold=1)}
    out.good("review_regrant", "an outside holder, after a change of another day", **one.given(further, **who | single))


def signed_by(one: Proposed, link: Link, member: str, **changes: Any) -> Link:
    """The proposal with another body, signed by this member."""
    made = one.remade(link, **changes)
    body = made.grant.body
    return replace(
        made, proof=crypto.sign_regrant(one.mover.keys(member), move_of(body, made.grant.hash), unsigned_proof(body))
    )


def _unnamed(out: VectorFile) -> None:
    """An outside holder is told that nobody else held the case; the report, or a change, says otherwise."""
    one = Proposed("vector-review/unnamed", (), ALONE)
    out.shared["unnamed"] = office_of(one.case, **TWO)
    who: Json = {
        "office": {"$": "unnamed"},
        "staff": staff_of(one.case, "wai-bu"),
        "before": None,
        "before_history": None,
    }
    pair = [ALONE, "wai-bu"]
    lied = signed_by(one, one.proposal(one.first, pair, [ALONE]), ALONE, previous_holders=[ALONE])
    out.good("review_regrant", "an outside holder, and the report had other holders", **one.given(lied, **who))
    moved = one.mover.move(one.first, [ALONE, MAKER], [ALONE, MAKER])
    later = signed_by(one, one.proposal(moved, pair, [ALONE]), ALONE, previous_holders=[ALONE])
    out.good("review_regrant", "an outside holder, and the change before had another", **one.given(later, **who))
