"""A case led by its policy from the command line: what is allowed, what is refused, what the reporter declared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.cli.errors import Exit
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.commands.yanlu_process import LiveOffice, Ran, live_office, yanlu
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
MEMBER = "investigator-a"


class Acting:
    """A member before one case."""

    def __init__(self, house: LiveOffice, case: str, words: Path) -> None:
        self.house, self.case, self.words = house, case, words

    def run(self, *arguments: object, act: str = "") -> Ran:
        """One command, with a sign-in of its own."""
        end = ["--", self.case, *([act] if act else [])]
        return yanlu("desk", "act", *arguments, *self.house.secrets(MEMBER), "--json", *end)

    def did(self, act: str, *arguments: object, text: str = "") -> dict[str, Any]:
        """One act that has to succeed."""
        self.words.write_text(text, "utf-8")
        more = ["--text-file", self.words] if text else []
        ran = self.run(*arguments, *more, act=act)
        assert ran.code == 0, ran.err
        return ran.document

    def shown(self) -> dict[str, Any]:
        """What is allowed and due."""
        ran = self.run()
        assert ran.code == 0, ran.err
        return ran.document


def _declare(house: LiveOffice, receipt: Path, act: str) -> None:
    ran = yanlu("inbox", *house.office(), "--receipt-file", receipt, "--act", act, "--yes", "--json")
    assert ran.code == 0, ran.err
    wait_for_case(house)


def test_a_case_is_led_by_its_policy(tmp_path: Path) -> None:
    """Acts go on the record as the policy allows; others are refused in words; a withdrawal is put on it."""
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (MEMBER,)) as house:
        filed = file_report(house)
        receipt = tmp_path / "receipt"
        receipt.write_text(filed.document["receipt"], "utf-8")
        wait_for_case(house)
        pulled = yanlu("desk", "pull", *house.first_pull(MEMBER), *house.secrets(MEMBER), "--json")
        acting = Acting(house, pulled.document["cases"][0], tmp_path / "words")
        refused = acting.run(act="archived")
        assert refused.code == Exit.REFUSED
        assert "register (registered)" in refused.err
        acting.words.write_text("已收到。", "utf-8")
        stranger = acting.run("--next", "inquest", "--text-file", acting.words, act="acknowledged")
        assert (stranger.code, "Its stages: Received (received), " in stranger.err) == (Exit.USAGE, True), stranger.err
        acting.did("acknowledged", "--next", "Under investigation", text="已收到。")
        heard = yanlu("inbox", *house.office(), "--receipt-file", receipt, "--json").document
        assert '"next": "investigation"' in json.dumps(heard)
        assert acting.did("registered")["to"] == "registered"
        for code in ("handler", "deputy"):
            outside = acting.run("--code", f"handler={MEMBER}", "--code", f"{code}=approver-x", act="assigned")
            assert outside.code == Exit.REFUSED
            assert "approver-x cannot read this case and so cannot handle it." in outside.err
            assert "Its readers: Investigator A (investigator-a)." in outside.err
        assert acting.did("assigned", "--code", f"handler={MEMBER}")["to"] == "investigation"
        acting.did("checked", text="事实清楚。")
        _declare(house, receipt, "withdraw")
        shown = acting.shown()
        assert (shown["stage"], shown["declared"]) == ("handling", ["withdrawn"])
        assert "decided" in shown["allowed"]
        assert acting.did("withdrawn")["act"] == "withdrawn"
        acting.words.write_text("属实。", "utf-8")
        unfit = acting.run("--outcome", "nowhere", "--to", "result", "--text-file", acting.words, act="decided")
        assert unfit.code == Exit.REFUSED
        assert "nowhere" in unfit.err
        assert acting.did("decided", "--outcome", "substantiated", "--to", "result", text="属实。")["to"] == "result"
        told = acting.run("--outcome", "nowhere", "--text-file", acting.words, act="notified")
        assert told.code == Exit.REFUSED
        assert "Not decided in this case: nowhere. Decided: substantiated." in told.err
        _hold_keeps(house, acting)


def _hold_keeps(house: LiveOffice, acting: Acting) -> None:
    """Under a legal hold nobody can ask to delete the case, nor set a second one; what is allowed has its name."""
    before = acting.shown()["allowed"]
    assert ({"held", "deletion-asked"} <= set(before), "release-asked" in before) == (True, False)
    acting.did("held", text="诉讼中。")
    after = acting.shown()["allowed"]
    assert ({"held", "deletion-asked"} & set(after), "release-asked" in after) == (set(), True)
    refused = acting.run("--text-file", acting.words, act="deletion-asked")
    assert (refused.code, "under a legal hold" in refused.err) == (Exit.REFUSED, True), refused.err
    shown = yanlu("--lang", "zh", "desk", "act", *house.secrets(MEMBER), "--", acting.case).out
    assert "可以办理：告知处理结果（notified）" in shown
    assert "时限：result" not in shown


def test_one_answer_goes_to_every_merged_case_and_what_one_refuses_stops_no_other(tmp_path: Path) -> None:
    """A step that one merged case has done is refused there alone; a reply reaches the one that it is meant for."""
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (MEMBER,)) as house:
        for _ in range(3):
            assert file_report(house).code == 0
        wait_for_case(house)
        pulled = yanlu("desk", "pull", *house.first_pull(MEMBER), *house.secrets(MEMBER), "--json")
        master, *others = pulled.document["cases"]
        words = tmp_path / "words"
        acting = [Acting(house, case, words) for case in others]
        for one in acting:
            assert one.did("merged", "--code", f"case={master}")["act"] == "merged"
        acting[0].did("registered")
        partly = _together(house, master, act="registered")
        assert (partly.code, partly.document["sent"]) == (Exit.REFUSED, others[1:])
        assert [row["case"] for row in partly.document["failed"]] == others[:1]
        words.write_text("各案统一答复。", "utf-8")
        assert _together(house, master, "--only", others[1], "--text-file", words, act="replied").code == 0
        owed = {row["case"]: row["owed"] for row in _together(house, master).document["merged"]}
        assert owed == {others[0]: True, others[1]: False}


def _together(house: LiveOffice, case: str, *arguments: object, act: str = "") -> Ran:
    """One command over all merged cases."""
    end = ["--", case, *([act] if act else [])]
    return yanlu("desk", "together", *arguments, *house.secrets(MEMBER), "--json", *end)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "no act"),
        (["--code", "shoe=9", "graded"], "no code"),
        (["refused"], "reason"),
        (["decided"], "decide (decided) needs its reason"),
        (["accepted"], "accept (accepted) goes to the reporter, and the text that the reporter is to read is missing"),
        (["--tell", "reporter", "executed"], "the text that the reporter is to read is missing"),
    ],
    ids=["act", "code", "reason", "verdict", "notice", "open"],
)
def test_what_is_no_act_is_refused_before_anybody_signs_in(tmp_path: Path, arguments: list[str], said: str) -> None:
    """A name that is none, a code that is none, and a reason that is missing are told at once."""
    *options, act = arguments
    ran = yanlu("desk", "act", "--profile", tmp_path / "profile", *options, "AAAA", act)
    assert (ran.code, said in ran.err) == (Exit.USAGE, True), ran.err
