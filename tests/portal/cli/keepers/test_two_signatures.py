"""`yanlu policy lint` says where two signatures that the text asks of two roles can be one person's."""

from __future__ import annotations

import json
import re
from functools import partial
from importlib import resources
from pathlib import Path

import pytest

from casework.policy.reader import shipped_bindings
from portal.cli.errors import Exit
from portal.settings import read_settings
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.sample_office import make_office

SIGNED_TWICE = "customer-callback-workorder"
"""It keeps the two apart; without that line they are one person's wherever the bindings make them so."""


def without_apart(folder: Path) -> Path:
    """The policy, in which nothing keeps the two signatures apart."""
    text = (resources.files("casework") / "policies" / f"{SIGNED_TWICE}.toml").read_text("utf-8")
    assert text.count('apart = ["signed"]\n') == 1
    path = folder / f"{SIGNED_TWICE}.toml"
    path.write_text(text.replace('apart = ["signed"]\n', ""), "utf-8")
    return path


@pytest.mark.parametrize(
    ("managers", "directors", "people"),
    [
        ('["lead-a", "lead-b"]', '["lead-a", "lead-b"]', "lead-a and lead-b hold"),
        ('["lead-a", "hr-a"]', '["lead-a", "lead-b"]', "lead-a holds"),
        ('["hr-a", "hr-b"]', '["lead-a", "lead-b"]', None),
    ],
)
def test_one_person_who_can_give_both_signatures_is_a_warning(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    managers: str,
    directors: str,
    people: str | None,
) -> None:
    """P15: the customer service manager signs, then the general manager."""
    held = f"[holders]\nservice-manager = {managers}\ngeneral-manager = {directors}\n"
    bindings = tmp_path / "b.toml"
    bindings.write_text(f"{shipped_bindings(SIGNED_TWICE).decode()}\n{held}", "utf-8")
    run = partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))
    ran = run("policy", "lint", without_apart(tmp_path), "--bindings", bindings, "--json")
    found = [
        (row["key"], row["level"], row["reason"])
        for row in json.loads(ran.out)["findings"]
        if row["fault"] == "one-hand"
    ]
    sentence = (
        f"one person can give both signatures: {people} both service-manager and general-manager, "
        "and no `apart` keeps them apart"
    )
    assert found == ([("stages[review].acts[signed]", "warning", sentence)] if people else [])


def test_publishing_says_it_before_it_asks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where something is left to confirm, and where the version is published."""
    folder = make_office(tmp_path).folder
    settings = read_settings({"YANLU_DATA": str(tmp_path), "YANLU_OFFICE": str(folder.path)})
    run = partial(inside, capsys, monkeypatch, settings)
    people = '["investigator-a", "investigator-b"]'
    bindings = tmp_path / "b.toml"
    held = f"[holders]\nservice-manager = {people}\ngeneral-manager = {people}\n"
    bindings.write_text(f"{shipped_bindings(SIGNED_TWICE).decode()}\n{held}", "utf-8")
    asked = run("policy", "publish", without_apart(tmp_path), "--bindings", bindings)
    assert asked.code == Exit.REFUSED
    before, _, after = asked.err.partition("nobody is bound to")
    assert "one person can give both signatures: investigator-a and investigator-b hold both" in before
    assert re.search(r"The linter has \d+ warnings: they keep nothing from being published\.", before)
    assert "Not confirmed" in after
    published = run("policy", "publish", without_apart(tmp_path), "--bindings", bindings, "--confirm", "unbound")
    assert (published.code, "one person can give both signatures" in published.err) == (Exit.DONE, True)
