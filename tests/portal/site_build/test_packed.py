"""Files packed when the site is built: each unpacks to the very file, and nothing else is ever served."""

from __future__ import annotations

import stat
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from portal.edge.static_site import read_site
from portal.site_build.packed import PACKED, read_packed, write_packed

# It says nothing of its types.
brotli: Any = import_module("brotli")
BODY = b"The road for speech. " * 100
OTHER = b"Another road. " * 100


def _only(site: Path) -> Path:
    (found,) = (site / PACKED).iterdir()
    return found


def test_a_file_is_packed_once_and_read_again(tmp_path: Path) -> None:
    """What is small is left; a second build packs nothing again and drops what no file is any longer."""
    write_packed(tmp_path, [BODY, b"small"])
    first = _only(tmp_path)
    packed, written = first.read_bytes(), first.stat().st_mtime_ns
    assert brotli.decompress(packed) == BODY
    assert read_packed(tmp_path, BODY) == packed
    assert (read_packed(tmp_path, b"small"), read_packed(tmp_path, OTHER)) == (None, None)
    assert stat.S_IMODE(first.stat().st_mode) == 0o644
    write_packed(tmp_path, [BODY, OTHER])
    assert first.stat().st_mtime_ns == written
    write_packed(tmp_path, [OTHER])
    assert not first.exists()
    assert read_packed(tmp_path, OTHER) is not None


@pytest.mark.parametrize("lie", [brotli.compress(OTHER), b"", b"\xff" * 40, brotli.compress(BODY)[:-1]])
def test_what_unpacks_to_anything_else_is_not_served(tmp_path: Path, lie: bytes) -> None:
    """Bytes that somebody put in the packed file's place are as if there were none."""
    (tmp_path / "intake").mkdir()
    (tmp_path / "intake/a.js").write_bytes(BODY)
    write_packed(tmp_path, [BODY])
    assert read_site(tmp_path / "intake")["a.js"].tight == _only(tmp_path).read_bytes()
    _only(tmp_path).write_bytes(lie)
    assert read_site(tmp_path / "intake")["a.js"].tight is None
