"""A cheap key derivation: light pages are the shipped ones with one difference, a cost of Argon2id that costs nothing.

A sign-in stretches a passphrase twice and a receipt once, which in a browser's JavaScript is two to four seconds of a
processor. A journey that is about something else says that its house is light: `running_demo(folder, light=True)` (the
shared `demo` of the journeys is light, `real_demo` is not), `with lightly():` around `live_office(…)`, or
`live_intake(settings, face=LIGHT_INTAKE)`. Then the whole house is: pages, the commands that fill it, its processes.
Anyone who computes with one of its receipts or staff keys, in the test's own process or by `yanlu(…)`, does it inside
`with lightly():`.
The cost stands in no file and no header (`crypto/SPEC.md` §3, §8), so a receipt, a key file or a sign-in of a light
house means nothing to a real one, which answers it like a wrong one. The product knows nothing of this and has no
switch for it: these pages are the built ones of `portal/site` with other numbers and, from these, other hashes.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

import crypto
from crypto.keys import staff
from portal.cli.demo import processes
from portal.clock import Clock
from portal.edge.load_limiter import LoadLimiter
from portal.settings import Settings
from portal.site_build.bundle import Asset, named_asset
from portal.site_build.pages import release_list, write_face
from portal.wiring.intake import build_intake

SITE = Path(__file__).resolve().parents[3] / "portal" / "site"
LIGHT = crypto.ReceiptCost(8, 1, 1)
LIGHT_INTAKE = "tests.support.servers.cheap_key_derivation:build_light_intake"
PAGES = "light-pages"
PROGRAM = "tests.support.servers.cheap_key_derivation"
_COST = re.compile(rb"\{memory:(\d+),passes:(\d+),lanes:(\d+)\}")
_SCRIPT = re.compile(rb"<script[^>]*>(.*?)</script>", re.DOTALL)


def costs_in(script: bytes) -> list[crypto.ReceiptCost]:
    """Every cost of Argon2id that a built script holds."""
    return [crypto.ReceiptCost(*map(int, found)) for found in _COST.findall(script)]


def _lightened(script: bytes) -> bytes:
    return _COST.sub(b"{memory:%d,passes:%d,lanes:%d}" % (LIGHT.memory, LIGHT.passes, LIGHT.lanes), script)


def _single(html: bytes) -> bytes:
    """A page in one file, whose policy names its script by its hash."""

    def named(script: bytes) -> bytes:
        return base64.b64encode(hashlib.sha256(script).digest())

    for script in _SCRIPT.findall(html):
        html = html.replace(named(script), named(_lightened(script)))
    return _lightened(html)


def light_face(shipped: Path) -> dict[str, bytes]:
    """All files of a built face, light: path inside the site → bytes."""
    found = {file.relative_to(shipped).as_posix(): file.read_bytes() for file in shipped.rglob("*") if file.is_file()}
    del found["release.json"]
    files: dict[str, bytes] = {}
    changes: list[tuple[bytes, bytes]] = []
    for path in [path for path in found if path.endswith(".js")]:
        was = Asset(Path(path).name, found.pop(path), ())
        now = named_asset(was.name.split(".")[0], ".js", _lightened(was.body))
        files[f"assets/{now.name}"] = now.body
        changes += [(old.encode(), new.encode()) for old, new in ((was.name, now.name), (was.integrity, now.integrity))]
    for path, body in found.items():
        files[path] = _single(body) if path.endswith(".html") else body
        for old, new in changes:
            files[path] = files[path].replace(old, new)
    return files | {"release.json": release_list(files)}


def light_site(folder: Path, face: str) -> Path:
    """Where the light pages of a face lie in the folder of a house, made by the one process that serves them."""
    if not (folder / PAGES / face).exists():
        write_face(folder / PAGES, face, light_face(SITE / face))
    return folder / PAGES


def build_light_intake(settings: Settings, clock: Clock, limiter: LoadLimiter | None = None) -> Flask:
    """Intake with light pages."""
    return build_intake(
        settings.model_copy(update={"site": light_site(settings.data, "intake")}), clock, limiter=limiter
    )


def is_light() -> bool:
    """Whether we are inside `with lightly():`."""
    return processes.PROGRAM == PROGRAM


@contextmanager
def lightly() -> Generator[None]:
    """Inside, this process stretches at the light cost, and a house that it starts is light."""
    changes: list[tuple[object, str, object]] = [
        (staff, "STAFF_COST", LIGHT),
        (crypto.derive_reporter, "__defaults__", (LIGHT,)),
        (processes, "PROGRAM", PROGRAM),
    ]
    before = [getattr(owner, name) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for (owner, name, _), value in zip(changes, before, strict=True):
            setattr(owner, name, value)


def main() -> None:
    """Run as a program, this module is `yanlu` of a light house; what it serves is light too."""
    from portal.cli.root import main as yanlu

    if sys.argv[1:2] == ["serve"]:
        Settings.model_fields["site"].default = light_site(Path(os.environ["YANLU_DATA"]), sys.argv[2])
        Settings.model_rebuild(force=True)
    with lightly():
        yanlu()


if __name__ == "__main__":
    main()
