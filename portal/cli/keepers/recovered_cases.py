"""Bringing cases back off line: grants opened with the recovery key, re-sealed to new holders, one after the other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

from crypto import (
    CryptoError,
    Grant,
    Identity,
    NotAddressed,
    StaffKeys,
    VerifiedDirectory,
    b64encode,
    holders_of_recovered,
    open_recovered,
    read_proof,
    read_recovered,
    seal_recovered,
)
from crypto.case.grant_body import EPOCH_LIMIT
from crypto.errors import WrongShape
from portal.cli.desk.profile import Document
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.inbox_command import entry_document
from portal.cli.responses.desk import HISTORY_LIMIT, MOST_ITEMS, PACKET_LIMIT
from portal.cli.responses.reading import AnswerFields, printable, unpacked
from portal.languages import SOURCE
from portal.office.recovery import SharesRefused, join_recovery
from portal.office.recovery_sheet import words_in


class Back(StrEnum):
    """What became of one case."""

    RECOVERED = "recovered"
    OUTSIDE = "outside"
    # The newest grant opens for nobody here, one of before does: what was said up to then is saved, and no more.
    FORMER = "former"
    NOT_OURS = "not-ours"
    REFUSED = "refused"


@dataclass(frozen=True, repr=False)
class RecoveredCase:
    """One case: what became of it, and the deed that has to be carried to the desk, or what an earlier grant opens."""

    case: str
    back: Back
    regrant: Document | None = None
    history: Document | None = None
    reason: str | None = None


def recovery_key(directory: VerifiedDirectory, papers: Sequence[str]) -> Identity:
    """The key of enough shares, believed only where the directory names its public half; raises CommandError."""
    try:
        identity = Identity(join_recovery([words_in(text) for text in papers]))
    except SharesRefused as error:
        raise CommandError(
            Exit.WRONG_SECRET, "These shares do not bring the key back: {reason}", reason=error
        ) from error
    if identity.recipient != directory.content.recovery:
        raise CommandError(
            Exit.WRONG_SECRET,
            "These shares give another key than the one that the office's directory names. Nothing was opened.",
        )
    return identity


@dataclass(frozen=True, repr=False)
class Recovering:
    """Outside holders at work with the recovery key."""

    directory: VerifiedDirectory
    recovery: Identity
    signers: Sequence[StaffKeys]
    wanted: Sequence[str]
    language: str = SOURCE

    def recover(self, row: Document) -> RecoveredCase:
        """One case, to its end or not at all; one that is refused holds up no other."""
        case = printable(str(row.get("case")))
        try:
            return self._brought(case, AnswerFields(row, "case", "packet", "history", "items", "proof", "former"))
        except CryptoError as error:
            back = Back.NOT_OURS if error.stage == "no-match" else Back.REFUSED
            return RecoveredCase(case, back, reason=f"{error.stage}: {error}")

    def _brought(self, case: str, row: AnswerFields) -> RecoveredCase:
        try:
            return self._recover(case, row)
        except NotAddressed:
            # Who made it need not have sealed it to the recovery key, nor to anybody.
            for former in row.list("former", EPOCH_LIMIT, lambda one: AnswerFields(one, "packet", "history", "proof")):
                with suppress(NotAddressed):
                    return RecoveredCase(case, Back.FORMER, history=self._history(case, former, row))
            raise

    def _opened(self, sealed: AnswerFields, row: AnswerFields) -> Grant:
        proof = sealed.maybe("proof", read_proof)
        history = sealed.maybe("history", lambda value: unpacked(value, HISTORY_LIMIT))
        packet = unpacked(sealed["packet"], PACKET_LIMIT)
        grant = open_recovered(self.directory, packet, history, proof, self.recovery)
        if grant.case != row.bytes("case", 16):
            raise WrongShape("the grant of another case")
        return grant

    def _history(self, case: str, former: AnswerFields, row: AnswerFields) -> Document:
        grant = self._opened(former, row)
        thread = read_recovered(self.directory, grant, row.list("items", MOST_ITEMS, lambda item: item))
        entries = [entry_document(entry, self.directory, self.language) for entry in thread.entries]
        return {"case": case, "epoch": grant.epoch, "entries": entries}

    def _recover(self, case: str, row: AnswerFields) -> RecoveredCase:
        grant = self._opened(row, row)
        thread = read_recovered(self.directory, grant, row.list("items", MOST_ITEMS, lambda item: item))
        ids = [staff.member for staff in self.signers]
        holders = holders_of_recovered(self.directory, grant.body, self.wanted, ids)
        made = seal_recovered(self.signers, self.directory, grant, thread, holders, os.urandom)
        regrant: Document = {
            "case": b64encode(grant.case),
            "access": b64encode(grant.access),
            "epoch": made.grant.epoch,
            "packet": b64encode(made.packet),
            "history": b64encode(made.history),
            "next_access": b64encode(made.access_hash),
            "item": made.item.document(),
            "grant": b64encode(made.grant.hash),
            "item_hash": b64encode(made.item.hash),
            "proof": made.proof.document(),
        }
        return RecoveredCase(case, Back.RECOVERED if set(self.wanted) <= set(holders) else Back.OUTSIDE, regrant)


def lines_of(path: Path) -> Iterator[Document]:
    """The JSON objects of a file, one a line; raises CommandError for what is none."""
    try:
        with path.open(encoding="utf-8") as source:
            yield from (_object(line) for line in source)
    except (OSError, ValueError) as error:
        raise CommandError(Exit.NOTHING_THERE, "{path} is not a file of a recovery.", path=path) from error


def _object(line: str) -> Document:
    found: object = json.loads(line)
    if isinstance(found, dict):
        return cast("Document", found)
    raise ValueError("no JSON object")
