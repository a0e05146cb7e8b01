"""A policy that is still a draft is published by no founding, no signing and no publishing: it is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.office import OfficeFolder, sample_config_text
from portal.settings import read_settings
from tests.support.commands import yanlu_process
from tests.support.commands.confirm_options import CONFIRMED
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

Yanlu = Callable[..., Ran]
TEXT = """Speaking up at Northgate
Anybody who works here may report a breach of the law or of this policy.
Nobody is punished for a report.
The Ethics Office is responsible for reports and confirms receipt within five working days.
Reports are made by telephone or by letter.
The outcome is told within 7 days: substantiated or not.
"""


@pytest.fixture
def folder(tmp_path: Path) -> OfficeFolder:
    """Where an office is to be."""
    return OfficeFolder(tmp_path / "office")


@pytest.fixture
def yanlu(folder: OfficeFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process, with the office in its settings."""
    settings = read_settings({"YANLU_DATA": str(folder.path.parent / "data"), "YANLU_OFFICE": str(folder.path)})
    return partial(inside, capsys, monkeypatch, settings)


@pytest.fixture
def config(tmp_path: Path, folder: OfficeFolder, yanlu: Yanlu) -> Path:
    """An office.toml for a policy that `policy new` has just begun in the office's texts."""
    text, file = tmp_path / "text.txt", tmp_path / "office.toml"
    text.write_text(TEXT, "utf-8")
    begun = yanlu("policy", "new", text, "--id", "speak-up", "--language", "en", "--out", folder.own_texts)
    assert begun.code == Exit.DONE
    file.write_text(sample_config_text().replace('"company-whistleblowing"', '"speak-up"'), "utf-8")
    return file


def finish(folder: OfficeFolder, name: str) -> None:
    """Takes every mark away, as somebody does who has looked at each."""
    file = folder.own_texts / name
    file.write_text(file.read_text("utf-8").replace("  # CHECK", ""), "utf-8")


def test_an_office_is_not_founded_on_a_draft(folder: OfficeFolder, config: Path, yanlu: Yanlu) -> None:
    """Each file is named with its first line that is marked, and nothing is made; without marks it is founded."""
    for command_line in (("office", "init", folder.path, "--config"), ("office", "check")):
        ran = yanlu(*command_line, config, *CONFIRMED)
        said = ran.out + ran.err
        assert ran.code == Exit.FAILED
        assert "speak-up.toml is still a draft" in said
        assert "speak-up.bindings.toml is still a draft" in said
        assert not folder.exists()
    finish(folder, "speak-up.toml")
    ran = yanlu("office", "init", folder.path, "--config", config, *CONFIRMED)
    assert ("speak-up.toml is still a draft" in ran.err, "speak-up.bindings.toml is still" in ran.err) == (False, True)
    zh = yanlu_process.yanlu("--lang", "zh", "policy", "publish", "speak-up", "--office", str(folder.path))
    assert "speak-up.bindings.toml 仍是草稿" in zh.err
    finish(folder, "speak-up.bindings.toml")
    ran = yanlu("office", "init", folder.path, "--config", config, *CONFIRMED)
    assert (ran.code, folder.exists()) == (Exit.DONE, True), ran.err


def test_a_draft_that_is_added_later_is_not_signed_nor_published(
    tmp_path: Path, folder: OfficeFolder, config: Path, yanlu: Yanlu
) -> None:
    """A second policy, in office.toml of an office that runs, or published by its file."""
    drafts = tmp_path / "drafts"
    shutil.copytree(folder.own_texts, drafts)
    for name in ("speak-up.toml", "speak-up.bindings.toml"):
        finish(folder, name)
    assert yanlu("office", "init", folder.path, "--config", config, *CONFIRMED).code == Exit.DONE
    for name in ("speak-up.toml", "speak-up.bindings.toml"):
        draft = (drafts / name).read_text("utf-8").replace('"speak-up"', '"second"')
        (folder.own_texts / name.replace("speak-up", "second")).write_text(draft, "utf-8")
    office = folder.path / "office.toml"
    office.write_text(office.read_text("utf-8").replace("speak-up", "second"), "utf-8")
    before = folder.versions()
    keys = [part for key in sorted((folder.path / "keepers").glob("*.key"))[:2] for part in ("--keeper", key)]
    files = (folder.own_texts / "second.toml", "--bindings", folder.own_texts / "second.bindings.toml")
    for command_line in (
        ("office", "sign", *keys, "--yes"),
        ("policy", "publish", "second"),
        ("policy", "publish", *files),
    ):
        ran = yanlu(*command_line)
        assert (ran.code, "second.toml is still a draft" in ran.err) == (Exit.FAILED, True), command_line
    assert folder.versions() == before


def test_a_mark_inside_a_text_is_no_mark(folder: OfficeFolder, config: Path, yanlu: Yanlu) -> None:
    """Only a comment at the end of a line is one."""
    for name in ("speak-up.toml", "speak-up.bindings.toml"):
        finish(folder, name)
    file = folder.own_texts / "speak-up.toml"
    text = file.read_text("utf-8")
    assert 'en = "A first answer' in text
    file.write_text(text.replace('en = "A first answer', 'en = "A first answer # CHECK', 1), "utf-8")
    assert yanlu("office", "init", folder.path, "--config", config, *CONFIRMED).code == Exit.DONE


def test_neither_founding_nor_publishing_takes_a_policy_that_the_linter_refuses(
    tmp_path: Path, folder: OfficeFolder, config: Path, yanlu: Yanlu
) -> None:
    """A file of one's own with a stage that no case reaches is named with its key and the reason."""
    for name in ("speak-up.toml", "speak-up.bindings.toml"):
        finish(folder, name)
    file = folder.own_texts / "speak-up.toml"
    text = file.read_text("utf-8")
    assert 'to = ["archived"]' in text
    file.write_text(text.replace('to = ["archived"]\n', "", 1), "utf-8")
    ran = yanlu("office", "init", folder.path, "--config", config, *CONFIRMED)
    assert (ran.code, "speak-up.toml: stages[archived]: no case ever comes into this stage" in ran.err) == (1, True)
    assert not folder.exists()
    wrong = tmp_path / "wrong.toml"
    shutil.move(file, wrong)
    file.write_text(text, "utf-8")
    assert yanlu("office", "init", folder.path, "--config", config, *CONFIRMED).code == Exit.DONE
    published = yanlu("policy", "publish", wrong, "--bindings", folder.own_texts / "speak-up.bindings.toml")
    assert (published.code, "wrong.toml: stages[archived]: no case ever" in published.err) == (Exit.FAILED, True)
