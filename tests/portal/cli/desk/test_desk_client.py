"""The desk's client: a member's cases come page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from crypto import b64decode, b64encode
from crypto.office.directory import VerifiedDirectory
from portal.cli.desk.client import DeskSession
from portal.cli.server import Server

T = TypeVar("T")
ROW = {"entity": "works", "policy": "p", "version": "1", "day": "2026-11-28", "stage": "new", "epoch": 0,
       "urgent": False, "head": {"n": 0, "hash": "A" * 43}, "last": {"to_office": 1, "to_reporter": 0}}  # fmt: skip
ONE, TWO = "A" * 32, "B" * 32
Pages = dict[str | None, tuple[list[str], str | None]]


def id_of(name: str) -> str:
    """The id of a case that a test calls by a letter."""
    return b64encode(name.encode() * 16)


class Paged:
    """A server whose pages are told beforehand, by what is asked for."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    def read(self, read: Callable[[object], T], method: str, path: str, *, params: dict[str, str]) -> T:
        """The page behind `after`, as its reader gives it."""
        assert (method, path) == ("GET", "/api/cases")
        assert params.keys() <= {"after"}
        self.asked.append(params.get("after"))
        cases, after = self.pages[params.get("after")]
        return read({"cases": [{**ROW, "case": id_of(case)} for case in cases], "next": after})


def cases_of(server: Paged) -> list[str]:
    """The cases that a session finds there."""
    session = DeskSession(cast("Server", server), cast("VerifiedDirectory", None), "li-wei")
    return [b64decode(row["case"]).decode()[0] for row in session.rows()]


def test_every_page_is_read_and_each_case_comes_once() -> None:
    """Page after page until none is named; a case that stands on two pages is one case, an empty list ends at once."""
    server = Paged({None: (["a", "b"], ONE), ONE: (["b", "c"], TWO), TWO: (["d"], None)})
    assert cases_of(server) == ["a", "b", "c", "d"]
    assert server.asked == [None, ONE, TWO]
    assert cases_of(Paged({None: ([], None)})) == []


def test_a_server_that_names_pages_for_ever_is_left() -> None:
    """A page without anything new that names one behind it is the last that is asked for."""
    server = Paged({None: (["a"], ONE), ONE: (["a"], ONE)})
    assert cases_of(server) == ["a"]
    assert server.asked == [None, ONE]
