"""`yanlu policy lint --text` holds each limit against the lines of the text around its quotation."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from casework.policy.reader import shipped_bindings
from portal.settings import read_settings
from tests.casework.policies import CONTENT
from tests.portal.cli.keepers.test_quoted_limits import CLOCK, quoted
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

Lint = Callable[..., Ran]


@pytest.fixture
def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lint:
    """Lints the whistleblowing policy with rows at its end against a text."""
    run = partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))

    def linted(added: str, text: str, *options: str | Path) -> Ran:
        mine, written = tmp_path / "mine.toml", tmp_path / "text.txt"
        mine.write_text(CONTENT + added, "utf-8")
        written.write_text(text, "utf-8")
        return run("policy", "lint", mine, "--text", written, *options, "--json")

    return linted


def reasons(ran: Ran, fault: str) -> list[tuple[str, str, str]]:
    """Key, level and sentence of each finding of one kind."""
    return [
        (row["key"], row["level"], row["reason"]) for row in json.loads(ran.out)["findings"] if row["fault"] == fault
    ]


@pytest.mark.parametrize(
    ("limit", "quote", "text", "said"),
    [
        ("60 working days", "is finished with a report", "It is finished with a report within 15 working days.\n",
         "is 60 working days; its quotation stops before the number, and in line 1 the text says 15 working days"),
        ("5 days", "is decided", "The appeal is decided\nwithin twenty days. Costs are paid in 5 days.\n",
         "is 5 days; its quotation stops before the number, and in line 2 the text says 20 days"),
        ("5 days", "答复申诉人", "公司答复申诉人，时限为收到之日起\n十五日内。\n",
         "is 5 days; its quotation stops before the number, and in line 2 the text says 15 days"),
    ],
)  # fmt: skip
def test_a_quotation_that_stops_before_another_number_is_a_warning(
    lint: Lint, limit: str, quote: str, text: str, said: str
) -> None:
    """Both limits and the line are named; the sentence may go on in the next line."""
    found = reasons(lint(CLOCK.format(limit=limit, source=quoted(quote)), text), "other-in-line")
    assert found == [("clocks[answer]", "warning", f"{said}: quote the number too")]


@pytest.mark.parametrize(
    ("limit", "quote", "text"),
    [
        ("15 working days", "is finished", "It is finished within 15 working days.\n"),
        ("25 days", "is finished", "It is finished within 15 days;\nin a serious matter within 25 days.\n"),
        ("1 day", "答复申诉人", "24小时内答复申诉人。\n"),
        ("9 days", "is finished", "It is finished in good time.\nCosts are paid in 5 days.\n"),
        ("25 days", "is finished", "It is finished within 15 days, in a serious matter\nwithin 25 days.\n"),
    ],
)
def test_a_limit_that_the_lines_name_or_leave_open_is_none(lint: Lint, limit: str, quote: str, text: str) -> None:
    """The same time in another unit is the same; another sentence is another rule."""
    assert reasons(lint(CLOCK.format(limit=limit, source=quoted(quote)), text), "other-in-line") == []


def test_a_word_of_the_text_leaves_the_number_to_the_office(lint: Lint) -> None:
    """Whatever else stands in the line."""
    worded = CLOCK.replace("limit =", 'word = "promptly"\nlimit =').format(limit="9 days", source=quoted("is answered"))
    text = "It is answered promptly, and filed in 5 days.\n"
    assert reasons(lint(worded, text), "other-in-line") == []


def extended(times: int, quote: str) -> str:
    """A clock that may be extended so many times."""
    row = f"extension = {{ times = {times}, source = {quoted(quote)} }}\n"
    return CLOCK.format(limit="9 days", source=quoted("is answered")) + row


@pytest.mark.parametrize(
    ("times", "quote", "text", "said"),
    [
        (3, "extended once", "", "is 3 times, and the text says once"),
        (1, "may be extended twice", "", "is once, and the text says twice"),
        (2, "可延期一次", "", "is twice, and the text says once"),
        (2, "may be extended", "It may be extended once, with reasons.\n", "is twice, and the text says once"),
        (1, "extended once", "", None),
        (2, "extended at once", "", None),
        (2, "extended once it is known", "", None),
        (2, "一次性延期", "", None),
        (2, "第一次延期", "", None),
        (2, "may be extended once or two times", "", None),
    ],
)
def test_times_other_than_the_text_says_are_a_warning(
    lint: Lint, times: int, quote: str, text: str, said: str | None
) -> None:
    """In the quotation, or where it says none in its line; a word that is no number says none."""
    found = reasons(lint(extended(times, quote), text), "other-count")
    expected = ("clocks[answer].extension.times", "warning", f"{said}: correct one of them")
    assert found == ([expected] if said else [])


@pytest.mark.parametrize(
    ("every", "quote", "text", "said"),
    [
        ("12 months", "reports every six months", "", "is every 12 months, and the text says every 6 months"),
        ("12 months", "每半年报送", "", "is every 12 months, and the text says every 6 months"),
        ("1 month", "每季度通报一次", "", "is every 1 month, and the text says every 3 months"),
        ("6 months", "reports annually", "", "is every 6 months, and the text says every 12 months"),
        (
            "12 months",
            "向总经理报告",
            "每三个月向总经理报告。\n",
            "is every 12 months, and the text says every 3 months",
        ),
        ("12 months", "每年至少报告一次", "", None),
        ("6 months", "每年至少报告一次", "", None),
        ("6 months", "每年两次报告", "", None),
        ("6 months", "twice a year", "", None),
        ("12 months", "once a year", "", None),
        ("12 months", "对每一个投诉", "", None),
        ("12 months", "定期报告", "", None),
    ],
)
def test_another_rhythm_than_the_text_says_is_a_warning(
    lint: Lint, tmp_path: Path, every: str, quote: str, text: str, said: str | None
) -> None:
    """In words of either language; at least once a year may be oftener."""
    duty = '\n[[recurring]]\nwhat = "report"\ntext = { zh = "报告", en = "Report" }\n'
    bindings = shipped_bindings("company-whistleblowing").decode()
    (tmp_path / "b.toml").write_text(f'{bindings}\n[every]\nreport = "{every}"\n', "utf-8")
    found = reasons(lint(f"{duty}source = {quoted(quote)}\n", text, "--bindings", tmp_path / "b.toml"), "other-count")
    assert found == ([("every.report", "warning", f"{said}: correct one of them")] if said else [])


def test_limits_of_the_text_that_no_rule_quotes_are_listed_once(lint: Lint) -> None:
    """With their lines; one that a quotation holds, or a rule has beside its words, is none of them."""
    text = "It is answered within 9 days.\nThe appeal is decided in 20 working days, kept for 3 years.\nIn 5 days.\n"
    ran = lint(CLOCK.format(limit="9 days", source=quoted("is answered")), text)
    assert ran.err.count("no rule quotes") == 1
    assert "limits of the text that no rule quotes: line 2: 20 working days; line 3: 5 days\n" in ran.err


STEP = """
[[clocks]]
id = "{name}"
name = {{ zh = "时限", en = "Limit" }}
start = ["{start}"]
stop = ["{stop}"]
who = "company"
limit = "{limit}"
source = {{ supplied = {{ zh = "原文未写", en = "The text does not say" }} }}
"""


@pytest.mark.parametrize(("limit", "said"), [("60 working days", True), ("59 working days", False)])
def test_a_result_promised_before_the_limits_on_the_way_to_it_is_a_warning(
    lint: Lint, tmp_path: Path, limit: str, *, said: bool
) -> None:
    """Those of the shortest way, one after the other, beside 90 days; a working day counts as seven fifths."""
    (tmp_path / "b.toml").write_bytes(shipped_bindings("company-whistleblowing"))
    way = STEP.format(name="entry", start="received", stop="registered", limit="5 working days")
    way += STEP.format(name="verdict", start="registered", stop="decided", limit=limit)
    way += STEP.format(name="later", start="decided", stop="published", limit="90 days")
    found = reasons(lint(way, "", "--bindings", tmp_path / "b.toml"), "too-soon")
    sentence = (
        "the 90 calendar days that are promised are over before the text's own limits on the way to the result, "
        "together about 91 calendar days: entry 5 working days, verdict 60 working days"
    )
    assert found == ([("promises[result]", "warning", sentence)] if said else [])
