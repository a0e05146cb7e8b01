"""`yanlu office`: found, sign, hand over, show."""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

import click

from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode
from crypto.office.directory_shape import Policy as SignedPolicy
from crypto.office.signed_notes import draw_keeper, join_notes, read_note
from portal.cli.directory_expiry import announce, mention_after
from portal.cli.errors import office_refusal
from portal.cli.keepers.change_words import show_draft
from portal.cli.keepers.check_command import check, decided
from portal.cli.keepers.confirming import CONFIRM, CONFIRM_POLICIES, require_confirmed
from portal.cli.keepers.duties_command import duties
from portal.cli.keepers.enrolled import enrolled_members
from portal.cli.keepers.founding_commands import BY_COMMITMENT, content_of
from portal.cli.keepers.office_words import (
    FILE,
    FOLDER,
    folder_of,
    read_keepers,
    thin_lines,
)
from portal.cli.keepers.offline_command import offline_page
from portal.cli.keepers.paper_commands import BY_FILE
from portal.cli.keepers.poster_command import poster
from portal.cli.office_source import export_office
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.office import (
    Draft,
    FoundedOffice,
    draft_directory,
    init_office,
    poster_text,
    publish_draft,
    root_document,
    rotate_office,
    sample_config_text,
    write_keeper,
)
from portal.office.directory_expiry import expiry_of
from portal.office.files import write_published
from portal.office.founding import RootByKeepers
from portal.office.founding_checks import require_fit
from portal.office.offline_signing import read_signing_request

ONE_MACHINE: Final = (
    "All keys were made on this machine in one sitting: keepers who took no part can't know that there is no second "
    "office. For their sake found by files, beginning with `yanlu office plan` (docs/office.md)."
)


THEY_SIGN: Final = (
    "No key was here, so the office is not at work yet. Carry {files} to {count} keepers at least; each runs, on a "
    "machine of their own:"
)


NAMED_POLICY: Final = "Policy {id}, version {version}, at {entities}; hash {hash}"

WITH_EXAMPLES: Final = "Sign this directory, and so publish {policies} for good with numbers that ship as examples?"


@click.group()
@pass_terminal
def office(terminal: Terminal) -> None:
    """Found an office, sign its directory, hand it over to new keepers."""
    mention_after(terminal)


@office.command(params=[CONFIRM])
@click.argument("path", required=False, type=FOLDER)
@click.option("--config", "config_file", type=FILE, help="office.toml, which `yanlu office check` has looked at.")
@click.option("--sample", is_flag=True, help="Print a sample office.toml and do nothing.")
@click.option("--root", "notes", type=FILE, multiple=True, help="Root 1 as a keeper signed it; repeat it.")
@click.option(
    "--keeper",
    "files",
    type=FILE,
    multiple=True,
    help="With --root: key files for the first directory; else it goes out to be signed.",
)
@click.option("--address", help="The intake page's address, for the poster.")
@pass_terminal
def init(
    terminal: Terminal,
    path: Path | None,
    config_file: Path | None,
    sample: bool,
    address: str | None,
    confirmed: tuple[str, ...],
    **made: tuple[Path, ...],
) -> None:
    """Found an office: keepers' keys, office id, first directory, recovery key on paper."""
    if sample:
        terminal.result({"sample": sample_config_text()}, sample_config_text())
        return
    config = decided(terminal, config_file, confirmed)
    require_fit(folder_of(path), config, today())
    require_confirmed(terminal, folder_of(path), config, confirmed)
    founded = init_office(folder_of(path).path, config, today(), made=_made(**made))
    root = founded.folder.path
    paper = poster_text(config.name.said(config.language), founded.folder.anchor(), address)
    write_published(root / "poster.txt", paper.encode())
    keys = [str(root / "keepers" / f"{keeper.id}.key") for keeper in founded.keepers]
    shares = [str(root / "recovery" / f"{share.id}.txt") for share in founded.shares]
    terminal.result(
        {
            "office": str(root),
            "code": founded.code,
            "keepers": keys,
            "recovery": shares,
            "poster": str(root / "poster.txt"),
            "to_sign": [str(one) for one in founded.papers],
        },
        paper,
        terminal.words("Office code: {code}", code=founded.code),
        *_to_carry(terminal, keys),
        terminal.words("Print every recovery share, then shred the file: {files}", files=", ".join(shares)),
        *_next_lines(terminal, founded),
    )


def _next_lines(terminal: Terminal, founded: FoundedOffice) -> list[str]:
    """What is left to sign, with the commands for it; then the members."""
    after = terminal.words("Next: `yanlu staff invite`, then `yanlu office sign`.")
    if not founded.papers:
        return [after]
    signing = (
        f"  yanlu office keeper-sign {one.name} --keeper KEEPER.key --out KEEPER.{one.name}.note"
        for one in founded.papers
    )
    files = ", ".join(map(str, founded.papers))
    return [
        terminal.words(THEY_SIGN, files=files, count=founded.folder.root().threshold),
        *signing,
        terminal.words("Then, with what they bring back:"),
        f"  yanlu office signed *.note --office {founded.folder.path}",
        after,
    ]


def _to_carry(terminal: Terminal, keys: list[str]) -> list[str]:
    """What to do with keys that were made here, and whom that does not protect."""
    give = "Give every keeper the key file that is theirs, and delete it here: {files}"
    return [terminal.words(give, files=", ".join(keys)), terminal.words(ONE_MACHINE)] if keys else []


def _made(notes: tuple[Path, ...], files: tuple[Path, ...]) -> RootByKeepers | None:
    """Root 1 as the keepers made it together; none where this machine is to draw all keys."""
    if not notes:
        return None
    contents = [content_of(one) for one in notes]
    text = read_note(contents[0]).text
    note = join_notes(text, contents)
    return RootByKeepers(note, read_keepers(files, b64decode(read_signing_request(text).office, 16)))


def _draft_document(drafted: Draft) -> dict[str, object]:
    return {
        "sequence": drafted.sequence,
        "expires": drafted.document["expires"],
        "changes": [{"sign": change.sign, "section": change.section, "id": change.id} for change in drafted.changes],
        "missing": drafted.missing,
        "misbound": [sentence.format(**values) for sentence, values in drafted.misbound],
        "unenrolled": [sentence.format(**values) for sentence, values in drafted.unenrolled],
        "roles": {policy: [asdict(one) for one in changes] for policy, changes in drafted.roles.items()},
        "drifted": drafted.drifted,
    }


@office.command(params=[CONFIRM_POLICIES])
@click.argument("path", required=False, type=FOLDER)
@click.option("--keeper", "files", type=FILE, multiple=True, help="A keeper's key file; up to the threshold.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
@pass_terminal
def sign(
    terminal: Terminal, path: Path | None, files: tuple[Path, ...], confirmed: tuple[str, ...], *, yes: bool
) -> None:
    """Sign the next directory with everyone who has passed the trial; shows what changes."""
    folder = folder_of(path)
    members = enrolled_members(folder)
    drafted = draft_directory(folder, members, today())
    show_draft(terminal, drafted)
    for member in drafted.missing:
        terminal.note("Named in office.toml but not enrolled yet: {member}", member=member)
    for line in thin_lines(terminal, folder.config(), {member.id for member in members}):
        terminal.note("{line}", line=line)
    keepers = read_keepers(files, folder.root().office)
    examples = require_confirmed(terminal, folder, folder.config(), confirmed, [one.id for one in members])
    question = terminal.words(WITH_EXAMPLES, policies=", ".join(examples)) if examples else "Sign this directory?"
    terminal.confirm(question, yes=yes)
    signed = publish_draft(folder, drafted, keepers)
    done = terminal.words(
        "Directory {number} is signed and valid until {day}.", number=signed.sequence, day=signed.expires
    )
    terminal.result(_draft_document(drafted), done)


@office.command(params=[CONFIRM_POLICIES])
@click.argument("path", required=False, type=FOLDER)
@click.option("--keeper", "files", type=FILE, multiple=True, help="A present keeper's key file; up to the threshold.")
@click.option(
    "--new-keeper", "coming", type=FILE, multiple=True, help="A coming keeper's key file that exists already."
)
@pass_terminal
def rotate(
    terminal: Terminal, path: Path | None, files: tuple[Path, ...], coming: tuple[Path, ...], confirmed: tuple[str, ...]
) -> None:
    """Hand over to the keepers whom office.toml now names; new keys are made where none is given."""
    folder = folder_of(path)
    config, root = folder.config(), folder.root()
    require_confirmed(terminal, folder, config, confirmed)
    leaving = read_keepers(files, root.office)
    given = {keeper.id: keeper for keeper in read_keepers(coming, root.office)}
    current_keys = {keeper.id: keeper.key for keeper in root.keepers}
    staying = {keeper.id: keeper for keeper in leaving if current_keys.get(keeper.id) == keeper.key}
    fresh = {
        seat.id: draw_keeper(seat.id, os.urandom)
        for seat in config.keepers
        if seat.id not in given and seat.id not in staying
    }
    keys = {**staying, **fresh, **given}
    number = len(folder.roots()) + 1
    document = root_document(root.office, number, config, {name: (one.key, one.nonce) for name, one in keys.items()})
    made: list[str] = []
    for name, keeper in fresh.items():
        file = folder.path / "keepers" / f"{name}.{number}.key"
        write_keeper(file, root.office, keeper)
        made.append(str(file))
    coming_keys = [keys[seat.id] for seat in config.keepers]
    signed = rotate_office(folder, document, leaving, coming_keys, today(), partial(show_draft, terminal))
    terminal.result(
        {"root": number, "sequence": signed.sequence, "expires": signed.expires, "keepers": made},
        terminal.words("Root {number} is published. The office code stays the same.", number=number),
        *(
            [
                terminal.words(
                    "Give every keeper the key file that is theirs, and delete it here: {files}", files=", ".join(made)
                )
            ]
            if made
            else []
        ),
    )


@office.command()
@click.argument("path", required=False, type=FOLDER)
@click.option("--export", "out", type=FILE, help="Write one file for reporters who are not on line.")
@pass_terminal
def show(terminal: Terminal, path: Path | None, out: Path | None) -> None:
    """Show the office: code, keepers, members, how long the directory is valid."""
    folder = folder_of(path)
    try:
        directory, root = folder.verified(today(), also_lapsed=True), folder.root()
    except CryptoError as error:
        raise office_refusal(error) from error
    if out is not None:
        write_published(out, export_office(folder).encode())
    content = directory.content
    end = expiry_of(content.expires, today())
    if path is not None:
        announce(terminal, end)
    document: dict[str, object] = {
        "code": folder.code(),
        "root": root.number,
        "threshold": root.threshold,
        "keepers": [keeper.id for keeper in root.keepers],
        "sequence": directory.sequence,
        "expires": content.expires,
        "days": end.days,
        "members": [{"id": member.id, "role": member.role, "until": member.until} for member in content.members],
        "policies": [_policy_row(one) for one in content.policies],
        "exported": str(out) if out else None,
    }
    terminal.result(
        document,
        terminal.words("Office code: {code}", code=folder.code()),
        terminal.words(
            "Directory {number} is signed and valid until {day}.", number=directory.sequence, day=content.expires
        ),
        *(f"{member.id}  {member.role}  {member.until}" for member in content.members),
        *(terminal.words(NAMED_POLICY, **_policy_row(one)) for one in content.policies),
    )


def _policy_row(one: SignedPolicy) -> dict[str, object]:
    """A policy as the signed directory names it."""
    return {"id": one.id, "version": one.version, "hash": b64encode(one.hash), "entities": ", ".join(one.entities)}


for command in (*BY_FILE, *BY_COMMITMENT, check, duties, offline_page, poster):
    office.add_command(command)
