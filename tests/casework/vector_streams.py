"""Streams for the vectors: what was written into a case, the case that it gives, and acts read from messages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random  # noqa: TID251  # lots that fall the same way every time

from casework.deadlines.calendars import Office
from casework.engine.refusals import StepUnfit
from casework.errors import EventRefused, NotAHistory
from casework.event_store.history import StreamEntry, history
from casework.event_store.step_check import Ruling, check_step
from casework.policy.policy import Policy
from crypto import b64encode
from crypto.case.events import Event
from tests.casework.policies import bound
from tests.casework.vector_rows import OFFICES, Row, case_row, point

CASE = bytes(16)
STREAMS = 90
LENGTH = 14
KINDS = (
    "taken", "assigned", "reassigned", "noted", "accepted", "method-chosen", "findings-shown", "notified", "extended",
    "recused", "handed-over", "handed-back",
    "sealed", "regranted", "regrant-proposed", "reminded", "overdue", "appealed", "message-received",
    "message-received", "message-received", "act-read", "act-read", "act-read", "act-read",
)  # fmt: skip
STAGES = ("received", "method", "investigation", "confirmation", "result", "plan", "nowhere")
READ = (
    "findings-confirmed", "findings-contested", "notice-received", "appealed", "withdrawn", "plan-agreed", "accepted",
    "information-supplied",
)  # fmt: skip
NEEDED = {"extended": ("clock", "until"), "recused": ("member",)}
WORKERS = {"reminded", "overdue", "message-received"}


class Stream:
    """A stream drawn by lots that fall the same way every time, with much in it that does not count."""

    def __init__(self, number: int) -> None:
        self.lots = Random(f"stream {number}")
        self.policy: Policy = bound("employee-complaint-confirm-appeal")
        self.office: Office = OFFICES[self.lots.choice(("shanghai", "berlin"))]
        self.day = date(2026, 1, 5) + timedelta(days=self.lots.randrange(300))
        self.start = self.day
        opened: dict[str, object] = {"policy": self.policy.id, "version": self.policy.version}
        self.entries = [self._entry("received", "worker", opened if self.lots.random() < 0.7 else {})]
        for _ in range(LENGTH):
            self.day += timedelta(days=self.lots.choice((0, 0, 1, 3)))
            self.add(self.lots.choice(KINDS))

    def _entry(self, kind: str, actor: str, data: dict[str, object]) -> StreamEntry:
        n = len(getattr(self, "entries", ()))
        signed = actor != "worker" and self.lots.random() < 0.93
        return StreamEntry(Event(CASE, n, kind, self.day.isoformat(), actor, data), signed)

    def add(self, kind: str) -> None:
        """One more event, often with something wrong about it."""
        actor = "worker" if kind in WORKERS and self.lots.random() < 0.95 else self.lots.choice(("li", "wang"))
        self.entries.append(self._entry(kind, actor, self.data(kind)))

    def data(self, kind: str) -> dict[str, object]:
        """What the event names."""
        lots, data = self.lots, dict[str, object]()
        if kind == "message-received":
            return {"item": b64encode(bytes([len(self.entries)]) * 32)}
        if kind == "act-read":
            return self.reading()
        choices: dict[str, tuple[object, ...]] = {
            "role": ("hr", "leadership", 7),
            "to": STAGES,
            "at": (f"{self.day}T08:10Z", f"{self.day}T25:10Z", f"{self.day} 08:10"),
            "item": (b64encode(bytes(32)), "no item", b64encode(bytes(31))),
            "handler": ("li", "wang"),
            "deputy": ("wang",),
            "grade": ("major", 3),
            "clock": ("appeal",),
            "until": (self.day.isoformat(),),
            "member": ("wang",),
            "strange": ("x",),
        }
        for name, values in choices.items():
            if lots.random() < 0.3 or name in NEEDED.get(kind, ()):
                data[name] = lots.choice(values)
        return data

    def reading(self) -> dict[str, object]:
        """A member's word of a message: its number, its item, the act, each of them sometimes another."""
        lots = self.lots
        numbers = [one.event.n for one in self.entries if one.event.kind == "message-received"]
        n = lots.choice(numbers) if numbers and lots.random() < 0.9 else lots.randrange(-1, len(self.entries) + 1)
        item = self.entries[n].event.data.get("item") if 0 < n < len(self.entries) else b64encode(bytes(32))
        data: dict[str, object] = {"n": n, "act": lots.choice(READ), "item": item}
        if lots.random() < 0.1:
            data["item"] = b64encode(bytes(32))
        if lots.random() < 0.5:
            data["to"] = lots.choice(STAGES)
        return data

    def read(self, number: int) -> Row:
        """What the policy says of a further `act-read` at the end of the stream."""
        self.lots = Random(f"read {number} {self.start}")
        self.day += timedelta(days=self.lots.choice((0, 2, 9)))
        event = self._entry("act-read", "li", self.reading()).event
        now = datetime.combine(self.day, time(10, 7), self.office.zone)
        ruling = Ruling(self.policy, self.office, now, lambda _: None)
        row: Row = {"data": dict(event.data), "now": point(now)}
        case = history(self.policy.id, self.policy.version, self.entries)
        try:
            check_step(ruling, self.entries, case, event)
        except StepUnfit as refused:
            return row | {"refused": [refused.refusal.reason, list(refused.refusal.names)]}
        except EventRefused as error:
            return row | {"wrong": error.reason}
        return row | {"wrong": ""}

    def whole(self) -> Row:
        """The stream as it stands in the file."""
        rows = [
            {"kind": one.event.kind, "day": one.event.day, "actor": one.event.actor, "data": dict(one.event.data),
             "signed": one.signed}
            for one in self.entries
        ]  # fmt: skip
        row: Row = {"policy": self.policy.id, "version": self.policy.version, "events": rows}
        try:
            case = history(self.policy.id, self.policy.version, self.entries)
        except NotAHistory:
            return row | {"fails": "NotAHistory"}
        name = next(key for key, one in OFFICES.items() if one is self.office)
        return row | {"office": name, "case": case_row(case), "reads": [self.read(k) for k in range(4)]}


UNSAID: tuple[tuple[str, dict[str, object]], ...] = (
    ("extended", {}),
    ("extended", {"clock": "appeal"}),
    ("extended", {"until": "2026-03-02"}),
    ("extended", {"clock": "appeal", "until": "20260302"}),
    ("extended", {"clock": "appeal", "until": "2026-02-30"}),
    ("extended", {"clock": 7, "until": "2026-03-02"}),
    ("noted", {"until": "soon"}),
    ("recused", {}),
    ("recused", {"handler": "wang"}),
    ("migrated", {}),
    ("migrated", {"version": 2}),
)
"""Acts, signed by a member, that do not say what they move: no case comes of them."""


def unsaid() -> list[Row]:
    """A stream of two events for each of these."""
    found: list[Row] = []
    for kind, data in UNSAID:
        stream = Stream(0)
        stream.entries = stream.entries[:1]
        stream.entries.append(StreamEntry(Event(CASE, 1, kind, stream.entries[0].event.day, "li", data), signed=True))
        found.append(stream.whole())
    assert all("fails" in row for row in found)
    return found


ASKED: tuple[str, str, dict[str, object]] = ("deletion-asked", "li", {})
HELD: tuple[str, str, dict[str, object]] = ("held", "li", {})
ANSWERING: tuple[tuple[tuple[str, str, dict[str, object]], ...], ...] = (
    (ASKED, ("deletion-approved", "wang", {"asking": "1"})),
    (ASKED, ("deletion-approved", "wang", {})),
    (ASKED, ("deletion-approved", "wang", {"asking": "2"})),
    (ASKED, ASKED, ("deletion-approved", "wang", {"asking": "1"})),
    (ASKED, ASKED, ("deletion-approved", "wang", {})),
    (ASKED, ASKED, ("deletion-approved", "wang", {"asking": "2"})),
    (ASKED, ASKED, ("deletion-approved", "wang", {}), ("deletion-approved", "wang", {"asking": "2"})),
    (ASKED, ("deletion-asked", "wang", {}), ("deletion-approved", "wang", {"asking": "1"})),
    (ASKED, ASKED, ("deletion-approved", "wang", {"asking": "1"}), ("deletion-approved", "wang", {"asking": "1"})),
    (ASKED, ("deletion-approved", "wang", {"asking": "1"}), ("deletion-approved", "wang", {"asking": "1"})),
    (ASKED, ("held", "li", {}), ("deletion-approved", "wang", {"asking": "1"})),
    (
        ("held", "li", {}),
        ("release-asked", "li", {}),
        ("release-asked", "li", {}),
        ("released", "wang", {"asking": "2"}),
    ),
    (("held", "li", {}), ("release-asked", "li", {}), ("released", "wang", {"asking": "2"})),
    (HELD, ("release-asked", "li", {}), HELD, ("released", "wang", {"asking": "2"})),
    (("release-asked", "li", {}), HELD, ("released", "wang", {"asking": "1"})),
    (HELD, ("released", "wang", {}), ("release-asked", "li", {}), HELD, ("released", "wang", {"asking": "3"})),
)
"""Answers to what was asked, once or again, that name the right request, another or none."""
UNREAD_ASKING: tuple[tuple[tuple[str, str, dict[str, object]], ...], ...] = (
    (HELD, ("release-asked", "sun", {}), ("released", "wang", {})),
    (HELD, ("release-asked", "sun", {}), ("release-asked", "li", {}), ("released", "wang", {})),
    (HELD, ("release-asked", "sun", {}), ("release-asked", "wang", {}), ("released", "wang", {"asking": "3"})),
    (HELD, ("release-asked", "wang", {}), ("released", "wang", {})),
    (HELD, ("release-asked", "wang", {}), ("released", "wang", {"asking": "2"})),
    (HELD, ("released", "wang", {})),
    (HELD, ("release-asked", "li", {}), ("step-declined", "li", {"n": 2}), ("released", "wang", {})),
)
"""The same where what `sun` signs does not count; and answers to oneself, to nobody, to what was taken back."""


def answering() -> list[Row]:
    """A stream for each of these."""
    found: list[Row] = []
    for steps in (*ANSWERING, *UNREAD_ASKING):
        stream = Stream(0)
        day, stream.entries = stream.entries[0].event.day, stream.entries[:1]
        for n, (kind, actor, data) in enumerate(steps, start=1):
            stream.entries.append(StreamEntry(Event(CASE, n, kind, day, actor, data), signed=actor != "sun"))
        found.append(stream.whole())
    return found


def streams() -> list[Row]:
    """All of them."""
    return [*(Stream(number).whole() for number in range(STREAMS)), *unsaid(), *answering()]
