"""Processes that begin where everything is imported: Python's start and the imports are paid once for each worker."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess

# Whatever begins here forks from one process that has read these, and in which no thread runs.
READ = [
    "tests.support.faults.killable_processes",
    "tests.support.servers.gunicorn_face",
    "tests.support.servers.cheap_key_derivation",
]


def start(run: Callable[..., None], *told: object) -> BaseProcess:
    """Starts a process that does this, and ends with it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(READ)
    process = context.Process(target=run, args=told)
    process.start()
    return process
