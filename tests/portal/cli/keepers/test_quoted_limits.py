"""`yanlu policy lint` holds each limit against the number in its own quotation, and who approves against who may."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.settings import read_settings
from tests.casework.policies import CONTENT
from tests.support.commands import yanlu_process
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

Lint = Callable[..., Ran]
CLOCK = """
[[clocks]]
id = "answer"
name = {{ zh = "答复", en = "Answer" }}
start = ["received"]
stop = ["notified"]
who = "company"
limit = "{limit}"
source = {source}
"""
EXTENDING = """
[[anywhere]]
act = "extended"
by = ["{by}"]
source = { supplied = { zh = "原文未写", en = "The text does not say" } }
"""


@pytest.fixture
def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lint:
    """Lints the whistleblowing policy with a text at its end."""
    run = partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))

    def linted(added: str, content: str = CONTENT) -> Ran:
        mine = tmp_path / "mine.toml"
        mine.write_text(content + added, "utf-8")
        return run("policy", "lint", mine, "--json")

    return linted


def found(ran: Ran) -> list[tuple[str, str, str]]:
    """Key, level and fault of each finding that this file is about."""
    rows = json.loads(ran.out)["findings"]
    ours = {"other-limit", "none-of-limits", "not-approver"}
    return [(row["key"], row["level"], row["fault"]) for row in rows if row["fault"] in ours]


def quoted(words: str) -> str:
    """A source with these words."""
    return f'{{ line = 1, quote = "{words}" }}'


@pytest.mark.parametrize(
    ("limit", "quote"),
    [
        ("90 days", "within 60 days of the acknowledgement"),
        ("3 days", "三个工作日内书面答复"),
        ("5 days", "十五日内"),
        ("7 days", "within five working days"),
        ("12 months", "for one hundred and eighty days"),
        ("30 days", "thirty (30) working days"),
    ],
)
def test_a_limit_that_its_quotation_does_not_name_is_a_fault(lint: Lint, limit: str, quote: str) -> None:
    """In digits, Chinese numerals or English words; the unit counts."""
    ran = lint(CLOCK.format(limit=limit, source=quoted(quote)))
    assert (ran.code, found(ran)) == (Exit.REFUSED, [("clocks[answer]", "error", "other-limit")])


@pytest.mark.parametrize(
    ("limit", "quote"),
    [
        ("60 days", "within 60 days of the acknowledgement"),
        ("3 working days", "三个工作日内书面答复"),
        ("15 days", "自2026年12月1日起十五日内"),
        ("5 working days", "within five working days"),
        ("1 day", "24小时内答复"),
        ("12 months", "kept for one year"),
        ("30 days", "thirty (30) days"),
        ("9 days", "in due time"),
        ("9 days", "2026年12月1日起施行"),
        ("9 days", "from 1 December 2026"),
        ("9 days", "每月十五日公布"),
        ("9 days", "每月 十五日公布"),
        ("9 days", "于十二月二十五日公布"),
        ("9 days", "十一月三十日前汇总"),
        ("9 days", "第十三日起算"),
        ("9 days", "自第二十一个工作日起"),
        ("9 days", "一千二百日内"),
        ("15 days", "每月十五日公布，异议十五日内提出"),
    ],
)
def test_a_limit_that_its_quotation_names_or_leaves_open_is_none(lint: Lint, limit: str, quote: str) -> None:
    """The same time in another unit is the same limit, and a date is no number of days."""
    ran = lint(CLOCK.format(limit=limit, source=quoted(quote)))
    assert (ran.code, found(ran)) == (Exit.DONE, [])


def test_where_a_quotation_has_several_numbers_it_is_a_warning_and_a_ground_of_its_own_is_none(lint: Lint) -> None:
    """The sentence names both; a limit that is computed says so."""
    several = CLOCK.format(limit="9 days", source=quoted("within 5 days, or within 60 days"))
    ran = lint(several)
    assert (ran.code, found(ran)) == (Exit.DONE, [("clocks[answer]", "warning", "none-of-limits")])
    assert "is 9 days, which is none of the numbers in its quotation (5 days, 60 days)" in ran.out
    computed = '{ supplied = { zh = "60日，另加30日", en = "60 days and 30 more" } }'
    assert found(lint(CLOCK.format(limit="90 days", source=computed))) == []


def test_another_limit_of_a_rule_that_no_quotation_names_is_a_warning(lint: Lint) -> None:
    """Beside the limit that its own quotation names; a sentence elsewhere in the policy may name it."""
    of_grade = '\ntiers = [{{ limit = "9 days", departments = 2 }}]'
    tiered = CLOCK.replace('limit = "{limit}"', 'limit = "{limit}"' + of_grade).format
    ran = lint(tiered(limit="5 days", source=quoted("五日内答复")))
    assert (ran.code, found(ran)) == (Exit.DONE, [("clocks[answer]", "warning", "none-of-limits")])
    assert "is 9 days, which is none of the numbers in its quotation (5 days)" in ran.out
    elsewhere = CLOCK.replace('"answer"', '"other"').format(limit="9 days", source=quoted("九日内答复"))
    assert found(lint(tiered(limit="5 days", source=quoted("五日内答复")) + elsewhere)) == []


def test_extension_retention_and_promise_are_held_against_their_quotations_too(tmp_path: Path, lint: Lint) -> None:
    """Each by its key; a promise counts calendar days, so working days of the text can be more of them."""
    clock = CLOCK.format(limit="60 days", source=quoted("within 60 days"))
    row = f'extension = {{ cap = "45 days", source = {quoted("extended once by 30 days")} }}\n'
    assert found(lint(clock + row + EXTENDING.replace("{by}", "company"))) == [
        ("clocks[answer].extension", "error", "other-limit")
    ]
    promised = {
        f"days = 90\nsource = {quoted('within 60 days')}": [("promises[result]", "error", "other-limit")],
        f"days = 60\nsource = {quoted('within 60 days')}": [],
        f"days = 21\nsource = {quoted('15个工作日内')}": [],
        f"days = 14\nsource = {quoted('15个工作日内')}": [("promises[result]", "error", "other-limit")],
    }
    begin = CONTENT.index("[promises.text]", CONTENT.index('[[promises]]\nid = "result"'))
    end = CONTENT.index("[[", begin)
    text = 'text = { zh = "结果", en = "The result" }\n'
    for rows, expected in promised.items():
        content = CONTENT[:begin] + text + rows + "\n\n" + CONTENT[end:]
        # The text of a policy that ships leaves its days to the office: there it is something to look at.
        warned = [(key, "warning", "none-of-limits") for key, _, _ in expected]
        assert found(lint("", content)) == warned, rows
        assert found(lint("", content.replace('id = "company-whistleblowing"', 'id = "own"', 1))) == expected, rows
    begin = CONTENT.index("[retention]")
    end = CONTENT.index("\n\n", begin)
    kept = f'[retention]\ntext = {{ zh = "保存", en = "Kept" }}\nmonths = 36\nsource = {quoted("保存五年")}'
    mine = tmp_path / "kept.toml"
    mine.write_text(CONTENT[:begin] + kept + CONTENT[end:], "utf-8")
    ran = yanlu_process.yanlu("--lang", "zh", "policy", "lint", str(mine), "--json")
    assert found(ran) == [("retention", "error", "other-limit")]
    assert "期限写作 36 个月，所引原文却是 5 年" in ran.out


@pytest.mark.parametrize(("by", "fault"), [("dedicated-person", True), ("company", False)])
def test_who_approves_an_extension_is_among_those_who_may_extend(lint: Lint, by: str, *, fault: bool) -> None:
    """What is shown as an approval is one."""
    extension = f'extension = {{ approved_by = "company", source = {quoted("经批准可延长")} }}\n'
    ran = lint(CLOCK.format(limit="9 days", source=quoted("及时")) + extension + EXTENDING.replace("{by}", by))
    expected = [("clocks[answer].extension.approved_by", "error", "not-approver")] if fault else []
    assert found(ran) == expected
