"""`yanlu policy`: the written policies as data, what each rules, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.errors import BeyondCalendar, CalendarUnknown, PolicyError
from casework.policy.binding import bind_policy
from casework.policy.numbers import NUMBERS, number_of
from casework.policy.policy import Policy
from casework.policy.reader import shipped_bindings, shipped_policies, shipped_policy
from casework.policy_check.coverage import (
    COVERAGE_FILE,
    Coverage,
    MarkResult,
    code_digests,
    is_stale,
    matrix,
    read_coverage,
)
from casework.policy_check.drawing import draw
from casework.policy_check.policy_words import Say
from casework.policy_check.simulation import Story, simulate
from casework.policy_check.simulation_moments import Moment
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.bindings_command import begin_bindings
from portal.cli.keepers.described_policy import described
from portal.cli.keepers.lint_command import lint_policies
from portal.cli.keepers.new_policy_command import new_policy
from portal.cli.keepers.policy_source import BINDINGS, find_policy, say_in
from portal.cli.keepers.publish_commands import PUBLISHING
from portal.cli.keepers.reference_commands import REFERENCE
from portal.cli.keepers.refused_files import PolicyFileRefused
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.cli.words import one_or_more

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
def policy() -> None:
    """Read the written policies by which cases run; publish a version of one."""


@policy.command("list")
@pass_terminal
def list_policies(terminal: Terminal) -> None:
    """List the policies that come with the product, and what each still leaves open."""
    say = say_in(terminal)
    found = [shipped_policy(name) for name in shipped_policies()]
    rows = [_row(one, say) for one in found]
    width = max(len(one.id) for one in found)
    lines = (
        f"{row['number'] or '':<3}  {row['id']:<{width}}  {row['version']}  {row['state']:<5}  {row['unbound']:>2}"
        f"  {row['title']}"
        for row in rows
    )
    terminal.result({"policies": rows}, *lines)


def _row(one: Policy, say: Say) -> dict[str, object]:
    return {
        "id": one.id,
        "number": number_of(one.id),
        "version": one.version,
        "state": one.rules.state,
        "title": say(one.title),
        "unbound": len(one.unbound()),
    }


@policy.command()
@click.argument("name", metavar="POLICY")
@BINDINGS
@pass_terminal
def show(terminal: Terminal, name: str, bindings: Path | None) -> None:
    """Show POLICY (a name of `policy list`, or a file): its way, clocks and outcomes, and whom it binds to what."""
    found, _ = find_policy(name, bindings)
    lines = described(found, say_in(terminal))
    terminal.result({"policy": found.id, "version": found.version, "lines": lines, "unbound": found.unbound()}, *lines)


@policy.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--old-bindings", type=FILE, help="What the office binds to OLD.")
@click.option("--bindings", "new_bindings", type=FILE, help="What the office binds to NEW.")
@pass_terminal
def diff_policies(terminal: Terminal, old: str, new: str, old_bindings: Path | None, new_bindings: Path | None) -> None:
    """Show what policy NEW rules otherwise than OLD: two names or files, with their bindings if given."""
    say = say_in(terminal)
    policies = (find_policy(name, bound)[0] for name, bound in ((old, old_bindings), (new, new_bindings)))
    before, after = (described(one, say) for one in policies)
    lines = [line for line in unified_diff(before, after, old, new, lineterm="", n=1) if line.strip()]
    terminal.result({"old": old, "new": new, "lines": lines}, *lines)


@policy.command("simulate")
@click.argument("name", metavar="POLICY")
@BINDINGS
@click.option(
    "--story",
    type=click.Choice([story.value for story in Story]),
    default=Story.NOBODY_ACTS.value,
    show_default=True,
    help="What happens in the case.",
)
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the report arrives; else today.")
@click.option(
    "--calendar", default="cn", show_default=True, help="cn, a country such as de, or a part of it such as de-by."
)
@click.option("--zone", default="Asia/Shanghai", show_default=True, help="The office's time zone.")
@pass_terminal
def simulate_policy(  # one argument for each option
    terminal: Terminal, name: str, bindings: Path | None, story: str, start: datetime | None, calendar: str, zone: str
) -> None:
    """Run a made-up case through time under POLICY, and tell what falls due when, and why."""
    found = _bound(name, bindings)
    day = start.date() if start else today()
    try:
        office = Office(shipped_calendar(calendar), ZoneInfo(zone))
        simulated = simulate(found, Story(story), day, office)
    except (BeyondCalendar, CalendarUnknown, ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(Exit.USAGE, "No calendar, zone or day of this name is known.") from error
    say = say_in(terminal)
    rows = [_moment_row(one, say) for one in simulated.moments]
    lines = (line for row in rows for line in _moment_lines(row))
    terminal.result({"policy": found.id, "story": story, "whole": simulated.whole, "moments": rows}, *lines)
    if not simulated.whole:
        terminal.note("This policy knows no such story: it ends where its text ends.")


def _moment_row(one: Moment, say: Say) -> dict[str, object]:
    return {
        "day": one.day.isoformat(),
        "what": say(one.words),
        "done_by": say(one.done_by) if one.done_by else None,
        "told": say(one.hears) if one.hears else None,
        "why": say(one.why) if one.why else None,
        "late": one.late,
        "provisional": one.provisional,
    }


def _moment_lines(row: Mapping[str, object]) -> Iterator[str]:
    """The day, a mark where something is late, what happens; below it, in the same column, what belongs to it."""
    yield f"{row['day']}  {'!' if row['late'] else ' '} {row['what']}"
    yield from (f"{'':<14}{row[key]}" for key in ("done_by", "told", "why") if row[key])


@policy.command("draw")
@click.argument("name", metavar="POLICY")
@BINDINGS
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The SVG file; else stdout.")
@pass_terminal
def draw_policy(terminal: Terminal, name: str, bindings: Path | None, out: Path | None) -> None:
    """Draw POLICY as a flow chart: an SVG picture without script."""
    found = _bound(name, bindings)
    chart = draw(found, say_in(terminal))
    if out is None:
        terminal.result({"policy": found.id, "svg": chart}, chart.rstrip())
        return
    out.write_text(chart, "utf-8")
    terminal.result({"policy": found.id, "file": str(out)}, str(out))


@policy.command()
@pass_terminal
def coverage(terminal: Terminal) -> None:
    """Print what the twenty written policies were last shown to do; exit code 6 when a mark failed."""
    found = _stored_coverage()
    stale = is_stale(found, code_digests())
    held, of = found.count(MarkResult.HOLDS), len(found.marks)
    modelled = found.count(MarkResult.PARTLY, MarkResult.MODELLED)
    columns = (f"{one.number} {one.policy}" for one in found.policies)
    terminal.result(
        {
            "commit": found.commit,
            "clean": found.clean,
            "stale": stale,
            "holds": held,
            "modelled": modelled,
            "of": of,
            "marks": {name: shown.value for name, shown in found.marks.items()},
        },
        *matrix(found, terminal.words.language),
        *columns,
    )
    terminal.note("{held} of {of} marks can be done by somebody (●).", held=held, of=of)
    terminal.note("{modelled} are modelled only (◐); ○ was not run, ✗ failed.", modelled=modelled)
    terminal.note("Run on commit {commit}.", commit=found.commit or "?")
    if not found.clean:
        terminal.note("Beside that commit something was changed.")
    if stale:
        terminal.note("Stale: rules, code or marks have changed since that run.")
    if found.count(MarkResult.FAILS):
        failed = found.count(MarkResult.FAILS)
        raise CommandError(
            Exit.REFUSED, one_or_more(failed, "{count} mark failed.", "{count} marks failed."), count=failed
        )


def _stored_coverage() -> Coverage:
    if not COVERAGE_FILE.is_file():
        raise CommandError(
            Exit.NOTHING_THERE, "No run of the marks is kept here: run pytest tests/casework/test_seed_matrix.py."
        )
    try:
        return read_coverage(COVERAGE_FILE.read_bytes())
    except PolicyError as error:
        raise PolicyFileRefused(error) from error


def _bound(name: str, bindings: Path | None) -> Policy:
    """The policy with the bindings given, else with those that ship with it."""
    name = NUMBERS.get(name.upper(), name)
    found, file = find_policy(name, bindings)
    return (
        bind_policy(found, shipped_bindings(name), file) if bindings is None and name in shipped_policies() else found
    )


for command in (lint_policies, new_policy, begin_bindings, *PUBLISHING, *REFERENCE):
    policy.add_command(command)
