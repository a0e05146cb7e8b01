"""Two colleagues at a desk that shows them two reports under one case: the command says so, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.attacks.swapped_report import INVENTED, second_report
from tests.support.attacks.tampering_proxy import LyingProxy, lying_proxy
from tests.support.commands.yanlu_process import LiveOffice, Ran, live_office, yanlu
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
FIRST, SECOND = "investigator-a", "investigator-b"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveOffice]:
    """A live house with one report."""
    folder = tmp_path_factory.mktemp("house")
    with live_office(embedded_stores(folder), folder, (FIRST, SECOND)) as house:
        assert file_report(house).code == 0
        wait_for_case(house)
        yield house


def at_desk(house: LiveOffice, member: str, *words: object) -> Ran:
    """A command of a member who signs in."""
    name, *more = words
    return yanlu("desk", str(name), *house.secrets(member), "--json", *more)


def listen(proxy: LyingProxy) -> dict[str, bytes]:
    """What the desk says of each case, by its path."""
    heard: dict[str, bytes] = {}

    def hear(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        heard[path] = body
        return status, body

    proxy.alter = hear
    return heard


def test_whoever_is_shown_another_report_is_told_and_writes_nothing(house: LiveOffice, tmp_path: Path) -> None:
    """The first signs what was shown; the second reads of it, compares the marks, and answers only an honest desk."""
    answer = tmp_path / "answer"
    answer.write_text("An answer to an honest case.", "utf-8")
    with lying_proxy(house.ports.desk_url) as proxy:
        heard, code = listen(proxy), house.founded.code
        pull = ("pull", "--desk", proxy.url, "--office-key", code, "--member")
        [case] = at_desk(house, FIRST, *pull, FIRST).document["cases"]
        mark = honest_first(house, case)
        file, keys = json.loads(heard[f"/api/cases/{case}"]), house.members
        lie = second_report(file, keys[FIRST].staff.identity, keys[SECOND].staff.identity.recipient)
        proxy.clear()
        proxy.alter = lie.alter(case)
        pulled = at_desk(house, SECOND, *pull, SECOND)
        assert (pulled.code, pulled.document["damaged"]) == (Exit.DONE, [case]), pulled.err
        told = at_desk(house, SECOND, "open", "--", case).document
        assert told["entries"][0]["text"] == INVENTED
        assert (told["holds"], told["differing"], told["mark"] == mark) == (False, [FIRST], False)
        said = yanlu("--lang", "en", "desk", "open", *house.secrets(SECOND), "--", case).out
        assert f"What the desk of {FIRST} signed on unsealing this case is not what you were shown" in said
        refused = at_desk(house, SECOND, "reply", "--text-file", answer, "--", case)
        assert refused.code == Exit.REFUSED
        assert FIRST in refused.err
        assert proxy.sent("/api/cases") == []
        proxy.alter = None
        assert at_desk(house, SECOND, "pull").document["damaged"] == []
        opened = at_desk(house, SECOND, "open", "--", case).document
        assert (opened["mark"], set(opened["opened"]), opened["differing"]) == (mark, {FIRST, SECOND}, [])
        assert at_desk(house, SECOND, "reply", "--text-file", answer, "--", case).code == Exit.DONE


def honest_first(house: LiveOffice, case: str) -> str:
    """What the first colleague reads, in words too; gives the case mark."""
    document = at_desk(house, FIRST, "open", "--", case).document
    assert (list(document["opened"]), document["differing"], document["late"]) == ([FIRST], [], [])
    said = yanlu("--lang", "en", "desk", "open", *house.secrets(FIRST), "--", case).out
    assert f"The desk of {FIRST} unsealed it on " in said
    assert f"The desk of {SECOND} has not unsealed it yet." in said
    assert f"Case mark: {document['mark']}" in said
    assert "Where it matters, read the case mark to each other by telephone" in said
    return document["mark"]
