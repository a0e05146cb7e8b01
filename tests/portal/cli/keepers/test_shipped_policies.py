"""A policy that ships, put in force by an office with bindings of its own, and what is said of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from casework.policy.binding import bind_policy
from casework.policy.document import read_rules
from casework.policy.numbers import NUMBERED
from casework.policy.reader import shipped_bindings, shipped_policies, shipped_policy
from portal.cli.errors import Exit
from portal.cli.terminal import today
from portal.office import OfficeFolder, sample_config_text
from portal.office.sample_check import TOPICS
from portal.office.versions import latest
from tests.support.commands.confirm_options import CONFIRMED, CONFIRMED_POLICIES
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.office_accounts import settings_with_accounts
from tests.support.offices.sample_office import make_office

Yanlu = Callable[..., Ran]
ROOT = Path(__file__).resolve().parents[4]
OWNERS = "property-owner-complaint"
DEEP = re.MULTILINE | re.DOTALL
PLANNED = "employee-complaint-resolution"
"""Its leadership approves a plan that somebody else has drafted."""


@pytest.fixture
def folder(tmp_path: Path) -> OfficeFolder:
    """A signed office."""
    return make_office(tmp_path).folder


@pytest.fixture
def yanlu(folder: OfficeFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process, with the office in its settings."""
    return partial(inside, capsys, monkeypatch, settings_with_accounts(folder))


HELD = 'property-company = ["investigator-a", "outside-a"]\nproperty-manager = ["investigator-a", "investigator-b"]'


def own_bindings(file: Path, holders: str = HELD) -> Path:
    """Bindings with another number than the ones that ship, and with holders."""
    file.parent.mkdir(exist_ok=True)
    text = shipped_bindings(OWNERS).decode().replace("result = 35", "result = 9")
    file.write_text(f"{text}\n[holders]\n{holders}\n", "utf-8")
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


def test_the_bindings_of_every_shipped_policy_are_begun_and_read_back(tmp_path: Path, yanlu: Yanlu) -> None:
    """Each number is marked as an example, and without the marks the file lints as what ships does."""
    for name in shipped_policies():
        ran = yanlu("policy", "bindings", name, "--out", tmp_path)
        assert ran.code == Exit.DONE, ran.err
        file = tmp_path / f"{name}.bindings.toml"
        text = file.read_text("utf-8")
        policy, bound = shipped_policy(name), bind_policy(shipped_policy(name), text.encode(), file.name)
        assert bound == bind_policy(policy, shipped_bindings(name), file.name)
        assert text.count("# CHECK\n") >= len([key for key in policy.unbound() if not key.startswith("supplies.")])
        assert [role.id for role in bound.rules.roles if f"# {role.id} = [" not in text] == []
    assert yanlu("policy", "bindings", OWNERS, "--out", tmp_path).code == Exit.REFUSED
    assert yanlu("policy", "bindings", "no-such").code == Exit.NOTHING_THERE


def test_begun_bindings_are_published_once_no_example_is_left_unseen(
    tmp_path: Path, folder: OfficeFolder, yanlu: Yanlu
) -> None:
    """As they were begun they are a draft; with a version of its own the text is copied and published as that one."""
    assert yanlu("policy", "bindings", OWNERS, "--out", folder.own_texts).code == Exit.DONE
    draft = yanlu("policy", "publish", OWNERS)
    assert (draft.code, "still a draft" in draft.err) == (Exit.FAILED, True)
    file = folder.own_texts / f"{OWNERS}.bindings.toml"
    file.write_text(file.read_text("utf-8").replace("  # CHECK", ""), "utf-8")
    unheld = yanlu("policy", "publish", OWNERS)
    assert (unheld.code, "--confirm unbound" in unheld.err) == (Exit.REFUSED, True), unheld.err
    assert yanlu("policy", "publish", OWNERS, "--confirm", "unbound").code == Exit.DONE
    text = own_bindings(file).read_text("utf-8")
    refused = yanlu("policy", "publish", OWNERS)
    assert (refused.code, "a version of its own" in refused.err) == (Exit.FAILED, True)
    assert f"yanlu policy bindings {OWNERS} --version NEW --out FOLDER" in refused.err
    assert yanlu("policy", "bindings", OWNERS, "--version", "2").code == Exit.USAGE
    assert yanlu("policy", "bindings", OWNERS, "--version", "2", "--out", tmp_path / "two").code == Exit.DONE
    second = tmp_path / "two" / f"{OWNERS}.toml"
    file.write_text(text.replace('version = "1"', 'version = "2"'), "utf-8")
    ran = yanlu("policy", "publish", second, "--bindings", file, "--json")
    assert (ran.code, ran.document["version"]) == (Exit.DONE, "2"), ran.err


def test_a_blank_is_shown_in_the_unit_in_which_the_text_counts(yanlu: Yanlu) -> None:
    """Otherwise somebody learns the unit only by a refusal."""
    assert "within ____ minutes" in yanlu("policy", "show", "customer-callback-workorder").out
    begun = yanlu("policy", "bindings", "customer-callback-workorder").out
    assert 'plan = "120 minutes"  # the text counts minutes  # CHECK' in begun


def test_each_number_of_the_twenty_that_their_texts_leave_open_is_marked_as_an_example(yanlu: Yanlu) -> None:
    """None is published unseen: the promised days, the limits and how often a duty recurs."""
    for name in NUMBERED:
        begun = yanlu("policy", "bindings", name).out
        tables = {head: rows.splitlines() for head, rows in re.findall(r"^\[(\w+)\]\n(.*?)(?=^\[|\Z)", begun, DEEP)}
        numbers = [row for head in ("days", "limits", "every") for row in tables.get(head, []) if " = " in row]
        assert {row.split(" = ")[0] for row in numbers} >= {"acknowledge", "first-answer", "result"}, name
        assert [row for row in numbers if not row.endswith("# CHECK")] == [], name


@pytest.fixture
def founded(folder: OfficeFolder) -> OfficeFolder:
    """A signed office whose office.toml names one more policy that ships, with a row of holders."""
    rows = (
        f'[[policies]]\nid = "{OWNERS}"\nentities = ["group"]\n'
        f'[[holders]]\nentity = "group"\npolicy = "{OWNERS}"\nmembers = ["investigator-a", "investigator-b"]\n'
    )
    folder.config_file.write_text(folder.config_file.read_text("utf-8") + "\n" + rows, "utf-8")
    return folder


def keys_of(folder: OfficeFolder) -> list[str]:
    """The options that name enough keepers' keys."""
    keys = sorted((folder.path / "keepers").glob("*.key"))[:2]
    return [part for key in keys for part in ("--keeper", str(key))]


def test_no_shipped_policy_is_published_with_numbers_that_nobody_chose(
    tmp_path: Path, founded: OfficeFolder, yanlu: Yanlu
) -> None:
    """Each command that leads to it refuses, with the numbers, the roles and what to do; it goes through once said."""
    calls = (
        ("office", "to-sign", "--out", tmp_path / "next"),
        ("office", "sign", *keys_of(founded), "--yes"),
        ("office", "rotate", *keys_of(founded)),
    )
    before = founded.versions()
    for ran in (yanlu(*call) for call in calls):
        assert ran.code == Exit.REFUSED
        assert f"{OWNERS} is about to be published for the first time" in ran.err
        assert "acknowledge = 1, first-answer = 1, result = 35" in ran.err
        assert "preliminary = 2 working days" in ran.err
        assert "Nobody is bound to property-company, property-manager" in ran.err
        assert f"yanlu policy bindings {OWNERS} --out {founded.own_texts}" in ran.err
        assert "Not confirmed: numbers that ship as examples." in ran.err
        assert "--confirm examples" in ran.err
        assert "company-whistleblowing is about" not in ran.err
    assert (founded.versions(), (tmp_path / "next").exists()) == (before, False)
    # Once it is said, a person at a terminal is still asked; the way with --yes goes through.
    assert yanlu("office", "sign", *keys_of(founded), "--confirm", "examples").code == Exit.USAGE
    assert yanlu(*calls[0], "--confirm", "examples").code == Exit.DONE
    assert yanlu(*calls[1], "--confirm", "examples").code == Exit.DONE
    assert published_days(founded)["result"] == 35
    # What is published is not asked about again.
    ran = yanlu(*calls[1])
    assert "is about to be published" not in ran.err
    assert "Not confirmed" not in ran.err


@pytest.mark.parametrize(
    ("holders", "topic", "said"),
    [
        ('property-company = ["investigator-a", "investigator-b"]', "unbound", "nobody is bound to property-manager"),
        (
            'property-company = ["investigator-a"]\nproperty-manager = ["investigator-a", "investigator-b"]',
            "alone",
            "property-company is held by investigator-a alone",
        ),
    ],
)
def test_roles_of_a_new_policy_are_bound_to_several_people_or_it_is_confirmed(
    founded: OfficeFolder, yanlu: Yanlu, holders: str, topic: str, said: str
) -> None:
    """A role that nobody holds, and one that a single member holds, are refused until it is confirmed."""
    own_bindings(founded.own_texts / f"{OWNERS}.bindings.toml", holders)
    sign, before = ("office", "sign", *keys_of(founded), "--yes"), founded.versions()
    ran = yanlu(*sign)
    assert (ran.code, said in ran.err, f"--confirm {topic}" in ran.err) == (Exit.REFUSED, True, True), ran.err
    assert founded.versions() == before
    assert said in yanlu("office", "check").out
    assert yanlu("office", "check").code == Exit.FAILED
    ran = yanlu(*sign, "--confirm", topic)
    assert ran.code == Exit.DONE, ran.err


def test_roles_that_the_text_keeps_apart_are_not_published_in_the_same_hands_unseen(
    folder: OfficeFolder, yanlu: Yanlu
) -> None:
    """Two who hold both may be meant; one alone in both would stop each case, and can't be confirmed."""
    rows = (
        f'[[policies]]\nid = "{PLANNED}"\nentities = ["group"]\n'
        f'[[holders]]\nentity = "group"\npolicy = "{PLANNED}"\nmembers = ["investigator-a", "investigator-b"]\n'
    )
    folder.config_file.write_text(folder.config_file.read_text("utf-8") + "\n" + rows, "utf-8")
    folder.own_texts.mkdir()
    file, sign = folder.own_texts / f"{PLANNED}.bindings.toml", ("office", "sign", *keys_of(folder), "--yes")
    roles = [role.id for role in shipped_policy(PLANNED).rules.roles]

    def binds(*members: str) -> None:
        held = "".join(f"{role} = {json.dumps(members)}\n" for role in roles)
        file.write_text(f"{shipped_bindings(PLANNED).decode()}\n[holders]\n{held}", "utf-8")

    binds("investigator-a")
    ran = yanlu(*sign, *CONFIRMED_POLICIES)
    assert (ran.code, f"cases under {PLANNED} would come to a stop" in ran.err) == (Exit.REFUSED, True), ran.err
    binds("investigator-a", "investigator-b")
    ran = yanlu(*sign)
    assert (ran.code, "--confirm joined" in ran.err) == (Exit.REFUSED, True), ran.err
    assert "investigator-a and investigator-b hold both leadership and complaint-body, which the text keeps" in ran.err
    assert latest(folder.versions(), PLANNED) == {}
    assert yanlu(*sign, "--confirm", "joined").code == Exit.DONE


def test_a_new_version_that_waits_in_texts_keeps_nobody_from_signing(founded: OfficeFolder, yanlu: Yanlu) -> None:
    """The next directory does not publish it: that is asked where it is published."""
    own_bindings(founded.own_texts / f"{OWNERS}.bindings.toml")
    sign = ("office", "sign", *keys_of(founded), "--yes")
    assert yanlu(*sign).code == Exit.DONE
    text = (ROOT / f"casework/policies/{OWNERS}.toml").read_text("utf-8")
    (founded.own_texts / f"{OWNERS}.toml").write_text(text.replace('version = "1"', 'version = "9"', 1), "utf-8")
    draft = own_bindings(founded.own_texts / f"{OWNERS}.bindings.toml", 'property-company = ["investigator-a"]')
    draft.write_text(draft.read_text("utf-8").replace('version = "1"', 'version = "9"', 1), "utf-8")
    founded.config_file.write_text(founded.config_file.read_text("utf-8").replace("审计部", "内审部"), "utf-8")
    ran = yanlu(*sign)
    assert "Not confirmed" not in ran.err
    assert list(latest(founded.versions(), OWNERS)) == ["1"]
    published = yanlu("policy", "publish", OWNERS)
    assert (published.code, "--confirm" in published.err) == (Exit.REFUSED, True), published.err


def test_a_step_of_several_roles_is_not_left_to_fewer_people_than_roles(tmp_path: Path, yanlu: Yanlu) -> None:
    """P16: quality head and manager each approve: one person in both roles could never, whatever is confirmed."""
    name, file = "quality-system-complaint", tmp_path / "mine.toml"
    roles = "".join(f'{role.id} = ["investigator-a"]\n' for role in shipped_policy(name).rules.roles)
    file.write_text(f"{shipped_bindings(name).decode()}\n[holders]\n{roles}", "utf-8")
    ran = yanlu("policy", "publish", name, "--bindings", file, *CONFIRMED_POLICIES)
    assert (ran.code, f"cases under {name} would come to a stop" in ran.err) == (Exit.REFUSED, True), ran.err


def test_a_file_is_checked_with_the_texts_beside_it(tmp_path: Path, founded: OfficeFolder, yanlu: Yanlu) -> None:
    """What somebody prepares elsewhere is not held against the texts of the office that runs here."""
    config = tmp_path / "prepared" / "office.toml"
    config.parent.mkdir()
    config.write_bytes(founded.config_file.read_bytes())
    assert f"{OWNERS} is about to be published" in yanlu("office", "check", config).out
    own_bindings(config.parent / "texts" / f"{OWNERS}.bindings.toml")
    elsewhere = yanlu("office", "check", config).out
    assert f"{OWNERS} is about to be published" not in elsewhere
    assert f"Policies were read from {config.parent / 'texts'}. " in elsewhere
    here = yanlu("office", "check").out
    assert f"{OWNERS} is about to be published" in here
    assert "Policies were read from" not in here


def test_the_file_on_which_an_office_was_founded_is_not_asked_for_its_sample_values_again(
    tmp_path: Path, founded: OfficeFolder, yanlu: Yanlu
) -> None:
    """Founding confirmed them; a file that says anything else is asked."""
    config = tmp_path / "office.toml"
    config.write_bytes(founded.config_file.read_bytes())
    assert "As in the sample" not in yanlu("office", "check", config).out
    text = config.read_text("utf-8")
    pair = '["investigator-a", "investigator-b"]'
    assert pair in text
    config.write_text(text.replace(pair, '["investigator-b", "investigator-a"]'), "utf-8")
    assert "As in the sample" in yanlu("office", "check", config).out


def test_founding_refuses_alike(tmp_path: Path, yanlu: Yanlu) -> None:
    """It publishes too."""
    config, sample = tmp_path / "office.toml", [word for one in TOPICS for word in ("--confirm", one)]
    config.write_text(sample_config_text(), "utf-8")
    found = ("office", "init", tmp_path / "second", "--config", config)
    ran = yanlu(*found, *sample)
    assert (ran.code, "company-whistleblowing is about to be published" in ran.err) == (Exit.REFUSED, True), ran.err
    assert "Not confirmed: numbers that ship as examples." in ran.err
    assert not (tmp_path / "second").exists()
    ran = yanlu(*found, *CONFIRMED)
    assert (ran.code, str(tmp_path / "second" / "texts") in ran.err) == (Exit.DONE, True), ran.err


def test_keepers_are_not_warned_where_the_office_wrote_the_bindings(founded: OfficeFolder, yanlu: Yanlu) -> None:
    """Also the check says it only before there are any."""
    assert f"{OWNERS} is about to be published" in yanlu("office", "check").out
    own_bindings(founded.own_texts / f"{OWNERS}.bindings.toml")
    assert "is about to be published" not in yanlu("office", "check").out
    ran = yanlu("office", "sign", *keys_of(founded), "--yes")
    assert (ran.code, "is about to be published" in ran.err) == (Exit.DONE, False), ran.err
    assert published_days(founded)["result"] == 9


def test_every_wrong_unit_of_a_bindings_file_is_named_at_once(tmp_path: Path, yanlu: Yanlu) -> None:
    """By the linter, showing and publishing alike: four mistakes are one call, not four."""
    name = "customer-callback-workorder"
    wrong = {"plan": "120 minutes", "follow-up": "60 minutes", "return": "24 hours", "second-contact": "24 hours"}
    text = shipped_bindings(name).decode()
    for key, limit in wrong.items():
        assert f'{key} = "{limit}"' in text
        text = text.replace(f'{key} = "{limit}"', f'{key} = "2 working days"')
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    for command in ("lint", "show", "publish"):
        ran = yanlu("policy", command, name, "--bindings", file)
        assert ran.code != Exit.DONE
        assert all(f"limits.{key}: the policy text counts" in ran.err for key in wrong), ran.err


def test_who_signs_before_the_first_day_hears_which_day_it_is_and_what_to_do(
    founded: OfficeFolder, yanlu: Yanlu
) -> None:
    """Before the version is published by its bindings, after it by the command, which then lets it be signed."""
    day = today() + timedelta(days=3)
    file = own_bindings(founded.own_texts / f"{OWNERS}.bindings.toml")
    file.write_text(f"effective = {day.isoformat()}\n" + file.read_text("utf-8"), "utf-8")
    sign = ("office", "sign", *keys_of(founded), "--yes")
    ran = yanlu(*sign)
    assert (ran.code, f"version 1 will be from {day.isoformat()} on" in ran.err) == (Exit.FAILED, True)
    assert f"change `effective` in {OWNERS}.bindings.toml" in ran.err
    assert yanlu("policy", "publish", OWNERS).code == Exit.DONE
    ran = yanlu(*sign)
    move = f"yanlu policy supersede {OWNERS} 1 --from {today().isoformat()}"
    assert (ran.code, f"`{move}`" in ran.err) == (Exit.FAILED, True)
    assert yanlu(*move.split()[1:]).code == Exit.DONE
    assert yanlu(*sign).code == Exit.DONE


@pytest.mark.parametrize("page", ["office.md", "office.zh-CN.md"])
def test_the_documented_bindings_of_a_shipped_policy_lint_and_are_published(
    founded: OfficeFolder, yanlu: Yanlu, page: str
) -> None:
    """The example of the page, with members of this office in its roles, in the order that the page names."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    begin = text.index(f'policy = "{OWNERS}"')
    example = text[begin : text.index("```", begin)]
    for role in ("manager", "service"):
        assert f'["{role}-a", "{role}-b"]' in example
        example = example.replace(f'"{role}-a", "{role}-b"', '"investigator-a", "investigator-b"')
    file = own_bindings(founded.own_texts / f"{OWNERS}.bindings.toml")
    file.write_text(example, "utf-8")
    ran = yanlu("policy", "lint", OWNERS, "--bindings", file, "--activate")
    assert ran.code == Exit.DONE, ran.out
    ran = yanlu("policy", "publish", OWNERS)
    assert ran.code == Exit.DONE, ran.err
    assert published_days(founded) == {"acknowledge": 2, "first-answer": 5, "result": 20}
