"""Transactions that wait for the same store join: one commit, and each answer still waits for its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Together = Callable[[Sequence[Task]], Sequence[Outcome]]
MOST = 32


@dataclass(eq=False)
class _Waiting(Generic[Task, Outcome]):
    """A task in the queue; woken when it is done, or when it is its thread's turn to lead."""

    task: Task
    woken: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None
    error: BaseException | None = None
    leads: bool = False


@dataclass
class Joined(Generic[Task, Outcome]):
    """Performs tasks of many threads together: anyone who comes while one transaction runs joins the next.

    `together` performs tasks in one transaction and gives an outcome for each. When it raises, nothing
    of it has happened, and each task is performed by itself: one that fails harms no other.
    """

    _queue: deque[_Waiting[Task, Outcome]] = field(default_factory=deque[_Waiting[Task, Outcome]], repr=False)
    _busy: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def perform(self, task: Task, together: Together[Task, Outcome]) -> Outcome:
        """Gives the task's outcome once its transaction has ended, or raises its own error."""
        mine = _Waiting[Task, Outcome](task)
        with self._lock:
            self._queue.append(mine)
            mine.leads, self._busy = not self._busy, True
        if not mine.leads:
            mine.woken.wait()
        if mine.leads:
            self._lead(together)
        if mine.error is not None:
            raise mine.error
        return mine.outcome  # pyright: ignore[reportReturnType]  # set with no error

    def _lead(self, together: Together[Task, Outcome]) -> None:
        """Performs what has gathered, this thread's own task first, and names the next leader."""
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(MOST, len(self._queue)))]
        try:
            _perform(batch, together)
        finally:
            self._pass_on()
            for one in batch:
                one.woken.set()

    def _pass_on(self) -> None:
        with self._lock:
            self._busy = bool(self._queue)
            if self._busy:
                self._queue[0].leads = True
                self._queue[0].woken.set()


def _perform(batch: list[_Waiting[Task, Outcome]], together: Together[Task, Outcome]) -> None:
    try:
        outcomes = together([one.task for one in batch])
    except BaseException as error:  # noqa: BLE001  # it is raised again in the thread whose task it is
        if len(batch) == 1:
            batch[0].error = error
            return
        for one in batch:
            _perform([one], together)
        return
    for one, outcome in zip(batch, outcomes, strict=True):
        one.outcome = outcome
