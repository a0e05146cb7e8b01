"""The vectors of events of members who could not read the case when they signed."""

from typing import Any

import crypto
from crypto.framing import b64encode
from tests.crypto.sample import TODAY
from tests.crypto.vector_file import VectorFile
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
    read("behind an unknown move only who is excluded is marked", first, false, ("noted", "wai-bu", {}), barred)
    read("no move leads back", later, move, back, left)
    read("what does not verify moves nothing", later, ("regrant-countersigned", "sun-fang", {}), left, move, left)
