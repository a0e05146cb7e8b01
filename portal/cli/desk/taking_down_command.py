"""`yanlu desk take-down`, `yanlu desk import`: reports that come by telephone, letter, e-mail or an old register."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import click

from crypto import Answer, Checked, Consent, Level, StaffKeys, TakenDown, sign_taken_down, write_submission
from portal.cli.attachments import check_files
from portal.cli.desk.client import DeskSession
from portal.cli.desk.eml import Email, EmlRefused, read_eml
from portal.cli.desk.old_register import Line, RegisterRefused, read_register
from portal.cli.desk.profile import Profile
from portal.cli.desk.way import FILE, Way, signed_in, with_way
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import load_office
from portal.cli.reporter.asking import answers_of, category_of, page_of
from portal.cli.reporter.reporting import ReadyReport, Wish, ready_report
from portal.cli.server import as_json
from portal.cli.terminal import Terminal, keep_secret, read_text, today
from portal.cli.urgent import say_urgent

CHANNELS = ("telephone", "letter", "counter", "box", "email")
ORAL = ("telephone", "counter")
REGISTER = "register"
EML_FAULTS = {
    "too-large": "{path} is too large an e-mail.",
    "not-an-email": "{path} is not an e-mail.",
    "too-deep": "{path} holds too many parts.",
    "damaged": "{path} is a damaged e-mail.",
}


@dataclass(frozen=True, repr=False)
class Taking:
    """A member on line who takes reports down."""

    terminal: Terminal
    session: DeskSession
    staff: StaffKeys

    def signed(self, wish: Wish, taken: TakenDown) -> Wish:
        """The wish with what this member signs."""

        def statement(case: bytes, account: str) -> Answer:
            return sign_taken_down(self.staff, case, account, taken)

        return replace(wish, channel=taken.channel, statement=statement)

    def file(self, wish: Wish, receipt_out: Path) -> ReadyReport:
        """Seals, keeps the receipt, then sends; a receipt that cannot be written stops it before."""
        with tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
            ready = ready_report(self.session.directory, wish, Path(folder))
            keep_secret(receipt_out, " ".join(ready.receipt.groups()) + "\n")
            with self.terminal.progress("Uploading", ready.size) as advance:
                self.session.server.upload_all(ready.attachments, advance)
            self.session.server.call("POST", "/api/submissions", **as_json(write_submission(ready.sealed.submission)))
        return ready


def _email_of(path: Path) -> Email:
    try:
        return read_eml(path.read_bytes())
    except OSError as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read as text.", path=path) from error
    except EmlRefused as error:
        raise CommandError(Exit.USAGE, EML_FAULTS[error.fault], path=path) from error


def _day(text: str | None, otherwise: str | None) -> str:
    found = text or otherwise or today().isoformat()
    try:
        if date.fromisoformat(found) <= today():
            return found
    except ValueError:
        pass
    raise CommandError(Exit.USAGE, "Say with --received on which day it came: {day} is none, or lies ahead.", day=found)


def _taken(wishes: dict[str, Any], received: str) -> TakenDown:
    channel = "email" if wishes["eml"] else cast("str", wishes["channel"])
    consent, checked = wishes["consent"], wishes["checked"]
    if channel in ORAL and not (consent and checked):
        raise CommandError(
            Exit.USAGE, "Say with --consent and --checked what the person who spoke agreed to and checked."
        )
    if channel not in ORAL:
        return TakenDown(channel, received)
    return TakenDown(channel, received, Consent(consent), Checked(checked))


def _letter(mail: Email, terminal: Terminal) -> str:
    sender = terminal.words("From: {sender}", sender=mail.sender)
    return "\n".join(part for part in (mail.subject, sender if mail.sender else "", "", mail.text)).strip()


@click.command("take-down")
@click.option("--entity", required=True, help="The company that it concerns.")
@click.option("--policy", required=True, help="The policy to report under.")
@click.option("--category", help="What it is about; the last one of the policy if not given.")
@click.option("--channel", type=click.Choice(CHANNELS), default="telephone", show_default=True, help="How it came.")
@click.option("--received", help="On which day it came; today if not given.")
@click.option(
    "--consent", type=click.Choice([one.value for one in Consent]), help="What the person who spoke agreed to."
)
@click.option("--checked", type=click.Choice([one.value for one in Checked]), help="Whether the account was read back.")
@click.option("--text-file", type=FILE, help="What happened; - reads stdin.")
@click.option("--eml", type=FILE, help="An e-mail file to take text and attachments from.")
@click.option("--answers-file", type=FILE, help="Answers to the policy's questions, a JSON object.")
@click.option("--attach", "files", type=FILE, multiple=True, help="A file to attach; may be given again.")
@click.option("--exclude", "excluded", multiple=True, help="Somebody who must not read it; may be given again.")
@click.option("--named", is_flag=True, help="The person gives the name.")
@click.option("--urgent", is_flag=True, help="Life or health is in danger: the server sees that it is urgent.")
@click.option("--receipt-out", type=FILE, required=True, help="Where the reporter's receipt goes (0600).")
@with_way
def take_down(terminal: Terminal, way: Way, **wishes: Any) -> None:
    """Record a report for somebody who telephones, writes or comes: sealed here, and signed how it came."""
    check_files(wishes["files"])
    mail = _email_of(wishes["eml"]) if wishes["eml"] else None
    if (mail is None) == (wishes["text_file"] is None):
        raise CommandError(Exit.USAGE, "Either --text-file or --eml.")
    account = _letter(mail, terminal) if mail else read_text(wishes["text_file"]).strip()
    if not account:
        raise CommandError(Exit.USAGE, "The account of what happened is empty.")
    taken = _taken(wishes, _day(wishes["received"], mail.received if mail else None))
    with _taking(terminal, way) as taking, tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
        carried = _carried(mail, Path(folder))
        wish = _wish(terminal, taking, wishes, account, [*carried, *wishes["files"]])
        if wish.urgent:
            say_urgent(terminal, taking.session.directory, wish.entity)
        ready = taking.file(taking.signed(wish, taken), wishes["receipt_out"])
    groups = " ".join(ready.receipt.groups())
    terminal.result(
        {"receipt_file": str(wishes["receipt_out"]), "channel": taken.channel, "received": taken.received},
        terminal.words("The office has received it."),
        terminal.words("Read this receipt to the reporter: {receipt}", receipt=groups),
        terminal.words("On the first visit the page offers a new one, which you have not seen."),
    )


def _carried(mail: Email | None, folder: Path) -> list[Path]:
    paths: list[Path] = []
    for at, (name, content) in enumerate(mail.files if mail else ()):
        path = folder / str(at) / name
        path.parent.mkdir()
        path.write_bytes(content)
        paths.append(path)
    return paths


def _wish(terminal: Terminal, taking: Taking, wishes: dict[str, Any], account: str, files: list[Path]) -> Wish:
    page = page_of(load_office(taking.session.server.origin), taking.session.directory, wishes["policy"])
    category = category_of(page, wishes["category"])
    answers = wishes["answers_file"]
    return Wish(
        entity=wishes["entity"],
        policy=page.id,
        category=category,
        account=account,
        language=terminal.words.language,
        files=files,
        excluded=wishes["excluded"],
        answers=answers_of(answers, page, category) if answers else [],
        urgent=wishes["urgent"],
        level=Level.NAMED if wishes["named"] else Level.ANONYMOUS,
    )


@contextmanager
def _taking(terminal: Terminal, way: Way) -> Generator[Taking]:
    profile = Profile(way.profile)
    facts = profile.facts()
    with signed_in(terminal, way, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        yield Taking(terminal, session, profile.unlock(session.directory, how))


REGISTER_FAULTS = {
    "not-a-spreadsheet": "{path} is not an xlsx file that can be read.",
    "too-large": "{path} is too large at row {where}: split it.",
    "no-column": "{path} has no column for this; name it with --account or --received-column: {where}.",
    "no-day": "{path}: row {where} has no day on which it came. Nothing was imported.",
    "no-account": "{path}: row {where} says nothing of the matter. Nothing was imported.",
}


@click.command("import")
@click.argument("register", type=FILE)
@click.option("--entity", required=True, help="The company that it concerns.")
@click.option("--policy", required=True, help="The policy to report under.")
@click.option("--category", help="What it is about; the last one of the policy if not given.")
@click.option("--account", help="The heading of the column that says what was reported.")
@click.option("--received-column", help="The heading of the column with the day on which it came.")
@click.option("--exclude", "excluded", multiple=True, help="Somebody who must not read it; may be given again.")
@click.option("--after-row", type=int, default=1, help="Go on after this row, where an import broke off.")
@click.option("--check", "only_check", is_flag=True, help="Only read the file and say what would be imported.")
@click.option("--receipts-out", type=FILE, required=True, help="Where row numbers and receipts go (0600).")
@with_way
def import_register(terminal: Terminal, way: Way, register: Path, **wishes: Any) -> None:
    """Import an earlier REGISTER (xlsx): each row is sealed here as a report of its own."""
    try:
        lines = read_register(register, wishes["account"], wishes["received_column"])
    except RegisterRefused as error:
        raise CommandError(Exit.USAGE, REGISTER_FAULTS[error.fault], path=register, where=error.where) from error
    lines = [line for line in lines if line.row > wishes["after_row"]]
    if late := [line.row for line in lines if line.received > today()]:
        raise CommandError(Exit.USAGE, REGISTER_FAULTS["no-day"], path=register, where=late[0])
    if not wishes["only_check"]:
        with _taking(terminal, way) as taking:
            _import(terminal, taking, lines, wishes)
    count, where = len(lines), str(wishes["receipts_out"])
    if wishes["only_check"]:
        said = terminal.words("{count} rows can be imported.", count=count)
    else:
        said = terminal.words("{count} rows are imported, their receipts in {path}.", count=count, path=where)
    imported = 0 if wishes["only_check"] else count
    terminal.result({"rows": count, "imported": imported, "receipts_file": where}, said)


def _import(terminal: Terminal, taking: Taking, lines: list[Line], wishes: dict[str, Any]) -> None:
    """Row by row; the receipt of a row lies in the file before the row is sent."""
    page = page_of(load_office(taking.session.server.origin), taking.session.directory, wishes["policy"])
    wish = Wish(
        entity=wishes["entity"],
        policy=page.id,
        category=category_of(page, wishes["category"]),
        account="",
        language=terminal.words.language,
        excluded=wishes["excluded"],
    )
    with tempfile.TemporaryDirectory(prefix="yanlu-") as folder, terminal.progress("Importing", len(lines)) as advance:
        for line in lines:
            own = replace(wish, account=line.account)
            taken = TakenDown(REGISTER, line.received.isoformat())
            ready = ready_report(taking.session.directory, taking.signed(own, taken), Path(folder))
            _append(wishes["receipts_out"], f"{line.row}\t{' '.join(ready.receipt.groups())}\n")
            taking.session.server.upload_all(ready.attachments, lambda _: None)
            taking.session.server.call("POST", "/api/submissions", **as_json(write_submission(ready.sealed.submission)))
            advance(1)


def _append(path: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CommandError(
            Exit.FAILED, "{path} cannot be written: {reason}.", path=path, reason=error.strerror
        ) from error
