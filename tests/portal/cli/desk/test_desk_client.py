"""The desk's client: a member's cases come page by page."""

from __future__ import annotations

from typing import Any, cast

from crypto.office.directory import VerifiedDirectory
from portal.cli.desk.client import DeskSession
from portal.cli.server import Server

Pages = dict[str | None, tuple[list[str], str | None]]


class Paged:
    """A server whose pages are told beforehand, by what is asked for."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    def json(self, method: str, path: str, *, params: dict[str, str]) -> dict[str, Any]:
        """The page behind `after`."""
        assert (method, path) == ("GET", "/api/cases")
        assert params.keys() <= {"after"}
        self.asked.append(params.get("after"))
        cases, after = self.pages[params.get("after")]
        return {"cases": [{"case": case} for case in cases], "next": after}


def cases_of(server: Paged) -> list[str]:
    """The cases that a session finds there."""
    session = DeskSession(cast("Server", server), cast("VerifiedDirectory", None), "li-wei")
    return [row["case"] for row in session.rows()]


def test_every_page_is_read_and_each_case_comes_once() -> None:
    """Page after page until none is named; a case that stands on two pages is one case, an empty list ends at once."""
    server = Paged({None: (["a", "b"], "1"), "1": (["b", "c"], "2"), "2": (["d"], None)})
    assert cases_of(server) == ["a", "b", "c", "d"]
    assert server.asked == [None, "1", "2"]
    assert cases_of(Paged({None: ([], None)})) == []


def test_a_server_that_names_pages_for_ever_is_left() -> None:
    """A page without anything new that names one behind it is the last that is asked for."""
    server = Paged({None: (["a"], "1"), "1": (["a"], "1")})
    assert cases_of(server) == ["a"]
    assert server.asked == [None, "1"]
