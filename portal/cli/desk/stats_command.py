"""`yanlu stats`: register, report, bulletin, assessment from the member's own opened cases, made on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from casework.errors import BeyondCalendar, FontMissing, NotAHistory
from casework.event_store.history import history, verified_entries
from casework.policy.policy import Policy
from casework.protection.publicity import publishes_figures
from casework.statistics.assessment import assess
from casework.statistics.assessment_sheet import Assessed, sheet_book, sheet_csv, sheet_page
from casework.statistics.figures import Period, figures
from casework.statistics.lines import Line, line_of
from casework.statistics.page import page
from casework.statistics.paper import paper
from casework.statistics.register import RegisterEntry, register
from casework.statistics.report import Report, ReportAudience, Say, report
from casework.statistics.sealed_lines import opened_of
from casework.words import Words
from crypto import CryptoError, Direction, b64encode
from crypto import Report as SealedReport
from crypto.office.directory import VerifiedDirectory
from portal.cli.desk.client import OpenedCase
from portal.cli.desk.desk_options import DeskOptions, with_desk_options
from portal.cli.desk.rules import StoredRules, stored_rules
from portal.cli.desk.stored_case import offline, stored_case
from portal.cli.errors import NO_CHINESE_FONT, CommandError, Exit
from portal.cli.terminal import Terminal
from portal.cli.words import one_or_more
from portal.office.files import write_secret

MONTH = click.DateTime(["%Y-%m"])
SUMMARY = 60
NO_FIGURES = (
    "There is nothing to publish: the text of no policy of these cases publishes figures. Name with --on a policy "
    "whose figures the office publishes all the same."
)
UNKNOWN_POLICY = "The office has no policy {name} in force. It has: {known}."
P = ParamSpec("P")


@click.group()
def stats() -> None:
    """Count your cases off line: nothing that is counted here is known to the server."""


@dataclass(frozen=True)
class CountedCases:
    """What a command counts: entries and what names them, the period, and how many cases could not be read."""

    terminal: Terminal
    directory: VerifiedDirectory
    entries: list[RegisterEntry]
    policies: dict[str, Policy]
    period: Period
    passed_over: int
    out: Path

    @property
    def entities(self) -> dict[str, Words]:
        """The names of the office's entities."""
        return {one.id: one.name for one in self.directory.content.entities}

    @property
    def in_language(self) -> Say:
        """What a text says in the person's language."""
        return self.terminal.words.of

    @property
    def office(self) -> Words:
        """The name of the office."""
        return self.directory.content.name

    @property
    def lines(self) -> list[Line]:
        """The cases received in the period, as they are counted."""
        found = (one.line for one in self.entries)
        return [one for one in found if self.period.first <= one.received <= self.period.last]

    def named(self, who: str) -> str:
        """A member by name, and by id beside it; anyone whom the directory does not know by id alone."""
        known = self.directory.member(who)
        return who if known is None else f"{self.in_language(known.name)} ({who})"

    def write_result(self, content: bytes) -> None:
        """Writes the file for this user alone, and says what it counts."""
        write_secret(self.out, content)
        within = len(self.lines)
        span = {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()}
        self.terminal.result(
            {"file": str(self.out), "cases": within, "passed_over": self.passed_over, **span},
            self.terminal.words.counted(
                within,
                "{count} case received from {first} to {last} is in {path}.",
                "{count} cases received from {first} to {last} are in {path}.",
                path=self.out,
                **span,
            ),
        )
        if self.passed_over:
            self.terminal.note(
                one_or_more(
                    self.passed_over,
                    "{count} case is left out: its record or rules cannot be read.",
                    "{count} cases are left out: their record or rules cannot be read.",
                ),
                count=self.passed_over,
            )


def counting(command: Callable[Concatenate[CountedCases, P], None]) -> Callable[..., None]:
    """The options that all of these have; opens every case of the profile."""

    @click.option("--from", "first", type=MONTH, help="The first month, such as 2026-07; else the last whole month.")
    @click.option("--to", "last", type=MONTH, help="The last month; else the first one alone.")
    @click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where the file goes.")
    @with_desk_options
    @wraps(command)
    def run(
        terminal: Terminal,
        options: DeskOptions,
        first: datetime | None,
        last: datetime | None,
        out: Path,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        command(_count(terminal, options, _period(first, last), out), *args, **kwargs)

    return run


def _period(first: datetime | None, last: datetime | None) -> Period:
    now = datetime.now(UTC).date()
    begin = first.date() if first else (now.replace(day=1) - timedelta(days=1)).replace(day=1)
    end = last.date() if last else begin
    if end < begin:
        raise CommandError(Exit.USAGE, "The last month is before the first.")
    return Period(begin, (end.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1))


def _count(terminal: Terminal, options: DeskOptions, period: Period, out: Path) -> CountedCases:
    profile, staff, directory = offline(terminal, options)
    rules, now = stored_rules(profile, directory), datetime.now(UTC)
    entries: list[RegisterEntry] = []
    passed_over = 0
    cases = [b64encode(case) for case in profile.cases()]
    with terminal.progress("Opening", len(cases)) as advance:
        for case in cases:
            try:
                opened = stored_case(profile, staff, directory, case)
                entries.append(_entry(case, opened, rules, now))
            except (CryptoError, NotAHistory, BeyondCalendar, KeyError):
                passed_over += 1
            advance(1)
    current = {one.id: one.version for one in directory.content.policies}
    policies = {name: policy for (name, version), policy in rules.policies.items() if current.get(name) == version}
    return CountedCases(terminal, directory, entries, policies, period, passed_over, out)


def _entry(case: str, opened: OpenedCase, rules: StoredRules, now: datetime) -> RegisterEntry:
    """A case as it is counted; raises `NotAHistory` for a record with gaps, `KeyError` for one without rules."""
    if not opened.chain_holds:
        raise NotAHistory
    entries = verified_entries(opened.events)
    folded = history(opened.row["policy"], opened.row["version"], entries)
    policy, office = rules.policies[folded.policy, folded.version], rules.offices[opened.row["entity"]]
    verified = [one for one in opened.thread.verified if one.item is not None and one.inner is not None]
    contents = {one.item.hash: one.inner.content for one in verified if one.item and one.inner}
    declared = [one.inner.content for one in verified if one.inner and one.direction is Direction.TO_OFFICE]
    found = opened_of([one.event for one in entries], contents, declared)
    line = line_of(case, opened.row["entity"], policy, folded, office, now, found)
    report = next((one for one in declared if isinstance(one, SealedReport)), None)
    summary = "" if report is None else " ".join(report.account.split())[:SUMMARY]
    return RegisterEntry(line, summary, "" if report is None else report.category)


@stats.command("register")
@click.option("--with-summary", is_flag=True, help="Also the first words of each report: they may name people.")
@counting
def write_register(counted: CountedCases, with_summary: bool) -> None:
    """Write the register (xlsx): one row a case, with verdict and measures. Keep the file as safe as the cases."""
    entries = counted.entries if with_summary else [replace(one, summary="") for one in counted.entries]
    counted.write_result(register(entries, counted.policies, counted.entities, counted.period, counted.in_language))


@stats.command("report")
@counting
def write_report(counted: CountedCases) -> None:
    """Write the report to the leadership (.html or .pdf): small numbers, and what gives them away, are withheld."""
    _write(counted, ReportAudience.LEADERSHIP)


@stats.command()
@click.option("--on", "wanted", multiple=True, help="A policy whose figures are published though its text is silent.")
@counting
def bulletin(counted: CountedCases, wanted: tuple[str, ...]) -> None:
    """Write the public bulletin (.html or .pdf) of the policies whose text publishes figures: how many, how fast."""
    _require_known(wanted, sorted(counted.policies), UNKNOWN_POLICY)
    named = {name for name, policy in counted.policies.items() if name in wanted or publishes_figures(policy)}
    entries = [one for one in counted.entries if one.line.policy in named]
    if not named.intersection(line.policy for line in counted.lines):
        raise CommandError(Exit.NOTHING_THERE, NO_FIGURES)
    _write(replace(counted, entries=entries), ReportAudience.PUBLIC)


@stats.command("assessment")
@click.option("--on", "wanted", multiple=True, help="An entity that assesses its staff unasked by the policy.")
@click.option("--off", "unwanted", multiple=True, help="An entity that does not, though the policy asks for it.")
@counting
def write_assessment(counted: CountedCases, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    """Write how handlers kept their limits (.xlsx, .csv, .html or .pdf), for those who assess staff: exact numbers."""
    forms = (".xlsx", ".csv", ".html", ".pdf")
    form = counted.out.suffix.lower()
    if form not in forms:
        raise CommandError(Exit.USAGE, "Name the file .xlsx, .csv, .html or .pdf.")
    found = _assessed(counted, _switched(counted, wanted, unwanted))
    words = counted.terminal.words.language
    match form:
        case ".xlsx":
            content = sheet_book(found, counted.named, counted.in_language)
        case ".csv":
            content = sheet_csv(found, counted.named, counted.in_language)
        case _:
            sheet = sheet_page(found, counted.named, counted.office, counted.period, words)
            content = page(sheet).encode() if form == ".html" else _printed(sheet)
    counted.write_result(content)


def _switched(counted: CountedCases, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> dict[str, bool]:
    """What the entities decided, by their ids."""
    _require_known((*wanted, *unwanted), sorted(counted.entities), "The office has no entity {name}. It has: {known}.")
    if both := sorted({*wanted} & {*unwanted}):
        raise CommandError(Exit.USAGE, "{name} cannot be on and off.", name=both[0])
    return dict.fromkeys(wanted, True) | dict.fromkeys(unwanted, False)


def _require_known(names: Iterable[str], known: Sequence[str], sentence: str) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise CommandError(Exit.USAGE, sentence, name=unknown[0], known=", ".join(known))


def _assessed(counted: CountedCases, switched: dict[str, bool]) -> list[Assessed]:
    """Every entity under every policy that it assesses; raises CommandError where there is none."""
    lines = counted.lines
    found: list[Assessed] = []
    for policy in counted.policies.values():
        for entity, name in counted.entities.items():
            under = any(one.policy == policy.id and one.entity == entity for one in lines)
            sheet = assess(lines, policy, entity, switched) if under else None
            if sheet is not None:
                found.append((sheet, policy, name))
    if not found:
        raise CommandError(
            Exit.NOTHING_THERE,
            "There is nothing to assess: no policy of these cases asks for it, and no entity switched it on (--on).",
        )
    return found


def _write(counted: CountedCases, reader: ReportAudience) -> None:
    form = counted.out.suffix.lower()
    if form not in (".html", ".pdf"):
        raise CommandError(Exit.USAGE, "Name the file .html or .pdf.")
    found = _report(counted, reader)
    counted.write_result(page(found).encode() if form == ".html" else _printed(found))


def _printed(found: Report) -> bytes:
    try:
        return paper(found)
    except FontMissing as error:
        raise CommandError(Exit.FAILED, NO_CHINESE_FONT) from error


def _report(counted: CountedCases, reader: ReportAudience) -> Report:
    lines = [one.line for one in counted.entries]
    try:
        found = figures(lines, counted.policies, counted.entities, counted.period)
    except KeyError as error:
        raise CommandError(
            Exit.FAILED,
            "{name}: the policies in force know no such code; these cases cannot be counted together.",
            name=error.args[0],
        ) from error
    return report(found, counted.policies, counted.office, reader, counted.terminal.words.language)
