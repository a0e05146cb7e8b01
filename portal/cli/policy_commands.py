"""`yanlu policy`: the written policies as data, what each rules, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import click

from casework.errors import PolicyError
from casework.findings import Finding, Level
from casework.policy import Policy
from casework.policy_binding import bind_policy
from casework.policy_lint import hindrances, lint
from casework.policy_reader import read_policy, shipped_bindings, shipped_policies, shipped_policy
from casework.policy_words import Say, describe, in_chinese, in_english
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, pass_terminal

BINDINGS = click.option(
    "--bindings",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What the office binds to the policy: its numbers, holders and missing parts.",
)


@click.group()
def policy() -> None:
    """Read the written policies by which cases run."""


def say_in(terminal: Terminal) -> Say:
    """The person's half of a text in both languages."""
    return in_chinese if terminal.words.language == "zh" else in_english


def find_policy(name: str, bindings: Path | None) -> tuple[Policy, str]:
    """A shipped policy by its name, or one in a file, with bindings if there are any; and its file's name.

    Raises `CommandError` with file, key and reason.
    """
    try:
        if name in shipped_policies():
            found, file = shipped_policy(name), f"{name}.toml"
        elif Path(name).is_file():
            found, file = read_policy(Path(name).read_bytes(), name), name
        else:
            raise CommandError(Exit.NOTHING_THERE, "There is no policy {name}, and no such file.", name=name)
        if bindings is not None:
            found = bind_policy(found, bindings.read_bytes(), str(bindings))
    except PolicyError as error:
        raise CommandError(
            Exit.REFUSED, "{file}: {key}: {reason}", file=error.file, key=error.key, reason=error.reason
        ) from error
    return found, file


@policy.command("list")
@pass_terminal
def list_policies(terminal: Terminal) -> None:
    """List the policies that come with the product, and what each still leaves open."""
    say = say_in(terminal)
    found = [shipped_policy(name) for name in shipped_policies()]
    rows = [_row(one, say) for one in found]
    width = max(len(one.id) for one in found)
    lines = (
        f"{row['id']:<{width}}  {row['version']}  {row['state']:<5}  {row['unbound']:>2}  {row['title']}"
        for row in rows
    )
    terminal.result({"policies": rows}, *lines)


def _row(one: Policy, say: Say) -> dict[str, object]:
    return {
        "id": one.id,
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
    """Show POLICY (a name of `policy list`, or a file): stages, acts, clocks, outcomes, appeals, and what is open."""
    found, _ = find_policy(name, bindings)
    lines = list(describe(found, say_in(terminal)))
    terminal.result({"policy": found.id, "version": found.version, "lines": lines, "unbound": found.unbound()}, *lines)


@policy.command("lint")
@click.argument("names", metavar="[POLICY]...", nargs=-1)
@BINDINGS
@click.option("--activate", is_flag=True, help="Also refuse what is unbound and roles held by fewer than two.")
@pass_terminal
def lint_policies(terminal: Terminal, names: tuple[str, ...], bindings: Path | None, activate: bool) -> None:
    """Prove that each POLICY (else all that ship, as bound there) can be followed; exit code 6 when one cannot."""
    found: list[Finding] = []
    for name in names or shipped_policies():
        one, file = find_policy(name, bindings)
        one = one if names else bind_policy(one, shipped_bindings(name), file)
        found += (*hindrances(one, file), *_warnings(one, file)) if activate else lint(one, file)
    say = say_in(terminal)
    rows = [
        {"file": one.file, "key": one.key, "level": one.level, "fault": one.fault, "reason": say(one.reason)}
        for one in found
    ]
    terminal.result({"findings": rows}, *(f"{one.file}: {one.key}: {say(one.reason)}" for one in found))
    errors = sum(one.level is Level.ERROR for one in found)
    if errors:
        raise CommandError(Exit.REFUSED, "Not ready: {count} faults.", count=errors)
    terminal.note("No faults, {count} warnings.", count=len(found))


def _warnings(one: Policy, file: str) -> tuple[Finding, ...]:
    return tuple(finding for finding in lint(one, file) if finding.level is Level.WARNING)
