"""Sealing a report from files, and bringing it to the office by wire or as a bundle."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from crypto import (
    Answer,
    Attachment,
    CheckStage,
    CryptoError,
    Holders,
    Level,
    MailboxCursor,
    NewReport,
    Receipt,
    ReporterKeys,
    SealedReport,
    VerifiedDirectory,
    choose_holders,
    derive_reporter,
    draw_case,
    draw_receipt,
    seal_receipt_confirmed,
    seal_report,
    write_bundle,
    write_json,
    write_post,
    write_submission,
)
from portal.cli.attachments import seal_files
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.naming import Naming, name_post
from portal.cli.responses.desk import read_day
from portal.cli.server import Server, as_json
from portal.cli.terminal import Advance

LONGEST_ACCOUNT = 16384
BEGINNING = 1000
ACCOUNT_FILE = "account.txt"


@dataclass(frozen=True)
class ReportRequest:
    """What the reporter wants to report, and to whom not."""

    entity: str
    policy: str
    category: str
    account: str
    language: str
    files: Sequence[Path] = ()
    excluded: Sequence[str] = ()
    answers: Sequence[Answer] = field(default_factory=list[Answer])
    urgent: bool = False
    channel: str = "cli"
    level: Level = Level.ANONYMOUS
    # What a member signs who takes the report down: of case id and account.
    statement: Callable[[bytes, str], Answer] | None = None
    # Papers of the office about the case of this id, by file name; they travel as attachments.
    papers: Callable[[bytes], Mapping[str, str]] | None = None
    naming: Naming | None = None


@dataclass(frozen=True, repr=False)
class ReadyReport:
    """A sealed report, its receipt, and its sealed attachments on disk."""

    receipt: Receipt
    keys: ReporterKeys
    sealed: SealedReport
    attachments: list[tuple[Attachment, Path]]
    directory: VerifiedDirectory
    case: bytes
    holders: Holders
    naming: Naming | None = None

    @property
    def size(self) -> int:
        """Bytes to upload."""
        return sum(attachment.sealed_size for attachment, _ in self.attachments)


def _account(request: ReportRequest, folder: Path) -> tuple[str, list[Path]]:
    """A long account travels whole as an attachment, with its beginning in the report."""
    # As it stands in the sealed text, JSON inside JSON: a quotation mark takes four bytes there.
    if len(write_json(write_json(request.account).decode())) <= LONGEST_ACCOUNT:
        return request.account, []
    file = folder / ACCOUNT_FILE
    file.write_text(request.account, "utf-8")
    return f"{request.account[:BEGINNING]}\n… ({ACCOUNT_FILE})", [file]


def _papers(request: ReportRequest, case: bytes, folder: Path) -> list[Path]:
    papers: Mapping[str, str] = request.papers(case) if request.papers else {}
    for name, text in papers.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in papers]


def ready_report(directory: VerifiedDirectory, request: ReportRequest, folder: Path) -> ReadyReport:
    """Seal everything into `folder`; sends nothing. Raises CommandError when nobody may read it."""
    receipt = draw_receipt(os.urandom)
    keys = derive_reporter(receipt, directory.office)
    case = draw_case(os.urandom)
    known = {member.id for member in directory.content.members}
    if unknown := sorted(set(request.excluded) - known):
        raise CommandError(Exit.USAGE, "Nobody in the office is called {ids}.", ids=", ".join(unknown))
    try:
        holders = choose_holders(directory, request.entity, request.policy, request.category, request.excluded)
        account, long = _account(request, folder)
        made = [*long, *_papers(request, case.case, folder)]
        attachments = seal_files([*made, *request.files], [case.recipient], folder)
        for file in made:
            file.unlink()
        report = NewReport(
            account=account,
            language=request.language,
            channel=request.channel,
            level=request.level,
            answers=[*request.answers, *([request.statement(case.case, account)] if request.statement else [])],
            attachments=[attachment for attachment, _ in attachments],
            urgent=request.urgent,
        )
        sealed = seal_report(directory, keys, case, holders, report, os.urandom)
        return ReadyReport(receipt, keys, sealed, attachments, directory, case.case, holders, request.naming)
    except CryptoError as error:
        raise _why(error) from error


def _why(error: CryptoError) -> CommandError:
    if error.stage is CheckStage.EXCLUDED:
        return CommandError(
            Exit.REFUSED,
            "Nobody would be left to read this report. Nothing was sent. Exclude fewer people or use another channel.",
        )
    if error.stage is CheckStage.PADDING:
        return CommandError(Exit.USAGE, "The answers are too long: put them into a file and attach it.")
    return CommandError(Exit.USAGE, "This cannot be sealed: {reason}.", reason=error)


def send_report(server: Server, ready: ReadyReport, advance: Advance) -> None:
    """Upload the attachments, then the submission.

    The answer has to say a day; which one is the server's word alone, and nobody here goes by it.
    """
    server.upload_all(ready.attachments, advance)
    server.read(read_day, "POST", "/api/submissions", **as_json(write_submission(ready.sealed.submission)))


def finish_report(server: Server, ready: ReadyReport) -> None:
    """The finishing post: the receipt was kept, and a name is given with it if there is one; both look alike."""
    cursor = MailboxCursor(ready.sealed.memo, 1)
    if ready.naming is None:
        post, _ = seal_receipt_confirmed(ready.keys, cursor, os.urandom)
    else:
        post, _ = name_post(ready.directory, ready.keys, cursor, ready.naming)
    server.call("POST", "/api/posts", **as_json(write_post(post)))


def bundle_report(ready: ReadyReport, path: Path) -> None:
    """Write the sealed bundle; it appears whole or not at all. Raises OSError."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with ExitStack() as stack:
            sources = [stack.enter_context(file.open("rb")) for _, file in ready.attachments]
            sink = stack.enter_context(draft.open("wb"))
            write_bundle(ready.sealed.submission, sources, sink)
            sink.flush()
            os.fsync(sink.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
