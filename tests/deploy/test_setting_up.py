"""Setting up and building where something stands in the way: a company's own authority, pages that are not built."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.settings import StoreName
from tests.support.servers.private_ca import Behind, behind_authority
from tools.setup import NODE, PYTHON, TRUST, UV, system_node, trust, wheel_node
from tools.wheel_guard import NEEDED

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("crypto", "casework", "retaliation_watch", "portal", "templates")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Behind]:
    """A registry of packages behind a company's proxy."""
    with behind_authority(tmp_path) as server:
        yield server


def commands(url: str) -> dict[str, list[str | Path]]:
    """What set-up calls, each asked for a package that there is not."""
    npm = (system_node() or wheel_node())[1].resolve()
    name = "yanlu-not-there"
    return {
        "uv": [UV, "pip", "install", "--no-cache", "--python", PYTHON, "--index-url", f"{url}/uv/", "--dry-run", name],
        "pip": [PYTHON, "-m", "pip", "install", "--no-cache-dir", "--retries", "0", "--no-input",
                "--disable-pip-version-check", "--index-url", f"{url}/pip/", "--dry-run", name],
        "npm": [NODE, npm, "view", name, "--registry", f"{url}/npm/", "--fetch-retries", "0"],
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["uv", "pip", "npm"])
def test_set_up_believes_the_authority_that_the_machine_believes(registry: Behind, tmp_path: Path, tool: str) -> None:
    """Behind a proxy that opens TLS each tool gets through once the machine trusts it, and not before."""
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "UV_PYTHON_DOWNLOADS": "never"}
    # Whatever this machine tells npm besides.
    bare["npm_config_globalconfig"] = str(tmp_path / "npmrc")
    command = commands(registry.url)[tool]
    for given, heard in (({}, False), (trust({}, [tmp_path / "none", registry.authority]), True)):
        subprocess.run(command, env=bare | given, capture_output=True, check=False, timeout=100)
        assert any(path.startswith(f"/{tool}/") for path in registry.seen) is heard, (tool, registry.seen)


def test_what_somebody_set_for_one_tool_is_passed_on_to_the_others(tmp_path: Path) -> None:
    """Named for one of them it counts for all, and nothing that is set is altered; without any bundle nothing is."""
    bundle = tmp_path / "bundle.crt"
    bundle.touch()
    for name in TRUST:
        assert trust({name: "/own"}, [bundle]) == {other: "/own" for other in TRUST if other != name}
    assert trust(dict.fromkeys(TRUST, "/own"), [bundle]) == {}
    assert trust({}, [tmp_path / "missing"]) == {}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of the sources as a build needs, without pages."""
    for name in ("pyproject.toml", "README.md", "LICENSE", "tools/wheel_guard.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for name in PACKAGES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    return tmp_path


@pytest.mark.parametrize("page", ["docs/operations.md", "docs/operations.zh-CN.md"])
def test_whoever_takes_a_site_away_is_told_of_all_that_was_set_up(page: str) -> None:
    """Every unit, user, group, folder and store of the set-up is named where a site is taken away."""
    text = (ROOT / page).read_text("utf-8").partition("systemctl stop 'yanlu-*'")[2].partition("```")[0]
    assert "/etc/systemd/system/{,*.wants/}yanlu-*" in text
    others = [one for one in (ROOT / "deploy/systemd").glob("*.d/*.conf") if not one.parent.name.startswith("yanlu-")]
    assert [one for one in others if f"/etc/systemd/system/{one.parent.name}/{one.name}" not in text] == []
    made = (ROOT / "deploy/systemd/tmpfiles.conf").read_text()
    folders = {line.split()[1] for line in made.splitlines() if line.startswith("d /var/")}
    assert [one for one in folders if not any(one.startswith(gone) for gone in re.findall(r"/var/[\w/-]+", text))] == []
    people = (ROOT / "deploy/systemd/sysusers.conf").read_text().splitlines()
    for kind, name, *_ in (line.split() for line in people if line[:2] in ("u ", "g ")):
        listed = text.partition("for who in ")[2].partition(";")[0].split()
        assert name.removeprefix("yanlu-") in listed if kind == "u" else f"groupdel {name}" in text
    assert set(text.partition("for store in ")[2].partition(";")[0].split()) == {name.value for name in StoreName}


@pytest.mark.slow
def test_nothing_is_built_without_the_pages(checkout: Path) -> None:
    """Wheel and archive of the sources are refused and say what to do; an editable install is made."""

    def build(*more: str) -> tuple[bool, str]:
        done = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", *more],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout + done.stderr

    for target in ("wheel", "sdist"):
        built, said = build("-t", target)
        assert (built, "make build" in said, "portal/site/intake/release.json" in said) == (False, True, True), said
    assert not [*checkout.glob("dist/*")]
    assert build("-t", "wheel:editable")[0]
    for name in NEEDED:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text("{}")
    assert build("-t", "wheel")[0]


def test_the_version_stands_in_one_place_and_the_pages_say_what_to_do_without_a_tag() -> None:
    """`pyproject.toml` alone has it; both set-up pages say how a release is found, and what to do without one."""
    version = re.search(r'^version = "([0-9.]+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert '"version"' not in (ROOT / "package.json").read_text()
    for page in ("deploy/README.md", "deploy/README.zh-CN.md"):
        text = (ROOT / page).read_text("utf-8")
        assert "git tag" in text.partition("## 2.")[0]
        assert "release.json" in text.partition("## 2.")[0]
