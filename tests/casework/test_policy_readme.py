"""The worked example in the README is a policy that holds, the same in both languages."""

from __future__ import annotations

import re

from casework.policy.binding import bind_policy
from casework.policy.reader import read_policy
from casework.policy_check.findings import Fault
from casework.policy_check.lint import hindrances, lint
from casework.rules.acts import Act
from tests.casework.policies import ROOT, follow


def blocks(name: str) -> list[str]:
    """The policy and the bindings that a page shows: its last two TOML blocks."""
    page = (ROOT / "casework" / name).read_text("utf-8")
    return re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)[-2:]


def test_the_worked_example_reads_binds_lints_and_runs() -> None:
    """What the README shows has no fault and no warning once bound, and a case runs under it through an appeal."""
    text, bindings = blocks("README.md")
    policy = bind_policy(read_policy(text.encode(), "canteen.toml"), bindings.encode(), "bindings.toml")
    assert lint(policy, "canteen.toml") == hindrances(policy, "canteen.toml") == ()
    told = (Act.NOTIFIED, Act.NOTICE_RECEIVED)
    way = (Act.ACCEPTED, Act.DECIDED, *told, Act.APPEALED, Act.APPEAL_DECIDED, *told, Act.ARCHIVED)
    assert follow(policy, *way).stage == "archived"


def test_a_case_that_waits_for_a_window_which_an_appeal_has_stopped_is_a_trap() -> None:
    """Once the appeal came in time its window never runs out: without a new start the case could not end."""
    text, bindings = blocks("README.md")
    once = re.sub(r"restarts = true.*\n", "", text)
    assert once != text
    policy = bind_policy(read_policy(once.encode(), "canteen.toml"), bindings.encode(), "bindings.toml")
    assert [(one.key, one.fault) for one in lint(policy, "canteen.toml")] == [("stages[review]", Fault.TRAP)]


def test_both_languages_show_the_same_example() -> None:
    """Neither page falls behind the other."""
    assert blocks("README.md") == blocks("README.zh-CN.md")


def test_the_table_of_contradictions_names_its_forty_tests() -> None:
    """Each row names a test that there is, and each of those tests has its row, in both languages."""
    files = (ROOT / f"tests/casework/test_contradictions_{part}.py" for part in ("time", "rules"))
    tests = "".join(file.read_text("utf-8") for file in files)
    there = re.findall(r"^def (test_\d\d_\w+)", tests, flags=re.MULTILINE)
    assert len(there) == 40
    for name in ("README.md", "README.zh-CN.md"):
        page = (ROOT / "casework" / name).read_text("utf-8")
        assert re.findall(r"^\| \d+ \|.*`(test_\d\d_\w+)` \|$", page, flags=re.MULTILINE) == there
