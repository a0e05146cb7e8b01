"""`yanlu desk letter`: a letter or form of a case as PDF, made on this machine, and sealed to the case if wished."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click

from casework.errors import FontMissing, LetterIncomplete, LetterUnfit, NotAHistory
from casework.event_store.history import history, verified_entries
from casework.ids import CaseId
from casework.intake.ticket import ticket_number
from casework.letters.composing import Facts, Paper, as_text, compose, join
from casework.letters.paper import pdf
from casework.letters.templates import Addressee, Field, Letter, Template, letter_templates
from casework.policy.questionnaire import PolicyPage
from crypto import (
    ON_BEHALF,
    CryptoError,
    Direction,
    Item,
    Message,
    Report,
    VerifiedDirectory,
    attachment_recipients,
    blob_listing,
    read_json,
    seal_note,
    seal_reply,
    shown_file_name,
)
from portal.cli.attachments import seal_files
from portal.cli.desk.case_state import ALTERED
from portal.cli.desk.client import OpenedCase, StepLoad, write_step
from portal.cli.desk.desk_options import FILE, DeskOptions, with_desk_options
from portal.cli.desk.readers import AtCase, at_case, office_ready
from portal.cli.desk.rules import NOT_STORED, stored_rules
from portal.cli.desk.unsent_text import reporting_unsent_text
from portal.cli.errors import NO_CHINESE_FONT, CommandError, Exit
from portal.cli.office_source import load_office
from portal.cli.reporter.asking import page_of
from portal.cli.terminal import Terminal, read_text
from portal.languages import DEFAULT, SOURCE, languages, spoken
from portal.office.files import write_secret

VALUES_LIMIT = 256 * 1024
UNFIT = {
    "no-such-field": "The letter {letter} has no field {field}. It has: {known}.",
    "too-long": "{field} is too long, or holds characters that cannot be printed.",
    "no-day": "{field} is no day: write it like 2026-12-08.",
}


def _values(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        found = read_json(read_text(file).encode(), VALUES_LIMIT)
    except CryptoError as error:
        raise CommandError(Exit.USAGE, "{path} is not a JSON object of texts.", path=file) from error
    if not isinstance(found, dict) or not all(
        isinstance(one, str) for one in cast("dict[str, object]", found).values()
    ):
        raise CommandError(Exit.USAGE, "{path} is not a JSON object of texts.", path=file)
    return cast("dict[str, str]", found)


def _said(kind: str, name: str, language: str) -> str:
    found = letter_templates().words.get(f"{kind}-{name}")
    return found.text_in(language) if found else name


def report_of(opened: OpenedCase) -> Report | None:
    """The verified report of a case."""
    contents = (entry.inner.content for entry in opened.thread.verified if entry.inner)
    return next((one for one in contents if isinstance(one, Report)), None)


def facts_of(opened: OpenedCase, directory: VerifiedDirectory, page: PolicyPage, day: str, language: str) -> Facts:
    """What an opened case tells a letter, in its language."""
    report, row = report_of(opened), opened.row
    office = next(one.name for one in directory.content.entities if one.id == row["entity"])
    named = {choice.id: choice.name.text_in(language) for choice in page.categories}
    return Facts(
        office=office.text_in(language),
        policy=page.title.text_in(language),
        ticket=ticket_number(CaseId(opened.grant.case)),
        received=str(row["day"]),
        today=day,
        channel=_said("channel", report.channel, language) if report else "",
        level=_said("level", report.level.value, language) if report else "",
        category=named.get(report.category, report.category) if report else "",
        account=report.account if report else "",
        attachments="\n".join(shown_file_name(one.name) for one in report.attachments) if report else "",
        answers=tuple(_answer(page, one.id, one.value, language) for one in report.answers if one.id != ON_BEHALF)
        if report
        else (),
        called=_called(page, report.category if report else None, language),
    )


def _called(page: PolicyPage, category: str | None, language: str) -> tuple[str, ...]:
    kinds = [(one.name.text_in(language), category in one.categories) for one in page.kinds]
    own, all_kinds = (" ".join(name for name, its in kinds if its or every) for every in (False, True))
    return own, all_kinds, page.title.text_in(language), page.summary.text_in(language)


def _answer(page: PolicyPage, name: str, value: str | list[str], language: str) -> tuple[str, str]:
    question = page.question(name)
    if question is None:
        return name, value if isinstance(value, str) else ", ".join(value)
    named = {choice.id: choice.name.text_in(language) for choice in question.choices}
    said = [named.get(one, one) for one in ([value] if isinstance(value, str) else value)]
    return question.label.text_in(language), join(said, language)


def _composed(template: Template, language: str, facts: Facts, values: dict[str, str]) -> Paper:
    labels = {field.id: field.label.text_in(language) for field in template.asked(facts.states)}
    try:
        return compose(template.id, language, facts, values)
    except LetterIncomplete as error:
        needed = ", ".join(f"{name} ({labels[name]})" for name in error.missing)
        raise CommandError(Exit.USAGE, "The letter still needs: {fields}.", fields=needed) from error
    except LetterUnfit as error:
        known = ", ".join(labels)
        details = {"letter": template.id.value, "field": error.field, "known": known}
        raise CommandError(Exit.USAGE, UNFIT[error.reason], **details) from error


def _printed(paper: Paper, out: Path) -> None:
    try:
        write_secret(out, pdf(paper))
    except FontMissing as error:
        raise CommandError(Exit.FAILED, NO_CHINESE_FONT) from error
    except OSError as error:
        raise CommandError(
            Exit.FAILED, "{path} cannot be written: {reason}.", path=out, reason=error.strerror
        ) from error


def _seal(at: AtCase, opened: OpenedCase, paper: Paper, out: Path, *, to_reporter: bool) -> None:
    """To the reporter as letter, else to the office as statement or note; the PDF goes along."""
    direction = Direction.TO_REPORTER if to_reporter else Direction.OFFICE_ONLY
    recipients = attachment_recipients(opened.grant, opened.thread, direction)
    with tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
        named = Path(folder) / f"{paper.title}.pdf"
        named.write_bytes(out.read_bytes())
        sealed = seal_files([named], recipients, Path(folder))
        with at.terminal.progress("Uploading", sum(part.sealed_size for part, _ in sealed)) as advance:
            at.session.server.upload_all(sealed, advance)
    message = Message(as_text(paper), [attachment for attachment, _ in sealed])
    item = _sealed(at, opened, message, paper, to_reporter=to_reporter)
    blobs = [blob_listing(attachment).document() for attachment, _ in sealed]
    with reporting_unsent_text(out):
        kind = "replied" if to_reporter else "noted"
        write_step(at.session, at.staff, opened, StepLoad(kind, at.day(opened.row), item, blobs))
    at.profile.store_case(opened.grant.case, at.session.case(at.case))


def _sealed(at: AtCase, opened: OpenedCase, message: Message, paper: Paper, *, to_reporter: bool) -> Item:
    if to_reporter:
        dated = replace(message, day=at.day(opened.row))
        return seal_reply(at.staff, at.session.directory, opened.grant, opened.thread, dated, os.urandom, "letter")
    kind = "witness" if paper.letter is Letter.MINUTES else "note"
    return seal_note(at.staff, at.session.directory, opened.grant, opened.thread, message, os.urandom, kind)


def _star(field: Field) -> str:
    return " (*)" if field.stated else " *" if field.needed else ""


def _show_fields(terminal: Terminal, template: Template) -> None:
    rows: list[dict[str, object]] = [
        {"id": one.id, "kind": one.kind.value, "needed": one.needed, "stated": one.stated, "label": one.label.both()}
        for one in template.fields
    ]
    title = terminal.words.of(template.title)
    lines = [f"{one.id}{_star(one)}  {terminal.words.of(one.label)}" for one in template.fields]
    terminal.result({"letter": template.id.value, "to": template.to.value, "fields": rows}, title, *lines)


@click.command("letter")
@click.argument("case")
@click.option("--kind", type=click.Choice([one.value for one in Letter]), required=True, help="Which letter or form.")
@click.option(
    "--fields",
    "shows",
    is_flag=True,
    help="Only show what this letter asks for; * is required, (*) under some policies.",
)
@click.option("--values-file", type=FILE, help="What stands in its fields, a JSON object of texts; - reads stdin.")
@click.option("--language", type=click.Choice(list(languages())), help="Its language; the report's if not given.")
@click.option("--out", type=FILE, help="Where the PDF goes (0600).")
@click.option("--seal", "seals", is_flag=True, help="Seal it to the case: to the reporter what is addressed to them.")
@with_desk_options
def letter(terminal: Terminal, options: DeskOptions, case: str, kind: str, **given: Any) -> None:
    """Make a letter or form of a case as PDF on this machine: acceptance, result, minutes, hand-over and the like."""
    template = letter_templates().templates[Letter(kind)]
    if given["shows"]:
        return _show_fields(terminal, template)
    out = cast("Path | None", given["out"])
    if out is None:
        raise CommandError(Exit.USAGE, "Say with --out where the PDF goes.")
    values, seals = _values(given["values_file"]), bool(given["seals"])
    if seals and template.to is Addressee.CONCERNED:
        said = "This letter names somebody whose name lies sealed: print it, it is never sealed to a case."
        raise CommandError(Exit.USAGE, said)
    to_reporter = template.to is Addressee.REPORTER
    with at_case(terminal, options, case) as at:
        # What is only printed changes nothing in the case.
        opened = office_ready(at, needs_key=not to_reporter) if seals else at.open()
        if opened is None:
            return None
        paper = _paper(at, opened, template, given["language"], values)
        _printed(paper, out)
        if seals:
            _seal(at, opened, paper, out, to_reporter=to_reporter)
    said = terminal.words("The letter is in {path}.", path=out)
    sealed = [terminal.words("It is sealed to the case.")] if seals else []
    document: dict[str, object] = {"case": case, "letter": kind, "pdf": str(out), "sealed": seals}
    return terminal.result(document, said, *sealed)


def _paper(at: AtCase, opened: OpenedCase, template: Template, wanted: str | None, values: dict[str, str]) -> Paper:
    directory = at.session.directory
    page = page_of(load_office(at.profile.facts()["desk"]), directory, str(opened.row["policy"]))
    report = report_of(opened)
    language = wanted or (DEFAULT if report is None else spoken(report.language) or SOURCE)
    facts = facts_of(opened, directory, page, at.day(opened.row), language)
    states = _states(at, opened) if any(field.stated for field in template.fields) else ()
    return _composed(template, language, replace(facts, states=states), values)


def _states(at: AtCase, opened: OpenedCase) -> tuple[str, ...]:
    """What the policy asks a result letter to state; raises CommandError where this version is not kept here.

    A policy that was published without rules asks for nothing.
    """
    known = stored_rules(at.profile, at.session.directory).policies
    try:
        case = history(opened.grant.body.policy, str(opened.row["version"]), verified_entries(opened.events))
    except NotAHistory as error:
        raise CommandError(Exit.NOT_VERIFIED, ALTERED) from error
    policy = known.get((case.policy, case.version))
    if policy is None and any(one == case.policy for one, _ in known):
        raise CommandError(Exit.NOTHING_THERE, NOT_STORED)
    duties = () if policy is None else policy.rules.duties
    return tuple(dict.fromkeys(part.value for duty in duties for part in duty.result_states))
