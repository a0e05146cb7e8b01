"""`yanlu desk log-report`, `yanlu desk import`: reports that come by telephone, letter, e-mail or an old register."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from casework.policy.policy import Policy
from casework.policy.questionnaire import PolicyPage
from casework.rules.intake_form import ChannelKind
from crypto import (
    Answer,
    Checked,
    Consent,
    Level,
    OnBehalfDetails,
    StaffKeys,
    choose_holders,
    sign_on_behalf,
    write_submission,
)
from portal.cli.attachments import check_files
from portal.cli.desk.client import DeskSession
from portal.cli.desk.days import day_at
from portal.cli.desk.desk_options import FILE, DeskOptions, signed_in, with_desk_options
from portal.cli.desk.eml import Email, EmlRefused, read_eml
from portal.cli.desk.old_register import RegisterLine, RegisterRefused, read_register
from portal.cli.desk.profile import Profile
from portal.cli.desk.register_intake import (
    SHEET_FILE,
    Registered,
    concerned_members,
    document,
    readers_line,
    refuse_without_rules,
    register,
    rules_of,
    sheet_text,
    unread_lines,
)
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import load_office
from portal.cli.reporter.asking import answers_of, category_of, note_category, page_of
from portal.cli.reporter.reporting import ReadyReport, ReportRequest, ready_report
from portal.cli.server import as_json
from portal.cli.terminal import Terminal, read_text, today, write_private
from portal.cli.urgent import note_urgent

EMAIL = ChannelKind.EMAIL.value
ORAL = frozenset({ChannelKind.TELEPHONE, ChannelKind.COUNTER, ChannelKind.ORAL})
"""By these somebody speaks, who agrees to how it is written down and hears it read back."""
REGISTER = "register"
EML_FAULTS = {
    "too-large": "{path} is too large an e-mail.",
    "not-an-email": "{path} is not an e-mail.",
    "too-deep": "{path} holds too many parts.",
    "damaged": "{path} is a damaged e-mail.",
}


@dataclass(frozen=True, repr=False)
class OnBehalfSession:
    """A member on line who takes reports down."""

    terminal: Terminal
    session: DeskSession
    staff: StaffKeys

    def signed(self, request: ReportRequest, details: OnBehalfDetails) -> ReportRequest:
        """The request with what this member signs."""

        def statement(case: bytes, account: str) -> Answer:
            return sign_on_behalf(self.staff, case, account, details)

        return replace(request, channel=details.channel, statement=statement)

    def file(self, request: ReportRequest, papers: Mapping[Path, Callable[[ReadyReport], str]]) -> ReadyReport:
        """Seals, keeps what the reporter gets (0600), then sends; a file that cannot be written stops it before."""
        with tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
            ready = ready_report(self.session.directory, request, Path(folder))
            for path, text in papers.items():
                write_private(path, text(ready))
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


def _day(given: str | None, here: str) -> str:
    """The day on which it came; `here` is today at the entity."""
    found = given or here
    try:
        if date.fromisoformat(found) <= date.fromisoformat(here):
            return found
    except ValueError:
        pass
    raise CommandError(Exit.USAGE, "Say with --received on which day it came: {day} is none, or lies ahead.", day=found)


def _details(given: dict[str, Any], kind: str, received: str) -> OnBehalfDetails:
    """What the member signs: the kind of channel, the day, and of what was said how it was written down."""
    consent, checked = given["consent"], given["checked"]
    if kind in ORAL and not (consent and checked):
        raise CommandError(
            Exit.USAGE, "Say with --consent and --checked what the person who spoke agreed to and checked."
        )
    return OnBehalfDetails(kind, received, consent and Consent(consent), checked and Checked(checked))


def _letter(mail: Email, terminal: Terminal) -> str:
    sender = terminal.words("From: {sender}", sender=mail.sender)
    return "\n".join(part for part in (mail.subject, sender if mail.sender else "", "", mail.text)).strip()


@click.command("log-report")
@click.option("--entity", required=True, help="The company that it concerns.")
@click.option("--policy", required=True, help="The policy to report under.")
@click.option("--category", help="What it is about; `other` where the policy has it and none is given.")
@click.option(
    "--channel",
    help="How it came: the id of one of the policy's channels, or telephone (the default), letter, counter, box, "
    "email, oral, staff.",
)
@click.option("--kind", help="Its kind, where the policy has several.")
@click.option("--subject", help="Who reports, as the policy names them; - for somebody else.")
@click.option("--field", "fields", multiple=True, metavar="ID=TEXT", help="A field of the register; may be repeated.")
@click.option(
    "--concerned", multiple=True, metavar="ROLE", help="A role held by somebody complained of; may be repeated."
)
@click.option("--left-out", is_flag=True, help="It seems to be outside the scope of the policy.")
@click.option("--imminent", is_flag=True, help="It has not happened yet.")
@click.option("--order-to", metavar="ROLE", help="Make the register form a work order to this department.")
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
@click.option("--slip", type=FILE, help="Write the reporter's slip (0600): case number, day and policy.")
@click.option("--receipt-out", type=FILE, required=True, help="Where the reporter's receipt goes (0600).")
@with_desk_options
def log_report(terminal: Terminal, options: DeskOptions, **given: Any) -> None:
    """Record a report for somebody who telephones, writes or comes: sealed here, and signed how it came."""
    check_files(given["files"])
    mail = _email_of(given["eml"]) if given["eml"] else None
    if (mail is None) == (given["text_file"] is None):
        raise CommandError(Exit.USAGE, "Either --text-file or --eml.")
    account = _letter(mail, terminal) if mail else read_text(given["text_file"]).strip()
    if not account:
        raise CommandError(Exit.USAGE, "The account of what happened is empty.")
    if given["slip"] is not None and given["slip"].resolve() == given["receipt_out"].resolve():
        raise CommandError(Exit.USAGE, "Slip and receipt need a file each.")
    given["channel"] = given["channel"] or (EMAIL if mail else ChannelKind.TELEPHONE.value)
    _details(given, given["channel"], "")
    with _on_behalf_session(terminal, options) as on_behalf, tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
        office = load_office(on_behalf.session.server.origin)
        page = page_of(office, on_behalf.session.directory, given["policy"])
        given["category"] = _category(page, given)
        category_of(page, given["category"])
        received = _day(
            given["received"] or (mail.received if mail else None), day_at(on_behalf.session.directory, given["entity"])
        )
        rules = rules_of(office, page)
        registered = _registered(terminal, on_behalf, page, rules, given, date.fromisoformat(received))
        kind = given["channel"] if registered is None else registered.logged.signed
        details = _details(given, kind, received)
        request = _report_request(terminal, page, given, account, [*_carried(mail, Path(folder)), *given["files"]])
        if registered is not None:
            request = _with_sheet(on_behalf, request, registered, given["concerned"])
        if request.urgent:
            note_urgent(terminal, on_behalf.session.directory, request.entity)
        ready = on_behalf.file(on_behalf.signed(request, details), _for_reporter(terminal, registered, given))
    _print_result(terminal, ready, details, registered, given)


def _category(page: PolicyPage, given: Mapping[str, Any]) -> str | None:
    """The category that was named; else the one that the kind is, where the policy has it among its categories."""
    known = {choice.id for choice in page.categories}
    return given["category"] or (given["kind"] if given["kind"] in known else None)


def _registered(
    terminal: Terminal,
    on_behalf: OnBehalfSession,
    page: PolicyPage,
    rules: Policy | None,
    given: dict[str, Any],
    received: date,
) -> Registered | None:
    """What the policy makes of it; None for one that is a page alone, under which no rule can be applied."""
    if rules is not None:
        return register(terminal, rules, given, received, on_behalf.staff.member)
    refuse_without_rules(page.id, given)
    return None


def _with_sheet(
    on_behalf: OnBehalfSession, request: ReportRequest, registered: Registered, concerned: Sequence[str]
) -> ReportRequest:
    """The request with the register form, and without a key for those who hold a role that is concerned."""

    def papers(case: bytes) -> dict[str, str]:
        return {SHEET_FILE: sheet_text(registered.sheet(case), request.language)}

    request = replace(request, papers=papers)
    if not concerned:
        return request
    directory = on_behalf.session.directory
    readers = choose_holders(directory, request.entity, request.policy, request.category, []).members
    members = [one.id for one in directory.content.members]
    left_out = concerned_members(registered.logged.policy, concerned, [one.id for one in readers], members)
    return replace(request, excluded=sorted({*request.excluded, *left_out}))


def _for_reporter(
    terminal: Terminal, registered: Registered | None, given: dict[str, Any]
) -> dict[Path, Callable[[ReadyReport], str]]:
    """What the reporter gets, by the file that it is written to before anything is sent."""
    papers: dict[Path, Callable[[ReadyReport], str]] = {}
    if registered is not None and given["slip"] is not None:
        papers[given["slip"]] = lambda ready: sheet_text(registered.slip(ready.case), terminal.words.language)
    papers[given["receipt_out"]] = lambda ready: " ".join(ready.receipt.groups()) + "\n"
    return papers


def _print_result(
    terminal: Terminal,
    ready: ReadyReport,
    details: OnBehalfDetails,
    registered: Registered | None,
    given: dict[str, Any],
) -> None:
    said = [readers_line(terminal, ready.holders)]
    made: dict[str, object] = {
        "receipt_file": str(given["receipt_out"]),
        "channel": details.channel,
        "received": details.received,
        "readers": [one.id for one in ready.holders.members],
    }
    if registered is not None:
        made |= document(registered, ready.case)
        said += [terminal.words("Case number: {number}", number=made["number"])]
        said += unread_lines(terminal, registered, ready.holders)
    terminal.result(
        made,
        terminal.words("The office has received it."),
        *said,
        terminal.words("Read this receipt to the reporter: {receipt}", receipt=" ".join(ready.receipt.groups())),
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


def _report_request(
    terminal: Terminal, page: PolicyPage, given: dict[str, Any], account: str, files: list[Path]
) -> ReportRequest:
    category = category_of(page, given["category"])
    note_category(terminal, page, category, given["category"])
    answers = given["answers_file"]
    return ReportRequest(
        entity=given["entity"],
        policy=page.id,
        category=category,
        account=account,
        language=terminal.words.language,
        files=files,
        excluded=given["excluded"],
        answers=answers_of(answers, page, category) if answers else [],
        urgent=given["urgent"],
        level=Level.NAMED if given["named"] else Level.ANONYMOUS,
    )


@contextmanager
def _on_behalf_session(terminal: Terminal, options: DeskOptions) -> Generator[OnBehalfSession]:
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        yield OnBehalfSession(terminal, session, profile.unlock(session.directory, how))


ONE_IMPORTED = "{count} row is imported, its receipt in {path}."
IMPORTED = "{count} rows are imported, their receipts in {path}."
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
@click.option("--category", help="What it is about; `other` where the policy has it and none is given.")
@click.option("--account", help="The heading of the column that says what was reported.")
@click.option("--received-column", help="The heading of the column with the day on which it came.")
@click.option("--exclude", "excluded", multiple=True, help="Somebody who must not read it; may be given again.")
@click.option("--after-row", type=int, default=1, help="Go on after this row, where an import broke off.")
@click.option("--check", "only_check", is_flag=True, help="Only read the file and say what would be imported.")
@click.option("--receipts-out", type=FILE, required=True, help="Where row numbers and receipts go (0600).")
@with_desk_options
def import_register(terminal: Terminal, options: DeskOptions, register: Path, **given: Any) -> None:
    """Import an earlier REGISTER (xlsx): each row is sealed here as a report of its own."""
    try:
        lines = read_register(register, given["account"], given["received_column"])
    except RegisterRefused as error:
        raise CommandError(Exit.USAGE, REGISTER_FAULTS[error.fault], path=register, where=error.where) from error
    lines = [line for line in lines if line.row > given["after_row"]]
    if late := [line.row for line in lines if line.received > today()]:
        raise CommandError(Exit.USAGE, REGISTER_FAULTS["no-day"], path=register, where=late[0])
    if not given["only_check"]:
        with _on_behalf_session(terminal, options) as on_behalf:
            _import(terminal, on_behalf, lines, given)
    count, where = len(lines), str(given["receipts_out"])
    if given["only_check"]:
        said = terminal.words.counted(count, "{count} row can be imported.", "{count} rows can be imported.")
    else:
        said = terminal.words.counted(count, ONE_IMPORTED, IMPORTED, path=where)
    imported = 0 if given["only_check"] else count
    terminal.result({"rows": count, "imported": imported, "receipts_file": where}, said)


def _import(terminal: Terminal, on_behalf: OnBehalfSession, lines: list[RegisterLine], given: dict[str, Any]) -> None:
    """Row by row; the receipt of a row lies in the file before the row is sent."""
    page = page_of(load_office(on_behalf.session.server.origin), on_behalf.session.directory, given["policy"])
    category = category_of(page, given["category"])
    note_category(terminal, page, category, given["category"])
    request = ReportRequest(
        entity=given["entity"],
        policy=page.id,
        category=category,
        account="",
        language=terminal.words.language,
        excluded=given["excluded"],
    )
    with tempfile.TemporaryDirectory(prefix="yanlu-") as folder, terminal.progress("Importing", len(lines)) as advance:
        for line in lines:
            own = replace(request, account=line.account)
            details = OnBehalfDetails(REGISTER, line.received.isoformat())
            ready = ready_report(on_behalf.session.directory, on_behalf.signed(own, details), Path(folder))
            _append(given["receipts_out"], f"{line.row}\t{' '.join(ready.receipt.groups())}\n")
            on_behalf.session.server.upload_all(ready.attachments, lambda _: None)
            on_behalf.session.server.call(
                "POST", "/api/submissions", **as_json(write_submission(ready.sealed.submission))
            )
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
