"""`policy show`, `policy diff` and `office show` name everything that binds: a change of it is a difference."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from crypto import b64encode
from portal.cli.errors import Exit
from portal.cli.terminal import today
from portal.settings import read_settings
from tests.casework.policies import NAME
from tests.casework.test_policy_readme import blocks
from tests.support.commands import yanlu_process
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.sample_office import make_office

Yanlu = Callable[..., Ran]
WINDOW = 'limit = "5 working days"\nrestarts = true'
PRICES = '{ id = "prices", name = { zh = "价格", en = "Prices" }, source = { line = 2, quote = "投诉食堂" } }'
EXTENSION = '{ cap = "3 working days", times = 2, approved_by = "leadership", source = { line = 7, quote = "申诉" } }'
IN_THE_TEXT = {
    "category": (
        'categories = [{ id = "other"',
        f'categories = [{PRICES}, {{ id = "other"',
        "+  Prices [prices]",
    ),
    "apart": ('apart = ["decided"]', 'apart = ["accepted"]', "[not by who did accept]"),
    "most": ("most = 1\nto", "most = 2\nto", "[at most 2]"),
    "written": ("written = true\n", "", "-     · inform of the outcome [in writing]"),
    "every": ('act = "decided" ', 'act = "decided"\nby = ["hr", "leadership"]\nevery = true # ', "[each role]"),
    "extension": (
        WINDOW,
        f"extension = {EXTENSION}\n{WINDOW}",
        "may be extended by at most 3 working days, 2 times, approved by Leadership",
    ),
    "restarts": ("restarts = true", "restarts = false", "; begins again each time"),
    "role": ('kind = "leadership"', 'kind = "oversight"', "+  Leadership [leadership, oversight]"),
}
IN_THE_BINDINGS = {
    "holders": ('hr = ["li-wei", "chen-jie"]', 'hr = ["li-wei", "wu-di"]', "+  HR [hr, department]: li-wei, wu-di"),
    "retention": ("retention_months = 36", "retention_months = 60", "+  60 months"),
    "effective": ("effective = 2026-01-01", "effective = 2026-02-01", "+  in force from 2026-02-01"),
    "days": ("result = 30", "result = 45", "[result]: 45 days"),
    "adoption": ("工会意见函", "工会复函", "+  adopted: union_heard, 2025-11-10, 工会复函"),
}


@pytest.fixture
def yanlu(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process; no policy command touches a store."""
    return partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))


def written(folder: Path, text: str, bindings: str) -> tuple[Path, Path]:
    """Both files of the documentation's policy."""
    folder.mkdir()
    files = folder / "canteen.toml", folder / "canteen.bindings.toml"
    for file, content in zip(files, (text, bindings), strict=True):
        file.write_text(content, "utf-8")
    return files


@pytest.mark.parametrize("what", [*IN_THE_TEXT, *IN_THE_BINDINGS])
def test_a_change_of_anything_that_binds_is_a_difference(tmp_path: Path, yanlu: Yanlu, what: str) -> None:
    """In the text or in the bindings; without a change there is no difference."""
    text, bindings = blocks("README.md")
    before, after, shown = (IN_THE_TEXT | IN_THE_BINDINGS)[what]
    assert before in (text if what in IN_THE_TEXT else bindings)
    old = written(tmp_path / "old", text, bindings)
    changed = (
        (text.replace(before, after), bindings) if what in IN_THE_TEXT else (text, bindings.replace(before, after))
    )
    new = written(tmp_path / "new", *changed)
    same = yanlu("policy", "diff", old[0], old[0], "--old-bindings", old[1], "--bindings", old[1])
    assert (same.code, same.out.strip()) == (Exit.DONE, "")
    ran = yanlu("policy", "diff", old[0], new[0], "--old-bindings", old[1], "--bindings", new[1])
    assert ran.code == Exit.DONE, ran.err
    assert shown in ran.out


def test_who_holds_a_role_is_shown_and_that_nobody_is_named_too(tmp_path: Path, yanlu: Yanlu) -> None:
    """With bindings the members, without them all who hold the reports; in Chinese as well."""
    text, bindings = written(tmp_path / "policy", *blocks("README.md"))
    bound = yanlu("policy", "show", text, "--bindings", bindings).out
    assert "  Leadership [leadership, leadership]: wang-lei, zhao-min" in bound
    assert "nobody named" not in bound
    assert "  HR [hr, department]: nobody named: all who hold the reports" in yanlu("policy", "show", text).out
    zh = yanlu_process.yanlu("--lang", "zh", "policy", "show", text, "--bindings", bindings).out
    assert "角色与担任人" in zh
    assert "[不得由办理过作出处理决定的人办理]" in zh


def test_an_act_of_every_stage_is_shown_and_a_change_of_who_may_do_it_is_a_difference(
    tmp_path: Path, yanlu: Yanlu
) -> None:
    """One act more, another role for it, and one of the common rules switched off: three differences."""
    text, bindings = blocks("README.md")
    source = 'source = { line = 7, quote = "申诉" }'
    act = f'\n[[anywhere]]\nact = "overseen"\nby = ["leadership"]\nneeds = ["accepted"]\n{source}\n'
    first_table = text.index("\n[")
    without = text[:first_table] + '\nwithout = ["merged", "separated"]' + text[first_table:]
    texts = {"old": text, "more": text + act, "other": text + act.replace("leadership", "hr"), "without": without}
    files = {name: written(tmp_path / name, one, bindings)[0] for name, one in texts.items()}
    own = "  · oversee (Leadership) ⇐ accept"
    shown = yanlu("policy", "show", files["more"]).out
    assert "In every stage (by who acts in the stage, where no role is named)\n  · " in shown
    assert own in shown, shown
    assert "  · By the common rules: taken, " in shown
    assert f"+{own}" in yanlu("policy", "diff", files["old"], files["more"]).out
    assert f"-{own}" in yanlu("policy", "diff", files["more"], files["other"]).out
    assert "-  · By the common rules: " in yanlu("policy", "diff", files["old"], files["without"]).out
    p15 = yanlu_process.yanlu("--lang", "zh", "policy", "show", "P15").out
    assert "各阶段均可" in p15
    assert "  · 上报领导 (回访专员)" in p15


def test_a_policy_of_the_office_is_found_by_its_name(tmp_path: Path, yanlu: Yanlu) -> None:
    """As `policy publish` finds it: shown, linted and simulated without the path of its file."""
    text, bindings = blocks("README.md")
    assert yanlu("policy", "show", "canteen").code == Exit.NOTHING_THERE
    texts = read_settings({"YANLU_DATA": str(tmp_path)}).office / "texts"
    texts.parent.mkdir(parents=True, exist_ok=True)
    written(texts, text, bindings)
    bound = ("--bindings", texts / "canteen.bindings.toml")
    assert "Canteen complaints" in yanlu("policy", "show", "canteen").out
    for command_line in (("lint", "canteen", *bound), ("simulate", "canteen", *bound), ("draw", "canteen", *bound)):
        ran = yanlu("policy", *command_line)
        assert ran.code == Exit.DONE, ran.err


def test_the_office_shows_the_version_and_the_hash_of_each_policy(tmp_path: Path, yanlu: Yanlu) -> None:
    """Those that the signed directory names."""
    folder = make_office(tmp_path).folder
    (named,) = [one for one in folder.verified(today()).content.policies if one.id == NAME]
    said = f"Policy {NAME}, version {named.version}, at {', '.join(named.entities)}; hash {b64encode(named.hash)}"
    assert said in yanlu("office", "show", folder.path).out
    (row,) = yanlu("office", "show", folder.path, "--json").document["policies"]
    assert (row["id"], row["version"], row["hash"]) == (NAME, named.version, b64encode(named.hash))
