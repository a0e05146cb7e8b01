"""Bundles scripts and style sheets with esbuild and gives them names made of their content."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.site_build.errors import BundleFailed

WITHOUT_CURVES = "--alias:@noble/curves/nist.js=./crypto/sealing/withoutnistcurves.ts"
"""The libraries bring curves along on which no key of ours is: a fifteenth of each page that seals."""
WITHOUT_SCRYPT = "--alias:@noble/hashes/scrypt.js=./crypto/sealing/noscrypt.ts"
"""And a way of sealing by passphrase that nothing of ours uses: a fiftieth."""
TARGET = "chrome120,firefox128"
"""The oldest browsers that the scripts are written for, as the page about the site names them."""
_OPTIONS = (
    "--bundle",
    "--minify",
    "--charset=utf8",
    "--legal-comments=none",
    "--log-level=warning",
    f"--target={TARGET}",
    # Of Node's library slip39 needs two functions.
    "--alias:crypto=./templates/desk/recovery/nodecrypto.ts",
    WITHOUT_CURVES,
    WITHOUT_SCRYPT,
)


@dataclass(frozen=True)
class Asset:
    """One file under `/assets/`: its name with the hash inside, its bytes, its sources."""

    name: str
    body: bytes
    sources: tuple[Path, ...]

    @property
    def address(self) -> str:
        """The path that pages use."""
        return f"/assets/{self.name}"

    @property
    def integrity(self) -> str:
        """The hash that a page names beside the address, so that a browser loads no other bytes."""
        return f"sha384-{base64.b64encode(hashlib.sha384(self.body).digest()).decode()}"


def find_esbuild(root: Path) -> Path:
    """The native bundler that the locked npm packages brought; no node is needed to run it."""
    found = sorted((root / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    if not found:
        raise BundleFailed("esbuild is not installed: run `make build`")
    return found[0]


def bundle(root: Path, entry: Path, addresses: Mapping[str, str] | None = None) -> Asset:
    """One minified file from a `.ts` or `.css` entry; the same input gives the same bytes.

    `addresses` are names that stand in the script for addresses of other scripts, and for their hashes.
    """
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"out{'.css' if entry.suffix == '.css' else '.js'}"
        meta = Path(folder) / "meta.json"
        command = [str(find_esbuild(root)), str(entry), *_OPTIONS]
        command += ["--format=esm", f"--outfile={out}", f"--metafile={meta}"]
        command += [f"--define:{name}={json.dumps(address)}" for name, address in (addresses or {}).items()]
        # A relative path would depend on where the build was started.
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BundleFailed(f"{entry}:\n{done.stderr}")
        inputs: dict[str, Any] = json.loads(meta.read_text(encoding="utf-8"))["inputs"]
        sources = tuple(root / path for path in sorted(inputs))
        return named_asset(entry.stem, out.suffix, out.read_bytes(), sources)


def named_asset(stem: str, suffix: str, body: bytes, sources: tuple[Path, ...] = ()) -> Asset:
    """Gives bytes a name with the first 16 hex digits of their SHA-256 inside."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(f"{stem}.{digest}{suffix}", body, sources)
