"""`yanlu policy`: lists, shows and lints what ships and what an operator wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from casework.policy.reasons import reason_in_both
from casework.policy_check.coverage import MarkResult, code_digests, coverage_document
from portal.cli.errors import Exit
from portal.settings import read_settings
from tests.casework.policies import CONTENT, NAME
from tests.casework.test_coverage import SMALL
from tests.support.commands import yanlu_process
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

Yanlu = Callable[..., Ran]


@pytest.fixture
def yanlu(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process; no policy command touches a store."""
    return partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))


def in_chinese(*words: str) -> str:
    """What a command says to a Chinese reader."""
    return yanlu_process.yanlu("--lang", "zh", *words).out


def test_what_ships_is_listed_and_shown_in_both_languages(yanlu: Yanlu) -> None:
    """Each policy stands in the list; one that is shown names its stages, its clocks and what is open."""
    listed = yanlu("policy", "list", "--json")
    assert NAME in [row["id"] for row in json.loads(listed.out)["policies"]]
    # Chinese needs a process of its own: help texts are put into one language for the whole process.
    zh, en = in_chinese("policy", "show", NAME), yanlu("policy", "show", NAME).out
    assert "调查核实 [investigation]: 专人" in zh
    assert "登记 [register]: 收件 → 登记, 公司（受理部门）, 不迟于 及时" in zh
    assert "archive → Archived ⇐ inform of the outcome" in en
    assert "limits.notice-waits" in en
    assert yanlu("policy", "show", "no-such").code == Exit.NOTHING_THERE


def test_the_twenty_written_policies_have_their_numbers_as_names_too(yanlu: Yanlu) -> None:
    """In the list, and wherever a command takes a policy's name."""
    rows = json.loads(yanlu("policy", "list", "--json").out)["policies"]
    numbers = {row["number"]: row["id"] for row in rows if row["number"]}
    assert (len(numbers), numbers["P18"]) == (20, "employee-complaint-resolution-sla")
    assert "P18  employee-complaint-resolution-sla" in yanlu("policy", "list").out
    assert yanlu("policy", "show", "P18").out == yanlu("policy", "show", numbers["P18"]).out
    assert yanlu("policy", "simulate", "p18", "--start", "2026-04-24").code == Exit.DONE
    assert yanlu("policy", "show", "P21").code == Exit.NOTHING_THERE


def test_a_faulty_file_is_told_by_file_key_and_reason(tmp_path: Path, yanlu: Yanlu) -> None:
    """A file that does not read, one that leads into a trap and one that is not bound leave with 6."""
    mine = tmp_path / "mine.toml"
    mine.write_text(CONTENT.replace('act = "decided"', 'act = "guessed"'), "utf-8")
    ran = yanlu("policy", "lint", str(mine))
    assert (ran.code, "stages[handling].acts[0].act: must be one of" in ran.out) == (Exit.REFUSED, True)
    mine.write_text(CONTENT.replace('to = ["archived"]\n', ""), "utf-8")
    ran = yanlu("policy", "lint", str(mine))
    assert (ran.code, "stages[archived]: no case ever comes into this stage" in ran.out) == (Exit.REFUSED, True)
    ran = yanlu("policy", "lint", "--activate", "--json", NAME)
    keys = {row["key"] for row in json.loads(ran.out)["findings"]}
    assert {"days.result", "limits.notice-waits", "holders.company"} <= keys
    assert ran.code == Exit.REFUSED


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[[stages]]", "[[stages]]\nunknown = 1", "unknown：不认识此项"),
        ('version = "', 'version = ""\nrest = "', "version：须为非空文本"),
    ],
    ids=["unknown", "empty"],
)
def test_a_refused_policy_says_why_in_chinese(tmp_path: Path, before: str, after: str, said: str) -> None:
    """File and key as they are, the reason in the reader's language."""
    faulty = tmp_path / "faulty.toml"
    faulty.write_text(CONTENT.replace(before, after, 1), "utf-8")
    ran = yanlu_process.yanlu("--lang", "zh", "policy", "show", str(faulty))
    assert ran.code == Exit.REFUSED
    assert said in ran.err


def test_a_reason_that_is_known_has_its_chinese() -> None:
    """What no pattern knows is TOML's own English, given as it is."""
    reasons = (
        "stands twice",
        "is no role of this policy",
        "must be a-b version 2",
        "must be at most 8",
        "x is none of a, b",
    )
    for reason in reasons:
        found = reason_in_both(reason)
        assert found.en == reason
        assert not found.zh.startswith(("must", "is", "stands")), reason
    assert reason_in_both("Expected '=' after a key").zh == "Expected '=' after a key"


def test_what_ships_has_no_fault_once_bound(yanlu: Yanlu) -> None:
    """The proposed bindings leave warnings alone."""
    ran = yanlu("policy", "lint", NAME, "--bindings", f"casework/bindings/{NAME}.toml")
    assert (ran.code, "4 warnings" in ran.err) == (Exit.DONE, True)
    assert yanlu("policy", "lint").code == Exit.DONE


def test_a_story_and_a_chart_come_from_the_command_line(tmp_path: Path, yanlu: Yanlu) -> None:
    """A simulated case names day and reason; a chart is written where it is wanted; wrong names are told."""
    name = "employee-complaint-resolution-sla"
    ran = yanlu("policy", "simulate", name, "--start", "2026-04-24", "--json")
    moments = json.loads(ran.out)["moments"]
    told = [(row["day"], row["what"]) for row in moments if row["why"]]
    (answer,) = [row for row in moments if row["what"] == "Answer: due"]
    assert (answer["done_by"], answer["told"]) == ("met by “inform of the outcome”", None)
    promised = [day for day, what in told if what.startswith("Promised to the reporter: ")]
    assert promised == ["2026-04-25", "2026-05-14", "2026-06-13"]
    assert [row for row in told if row[0] not in promised] == [("2026-05-19", "Answer: due")]
    lines = yanlu_process.yanlu("--lang", "zh", "policy", "simulate", name, "--start", "2026-04-24").out.splitlines()
    assert lines[lines.index("2026-05-20  ! 答复：逾期") + 1] == f"{'':<14}通知：人力资源部门"
    assert yanlu("policy", "simulate", name, "--story", "with-extension").err.startswith("This policy knows no such")
    assert yanlu("policy", "simulate", name, "--calendar", "atlantis").code == Exit.USAGE
    other = yanlu("policy", "diff", "company-whistleblowing", "grievance-and-whistleblowing-scope").out
    assert "-  3. Under investigation [investigation]: Dedicated person" in other
    out = tmp_path / "chart.svg"
    assert yanlu("policy", "draw", name, "--out", out).code == Exit.DONE
    assert out.read_text("utf-8").startswith("<svg ")


def test_the_matrix_comes_from_the_last_run_and_says_when_that_is_missing_stale_or_broken(
    tmp_path: Path, yanlu: Yanlu, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a run 4, with a failed mark or a broken file 6; commit, change and age of the run are told."""
    kept = tmp_path / "coverage.json"
    monkeypatch.setattr("portal.cli.keepers.policy_commands.COVERAGE_FILE", kept)
    assert yanlu("policy", "coverage").code == Exit.NOTHING_THERE
    found = replace(
        SMALL,
        code=code_digests(),
        marks={"P01-A1": MarkResult.HOLDS, "P02-A1": MarkResult.PARTLY, "P02-B2": MarkResult.NOT_RUN},
    )
    kept.write_bytes(coverage_document(found))
    ran = yanlu("policy", "coverage")
    assert (ran.code, "A1    ●  ◐  Employees" in ran.out) == (Exit.DONE, True)
    said = "1 of 3 marks can be done by somebody (●).\n1 are modelled only (◐); ○ was not run, ✗ failed.\n"
    assert ran.err == f"{said}Run on commit c0ffee.\n"
    kept.write_bytes(coverage_document(replace(SMALL, clean=False)))
    ran = yanlu("policy", "coverage")
    assert (ran.code, "1 mark failed." in ran.err) == (Exit.REFUSED, True)
    assert "Beside that commit something was changed.\nStale: " in ran.err
    told = json.loads(yanlu("policy", "coverage", "--json").out)
    assert (told["stale"], told["holds"], told["modelled"], told["of"]) == (True, 1, 0, 3)
    assert told["marks"]["P02-B2"] == "fails"
    kept.write_bytes(b"[]")
    assert "coverage.json" in yanlu("policy", "coverage").err


WRITTEN = """投诉举报办法
一、人力资源部负责受理，三个工作日内确认收到。
二、六十日内书面告知处理结果。
"""


def test_a_written_text_becomes_a_file_that_lints_and_is_held_against_it(tmp_path: Path, yanlu: Yanlu) -> None:
    """Both files are there, nothing is overwritten, and a quotation that was changed is named by its key."""
    text, folder = tmp_path / "text.txt", tmp_path / "texts"
    text.write_text(WRITTEN, "utf-8")
    begin = ("policy", "new", str(text), "--id", "own", "--out", str(folder))
    ran = yanlu(*begin, "--json")
    files = [folder / "own.toml", folder / "own.bindings.toml"]
    assert (ran.code, json.loads(ran.out)["files"]) == (Exit.DONE, [str(one) for one in files])
    held = ("policy", "lint", str(files[0]), "--text", str(text))
    assert yanlu(*held).code == Exit.DONE
    assert yanlu(*begin).code == Exit.REFUSED
    changed = files[0].read_text("utf-8").replace("六十日内书面告知", "三十日内书面告知")
    files[0].write_text(changed, "utf-8")
    ran = yanlu(*held, "--json")
    found = {(row["key"], row["fault"]) for row in json.loads(ran.out)["findings"] if row["level"] == "error"}
    assert ran.code == Exit.REFUSED
    assert ("clocks[result]", "misquoted") in found
    assert {fault for _, fault in found} == {"misquoted", "other-limit"}


ENGLISH = "Complaints policy\n1. Personnel acknowledges every complaint within three working days.\n"


@pytest.mark.parametrize(
    ("written", "given", "language", "said"),
    [
        (WRITTEN, (), "zh", "The text is read as Chinese"),
        (ENGLISH, (), "en", "The text is read as English"),
        (ENGLISH, ("--language", "zh"), "zh", ""),
        (f"{ENGLISH}\n(投诉)", (), "en", "The text is read as English"),
    ],
)
def test_a_text_is_read_in_its_own_language(
    tmp_path: Path, yanlu: Yanlu, written: str, given: tuple[str, ...], language: str, said: str
) -> None:
    """Where none is given, Chinese characters tell; which it was is said."""
    text = tmp_path / "text.txt"
    text.write_text(written, "utf-8")
    ran = yanlu("policy", "new", str(text), "--id", "own", "--out", str(tmp_path), *given)
    assert (tmp_path / "own.toml").read_text("utf-8").count(f'language = "{language}"') == 1
    assert ("The text is read as" in ran.err, said in ran.err) == (bool(said), True)


def test_all_that_keeps_a_file_from_being_read_is_said_at_once(tmp_path: Path, yanlu: Yanlu) -> None:
    """Three faults in three places, in one run, each by its key."""
    mine = tmp_path / "mine.toml"
    wrong = (
        ('act = "decided"', 'act = "guessed"'),
        ('upholds = "yes"', 'upholds = "y"'),
        ('kind = "email"', 'kind = "mail"'),
    )
    content = CONTENT
    for old, new in wrong:
        assert old in content
        content = content.replace(old, new, 1)
    mine.write_text(content, "utf-8")
    ran = yanlu("policy", "lint", "--json", str(mine))
    keys = [row["key"] for row in json.loads(ran.out)["findings"]]
    assert ran.code == Exit.REFUSED
    assert sorted(keys) == ["channels[mailbox].kind", "outcomes[substantiated].upholds", "stages[handling].acts[0].act"]


@pytest.mark.parametrize(("content", "name"), [(b"\xff\xfe", "own"), (b"x" * 600_000, "own"), (b"text", "Not An Id")])
def test_what_is_no_text_or_no_id_begins_nothing(tmp_path: Path, yanlu: Yanlu, content: bytes, name: str) -> None:
    """Other bytes, too many of them, and a name that could be a path."""
    text = tmp_path / "text.txt"
    text.write_bytes(content)
    ran = yanlu("policy", "new", str(text), "--id", name, "--out", str(tmp_path / "out"))
    assert ran.code in {Exit.REFUSED, Exit.USAGE}
    assert not (tmp_path / "out").exists()
