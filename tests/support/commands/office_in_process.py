"""A whole house inside this process: commands reach intake and desk without a socket, over a line that may lie.

What a command asks goes through `httpx.HTTPTransport.handle_request` to the WSGI apps; every answer passes `Line.lie`
on its way back. A command takes a fraction of a second, so that a thousand lies can be told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import httpx
import pytest
from flask import Flask

from portal.cli.demo.processes import Ports
from portal.cli.demo.watching import OFFICER, WatchKeyFiles, draw_keys, seed_watch, with_watch
from portal.cli.root import main
from portal.cli.terminal import today
from portal.office import EnrolledMember, FoundedOffice, init_office, read_config, sample_config_text, sign_directory
from portal.office.sample import SAMPLE_MEMBERS
from portal.settings import Settings, as_variables, read_settings
from portal.stores.schemas import upgrade_stores
from portal.wiring.desk import build_desk
from portal.wiring.intake import build_intake
from portal.wiring.watch import build_hr_upload_face, build_officer_face
from portal.wiring.worker import build_worker
from tests.support.commands.yanlu_in_process import own_umask
from tests.support.commands.yanlu_process import POLICY, LiveOffice, Ran, enrol_all
from tests.support.offices.desk import FAST
from tests.support.offices.sample_office import found_sample, one_signature
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

CHANCE = os.urandom
PACKED = frozenset({"content-length", "content-encoding"})
PORTS = Ports(intake=8001, desk=8002, watch=(8003, 8004))


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: what was asked, with which body."""

    method: str
    path: str
    body: bytes

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"


@contextmanager
def own_chance() -> Generator[None]:
    """A face draws for itself, whatever was put in the place of a command's own randomness."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "urandom", CHANCE)
        yield


Lie = Callable[[Call, int, bytes], tuple[int, bytes]]
"""(call, status, body) → (status, body)."""


@dataclass
class Line:
    """The way to the faces: which apps answer, what was asked, and the lie that is told now."""

    apps: dict[int, Flask] = field(default_factory=dict[int, Flask])
    lie: Lie | None = None
    calls: list[Call] = field(default_factory=list[Call])
    # Answers in place of the faces, and anyone who hears what the faces say.
    instead: Callable[[httpx.Request], httpx.Response] | None = None
    heard: Callable[[Call, int, httpx.Response], object] | None = None

    def sent(self, *prefixes: str) -> list[Call]:
        """The calls that write, optionally only under the given path prefixes."""
        return [one for one in self.calls if one.writes and (not prefixes or one.path.startswith(prefixes))]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What a command gets to hear."""
        call = Call(request.method, request.url.raw_path.decode(), request.read())
        self.calls.append(call)
        if self.instead is not None:
            return self.instead(request)
        port = request.url.port
        if port not in self.apps:
            raise httpx.ConnectError("nobody listens there", request=request)
        with own_chance():
            honest = httpx.WSGITransport(app=self.apps[port]).handle_request(request)
            status, body = honest.status_code, honest.read()
        if self.lie is not None:
            status, body = self.lie(call, status, body)
        # What was read here is unpacked already.
        headers = {name: value for name, value in honest.headers.items() if name.lower() not in PACKED}
        told = httpx.Response(status, headers=headers, content=body, request=request)
        if self.heard is not None:
            self.heard(call, port, told)
        return told


@dataclass(frozen=True, repr=False)
class Inside:
    """The house, the line to it, and a person at a command line."""

    house: LiveOffice
    line: Line
    work: Callable[[], object]
    keys: WatchKeyFiles | None = None

    def run(self, *arguments: object) -> Ran:
        """A command in English, with nobody at the keyboard; no fixture is asked: a module may share a house."""
        out, err = StringIO(), StringIO()
        settings = self.house.settings
        with pytest.MonkeyPatch.context() as patch, own_umask(), redirect_stdout(out), redirect_stderr(err):
            for name, value in (as_variables(settings) | {"XDG_STATE_HOME": str(settings.data / "state")}).items():
                patch.setenv(name, value)
            if arguments[:2] == ("watch", "office"):
                # The watch's host is another machine, with an office folder of its own.
                patch.setenv("YANLU_OFFICE", str(self.house.folder / "host"))
            with pytest.raises(SystemExit) as left:
                main(["--lang", "en", *map(str, arguments)])
        return Ran(int(str(left.value.code or 0)), out.getvalue(), err.getvalue())

    def desk(self, member: str, *command: object) -> tuple[object, ...]:
        """The words of a member's command of `yanlu desk` that answers in JSON."""
        return ("desk", command[0], *self.house.secrets(member), "--json", *command[1:])

    def member(self, member: str, *command: object) -> Ran:
        """Such a command, run."""
        self.line.calls.clear()
        return self.run(*self.desk(member, *command))

    def done(self, member: str, *command: object) -> Ran:
        """One that an honest desk takes."""
        self.line.lie = None
        ran = self.member(member, *command)
        assert ran.code == 0, (command, ran.err)
        return ran

    def first_pull(self, member: str) -> list[str]:
        """The member's cases, on a machine that has none yet."""
        return self.done(member, "pull", *self.house.first_pull(member)).document["cases"]

    def profile(self, member: str) -> Path:
        """Where the member's profile lies."""
        return self.house.folder / member / "profile"

    def file_report(self, name: str = "report") -> Path:
        """A report by the command, opened by the worker; gives where its receipt lies."""
        self.line.lie = None
        text, receipt = self.house.folder / f"{name}.txt", self.house.folder / f"{name}.receipt"
        text.write_text("夜班只签字不检查。", "utf-8")
        where = ("--entity", "group", "--policy", POLICY, "--receipt-out", receipt)
        ran = self.run("report", *self.house.office(), *where, "--text-file", text, "--json")
        assert ran.code == 0, ran.err
        self.work()
        return receipt


def _settings(folder: Path) -> Settings:
    data = folder / "data"
    data.mkdir()
    return read_settings({**embedded_stores(data).variables(), "YANLU_DATA": str(data), "YANLU_DEMO": "1"})


def _watch(house: LiveOffice, line: Line, keys: WatchKeyFiles) -> None:
    """A company's feed with people on the list and an alert, behind the officer's face and HR's upload."""
    assert house.ports.watch is not None
    seed_watch(house.settings, house.founded.folder.verified(today()), keys, today())
    officer, drop = house.ports.watch
    line.apps |= {officer: build_officer_face(house.settings), drop: build_hr_upload_face(house.settings)}


def _sign(house: LiveOffice) -> None:
    roles = {member.id: member for member in (*SAMPLE_MEMBERS, OFFICER)}
    enrolled = [
        EnrolledMember(name, roles[name].role, roles[name].name, one.staff.recipient, one.staff.signing_key)
        for name, one in house.members.items()
    ]
    sign_directory(house.founded.folder, enrolled, house.founded.keepers, today())


def _found(settings: Settings, *, watched: bool) -> tuple[FoundedOffice, WatchKeyFiles | None]:
    if not watched:
        return found_sample(settings.office, today()), None
    keys = draw_keys(settings)
    config = with_watch(read_config(one_signature(sample_config_text())), keys, today())
    return init_office(settings.office, config, today()), keys


@contextmanager
def office_in_process(folder: Path, wanted: tuple[str, ...], *, watched: bool = False) -> Generator[Inside]:
    """Intake, desk and worker in this process, at the light cost; the wanted members have enrolled.

    With `watched` one entity agreed to a watch, whose officer is among the members and whose two faces answer too.
    """
    settings, line = _settings(folder), Line()
    founded, keys = _found(settings, watched=watched)
    upgrade_stores(settings)
    line.apps = {PORTS.intake: build_intake(settings), PORTS.desk: build_desk(settings, hasher=FAST)}
    with pytest.MonkeyPatch.context() as patch, lightly(), closing(build_worker(settings)) as worker:
        patch.setattr(httpx.HTTPTransport, "handle_request", lambda _self, request: line.answer(request))
        house = LiveOffice(settings, PORTS, founded, enrol_all(settings, PORTS.desk_url, wanted), folder)
        _sign(house)
        if keys is not None:
            _watch(house, line, keys)
        yield Inside(house, line, worker.work_once, keys)
