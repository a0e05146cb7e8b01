"""`yanlu verify-site` of a site that a company's own authority vouches for, or that vouches for itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.settings import read_settings
from tests.support.commands.yanlu_in_process import inside
from tests.support.servers.private_ca import behind_authority


def test_a_sites_own_authority_is_believed_once_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the site can't be reached; with it its files are compared; what is no certificate is refused."""
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data")})
    release, other = tmp_path / "release.json", tmp_path / "other.pem"
    release.write_text(json.dumps({"files": {"index.html": "0" * 64}}), "utf-8")
    other.write_text("no certificate", "utf-8")
    with behind_authority(tmp_path) as site:
        told = ("verify-site", site.url, "--release", release, "--visitors", "1")
        assert inside(capsys, monkeypatch, settings, *told).code == Exit.UNREACHABLE
        assert site.seen == []
        ran = inside(capsys, monkeypatch, settings, *told, "--ca-file", site.authority)
        assert (ran.code, "/" in "".join(site.seen)) == (Exit.REFUSED, True), ran.err
        assert inside(capsys, monkeypatch, settings, *told, "--ca-file", other).code == Exit.USAGE
