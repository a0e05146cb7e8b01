"""`yanlu desk act`: what the policy allows in a case, and one act of it, as the page does it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import click

from casework.engine.case import Event
from casework.engine.refusals import Refusal
from casework.event_store.extending import extension_days
from casework.event_store.history import ACT_READ, history, verified_entries
from casework.event_store.second_person import agreement_unfit, unruled_words
from casework.event_store.step_check import decide_read
from casework.ids import MemberId
from casework.rules.acts import REASONED, TRAITS, Act, Attribute, Party
from casework.rules.flow import StageId
from casework.words import DEFAULT, SOURCE, Words
from crypto import attachment_recipients, blob_listing
from crypto.sealing.attachment_shape import Attachment
from portal.cli.attachments import check_files, seal_files
from portal.cli.desk.acting import (
    DIRECTIONS,
    ActionRequest,
    act_words,
    attempt,
    member_words,
    names_of,
    read_names,
    refused,
    seal_action,
)
from portal.cli.desk.case_state import NoRules, RuledCase, ruled_case
from portal.cli.desk.client import OpenedCase, StepLoad, write_step
from portal.cli.desk.desk_options import FILE, DeskOptions, with_desk_options
from portal.cli.desk.further_duties import further_duties
from portal.cli.desk.named_measures import with_named_measures
from portal.cli.desk.named_stage import with_named_stages
from portal.cli.desk.publishing import as_published
from portal.cli.desk.readers import AtCase, at_case, office_ready, with_office_key, write_note
from portal.cli.desk.regrants import renewed
from portal.cli.desk.second_person import decline as decline_step
from portal.cli.desk.second_person import second_person, with_asking
from portal.cli.desk.step_faults import confirm_closing, require_decided
from portal.cli.desk.unsent_text import reporting_unsent_text
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, read_text
from portal.cli.words import Catalogue

NO_READER = "{member} cannot read this case and so cannot handle it. Its readers: {readers}."
NO_NOTE = "{act} is to bring a note for colleagues, and the note is missing: give --text-file."
NO_TEXT = "{act} goes to the reporter, and the text that the reporter is to read is missing: give --text-file."
NO_MEASURE = "Say with --measure which measures are set, or --measure none where none is needed."
NEW_DAY = "The new last day of this limit must be from {first} to {last}."
NEW_DAY_FROM = "The new last day of this limit must not be before {first}."
HELD = "This case is under a legal hold: nothing in it is destroyed, and nobody can ask or agree to delete it."
EXTENDED_ALONE = (
    "--due and --next don't go with an extension: what the reporter is told is the new day, --code until=YYYY-MM-DD."
)
KEY_PROPOSED = (
    "What stands in the place of the office's own key can't be read. Another key of the case was proposed, which needs "
    "a second signature; nothing else was sent."
)
UNCOUNTED = "This agreement would not count: {reason}."
WITHOUT_RULES = frozenset({Act.DELETION_ASKED, Act.DELETION_APPROVED})
"""What two readers can agree on where a policy has no rules: anyone who deletes judges it by the signatures alone."""


_OPTIONS = (
    click.option("--to", help="The next stage, where the policy leaves a choice: its name or id."),
    click.option("--code", "codes", multiple=True, help="A code beside the act, NAME=VALUE; may be given again."),
    click.option("--text-file", type=FILE, help="The words or the reason; - reads stdin."),
    click.option("--attach", "files", type=FILE, multiple=True, help="A file to attach; may be given again."),
    click.option("--tell", type=click.Choice(["office", "reporter"]), help="Who reads the words, where it is open."),
    click.option("--outcome", "outcomes", multiple=True, help="An outcome of the policy; may be given again."),
    click.option("--measure", "measures", multiple=True, help="A measure of the policy, or none; may be given again."),
    click.option("--own-words", is_flag=True, help="The words describe a measure of its own."),
    click.option("--reward", help="What is rewarded, by the policy's id."),
    click.option("--next", "next_stage", help="The stage that the reporter is told comes next: its name or id."),
    click.option("--due", help="By when, YYYY-MM-DD."),
    click.option("--yes", is_flag=True, help="Close the case though the reporter was told another outcome."),
)


def act_options(command: Callable[..., None]) -> Callable[..., None]:
    """What an act may carry, as options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("act")
@click.argument("case")
@click.argument("act", required=False)
@click.option("--decline", is_flag=True, help="Decline what waits for your ACT, or withdraw your own request; say why.")
@act_options
@with_desk_options
def act_in_case(
    terminal: Terminal, options: DeskOptions, case: str, act: str | None, *, decline: bool, **given: object
) -> None:
    """Do an act of the policy, or put one of the reporter's on the record; without ACT: what is allowed and due."""
    if decline and act is None:
        raise CommandError(Exit.USAGE, "--decline needs the ACT that you decline.")
    request = None if act is None else action_request_of(act, given)
    with reporting_unsent_text(cast("Path | None", given["text_file"]), request.files if request else ()):
        if decline and request is not None:
            _decline(terminal, options, case, request)
        else:
            _act(terminal, options, case, request)


def _decline(terminal: Terminal, options: DeskOptions, case: str, request: ActionRequest) -> None:
    if not request.text:
        raise CommandError(Exit.USAGE, "{act} needs its reason: give --text-file.", act=act_words(request.act))
    with at_case(terminal, options, case) as at:
        opened = at.open()
        opened.require_whole()
        decline_step(at, ruled_case(at.session, opened), opened, request.act, request.text)


def _act(terminal: Terminal, options: DeskOptions, case: str, request: ActionRequest | None) -> None:
    with at_case(terminal, options, case) as at:
        opened = at.open()
        opened.require_whole()
        try:
            ruled = ruled_case(at.session, opened)
        except NoRules:
            if request is None or request.act not in WITHOUT_RULES:
                raise
            return _do_without_rules(at, request)
        if request is None:
            return _show(at, ruled, opened)
        if TRAITS[request.act].party is Party.REPORTER:
            event = _read(at, opened, ruled, request)
        else:
            event = do_act(at, opened, ruled, as_published(ruled, at.staff.member, request, terminal.words))
    return _print_event(terminal, case, event)


def _do_without_rules(at: AtCase, request: ActionRequest) -> None:
    codes = _codes_without_rules(at, request)
    if office_ready(at, needs_key=True) is None:
        return
    write_note(at, at.open(), request.text, tuple(request.files), request.act.value, codes)
    document: dict[str, object] = {"case": at.case, "act": request.act.value, "role": None, "to": None}
    at.terminal.result(document, at.terminal.words("It is on the record."))


def _codes_without_rules(at: AtCase, request: ActionRequest) -> Mapping[str, str]:
    """What the event names; raises CommandError for an agreement that no program would count, nothing sent yet."""
    opened = at.open()
    case = history(opened.grant.body.policy, str(opened.row["version"]), verified_entries(opened.events))
    codes = with_asking(case, request, at.staff.member).codes
    if request.act is not Act.DELETION_APPROVED:
        return codes
    named = {Attribute(name): value for name, value in codes.items()}
    unfit = agreement_unfit(case, request.act, named, MemberId(at.staff.member))
    if unfit is not None:
        raise CommandError(Exit.REFUSED, UNCOUNTED, reason=at.terminal.words.of(unruled_words(unfit)))
    return codes


def action_request_of(name: str, given: dict[str, object]) -> ActionRequest:
    """What was asked for; raises CommandError for a name that is none."""
    if name not in set(Act) or TRAITS[Act(name)].party is Party.WORKER:
        raise CommandError(Exit.USAGE, "{act} is no act. `yanlu desk act CASE` shows what is allowed.", act=name)
    pairs = [one.partition("=") for one in cast("tuple[str, ...]", given["codes"])]
    wrong = [code for code, equals, _ in pairs if not equals or code not in set(Attribute)]
    if wrong:
        raise CommandError(Exit.USAGE, "{name} is no code. Give NAME=VALUE.", name=wrong[0])
    file = given["text_file"]
    request = ActionRequest(
        Act(name),
        to=_text(given["to"]),
        codes={code: value for code, _, value in pairs},
        audience=_text(given["tell"]),
        text=read_text(file).strip() if isinstance(file, Path) else "",
        files=tuple(cast("tuple[Path, ...]", given["files"])),
        outcomes=cast("tuple[str, ...]", given["outcomes"]),
        measures=cast("tuple[str, ...]", given["measures"]),
        own_words=bool(given["own_words"]),
        reward=_text(given["reward"]),
        next=_text(given["next_stage"]),
        due=_text(given["due"]),
        yes=bool(given.get("yes")),
    )
    check_files(request.files)
    if request.act is Act.EXTENDED and (request.due or request.next):
        raise CommandError(Exit.USAGE, EXTENDED_ALONE)
    if request.act is Act.MEASURE_SET and not request.measures:
        raise CommandError(Exit.USAGE, NO_MEASURE)
    _require_text(request)
    return request


def _require_text(request: ActionRequest) -> None:
    """What has to be written is, before anybody signs in; raises CommandError."""
    if request.text or TRAITS[request.act].party is not Party.MEMBER:
        return
    if request.act in REASONED:
        raise CommandError(Exit.USAGE, "{act} needs its reason: give --text-file.", act=act_words(request.act))
    if request.readers == "reporter":
        raise CommandError(Exit.USAGE, NO_TEXT, act=act_words(request.act))
    if request.audience == "office" and not request.files:
        raise CommandError(Exit.USAGE, NO_NOTE, act=act_words(request.act))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def judged(at: AtCase, ruled: RuledCase, request: ActionRequest) -> Event:
    """The event that a request would leave in the case, nothing sealed yet; raises CommandError with the reason."""
    found = attempt(ruled, at.staff.member, request)
    if isinstance(found, Refusal) and found.names == (Attribute.UNTIL,):
        _refuse_day(ruled, request)
    if isinstance(found, Refusal):
        raise refused(ruled, found, at.terminal.words, at.session.directory)
    return found


def _refuse_day(ruled: RuledCase, request: ActionRequest) -> None:
    """Says to which days a limit can be extended; raises CommandError where that is known."""
    ruling = ruled.ruling
    days = extension_days(ruled.policy, ruled.case, request.codes.get("clock", ""), (ruling.office, ruling.now))
    if days is not None:
        first, last = days
        said = NEW_DAY_FROM if last is None else NEW_DAY
        raise CommandError(Exit.REFUSED, said, first=first.isoformat(), last="" if last is None else last.isoformat())


def do_act(at: AtCase, opened: OpenedCase, ruled: RuledCase, request: ActionRequest) -> Event:
    """Judge, make a key where words for the office need one, judge again, seal, sign, send."""
    if ruled.case.held and request.act in WITHOUT_RULES:
        raise CommandError(Exit.REFUSED, HELD)
    named = with_named_measures(with_named_stages(ruled, request, at.terminal.words))
    request = with_asking(ruled.case, named, at.staff.member)
    _require_readers(at, opened, request)
    _require_outcome(ruled, request, at.terminal.words)
    require_decided(ruled, opened, request)
    confirm_closing(at.terminal, ruled, opened, judged(at, ruled, request).to, yes=request.yes)
    opened, ruled = _ready(at, opened, ruled, office=request.readers == "office")
    where = (at.staff, at.session.directory, opened.grant, opened.thread)
    with tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
        attachments = _upload(at, opened, request, Path(folder))
    # Again, by the case as it stands now; the minute that it tells is the one after the files have gone.
    ruled = replace(ruled, ruling=replace(ruled.ruling, now=datetime.now(UTC)))
    event = judged(at, ruled, request)
    item = seal_action(where, ruled, request, event, attachments)
    kind = "sealed" if TRAITS[request.act].masked else request.act.value
    blobs = [blob_listing(one).document() for one in attachments]
    day = ruled.ruling.office.day_of(ruled.ruling.now).isoformat()
    write_step(at.session, at.staff, opened, StepLoad(kind, day, item, blobs, names=names_of(event)))
    return event


def _require_outcome(ruled: RuledCase, request: ActionRequest, words: Catalogue) -> None:
    """A decision names what it decides; raises CommandError with what may be named."""
    if request.act in (Act.DECIDED, Act.APPEAL_DECIDED) and not request.outcomes:
        known = words.listed(*(f"{one.id} ({words.of(one.name)})" for one in ruled.policy.rules.outcomes))
        raise CommandError(
            Exit.USAGE, "This step decides the case: name the outcome by --outcome, one of {outcomes}.", outcomes=known
        )


def _require_readers(at: AtCase, opened: OpenedCase, request: ActionRequest) -> None:
    """Nobody is named to handle a case whom its keys do not reach; raises CommandError."""
    holders = opened.grant.body.holders
    for code in (Attribute.HANDLER, Attribute.DEPUTY):
        member = request.codes.get(code.value, "")
        if member and member not in holders:
            directory, words = at.session.directory, at.terminal.words
            readers = words.listed(*(words.of(member_words(directory, one)) for one in holders))
            raise CommandError(Exit.REFUSED, NO_READER, member=member_words(directory, member), readers=readers)


def _ready(at: AtCase, opened: OpenedCase, ruled: RuledCase, *, office: bool) -> tuple[OpenedCase, RuledCase]:
    """The case with a key for the reporter's new receipt, or with one of the office's own; raises CommandError."""
    ready, made = opened, renewed(at.session, at.staff, opened, at.day(opened.row))
    if made is not None:
        at.adopt_grant(made)
        ready = at.open()
    if office:
        keyed = with_office_key(at, ready)
        if keyed is None:
            raise CommandError(Exit.REFUSED, KEY_PROPOSED)
        ready = keyed
    return (opened, ruled) if ready is opened else (ready, ruled_case(at.session, ready))


def _upload(at: AtCase, opened: OpenedCase, request: ActionRequest, folder: Path) -> list[Attachment]:
    if request.readers is None or not request.files:
        return []
    recipients = attachment_recipients(opened.grant, opened.thread, DIRECTIONS[request.readers])
    sealed = seal_files(request.files, recipients, folder)
    with at.terminal.progress("Uploading", sum(part.sealed_size for part, _ in sealed)) as advance:
        at.session.server.upload_all(sealed, advance)
    return [attachment for attachment, _ in sealed]


def _read(at: AtCase, opened: OpenedCase, ruled: RuledCase, request: ActionRequest) -> Event:
    """Put the oldest declaration of this kind on the record."""
    waiting = next((one for one in ruled.waiting if one[1] is request.act), None)
    if waiting is None:
        raise CommandError(Exit.NOTHING_THERE, "The reporter declared no such thing, or it is on the record.")
    n, act, item = waiting
    to = None if request.to is None else StageId(request.to)
    found = decide_read(ruled.ruling, ruled.case, act, ruled.entries[n].event, to)
    if isinstance(found, Refusal):
        raise refused(ruled, found, at.terminal.words, at.session.directory)
    day = ruled.ruling.office.day_of(ruled.ruling.now).isoformat()
    write_step(at.session, at.staff, opened, StepLoad(ACT_READ, day, names=read_names(found, item, n)))
    return replace(found, act=act)


def _show(at: AtCase, ruled: RuledCase, opened: OpenedCase) -> None:
    """What is allowed, what is due and why, what the reporter has declared."""
    words = at.terminal.words
    stage = ruled.policy.rules.stage(ruled.case.stage)
    allowed, dues = ruled.allowed(at.staff.member), ruled.dues()
    declared = [act for _, act, _ in ruled.waiting]
    document: dict[str, object] = {
        "case": at.case,
        "stage": ruled.case.stage,
        "allowed": [act.value for act in allowed],
        "declared": [act.value for act in declared],
        "dues": dues,
    }
    name = ruled.case.stage if stage is None else words.of(stage.name)
    lines = [words("Stage: {stage}", stage=name)]
    lines += [words("Allowed: {act}", act=words.of(act_words(act))) for act in allowed]
    said = "Declared by the reporter: {act}"
    lines += [words(said, act=words.of(act_words(act))) for act in declared]
    clocks = {str(one.id): words.of(one.name) for one in ruled.policy.rules.clocks}
    said = "Due: {clock}. {why}"
    lines += [
        words(
            said,
            clock=clocks.get(str(due["clock"]), due["clock"]),
            why=words.of(Words(str(due[DEFAULT]), str(due[SOURCE]))),
        )
        for due in dues
    ]
    more, second = further_duties(ruled, at.staff.member, words), second_person(at, ruled, opened)
    at.terminal.result(
        document | {"policy": more.document, "second": second.document}, *lines, *second.lines, *more.lines
    )


def _print_event(terminal: Terminal, case: str, event: Event) -> None:
    document: dict[str, object] = {"case": case, "act": event.act.value, "role": event.role, "to": event.to}
    terminal.result(document, terminal.words("It is on the record."))
