"""Tables of counts as they are shown: small cells withheld, small categories joined into a rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from casework.statistics.suppression import SMALL, rest_of, withheld
from casework.words import Words

REST: Final = "rest"
CASES: Final = Words(zh="案件", en="cases")


@dataclass(frozen=True, slots=True)
class Category:
    """One row or column. `joined` are the categories that a rest holds: none of them is shown alone."""

    id: str
    name: Words
    joined: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide cases; each case falls into exactly one of `categories`."""

    id: str
    name: Words
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What is shown of a count. `cells` is None where a cell is withheld, and empty where there are no columns.

    `total` is None where there are too few cases to show any. `row_totals` and `column_totals` are
    all shown: what is too small for it went into a rest.
    """

    id: str
    title: Words
    rows: tuple[Category, ...] = ()
    columns: tuple[Category, ...] = ()
    cells: tuple[tuple[int | None, ...], ...] = ()
    row_totals: tuple[int, ...] = ()
    column_totals: tuple[int, ...] = ()
    total: int | None = None
    of: Words = CASES
    """What is counted."""

    def row(self, category: str) -> int | None:
        """The shown total of a row; None where it is withheld or in the rest."""
        found = (total for row, total in zip(self.rows, self.row_totals, strict=True) if row.id == category)
        return next(found, None)

    def cell(self, row: str, column: str) -> int | None:
        """A shown cell; None where it is withheld or in the rest."""
        if not self.cells or row not in (ids := [one.id for one in self.rows]):
            return None
        beside = [one.id for one in self.columns]
        return self.cells[ids.index(row)][beside.index(column)] if column in beside else None


def tabulate(
    table: str, pairs: Iterable[tuple[str, str]], rows: Dimension, columns: Dimension, small: int = SMALL
) -> Table:
    """Counts (row, column) pairs, one for each case; what is in neither dimension is a fault of the caller.

    Raises `KeyError` for a category that the dimension does not have.
    """
    counted = Counter(pairs)
    grid = [[counted.pop((row.id, column.id), 0) for column in columns.categories] for row in rows.categories]
    if counted:
        raise KeyError(next(iter(counted)))
    title = Words(zh=f"{rows.name.zh} × {columns.name.zh}", en=f"{rows.name.en} × {columns.name.en}")
    total = sum(map(sum, grid))
    if total < small:
        return Table(table, title)
    shown_rows, below = _joined(rows, [sum(line) for line in grid], small)
    shown_columns, beside = _joined(columns, [sum(line) for line in zip(*grid, strict=True)], small)
    joined = [[sum(grid[one][two] for one in row for two in column) for column in beside] for row in below]
    hidden = withheld(joined, small)
    return Table(
        id=table,
        title=title,
        rows=shown_rows,
        columns=shown_columns,
        cells=tuple(
            tuple(None if (row, column) in hidden else n for column, n in enumerate(line))
            for row, line in enumerate(joined)
        ),
        row_totals=tuple(map(sum, joined)),
        column_totals=tuple(map(sum, zip(*joined, strict=True))),
        total=total,
    )


def listed(table: str, counted: Iterable[str], rows: Dimension, small: int = SMALL, of: Words = CASES) -> Table:
    """Counts the cases of each category; raises `KeyError` for one that the dimension does not have."""
    counts = Counter(counted)
    order = [counts.pop(row.id, 0) for row in rows.categories]
    if counts:
        raise KeyError(next(iter(counts)))
    if sum(order) < small:
        return Table(table, rows.name, of=of)
    shown, below = _joined(rows, order, small)
    totals = tuple(sum(order[one] for one in row) for row in below)
    return Table(table, rows.name, shown, row_totals=totals, total=sum(order), of=of)


def _joined(
    dimension: Dimension, totals: Sequence[int], small: int
) -> tuple[tuple[Category, ...], tuple[tuple[int, ...], ...]]:
    """The categories as shown, each with the places that it joins."""
    rest = rest_of(totals, small)
    alone: list[tuple[Category, tuple[int, ...]]] = [
        (one, (place,)) for place, one in enumerate(dimension.categories) if place not in rest
    ]
    if rest:
        names = tuple(dimension.categories[place].name for place in sorted(rest))
        name = Words(zh=f"其余 {len(rest)} 项合计", en=f"the other {len(rest)} together")
        alone.append((Category(REST, name, names), tuple(sorted(rest))))
    return tuple(one for one, _ in alone), tuple(places for _, places in alone)
