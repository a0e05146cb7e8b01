"""Acts, letters, second signatures and reports taken down, from the command line, in front of a desk that lies."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crypto import b64encode
from portal.cli.errors import Exit
from portal.cli.terminal import today
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.attacks.forged_documents import Lies, instead, lies_about
from tests.support.attacks.tampering_proxy import Alter, LyingProxy, lying_proxy
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import POLICY, LiveOffice, Ran, live_office
from tests.support.offices.sample_office import require_two_signatures
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
A, B = "investigator-a", "investigator-b"
ALTERED = "altered policy"
# The first command hears every lie, the others those three that differ in what has to be noticed.
FEW = ["swapped recipient", "foreign root", "older directory"]


@dataclass(frozen=True, repr=False)
class Members:
    """Members at the command line whose profiles name the proxy as their desk; every run is inside this process."""

    house: LiveOffice
    proxy: LyingProxy
    lies: Lies
    run: Callable[..., Ran]

    def tried(self, member: str, command: tuple[object, ...]) -> Ran:
        """One command, with what was sent before it forgotten."""
        self.proxy.clear()
        return self.run("desk", command[0], *self.house.secrets(member), "--json", *command[1:])

    def done(self, member: str, *command: object) -> dict[str, Any]:
        """One command that an honest desk takes."""
        self.proxy.alter = None
        ran = self.tried(member, command)
        assert ran.code == 0, (command[0], ran.err)
        return ran.document

    def pulled(self, member: str) -> list[str]:
        """The member's cases."""
        code = self.house.founded.code
        return self.done(member, "pull", "--desk", self.proxy.url, "--office-key", code, "--member", member)["cases"]

    def refuses(self, member: str, *command: object, texts: bool, heard: list[str]) -> None:
        """Whatever is said about the office, the command ends before it signs in; an altered text seals nothing."""
        for name in heard:
            self.proxy.alter = self.lies[name]
            ran = self.tried(member, command)
            assert ran.code in {Exit.NOT_VERIFIED, Exit.UNREACHABLE}, (command[0], name, ran.err)
            assert self.proxy.sent() == [], (command[0], name)
        if texts:
            self.ends(member, self.lies[ALTERED], *command, code=Exit.NOT_VERIFIED)

    def ends(self, member: str, lie: Alter, *command: object, code: Exit) -> None:
        """A lie that only a member who signed in can hear: nothing but the sign-in is sent."""
        self.proxy.alter = lie
        ran = self.tried(member, command)
        assert ran.code == code, (command[0], ran.err)
        assert {one.path for one in self.proxy.sent()} <= {"/api/session", "/api/session/end"}, command[0]
        assert self.proxy.sent("/api/session"), command[0]


@pytest.fixture
def members(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Members]:
    """A house in which a change of readers needs two signatures, with one report, behind a proxy that may lie."""
    with (
        lightly(),
        live_office(embedded_stores(tmp_path), tmp_path, (A, B)) as house,
        lying_proxy(house.ports.desk_url) as proxy,
    ):
        assert file_report(house).code == 0
        wait_for_case(house)
        require_two_signatures(house.founded.folder, house.founded.keepers, today())
        (tmp_path / "foreign").mkdir()
        lies = lies_about(house.founded.folder, tmp_path / "foreign", today())
        yield Members(house, proxy, lies, lambda *command: inside(capsys, monkeypatch, house.settings, *command))


def about_case(case: str, change: Callable[[dict[str, Any]], object]) -> Alter:
    """Changes what the desk says about a case."""

    def alter(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if path != f"/api/cases/{case}":
            return status, body
        told = json.loads(body)
        change(told)
        return status, json.dumps(told).encode()

    return alter


def _other_head(told: dict[str, Any]) -> None:
    told["head"]["hash"] = b64encode(os.urandom(32))


def _other_packet(told: dict[str, Any]) -> None:
    told["packet"] = b64encode(os.urandom(9000))


def _other_proposal(told: dict[str, Any]) -> None:
    told["proposal"]["packet"] = told["packet"]


def test_nothing_is_sealed_sent_or_signed_for_a_liar(members: Members, tmp_path: Path) -> None:
    """`act`, `letter`, `countersign`, `log-report`: each lie is told and gets nothing; the honest desk gets each."""
    words, values = tmp_path / "words", tmp_path / "values"
    words.write_text("夜班只签字不检查。", "utf-8")
    values.write_text('{"due": "2026-12-31"}', "utf-8")
    [case] = members.pulled(A)
    act = ("act", "--", case, "registered")
    members.refuses(A, *act, texts=True, heard=members.lies.names(ALTERED))
    members.ends(A, about_case(case, _other_head), *act, code=Exit.REFUSED)
    members.ends(A, instead("/office/calendars/", b'{"v":1}'), *act, code=Exit.NOT_VERIFIED)
    members.done(A, *act)
    assert members.proxy.sent("/api/cases")
    letter = ("letter", "--kind", "acceptance", "--language", "zh", "--values-file", values, "--out",
              tmp_path / "letter.pdf", "--seal", "--", case)  # fmt: skip
    members.refuses(A, *letter, texts=True, heard=FEW)
    members.ends(A, about_case(case, _other_packet), *letter, code=Exit.REFUSED)
    assert not (tmp_path / "letter.pdf").exists()
    members.done(A, *letter)
    assert members.proxy.sent("/api/cases")
    where = ("--entity", "group", "--policy", POLICY, "--kind", "report", "--consent", "minutes", "--checked", "agreed")
    taken = ("log-report", *where, "--text-file", words, "--receipt-out", tmp_path / "receipt")
    members.refuses(A, *taken, texts=True, heard=FEW)
    assert not (tmp_path / "receipt").exists()
    members.done(A, *taken)
    assert members.proxy.sent("/api/submissions")
    _second_signature(members, case)


def _second_signature(members: Members, case: str) -> None:
    assert members.done(A, "renew", "--", case)["waits"] is True
    assert case in members.pulled(B)
    sign = ("countersign", "--yes", "--", case)
    members.refuses(B, *sign, texts=False, heard=FEW)
    members.ends(B, about_case(case, _other_proposal), *sign, code=Exit.REFUSED)
    assert members.done(B, *sign)["signed"] is True
    assert members.proxy.sent("/api/cases")
