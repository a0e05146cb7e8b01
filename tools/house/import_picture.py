"""The picture of docs/architecture, made from the imports: python -m tools.house.import_picture writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tools.house.findings import Finding
from tools.house.import_parser import python_imports, script_imports

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = (ROOT / "docs/architecture.md", ROOT / "docs/architecture.zh-CN.md")
BLOCK: Final = re.compile(r"(<!-- imports -->\n).*?(<!-- end of imports -->)", re.DOTALL)
PACKAGES: Final = ("portal", "casework", "retaliation_watch", "crypto", "templates")
# Pages, texts, and changes of tables.
APART: Final = ("migrations", "erasure_migrations", "site", "static", "locale")

Room = tuple[str, str]
"""A package and one of its folders, or nothing for what stands beside the rooms."""


def room_of(path: str) -> Room | None:
    """The room of a file, such as `portal/desk/steps.py`; None for a file of no package."""
    package, *rest = path.split("/")
    if package not in PACKAGES:
        return None
    return package, rest[0] if len(rest) > 1 and rest[0] not in APART else ""


def imported(path: str, text: str) -> set[str]:
    """The files, or folders, that a file imports, by their paths."""
    if path.endswith(".ts"):
        return script_imports(path, text)
    # A module may be a package whose name is imported from: the room is the same.
    return {name.replace(".", "/") + "/_" for name in python_imports(text)}


def arrows(texts: Mapping[str, str]) -> dict[Room, set[Room]]:
    """Which rooms import which, over all files of code."""
    found: dict[Room, set[Room]] = {}
    for path, text in texts.items():
        room = room_of(path)
        if room is None or not path.endswith((".py", ".ts")):
            continue
        targets = {other for one in imported(path, text) if (other := room_of(one)) and other != room}
        found.setdefault(room, set()).update(targets)
    return found


def reduced(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The arrows of a graph without circles that no other way already says."""

    def below(node: str) -> set[str]:
        return {one for target in graph.get(node, ()) for one in (target, *below(target))}

    return {
        node: {one for one in targets if not any(one in below(other) for other in targets - {one})}
        for node, targets in graph.items()
    }


def _rooms(package: str, found: Mapping[Room, set[Room]]) -> Iterator[str]:
    inside = {
        room: {to for where, to in targets if where == package and (where, to) in found and to}
        for (at, room), targets in found.items()
        if at == package and room
    }
    for room, targets in sorted(reduced(inside).items()):
        yield f'    {package}_{room}["{room}"]'
        yield from (f"    {package}_{room} --> {package}_{one}" for one in sorted(targets))


def picture(texts: Mapping[str, str]) -> str:
    """The picture as a Mermaid flowchart: each package's rooms, and which package stands on which."""
    found = arrows(texts)
    lines = ["```mermaid", "flowchart TB"]
    for package in PACKAGES:
        lines += [f"  subgraph {package}", *_rooms(package, found), "  end"]
    across = {(at, to) for (at, _), targets in found.items() for to, _ in targets if to != at}
    lines += [f"  {at} --> {to}" for at, to in sorted(across)]
    return "\n".join([*lines, "```", ""])


def project() -> dict[str, str]:
    """The files of code in the packages, by path."""
    files = [file for package in PACKAGES for ending in ("py", "ts") for file in (ROOT / package).rglob(f"*.{ending}")]
    return {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in files}


def check_picture(texts: Mapping[str, str]) -> list[Finding]:
    """Finds a page whose picture is not that of the imports now; tests of a few files bring no page."""
    code = {path: text for path, text in texts.items() if path.split("/")[0] in PACKAGES}
    pages = [page.relative_to(ROOT).as_posix() for page in PAGES]
    wanted = picture(code)
    return [
        Finding(page, 1, "old-picture", "run python -m tools.house.import_picture")
        for page in pages
        if page in texts and wanted not in texts[page]
    ]


def main() -> None:
    """Puts the picture into both pages."""
    made = picture(project())
    for page in PAGES:
        page.write_text(BLOCK.sub(lambda found: found[1] + made + found[2], page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
