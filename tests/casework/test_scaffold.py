"""A policy begun from any text reads, has no fault, quotes nothing that is not there, and leads a case to its end."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import read_policy, reading_faults
from casework.policy_check.findings import Fault, Severity
from casework.policy_check.lint import hindrances, lint, misquoted
from casework.policy_check.scaffold import bindings_scaffold, scaffold
from casework.policy_check.simulation import Story, simulate
from casework.policy_check.text_quotes import limits_in
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

WITH_APPEAL = """华远仓储投诉举报办法
一、人力资源部负责受理，全部由合规委员会督办。
二、六十日内书面告知处理结果。情况复杂的，经总经理批准可延长三十日。
三、对处理结果不服的，可在收到之日起十日内向监察部申诉。
四、投诉按轻重分为一般、重大两级。诬告他人的，依规处理。
"""
WITH_APPEAL_IN_ENGLISH = """Speak-up policy
The Ethics Office is responsible for reports.
The reporter is informed of the result within 3 months, which may be extended to 6 months.
Within 20 working days the reporter may appeal to the Audit Committee.
Reports are graded by severity. Nobody may suffer retaliation.
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


@pytest.mark.parametrize(
    ("text", "language", "body", "longer"),
    [
        (WITH_APPEAL, "zh", "监察部", "cap 30 days by leadership"),
        (WITH_APPEAL_IN_ENGLISH, "en", "Audit Committee", "whole 6 months by handlers"),
    ],
)
def test_an_appeal_and_an_extension_that_the_text_gives_are_rules(
    text: str, language: str, body: str, longer: str
) -> None:
    """The appeal goes within its limit to the body that its clause names, and a case lives through it."""
    policy = begun(text, language)
    (appeal,) = policy.rules.appeals
    role = next(one for one in policy.rules.roles if one.id == appeal.body)
    assert getattr(role.name, language) == body
    extension = next(one.extension for one in policy.rules.clocks if one.id == "result")
    assert extension is not None
    bound = f"cap {extension.cap}" if extension.cap else f"whole {extension.whole}"
    assert f"{bound} by {extension.approved_by}" == longer
    with_days = bind_policy(policy, bindings_scaffold(text, "own", date(2026, 11, 30), language).encode(), "b.toml")
    told = simulate(
        with_days, Story.APPEAL, date(2026, 3, 2), Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
    )
    assert told.whole
    assert told.case.stage == "archived"
    assert {Act.APPEALED, Act.APPEAL_DECIDED} <= set(told.case.counts)


def test_whom_the_text_names_is_a_role_and_the_first_of_them_handles() -> None:
    """Each department once under its name, none out of a mere part of a word; the bindings ask who each is."""
    policy = begun(WITH_APPEAL, "zh")
    assert [(one.id, one.name.zh, one.kind) for one in policy.rules.roles] == [
        ("handlers", "人力资源部", "department"), ("leadership", "总经理", "leadership"),
        ("department-2", "合规委员会", "department"), ("oversight-1", "监察部", "oversight"),
    ]  # fmt: skip
    bindings = bindings_scaffold(WITH_APPEAL, "own", date(2026, 11, 30))
    assert '# oversight-1 = ["member-a", "member-b"]  # { zh = "监察部", en = "Inspection Department" }' in bindings
    english = [one.name.en for one in begun(WITH_APPEAL_IN_ENGLISH, "en").rules.roles]
    assert english == ["Ethics Office", "The management", "Audit Committee"]


def test_what_the_text_speaks_of_and_no_rule_says_yet_is_named_with_its_line() -> None:
    """A line of the text for each key that would rule it; what the file does rule is not among them."""
    file = scaffold(WITH_APPEAL, "own", "zh")
    assert "# 5: 四、投诉按轻重分为一般、重大两级 → [[grades]]" in file
    assert "# 5: 诬告他人的 → [malice]" in file
    assert "→ [[appeals]]" not in file
    without = scaffold(WITH_APPEAL.replace("十日内", "").replace("六十日", ""), "own", "zh")
    assert "# 4: 三、对处理结果不服的 → [[appeals]]" in without
    assert "# 3: 经总经理批准可延长三十日 → clocks.extension" in without
    assert "→" not in scaffold("", "own", "zh")


@pytest.mark.parametrize("text", [WITH_APPEAL, CHINESE, ""])
def test_every_value_that_is_a_guess_is_marked(text: str) -> None:
    """All that is unmarked are heads, ids, the file's own rows, comments, and the title in the text's own words."""
    rows = scaffold(text, "own", "zh").split("\n")
    bare = [row for row in rows if row and not row.endswith("  # CHECK") and row[0] not in "#["]
    assert all(re.match(r"(?:id|language|version|state|role|zh|end) = ", row) for row in bare), bare
    assert [row for row in bare if row.startswith("zh")] == [f'zh = "{text.partition(chr(10))[0] or "投诉举报办法"}"']


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


SAID = (
    "\n",
    "，",
    ". ",
    "申诉",
    "appeal",
    "三十日",
    " 10 days ",
    "延长",
    "extended",
    "人力资源部",
    "Audit Committee",
    '"',
    "结果",
)


@settings(max_examples=60)
@given(
    st.one_of(st.text(max_size=200), st.lists(st.sampled_from(SAID), max_size=30).map("".join)),
    st.sampled_from(["zh", "en"]),
)
def test_no_text_makes_a_file_that_cannot_be_read(text: str, language: str) -> None:
    """Quotes, backslashes, control characters, other scripts: whatever stands in it."""
    begun(text, language)
