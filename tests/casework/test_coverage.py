"""The matrix of marks: what a run keeps of itself, when that is stale, and that the pages claim nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from casework.errors import PolicyError
from casework.policy_check import coverage
from casework.policy_check.coverage import (
    SIGNS,
    Capability,
    Column,
    Coverage,
    MarkResult,
    code_digests,
    coverage_document,
    is_stale,
    matrix,
    matrix_page,
    read_coverage,
)
from casework.words import Words
from tests.casework.marks.book import declared, facts
from tests.casework.marks.reached import needs_a_command, shown_of, shown_of_all, without_a_case
from tests.casework.write_marks import BLOCK, PAGES, block, by_command, put_in
from tests.support.sources.call_graph import reached_by_commands
from tests.support.suite.mark_results import MarksRun, unrun

SMALL = Coverage(
    commit="c0ffee",
    clean=True,
    code={"product": "1", "marks": "2"},
    capabilities=(Capability("A1", Words("员工", "Employees")), Capability("B2", Words("邮件", "Mail"))),
    policies=(Column("P01", "one"), Column("P02", "two")),
    marks={"P01-A1": MarkResult.HOLDS, "P02-A1": MarkResult.NOT_RUN, "P02-B2": MarkResult.FAILS},
)
TEST = "tests/casework/test_seed_matrix.py::test_mark[{name}]"
ROW = re.compile(r"^\| ([A-K]\d+) \| [^|]+ \| (.+) \|$", re.MULTILINE)


def told(name: str, outcome: str = "passed", when: str = "call") -> pytest.TestReport:
    """What a run hears of one mark."""
    return pytest.TestReport(TEST.format(name=name), ("", 0, ""), {}, outcome, None, when)  # type: ignore[arg-type]


def run(kept: Path, *reports: pytest.TestReport) -> Coverage:
    """What is kept of a run that heard these reports."""
    listener = MarksRun(kept)
    for report in reports:
        listener.pytest_runtest_logreport(report)
    listener.pytest_sessionfinish()
    return read_coverage(kept.read_bytes())


def test_what_is_kept_reads_back_and_shows_each_cell() -> None:
    """Done, modelled, failed, not run and unsaid look different, in the terminal and on the page, in both languages."""
    assert read_coverage(coverage_document(SMALL)) == SMALL
    assert list(matrix(SMALL, "en")) == ["     01 02", "A1    ●  ○  Employees", "B2       ✗  Mail", "      1  0"]
    assert list(matrix_page(SMALL, "zh"))[2:] == ["| A1 | 员工 | ● | ○ |", "| B2 | 邮件 |   | ✗ |"]
    assert (SMALL.count(MarkResult.HOLDS), SMALL.count(MarkResult.FAILS, policy="P02")) == (1, 1)
    half = replace(SMALL, marks={"P01-A1": MarkResult.PARTLY, "P02-A1": MarkResult.MODELLED})
    assert list(matrix(half, "en"))[1:] == ["A1    ◐  ◐  Employees", "B2          Mail", "      0  0"]
    assert (half.count(MarkResult.PARTLY, MarkResult.MODELLED), read_coverage(coverage_document(half))) == (2, half)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"v":1', '"v":2'),
        ('"holds"', '"surely"'),
        ('"clean":true', '"clean":true,"more":1'),
        ('"commit":"c0ffee",', ""),
        ('{"v"', '["v"'),
        ('"capabilities":[', '"capabilities":[7,'),
    ],
)
def test_what_no_run_wrote_is_refused(old: str, new: str) -> None:
    """A changed file gives file and reason, and no other exception."""
    content = coverage_document(SMALL).decode()
    assert old in content
    with pytest.raises(PolicyError) as refused:
        read_coverage(content.replace(old, new, 1).encode())
    assert refused.value.file == "coverage.json"


def test_a_run_is_stale_once_rules_code_or_marks_change(tmp_path: Path) -> None:
    """A byte more in a rule or a mark tells; an installation without marks compares the product alone."""
    package, tests = tmp_path / "casework", tmp_path / "tests"
    (package / "policies").mkdir(parents=True)
    rule = package / "policies/one.toml"
    rule.write_text("id = 1", "utf-8")
    alone = code_digests(package, tests)
    (tests / "marks").mkdir(parents=True)
    for name in ("marks/p01.py", "seed_matrix.json", "test_seed_matrix.py", "written.py"):
        (tests / name).write_text("1", "utf-8")
    then = code_digests(package, tests)
    assert (set(alone), set(then)) == ({"product"}, {"product", "marks"})
    found = replace(SMALL, code=then)
    assert not is_stale(found, alone)
    assert not is_stale(found, then)
    (tests / "marks/p01.py").write_text("2", "utf-8")
    assert is_stale(found, code_digests(package, tests))
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal/command.py").write_text("1", "utf-8")
    assert set(code_digests(package, tests)) == {"product", "callers", "marks"}
    rule.write_text("id = 2", "utf-8")
    assert is_stale(found, code_digests(package, tmp_path / "nowhere"))


def test_a_run_keeps_what_it_heard_of_marks_and_nothing_else(tmp_path: Path) -> None:
    """Passed holds; failed, broken in its set-up or skipped does not; a mark that was not run is said to be so."""
    kept = tmp_path / "coverage.json"
    found = run(
        kept,
        told("P01-A1", when="setup"),
        told("P01-A1"),
        told("P01-A4", "failed"),
        told("P01-B3", "failed", "setup"),
        told("P01-B4", "skipped", "setup"),
        told("P01-B6"),
        told("P01-B6", "failed", "teardown"),
    )
    marks = {name: shown for name, shown in found.marks.items() if shown is not MarkResult.NOT_RUN}
    wrong = dict.fromkeys(("P01-A4", "P01-B3", "P01-B4", "P01-B6"), MarkResult.FAILS)
    assert marks == {"P01-A1": shown_of(declared()["P01-A1"])} | wrong
    assert found.code == code_digests()
    other = pytest.TestReport("tests/test_else.py::test_mark[P01-A1]", ("", 0, ""), {}, "passed", None, "call")
    MarksRun(tmp_path / "none.json").pytest_runtest_logreport(other)
    run_of_else = MarksRun(tmp_path / "none.json")
    run_of_else.pytest_runtest_logreport(other)
    run_of_else.pytest_sessionfinish()
    assert not (tmp_path / "none.json").exists()


def test_what_a_run_of_the_same_code_found_before_stays_and_of_other_code_does_not(tmp_path: Path) -> None:
    """Half a run adds to the other half; after a change only what was run since counts."""
    kept = tmp_path / "coverage.json"
    run(kept, told("P01-A1"))
    both = run(kept, told("P01-A4"))
    passed = (MarkResult.HOLDS, MarkResult.PARTLY, MarkResult.MODELLED)
    assert [name for name, shown in both.marks.items() if shown in passed] == ["P01-A1", "P01-A4"]
    kept.write_bytes(coverage_document(replace(both, code={"product": "0", "marks": "0"})))
    assert run(kept, told("P01-B3")).count(*passed) == 1
    kept.write_bytes(b"{")
    assert run(kept, told("P01-B3")).count(*passed) == 1


def test_a_change_in_the_middle_of_a_run_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found of two states of the code is a finding about neither."""
    listener = MarksRun(tmp_path / "coverage.json")
    listener.pytest_runtest_logreport(told("P01-A1"))
    monkeypatch.setattr("tests.support.suite.mark_results.code_digests", lambda: {"product": "other"})
    listener.pytest_sessionfinish()
    assert not (tmp_path / "coverage.json").exists()


def test_before_a_run_the_matrix_is_that_of_the_texts() -> None:
    """478 marks of 90 capabilities and 20 policies, and none of them shown."""
    blank = unrun("", clean=False)
    assert (len(blank.capabilities), len(blank.policies), len(blank.marks)) == (90, 20, 478)
    assert blank.count(MarkResult.NOT_RUN) == 478
    assert coverage.COVERAGE_FILE.name == "coverage.json"


@pytest.mark.parametrize("language", PAGES)
def test_the_readme_shows_the_marks_that_are_tested_here(language: str) -> None:
    """Each mark that is tested here bears the sign that the sources give it now, and the figures count just these."""
    page = PAGES[language].read_text("utf-8")
    assert BLOCK.search(page) is not None
    rows = ROW.findall(page)
    assert [row[0] for row in rows] == [one["id"] for one in facts()["capabilities"]]
    cells = {
        f"P{number:02d}-{capability}": cell.strip()
        for capability, line in rows
        for number, cell in enumerate(line.split(" | "), start=1)
    }
    assert {name for name, cell in cells.items() if cell} == set(unrun("", clean=False).marks)
    shown = shown_of_all()
    assert {name: cell for name, cell in cells.items() if cell} == {name: SIGNS[one] for name, one in shown.items()}
    now = replace(unrun("", clean=True), marks=shown)
    # The commit of the run is all that may differ.
    said, there = block(now, language).splitlines()[0], BLOCK.search(page)
    assert there is not None
    assert re.sub(r"`[0-9a-f]{12}`", "``", there[0].splitlines()[1]) == said
    assert by_command(now, language) in there[0]
    assert put_in(page, block(SMALL, language)).count("| A1 |") == 1


def test_a_mark_whose_code_nobody_calls_any_more_loses_its_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the engine out of reach no mark that rests on it can be done, and those that rest on both are modelled."""
    reached = reached_by_commands() - {"casework.engine.engine:decide"}
    monkeypatch.setattr("tests.casework.marks.reached.reached_by_commands", lambda: reached)
    monkeypatch.setattr("tests.casework.marks.reached.has_kept_twin", lambda _code: False)
    on_engine = [one for one in declared().values() if "casework.engine.engine:decide" in one.rests_on]
    assert len(on_engine) > 200
    assert MarkResult.HOLDS not in {shown_of(one) for one in on_engine}


def test_marks_of_which_the_command_line_does_a_part_are_named_as_such() -> None:
    """Secrecy, duties of handlers, lateness and a view that is owed show by a command; an act and an intake do not."""
    marks = declared()
    assert all(needs_a_command(marks[name]) for name in ("P01-J1", "P19-J7", "P08-G10", "P02-H3"))
    assert not any(needs_a_command(marks[name]) for name in ("P01-C8", "P06-E14", "P15-D6", "P08-B3", "P20-C4"))


def test_marks_that_build_no_case_are_counted_as_such() -> None:
    """What is read off a policy is no life of a case; what a helper brings to life is."""
    assert {"P04-B2", "P01-C2"} <= without_a_case()
    assert {"P01-C8", "P07-I1", "P16-E3"}.isdisjoint(without_a_case())
