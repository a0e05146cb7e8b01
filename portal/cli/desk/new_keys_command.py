"""`yanlu desk new-keys`: other keys for a member who stays; run again, it goes on where it was left."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import click

from crypto import NextKeys
from portal.cli.desk.days import day_at
from portal.cli.desk.desk_options import DeskOptions, signed_in, with_desk_options
from portal.cli.desk.handing_over import Became, Resealed, claim_waiting, reseal_all
from portal.cli.desk.new_keys import KeyChangeStage, MemberKeys, ToNewKeys, forget_in, keys_of, left_of
from portal.cli.desk.profile import Profile
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.cli.words import one_or_more
from portal.office.changed_keys import check_code

PLACES = {
    "custodians": "Names are sealed to it for you as a custodian.",
    "oversight": "Reasons and reviews are sealed to it for you who oversee.",
    "watch": "Links of the watch are sealed to it for you.",
}


@click.command("new-keys")
@click.option(
    "--forget", is_flag=True, help="Forget the former keys now, though something may still be sealed to them."
)
@click.option("--another", is_flag=True, help="Begin another change while former keys are still kept.")
@with_desk_options
def new_keys(terminal: Terminal, options: DeskOptions, *, forget: bool, another: bool) -> None:
    """Replace your keys themselves. Run it, let the keepers sign, and run it again until all is renewed."""
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        keys = keys_of(session, how)
        stage = keys.stage
        if stage is KeyChangeStage.WAITING:
            _print_waiting(
                terminal, keys.waiting, "The keepers have not signed your new keys yet. The present ones go on."
            )
        elif stage is KeyChangeStage.NONE or (stage is KeyChangeStage.FORMER and another):
            _print_waiting(
                terminal, keys.begin(), "New keys are made and wait for the keepers. The present ones go on."
            )
        else:
            if stage is KeyChangeStage.SIGNED:
                keys.activate()
            _finish(terminal, keys, _renew(terminal, profile, keys), forget=forget)
        forget_in(profile, session)


def _print_waiting(terminal: Terminal, keys: NextKeys | None, said: str) -> None:
    code = check_code(keys.recipient, keys.signing) if keys is not None else ""
    terminal.result(
        {"stage": KeyChangeStage.WAITING.value, "code": code},
        terminal.words(said),
        terminal.words("Check code of the new keys: {code}. Tell it to the keepers over another channel.", code=code),
        terminal.words("Next: {command}", command="yanlu office sign"),
    )


def _renew(terminal: Terminal, profile: Profile, keys: MemberKeys) -> list[Resealed]:
    session, staff = keys.session, keys.staff
    claim_waiting(session, profile, staff)
    here = partial(day_at, session.directory)
    work = ToNewKeys(session, profile, staff, "", (), here, notify=False, words=terminal.words)
    rows = list(session.rows())
    with terminal.counting("Re-sealing", len(rows)) as advance:
        return reseal_all(work, advance, rows)


def _finish(terminal: Terminal, keys: MemberKeys, seen: Sequence[Resealed], *, forget: bool) -> None:
    """Forget the former keys where nothing needs them any more; say what became of all."""
    left, until, places = left_of(seen), keys.sealed_until(), keys.still_sealed_places()
    if forget and left:
        _complain(terminal, seen)
        raise CommandError(
            Exit.REFUSED,
            one_or_more(
                left,
                "{count} case still needs your former keys: they are kept.",
                "{count} cases still need your former keys: they are kept.",
            ),
            count=left,
        )
    gone = not left and (forget or not (until or places))
    if gone:
        keys.activate(forget=True)
    terminal.result(_document(seen, keys, gone=gone), *_lines(terminal, seen, keys, gone=gone))
    if left:
        _complain(terminal, seen)
        click.get_current_context().exit(int(Exit.FAILED))


def _document(seen: Sequence[Resealed], keys: MemberKeys, *, gone: bool) -> dict[str, object]:
    counts = {became.value: sum(one.became is became for one in seen) for became in Became}
    failed = {one.case: one.reason for one in seen if one.became is Became.FAILED}
    former_keys = {"until": None if gone else keys.sealed_until(), "places": [] if gone else keys.still_sealed_places()}
    return {
        "stage": (KeyChangeStage.NONE if gone else KeyChangeStage.FORMER).value,
        **counts,
        "failures": failed,
        **former_keys,
    }


def _lines(terminal: Terminal, seen: Sequence[Resealed], keys: MemberKeys, *, gone: bool) -> list[str]:
    words, done = terminal.words, sum(one.became in (Became.SEALED, Became.SIGNED) for one in seen)
    already = sum(one.became is Became.ALREADY for one in seen)
    lines = [
        words.counted(
            done,
            "{count} case is sealed to your new keys; already done: {already}.",
            "{count} cases are sealed to your new keys; {already} were already.",
            already=already,
        )
    ]
    if gone:
        return [*lines, words("Your former keys are forgotten. Add your passkeys again.")]
    until = keys.sealed_until()
    if until is not None:
        lines.append(
            words("Until {day} something may still come sealed to your former keys: run this again then.", day=until)
        )
    return [
        *lines,
        *(words(PLACES[place]) for place in keys.still_sealed_places()),
        words("Your former keys are kept."),
    ]


def _complain(terminal: Terminal, seen: Sequence[Resealed]) -> None:
    waits = sum(one.became is Became.WAITS for one in seen)
    if waits:
        said = one_or_more(
            waits,
            "{count} waits for a second signature: another holder signs with `yanlu desk countersign`.",
            "{count} wait for a second signature: another holder signs with `yanlu desk countersign`.",
        )
        terminal.note(said, count=waits)
    for one in seen:
        if one.became is Became.FAILED:
            terminal.note("{case} is not done: {reason}", case=one.case, reason=one.reason)
