"""`yanlu serve intake|desk` and `yanlu worker`: the three processes, each with its own code and no other's."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

import click
from flask import Flask

from portal.cli.errors import CommandError, Exit
from portal.cli.ready import forget_callers, ready_to_serve
from portal.cli.terminal import Terminal, pass_terminal
from portal.db_roles.privileges import StoreRole
from portal.edge.readiness import StoreReadiness, require_stores
from portal.edge.serving import Binding
from portal.edge.serving import serve as serve_face
from portal.settings import Settings, settings_from_environment
from portal.wiring.shared import SIGN_INS, build_load_limiter

# Each lets a member ask for one name a day at least (`portal/desk/desk.py`): more of them could give one all places.
MOST_DESKS = 16
LOOPBACK = ("127.0.0.1", "[::1]", "localhost")


def _binding(settings: Settings, bind: str, processes: int) -> Binding:
    host = bind.rpartition(":")[0]
    if settings.demo and host not in LOOPBACK:
        raise CommandError(Exit.USAGE, "A demo listens on this machine only: use 127.0.0.1.")
    return Binding(bind, processes)


@click.group()
def serve() -> None:
    """Serve a face with gunicorn; every setting is a YANLU_ variable (docs/cli.md)."""


@serve.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="host:port or unix:/path.")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
@pass_terminal
def intake(terminal: Terminal, bind: str, processes: int) -> None:
    """The reporters' pages and API."""
    forget_callers(terminal, bind)
    from portal.wiring.intake import build_intake

    settings = settings_from_environment()
    stores = _awaited(terminal, settings, StoreRole.INTAKE)

    def build() -> Flask:
        return require_stores(build_intake(settings, limiter=build_load_limiter(processes)), stores)

    terminal.note("Intake listens on {address}.", address=bind)
    serve_face(build, _binding(settings, bind, processes))


@serve.command()
@click.option("--bind", default="127.0.0.1:8001", show_default=True, help="host:port or unix:/path.")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, MOST_DESKS), help="Worker processes.")
@pass_terminal
def desk(terminal: Terminal, bind: str, processes: int) -> None:
    """The staff's pages and API."""
    forget_callers(terminal, bind)
    from portal.wiring.desk import build_desk

    settings = settings_from_environment()
    stores = _awaited(terminal, settings, StoreRole.DESK)

    def build() -> Flask:
        return require_stores(
            build_desk(settings, limiter=build_load_limiter(processes, SIGN_INS), processes=processes), stores
        )

    terminal.note("The desk listens on {address}.", address=bind)
    serve_face(build, _binding(settings, bind, processes))


@click.command()
@click.option("--once", is_flag=True, help="One round, then leave.")
@pass_terminal
def worker(terminal: Terminal, once: bool) -> None:
    """Carry reports to cases and packets to their stores; as many workers as you like."""
    from portal.wiring.worker import build_worker

    settings = settings_from_environment()
    stores = _awaited(terminal, settings, StoreRole.WORKER)
    if once:
        if not stores.is_ready:
            raise CommandError(Exit.UNREACHABLE, "A store cannot be reached: nothing was done.")
        steps = build_worker(settings).work_once()
        terminal.result({"steps": steps}, terminal.words("{count} steps done.", count=steps))
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _setter(stop))
    if stores.wait(stop):
        terminal.note("The worker runs.")
        build_worker(settings).run(stop)


def _awaited(terminal: Terminal, settings: Settings, role: StoreRole) -> StoreReadiness:
    """The stores of a process that stays, and a word to the operator while they are away."""
    stores = ready_to_serve(settings, role)
    if not stores.is_ready:
        terminal.note("A store cannot be reached yet: all goes on by itself once it is there (see `yanlu doctor`).")
    return stores


def _setter(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return leave
