"""Small counts are withheld together with what would give them away by subtraction.

A list shows each category that is large enough; the others go together into one rest that is large
enough itself. So every total beside a table is published, and a table can be judged alone: anyone who
knows all its totals can still not tell a withheld cell, because it could be larger or smaller by
several cases in a table with the very same totals.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

SMALL: Final = 5
"""Fewer cases than this are never shown, none of them neither: that nobody reported is told to nobody."""

Cell = tuple[int, int]
Counts = Sequence[Sequence[int]]
_Node = tuple[str, int]


def rest_of(counts: Sequence[int], small: int = SMALL) -> frozenset[int]:
    """The positions that are shown as one rest: all small ones, and as many next larger ones as it takes.

    The rest is empty, or holds two or more and comes to `small` at least. Where all of it together
    is smaller than that, nothing may be shown and every position is in the rest.
    """
    rest = {place for place, count in enumerate(counts) if count < small}
    larger = sorted(set(range(len(counts))) - rest, key=lambda place: (counts[place], place))
    while rest and larger and sum(counts[place] for place in rest) < small:
        rest.add(larger.pop(0))
    return frozenset(rest)


def withheld(counts: Counts, small: int = SMALL) -> frozenset[Cell]:
    """The cells of a table that must not be shown beside its totals, each of which is `small` or more.

    Each withheld cell can take values `small` apart or more while all that is shown stays what it
    is. A table whose totals are large always has such an answer: at the worst nothing is shown.
    """
    hidden = {(row, column) for row, line in enumerate(counts) for column, n in enumerate(line) if n < small}
    waiting = deque(sorted(hidden))
    while waiting:
        cell = waiting.popleft()
        while not _is_safe(counts, hidden, cell, small):
            more = _next(counts, hidden, cell, small)
            if not more:
                # Nothing around it helps: then all of the table is withheld.
                more = {(row, column) for row in range(len(counts)) for column in range(len(counts[0]))} - hidden
            if not more:
                break
            hidden |= more
            waiting.extend(sorted(more))
    return frozenset(hidden)


def span(counts: Counts, hidden: Iterable[Cell], cell: Cell, enough: int) -> int:
    """How far apart the least and the greatest value of a hidden cell are, for anyone who knows all else.

    Counted up to `enough` in each direction. Exact: the flow that moves cases along hidden cells
    without moving a total is a whole number.
    """
    row, column = cell
    up = _flow(counts, hidden, (("column", column), ("row", row)), cell, enough)
    down = _flow(counts, hidden, (("row", row), ("column", column)), cell, min(enough, counts[row][column]))
    return up + down


def _is_safe(counts: Counts, hidden: Iterable[Cell], cell: Cell, small: int) -> bool:
    return span(counts, hidden, cell, small) >= small


def _next(counts: Counts, hidden: set[Cell], cell: Cell, small: int) -> set[Cell]:
    """What to hide beside a cell: the corners of the rectangle that frees it for the fewest cases not shown."""
    row, column = cell
    best: tuple[int, int, set[Cell]] | None = None
    for other in (one for one in range(len(counts)) if one != row):
        for beside in (one for one in range(len(counts[0])) if one != column):
            more = {(row, beside), (other, column), (other, beside)} - hidden
            if not more:
                continue
            up = min(counts[row][beside], counts[other][column])
            down = min(counts[row][column], counts[other][beside])
            found = (-min(up + down, small), sum(counts[one][two] for one, two in more), more)
            best = found if best is None or found[:2] < best[:2] else best
    return best[2] if best else set()


def _flow(counts: Counts, hidden: Iterable[Cell], ends: tuple[_Node, _Node], skip: Cell, most: int) -> int:
    """How many cases can be moved from one end to the other over hidden cells: a maximum flow, up to `most`.

    From a row to a column a cell grows, which has no bound; from a column to a row it shrinks, to zero.
    """
    now = {cell: counts[cell[0]][cell[1]] for cell in hidden if cell != skip}
    moved = 0
    while moved < most:
        path = _path(now, ends)
        if path is None:
            break
        shrinking = [cell for cell, grows in path if not grows]
        step = min([most - moved, *(now[cell] for cell in shrinking)])
        for cell, grows in path:
            now[cell] += step if grows else -step
        moved += step
    return moved


def _path(now: dict[Cell, int], ends: tuple[_Node, _Node]) -> list[tuple[Cell, bool]] | None:
    """The shortest way from one end to the other, as cells and whether each grows; None where there is none."""
    start, goal = ends
    came: dict[_Node, tuple[_Node, Cell, bool] | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in came:
        node = waiting.popleft()
        for cell, count in now.items():
            grows = node[0] == "row"
            here, there = (("row", cell[0]), ("column", cell[1]))[:: 1 if grows else -1]
            if here == node and there not in came and (grows or count > 0):
                came[there] = (node, cell, grows)
                waiting.append(there)
    if goal not in came:
        return None
    path: list[tuple[Cell, bool]] = []
    step = came[goal]
    while step is not None:
        path.append((step[1], step[2]))
        step = came[step[0]]
    return path
