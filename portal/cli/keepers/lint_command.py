"""`yanlu policy lint`: what is wrong with a policy, and with the members to whom an office binds its roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from casework.errors import CalendarUnknown
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import reading_faults, shipped_bindings, shipped_policies
from casework.policy_check.findings import Fault, Finding, Severity
from casework.policy_check.lint import hindrances, lint, misquoted, only_language
from casework.policy_check.text_limits import other_counts_of_lines, other_limits_of_lines, unquoted_limits
from casework.policy_check.worst_case import hurried_promises
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.new_policy_command import read_text
from portal.cli.keepers.policy_source import BINDINGS, find_policy, say_in
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.words import one_or_more
from portal.languages import name_in
from portal.office import OfficeConfig, OfficeFolder, load_config
from portal.office.current_members import Roll, roll_of
from portal.office.errors import ConfigRefused, Said
from portal.office.role_holders import misbound
from portal.office.unfinished import draft_reasons
from portal.settings import settings_from_environment

LEVELS: Final = {Severity.ERROR: "fault", Severity.WARNING: "warning"}
ONE_LEFT_OUT: Final = "{count} more warning of these kinds: --json names all."
LEFT_OUT: Final = "{count} more warnings of these kinds: --json names all."
ONE_FAULT: Final = "Not ready: {count} fault."
FAULTS: Final = "Not ready: {count} faults."
ONE_WARNING: Final = "No faults, {count} warning."
WARNINGS: Final = "No faults, {count} warnings."


@click.command("lint")
@click.argument("names", metavar="[POLICY]...", nargs=-1)
@BINDINGS
@click.option("--activate", is_flag=True, help="Also refuse what is unbound and roles held by fewer than two.")
@click.option(
    "--text",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The written policy: each quotation must begin in its line there.",
)
@click.option(
    "--office",
    type=click.Path(path_type=Path, exists=True),
    help="The office folder, or an office.toml: roles are bound to its members. Else the office of the settings.",
)
@click.option(
    "--calendar",
    "calendars",
    multiple=True,
    help="Across whose holidays promises must hold, such as de; may be repeated. Else those of the office, or cn.",
)
@pass_terminal
def lint_policies(  # one argument for each option
    terminal: Terminal,
    names: tuple[str, ...],
    bindings: Path | None,
    text: Path | None,
    office: Path | None,
    calendars: tuple[str, ...],
    *,
    activate: bool,
) -> None:
    """Prove that each POLICY (else all that ship, as bound there) can be followed; exit code 6 when one cannot."""
    found: list[Finding] = []
    outside: list[tuple[str, Said]] = []
    written, members = None if text is None else read_text(text), _office(office)
    days = calendars or _calendars_of(members)
    for name in names or shipped_policies():
        unread = _unread(name)
        found += unread
        if unread:
            continue
        one, file = find_policy(name, bindings)
        one = one if names else bind_policy(one, shipped_bindings(name), file)
        found += of_policy(terminal, one, file, None if members is None else members[0], activate=activate)
        found += _hurried(one, file, days)
        found += () if written is None else _of_text(terminal, one, file, written)
        outside += [] if members is None else [(file, said) for said in misbound(members[0], one, members[1])]
    if members is None and not calendars:
        terminal.note("No office is given, so holidays are those of {calendars}; --calendar names others.",
                      calendars=", ".join(days))  # fmt: skip
    drafts = draft_reasons(*map(Path, names), *([] if bindings is None else [bindings])) if activate else []
    _print_findings(terminal, outside, found, drafts)


def _of_text(terminal: Terminal, one: Policy, file: str, written: str) -> Iterator[Finding]:
    """What differs from the written text; its limits that no rule quotes are listed once."""
    yield from misquoted(one, file, written)
    yield from other_limits_of_lines(one, file, written)
    yield from other_counts_of_lines(one, file, written)
    say, left = say_in(terminal), unquoted_limits(one, written)
    listed = [terminal.words("line {line}: {limit}", line=line, limit=say(limit.words)) for line, limit in left]
    if listed:
        terminal.note("{file}: limits of the text that no rule quotes: {limits}", file=file, limits="; ".join(listed))


def of_policy(
    terminal: Terminal, one: Policy, file: str, office: OfficeConfig | None, *, activate: bool
) -> Iterator[Finding]:
    """What its text and bindings show, without what does not concern this office or can't be changed by it.

    The text of a policy that ships is fixed: who may write to the reporter there is known.
    """
    found = (*hindrances(one, file), *_warnings(one, file)) if activate else lint(one, file)
    left_out = set[Fault]()
    if not _in_china(one, office):
        left_out.add(Fault.NOT_ADOPTED)
    if file.removesuffix(".toml") in shipped_policies():
        left_out.add(Fault.MUTE)
    alone = only_language(one)
    if alone is not None:
        left_out.add(Fault.OTHER_LANGUAGE)
        spoken = {alone} if office is None else _spoken(office)
        yield from (Finding(file, "language", Fault.OTHER_LANGUAGE, tag) for tag in sorted(spoken - {alone}))
        if spoken == {alone}:
            terminal.note("{file}: texts are in {language} only.", file=file,
                          language=name_in(alone, terminal.words.language))  # fmt: skip
    yield from (one for one in found if one.fault not in left_out)


def _spoken(office: OfficeConfig) -> set[str]:
    """The languages in which all that an office says of itself is there."""
    texts = [{tag.partition("-")[0] for tag in text.root} for _, text in office.texts()]
    return set[str].intersection(*texts) if texts else {office.language.partition("-")[0]}


def _office(given: Path | None) -> tuple[OfficeConfig, Roll] | None:
    """What is decided about the office, and who is in its directory; None where there is no office yet."""
    folder = OfficeFolder(given or settings_from_environment().office)
    if given is not None and given.is_file():
        return load_config(given), Roll()
    return (folder.config(), roll_of(folder)) if given is not None or folder.config_file.is_file() else None


def _in_china(one: Policy, office: OfficeConfig | None) -> bool:
    """Whether an entity that the policy binds is in China, whose law asks for proof of its adoption.

    One that the office does not name yet may bind any of its entities; without an office the text's language tells.
    """
    if office is None:
        return one.language.partition("-")[0] == "zh"
    bound = {entity for row in office.policies if row.id == one.id for entity in row.entities}
    return any(entity.country == "CN" for entity in office.entities if not bound or entity.id in bound)


def _calendars_of(office: tuple[OfficeConfig, Roll] | None) -> tuple[str, ...]:
    """The calendars of the office's entities; China's where there is no office."""
    return ("cn",) if office is None else tuple(sorted({one.calendar.lower() for one in office[0].entities}))


def _hurried(one: Policy, file: str, calendars: tuple[str, ...]) -> tuple[Finding, ...]:
    try:
        return hurried_promises(one, file, calendars)
    except CalendarUnknown as error:
        raise CommandError(Exit.USAGE, "No calendar, zone or day of this name is known.") from error


def _print_findings(
    terminal: Terminal, outside: Sequence[tuple[str, Said]], found: Sequence[Finding], drafts: Sequence[Said]
) -> None:
    """Those of the office first, then every error, then of each kind of warning the first ones."""
    say = say_in(terminal)
    unfit = [
        (file, terminal.words(sentence, **values), f"holders.{values['role']}") for file, (sentence, values) in outside
    ]
    rows = [
        {"file": file, "key": key, "level": "error", "fault": "member", "reason": said} for file, said, key in unfit
    ]
    rows += [
        {"file": one.file, "key": one.key, "level": one.level, "fault": one.fault, "reason": say(one.reason)}
        for one in found
    ]
    rows += [
        {"file": str(facts["file"]), "key": "", "level": "error", "fault": "draft",
         "reason": terminal.words(sentence, **facts)} for sentence, facts in drafts
    ]  # fmt: skip
    shown = few(found)
    levels = {one: terminal.words(said) for one, said in LEVELS.items()}
    lines = [f"{file}: {levels[Severity.ERROR]}: {key}: {said}" for file, said, key in unfit]
    lines += [f"{one.file}: {levels[one.level]}: {one.key}: {say(one.reason)}" for one in shown]
    terminal.result({"findings": rows}, *lines)
    if len(shown) < len(found):
        left = len(found) - len(shown)
        terminal.note(one_or_more(left, ONE_LEFT_OUT, LEFT_OUT), count=left)
    errors = sum(one.level is Severity.ERROR for one in found) + len(unfit)
    if drafts:
        raise ConfigRefused(*drafts)
    if errors:
        raise CommandError(Exit.REFUSED, one_or_more(errors, ONE_FAULT, FAULTS), count=errors)
    terminal.note(one_or_more(len(found), ONE_WARNING, WARNINGS), count=len(found))


MOST_ALIKE = 3


def few(found: Sequence[Finding]) -> list[Finding]:
    """Every error, and of each kind of warning the first three of a file: eighty alike would bury the rest."""
    seen = Counter[tuple[str, Fault]]()
    shown: list[Finding] = []
    for one in found:
        seen[one.file, one.fault] += 1
        if one.level is Severity.ERROR or seen[one.file, one.fault] <= MOST_ALIKE:
            shown.append(one)
    return shown


def _unread(name: str) -> tuple[Finding, ...]:
    """All that keeps a policy in a file from being read."""
    if name in shipped_policies() or not Path(name).is_file():
        return ()
    faults = reading_faults(Path(name).read_bytes(), name)
    return tuple(Finding(name, fault.key, Fault.UNREADABLE, fault.reason) for fault in faults)


def _warnings(one: Policy, file: str) -> tuple[Finding, ...]:
    return tuple(finding for finding in lint(one, file) if finding.level is Severity.WARNING)
