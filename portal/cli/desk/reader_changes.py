"""Changes of readers as `yanlu desk open` tells them: who came and went, what was proposed, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crypto import Event, b64encode
from crypto.case.payloads import EpochNotice
from portal.cli.desk.claims import GRANTING
from portal.cli.desk.client import OpenedCase
from portal.cli.terminal import Terminal

PROPOSED: Final = "regrant-proposed"
DECLINED: Final = "regrant-declined"
ASKS: Final = "{day}: {by} proposed a change of readers (record entry {number})."
REFUSES: Final = (
    "{day}: {by} declined the change of readers that {proposer} proposed on {proposed} (record entry {number})."
)
WITHDRAWS: Final = "{day}: {by} withdrew the own change of readers, proposed on {proposed} (record entry {number})."
CHANGES: Final = "{day}: {by} changed who reads the case. New: {added}. Removed: {removed}. Readers then: {holders}."
RENEWS: Final = "{day}: {by} gave the case a new key for the same readers: {holders}."
MOVES: Final = "{day}: {by} gave the case a new key. Readers then: {holders}."
UNTOLD: Final = "{day}: {by} changed who reads the case; no notice of it holds."


@dataclass(frozen=True)
class ReaderStep:
    """A step of the signed record about who reads the case; None where this member can't know it."""

    n: int
    day: str
    kind: str
    by: Sequence[str]
    proposal: tuple[int, Event] | None = None
    holders: Sequence[str] | None = None
    before: Sequence[str] | None = None

    @property
    def added(self) -> list[str] | None:
        """Who came."""
        return self._without(self.holders, self.before)

    @property
    def removed(self) -> list[str] | None:
        """Who went."""
        return self._without(self.before, self.holders)

    @staticmethod
    def _without(these: Sequence[str] | None, those: Sequence[str] | None) -> list[str] | None:
        return None if these is None or those is None else [one for one in these if one not in those]

    def document(self) -> dict[str, object]:
        """The JSON document; `proposal` is the number of the event that proposed what was answered."""
        return {
            "n": self.n, "day": self.day, "kind": self.kind, "by": list(self.by), "added": self.added,
            "removed": self.removed, "proposal": self.proposal[0] if self.proposal else None,
        }  # fmt: skip


def reader_steps(opened: OpenedCase) -> list[ReaderStep]:
    """Every such step that holds, in the order of the record."""
    return list(_steps(opened))


def _steps(opened: OpenedCase) -> Iterator[ReaderStep]:
    notices = {
        b64encode(entry.inner.content.grant): entry.inner.content
        for entry in reversed(opened.thread.verified)
        if entry.inner is not None and isinstance(entry.inner.content, EpochNotice)
    }
    proposals: dict[str, tuple[int, Event]] = {}
    for n, read in enumerate(opened.events):
        event = read.event
        if event is None or read.wrong is not None:
            continue
        named = str(event.data.get("proposal"))
        if event.kind == PROPOSED:
            proposals[named] = (n, event)
            yield ReaderStep(n, event.day, event.kind, [event.actor])
        elif event.kind == DECLINED and named in proposals:
            yield ReaderStep(n, event.day, event.kind, [event.actor], proposals[named])
        elif event.kind in GRANTING:
            yield _change(opened, n, event, notices)


def _change(opened: OpenedCase, n: int, event: Event, notices: Mapping[str, EpochNotice]) -> ReaderStep:
    notice = notices.get(str(event.data.get("grant")))
    if notice is None:
        return ReaderStep(n, event.day, event.kind, [event.actor])
    former, body = notices.get(b64encode(notice.previous)), opened.grant.body
    # Of the change in force its own grant tells who held the case before; of an earlier one only the notice before it.
    own = body.previous_holders if body.previous == notice.previous else None
    before = own if former is None else former.holders
    return ReaderStep(n, event.day, event.kind, [one.member for one in notice.signatures], None, notice.holders, before)


def reader_lines(terminal: Terminal, steps: Sequence[ReaderStep]) -> list[str]:
    """The same for a person."""
    return [terminal.words(_sentence(step), **_parts(step)) for step in steps]


def _sentence(step: ReaderStep) -> str:
    if step.kind == PROPOSED:
        return ASKS
    if step.proposal is not None:
        return WITHDRAWS if step.proposal[1].actor in step.by else REFUSES
    if step.holders is None:
        return UNTOLD
    if step.before is None:
        return MOVES
    return CHANGES if step.added or step.removed else RENEWS


def _parts(step: ReaderStep) -> dict[str, object]:
    number, proposed = step.proposal or (step.n, None)
    return {
        "day": step.day, "by": _listed(step.by), "number": number, "added": _listed(step.added),
        "removed": _listed(step.removed), "holders": _listed(step.holders),
        "proposer": proposed.actor if proposed else "", "proposed": proposed.day if proposed else "",
    }  # fmt: skip


def _listed(ids: Sequence[str] | None) -> str:
    return ", ".join(ids or []) or "-"
