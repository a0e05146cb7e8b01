"""What an officer, the seats of a watch and HR do with the commands, before faces that may lie."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from crypto.custody.packets import dummy_protection
from crypto.framing import sha256
from crypto.watch.protection import Bond, Linked, Protection, RequestKind, seal_link, seal_protection_packet
from portal.cli.demo.watching import ENTITY, OFFICER, SOURCE
from portal.cli.terminal import today
from portal.cli.watch import unsealing
from portal.clock import system_clock
from portal.settings import StoreName
from portal.stores.engines import open_store
from retaliation_watch.store import PACKETS
from tests.support.attacks.tampered_answers import Machine
from tests.support.commands.office_in_process import PORTS, office_in_process

assert PORTS.watch_urls is not None
OFFICERS, DROP = PORTS.watch_urls
SEATS = ("custodian-a", "outside-a")
WAITED = timedelta(days=8)
NAMES = {
    "alerts": "watch alerts", "alerts, named": "watch alerts", "alerts, state": "watch alerts",
    "alerts, written": "watch alerts", "enter": "watch enter", "unseal ask": "watch unseal ask",
    "push": "watch push", "drawn": "watch drawn", "evidence": "watch evidence",
    "unseal share": "watch unseal share", "office": "watch office",
}  # fmt: skip
"""What was done under which name by which command."""
CALLS = {
    "GET /api/alerts",
    "GET /api/packets",
    "GET /log/checkpoint",
    "GET /log/checkpoints.json",
    "GET /log/checkpoints/<int:size>",
    "GET /log/log.note",
    "GET /log/roots.json",
    "GET /log/tile/<path:rest>",
    "GET /office/calendars/<name>.json",
    "GET /office/jurisdictions/<name>.json",
    "GET /office/office.json",
    "GET /office/policies/<name>.json",
    "POST /api/alerts/<alert>/evidence",
    "POST /api/alerts/<alert>/name",
    "POST /api/alerts/<alert>/state",
    "POST /api/cover",
    "POST /api/drawn",
    "POST /api/entries",
    "POST /api/link-requests",
    "POST /api/links",
    "PUT /api/deliveries",
}
"""What these commands ask of the faces."""


@contextmanager
def used_machine(folder: Path) -> Generator[Machine]:
    """A machine on which all of these were done once, before honest faces."""
    with office_in_process(folder, (OFFICER.id, *SEATS), watched=True) as house:
        machine = Machine(house)
        house.first_pull(OFFICER.id)
        machine.does("office", "watch", "office", PORTS.desk_url, "--office-key", house.house.founded.code, "--json")
        _alerts(machine)
        _entries(machine)
        _feed(machine)
        with _days_later():
            _log(machine)
            yield machine


def _officer(machine: Machine, *command: object) -> tuple[object, ...]:
    return ("watch", *command, "--at", OFFICERS, *machine.house.house.secrets(OFFICER.id)[:6], "--json")


def _alerts(machine: Machine) -> None:
    folder = machine.folder
    found = machine.does("alerts", *_officer(machine, "alerts")).document["alerts"]
    machine.does("alerts, named", *_officer(machine, "alerts", "--name", found[0]["alert"]))
    state = ("--alert", found[0]["alert"], "--state", "checked")
    machine.does("alerts, state", *_officer(machine, "alerts", *state))
    machine.does("alerts, written", *_officer(machine, "alerts", "--out", folder / "alerts"))


def _entries(machine: Machine) -> None:
    keys = machine.house.keys
    assert keys is not None
    house = machine.house.house
    directory = house.founded.folder.verified(today())
    link = seal_link(directory, ENTITY, Linked(Bond.REPORTER, bytes(16)), os.urandom)
    told = Protection(RequestKind.PROTECT, ENTITY, bytes(16), Bond.REPORTER, "", "0000012", "", None, link)
    packets = [
        seal_protection_packet(house.founded.folder.verified(today()), told, os.urandom),
        dummy_protection(os.urandom),
    ]
    store = open_store(house.settings, StoreName.WATCH)
    with store.write() as tx:
        tx.execute(insert(PACKETS), [{"packet_hash": sha256(one), "packet": one} for one in packets])
    store.engine.dispose()
    machine.does("enter", *_officer(machine, "enter", "--key-file", keys.officers))
    asking = ("--entity", ENTITY, "--employee", "E0001", "--reason", "a warning after a report")
    machine.does("unseal ask", *_officer(machine, "unseal", "ask", *asking, "--out", machine.folder / "asked"))


@contextmanager
def _days_later() -> Generator[None]:
    """By the clock of those who give shares, a request has waited for its delay."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unsealing, "system_clock", lambda: system_clock() + WAITED)
        yield


def _log(machine: Machine) -> None:
    """What is held against the log: evidence that was entered, and a request for a share."""
    house, folder = machine.house, machine.folder
    house.work()
    where = ("--log", PORTS.intake_url)
    sealed = min((folder / "alerts").glob("*.json.age"))
    opened = ("--file", sealed, "--out", folder / "opened")
    secrets = (*house.house.secrets(OFFICER.id)[:6], "--json")
    machine.does("evidence", "watch", "evidence", *opened, *where, *secrets)
    code = ("--office-key", house.house.founded.code)
    assert house.run("log", "mirror", "--url", PORTS.intake_url, "--to", folder / "copy", *code).code == 0
    house.first_pull(SEATS[0])
    given = ("--links", folder / "asked", "--against", folder / "copy", "--out", folder / "share")
    seat = (*house.house.secrets(SEATS[0])[:6], "--json")
    machine.does("unseal share", "watch", "unseal", "share", *given, *where, *seat)


def _feed(machine: Machine) -> None:
    keys = machine.house.keys
    assert keys is not None
    signed = ("--source", SOURCE, "--key-file", keys.source, "--to", DROP, "--json")
    (machine.folder / "roster.csv").write_text("employee_id,org_unit,grade,hire_date\nE1,U1,P3,2020-01-01\n", "utf-8")
    machine.does("push", "watch", "push", machine.folder / "roster.csv", "--kind", "roster", "--sequence", 2, *signed)
    since = ("--since", today().isoformat(), "--out", machine.folder / "drawn")
    machine.does("drawn", "watch", "drawn", *since, *signed)
