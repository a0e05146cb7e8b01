"""`docs/policy.md` says of every key and every act what the code says today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casework.policy_check.act_reference import LETTERS, act_entries
from casework.policy_check.reference_page import policy_page
from casework.rules.acts import Act
from tests.casework.write_policy_page import PAGES

STEPS = Path(__file__).resolve().parents[2] / "templates/desk/letters/letterstep.ts"


@pytest.mark.parametrize("language", list(PAGES))
def test_the_reference_is_as_the_code_makes_it(language: str) -> None:
    """After a change of a key or an act: python -m tests.casework.write_policy_page."""
    assert PAGES[language].read_text("utf-8") == policy_page(language)


def test_no_cell_of_the_reference_that_must_say_something_is_empty() -> None:
    """Each key has a kind, a sentence and an example; each act a sentence for every column."""
    rows = [line.replace("\\|", "/").split(" | ") for line in policy_page("en").splitlines() if line.startswith("| `")]
    keys, acts = [row for row in rows if len(row) == 6 and row[2] in ("", "yes")], [row for row in rows if row[2] != ""]
    assert len(keys) > 300
    assert [row[0] for row in keys if not row[1] or not row[4] or row[5].strip() in ("", "|")] == []
    assert [row[0] for row in acts if "" in [cell.strip(" |") for cell in row] and row not in keys] == []
    assert {one.act for one in act_entries()} == set(Act)


def test_the_letters_named_are_those_by_which_the_page_does_an_act() -> None:
    """The reference names a letter for the acts that the desk's page writes as one, and for no other."""
    found = re.search(r"STEPS: .*? = \{(.*?)\};", STEPS.read_text("utf-8"))
    assert found is not None
    assert set(re.findall(r'"([a-z-]+)"', found[1])) == {act.value for act in LETTERS}
