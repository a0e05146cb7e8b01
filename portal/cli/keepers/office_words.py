"""What every command of the office needs: its folder, its members, its keepers' files, and its words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import click

from crypto.office.root_shape import Witnesses
from crypto.office.signed_notes import KeeperKey
from crypto.office.witnesses import write_witness
from crypto.sealing.file_names import UNSEEN
from portal.cli.terminal import Terminal
from portal.languages import name_in
from portal.office import OfficeConfig, OfficeFolder, read_keeper
from portal.office.availability_check import (
    in_other_languages,
    thin_rows,
    waiting_custodians,
    waiting_rows,
    without_outside,
)
from portal.office.ceremony import CeremonyPlan
from portal.office.draft import Draft
from portal.settings import settings_from_environment

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
SECTIONS = {
    "entities": "Company",
    "policies": "Policy",
    "members": "Member",
    "departed": "Somebody who has left, whose signatures still count",
    "keys": "New keys, signed by the former ones",
    "unproven": "OTHER KEYS, SIGNED BY NOBODY",
    "holders": "Key holders",
    "language": "Language of the office",
    "name": "Name of the office",
    "recovery": "Recovery key",
    "custodians": "Custodians",
    "oversight": "Oversight",
    "regrant_threshold": "Signatures for a re-grant",
    "regrant_single_until": "Last day on which one signature is enough for a re-grant",
    "jurisdictions": "Jurisdiction texts",
    "calendars": "Calendars",
    "root": "Keepers",
}


def folder_of(path: Path | None) -> OfficeFolder:
    """The folder given, else the one of the settings."""
    return OfficeFolder(path or settings_from_environment().office)


def read_keepers(files: tuple[Path, ...], office_id: bytes) -> list[KeeperKey]:
    """The keepers' keys from their files."""
    return [read_keeper(file, office_id) for file in files]


ROWS_WAIT = (
    "Fewer than two people can open new reports here: {rows}. Not enrolled yet, or not signed since: {members}. "
    "Invite them (`yanlu staff invite`), and once they are enrolled run `yanlu office sign`."
)
SHOWN_IN = "Pages in {page} show these in {language}, since office.toml has no `{tag}` for them: {places}."
CUSTODIANS_WAIT = (
    "No name can be sealed before every custodian is there. Not enrolled yet, or not signed since: {members}. "
    "Invite them (`yanlu staff invite`), and once they are enrolled run `yanlu office sign`."
)

DRIFTED = (
    "The text or the bindings of {policy} have changed since this version was published, and the published version "
    "goes on holding: give the file a version of its own and run `yanlu policy publish`."
)
ONE_ALONE = (
    "One holder alone may change who reads a case, and so take it from all others: set `regrant_threshold` to 2 in "
    "office.toml. Changes of readers that one alone signed until then go on holding."
)


def thin_lines(terminal: Terminal, config: OfficeConfig, known: Collection[str] | None = None) -> list[str]:
    """What `office.toml` lacks to go on when somebody falls away, in words; nothing where it lacks nothing.

    `known` are the ids of those who are enrolled; None before there is an office.
    """
    lines = [] if known is None else _waiting_lines(terminal, config, known)
    if rows := thin_rows(config):
        said = "Fewer than two people open new reports here; name another one in office.toml: {rows}"
        lines.append(terminal.words(said, rows=", ".join(rows)))
    if entities := without_outside(config):
        said = "Nobody could use the recovery shares: name an outside holder (`outside` in office.toml) for {entities}."
        lines.append(terminal.words(said, entities=", ".join(entities)))
    if config.regrant_threshold == 1:
        lines.append(terminal.words(ONE_ALONE))
    return lines


def draft_lines(terminal: Terminal, draft: Draft) -> list[str]:
    """What keepers should know of a directory's policies before they sign: roles that nobody fills, texts that wait."""
    lines = [terminal.words(sentence, **values) for sentence, values in (*draft.misbound, *draft.unenrolled)]
    return lines + [terminal.words(DRIFTED, policy=policy) for policy in draft.drifted]


def language_lines(terminal: Terminal, config: OfficeConfig) -> list[str]:
    """What pages show in another language than their own: no fault, but somebody should know."""
    return [
        terminal.words(
            SHOWN_IN,
            page=name_in(tag, terminal.words.language),
            tag=tag,
            language=config.language,
            places=", ".join(places),
        )
        for tag, places in in_other_languages(config).items()
    ]


def _waiting_lines(terminal: Terminal, config: OfficeConfig, known: Collection[str]) -> list[str]:
    """Whom `office.toml` names in vain so far."""
    lines = list[str]()
    if rows := waiting_rows(config, known):
        members = ", ".join(sorted({member for row in rows.values() for member in row}))
        lines.append(terminal.words(ROWS_WAIT, rows=", ".join(rows), members=members))
    if custodians := waiting_custodians(config, known):
        lines.append(terminal.words(CUSTODIANS_WAIT, members=", ".join(custodians)))
    return lines


NO_WITNESS = (
    "No witness outside the office: with the keys of keepers who left, the server could show another office to those "
    "who come for the first time. Destroy the keys of keepers who leave."
)
WITNESSED = (
    "Witnesses outside the office: {needed} of {names} must confirm what it shows, at least every {hours} hours; the "
    "next hand-over needs them too, or all keepers."
)


COMPARE_LINES = "Compare each line with the one that the witness gave you themselves:"


def witness_lines(terminal: Terminal, witnesses: Witnesses) -> list[str]:
    """Who outside the office confirms what it shows, in words."""
    if witnesses.k == 0:
        return [terminal.words(NO_WITNESS)]
    names = ", ".join(one.name for one in witnesses.known)
    said = terminal.words(WITNESSED, needed=witnesses.k, names=names, hours=witnesses.fresh)
    # A name alone would let a key of the founder's own stand under it.
    return [said, terminal.words(COMPARE_LINES), *(f"  {write_witness(one)}" for one in witnesses.known)]


PLANNED = "The office that is being founded: {name}"
SEATS = "Its keepers, {count} of whom must sign everything:"


def plan_lines(terminal: Terminal, plan: CeremonyPlan) -> list[str]:
    """What a keeper is about to take part in: the office's name, the seats, and who confirms from outside."""
    seats = (f"  {keeper}  {in_all_languages(seat)}" for keeper, seat in plan.seats.items())
    return [
        terminal.words(PLANNED, name=in_all_languages(plan.name.document())),
        terminal.words(SEATS, count=plan.threshold),
        *seats,
        *witness_lines(terminal, plan.witnesses),
    ]


def in_all_languages(text: Mapping[str, object]) -> str:
    """A text in every language that it is there in: what is signed in one may not say something else in another."""
    return in_one_line(" / ".join(dict.fromkeys(str(one) for one in text.values())))


def in_one_line(text: str) -> str:
    """What somebody else wrote, so that it neither breaks a line nor turns or drives what a keeper looks at."""
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
