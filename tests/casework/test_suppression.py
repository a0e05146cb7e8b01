"""Nobody can subtract a withheld number out of what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement, product

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.statistics.shares import Usual, share, usual
from casework.statistics.suppression import SMALL, rest_of, span, withheld
from casework.statistics.tables import REST, Category, Dimension, Table, listed, tabulate
from casework.words import Words

LOW = 3
"""A smaller threshold, so that every table with the same totals can be counted out."""
Grid = tuple[tuple[int, ...], ...]


def dimension(name: str, size: int) -> Dimension:
    """A dimension with as many categories, named by letters."""
    categories = tuple(Category(one, Words(one, one)) for one in "abcdefgh"[:size])
    return Dimension(name, Words(name, name), categories)


def lines_of(total: int, bounds: tuple[int | None, ...]) -> Iterator[tuple[int, ...]]:
    """Every row that adds up, with what is shown in its place."""
    if not bounds:
        if total == 0:
            yield ()
        return
    first, *others = bounds
    for n in range(total + 1) if first is None else (first,):
        if n <= total:
            yield from ((n, *rest) for rest in lines_of(total - n, tuple(others)))


def attacks(table: Table) -> Iterator[Grid]:
    """Every table that agrees with all that is shown: what somebody knows who tries them all."""
    rows = [list(lines_of(total, cells)) for total, cells in zip(table.row_totals, table.cells, strict=True)]
    for grid in product(*rows):
        if tuple(map(sum, zip(*grid, strict=True))) == table.column_totals:
            yield grid


grids = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 6), min_size=width, max_size=width), min_size=1, max_size=3).filter(
        lambda grid: sum(map(sum, grid)) <= 24
    )
)


def pairs_of(grid: list[list[int]]) -> list[tuple[str, str]]:
    """One pair for each case of a grid."""
    return [
        ("abcdefgh"[row], "abcdefgh"[column])
        for row, line in enumerate(grid)
        for column, n in enumerate(line)
        for _ in range(n)
    ]


@settings(max_examples=80)
@given(grids)
def test_no_withheld_cell_has_one_value(grid: list[list[int]]) -> None:
    """Of all tables that agree with what is shown, some differ in each withheld cell, by the threshold at least."""
    table = tabulate("t", pairs_of(grid), dimension("rows", len(grid)), dimension("columns", len(grid[0])), LOW)
    shown = [n for line in table.cells for n in line if n is not None]
    assert all(n >= LOW for n in (*shown, *table.row_totals, *table.column_totals))
    if table.total is None:
        assert sum(map(sum, grid)) < LOW
        return
    found = list(attacks(table))
    for row, line in enumerate(table.cells):
        for column, n in enumerate(line):
            possible = {one[row][column] for one in found}
            assert n is not None or max(possible) - min(possible) >= LOW


@settings(max_examples=50)
@given(grids)
def test_the_span_is_exact(grid: list[list[int]]) -> None:
    """What the flow says of a withheld cell is what trying every table says."""
    table = tabulate("t", pairs_of(grid), dimension("rows", len(grid)), dimension("columns", len(grid[0])), LOW)
    if table.total is None:
        return
    found = list(attacks(table))
    hidden = [(row, column) for row, line in enumerate(table.cells) for column, n in enumerate(line) if n is None]
    for row, column in hidden:
        possible = {one[row][column] for one in found}
        for true in found[:5]:
            assert span(true, hidden, (row, column), 99) == max(possible) - min(possible)


@settings(max_examples=80)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_a_small_category_is_never_alone_in_the_rest(counts: list[int]) -> None:
    """The rest holds two categories or more and comes to the threshold, or nothing is shown at all."""
    rest = rest_of(counts)
    together = sum(counts[place] for place in rest)
    assert all(n >= SMALL or place in rest for place, n in enumerate(counts))
    assert not rest or len(rest) == len(counts) or (len(rest) > 1 and together >= SMALL)
    table = listed("t", (one for one, _ in pairs_of([[n] for n in counts])), dimension("rows", len(counts)))
    assert (table.total is None) == (sum(counts) < SMALL)
    assert [n for n in table.row_totals if n < SMALL] == []


@settings(max_examples=12)
@given(st.lists(st.tuples(*(st.sampled_from("ab"),) * 3), min_size=2, max_size=8))
def test_two_tables_of_the_same_cases_give_no_more_away(cases: list[tuple[str, str, str]]) -> None:
    """Trying every set of cases against two tables that share their rows pins down no withheld cell of either."""
    two = dimension("two", 2)

    def both(people: tuple[tuple[str, str, str], ...] | list[tuple[str, str, str]]) -> tuple[Table, Table]:
        ways = ([(one[0], one[place]) for one in people] for place in (1, 2))
        first, second = (tabulate("t", pairs, two, two, 2) for pairs in ways)
        return first, second

    shown = both(cases)
    kinds = [(one, two, three) for one in "ab" for two in "ab" for three in "ab"]
    agreeing = [
        people
        for people in combinations_with_replacement(kinds, len(cases))
        if all(agrees(table, people, place) for place, table in enumerate(shown, start=1))
    ]
    for place, table in enumerate(shown, start=1):
        for row, line in zip(table.rows, table.cells, strict=True):
            for column, n in zip(table.columns, line, strict=True):
                possible = {number(table, people, place, row.id, column.id) for people in agreeing}
                assert n is not None or len(possible) > 1


def number(table: Table, people: tuple[tuple[str, str, str], ...], place: int, row: str, column: str) -> int:
    """How many of these cases fall into a cell; a rest holds all that is not shown alone."""
    alone = [{one.id for one in side if one.id != REST} for side in (table.rows, table.columns)]
    homes = [
        tuple(one if one in shown else REST for one, shown in zip((who[0], who[place]), alone, strict=True))
        for who in people
    ]
    return homes.count((row, column))


def agrees(table: Table, people: tuple[tuple[str, str, str], ...], place: int) -> bool:
    """Whether these cases would give all that a table shows."""
    grid = [[number(table, people, place, row.id, column.id) for column in table.columns] for row in table.rows]
    cells = all(
        n is None or n == found
        for line, counted in zip(table.cells, grid, strict=True)
        for n, found in zip(line, counted, strict=True)
    )
    totals = tuple(map(sum, grid)) == table.row_totals
    return cells and totals and tuple(map(sum, zip(*grid, strict=True))) == table.column_totals


def test_a_share_leaves_many_numbers_open() -> None:
    """Anyone who knows of how many cases a share is finds five numbers or more that would be told alike."""
    words = Words("", "")
    for of in range(1, 130):
        told = [share("s", words, number, of) for number in range(of + 1)]
        assert all(one is None or told.count(one) >= SMALL for one in told)
        assert (told[0] is None) == (of < 2 * SMALL)


def test_a_usual_duration_is_told_of_ten_cases() -> None:
    """The step holds the median, and nine cases tell nothing."""
    words = Words("", "")
    assert usual("u", words, [9] * 9) is None
    assert usual("u", words, [1] * 5 + [20] * 5) == Usual("u", words, 1)
    assert usual("u", words, [1] * 4 + [20] * 6) == Usual("u", words, 30)
    assert usual("u", words, [999] * 10) == Usual("u", words, None)


def test_what_subtraction_would_give_is_withheld_too() -> None:
    """One small cell takes three others with it, and the rest of the table stays."""
    grid = [[2, 30, 40], [20, 30, 40], [20, 30, 41]]
    assert withheld(grid) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_nothing_is_shown_of_too_few() -> None:
    """Fewer cases than the threshold give no table at all, not even their number."""
    table = tabulate("t", pairs_of([[2, 2]]), dimension("rows", 1), dimension("columns", 2))
    assert (table.total, table.rows, table.cells) == (None, (), ())
