"""The vectors of events of members who could not read the case when they signed."""

from dataclasses import replace
from typing import Any

import crypto
from crypto.framing import b64encode
from tests.crypto.sample import TODAY
from tests.crypto.vector_file import VectorFile
from tests.crypto.vector_raised import BEFORE, EARLIER
from tests.crypto.write_case_vectors import Story, office_of, staff_of

Json = dict[str, Any]
Step = tuple[str, str, Json]
OTHER = b64encode(b"\x01" * 32)
BARRED = "shang-ji"
BY_OTHERS = ("act-read", "claimed", "regrant-proposed", "regrant-declined", "regrant-told", "regranted")


def record(story: Story, *steps: Step) -> list[Json]:
    """The record: the arrival, and then these, each signed by its member."""
    case = story.grant.case
    first = crypto.worker_event(crypto.Event(case, 0, "received", TODAY, crypto.WORKER))
    events, prev = [first.document()], first.hash(bytes(32))
    for n, (kind, member, data) in enumerate(steps, 1):
        signed = crypto.sign_event(
            story.case.office.staff(member), crypto.Event(case, n, kind, TODAY, member, data), prev
        )
        events.append(signed.document())
        prev = signed.hash(prev)
    return events


def non_readers() -> VectorFile:
    """Who signs without being a holder of the epoch in force is marked."""
    story = Story("vector-non-readers", (BARRED,))
    out = VectorFile(
        "non-readers", "SPEC §9: who signed without being a reader", office=office_of(story.case),
        first=b64encode(story.case.packet), second=b64encode(story.regrant.packet), items=story.items, all=story.all,
        history=b64encode(story.regrant.history),
    )  # fmt: skip
    first: Json = {
        "office": {"$": "office"}, "staff": staff_of(story.case, "sun-fang"), "packet": {"$": "first"}, "pin": None,
        "items": {"$": "items"},
    }  # fmt: skip
    later = first | {"packet": {"$": "second"}, "items": {"$": "all"}, "history": {"$": "history"}}

    def read(name: str, given: Json, *steps: Step) -> None:
        out.good("mark_non_readers", name, **given, events=record(story, *steps))

    read("holders and others", first, ("taken", "sun-fang", {}), ("taken", "wai-bu", {}), ("noted", BARRED, {}))
    others = ((kind, BARRED, dict[str, Any]()) for kind in BY_OTHERS)
    read("what others may sign", first, *others, ("regrant-countersigned", "wai-bu", {}))
    _after_a_removal(read, story, first, later)
    return out


def _after_a_removal(read: Any, story: Story, first: Json, later: Json) -> None:
    move: Step = ("regranted", "sun-fang", {"grant": b64encode(story.regrant.grant.hash)})
    false: Step = ("regranted", "sun-fang", {"grant": OTHER})
    back: Step = ("regranted", "sun-fang", {"grant": b64encode(story.grant.hash)})
    left: Step = ("noted", "li-wei", {})
    staying: Step = ("noted", "sun-fang", {})
    barred: Step = ("noted", BARRED, {})
    read("before and after a removal", later, left, move, left, staying)
    read("by the grant where the notice was not delivered", later | {"items": {"$": "items"}}, left, move, left)
    read("without the keys of before", later | {"history": None}, left, move, left)
    read("a move to another grant than the next moves nothing", later, false, left, ("noted", "wai-bu", {}), barred)
    read("an unknown move that nobody signed moves nothing", first, false, ("noted", "wai-bu", {}), barred)
    _to_unknown_grants(read, story, first)
    _dated_back(read, story, later)
    read("no move leads back", later, move, back, left)
    read("what does not verify moves nothing", later, ("regrant-countersigned", "sun-fang", {}), left, move, left)


def _dated_back(read: Any, story: Story, later: Json) -> None:
    """A move from epoch 1 that one reader signed, of a day before it, when one was enough; and of its own day."""
    grant, two = story.regrant.grant, later | {"office": office_of(story.case, **EARLIER)}
    move = replace(crypto.move_of(grant.body, bytes(32)), epoch=2, previous=grant.hash)
    for day, said in ((BEFORE, "before the epoch that it leaves"), (TODAY, "on a day when two must sign")):
        bare = replace(story.regrant.proof, day=day, signatures=())
        proof = crypto.sign_regrant(story.case.office.staff("sun-fang"), move, bare)
        told: Step = ("regranted", "sun-fang", {"grant": b64encode(bytes(32)), **proof.document()})
        known: Step = ("regranted", "sun-fang", {"grant": b64encode(grant.hash)})
        read(f"one reader's move dated {said}", two, known, told, ("noted", "li-wei", {}))


def _to_unknown_grants(read: Any, story: Story, first: Json) -> None:
    """Moves that a reader of epoch 0 meets: real, and made up in each way that one can be."""
    made, second = story.regrant, story.case.office.staff("qian-yu")
    statement = crypto.move_of(made.grant.body, made.grant.hash)
    outsider, barred = (story.case.office.staff(name) for name in ("wai-bu", BARRED))
    bare = replace(made.proof, signatures=())
    late = replace(bare, day="2026-11-26")

    def told(kind: str, proof: crypto.RegrantProof, member: str = "sun-fang", grant: bytes = made.grant.hash) -> Step:
        return kind, member, {"grant": b64encode(grant), **proof.document()}

    def signed(proof: crypto.RegrantProof, *staff: crypto.StaffKeys) -> crypto.RegrantProof:
        for one in staff:
            proof = crypto.sign_regrant(one, statement, proof)
        return proof

    moves = {
        "behind an unknown move that its readers signed only who is excluded is marked": told("regranted", made.proof),
        "the same, with the second signature": told("regrant-countersigned", made.proof, "qian-yu"),
        "a signed move that somebody else tells": told("regranted", made.proof, "wai-bu"),
        "a move with one signature where one is enough": told("regranted", signed(bare, story.staff)),
        "a move with one signature of two": told("regranted", signed(bare, story.staff)),
        "a move with one reader's signature of two twice": told("regranted", signed(bare, story.staff, story.staff)),
        "a move with two signatures of two": told("regranted", made.proof),
        "a move that nobody signed": told("regranted", bare),
        "a move that a reader and somebody else signed": told("regranted", signed(bare, story.staff, outsider)),
        "a move that a reader and somebody excluded signed": told("regranted", signed(bare, story.staff, barred)),
        "a move dated after tomorrow": told("regranted", signed(late, story.staff, second)),
        "signatures under another move": told("regranted", made.proof, "wai-bu", b"\x01" * 32),
        "a move without its day": ("regranted", "sun-fang", {"grant": b64encode(made.grant.hash)}),
    }
    known: Step = ("regranted", BARRED, {"grant": b64encode(story.grant.hash)})
    gone = moves["a move with two signatures of two"]
    newcomer: Step = ("noted", "wai-bu", {})
    read("behind an unknown move none leads back", first, gone, known, newcomer, ("noted", BARRED, {}))
    for name, move in moves.items():
        given = first | {"office": office_of(story.case, **EARLIER)} if "of two" in name else first
        read(name, given, move, ("noted", "wai-bu", {}), ("noted", BARRED, {}))
