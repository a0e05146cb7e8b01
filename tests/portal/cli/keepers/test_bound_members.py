"""A role is bound to members who are there: `policy lint`, `office check` and `policy publish` name anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from casework.policy.reader import shipped_bindings
from portal.cli.errors import Exit
from portal.office import OfficeFolder, members_of, read_keeper, sign_directory
from portal.settings import read_settings
from tests.casework.policies import NAME
from tests.casework.test_policy_readme import blocks
from tests.support.commands import yanlu_process
from tests.support.commands.confirm_options import CONFIRMED
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.sample_office import make_office

Yanlu = Callable[..., Ran]
ROLE = "dedicated-person"
ALL = ("investigator-a", "investigator-b")


@dataclass(frozen=True)
class Founded:
    """An office with its command line and the options that name enough keepers' keys."""

    folder: OfficeFolder
    yanlu: Yanlu
    keys: list[str]


@pytest.fixture
def folder(tmp_path: Path) -> OfficeFolder:
    """A signed office."""
    return make_office(tmp_path).folder


@pytest.fixture
def yanlu(folder: OfficeFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process, with the office in its settings."""
    settings = read_settings({"YANLU_DATA": str(folder.path.parent), "YANLU_OFFICE": str(folder.path)})
    return partial(inside, capsys, monkeypatch, settings)


def bind(folder: OfficeFolder, *members: str) -> Path:
    """Binds the role in the bindings that the office keeps."""
    folder.own_texts.mkdir(exist_ok=True)
    file = folder.own_texts / f"{NAME}.bindings.toml"
    file.write_text(f"{shipped_bindings(NAME).decode()}\n[holders]\n{ROLE} = {json.dumps(members)}\n", "utf-8")
    return file


def said(ran: Ran) -> list[str]:
    """The reasons of the linter's errors of this kind."""
    return [row["reason"] for row in json.loads(ran.out)["findings"] if row["fault"] == "member"]


def test_the_linter_names_a_member_who_does_not_exist_and_the_nearest_who_does(
    folder: OfficeFolder, yanlu: Yanlu
) -> None:
    """By the office of the settings, by the folder given, and by an office.toml before there is an office."""
    bindings = bind(folder, *ALL, "investigater-b")
    for office in ((), ("--office", folder.path), ("--office", folder.path / "office.toml")):
        ran = yanlu("policy", "lint", NAME, "--bindings", bindings, "--json", *office)
        assert ran.code == Exit.REFUSED
        (reason,) = said(ran)
        assert "dedicated-person is bound to investigater-b, and there is no such member" in reason
        assert "Nearest: investigator-b." in reason
        assert "Not ready: 1 fault." in ran.err
    assert yanlu("policy", "lint", NAME, "--bindings", bind(folder, *ALL)).code == Exit.DONE
    settings = ("policy", "lint", NAME, "--bindings", str(bind(folder, "nobody-x")), "--office", str(folder.path))
    assert "没有这个成员" in yanlu_process.yanlu("--lang", "zh", *settings).out


def test_the_check_and_the_publishing_of_a_version_refuse_such_a_member(folder: OfficeFolder, yanlu: Yanlu) -> None:
    """Both with the same sentence; nothing is published."""
    bind(folder, *ALL, "nobody-x")
    checked = yanlu("office", "check")
    assert (checked.code, "nobody-x, and there is no such member" in checked.out) == (Exit.FAILED, True)
    versions = folder.versions()
    published = yanlu("policy", "publish", NAME)
    assert (published.code, "nobody-x, and there is no such member" in published.err) == (Exit.FAILED, True)
    assert folder.versions() == versions


def test_a_member_who_has_left_is_no_member(folder: OfficeFolder, yanlu: Yanlu) -> None:
    """Whose time in the directory is over may stand in office.toml as before: no role can be bound to them."""
    bindings = bind(folder, *ALL)
    assert yanlu("policy", "lint", NAME, "--bindings", bindings).code == Exit.DONE
    keepers = [read_keeper(one, folder.root().office) for one in sorted((folder.path / "keepers").glob("*.key"))]
    left = [one for one in members_of(folder.directory() or "") if one.id != "investigator-a"]
    sign_directory(folder, left, keepers, date.today() + timedelta(days=1))
    (reason,) = said(yanlu("policy", "lint", NAME, "--bindings", bindings, "--json"))
    assert "investigator-a, who is a member no longer" in reason
    assert "who is a member no longer" in yanlu("office", "check").out


def test_the_check_says_which_roles_nobody_holds_and_which_one_holds_alone(folder: OfficeFolder, yanlu: Yanlu) -> None:
    """A role without members is a note: all act in it; one held alone makes the check fail."""
    before = yanlu("office", "check", "--confirm", "keepers").out
    assert f"{NAME}: nobody is bound to" in before
    assert "is held by" not in before
    bind(folder, "investigator-a")
    checked = yanlu("office", "check")
    assert f"{NAME}: {ROLE} is held by investigator-a alone" in checked.out
    assert f"{ROLE}," not in checked.out
    assert checked.code == Exit.FAILED


WAGES = "company-wage-arrears"


@pytest.mark.parametrize(
    ("human_resources", "rows"),
    [(["registrar-a", "investigator-b"], set[str]()), (["registrar-a", "approver-a"], {f"ireland/{WAGES}/*"})],
)
def test_the_check_warns_of_an_online_channel_whose_role_reads_nothing(
    folder: OfficeFolder, yanlu: Yanlu, human_resources: list[str], rows: set[str]
) -> None:
    """The platform leads to human resources; the union beside it may act, so nothing else is said of the row."""
    config = folder.path / "office.toml"
    config.write_text(config.read_text("utf-8").replace(NAME, WAGES), "utf-8")
    folder.own_texts.mkdir(exist_ok=True)
    union = ["investigator-b", "investigator-c", "investigator-a"]
    held = f"\n[holders]\nhuman-resources = {json.dumps(human_resources)}\nunion = {json.dumps(union)}\n"
    (folder.own_texts / f"{WAGES}.bindings.toml").write_bytes(shipped_bindings(WAGES) + held.encode())
    ran = yanlu("office", "check")
    said = "the online channel platform are for human-resources, and nobody who is bound to one of these roles is in"
    found = [line for line in ran.out.splitlines() if said in line]
    assert {row for row in (f"group/{WAGES}/*", f"ireland/{WAGES}/*") if any(row in line for line in found)} == rows
    assert "has to act in the first stage" not in ran.out
    assert all("Name one of registrar-a, approver-a there." in line for line in found)


def canteen(tmp_path: Path, hr: tuple[str, ...], leadership: tuple[str, ...]) -> tuple[Path, Path]:
    """The policy of the documentation, whose appeals are decided apart from the first decision, and its bindings."""
    policy, bindings = tmp_path / "canteen.toml", tmp_path / "canteen.bindings.toml"
    written, text = blocks("README.md")
    policy.write_text(written, "utf-8")
    old = ('hr = ["li-wei", "chen-jie"]', 'leadership = ["wang-lei", "zhao-min"]')
    new = (f"hr = {json.dumps(hr)}", f"leadership = {json.dumps(leadership)}")
    for before, after in zip(old, new, strict=True):
        assert before in text
        text = text.replace(before, after)
    bindings.write_text(text, "utf-8")
    return policy, bindings


@pytest.mark.parametrize(
    ("hr", "leadership", "faults"),
    [
        (("a", "b"), ("c", "d"), set[str]()),
        (("a", "b"), ("b", "d"), {"joined"}),
        (("a",), ("a",), {"one-holder", "same-person"}),
    ],
)
def test_roles_that_the_text_keeps_apart_are_not_joined_in_silence(
    tmp_path: Path, yanlu: Yanlu, hr: tuple[str, ...], leadership: tuple[str, ...], faults: set[str]
) -> None:
    """A member who holds both is a warning with the name; one person in both can never do the second act."""
    policy, bindings = canteen(tmp_path, hr, leadership)
    ran = yanlu("policy", "lint", policy, "--bindings", bindings, "--activate", "--json")
    found = {row["fault"]: row["reason"] for row in json.loads(ran.out)["findings"]}
    assert {"joined", "one-holder", "same-person"} & set(found) == faults
    assert "joined" not in faults or found["joined"].startswith("b holds both leadership and hr, which the text keeps")
    assert "same-person" not in faults or "and a alone holds leadership and hr" in found["same-person"]


@pytest.fixture
def founded(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Founded:
    """An office that was founded by the command, so that its keepers' keys are there and nobody has enrolled."""
    folder = OfficeFolder(tmp_path / "founded")
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data"), "YANLU_OFFICE": str(folder.path)})
    run = partial(inside, capsys, monkeypatch, settings)
    config = tmp_path / "office.toml"
    config.write_text(run("office", "init", "--sample", "--json").document["sample"], "utf-8")
    assert run("office", "init", folder.path, "--config", config, *CONFIRMED).code == Exit.DONE
    keys = sorted((folder.path / "keepers").glob("*.key"))[:2]
    return Founded(folder, run, [part for key in keys for part in ("--keeper", str(key))])


def test_a_directory_that_is_signed_later_says_whom_a_role_is_bound_to_in_vain(founded: Founded) -> None:
    """By a changed office.toml, and where the keepers sign elsewhere too; what changed bindings name is refused."""
    sign = ("office", "sign", *founded.keys, "--yes")
    quiet = founded.yanlu(*sign)
    assert (quiet.code, "is bound to" in quiet.err) == (Exit.DONE, False)
    bind(founded.folder, *ALL, "nobody-x")
    bound = founded.yanlu(*sign, "--json")
    assert (bound.code, "nobody-x, and there is no such member" in bound.err) == (Exit.FAILED, True), bound.err
    bind(founded.folder, *ALL)
    assert "is bound to" not in founded.yanlu(*sign).err
    config = founded.folder.path / "office.toml"
    before = config.read_text("utf-8")
    without = before.replace('"investigator-a", ', "")
    assert without != before
    config.write_text(without, "utf-8")
    for command_line in (sign, ("office", "to-sign", "--out", founded.folder.path / "next")):
        ran = founded.yanlu(*command_line)
        assert ran.code == Exit.DONE, ran.err
        assert "dedicated-person is bound to investigator-a, and there is no such member" in ran.err


def test_a_text_that_was_changed_under_its_published_version_is_said_at_the_signing(founded: Founded) -> None:
    """What was published goes on holding, and who signs knows that the file is another one."""
    sign = ("office", "sign", *founded.keys, "--yes")
    file = bind(founded.folder, *ALL)
    assert "have changed since this version was published" not in founded.yanlu(*sign).err
    text = file.read_text("utf-8")
    assert "retention_months" not in text
    file.write_text(f"retention_months = 7\n{text}", "utf-8")
    ran = founded.yanlu(*sign, "--json")
    assert "have changed since this version was published" in ran.err
    assert ran.document["drifted"] == [NAME]
