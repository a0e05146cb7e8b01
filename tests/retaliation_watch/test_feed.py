"""The feed is read strictly: aliases, encodings, bad rows set aside, repeated rows once."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retaliation_watch.errors import Fault, FileRefused
from retaliation_watch.hr_formats.columns import Receipt, most_malformed
from retaliation_watch.hr_formats.dates import Order, day_number, read_date
from retaliation_watch.hr_formats.events import Events, read_events
from retaliation_watch.hr_formats.names import EVENTS, ROSTER, columns_of, kind_table, plain
from retaliation_watch.hr_formats.roster import LONG_AGO, NEVER, read_roster
from retaliation_watch.kinds import HEALTH, INDEX, KINDS, MEANINGS, Measure, Neutral
from tests.retaliation_watch.sheets import sheet, staff

HEAD = "event_id,employee_id,event_type,effective_date,recorded_on,value_before,value_after"


def rows_of(events: Events) -> list[tuple[int, str, int]]:
    """Who, what, when recorded."""
    kinds = [str(KINDS[kind]) for kind in events.kind.tolist()]
    return list(zip(events.person.tolist(), kinds, events.recorded.tolist(), strict=True))


def number(text: str) -> int:
    """A day as the feed keeps it."""
    return day_number(read_date(text))  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_give_the_same_rows(encoding: str, separator: str) -> None:
    """A Chinese export is read alike in every encoding and with every separator."""
    lines = [
        "*工号 # emp.number,异动类型,生效日期,录入日期,备注",
        "001,书面警告,2024年1月5日,2024/1/6,某某",
        '"002","调岗","20240105",45297,"有,逗号"' if separator == "," else "002,调岗,20240105,45297,字",
    ]
    swapped = [line if '"' in line else line.replace(",", separator) for line in lines]
    found = read_events(sheet(*swapped, encoding=encoding), staff())
    assert rows_of(found) == [(1, "transfer", number("2024-01-06")), (0, "written_warning", number("2024-01-06"))][::-1]
    assert found.effective.tolist() == [number("2024-01-05")] * 2
    assert (found.receipt.ignored_columns, found.receipt.quarantined) == (1, {})


def test_every_kind_is_known_by_code_and_chinese_name() -> None:
    """Codes, names and each alias of every kind lead to it, and none leads to two."""
    table = kind_table()
    for kind in KINDS:
        assert {table[plain(name)] for name in (kind, MEANINGS[kind].zh, MEANINGS[kind].en)} == {kind}
    assert {table[plain(name)] for name in Neutral} == {*Neutral}
    assert len({meaning.zh for meaning in MEANINGS.values()}) == len(KINDS) == 28
    assert {meaning.letter for meaning in MEANINGS.values()} <= set("abcdefghijklmno")


def test_headers_are_compared_without_case_blanks_and_marks() -> None:
    """Spelling of a header matters little, and a column's own name goes before an alias."""
    assert columns_of(["＊Employee ID", "EVENT-TYPE ", "*录入日期 # rec.date"], EVENTS) == {
        "employee_id": 0, "event_type": 1, "recorded_on": 2,
    }  # fmt: skip
    assert columns_of(["部门", "org_unit", "工号"], ROSTER) == {"employee_id": 2, "org_unit": 1}
    assert columns_of(["我们的列", "工号"], ROSTER, {"我们的列": "grade"}) == {"employee_id": 1, "grade": 0}
    with pytest.raises(FileRefused, match="column-twice"):
        columns_of(["工号", "*工号"], ROSTER)


def test_a_missing_column_is_named_and_others_may_be_missing() -> None:
    """Without ids or kinds nothing can be read, and one of the two dates is enough."""
    with pytest.raises(FileRefused) as refused:
        read_events(sheet("employee_id,effective_date", "001,2024-01-05"), staff())
    assert (refused.value.fault, refused.value.about) == (Fault.COLUMN_MISSING, "event_type")
    found = read_events(sheet("employee_id,event_type,effective_date", "001,transfer,2024-01-05"), staff())
    assert found.recorded.tolist() == [number("2024-01-05")]


def test_bad_rows_are_set_aside_by_line_and_code() -> None:
    """Each bad row keeps its line and reason, and the good ones around it are read."""
    good = [f"E{n},001,transfer,2024-01-05,2024-01-{n % 28 + 1:02d},," for n in range(300)]
    bad = [
        ",,transfer,2024-01-05,2024-01-05,,", "X,001,,2024-01-05,2024-01-05,,", "X,001,transfer,2024-01-05,nie,,",
        "X,001,transfer,2024-01-05,2024-01-05", 'X,"001,transfer,2024-01-05,2024-01-05,,',
    ]  # fmt: skip
    found = read_events(sheet(HEAD, *good[:100], *bad, *good[100:]), staff())
    assert found.receipt.quarantined == {
        102: "id-missing", 103: "kind-missing", 104: "bad-date", 105: "wrong-number-of-columns",
        106: "unbalanced-quotes",
    }  # fmt: skip
    assert (len(found), found.receipt.malformed, found.receipt.read) == (300, 5, 305)


def test_more_than_two_percent_of_malformed_rows_refuse_the_file() -> None:
    """Two in a hundred bad rows are borne, three are not; unknown kinds and people are no malformed rows."""
    good = [f"E{n},001,transfer,2024-01-05,2024-01-05,," for n in range(98)]
    bad = ["X,001,transfer,2024-01-05,nie,,"]
    odd = ["X,001,whatever,2024-01-05,2024-01-05,,", "X,999,transfer,2024-01-05,2024-01-05,,"] * 50
    found = read_events(sheet(HEAD, *good * 2, *bad * 4), staff())
    assert found.receipt.malformed == 4
    with pytest.raises(FileRefused) as refused:
        read_events(sheet(HEAD, *good * 2, *bad * 6), staff())
    assert (refused.value.fault, refused.value.about) == (Fault.MALFORMED, "3.0 %")
    assert read_events(sheet(HEAD, *good, *odd), staff()).receipt.codes == {"unmapped-kind": 50, "unknown-employee": 50}


@pytest.mark.parametrize(("rows", "most"), [(2, 0), (25, 1), (60, 2), (200, 5), (1000, 26), (10_000, 225)])
def test_two_percent_is_judged_with_what_chance_adds(rows: int, most: int) -> None:
    """Rows that are spoilt with a chance of two in a hundred do not refuse a file every second time."""
    assert math.floor(most_malformed(rows)) == most
    Receipt(read=rows, malformed=most).judge()
    with pytest.raises(FileRefused):
        Receipt(read=rows, malformed=most + 1).judge()


def test_words_for_nothing_are_empty_dates() -> None:
    """Exports write “no end” in many ways, and a superior's number as one with a point."""
    words = ["NaT", "null", "-", "0000-00-00", "无", "None", "n/a", " "]
    rows = [f"{place:03d},2020-01-01,{word},12.0" for place, word in enumerate(words)]
    found = read_roster(sheet("employee_id,hire_date,termination_date,manager_id", *rows, "12,,,"))
    assert found.left.tolist() == [NEVER] * 9
    assert found.receipt.codes.total() == 0
    assert found.manager.tolist() == [8] * 8 + [-1]
    undated = read_events(
        sheet(HEAD, *["1,001,transfer,2024-01-05,2024-01-05,,"] * 99, "2,001,transfer,,NULL,,"), staff()
    )
    assert undated.receipt.codes == {"date-missing": 1}


def test_a_review_that_tells_no_values_is_no_occasion() -> None:
    """Where HR books the missing raise itself it counts as it is booked, and the review beside it tells nothing."""
    found = read_events(
        sheet(HEAD, "1,001,pay_review,2024-01-05,2024-01-05,,", "2,001,no_raise,2024-01-05,2024-01-05,,"), staff()
    )
    assert rows_of(found) == [(0, "no_raise", number("2024-01-05"))]
    assert not len(found.occasions["person"])
    assert found.receipt.accepted == 2


def test_a_file_of_ambiguous_dates_waits_for_an_order() -> None:
    """Day and month that could be exchanged refuse the file until somebody says which is first."""
    rows = [f"E{n},001,transfer,05/01/2024,0{n % 9 + 1}/02/2024,," for n in range(20)]
    with pytest.raises(FileRefused) as refused:
        read_events(sheet(HEAD, *rows), staff())
    assert refused.value.fault is Fault.AMBIGUOUS_DATES
    assert read_events(sheet(HEAD, *rows), staff(), Order.DAY_FIRST).recorded.min() == number("2024-02-01")


def test_direction_comes_from_the_values_not_from_the_label() -> None:
    """A “cut” that raises is none, a review that lowers pay is one, and a rating falls below the one before."""
    found = read_events(
        sheet(
            HEAD,
            "1,001,pay_cut,2024-01-05,2024-01-05,5000,4000",
            '2,002,pay_cut,2024-01-05,2024-01-05,5000,"5,500"',
            "3,003,年度调薪,2024-01-05,2024-01-05,5000,4900",
            "4,004,pay_review,2024-01-05,2024-01-05,5000,5001",
            "5,005,pay_review,2024-01-05,2024-01-05,5000,5100",
            "6,006,rating,2023-01-05,2023-01-05,,4",
            "7,006,rating,2024-01-05,2024-01-05,,3",
            "8,007,rating,2024-01-05,2024-01-05,A,B",
            "9,008,rating,2024-01-05,2024-01-05,良好,优秀",
            "10,009,rating,2024-01-05,2024-01-05,A,3",
        ),
        staff(),
    )
    day = number("2024-01-05")
    assert sorted(rows_of(found)) == [
        (0, "pay_cut", day), (2, "pay_cut", day), (3, "no_raise", day), (5, "rating_drop", day),
        (6, "rating_drop", day),
    ]  # fmt: skip
    reviews = found.occasions["kind"] == INDEX[Measure.NO_RAISE]
    assert sorted(found.occasions["person"][reviews].tolist()) == [3, 4]


def test_kinds_that_touch_health_wait_for_a_switch() -> None:
    """A medical referral is a good row that counts only when the entity has switched it on."""
    lines = (HEAD, "1,001,指定体检,2024-01-05,2024-01-05,,")
    off, on = read_events(sheet(*lines), staff()), read_events(sheet(*lines), staff(), switched_on=HEALTH)
    assert (len(off), off.receipt.accepted, off.receipt.codes.total()) == (0, 1, 0)
    assert rows_of(on) == [(0, "medical_referral", number("2024-01-05"))]


ROWS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 9), st.sampled_from(["transfer", "dismissal"]), st.integers(1, 28)),
    min_size=1,
    max_size=20,
)


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_order_and_repetition_of_rows_change_nothing(
    rows: list[tuple[int, int, str, int]],
    dice: object,
) -> None:
    """Replayed, reordered and corrected rows end in the same state."""
    lines = [f"E{event},{who:03d},{kind},2024-01-01,2024-02-{day:02d},," for event, who, kind, day in rows]
    mixed = lines + lines[: len(lines) // 2]
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = read_events(sheet(HEAD, *lines), staff()), read_events(sheet(HEAD, *mixed), staff())
    assert rows_of(first) == rows_of(second)
    assert np.array_equal(first.effective, second.effective)


def test_a_correction_keeps_the_first_day_and_a_new_kind_counts_too() -> None:
    """Who books an act again, later or as something else, does not take the first booking away."""
    found = read_events(
        sheet(
            HEAD,
            "1,001,dismissal,2024-01-01,2024-01-02,,",
            "1,001,dismissal,2024-01-01,2024-03-02,,",
            "1,001,transfer,2024-01-01,2024-03-02,,",
        ),
        staff(),
    )
    assert rows_of(found) == [(0, "dismissal", number("2024-01-02")), (0, "transfer", number("2024-03-02"))]
    assert found.receipt.repeated == 1


def test_a_roster_is_read_with_what_it_has() -> None:
    """Ids stay texts, groups are numbered by name, open ends are no ends, superiors are found."""
    lines = (
        "工号,部门,职级,直接上级工号,入职日期,离职日期,健康状况",
        "007,甲,P10,008,2020-01-01,9999-12-31,x",
        "008,乙,P9,,,2024-05-01,y",
    )
    found = read_roster(sheet(*lines))
    assert found.ids.to_list() == ["007", "008"]
    assert found.groups["grade"].tolist() == [1, 0]
    assert found.manager.tolist() == [1, -1]
    assert found.hired.tolist() == [number("2020-01-01"), LONG_AGO]
    assert found.left.tolist() == [NEVER, number("2024-05-01")]
    assert found.receipt.ignored_columns == 1


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_any_bytes_are_refused_or_read(content: bytes) -> None:
    """No file breaks the reader, with or without a header that it knows."""
    for head in (b"", f"{HEAD}\n".encode(), "employee_id,event_type,recorded_on\n".encode("utf-16")):
        try:
            receipt = read_events(io.BytesIO(head + content), staff()).receipt
        except FileRefused:
            continue
        assert receipt.read == receipt.accepted + receipt.repeated + receipt.codes.total()


@given(st.lists(st.text(alphabet='ab"," \n\t，', max_size=30), max_size=8))
@settings(max_examples=60)
def test_every_row_is_accounted_for(lines: list[str]) -> None:
    """Whatever stands in the rows, each is accepted, repeated or set aside, never lost."""
    good = [f"E{n},001,transfer,2024-01-05,2024-01-05,," for n in range(5)]
    try:
        receipt = read_events(sheet(HEAD, *good, *lines, *good), staff()).receipt
    except FileRefused:
        return
    assert receipt.read == receipt.accepted + receipt.repeated + receipt.codes.total()
