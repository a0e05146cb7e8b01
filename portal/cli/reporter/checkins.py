"""Check-ins on the command line: whatever is answered, even nothing, what is sent looks the same (SPEC §13)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import click

from crypto import (
    MailboxCursor,
    ReporterKeys,
    VerifiedDirectory,
    b64encode,
    draw_dummy_packets,
    seal_memo_post,
    write_post,
)
from crypto.watch.protection import (
    CHANGES,
    CHECKIN_DAYS,
    Bond,
    Checkin,
    Linked,
    Protection,
    RequestKind,
    Worse,
    is_watched,
    seal_link,
    seal_protection_packet,
)
from portal.cli.errors import CommandError, Exit
from portal.cli.server import Server, as_json
from portal.cli.terminal import Terminal, today

NOTHING = "none"


def checkin_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which a check-in is answered."""
    answers = click.Choice([*(one.value for one in Worse), NOTHING])
    command = click.option(
        "--change", "changes", type=click.Choice(CHANGES), multiple=True, help="With --checkin: what got worse."
    )(command)
    return click.option(
        "--checkin", type=answers, help="When asked how you are treated: whether something got worse; none: not said."
    )(command)


@dataclass(frozen=True, repr=False)
class CheckinMailbox:
    """The mailbox that asks: under which directory, of whom, and where it stands."""

    directory: VerifiedDirectory
    keys: ReporterKeys
    cursor: MailboxCursor

    def due(self, today: date) -> list[str]:
        """The days of check-ins that have come and were not answered yet."""
        memo = self.cursor.memo
        # An answer is sealed for the watch: it has to wait for the next directory, and the question with it.
        if self.directory.lapsed or not is_watched(self.directory, memo.entity):
            return []
        return [day for day in memo.checkins if day <= today.isoformat()]


def settle_checkin(terminal: Terminal, server: Server, mailbox: CheckinMailbox, given: Mapping[str, Any]) -> None:
    """Sends the post of a check-in, or says that one is asked; raises CommandError for an answer to no question."""
    due = mailbox.due(today())
    if given["checkin"] is None:
        if due:
            terminal.note(
                "Everybody is asked how they are treated since their report: answer with --checkin, even with none. "
                "It is sealed for the retaliation officer alone, and looks the same whatever you answer."
            )
        return
    if not due:
        raise CommandError(Exit.USAGE, "No check-in is asked today.")
    server.call("POST", "/api/posts", **as_json(write_post(checkin_post(mailbox, given, len(due)))))


def checkin_post(mailbox: CheckinMailbox, given: Mapping[str, Any], due: int) -> dict[str, object]:
    """The post without an item, with the answer or a dummy; `due` days are then done with."""
    left = mailbox.cursor.memo.checkins[due:]
    packets = draw_dummy_packets(os.urandom)
    if given["checkin"] != NOTHING:
        day = CHECKIN_DAYS[max(0, len(CHECKIN_DAYS) - len(left) - 1)]
        changes = list(dict.fromkeys(cast("tuple[str, ...]", given["changes"])))
        packets |= {"protection": b64encode(_sealed(mailbox, Checkin(day, Worse(given["checkin"]), changes, "")))}
    return seal_memo_post(mailbox.keys, mailbox.cursor, os.urandom, packets, left)[0]


def _sealed(mailbox: CheckinMailbox, said: Checkin) -> bytes:
    memo, directory = mailbox.cursor.memo, mailbox.directory
    link = seal_link(directory, memo.entity, Linked(Bond.REPORTER, memo.case), os.urandom)
    answer = Protection(
        RequestKind.CHECKIN, memo.entity, mailbox.keys.watch_handle, Bond.REPORTER, "", "", "", said, link
    )
    return seal_protection_packet(directory, answer, os.urandom)
