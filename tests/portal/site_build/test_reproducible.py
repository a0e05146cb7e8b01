"""Two builds of one commit, far apart in place, time, language and rights, give the same files of both faces."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.site_build.packed import PACKED
from portal.site_build.pages import FACES, ROOT

# Of the npm packages, those that no page carries.
TOOLS = ("@types", "@typescript", "typescript", "pyright", "undici-types", "axe-core", "cctv-age", "fast-check", ".bin")
# What a machine's clock says reaches a build through these; they say it here.
CLOCK = """
import datetime, runpy, time
NOW = {now}
time.time, time.time_ns = (lambda: NOW), (lambda: NOW * 10**9)
class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(NOW, tz)
datetime.datetime = Fixed
{planted}
import portal.site_build.pages
raise SystemExit(portal.site_build.pages.main())
"""
PLANTED = {
    "the time": (
        "import portal.site_build.pages as pages\n"
        "said = pages.render\n"
        "pages.render = lambda *given: said(*given) + f'<!-- {time.time()} -->'"
    ),
    "the place": (
        "import os, portal.site_build.bundle as bundling\n"
        "bundling._OPTIONS = (*bundling._OPTIONS, f'--footer:js=//{os.getcwd()}')"
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """What differs between the machines of two people who build one commit."""

    folder: str
    umask: int
    now: int
    surroundings: dict[str, str]


HERE = Machine("a", 0o022, 1_000_000_000, {"TZ": "Asia/Shanghai", "LC_ALL": "C", "HOME": "/", "PYTHONHASHSEED": "1"})
THERE = Machine(
    "far away/of here, 远",
    0o077,
    2_000_000_000,
    {"TZ": "America/New_York", "LC_ALL": "de_DE.UTF-8", "HOME": "/nowhere", "PYTHONHASHSEED": "2"},
)


def copy_of_the_sources(folder: Path, stamp: int) -> None:
    """Everything that a page is made of, written by other hands at another time."""
    for name in ("templates", "crypto", "casework", "portal"):
        left_out = shutil.ignore_patterns("site", "__pycache__", "versions", "vectors")
        shutil.copytree(ROOT / name, folder / name, ignore=left_out, copy_function=shutil.copyfile)
    shutil.copytree(ROOT / "node_modules", folder / "node_modules", ignore=shutil.ignore_patterns(*TOOLS))
    for name in ("package.json", "tsconfig.json"):
        shutil.copyfile(ROOT / name, folder / name)
    for file in folder.rglob("*.*"):
        os.utime(file, (stamp, stamp))


def hashes_built_on(machine: Machine, place: Path, planted: str = "") -> dict[str, str]:
    """The SHA-256 of every file of both faces, built on that machine."""
    folder = place / machine.folder
    if not folder.exists():
        copy_of_the_sources(folder, machine.now)
    subprocess.run(
        [sys.executable, "-c", CLOCK.format(now=machine.now, planted=planted)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), **machine.surroundings},
        umask=machine.umask,
        check=True,
        capture_output=True,
    )
    site = folder / "portal/site"
    found = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if path.is_file()}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both machines keep their copies of the sources."""
    return tmp_path_factory.mktemp("builds")


def test_two_builds_of_one_commit_give_the_same_hashes(place: Path) -> None:
    """Folder, umask, time, time zone, language, home and hash seed differ, and no byte of any file does."""
    here, there = hashes_built_on(HERE, place), hashes_built_on(THERE, place)
    assert {name.split("/")[0] for name in here} == {*FACES, PACKED}
    assert here == there
    assert {name for name in here if name.endswith("release.json")} == {f"{face}/release.json" for face in FACES}


@pytest.mark.parametrize("leak", PLANTED)
def test_what_leaks_into_a_build_is_found(leak: str, place: Path) -> None:
    """A build that carries the time or its own place is another one elsewhere."""
    assert hashes_built_on(HERE, place, PLANTED[leak]) != hashes_built_on(THERE, place, PLANTED[leak])
