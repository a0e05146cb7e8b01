"""What one holder writes and seals, held against the office's signed papers and against what the mailbox knows.

Where it names what they do not have, or what can't be, `yanlu inbox` says so, and nothing follows from it.
Twin of `templates/intake/mailbox/plausible.ts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from casework.deadlines.limits import read_limit
from casework.errors import LimitRefused
from casework.policy.policy import Choice
from casework.policy.questionnaire import PolicyPage
from casework.rules.acts import Act as PolicyAct
from crypto import About, EpochNotice, Notice, Status, ThreadEntry, UnsealingNotice, Until, VerifiedDirectory
from crypto.case.memo import Memo
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue

YEAR = timedelta(days=366)
NEIGHBOURS = timedelta(days=1)
"""Two devices may stand on two days."""
LEAST = {"minute": 0.0, "hour": 1 / 24, "day": 1.0, "working day": 1.0, "week": 7.0, "month": 28.0, "year": 365.0}
"""The fewest days that a limit of one of these lasts."""
ENDS_OF_LINES = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# Blanks and what is never seen, but no end of a line.
UNSEEN = r"\xad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
BLANK = rf"(?:[^\S\n]|[{UNSEEN}\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0])"
EMPTY_LINE = re.compile(rf"\n{BLANK}*(?=\n)")
LONG_BLANK = re.compile(rf"{BLANK}{{40,}}")
RUNS = frozenset(
    "exe com scr pif bat cmd ps1 vbs vbe js jse mjs wsf wsh hta lnk url reg msi msix msp cpl dll jar apk app dmg pkg "
    "deb rpm sh command appimage iso img vhd html htm xhtml mht mhtml svg xml chm docm dotm xlsm xltm xlsb xlam pptm "
    "potm ppsm one".split()
)
"""Endings of files that a device runs, or that can bring a program with them."""


class Doubt(StrEnum):
    """Why the words of a verified entry are not to be relied on."""

    UNKNOWN = "unknown"
    DAY = "day"
    NAME = "name"


DOUBTS: dict[Doubt, str] = {
    Doubt.UNKNOWN: "This names something that the policy, as it stands today, does not have. "
    "It can't be confirmed here: don't rely on it.",
    Doubt.DAY: "The day of this message is not plausible. Don't rely on it.",
    Doubt.NAME: "The custodians have no such encrypted name from you. Unless you gave one and took it back, this "
    "message is not true. Tell somebody who does not read your report.",
}
WRONG = (
    "This last day does not come of {limit}: don't let it press you. Ask somebody who does not read your report before "
    "you do what is asked."
)
EARLY = (
    "From the day of this notice, {limit} last longer. If nothing before it began the time, don't let this day press "
    "you: ask first."
)
FAR = "That day is before your report or more than a year away: it can't be confirmed here."
OPENING = (
    "Opening a file can tell its sender that you opened it, and from where: "
    "open it without a connection, or not at all."
)
BETRAYED = (
    "Don't write anything here that could give you away. Use another way: telephone, letter or an authority. "
    "Somebody who reads your report may have given it to a person whom you left out."
)
RECEIPT_STAYS = "Nobody ever needs your receipt. Don't give it to anyone, and give your name only if you want to."
CAN_RUN = "A file of this kind can run a program on your device."


@dataclass(frozen=True)
class Papers:
    """What an entry is held against."""

    policy: PolicyPage | None
    memo: Memo
    today: date

    def is_far(self, day: str) -> bool:
        """Whether a day that somebody wrote is before the report, or more than a year ahead."""
        first = date.fromisoformat(self.memo.started) - NEIGHBOURS
        return not first <= date.fromisoformat(day) <= self.today + YEAR

    def doubt(self, entry: ThreadEntry) -> Doubt | None:
        """What is wrong with a verified entry's words; None where nothing is, or where the entry bears a mark."""
        content = entry.inner.content if entry.inner is not None and entry.mark is None else None
        # The days of a change of keys are checked with its signatures.
        if content is None or isinstance(content, EpochNotice):
            return None
        day: str | None = getattr(content, "day", None)
        if day is not None and self._is_out(content, day):
            return Doubt.DAY
        if isinstance(content, UnsealingNotice):
            given = self.memo.identity_handle if content.about is About.REPORTER else self.memo.other_handles
            return None if given else Doubt.NAME
        return self._ids(content) if isinstance(content, Status | Notice) else None

    def _is_out(self, content: object, day: str) -> bool:
        """One of a forwarding is past; of another message its writer's clock may be wrong."""
        forwarded = isinstance(content, Notice) and content.act == PolicyAct.HANDED_OVER
        last = self.today + (NEIGHBOURS if forwarded else YEAR)
        return day > last.isoformat() or (forwarded and self.is_far(day))

    def _ids(self, content: Status | Notice) -> Doubt | None:
        if self.policy is None:
            return Doubt.UNKNOWN
        unknown = lacks(self.policy.stages, [content.stage, content.next or content.stage])
        if isinstance(content, Notice):
            unknown = unknown or lacks(self.policy.outcomes, content.outcomes)
            unknown = unknown or lacks(self.policy.measures, content.measures) or content.act not in set(PolicyAct)
        return Doubt.UNKNOWN if unknown else None

    def borne_out(self, entries: Iterable[ThreadEntry]) -> list[ThreadEntry]:
        """The entries whose words nothing speaks against; only these leave anything to the reporter."""
        return [entry for entry in entries if self.doubt(entry) is None]

    def limit_doubt(self, terminal: Terminal, until: Until, entries: Iterable[ThreadEntry]) -> str | None:
        """Words for a last day that its own limit does not lead to; `entries` tell who named it first."""
        contents = [one.inner.content for one in self.borne_out(entries) if one.inner and one.mark is None]
        named = (one for one in contents if isinstance(one, Notice) and one.until is not None)
        first = next((one for one in named if one.until and _same(one.until, until)), None)
        found = limit_doubt(until, self.memo.started, first.day if first is not None else None)
        limit = limit_words(until.limit, terminal.words)
        return terminal.words(found, limit=limit) if found is not None else None


def held_document(
    terminal: Terminal, papers: Papers, entry: ThreadEntry, entries: Sequence[ThreadEntry], document: dict[str, Any]
) -> dict[str, Any]:
    """The document of an entry, with what speaks against its words."""
    content = entry.inner.content if entry.inner is not None and entry.mark is None else None
    doubt = papers.doubt(entry)
    until = content.until if doubt is None and isinstance(content, Notice) else None
    return document | {
        "doubt": doubt,
        "far": doubt is None and document["due"] is not None and papers.is_far(document["due"]),
        "limit_doubt": None if until is None else papers.limit_doubt(terminal, until, entries),
    }


def lacks(known: Sequence[Choice], ids: Iterable[str]) -> bool:
    """Whether one of the ids is none of these."""
    return not {*ids} <= {one.id for one in known}


def _same(one: Until, other: Until) -> bool:
    return (one.day, one.limit) == (other.day, other.limit)


def limit_doubt(until: Until, started: str, named: str | None) -> str | None:
    """`WRONG` where the limit would have begun before the report, or has another number of days than those counted.

    `EARLY` where the day is sooner than the limit from `named`, the day of the notice that named it first.
    """
    number, unit = until.limit.split(" ", 1)
    # In whole days from a first one, which no limit overflows.
    least = int(int(number) * LEAST[unit.removesuffix("s")]) - NEIGHBOURS.days
    counts, last = until.counts, date.fromisoformat(until.day).toordinal()
    working = unit.startswith("working")
    other = counts is not None and (not working or len(counts) != int(number) or counts[0] < started)
    if other or last < date.fromisoformat(started).toordinal() + least:
        return WRONG
    return EARLY if named is not None and last < date.fromisoformat(named).toordinal() + least else None


def limit_words(limit: str, words: Catalogue) -> str:
    """A limit in the person's language; as it is written where it is longer than any."""
    try:
        return words.of(read_limit(limit).words)
    except LimitRefused:
        return limit


def asked_by(terminal: Terminal, directory: VerifiedDirectory, signer: str | None, role: str) -> str:
    """Who asked for a name: the signer, by the office's list; another's role is the word of who wrote it."""
    words, member = terminal.words, directory.member(signer) if signer is not None else None
    own = member.role.value if member is not None else "-"
    if own == role:
        return role
    if role in {one.role.value for one in directory.content.members}:
        return words("{role}, says the one who wrote this ({signer})", role=role, signer=own)
    return words("nobody whom the office's list has; it was written by: {signer}", signer=own)


def few_blank_lines(text: str) -> str:
    """No message pushes what stands around it out of sight: of more than two empty lines in a row two stay."""
    lines = LONG_BLANK.sub(" ", ENDS_OF_LINES.sub("\n", text))
    return re.sub("\n{4,}", "\n\n\n", EMPTY_LINE.sub("\n", lines))


def can_run(name: str) -> bool:
    """Whether a file of this name can run a program where it is opened."""
    _, dot, ending = re.sub(r"[\W_]+$", "", name.lower()).rpartition(".")
    return bool(dot) and ending in RUNS


def file_lines(terminal: Terminal, files: Sequence[dict[str, Any]]) -> list[str]:
    """What is said below the files of an entry."""
    said = [OPENING] * bool(files) + [CAN_RUN] * any(can_run(file["name"]) for file in files)
    return [f"  {terminal.words(one)}" for one in said]
