"""`yanlu recovery use` off line, `yanlu recovery submit` on line: for the outside holder who signs a recovery."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from crypto import (
    CryptoError,
    Event,
    StaffKeys,
    VerifiedDirectory,
    b64decode,
    b64encode,
    read_proof,
    sign_event,
    verify_events,
)
from crypto.shape import Fields
from crypto.transparency_log.office_document import OFFICE_LIMIT
from portal.cli.desk.client import DeskSession
from portal.cli.desk.desk_options import FILE, FOLDER, DeskOptions, signed_in, unlocking, with_desk_options
from portal.cli.desk.profile import Document, Profile, Unlocking
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.recovered_cases import Back, RecoveredCase, Recovering, lines_of, recovery_key
from portal.cli.office_source import OfficeDocuments
from portal.cli.terminal import Terminal, read_text, today

FILLER = 7
"""Random claims beside the one that counts: a block has eight."""


@click.command()
@click.argument("source", type=FILE)
@click.option("--share-file", "files", type=FILE, multiple=True, required=True, help="A share's words, on one line.")
@click.option("--to", "wanted", multiple=True, required=True, help="A new holder; may be given again.")
@click.option(
    "--also",
    type=(FOLDER, FILE, FILE),
    metavar="PROFILE PASSPHRASE DEVICE",
    help="Profile, passphrase file and device secret file of a second outside holder, where two must sign.",
)
@click.option("--out", type=FILE, required=True, help="The file to carry back, for `yanlu recovery submit`.")
@with_desk_options
def use(
    terminal: Terminal,
    options: DeskOptions,
    source: Path,
    files: tuple[Path, ...],
    wanted: tuple[str, ...],
    also: tuple[Path, Path, Path] | None,
    out: Path,
) -> None:
    """Off line: open the cases of SOURCE with recovery shares and seal them to new holders; then renew the key."""
    rows = lines_of(source)
    directory = office_of(next(rows, None) or Document(), Profile(options.profile))
    _print_age(terminal, directory)
    for one in wanted:
        if directory.valid_member(one) is None:
            raise CommandError(Exit.USAGE, "Nobody in the office is called {ids}.", ids=one)
    signers = [_signer(directory, options.profile, unlocking(terminal, options))]
    if also is not None:
        signers.append(_signer(directory, also[0], unlocking(terminal, DeskOptions(*also, None))))
    key = recovery_key(directory, [read_text(file) for file in files])
    work = Recovering(directory, key, signers, wanted, terminal.words.language)
    seen: list[RecoveredCase] = []
    with _own_file(out) as sink:
        for row in rows:
            one = work.recover(row)
            seen.append(one)
            if one.regrant is not None:
                sink.write(json.dumps(one.regrant, ensure_ascii=False) + "\n")
    _write_histories(seen, _histories(out))
    _print_result(terminal, seen, out)


def _histories(out: Path) -> Path:
    """Where what only an earlier grant opens is written, beside what is carried back."""
    return out.with_name(f"{out.name}.histories")


def _write_histories(seen: Sequence[RecoveredCase], path: Path) -> None:
    histories = [one.history for one in seen if one.history is not None]
    if histories:
        with _own_file(path) as sink:
            sink.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in histories)


def _own_file(path: Path) -> TextIO:
    """A file that nobody but its user reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8")


def office_of(head: Document, profile: Profile) -> VerifiedDirectory:
    """The directory of the file, verified as one that is served: code, newest directory seen, witnesses' word.

    A recovery is a re-grant: where the office has witnesses, their word must hold today. Raises CommandError.
    """
    facts = profile.facts()
    try:
        fields = Fields(head, "v", "office")
        fields.version()
        office = OfficeDocuments(fields.text("office", OFFICE_LIMIT).encode(), {}, None)
    except CryptoError as error:
        raise CommandError(Exit.NOTHING_THERE, "{path} is not a file of a recovery.", path=profile.path) from error
    return office.verify(str(facts["office_key"]), today(), profile.seen())


def _print_age(terminal: Terminal, directory: VerifiedDirectory) -> None:
    content = directory.content
    terminal.note("Directory {number} of {day}.", number=content.sequence, day=content.issued)
    if directory.confirmed is not None:
        when = datetime.fromtimestamp(directory.confirmed.at, UTC)
        terminal.note("A witness outside the office confirmed it on {time}.", time=f"{when:%Y-%m-%d %H:%M} UTC")


def _signer(directory: VerifiedDirectory, path: Path, how: Unlocking) -> StaffKeys:
    return Profile(path).unlock(directory, how)


def _print_result(terminal: Terminal, seen: Sequence[RecoveredCase], out: Path) -> None:
    words = terminal.words
    counts = {back.value: sum(one.back is back for one in seen) for back in Back}
    refused = {one.case: one.reason for one in seen if one.back is Back.REFUSED}
    lines = [
        words.counted(
            counts[Back.RECOVERED],
            "{count} case is sealed to the new holders, {outside} to outside holders.",
            "{count} cases are sealed to the new holders, {outside} to outside holders.",
            outside=counts[Back.OUTSIDE],
        ),
        words("{count} are not sealed to this recovery key.", count=counts[Back.NOT_OURS]),
    ]  # fmt: skip
    if counts[Back.FORMER]:
        said = "{count} open only with the key of before: what was said up to then is in {file}, in clear. Guard it."
        lines.append(words(said, count=counts[Back.FORMER], file=_histories(out)))
    lines += [words("{case} is not done: {reason}", case=case, reason=reason) for case, reason in refused.items()]
    lines.append(words("Next: carry {file} to a machine on line, `yanlu recovery submit`, then `yanlu recovery renew`.",
                       file=out))  # fmt: skip
    terminal.result({**counts, "refusals": refused, "file": str(out)}, *lines)
    if refused:
        click.get_current_context().exit(int(Exit.FAILED))


@click.command()
@click.argument("source", type=FILE)
@with_desk_options
def submit(terminal: Terminal, options: DeskOptions, source: Path) -> None:
    """On line: bring what `recovery use` made to the desk; may be killed and run again."""
    profile = Profile(options.profile)
    facts = profile.facts()
    regrants = list(lines_of(source))
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        staff = profile.unlock(session.directory, how)
        done = gone = 0
        with terminal.counting("Re-sealing", len(regrants)) as advance:
            for regrant in regrants:
                fresh = bring(session, staff, regrant, today().isoformat())
                done, gone = done + fresh, gone + (not fresh)
                advance(1)
    terminal.result(
        {"submitted": done, "passed_over": gone},
        terminal.words.counted(
            done,
            "{count} case is with its new holders; there before, or gone: {gone}.",
            "{count} cases are with their new holders; {gone} were before, or are gone.",
            gone=gone,
        ),
    )


def bring(session: DeskSession, staff: StaffKeys, regrant: Document, day: str) -> bool:
    """One deed as the next signed step of its case; False where the case has moved on, or is gone.

    Raises CommandError where the record does not hold together.
    """
    random = [{"case": b64encode(os.urandom(16)), "access": b64encode(os.urandom(32))} for _ in range(FILLER)]
    mine = {"case": regrant["case"], "access": regrant["access"]}
    session.server.call("POST", "/api/claims", json={"claims": [mine, *random]})
    try:
        row = session.case(str(regrant["case"]))
    except CommandError as error:
        if error.code is Exit.NOTHING_THERE:
            return False
        raise
    case = b64decode(str(regrant["case"]), 16)
    events = verify_events(session.directory, case, row["events"])
    head = b64decode(row["head"]["hash"], 32)
    if any(read.wrong for read in events) or (events[-1].hash if events else bytes(32)) != head:
        raise CommandError(Exit.REFUSED, "The record of this case does not hold together: do not write into it.")
    proof = read_proof(regrant["proof"]).document()
    named = {"item": regrant["item_hash"], "grant": regrant["grant"], **proof}
    event = sign_event(staff, Event(case, len(events), "regranted", day, staff.member, named), head)
    brought = {name: regrant[name] for name in ("packet", "history", "epoch")}
    grant = {**brought, "access": regrant["next_access"], **proof}
    body: Document = {"event": event.document(), "item": regrant["item"], "blobs": [], "grant": grant}
    session.server.call("POST", f"/api/cases/{regrant['case']}/steps", json=body)
    return True
