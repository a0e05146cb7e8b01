"""`yanlu desk`: an investigator who works off line: pull, list, open, reply, export the identity."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crypto import Report, StaffKeys, VerifiedDirectory, b64decode, b64encode, is_notice_missing, read_packet
from crypto.errors import CryptoError, ExclusionMissing
from portal.cli.attachments import words_of
from portal.cli.desk.act_command import act_in_case
from portal.cli.desk.claims import late_readers, opened_lines, sign_opened
from portal.cli.desk.client import (
    BatchEntry,
    DeskSession,
    OpenedCase,
    Reply,
    desk_server,
    find_new,
    known_id,
    open_case,
    reply_to,
)
from portal.cli.desk.clocks import difference_documents, difference_lines, stage_of, worker_differences
from portal.cli.desk.custody_command import identity
from portal.cli.desk.days import day_at
from portal.cli.desk.desk_options import FILE, FOLDER, DeskOptions, signed_in, with_desk_options
from portal.cli.desk.duty_done_command import duty_done
from portal.cli.desk.enrolment import enrol
from portal.cli.desk.export_command import export
from portal.cli.desk.handover_command import LEAVING
from portal.cli.desk.letter_command import letter
from portal.cli.desk.merged_cases_command import merged_cases
from portal.cli.desk.misread import BY_NON_READER, MISREAD, by_non_readers
from portal.cli.desk.new_keys_command import new_keys
from portal.cli.desk.on_behalf_command import import_register, log_report
from portal.cli.desk.profile import Profile
from portal.cli.desk.publication_command import publish
from portal.cli.desk.reader_changes import reader_lines, reader_steps
from portal.cli.desk.readers import READERS
from portal.cli.desk.regrants import renewed
from portal.cli.desk.removals_command import fetch_removals, removals
from portal.cli.desk.rules import fetch_rules
from portal.cli.desk.saving import save_attachments
from portal.cli.desk.secrets_command import new_secrets
from portal.cli.desk.step_faults import SAID, StepFault, faults_by_rules
from portal.cli.desk.stored_case import offline, stored_case
from portal.cli.desk.unsent_text import reporting_unsent_text
from portal.cli.errors import CommandError, Exit
from portal.cli.former_names import RenamedGroup
from portal.cli.office_source import server_of
from portal.cli.reporter.inbox_command import ALARMS, carried, entry_document, entry_line
from portal.cli.responses.desk import CaseRow, case_bytes
from portal.cli.responses.reading import UnfitAnswer
from portal.cli.terminal import Terminal, pass_terminal, write_private
from portal.cli.typed_code import TYPED_CODE
from portal.cli.words import one_or_more
from portal.office.files import write_secret

ONE_UNSERVED = "The record of this case names {count} entry that the server did not deliver: do not write into it."
UNSERVED = "The record of this case names {count} entries that the server did not deliver: do not write into it."
ONE_UNDELIVERABLE = "The server says that it could not deliver {count} entry of this record: write it again if need be."
UNDELIVERABLE = "The server says that it could not deliver {count} entries of this record: write them again if need be."
CLAIMED = (
    "A packet in the batch claims to hold another key of case {case}. That proves nothing, for anybody can seal such a "
    "packet: it was passed over."
)
ONE_YOURS = "{count} case is yours; in this batch: {new}."
YOURS = "{count} cases are yours; {new} were in this batch."
ONE_REJECTED = "{count} of your cases is not what it should be: nothing of it was kept."
REJECTED = "{count} of your cases are not what they should be: nothing of them was kept."


@click.group(cls=RenamedGroup, former={"take-down": "log-report"})
def desk() -> None:
    """Handle cases from the command line, off line where possible."""


@desk.command()
@click.option("--desk", "origin", help="The desk's address; needed the first time.")
@click.option("--office-key", "code", type=TYPED_CODE, help="The office code; needed the first time.")
@click.option("--member", help="Your id; needed the first time.")
@click.option("--raw", type=FOLDER, help="Write every age file there as it is, for stock age.")
@with_desk_options
def pull(
    terminal: Terminal, options: DeskOptions, origin: str | None, code: str | None, member: str | None, raw: Path | None
) -> None:
    """Fetch the batch, claim what opens, keep your cases (still sealed) for work off line."""
    profile = Profile(options.profile)
    if not (origin and code and member):
        facts = profile.facts()
        origin, code, member = origin or facts["desk"], code or facts["office_key"], member or facts["member"]
    with signed_in(terminal, options, profile, str(code), str(origin), str(member)) as (session, how):
        staff = profile.unlock(session.directory, how)
        # First what is claimed already: whatever the batch holds, and however long it takes, these are here.
        first = _store_cases(session, profile, staff, session.rows())
        fetch_rules(session, profile)
        packets = list(session.packets(() if raw else profile.passed(staff)))
        batch = find_new(staff, session.directory, profile, packets)
        found = session.claim(batch.grants)
        ours = {b64encode(grant.case) for grant in found}
        then = _store_cases(session, profile, staff, [row for row in session.rows() if row["case"] in ours])
        stored, rejected, damaged = (sorted({*one, *other}) for one, other in zip(first, then, strict=True))
        refused = batch.refused + rejected
        written = _write_raw(session, profile, staff, packets, raw) if raw else 0
        gone = fetch_removals(session, profile, staff)
    document: dict[str, object] = {
        "packets": len(packets), "new": len(found), "cases": stored, "refused": refused, "damaged": damaged,
        "raw": written, "removals": len(gone.proven), "claimed": sorted(set(batch.claimed)),
    }  # fmt: skip
    lines = [terminal.words.counted(len(stored), ONE_YOURS, YOURS, new=len(found))]
    lines += [terminal.words("Refused: {what}", what=what) for what in refused]
    lines += [terminal.words(CLAIMED, case=one) for one in sorted(set(batch.claimed))]
    lines += [
        terminal.words("{case} does not hold together: open it to see what is wrong.", case=one) for one in damaged
    ]
    terminal.result(document, *lines, *gone.note(terminal))
    if rejected:
        said = one_or_more(len(rejected), ONE_REJECTED, REJECTED)
        raise CommandError(Exit.REFUSED, said, count=len(rejected))


def _store_cases(
    session: DeskSession, profile: Profile, staff: StaffKeys, rows: Sequence[CaseRow]
) -> tuple[list[str], list[str], list[str]]:
    """The cases that open, kept; what is wrong with those that don't; and those that are kept with something amiss.

    No case holds up another.
    """
    stored: list[str] = []
    rejected: list[str] = []
    damaged: list[str] = []
    for row in rows:
        case = row["case"]
        try:
            document = session.case(case)
            pinned = profile.grant(staff, case_bytes(case))
            opened = open_case(staff, session.directory, document, pinned)
        except UnfitAnswer as error:
            rejected.append(f"{case}: {error.reason}")
            continue
        except CryptoError as error:
            # Who is excluded does not even learn that there is a case.
            if not (isinstance(error, ExclusionMissing) and staff.member in error.excluded):
                rejected.append(f"{case}: {error.stage}")
            continue
        # Only what the case's own file bears out, and no colleague was shown otherwise, becomes the pin.
        if not opened.claims.differing:
            entry = profile.pin(staff, opened.grant, os.urandom)
            if opened.grant is not pinned:
                session.store_key(case, entry)
        signed = sign_opened(session, staff, opened, day_at(session.directory, opened.row["entity"]))
        profile.store_case(opened.grant.case, session.case(case) if signed else document)
        stored.append(case)
        if opened.is_damaged:
            damaged.append(case)
    return stored, rejected, damaged


def _write_raw(session: DeskSession, profile: Profile, staff: StaffKeys, packets: list[BatchEntry], raw: Path) -> int:
    """Grants, items and attachments as age files; how many."""
    for entry in packets:
        write_secret(raw / "grants" / f"{entry.day}-{b64encode(entry.name)}.age", read_packet(entry.packet).sealed)
    count = len(packets)
    for name in profile.cases():
        case = b64encode(name)
        opened = stored_case(profile, staff, session.directory, case)
        write_secret(raw / case / "grant.age", read_packet(b64decode(opened.row["packet"])).sealed)
        for entry in opened.thread.entries:
            if entry.item is not None:
                place = entry.item.place
                write_secret(raw / case / f"{place.direction}-{place.seq}.age", entry.item.body)
                count += 1
        for _, attachment in carried(opened.thread.verified):
            session.fetch_blob(case, attachment, raw / case / f"{b64encode(attachment.blob)}.age", lambda _: None)
            count += 1
    return count


@desk.command("list")
@with_desk_options
def list_cases(terminal: Terminal, options: DeskOptions) -> None:
    """List your cases as last pulled; works off line."""
    profile, staff, directory = offline(terminal, options)
    rows: list[dict[str, object]] = []
    for name in profile.cases():
        case = b64encode(name)
        rows.append(_summary(stored_case(profile, staff, directory, case), case))
    lines = [
        f"{row['case']}  {row['day']}  {row['stage']}  {row['entity']}  {row['category']}  {row['beginning']}"
        for row in rows
    ]
    terminal.result({"cases": rows}, *(lines or [terminal.words("You have no cases.")]))


def _summary(opened: OpenedCase, case: str) -> dict[str, object]:
    contents = (entry.inner.content for entry in opened.thread.entries if entry.inner)
    report = next((content for content in contents if isinstance(content, Report)), None)
    beginning = report.account.splitlines()[0][:60] if report and report.account else ""
    return {
        "case": case,
        "day": opened.row["day"],
        "stage": stage_of(opened),
        "entity": opened.row["entity"],
        "epoch": opened.grant.epoch,
        "category": report.category if report else None,
        "beginning": "".join(char for char in beginning if char.isprintable()),
        "holds": opened.chain_holds,
    }


@desk.command("open")
@click.argument("case")
@click.option("--save", type=FOLDER, help="Fetch and save the attachments there (on line).")
@click.option("--former", is_flag=True, help="As it was before its readers were changed without you (on line).")
@with_desk_options
def open_one(terminal: Terminal, options: DeskOptions, case: str, save: Path | None, *, former: bool) -> None:
    """Read a case as last pulled; works off line except for attachments."""
    if save is None and not former:
        profile, staff, directory = offline(terminal, options)
        _show(terminal, profile, directory, stored_case(profile, staff, directory, case), case, [])
        return
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        staff = profile.unlock(session.directory, how)
        opened = _asked(session, staff, profile, case, former=former)
        saved = save_attachments(terminal, session, opened, case, save) if save is not None else []
        _show(terminal, profile, session.directory, opened, case, saved, None if former else session)


def _asked(session: DeskSession, staff: StaffKeys, profile: Profile, case: str, *, former: bool) -> OpenedCase:
    """The case as the desk has it; a former one against the pin of that very epoch alone."""
    pinned, row = profile.grant(staff, known_id(case)), session.former(case) if former else session.case(case)
    if former and pinned is not None and pinned.epoch != row["epoch"]:
        pinned = None
    return open_case(staff, session.directory, row, pinned)


def _show(
    terminal: Terminal,
    profile: Profile,
    directory: VerifiedDirectory,
    opened: OpenedCase,
    case: str,
    saved: list[str],
    session: DeskSession | None = None,
) -> None:
    faults = faults_by_rules(session, opened)
    differing, late = worker_differences(profile, directory, opened), late_readers(profile, directory, opened)
    entries = [entry_document(entry, directory, terminal.words.language) for entry in opened.thread.entries]
    steps = reader_steps(opened)
    document: dict[str, object] = {
        **_summary(opened, case),
        "holders": opened.grant.body.holders,
        "mark": opened.claims.mark,
        "opened": dict(opened.claims.opened),
        "differing": list(opened.claims.differing),
        "late": late,
        "excluded": opened.grant.body.excluded,
        "entries": entries,
        "alarms": list(opened.thread.alarms),
        "damaged": opened.is_damaged,
        "events": [_event(event) for event in opened.events],
        "readers": [step.document() for step in steps],
        "unserved": opened.unserved,
        "undeliverable": opened.undeliverable,
        "misread": opened.misread,
        "faulty": [list(one) for one in faults],
        "astray": difference_documents(differing),
        "saved": saved,
    }
    lines = _alarms(terminal, opened, faults)
    lines += [*opened_lines(terminal, directory, opened, late), *reader_lines(terminal, steps)]
    if is_notice_missing(opened.grant, opened.thread):
        lines.append(terminal.words(UNTOLD))
    lines += [*difference_lines(terminal, differing), *(entry_line(terminal, entry) for entry in entries)]
    lines += [terminal.words("Saved: {path}", path=path) for path in saved]
    terminal.result(document, *lines)


def _alarms(terminal: Terminal, opened: OpenedCase, faults: list[tuple[int, StepFault]]) -> list[str]:
    """What is wrong with conversation and record as a whole."""
    lines = [terminal.words(ALARMS[alarm]) for alarm in opened.thread.alarms]
    if opened.unserved:
        lines.append(terminal.words.counted(len(opened.unserved), ONE_UNSERVED, UNSERVED))
    elif not opened.chain_holds and not opened.claims.differing:
        lines.append(terminal.words("The record of this case does not hold together: do not write into it."))
    lines += [terminal.words(MISREAD, number=n) for n in opened.misread]
    lines += [terminal.words(BY_NON_READER, number=n, member=by) for n, by in by_non_readers(opened.events)]
    lines += [terminal.words(SAID[fault], number=n) for n, fault in faults]
    if opened.undeliverable:
        lines.append(terminal.words.counted(len(opened.undeliverable), ONE_UNDELIVERABLE, UNDELIVERABLE))
    return lines


def _event(read: Any) -> dict[str, object]:
    event = read.event
    return {
        "kind": event.kind if event else None,
        "day": event.day if event else None,
        "actor": event.actor if event else None,
        "wrong": read.wrong,
    }


@desk.command()
@click.argument("case")
@click.option("--text-file", type=FILE, required=True, help="Your reply; - reads stdin.")
@click.option("--attach", "files", type=FILE, multiple=True, help="A file to attach; may be given again.")
@with_desk_options
def reply(terminal: Terminal, options: DeskOptions, case: str, text_file: Path, files: tuple[Path, ...]) -> None:
    """Reply to the reporter, signed."""
    text = words_of(text_file, files)
    if not text:
        raise CommandError(Exit.USAGE, "The reply is empty.")
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        staff = profile.unlock(session.directory, how)
        opened = open_case(staff, session.directory, session.case(case), profile.grant(staff, known_id(case)))
        day = day_at(session.directory, opened.row["entity"])
        made = renewed(session, staff, opened, day)
        if made is not None:
            # The reporter has taken a new receipt: the answer goes under a key that the old one never knew.
            session.claim([made])
            session.store_key(case, profile.pin(staff, made, os.urandom))
            opened = open_case(staff, session.directory, session.case(case), made)
        with tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
            size = sum(file.stat().st_size for file in files)
            with terminal.progress("Uploading", size) as advance, reporting_unsent_text(text_file, files):
                reply_to(session, staff, opened, Reply(text, files, day), Path(folder), advance)
        profile.store_case(opened.grant.case, session.case(case))
    terminal.result({"case": case, "sent": True}, terminal.words("Your reply was sent."))


@desk.command("export-identity")
@click.option("--out", type=FILE, required=True, help="Where the secret identity goes (0600).")
@with_desk_options
def export_identity(terminal: Terminal, options: DeskOptions, out: Path) -> None:
    """Write your secret identity for stock age. Anybody who has this file can read your cases."""
    _, staff, _ = offline(terminal, options)
    # Former keys too, while they are kept: what was sealed to them opens with nothing else.
    write_private(out, "".join(f"{one.text}\n" for one in (staff.identity, *staff.identity.others)))
    terminal.result(
        {"identity_file": str(out), "recipient": staff.recipient},
        terminal.words(
            "Your identity is in {path}. Anybody who has this file can read your cases: delete it after use.", path=out
        ),
    )


@desk.command("enrol")
@click.option("--desk", "origin", required=True, help="The desk's address.")
@click.option("--invite-file", type=FILE, help="The invitation code; else you are asked.")
@click.option("--out", type=FOLDER, required=True, help="Where passphrase, device secret and TOTP secret go (0600).")
@pass_terminal
def enrol_member(terminal: Terminal, origin: str, invite_file: Path | None, out: Path) -> None:
    """Make your keys from an invitation and open the dummy case; then the keepers must sign."""
    server = desk_server(server_of(origin), terminal.words.language, terminal.note_busy)
    try:
        made = enrol(
            server,
            terminal.secret(invite_file, "Invitation code", "--invite-file"),
            lambda: int(time.time()),
            os.urandom,
        )
    finally:
        server.close()
    for name, secret in (
        ("passphrase", made.passphrase),
        ("device-secret", made.device_secret),
        ("totp", made.totp_secret),
    ):
        write_private(out / name, secret + "\n")
    terminal.result(
        {"member": made.staff.member, "secrets": str(out)},
        terminal.words("Your secrets are in {path}: print them, then delete the files.", path=out),
        terminal.words("Now the keepers must sign you into the directory."),
    )


UNTOLD = (
    "No notice of the last change of readers reaches the reporter (none holds, they could not read it, or it went to a "
    "receipt that was given up since): run `yanlu desk tell-again`."
)
OTHERS = (
    removals, identity, new_secrets, new_keys, act_in_case, merged_cases, letter, log_report, import_register, export,
    duty_done, publish,
)  # fmt: skip
for command in (*READERS, *LEAVING, *OTHERS):
    desk.add_command(command)
