"""`yanlu office keeper-key|to-sign|keeper-sign|signed`: keepers who sign on machines of their own, by file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import click

from crypto.framing import b64decode, b64encode
from crypto.office.anchor import anchor_of
from crypto.office.directory import DIRECTORY_LABEL, ROOT_LABEL
from crypto.office.root_shape import read_root
from crypto.office.signed_notes import KeeperKey, draw_keeper, read_note
from crypto.transparency_log.checkpoint import LOG_LABEL
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.carried_words import ENDING, carried_lines
from portal.cli.keepers.change_words import change_lines, show_draft
from portal.cli.keepers.confirming import CONFIRM_POLICIES, require_confirmed
from portal.cli.keepers.directory_before import directory_before
from portal.cli.keepers.enrolled import enrolled_members
from portal.cli.keepers.founding_commands import content_of
from portal.cli.keepers.office_words import (
    FILE,
    FOLDER,
    PLANNED,
    SEATS,
    SECTIONS,
    folder_of,
    in_all_languages,
    thin_lines,
    witness_lines,
)
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.office import OfficeFolder, read_keeper, root_document, write_keeper
from portal.office.carried_texts import carried_texts
from portal.office.ceremony import check_founding, own_nonce_in, read_plan
from portal.office.draft import Document, changes_between, single_until
from portal.office.errors import CeremonyRefused, NotToSign
from portal.office.files import write_published
from portal.office.keepers import read_public, write_public
from portal.office.offline_signing import (
    SigningRequest,
    exported_directory,
    exported_rotation,
    import_directory,
    import_founding,
    import_rotation,
    read_signing_request,
    sign_request,
)
from portal.office.recovery_sheet import LABEL as SHEET_LABEL
from portal.office.recovery_sheet import sheet_of_text
from portal.office.signing import SignedDirectory
from portal.office.unopened_cases import UNOPENED_LABEL, unopened_of

KINDS: Final = {
    ROOT_LABEL: "Root {number}: who the keepers are",
    DIRECTORY_LABEL: "Directory {number}: who reads reports",
    LOG_LABEL: "The log's name: only this key may sign the record that nobody rewrites",
    SHEET_LABEL: "The list of recovery shares",
    UNOPENED_LABEL: "A list of cases to delete",
}
SHARES: Final = "The recovery key is on paper, in these shares; each of them can be proven by this list:"
ONE_UNOPENED: Final = "{count} case that nobody opened will be deleted for good:"
UNOPENED: Final = "{count} cases that nobody opened will be deleted for good:"
READ_OUT: Final = (
    "Office code: {code}. Read it to the other keepers, by telephone if need be, and write it on your own sheet: all "
    "must have the same, and every poster must bear it."
)


@click.command("keeper-key")
@click.argument("keeper")
@click.argument("path", required=False, type=FOLDER)
@click.option("--out", type=FILE, required=True, help="The key file (0600); what others may know is put beside it.")
@pass_terminal
def keeper_key(terminal: Terminal, keeper: str, path: Path | None, out: Path) -> None:
    """Make a key for KEEPER (the id in office.toml) on the keeper's own machine, with a copy of the office folder."""
    office = folder_of(path).root().office
    made = draw_keeper(keeper, os.urandom)
    public = out.with_name(f"{out.name}.pub")
    write_keeper(out, office, made)
    write_public(public, office, made)
    said = terminal.words("Keep {file} to yourself; give {public} to the office.", file=out, public=public)
    terminal.result({"key": str(out), "public": str(public)}, said)


@click.command("to-sign", params=[CONFIRM_POLICIES])
@click.argument("path", required=False, type=FOLDER)
@click.option(
    "--out",
    type=FILE,
    required=True,
    help="The file for the keepers; with --rotate FILE.root and FILE.log lie beside it.",
)
@click.option("--rotate", is_flag=True, help="Hand over to the keepers whom office.toml now names.")
@click.option("--new-key", "coming", type=FILE, multiple=True, help="The public key of a coming keeper.")
@pass_terminal
def to_sign(
    terminal: Terminal,
    path: Path | None,
    out: Path,
    *,
    rotate: bool,
    coming: tuple[Path, ...],
    confirmed: tuple[str, ...],
) -> None:
    """Write the next directory (and with --rotate the next root) as files for keepers to sign elsewhere."""
    folder, files = folder_of(path), [str(out)]
    members = [] if rotate else enrolled_members(folder)
    require_confirmed(terminal, folder, folder.config(), confirmed, [one.id for one in members])
    if rotate:
        turned = exported_rotation(folder, _root(folder, coming), today())
        text, draft = turned.directory, turned.draft
        show_draft(terminal, draft)
        files += _beside(out, {"root": turned.root, "log": turned.log})
    else:
        text, draft = exported_directory(folder, members, today())
        show_draft(terminal, draft)
        for line in thin_lines(terminal, folder.config(), {member.id for member in members}):
            terminal.note("{line}", line=line)
    write_published(out, text)
    texts = out.with_name(f"{out.name}{ENDING}")
    texts.unlink(missing_ok=True)
    if any(change.section == "policies" for change in draft.changes):
        write_published(texts, carried_texts(folder, draft))
        terminal.note("With them goes {file}: what changes of the policies is read from it.", file=texts)
    said = terminal.words("Carry to each keeper, who runs `yanlu office keeper-sign`: {files}", files=", ".join(files))
    asked = [read_signing_request(Path(one).read_bytes()) for one in files]
    documents = [{"file": one, "kind": it.label, "number": it.number} for one, it in zip(files, asked, strict=True)]
    terminal.result({"files": files, "documents": documents}, said)


def _beside(out: Path, texts: dict[str, bytes | None]) -> list[str]:
    """Writes FILE.root and the like; gives their names."""
    files: list[str] = []
    for ending, text in texts.items():
        if text is not None:
            file = out.with_name(f"{out.name}.{ending}")
            write_published(file, text)
            files.append(str(file))
    return files


def _root(folder: OfficeFolder, coming: tuple[Path, ...]) -> dict[str, object]:
    """The next root: keepers who stay keep their key; anyone who comes brings the public one."""
    config, root = folder.config(), folder.root()
    known = {keeper.id: (keeper.key, keeper.nonce) for keeper in root.keepers}
    keys = known | dict(read_public(one, root.office) for one in coming)
    lacking = [seat.id for seat in config.keepers if seat.id not in keys]
    if lacking:
        raise CommandError(Exit.USAGE, "Coming keepers without a public key (--new-key): {ids}", ids=", ".join(lacking))
    return root_document(root.office, root.number + 1, config, keys)


@click.command("keeper-sign")
@click.argument("paper", type=FILE)
@click.option("--keeper", "key", type=FILE, required=True, help="Your key file.")
@click.option(
    "--before", type=FILE, help="The directory in force (directory.note): needed for every one after the first."
)
@click.option("--policies", type=FILE, help="The texts of changed policies; else PAPER.policies, where it is there.")
@click.option("--plan", type=FILE, help="For root 1: the plan.")
@click.option("--commits", type=FILE, help="For root 1: the list of commitments.")
@click.option("--nonce", "nonces", type=FILE, multiple=True, help="For root 1: what every keeper has shown.")
@click.option("--out", type=FILE, required=True, help="Your signed note, to be carried back.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
@pass_terminal
def keeper_sign(  # one argument for each option
    terminal: Terminal,
    paper: Path,
    key: Path,
    before: Path | None,
    policies: Path | None,
    out: Path,
    *,
    yes: bool,
    **made: Any,
) -> None:
    """Look at what is to be signed, and sign it with your own key; needs no network and no office folder."""
    found = read_signing_request(paper.read_bytes())
    keeper = read_keeper(key, b64decode(found.office, 16))
    first = (found.label, found.number) == (ROOT_LABEL, 1)
    if first:
        _check_first(terminal, found, keeper, **made)
    known = directory_before(terminal, found, before, keeper)
    about = carried_lines(terminal, known, found.document, paper, policies) if found.label == DIRECTORY_LABEL else {}
    for line in _shown(terminal, found, known, about):
        terminal.note("{line}", line=line)
    terminal.confirm("Sign this?", yes=yes)
    write_published(out, sign_request(found, keeper))
    read = [terminal.words(READ_OUT, code=anchor_of(found.text).code)] if first else []
    terminal.result({"signed": str(out), "kind": found.label, "number": found.number},
                    terminal.words("Signed: bring {file} back to the office.", file=out), *read)  # fmt: skip


def _check_first(
    terminal: Terminal,
    found: SigningRequest,
    keeper: KeeperKey,
    plan: Path | None,
    commits: Path | None,
    nonces: Sequence[Path],
) -> None:
    """Root 1 is signed only by anyone who sees that nobody could choose its text."""
    if not own_nonce_in(found.document, keeper):
        raise CeremonyRefused("Root 1 lacks your own number: somebody chose this text without you. Do not sign.")
    if plan is None or commits is None:
        raise CommandError(Exit.USAGE, "Root 1: give --plan, --commits and each keeper's --nonce too.")
    numbers = [content_of(one) for one in nonces]
    planned = read_plan(content_of(plan))
    check_founding(planned, content_of(commits), numbers, found.text, keeper)
    terminal.note(PLANNED, name=in_all_languages(planned.name.document()))


def _shown(
    terminal: Terminal, paper: SigningRequest, known: Document | None, about: Mapping[str, Sequence[str]]
) -> list[str]:
    """What a keeper sees before signing: all that matters, or what changes; `about` by policy what its texts say."""
    document = paper.document
    lines = [f"{terminal.words(KINDS[paper.label], number=paper.number)}  ({paper.label})"]
    if paper.label == ROOT_LABEL:
        keepers: list[dict[str, Any]] = document["keepers"]  # type: ignore[assignment]
        return [*lines, terminal.words(SEATS, count=document["threshold"]),
                *(f"  {one['id']}  {in_all_languages(one['seat'])}  {one['key']}" for one in keepers),
                *witness_lines(terminal, read_root(document).witnesses)]  # fmt: skip
    if paper.label == LOG_LABEL:
        return [*lines, str(document["key"])]
    if paper.label == SHEET_LABEL:
        return [*lines, terminal.words(SHARES), *_share_lines(terminal, paper.text)]
    if paper.label == UNOPENED_LABEL:
        found = unopened_of(document)
        said = terminal.words.counted(len(found.cases), ONE_UNOPENED, UNOPENED)
        return [*lines, found.day.isoformat(), said, *(b64encode(case) for case in found.cases)]
    lines += [
        in_all_languages(cast("dict[str, object]", document["name"])),
        f"{document['issued']} – {document['expires']}",
        *change_lines(terminal, changes_between(known, document), known, document, about),
        *_signature_lines(terminal, known, document),
    ]
    rows: list[dict[str, object]] = document["holders"]  # type: ignore[assignment]
    return lines + [f"{row['entity']}/{row['policy']}/{row['category']}: {row['members']}" for row in rows]


def _signature_lines(terminal: Terminal, before: Document | None, document: Document) -> list[str]:
    """How many sign a re-grant, and up to which day one did; raises NotToSign for a day that somebody made up."""
    needed, single = cast("int", document["regrant_threshold"]), document.get("regrant_single_until")
    if single != single_until(before, needed, str(document["issued"])):
        raise NotToSign("the last day of one signature does not follow from the directory before")
    rows = {"regrant_threshold": needed, "regrant_single_until": single}
    return [f"{terminal.words(SECTIONS[name])}: {value}" for name, value in rows.items() if value is not None]


def _share_lines(terminal: Terminal, text: bytes) -> list[str]:
    groups = {True: terminal.words("outside"), False: terminal.words("inside")}
    _, sheet = sheet_of_text(text)
    return [f"  {share.id}  {groups[share.outside]}" for share in sheet.shares]


@click.command()
@click.argument("notes", type=FILE, nargs=-1, required=True)
@click.option("--office", "path", type=FOLDER, help="The office folder; else that of the settings.")
@pass_terminal
def signed(terminal: Terminal, notes: tuple[Path, ...], path: Path | None) -> None:
    """Publish what came back from enough keepers: a directory; with all else, a founding's or that of a new root."""
    folder, contents = folder_of(path), [note.read_bytes() for note in notes]
    turned = any(read_note(one).text.startswith(f"{ROOT_LABEL}\n".encode()) for one in contents)
    if folder.directory() is None:
        done = import_founding(folder, contents)
    else:
        done = _imported(folder, contents, turned=turned)
    terminal.result(
        {"sequence": done.sequence, "expires": done.expires, "root": folder.root().number},
        terminal.words("Directory {number} is signed and valid until {day}.", number=done.sequence, day=done.expires),
    )


def _imported(folder: OfficeFolder, contents: Sequence[bytes], *, turned: bool) -> SignedDirectory:
    """The directory that came back, under its own root where that is new."""
    return import_rotation(folder, contents) if turned else import_directory(folder, enrolled_members(folder), contents)


BY_FILE = (keeper_key, to_sign, keeper_sign, signed)
