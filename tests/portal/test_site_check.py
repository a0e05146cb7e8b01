"""The check of a running site: honest ones pass, and one other byte for one visitor is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.site_check import Fetch, Profile, check_site, profiles
from tests.support.command import yanlu
from tests.support.desk import DeskRoom
from tests.support.edge import open_edge
from tests.support.live import live_intake
from tests.support.lying_proxy import lying_proxy
from tests.support.stores import embedded_stores

SITE = Path(__file__).resolve().parents[2] / "portal/site"
SOME = ("MicroMessenger", "zh-CN")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """Both faces of a sample office."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    opened = DeskRoom(edge)
    yield opened
    opened.close()
    edge.close()


def fetching(app: Flask) -> Fetch:
    """Asks an app without a network."""
    client = app.test_client()

    def fetch(path: str, visitor: Profile) -> tuple[int, bytes]:
        answer = client.get(path, headers=dict(visitor))
        return answer.status_code, answer.data

    return fetch


def trusted(face: str) -> bytes:
    """The release list of a face."""
    return (SITE / face / "release.json").read_bytes()


def test_fifty_visitors_get_exactly_the_release(room: DeskRoom) -> None:
    """Both faces give fifty different browsers every file as released, and load nothing else."""
    visitors = profiles(50)
    assert len({tuple(sorted(one.items())) for one in visitors}) == 50
    for face, app in (("intake", room.edge.app), ("desk", room.app)):
        assert list(check_site(fetching(app), trusted(face), visitors)) == []


@pytest.mark.parametrize(
    ("slipped", "what"),
    [
        (b"<script src='/assets/extra.js'></script>", {"bytes", "unlisted"}),
        (b"<script>1</script>", {"bytes", "unlisted"}),
        (b"<iframe src='https://elsewhere.example/'></iframe>", {"bytes", "unlisted"}),
        (b" ", {"bytes"}),
    ],
)
def test_what_one_visitor_gets_beside_the_release_is_found(room: DeskRoom, slipped: bytes, what: set[str]) -> None:
    """One page that differs for one kind of visitor alone is found, and what it loads is told."""
    honest = fetching(room.edge.app)

    def fetch(path: str, visitor: Profile) -> tuple[int, bytes]:
        status, body = honest(path, visitor)
        chosen = SOME[0] in visitor["User-Agent"] and visitor["Accept-Language"].startswith(SOME[1])
        return status, body + slipped if chosen and path == "/zh/report/" else body

    found = list(check_site(fetch, trusted("intake"), profiles(50)))
    assert {one.path for one in found} >= {"/zh/report/"}
    assert {one.what for one in found} == what
    assert len({one.profile for one in found}) == 1


@pytest.mark.slow
def test_the_command_leaves_with_six_for_one_flipped_bit(room: DeskRoom) -> None:
    """`yanlu verify-site` passes a genuine site, and refuses it once one bit of one script is flipped."""
    with live_intake(room.edge.settings) as address, lying_proxy(address) as proxy:
        proxy.unasked = frozenset({"accept-encoding"})
        right = yanlu("verify-site", proxy.url, "--visitors", "2", "--json")
        assert (right.code, right.document) == (0, {"ok": True, "visitors": 2})
        proxy.alter = lambda path, status, body: (
            (status, bytes([body[0] ^ 1]) + body[1:]) if "/assets/mailbox." in path else (status, body)
        )
        wrong = yanlu("verify-site", proxy.url, "--visitors", "2")
        assert wrong.code == 6
        assert "/assets/mailbox." in wrong.err
