"""`yanlu watch enter`: the officer opens packets, enters people and reads check-ins."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import click
import httpx

from crypto import CryptoError, NotAddressed, StaffKeys, VerifiedDirectory, b64encode
from crypto.framing import sha256
from crypto.sealing.recipients import Identity
from crypto.watch.protection import (
    Bond,
    Protection,
    RequestKind,
    entry_marks,
    open_protection_packet,
)
from portal.backup.errors import KeyRefused
from portal.backup.keys import read_identity
from portal.cli.desk.commands import offline
from portal.cli.desk.desk_options import FILE, FOLDER, DeskOptions, with_desk_options
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import TIMEOUT
from portal.cli.responses.reading import UnfitAnswer
from portal.cli.responses.watch import read_outcomes, read_packets
from portal.cli.terminal import Terminal
from portal.cli.watch.cover import Covered, cover_of
from portal.cli.watch.officer import OfficerCalls
from portal.office.files import write_secret

AT_ONCE = 64
Entered = tuple[bytes | None, dict[str, object]]
"""A packet's hash, or None for cover, and its wish."""


STAY = frozenset({"waits", "not-agreed", "unknown"})
"""Packets whose wish came to this lie on at the host, for another sitting."""


@dataclass
class OpenedPackets:
    """What the officer opened in one sitting: requests to enter, answers to read, packets that are done with."""

    requests: list[tuple[bytes, Protection]] = field(default_factory=list[tuple[bytes, Protection]])
    answers: list[tuple[bytes, Protection]] = field(default_factory=list[tuple[bytes, Protection]])
    nameless: list[Protection] = field(default_factory=list[Protection])
    done: list[bytes] = field(default_factory=list[bytes])


def officer_calls(
    terminal: Terminal, options: DeskOptions, at: str
) -> tuple[OfficerCalls, StaffKeys, VerifiedDirectory]:
    """The officer's keys and signed calls to the watch's address."""
    _, staff, directory = offline(terminal, options)
    client = httpx.Client(base_url=at, timeout=TIMEOUT, headers={"Accept-Language": terminal.words.language})
    return OfficerCalls(client, staff, directory.office), staff, directory


@click.command()
@click.option("--at", required=True, help="The address of the watch's officer face.")
@click.option("--key-file", type=FILE, required=True, help="The officers' key that packets are sealed to.")
@click.option("--numbers", type=FILE, help="JSON of names to employee numbers, for packets that give a name alone.")
@click.option("--answers", type=FOLDER, help="Where answers of check-ins go.")
@with_desk_options
def enter(
    terminal: Terminal, options: DeskOptions, at: str, key_file: Path, numbers: Path | None, answers: Path | None
) -> None:
    """Open the packets that wait, enter whom they name with this month's cover, read check-ins; dummies go unread."""
    calls, _, directory = officer_calls(terminal, options, at)
    known = cast("dict[str, str]", json.loads(numbers.read_text("utf-8"))) if numbers else {}
    packets = _opened(calls, _key(key_file), known)
    for packet, protection in packets.answers:
        if answers is not None:
            content = json.dumps(protection.document() | {"link": None}, ensure_ascii=False)
            write_secret(answers / f"{packet.hex()[:16]}.json", content.encode())
            packets.done.append(packet)
    cover = cover_of(calls, directory, [protection for _, protection in packets.requests], known)
    outcomes = _entered(calls, packets, known, cover)
    document: dict[str, object] = {
        "outcomes": dict(outcomes),
        "answers": len(packets.answers),
        "nameless": [protection.name for protection in packets.nameless],
        "cover": len(cover.requests),
        "missing": cover.missing,
    }
    lines = [f"{word}: {count}" for word, count in sorted(outcomes.items())]
    lines += [
        terminal.words.counted(len(packets.answers), "{count} answer of check-ins.", "{count} answers of check-ins.")
    ]
    lines += [
        terminal.words(
            "{count} cover entries, and too few people for {missing} more.",
            count=len(cover.requests),
            missing=cover.missing,
        )
    ]
    lines += [
        terminal.words("No employee number: {name}. Name it in --numbers.", name=one.name) for one in packets.nameless
    ]
    terminal.result(document, *lines)


def _key(file: Path) -> Identity:
    try:
        return read_identity(file)
    except KeyRefused as error:
        raise CommandError(Exit.USAGE, "{path} holds no secret key AGE-SECRET-KEY-PQ-1….", path=file) from error


def _opened(calls: OfficerCalls, key: Identity, known: Mapping[str, str]) -> OpenedPackets:
    """Every packet that waits; whatever this key does not open is a dummy, or nobody's."""
    packets, after, seen = OpenedPackets(), "", set[bytes]()
    while True:
        found = calls.read(read_packets, "GET", "/api/packets" + (f"?after={after}" if after else ""))
        fresh = [packet for packet in found if packet not in seen]
        for packet in fresh:
            _open_one(packets, packet, key, known)
        # A host that gives the same ones again would do so for ever.
        if len(found) < AT_ONCE or not fresh:
            break
        seen.update(fresh)
        after = b64encode(sha256(found[-1]))
    # A reporter's own request goes before those for others, should the month be full.
    # Among them the lot decides: a packet's hash is its sender's choice.
    packets.requests.sort(key=lambda one: (one[1].bond is not Bond.REPORTER, os.urandom(16)))
    return packets


def _open_one(packets: OpenedPackets, packet: bytes, key: Identity, known: Mapping[str, str]) -> None:
    name = sha256(packet)
    try:
        protection = open_protection_packet(packet, key)
    except (NotAddressed, CryptoError):
        packets.done.append(name)
        return
    if protection.request is RequestKind.CHECKIN:
        packets.answers.append((name, protection))
    elif protection.employee or protection.name in known:
        packets.requests.append((name, protection))
    else:
        packets.nameless.append(protection)


def _entered(
    calls: OfficerCalls, packets: OpenedPackets, known: Mapping[str, str], cover: Covered | None = None
) -> Counter[str]:
    """Sends the requests, cover among them; a packet whose request has to wait stays where it is."""
    outcomes: Counter[str] = Counter()
    done = list(packets.done)
    every = _mixed(
        [(packet, _entry_request(packet, protection, known)) for packet, protection in packets.requests],
        cover or Covered(),
    )
    for start in range(0, len(every), AT_ONCE):
        part = every[start : start + AT_ONCE]
        requests = [request for _, request in part]
        answered = calls.read(read_outcomes, "POST", "/api/entries", {"v": 1, "wishes": requests, "opened": []})
        if len(answered) != len(part):
            raise UnfitAnswer("/api/entries", "not one word for each request")
        said = [(packet, word) for (packet, _), word in zip(part, answered, strict=True) if packet is not None]
        outcomes.update(word for _, word in said)
        done += [packet for packet, word in said if word not in STAY]
    for start in range(0, len(done), AT_ONCE):
        opened = [b64encode(one) for one in done[start : start + AT_ONCE]]
        calls.call("POST", "/api/entries", {"v": 1, "wishes": [], "opened": opened})
    return outcomes


def _mixed(real: list[Entered], cover: Covered) -> list[Entered]:
    """Both in one row: cover in places drawn by lot, the real ones in their own order."""
    whole: list[Entered] = [*real, *((None, request) for request in cover.requests)]
    own = iter(real)
    whole.sort(key=lambda _: os.urandom(16))
    return [(packet, request) if packet is None else next(own) for packet, request in whole]


def _entry_request(packet: bytes, protection: Protection, known: Mapping[str, str]) -> dict[str, object]:
    return {
        "entity": protection.entity,
        "employee": protection.employee or known[protection.name],
        "marks": [b64encode(mark) for mark in entry_marks(protection.handle)],
        "link": b64encode(protection.link),
        "ends": protection.request is RequestKind.END,
        "packet": b64encode(packet),
    }
