"""`yanlu watch enter|unseal`: the officer opens packets and enters people; links open by two sides together."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import click
import httpx

from crypto import CryptoError, NotAddressed, StaffKeys, VerifiedDirectory, b64decode, b64encode, open_sealed
from crypto.age import seal
from crypto.framing import sha256
from crypto.protection import (
    Bond,
    Linked,
    Protection,
    Wish,
    entry_marks,
    open_link,
    open_link_share,
    open_protection_packet,
    read_link_share,
    seal_link,
)
from crypto.recipients import Identity
from crypto.text import read_json, write_json
from portal.backup.errors import KeyRefused
from portal.backup.keys import read_identity
from portal.cli.desk_commands import offline
from portal.cli.desk_way import FILE, FOLDER, Way, with_way
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import TIMEOUT
from portal.cli.terminal import Terminal
from portal.cli.watch_officer import OfficerCalls
from portal.office.files import write_secret

AT_ONCE = 64


@dataclass
class Sitting:
    """What the officer opened in one sitting: wishes to enter, answers to read, packets that are done with."""

    wishes: list[tuple[bytes, Protection]] = field(default_factory=list[tuple[bytes, Protection]])
    answers: list[tuple[bytes, Protection]] = field(default_factory=list[tuple[bytes, Protection]])
    nameless: list[Protection] = field(default_factory=list[Protection])
    done: list[bytes] = field(default_factory=list[bytes])


def officer_calls(terminal: Terminal, way: Way, at: str) -> tuple[OfficerCalls, StaffKeys, VerifiedDirectory]:
    """The officer's keys and signed calls to the watch's address."""
    _, staff, directory = offline(terminal, way)
    client = httpx.Client(base_url=at, timeout=TIMEOUT, headers={"Accept-Language": terminal.words.language})
    return OfficerCalls(client, staff, directory.office), staff, directory


@click.command()
@click.option("--at", required=True, help="The address of the watch's officer face.")
@click.option("--key-file", type=FILE, required=True, help="The officers' key that packets are sealed to.")
@click.option("--numbers", type=FILE, help="JSON of names to employee numbers, for packets that give a name alone.")
@click.option("--answers", type=FOLDER, help="Where answers of check-ins go.")
@with_way
def enter(terminal: Terminal, way: Way, at: str, key_file: Path, numbers: Path | None, answers: Path | None) -> None:
    """Open the packets that wait, enter whom they name, and read check-ins; dummies go unread."""
    calls, _, _ = officer_calls(terminal, way, at)
    known = cast("dict[str, str]", json.loads(numbers.read_text("utf-8"))) if numbers else {}
    sitting = _opened(calls, _key(key_file), known)
    for packet, told in sitting.answers:
        if answers is not None:
            content = json.dumps(told.document() | {"link": None}, ensure_ascii=False)
            write_secret(answers / f"{packet.hex()[:16]}.json", content.encode())
            sitting.done.append(packet)
    outcomes = _entered(calls, sitting, known)
    document: dict[str, object] = {
        "outcomes": dict(outcomes),
        "answers": len(sitting.answers),
        "nameless": [told.name for told in sitting.nameless],
    }
    lines = [f"{word}: {count}" for word, count in sorted(outcomes.items())]
    lines += [terminal.words("{count} answers of check-ins.", count=len(sitting.answers))]
    lines += [
        terminal.words("No employee number: {name}. Name it in --numbers.", name=one.name) for one in sitting.nameless
    ]
    terminal.result(document, *lines)


def _key(file: Path) -> Identity:
    try:
        return read_identity(file)
    except KeyRefused as error:
        raise CommandError(Exit.USAGE, "{path} holds no secret key AGE-SECRET-KEY-PQ-1….", path=file) from error


def _opened(calls: OfficerCalls, key: Identity, known: Mapping[str, str]) -> Sitting:
    """Every packet that waits; whatever this key does not open is a dummy, or nobody's."""
    sitting, after = Sitting(), ""
    while True:
        found = calls.call("GET", "/api/packets" + (f"?after={after}" if after else ""))["packets"]
        for text in found:
            _open_one(sitting, b64decode(text), key, known)
        if len(found) < AT_ONCE:
            break
        after = b64encode(sha256(b64decode(found[-1])))
    # A reporter's own wish goes before those for others, should the month be full.
    sitting.wishes.sort(key=lambda one: one[1].bond is not Bond.REPORTER)
    return sitting


def _open_one(sitting: Sitting, packet: bytes, key: Identity, known: Mapping[str, str]) -> None:
    name = sha256(packet)
    try:
        told = open_protection_packet(packet, key)
    except (NotAddressed, CryptoError):
        sitting.done.append(name)
        return
    if told.wish is Wish.CHECKIN:
        sitting.answers.append((name, told))
    elif told.employee or told.name in known:
        sitting.wishes.append((name, told))
    else:
        sitting.nameless.append(told)


def _entered(calls: OfficerCalls, sitting: Sitting, known: Mapping[str, str]) -> Counter[str]:
    """Hands the wishes in; a packet whose wish has to wait stays where it lies."""
    outcomes: Counter[str] = Counter()
    done = list(sitting.done)
    for start in range(0, len(sitting.wishes), AT_ONCE):
        part = sitting.wishes[start : start + AT_ONCE]
        wishes = [_wish(told, known) for _, told in part]
        answered = calls.call("POST", "/api/entries", {"v": 1, "wishes": wishes, "opened": []})["outcomes"]
        outcomes.update(answered)
        done += [packet for (packet, _), word in zip(part, answered, strict=True) if word != "waits"]
    for start in range(0, len(done), AT_ONCE):
        opened = [b64encode(one) for one in done[start : start + AT_ONCE]]
        calls.call("POST", "/api/entries", {"v": 1, "wishes": [], "opened": opened})
    return outcomes


def _wish(told: Protection, known: Mapping[str, str]) -> dict[str, object]:
    return {
        "entity": told.entity,
        "employee": told.employee or known[told.name],
        "marks": [b64encode(mark) for mark in entry_marks(told.handle)],
        "link": b64encode(told.link),
        "ends": told.wish is Wish.END,
    }


@click.group()
def unseal() -> None:
    """Open the link of an entry to its case: one share of the employer's side, one of the outside's, together."""


@unseal.command()
@click.option("--at", required=True, help="The address of the watch's officer face.")
@click.option("--entity", required=True, help="The person's entity.")
@click.option("--employee", required=True, help="The person's number in HR's records.")
@click.option("--out", type=FILE, required=True, help="Where the links go, for those who open them.")
@with_way
def ask(terminal: Terminal, way: Way, at: str, entity: str, employee: str, out: Path) -> None:
    """Fetch the links of a person's entries; nobody alone can open them, and cover is among them."""
    calls, staff, directory = officer_calls(terminal, way, at)
    found = calls.call("POST", "/api/links", {"v": 1, "entity": entity, "employee": employee})["entries"]
    # A person without any entry answers alike: whoever opens the link learns that it is cover.
    links = [one["link"] for one in found] or [
        b64encode(seal_link(directory, entity, Linked(Bond.COVER, None), os.urandom))
    ]
    document = {"v": 1, "requester": staff.member, "links": links}
    write_secret(out, write_json(document))
    terminal.result({"file": str(out), "links": len(links)}, terminal.words("{path} is to be opened.", path=out))


@unseal.command()
@click.option("--links", type=FILE, required=True, help="The file of `unseal ask`.")
@click.option("--out", type=FILE, required=True, help="Your share, sealed to whoever asked.")
@with_way
def share(terminal: Terminal, way: Way, links: Path, out: Path) -> None:
    """Give your side's share of the links, sealed to the officer who asked; for those with a seat alone."""
    _, staff, directory = offline(terminal, way)
    document = _read_links(links)
    requester = directory.valid_member(str(document["requester"]))
    if requester is None:
        raise CommandError(Exit.NOT_VERIFIED, "Whoever asks is not in the directory.")
    try:
        found = [open_link_share(b64decode(link), staff.identity).document() for link in document["links"]]
    except CryptoError as error:
        raise CommandError(Exit.WRONG_SECRET, "You have no seat among those who open this link.") from error
    write_secret(out, seal(write_json({"v": 1, "shares": found}), [requester.recipient], os.urandom))
    terminal.result({"file": str(out)}, terminal.words("Your share: {path}.", path=out))


@unseal.command("open")
@click.option("--links", type=FILE, required=True, help="The file of `unseal ask`.")
@click.option("--share", "shares", type=FILE, required=True, multiple=True, help="Two shares, one of each side.")
@with_way
def open_(terminal: Terminal, way: Way, links: Path, shares: tuple[Path, ...]) -> None:
    """Open the links with a share of each side; says who the person is to which case."""
    if len(shares) != 2:
        raise CommandError(Exit.USAGE, "Two shares are needed, one of each side.")
    _, staff, _ = offline(terminal, way)
    document = _read_links(links)
    try:
        one, other = ([read_link_share(value) for value in _shares(path, staff)] for path in shares)
        opened = [open_link(b64decode(link), *pair) for link, *pair in zip(document["links"], one, other, strict=True)]
    except (CryptoError, ValueError) as error:
        raise CommandError(Exit.WRONG_SECRET, "These shares do not open this link.") from error
    rows = [{"bond": linked.bond.value, "case": linked.case and b64encode(linked.case)} for linked in opened]
    terminal.result({"links": rows}, *(f"{row['bond']}  {row['case'] or '-'}" for row in rows))


def _read_links(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        return cast("dict[str, Any]", read_json(content, max(len(content), 1)))
    except (OSError, CryptoError) as error:
        raise CommandError(Exit.USAGE, "{path} holds no links.", path=path) from error


def _shares(path: Path, staff: StaffKeys) -> list[object]:
    content = open_sealed(path.read_bytes(), staff.identity, 1)
    return cast("dict[str, list[object]]", read_json(content, len(content)))["shares"]
