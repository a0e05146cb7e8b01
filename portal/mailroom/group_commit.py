"""Group commit: transactions that wait for one store share a commit; each caller waits until its own is durable."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Commit = Callable[[Sequence[Task]], Sequence[Outcome]]
MAX_BATCH = 32


@dataclass(eq=False)
class _Queued(Generic[Task, Outcome]):
    """A task in the queue; its thread is woken when the task is done, or when it becomes the leader."""

    task: Task
    woken: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None
    error: BaseException | None = None
    leads: bool = False


@dataclass
class GroupCommit(Generic[Task, Outcome]):
    """Commits tasks of many threads in groups: a task that arrives while one transaction runs joins the next.

    `together` performs tasks in one transaction and returns an outcome for each. When it raises, the transaction was
    rolled back, and each task runs in a transaction of its own: one that fails does not affect the others.
    """

    _queue: deque[_Queued[Task, Outcome]] = field(default_factory=deque[_Queued[Task, Outcome]], repr=False)
    _busy: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def perform(self, task: Task, together: Commit[Task, Outcome]) -> Outcome:
        """Returns the task's outcome once its transaction has ended, or raises the task's own error."""
        mine = _Queued[Task, Outcome](task)
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

    def _lead(self, together: Commit[Task, Outcome]) -> None:
        """Commits what is queued, this thread's own task first, and promotes the next leader."""
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(MAX_BATCH, len(self._queue)))]
        try:
            _perform(batch, together)
        finally:
            self._promote_next()
            for one in batch:
                one.woken.set()

    def _promote_next(self) -> None:
        with self._lock:
            self._busy = bool(self._queue)
            if self._busy:
                self._queue[0].leads = True
                self._queue[0].woken.set()


def _perform(batch: list[_Queued[Task, Outcome]], together: Commit[Task, Outcome]) -> None:
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
