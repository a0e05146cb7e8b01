"""A policy begun from any text reads, has no fault, quotes nothing that is not there, and leads a case to its end."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import read_policy, reading_faults
from casework.policy_check.findings import Fault, Severity
from casework.policy_check.lint import hindrances, lint, misquoted
from casework.policy_check.scaffold import bindings_scaffold, limits_in, scaffold
from casework.rules.acts import Act
from tests.casework.policies import follow

CHINESE = """华远仓储投诉举报办法
一、员工、供应商均可通过邮箱或书面形式投诉、举报。
二、人力资源部负责受理，三个工作日内确认收到。
三、十五个工作日内给予答复，六十日内书面告知处理结果。
四、情况属实的，责令整改并给予处分。
五、严禁打击报复，举报人信息严格保密。
"""
ENGLISH = """Speak-up policy

1. Anyone may report by e-mail or by letter.
2. The compliance officer is responsible and confirms receipt within 7 days.
3. The reporter is informed of the result within 3 months.
4. Nobody may suffer retaliation. "Names" are kept confidential.
"""


def begun(text: str, language: str) -> Policy:
    """The policy that the file of a text gives; it has no error, and each quotation stands in its line."""
    file = scaffold(text, "own", language).encode()
    assert reading_faults(file, "own.toml") == ()
    policy = read_policy(file, "own.toml")
    assert [one for one in lint(policy, "own.toml") if one.level is Severity.ERROR] == []
    assert Fault.OTHER_LANGUAGE not in {one.fault for one in lint(policy, "own.toml")}
    assert misquoted(policy, "own.toml", text) == ()
    return policy


@pytest.mark.parametrize(("text", "language"), [(CHINESE, "zh"), (ENGLISH, "en"), ("", "zh"), ("\n \n", "en")])
def test_a_case_runs_from_arrival_to_archive_under_a_file_that_was_begun(text: str, language: str) -> None:
    """Nothing has to be written first to see it run."""
    policy = begun(text, language)
    assert follow(policy, Act.ACCEPTED, Act.DECIDED, Act.NOTIFIED, Act.ARCHIVED).stage == "archived"


def test_what_the_text_says_stands_there_with_its_line() -> None:
    """Heading, limits, and the clock of the result, whose number the text gives."""
    policy = begun(CHINESE, "zh")
    assert policy.title.zh == "华远仓储投诉举报办法"
    (clock,) = [one for one in policy.rules.clocks if one.id == "result"]
    assert clock.limit is not None
    assert (clock.limit.amount, clock.limit.unit) == (60, "days")
    file = scaffold(CHINESE, "own", "zh")
    assert "# 3: 三个工作日内确认收到 = 3 working days" in file
    assert 'source = { line = 6, quote = "五、严禁打击报复" }  # CHECK' in file
    assert begun(ENGLISH, "en").title.en == "Speak-up policy"


def test_each_channel_and_outcome_that_the_text_names_is_there_and_no_word_is_cut() -> None:
    """Under a company's name comes the policy's; a quotation that is too long ends between two words."""
    text = f"""Northgate Ltd
Speak-up policy
By telephone, in person or online, {"to somebody whose name is long " * 4}
A report is substantiated, partly substantiated or not."""
    policy = begun(text, "en")
    assert policy.title.en == "Speak-up policy"
    assert [one.id for one in policy.rules.channels] == ["telephone", "counter", "online"]
    assert [one.id for one in policy.rules.outcomes] == ["upheld", "partly", "not-upheld"]
    quotes = re.findall(r'quote = "([^"]+)"', scaffold(text, "own", "en"))
    assert all(text[text.index(one) + len(one) :][:1] in {"", " ", ",", "\n", "."} for one in quotes)


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("三个工作日内", "3 working days"), ("十日内", "10 days"), ("二十天", "20 days"), ("十二个月", "12 months"),
        ("24小时", "24 hours"), ("within 20 working days", "20 working days"), ("in 1 month", "1 month"),
        ("within five days", "5 days"), ("sixty days", "60 days"), ("twenty-one working days", "21 working days"),
        ("fourteen days", "14 days"), ("someone days", None), ("三五天", None), ("零日", None),
    ],
)  # fmt: skip
def test_limits_are_found_as_they_are_written(words: str, limit: str | None) -> None:
    """Digits, Chinese numerals and English words; what is no number is left to the reader."""
    assert [one.limit for one in limits_in([words])] == ([] if limit is None else [limit])


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Files are kept for five years.", 60),
        ("档案保存三年。", 36),
        ("They are retained 10 years", 120),
        ("Five years ago", 36),
        ("", 36),
    ],
)
def test_how_long_files_are_kept_is_taken_from_the_text(text: str, months: int) -> None:
    """Only from a line that speaks of keeping them."""
    assert f"retention_months = {months}  # CHECK" in bindings_scaffold(text, "own", date(2026, 11, 30))


def test_the_bindings_are_all_that_is_missing_but_the_people() -> None:
    """With them the file lacks only members for its roles."""
    policy = bind_policy(begun(CHINESE, "zh"), bindings_scaffold(CHINESE, "own", date(2026, 11, 30)).encode(), "b.toml")
    assert {one.fault for one in hindrances(policy, "own.toml")} == {Fault.ONE_HOLDER}


def test_each_thing_quotes_the_line_that_says_it() -> None:
    """Not one that shares a word with it; an article's number stays whole, and a box is no letter."""
    file = scaffold(
        "Speak-up policy\n5.1 The Speak-Up Office informs the reporter of its acknowledgement within 7 days.\n"
        "5.2 The reporter hears the outcome within 60 days.\n6.1 The Board answers questions of interpretation.\n",
        "own",
        "en",
    )
    assert 'quote = "1 ' not in file
    assert 'source = { line = 3, quote = "5.2 The reporter hears the outcome within 60 days" }  # CHECK' in file
    first = file.partition('id = "first-answer"')[2].partition("[[")[0]
    assert "The text does not say" in first
    chinese = "投诉办法\n举报内容严格保密。\n可投入投诉信箱。\n不得打击报复投诉人。\n自2026年12月1日起施行。\n"
    policy = begun(chinese, "zh")
    assert [one.id for one in policy.rules.channels] == ["box", "online"]
    file = scaffold(chinese, "own", "zh")
    assert 'source = { line = 4, quote = "不得打击报复投诉人" }' in file
    assert "1 day" not in file


@settings(max_examples=60)
@given(st.text(max_size=200), st.sampled_from(["zh", "en"]))
def test_no_text_makes_a_file_that_cannot_be_read(text: str, language: str) -> None:
    """Quotes, backslashes, control characters, other scripts: whatever stands in it."""
    begun(text, language)
