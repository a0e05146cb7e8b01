"""`yanlu desk hand-over|compromised`: the colleague's half of a leaving, case after case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from portal.cli.desk.days import day_at
from portal.cli.desk.desk_options import FILE, DeskOptions, signed_in, with_desk_options
from portal.cli.desk.handing_over import ENOUGH, Became, Handover, Renewal, Resealed, claim_waiting, reseal_all
from portal.cli.desk.profile import Profile
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, write_private
from portal.cli.words import one_or_more

ONE_RESEALED = "{count} case re-sealed without {member}; already done: {already}."
RESEALED = "{count} cases re-sealed without {member}; {already} were already."
ONE_NEW_KEY = "{count} case has a new key; already done: {already}."
NEW_KEY = "{count} cases have a new key; {already} had one already."
ONE_WAITS = "{count} waits for a second signature: another holder runs the same command, within three days."
WAITS = "{count} wait for a second signature: another holder runs the same command, within three days."


@click.command("hand-over")
@click.argument("member")
@click.option("--to", "successors", multiple=True, help="A colleague who gets the cases; may be given again.")
@with_desk_options
def hand_over(terminal: Terminal, options: DeskOptions, member: str, successors: tuple[str, ...]) -> None:
    """Re-seal every case of yours that MEMBER (who leaves, or you yourself) can read; may be killed and run again."""
    seen = _reseal_all(terminal, options, (member, successors), notify=False)
    _finish(terminal, member, seen, [])


@click.command("compromised")
@click.argument("member")
@click.option("--to", "successors", multiple=True, help="A colleague who gets the cases; may be given again.")
@click.option("--out", type=FILE, help="Write the list of what could be read into a file (0600).")
@with_desk_options
def compromised_key(
    terminal: Terminal, options: DeskOptions, member: str, successors: tuple[str, ...], out: Path | None
) -> None:
    """Do the same at once for a MEMBER whose key others may have, list what it could read, and tell each reporter."""
    seen = _reseal_all(terminal, options, (member, successors), notify=True)
    readable: list[dict[str, object]] = [
        {"case": one.case, "day": one.day, "entity": one.entity, **asdict(one.readable), "told": one.notified}
        for one in seen if one.readable is not None
    ]  # fmt: skip
    if out is not None:
        write_private(out, json.dumps({"member": member, "readable": readable}, ensure_ascii=False) + "\n")
    _finish(terminal, member, seen, readable)


@click.command("renew-all")
@with_desk_options
def renew_all(terminal: Terminal, options: DeskOptions) -> None:
    """Give every case of yours a new key that was last changed under an earlier directory: for a new recovery key."""
    seen = _reseal_all(terminal, options, ("", ()), notify=False, kind=Renewal)
    _finish(terminal, "", seen, [])


def _reseal_all(
    terminal: Terminal,
    options: DeskOptions,
    who: tuple[str, Sequence[str]],
    *,
    notify: bool,
    kind: type[Handover] = Handover,
) -> list[Resealed]:
    """Claim what the batch has, then go through all own cases; what is done already is passed over."""
    member, successors = who
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        staff = profile.unlock(session.directory, how)
        for one in successors:
            if one == member or session.directory.valid_member(one) is None:
                raise CommandError(Exit.USAGE, "Nobody in the office is called {ids}.", ids=one)
        claim_waiting(session, profile, staff)
        here = partial(day_at, session.directory)
        work = kind(session, profile, staff, member, successors, here, notify, terminal.words)
        rows = list(session.rows())
        with terminal.counting("Re-sealing", len(rows)) as advance:
            return reseal_all(work, advance, rows)


def _done_lines(terminal: Terminal, member: str, counts: Mapping[str, int]) -> list[str]:
    """How many cases are done, and how many wait for another."""
    words, done = terminal.words, counts[Became.SEALED] + counts[Became.SIGNED]
    one, more = (ONE_RESEALED, RESEALED) if member else (ONE_NEW_KEY, NEW_KEY)
    lines = [words.counted(done, one, more, member=member, already=counts[Became.ALREADY])]
    if counts[Became.WAITS]:
        lines.append(words.counted(counts[Became.WAITS], ONE_WAITS, WAITS))
    return lines


def _finish(terminal: Terminal, member: str, seen: Sequence[Resealed], readable: Sequence[dict[str, object]]) -> None:
    """Say what became of all, and end with 1 where something is left to do."""
    words = terminal.words
    counts = {became.value: sum(one.became is became for one in seen) for became in Became}
    lonely = [one.case for one in seen if one.became is not Became.FAILED and one.living < ENOUGH]
    failed = {one.case: one.reason for one in seen if one.became is Became.FAILED}
    lines = _done_lines(terminal, member, counts)
    if readable:
        lines.append(words("With that key could be read:"))
        lines += [
            f"{row['case']}  {row['day']}  {row['entity']}  {row['items']}{'' if row['certain'] else '  ?'}"
            for row in readable
        ]
        if not all(row["certain"] for row in readable):
            unsure = "?: nothing tells any more who the first readers were. These reporters are told just that."
            lines.append(words(unsure))
        notified = sum(row["told"] is True for row in readable)
        lines.append(words("{told} of {count} reporters have a message.", told=notified, count=len(readable)))
    lines += [words("{case} has fewer than two living holders: add a colleague.", case=case) for case in lonely]
    lines += [words("{case} is not done: {reason}", case=case, reason=reason) for case, reason in failed.items()]
    document: dict[str, object] = {
        "member": member, **counts, "lonely": lonely, "failures": failed, "readable": list(readable),
    }  # fmt: skip
    terminal.result(document, *lines)
    if failed:
        terminal.note(
            one_or_more(
                len(failed),
                "{count} case is left: run the same command again.",
                "{count} cases are left: run the same command again.",
            ),
            count=len(failed),
        )
        click.get_current_context().exit(int(Exit.FAILED))


LEAVING = (hand_over, compromised_key, renew_all)
