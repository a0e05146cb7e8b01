"""`yanlu desk add|remove|renew|tell-again|countersign|note`: who reads a case, and what only its readers see."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from crypto import (
    CryptoError,
    Direction,
    ExcludedHolder,
    Grant,
    Message,
    StaffKeys,
    VerifiedDirectory,
    WrongSuccessor,
    attachment_recipients,
    b64decode,
    blob_listing,
    find_grant,
    needs_office_key,
    office_identity,
    seal_note,
    seal_office_key,
)
from crypto.office.holders import has_place
from portal.cli.attachments import seal_files, words_of
from portal.cli.desk.client import DeskSession, OpenedCase, StepLoad, known_id, open_case, write_step
from portal.cli.desk.days import day_at
from portal.cli.desk.desk_options import FILE, DeskOptions, signed_in, with_desk_options
from portal.cli.desk.profile import Profile
from portal.cli.desk.regrants import (
    NOT_ONESELF,
    Waiting,
    change_readers,
    countersign,
    decline,
    living_holders,
    notify_reporter_again,
    renewed,
    review,
)
from portal.cli.desk.unsent_text import reporting_unsent_text
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.desk import CaseFile, read_asked
from portal.cli.terminal import Terminal

WITHDRAWN: Final = "Withdrawn. Nothing has changed."
DECLINED: Final = "Declined: you are not asked again. Another holder may still sign it, for three days in all."
EXCLUDED: Final = "Kept out of this case for good from then on, whom the report does not name: {people}."
UNNAMED: Final = (
    "By what stands in the case {people} could read it until now, though {by} does not say so: telephone them before "
    "you sign."
)
REMOVES_YOU: Final = (
    "{by} proposed on {day} a change of readers that removes you, so you can't review it, and declining it does not "
    "stop it: another holder may sign it. Who would read the case then is sealed to those people. Besides you these "
    "read it now: {people}. If it surprises you, telephone them."
)
FOREIGN: Final = "{member} has no place in the group of this case's entity, and can't be given it. Nothing was sent."


@dataclass(frozen=True, repr=False)
class AtCase:
    """A member on line before one case."""

    terminal: Terminal
    profile: Profile
    session: DeskSession
    staff: StaffKeys
    case: str

    def day(self, row: CaseFile) -> str:
        """Today where the case belongs, for what is signed now."""
        return day_at(self.session.directory, row["entity"])

    def open(self) -> OpenedCase:
        """The case as it stands now."""
        document = self.session.case(self.case)
        return open_case(
            self.staff, self.session.directory, document, self.profile.grant(self.staff, known_id(self.case))
        )

    def adopt_grant(self, made: Grant | None) -> None:
        """Claim and pin a new grant where this member still holds the case, and keep it for work off line."""
        if made is None or self.staff.member not in made.body.holders:
            return
        self.session.claim([made])
        self.session.store_key(self.case, self.profile.pin(self.staff, made, os.urandom))
        self.profile.store_case(made.case, self.session.case(self.case))

    def report_change(self, made: Grant | None, done: str) -> None:
        """Say what became of a change of readers."""
        if made is None:
            waits = "It waits for a second signature: another holder runs `yanlu desk countersign`, within three days."
            self.terminal.result({"case": self.case, "waits": True}, self.terminal.words(waits))
            return
        holders = made.body.holders
        self.terminal.result(
            {"case": self.case, "waits": False, "epoch": made.epoch, "holders": holders}, self.terminal.words(done)
        )


@contextmanager
def at_case(terminal: Terminal, options: DeskOptions, case: str) -> Generator[AtCase]:
    """Sign in for one case."""
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        staff = profile.unlock(session.directory, how)
        yield AtCase(terminal, profile, session, staff, case)


def _change(at: AtCase, opened: OpenedCase, holders: Sequence[str], done: str) -> None:
    try:
        made = change_readers(at.session, at.staff, opened, holders, at.day(opened.row))
    except ExcludedHolder as error:
        raise CommandError(Exit.REFUSED, "This person is excluded from the case. Nothing was sent.") from error
    at.adopt_grant(made)
    at.report_change(made, done)


def holders_with(directory: VerifiedDirectory, opened: OpenedCase, members: Sequence[str]) -> list[str]:
    """The living holders and colleagues; raises CommandError for anyone who is nobody, a reader, or out of reach."""
    holders = living_holders(opened, directory)
    for member in members:
        if directory.valid_member(member) is None:
            raise CommandError(Exit.USAGE, "Nobody in the office is called {ids}.", ids=member)
        if member in holders:
            raise CommandError(Exit.USAGE, "{member} reads this case already.", member=member)
        if not has_place(directory.content, member, opened.grant.body.entity):
            raise CommandError(Exit.REFUSED, FOREIGN, member=member)
        holders.append(member)
    return holders


@click.command()
@click.argument("case")
@click.argument("member", nargs=-1, required=True)
@with_desk_options
def add(terminal: Terminal, options: DeskOptions, case: str, member: tuple[str, ...]) -> None:
    """Let colleagues read a case: all of it so far, and what comes. Several are one change of readers."""
    done = "They were added, and find the case among theirs at the next full hour."
    with at_case(terminal, options, case) as at:
        opened = at.open()
        _change(at, opened, holders_with(at.session.directory, opened, member), done)


@click.command()
@click.argument("case")
@click.argument("member")
@with_desk_options
def remove(terminal: Terminal, options: DeskOptions, case: str, member: str) -> None:
    """Let somebody read nothing new of a case; what was read stays read."""
    with at_case(terminal, options, case) as at:
        opened = at.open()
        if member not in opened.grant.body.holders:
            raise CommandError(Exit.USAGE, "{member} does not hold this case.", member=member)
        if member == at.staff.member:
            raise CommandError(Exit.REFUSED, NOT_ONESELF)
        left = [holder for holder in living_holders(opened, at.session.directory) if holder != member]
        if not left:
            raise CommandError(Exit.REFUSED, "Nobody would be left who could read this case. Nothing was sent.")
        _change(at, opened, left, "That person gets nothing new of this case.")


@click.command()
@click.argument("case")
@with_desk_options
def renew(terminal: Terminal, options: DeskOptions, case: str) -> None:
    """Give a case a new key for the same readers: after the reporter has taken a new receipt, say."""
    with at_case(terminal, options, case) as at:
        opened = at.open()
        _change(at, opened, living_holders(opened, at.session.directory), "The case has a new key.")


@click.command("tell-again")
@click.argument("case")
@with_desk_options
def notify_again(terminal: Terminal, options: DeskOptions, case: str) -> None:
    """Tell the reporter once more who reads a case, where the first notice can't be read."""
    with at_case(terminal, options, case) as at:
        opened = at.open()
        notify_reporter_again(at.session, at.staff, opened, at.day(opened.row))
        at.profile.store_case(known_id(case), at.session.case(case))
    terminal.result({"case": case, "told": True}, terminal.words("The reporter is told again."))


@click.command("countersign")
@click.argument("case", required=False)
@click.option("--yes", is_flag=True, help="Sign what waits; without it you only see what it is.")
@click.option("--decline", "declined", is_flag=True, help="Decline what waits, or withdraw your own.")
@with_desk_options
def countersign_case(terminal: Terminal, options: DeskOptions, case: str | None, *, yes: bool, declined: bool) -> None:
    """Review a change of readers that waits for a second signature, and sign it; without CASE: list them."""
    if yes and declined:
        raise CommandError(Exit.USAGE, "Either --yes or --decline.")
    with at_case(terminal, options, case or "") as at:
        if case is None:
            asked = at.session.server.read(read_asked, "GET", "/api/proposals")
            terminal.result({"cases": asked}, *(asked or [terminal.words("Nobody asks you to countersign.")]))
            return
        row = at.session.case(case)
        if declined:
            mine = decline(at.session, at.staff, row, at.day(row)) == at.staff.member
            terminal.result({"case": case, "declined": True}, terminal.words(WITHDRAWN if mine else DECLINED))
            return
        _sign(at, _reviewed(at, row, to_sign=yes), yes=yes)


def _reviewed(at: AtCase, row: CaseFile, *, to_sign: bool) -> Waiting:
    try:
        if _is_outside(at, row):
            return _reviewed_outside(at, row)
        opened = at.open()
        if to_sign:
            opened.require_whole()
        return _reviewed_inside(at, row, opened)
    except CryptoError as error:
        raise CommandError(
            Exit.REFUSED,
            "What waits there is not what it claims to be ({stage}): {reason}. Do not sign it; speak with the others.",
            stage=error.stage,
            reason=error,
        ) from error


def _reviewed_inside(at: AtCase, row: CaseFile, opened: OpenedCase) -> Waiting:
    """Raises CommandError, with the others to ask, where the change is not sealed to this member: it removes them."""
    try:
        return review(at.session, at.staff, row, opened.grant)
    except CryptoError as error:
        if error.stage != "no-match" or row["proposal"] is None:
            raise
        others = [one for one in living_holders(opened, at.session.directory) if one != at.staff.member]
        by, day = row["proposal"]["by"], row["proposal"]["day"]
        raise CommandError(Exit.REFUSED, REMOVES_YOU, by=by, day=day, people=", ".join(others)) from error


def _is_outside(at: AtCase, row: CaseFile) -> bool:
    """Whether this member is asked from outside: by the server's word, and by a packet that does not open for them."""
    asked = row["proposal"] is not None and row["proposal"]["invited"] == at.staff.member
    return asked and find_grant(at.staff, b64decode(row["packet"]), at.session.directory) is None


def _reviewed_outside(at: AtCase, row: CaseFile) -> Waiting:
    """Without a grant before: the proposer alone says who held the case, which nobody believes who held it too."""
    waiting = review(at.session, at.staff, row, None)
    pinned = at.profile.grant(at.staff, waiting.made.case)
    if pinned is not None and waiting.made.epoch <= pinned.epoch + 1:
        raise WrongSuccessor("a holder reviews with the grant of the epoch before")
    return waiting


def _sign(at: AtCase, waiting: Waiting, *, yes: bool) -> None:
    document: dict[str, object] = {
        "case": at.case,
        "by": waiting.by,
        "added": waiting.added,
        "removed": waiting.removed,
        "holders": waiting.made.body.holders,
        "excluded": waiting.made.body.excluded,
        "newly_excluded": waiting.newly_excluded,
        "unnamed": waiting.unnamed,
        "signed": yes,
    }
    words = at.terminal.words
    lines = [
        words("Proposed by {by}. New: {added}. Removed: {removed}. Readers then: {holders}.",
              by=waiting.by, added=", ".join(waiting.added) or "-", removed=", ".join(waiting.removed) or "-",
              holders=", ".join(waiting.made.body.holders))
    ]  # fmt: skip
    if waiting.newly_excluded:
        lines.append(words(EXCLUDED, people=", ".join(waiting.newly_excluded)))
    if waiting.unnamed:
        lines.append(words(UNNAMED, people=", ".join(waiting.unnamed), by=waiting.by))
    if yes:
        at.adopt_grant(countersign(at.session, at.staff, waiting, at.day(waiting.row)))
        lines.append(
            words("Signed: it is in force now. Anyone who was added finds the case among theirs at the next full hour.")
        )
    else:
        lines.append(words("Everything in it holds. Sign with --yes, or decline with --decline."))
    at.terminal.result(document, *lines)


@click.command()
@click.argument("case")
@click.option("--text-file", type=FILE, required=True, help="Your note; - reads stdin.")
@click.option("--attach", "files", type=FILE, multiple=True, help="A file to attach; may be given again.")
@with_desk_options
def note(terminal: Terminal, options: DeskOptions, case: str, text_file: Path, files: tuple[Path, ...]) -> None:
    """Write a note for the holders of a case; the reporter never sees it."""
    text = words_of(text_file, files)
    if not text:
        raise CommandError(Exit.USAGE, "The note is empty.")
    with at_case(terminal, options, case) as at:
        opened = office_ready(at, needs_key=True)
        if opened is None:
            return None
        with reporting_unsent_text(text_file, files):
            write_note(at, opened, text, files)
    return terminal.result({"case": case, "sent": True}, terminal.words("Your note is kept."))


def office_ready(at: AtCase, *, needs_key: bool) -> OpenedCase | None:
    """The case as it can be written into: under a new receipt of the reporter, and with a key of the office's own.

    None, and said so, where that key waits for a second signature. Raises CommandError for a record that has gaps.
    """
    opened = at.open()
    opened.require_whole()
    made = renewed(at.session, at.staff, opened, at.day(opened.row))
    if made is not None:
        at.adopt_grant(made)
        opened = at.open()
    if not needs_key:
        return opened
    keyed = with_office_key(at, opened)
    if keyed is None:
        at.report_change(None, "")
    return keyed


def with_office_key(at: AtCase, opened: OpenedCase) -> OpenedCase | None:
    """The case with a key that only the office has, before words for the office alone.

    The first such words make it. Where what stands in its place can't be read, a change of keys makes another: None
    where that waits for a second signature.
    """
    if needs_office_key(opened.grant, opened.thread):
        opened = _made_key(at, opened)
    if office_identity(opened.grant, opened.thread) is not None:
        return opened
    living = living_holders(opened, at.session.directory)
    made = change_readers(at.session, at.staff, opened, living, at.day(opened.row))
    if made is None:
        return None
    at.adopt_grant(made)
    return at.open()


def _made_key(at: AtCase, opened: OpenedCase) -> OpenedCase:
    """One of two who write at once is first; the other takes that one's key over."""
    item = seal_office_key(at.staff, at.session.directory, opened.grant, opened.thread, os.urandom)
    try:
        write_step(at.session, at.staff, opened, StepLoad("office-key", at.day(opened.row), item))
    except CommandError:
        opened = at.open()
        if office_identity(opened.grant, opened.thread) is None:
            raise
    else:
        opened = at.open()
    opened.require_whole()
    return opened


def write_note(
    at: AtCase,
    opened: OpenedCase,
    text: str,
    files: tuple[Path, ...],
    kind: str = "noted",
    names: Mapping[str, object] | None = None,
) -> None:
    """Seals words for the office alone, and writes the event of this kind that names them, and `names` besides."""
    recipients = attachment_recipients(opened.grant, opened.thread, Direction.OFFICE_ONLY)
    with tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
        sealed = seal_files(files, recipients, Path(folder))
        with at.terminal.progress("Uploading", sum(part.sealed_size for part, _ in sealed)) as advance:
            at.session.server.upload_all(sealed, advance)
    message = Message(text, [attachment for attachment, _ in sealed])
    item = seal_note(at.staff, at.session.directory, opened.grant, opened.thread, message, os.urandom)
    blobs = [blob_listing(attachment).document() for attachment, _ in sealed]
    write_step(at.session, at.staff, opened, StepLoad(kind, at.day(opened.row), item, blobs, names=names or {}))
    at.profile.store_case(opened.grant.case, at.session.case(at.case))


READERS = (add, remove, renew, notify_again, countersign_case, note)
