"""`yanlu policy keys` and `acts`: what may stand in a policy file, held against what the linter takes and refuses."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from portal.cli.errors import Exit
from portal.settings import read_settings
from tests.casework.policies import NAME
from tests.support.commands import yanlu_process
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

Yanlu = Callable[..., Ran]
SHIPPED = Path(__file__).resolve().parents[4] / "casework"
RICH = (
    "company-retaliation", "company-whistleblowing", "customer-callback-workorder",
    "employee-complaint-resolution-sla", "cn-samr-report", "eu-wb-internal",
)  # fmt: skip
HEADER = re.compile(r"^(\[{1,2}[a-z_.]+\]{1,2})$", re.MULTILINE)
INDEX = re.compile(r"\[[^\]]*\]")


@pytest.fixture
def yanlu(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process; no policy command touches a store."""
    return partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))


def listed(yanlu: Yanlu, file: str) -> dict[str, dict[str, object]]:
    """The keys of one of the two files, by their path."""
    rows = json.loads(yanlu("policy", "keys", "--json").out)["keys"]
    return {row["key"]: row for row in rows if row["file"] == file}


def children(keys: dict[str, dict[str, object]], table: str) -> set[str]:
    """The keys that stand right in a table."""
    return {key.rpartition(".")[2] for key in keys if key.rpartition(".")[0] == table and not key.isupper()}


def known_to_the_linter(yanlu: Yanlu, file: Path) -> dict[str, set[str]]:
    """By table, what the linter names as known where something else stands in it."""
    findings = json.loads(yanlu("policy", "lint", file, "--json").out)["findings"]
    refused = [one for one in findings if "; known: " in one["reason"]]
    return {INDEX.sub("", one["key"]).rpartition(".")[0]: set(one["reason"].partition("; known: ")[2].split(", "))
            for one in refused}  # fmt: skip


@pytest.mark.parametrize("name", RICH)
def test_the_keys_listed_are_those_that_the_linter_knows(tmp_path: Path, yanlu: Yanlu, name: str) -> None:
    """In every table of a shipped file an unknown key is refused with just the keys that the list has there."""
    text = (SHIPPED / "policies" / f"{name}.toml").read_text("utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("zzz = 1\n" + HEADER.sub(r"\1\nzzz = 1", text), "utf-8")
    known, keys = known_to_the_linter(yanlu, wrong), listed(yanlu, "policy")
    assert len(known) > 8
    for table, names in known.items():
        # A source that has a line has no law, and the other way round.
        listed_here = children(keys, "source") & names if table.endswith(".source") else children(keys, table)
        assert names == listed_here, table


def test_the_keys_marked_as_needed_are_those_that_are_missed(tmp_path: Path, yanlu: Yanlu) -> None:
    """Of a file with an empty row of each table the linter misses what the list calls needed, and nothing else."""
    keys = listed(yanlu, "policy")
    tables = [one["example"] for one in shown(yanlu, keys) if str(one["example"]).startswith("[")]
    empty = tmp_path / "empty.toml"
    empty.write_text('language = "zh"\n' + "".join(f"{one}\n" for one in tables), "utf-8")
    findings = json.loads(yanlu("policy", "lint", empty, "--json").out)["findings"]
    missed = {INDEX.sub("", one["key"]) for one in findings if one["reason"] == "is missing"}
    assert len(missed) > 80
    assert {key for key in missed if not keys[key]["needed"]} == set()
    page = ("readers", "promises", "categories", "account", "questions")
    needed = {key for key, row in keys.items() if row["needed"] and not key.startswith(page)}
    assert needed - {"language"} == {key for key in missed if not key.startswith(page)}


def shown(yanlu: Yanlu, keys: dict[str, dict[str, object]]) -> list[dict[str, object]]:
    """Every top-level key with those under it, as `policy keys KEY` gives them."""
    tops = [key for key in keys if "." not in key]
    rows = [json.loads(yanlu("policy", "keys", key, "--json").out)["keys"] for key in tops]
    return [row for some in rows for row in cast("list[dict[str, object]]", some) if row["file"] == "policy"]


@pytest.mark.parametrize(("table", "at"), [("", "zzz = 1\n"), ("adoption", "[adoption]\nzzz = 1\n")])
def test_the_keys_of_bindings_are_those_that_are_read(tmp_path: Path, yanlu: Yanlu, table: str, at: str) -> None:
    """An unknown key of a bindings file is refused with the keys that the list has."""
    bindings = tmp_path / "bindings.toml"
    # Without the tables that a binding leaves out, every key is asked for.
    before, behind = ("", at) if table else (at, "")
    bindings.write_text(f'policy = "{NAME}"\nversion = "1"\n{before}[days]\n{behind}', "utf-8")
    said = yanlu("policy", "show", NAME, "--bindings", bindings).err
    known = set(said.partition("; known: ")[2].strip().rstrip(".").split(", "))
    assert known == children(listed(yanlu, "bindings"), table)


def test_one_key_is_shown_with_its_example_and_in_both_languages(yanlu: Yanlu) -> None:
    """A key by its path or its last part; one that is none is told with what is near."""
    en = yanlu("policy", "keys", "stages.acts.by").out
    assert "stages.acts.by  (list: id of a role)" in en
    assert 'by = ["hr"]' in en
    assert "Policy file:" in en
    assert (
        "可以办的角色，不限于 `actors`" in yanlu_process.yanlu("--lang", "zh", "policy", "keys", "stages.acts.by").out
    )
    limit = json.loads(yanlu("policy", "keys", "last_day", "--json").out)["keys"]
    found = [(row["key"], row["kind"], row["default"]) for row in limit]
    assert found == [("clocks.last_day", "moves | stands", "moves")]
    far = yanlu("policy", "keys", "evry")
    assert (far.code, "Near it: every" in far.err) == (Exit.NOTHING_THERE, True)


def test_every_example_is_toml_of_its_own_key(yanlu: Yanlu) -> None:
    """What stands beside a key can be copied into a file, and sets that key."""
    rows = shown(yanlu, listed(yanlu, "policy"))
    assert len(rows) > 300
    for row in rows:
        key, example = str(row["key"]).rpartition(".")[2], str(row["example"]).replace("{ … }", "{}")
        assert key in tomllib.loads(example.replace(f"{row['key']}]", f"{key}]")), row


def test_an_act_says_who_may_do_it_what_the_reporter_gets_and_what_it_asks(yanlu: Yanlu) -> None:
    """An extension asks for its clock and the new day, a decision for its outcome; a wrong name is told."""
    said = yanlu("policy", "acts", "extended").out
    for words in ("`--code clock=`", "`--code until=`", "a reason", "A sealed notice", "the actors of the stage"):
        assert words in said
    rows = {row["act"]: row for row in json.loads(yanlu("policy", "acts", "--json").out)["acts"]}
    assert "`--outcome` (sealed)" in rows["decided"]["asks"]
    assert rows["appealed"]["who"].startswith("The reporter")
    assert rows["released"]["who"].endswith("not the one who asked")
    assert rows["noted"]["reporter"] == "Nothing"
    far = yanlu("policy", "acts", "extend")
    assert (far.code, "Near it: extended" in far.err) == (Exit.NOTHING_THERE, True)
    zh = yanlu_process.yanlu("--lang", "zh", "policy", "acts", "decided").out
    assert "结论 `--outcome`（加密）" in zh
