# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of re-grants: who may decide one, what the signatures bind, and each way to get around it."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import crypto
from crypto.case.grant import seal_body, unsigned_proof
from crypto.case.items import Author, seal_item
from crypto.case.regrants import RegrantProof, RegrantStatement
from crypto.framing import b64encode
from tests.crypto.sample import TODAY, Drawn, cosigned
from tests.crypto.vector_file import VectorFile
from tests.crypto.vector_raised import raised
from tests.crypto.write_case_vectors import Story, office_of, staff_of

Json = dict[str, Any]
TWO: Json = {"regrant_threshold": 2, "sequence": 8}


class Moved:
    """A case of four whose re-grant removes li-wei, and everything that somebody with all keys could make of it."""

    def __init__(self) -> None:
        self.story = Story("vector-regrants", ("zhao-min",))
        self.case = self.story.case
        self.directory = self.case.office.directory(**TWO)
        self.thread = crypto.read_case(self.directory, self.story.grant, self.story.items)
        self.rng = Drawn("vector-regrants/moved")
        self.made = self.sealed(["sun-fang", "qian-yu"])
        self.whole = cosigned(self.made, self.keys("qian-yu"), self.story.grant, self.thread, self.rng)

    @cached_property
    def three(self) -> crypto.Regrant:
        """A re-grant that removes nobody."""
        return self.sealed(["li-wei", "sun-fang", "qian-yu"])

    def keys(self, member: str) -> crypto.StaffKeys:
        """A member's keys."""
        return self.case.office.staff(member)

    def sealed(self, holders: list[str]) -> crypto.Regrant:
        """A re-grant by sun-fang to these."""
        where = (self.directory, self.story.grant, self.thread)
        return crypto.seal_regrant(self.keys("sun-fang"), *where, holders, self.rng)

    def signed(
        self, *members: str, made: crypto.Regrant | None = None, over: Json | None = None, **moved: Any
    ) -> RegrantProof:
        """A proof with these signatures; `over` changes what the proof says, `moved` what the frame names."""
        grant = (made or self.made).grant
        proof = replace(unsigned_proof(grant.body), **(over or {}))
        move: RegrantStatement = replace(crypto.move_of(grant.body, grant.hash), **moved)
        for member in members:
            proof = crypto.sign_regrant(self.keys(member), move, proof)
        return proof

    def notice(self, proof: RegrantProof, made: crypto.Regrant | None = None, **changes: Any) -> Json:
        """The epoch item that tells of a re-grant, or what a liar makes of it."""
        grant = (made or self.made).grant
        item = crypto.announce_regrant(self.story.grant, self.thread, grant, proof, self.rng)
        if not changes:
            return item.document()
        payload = crypto.EpochNotice(
            1, grant.body.case_identity.recipient, grant.body.keys.macs, grant.body.holders, grant.hash, self.story.grant.hash,
            proof.day, proof.sequence, proof.signatures,
        ).document()  # fmt: skip
        author = changes.pop("author", Author())
        place = replace(item.place, **changes.pop("place", {}))
        to = [self.story.grant.body.reporter, grant.body.case_identity.recipient]
        key = self.story.grant.body.keys.macs.to_reporter
        return seal_item(place, "epoch", payload | changes, author, key, to, self.rng).document()


def regrants() -> VectorFile:
    """Re-grants as the reporter and the desks judge them."""
    moved = Moved()
    case = moved.case
    out = VectorFile("regrants", "SPEC §5, §6: who may change a case's keys", office=office_of(case, **TWO))
    _proofs(out, moved)
    _reporters(out, moved)
    _desks(out, moved)
    _occupied(out, moved)
    _told_again(out, moved)
    raised(out, moved)
    return out


def _given(moved: Moved, made: crypto.Regrant, member: str = "sun-fang") -> Json:
    return {
        "office": {"$": "office"}, "staff": staff_of(moved.case, member), "packet": b64encode(made.packet), "pin": None,
        "before": b64encode(moved.case.packet),
    }  # fmt: skip


def _proofs(out: VectorFile, moved: Moved) -> None:
    given = _given(moved, moved.made)
    both = moved.whole.proof
    out.good("check_proof", "two holders who stay", **given, proof=both.document())
    out.good("check_proof", "one who has no grant before", **given | {"before": None}, proof=both.document())
    out.good(
        "check_proof",
        "three of the former holders",
        **_given(moved, moved.three),
        proof=moved.signed("sun-fang", "qian-yu", "li-wei", made=moved.three).document(),
    )
    first = {"packet": b64encode(moved.case.packet), "before": None}
    out.good("check_proof", "a first grant, which nobody signs", **given | first, proof=None)
    _counted(out, moved, given)
    _bound(out, moved, given)
    _people(out, moved, given | {"proof": both.document()})
    _days(out, moved)


def _refused(out: VectorFile, given: Json) -> Callable[..., None]:
    def bad(name: str, stage: str, proof: RegrantProof | None, **changes: Any) -> None:
        out.bad("check_proof", name, stage, **given | {"proof": proof and proof.document()} | changes)

    return bad


def _counted(out: VectorFile, moved: Moved, given: Json) -> None:
    """Who signed, and how many."""
    bad, both = _refused(out, given), moved.whole.proof
    first = {"packet": b64encode(moved.case.packet), "before": None}
    bad("a first grant that somebody signed", "signature", both, **first)
    bad("nobody signed", "signature", None)
    bad("no signature", "signature", moved.signed())
    bad("a quorum of one", "signature", moved.made.proof)
    bad("the same signer twice", "signature", moved.signed("sun-fang", "sun-fang"))
    bad("a signer who leaves", "successor", moved.signed("sun-fang", "li-wei"))
    bad("an excluded signer", "excluded", moved.signed("sun-fang", "zhao-min"))
    bad("a signer who never held it", "successor", moved.signed("sun-fang", "bao-guan-1"))
    bad("an outside holder beside three", "successor", moved.signed("sun-fang", "wai-bu"))
    bad("two rights and a wrong", "successor", moved.signed("sun-fang", "qian-yu", "wai-bu"))
    bad(
        "a signature of another",
        "signature",
        replace(both, signatures=(replace(both.signatures[0], member="qian-yu"), both.signatures[1])),
    )


def _bound(out: VectorFile, moved: Moved, given: Json) -> None:
    """What the signatures are over."""
    bad, both = _refused(out, given), moved.whole.proof
    for name, frame in {
        "office": {"office": bytes(16)},
        "case": {"case": bytes(16)},
        "epoch": {"epoch": 2},
        "previous grant": {"previous": bytes(32)},
        "grant": {"grant": bytes(32)},
    }.items():
        bad(f"signed over another {name}", "signature", moved.signed("sun-fang", "qian-yu", **frame))
    bad("signed over another binding", "successor", moved.signed("sun-fang", "qian-yu", over={"binding": bytes(32)}))
    bad("another binding beside it", "successor", replace(both, binding=bytes(32)))
    bad("another day beside it", "successor", replace(both, day="2026-11-23"))
    bad("another directory beside it", "successor", replace(both, sequence=7))


def _people(out: VectorFile, moved: Moved, given: Json) -> None:
    """The directory decides who counts, on the day of the signature."""
    office = moved.case.office

    def told(sequence: int = 9, **members: Json) -> Json:
        rows = [office.member(name, **members.get(name.replace("-", "_"), {})) for name in office.seeds]
        return {"office": office_of(moved.case, **TWO | {"sequence": sequence, "members": rows})}

    gone, left = told(qian_yu={"until": "2026-11-21"}), told(qian_yu={"until": TODAY})
    out.bad("check_proof", "a signer whose time was over", "signature", **given | gone)
    out.good("check_proof", "a signer whose last day it was", **given | left)
    for name, until in (("on the very day", "2026-11-23"), ("on the day before", "2026-11-22")):
        out.good("check_proof", f"a signer who left {name}", **given | told(qian_yu={"until": until}))
    here = told(qian_yu={"until": "2026-11-23"}, sequence=8)
    out.bad("check_proof", "signed under the directory that let the signer go", "signature", **given | here)
    out.bad("check_proof", "a signer who came later", "signature", **given | told(qian_yu={"from": "2026-11-25"}))
    out.bad(
        "check_proof", "a signer whom the directory does not name", "signature", **given | _without(moved, "qian-yu")
    )
    joined = moved.sealed(["sun-fang", "qian-yu", "shang-ji"])
    proof = moved.signed("sun-fang", "qian-yu", made=joined).document()
    new = _given(moved, joined) | {"proof": proof}
    out.good("check_proof", "a colleague of the same group joins", **new)
    out.bad("check_proof", "a new holder whose role holds no case", "successor", **new | _unseated(moved))
    out.bad("check_proof", "a new holder of another group", "successor", **new | _elsewhere(moved))


def _without(moved: Moved, member: str) -> Json:
    office = moved.case.office
    rows = [office.member(name) for name in office.seeds if name != member]
    return {
        "office": office_of(moved.case, **TWO | {"sequence": 9, "members": rows, "holders": _rows(office, {member})})
    }


def _rows(office: Any, leave: set[str]) -> list[Json]:
    rows = office.directory_document()["holders"]
    return [
        row | {name: [one for one in row[name] if one not in leave] for name in ("members", "left_out")} for row in rows
    ]


def _unseated(moved: Moved) -> Json:
    office = moved.case.office
    members = [office.member(name, **({"role": "custodian"} if name == "shang-ji" else {})) for name in office.seeds]
    entities = [
        office.entity("group"),
        office.entity("works", superior="group", outside=["wai-bu"]),
        office.entity("branch", superior="group"),
    ]
    changes = TWO | {"sequence": 9, "members": members, "entities": entities, "oversight": []}
    return {"office": office_of(moved.case, **changes)}


def _elsewhere(moved: Moved) -> Json:
    office = moved.case.office
    entities = [
        office.entity("group"), office.entity("works", superior="group", outside=["wai-bu"]), office.entity("branch", superior="group"),
        office.entity("other", outside=["shang-ji"]),
    ]  # fmt: skip
    return {"office": office_of(moved.case, **TWO | {"sequence": 9, "entities": entities, "oversight": []})}


def _days(out: VectorFile, moved: Moved) -> None:
    """A day too early or too late; anyone who dates backwards gains nothing."""
    body = moved.made.grant.body
    for day, stage in (
        ("2026-10-24", None),
        ("2026-10-23", "successor"),
        ("2026-11-25", None),
        ("2026-11-26", "successor"),
    ):
        grant = replace(body, day=day)
        made = resealed(moved, grant)
        given = _given(moved, made) | {"proof": moved.signed("sun-fang", "qian-yu", made=made).document()}
        name = f"a re-grant of {day}, after a report of {TODAY}"
        if stage is None:
            out.good("check_proof", name, **given)
        else:
            out.bad("check_proof", name, stage, **given)


def resealed(moved: Moved, body: crypto.GrantBody) -> crypto.Regrant:
    """The re-grant with another body, as somebody who has every key makes it."""
    recipients = [moved.keys(member).identity.recipient for member in body.holders]
    sealed = seal_body(body, [*recipients, moved.directory.content.recovery], 8, moved.rng)
    grant = crypto.Grant(body, crypto.read_packet(crypto.write_packet(sealed, 8)).hash, 8)
    return replace(moved.made, packet=crypto.write_packet(sealed, 8), grant=grant)


def _reporters(out: VectorFile, moved: Moved) -> None:
    """The reporter moves to new keys only by two former holders who stay, over these very keys."""
    digits = crypto.draw_receipt(Drawn("vector-regrants/receipt")).digits
    memo, both = moved.story.post["memo"], moved.whole.proof

    def read(name: str, item: Json, **office: Any) -> None:
        given = {
            "office": {"$": "office"} if not office else office_of(moved.case, **TWO | office),
            "digits": digits,
            "memo": memo,
        }
        out.good("read_mailbox", name, **given, items=[moved.story.reply, item])

    _told_otherwise(moved, read)
    _told_by_others(moved, read)
    bad = moved.notice(moved.made.proof)
    thread = crypto.thread_after(moved.thread, crypto.read_item(bad))
    good = crypto.announce_regrant(moved.story.grant, thread, moved.made.grant, both, moved.rng).document()
    given = {"office": {"$": "office"}, "digits": digits, "memo": memo}
    name = "told again after a notice that does not hold"
    out.good("read_mailbox", name, **given, items=[moved.story.reply, bad, good])


def _told_otherwise(moved: Moved, read: Callable[..., None]) -> None:
    """Something else than what was signed."""
    both = moved.whole.proof
    mine = crypto.Identity.draw(Drawn("vector-regrants/mine")).recipient.text
    zero = b64encode(bytes(32))
    read("two holders who stay tell of it", moved.notice(both))
    read("the second signer puts a recipient of their own under the right grant", moved.notice(both, recipient=mine))
    read(
        "the second signer puts MAC keys of their own under the right grant",
        moved.notice(both, to_office=zero, to_reporter=zero),
    )
    read("other holders under the right grant", moved.notice(both, holders=["sun-fang", "qian-yu", "li-wei"]))
    read("another grant under the right signatures", moved.notice(both, grant=zero))
    read("another grant before it", moved.notice(both, previous=zero))
    read("an epoch too far", moved.notice(both, epoch=2))
    read("dated too late", moved.notice(replace(both, day="2026-11-26")))
    read("dated before the report", moved.notice(replace(both, day="2026-10-23")))


def _told_by_others(moved: Moved, read: Callable[..., None]) -> None:
    """Too few, or people who may not."""
    both = moved.whole.proof
    read("a quorum of one", moved.notice(moved.made.proof))
    read("one signer twice", moved.notice(moved.signed("sun-fang", "sun-fang")))
    read("no signature", moved.notice(moved.signed()))
    read("a signer who leaves", moved.notice(moved.signed("sun-fang", "li-wei")))
    read("an excluded signer", moved.notice(moved.signed("sun-fang", "zhao-min")))
    read(
        "a signature of another",
        moved.notice(replace(both, signatures=(replace(both.signatures[0], member="qian-yu"), both.signatures[1]))),
    )
    read("signed over another binding", moved.notice(moved.signed("sun-fang", "qian-yu", over={"binding": bytes(32)})))
    read(
        "signed by a member, as other items are",
        moved.notice(both, author=Author("qian-yu", moved.keys("qian-yu").sign)),
    )
    excluded = moved.sealed(["sun-fang", "qian-yu"])
    body = replace(excluded.grant.body, holders=["sun-fang", "qian-yu", "zhao-min"])
    lie = resealed(moved, body)
    read("an excluded holder", moved.notice(moved.signed("sun-fang", "qian-yu", made=lie), lie))
    for name, until in (
        ("a signer whose time was over", "2026-11-21"),
        ("a signer who left on the very day", "2026-11-23"),
        ("a signer who has left since", TODAY),
    ):
        ended = {"qian-yu": {"until": until}}
        members = [moved.case.office.member(one, **ended.get(one, {})) for one in moved.case.office.seeds]
        read(name, moved.notice(both), sequence=9, members=members)


def _desks(out: VectorFile, moved: Moved) -> None:
    """Anyone who has the grant sees what the reporter was told beside it."""
    given: Json = {
        "office": {"$": "office"},
        "staff": staff_of(moved.case, "qian-yu"),
        "packet": b64encode(moved.made.packet),
        "history": b64encode(moved.made.history),
        "pin": None,
    }
    both = moved.whole.proof
    mine = crypto.Identity.draw(Drawn("vector-regrants/mine")).recipient.text
    out.good("read_case", "two holders who stay tell of it", items=[*moved.story.items, moved.notice(both)], **given)
    for name, item in {
        "a recipient of one's own under the right grant": moved.notice(both, recipient=mine),
        "a quorum of one": moved.notice(moved.made.proof),
    }.items():
        out.good("read_case", name, items=[*moved.story.items, item], **given)
    # The very signatures, but another second re-grant of the same epoch, as signed by the same two.
    other = moved.sealed(["sun-fang", "qian-yu"])
    told = moved.notice(moved.signed("sun-fang", "qian-yu", made=other), other)
    out.good("read_case", "a second re-grant of the same epoch", items=[*moved.story.items, told], **given)


def _told_again(out: VectorFile, moved: Moved) -> None:
    """The notice once more, though the first one held: where the record names it, the next answer follows it."""
    grant = moved.made.grant
    given: Json = {
        "office": {"$": "office"},
        "staff": staff_of(moved.case, "qian-yu"),
        "packet": b64encode(moved.made.packet),
        "history": b64encode(moved.made.history),
        "pin": None,
    }
    items = [*moved.story.items, moved.notice(moved.whole.proof)]
    thread = crypto.read_case(moved.directory, grant, items)
    again = crypto.resend_notice(grant, thread, moved.whole.proof, moved.rng)
    after, text = crypto.thread_after(thread, again), crypto.Message("x")
    good = crypto.seal_reply(moved.keys("qian-yu"), moved.directory, grant, after, text, moved.rng)
    given["items"] = [*items, again.document(), good.document()]
    out.good(
        "read_case", "a notice told again that the record names, and the next", named=[b64encode(again.hash)], **given
    )
    out.good("read_case", "a notice told again that no record names, and the next", **given)


def _occupied(out: VectorFile, moved: Moved) -> None:
    """An answer whose MAC is wrong stops nobody: where the record names it, the next one follows it."""
    given: Json = {
        "office": {"$": "office"},
        "staff": staff_of(moved.case, "sun-fang"),
        "packet": b64encode(moved.case.packet),
        "pin": None,
    }
    grant, where, text = moved.story.grant, crypto.Direction.TO_REPORTER, crypto.Message("x")
    first = crypto.seal_reply(moved.keys("qian-yu"), moved.directory, grant, moved.thread, text, moved.rng)
    wrong = replace(first, mac=bytes(32))
    after = crypto.thread_after(moved.thread, wrong)
    good = crypto.seal_reply(moved.keys("sun-fang"), moved.directory, grant, after, text, moved.rng)
    assert good.place.direction is where
    items = [*moved.story.items, wrong.document(), good.document()]
    out.good(
        "read_case",
        "an answer with a wrong MAC that the record names, and the next",
        items=items,
        named=[b64encode(wrong.hash)],
        **given,
    )
    out.good("read_case", "an answer with a wrong MAC that no record names, and the next", items=items, **given)
    far = replace(wrong, place=replace(wrong.place, seq=9))
    out.good(
        "read_case",
        "a wrong MAC that is named but not the next",
        items=[*moved.story.items, far.document(), good.document()],
        named=[b64encode(far.hash)],
        **given,
    )
