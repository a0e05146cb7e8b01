"""`yanlu serve intake|desk` and `yanlu worker`: the three processes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.ready import ready_to_serve
from portal.cli.terminal import Terminal, pass_terminal
from portal.roles.rights import StoreRole
from portal.serving import Binding
from portal.serving import serve as serve_face
from portal.settings import Settings
from portal.wiring import SIGN_INS, build_desk, build_intake, build_worker, open_gate

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
    settings = ready_to_serve(StoreRole.INTAKE)
    terminal.note("Intake listens on {address}.", address=bind)
    serve_face(lambda: build_intake(settings, gate=open_gate(processes)), _binding(settings, bind, processes))


@serve.command()
@click.option("--bind", default="127.0.0.1:8001", show_default=True, help="host:port or unix:/path.")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
@pass_terminal
def desk(terminal: Terminal, bind: str, processes: int) -> None:
    """The staff's pages and API."""
    settings = ready_to_serve(StoreRole.DESK)
    terminal.note("The desk listens on {address}.", address=bind)
    serve_face(lambda: build_desk(settings, gate=open_gate(processes, SIGN_INS)), _binding(settings, bind, processes))


@click.command()
@click.option("--once", is_flag=True, help="One round, then leave.")
@pass_terminal
def worker(terminal: Terminal, once: bool) -> None:
    """Carry reports to cases and packets to their stores; as many workers as you like."""
    running = build_worker(ready_to_serve(StoreRole.WORKER))
    if once:
        steps = running.work_once()
        terminal.result({"steps": steps}, terminal.words("{count} steps done.", count=steps))
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _setter(stop))
    terminal.note("The worker runs.")
    running.run(stop)


def _setter(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return leave
