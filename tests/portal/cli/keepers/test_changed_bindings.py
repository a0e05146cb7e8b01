"""Bindings that change after a policy was published: a later signature refuses what the first publication did."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from casework.policy.reader import shipped_bindings
from portal.cli.errors import Exit
from portal.office import OfficeFolder
from portal.office.versions import latest
from tests.portal.cli.keepers.test_shipped_policies import PLANNED, keys_of
from tests.support.commands.confirm_options import CONFIRMED_POLICIES
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.office_accounts import settings_with_accounts
from tests.support.offices.sample_office import make_office

Yanlu = Callable[..., Ran]
READERS = ("investigator-a", "investigator-b", "registrar-a", "approver-a")
GOOD: Mapping[str, Sequence[str]] = {
    "complaint-body": ("investigator-a", "investigator-b"),
    "related-department": ("investigator-a", "investigator-b"),
    "hr": ("investigator-a", "investigator-b"),
    "leadership": ("registrar-a", "approver-a"),
}


@dataclass(frozen=True)
class Running:
    """An office under a policy whose roles are well bound, with the command that signs its next directory."""

    folder: OfficeFolder
    yanlu: Yanlu

    def bind(self, held: Mapping[str, Sequence[str]] = {}) -> None:
        """Other members in some roles; nobody where none are given."""
        self.folder.own_texts.mkdir(exist_ok=True)
        rows = "".join(f"{role} = {json.dumps(members)}\n" for role, members in {**GOOD, **held}.items() if members)
        text = f"{shipped_bindings(PLANNED).decode()}\n[holders]\n{rows}"
        (self.folder.own_texts / f"{PLANNED}.bindings.toml").write_text(text, "utf-8")

    def sign(self, *more: str) -> Ran:
        """Signs the next directory without asking."""
        return self.yanlu("office", "sign", *keys_of(self.folder), "--yes", *more)


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Running:
    """It names the policy, and has not published it yet."""
    folder = make_office(tmp_path).folder
    rows = (
        f'[[policies]]\nid = "{PLANNED}"\nentities = ["group"]\n'
        f'[[holders]]\nentity = "group"\npolicy = "{PLANNED}"\nmembers = {json.dumps(READERS)}\n'
    )
    folder.config_file.write_text(folder.config_file.read_text("utf-8") + "\n" + rows, "utf-8")
    made = Running(folder, partial(inside, capsys, monkeypatch, settings_with_accounts(folder)))
    made.bind()
    return made


@pytest.fixture
def running(office: Running) -> Running:
    """The same with the policy in force."""
    ran = office.sign()
    assert ran.code == Exit.DONE, ran.err
    return office


@pytest.mark.parametrize(
    ("held", "topic", "said"),
    [
        ({"leadership": ()}, "unbound", "nobody is bound to leadership"),
        ({"complaint-body": ("investigator-a",)}, "alone", "complaint-body is held by investigator-a alone"),
        (
            {"leadership": ("investigator-a", "approver-a")},
            "joined",
            "investigator-a holds both leadership and complaint-body, which the text keeps apart",
        ),
    ],
)
def test_a_binding_that_is_changed_later_has_to_be_confirmed_as_at_first(
    running: Running, held: dict[str, Sequence[str]], topic: str, said: str
) -> None:
    """By `check` and `sign` alike; once it is signed nobody is asked again."""
    before = running.folder.directory()
    running.bind(held)
    for command in (running.yanlu("office", "check"), running.sign(), running.yanlu("office", "rotate")):
        assert said in command.out + command.err, command.err
        assert command.code != Exit.DONE
    assert f"--confirm {topic}" in running.sign().err
    assert running.folder.directory() == before
    assert running.sign("--confirm", topic).code == Exit.DONE
    again = running.sign()
    assert (again.code, "Not confirmed" in again.err) == (Exit.DONE, False), again.err


def test_one_person_in_two_roles_that_the_text_keeps_apart_is_never_signed(running: Running) -> None:
    """Nothing confirms it; the sentence names the person and both roles."""
    before = running.folder.directory()
    running.bind(dict.fromkeys(GOOD, ("investigator-a",)))
    said = "and investigator-a alone holds leadership and complaint-body"
    ran = running.sign(*CONFIRMED_POLICIES)
    assert (ran.code, said in ran.err, "this can't be confirmed" in ran.err) == (Exit.REFUSED, True, True), ran.err
    assert said in running.yanlu("office", "check").out
    assert running.folder.directory() == before


def test_the_list_of_changes_says_who_came_into_a_role_and_who_went(running: Running) -> None:
    """Under the policy's line, each role by its id."""
    running.bind({"complaint-body": ("investigator-b", "registrar-a"), "leadership": ("approver-a", "outside-a")})
    ran = running.sign()
    assert ran.code == Exit.DONE, ran.err
    lines = ran.err.splitlines()
    at = lines.index(f"~ Policy: {PLANNED}")
    assert lines[at + 1 : at + 3] == [
        "    complaint-body: + registrar-a; - investigator-a",
        "    leadership: + outside-a; - registrar-a",
    ]
    quiet = running.sign()
    assert "    complaint-body:" not in quiet.err


@pytest.mark.parametrize("published", [False, True])
def test_a_holder_who_does_not_exist_is_refused_by_every_command(office: Running, *, published: bool) -> None:
    """Check, publishing and signing alike, at the first publication and later."""
    assert not published or office.sign().code == Exit.DONE
    before, versions = office.folder.directory(), office.folder.versions()
    office.bind({"complaint-body": ("zhang-san", "investigator-a")})
    said = "complaint-body is bound to zhang-san, and there is no such member"
    for ran in (
        office.yanlu("office", "check"),
        office.sign(),
        office.yanlu("office", "to-sign", "--out", office.folder.path / "next"),
        office.yanlu("policy", "publish", PLANNED),
    ):
        assert (ran.code, said in ran.out + ran.err) == (Exit.FAILED, True), ran.err
    assert "where the office names people" in office.sign().err
    assert "Nearest" not in office.sign().err
    assert (office.folder.directory(), office.folder.versions()) == (before, versions)


def test_a_role_that_acts_first_is_among_the_readers(office: Running) -> None:
    """Whom the row does not name gets no report: lint, check, publishing and signing name role, stage and row."""
    office.bind({"complaint-body": ("outside-a", "investigator-c")})
    said = (
        "complaint-body has to act in the first stage (received), and nobody who is bound to it is in the row "
        f"group/{PLANNED}/*"
    )
    lint = office.yanlu("policy", "lint", PLANNED, "--bindings", office.folder.own_texts / f"{PLANNED}.bindings.toml")
    assert (lint.code, said in lint.out) == (Exit.REFUSED, True), lint.out
    for ran in (office.yanlu("office", "check"), office.sign(), office.yanlu("policy", "publish", PLANNED)):
        assert (ran.code, said in ran.out + ran.err) == (Exit.FAILED, True), ran.err
    assert latest(office.folder.versions(), PLANNED) == {}
    office.bind({"complaint-body": ("outside-a", "investigator-b")})
    assert office.sign().code == Exit.DONE


def test_a_role_that_nobody_who_has_enrolled_holds_is_named_at_the_signing(office: Running) -> None:
    """Its people are in office.toml, and none of them has come yet."""
    text = office.folder.config_file.read_text("utf-8")
    office.folder.config_file.write_text(text.replace('"approver-a"]', '"approver-a", "boss-a", "boss-b"]'), "utf-8")
    office.bind({"leadership": ("boss-a", "boss-b")})
    ran = office.sign()
    assert ran.code == Exit.DONE, ran.err
    assert f"{PLANNED}: nobody who has enrolled holds leadership" in ran.err
    office.bind()
    assert "nobody who has enrolled holds" not in office.sign().err
