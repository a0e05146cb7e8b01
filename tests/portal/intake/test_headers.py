"""Every answer of intake: strict headers, nothing kept, no cookie, no server's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.headers import POLICY
from tests.support.edge import Edge

WANTED = {
    "Cache-Control": "no-store",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
REFUSED = ("Server", "Set-Cookie", "ETag", "Last-Modified", "Expires", "Access-Control-Allow-Origin")
SITE = Path(__file__).resolve().parents[3] / "portal/site/intake"


def addresses(edge: Edge) -> list[str]:
    """Every address that can be fetched, and some that cannot."""
    rules = {rule.rule for rule in edge.app.url_map.iter_rules() if "<" not in rule.rule}
    name, blob = "A" * 43, "A" * 22
    shaped = {f"/office/policies/{name}.json", f"/office/jurisdictions/{name}.json", f"/api/blobs/{blob}"}
    return sorted(rules | shaped | {"/nothing", "/zh", "//", "/assets/../release.json", "/api/blobs/%00"})


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_answer_has_the_strict_headers(edge: Edge, method: str) -> None:
    """Every address answers every method with all strict headers, without cookie, validator or server's name."""
    for address in addresses(edge):
        answer = edge.client.open(address, method=method, headers={"Cookie": "a=b"})
        assert answer.status_code < 500
        assert {name: answer.headers.get(name) for name in WANTED} == WANTED, address
        assert answer.headers["Content-Security-Policy"] == "; ".join(POLICY)
        assert "microphone=(self)" in answer.headers["Permissions-Policy"]
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert not [name for name in REFUSED if name in answer.headers], address
        assert answer.headers.get("Location", "/") in {"/", "/zh/"}


def test_the_policy_lets_no_foreign_or_inline_code_run() -> None:
    """The content policy starts from nothing, asks for trusted types, and nowhere allows inline or eval."""
    text = "; ".join(POLICY)
    assert text.startswith("default-src 'none'")
    assert "require-trusted-types-for 'script'" in text
    assert not any(word in text for word in ("unsafe", "http", "*"))


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
    assert edge.client.get(f"/office/policies/{'A' * 43}.json").json == {"v": 1}
    assert edge.client.get(f"/office/policies/{'B' * 43}.json").status_code == 404
    assert edge.client.get("/office/site.json").json == {"v": 1, "demo": False}
