# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of a changed receipt: which recipient is in force, as the desk reads it and a second signer asks for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import crypto
from crypto.framing import b64encode
from tests.crypto.moves import Link
from tests.crypto.sample import CHEAP
from tests.crypto.vector_file import VectorFile
from tests.crypto.vector_keyed_alone import keyed_alone
from tests.crypto.write_case_vectors import office_of, staff_of, threads
from tests.crypto.write_review_vectors import ALONE, SECOND, STAY, TWO, Json, Proposed, reviews, signed_by

ALL = [*STAY, "qian-yu"]


class Changed:
    """The reporter of a case changes the receipt twice, and has read nothing of the office."""

    def __init__(self, one: Proposed) -> None:
        case, rng = one.case, one.rng
        first, second = (crypto.derive_reporter(crypto.draw_receipt(rng), case.office.office, CHEAP) for _ in range(2))
        once, standing = crypto.seal_receipt_change(case.keys, first, case.standing, rng)
        twice, _ = crypto.seal_receipt_change(first, second, standing, rng)
        self.once, self.twice = once["item"], twice["item"]
        self.first: Json = {"reporter": first.identity.recipient, "receipt_change": 2}
        self.second: Json = {"reporter": second.identity.recipient, "receipt_change": 3}


def changed_receipts(out: VectorFile, one: Proposed) -> None:
    """What a second signer asks of the recipient of the reporter."""
    changed = Changed(one)
    out.shared["changed"] = office_of(one.case, **TWO)
    office: Json = {"office": {"$": "changed"}}

    def good(name: str, made: Link, items: list[Any], own: Link | None = None) -> None:
        out.good("review_regrant", name, **one.given(made, own, **office, items=items))

    def bad(name: str, made: Link, items: list[Any], own: Link | None = None) -> None:
        out.bad("review_regrant", name, "successor", **one.given(made, own, **office, items=items))

    _since_the_first(one, changed, good, bad)
    # The readers changed before the reporter, who has not read of it, had a new receipt.
    items = [*one.after.items, changed.once]
    good("a receipt changed under the keys of before", one.proposal(one.after, ALL, **changed.first), items, one.after)
    bad("the receipt of before, as the grant knows it", one.proposal(one.after, ALL), items, one.after)
    # The grant knows the second change; the server shows the first alone.
    known = one.mover.move(
        replace(one.first, items=[*one.first.items, changed.once, changed.twice]), ALL, STAY, **changed.second
    )
    held = [item for item in known.items if item is not changed.twice]
    good("the newest change is held back", one.proposal(known, ALL), held, known)
    bad(
        "an earlier receipt, where the newest change is held back",
        one.proposal(known, ALL, **changed.first),
        held,
        known,
    )
    bad(
        "an earlier receipt, where the newest change is there",
        one.proposal(known, ALL, **changed.first),
        known.items,
        known,
    )
    bad(
        "a change that the grant does not know, held back",
        one.proposal(one.first, ALL, **changed.second),
        [*one.first.items, changed.once],
    )


def _since_the_first(one: Proposed, changed: Changed, good: Callable[..., None], bad: Callable[..., None]) -> None:
    items = [*one.first.items, changed.once]
    renewed = one.remade(one.whole, **changed.first)
    bad("the recipient of a receipt that was changed since", one.whole, items)
    good("the recipient of the new receipt", renewed, items)
    bad("the recipient of a receipt that nobody changed", renewed, one.first.items)
    bad("the new receipt under the number of none", one.remade(renewed, receipt_change=0), items)
    bad("the new receipt under the number of the report", one.remade(renewed, receipt_change=1), items)
    bad("the new receipt under a number that is to come", one.remade(renewed, receipt_change=3), items)
    bad("the number of a change that nobody made", one.remade(one.whole, receipt_change=2), one.first.items)
    bad("the new number over the old receipt", one.remade(one.whole, receipt_change=2), items)


def changed_alone(out: VectorFile) -> None:
    """The outside holder has no grant of before: a change of receipt is what the thread proves, and nothing else."""
    one = Proposed("vector-review/alone-changed", ("sun-fang", "zhao-min", "qian-yu"), ALONE)
    changed, pair = Changed(one), [ALONE, "wai-bu"]
    out.shared["alone_changed"] = office_of(one.case, **TWO)
    who: Json = {
        "office": {"$": "alone_changed"},
        "staff": staff_of(one.case, "wai-bu"),
        "before": None,
        "before_history": None,
    }
    made = one.proposal(one.first, pair, [ALONE], **changed.first)
    items = [*one.first.items, changed.once]
    out.good("review_regrant", "an outside holder, and the new receipt", **one.given(made, **who, items=items))

    def bad(name: str, link: Link, there: list[Any]) -> None:
        out.bad("review_regrant", f"an outside holder, and {name}", "successor", **one.given(link, **who, items=there))

    bad("a change that is not there", made, one.first.items)
    bad("an earlier receipt", one.proposal(one.first, pair, [ALONE]), items)
    bad("another number", signed_by(one, made, ALONE, receipt_change=3), items)
    bad("the number of none", signed_by(one, made, ALONE, receipt_change=0), items)


def behind_notice(one: Proposed) -> Json:
    """The reporter, who has seen the notice and could not read it, changes the receipt under the key of before."""
    standing = one.case.standing
    new = crypto.derive_reporter(crypto.draw_receipt(one.rng), one.case.office.office, CHEAP)
    notice = next(crypto.read_item(item) for item in one.after.items if item["dir"] == "to-reporter")
    seen = replace(standing, memo=replace(standing.memo, to_reporter=notice.position))
    post: Any = crypto.seal_receipt_change(one.case.keys, new, seen, one.rng)[0]
    return post["item"]


def changes_read(out: VectorFile) -> None:
    """The recipient to which the desk answers."""
    one = Proposed("vector-thread/changed")
    changed = Changed(one)
    out.shared["changed"] = office_of(one.case, **TWO)
    know: Json = {"receipt_change": 3, "reporter": changed.second["reporter"]}
    known = one.mover.move(replace(one.first, items=[*one.first.items, changed.once, changed.twice]), ALL, STAY, **know)
    after = one.after

    def read(name: str, link: Link, items: list[Any]) -> None:
        given = {"office": {"$": "changed"}, "staff": staff_of(one.case, SECOND), "pin": None}
        held = {"packet": b64encode(link.packet), "history": link.history and b64encode(link.history)}
        out.good("read_case", name, **given, **held, items=items)

    read("a receipt that was changed twice", one.first, [*one.first.items, changed.once, changed.twice])
    read("a receipt changed under the keys of before", after, [*after.items, changed.once])
    read(
        "a receipt changed behind a notice that the reporter could not read", after, [*after.items, behind_notice(one)]
    )
    read("a change that the grant knows", known, known.items)
    read(
        "a change that the grant knows is held back", known, [item for item in known.items if item is not changed.twice]
    )
    read("all changes that the grant knows are held back", known, known.items[:1])


def all_reviews() -> VectorFile:
    """What a second signer checks: the rest, changes of receipt, and an office key."""
    out = reviews()
    changed_receipts(out, Proposed("vector-review/changed"))
    changed_alone(out)
    keyed_alone(out)
    return out


def all_threads() -> VectorFile:
    """Items and threads at the desk, changes of receipt last."""
    out = threads()
    changes_read(out)
    return out
