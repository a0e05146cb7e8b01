"""The check of a running site: honest ones pass, and one other byte for one visitor is found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.office.keepers import read_keeper
from portal.release.releases import ReleaseFolder, found_signers, publish_release, sign_release
from portal.release.site_check import Fetch, Visitor, VisitorAnswer, check_site, listed_files, visitors
from tests.support.attacks.tampering_proxy import lying_proxy
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.desk import DeskRoom, desk_room
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

SITE = Path(__file__).resolve().parents[3] / "portal/site"
SOME = ("MicroMessenger", "zh-CN")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """Both faces of a sample office."""
    with desk_room(embedded_stores(tmp_path), tmp_path) as opened:
        yield opened


def fetching(app: Flask) -> Fetch:
    """Asks an app without a network."""
    client = app.test_client()

    def fetch(path: str, visitor: Visitor) -> VisitorAnswer:
        answer = client.get(path, headers=dict(visitor.headers))
        return VisitorAnswer(answer.status_code, answer.data, frozenset(name.lower() for name, _ in answer.headers))

    return fetch


def trusted(face: str) -> Mapping[str, str]:
    """The released files of a face."""
    return listed_files((SITE / face / "release.json").read_bytes())


def chosen(visitor: Visitor) -> bool:
    """The kind of visitor to whom somebody lies."""
    return SOME[0] in visitor.headers["User-Agent"] and visitor.headers["Accept-Language"].startswith(SOME[1])


def test_fifty_visitors_get_exactly_the_release(room: DeskRoom) -> None:
    """Both faces give fifty different browsers every file as released, and load nothing else."""
    asked = visitors(50)
    assert len({str(one.headers) for one in asked}) == 50
    assert {one.keeps_cookies for one in asked} == {True, False}
    for face, app in (("intake", room.edge.app), ("desk", room.app)):
        assert list(check_site(fetching(app), trusted(face), asked)) == []


@pytest.mark.parametrize(
    ("slipped", "what"),
    [
        (b"<script src='/assets/extra.js'></script>", {"bytes", "unlisted"}),
        (b"<script>1</script>", {"bytes", "unlisted"}),
        (b"<iframe src='https://elsewhere.example/'></iframe>", {"bytes", "unlisted"}),
        (b"<iframe src='data:image/svg+xml;base64,eA=='></iframe>", {"bytes", "unlisted"}),
        (b"<link rel=icon href='https://elsewhere.example/x.svg'>", {"bytes", "unlisted"}),
        (b" ", {"bytes"}),
    ],
)
def test_what_one_visitor_gets_beside_the_release_is_found(room: DeskRoom, slipped: bytes, what: set[str]) -> None:
    """One page that differs for one kind of visitor alone is found, and what it loads is told."""
    honest = fetching(room.edge.app)

    def fetch(path: str, visitor: Visitor) -> VisitorAnswer:
        answer = honest(path, visitor)
        lies = chosen(visitor) and path == "/zh/report/"
        return replace(answer, body=answer.body + slipped) if lies else answer

    found = list(check_site(fetch, trusted("intake"), visitors(50)))
    assert {one.path for one in found} >= {"/zh/report/"}
    assert {one.what for one in found} == what
    assert len({one.visitor for one in found}) == 1


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/office/office.json", {"other"}),
        ("/release.note", {"other"}),
        ("/release.json", {"other"}),
        ("/office/zh/yanlu-report.html", {"other", "bytes"}),
        ("/zh/", {"bytes"}),
    ],
)
def test_what_one_visitor_alone_gets_is_found_in_the_office_s_own_documents_too(
    room: DeskRoom, path: str, what: set[str]
) -> None:
    """An older directory for one kind of visitor is seen by holding the visitors' answers against each other."""
    honest = fetching(room.edge.app)

    def fetch(asked: str, visitor: Visitor) -> VisitorAnswer:
        answer = honest(asked, visitor)
        return VisitorAnswer(200, answer.body + b" ") if asked == path and chosen(visitor) else answer

    found = list(check_site(fetch, trusted("intake"), visitors(10)))
    assert {(one.path, one.what) for one in found} == {(path, one) for one in what}
    assert len({one.visitor for one in found}) == 1


def test_a_list_that_nobody_can_read_is_another_list(room: DeskRoom) -> None:
    """What is nested beyond all measure, or no list at all, stops nothing and is told like any other wrong list."""
    honest = fetching(room.edge.app)
    for body in (b"[" * 100_000, b"{", b"[]", b'{"files":1}'):

        def fetch(path: str, visitor: Visitor, body: bytes = body) -> VisitorAnswer:
            return VisitorAnswer(200, body) if path == "/release.json" else honest(path, visitor)

        found = {(one.path, one.what) for one in check_site(fetch, trusted("intake"), visitors(1))}
        assert found == {("/release.json", "list")}


@pytest.mark.parametrize(
    ("header", "what"),
    [("set-cookie", "cookie"), ("refresh", "elsewhere"), ("link", "elsewhere"), ("nel", "elsewhere")],
)
def test_what_a_header_does_beside_the_right_bytes_is_found(room: DeskRoom, header: str, what: str) -> None:
    """One that marks its visitors or sends browsers elsewhere is not the released site, though every byte is right."""
    honest = fetching(room.edge.app)

    def fetch(path: str, visitor: Visitor) -> VisitorAnswer:
        answer = honest(path, visitor)
        return replace(answer, headers=answer.headers | {header}) if path == "/en/" else answer

    assert {(one.path, one.what) for one in check_site(fetch, trusted("intake"), visitors(1))} == {("/en/", what)}


@pytest.mark.slow
def test_the_command_finds_a_lie_to_one_browser(
    room: DeskRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`yanlu verify-site` passes a genuine site by either list, and leaves with six for one byte for one client."""
    folder, published = a_release(tmp_path)

    def check(*words: str) -> Ran:
        return inside(capsys, monkeypatch, room.edge.settings, "verify-site", proxy.url, "--visitors", "6", *words)

    def honest(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (200, published[path]) if path in published else (status, body)

    def lie(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        meant = "/assets/report." in path and any(SOME[0] in said for said in proxy.seen[-1].headers.values())
        return honest(path, status, bytes([body[0] ^ 1]) + body[1:] if meant else body)

    with live_intake(room.edge.settings) as address, lying_proxy(address) as proxy:
        proxy.unasked = frozenset({"accept-encoding"})
        assert check("--json").document == {"ok": True, "visitors": 6}
        assert check("--release-key", folder.code()).code == 3
        proxy.alter = honest
        right = check("--release-key", folder.code(), "--json")
        assert right.document == {"ok": True, "visitors": 6, "number": 1, "version": "1.0", "signers": ["ann", "cy"]}
        assert check("--release-key", "7K3M-Q2XF-9T0A-HV5C-JB86").code == 3
        memory = room.edge.settings.data / "state/yanlu/releases.json"
        memory.write_text(memory.read_text("utf-8").replace('"number": 1', '"number": 2'), "utf-8")
        back = check("--release-key", folder.code())
        assert (back.code, "It was set back" in back.err) == (3, True)
        proxy.alter = lie
        # What was remembered is not even looked at here.
        for words in ((), ("--release-key", folder.code(), "--no-trace")):
            wrong = check(*words)
            assert (wrong.code, wrong.err.count("other bytes than released (visitor 5)")) == (6, 1)
            assert wrong.err.count("visitor") == 1


def a_release(folder: Path) -> tuple[ReleaseFolder, dict[str, bytes]]:
    """The pages of this installation, signed by two of three; gives what a site publishes of it."""
    site = folder / "site"
    shutil.copytree(SITE, site)
    release = found_signers(folder / "release", ["ann", "bo", "cy"], 2, os.urandom)
    keys = [read_keeper(release.path / f"keys/{name}.key", release.root().office) for name in ("ann", "cy")]
    sign_release(release, site, "1.0", keys)
    publish_release(release, site)
    return release, {
        f"/{name}": (site / "intake" / name).read_bytes() for name in ("release.note", "release-roots.json")
    }
