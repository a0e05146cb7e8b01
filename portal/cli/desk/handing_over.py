"""Re-sealing every case that somebody who leaves could read: one case after the other, each whole in itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from crypto import (
    HOLDER_ROLES,
    CryptoError,
    EpochNotice,
    EpochsUsedUp,
    ExclusionMissing,
    Grant,
    Message,
    Report,
    StaffKeys,
    ThreadEntry,
    VerifiedDirectory,
    b64encode,
    seal_reply,
)
from crypto.office.holders import has_place, outside_holders
from portal.cli.desk.client import DeskSession, OpenedCase, StepLoad, find_new, open_case, write_step
from portal.cli.desk.profile import Profile
from portal.cli.desk.regrants import NOT_ONESELF, Waiting, change_readers, countersign, living_holders, review
from portal.cli.errors import NO_FURTHER_KEY, CommandError, Exit
from portal.cli.responses.desk import CaseRow, ReaderChangeProposal, case_bytes
from portal.cli.terminal import Advance
from portal.cli.words import Catalogue
from portal.languages import languages, spoken

ENOUGH = 2
"""Living holders that every case needs."""
COMPROMISE_NOTICE = (
    "A key of our office ({member}) may have come into other hands. It could open what you and we wrote in this case "
    "until today. We have changed the keys: that key opens nothing new. If what you wrote could put you in danger, "
    "tell us here, or turn to the outside authorities that the first page names."
)
COMPROMISE_NOTICE_UNSURE = (
    "A key of our office ({member}) may have come into other hands. We cannot rule out that it could open your case: "
    "nothing tells any more who the first readers were, and this person may have been one of them. If so, it could "
    "open what was written here before the keys of this case were first changed, and nothing since. If what you wrote "
    "could put you in danger, tell us here, or turn to the outside authorities that the first page names."
)


class Became(StrEnum):
    """What became of one case."""

    SEALED = "sealed"
    SIGNED = "signed"
    WAITS = "waits"
    ALREADY = "already"
    FAILED = "failed"


@dataclass(frozen=True)
class Readable:
    """What a key could open of a case: how many items and attachments, up to which epoch.

    Not `certain` where nothing tells any more who the first readers were, and this member may have been one.
    """

    epoch: int
    items: int
    attachments: int
    certain: bool = True


@dataclass(frozen=True)
class Resealed:
    """One case after it was looked at; `readable` None where the leaver never held it as far as it tells."""

    case: str
    day: str
    entity: str
    became: Became
    readable: Readable | None
    living: int
    notified: bool | None = None
    reason: str | None = None


@dataclass(frozen=True, repr=False)
class Handover:
    """A member at work on what another one leaves; `tell` says whether reporters get a message.

    `day_at` gives the day today where an entity is.
    """

    session: DeskSession
    profile: Profile
    staff: StaffKeys
    leaver: str
    successors: Sequence[str]
    day_at: Callable[[str], str]
    notify: bool
    words: Catalogue

    def reseal(self, row: CaseRow) -> Resealed | None:
        """One case, to its end or not at all; None where this member must not even know of it."""
        case = row["case"]
        try:
            return self._reseal(case)
        except ExclusionMissing as error:
            return None if self.staff.member in error.excluded else self._failed(row, error.stage)
        except EpochsUsedUp:
            return self._failed(row, self.words(NO_FURTHER_KEY))
        except CryptoError as error:
            return self._failed(row, f"{error.stage}: {error}")
        except CommandError as error:
            if error.code in (Exit.WRONG_SECRET, Exit.UNREACHABLE):
                raise
            return self._failed(row, error.text(self.words))

    def is_due(self, opened: OpenedCase) -> bool:
        """Whether the case still has to be re-sealed."""
        return self.leaver in opened.grant.body.holders

    def _failed(self, row: CaseRow, reason: str) -> Resealed:
        return Resealed(row["case"], row["day"], row["entity"], Became.FAILED, None, 0, reason=reason)

    def _reseal(self, case: str) -> Resealed:
        opened = self._open(case)
        readable = readable_by(opened, self.leaver, self.session.directory)
        became, holders = Became.ALREADY, opened.grant.body.holders
        if self.is_due(opened):
            became, made = self._change(opened)
            holders = holders if made is None else made.body.holders
            if made is not None and self.staff.member in holders:
                self._take_up(made)
                opened = self._open(case)
        notified = None
        if self.notify and readable is not None and became is not Became.WAITS:
            notified = self._notify(opened, COMPROMISE_NOTICE if readable.certain else COMPROMISE_NOTICE_UNSURE)
        living = [one for one in holders if one != self.leaver and self.session.directory.valid_member(one)]
        row = opened.row
        return Resealed(case, row["day"], row["entity"], became, readable, len(living), notified)

    def _open(self, case: str) -> OpenedCase:
        pinned = self.profile.grant(self.staff, case_bytes(case))
        return open_case(self.staff, self.session.directory, self.session.case(case), pinned)

    def _take_up(self, made: Grant) -> None:
        # Claimed at once: anyone who is killed after this finds the case in the list, before it in the batch.
        self.session.send_claims([made])
        self.session.store_key(b64encode(made.case), self.profile.pin(self.staff, made, os.urandom))

    def _change(self, opened: OpenedCase) -> tuple[Became, Grant | None]:
        if opened.row["proposal"] is not None:
            return self._answer(opened, opened.row["proposal"])
        holders = self.holders_after(opened)
        if self.staff.member == self.leaver:
            # Who leaves would know the new keys: they let others in, and one of these takes them out.
            if set(holders) <= set(living_holders(opened, self.session.directory)):
                raise CommandError(Exit.REFUSED, NOT_ONESELF)
            holders = [self.leaver, *holders]
        made = change_readers(self.session, self.staff, opened, holders, self.day_at(opened.row["entity"]))
        return (Became.WAITS, None) if made is None else (Became.SEALED, made)

    def _answer(self, opened: OpenedCase, waits: ReaderChangeProposal) -> tuple[Became, Grant | None]:
        """Sign what a colleague proposed by the same command; anything else is for a person to look at."""
        if waits["by"] == self.staff.member:
            return Became.WAITS, None
        waiting = review(self.session, self.staff, opened.row, opened.grant)
        if not self.is_ours(waiting):
            raise CommandError(
                Exit.REFUSED, "Another change of readers waits here: look at it with `yanlu desk countersign`."
            )
        return Became.SIGNED, countersign(self.session, self.staff, waiting, self.day_at(opened.row["entity"]))

    def is_ours(self, waiting: Waiting) -> bool:
        """Whether what waits is the very change that this command makes: nobody looks at it before it is signed."""
        gone = {one for one in waiting.removed if self.session.directory.valid_member(one)}
        others = gone - {self.leaver} or set(waiting.added) - set(self.successors) or waiting.newly_excluded
        return self.leaver in waiting.removed and not others

    def holders_after(self, opened: OpenedCase) -> list[str]:
        """The other living holders and the successors whom the case reaches, nobody excluded; else the outside holders.

        Raises CommandError where nobody is left at all.
        """
        directory, body = self.session.directory, opened.grant.body
        excluded = {self.leaver, *body.excluded}
        living = living_holders(opened, directory)
        new = [one for one in self.successors if has_place(directory.content, one, body.entity)]
        wanted = [*living, *(one for one in new if one not in living)]
        left = [one for one in wanted if one not in excluded]
        try:
            return left or [member.id for member in outside_holders(directory, body.entity, excluded)]
        except CryptoError as error:
            said = "Nobody would be left who could read this case. Nothing was sent."
            raise CommandError(Exit.REFUSED, said) from error

    def _notify(self, opened: OpenedCase, sentence: str) -> bool:
        """Tell the reporter once; a second run finds the message and sends none."""
        text = _words(sentence, _language(opened), self.leaver)
        if any(_says(entry.inner.content, text) for entry in opened.thread.verified if entry.inner is not None):
            return True
        if self.staff.member not in opened.grant.body.holders:
            return False
        opened.require_whole()
        directory = self.session.directory
        day = self.day_at(opened.row["entity"])
        item = seal_reply(self.staff, directory, opened.grant, opened.thread, Message(text, day=day), os.urandom)
        write_step(self.session, self.staff, opened, StepLoad("replied", day, item))
        return True


@dataclass(frozen=True, repr=False)
class Renewal(Handover):
    """A new epoch for the same readers of every grant from before the directory: its recovery key may be an old one."""

    def is_due(self, opened: OpenedCase) -> bool:
        """Whether the grant names an earlier directory than the one in force."""
        return opened.grant.body.directory_sequence < self.session.directory.sequence

    def is_ours(self, waiting: Waiting) -> bool:
        """Whether nobody comes or is kept out from then on, and nobody who is still there goes."""
        gone = any(self.session.directory.valid_member(one) for one in waiting.removed)
        return not (waiting.added or waiting.newly_excluded or gone)


def claim_waiting(session: DeskSession, profile: Profile, staff: StaffKeys) -> None:
    """Claim what the batch holds: a run that was killed, or a colleague's, left cases there that nobody claimed yet."""
    found = find_new(staff, session.directory, profile, list(session.packets(profile.passed(staff))))
    for case in {grant.case for grant in session.claim(found.grants)}:
        # What the file does not bear out is not pinned: who looks at the case is told what is wrong.
        with suppress(CryptoError):
            opened = open_case(staff, session.directory, session.case(b64encode(case)), profile.grant(staff, case))
            if not opened.claims.differing:
                session.store_key(b64encode(case), profile.pin(staff, opened.grant, os.urandom))


def reseal_all(work: Handover, advance: Advance, rows: Sequence[CaseRow]) -> list[Resealed]:
    """Every case of the list; what is done already is passed over."""
    seen: list[Resealed] = []
    for row in rows:
        one = work.reseal(row)
        seen += [one] if one is not None else []
        advance(1)
    return seen


def _says(content: object, text: str) -> bool:
    return isinstance(content, Message) and content.text == text


def _language(opened: OpenedCase) -> str | None:
    reports = (entry.inner.content for entry in opened.thread.verified if entry.inner is not None)
    return next((one.language for one in reports if isinstance(one, Report)), None)


def _words(sentence: str, language: str | None, member: str) -> str:
    """What the reporter is told, in the language of the report; in each that there is where that is none of them."""
    own = spoken(language)
    return "\n\n".join(Catalogue(one)(sentence, member=member) for one in ([own] if own else languages()))


def readable_by(opened: OpenedCase, member: str, directory: VerifiedDirectory) -> Readable | None:
    """What a member's key could open: every item up to the last epoch in which the member held the case.

    Earlier keys travel with later ones. The first readers stand in the grants of epoch 0 and 1 alone: later an act
    in the record counts, and anyone who may have been one is listed as not certain. None where the member held nothing.
    """
    body = opened.grant.body
    held = {body.epoch} if member in body.holders else set[int]()
    if body.epoch and member in body.previous_holders:
        held.add(body.epoch - 1)
    for entry in opened.thread.verified:
        content = entry.inner.content if entry.inner is not None else None
        if isinstance(content, EpochNotice) and member in content.holders:
            held.add(content.epoch)
    if any(read.event is not None and read.event.actor == member for read in opened.events):
        held.add(0)
    certain = bool(held)
    if not held and not (body.epoch > 1 and _may_have_been_first(opened, member, directory)):
        return None
    last = max(held, default=0)
    there = [entry for entry in opened.thread.entries if entry.item is not None and _reaches(entry, last)]
    files = sum(len(getattr(entry.inner.content, "attachments", ())) for entry in there if entry.inner is not None)
    return Readable(last, len(there), files, certain)


def _may_have_been_first(opened: OpenedCase, member: str, directory: VerifiedDirectory) -> bool:
    """Whether the member was there by the day of the report, in a role that may hold a case, and not left out.

    Anyone who had gone by then counts too: a page may have sealed by a directory from before.
    """
    found = directory.member(member)
    there = found is not None and found.role in HOLDER_ROLES and found.start <= opened.row["day"]
    return there and member not in opened.grant.body.excluded


def _reaches(entry: ThreadEntry, epoch: int) -> bool:
    """Whether the keys of that epoch open an item; the notice of the next epoch is sealed past them."""
    content = entry.inner.content if entry.inner is not None else None
    after = isinstance(content, EpochNotice) and content.epoch > epoch
    return entry.item is not None and entry.item.place.epoch <= epoch and not after
