"""Before signing, a keeper reads which version of a policy comes and that the one in force is as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from casework.deadlines.explanations import day_en
from portal.cli.errors import Exit
from portal.office import OfficeFolder
from portal.office.publishing import publish_version, supersede_version
from tests.casework.policies import NAME
from tests.portal.cli.keepers.test_shipped_policies import keys_of
from tests.portal.office.test_versions import SECOND
from tests.portal.office.test_versions import second as bound_second
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.office_accounts import settings_with_accounts
from tests.support.offices.sample_office import make_office

Yanlu = Callable[..., Ran]
SAME = "    The text and the rules of version 1 are unchanged: only the versions that its page names."


@pytest.fixture
def folder(tmp_path: Path) -> OfficeFolder:
    """A signed office."""
    return make_office(tmp_path).folder


@pytest.fixture
def yanlu(folder: OfficeFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process, with the office in its settings."""
    return partial(inside, capsys, monkeypatch, settings_with_accounts(folder))


def test_a_version_that_was_published_is_named_to_the_keepers_with_its_day(
    tmp_path: Path, folder: OfficeFolder, yanlu: Yanlu
) -> None:
    """Where they sign at the office and where they carry files; the next signing says nothing of it any more."""
    text, bindings = tmp_path / "two.toml", tmp_path / "two.bindings.toml"
    text.write_text(SECOND[0], "utf-8")
    bindings.write_text(SECOND[1].replace('"1"', '"2"', 1), "utf-8")
    day = date.today() + timedelta(days=10)
    publish = ("policy", "publish", text, "--bindings", bindings, "--confirm", "unbound", "--from", day.isoformat())
    assert yanlu(*publish).code == Exit.DONE
    added = f"    Version 2, from {day_en(day)}, is added."
    written = yanlu("office", "to-sign", "--out", tmp_path / "paper")
    signed = yanlu("office", "sign", *keys_of(folder), "--yes")
    for ran in (written, signed):
        assert ran.code == Exit.DONE, ran.err
        lines = ran.err.splitlines()
        entry = lines.index(f"~ Policy: {NAME}")
        assert lines[entry + 1 : entry + 3] == [added, SAME]
        assert lines[entry + 3].startswith("    Fingerprint of the text: ")
    assert "is added" not in yanlu("office", "sign", *keys_of(folder), "--yes").err


def test_a_keeper_off_line_reads_from_the_texts_what_comes(
    tmp_path: Path, folder: OfficeFolder, yanlu: Yanlu, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which version, from which day, what it rules otherwise and who came into a role; only under the signed hash."""
    text, bindings = tmp_path / "two.toml", tmp_path / "two.bindings.toml"
    text.write_text(SECOND[0].replace("投诉举报调查", "投诉举报核查"), "utf-8")
    bindings.write_text(SECOND[1].replace('"1"', '"2"', 1).replace("result = ", "result = 1"), "utf-8")
    day = date.today() + timedelta(days=10)
    publish = ("policy", "publish", text, "--bindings", bindings, "--confirm", "unbound", "--from", day.isoformat())
    assert yanlu(*publish).code == Exit.DONE
    before = tmp_path / "before.note"
    before.write_text(folder.directory() or "", "utf-8")
    paper, texts = tmp_path / "paper", tmp_path / "paper.policies"
    assert "paper.policies" in yanlu("office", "to-sign", "--out", paper).err
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    sign = ("office", "keeper-sign", paper, *keys_of(folder)[:2], "--before", before, "--out", "out.note", "--yes")
    ran = yanlu(*sign)
    assert ran.code == Exit.DONE, ran.err
    lines = ran.err.splitlines()
    entry = lines.index(f"~ Policy: {NAME}")
    assert lines[entry + 1 : entry + 3] == [
        f"    Version 2, from {day_en(day)}, is added.", "    Against version 1, version 2 rules:",
    ]  # fmt: skip
    assert any(line.startswith("      +") and "result" in line for line in lines[entry:])
    assert SAME in lines
    # A page of another version, under no hash of the directory, tells nothing.
    carried = json.loads(texts.read_text("utf-8"))
    for fewer in ([], ["e30"], carried["texts"][1:]):
        texts.write_text(json.dumps({"v": 1, "texts": fewer}), "utf-8")
        ran = yanlu(*sign)
        assert (ran.code, "is added" in ran.err) == (Exit.DONE, False)
        assert "What changes of this policy is not here: have the office send paper.policies" in ran.err
    texts.write_text("[]", "utf-8")
    assert yanlu(*sign).code != Exit.DONE
    given = tmp_path / "given"
    given.write_text(json.dumps(carried), "utf-8")
    assert "Version 2, from" in yanlu(*sign, "--policies", given).err


def test_a_keeper_off_line_reads_that_an_old_version_comes_back(
    tmp_path: Path, folder: OfficeFolder, yanlu: Yanlu
) -> None:
    """Another version in force is named, with what it rules otherwise, though the page named it before."""
    publish_version(folder, bound_second(("受理", "收件")), date.today() - timedelta(days=1))
    assert yanlu("office", "sign", *keys_of(folder), "--yes").code == Exit.DONE
    supersede_version(folder, NAME, "1", date.today())
    before, paper = tmp_path / "before.note", tmp_path / "paper"
    before.write_text(folder.directory() or "", "utf-8")
    assert yanlu("office", "to-sign", "--out", paper).code == Exit.DONE
    more = ("--before", before, "--out", tmp_path / "out", "--yes")
    ran = yanlu("office", "keeper-sign", paper, *keys_of(folder)[:2], *more)
    assert ran.code == Exit.DONE, ran.err
    lines = ran.err.splitlines()
    entry = lines.index(f"~ Policy: {NAME}")
    assert lines[entry + 1 : entry + 3] == [
        "    Version 1 takes the place of version 2.", "    Against version 2, version 1 rules:",
    ]  # fmt: skip
    assert any(line.startswith("      +") for line in lines[entry + 3 :])
