"""The vectors of claims: who has opened a case, and how two colleagues see that they were shown two reports."""

from dataclasses import replace
from typing import Any

import crypto
from crypto.case.items import Author, seal_item
from crypto.framing import b64encode
from tests.crypto.sample import TODAY
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import Story, office_of, staff_of

Json = dict[str, Any]
OTHER = b64encode(b"\x01" * 32)
BARRED = "shang-ji"


class Opened:
    """A case whose colleagues write down what they were shown."""

    def __init__(self) -> None:
        self.story = Story("vector-claims", (BARRED,))
        self.case = self.story.case
        self.report = crypto.read_item(self.case.report)

    def own(self, grant: crypto.Grant | None = None) -> Json:
        """What an honest colleague signs."""
        shown = grant or self.story.grant
        return crypto.Claimed(shown.epoch, shown.hash, self.report.hash).document()

    def stream(self, *claims: tuple[str, Json]) -> list[Json]:
        """The record: the arrival, and then these, each signed by its member."""
        case = self.story.grant.case
        first = crypto.worker_event(crypto.Event(case, 0, "received", TODAY, crypto.WORKER))
        events, prev = [first.document()], first.hash(bytes(32))
        for n, (member, data) in enumerate(claims, 1):
            event = crypto.Event(case, n, crypto.CLAIMED, TODAY, member, data)
            signed = crypto.sign_event(self.case.office.staff(member), event, prev)
            events.append(signed.document())
            prev = signed.hash(prev)
        return events

    def second_report(self) -> Json:
        """Another report at the place of the first: one who has every key of the case makes it."""
        inner = [entry.inner for entry in self.story.thread.verified if entry.inner is not None]
        report = next(one.content for one in inner if isinstance(one.content, crypto.Report))
        said = report.document() | {"account": "另一份举报"}
        body = self.story.grant.body
        to = [body.case_identity.recipient]
        key = body.keys.macs.to_office
        return seal_item(self.report.place, "report", said, Author(), key, to, self.story.rng).document()


def claims() -> VectorFile:
    """Claims as every desk reads them."""
    opened = Opened()
    out = VectorFile("claims", "SPEC §9: who has opened a case", office=office_of(opened.case))
    _read(out, opened)
    _differing(out, opened)
    _later(out, opened)
    _removed(out, opened)
    return out


def _given(opened: Opened, **changes: Any) -> Json:
    case, packet = opened.case, opened.case.packet
    first: Json = {
        "office": {"$": "office"}, "staff": staff_of(case, "sun-fang"), "packet": b64encode(packet), "pin": None,
        "items": opened.story.items, "events": opened.stream(),
    }  # fmt: skip
    return first | changes


def _read(out: VectorFile, opened: Opened) -> None:
    own, read = opened.own(), "claims_of"
    two = opened.stream(("sun-fang", own), ("li-wei", own))
    out.good(read, "nobody has opened it yet", **_given(opened))
    out.good(read, "two colleagues were shown the same", **_given(opened, events=two))
    out.good(read, "no report", **_given(opened, items=[], events=two))
    out.good(
        read, "a report with a wrong MAC", **_given(opened, items=[opened.case.report | {"mac": OTHER}], events=two)
    )
    outsiders = opened.stream(("wai-bu", own), ("sun-fang", own))
    out.good(read, "a member who does not hold the case", **_given(opened, events=outsiders))
    barred = opened.stream((BARRED, own | {"item": OTHER}), (BARRED, {}), ("sun-fang", own))
    out.good(read, "somebody excluded says nothing", **_given(opened, events=barred))
    out.good(read, "somebody excluded says nothing where there is no report", **_given(opened, items=[], events=barred))
    unsigned = [*two[:2], two[2] | {"sig": None}]
    out.good(read, "what nobody signed says nothing", **_given(opened, events=unsigned))
    forged = [*two[:2], two[2] | {"sig": two[1]["sig"]}]
    out.good(read, "what another signed says nothing", **_given(opened, events=forged))


def _differing(out: VectorFile, opened: Opened) -> None:
    """Anyone who was shown something else is named, and nothing may be written."""
    own, read = opened.own(), "claims_of"
    for name, data in {
        "of another grant": own | {"grant": OTHER},
        "of another item": own | {"item": OTHER},
        "that names nothing": {},
        "that names more": own | {"to": "x"},
        "of another grant, of an epoch that is no number": own | {"epoch": "0"},
    }.items():
        events = opened.stream(("sun-fang", own), ("li-wei", data))
        out.good(read, f"claimed {name}", **_given(opened, events=events))
    events = opened.stream(("li-wei", own))
    other = [opened.second_report()]
    out.good(read, "two reports under one id", **_given(opened, items=other, events=events))
    mine = opened.stream(("sun-fang", own))
    out.good(read, "another report than the reader was shown before", **_given(opened, items=other, events=mine))


def _later(out: VectorFile, opened: Opened) -> None:
    """After a change of keys: who opened the epoch before has not opened this one."""
    story, read = opened.story, "claims_of"
    own, now = opened.own(), opened.own(story.regrant.grant)
    given = _given(opened, packet=b64encode(story.regrant.packet), items=story.all)
    given["history"] = b64encode(story.regrant.history)

    def after(name: str, *claims: tuple[str, Json], **changes: Any) -> None:
        out.good(read, name, **given | {"events": opened.stream(*claims)} | changes)

    after("opened under the key before and under this one", ("qian-yu", own), ("sun-fang", own), ("qian-yu", now))
    after("claimed of an older epoch alone", ("qian-yu", own))
    after("claimed of an older epoch, of another grant", ("qian-yu", own | {"grant": OTHER}))
    after("claimed of an older epoch, of another item", ("qian-yu", own | {"item": OTHER}))
    after("claimed of this epoch, of the grant before", ("qian-yu", own | {"epoch": 1}))
    after("without the notice the mark is known from the grant", ("qian-yu", now), items=story.items)
    after("without the keys of before nothing is compared", ("qian-yu", own), history=None)
    after("claimed of an epoch to come", ("qian-yu", replace(crypto.read_claimed(now), epoch=2).document()))


class Removed:
    """The record of a case whose re-grant leaves li-wei out, as the server tells of it."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.case = opened.story.grant.case
        self.first = opened.stream(("li-wei", opened.own()))
        self.claim = {"n": 1, "prev": b64encode(self.hashes(self.first)[0]), "event": self.first[1]}

    def hashes(self, events: list[Json]) -> list[bytes]:
        """The hash of each event."""
        return [one.hash for one in crypto.verify_events(self.opened.case.directory, self.case, events)]

    def change(self, by: str = "sun-fang", kind: str = "regranted", **names: Any) -> Json:
        """The event of the re-grant, with other names where a liar puts them."""
        made, prev = self.opened.story.regrant, self.hashes(self.first)[-1]
        data = made.proof.document() | {"grant": b64encode(made.grant.hash), "item": b64encode(made.item.hash)} | names
        event = crypto.Event(self.case, 2, kind, TODAY, by, data)
        signed = crypto.sign_event(self.opened.case.office.staff(by), event, prev)
        return {"n": 2, "prev": b64encode(prev), "event": signed.document()}

    def told(self, *changes: Json, **other: Any) -> Json:
        """What the server says."""
        return {"case": b64encode(self.case), "member": "li-wei", "claim": self.claim, "changes": list(changes)} | other


def _removed(out: VectorFile, opened: Opened) -> None:
    """Who signed the change is proven; without that nobody is named."""
    removed, read = Removed(opened), "read_removal"
    good = removed.change()
    office = {"office": {"$": "office"}}
    out.good(read, "left out by two", **office, removal=removed.told(good))

    def bad(name: str, stage: str, removal: Json) -> None:
        out.bad(read, name, stage, **office, removal=removal)

    bad("nothing has changed", "schema", removed.told())
    bad("an unknown key", "schema", removed.told(good) | {"x": 1})
    bad("another member named", "event", removed.told(good, member="qian-yu"))
    bad("another case", "event", removed.told(good, case=b64encode(bytes(16))))
    bad("a claim that is none", "event", removed.told(good, claim=good))
    bad("a claim at another number", "event", removed.told(good, claim=removed.claim | {"n": 0}))
    bad("a claim after another event", "event", removed.told(good, claim=removed.claim | {"prev": OTHER}))
    bad("a change that nobody signed", "event", removed.told(good | {"event": removed.first[0]}))
    bad("a change signed by another", "event", removed.told(good | {"event": removed.first[1]}))
    bad("a change that is told twice", "event", removed.told(good, good))
    bad("no change of readers", "event", removed.told(removed.change(kind="noted")))
    bad("a change to another grant", "signature", removed.told(removed.change(grant=OTHER)))
    bad("a change on another day", "signature", removed.told(removed.change(day="2026-11-23")))
    bad("a change by a directory without a number", "schema", removed.told(removed.change(sequence=0)))
    bad("a change without a proof", "schema", removed.told(removed.change(signatures=None)))
    two = opened.story.regrant.proof.document()["signatures"]
    assert isinstance(two, list)
    swapped = [{**two[0], "member": "qian-yu"}, two[1]]
    bad("a change with no signature", "signature", removed.told(removed.change(signatures=[])))
    twice = removed.told(removed.change(signatures=[two[0], two[0]]))
    out.good(read, "signed twice by one, where one is enough", **office, removal=twice)
    asked = {"office": office_of(opened.case, regrant_threshold=2)}
    out.good(read, "left out by two, where two are asked for", **asked, removal=removed.told(good))
    out.good(read, "signed twice by one, where two are asked for", **asked, removal=twice)
    bad("a signature in another's name", "signature", removed.told(removed.change(signatures=swapped)))
    other = Removed(opened)
    other.first = opened.stream(("li-wei", opened.own() | {"grant": OTHER}))
    claim = {"n": 1, "prev": b64encode(other.hashes(other.first)[0]), "event": other.first[1]}
    bad("a change that follows another grant than was opened", "signature", removed.told(good, claim=claim))
