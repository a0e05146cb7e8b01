"""`yanlu report`: seal a report, send it or write it as a bundle, give the receipt."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import click

from casework.policy.questionnaire import PolicyPage
from crypto import Answer, VerifiedDirectory
from portal.cli.attachments import check_files, files_with_traces
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import OfficeDocuments, load_office
from portal.cli.reporter.asking import answers_of, ask, category_of, note_category, page_of, show_questions
from portal.cli.reporter.naming import name_options, naming_of
from portal.cli.reporter.readers import note_readers, readers_of, show_readers
from portal.cli.reporter.reporting import ReadyReport, ReportRequest, bundle_report, ready_report
from portal.cli.reporter.seen_file import read_seen, store_seen
from portal.cli.reporter.sending import send_or_keep, write_receipt
from portal.cli.terminal import Terminal, pass_terminal, read_text, today, write_private
from portal.cli.typed_code import TYPED_CODE
from portal.cli.urgent import note_urgent

FILE = click.Path(path_type=Path, dir_okay=False)


def _entity(directory: VerifiedDirectory, policy: str, wanted: str | None) -> str:
    places = [found for rule in directory.content.policies if rule.id == policy for found in rule.entities]
    if wanted in places:
        return wanted
    if wanted is None and len(places) == 1:
        return places[0]
    known = ", ".join(places) or "-"
    raise CommandError(Exit.USAGE, "Say with --entity which of these it concerns: {known}.", known=known)


@click.command()
@click.option("--office", "place", required=True, help="The office's address, its folder, or an exported file.")
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help="The office code on the poster.")
@click.option("--entity", help="The company that it concerns.")
@click.option("--policy", required=True, help="The policy to report under.")
@click.option("--category", help="What it is about; `other` where the policy has it and none is given.")
@click.option("--text-file", type=FILE, help="What happened; - reads stdin.")
@click.option("--questions", is_flag=True, help="Only show what the policy asks.")
@click.option("--answers-file", type=FILE, help="Answers to the policy's questions, a JSON object.")
@click.option("--ask", "asks", is_flag=True, help="Ask the policy's questions here, one after the other.")
@click.option("--attach", "files", type=FILE, multiple=True, help="A file to attach; may be given again.")
@click.option("--readers", is_flag=True, help="Only show by name who could read it and who couldn't.")
@click.option("--exclude", "excluded", multiple=True, help="Somebody who must not read it; may be given again.")
@click.option("--urgent", is_flag=True, help="Life or health is in danger: the server sees that it is urgent.")
@name_options
@click.option("--out", type=FILE, help="Write a sealed bundle instead of sending.")
@click.option("--receipt-out", type=FILE, help="Write the receipt into a file (0600) instead of printing it.")
@click.option("--seen-file", type=FILE, help="Remember the newest directory here and refuse an older one next time.")
@pass_terminal
def report(terminal: Terminal, place: str, code: str, **given: Any) -> None:
    """Report wrongdoing. Prints the receipt: 28 digits that alone open your mailbox."""
    check_files(given["files"])
    if not (given["questions"] or given["readers"] or given["text_file"]):
        raise CommandError(Exit.USAGE, "Say with --text-file what happened.")
    office = load_office(place)
    # Nothing is sealed and nothing is sent for an office that the code does not name.
    memory = cast("Path | None", given["seen_file"])
    directory = office.verify(code, today(), read_seen(memory, code))
    store_seen(memory, code, directory.seen)
    page = page_of(office, directory, given["policy"])
    if given["questions"]:
        return show_questions(terminal, page)
    if given["readers"]:
        category = category_of(page, given["category"])
        where = (_entity(directory, page.id, given["entity"]), page.id, category)
        return show_readers(terminal, *readers_of(directory, where, given["excluded"]))
    request = _report_request(terminal, page, directory, given)
    out = cast("Path | None", given["out"])
    if out is None and office.server is None:
        raise CommandError(Exit.USAGE, "The office is not on line here: say with --out where the bundle goes.")
    if out is not None and request.naming is not None:
        raise CommandError(
            Exit.USAGE, "A bundle carries no name: give it later with inbox, when the report has arrived."
        )
    note_category(terminal, page, request.category, given["category"])
    _say_before(terminal, directory, request)
    if names := files_with_traces(request.files):
        terminal.note(
            "These files may still name their author, device or place: {names}. Remove that first if it points to you.",
            names=", ".join(names),
        )
    with tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
        ready = ready_report(directory, request, Path(folder))
        _deliver(terminal, office, ready, out, given["receipt_out"])
    return None


def _say_before(terminal: Terminal, directory: VerifiedDirectory, request: ReportRequest) -> None:
    """Whom an urgent report alerts, who can read it and who can't; nobody has to be there to hear it."""
    reads, out = readers_of(directory, (request.entity, request.policy, request.category), request.excluded)
    with suppress(OSError):
        if request.urgent:
            note_urgent(terminal, directory, request.entity)
        note_readers(terminal, reads, out)


def _report_request(
    terminal: Terminal, page: PolicyPage, directory: VerifiedDirectory, given: dict[str, Any]
) -> ReportRequest:
    account = read_text(given["text_file"]).strip()
    if not account:
        raise CommandError(Exit.USAGE, "The account of what happened is empty.")
    category = category_of(page, given["category"])
    return ReportRequest(
        entity=_entity(directory, page.id, given["entity"]),
        policy=page.id,
        category=category,
        account=account,
        language=terminal.words.language,
        files=given["files"],
        excluded=given["excluded"],
        answers=_answers(terminal, page, category, given),
        urgent=given["urgent"],
        naming=naming_of(directory, given),
    )


def _answers(terminal: Terminal, page: PolicyPage, category: str, given: dict[str, Any]) -> list[Answer]:
    if given["answers_file"] is not None:
        return answers_of(given["answers_file"], page, category)
    if not given["asks"]:
        return []
    if not terminal.interactive or str(given["text_file"]) == "-":
        raise CommandError(Exit.USAGE, "Nobody is here to answer: give --answers-file.")
    return ask(terminal, page, category)


def _deliver(
    terminal: Terminal, office: OfficeDocuments, ready: ReadyReport, out: Path | None, receipt_out: Path | None
) -> None:
    groups = " ".join(ready.receipt.groups())
    if receipt_out is not None:
        # Before anything is sent: a receipt that could not be written then would be lost for good.
        write_private(receipt_out, groups + "\n")
    sent = None
    if out is None:
        sent = send_or_keep(terminal, str(office.server), ready, receipt_out)
    else:
        _write_bundle(ready, out)
    document: dict[str, object] = {
        "receipt": None if receipt_out else groups,
        "day": None if sent is None else today().isoformat(),
        "bundle": str(out) if out else None,
    }
    if receipt_out is not None:
        document["receipt_file"] = str(receipt_out)
    if sent is False:
        terminal.note("The report has arrived; only the note that you kept the receipt did not. Look in with it soon.")
    receipt = terminal.words("Your receipt: {receipt}", receipt=str(receipt_out) if receipt_out else groups)
    try:
        # The receipt first: of a pipe that is closed after its first line that one is read.
        terminal.result(
            document,
            receipt,
            terminal.words("Write it down. It is shown once, and nothing else opens your mailbox."),
            terminal.words("The sealed bundle is in {path}.", path=out)
            if out
            else terminal.words("The office has received it."),
        )
    except OSError:
        # Nobody reads along, or the disk behind stdout is full.
        _save_receipt(receipt, None if receipt_out else groups)
        raise


def _save_receipt(said: str, groups: str | None) -> None:
    """Says the receipt on stderr; keeps one that stands in no file yet in one (0600) where nobody hears that either."""
    try:
        click.echo(said, err=True)
    except OSError:
        if groups is not None:
            write_receipt(groups)


def _write_bundle(ready: ReadyReport, out: Path) -> None:
    try:
        bundle_report(ready, out)
    except OSError as error:
        raise CommandError(
            Exit.FAILED, "{path} cannot be written: {reason}.", path=out, reason=error.strerror
        ) from error
