"""What intake serves to everyone: the site byte for byte, and the office's documents as signed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from werkzeug.test import TestResponse

import crypto
from portal.site_build.packed import LEAST
from tests.support.offices.edge import PAGE, Edge

UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": import_module("brotli").decompress, "gzip": gzip.decompress}
SITE = Path(__file__).resolve().parents[3] / "portal/site/intake"


def unpacked(answer: TestResponse) -> bytes:
    """The body of an answer, as a browser unpacks it."""
    return UNPACK[answer.headers["Content-Encoding"]](answer.data)


def test_the_site_is_served_byte_for_byte(edge: Edge) -> None:
    """Each file of the release list is served with exactly its bytes, packed or not."""
    release = json.loads((SITE / "release.json").read_text())
    for name in release["files"]:
        address = f"/{name.removesuffix('index.html')}"
        plain = edge.client.get(address)
        packed = edge.client.get(address, headers={"Accept-Encoding": "gzip, deflate"})
        body = gzip.decompress(packed.data) if packed.headers.get("Content-Encoding") == "gzip" else packed.data
        assert plain.data == body == (SITE / name).read_bytes()
        tight = edge.client.get(address, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert tight.headers["Content-Encoding"] == ("br" if len(body) >= LEAST else "gzip")
        assert unpacked(tight) == body
        assert len(tight.data) <= len(packed.data)


def test_the_office_documents_are_served_as_signed(edge: Edge) -> None:
    """Roots and directory come as the keepers signed them, and a policy by its hash alone."""
    shown = crypto.read_office(edge.client.get("/office/office.json").data)
    assert shown == crypto.OfficeDocument(edge.office.roots, edge.office.note(), None)
    assert edge.client.get(f"/office/policies/{crypto.b64encode(edge.office.page)}.json").json == {"v": 1}
    assert edge.client.get(f"/office/policies/{'B' * 43}.json").status_code == 404
    assert edge.client.get("/office/site.json").json == {"v": 1, "demo": False, "slots": {}}


def test_public_documents_come_packed_and_answers_to_a_caller_never(edge: Edge) -> None:
    """Roots, directory and policy are the same bytes packed; what depends on a call is as it is."""
    policy = f"/office/policies/{crypto.b64encode(edge.office.page)}.json"
    for address in ("/office/office.json", policy):
        plain = edge.client.get(address, headers={"Accept-Encoding": "identity"})
        packed = edge.client.get(address, headers={"Accept-Encoding": "gzip"})
        assert (plain.status_code, packed.status_code) == (200, 200), address
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < 0.75 * len(plain.data) or len(plain.data) < 2048
        both = edge.client.get(address, headers={"Accept-Encoding": "gzip, br"})
        how = "br" if len(plain.data) >= LEAST else "gzip"
        assert (both.headers["Content-Encoding"], unpacked(both)) == (how, plain.data)
        assert len(both.data) <= len(packed.data)
    for address in (f"/api/blobs/{'A' * 22}", "/office/site.json"):
        assert "Content-Encoding" not in edge.client.get(address, headers={"Accept-Encoding": "gzip"}).headers
    poll = edge.client.post("/api/poll", data=PAGE, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in poll.headers
