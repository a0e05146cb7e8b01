"""`yanlu watch unseal`: a link opens by two sides together, days after the log says that somebody asked."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import click

from crypto import CryptoError, StaffKeys, VerifiedDirectory, b64encode, open_sealed
from crypto.sealing.age import seal
from crypto.shape import Fields
from crypto.text import read_json, write_json
from crypto.watch.link_requests import (
    LINKS,
    REASON_LIMIT,
    WINDOW_DAYS,
    LinkRequest,
    ask_for_links,
    check_link_request,
    read_link_request,
)
from crypto.watch.protection import (
    Bond,
    Linked,
    LinkShare,
    open_link,
    open_link_share,
    read_link_share,
    seal_link,
    watch_of,
)
from portal.cli.desk.commands import offline
from portal.cli.desk.desk_options import FILE, DeskOptions, with_desk_options
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.watch import read_links
from portal.cli.terminal import Terminal
from portal.cli.transparency_log.log_memory import check_history
from portal.cli.transparency_log.log_places import faults_in_words, files_at
from portal.cli.watch.officer_commands import officer_calls
from portal.clock import system_clock
from portal.office.files import write_secret
from portal.transparency_log.verifying import VerifiedLog, compare, verify_files

NO_SEAT = "You have no seat among those who open this link."
PLACE = "Where the published log is: an address of intake or desk, or a folder."


@click.group()
def unseal() -> None:
    """Open the link of an entry to its case: one share of the employer's side, one of the outside's, together."""


@unseal.command()
@click.option("--at", required=True, help="The address of the watch's officer face.")
@click.option("--entity", required=True, help="The person's entity.")
@click.option("--employee", required=True, help="The person's number in HR's records.")
@click.option("--reason", required=True, help="Why, for those who give a share; name nobody.")
@click.option("--out", type=FILE, required=True, help="Where the request goes, for those who give a share.")
@with_desk_options
def ask(terminal: Terminal, options: DeskOptions, at: str, entity: str, employee: str, reason: str, out: Path) -> None:
    """Ask to open the links of a person's entries; the request goes into the log, and waits for its delay."""
    calls, staff, directory = officer_calls(terminal, options, at)
    if not reason.strip() or len(reason.encode()) > REASON_LIMIT:
        raise CommandError(Exit.USAGE, "Give a reason of at most {most} bytes.", most=REASON_LIMIT)
    found = calls.read(read_links, "POST", "/api/links", {"v": 1, "entity": entity, "employee": employee})
    # A person without any entry answers alike: anyone who opens the link learns that it is cover.
    links = found or [seal_link(directory, entity, Linked(Bond.COVER, None), os.urandom)]
    asked = ask_for_links(staff, directory.office, entity, reason, links, os.urandom)
    # Before the file: a request that the log does not know can be answered by nobody.
    calls.call("POST", "/api/link-requests", {"v": 1, "content": b64encode(asked.content)})
    write_secret(out, write_json(asked.document()))
    days = watch_of(directory, entity).delay
    terminal.result(
        {"file": str(out), "links": len(links), "days": days},
        terminal.words("{path} is to be opened.", path=out),
        terminal.words("Shares can be given {days} days after the next checkpoint of the log.", days=days),
    )


@unseal.command()
@click.option("--links", type=FILE, required=True, help="The file of `unseal ask`.")
@click.option("--log", "place", required=True, help=PLACE)
@click.option("--against", help="Another copy, a folder or an address: two views of one log are found.")
@click.option("--out", type=FILE, required=True, help="Your share, sealed to the person who asked.")
@with_desk_options
def share(terminal: Terminal, options: DeskOptions, links: Path, place: str, against: str | None, out: Path) -> None:
    """Give your side's share, once the log has had the request for its delay; for those with a seat alone."""
    profile, staff, directory = offline(terminal, options)
    asked = _read_request(links)
    try:
        check_link_request(directory, asked)
    except CryptoError as error:
        raise CommandError(Exit.NOT_VERIFIED, "No retaliation officer of this office asks for this.") from error
    delay = longest_delay(directory, staff.member)
    if delay is None:
        raise CommandError(Exit.WRONG_SECRET, NO_SEAT)
    now = system_clock()
    log = verified_log(place, against, str(profile.facts()["office_key"]))
    with faults_in_words():
        first = check_history(profile.path, log, asked.entry, now)
    require_waited(log, asked.entry, delay, now)
    if against is None:
        require_seen(first, delay, now)
    terminal.note("{member} asks: {reason}", member=asked.requester, reason=asked.reason)
    _print_opened(terminal, staff, directory, asked, out)


def longest_delay(directory: VerifiedDirectory, member: str) -> int | None:
    """The days that a seat waits: a link does not say of which entity it is, so no request chooses a shorter wait."""
    watches = [one.watch for one in directory.content.entities if one.watch is not None]
    return max((one.delay for one in watches if member in (*one.inside, *one.outside)), default=None)


def verified_log(place: str, against: str | None, code: str) -> VerifiedLog:
    """The whole log of a place, checked against the office code, and against another copy of it."""
    with faults_in_words():
        with files_at(place) as files:
            found = verify_files(files, code, system_clock())
        if against is not None:
            with files_at(against) as other:
                compare(found, other)
    return found


def require_waited(log: VerifiedLog, entry: bytes, delay: int, now: datetime) -> None:
    """Raises CommandError unless the log has had the entry for `delay` days, and not for a month longer."""
    entered = log.entered(entry)
    if entered is None:
        raise CommandError(
            Exit.NOT_VERIFIED, "The log does not know this request. Nobody may answer it, no matter who asks."
        )
    ready = entered + timedelta(days=delay)
    if now < ready:
        raise CommandError(
            Exit.NOT_VERIFIED, "This request has to wait until {day}, {days} days after it was entered in the log.",
            day=f"{ready:%Y-%m-%d %H:%M} UTC", days=delay,
        )  # fmt: skip
    if now >= ready + timedelta(days=WINDOW_DAYS):
        raise CommandError(
            Exit.NOT_VERIFIED, "This request is over: it was to be answered within {days} days.", days=WINDOW_DAYS
        )


def require_seen(first: datetime | None, delay: int, now: datetime) -> None:
    """Raises CommandError unless this profile has seen the request in the log for its whole delay.

    What one copy alone says of the past may have been made for this seat; it can't be made before it was first seen.
    """
    ready = now + timedelta(days=delay) if first is None else first + timedelta(days=delay)
    if now < ready:
        raise CommandError(
            Exit.NOT_VERIFIED,
            "You see this request since {day} alone: for you it may have been back-dated. Compare with another copy of "
            "the log (--against), or come back after {ready}.",
            day=f"{first or now:%Y-%m-%d}", ready=f"{ready:%Y-%m-%d %H:%M} UTC",
        )  # fmt: skip


def _print_opened(
    terminal: Terminal, staff: StaffKeys, directory: VerifiedDirectory, asked: LinkRequest, out: Path
) -> None:
    requester = directory.valid_member(asked.requester)
    if requester is None:
        raise CommandError(Exit.NOT_VERIFIED, "The person who asks is not in the directory.")
    try:
        found = [open_link_share(link, staff.identity).document() for link in asked.links]
    except CryptoError as error:
        raise CommandError(Exit.WRONG_SECRET, NO_SEAT) from error
    write_secret(out, seal(write_json({"v": 1, "shares": found}), [requester.recipient], os.urandom))
    terminal.result({"file": str(out)}, terminal.words("Your share: {path}.", path=out))


@unseal.command("open")
@click.option("--links", type=FILE, required=True, help="The file of `unseal ask`.")
@click.option("--share", "shares", type=FILE, required=True, multiple=True, help="Two shares, one of each side.")
@with_desk_options
def open_(terminal: Terminal, options: DeskOptions, links: Path, shares: tuple[Path, ...]) -> None:
    """Open the links with a share of each side; says who the person is to which case."""
    if len(shares) != 2:
        raise CommandError(Exit.USAGE, "Two shares are needed, one of each side.")
    _, staff, _ = offline(terminal, options)
    asked = _read_request(links)
    try:
        one, other = (_shares(path, staff) for path in shares)
        opened = [open_link(link, *pair) for link, *pair in zip(asked.links, one, other, strict=True)]
    except (CryptoError, OSError, ValueError) as error:
        raise CommandError(Exit.WRONG_SECRET, "These shares do not open this link.") from error
    rows = [{"bond": linked.bond.value, "case": linked.case and b64encode(linked.case)} for linked in opened]
    terminal.result({"links": rows}, *(f"{row['bond']}  {row['case'] or '-'}" for row in rows))


def _read_request(path: Path) -> LinkRequest:
    try:
        content = path.read_bytes()
        return read_link_request(read_json(content, max(len(content), 1)))
    except (OSError, CryptoError) as error:
        raise CommandError(Exit.USAGE, "{path} holds no request for links.", path=path) from error


def _shares(path: Path, staff: StaffKeys) -> list[LinkShare]:
    content = open_sealed(path.read_bytes(), staff.identity, 1)
    fields = Fields(read_json(content, len(content)), "v", "shares")
    fields.version()
    return fields.list("shares", LINKS, read_link_share)
