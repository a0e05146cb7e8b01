"""`yanlu office plan|commit|commits|show-nonce|root`: founding by files, so that nobody chooses root 1 alone."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from crypto.framing import b64encode, sha256
from crypto.office.signed_notes import draw_keeper
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.check_command import decided
from portal.cli.keepers.confirming import CONFIRM, require_confirmed
from portal.cli.keepers.office_words import FILE, folder_of, plan_lines
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.office import read_keeper, write_keeper
from portal.office.ceremony import (
    CeremonyPlan,
    check_own,
    commit_to,
    founding_text,
    gather_commits,
    plan_content,
    read_plan,
    shown_nonce,
)
from portal.office.errors import CeremonyRefused
from portal.office.files import write_published
from portal.office.founding_checks import require_fit

PLAN = click.argument("plan", type=FILE)
COMMITS = click.argument("commits", type=FILE)
OUT = click.option("--out", type=FILE, required=True, help="The file to write.")


def content_of(file: Path) -> bytes:
    """What a file of the founding holds."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read: {reason}.", path=file, reason=error.strerror) from error


@click.command(params=[CONFIRM])
@click.option("--config", "config_file", type=FILE, required=True, help="office.toml, decided and checked.")
@OUT
@pass_terminal
def plan(terminal: Terminal, config_file: Path, out: Path, confirmed: tuple[str, ...]) -> None:
    """Founder, 1: write the plan (name, office id, seats, how many sign, witnesses) that goes to every keeper."""
    config = decided(terminal, config_file, confirmed)
    # What founding would refuse at the end is refused before anybody has drawn a key for it.
    require_fit(folder_of(None), config, today())
    require_confirmed(terminal, folder_of(None), config, confirmed)
    content = plan_content(os.urandom(16), config)
    write_published(out, content)
    said = terminal.words("Give {file} to every keeper, who runs `yanlu office commit`.", file=out)
    terminal.result({"plan": str(out)}, *plan_lines(terminal, read_plan(content)), said)


def _show(terminal: Terminal, planned: CeremonyPlan) -> None:
    for line in plan_lines(terminal, planned):
        terminal.note("{line}", line=line)


@click.command()
@PLAN
@click.argument("keeper")
@click.option("--out", type=FILE, required=True, help="Your key file (0600); your commitment is put beside it.")
@pass_terminal
def commit(terminal: Terminal, plan: Path, keeper: str, out: Path) -> None:
    """Keeper, 2: draw your own key for the seat KEEPER, and fix a secret number that root 1 will have to contain."""
    planned, made = read_plan(content_of(plan)), draw_keeper(keeper, os.urandom)
    _show(terminal, planned)
    if out.exists():
        # What was committed to with the key that is there would be worth nothing without it.
        raise CommandError(Exit.USAGE, "{path} is there already.", path=out)
    committed, beside = commit_to(planned, made), out.with_name(f"{out.name}.commit")
    write_keeper(out, planned.office, made)
    write_published(beside, committed)
    said = terminal.words("Keep {file} to yourself; give {public} to the office.", file=out, public=beside)
    terminal.result({"key": str(out), "commit": str(beside)}, said)


@click.command()
@PLAN
@click.argument("files", type=FILE, nargs=-1, required=True)
@OUT
@pass_terminal
def commits(terminal: Terminal, plan: Path, files: tuple[Path, ...], out: Path) -> None:
    """Founder, 3: put the commitments of all keepers together; every keeper gets the list."""
    write_published(out, gather_commits(read_plan(content_of(plan)), [content_of(one) for one in files]))
    said = terminal.words("Give {file} to every keeper, who runs `yanlu office show-nonce`.", file=out)
    terminal.result({"commits": str(out)}, said)


@click.command("show-nonce")
@PLAN
@COMMITS
@click.option("--keeper", "key", type=FILE, required=True, help="Your key file.")
@OUT
@pass_terminal
def show_nonce(terminal: Terminal, plan: Path, commits: Path, key: Path, out: Path) -> None:
    """Keeper, 4: check that your commitment stands in the list unchanged, then show your secret number."""
    planned, listed = read_plan(content_of(plan)), content_of(commits)
    _show(terminal, planned)
    keeper = read_keeper(key, planned.office)
    check_own(planned, listed, keeper)
    _once(key.with_name(f"{key.name}.founding"), listed)
    write_published(out, shown_nonce(keeper))
    said = terminal.words("Give {file} to the office; the list of commitments can't change any more.", file=out)
    terminal.result({"nonce": str(out)}, said)


def _once(memory: Path, listed: bytes) -> None:
    """A key takes part in one founding: who shows a nonce twice lets the founder choose between two texts."""
    digest = b64encode(sha256(listed)).encode()
    if memory.is_file() and memory.read_bytes() != digest:
        raise CeremonyRefused(
            "This key has shown its number for another list of commitments. Run `yanlu office commit` again for a new "
            "key, and have all keepers begin again."
        )
    write_published(memory, digest)


@click.command()
@PLAN
@COMMITS
@click.argument("nonces", type=FILE, nargs=-1, required=True)
@OUT
@pass_terminal
def root(terminal: Terminal, plan: Path, commits: Path, nonces: tuple[Path, ...], out: Path) -> None:
    """Founder, 5: write root 1, which follows from plan, commitments and numbers alone; every keeper signs it."""
    planned = read_plan(content_of(plan))
    write_published(out, founding_text(planned, content_of(commits), [content_of(one) for one in nonces]))
    given = ["--plan", plan, "--commits", commits, *(word for one in nonces for word in ("--nonce", one))]
    signing = {
        seat: _command("keeper-sign", out, "--keeper", f"{seat}.key", *given, "--out", f"{seat}.note")
        for seat in planned.seats
    }
    notes = [word for seat in planned.seats for word in ("--root", f"{seat}.note")]
    terminal.result(
        {"root": str(out), "keepers": signing},
        terminal.words("Give every keeper {files}. Each runs, on a machine of their own:", files=_files(given, out)),
        *(f"  {command}" for command in signing.values()),
        terminal.words("Then, with what they bring back:"),
        f"  {_command('init', 'FOLDER', '--config', 'office.toml', *notes)}",
    )


def _command(*words: object) -> str:
    return shlex.join(["yanlu", "office", *map(str, words)])


def _files(given: Sequence[object], out: Path) -> str:
    return ", ".join(str(one) for one in (out, *given) if isinstance(one, Path))


BY_COMMITMENT = (plan, commit, commits, show_nonce, root)
