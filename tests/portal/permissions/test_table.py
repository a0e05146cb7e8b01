"""The table of permissions: whole, strict, and the same wherever it is repeated."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import click
import pytest

import crypto
from crypto.custody.unsealing import MAY_ASK
from portal.cli.root import whole
from portal.permissions.annex import PAGES, with_annex
from portal.permissions.table import FILE, PermissionsRefused, RouteRule, permissions, read_permissions
from portal.site_build.pages import build_face
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import open_edge
from tests.support.stores.backends import embedded_stores

ROOT = Path(__file__).resolve().parents[3]
TEXT = FILE.read_text("utf-8")
AUTOMATIC = {"HEAD", "OPTIONS"}
ROW = '[[action]]\nid = "a"\nname = { zh = "甲", en = "A" }\n'


def verbs(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command of the tree that does something."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, (*path, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*path, name))


def test_every_command_stands_in_the_table_and_no_other() -> None:
    """A command that nobody gave to anybody, or a row without its command, is found."""
    assert sorted(permissions().by_command) == sorted(verbs(whole()))


def test_every_route_of_the_desk_stands_in_the_table_and_no_other(tmp_path: Path) -> None:
    """A route that nobody gave to anybody, or a row without its route, is found."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    room = DeskRoom(edge)
    rules = room.app.url_map.iter_rules()
    served = {RouteRule(method, rule.rule) for rule in rules for method in (rule.methods or set()) - AUTOMATIC}
    room.close()
    edge.close()
    assert set(permissions().by_call) == served


@pytest.mark.parametrize(
    "text",
    [
        "other = 1\n" + TEXT,
        f'{ROW}who = "roles"\nroles = ["king"]\nothers = "refused"\ncalls = ["GET /a"]\n',
        f'{ROW}who = "roles"\nroles = ["auditor"]\nothers = "perhaps"\ncalls = ["GET /a"]\n',
        f'{ROW}who = "everybody"\ncalls = ["GET /a"]\n',
        f'{ROW}who = "machine"\nroles = ["auditor"]\ncommands = ["a"]\n',
        f'{ROW}who = "anybody"\ncalls = ["DELETE /a"]\n',
        f'{ROW}who = "anybody"\ncalls = ["GET /a", "GET /a"]\n',
        f'{ROW}who = "anybody"\nmore = 1\ncalls = ["GET /a"]\n',
        f'{ROW}who = "anybody"\n',
        f'{ROW}who = "watch"\nwatch = ["GET /a", "GET /a"]\n',
        f'{ROW}who = "hr"\ndrop = ["GET a"]\n',
        f'{ROW}who = "anybody"\ncommands = ["a"]\n{ROW}who = "anybody"\ncommands = ["b"]\n',
    ],
)
def test_a_table_that_says_something_else_is_refused(text: str) -> None:
    """A role, a party, a key, a method that there is not, or a place that is taken twice."""
    assert len(read_permissions(TEXT).actions) > 10
    with pytest.raises((PermissionsRefused, ValueError)):
        read_permissions(text)


def test_the_wire_format_and_the_table_name_the_same_roles() -> None:
    """Who may hold a case and who may ask for an identity is said once more in the format, and alike."""
    for action in ("find-cases", "open-case", "act-in-case", "change-readers"):
        assert permissions().action(action).roles == crypto.HOLDER_ROLES
    assert permissions().action("ask-for-identity").roles == MAY_ASK
    assert permissions().action("vote-on-identity").roles == {crypto.Role.CUSTODIAN}


def test_an_administrator_touches_no_content() -> None:
    """No action that is given by role is an administrator's, nor does an auditor or observer open anything."""
    given = {role: {one.id for one in permissions().actions if role in one.roles} for role in crypto.Role}
    assert given[crypto.Role.ADMINISTRATOR] == set()
    opening = {"find-cases", "open-case", "act-in-case", "change-readers", "ask-for-identity", "see-requests"}
    for role in (crypto.Role.AUDITOR, crypto.Role.COUNCIL_OBSERVER):
        assert given[role] & opening == set()


@pytest.mark.parametrize("language", PAGES)
def test_the_annex_repeats_the_table(language: str) -> None:
    """What the works agreement says is what the desk obeys; `python -m portal.permissions.annex` writes it."""
    page = PAGES[language].read_text("utf-8")
    assert with_annex(page, language) == page


def test_the_desk_shows_the_table_in_both_languages() -> None:
    """Every action stands on the page with its name, and each role has as many marks as in the table."""
    files = build_face(ROOT, "desk")
    for language in ("zh", "en"):
        page = unescape(files[f"{language}/duties/index.html"].decode())
        names = [one.name.zh if language == "zh" else one.name.en for one in permissions().actions]
        assert [name for name in names if name not in page] == []
        for role in crypto.Role:
            allowed = [one for one in permissions().actions if one.allows(role)]
            assert page.count(f'data-may="{role}"') == len(allowed), role
