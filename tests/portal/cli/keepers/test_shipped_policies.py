"""A policy that ships, put in force by an office with bindings of its own, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from casework.policy.document import read_rules
from casework.policy.reader import shipped_bindings
from portal.cli.errors import Exit
from portal.office import OfficeFolder
from portal.office.versions import latest
from portal.settings import read_settings
from tests.support.command import Ran
from tests.support.inside import inside
from tests.support.office import make_office

Yanlu = Callable[..., Ran]
OWNERS = "property-owner-complaint"
HOLDER = "investigator-a"


@pytest.fixture
def folder(tmp_path: Path) -> OfficeFolder:
    """A signed office."""
    return make_office(tmp_path).folder


@pytest.fixture
def yanlu(folder: OfficeFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process, with the office in its settings."""
    settings = read_settings({"YANLU_DATA": str(folder.path.parent), "YANLU_OFFICE": str(folder.path)})
    return partial(inside, capsys, monkeypatch, settings)


def own_bindings(file: Path) -> Path:
    """Bindings with another number than the ones that ship."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(shipped_bindings(OWNERS).decode().replace("result = 15", "result = 9"), "utf-8")
    return file


def published_days(folder: OfficeFolder) -> dict[str, int | None]:
    """What version 1 promises as it was published, in days."""
    rules = folder.rules(latest(folder.versions(), OWNERS)["1"].rules)
    assert rules is not None
    return {one.id: one.days for one in read_rules(rules).promises}


def test_a_shipped_policy_is_published_with_the_bindings_given(
    tmp_path: Path, folder: OfficeFolder, yanlu: Yanlu
) -> None:
    """The numbers given hold, not those that ship, also before those in the office; a file outside is said to be."""
    own_bindings(folder.own_texts / f"{OWNERS}.bindings.toml").write_text("policy = ", "utf-8")
    given = own_bindings(tmp_path / "mine.toml")
    ran = yanlu("policy", "publish", OWNERS, "--bindings", given)
    assert ran.code == Exit.DONE, ran.err
    assert published_days(folder)["result"] == 9
    assert f"put {given} into the office as {folder.own_texts / OWNERS}.bindings.toml" in ran.err
    own_bindings(folder.own_texts / f"{OWNERS}.bindings.toml")
    again = yanlu("policy", "publish", OWNERS, "--bindings", given)
    assert (again.code, "into the office" in again.err) == (Exit.DONE, False)
