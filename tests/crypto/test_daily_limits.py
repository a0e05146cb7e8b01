"""How many re-grants of a day a case takes, by its record."""

from __future__ import annotations

import pytest

import crypto
from crypto.framing import b64encode

DAY, NEXT = "2026-11-24", "2026-11-25"


def decided(*signers: str, day: str = DAY, kind: str = "regranted") -> crypto.Event:
    """The event of a re-grant with these signers."""
    signatures = [{"member": one, "sig": b64encode(bytes(64))} for one in signers]
    proof: dict[str, object] = {"day": day, "sequence": 1, "binding": b64encode(bytes(32)), "signatures": signatures}
    return crypto.Event(bytes(16), 1, kind, day, signers[0], proof)


AB, CD, AC = ("an", "bo"), ("chen", "ding"), ("an", "chen")


@pytest.mark.parametrize(
    ("told", "signers", "refused"),
    [
        ([AB], "an", False),
        ([AB, AC], "an", True),
        ([AB, AC], "bo", False),
        ([AB, CD, AB, CD], "eve", True),
        ([AB, CD, AB], "eve", False),
    ],
)
def test_a_case_takes_four_of_a_day_and_two_of_one_signer(
    told: list[tuple[str, ...]], signers: str, *, refused: bool
) -> None:
    """Both kinds of event count, those of another day and other acts do not."""
    events = [
        decided(*them, kind=kind) for them, kind in zip(told, ["regranted", "regrant-countersigned"] * 2, strict=False)
    ]
    noise = [decided(*AB, day=NEXT), decided(*AB, day=NEXT), decided(*AB, kind="regrant-proposed")]
    assert crypto.too_often([*noise, *events], DAY, [signers]) is refused


def test_an_event_without_a_readable_proof_counts_for_nobody_and_for_the_day() -> None:
    """A record that somebody garbled keeps its number."""
    bare = crypto.Event(bytes(16), 1, "regranted", DAY, "an", {})
    assert not crypto.too_often([bare] * 3, DAY, ["an"])
    assert crypto.too_often([bare] * 4, DAY, ["an"])
