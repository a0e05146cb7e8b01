"""`yanlu desk publication --record` at a live desk: a case lived to its stage, the record, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from portal.cli.errors import Exit
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.commands.yanlu_process import LiveOffice, Ran, live_office, yanlu
from tests.support.offices.role_bindings import run_policies
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
P19: Final = "employee-complaint-review-publish"
A, B, C = "investigator-a", "investigator-b", "investigator-c"
HELD: Final = {P19: {"hr": [B], "owning-department": [A], "superior": [A], "company": [C]}}
TO_NOTICE: Final = (
    (B, "checked", ()), (B, "routed", ("--to", "investigation", "--code", "departments=sales")),
    (A, "department-received", ()), (A, "evidence-gathered", ()),
    (A, "report-formed", ()), (A, "plan-drafted", ()),
    (A, "report-submitted", ("--to", "audit")), (B, "approved", ()),
    (B, "decided", ("--to", "notice", "--outcome", "borne-out")),
)  # fmt: skip
"""Who does what until the reporter is to be told."""


@dataclass(frozen=True)
class Desk:
    """Members before one case under the policy that publishes its result."""

    house: LiveOffice
    case: str
    folder: Path

    def run(self, member: str, verb: str, *arguments: object, after: tuple[object, ...] = ()) -> Ran:
        """One command of a member, with a sign-in of its own."""
        return yanlu("desk", verb, *arguments, *self.house.secrets(member), "--json", "--", self.case, *after)

    def act(self, member: str, act: str, *arguments: object) -> None:
        """One act that has to succeed, with words."""
        words = self.folder / "words"
        words.write_text("事实清楚，已核实。", "utf-8")
        ran = self.run(member, "act", *arguments, "--text-file", words, after=(act,))
        assert ran.code == Exit.DONE, ran.err

    def record(self, member: str, parts: dict[str, str], *arguments: object, names: tuple[str, ...] = ()) -> Ran:
        """Record the publication of an account."""
        account = self.folder / "account"
        account.write_text(json.dumps({"parts": parts, "names": list(names)}), "utf-8")
        return self.run(member, "publication", "--record", *arguments, after=(account,))

    def published(self, member: str) -> list[str]:
        """The texts of publications that a member reads in the case."""
        ran = yanlu("desk", "pull", *self.house.secrets(member), "--json")
        assert ran.code == Exit.DONE, ran.err
        ran = self.run(member, "open")
        assert ran.code == Exit.DONE, ran.err
        return [row["text"] for row in ran.document["entries"] if row["type"] == "publication"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A case that two members read, just received."""
    folder = tmp_path_factory.mktemp("house")
    with lightly(), live_office(embedded_stores(folder), folder, (A, B)) as house:
        run_policies(house.settings, HELD, [A, B])
        answers = folder / "answers"
        answers.write_text(json.dumps({"persons": "李四、Zhao Liu、HR"}), "utf-8")
        filed = file_report(house, "--policy", P19, "--category", "complaint", "--answers-file", answers)
        assert filed.code == Exit.DONE, filed.err
        wait_for_case(house)
        for member in (A, B):
            pulled = yanlu("desk", "pull", *house.first_pull(member), *house.secrets(member), "--json")
            assert pulled.code == Exit.DONE, pulled.err
        yield Desk(house, pulled.document["cases"][0], folder)


def test_its_role_records_a_publication_at_its_stage_and_others_read_it(desk: Desk) -> None:
    """Refused before its time, to another role and with what points to somebody; names on the case are blanked."""
    said = {"matter": "李四扣发工资，Investigator B 已核实", "result": "补发，HR 会同ＺＨＡＯ liu 与王五 道歉"}
    for member, act, more in TO_NOTICE:
        desk.act(member, act, *more)
    early = desk.record(A, said, "--yes")
    assert (early.code, "told the result first" in early.err) == (Exit.REFUSED, True), early.err
    desk.act(B, "notified")
    other = desk.record(B, said, "--yes")
    assert (other.code, "The policy has this published by: " in other.err) == (Exit.REFUSED, True), other.err
    pointing = desk.record(A, {"result": "Mary Jones apologised."})
    assert (pointing.code, "perhaps pointing to somebody: Mary Jones" in pointing.err) == (Exit.USAGE, True), (
        pointing.err
    )
    assert desk.published(B) == []
    strange = desk.record(A, said, "--yes", "--keep", "赵六")
    assert (strange.code, "Not among the names known on the case: 赵六" in strange.err) == (Exit.USAGE, True)
    done = desk.record(A, said, "--yes", names=("王五",))
    assert (done.code, done.document["recorded"], done.document["pointing"]) == (Exit.DONE, True, []), done.err
    matter = "×××扣发工资，××× 已核实"
    text = f"Published result\nFor: the company\n\nMatter\n{matter}\n\nResult\n补发，HR 会同××× 与××× 道歉"
    assert done.document["text"] == text
    assert {"李四", "Zhao Liu", "王五"} <= set(done.document["blanked"])
    assert desk.published(B) == [text]
    assert desk.published(A) == [text]
