"""What intake serves to everyone: the site byte for byte, and the office's documents as signed."""

from __future__ import annotations

import json
from pathlib import Path

import crypto
from tests.support.edge import Edge

SITE = Path(__file__).resolve().parents[3] / "portal/site/intake"


def test_the_site_is_served_byte_for_byte(edge: Edge) -> None:
    """Each file of the release list is served with exactly its bytes, packed or not."""
    import gzip

    release = json.loads((SITE / "release.json").read_text())
    for name in release["files"]:
        address = f"/{name.removesuffix('index.html')}"
        plain = edge.client.get(address)
        packed = edge.client.get(address, headers={"Accept-Encoding": "gzip, deflate"})
        body = gzip.decompress(packed.data) if packed.headers.get("Content-Encoding") == "gzip" else packed.data
        assert plain.data == body == (SITE / name).read_bytes()


def test_the_office_documents_are_served_as_signed(edge: Edge) -> None:
    """Roots and directory come as the keepers signed them, and a policy by its hash alone."""
    roots = edge.client.get("/office/roots.json").json
    assert roots == {"roots": [root.decode() for root in edge.office.roots]}
    assert edge.client.get("/office/directory.note").data == edge.office.note()
    assert edge.client.get(f"/office/policies/{crypto.b64encode(edge.office.page)}.json").json == {"v": 1}
    assert edge.client.get(f"/office/policies/{'B' * 43}.json").status_code == 404
    assert edge.client.get("/office/site.json").json == {"v": 1, "demo": False}
