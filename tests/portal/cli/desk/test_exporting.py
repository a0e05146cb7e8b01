"""A case goes out of the office: one asks, another agrees, the record says it first, and only then there is a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.cli.errors import Exit
from tests.portal.cli.test_command_journey import ACCOUNT, ATTACHED, file_report, wait_for_case
from tests.support.commands.yanlu_process import LiveOffice, Ran, live_office, yanlu
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
ASKER, OTHER = "investigator-a", "investigator-b"


def pull(house: LiveOffice, member: str) -> str:
    """Claims what opens; the id of the one case."""
    (case,) = yanlu("desk", "pull", *house.first_pull(member), *house.secrets(member), "--json").document["cases"]
    return str(case)


def act(house: LiveOffice, member: str, case: str, name: str, text: str, *more: str) -> Ran:
    """One act of a member."""
    words = house.folder / "words"
    words.write_text(text, "utf-8")
    line = ("--text-file", words, *more, *house.secrets(member), "--json", "--", case, name)
    return yanlu("desk", "act", *line)


def export(house: LiveOffice, member: str, case: str, out: Path) -> Ran:
    """Tries to write the case out."""
    return yanlu("desk", "export", "--out", out, *house.secrets(member), "--json", "--", case)


def test_a_case_goes_abroad_by_two_and_leaves_a_trace_first(tmp_path: Path) -> None:
    """Refused unasked, and by the one who asked; agreed to by another, it is written with words, record and files."""
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (ASKER, OTHER)) as house:
        assert file_report(house).code == 0
        wait_for_case(house)
        case = pull(house, ASKER)
        out, again = tmp_path / "out", tmp_path / "again"
        unasked = export(house, ASKER, case, out)
        assert (unasked.code, "ask to export the case" in unasked.err or "agree to the export" in unasked.err) == (
            6,
            True,
        )
        abroad = ("--code", "destination=court-abroad")
        assert act(house, ASKER, case, "export-asked", "法院来函。", *abroad).code == 0
        alone = act(house, ASKER, case, "export-approved", "同意。", "--code", "authority=procuratorate")
        assert (alone.code, "Another than who asked must agree" in alone.err) == (Exit.REFUSED, True)
        assert pull(house, OTHER) == case
        assert not out.exists()
        _declined_first(house, case)
        taken = act(house, ASKER, case, "export-approved", "收件人写错了。", "--decline")
        assert (taken.code, "withdrawn" in taken.document) == (0, True), taken.err
        assert _shown(house, OTHER, case)["second"] == []
        late = act(house, OTHER, case, "export-approved", "同意。", "--code", "authority=procuratorate")
        assert late.code == Exit.REFUSED, late.err
        assert act(house, ASKER, case, "export-asked", "法院来函。", *abroad).code == 0
        agreed = act(house, OTHER, case, "export-approved", "主管机关已批准。", "--code", "authority=procuratorate")
        assert agreed.code == 0, agreed.err
        written = export(house, ASKER, case, out)
        assert written.code == 0, written.err
        assert written.document["destination"] == "court-abroad"
        document = json.loads((out / "case.json").read_text("utf-8"))
        assert ACCOUNT.strip() in [entry["text"].strip() for entry in document["entries"] if entry["text"]]
        done = [row["kind"] for row in document["record"] if row["kind"] != "claimed"]
        assert done[-4:] == ["step-declined", "export-asked", "export-approved", "exported"]
        assert ATTACHED in [file.read_bytes() for file in out.iterdir()]
        # Broken off after the record: the one who wrote it may run it again; nothing is written over.
        assert export(house, ASKER, case, again).code == 0
        assert export(house, ASKER, case, out).code == Exit.USAGE


def _shown(house: LiveOffice, member: str, case: str) -> dict[str, Any]:
    ran = yanlu("desk", "act", *house.secrets(member), "--json", "--", case)
    assert ran.code == 0, ran.err
    return ran.document


def _declined_first(house: LiveOffice, case: str) -> None:
    """The second person sees who asks and why, and says no; the first sees that, and the request stands."""
    (asked,) = _shown(house, OTHER, case)["second"]
    assert (asked["act"], asked["by"], asked["reason"]) == ("export-approved", ASKER, "法院来函。")
    assert (asked["can_agree"], asked["declined"]) == ([OTHER], [])
    # The one who asked may have to name another recipient.
    assert "export-asked" in _shown(house, ASKER, case)["allowed"]
    unasked = act(house, OTHER, case, "released", "不。", "--decline")
    assert (unasked.code, "waits for a second person" in unasked.err) == (Exit.NOTHING_THERE, True), unasked.err
    no = act(house, OTHER, case, "export-approved", "批准文件尚缺。", "--decline")
    assert (no.code, no.document["declined"]) == (0, asked["n"]), no.err
    twice = act(house, OTHER, case, "export-approved", "仍缺。", "--decline")
    assert (twice.code, "declined this already" in twice.err) == (Exit.REFUSED, True), twice.err
    seen = _shown(house, ASKER, case)
    assert [(one["by"], one["reason"]) for one in seen["second"][0]["declined"]] == [(OTHER, "批准文件尚缺。")]
    assert "export-asked" in seen["allowed"]
    lines = yanlu("--lang", "zh", "desk", "act", *house.secrets(ASKER), "--", case).out
    assert "不同意：" in lines
    assert "批准文件尚缺。" in lines
