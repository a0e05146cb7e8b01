"""Brings the stock age from Debian's newest suite into a folder, through the apt sources that are set up.

usage: python -m tools.get_age FOLDER
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path("/etc/apt/sources.list.d")
CLASSIC = Path("/etc/apt/sources.list")


def sid_source() -> tuple[str, str]:
    """Returns a file name and one apt source, the machine's first, turned to the suite sid."""
    for file in sorted(SOURCES.glob("*.sources")):
        stanza = file.read_text().strip().split("\n\n")[0]
        return "sid.sources", re.sub(r"(?m)^Suites:.*$", "Suites: sid", stanza) + "\n"
    for line in CLASSIC.read_text().splitlines() if CLASSIC.exists() else []:
        found = re.match(r"deb\s+((?:\[[^]]*\]\s+)?\S+)\s+\S+\s", line)
        if found:
            return "sid.list", f"deb {found.group(1)} sid main\n"
    raise SystemExit("no apt source is set up on this machine")


def fetch(folder: Path) -> Path:
    """Downloads and unpacks age, checked by apt's own signatures; returns the binary."""
    for part in ("lists/partial", "sources", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    name, source = sid_source()
    (folder / "sources" / name).write_text(source)
    options = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": folder / "sources",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-qq", *(f"-o{key}={value}" for key, value in options.items())]
    subprocess.run([*apt, "update"], check=True, cwd=folder)
    subprocess.run([*apt, "download", "age"], check=True, cwd=folder)
    package = max(folder.glob("age_*.deb"))
    subprocess.run(["dpkg", "-x", package, folder / "root"], check=True)
    return folder / "root" / "usr" / "bin" / "age"


def main(folder: Path) -> None:
    """Puts age and age-keygen straight into the folder."""
    binary = fetch(folder.resolve())
    for name in ("age-keygen", "age"):
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(binary.with_name(name))
    for heavy in ("lists", "cache"):
        shutil.rmtree(folder / heavy)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(f"{error}")
