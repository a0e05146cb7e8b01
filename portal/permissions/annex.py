"""The table of permissions as the law pages repeat it: `python -m portal.permissions.annex` writes it there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from crypto.office.directory_shape import Role
from portal.permissions.shown import PARTIES, marked
from portal.permissions.table import Action, permissions

LAW: Final = Path(__file__).resolve().parents[2] / "docs/law"
PAGES: Final = {"en": LAW / "roles.md", "zh": LAW / "roles.zh-CN.md"}
BEGIN: Final = "<!-- duties -->\n"
END: Final = "<!-- /duties -->\n"
YES: Final = "●"
WATCH: Final = {"en": "watch: ", "zh": "监测："}
HR_UPLOAD: Final = {"en": "HR's upload: ", "zh": "人事投递口："}
"""Before a call of another face than the desk."""
HEADS: Final = {"en": ("action", "others who may", "calls, commands"), "zh": ("事项", "此外", "接口与命令")}


def annex(language: str) -> str:
    """The table in Markdown, `en` or `zh`, from mark to mark."""
    action, others, where = HEADS[language]
    head = [action, *(f"`{role}`" for role in Role), others, where]
    rows = [head, ["---"] * len(head), *(_row(one, language) for one in permissions().actions)]
    return BEGIN + "".join(f"| {' | '.join(row)} |\n" for row in rows) + END


def _row(action: Action, language: str) -> list[str]:
    name = action.name.text_in(language)
    marks = [YES if role in marked(action) else "" for role in Role]
    faces = (("", action.calls), (WATCH[language], action.watch), (HR_UPLOAD[language], action.hr_upload))
    named = [f"{face}`{call.method} {call.rule}`" for face, calls in faces for call in calls]
    named += [f"`yanlu {one}`" for one in action.commands]
    return [name, *marks, PARTIES[action.who].text_in(language), " ".join(named)]


def with_annex(page: str, language: str) -> str:
    """The page with the table of today between its marks."""
    before, _, rest = page.partition(BEGIN)
    return before + annex(language) + rest.partition(END)[2]


def main() -> int:
    """Writes the table into both pages."""
    for language, path in PAGES.items():
        path.write_text(with_annex(path.read_text("utf-8"), language), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
