"""`yanlu desk together`: one step in every case that was merged into another, each sealed and signed for itself."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import click

from casework.obligations.batch import Follower, followers, unanswered
from casework.rules.acts import Act
from crypto import CryptoError
from portal.cli.desk.act_command import act_options, action_request_of, do_act
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import RuledCase, ruled_case
from portal.cli.desk.client import OpenedCase, Reply, reply_to
from portal.cli.desk.desk_options import DeskOptions, with_desk_options
from portal.cli.desk.readers import AtCase, at_case, office_ready
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.cli.words import one_or_more

OVER = frozenset({Exit.UNREACHABLE, Exit.NOT_VERIFIED})
"""With these the next case would fare no better."""


@dataclass(frozen=True, repr=False)
class MergedCase:
    """A merged case as it stands, for this member."""

    follower: Follower
    ruled: RuledCase


@click.command("together")
@click.argument("case")
@click.argument("act", required=False)
@click.option("--only", multiple=True, help="Only this merged case; may be given again.")
@act_options
@with_desk_options
def merged_cases(
    terminal: Terminal, options: DeskOptions, case: str, act: str | None, *, only: tuple[str, ...], **given: object
) -> None:
    """Do one step in each case merged into CASE, sealed to each, signed for each; without ACT: list them."""
    request = None if act is None else action_request_of(act, given)
    if request is not None and request.act is Act.REPLIED and not request.text:
        raise CommandError(Exit.USAGE, "The reply is empty.")
    with at_case(terminal, options, case) as at:
        merged = _merged(at)
        strangers = set(only) - {one.follower.name for one in merged}
        if strangers:
            raise CommandError(Exit.USAGE, "Not merged into this case: {cases}.", cases=", ".join(sorted(strangers)))
        if request is None:
            return _list(at, merged)
        names = [one.follower.name for one in merged if not only or one.follower.name in only]
        sent, failed = _each(at, names, request)
    return _print_result(terminal, request, sent, failed)


def _merged(at: AtCase) -> list[MergedCase]:
    """The member's cases that stand merged into this one; what can't be opened or judged is none of them."""
    found: dict[str, MergedCase] = {}
    policy = at.session.case(at.case)["policy"]
    for row in at.session.rows():
        if row["case"] == at.case or row["policy"] != policy:
            continue
        name = row["case"]
        try:
            ruled = ruled_case(at.session, replace(at, case=name).open())
        except (CryptoError, CommandError):
            continue
        found[name] = MergedCase(Follower(name, ruled.case), ruled)
    merged = followers(at.case, [one.follower for one in found.values()])
    return [found[one.name] for one in merged]


def _each(at: AtCase, names: list[str], request: ActionRequest) -> tuple[list[str], list[tuple[str, str]]]:
    """Who got it, and who did not and why; what fails in one case stops none of the others."""
    sent: list[str] = []
    failed: list[tuple[str, str]] = []
    for place, name in enumerate(names):
        try:
            _one(replace(at, case=name), request)
        except (CommandError, CryptoError) as error:
            why = error.text(at.terminal.words) if isinstance(error, CommandError) else str(error.stage)
            if isinstance(error, CommandError) and error.code in OVER:
                return sent, failed + [(one, why) for one in names[place:]]
            failed.append((name, why))
        else:
            sent.append(name)
    return sent, failed


def _one(at: AtCase, request: ActionRequest) -> None:
    if request.act is Act.REPLIED:
        opened = office_ready(at, needs_key=False)
        if opened is not None:
            _reply(at, opened, request)
        return
    opened = at.open()
    opened.require_whole()
    do_act(at, opened, ruled_case(at.session, opened), request)


def _reply(at: AtCase, opened: OpenedCase, request: ActionRequest) -> None:
    size = sum(file.stat().st_size for file in request.files)
    reply = Reply(request.text, request.files, at.day(opened.row))
    with tempfile.TemporaryDirectory(prefix="yanlu-") as folder, at.terminal.progress("Uploading", size) as advance:
        reply_to(at.session, at.staff, opened, reply, Path(folder), advance)


def _list(at: AtCase, merged: list[MergedCase]) -> None:
    rows: list[dict[str, object]] = []
    for one in merged:
        due = bool(unanswered(one.ruled.policy, [one.follower]))
        allowed = [act.value for act in one.ruled.allowed(at.staff.member)]
        rows.append({"case": one.follower.name, "stage": one.ruled.case.stage, "owed": due, "allowed": allowed})
    words = at.terminal.words
    lines = [
        words("{case}  {stage}  no answer since the merger", **row)
        if row["owed"]
        else words("{case}  {stage}  answered", **row)
        for row in rows
    ]
    at.terminal.result(
        {"case": at.case, "merged": cast("object", rows)},
        *(lines or [words("No case of yours was merged into this one.")]),
    )


def _print_result(terminal: Terminal, request: ActionRequest, sent: list[str], failed: list[tuple[str, str]]) -> None:
    document: dict[str, object] = {
        "act": request.act.value,
        "sent": sent,
        "failed": [{"case": name, "reason": why} for name, why in failed],
    }
    words = terminal.words
    lines = [words("On the record of {case}.", case=name) for name in sent]
    lines += [words("Not on the record of {case}: {reason}", case=name, reason=why) for name, why in failed]
    terminal.result(document, *lines)
    if failed:
        raise CommandError(
            Exit.REFUSED,
            one_or_more(
                len(failed),
                "{count} case did not get it: look at it, and try it again with --only.",
                "{count} cases did not get it: look at them, and try them again with --only.",
            ),
            count=len(failed),
        )
